/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-file-table.h"

#include "porch-limits.h"
#include "store/porch-sql.h"
#include "transfer/porch-boot-id.h"

#include <string.h>

#define BATCH 512
#define MAX_STAGED 10000
#define BATCH_AGE (G_USEC_PER_SEC / 10)
/* Blocks of a large file: a transaction for each one would cost more than the writing of it. */
#define BLOCK_AGE (G_USEC_PER_SEC / 50)
#define SYNC_AGE (2 * G_USEC_PER_SEC)

typedef enum {
  NOTE_ADD,
  NOTE_STAGING,
  NOTE_BLOCK,
  NOTE_PUBLISHED,
  NOTE_GIVEN_UP,
  NOTE_RESTART,
  NOTE_RESTART_BLOCKS,
  NOTE_SIZE,
  NOTE_LOST,
  NOTE_COPY,
  NOTE_REPAIR,
  N_NOTES,
} NoteType;

/* ?1 transfer, ?2 number, ?3 ?4 ?5 the note's numbers, ?6 ?7 its texts, ?8 its hash, ?9 this boot. */
static const char *const statements[N_NOTES] = {
  [NOTE_ADD] = "INSERT OR REPLACE INTO transfer_file (transfer, number, kind, size, mtime, path, version)"
               " VALUES (?1, ?2, ?3, ?4, ?5, CAST(?6 AS BLOB), ?7)",
  [NOTE_STAGING] = "UPDATE transfer_file SET staging = ?6, inode = ?3, boot = ?9 WHERE transfer = ?1 AND number = ?2",
  [NOTE_BLOCK] = "INSERT OR REPLACE INTO transfer_block (transfer, number, block, hash)"
                 " SELECT transfer, number, ?3, ?8 FROM transfer_file WHERE transfer = ?1 AND number = ?2",
  [NOTE_PUBLISHED] = "UPDATE transfer_file SET state = ?3, inode = ?4, ctime = ?5, final = CAST(?6 AS BLOB), boot = ?9, staging = NULL"
                     " WHERE transfer = ?1 AND number = ?2",
  [NOTE_GIVEN_UP] = "UPDATE transfer_file SET state = 3, problem = ?6, staging = NULL WHERE transfer = ?1 AND number = ?2",
  [NOTE_RESTART] = "UPDATE transfer_file SET state = 0, version = ?7, staging = NULL, inode = NULL, final = NULL"
                   " WHERE transfer = ?1 AND number = ?2",
  [NOTE_RESTART_BLOCKS] = "DELETE FROM transfer_block WHERE transfer = ?1 AND number = ?2",
  [NOTE_SIZE] = "UPDATE transfer_file SET size = ?4, mtime = ?5, version = ?7 WHERE transfer = ?1 AND number = ?2",
  [NOTE_LOST] = "DELETE FROM transfer_block WHERE transfer = ?1 AND number = ?2 AND block = ?3",
  [NOTE_COPY] = "UPDATE transfer_file SET staging = ?6 WHERE transfer = ?1 AND number = ?2",
  [NOTE_REPAIR] = "UPDATE transfer_file SET state = 0, repair = 1, final = NULL, staging = ?6, inode = ?3, boot = ?9"
                  " WHERE transfer = ?1 AND number = ?2",
};

typedef struct {
  NoteType type;
  gint64   number, a, b, c;
  char    *text, *other;
  guint8   hash[32];
} Note;

typedef struct {
  char       *transfer;
  const char *boot;
  GArray     *notes;
} Batch;

struct _PorchFileTable
{
  /* borrowed */
  PorchStore *store;
  /* owned */
  char *transfer;
  /* guarded by lock */
  GMutex  lock;
  GArray *notes; /* of Note */
  gint64  first; /* when the oldest was noted */
  gint64        synced_at; /* guarded by lock; monotonic */
};

static void
clear_note (gpointer data)
{
  Note *note = data;

  g_free (note->text);
  g_free (note->other);
}

static GArray *
new_notes (void)
{
  GArray *notes = g_array_new (FALSE, TRUE, sizeof (Note));

  g_array_set_clear_func (notes, clear_note);
  return notes;
}

void
porch_file_row_free (PorchFileRow *row)
{
  g_free (row->path);
  g_free (row->version);
  g_free (row->final);
  g_free (row->staging);
  g_free (row->boot);
  g_free (row);
}

PorchFileTable *
porch_file_table_new (PorchStore *store, const char *transfer)
{
  PorchFileTable *self = g_new0 (PorchFileTable, 1);

  g_mutex_init (&self->lock);
  self->store = g_object_ref (store);
  self->transfer = g_strdup (transfer);
  self->notes = new_notes ();
  return self;
}

