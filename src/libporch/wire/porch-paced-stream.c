/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/porch-paced-stream.h"

/* Reserved at a time; of this much a new limit is not noticed. */
#define PORTION (256 * 1024)

struct _PorchPacedStream
{
  GFilterInputStream parent_instance;
  PorchLimiter *limiter; /* owned */
  PorchDeviceId device;
  PorchDirection direction;
  gsize credit; /* reserved and not read yet */
  gboolean entered;
};

G_DEFINE_FINAL_TYPE (PorchPacedStream, porch_paced_stream, G_TYPE_FILTER_INPUT_STREAM)

static gboolean
reserve (PorchPacedStream *self, GCancellable *cancellable, GError **error)
{
  gsize portion = PORTION;
  gint64 when = porch_limiter_reserve (self->limiter, &self->device, self->direction, &portion, g_get_monotonic_time ());

  self->credit = portion;
  return porch_limiter_wait (self->limiter, when, cancellable, error);
}

static gssize
porch_paced_stream_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  PorchPacedStream *self = PORCH_PACED_STREAM (stream);
  gssize n;

  if (self->credit == 0 && !reserve (self, cancellable, error))
    return -1;
  n = g_input_stream_read (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream)), buffer,
                           MIN (count, self->credit), cancellable, error);
  if (n > 0)
    self->credit -= (gsize)n;
  return n;
}

static void
leave (PorchPacedStream *self)
{
  if (self->entered)
    porch_limiter_leave (self->limiter, &self->device, self->direction);
  self->entered = FALSE;
}

static gboolean
porch_paced_stream_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  leave (PORCH_PACED_STREAM (stream));
  return g_input_stream_close (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream)), cancellable, error);
}

static void
porch_paced_stream_finalize (GObject *object)
{
  PorchPacedStream *self = PORCH_PACED_STREAM (object);

  leave (self);
  porch_limiter_unref (self->limiter);
  G_OBJECT_CLASS (porch_paced_stream_parent_class)->finalize (object);
}

static void
porch_paced_stream_class_init (PorchPacedStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_paced_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = porch_paced_stream_read;
  G_INPUT_STREAM_CLASS (klass)->close_fn = porch_paced_stream_close;
}

static void
porch_paced_stream_init (PorchPacedStream *self)
{
}

GInputStream *
porch_paced_stream_new (GInputStream *base, PorchLimiter *limiter, const PorchDeviceId *device, PorchDirection direction)
{
  PorchPacedStream *self = g_object_new (PORCH_TYPE_PACED_STREAM, "base-stream", base, "close-base-stream", FALSE, NULL);

  self->limiter = porch_limiter_ref (limiter);
  self->device = *device;
  self->direction = direction;
  porch_limiter_enter (limiter, device, direction);
  self->entered = TRUE;
  return G_INPUT_STREAM (self);
}
