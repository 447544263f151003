/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-offer-silence.h"

typedef struct {
  PorchDeviceId device;
  gint64        until; /* monotonic µs */
} Declined;

struct _PorchOfferSilence
{
  GArray *declined; /* of Declined, oldest first */
};

PorchOfferSilence *
porch_offer_silence_new (void)
{
  PorchOfferSilence *self = g_new0 (PorchOfferSilence, 1);

  self->declined = g_array_new (FALSE, FALSE, sizeof (Declined));
  return self;
}

void
porch_offer_silence_free (PorchOfferSilence *self)
{
  g_array_unref (self->declined);
  g_free (self);
}

static int
find (PorchOfferSilence *self, const PorchDeviceId *device)
{
  for (guint i = 0; i < self->declined->len; i++)
    if (porch_device_id_equal (&g_array_index (self->declined, Declined, i).device, device))
      return (int) i;
  return -1;
}

void
porch_offer_silence_begin (PorchOfferSilence *self, const PorchDeviceId *device, gint64 now)
{
  Declined declined = { *device, now + PORCH_OFFER_SILENCE_US };
  int known = find (self, device);

  if (known >= 0)
    g_array_remove_index (self->declined, (guint) known);
  else if (self->declined->len >= PORCH_OFFER_SILENCE_MAX)
    g_array_remove_index (self->declined, 0);
  g_array_append_val (self->declined, declined);
}

gint64
porch_offer_silence_left (PorchOfferSilence *self, const PorchDeviceId *device, gint64 now)
{
  int known = find (self, device);

  return known >= 0 ? MAX (0, g_array_index (self->declined, Declined, known).until - now) : 0;
}
