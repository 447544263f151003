/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "handout/porch-handout-tries.h"

#define MINUTE 60
#define REMEMBERED (10 * MINUTE)
#define MAX_TRIES 512 /* remembered; the oldest are forgotten */

typedef struct
{
  PorchDeviceId device;
  char address[64];
  gboolean familiar;
  gint64 when;
} Try;

struct _PorchHandoutTries
{
  GArray *tries; /* of Try, oldest first */
};

PorchHandoutTries *
porch_handout_tries_new (void)
{
  PorchHandoutTries *self = g_new0 (PorchHandoutTries, 1);

  self->tries = g_array_new (FALSE, TRUE, sizeof (Try));
  return self;
}

void
porch_handout_tries_free (PorchHandoutTries *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->tries);
  g_free (self);
}

static void
forget (PorchHandoutTries *self, gint64 before)
{
  guint old = 0;

  while (old < self->tries->len && g_array_index (self->tries, Try, old).when <= before)
    old++;
  g_array_remove_range (self->tries, 0, old);
}

gboolean
porch_handout_tries_may (PorchHandoutTries *self, const PorchDeviceId *device, gboolean familiar, const char *address,
                         gint64 now)
{
  guint own = 0, same_address = 0, strangers = 0;

  forget (self, now - REMEMBERED);
  for (guint i = 0; i < self->tries->len; i++)
    {
      const Try *other = &g_array_index (self->tries, Try, i);
      gboolean recent = other->when > now - MINUTE;

      own += recent && porch_device_id_equal (&other->device, device);
      same_address += recent && !other->familiar && g_strcmp0 (other->address, address ? address : "") == 0;
      strangers += !other->familiar;
    }
  if (own >= PORCH_TRIES_PER_DEVICE)
    return FALSE;
  return familiar || (same_address < PORCH_TRIES_PER_ADDRESS && strangers < PORCH_TRIES_STRANGERS);
}

void
porch_handout_tries_wrong (PorchHandoutTries *self, const PorchDeviceId *device, gboolean familiar, const char *address,
                           gint64 now)
{
  Try try = { .device = *device, .familiar = familiar, .when = now };

  g_strlcpy (try.address, address ? address : "", sizeof try.address);
  if (self->tries->len >= MAX_TRIES)
    g_array_remove_index (self->tries, 0);
  g_array_append_val (self->tries, try);
}
