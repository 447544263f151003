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
#include "wire/porch-json.h"

static gboolean
is_hex (const char *text, gsize bytes)
{
  guint8 check[16];

  return strlen (text) == 2 * bytes && porch_hex_decode (text, check, bytes);
}

/* Exactly one of "share" and "offer", well formed. What they point to is not looked at yet: a stranger must not learn by the
 * kind of error what exists. */
static gboolean
read_place (JsonObject *body, const char **share, const char **offer)
{
  g_autoptr (GError) error = NULL;

  *share = porch_json_get_optional_string (body, "share", 16, &error);
  *offer = error == NULL ? porch_json_get_optional_string (body, "offer", 32, &error) : NULL;
  if (error != NULL || (*share == NULL) == (*offer == NULL))
    return FALSE;
  return *share != NULL ? is_hex (*share, 8) : is_hex (*offer, 16);
}

/* (nullable) the share if this device may open it now. */
static PorchShare *
find_share (PorchServer *server, PorchExchange *exchange, const char *id)
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

static PorchTree *
open_tree (PorchServer *server, PorchExchange *exchange, const char *share_id, const char *offer_id, PorchShare **share,
           GError **error)
{
  const PorchServerParts *parts = porch_server_get_parts (server);

  *share = NULL;
  if (offer_id != NULL)
    return parts->offers != NULL ? porch_offer_book_open_tree (parts->offers, porch_exchange_get_id (exchange), offer_id, error)
                                 : NULL;
  *share = find_share (server, exchange, share_id);
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

  if (path == NULL || (*path != '\0' && !porch_path_check (path, -1, NULL)) || !read_place (body, &share, &offer))
    {
      porch_exchange_answer_code (exchange, 400, "bad-request");
      return;
    }
  stream = porch_server_begin_stream (server, exchange, NULL);
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

static void
fetch (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  g_autoptr (GPtrArray) wants = porch_want_parse_all (body, NULL);
  g_autoptr (PorchTree) tree = NULL;
  g_autoptr (GError) error = NULL;
  const char *share_id, *offer_id;
  PorchShare *share;
  gpointer stream;

  if (wants == NULL || !read_place (body, &share_id, &offer_id))
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
  stream = porch_server_begin_stream (server, exchange, share);
  if (stream != NULL)
    porch_exchange_stream (exchange, porch_tree_fetch (tree, g_steal_pointer (&wants)), "application/octet-stream", end_stream,
                           stream);
}

const PorchRoute porch_routes_content[] = {
  { "POST", "list", 64 * 1024, list, NULL },
  { "POST", "fetch", PORCH_MAX_JSON_BODY, fetch, NULL },
  { NULL },
};
