/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often who may ask for a code: a short code is strong only while nobody can try often. A plain value; the clock is passed in
 * (seconds, monotonic). Main thread. Owned by the desk. */
#pragma once

#include "identity/porch-device-id.h"

G_BEGIN_DECLS

#define PORCH_PAIRING_FAILURES 3           /* with one device, then a pause */
#define PORCH_PAIRING_PAUSE (10 * 60)      /* seconds */
#define PORCH_PAIRING_PER_ADDRESS 3        /* an hour, from devices that are not trusted */
#define PORCH_PAIRING_PER_HOUR 12          /* from all of them: keys and IPv6 addresses cost nothing */
#define PORCH_PASSIVE_PER_DEVICE 20        /* codes in passing, an hour */
#define PORCH_PASSIVE_PER_ADDRESS 20       /* from devices that are not trusted */
#define PORCH_PASSIVE_PER_HOUR 60          /* from all of them: a match by chance takes 10^6 / 60 hours */

typedef struct _PorchPairingLimits PorchPairingLimits;

PorchPairingLimits *porch_pairing_limits_new (void);
void                porch_pairing_limits_free (PorchPairingLimits *self);
/* May a pairing that somebody asks for begin? Counts it. PORCH_ERROR_LIMIT. */
gboolean            porch_pairing_limits_admit (PorchPairingLimits *self, const PorchDeviceId *peer, gboolean trusted,
                                                GInetAddress *address, gint64 now, GError **error);
/* The same for a code in passing. */
gboolean            porch_pairing_limits_admit_passive (PorchPairingLimits *self, const PorchDeviceId *peer, gboolean trusted,
                                                        GInetAddress *address, gint64 now, GError **error);
/* One that was not completed. */
void                porch_pairing_limits_failed (PorchPairingLimits *self, const PorchDeviceId *peer, gint64 now);
/* One that was: the failures before it were people's. */
void                porch_pairing_limits_succeeded (PorchPairingLimits *self, const PorchDeviceId *peer);
/* PORCH_ERROR_LIMIT, which says for how long, while this device is to wait. */
gboolean            porch_pairing_limits_check_pause (PorchPairingLimits *self, const PorchDeviceId *peer, gint64 now, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchPairingLimits, porch_pairing_limits_free)

G_END_DECLS
