/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-offer-store.h"

#include "store/porch-sql.h"

#include <string.h>

typedef struct {
  gint64             since;
  GPtrArray         *offers;
  PorchOffer        *offer;
  const char *const *names, *const *locals;
  GPtrArray         *out_names, *out_locals;
} Call;

static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static char *
dup_blob (sqlite3_stmt *stmt, int column)
{
  const char *data = sqlite3_column_blob (stmt, column);

  return g_strndup (data ? data : "", (gsize) sqlite3_column_bytes (stmt, column));
}

static void
read_offer (sqlite3_stmt *stmt, GPtrArray *offers)
{
  g_autofree char *device = porch_sql_dup_text (stmt, 0);
  g_autofree char *body = dup_blob (stmt, 3);
  g_autofree char *transfer = porch_sql_dup_text (stmt, 5);
  PorchDeviceId peer;
  PorchOffer *offer = NULL;

  if (device != NULL && porch_device_id_parse (device, &peer))
    offer = porch_offer_new_stored (&peer, sqlite3_column_int (stmt, 1) == 0, (PorchOfferState) sqlite3_column_int (stmt, 2),
                                    sqlite3_column_int64 (stmt, 4), transfer, body);
  if (offer != NULL)
    g_ptr_array_add (offers, offer);
  else
    g_warning ("A row of the offer table can't be read; it is left out");
}

static gboolean
load_in_store (sqlite3 *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (sqlite3_stmt) stmt = NULL;
  gboolean row = FALSE, ok;

  if (!porch_sql_exec (db, error, "DELETE FROM offer WHERE received_s < ?", "i", call->since)
      || !porch_sql_exec (db, error, "DELETE FROM offer_item WHERE NOT EXISTS (SELECT 1 FROM offer WHERE offer.device ="
                                     " offer_item.device AND offer.id = offer_item.offer AND direction = 1)", ""))
    return FALSE;
  stmt = porch_sql_query (db, error, "SELECT device, direction, state, body, received_s, transfer FROM offer ORDER BY received_s", "");
  ok = stmt != NULL;
  while (ok && (ok = porch_sql_step (stmt, &row, error)) && row)
    read_offer (stmt, call->offers);
  return ok;
}

GPtrArray *
porch_offer_store_load (PorchStore *store, gint64 since, GError **error)
{
  g_autoptr (GPtrArray) offers = g_ptr_array_new_with_free_func (g_object_unref);
  Call call = { .since = since, .offers = offers };

  if (!porch_store_run (store, load_in_store, &call, error))
    return NULL;
  return g_steal_pointer (&offers);
}

static gboolean
save_in_store (sqlite3 *db, gpointer data, GError **error)
{
  PorchOffer *offer = ((Call *) data)->offer;
  g_autofree char *device = porch_device_id_to_string (porch_offer_get_peer (offer));
  g_autofree char *json = porch_offer_to_json (offer);
  g_autoptr (GBytes) body = text_bytes (json);

  return porch_sql_exec (db, error, "INSERT OR REPLACE INTO offer (device, id, direction, state, kind, body, received_s, transfer)"
                                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", "ssiiibis", device, porch_offer_get_id (offer),
                         (gint64) !porch_offer_is_incoming (offer), (gint64) porch_offer_get_state (offer),
                         (gint64) porch_offer_get_kind (offer), body, porch_offer_get_received (offer),
                         porch_offer_get_transfer (offer));
}

gboolean
porch_offer_store_save (PorchStore *store, PorchOffer *offer, GError **error)
{
  Call call = { .offer = offer };

  return porch_store_run (store, save_in_store, &call, error);
}

static gboolean
delete_in_store (sqlite3 *db, gpointer data, GError **error)
{
  PorchOffer *offer = ((Call *) data)->offer;
  g_autofree char *device = porch_device_id_to_string (porch_offer_get_peer (offer));

  return porch_sql_exec (db, error, "DELETE FROM offer WHERE device = ? AND id = ? AND direction = ?", "ssi", device,
                         porch_offer_get_id (offer), (gint64) !porch_offer_is_incoming (offer));
}

gboolean
porch_offer_store_delete (PorchStore *store, PorchOffer *offer, GError **error)
{
  Call call = { .offer = offer };

  return porch_store_run (store, delete_in_store, &call, error);
}

static gboolean
save_items_in_store (sqlite3 *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autofree char *device = porch_device_id_to_string (porch_offer_get_peer (call->offer));
  gboolean ok = save_in_store (db, data, error);

  for (guint i = 0; ok && call->names[i] && call->locals[i]; i++)
    {
      g_autoptr (GBytes) name = text_bytes (call->names[i]);
      g_autoptr (GBytes) path = text_bytes (call->locals[i]);

      ok = porch_sql_exec (db, error, "INSERT OR REPLACE INTO offer_item (device, offer, name, path) VALUES (?, ?, ?, ?)", "ssbb",
                           device, porch_offer_get_id (call->offer), name, path);
    }
  return ok;
}

gboolean
porch_offer_store_save_items (PorchStore *store, PorchOffer *offer, const char *const *names, const char *const *locals, GError **error)
{
  Call call = { .offer = offer, .names = names, .locals = locals };

  return porch_store_run (store, save_items_in_store, &call, error);
}

static gboolean
load_items_in_store (sqlite3 *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autofree char *device = porch_device_id_to_string (porch_offer_get_peer (call->offer));
  g_autoptr (sqlite3_stmt) stmt = porch_sql_query (db, error, "SELECT name, path FROM offer_item WHERE device = ? AND offer = ?", "ss",
                                                   device, porch_offer_get_id (call->offer));
  gboolean row = FALSE, ok = stmt != NULL;

  while (ok && (ok = porch_sql_step (stmt, &row, error)) && row)
    {
      g_ptr_array_add (call->out_names, dup_blob (stmt, 0));
      g_ptr_array_add (call->out_locals, dup_blob (stmt, 1));
    }
  return ok;
}

gboolean
porch_offer_store_load_items (PorchStore *store, PorchOffer *offer, char ***names, char ***locals, GError **error)
{
  g_autoptr (GPtrArray) out_names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) out_locals = g_ptr_array_new_with_free_func (g_free);
  Call call = { .offer = offer, .out_names = out_names, .out_locals = out_locals };

  if (!porch_store_run (store, load_items_in_store, &call, error))
    return FALSE;
  g_ptr_array_add (out_names, NULL);
  g_ptr_array_add (out_locals, NULL);
  *names = (char **) g_ptr_array_free (g_steal_pointer (&out_names), FALSE);
  *locals = (char **) g_ptr_array_free (g_steal_pointer (&out_locals), FALSE);
  return TRUE;
}
