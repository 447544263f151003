/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SHA-256 hash tree of BitTorrent v2 (BEP 52): 16 KiB leaves, unpadded; zero hashes up to a power of two. Pure functions over
 * buffers plus a small builder; any thread, confined ones too. docs/CONTENT.md has the format. */
#pragma once

#include <glib.h>
#include "porch-limits.h"

G_BEGIN_DECLS

#define PORCH_HASH_SIZE 32
#define PORCH_LEAVES_PER_BLOCK (PORCH_BLOCK_SIZE / PORCH_LEAF_SIZE)

void porch_sha256 (const void *data, gsize length, guint8 hash[PORCH_HASH_SIZE]);
/* Root of a block's leaves. @whole: the block is the whole file (of at most PORCH_BLOCK_SIZE): padded to the next power of two
 * of its own leaves; else padded to the 64 leaves of a full block. @length 1 to PORCH_BLOCK_SIZE. */
void porch_hash_block (const void *data, gsize length, gboolean whole, guint8 hash[PORCH_HASH_SIZE]);
/* The same in two steps, for reading and hashing in small bites: the hashes of the leaves in @data into @leaves (room for one per
 * begun PORCH_LEAF_SIZE; returns how many), and their root. */
guint porch_hash_leaves (const void *data, gsize length, guint8 *leaves);
void porch_hash_reduce_block (const guint8 *leaves, guint n_leaves, gboolean whole, guint8 hash[PORCH_HASH_SIZE]);
/* max(1 MiB, next power of two ≥ size / 65,536). */
guint64 porch_piece_size (guint64 file_size);
/* How many blocks of PORCH_BLOCK_SIZE a file has; 0 for an empty one. */
guint64 porch_block_count (guint64 file_size);

/* The root of a file from its block hashes as they come, in constant memory: a stack with one hash for each height. Plain data:
 * on the stack or inside another struct. */
typedef struct {
  guint64 count;
  guint8  stack[64][PORCH_HASH_SIZE];
} PorchHashBuilder;
void porch_hash_builder_init (PorchHashBuilder *self);
void porch_hash_builder_add (PorchHashBuilder *self, const guint8 block_hash[PORCH_HASH_SIZE]);
/* At least one block must have been added. May be called again after more were added. */
void porch_hash_builder_root (const PorchHashBuilder *self, guint8 root[PORCH_HASH_SIZE]);
/* The root of a file from the hashes of its blocks, in order (one hash for a file of one block). */
void porch_hash_root (const guint8 *block_hashes, gsize n_blocks, guint8 root[PORCH_HASH_SIZE]);
/* The whole file from a descriptor, on @threads threads (0: all cores). FALSE with errno's text, or PORCH_ERROR_CHANGED when it
 * was written to meanwhile; an empty file has no id: returns TRUE and @empty TRUE. */
gboolean porch_hash_fd (int fd, guint threads, guint8 root[PORCH_HASH_SIZE], gboolean *empty, GError **error);

G_END_DECLS
