/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the one who gives a file out: which pieces to hand to whom, so that a whole copy gets into the room before any piece leaves
 * twice. Pure; chance comes from a seed. docs/SCHEDULER.md. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PorchSpread PorchSpread;

PorchSpread *porch_spread_new (guint pieces, guint32 seed);
void         porch_spread_free (PorchSpread *self);
/* What a taker (any number, its own) says that it has. FALSE: no bitmap of this file. */
gboolean     porch_spread_note_holds (PorchSpread *self, guint taker, const guint8 *bitmap, gsize length);
/* It left: what it had or was promised is as if it had never been. */
void         porch_spread_remove (PorchSpread *self, guint taker);
/* Up to @count pieces that it lacks: what it was promised earlier, then those that the fewest have or were promised. A promise lasts
 * until it is held. Returns how many. */
guint        porch_spread_advise (PorchSpread *self, guint taker, guint count, guint *pieces);
/* Pieces that nobody in the room has yet: 0 means that the giver can leave. */
guint        porch_spread_count_unspread (PorchSpread *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchSpread, porch_spread_free)

G_END_DECLS
