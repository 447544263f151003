/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/porch-limit-store.h"

typedef struct
{
  PorchDeviceId device;
  gint64 up, down;
} Row;

/* A row that makes no sense is left out. */
static gboolean
load (sqlite3 *db, gpointer data, GError **error)
{
  GArray *rows = data;
  gboolean more = TRUE;
  g_autoptr (sqlite3_stmt) stmt = porch_sql_query (db, error, "SELECT device, up, down FROM device_limit", NULL);

  if (stmt == NULL)
    return FALSE;
  while (porch_sql_step (stmt, &more, error) && more)
    {
      const char *id = (const char *)sqlite3_column_text (stmt, 0);
      Row row = { .up = sqlite3_column_int64 (stmt, 1), .down = sqlite3_column_int64 (stmt, 2) };

      if (id != NULL && porch_device_id_parse (id, &row.device))
        g_array_append_val (rows, row);
    }
  return !more;
}

gboolean
porch_limit_store_load (PorchStore *store, PorchLimiter *limiter, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));

  if (!porch_store_run (store, load, rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);

      porch_limiter_set (limiter, &row->device, PORCH_UP, row->up);
      porch_limiter_set (limiter, &row->device, PORCH_DOWN, row->down);
    }
  return TRUE;
}

static gboolean
save (sqlite3 *db, gpointer data, GError **error)
{
  const Row *row = data;
  g_autofree char *id = porch_device_id_to_string (&row->device);

  if (row->up == 0 && row->down == 0)
    return porch_sql_exec (db, error, "DELETE FROM device_limit WHERE device = ?", "s", id);
  return porch_sql_exec (db, error, "INSERT OR REPLACE INTO device_limit (device, up, down) VALUES (?, ?, ?)", "sii", id,
                         row->up, row->down);
}

gboolean
porch_limit_store_save (PorchStore *store, PorchLimiter *limiter, const PorchDeviceId *device, GError **error)
{
  Row row = { *device, porch_limiter_get (limiter, device, PORCH_UP), porch_limiter_get (limiter, device, PORCH_DOWN) };

  return porch_store_run (store, save, &row, error);
}
