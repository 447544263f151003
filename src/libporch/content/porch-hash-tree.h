/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SHA-256 hash tree of BitTorrent v2 (BEP 52): 16 KiB leaves, unpadded; zero hashes up to a power of two. Pure functions over
 * buffers plus a small builder; any thread, confined ones too. docs/CONTENT.md has the format. */
#pragma once

#include <glib.h>
#include "porch-limits.h"

G_BEGIN_DECLS

#define PORCH_HASH_SIZE 32

void porch_sha256 (const void *data, gsize length, guint8 hash[PORCH_HASH_SIZE]);
/* Root of a block's leaves. @whole: the block is the whole file (of at most PORCH_BLOCK_SIZE): padded to the next power of two
 * of its own leaves; else padded to the 64 leaves of a full block. */
void porch_hash_block (const void *data, gsize length, gboolean whole, guint8 hash[PORCH_HASH_SIZE]);
/* max(1 MiB, next power of two ≥ size / 65,536). */
guint64 porch_piece_size (guint64 file_size);
/* The root of a file from the hashes of its blocks, in order (one hash for a file of one block). */
void porch_hash_root (const guint8 *block_hashes, gsize n_blocks, guint8 root[PORCH_HASH_SIZE]);
/* The whole file from a descriptor, on @threads threads (0: all cores). FALSE with errno's text; an empty file has no id:
 * returns TRUE and @empty TRUE. */
gboolean porch_hash_fd (int fd, guint threads, guint8 root[PORCH_HASH_SIZE], gboolean *empty, GError **error);

G_END_DECLS
