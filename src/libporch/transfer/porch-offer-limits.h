/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much may be asked of a person, and how much may come without being asked. Pure functions; the clock is passed in. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is accepted by itself from somebody who is trusted: at once, and in a day. */
#define PORCH_AUTO_ACCEPT_ONCE (G_GINT64_CONSTANT (4) << 30)
#define PORCH_AUTO_ACCEPT_DAY (G_GINT64_CONSTANT (16) << 30)
#define PORCH_MAX_OFFERS_TRUSTED 100

typedef struct {
  gint64 day;   /* since 1970 */
  gint64 bytes; /* taken on it */
} PorchOfferLimits;

/* @device, @address, @unknown: open offers of this device, from this address by unknown devices, and of all unknown devices. */
gboolean porch_offer_limits_allow (gboolean trusted, guint device, guint address, guint unknown);
/* Takes @bytes out of today's allowance, or FALSE. @free: bytes free where they go. @now: unix s. */
gboolean porch_offer_limits_take (PorchOfferLimits *limits, gint64 bytes, gint64 free, gint64 now);

G_END_DECLS
