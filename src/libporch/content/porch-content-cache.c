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
  GBytes *blocks; /* (nullable) */
  gboolean found;
} Entry;

gint64
porch_content_cache_time (const struct timespec *time)
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
      entry->mtime = porch_content_cache_time (&st->st_mtim);
      entry->ctime = porch_content_cache_time (&st->st_ctim);
    }
  return entry;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->share);
  g_bytes_unref (entry->path);
  g_clear_pointer (&entry->blocks, g_bytes_unref);
  g_free (entry);
}

static gboolean
lookup (sqlite3 *db, gpointer data, GError **error)
{
  Entry *entry = data;
  gboolean row = FALSE;
  g_autoptr (GBytes) id = NULL;
  g_autoptr (sqlite3_stmt) stmt
      = porch_sql_query (db, error, "SELECT id, blocks FROM content WHERE share = ? AND path = ? AND inode = ? AND size = ? AND mtime = ? AND ctime = ?",
                         "sbiiii", entry->share, entry->path, entry->inode, entry->size, entry->mtime, entry->ctime);

  if (!stmt || !porch_sql_step (stmt, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  id = porch_sql_dup_bytes (stmt, 0);
  entry->blocks = porch_sql_dup_bytes (stmt, 1);
  entry->found = id && g_bytes_get_size (id) == PORCH_HASH_SIZE;
  if (entry->found)
    memcpy (entry->id, g_bytes_get_data (id, NULL), PORCH_HASH_SIZE);
  return TRUE;
}

static Entry *
look_up (PorchStore *store, const char *share, const char *path, const struct stat *st)
{
  Entry *entry = entry_new (share, path, st);
  g_autoptr (GError) error = NULL;

  if (!porch_store_run (store, lookup, entry, &error))
    g_message ("A content id could not be looked up: %s", error->message);
  return entry;
}

gboolean
porch_content_cache_lookup (PorchStore *store, const char *share, const char *path, const struct stat *st, guint8 id[PORCH_HASH_SIZE])
{
  Entry *entry = look_up (store, share, path, st);
  gboolean found = entry->found;

  if (found)
    memcpy (id, entry->id, PORCH_HASH_SIZE);
  entry_free (entry);
  return found;
}

gboolean
porch_content_cache_lookup_blocks (PorchStore *store, const char *share, const char *path, const struct stat *st, guint8 *hashes,
                                   guint count)
{
  Entry *entry = look_up (store, share, path, st);
  gsize size = (gsize) count * PORCH_HASH_SIZE;
  gboolean found = entry->found && entry->blocks != NULL && g_bytes_get_size (entry->blocks) == size;
  guint8 root[PORCH_HASH_SIZE];

  if (found)
    {
      memcpy (hashes, g_bytes_get_data (entry->blocks, NULL), size);
      /* A layer counts only when its root is the id. */
      porch_hash_root (hashes, count, root);
      found = memcmp (root, entry->id, sizeof root) == 0;
    }
  entry_free (entry);
  return found;
}

static gboolean
keep (sqlite3 *db, gpointer data, GError **error)
{
  const Entry *entry = data;
  g_autoptr (GBytes) id = g_bytes_new (entry->id, PORCH_HASH_SIZE);

  return porch_sql_exec (db, error,
                         "INSERT OR REPLACE INTO content (share, path, inode, size, mtime, ctime, id, blocks) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                         "sbiiiibb", entry->share, entry->path, entry->inode, entry->size, entry->mtime, entry->ctime, id, entry->blocks);
}

gboolean
porch_content_cache_is_racy (const struct stat *st, gint64 began)
{
  return porch_content_cache_time (&st->st_mtim) > began - RACY || porch_content_cache_time (&st->st_ctim) > began - RACY;
}

gboolean
porch_content_cache_keep (PorchStore *store, const char *share, const char *path, const struct stat *st, gint64 began,
                          const guint8 id[PORCH_HASH_SIZE])
{
  Entry *entry;

  if (porch_content_cache_is_racy (st, began))
    return FALSE;
  entry = entry_new (share, path, st);
  memcpy (entry->id, id, PORCH_HASH_SIZE);
  porch_store_queue (store, keep, entry, entry_free);
  return TRUE;
}

gboolean
porch_content_cache_keep_blocks (PorchStore *store, const char *share, const char *path, const struct stat *st, gint64 began,
                                 const guint8 *hashes, guint count)
{
  Entry *entry;

  if (porch_content_cache_is_racy (st, began))
    return FALSE;
  entry = entry_new (share, path, st);
  porch_hash_root (hashes, count, entry->id);
  entry->blocks = g_bytes_new (hashes, (gsize) count * PORCH_HASH_SIZE);
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
