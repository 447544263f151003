/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/porch-sql.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "porch-error.h"

gboolean
porch_sql_set_error (sqlite3 *db, GError **error)
{
  if (sqlite3_errcode (db) == SQLITE_FULL)
    g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_NO_SPACE,
                         _ ("There is no space left for Porch's state database. Free some and try again."));
  else
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_STORE, _ ("Porch's state database said: %s (%d)."), sqlite3_errmsg (db),
                 sqlite3_extended_errcode (db));
  return FALSE;
}

static int
bind_bytes (sqlite3_stmt *stmt, int index, GBytes *bytes)
{
  gsize         length = 0;
  gconstpointer data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  if (bytes == NULL)
    return sqlite3_bind_null (stmt, index);
  return length == 0 ? sqlite3_bind_zeroblob (stmt, index, 0)
                     : sqlite3_bind_blob64 (stmt, index, data, length, SQLITE_TRANSIENT);
}

static int
bind_all (sqlite3_stmt *stmt, const char *types, va_list args)
{
  int code = SQLITE_OK;

  for (int i = 1; types != NULL && *types != '\0' && code == SQLITE_OK; types++, i++)
    switch (*types)
      {
      case 'i':
        code = sqlite3_bind_int64 (stmt, i, va_arg (args, gint64));
        break;
      case 's':
        code = sqlite3_bind_text (stmt, i, va_arg (args, const char *), -1, SQLITE_TRANSIENT);
        break;
      case 'b':
        code = bind_bytes (stmt, i, va_arg (args, GBytes *));
        break;
      case 'n':
        code = sqlite3_bind_null (stmt, i);
        break;
      default:
        g_return_val_if_reached (SQLITE_MISUSE);
      }
  return code;
}

static sqlite3_stmt *
prepare (sqlite3 *db, GError **error, const char *sql, const char *types, va_list args)
{
  sqlite3_stmt *stmt = NULL;

  if (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) == SQLITE_OK && bind_all (stmt, types, args) == SQLITE_OK)
    return stmt;
  porch_sql_set_error (db, error);
  sqlite3_finalize (stmt);
  return NULL;
}

/**
 * porch_sql_query:
 * @sql: one statement
 * @types: one letter for each parameter
 *
 * Returns: (transfer full) (nullable): the prepared statement; step it with porch_sql_step()
 */
sqlite3_stmt *
porch_sql_query (sqlite3 *db, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *stmt;
  va_list       args;

  va_start (args, types);
  stmt = prepare (db, error, sql, types, args);
  va_end (args);
  return stmt;
}

/**
 * porch_sql_exec:
 *
 * Runs one statement to its end; rows are thrown away.
 */
gboolean
porch_sql_exec (sqlite3 *db, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *stmt;
  gboolean      row = TRUE, ok;
  va_list       args;

  va_start (args, types);
  stmt = prepare (db, error, sql, types, args);
  va_end (args);
  ok = stmt != NULL;
  while (ok && row)
    ok = porch_sql_step (stmt, &row, error);
  sqlite3_finalize (stmt);
  return ok;
}

/**
 * porch_sql_step:
 * @row: (out): whether there is a row now; FALSE at the end
 */
gboolean
porch_sql_step (sqlite3_stmt *stmt, gboolean *row, GError **error)
{
  int code = sqlite3_step (stmt);

  *row = code == SQLITE_ROW;
  if (code == SQLITE_ROW || code == SQLITE_DONE)
    return TRUE;
  return porch_sql_set_error (sqlite3_db_handle (stmt), error);
}

char *
porch_sql_dup_text (sqlite3_stmt *stmt, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (stmt, column));
}

GBytes *
porch_sql_dup_bytes (sqlite3_stmt *stmt, int column)
{
  gconstpointer data = sqlite3_column_blob (stmt, column); /* before _bytes(), as SQLite asks */

  if (sqlite3_column_type (stmt, column) == SQLITE_NULL)
    return NULL;
  return g_bytes_new (data, (gsize) sqlite3_column_bytes (stmt, column));
}
