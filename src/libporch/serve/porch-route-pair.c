/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairing: three requests on one connection, handed to the desk. */
#include "config.h"

#include "serve/porch-server-private.h"

#define MAX_BODY 1024
#define HOLD_SECONDS 65 /* the desk answers within 60 */

static void
on_hold_over (PorchExchange *exchange, gpointer data)
{
  porch_exchange_refuse (exchange);
}

static void
on_desk_reply (JsonObject *answer, const GError *error, gpointer data)
{
  if (error != NULL)
    porch_exchange_fail (data, error);
  else
    porch_exchange_answer (data, 200, answer);
}

static void
unref_exchange (gpointer data)
{
  porch_exchange_unref (data);
}

static void
ask_desk (PorchServer *server, PorchExchange *exchange, JsonObject *body, PorchPairingRoute route)
{
  PorchPairingDesk *desk = porch_server_get_parts (server)->pairings;
  GInetSocketAddress *remote = porch_exchange_get_remote (exchange);

  if (desk == NULL)
    {
      porch_exchange_refuse (exchange);
      return;
    }
  porch_exchange_hold (exchange, HOLD_SECONDS, on_hold_over, NULL);
  porch_pairing_desk_request (desk, route, porch_exchange_get_id (exchange), remote, g_inet_socket_address_get_address (remote),
                              body, on_desk_reply, porch_exchange_ref (exchange), unref_exchange);
}

static void
commit (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  ask_desk (server, exchange, body, PORCH_PAIRING_COMMIT);
}

static void
reveal (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  ask_desk (server, exchange, body, PORCH_PAIRING_REVEAL);
}

static void
confirm (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  ask_desk (server, exchange, body, PORCH_PAIRING_CONFIRM);
}

const PorchRoute porch_routes_pair[] = {
  { "POST", "pair", MAX_BODY, TRUE, commit, NULL },
  { "POST", "pair/reveal", MAX_BODY, FALSE, reveal, NULL },
  { "POST", "pair/confirm", MAX_BODY, FALSE, confirm, NULL },
  { NULL },
};
