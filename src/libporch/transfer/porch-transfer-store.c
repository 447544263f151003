/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-transfer-store.h"

#include "porch-error.h"
#include "store/porch-sql.h"

#include <string.h>

#define COLUMNS                                                                                                                  \
  "id, direction, state, device, title, source, target, spec, position, created_s, finished_s, bytes_done, bytes_total,"         \
  " files_done, files_total, error"
/* DONE, DECLINED, CANCELLED, FAILED: the last four of PorchTransferState, by name so that the enum may grow. */
#define FINISHED "state IN (8, 9, 10, 11)"

G_STATIC_ASSERT (PORCH_TRANSFER_DONE == 8 && PORCH_TRANSFER_FAILED == 11);

void
porch_transfer_record_free (PorchTransferRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->id);
  g_free (record->title);
  g_free (record->source);
  g_free (record->target);
  g_free (record->spec);
  g_clear_error (&record->error);
  g_free (record);
}

PorchProblem *
porch_problem_new (const char *path, const char *message)
{
  PorchProblem *problem = g_new0 (PorchProblem, 1);

  problem->path = g_strdup (path);
  problem->message = g_strdup (message);
  return problem;
}

void
porch_problem_free (PorchProblem *problem)
{
  g_free (problem->path);
  g_free (problem->message);
  g_free (problem);
}

/* "12 words": an error keeps its PORCH_ERROR code; "" is none. */
static char *
error_to_text (const GError *error)
{
  if (error == NULL)
    return g_strdup ("");
  return g_strdup_printf ("%d %s", error->domain == PORCH_ERROR ? error->code : -1, error->message);
}

static GError *
error_from_text (const char *text)
{
  char *rest = NULL;
  gint64 code;

  if (text == NULL || *text == 0)
    return NULL;
  code = g_ascii_strtoll (text, &rest, 10);
  if (*rest == ' ')
    rest++;
  if (code >= 0 && code <= PORCH_ERROR_CANCELLED)
    return g_error_new_literal (PORCH_ERROR, (int) code, rest);
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, rest);
}

static char *
dup_blob (sqlite3_stmt *stmt, int column)
{
  const void *data = sqlite3_column_blob (stmt, column);

  return data && sqlite3_column_bytes (stmt, column) > 0 ? g_strndup (data, (gsize) sqlite3_column_bytes (stmt, column)) : NULL;
}

static PorchTransferRecord *
record_from_row (sqlite3_stmt *stmt)
{
  g_autoptr (PorchTransferRecord) record = g_new0 (PorchTransferRecord, 1);
  g_autofree char *device = porch_sql_dup_text (stmt, 3);
  g_autofree char *error = porch_sql_dup_text (stmt, 15);

  record->id = porch_sql_dup_text (stmt, 0);
  record->kind = (PorchTransferKind) sqlite3_column_int (stmt, 1);
  record->state = (PorchTransferState) sqlite3_column_int (stmt, 2);
  record->title = porch_sql_dup_text (stmt, 4);
  record->source = dup_blob (stmt, 5);
  record->target = dup_blob (stmt, 6);
  record->spec = dup_blob (stmt, 7);
  record->position = sqlite3_column_int64 (stmt, 8);
  record->created = sqlite3_column_int64 (stmt, 9);
  record->finished = sqlite3_column_int64 (stmt, 10);
  record->bytes_done = sqlite3_column_int64 (stmt, 11);
  record->bytes_total = sqlite3_column_int64 (stmt, 12);
  record->files_done = sqlite3_column_int64 (stmt, 13);
  record->files_total = sqlite3_column_int64 (stmt, 14);
  record->error = error_from_text (error);
  if (device == NULL || !porch_device_id_parse (device, &record->peer) || record->source == NULL || record->spec == NULL)
    return NULL;
  return g_steal_pointer (&record);
}

typedef struct {
  const char *id;
  guint       finished;
  GPtrArray  *out;
} Load;

static gboolean
load_rows (sqlite3 *db, GPtrArray *out, const char *sql, gint64 limit, GError **error)
{
  sqlite3_stmt *stmt = porch_sql_query (db, error, sql, "i", limit);
  gboolean row = FALSE, ok = stmt != NULL;

  while (ok && (ok = porch_sql_step (stmt, &row, error)) && row)
    {
      PorchTransferRecord *record = record_from_row (stmt);

      if (record != NULL)
        g_ptr_array_add (out, record);
      else
        g_warning ("A row of the transfer table can't be read; it is left out");
    }
  sqlite3_finalize (stmt);
  return ok;
}

static gboolean
load_in_store (sqlite3 *db, gpointer data, GError **error)
{
  Load *load = data;

  return load_rows (db, load->out, "SELECT " COLUMNS " FROM (SELECT * FROM transfer WHERE " FINISHED
                                   " ORDER BY finished_s DESC, position DESC LIMIT ?) ORDER BY position", load->finished, error)
         && load_rows (db, load->out, "SELECT " COLUMNS " FROM transfer WHERE NOT " FINISHED " ORDER BY position LIMIT ?",
                       G_MAXINT32, error);
}

GPtrArray *
porch_transfer_store_load (PorchStore *store, guint finished, GError **error)
{
  g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func ((GDestroyNotify) porch_transfer_record_free);
  Load load = { NULL, finished, out };

  if (!porch_store_run (store, load_in_store, &load, error))
    return NULL;
  return g_steal_pointer (&out);
}

