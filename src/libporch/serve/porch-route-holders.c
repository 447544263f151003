/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST /holders, asked of the giver of a file: who else has some of it. POST /holding and /pieces, asked of those: what they have, and
 * the pieces themselves, to whoever shows the giver's grant. docs/HOLDERS.md. */
#include "config.h"

#include <string.h>

#include "content/porch-piece-map.h"
#include "identity/porch-grant.h"
#include "porch-error.h"
#include "serve/porch-exchange-private.h"
#include "serve/porch-server-private.h"
#include "wire/porch-json.h"

/* A file that takes longer than this is asked for again. */
#define GRANT_SECONDS (6 * 3600)
#define MAX_GRANTS 128 /* kept in memory, 1 KiB each */

static gboolean
read_id (JsonObject *body, guint8 id[PORCH_HASH_SIZE])
{
  const char *text = porch_json_get_optional_string (body, "id", 2 * PORCH_HASH_SIZE, NULL);

  return text != NULL && strlen (text) == 2 * PORCH_HASH_SIZE && porch_hex_decode (text, id, PORCH_HASH_SIZE);
}

static void
set_devices (JsonObject *answer, GArray *devices)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < devices->len; i++)
    {
      g_autofree char *text = porch_device_id_to_string (&g_array_index (devices, PorchDeviceId, i));

      json_array_add_string_element (array, text);
    }
  json_object_set_array_member (answer, "holders", array);
}

/* ---- POST /holders ---- */

/* FALSE: the asker may not have what it asks about. */
static gboolean
may_ask (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  const PorchServerParts *parts = porch_server_get_parts (server);
  const char *share, *offer;

  if (!porch_route_read_place (body, &share, &offer))
    return FALSE;
  if (share != NULL)
    return porch_route_find_share (server, exchange, share) != NULL;
  return porch_route_is_handed_out (server, exchange, offer)
         || (parts->offers != NULL && porch_offer_book_may_fetch (parts->offers, porch_exchange_get_id (exchange), offer));
}

static void
add_grant (PorchServer *server, PorchExchange *exchange, const guint8 id[PORCH_HASH_SIZE], JsonObject *answer)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchGrant) grant = porch_grant_issue (porch_server_get_parts (server)->identity, porch_exchange_get_id (exchange), id, 1, now,
                                                    now + GRANT_SECONDS, &error);

  if (grant != NULL)
    json_object_set_string_member (answer, "grant", porch_grant_to_string (grant));
  else
    g_warning ("No grant could be made: %s", error->message);
}

static JsonArray *
advice_to_json (const PorchRoomAnswer *room)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < room->n_advice; i++)
    json_array_add_int_element (array, room->advice[i]);
  return array;
}

/* The giver of a hand-out sees how far its joiners are, also by what they get from each other. */
static void
note_gained (PorchServer *server, PorchExchange *exchange, JsonObject *body, guint pieces)
{
  const char *offer = porch_json_get_optional_string (body, "offer", 32, NULL);

  if (offer != NULL && pieces > 0 && porch_route_is_handed_out (server, exchange, offer))
    porch_handout_book_served (porch_server_get_parts (server)->handouts, porch_exchange_get_id (exchange), offer,
                               (gsize) pieces * PORCH_BLOCK_SIZE);
}

/* The asker knows what the file is, and tells what it has of it. */
static gboolean
report (PorchServer *server, PorchExchange *exchange, JsonObject *body, const char *version, JsonObject *answer)
{
  PorchRooms *rooms = porch_server_get_rooms (server);
  const PorchDeviceId *asker = porch_exchange_get_id (exchange);
  gboolean reachable = porch_json_get_int_or (body, "port", 1024, G_MAXUINT16, 0) != 0;
  guint advice = (guint) porch_json_get_int_or (body, "advice", 0, PORCH_ROOM_MAX_ADVICE, 0);
  g_auto (PorchRoomAnswer) room = { NULL };
  g_autofree guint8 *map = NULL;
  guint8 id[PORCH_HASH_SIZE];
  guint pieces;

  pieces = read_id (body, id) ? porch_rooms_get_pieces (rooms, asker, version, id) : 0;
  map = pieces > 0 ? porch_piece_map_parse (body, "have", pieces, NULL) : NULL;
  if (map == NULL || !porch_rooms_report (rooms, asker, version, map, reachable, advice, g_get_monotonic_time (), &room))
    return FALSE;
  note_gained (server, exchange, body, room.gained);
  set_devices (answer, room.holders);
  json_object_set_array_member (answer, "advice", advice_to_json (&room));
  if (porch_json_get_bool_or (body, "grant", FALSE))
    add_grant (server, exchange, id, answer);
  return TRUE;
}

static gboolean
is_version (const char *text)
{
  guint8 bytes[16];

  return text != NULL && strlen (text) == 32 && porch_hex_decode (text, bytes, sizeof bytes);
}

static void
holders (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  const char *version = porch_json_get_optional_string (body, "v", 32, NULL);
  g_autoptr (JsonObject) answer = json_object_new ();
  guint others;

  if (!is_version (version))
    {
      porch_exchange_answer_code (exchange, 400, "bad-request");
      return;
    }
  if (!may_ask (server, exchange, body))
    {
      porch_exchange_refuse (exchange);
      return;
    }
  others = porch_rooms_note_taker (porch_server_get_rooms (server), porch_exchange_get_id (exchange), version, g_get_monotonic_time ());
  json_object_set_int_member (answer, "others", others);
  if (json_object_has_member (body, "id") && !report (server, exchange, body, version, answer))
    porch_exchange_refuse (exchange);
  else
    porch_exchange_answer (exchange, 200, answer);
}