static void
batch_free (Batch *batch)
{
  g_free (batch->transfer);
  g_array_unref (batch->notes);
  g_free (batch);
}

static gboolean
write_note (sqlite3 *db, sqlite3_stmt *stmt, const Batch *batch, const Note *note, GError **error)
{
  int parameters = sqlite3_bind_parameter_count (stmt);
  int result;

  sqlite3_bind_text (stmt, 1, batch->transfer, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (stmt, 2, note->number);
  /* A statement has as many parameters as its highest; binding one that it leaves out is harmless. */
  if (parameters >= 3)
    sqlite3_bind_int64 (stmt, 3, note->a);
  if (parameters >= 4)
    sqlite3_bind_int64 (stmt, 4, note->b);
  if (parameters >= 5)
    sqlite3_bind_int64 (stmt, 5, note->c);
  if (parameters >= 6)
    sqlite3_bind_text (stmt, 6, note->text, -1, SQLITE_STATIC);
  if (parameters >= 7)
    sqlite3_bind_text (stmt, 7, note->other, -1, SQLITE_STATIC);
  if (parameters >= 8)
    sqlite3_bind_blob (stmt, 8, note->hash, sizeof note->hash, SQLITE_STATIC);
  if (parameters >= 9)
    sqlite3_bind_text (stmt, 9, batch->boot, -1, SQLITE_STATIC);
  result = sqlite3_step (stmt);
  sqlite3_reset (stmt);
  return result == SQLITE_DONE || porch_sql_set_error (db, error);
}

static gboolean
write_batch (sqlite3 *db, gpointer data, GError **error)
{
  Batch *batch = data;
  sqlite3_stmt *stmts[N_NOTES] = { NULL };
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < batch->notes->len; i++)
    {
      const Note *note = &g_array_index (batch->notes, Note, i);

      if (stmts[note->type] == NULL && sqlite3_prepare_v2 (db, statements[note->type], -1, &stmts[note->type], NULL) != SQLITE_OK)
        ok = porch_sql_set_error (db, error);
      else
        ok = write_note (db, stmts[note->type], batch, note, error);
    }
  for (guint i = 0; i < N_NOTES; i++)
    sqlite3_finalize (stmts[i]);
  return ok;
}

/* Called with the lock held. (nullable): nothing was noted. */
static Batch *
take_batch (PorchFileTable *self)
{
  Batch *batch;

  if (self->notes->len == 0)
    return NULL;
  batch = g_new0 (Batch, 1);
  batch->transfer = g_strdup (self->transfer);
  batch->boot = porch_boot_id_get ();
  batch->notes = self->notes;
  self->notes = new_notes ();
  return batch;
}

void
porch_file_table_free (PorchFileTable *self)
{
  Batch *batch;

  if (self == NULL)
    return;
  batch = take_batch (self);
  if (batch != NULL)
    porch_store_queue (self->store, write_batch, batch, (GDestroyNotify) batch_free);
  g_array_unref (self->notes);
  g_mutex_clear (&self->lock);
  g_free (self->transfer);
  g_object_unref (self->store);
  g_free (self);
}

/* @age: how long the oldest note may have waited; 0 writes now. Queued under the lock, so that batches reach the store in the order of their notes. */
static void
add_note (PorchFileTable *self, const Note *note, gint64 age)
{
  gint64 now = g_get_monotonic_time ();
  /* A large file that was published, and now and then the small ones: after a power cut a name that the store forgot would be
   * taken for somebody else's, and get a number. */
  gboolean synced = age == 0 && note->type == NOTE_PUBLISHED;
  Batch *batch = NULL;

  g_mutex_lock (&self->lock);
  synced = synced || now - self->synced_at >= SYNC_AGE;
  if (self->notes->len == 0)
    self->first = now;
  g_array_append_vals (self->notes, note, 1);
  if (self->notes->len >= BATCH || now - self->first >= age)
    batch = take_batch (self);
  if (batch != NULL && synced)
    {
      self->synced_at = now;
      porch_store_queue_synced (self->store, write_batch, batch, (GDestroyNotify) batch_free);
    }
  else if (batch != NULL)
    porch_store_queue (self->store, write_batch, batch, (GDestroyNotify) batch_free);
  g_mutex_unlock (&self->lock);
}

void
porch_file_table_add (PorchFileTable *self, gint64 number, const char *path, gboolean folder, gint64 size, gint64 mtime,
                      const char *version)
{
  Note note = { NOTE_ADD, number, folder, size, mtime, g_strdup (path), g_strdup (version) };

  add_note (self, &note, BATCH_AGE);
}