static gboolean
load_problems_in_store (sqlite3 *db, gpointer data, GError **error)
{
  Load *load = data;
  sqlite3_stmt *stmt = porch_sql_query (db, error, "SELECT path, message FROM transfer_problem WHERE transfer = ?", "s", load->id);
  gboolean row = FALSE, ok = stmt != NULL;

  while (ok && (ok = porch_sql_step (stmt, &row, error)) && row)
    {
      g_autofree char *path = porch_sql_dup_text (stmt, 0);
      g_autofree char *message = porch_sql_dup_text (stmt, 1);

      g_ptr_array_add (load->out, porch_problem_new (path, message));
    }
  sqlite3_finalize (stmt);
  return ok;
}

GPtrArray *
porch_transfer_store_load_problems (PorchStore *store, const char *id, GError **error)
{
  g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func ((GDestroyNotify) porch_problem_free);
  Load load = { id, 0, out };

  if (!porch_store_run (store, load_problems_in_store, &load, error))
    return NULL;
  return g_steal_pointer (&out);
}

/* Nothing is an empty blob. */
static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new (text, text ? strlen (text) : 0);
}

static gboolean
insert_in_store (sqlite3 *db, gpointer data, GError **error)
{
  PorchTransferRecord *record = data;
  g_autofree char *device = porch_device_id_to_string (&record->peer);
  g_autoptr (GBytes) source = text_bytes (record->source);
  g_autoptr (GBytes) target = text_bytes (record->target);
  g_autoptr (GBytes) spec = text_bytes (record->spec);
  sqlite3_stmt *stmt = porch_sql_query (db, error, "SELECT coalesce(max(position), 0) + 1 FROM transfer", "");
  gboolean row = FALSE;

  if (stmt == NULL)
    return FALSE;
  if (porch_sql_step (stmt, &row, NULL) && row)
    record->position = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  return porch_sql_exec (db, error, "INSERT INTO transfer (" COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,'')",
                         "siissbbbiiiiiii", record->id, (gint64) record->kind, (gint64) record->state, device,
                         record->title ? record->title : "", source, target, spec, record->position, record->created,
                         record->finished, record->bytes_done, record->bytes_total, record->files_done, record->files_total);
}

gboolean
porch_transfer_store_insert (PorchStore *store, PorchTransferRecord *record, GError **error)
{
  return porch_store_run_synced (store, insert_in_store, record, error);
}

static gboolean
update_in_store (sqlite3 *db, gpointer data, GError **error)
{
  const PorchTransferRecord *record = data;
  g_autoptr (GBytes) source = text_bytes (record->source);
  g_autoptr (GBytes) spec = text_bytes (record->spec);
  g_autofree char *text = error_to_text (record->error);

  return porch_sql_exec (db, error,
                         "UPDATE transfer SET state = ?, title = ?, source = ?, spec = ?, finished_s = ?, bytes_done = ?,"
                         " bytes_total = ?, files_done = ?, files_total = ?, error = ? WHERE id = ?",
                         "isbbiiiiiss", (gint64) record->state, record->title ? record->title : "", source, spec,
                         record->finished, record->bytes_done, record->bytes_total, record->files_done, record->files_total,
                         text, record->id);
}

gboolean
porch_transfer_store_update_now (PorchStore *store, const PorchTransferRecord *record, GError **error)
{
  return porch_store_run (store, update_in_store, (gpointer) record, error);
}

void
porch_transfer_store_update (PorchStore *store, const PorchTransferRecord *record)
{
  PorchTransferRecord *copy = g_new0 (PorchTransferRecord, 1);

  *copy = *record;
  copy->id = g_strdup (record->id);
  copy->title = g_strdup (record->title);
  copy->source = g_strdup (record->source);
  copy->target = g_strdup (record->target);
  copy->spec = g_strdup (record->spec);
  copy->error = record->error ? g_error_copy (record->error) : NULL;
  porch_store_queue (store, update_in_store, copy, (GDestroyNotify) porch_transfer_record_free);
}

typedef struct {
  char *id, *path, *message;
} ProblemRow;

static void
problem_row_free (ProblemRow *row)
{
  g_free (row->id);
  g_free (row->path);
  g_free (row->message);
  g_free (row);
}

static gboolean
add_problem_in_store (sqlite3 *db, gpointer data, GError **error)
{
  ProblemRow *row = data;

  return porch_sql_exec (db, error, "INSERT INTO transfer_problem SELECT id, ?, ? FROM transfer WHERE id = ?", "sss", row->path,
                         row->message, row->id);
}

void
porch_transfer_store_add_problem (PorchStore *store, const char *id, const char *path, const char *message)
{
  ProblemRow *row = g_new0 (ProblemRow, 1);

  row->id = g_strdup (id);
  row->path = g_strdup (path);
  row->message = g_strdup (message);
  porch_store_queue (store, add_problem_in_store, row, (GDestroyNotify) problem_row_free);
}

static gboolean
drop_problems_in_store (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "DELETE FROM transfer_problem WHERE transfer = ?", "s", data);
}

void
porch_transfer_store_drop_problems (PorchStore *store, const char *id)
{
  porch_store_queue (store, drop_problems_in_store, g_strdup (id), g_free);
}

static gboolean
drop_files_in_store (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "DELETE FROM transfer_block WHERE transfer = ?", "s", data)
         && porch_sql_exec (db, error, "DELETE FROM transfer_file WHERE transfer = ?", "s", data);
}

void
porch_transfer_store_drop_files (PorchStore *store, const char *id)
{
  porch_store_queue (store, drop_files_in_store, g_strdup (id), g_free);
}

static gboolean
delete_in_store (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "DELETE FROM transfer WHERE id = ?", "s", data);
}

gboolean
porch_transfer_store_delete (PorchStore *store, const char *id, GError **error)
{
  return porch_store_run (store, delete_in_store, (gpointer) id, error);
}
