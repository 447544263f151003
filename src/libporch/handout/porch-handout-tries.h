/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often a number may be tried that finds nothing: six digits are no secret, so nobody may try many, whatever keys and
 * addresses they make. Knows nothing of the hand-outs that there are, so that it can't tell of them. A plain value; the clock
 * is passed in (seconds, monotonic). Main thread. Owned by the PorchHandoutBook. docs/HANDOUT.md has the reckoning. */
#pragma once

#include "identity/porch-device-id.h"

G_BEGIN_DECLS

#define PORCH_TRIES_PER_DEVICE 5   /* a minute */
#define PORCH_TRIES_PER_ADDRESS 10 /* a minute, from devices that are not familiar */
#define PORCH_TRIES_STRANGERS 60   /* in ten minutes, from all of those */

typedef struct _PorchHandoutTries PorchHandoutTries;

PorchHandoutTries *porch_handout_tries_new (void);
void porch_handout_tries_free (PorchHandoutTries *self);
/* May this device try another number now? @familiar: it is trusted, or has joined before; then only its own tries count.
 * @address (nullable). */
gboolean porch_handout_tries_may (PorchHandoutTries *self, const PorchDeviceId *device, gboolean familiar, const char *address,
                                  gint64 now);
/* It did, and found nothing. */
void porch_handout_tries_wrong (PorchHandoutTries *self, const PorchDeviceId *device, gboolean familiar, const char *address,
                                gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchHandoutTries, porch_handout_tries_free)

G_END_DECLS
