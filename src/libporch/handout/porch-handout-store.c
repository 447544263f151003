/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "handout/porch-handout-store.h"

#include "transfer/porch-offer-private.h"

#include <string.h>

typedef struct
{
  const PorchDeviceId *own;
  PorchHandout *handout;
  GPtrArray *handouts;
} Call;

/* One joiner, on its way to the store's thread. */
typedef struct
{
  char *handout, *device, *name, *address;
  gint64 state, done, missing, joined_s;
} JoinerRow;

static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static char *
dup_blob (sqlite3_stmt *stmt, int column)
{
  const char *data = sqlite3_column_blob (stmt, column);

  return g_strndup (data ? data : "", (gsize)sqlite3_column_bytes (stmt, column));
}

/* ---- loading ---- */

static gboolean
load_items (sqlite3 *db, PorchHandout *handout, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = porch_sql_query (db, error, "SELECT name, path FROM handout_item WHERE handout = ?", "s",
                                                   porch_handout_get_id (handout));
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) locals = g_ptr_array_new_with_free_func (g_free);
  gboolean row = FALSE, ok = stmt != NULL;

  while (ok && (ok = porch_sql_step (stmt, &row, error)) && row)
    {
      g_ptr_array_add (names, dup_blob (stmt, 0));
      g_ptr_array_add (locals, dup_blob (stmt, 1));
    }
  g_ptr_array_add (names, NULL);
  g_ptr_array_add (locals, NULL);
  porch_handout_set_items (handout, (const char *const *)names->pdata, (const char *const *)locals->pdata);
  return ok;
}

static void
read_joiner (sqlite3_stmt *stmt, PorchHandout *handout)
{
  g_autofree char *device = porch_sql_dup_text (stmt, 0);
  g_autofree char *name = porch_sql_dup_text (stmt, 1);
  g_autofree char *address = porch_sql_dup_text (stmt, 2);
  PorchDeviceId id;
  PorchJoiner *joiner;

  if (device == NULL || name == NULL || !porch_device_id_parse (device, &id))
    return;
  joiner = porch_joiner_new (&id, name, address, g_get_monotonic_time ());
  joiner->said = joiner->state = (PorchJoinerState)CLAMP (sqlite3_column_int (stmt, 3), 0, PORCH_JOINER_LEFT);
  joiner->said_done = joiner->done = MAX (sqlite3_column_int64 (stmt, 4), 0);
  joiner->missing = MAX (sqlite3_column_int64 (stmt, 5), 0);
  joiner->joined_s = sqlite3_column_int64 (stmt, 6);
  joiner->began = TRUE;
  porch_handout_add_joiner (handout, joiner);
}

static gboolean
load_joiners (sqlite3 *db, PorchHandout *handout, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
      = porch_sql_query (db, error,
                         "SELECT device, name, address, state, done, missing, joined_s FROM handout_joiner WHERE handout = ?"
                         " ORDER BY joined_s",
                         "s", porch_handout_get_id (handout));
  gboolean row = FALSE, ok = stmt != NULL;

  while (ok && (ok = porch_sql_step (stmt, &row, error)) && row)
    read_joiner (stmt, handout);
  return ok;
}

static void
read_handout (sqlite3_stmt *stmt, Call *call)
{
  g_autofree char *id = porch_sql_dup_text (stmt, 0);
  g_autofree char *number = porch_sql_dup_text (stmt, 1);
  g_autofree char *title = porch_sql_dup_text (stmt, 2);
  g_autofree char *body = dup_blob (stmt, 4);
  PorchHandoutState state = (PorchHandoutState)CLAMP (sqlite3_column_int (stmt, 3), 0, PORCH_HANDOUT_FAILED);
  PorchOffer *offer = NULL;
  PorchHandout *handout;

  if (id == NULL || number == NULL || title == NULL)
    return;
  if (*body != 0)
    offer = porch_offer_new_stored (call->own, FALSE, PORCH_OFFER_ACCEPTED, sqlite3_column_int64 (stmt, 5), NULL, body);
  if (offer == NULL && state == PORCH_HANDOUT_OPEN)
    state = PORCH_HANDOUT_PREPARING;
  handout = porch_handout_new (id, number, title, state, sqlite3_column_int64 (stmt, 5));
  porch_handout_take_offer (handout, offer);
  g_ptr_array_add (call->handouts, handout);
}

static gboolean
load_in_store (sqlite3 *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (sqlite3_stmt) stmt
      = porch_sql_query (db, error, "SELECT id, number, title, state, body, created_s FROM handout ORDER BY created_s", "");
  gboolean row = FALSE, ok = stmt != NULL;

  while (ok && (ok = porch_sql_step (stmt, &row, error)) && row)
    read_handout (stmt, call);
  for (guint i = 0; ok && i < call->handouts->len; i++)
    ok = load_items (db, g_ptr_array_index (call->handouts, i), error)
         && load_joiners (db, g_ptr_array_index (call->handouts, i), error);
  return ok;
}

