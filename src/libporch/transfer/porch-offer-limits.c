/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-offer-limits.h"

#include "porch-limits.h"

#define DAY (24 * 3600)
#define RESERVE (G_GINT64_CONSTANT (1) << 30)

gboolean
porch_offer_limits_allow (gboolean trusted, guint device, guint address, guint unknown)
{
  if (trusted)
    return device < PORCH_MAX_OFFERS_TRUSTED;
  return device < PORCH_MAX_OFFERS_PER_DEVICE && address < PORCH_MAX_OFFERS_PER_ADDRESS && unknown < PORCH_MAX_OFFERS_UNKNOWN;
}

gboolean
porch_offer_limits_take (PorchOfferLimits *limits, gint64 bytes, gint64 free, gint64 now)
{
  if (limits->day != now / DAY)
    *limits = (PorchOfferLimits) { now / DAY, 0 };
  if (bytes > PORCH_AUTO_ACCEPT_ONCE || bytes > PORCH_AUTO_ACCEPT_DAY - limits->bytes || bytes > free - RESERVE)
    return FALSE;
  limits->bytes += bytes;
  return TRUE;
}
