/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/porch-body-stream.h"

#include <glib/gi18n-lib.h>

#include "porch-error.h"

struct _PorchBodyStream
{
  GFilterInputStream parent_instance;
  SoupSession *session;  /* owned */
  GMainContext *context; /* owned */
  GObject *owner;        /* owned; @half_read's data */
  PorchBodyHalfRead half_read;
  gboolean ended; /* read to its end */
};

G_DEFINE_FINAL_TYPE (PorchBodyStream, porch_body_stream, G_TYPE_FILTER_INPUT_STREAM)

/**
 * porch_body_stream_explain:
 *
 * A cancellation and a PORCH_ERROR stay what they are; an answer cut in the middle is G_IO_ERROR_PARTIAL_INPUT; what breaks
 * HTTP is PORCH_ERROR_PROTOCOL; the rest means that the other device can't be reached (any more).
 *
 * Returns: (transfer full): the error to hand on
 */
GError *
porch_body_stream_explain (GError *error)
{
  GError *explained;

  if (error == NULL || error->domain == PORCH_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return error;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
    explained = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _ ("The answer of the other device was cut off."));
  else if (error->domain == SOUP_SESSION_ERROR)
    explained = g_error_new (PORCH_ERROR, PORCH_ERROR_PROTOCOL,
                             _ ("The other device sent data that Porch does not understand (%s)."), error->message);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    explained = g_error_new_literal (PORCH_ERROR, PORCH_ERROR_UNREACHABLE, _ ("The other device does not answer any more."));
  else
    explained = g_error_new (PORCH_ERROR, PORCH_ERROR_UNREACHABLE, _ ("The connection to the other device was lost (%s)."),
                             error->message);
  g_error_free (error);
  return explained;
}

static gssize
porch_body_stream_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  PorchBodyStream *self = PORCH_BODY_STREAM (stream);
  GError *local = NULL;
  gssize n;

  g_main_context_push_thread_default (self->context);
  n = g_input_stream_read (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream)), buffer, count, cancellable,
                           &local);
  g_main_context_pop_thread_default (self->context);
  if (n == 0)
    self->ended = TRUE;
  if (n < 0)
    g_propagate_error (error, porch_body_stream_explain (local));
  return n;
}

static gboolean
porch_body_stream_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  PorchBodyStream *self = PORCH_BODY_STREAM (stream);
  g_autoptr (SoupSession) session = g_steal_pointer (&self->session);

  if (session == NULL)
    return TRUE;
  /* First, so that nothing takes the connection when the session thinks it free. */
  if (!self->ended)
    self->half_read (session, self->owner);
  g_main_context_push_thread_default (self->context);
  g_input_stream_close (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream)), NULL, NULL);
  g_clear_object (&session);
  g_main_context_pop_thread_default (self->context);
  g_clear_object (&self->owner);
  return TRUE;
}

static void
porch_body_stream_finalize (GObject *object)
{
  PorchBodyStream *self = PORCH_BODY_STREAM (object);

  g_clear_object (&self->session);
  g_clear_object (&self->owner);
  g_clear_pointer (&self->context, g_main_context_unref);
  G_OBJECT_CLASS (porch_body_stream_parent_class)->finalize (object);
}

static void
porch_body_stream_class_init (PorchBodyStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_body_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = porch_body_stream_read;
  G_INPUT_STREAM_CLASS (klass)->close_fn = porch_body_stream_close;
}

static void
porch_body_stream_init (PorchBodyStream *self)
{
}

GInputStream *
porch_body_stream_new (GInputStream *base, SoupSession *session, GMainContext *context, GObject *owner,
                       PorchBodyHalfRead half_read)
{
  PorchBodyStream *self = g_object_new (PORCH_TYPE_BODY_STREAM, "base-stream", base, "close-base-stream", FALSE, NULL);

  self->session = g_object_ref (session);
  self->context = g_main_context_ref (context);
  self->owner = g_object_ref (owner);
  self->half_read = half_read;
  return G_INPUT_STREAM (self);
}
