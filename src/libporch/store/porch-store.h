/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state database (SQLite: WAL, foreign keys, versioned migrations) on a thread of its own. The tables are in
 * store/porch-schema.c; each part of libporch keeps the SQL for its own tables beside its type. Any thread may call. */
#pragma once

#include "store/porch-sql.h"

G_BEGIN_DECLS

#define PORCH_TYPE_STORE (porch_store_get_type ())
G_DECLARE_FINAL_TYPE (PorchStore, porch_store, PORCH, STORE, GObject)

/* Runs on the store's thread inside BEGIN IMMEDIATE … COMMIT; FALSE rolls back. It must not call the store. */
typedef gboolean (*PorchStoreFunc) (sqlite3 *db, gpointer data, GError **error);

/* Opens @path and migrates. A database that is damaged is moved aside to @path.broken-DATE and a new one made; then
 * @set_aside (nullable) gets the new name. ":memory:" for tests. */
PorchStore *porch_store_new (const char *path, char **set_aside, GError **error);
/* Blocks until done. */
gboolean    porch_store_run (PorchStore *self, PorchStoreFunc func, gpointer data, GError **error);
/* Returns at once; in order with every other call. @free_data runs on the store's thread. For lack of room it waits until there is some,
 * and every later call waits behind it: porch_store_run() then fails with PORCH_ERROR_NO_SPACE. Another failure is logged. */
void        porch_store_queue (PorchStore *self, PorchStoreFunc func, gpointer data, GDestroyNotify free_data);
/* As porch_store_queue(), and synced by the store's thread: everything before it survives a power cut once it ran. */
void        porch_store_queue_synced (PorchStore *self, PorchStoreFunc func, gpointer data, GDestroyNotify free_data);
/* As porch_store_run(), and the WAL is synced before it returns, with all that was committed before: survives a power cut. */
gboolean    porch_store_run_synced (PorchStore *self, PorchStoreFunc func, gpointer data, GError **error);

/* The table "setting": small values by name. (transfer full) (nullable) NULL and no error when there is none. */
char       *porch_store_dup_setting (PorchStore *self, const char *key, GError **error);
gboolean    porch_store_set_setting (PorchStore *self, const char *key, const char *value, GError **error); /* NULL removes */

G_END_DECLS
