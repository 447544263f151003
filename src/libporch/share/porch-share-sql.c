/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "share/porch-share-sql.h"

#include <string.h>

static gint64
in_range (gint64 value, gint64 last, gint64 fallback)
{
  return value >= 0 && value <= last ? value : fallback;
}

/* What makes no sense opens nothing (S20): an unknown audience is nobody, a time below 0 is long over. */
static PorchShareTerms *
read_terms (sqlite3_stmt *stmt)
{
  PorchShareTerms *terms = g_new0 (PorchShareTerms, 1);
  g_autoptr (GBytes) path = porch_sql_dup_bytes (stmt, 3);
  gsize            length = 0;
  gconstpointer    data = path != NULL ? g_bytes_get_data (path, &length) : NULL;

  terms->id = porch_sql_dup_text (stmt, 0);
  terms->name = porch_sql_dup_text (stmt, 1);
  terms->note = porch_sql_dup_text (stmt, 2);
  terms->path = g_strndup (data != NULL ? data : "", length);
  terms->audience = (PorchAudience) in_range (sqlite3_column_int64 (stmt, 4), PORCH_AUDIENCE_EVERYONE, PORCH_AUDIENCE_NOBODY);
  terms->access = (PorchAccess) in_range (sqlite3_column_int64 (stmt, 5), PORCH_ACCESS_ADD, PORCH_ACCESS_READ);
  terms->until = in_range (sqlite3_column_int64 (stmt, 6), G_MAXINT64, 1);
  terms->active = sqlite3_column_int64 (stmt, 7) == 1;
  terms->created = sqlite3_column_int64 (stmt, 8);
  terms->mount_point = sqlite3_column_int64 (stmt, 9) != 0;
  return terms;
}

static gboolean
load_selected (sqlite3 *db, PorchShareTerms *terms, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (sqlite3_stmt) stmt = porch_sql_query (
      db, error, "SELECT device FROM share_selected WHERE share = ? ORDER BY device", "s", terms->id);
  gboolean row = TRUE;

  if (stmt == NULL)
    return FALSE;
  while (porch_sql_step (stmt, &row, error) && row)
    g_ptr_array_add (ids, porch_sql_dup_text (stmt, 0));
  g_ptr_array_add (ids, NULL);
  terms->selected = (char **) g_ptr_array_free (g_steal_pointer (&ids), FALSE);
  return !row;
}

static gboolean
load (sqlite3 *db, gpointer data, GError **error)
{
  GPtrArray *all = data;
  gboolean   row = TRUE;
  g_autoptr (sqlite3_stmt) stmt = porch_sql_query (
      db, error,
      "SELECT id, name, note, path, audience, access, until_s, active, created_s, mount_point FROM share ORDER BY created_s, id", NULL);

  if (stmt == NULL)
    return FALSE;
  while (porch_sql_step (stmt, &row, error) && row)
    g_ptr_array_add (all, read_terms (stmt));
  if (row)
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    if (!load_selected (db, all->pdata[i], error))
      return FALSE;
  return TRUE;
}

GPtrArray *
porch_share_sql_load (PorchStore *store, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) porch_share_terms_free);

  return porch_store_run (store, load, all, error) ? g_steal_pointer (&all) : NULL;
}

static gboolean
save (sqlite3 *db, gpointer data, GError **error)
{
  const PorchShareTerms *terms = data;
  g_autoptr (GBytes) path = g_bytes_new (terms->path, strlen (terms->path));

  if (!porch_sql_exec (db, error, "DELETE FROM share WHERE id = ?", "s", terms->id) ||
      !porch_sql_exec (db, error,
                       "INSERT INTO share (id, name, note, path, audience, access, until_s, active, created_s, mount_point)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       "sssbiiiiii", terms->id, terms->name, terms->note, path, (gint64) terms->audience, (gint64) terms->access,
                       terms->until, (gint64) terms->active, terms->created, (gint64) terms->mount_point))
    return FALSE;
  for (char **id = terms->selected; *id != NULL; id++)
    if (!porch_sql_exec (db, error, "INSERT INTO share_selected (share, device) VALUES (?, ?)", "ss", terms->id, *id))
      return FALSE;
  return TRUE;
}

gboolean
porch_share_sql_save (PorchStore *store, const PorchShareTerms *terms, GError **error)
{
  return porch_store_run_synced (store, save, (gpointer) terms, error);
}

static gboolean
delete_share (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "DELETE FROM share WHERE id = ?", "s", data) &&
         porch_sql_exec (db, error, "DELETE FROM content WHERE share = ?", "s", data);
}

gboolean
porch_share_sql_remove (PorchStore *store, const char *id, GError **error)
{
  return porch_store_run_synced (store, delete_share, (gpointer) id, error);
}
