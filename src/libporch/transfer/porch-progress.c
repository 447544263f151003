/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-progress.h"

#define LONGEST_TIME_LEFT (G_GINT64_CONSTANT (100) * 24 * 3600)

void
porch_rate_reset (PorchRate *rate)
{
  rate->count = 0;
  rate->last = 0;
}

void
porch_rate_add (PorchRate *rate, gint64 bytes, gint64 now)
{
  if (rate->count > 0 && bytes < rate->bytes[rate->last])
    porch_rate_reset (rate);
  if (rate->count > 0)
    {
      if (now - rate->time[rate->last] < PORCH_RATE_STEP)
        return;
      rate->last = (rate->last + 1) % PORCH_RATE_SAMPLES;
    }
  rate->time[rate->last] = now;
  rate->bytes[rate->last] = bytes;
  if (rate->count < PORCH_RATE_SAMPLES)
    rate->count++;
}

gint64
porch_rate_get_latest (const PorchRate *rate, gint64 bytes, gint64 now, gint64 longest)
{
  guint  oldest = (rate->last + PORCH_RATE_SAMPLES + 1 - rate->count) % PORCH_RATE_SAMPLES;
  gint64 span;

  if (rate->count == 0)
    return 0;
  while (oldest != rate->last && now - rate->time[oldest] > longest)
    oldest = (oldest + 1) % PORCH_RATE_SAMPLES;
  span = now - rate->time[oldest];
  if (span < PORCH_RATE_STEP || bytes <= rate->bytes[oldest])
    return 0;
  return (gint64) ((double) (bytes - rate->bytes[oldest]) * G_USEC_PER_SEC / (double) span);
}

gint64
porch_rate_get (const PorchRate *rate, gint64 bytes, gint64 now)
{
  return porch_rate_get_latest (rate, bytes, now, G_MAXINT64);
}

gint64
porch_time_left (gint64 done, gint64 total, gint64 rate)
{
  gint64 seconds;

  if (total < 0 || done < 0)
    return -1;
  if (done >= total)
    return 0;
  if (rate <= 0)
    return -1;
  seconds = (total - done) / rate + ((total - done) % rate != 0);
  return seconds > LONGEST_TIME_LEFT ? -1 : seconds;
}
