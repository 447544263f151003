/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rate and time left, as pure functions of (bytes, time): the clock is passed in. A plain value; no thread of its own. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PORCH_RATE_SAMPLES 24
#define PORCH_RATE_STEP (G_USEC_PER_SEC / 4)

typedef struct {
  gint64 time[PORCH_RATE_SAMPLES]; /* µs, monotonic */
  gint64 bytes[PORCH_RATE_SAMPLES];
  guint  count;
  guint  last; /* index of the newest sample */
} PorchRate;

void   porch_rate_reset (PorchRate *rate);
/* @bytes: done so far. Samples closer than PORCH_RATE_STEP replace nothing; a total that shrank (a file started over) begins anew. */
void   porch_rate_add (PorchRate *rate, gint64 bytes, gint64 now);
/* Bytes per second over the last six seconds at most, up to @now: it sinks while nothing comes. */
gint64 porch_rate_get (const PorchRate *rate, gint64 bytes, gint64 now);
/* The same over the last @span µs, as far as there are samples: for what is still gathering speed. */
gint64 porch_rate_get_latest (const PorchRate *rate, gint64 bytes, gint64 now, gint64 span);
/* Seconds, rounded up; -1 when it can't be said. */
gint64 porch_time_left (gint64 done, gint64 total, gint64 rate);

G_END_DECLS
