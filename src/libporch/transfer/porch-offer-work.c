/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Offers as the transfer queue knows them: what a worker that sends or receives needs of its offer, and what becomes of the offer when
 * the transfer moves. */
#include "config.h"

#include "transfer/porch-offer-book-private.h"

#include "transfer/porch-offer-store.h"
#include "transfer/porch-transfer-queue-private.h"
#include "wire/porch-json.h"

#define TOUCH_INTERVAL (G_USEC_PER_SEC / 2) /* between two words to the sender on how far it is */

gboolean
porch_offer_book_prepared (PorchOfferBook *self, PorchTransfer *transfer, PorchPlan *plan, PorchPrepared *prepared, GError **error)
{
  g_autoptr (PorchOffer) offer = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  static const char *const none[] = { NULL };

  for (guint i = 0; i < prepared->names->len; i++)
    g_ptr_array_add (names, g_ptr_array_index (prepared->names, i));
  g_ptr_array_add (names, NULL);
  offer = porch_offer_new_outgoing (porch_transfer_get_peer (transfer), plan->offer, plan->text ? PORCH_OFFER_TEXT : PORCH_OFFER_FILES,
                                    prepared->files, prepared->bytes, (const char *const *) names->pdata, prepared->digest,
                                    plan->text);
  porch_offer_set_transfer (offer, porch_transfer_get_id (transfer));
  if (!porch_offer_store_save_items (self->store, offer, plan->text ? none : (const char *const *) plan->names,
                                     plan->text ? none : (const char *const *) plan->locals, error))
    return FALSE;
  porch_offer_book_add (self, offer);
  return TRUE;
}

typedef struct {
  PorchOfferBook *book; /* weak: it may go while a worker still asks */
  PorchOffer     *offer;
} Asked;

static void
asked_free (gpointer data)
{
  Asked *asked = data;

  g_clear_weak_pointer (&asked->book);
  g_object_unref (asked->offer);
  g_free (asked);
}

static gboolean
on_asked (gpointer data)
{
  Asked *asked = data;

  if (asked->book != NULL)
    porch_offer_book_touch (asked->book, asked->offer);
  return G_SOURCE_REMOVE;
}

static void
equip_receive (PorchOfferBook *self, PorchWork *work, PorchOffer *offer)
{
  if (porch_offer_get_ask (offer) == NULL)
    {
      Asked *asked = g_new0 (Asked, 1);

      g_set_weak_pointer (&asked->book, self);
      asked->offer = g_object_ref (offer);
      porch_offer_set_ask (offer, porch_ask_new (on_asked, asked, asked_free));
    }
  work->ask = porch_ask_ref (porch_offer_get_ask (offer));
}

void
porch_offer_book_equip (PorchOfferBook *self, PorchWork *work, PorchPlan *plan)
{
  PorchTransferKind kind = porch_transfer_get_kind (work->transfer);
  PorchOffer *offer = porch_offer_book_offer_of (self, work->transfer);

  if (kind == PORCH_TRANSFER_RECEIVE && offer != NULL)
    equip_receive (self, work, offer);
  if (kind != PORCH_TRANSFER_SEND)
    return;
  work->manifest = porch_offer_book_manifest_path (self, plan->offer);
  if (self->pairings != NULL)
    work->pairings = g_object_ref (self->pairings);
  if (offer != NULL)
    {
      g_autoptr (JsonObject) body = porch_offer_to_body (offer, porch_transfer_queue_get_port (self->queue));

      if (porch_transfer_queue_get_name (self->queue) != NULL)
        json_object_set_string_member (body, "name", porch_transfer_queue_get_name (self->queue));
      json_object_remove_member (body, "pair");
      work->offer_body = porch_json_to_string (body);
    }
}

void
porch_offer_book_coded (PorchOfferBook *self, PorchTransfer *transfer, const char *tag, const char *code)
{
  PorchOffer *offer = porch_offer_book_offer_of (self, transfer);

  if (offer == NULL)
    return;
  porch_offer_set_code (offer, tag, code);
  porch_transfer_set_code (transfer, code);
}

static void
follow_receive (PorchOfferBook *self, PorchOffer *offer, PorchTransferState state)
{
  gint64 now = g_get_monotonic_time ();

  if (porch_offer_get_state (offer) != PORCH_OFFER_ACCEPTED)
    return;
  if (state == PORCH_TRANSFER_DONE)
    porch_offer_book_set_state (self, offer, PORCH_OFFER_DONE);
  else if (state == PORCH_TRANSFER_CANCELLED || state == PORCH_TRANSFER_FAILED)
    porch_offer_book_set_state (self, offer, PORCH_OFFER_FAILED);
  else if (now - self->touched >= TOUCH_INTERVAL)
    {
      self->touched = now;
      porch_offer_book_touch (self, offer);
    }
}

static void
follow_send (PorchOfferBook *self, PorchOffer *offer, PorchTransferState state)
{
  if (!porch_offer_is_open (offer))
    return;
  if (state == PORCH_TRANSFER_DONE)
    porch_offer_book_set_state (self, offer, PORCH_OFFER_DONE);
  else if (state == PORCH_TRANSFER_DECLINED)
    porch_offer_book_set_state (self, offer, PORCH_OFFER_DECLINED);
  else if (state == PORCH_TRANSFER_CANCELLED)
    porch_offer_book_set_state (self, offer, PORCH_OFFER_WITHDRAWN);
  else if (state == PORCH_TRANSFER_FAILED)
    porch_offer_book_set_state (self, offer, PORCH_OFFER_FAILED);
}

void
porch_offer_book_progressed (PorchOfferBook *self, PorchTransfer *transfer)
{
  PorchOffer *offer = porch_offer_book_offer_of (self, transfer);

  if (offer == NULL)
    return;
  if (porch_offer_is_incoming (offer))
    follow_receive (self, offer, porch_transfer_get_state (transfer));
  else
    follow_send (self, offer, porch_transfer_get_state (transfer));
}