void
porch_file_table_note_staging (PorchFileTable *self, gint64 number, const char *staging, guint64 inode)
{
  Note note = { NOTE_STAGING, number, (gint64) inode, 0, 0, g_strdup (staging) };

  add_note (self, &note, 0);
}

void
porch_file_table_note_block (PorchFileTable *self, gint64 number, guint64 block, const guint8 hash[32], gboolean large)
{
  Note note = { NOTE_BLOCK, number, (gint64) block };

  memcpy (note.hash, hash, sizeof note.hash);
  add_note (self, &note, large ? BLOCK_AGE : BATCH_AGE);
}

void
porch_file_table_note_published (PorchFileTable *self, gint64 number, PorchFileState state, const char *final, guint64 inode,
                                 gint64 ctime, gboolean at_once)
{
  Note note = { NOTE_PUBLISHED, number, state, (gint64) inode, ctime, g_strdup (final) };

  add_note (self, &note, at_once ? 0 : BATCH_AGE);
}

void
porch_file_table_note_given_up (PorchFileTable *self, gint64 number, const char *why)
{
  Note note = { NOTE_GIVEN_UP, number, 0, 0, 0, g_strdup (why) };

  add_note (self, &note, BATCH_AGE);
}

void
porch_file_table_note_restart (PorchFileTable *self, gint64 number, const char *version)
{
  Note note = { .type = NOTE_RESTART, .number = number, .other = g_strdup (version) };
  Note blocks = { NOTE_RESTART_BLOCKS, number };

  add_note (self, &note, BATCH_AGE);
  add_note (self, &blocks, 0);
}

void
porch_file_table_note_size (PorchFileTable *self, gint64 number, gint64 size, gint64 mtime, const char *version)
{
  Note note = { NOTE_SIZE, number, 0, size, mtime, NULL, g_strdup (version) };

  add_note (self, &note, BATCH_AGE);
}

void
porch_file_table_note_lost (PorchFileTable *self, gint64 number, guint64 block)
{
  Note note = { NOTE_LOST, number, (gint64) block };

  add_note (self, &note, BATCH_AGE);
}

void
porch_file_table_note_copy (PorchFileTable *self, gint64 number, const char *staging)
{
  Note note = { NOTE_COPY, number, 0, 0, 0, g_strdup (staging) };

  add_note (self, &note, 0);
}

void
porch_file_table_note_repair (PorchFileTable *self, gint64 number, const char *staging, guint64 inode)
{
  Note note = { NOTE_REPAIR, number, (gint64) inode, 0, 0, g_strdup (staging) };

  add_note (self, &note, 0);
}

static gboolean
do_nothing (sqlite3 *db, gpointer data, GError **error)
{
  return TRUE;
}

/* What was noted is queued and then waited for, never run: a write that is waited for fails when the disk is full, and the notes would be
 * lost; one that is queued waits for room (porch_store_queue()). */
gboolean
porch_file_table_flush (PorchFileTable *self, GError **error)
{
  Batch *batch;

  g_mutex_lock (&self->lock);
  batch = take_batch (self);
  if (batch != NULL)
    porch_store_queue_synced (self->store, write_batch, batch, (GDestroyNotify) batch_free);
  g_mutex_unlock (&self->lock);
  return batch != NULL ? porch_store_run (self->store, do_nothing, NULL, error)
                       : porch_store_run_synced (self->store, do_nothing, NULL, error);
}

typedef struct {
  char *from, *to;
} Copy;

static void
copy_free (Copy *copy)
{
  g_free (copy->from);
  g_free (copy->to);
  g_free (copy);
}

#define SAME_COLUMNS "number, path, kind, size, mtime, version, state, final, boot, inode, ctime, repair"

static gboolean
copy_in_store (sqlite3 *db, gpointer data, GError **error)
{
  const Copy *copy = data;

  return porch_sql_exec (db, error, "INSERT INTO transfer_file (transfer, " SAME_COLUMNS ") SELECT ?, " SAME_COLUMNS
                                    " FROM transfer_file WHERE transfer = ? AND state IN (1, 2)", "ss", copy->to, copy->from)
         && porch_sql_exec (db, error, "INSERT INTO transfer_block (transfer, number, block, hash) SELECT f.transfer, b.number, b.block, b.hash"
                                       " FROM transfer_block b JOIN transfer_file f USING (number) WHERE f.transfer = ? AND b.transfer = ?",
                            "ss", copy->to, copy->from);
}