GPtrArray *
porch_handout_store_load (PorchStore *store, const PorchDeviceId *own, GError **error)
{
  g_autoptr (GPtrArray) handouts = g_ptr_array_new_with_free_func (g_object_unref);
  Call call = { .own = own, .handouts = handouts };

  if (!porch_store_run (store, load_in_store, &call, error))
    return NULL;
  return g_steal_pointer (&handouts);
}

/* ---- saving ---- */

static gboolean
save_in_store (sqlite3 *db, gpointer data, GError **error)
{
  PorchHandout *handout = ((Call *)data)->handout;
  PorchOffer *offer = porch_handout_get_offer (handout);
  g_autofree char *json = offer ? porch_offer_to_json (offer) : g_strdup ("");
  g_autoptr (GBytes) body = text_bytes (json);

  return porch_sql_exec (db, error,
                         "INSERT INTO handout (id, number, title, state, body, created_s) VALUES (?, ?, ?, ?, ?, ?)"
                         " ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body",
                         "sssibi", porch_handout_get_id (handout), porch_handout_get_number (handout),
                         porch_handout_get_title (handout), (gint64)porch_handout_get_state (handout), body,
                         porch_handout_get_created (handout));
}

gboolean
porch_handout_store_save (PorchStore *store, PorchHandout *handout, GError **error)
{
  Call call = { .handout = handout };

  return porch_store_run (store, save_in_store, &call, error);
}

static gboolean
insert_in_store (sqlite3 *db, gpointer data, GError **error)
{
  PorchHandout *handout = ((Call *)data)->handout;
  const char *const *names = porch_handout_get_names (handout);
  const char *const *locals = porch_handout_get_locals (handout);
  gboolean ok = save_in_store (db, data, error);

  for (guint i = 0; ok && names[i] && locals[i]; i++)
    {
      g_autoptr (GBytes) name = text_bytes (names[i]);
      g_autoptr (GBytes) path = text_bytes (locals[i]);

      ok = porch_sql_exec (db, error, "INSERT OR REPLACE INTO handout_item (handout, name, path) VALUES (?, ?, ?)", "sbb",
                           porch_handout_get_id (handout), name, path);
    }
  return ok;
}

gboolean
porch_handout_store_insert (PorchStore *store, PorchHandout *handout, GError **error)
{
  Call call = { .handout = handout };

  return porch_store_run (store, insert_in_store, &call, error);
}

static gboolean
delete_in_store (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "DELETE FROM handout WHERE id = ?", "s", porch_handout_get_id (((Call *)data)->handout));
}

gboolean
porch_handout_store_delete (PorchStore *store, PorchHandout *handout, GError **error)
{
  Call call = { .handout = handout };

  return porch_store_run (store, delete_in_store, &call, error);
}

static void
joiner_row_free (gpointer data)
{
  JoinerRow *row = data;

  g_free (row->handout);
  g_free (row->device);
  g_free (row->name);
  g_free (row->address);
  g_free (row);
}

static JoinerRow *
joiner_row_new (PorchHandout *handout, PorchJoiner *joiner)
{
  JoinerRow *row = g_new0 (JoinerRow, 1);

  row->handout = g_strdup (porch_handout_get_id (handout));
  row->device = porch_device_id_to_string (&joiner->id);
  row->name = g_strdup (joiner->name);
  row->address = g_strdup (joiner->address);
  row->state = joiner->state;
  row->done = joiner->done;
  row->missing = joiner->missing;
  row->joined_s = joiner->joined_s;
  return row;
}

/* It may have been ended and forgotten meanwhile. */
static gboolean
save_joiner_in_store (sqlite3 *db, gpointer data, GError **error)
{
  JoinerRow *row = data;

  return porch_sql_exec (
      db, error,
      "INSERT OR REPLACE INTO handout_joiner (handout, device, name, address, state, done, missing, joined_s)"
      " SELECT ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM handout WHERE id = ?)",
      "ssssiiiis", row->handout, row->device, row->name, row->address, row->state, row->done, row->missing, row->joined_s,
      row->handout);
}

static gboolean
delete_joiner_in_store (sqlite3 *db, gpointer data, GError **error)
{
  JoinerRow *row = data;

  return porch_sql_exec (db, error, "DELETE FROM handout_joiner WHERE handout = ? AND device = ?", "ss", row->handout,
                         row->device);
}

void
porch_handout_store_save_joiner (PorchStore *store, PorchHandout *handout, PorchJoiner *joiner)
{
  porch_store_queue (store, save_joiner_in_store, joiner_row_new (handout, joiner), joiner_row_free);
}

void
porch_handout_store_delete_joiner (PorchStore *store, PorchHandout *handout, PorchJoiner *joiner)
{
  porch_store_queue (store, delete_joiner_in_store, joiner_row_new (handout, joiner), joiner_row_free);
}
