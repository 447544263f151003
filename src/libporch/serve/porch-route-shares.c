/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /shares: those that the asker may open, and not a word of the others. */
#include "config.h"

#include "porch-limits.h"
#include "serve/porch-server-private.h"

static JsonObject *
describe (PorchShare *share)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", porch_share_get_id (share));
  json_object_set_string_member (object, "name", porch_share_get_name (share));
  if (porch_share_get_note (share) != NULL)
    json_object_set_string_member (object, "note", porch_share_get_note (share));
  json_object_set_string_member (object, "access", porch_share_get_access (share) == PORCH_ACCESS_ADD ? "add" : "read");
  return object;
}

static void
shares (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  PorchShareList *list = porch_server_get_parts (server)->shares;
  g_autoptr (JsonObject) answer = json_object_new ();
  JsonArray *array = json_array_new ();
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (list != NULL)
    porch_share_list_check (list);
  for (guint i = 0; list != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (PorchShare) share = g_list_model_get_item (G_LIST_MODEL (list), i);

      if (json_array_get_length (array) < PORCH_MAX_SHARES && porch_share_get_state (share) == PORCH_SHARE_OK
          && porch_share_may_open (share, porch_exchange_get_id (exchange), porch_exchange_get_trust (exchange), now))
        json_array_add_object_element (array, describe (share));
    }
  json_object_set_array_member (answer, "shares", array);
  porch_exchange_answer (exchange, 200, answer);
}

const PorchRoute porch_routes_shares[] = {
  { "GET", "shares", 0, FALSE, shares, NULL },
  { NULL },
};
