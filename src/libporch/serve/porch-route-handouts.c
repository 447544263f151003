/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this device hands out: joining by the number, and what joiners say of how far they are. All decisions are the hand-out
 * book's; its content goes through /list and /fetch, as an offer's does. */
#include "config.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "serve/porch-server-private.h"

static void
join (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  PorchHandoutBook *book = porch_server_get_parts (server)->handouts;
  GInetAddress *address = g_inet_socket_address_get_address (porch_exchange_get_remote (exchange));
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer
      = book ? porch_handout_book_join (book, porch_exchange_get_id (exchange), address, body, &error) : NULL;

  if (answer != NULL)
    porch_exchange_answer (exchange, 200, answer);
  else
    porch_exchange_fail (exchange, error);
}

static void
report (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  PorchHandoutBook *book = porch_server_get_parts (server)->handouts;
  g_autoptr (GError) error = NULL;

  if (book != NULL
      && porch_handout_book_report (book, porch_exchange_get_id (exchange), porch_exchange_get_item (exchange), body, &error))
    porch_exchange_answer (exchange, 204, NULL);
  else
    porch_exchange_fail (exchange, error);
}

const PorchRoute porch_routes_handouts[] = {
  { "POST", "handouts", PORCH_MAX_HANDOUT_BODY, FALSE, join, NULL },
  { "POST", "handouts/*", PORCH_MAX_HANDOUT_BODY, FALSE, report, NULL },
  { NULL },
};
