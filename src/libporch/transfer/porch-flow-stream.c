/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-flow-stream.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _PorchFlowStream
{
  GInputStream parent_instance;

  /* owned */
  PorchFlow    *flow;
  GBytes       *chunk;
  GMainContext *context; /* of the waits; nobody else's sources run in it */

  void   (*counter) (gsize bytes, gpointer data);
  gpointer counter_data;

  gsize    offset;
  guint    first;
  guint    silence;
  gboolean started;
  gboolean ended;
};

G_DEFINE_FINAL_TYPE (PorchFlowStream, porch_flow_stream, G_TYPE_INPUT_STREAM)

static gboolean
on_flow_ready (gpointer data)
{
  gboolean *ready = data;

  *ready = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
on_wait_over (gpointer data)
{
  gboolean *over = data;

  *over = TRUE;
  return G_SOURCE_REMOVE;
}

typedef struct {
  GMainContext *context;
  int           stopped; /* atomic */
} Stop;

/* On the thread that cancels. */
static void
on_wait_cancelled (GCancellable *cancellable, gpointer data)
{
  Stop *stop = data;

  g_atomic_int_set (&stop->stopped, TRUE);
  g_main_context_wakeup (stop->context);
}

static GSource *
attach (GMainContext *context, GSource *source, GSourceFunc func, gpointer data)
{
  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, context);
  return source;
}

static void
drop_source (GSource *source)
{
  if (source == NULL)
    return;
  g_source_destroy (source);
  g_source_unref (source);
}

/* Waits until the flow has something, time is up or the reader is stopped. The flags live on this stack frame: the flow's callback is
 * taken back before it returns, and g_cancellable_disconnect() waits for a handler that runs. (A GCancellableSource would be lost when
 * it is let go while another thread still is in g_cancellable_cancel().) */
static gboolean
wait_for_flow (PorchFlowStream *self, guint seconds, GCancellable *cancellable, GError **error)
{
  gboolean ready = FALSE, over = FALSE;
  Stop stop = { self->context, FALSE };
  GSource *timer = NULL;
  gulong handler;

  porch_flow_set_ready (self->flow, self->context, on_flow_ready, &ready, NULL);
  if (seconds > 0)
    timer = attach (self->context, g_timeout_source_new_seconds (seconds), on_wait_over, &over);
  handler = cancellable ? g_cancellable_connect (cancellable, G_CALLBACK (on_wait_cancelled), &stop, NULL) : 0;
  while (!ready && !over && !g_atomic_int_get (&stop.stopped))
    g_main_context_iteration (self->context, TRUE);
  g_cancellable_disconnect (cancellable, handler);
  porch_flow_set_ready (self->flow, NULL, NULL, NULL, NULL);
  drop_source (timer);
  if (ready)
    return TRUE;
  if (g_atomic_int_get (&stop.stopped))
    return !g_cancellable_set_error_if_cancelled (cancellable, error);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _("The other device stopped sending"));
  return FALSE;
}

static gboolean
next_chunk (PorchFlowStream *self, GCancellable *cancellable, GError **error)
{
  for (;;)
    {
      switch (porch_flow_try_pop (self->flow, &self->chunk, error))
        {
        case PORCH_FLOW_DATA:
          self->offset = 0;
          self->started = TRUE;
          return TRUE;
        case PORCH_FLOW_END:
          self->ended = TRUE;
          return *error == NULL;
        case PORCH_FLOW_EMPTY:
          if (!wait_for_flow (self, self->started ? self->silence : self->first, cancellable, error))
            return FALSE;
          break;
        default:
          g_assert_not_reached ();
        }
    }
}

static gssize
porch_flow_stream_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  PorchFlowStream *self = PORCH_FLOW_STREAM (stream);
  g_autoptr (GError) local = NULL;
  const guint8 *data;
  gsize length;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  while (self->chunk == NULL || self->offset == g_bytes_get_size (self->chunk))
    {
      g_clear_pointer (&self->chunk, g_bytes_unref);
      if (self->ended)
        return 0;
      if (!next_chunk (self, cancellable, &local))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return -1;
        }
    }
  data = g_bytes_get_data (self->chunk, &length);
  count = MIN (MIN (count, length - self->offset), (gsize) G_MAXSSIZE);
  memcpy (buffer, data + self->offset, count);
  self->offset += count;
  if (self->counter != NULL)
    self->counter (count, self->counter_data);
  return (gssize) count;
}

static gboolean
porch_flow_stream_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  PorchFlowStream *self = PORCH_FLOW_STREAM (stream);

  porch_flow_close (self->flow);
  return TRUE;
}

static void
porch_flow_stream_finalize (GObject *object)
{
  PorchFlowStream *self = PORCH_FLOW_STREAM (object);

  porch_flow_close (self->flow);
  g_clear_pointer (&self->flow, porch_flow_unref);
  g_clear_pointer (&self->chunk, g_bytes_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  G_OBJECT_CLASS (porch_flow_stream_parent_class)->finalize (object);
}

static void
porch_flow_stream_class_init (PorchFlowStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_flow_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = porch_flow_stream_read;
  G_INPUT_STREAM_CLASS (klass)->close_fn = porch_flow_stream_close;
}

static void
porch_flow_stream_init (PorchFlowStream *self)
{
  self->context = g_main_context_new ();
}

GInputStream *
porch_flow_stream_new (PorchFlow *flow, guint first, guint silence)
{
  PorchFlowStream *self = g_object_new (PORCH_TYPE_FLOW_STREAM, NULL);

  self->flow = porch_flow_ref (flow);
  self->first = first;
  self->silence = silence;
  return G_INPUT_STREAM (self);
}

void
porch_flow_stream_set_counter (GInputStream *stream, void (*counter) (gsize bytes, gpointer data), gpointer data)
{
  PorchFlowStream *self = PORCH_FLOW_STREAM (stream);

  self->counter = counter;
  self->counter_data = data;
}
