/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A token bucket by reservation: who wants to move bytes is told when they may move, in the order of asking, so that nobody is
 * starved. A plain value, pure: the clock is passed in. docs/FAIRNESS.md. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  gint64 rate; /* bytes per second; 0: no limit */
  gint64 free; /* µs: what was reserved so far has moved by then */
} PorchBucket;

/* Takes effect at once: what was reserved at the old rate is forgotten. */
void   porch_bucket_set_rate (PorchBucket *self, gint64 rate, gint64 now);
/* How much is reasonable at a time: a tenth of a second's worth. G_MAXSIZE without a limit. */
gsize  porch_bucket_get_portion (const PorchBucket *self);
/* When @bytes may move: @now or later. */
gint64 porch_bucket_reserve (PorchBucket *self, gsize bytes, gint64 now);

G_END_DECLS
