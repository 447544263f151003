/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one share or one offer opens: a set of top-level names over held folders. A share has one top, its folder, whose
 * content is the tree; an offer has several named tops, each a file or folder of its own anywhere on this computer.
 * Producers run on file threads of their own and write rows or frames (docs/PROTOCOL.md) into a flow.
 * Immutable, atomic reference count; any thread. */
#pragma once

#include "content/porch-hash-book.h"
#include "porch-limits.h"
#include "share/porch-dir.h"
#include "share/porch-flow.h"
#include "share/porch-want.h"

G_BEGIN_DECLS

typedef struct _PorchTree PorchTree;

/* What may wait for the network: the reader sends one block while the next ones lie ready. */
#define PORCH_TREE_FLOW_BYTES (3 * PORCH_BLOCK_SIZE)

PorchTree *porch_tree_new_share (PorchDir *dir, const guint8 secret[32]);
/* Adds come before use; @name is the wire name of the top, @parent and @entry where it lies. */
PorchTree *porch_tree_new_offer (const guint8 secret[32]);
void       porch_tree_add_top (PorchTree *self, const char *name, PorchDir *parent, const char *entry);
/* Also before use. @share (nullable): the id of the share that it is. */
void       porch_tree_set_book (PorchTree *self, PorchHashBook *book, const char *share);
/* Also before use: told, on a file thread, what is given of files from PORCH_TREE_WITNESS_SIZE on. @id (nullable): the content id, once
 * all of the file's hashes are known. */
#define PORCH_TREE_WITNESS_SIZE (16 * PORCH_BLOCK_SIZE)
typedef void (*PorchTreeWitness) (const char *version, gint64 size, const guint8 *id, gpointer data);
void       porch_tree_set_witness (PorchTree *self, PorchTreeWitness witness, gpointer data, GDestroyNotify free_data);
PorchTree *porch_tree_ref (PorchTree *self);
void       porch_tree_unref (PorchTree *self);

/* Rows of @path; "" is the top. The thread ends by itself; closing @flow stops it. */
PorchFlow *porch_tree_list (PorchTree *self, const char *path, gboolean deep);
/* Deep, and with "self": the first row is the item at @path, which may be a file, under the empty name. */
PorchFlow *porch_tree_list_self (PorchTree *self, const char *path);

/* Frames for @wants (takes it; of PorchWant). */
PorchFlow *porch_tree_fetch (PorchTree *self, GPtrArray *wants);
void       porch_tree_fetch_into (PorchTree *self, GPtrArray *wants, PorchFlow *flow);
/* The same with the hashes of the blocks instead of the blocks: what the book knows at once, the rest is read and hashed for it. */
void       porch_tree_layers_into (PorchTree *self, GPtrArray *wants, PorchFlow *flow);
/* HMAC-SHA256(secret, inode, size, mtime, ctime), 32 hex digits and NUL. */
void       porch_tree_version (const guint8 secret[32], const struct stat *st, char version[33]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchTree, porch_tree_unref)

G_END_DECLS
