/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pieces of one file to ask of which source next: rarest first, each source as much as its speed allows, sources that sent
 * something wrong not at all. Pure: no I/O, the clock is passed in, chance comes from a seed. Owned and used by one thread.
 * docs/SCHEDULER.md explains the rules. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PORCH_SCHEDULER_MAX_SOURCES 64
#define PORCH_SCHEDULER_MAX_REQUEST 16 /* pieces asked for at once */
#define PORCH_SCHEDULER_MAX_ADVICE 64

typedef enum {
  PORCH_SOURCE_PLAIN = 0,
  PORCH_SOURCE_ORIGIN = 1 << 0, /* the one that gives the file out: spared where others can deliver */
  PORCH_SOURCE_FAR = 1 << 1,    /* it and we are on the same air: what comes from it passes the air twice */
} PorchSourceFlags;

typedef struct _PorchScheduler PorchScheduler;

/* A file of @size bytes, at most 65,536 pieces of @piece_size. */
PorchScheduler *porch_scheduler_new (gint64 size, guint64 piece_size, guint32 seed);
void            porch_scheduler_free (PorchScheduler *self);
guint           porch_scheduler_get_pieces (PorchScheduler *self);

/* What is here already: from an earlier life, or found on this device. */
void     porch_scheduler_set_have (PorchScheduler *self, guint piece);
gboolean porch_scheduler_has (PorchScheduler *self, guint piece);
guint    porch_scheduler_count_have (PorchScheduler *self);

/* Sources are numbers from 0. -1: there are PORCH_SCHEDULER_MAX_SOURCES of them. */
int      porch_scheduler_add_source (PorchScheduler *self, PorchSourceFlags flags, gint64 now);
void     porch_scheduler_remove_source (PorchScheduler *self, guint source);
/* Bit 7 of byte 0 is piece 0; spare bits are 0; NULL: it has everything. FALSE: no bitmap of this file. */
gboolean porch_scheduler_set_holds (PorchScheduler *self, guint source, const guint8 *bitmap, gsize length);
/* Pieces that the source itself would hand out next, so that no two takers ask it for the same ones. From then on a source is asked
 * for advised pieces only, as long as there are any that nobody else has. */
void     porch_scheduler_set_advice (PorchScheduler *self, guint source, const guint *pieces, guint count);
/* How many pieces of advice are useful for about two seconds. */
guint    porch_scheduler_get_useful_advice (PorchScheduler *self, guint source, gint64 now);
/* All takers share one medium, and it is full: FAR sources are asked only for what no other one has. */
void     porch_scheduler_set_shared_air (PorchScheduler *self, gboolean shared);

/* Pieces to ask @source for now, at most PORCH_SCHEDULER_MAX_REQUEST, in this order. 0: nothing now; ask again when something has
 * arrived or changed, and every quarter of a second. */
guint    porch_scheduler_ask (PorchScheduler *self, guint source, gint64 now, guint *pieces);
/* Before a piece is read: FALSE when another source was given it meanwhile; what @source still owes can be cut off. */
gboolean porch_scheduler_is_expected (PorchScheduler *self, guint source, guint piece);
/* Bytes came. */
void     porch_scheduler_progress (PorchScheduler *self, guint source, gsize bytes, gint64 now);
/* A whole piece came and was checked. A bad one benches its source for good. */
void     porch_scheduler_arrived (PorchScheduler *self, guint source, guint piece, gboolean good, gint64 now);
/* The connection broke, or the answer ended without what was asked for: goes to others; this source is left alone for 1, 2, 4, … s. */
void     porch_scheduler_failed (PorchScheduler *self, guint source, gint64 now);

gboolean porch_scheduler_is_benched (PorchScheduler *self, guint source);
guint    porch_scheduler_count_bad (PorchScheduler *self, guint source);
guint    porch_scheduler_count_good (PorchScheduler *self, guint source);
guint    porch_scheduler_count_outstanding (PorchScheduler *self, guint source);
gint64   porch_scheduler_get_rate (PorchScheduler *self, guint source, gint64 now); /* bytes per second while it was busy */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchScheduler, porch_scheduler_free)

G_END_DECLS