/* ---- POST /holding, POST /pieces ---- */

/* A grant is shown twice a second and its signature costs a third of a millisecond: those that were read lately are kept. What one says of
 * time and of who shows it is looked at each time. */
static PorchGrant *
read_grant (PorchServer *server, JsonObject *body)
{
  GHashTable *known = porch_server_get_grants (server);
  const char *text = porch_json_get_optional_string (body, "grant", PORCH_GRANT_MAX_TEXT, NULL);
  PorchGrant *grant = text != NULL ? g_hash_table_lookup (known, text) : NULL;

  if (text == NULL || grant != NULL)
    return grant != NULL ? porch_grant_ref (grant) : NULL;
  grant = porch_grant_parse (text, NULL);
  if (grant == NULL)
    return NULL;
  if (g_hash_table_size (known) >= MAX_GRANTS)
    g_hash_table_remove_all (known);
  g_hash_table_insert (known, g_strdup (text), porch_grant_ref (grant));
  return grant;
}

/* (transfer full) (nullable): what a grant opens to this device. Whatever is wrong, the same is done and the same is answered: a
 * stranger must not learn what is here (S28), and of what did not come from the grant's issuer there is no word (S29). */
static PorchHolding *
find_holding (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  const PorchServerParts *parts = porch_server_get_parts (server);
  g_autoptr (PorchGrant) grant = read_grant (server, body);
  const PorchDeviceId *issuer = grant != NULL ? porch_grant_get_issuer (grant) : porch_exchange_get_id (exchange);
  g_autoptr (PorchHolding) holding = NULL;
  guint8 id[PORCH_HASH_SIZE] = { 0 };
  gboolean named = read_id (body, id);

  holding = porch_holdings_lookup (parts->holdings, issuer, id);
  if (grant == NULL || !named || !porch_grant_allows (grant, porch_exchange_get_id (exchange), id, g_get_real_time () / G_USEC_PER_SEC)
      || porch_trust_table_get (parts->trust, issuer) == PORCH_TRUST_BLOCKED)
    return NULL;
  return g_steal_pointer (&holding);
}

static void
holding (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  g_autoptr (PorchHolding) found = find_holding (server, exchange, body);
  g_autoptr (JsonObject) answer = json_object_new ();
  g_autofree guint8 *map = NULL;
  g_autoptr (GArray) others = NULL;

  if (found == NULL)
    {
      porch_exchange_refuse (exchange);
      return;
    }
  map = porch_holding_dup_map (found);
  others = porch_holding_dup_others (found);
  json_object_set_int_member (answer, "size", porch_holding_get_size (found));
  json_object_set_array_member (answer, "have", porch_piece_map_to_json (map, porch_holding_get_blocks (found)));
  set_devices (answer, others);
  porch_exchange_answer (exchange, 200, answer);
}

static gboolean
read_run (JsonNode *node, guint blocks, PorchRun *run)
{
  JsonArray *pair = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  gint64 numbers[2];

  if (pair == NULL || json_array_get_length (pair) != 2)
    return FALSE;
  for (guint i = 0; i < 2; i++)
    {
      JsonNode *number = json_array_get_element (pair, i);

      if (!JSON_NODE_HOLDS_VALUE (number) || json_node_get_value_type (number) != G_TYPE_INT64)
        return FALSE;
      numbers[i] = json_node_get_int (number);
    }
  if (numbers[0] < 0 || numbers[0] >= blocks || numbers[1] < 1 || numbers[1] > blocks - numbers[0])
    return FALSE;
  *run = (PorchRun) { (guint) numbers[0], (guint) numbers[1] };
  return TRUE;
}

/* (nullable) (transfer full): of PorchRun */
static GArray *
read_runs (JsonObject *body, guint blocks)
{
  JsonArray *want = porch_json_get_array (body, "want", PORCH_MAX_RUNS, NULL);
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (PorchRun));
  guint length = want != NULL ? json_array_get_length (want) : 0;

  for (guint i = 0; i < length; i++)
    {
      PorchRun run;

      if (!read_run (json_array_get_element (want, i), blocks, &run))
        return NULL;
      g_array_append_val (runs, run);
    }
  return length > 0 ? g_steal_pointer (&runs) : NULL;
}

static void
pieces (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  g_autoptr (PorchHolding) found = find_holding (server, exchange, body);
  GArray *runs;

  if (found == NULL)
    {
      porch_exchange_refuse (exchange);
      return;
    }
  runs = read_runs (body, porch_holding_get_blocks (found));
  if (runs == NULL)
    porch_exchange_answer_code (exchange, 400, "bad-request");
  else
    porch_route_give (server, exchange, found, runs);
}

const PorchRoute porch_routes_holders[] = {
  { "POST", "holders", 64 * 1024, FALSE, holders, NULL },
  { "POST", "holding", 16 * 1024, FALSE, holding, NULL },
  { "POST", "pieces", 16 * 1024, FALSE, pieces, NULL },
  { NULL },
};
