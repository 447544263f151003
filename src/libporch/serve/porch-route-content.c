/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST /list and /fetch: rows and frames of a share or an offer. The rule is asked here, for each request; the folder is read
 * by a file thread of the request's own. */
#include "config.h"

#include <string.h>

#include "porch-error.h"
#include "porch-limits.h"
#include "serve/porch-exchange-private.h"
#include "serve/porch-server-private.h"
#include "share/porch-path.h"
#include "wire/porch-frame.h"
#include "wire/porch-json.h"

/* How often who waits in line is told its place: well within the silence that a client takes for a lost connection. */
#define TELL_SECONDS 2

static gboolean
is_hex (const char *text, gsize bytes)
{
  guint8 check[16];

  return strlen (text) == 2 * bytes && porch_hex_decode (text, check, bytes);
}

/* Exactly one of "share" and "offer", well formed. What they point to is not looked at yet: a stranger must not learn by the
 * kind of error what exists. */
gboolean
porch_route_read_place (JsonObject *body, const char **share, const char **offer)
{
  g_autoptr (GError) error = NULL;

  *share = porch_json_get_optional_string (body, "share", 16, &error);
  *offer = error == NULL ? porch_json_get_optional_string (body, "offer", 32, &error) : NULL;
  if (error != NULL || (*share == NULL) == (*offer == NULL))
    return FALSE;
  return *share != NULL ? is_hex (*share, 8) : is_hex (*offer, 16);
}

/* (nullable) the share if this device may open it now. */
PorchShare *
porch_route_find_share (PorchServer *server, PorchExchange *exchange, const char *id)
{
  PorchShareList *list = porch_server_get_parts (server)->shares;
  PorchShare *share = list != NULL ? porch_share_list_lookup (list, id) : NULL;

  if (share == NULL
      || !porch_share_may_open (share, porch_exchange_get_id (exchange), porch_exchange_get_trust (exchange),
                                g_get_real_time () / G_USEC_PER_SEC))
    return NULL;
  return share;
}

/* Only that a sender has paused is worth another answer: its receiver waits instead of giving up. */
static void
refuse (PorchExchange *exchange, const GError *error)
{
  if (g_error_matches (error, PORCH_ERROR, PORCH_ERROR_BUSY))
    porch_exchange_fail (exchange, error);
  else
    porch_exchange_refuse (exchange);
}

/* A hand-out is an offer to whoever joined. */
gboolean
porch_route_is_handed_out (PorchServer *server, PorchExchange *exchange, const char *id)
{
  PorchHandoutBook *handouts = porch_server_get_parts (server)->handouts;

  return handouts != NULL && porch_handout_book_may_take (handouts, porch_exchange_get_id (exchange), id);
}

static PorchTree *
open_tree (PorchServer *server, PorchExchange *exchange, const char *share_id, const char *offer_id, PorchShare **share,
           GError **error)
{
  const PorchServerParts *parts = porch_server_get_parts (server);

  *share = NULL;
  if (offer_id != NULL && porch_route_is_handed_out (server, exchange, offer_id))
    return porch_handout_book_open_tree (parts->handouts, porch_exchange_get_id (exchange), offer_id, error);
  if (offer_id != NULL)
    return parts->offers != NULL ? porch_offer_book_open_tree (parts->offers, porch_exchange_get_id (exchange), offer_id, error)
                                 : NULL;
  *share = porch_route_find_share (server, exchange, share_id);
  return *share != NULL ? porch_share_open_tree (*share, porch_identity_get_secret (parts->identity), NULL) : NULL;
}

/* ---- /list ---- */

static PorchFlow *
open_list (PorchServer *server, PorchExchange *exchange, const char *share_id, const char *offer_id, const char *path,
           gboolean deep, gboolean with_self, GError **error)
{
  const PorchServerParts *parts = porch_server_get_parts (server);
  g_autoptr (PorchTree) tree = NULL;
  PorchShare *share;

  if (offer_id != NULL)
    {
      if (parts->offers == NULL || *path != '\0' || !deep)
        return NULL;
      if (porch_route_is_handed_out (server, exchange, offer_id))
        return porch_handout_book_open_manifest (parts->handouts, porch_exchange_get_id (exchange), offer_id, error);
      return porch_offer_book_open_manifest (parts->offers, porch_exchange_get_id (exchange), offer_id, error);
    }
  tree = open_tree (server, exchange, share_id, NULL, &share, NULL);
  if (tree == NULL)
    return NULL;
  return deep && with_self ? porch_tree_list_self (tree, path) : porch_tree_list (tree, path, deep);
}

static void
end_stream (gpointer data)
{
  porch_server_end_stream (data);
}

