/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "pairing/porch-pairing-limits.h"

#include <glib/gi18n-lib.h>

#include "porch-error.h"

#define HOUR (60 * 60)
#define MAX_EVENTS 512 /* remembered in each list; the oldest are forgotten */

/* Something that somebody did. */
typedef struct {
  PorchDeviceId peer;
  char          address[64];
  gboolean      trusted;
  gint64        when;
} Event;

struct _PorchPairingLimits {
  GArray *asked;    /* of Event, oldest first */
  GArray *passive;  /* of Event */
  GArray *failures; /* of Event */
};

PorchPairingLimits *
porch_pairing_limits_new (void)
{
  PorchPairingLimits *self = g_new0 (PorchPairingLimits, 1);

  self->asked = g_array_new (FALSE, TRUE, sizeof (Event));
  self->passive = g_array_new (FALSE, TRUE, sizeof (Event));
  self->failures = g_array_new (FALSE, TRUE, sizeof (Event));
  return self;
}

void
porch_pairing_limits_free (PorchPairingLimits *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->asked);
  g_array_unref (self->passive);
  g_array_unref (self->failures);
  g_free (self);
}

static void
forget (GArray *events, gint64 before)
{
  guint old = 0;

  while (old < events->len && g_array_index (events, Event, old).when <= before)
    old++;
  g_array_remove_range (events, 0, old);
}

static void
add (GArray *events, const Event *event)
{
  if (events->len >= MAX_EVENTS)
    g_array_remove_index (events, 0);
  g_array_append_val (events, *event);
}

static void
fill (Event *event, const PorchDeviceId *peer, gboolean trusted, GInetAddress *address, gint64 now)
{
  g_autofree char *text = address != NULL ? g_inet_address_to_string (address) : g_strdup ("");

  event->peer = *peer;
  g_strlcpy (event->address, text, sizeof event->address);
  event->trusted = trusted;
  event->when = now;
}

typedef struct {
  guint device, address, all; /* the last two of devices that are not trusted */
} Count;

static Count
count (GArray *events, const Event *event)
{
  Count sum = { 0, 0, 0 };

  for (guint i = 0; i < events->len; i++)
    {
      const Event *other = &g_array_index (events, Event, i);

      sum.device += porch_device_id_equal (&other->peer, &event->peer);
      sum.address += !other->trusted && g_str_equal (other->address, event->address);
      sum.all += !other->trusted;
    }
  return sum;
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_LIMIT,
                       _ ("Too many devices asked for a code within the last hour. Try again later."));
  return FALSE;
}

gboolean
porch_pairing_limits_check_pause (PorchPairingLimits *self, const PorchDeviceId *peer, gint64 now, GError **error)
{
  guint  failures = 0;
  gint64 last = 0;

  forget (self->failures, now - PORCH_PAIRING_PAUSE);
  for (guint i = 0; i < self->failures->len; i++)
    if (porch_device_id_equal (&g_array_index (self->failures, Event, i).peer, peer))
      {
        failures++;
        last = g_array_index (self->failures, Event, i).when;
      }
  if (failures < PORCH_PAIRING_FAILURES)
    return TRUE;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT,
               _ ("Comparing a code with this device failed %u times. Try again in %d minutes."), failures,
               (int) ((last + PORCH_PAIRING_PAUSE - now + 59) / 60));
  return FALSE;
}

gboolean
porch_pairing_limits_admit (PorchPairingLimits *self, const PorchDeviceId *peer, gboolean trusted, GInetAddress *address, gint64 now,
                            GError **error)
{
  Event event;
  Count sum;

  if (!porch_pairing_limits_check_pause (self, peer, now, error))
    return FALSE;
  forget (self->asked, now - HOUR);
  fill (&event, peer, trusted, address, now);
  sum = count (self->asked, &event);
  if (!trusted && (sum.address >= PORCH_PAIRING_PER_ADDRESS || sum.all >= PORCH_PAIRING_PER_HOUR))
    return refuse (error);
  add (self->asked, &event);
  return TRUE;
}

gboolean
porch_pairing_limits_admit_passive (PorchPairingLimits *self, const PorchDeviceId *peer, gboolean trusted, GInetAddress *address,
                                    gint64 now, GError **error)
{
  Event event;
  Count sum;

  if (!porch_pairing_limits_check_pause (self, peer, now, error))
    return FALSE;
  forget (self->passive, now - HOUR);
  fill (&event, peer, trusted, address, now);
  sum = count (self->passive, &event);
  if (sum.device >= PORCH_PASSIVE_PER_DEVICE)
    return refuse (error);
  if (!trusted && (sum.address >= PORCH_PASSIVE_PER_ADDRESS || sum.all >= PORCH_PASSIVE_PER_HOUR))
    return refuse (error);
  add (self->passive, &event);
  return TRUE;
}

void
porch_pairing_limits_failed (PorchPairingLimits *self, const PorchDeviceId *peer, gint64 now)
{
  Event event;

  fill (&event, peer, FALSE, NULL, now);
  add (self->failures, &event);
}

void
porch_pairing_limits_succeeded (PorchPairingLimits *self, const PorchDeviceId *peer)
{
  for (guint i = self->failures->len; i > 0; i--)
    if (porch_device_id_equal (&g_array_index (self->failures, Event, i - 1).peer, peer))
      g_array_remove_index (self->failures, i - 1);
}