void
porch_file_table_copy (PorchStore *store, const char *from, const char *to)
{
  Copy *copy = g_new0 (Copy, 1);

  *copy = (Copy) { g_strdup (from), g_strdup (to) };
  porch_store_queue_synced (store, copy_in_store, copy, (GDestroyNotify) copy_free);
}

static gboolean
clear_in_store (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "DELETE FROM transfer_block WHERE transfer = ?", "s", data)
         && porch_sql_exec (db, error, "DELETE FROM transfer_file WHERE transfer = ?", "s", data);
}

gboolean
porch_file_table_clear (PorchFileTable *self, GError **error)
{
  return porch_file_table_flush (self, error) && porch_store_run (self->store, clear_in_store, self->transfer, error);
}

typedef struct {
  const char *transfer;
  gint64      number;
  gboolean    folders, tops, staged;
  guint       states, limit;
  GPtrArray  *rows;
  GArray     *blocks;
  PorchFileSums *sums;
} Query;

#define ROW_COLUMNS "number, path, kind, size, mtime, version, state, final, staging, boot, inode, ctime, repair"

/* An empty blob has no address. */
static char *
dup_blob (sqlite3_stmt *stmt, int column)
{
  const char *data = sqlite3_column_blob (stmt, column);

  return g_strndup (data ? data : "", (gsize) sqlite3_column_bytes (stmt, column));
}

static PorchFileRow *
read_row (sqlite3_stmt *stmt)
{
  PorchFileRow *row = g_new0 (PorchFileRow, 1);

  row->number = sqlite3_column_int64 (stmt, 0);
  row->path = dup_blob (stmt, 1);
  row->folder = sqlite3_column_int (stmt, 2) != 0;
  row->size = sqlite3_column_int64 (stmt, 3);
  row->mtime = sqlite3_column_int64 (stmt, 4);
  row->version = porch_sql_dup_text (stmt, 5);
  row->state = (PorchFileState) sqlite3_column_int (stmt, 6);
  if (sqlite3_column_type (stmt, 7) != SQLITE_NULL)
    row->final = dup_blob (stmt, 7);
  row->staging = porch_sql_dup_text (stmt, 8);
  row->boot = porch_sql_dup_text (stmt, 9);
  row->inode = sqlite3_column_int64 (stmt, 10);
  row->ctime = sqlite3_column_int64 (stmt, 11);
  row->repair = sqlite3_column_int (stmt, 12) != 0;
  return row;
}

static gboolean
select_in_store (sqlite3 *db, gpointer data, GError **error)
{
  Query *query = data;
  sqlite3_stmt *stmt;
  gboolean row = FALSE, ok;

  if (query->tops)
    stmt = porch_sql_query (db, error, "SELECT " ROW_COLUMNS " FROM transfer_file WHERE transfer = ? AND instr(path, X'2F') = 0"
                                       " ORDER BY number LIMIT ?", "si", query->transfer, (gint64) query->limit);
  else if (query->staged)
    stmt = porch_sql_query (db, error, "SELECT " ROW_COLUMNS " FROM transfer_file WHERE transfer = ? AND staging IS NOT NULL"
                                       " ORDER BY number LIMIT ?", "si", query->transfer, (gint64) query->limit);
  else
    stmt = porch_sql_query (db, error, "SELECT " ROW_COLUMNS " FROM transfer_file WHERE transfer = ? AND number > ? AND kind = ?"
                                       " AND ((1 << state) & ?) != 0 ORDER BY number LIMIT ?", "siiii", query->transfer,
                            query->number, (gint64) query->folders, (gint64) query->states, (gint64) query->limit);
  ok = stmt != NULL;
  while (ok && (ok = porch_sql_step (stmt, &row, error)) && row)
    g_ptr_array_add (query->rows, read_row (stmt));
  sqlite3_finalize (stmt);
  return ok;
}

static GPtrArray *
run_select (PorchFileTable *self, Query *query, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) porch_file_row_free);

  query->transfer = self->transfer;
  query->rows = rows;
  if (!porch_store_run (self->store, select_in_store, query, error))
    return NULL;
  return g_steal_pointer (&rows);
}

GPtrArray *
porch_file_table_select (PorchFileTable *self, gint64 after, gboolean folders, guint states, guint limit, GError **error)
{
  Query query = { .number = after, .folders = folders, .states = states, .limit = limit };

  return run_select (self, &query, error);
}

GPtrArray *
porch_file_table_select_staged (PorchFileTable *self, GError **error)
{
  Query query = { .staged = TRUE, .limit = MAX_STAGED };

  return run_select (self, &query, error);
}

GPtrArray *
porch_file_table_select_tops (PorchFileTable *self, guint limit, GError **error)
{
  Query query = { .tops = TRUE, .limit = limit };

  return run_select (self, &query, error);
}