static void
list (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  const char *path = porch_json_get_string (body, "path", PORCH_MAX_PATH, NULL);
  gboolean deep = porch_json_get_bool_or (body, "deep", FALSE);
  gboolean with_self = porch_json_get_bool_or (body, "self", FALSE);
  g_autoptr (GError) error = NULL;
  const char *share, *offer;
  gpointer stream;
  PorchFlow *flow;

  if (path == NULL || (*path != '\0' && !porch_path_check (path, -1, NULL)) || !porch_route_read_place (body, &share, &offer))
    {
      porch_exchange_answer_code (exchange, 400, "bad-request");
      return;
    }
  stream = porch_server_begin_stream (server, exchange, NULL, FALSE);
  if (stream == NULL)
    return;
  flow = open_list (server, exchange, share, offer, path, deep, with_self, &error);
  if (flow != NULL)
    {
      porch_exchange_stream (exchange, flow, "application/x-ndjson", end_stream, stream);
      return;
    }
  end_stream (stream);
  refuse (exchange, error);
}

/* ---- /fetch ---- */

/* One answer, from the request on until it is over, whether it has begun or waits in line. */
typedef struct
{
  PorchServer *server;     /* borrowed: it outlives its streams' turns */
  PorchExchange *exchange; /* owned */
  PorchStream *stream;     /* owned */
  PorchUpload *turn;       /* owned */
  PorchFlow *flow;         /* owned */
  GPtrArray *wants;        /* owned; NULL when it has begun */
  char *share, *offer;     /* (nullable) owned */
  PorchHolding *holding;   /* (nullable) owned: then neither share nor offer */
  GArray *runs;            /* owned; of a holding; NULL when it has begun */
  gboolean only_layers;
  gboolean uncounted; /* the asker says by itself what it has */
  guint tell_id;
  guint cut_id;
} Fetch;

static void
end_fetch (gpointer data)
{
  Fetch *self = data;

  g_clear_handle_id (&self->tell_id, g_source_remove);
  g_clear_handle_id (&self->cut_id, g_source_remove);
  if (self->turn != NULL)
    porch_upload_queue_leave (porch_server_get_uploads (self->server), self->turn);
  porch_server_end_stream (self->stream);
  porch_flow_unref (self->flow);
  porch_exchange_unref (self->exchange);
  g_clear_pointer (&self->wants, g_ptr_array_unref);
  g_clear_pointer (&self->runs, g_array_unref);
  g_clear_pointer (&self->holding, porch_holding_unref);
  g_object_unref (self->server);
  g_free (self->share);
  g_free (self->offer);
  g_free (self);
}

/* What the giver's rooms are told of: whom a file was given. */
typedef struct
{
  PorchRooms *rooms; /* owned */
  PorchDeviceId device;
} Witness;

static void
witness_free (gpointer data)
{
  Witness *self = data;

  porch_rooms_unref (self->rooms);
  g_free (self);
}

/* On a file thread. */
static void
on_given (const char *version, gint64 size, const guint8 *id, gpointer data)
{
  Witness *self = data;

  porch_rooms_note_given (self->rooms, &self->device, version, size, id, g_get_monotonic_time ());
}

static void
equip_tree (Fetch *self, PorchTree *tree)
{
  PorchHashBook *hashes = porch_server_get_parts (self->server)->hashes;
  Witness *witness = g_new0 (Witness, 1);

  if (hashes != NULL)
    porch_tree_set_book (tree, hashes, self->share);
  witness->rooms = porch_rooms_ref (porch_server_get_rooms (self->server));
  witness->device = *porch_exchange_get_id (self->exchange);
  porch_tree_set_witness (tree, on_given, witness, witness_free);
}

/* It is its turn. What was allowed when it came may not be allowed any more. */
static void
begin_fetch (gpointer data)
{
  Fetch *self = data;
  g_autoptr (PorchTree) tree = NULL;
  GError *error = NULL;
  PorchShare *share;

  g_clear_handle_id (&self->tell_id, g_source_remove);
  if (self->holding != NULL)
    {
      porch_holding_give_into (self->holding, g_steal_pointer (&self->runs), self->flow);
      return;
    }
  tree = open_tree (self->server, self->exchange, self->share, self->offer, &share, &error);
  if (tree != NULL)
    {
      equip_tree (self, tree);
      (self->only_layers ? porch_tree_layers_into : porch_tree_fetch_into) (tree, g_steal_pointer (&self->wants), self->flow);
      return;
    }
  if (error == NULL)
    error = g_error_new_literal (PORCH_ERROR, PORCH_ERROR_NOT_FOUND, "not shared any more");
  porch_flow_finish (self->flow, error);
}

static gboolean
on_tell (gpointer data)
{
  Fetch *self = data;
  guint position = porch_upload_queue_get_position (porch_server_get_uploads (self->server), self->turn);
  gboolean full;

  porch_flow_push_now (self->flow, porch_frame_wait (position), &full);
  return G_SOURCE_CONTINUE;
}

static void
on_outgrew (gpointer data)
{
  Fetch *self = data;

  porch_upload_queue_outgrew (porch_server_get_uploads (self->server), self->turn);
}

