/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The content ids that are known of files in shares, in the state database: hashed once, not again while inode, size, mtime and ctime
 * stay. Blocks on the store: any thread but the main one. */
#pragma once

#include <sys/stat.h>

#include "content/porch-hash-tree.h"
#include "store/porch-store.h"

G_BEGIN_DECLS

/* TRUE with @id when the file at @path of @share is the one whose id was kept. Whatever goes wrong means that it is not known. */
gboolean porch_content_cache_lookup (PorchStore *store, const char *share, const char *path, const struct stat *st,
                                     guint8 id[PORCH_HASH_SIZE]);
/* @st: the file, the same before and after hashing; @began: when hashing began, unix ns. FALSE when it was touched so shortly before
 * that a change could have left its times as they are; then nothing is kept. */
gboolean porch_content_cache_keep (PorchStore *store, const char *share, const char *path, const struct stat *st, gint64 began,
                                   const guint8 id[PORCH_HASH_SIZE]);
/* The same with the hashes of its blocks, from which the id follows. */
gboolean porch_content_cache_lookup_blocks (PorchStore *store, const char *share, const char *path, const struct stat *st,
                                            guint8 *hashes, guint count);
gboolean porch_content_cache_keep_blocks (PorchStore *store, const char *share, const char *path, const struct stat *st, gint64 began,
                                          const guint8 *hashes, guint count);
/* Whether a file whose reading begins at @began (unix ns) may change unseen. */
gboolean porch_content_cache_is_racy (const struct stat *st, gint64 began);
gint64   porch_content_cache_time (const struct timespec *time); /* ns */
/* When a share is removed. */
void     porch_content_cache_forget (PorchStore *store, const char *share);

G_END_DECLS
