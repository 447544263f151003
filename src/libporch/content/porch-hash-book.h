/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The block hashes of files that were given lately, so that a file that did not change is hashed once and not for everybody who fetches
 * it. In memory by device, inode, size, mtime and ctime; whole ones of shared files in the state database too, by share and path
 * (porch-content-cache). Atomic reference counts; any thread but the main one, file threads too: they wait for the store's thread, but
 * touch no database themselves. */
#pragma once

#include <sys/stat.h>

#include "content/porch-hash-tree.h"
#include "store/porch-store.h"

G_BEGIN_DECLS

typedef struct _PorchHashBook   PorchHashBook;
typedef struct _PorchFileHashes PorchFileHashes;

PorchHashBook *porch_hash_book_new (PorchStore *store);
PorchHashBook *porch_hash_book_ref (PorchHashBook *self);
void           porch_hash_book_unref (PorchHashBook *self);

/* (transfer full) (nullable): the page of the file that @st is; before it is read. @share (nullable): it lies at @path of that share.
 * NULL for a file of one block, for one that was touched a moment ago, whose times could stay as they are when it changes, and
 * for one of more than 64 GiB. */
PorchFileHashes *porch_hash_book_open (PorchHashBook *self, const char *share, const char *path, const struct stat *st);
void             porch_file_hashes_unref (PorchFileHashes *self);
gboolean         porch_file_hashes_get (PorchFileHashes *self, guint64 block, guint8 hash[PORCH_HASH_SIZE]);
/* The file was the same after the block was read as before. */
void             porch_file_hashes_put (PorchFileHashes *self, guint64 block, const guint8 hash[PORCH_HASH_SIZE]);
/* The content id; FALSE when not all of its blocks are known. */
gboolean         porch_file_hashes_root (PorchFileHashes *self, guint8 root[PORCH_HASH_SIZE]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchHashBook, porch_hash_book_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchFileHashes, porch_file_hashes_unref)

G_END_DECLS
