/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-source.h"

/* How long a sender that waits on us may take to find the question and begin to answer, seconds. */
#define PATIENCE 15

struct _PorchSource
{
  PorchClient *client; /* (nullable) owned */
  PorchAsk    *ask;    /* (nullable) owned */
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
  g_free (self);
}

GInputStream *
porch_source_request (PorchSource *self, const char *route, JsonObject *body, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = NULL;

  if (self->ask != NULL)
    return porch_ask_request (self->ask, route, body, PATIENCE);
  path = g_strconcat ("/porch/v1/", route, NULL);
  return porch_client_open (self->client, "POST", path, body, cancellable, error);
}

gboolean
porch_source_overlaps (PorchSource *self)
{
  return self->client != NULL;
}
