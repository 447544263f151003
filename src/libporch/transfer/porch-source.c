/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-source.h"

#include "porch-error.h"
#include "wire/porch-paced-stream.h"

/* How long a sender that waits on us may take to find the question and begin to answer, seconds. */
#define PATIENCE 15
/* Below so many bytes per second a second answer would lie unread while the first one ends for so long that its connection is taken for
 * dead, and there is no round trip to be saved. */
#define SLOW (256 * 1024)

struct _PorchSource
{
  PorchClient *client; /* (nullable) owned */
  PorchAsk    *ask;    /* (nullable) owned */
  PorchLimiter *limiter; /* (nullable) owned */
  PorchDeviceId peer;
};

PorchSource *
porch_source_new_dial (PorchClient *client)
{
  PorchSource *self = g_new0 (PorchSource, 1);

  self->client = client;
  return self;
}

PorchSource *
porch_source_new_reverse (PorchAsk *ask)
{
  PorchSource *self = g_new0 (PorchSource, 1);

  self->ask = ask;
  return self;
}

void
porch_source_free (PorchSource *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->client);
  g_clear_pointer (&self->ask, porch_ask_unref);
  g_clear_pointer (&self->limiter, porch_limiter_unref);
  g_free (self);
}

void
porch_source_set_limiter (PorchSource *self, PorchLimiter *limiter, const PorchDeviceId *peer)
{
  g_clear_pointer (&self->limiter, porch_limiter_unref);
  self->limiter = porch_limiter_ref (limiter);
  self->peer = *peer;
}

static GInputStream *
open_answer (PorchSource *self, const char *route, JsonObject *body, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = NULL;

  if (self->ask != NULL)
    return porch_ask_request (self->ask, route, body, PATIENCE);
  path = g_strconcat ("/porch/v1/", route, NULL);
  return porch_client_open (self->client, "POST", path, body, cancellable, error);
}

GInputStream *
porch_source_request (PorchSource *self, const char *route, JsonObject *body, GCancellable *cancellable, GError **error)
{
  g_autoptr (GInputStream) answer = open_answer (self, route, body, cancellable, error);

  if (answer == NULL || self->limiter == NULL)
    return g_steal_pointer (&answer);
  return porch_paced_stream_new (answer, self->limiter, &self->peer, PORCH_DOWN);
}

JsonObject *
porch_source_call (PorchSource *self, const char *route, JsonObject *body, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_strconcat ("/porch/v1/", route, NULL);

  if (self->client != NULL)
    return porch_client_call (self->client, "POST", path, body, cancellable, error);
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_UNREACHABLE, "Nobody is dialled.");
  return NULL;
}

static gboolean
is_slow (PorchSource *self)
{
  gint64 all = self->limiter != NULL ? porch_limiter_get (self->limiter, NULL, PORCH_DOWN) : 0;
  gint64 own = self->limiter != NULL ? porch_limiter_get (self->limiter, &self->peer, PORCH_DOWN) : 0;

  return (all > 0 && all < SLOW) || (own > 0 && own < SLOW);
}

gboolean
porch_source_overlaps (PorchSource *self)
{
  return self->client != NULL && !is_slow (self);
}
