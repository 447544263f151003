/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this device got from others and can give on: for each file from whom it came, where it lies, and which of its blocks are there
 * and checked. A holding is found by its issuer together with its content id, so that what came from elsewhere is never reached (S29).
 * In memory; atomic reference counts; any thread. docs/HOLDERS.md. */
#pragma once

#include <sys/stat.h>

#include "identity/porch-device-id.h"
#include "share/porch-flow.h"

G_BEGIN_DECLS

/* Smaller files are not worth the questions. */
#define PORCH_HOLDING_MIN_SIZE (16 * G_GINT64_CONSTANT (1048576))
/* Where a piece is more than one block nobody gives it on. */
#define PORCH_HOLDING_MAX_SIZE ((gint64) PORCH_MAX_PIECES * PORCH_BLOCK_SIZE)

typedef struct _PorchHoldings PorchHoldings;
typedef struct _PorchHolding  PorchHolding;

/* A run of blocks that somebody asks for. */
typedef struct {
  guint from, count;
} PorchRun;

PorchHoldings *porch_holdings_new (void);
PorchHoldings *porch_holdings_ref (PorchHoldings *self);
void           porch_holdings_unref (PorchHoldings *self);
/* Whether others may learn of this device by what it has; at the beginning they may. While it is hidden on a network it takes part in
 * nothing of this. */
void           porch_holdings_set_open (PorchHoldings *self, gboolean open);
gboolean       porch_holdings_is_open (PorchHoldings *self);
guint          porch_holdings_count (PorchHoldings *self);
/* (transfer full): file @number of a transfer from @issuer that writes below @target begins, or begins anew. */
PorchHolding  *porch_holdings_begin (PorchHoldings *self, const PorchDeviceId *issuer, const char *transfer, gint64 number,
                                     const char *target, gint64 size);
/* Of a cancelled transfer. */
void           porch_holdings_forget (PorchHoldings *self, const char *transfer);
/* (transfer full) (nullable) */
PorchHolding  *porch_holdings_lookup (PorchHoldings *self, const PorchDeviceId *issuer, const guint8 id[32]);

PorchHolding  *porch_holding_ref (PorchHolding *self);
void           porch_holding_unref (PorchHolding *self);
gint64         porch_holding_get_size (PorchHolding *self);
guint          porch_holding_get_blocks (PorchHolding *self);
/* The issuer said what all blocks are: from then on it has an id. @hashes: 32 bytes for each block. Blocks that are not what the
 * issuer says don't count any more. */
void           porch_holding_set_layer (PorchHolding *self, const guint8 *hashes);
/* FALSE: not known yet. Without a layer it is known when all blocks are there. */
gboolean       porch_holding_get_id (PorchHolding *self, guint8 id[32]);
/* Where it grows; @parent and @staging as for porch_dir_open_staging(). */
void           porch_holding_note_staging (PorchHolding *self, const char *parent, const char *staging);
/* The block is in the file and was checked. */
void           porch_holding_note_block (PorchHolding *self, guint64 block, const guint8 hash[32]);
/* It has its name, @path below the target, and is @st. As soon as it is not that any more nothing of it is given. */
void           porch_holding_note_published (PorchHolding *self, const char *path, const struct stat *st);
/* (transfer full): a bitmap (porch-piece-map.h). */
guint8        *porch_holding_dup_map (PorchHolding *self);
gboolean       porch_holding_is_whole (PorchHolding *self);
/* Others of whom the issuer or its grantees told that they have it; of PorchDeviceId. */
void           porch_holding_set_others (PorchHolding *self, GArray *others);
GArray        *porch_holding_dup_others (PorchHolding *self); /* (transfer full) */
/* Frames for @runs (takes it; of PorchRun, each within the file), read on a file thread of its own. */
void           porch_holding_give_into (PorchHolding *self, GArray *runs, PorchFlow *flow);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchHoldings, porch_holdings_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchHolding, porch_holding_unref)

G_END_DECLS
