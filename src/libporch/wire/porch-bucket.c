/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/porch-bucket.h"

/* What was not used is kept for so long: less than anybody notices, enough to make up for a timer that comes late. */
#define SAVED (G_USEC_PER_SEC / 10)
#define MIN_PORTION 1024
#define MAX_PORTION (256 * 1024)

void
porch_bucket_set_rate (PorchBucket *self, gint64 rate, gint64 now)
{
  self->rate = MAX (rate, 0);
  self->free = now;
}

gsize
porch_bucket_get_portion (const PorchBucket *self)
{
  return self->rate == 0 ? G_MAXSIZE : (gsize)CLAMP (self->rate / 10, MIN_PORTION, MAX_PORTION);
}

gint64
porch_bucket_reserve (PorchBucket *self, gsize bytes, gint64 now)
{
  gint64 begin = MAX (self->free, now - SAVED);

  if (self->rate == 0)
    return now;
  self->free = begin + (gint64)((double)bytes * G_USEC_PER_SEC / (double)self->rate);
  return MAX (begin, now);
}
