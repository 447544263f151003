/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state database (SQLite: WAL, foreign keys, versioned migrations) on a thread of its own. The tables are in
 * store/porch-schema.c; each part of libporch keeps the SQL for its own tables beside its type. Any thread may call. */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

#define PORCH_TYPE_STORE (porch_store_get_type ())
G_DECLARE_FINAL_TYPE (PorchStore, porch_store, PORCH, STORE, GObject)

/* Runs on the store's thread inside BEGIN IMMEDIATE … COMMIT; FALSE rolls back. */
typedef gboolean (*PorchStoreFunc) (sqlite3 *db, gpointer data, GError **error);

/* Opens @path and migrates. A database that is damaged is moved aside to @path.broken-DATE and a new one made; then
 * @set_aside gets the new name. ":memory:" for tests. */
PorchStore *porch_store_new (const char *path, char **set_aside, GError **error);
/* Blocks until done. */
gboolean    porch_store_run (PorchStore *self, PorchStoreFunc func, gpointer data, GError **error);
/* Returns at once; in order with every other call. A failure is logged. */
void        porch_store_queue (PorchStore *self, PorchStoreFunc func, gpointer data, GDestroyNotify free_data);
/* As porch_store_run(), and the WAL is synced before it returns: survives a power cut. */
gboolean    porch_store_run_synced (PorchStore *self, PorchStoreFunc func, gpointer data, GError **error);

/* Small helpers for SQL with parameters; @types one letter each: i gint64, s string, b GBytes, n NULL (no argument). */
gboolean      porch_sql_exec (sqlite3 *db, GError **error, const char *sql, const char *types, ...);
sqlite3_stmt *porch_sql_query (sqlite3 *db, GError **error, const char *sql, const char *types, ...); /* finalize it */
gboolean      porch_sql_step (sqlite3_stmt *stmt, gboolean *row, GError **error);
char         *porch_sql_dup_text (sqlite3_stmt *stmt, int column);

G_END_DECLS
