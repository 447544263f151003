/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "content/porch-content-cache.h"

#include <string.h>

#define SECOND G_GINT64_CONSTANT (1000000000)
/* Times of files are as coarse as the kernel's tick, on FAT two seconds. */
#define RACY (2 * SECOND)

typedef struct {
  char   *share;
  GBytes *path;
  gint64  inode, size, mtime, ctime;
  guint8  id[PORCH_HASH_SIZE];
  gboolean found;
} Entry;

static gint64
to_ns (const struct timespec *time)
{
  return (gint64) time->tv_sec * SECOND + time->tv_nsec;
}

static Entry *
entry_new (const char *share, const char *path, const struct stat *st)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->share = g_strdup (share);
  entry->path = g_bytes_new (path, strlen (path));
  if (st)
    {
      entry->inode = (gint64) st->st_ino;
      entry->size = st->st_size;
      entry->mtime = to_ns (&st->st_mtim);
      entry->ctime = to_ns (&st->st_ctim);
    }
  return entry;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->share);
  g_bytes_unref (entry->path);
  g_free (entry);
}

static gboolean
lookup (sqlite3 *db, gpointer data, GError **error)
{
  Entry *entry = data;
  gboolean row = FALSE;
  g_autoptr (GBytes) id = NULL;
  g_autoptr (sqlite3_stmt) stmt
      = porch_sql_query (db, error, "SELECT id FROM content WHERE share = ? AND path = ? AND inode = ? AND size = ? AND mtime = ? AND ctime = ?",
                         "sbiiii", entry->share, entry->path, entry->inode, entry->size, entry->mtime, entry->ctime);

  if (!stmt || !porch_sql_step (stmt, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  id = porch_sql_dup_bytes (stmt, 0);
  entry->found = id && g_bytes_get_size (id) == PORCH_HASH_SIZE;
  if (entry->found)
    memcpy (entry->id, g_bytes_get_data (id, NULL), PORCH_HASH_SIZE);
  return TRUE;
}

gboolean
porch_content_cache_lookup (PorchStore *store, const char *share, const char *path, const struct stat *st, guint8 id[PORCH_HASH_SIZE])
{
  Entry *entry = entry_new (share, path, st);
  g_autoptr (GError) error = NULL;
  gboolean found;

  if (!porch_store_run (store, lookup, entry, &error))
    g_message ("A content id could not be looked up: %s", error->message);
  found = entry->found;
  if (found)
    memcpy (id, entry->id, PORCH_HASH_SIZE);
  entry_free (entry);
  return found;
}

static gboolean
keep (sqlite3 *db, gpointer data, GError **error)
{
  const Entry *entry = data;
  g_autoptr (GBytes) id = g_bytes_new (entry->id, PORCH_HASH_SIZE);

  return porch_sql_exec (db, error, "INSERT OR REPLACE INTO content (share, path, inode, size, mtime, ctime, id) VALUES (?, ?, ?, ?, ?, ?, ?)",
                         "sbiiiib", entry->share, entry->path, entry->inode, entry->size, entry->mtime, entry->ctime, id);
}

gboolean
porch_content_cache_keep (PorchStore *store, const char *share, const char *path, const struct stat *st, gint64 began,
                          const guint8 id[PORCH_HASH_SIZE])
{
  Entry *entry;

  if (to_ns (&st->st_mtim) > began - RACY || to_ns (&st->st_ctim) > began - RACY)
    return FALSE;
  entry = entry_new (share, path, st);
  memcpy (entry->id, id, PORCH_HASH_SIZE);
  porch_store_queue (store, keep, entry, entry_free);
  return TRUE;
}

static gboolean
forget (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "DELETE FROM content WHERE share = ?", "s", (const char *) data);
}

void
porch_content_cache_forget (PorchStore *store, const char *share)
{
  porch_store_queue (store, forget, g_strdup (share), g_free);
}
