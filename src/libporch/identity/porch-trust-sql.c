/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "identity/porch-trust-sql.h"

PorchDeviceRecord *
porch_device_record_copy (const PorchDeviceRecord *record)
{
  PorchDeviceRecord *copy = g_memdup2 (record, sizeof *record);

  copy->label = g_strdup (record->label);
  copy->name = g_strdup (record->name);
  copy->chassis = g_strdup (record->chassis);
  copy->address = g_strdup (record->address);
  return copy;
}

void
porch_device_record_free (PorchDeviceRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->label);
  g_free (record->name);
  g_free (record->chassis);
  g_free (record->address);
  g_free (record);
}

gboolean
porch_device_record_is_kept (const PorchDeviceRecord *record)
{
  return record->trust != PORCH_TRUST_UNKNOWN || record->manual || record->label != NULL;
}

/* A row that was written by something else and makes no sense is left out: it then has no rights (S20). */
static PorchDeviceRecord *
read_record (sqlite3_stmt *stmt)
{
  g_autoptr (PorchDeviceRecord) record = g_new0 (PorchDeviceRecord, 1);
  gint64 trust = sqlite3_column_int64 (stmt, 1);

  if (!porch_device_id_parse ((const char *) sqlite3_column_text (stmt, 0), &record->id) || trust < PORCH_TRUST_UNKNOWN ||
      trust > PORCH_TRUST_BLOCKED)
    return NULL;
  record->trust = (PorchTrust) trust;
  record->label = porch_sql_dup_text (stmt, 2);
  record->name = porch_sql_dup_text (stmt, 3);
  record->chassis = porch_sql_dup_text (stmt, 4);
  record->address = porch_sql_dup_text (stmt, 5);
  record->last_seen = sqlite3_column_int64 (stmt, 6);
  record->manual = sqlite3_column_int64 (stmt, 7) != 0;
  record->accepts = (guint) CLAMP (sqlite3_column_int64 (stmt, 8), 0, G_MAXINT32);
  /* Rights end with the trust, whatever is written there. */
  record->auto_accept = sqlite3_column_int64 (stmt, 9) != 0 && record->trust == PORCH_TRUST_TRUSTED;
  return g_steal_pointer (&record);
}

static gboolean
load (sqlite3 *db, gpointer data, GError **error)
{
  GPtrArray *records = data;
  gboolean   row = TRUE;
  g_autoptr (sqlite3_stmt) stmt = porch_sql_query (
      db, error, "SELECT id, trust, label, name, chassis, address, last_seen_s, manual, accepts, auto_accept FROM device", NULL);

  if (stmt == NULL)
    return FALSE;
  while (porch_sql_step (stmt, &row, error) && row)
    {
      PorchDeviceRecord *record = read_record (stmt);

      if (record != NULL)
        g_ptr_array_add (records, record);
      else
        g_message ("A device in the state database makes no sense and was left out.");
    }
  return !row;
}

GPtrArray *
porch_trust_sql_load (PorchStore *store, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) porch_device_record_free);
  g_autoptr (GError) local = NULL;

  if (porch_store_run (store, load, records, &local))
    return g_steal_pointer (&records);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
save (sqlite3 *db, gpointer data, GError **error)
{
  const PorchDeviceRecord *record = data;
  g_autofree char *id = porch_device_id_to_string (&record->id);

  if (!porch_device_record_is_kept (record))
    return porch_sql_exec (db, error, "DELETE FROM device WHERE id = ?", "s", id);
  return porch_sql_exec (db, error,
                         "INSERT OR REPLACE INTO device (id, trust, label, name, chassis, address, last_seen_s, manual,"
                         " accepts, auto_accept) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         "sissssiiii", id, (gint64) record->trust, record->label, record->name, record->chassis, record->address,
                         record->last_seen, (gint64) record->manual, (gint64) record->accepts, (gint64) record->auto_accept);
}

gboolean
porch_trust_sql_save (PorchStore *store, const PorchDeviceRecord *record, GError **error)
{
  return porch_store_run_synced (store, save, (gpointer) record, error);
}

/* Only what a contact tells: trust is never written by this way. */
static gboolean
update (sqlite3 *db, gpointer data, GError **error)
{
  const PorchDeviceRecord *record = data;
  g_autofree char *id = porch_device_id_to_string (&record->id);

  return porch_sql_exec (db, error, "UPDATE device SET name = ?, chassis = ?, address = ?, last_seen_s = ? WHERE id = ?", "sssis",
                         record->name, record->chassis, record->address, record->last_seen, id);
}

void
porch_trust_sql_queue (PorchStore *store, PorchDeviceRecord *record)
{
  porch_store_queue (store, update, record, (GDestroyNotify) porch_device_record_free);
}
