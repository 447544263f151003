/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buffers of one block, used again while anybody reads or receives blocks: a fresh MiB costs 256 page faults. One pool for the
 * whole process; any thread, confined ones too. */
#pragma once

#include <glib.h>

#include "porch-limits.h"

G_BEGIN_DECLS

/* Room before the data of a block, for a frame's header. */
#define PORCH_BLOCK_HEADROOM 64
/* Data begin at a multiple of this, as writing past the page cache wants it. */
#define PORCH_BLOCK_ALIGN 4096

/* PORCH_BLOCK_SIZE bytes. */
guint8 *porch_block_alloc (void);
/* (nullable); a GDestroyNotify. */
void    porch_block_free (gpointer data);
/* While anybody holds the pool, buffers that are freed are kept, a few of them. An idle daemon is small. */
void    porch_block_pool_hold (void);
void    porch_block_pool_release (void);

G_END_DECLS