static gboolean
on_cut (gpointer data)
{
  Fetch *self = data;

  self->cut_id = 0;
  porch_exchange_hung_up (self->exchange);
  return G_SOURCE_REMOVE;
}

/* The giver sees how far its joiners are. What has ended ends for those who are in the middle too; not from here, libsoup is writing. */
static void
on_counted (gsize bytes, gpointer data)
{
  Fetch *self = data;
  PorchHandoutBook *handouts = porch_server_get_parts (self->server)->handouts;

  if (!porch_handout_book_served (handouts, porch_exchange_get_id (self->exchange), self->offer, self->uncounted ? 0 : bytes)
      && self->cut_id == 0)
    self->cut_id = g_idle_add (on_cut, self);
}

static Fetch *
fetch_new (PorchServer *server, PorchExchange *exchange, PorchStream *stream)
{
  Fetch *self = g_new0 (Fetch, 1);

  self->server = g_object_ref (server);
  self->exchange = porch_exchange_ref (exchange);
  self->stream = stream;
  self->flow = porch_flow_new (PORCH_TREE_FLOW_BYTES);
  return self;
}

static gboolean
has_begun (Fetch *self)
{
  return self->wants == NULL && self->runs == NULL;
}

/* Takes @self. */
static void
enter_line (Fetch *self, gboolean small)
{
  PorchUploadQueue *uploads = porch_server_get_uploads (self->server);
  PorchExchange *exchange = self->exchange;
  PorchLimiter *limiter = porch_server_get_parts (self->server)->limiter;

  self->turn = porch_upload_queue_enter (uploads, porch_exchange_get_id (exchange),
                                         porch_exchange_get_trust (exchange) == PORCH_TRUST_TRUSTED, small, begin_fetch, self);
  if (!has_begun (self) && porch_upload_queue_get_position (uploads, self->turn) > 0)
    {
      on_tell (self);
      self->tell_id = g_timeout_add_seconds (TELL_SECONDS, on_tell, self);
    }
  if (limiter != NULL)
    porch_outflow_set_limiter (exchange, limiter);
  exchange->out.outgrew = on_outgrew;
  if (self->offer != NULL && porch_route_is_handed_out (self->server, exchange, self->offer))
    exchange->out.counted = on_counted;
  porch_exchange_stream (exchange, porch_flow_ref (self->flow), "application/octet-stream", end_fetch, self);
}

void
porch_route_give (PorchServer *server, PorchExchange *exchange, PorchHolding *holding, GArray *runs)
{
  PorchStream *stream = porch_server_begin_stream (server, exchange, NULL, TRUE);
  Fetch *self;

  if (stream == NULL)
    {
      g_array_unref (runs);
      return;
    }
  self = fetch_new (server, exchange, stream);
  self->holding = porch_holding_ref (holding);
  self->runs = runs;
  enter_line (self, FALSE);
}

static gboolean
says_by_itself (Fetch *self)
{
  const PorchWant *want = g_ptr_array_index (self->wants, 0);

  return self->only_layers
         || (want->version != NULL
             && porch_rooms_reports (porch_server_get_rooms (self->server), porch_exchange_get_id (self->exchange), want->version,
                                     g_get_monotonic_time ()));
}

static void
answer (PorchServer *server, PorchExchange *exchange, JsonObject *body, gboolean only_layers)
{
  g_autoptr (GPtrArray) wants = porch_want_parse_all (body, NULL);
  g_autoptr (PorchTree) tree = NULL;
  g_autoptr (GError) error = NULL;
  const char *share_id, *offer_id;
  PorchShare *share;
  PorchStream *stream;
  Fetch *self;

  if (wants == NULL || !porch_route_read_place (body, &share_id, &offer_id))
    {
      porch_exchange_answer_code (exchange, 400, "bad-request");
      return;
    }
  tree = open_tree (server, exchange, share_id, offer_id, &share, &error);
  if (tree == NULL)
    {
      refuse (exchange, error);
      return;
    }
  stream = porch_server_begin_stream (server, exchange, share, TRUE);
  if (stream == NULL)
    return;
  self = fetch_new (server, exchange, stream);
  self->wants = g_steal_pointer (&wants);
  self->only_layers = only_layers;
  self->share = g_strdup (share_id);
  self->offer = g_strdup (offer_id);
  self->uncounted = says_by_itself (self);
  enter_line (self, porch_json_get_bool_or (body, "small", FALSE) && !only_layers);
}

static void
fetch (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  answer (server, exchange, body, FALSE);
}

static void
layers (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  answer (server, exchange, body, TRUE);
}

const PorchRoute porch_routes_content[] = {
  { "POST", "list", 64 * 1024, FALSE, list, NULL },
  { "POST", "fetch", PORCH_MAX_JSON_BODY, FALSE, fetch, NULL },
  { "POST", "layers", PORCH_MAX_JSON_BODY, FALSE, layers, NULL },
  { NULL },
};
