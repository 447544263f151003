/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which devices a person said no to lately: what they ask next is not drawn attention to for ten minutes. In memory, bounded; the clock is
 * passed in (monotonic µs). Main thread. Owned by the offer book. */
#pragma once

#include "identity/porch-device-id.h"

G_BEGIN_DECLS

#define PORCH_OFFER_SILENCE_US (10 * 60 * G_USEC_PER_SEC)
#define PORCH_OFFER_SILENCE_MAX 256 /* devices; the oldest makes room */

typedef struct _PorchOfferSilence PorchOfferSilence;

PorchOfferSilence *porch_offer_silence_new (void);
void               porch_offer_silence_free (PorchOfferSilence *self);
void               porch_offer_silence_begin (PorchOfferSilence *self, const PorchDeviceId *device, gint64 now);
/* How much of the silence is left, in µs; 0: none. */
gint64             porch_offer_silence_left (PorchOfferSilence *self, const PorchDeviceId *device, gint64 now);

G_END_DECLS