typedef struct {
  const char *transfer, *path;
  char       *final;
} Lookup;

static gboolean
lookup_in_store (sqlite3 *db, gpointer data, GError **error)
{
  Lookup *lookup = data;
  sqlite3_stmt *stmt = porch_sql_query (db, error, "SELECT final FROM transfer_file WHERE transfer = ? AND path = CAST(? AS BLOB)"
                                                   " AND state IN (1, 2) AND final IS NOT NULL LIMIT 1", "ss", lookup->transfer,
                                        lookup->path);
  gboolean row = FALSE, ok = stmt != NULL && porch_sql_step (stmt, &row, error);

  if (ok && row)
    lookup->final = dup_blob (stmt, 0);
  sqlite3_finalize (stmt);
  return ok;
}

gboolean
porch_file_table_lookup_final (PorchFileTable *self, const char *path, char **final, GError **error)
{
  Lookup lookup = { self->transfer, path, NULL };
  gboolean ok = porch_store_run (self->store, lookup_in_store, &lookup, error);

  g_free (*final);
  *final = lookup.final;
  return ok;
}

static gboolean
blocks_in_store (sqlite3 *db, gpointer data, GError **error)
{
  Query *query = data;
  sqlite3_stmt *stmt = porch_sql_query (db, error, "SELECT block, hash FROM transfer_block WHERE transfer = ? AND number = ?"
                                                   " ORDER BY block", "si", query->transfer, query->number);
  gboolean row = FALSE, ok = stmt != NULL;

  while (ok && (ok = porch_sql_step (stmt, &row, error)) && row)
    {
      PorchFileBlock block = { (guint64) sqlite3_column_int64 (stmt, 0) };

      if (sqlite3_column_bytes (stmt, 1) != sizeof block.hash)
        continue;
      memcpy (block.hash, sqlite3_column_blob (stmt, 1), sizeof block.hash);
      g_array_append_val (query->blocks, block);
    }
  sqlite3_finalize (stmt);
  return ok;
}

GArray *
porch_file_table_blocks (PorchFileTable *self, gint64 number, GError **error)
{
  g_autoptr (GArray) blocks = g_array_new (FALSE, TRUE, sizeof (PorchFileBlock));
  Query query = { .transfer = self->transfer, .number = number, .blocks = blocks };

  if (!porch_store_run (self->store, blocks_in_store, &query, error))
    return NULL;
  return g_steal_pointer (&blocks);
}

static gboolean
sums_in_store (sqlite3 *db, gpointer data, GError **error)
{
  static const char sql[]
      = "SELECT count(*) FILTER (WHERE kind = 0), total(size) FILTER (WHERE kind = 0), count(*) FILTER (WHERE kind = 1),"
        " count(*) FILTER (WHERE kind = 0 AND state IN (1, 2)), total(size) FILTER (WHERE kind = 0 AND state IN (1, 2)),"
        " count(*) FILTER (WHERE kind = 0 AND state = 0), total(size) FILTER (WHERE kind = 0 AND state = 0),"
        " (SELECT total(min(1048576, f.size - b.block * 1048576)) FROM transfer_block b JOIN transfer_file f"
        "   USING (transfer, number) WHERE b.transfer = ?1 AND f.state = 0 AND f.staging IS NOT NULL)"
        " FROM transfer_file WHERE transfer = ?1";
  Query *query = data;
  sqlite3_stmt *stmt = porch_sql_query (db, error, sql, "s", query->transfer);
  gboolean row = FALSE, ok = stmt != NULL && porch_sql_step (stmt, &row, error);

  if (ok && row)
    {
      gint64 partial = sqlite3_column_int64 (stmt, 7);

      *query->sums = (PorchFileSums) { sqlite3_column_int64 (stmt, 0), sqlite3_column_int64 (stmt, 1),
                                       sqlite3_column_int64 (stmt, 2), sqlite3_column_int64 (stmt, 3),
                                       sqlite3_column_int64 (stmt, 4) + partial, sqlite3_column_int64 (stmt, 5),
                                       sqlite3_column_int64 (stmt, 6) - partial };
    }
  sqlite3_finalize (stmt);
  return ok;
}

gboolean
porch_file_table_sums (PorchFileTable *self, PorchFileSums *sums, GError **error)
{
  Query query = { .transfer = self->transfer, .sums = sums };

  G_STATIC_ASSERT (PORCH_BLOCK_SIZE == 1048576);
  memset (sums, 0, sizeof *sums);
  return porch_store_run (self->store, sums_in_store, &query, error);
}
