/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small helpers for SQL with parameters, for functions that run on the store's thread. */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

/* @types one letter each: i gint64, s string (nullable), b GBytes (nullable), n NULL (no argument). */
gboolean      porch_sql_exec (sqlite3 *db, GError **error, const char *sql, const char *types, ...);
sqlite3_stmt *porch_sql_query (sqlite3 *db, GError **error, const char *sql, const char *types, ...); /* finalize it */
gboolean      porch_sql_step (sqlite3_stmt *stmt, gboolean *row, GError **error);
/* (transfer full) (nullable) NULL for SQL's NULL. */
char         *porch_sql_dup_text (sqlite3_stmt *stmt, int column);
GBytes       *porch_sql_dup_bytes (sqlite3_stmt *stmt, int column);
/* What SQLite says, as PORCH_ERROR_STORE or, for a full disk, PORCH_ERROR_NO_SPACE. Returns FALSE. */
gboolean      porch_sql_set_error (sqlite3 *db, GError **error);

G_END_DECLS
