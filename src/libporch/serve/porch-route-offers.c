/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What another device wants to hand to this one: offers, their state while the sender waits, and content that the sender brings
 * when we can't fetch it. All decisions are the offer book's. */
#include "config.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "serve/porch-server-private.h"

#define MAX_WAIT 25 /* seconds */

static PorchOfferBook *
get_book (PorchServer *server)
{
  return porch_server_get_parts (server)->offers;
}

static void
receive (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  PorchOfferBook *book = get_book (server);
  GInetAddress *address = g_inet_socket_address_get_address (porch_exchange_get_remote (exchange));
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = NULL;
  gboolean existed = FALSE;
  PorchOffer *offer;

  if (book == NULL)
    {
      porch_exchange_refuse (exchange);
      return;
    }
  offer = porch_offer_book_receive (book, porch_exchange_get_id (exchange), address, body, &existed, &error);
  if (offer == NULL)
    {
      porch_exchange_fail (exchange, error);
      return;
    }
  answer = porch_offer_book_status (book, offer, -1);
  porch_exchange_answer (exchange, existed ? 200 : 201, answer);
}

/* ---- waiting for news ---- */

typedef struct
{
  PorchOfferBook *book;    /* owned */
  PorchOffer *offer;       /* owned */
  PorchExchange *exchange; /* owned */
  gint64 since;
  gulong handler;
} Waiter;

static void
waiter_free (Waiter *waiter)
{
  g_signal_handler_disconnect (waiter->book, waiter->handler);
  g_object_unref (waiter->book);
  g_object_unref (waiter->offer);
  porch_exchange_unref (waiter->exchange);
  g_free (waiter);
}

/* The time is over, or the sender has gone. */
static void
on_wait_over (PorchExchange *exchange, gpointer data)
{
  Waiter *waiter = data;
  g_autoptr (JsonObject) answer = porch_offer_book_status (waiter->book, waiter->offer, -1);

  porch_exchange_answer (exchange, 200, answer);
  waiter_free (waiter);
}

static void
on_book_touched (PorchOfferBook *book, PorchOffer *offer, Waiter *waiter)
{
  g_autoptr (JsonObject) answer = offer == waiter->offer ? porch_offer_book_status (book, offer, waiter->since) : NULL;

  if (answer == NULL)
    return;
  porch_exchange_answer (waiter->exchange, 200, answer);
  waiter_free (waiter);
}

static void
wait_for_news (PorchExchange *exchange, PorchOfferBook *book, PorchOffer *offer, gint64 since, guint seconds)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->book = g_object_ref (book);
  waiter->offer = g_object_ref (offer);
  waiter->exchange = porch_exchange_ref (exchange);
  waiter->since = since;
  waiter->handler = g_signal_connect (book, "touched", G_CALLBACK (on_book_touched), waiter);
  porch_exchange_hold (exchange, seconds, on_wait_over, waiter);
}

static void
status (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  PorchOfferBook *book = get_book (server);
  PorchOffer *offer;
  g_autoptr (JsonObject) answer = NULL;
  gint64 wait, since;

  if (!porch_exchange_get_number (exchange, "wait", 0, MAX_WAIT, 0, &wait)
      || !porch_exchange_get_number (exchange, "since", -1, G_MAXINT64, -1, &since))
    return;
  offer = book != NULL
              ? porch_offer_book_lookup (book, porch_exchange_get_id (exchange), porch_exchange_get_item (exchange), TRUE)
              : NULL;
  if (offer == NULL)
    {
      porch_exchange_refuse (exchange);
      return;
    }
  answer = porch_offer_book_status (book, offer, wait > 0 ? since : -1);
  if (answer != NULL)
    porch_exchange_answer (exchange, 200, answer);
  else
    wait_for_news (exchange, book, offer, since, (guint)wait);
}

/* ---- the rest ---- */

static PorchFlow *
begin_content (PorchServer *server, PorchExchange *exchange)
{
  PorchOfferBook *book = get_book (server);
  g_autoptr (GError) error = NULL;
  PorchFlow *flow = NULL;
  gint64 seq;

  if (!porch_exchange_get_number (exchange, "seq", 0, G_MAXINT64, 0, &seq))
    return NULL;
  if (book != NULL)
    flow = porch_offer_book_take_content (book, porch_exchange_get_id (exchange), porch_exchange_get_item (exchange),
                                          (guint64)seq, &error);
  if (flow == NULL)
    porch_exchange_fail (exchange, error);
  return flow;
}

static void
withdraw (PorchServer *server, PorchExchange *exchange, JsonObject *body)
{
  PorchOfferBook *book = get_book (server);

  if (book != NULL && porch_offer_book_withdraw (book, porch_exchange_get_id (exchange), porch_exchange_get_item (exchange)))
    porch_exchange_answer (exchange, 204, NULL);
  else
    porch_exchange_refuse (exchange);
}

const PorchRoute porch_routes_offers[] = {
  { "POST", "offers", PORCH_MAX_OFFER_BODY, TRUE, receive, NULL },
  { "GET", "offers/*", 0, FALSE, status, NULL },
  { "POST", "offers/*/content", 0, FALSE, NULL, begin_content },
  { "DELETE", "offers/*", 0, FALSE, withdraw, NULL },
  { NULL },
};
