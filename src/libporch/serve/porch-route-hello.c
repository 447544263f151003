/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /hello: presence. POST /goodbye: a clean exit. */
#include "config.h"

#include "serve/porch-server-private.h"

static void
hello (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  g_autoptr (JsonObject) answer = json_object_new ();

  json_object_set_int_member (answer, "v", 1);
  json_object_set_string_member (answer, "name", porch_server_get_name (server));
  json_object_set_string_member (answer, "chassis", porch_server_get_chassis (server));
  json_object_set_string_member (answer, "version", PORCH_VERSION);
  json_object_set_int_member (answer, "port", porch_server_get_port (server));
  porch_exchange_answer (exchange, 200, answer);
}

static void
goodbye (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  const PorchServerParts *parts = porch_server_get_parts (server);

  if (parts->peers != NULL)
    porch_peer_list_goodbye (parts->peers, porch_exchange_get_id (exchange));
  porch_exchange_answer (exchange, 204, NULL);
}

const PorchRoute porch_routes_hello[] = {
  { "GET", "hello", 0, FALSE, hello, NULL },
  { "POST", PORCH_GOODBYE_PATH, 1024, FALSE, goodbye, NULL },
  { NULL },
};
