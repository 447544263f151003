/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the one who gives a file out: do the takers gain by giving to each other, or do they only take the air from each other? Decided
 * by what the whole room gets, because each single one gains by taking more. A plain value, pure: the clock is passed in.
 * docs/SCHEDULER.md. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  gboolean apart;    /* what the takers are told: take from whoever is not on your air, as far as that one has it */
  gboolean trying;   /* only to measure */
  gint64   begun;    /* 0: nothing was given yet */
  gint64   since;    /* of this mode, or of the last measuring */
  gint64   tried;    /* when the other mode was tried last */
  gint64   interval; /* until it is tried again */
  gint64   room, given; /* bytes at the beginning of measuring; -1: not begun */
  gint64   began;    /* of measuring */
  double   together_rate, apart_rate; /* of the room, bytes per second; 0: not measured */
} PorchAir;

void     porch_air_init (PorchAir *self);
/* @room: bytes that all takers together have; @given: bytes that the giver has sent. Returns what to tell them. */
gboolean porch_air_note (PorchAir *self, gint64 room, gint64 given, gint64 now);

G_END_DECLS
