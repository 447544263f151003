/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The blocks of one open file, read with pread() and hashed from that very buffer, handed out in order. Several threads read and
 * hash ahead, never further than a few blocks. Only system calls and plain allocation: usable on a confined file thread, whose
 * walls its helper threads inherit. The file is compared with what it was at the start before and after each block.
 * Owned and used by one thread. */
#pragma once

#include <glib.h>
#include <sys/stat.h>

#include "porch-block-pool.h"
#include "content/porch-hash-book.h"
#include "content/porch-hash-tree.h"

G_BEGIN_DECLS

typedef struct {
  guint64 index;
  gsize   length;
  guint8  hash[PORCH_HASH_SIZE];
  guint8 *data; /* NULL when data are not kept; owned by the caller: porch_block_to_bytes() or porch_block_clear() */
} PorchBlock;

typedef struct _PorchBlockReader PorchBlockReader;

/* Blocks @from up to @count of them (G_MAXUINT64: to the end) of @fd (borrowed), with what the file is now into @st.
 * @threads 1: no helpers, the caller reads. @keep_data FALSE: only hashes. @hashes (nullable, borrowed): those that are known are not
 * computed again, the others are noted there. */
PorchBlockReader *porch_block_reader_new (int fd, guint64 from, guint64 count, guint threads, gboolean keep_data,
                                          PorchFileHashes *hashes, struct stat *st, GError **error);
void              porch_block_reader_free (PorchBlockReader *self);
/* FALSE at the end, and with PORCH_ERROR_CHANGED or the read's error. */
gboolean          porch_block_reader_next (PorchBlockReader *self, PorchBlock *block, GError **error);
/* Whether inode, size, mtime and ctime are the same. */
gboolean          porch_stat_same (const struct stat *a, const struct stat *b);

/* Takes the block's data; @header (at most PORCH_BLOCK_HEADROOM bytes) is put right before them, without a copy of the data. */
GBytes *porch_block_to_bytes (PorchBlock *block, GBytes *header);
void    porch_block_clear (PorchBlock *block);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchBlockReader, porch_block_reader_free)

G_END_DECLS
