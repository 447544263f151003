/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-offer-book-private.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "transfer/porch-offer-limits.h"
#include "transfer/porch-offer-silence.h"
#include "transfer/porch-offer-store.h"
#include "transfer/porch-offer-tree.h"
#include "transfer/porch-transfer-queue-private.h"
#include "transfer/porch-withdrawals.h"
#include "wire/porch-json.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

enum { PROP_0, PROP_AUTO_ACCEPT, PROP_TRUSTED_ONLY, N_PROPS };
enum { SIGNAL_ARRIVED, SIGNAL_TOUCHED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint       signals[N_SIGNALS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchOfferBook, porch_offer_book, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* The model */

static GType
get_item_type (GListModel *model)
{
  return PORCH_TYPE_OFFER;
}

static guint
get_n_items (GListModel *model)
{
  return PORCH_OFFER_BOOK (model)->shown->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  PorchOfferBook *self = PORCH_OFFER_BOOK (model);

  return position < self->shown->len ? g_object_ref (g_ptr_array_index (self->shown, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

void
porch_offer_book_add (PorchOfferBook *self, PorchOffer *offer)
{
  g_ptr_array_add (self->all, g_object_ref (offer));
  g_ptr_array_add (self->shown, g_object_ref (offer));
  g_list_model_items_changed (G_LIST_MODEL (self), self->shown->len - 1, 0, 1);
}

char *
porch_offer_book_manifest_path (PorchOfferBook *self, const char *id)
{
  g_autofree char *name = g_strconcat (id, ".manifest", NULL);

  return g_build_filename (self->folder, name, NULL);
}

static void
remove_offer (PorchOfferBook *self, PorchOffer *offer)
{
  g_autoptr (PorchOffer) kept = g_object_ref (offer);
  g_autoptr (GError) error = NULL;
  guint position;

  if (!porch_offer_store_delete (self->store, offer, &error))
    g_warning ("An offer could not be forgotten: %s", error->message);
  g_ptr_array_remove (self->all, offer);
  if (!g_ptr_array_find (self->shown, offer, &position))
    return;
  g_ptr_array_remove_index (self->shown, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

void
porch_offer_book_touch (PorchOfferBook *self, PorchOffer *offer)
{
  porch_offer_touch (offer);
  if (porch_offer_is_incoming (offer))
    g_signal_emit (self, signals[SIGNAL_TOUCHED], 0, offer);
}

void
porch_offer_book_set_state (PorchOfferBook *self, PorchOffer *offer, PorchOfferState state)
{
  g_autoptr (GError) error = NULL;

  if (porch_offer_get_state (offer) == state)
    return;
  porch_offer_set_state (offer, state);
  if (!porch_offer_store_save (self->store, offer, &error))
    g_warning ("What became of an offer could not be written down: %s", error->message);
  if (!porch_offer_is_open (offer))
    {
      PorchAsk *ask = porch_offer_get_ask (offer);
      g_autoptr (GError) over = g_error_new_literal (PORCH_ERROR, PORCH_ERROR_GONE, _ ("The request is closed"));

      if (ask != NULL)
        porch_ask_abort (ask, over);
      if (!porch_offer_is_incoming (offer))
        {
          g_autofree char *manifest = porch_offer_book_manifest_path (self, porch_offer_get_id (offer));

          g_unlink (manifest);
          if (state == PORCH_OFFER_WITHDRAWN)
            porch_withdrawals_add (self->withdrawals, offer);
        }
    }
  porch_offer_book_touch (self, offer);
}

/* Seven days after it was made an open offer is over. */
static void
expire_old (PorchOfferBook *self)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  for (guint i = 0; i < self->all->len; i++)
    {
      PorchOffer *offer = g_ptr_array_index (self->all, i);

      if (porch_offer_get_state (offer) == PORCH_OFFER_PENDING && porch_offer_get_received (offer) + PORCH_OFFER_LIFE < now)
        porch_offer_book_set_state (self, offer, PORCH_OFFER_EXPIRED);
    }
}

PorchOffer *
porch_offer_book_lookup (PorchOfferBook *self, const PorchDeviceId *peer, const char *id, gboolean incoming)
{
  for (guint i = 0; i < self->all->len; i++)
    {
      PorchOffer *offer = g_ptr_array_index (self->all, i);

      if (porch_offer_is_incoming (offer) == !!incoming && g_str_equal (porch_offer_get_id (offer), id)
          && porch_device_id_equal (porch_offer_get_peer (offer), peer))
        return offer;
    }
  return NULL;
}

static PorchTransfer *
transfer_of (PorchOfferBook *self, PorchOffer *offer)
{
  const char *id = porch_offer_get_transfer (offer);

  return id ? porch_transfer_queue_lookup (self->queue, id) : NULL;
}

PorchOffer *
porch_offer_book_offer_of (PorchOfferBook *self, PorchTransfer *transfer)
{
  const char *id = porch_transfer_get_offer (transfer);

  if (id == NULL)
    return NULL;
  return porch_offer_book_lookup (self, porch_transfer_get_peer (transfer), id,
                                  porch_transfer_get_kind (transfer) == PORCH_TRANSFER_RECEIVE);
}

/* What the person says */

static gboolean
set_gone (GError **error)
{
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_GONE, _ ("This request has been answered or taken back already"));
  return FALSE;
}

static PorchTransfer *
accept (PorchOfferBook *self, PorchOffer *offer, const char *target, GError **error)
{
  PorchTransfer *transfer;

  expire_old (self);
  if (!porch_offer_is_incoming (offer) || porch_offer_get_state (offer) != PORCH_OFFER_PENDING
      || porch_offer_get_kind (offer) != PORCH_OFFER_FILES)
    {
      set_gone (error);
      return NULL;
    }
  transfer = porch_transfer_queue_receive (self->queue, offer, target, error);
  if (transfer == NULL)
    return NULL;
  porch_offer_set_transfer (offer, porch_transfer_get_id (transfer));
  porch_transfer_set_code (transfer, porch_offer_get_code (offer));
  porch_offer_book_set_state (self, offer, PORCH_OFFER_ACCEPTED);
  return transfer;
}

PorchTransfer *
porch_offer_book_accept (PorchOfferBook *self, PorchOffer *offer, const char *target, GError **error)
{
  PorchTransfer *transfer = accept (self, offer, target, error);

  /* Counted, so that the person can be asked whether the next ones shall come by themselves. */
  if (transfer != NULL)
    porch_trust_table_note_accept (self->trust, porch_offer_get_peer (offer));
  return transfer;
}

/* ---- Ten minutes of silence after a no ---- */

static gboolean on_silence_over (gpointer data);

/* Those whose silence is over may be shown; looks again when the next one's is. */
static void
update_silence (PorchOfferBook *self)
{
  gint64 now = g_get_monotonic_time (), next = 0;

  g_clear_handle_id (&self->silence_id, g_source_remove);
  for (guint i = 0; i < self->shown->len; i++)
    {
      PorchOffer *offer = g_ptr_array_index (self->shown, i);
      const PorchDeviceId *peer = porch_offer_get_peer (offer);
      gint64 left = porch_trust_table_get (self->trust, peer) == PORCH_TRUST_TRUSTED
                        ? 0
                        : porch_offer_silence_left (self->silence, peer, now);

      if (!porch_offer_get_quiet (offer))
        continue;
      if (left == 0)
        porch_offer_set_quiet (offer, FALSE);
      else if (next == 0 || left < next)
        next = left;
    }
  if (next > 0)
    self->silence_id = g_timeout_add_seconds ((guint) (next / G_USEC_PER_SEC) + 1, on_silence_over, self);
}

static gboolean
on_silence_over (gpointer data)
{
  PorchOfferBook *self = data;

  self->silence_id = 0;
  update_silence (self);
  return G_SOURCE_REMOVE;
}

gboolean
porch_offer_book_decline (PorchOfferBook *self, PorchOffer *offer, GError **error)
{
  if (!porch_offer_is_incoming (offer) || porch_offer_get_state (offer) != PORCH_OFFER_PENDING)
    return set_gone (error);
  if (porch_offer_get_kind (offer) == PORCH_OFFER_FILES
      && porch_trust_table_get (self->trust, porch_offer_get_peer (offer)) != PORCH_TRUST_TRUSTED)
    porch_offer_silence_begin (self->silence, porch_offer_get_peer (offer), g_get_monotonic_time ());
  porch_offer_book_set_state (self, offer, porch_offer_get_kind (offer) == PORCH_OFFER_TEXT ? PORCH_OFFER_DONE : PORCH_OFFER_DECLINED);
  return TRUE;
}

gboolean
porch_offer_book_clear (PorchOfferBook *self, PorchOffer *offer, GError **error)
{
  if (porch_offer_is_open (offer) || !porch_offer_is_incoming (offer) || porch_offer_get_kind (offer) != PORCH_OFFER_TEXT)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_BUSY, _ ("Only a text that was read can be taken off the list."));
      return FALSE;
    }
  remove_offer (self, offer);
  return TRUE;
}

gboolean
porch_offer_book_confirm_code (PorchOfferBook *self, PorchOffer *offer, gboolean match, GError **error)
{
  PorchPeer *peer = porch_peer_list_lookup (self->peers, porch_offer_get_peer (offer));
  g_autoptr (GPtrArray) addresses = peer ? porch_peer_dup_addresses (peer) : NULL;

  if (self->pairings == NULL || porch_offer_get_tag (offer) == NULL || porch_offer_get_code (offer) == NULL)
    return set_gone (error);
  return porch_pairing_desk_confirm_passive (self->pairings, porch_offer_get_peer (offer), porch_offer_get_tag (offer), match,
                                             addresses, error);
}

static void
update_code (PorchOfferBook *self, PorchOffer *offer)
{
  const char *tag = porch_offer_get_tag (offer);
  PorchTransfer *transfer = transfer_of (self, offer);
  g_autofree char *code = NULL;

  if (self->pairings != NULL && tag != NULL
      && porch_trust_table_get (self->trust, porch_offer_get_peer (offer)) != PORCH_TRUST_TRUSTED)
    code = porch_pairing_desk_dup_passive_code (self->pairings, porch_offer_get_peer (offer), tag);
  porch_offer_set_code (offer, tag, code);
  /* Both sides compare while it moves and afterwards too: the offer is out of sight then, the transfer is not. */
  if (transfer != NULL)
    porch_transfer_set_code (transfer, code);
}

/* The session behind a code came to something: it is to be shown no more, or still. */
static void
on_passive (PorchPairingDesk *desk, const PorchDeviceId *peer, const char *tag, PorchPairingState state, PorchOfferBook *self)
{
  for (guint i = 0; i < self->shown->len; i++)
    {
      PorchOffer *offer = g_ptr_array_index (self->shown, i);

      if (g_strcmp0 (porch_offer_get_tag (offer), tag) == 0 && porch_device_id_equal (porch_offer_get_peer (offer), peer))
        update_code (self, offer);
    }
}

static void
on_trust_changed (PorchTrustTable *trust, const PorchDeviceId *peer, PorchOfferBook *self)
{
  for (guint i = 0; i < self->shown->len; i++)
    if (porch_device_id_equal (porch_offer_get_peer (g_ptr_array_index (self->shown, i)), peer))
      update_code (self, g_ptr_array_index (self->shown, i));
  update_silence (self);
}

/* What a sender asks of us */

static gboolean
check_limits (PorchOfferBook *self, PorchOffer *offer, gboolean trusted, GError **error)
{
  guint device = 0, address = 0, unknown = 0;

  for (guint i = 0; i < self->all->len; i++)
    {
      PorchOffer *other = g_ptr_array_index (self->all, i);
      gboolean same = porch_device_id_equal (porch_offer_get_peer (other), porch_offer_get_peer (offer));

      if (!porch_offer_is_incoming (other) || porch_offer_get_state (other) != PORCH_OFFER_PENDING)
        continue;
      device += same;
      if (porch_trust_table_get (self->trust, porch_offer_get_peer (other)) == PORCH_TRUST_TRUSTED)
        continue;
      unknown++;
      address += g_strcmp0 (porch_offer_get_address (other), porch_offer_get_address (offer)) == 0;
    }
  if (porch_offer_limits_allow (trusted, device, address, unknown))
    return TRUE;
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_LIMIT, _ ("Too many requests wait here for an answer. Try again later."));
  return FALSE;
}

static gboolean
may_come_by_itself (PorchOfferBook *self, const PorchDeviceId *peer)
{
  g_autoptr (PorchDeviceRecord) record = porch_trust_table_lookup (self->trust, peer);

  return record != NULL && record->trust == PORCH_TRUST_TRUSTED && (self->auto_accept || record->auto_accept);
}

/* From somebody who is trusted, if the person wants that, within bounds. */
static void
accept_by_itself (PorchOfferBook *self, PorchOffer *offer)
{
  g_autoptr (GError) error = NULL;

  if (porch_offer_get_kind (offer) != PORCH_OFFER_FILES || !may_come_by_itself (self, porch_offer_get_peer (offer)))
    return;
  if (!porch_offer_limits_take (&self->limits, porch_offer_get_bytes (offer),
                                (gint64) MIN (porch_transfer_queue_free_space (self->queue), (guint64) G_MAXINT64),
                                g_get_real_time () / G_USEC_PER_SEC))
    return;
  if (accept (self, offer, NULL, &error) == NULL)
    g_message ("An offer was not accepted by itself: %s", error->message);
}

gboolean
porch_offer_book_may_ask (PorchOfferBook *self, const PorchDeviceId *peer)
{
  if (!self->trusted_only || porch_trust_table_get (self->trust, peer) == PORCH_TRUST_TRUSTED)
    return TRUE;
  for (guint i = 0; i < self->all->len; i++)
    {
      PorchOffer *offer = g_ptr_array_index (self->all, i);

      if (porch_offer_is_incoming (offer) && porch_offer_is_open (offer) && porch_device_id_equal (porch_offer_get_peer (offer), peer))
        return TRUE;
    }
  return FALSE;
}

static PorchOffer *
receive_again (PorchOfferBook *self, PorchOffer *known, PorchOffer *offer, gboolean *existed, GError **error)
{
  if (!porch_offer_is_same (known, offer))
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_EXISTS, _ ("Another request has this number"));
      return NULL;
    }
  *existed = TRUE;
  porch_offer_set_code (known, porch_offer_get_tag (offer), NULL);
  update_code (self, known);
  return known;
}

PorchOffer *
porch_offer_book_receive (PorchOfferBook *self, const PorchDeviceId *peer, GInetAddress *address, JsonObject *body, gboolean *existed,
                          GError **error)
{
  PorchTrust trust = porch_trust_table_get (self->trust, peer);
  g_autofree char *from = address ? g_inet_address_to_string (address) : NULL;
  g_autoptr (PorchOffer) offer = NULL;
  PorchOffer *known;

  *existed = FALSE;
  if (trust == PORCH_TRUST_BLOCKED)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED, _ ("This device is blocked"));
      return NULL;
    }
  offer = porch_offer_new_incoming (peer, body, from, error);
  if (offer == NULL)
    return NULL;
  /* Of a device that can't be connected to this is all that is known; the list of peers checks it. */
  porch_peer_list_proved (self->peers, peer, porch_json_get_optional_string (body, "name", PORCH_MAX_LABEL, NULL), NULL, NULL, 0);
  expire_old (self);
  known = porch_offer_book_lookup (self, peer, porch_offer_get_id (offer), TRUE);
  if (known != NULL)
    return receive_again (self, known, offer, existed, error);
  if (self->trusted_only && trust != PORCH_TRUST_TRUSTED)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED, _ ("Only people who are trusted may ask here"));
      return NULL;
    }
  if (!check_limits (self, offer, trust == PORCH_TRUST_TRUSTED, error) || !porch_offer_store_save (self->store, offer, error))
    return NULL;
  update_code (self, offer);
  porch_offer_set_quiet (offer, trust != PORCH_TRUST_TRUSTED
                                    && porch_offer_silence_left (self->silence, peer, g_get_monotonic_time ()) > 0);
  porch_offer_book_add (self, offer);
  update_silence (self);
  g_signal_emit (self, signals[SIGNAL_ARRIVED], 0, offer);
  accept_by_itself (self, offer);
  return offer;
}

JsonObject *
porch_offer_book_status (PorchOfferBook *self, PorchOffer *offer, gint64 since)
{
  PorchTransfer *transfer = transfer_of (self, offer);
  PorchAsk *ask = porch_offer_get_ask (offer);
  PorchOfferState state = porch_offer_get_state (offer);
  JsonObject *question = ask && state == PORCH_OFFER_ACCEPTED ? porch_ask_dup_question (ask) : NULL;
  JsonObject *status;

  expire_old (self);
  if (since >= 0 && since >= porch_offer_get_serial (offer) && question == NULL)
    return NULL;
  status = json_object_new ();
  /* A text has arrived when it is here; whether it was read is not the sender's business. */
  if (porch_offer_get_kind (offer) == PORCH_OFFER_TEXT)
    state = PORCH_OFFER_DONE;
  json_object_set_string_member (status, "state", porch_offer_state_to_string (state));
  json_object_set_int_member (status, "serial", porch_offer_get_serial (offer));
  json_object_set_int_member (status, "done", transfer ? porch_transfer_get_bytes_done (transfer) : 0);
  if (question != NULL)
    json_object_set_object_member (status, "ask", question);
  return status;
}

gboolean
porch_offer_book_withdraw (PorchOfferBook *self, const PorchDeviceId *peer, const char *id)
{
  PorchOffer *offer = porch_offer_book_lookup (self, peer, id, TRUE);
  PorchTransfer *transfer;

  if (offer == NULL)
    return FALSE;
  if (!porch_offer_is_open (offer))
    return TRUE;
  transfer = transfer_of (self, offer);
  porch_offer_book_set_state (self, offer, PORCH_OFFER_WITHDRAWN);
  if (transfer != NULL)
    {
      g_autoptr (GError) error
          = g_error_new_literal (PORCH_ERROR, PORCH_ERROR_GONE, _ ("The sender took it back. Ask for it again if you need it."));

      porch_transfer_queue_fail (self->queue, transfer, error);
    }
  /* Or a stranger could fill the database by asking and taking back. */
  remove_offer (self, offer);
  return TRUE;
}

void
porch_offer_book_forget_device (PorchOfferBook *self, const PorchDeviceId *peer)
{
  for (guint i = 0; i < self->all->len; i++)
    {
      PorchOffer *offer = g_ptr_array_index (self->all, i);

      if (porch_offer_is_open (offer) && porch_device_id_equal (porch_offer_get_peer (offer), peer))
        porch_offer_book_set_state (self, offer, porch_offer_is_incoming (offer) ? PORCH_OFFER_DECLINED : PORCH_OFFER_WITHDRAWN);
    }
}

PorchFlow *
porch_offer_book_take_content (PorchOfferBook *self, const PorchDeviceId *peer, const char *id, guint64 seq, GError **error)
{
  PorchOffer *offer = porch_offer_book_lookup (self, peer, id, TRUE);
  PorchAsk *ask = offer && porch_offer_get_state (offer) == PORCH_OFFER_ACCEPTED ? porch_offer_get_ask (offer) : NULL;

  if (ask == NULL)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND, _ ("Nothing of this was asked for"));
      return NULL;
    }
  return porch_ask_take (ask, seq, error);
}

/* What a receiver asks of us */

static PorchOffer *
find_served (PorchOfferBook *self, const PorchDeviceId *peer, const char *id, GError **error)
{
  PorchOffer *offer = porch_offer_book_lookup (self, peer, id, FALSE);
  PorchTransfer *transfer = offer ? transfer_of (self, offer) : NULL;

  if (offer == NULL || !porch_offer_is_open (offer) || porch_offer_get_kind (offer) != PORCH_OFFER_FILES || transfer == NULL
      || porch_trust_table_get (self->trust, peer) == PORCH_TRUST_BLOCKED)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND, _ ("Nothing of this is offered"));
      return NULL;
    }
  if (porch_transfer_get_state (transfer) == PORCH_TRANSFER_PAUSED)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_BUSY, _ ("The sender has paused it"));
      return NULL;
    }
  return offer;
}

PorchTree *
porch_offer_book_open_tree (PorchOfferBook *self, const PorchDeviceId *peer, const char *id, GError **error)
{
  PorchOffer *offer = find_served (self, peer, id, error);
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) locals = NULL;

  if (offer == NULL || !porch_offer_store_load_items (self->store, offer, &names, &locals, error))
    return NULL;
  return porch_offer_tree_open (porch_identity_get_secret (self->identity), (const char *const *) names, (const char *const *) locals,
                                error);
}

gboolean
porch_offer_book_may_fetch (PorchOfferBook *self, const PorchDeviceId *peer, const char *id)
{
  return find_served (self, peer, id, NULL) != NULL;
}

PorchFlow *
porch_offer_book_open_manifest (PorchOfferBook *self, const PorchDeviceId *peer, const char *id, GError **error)
{
  PorchOffer *offer = find_served (self, peer, id, error);
  g_autofree char *path = offer ? porch_offer_book_manifest_path (self, id) : NULL;

  return offer ? porch_offer_tree_stream_manifest (path, error) : NULL;
}

static void
porch_offer_book_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PorchOfferBook *self = PORCH_OFFER_BOOK (object);

  if (id == PROP_AUTO_ACCEPT)
    self->auto_accept = g_value_get_boolean (value);
  else if (id == PROP_TRUSTED_ONLY)
    self->trusted_only = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
porch_offer_book_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PorchOfferBook *self = PORCH_OFFER_BOOK (object);

  if (id == PROP_AUTO_ACCEPT)
    g_value_set_boolean (value, self->auto_accept);
  else if (id == PROP_TRUSTED_ONLY)
    g_value_set_boolean (value, self->trusted_only);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
porch_offer_book_finalize (GObject *object)
{
  PorchOfferBook *self = PORCH_OFFER_BOOK (object);

  porch_transfer_queue_set_book (self->queue, NULL);
  g_clear_handle_id (&self->silence_id, g_source_remove);
  porch_offer_silence_free (self->silence);
  g_object_unref (self->queue);
  g_clear_pointer (&self->withdrawals, porch_withdrawals_free);
  g_clear_object (&self->store);
  g_clear_object (&self->identity);
  g_clear_object (&self->trust);
  g_clear_object (&self->peers);
  g_clear_object (&self->pairings);
  g_free (self->folder);
  g_ptr_array_unref (self->all);
  g_ptr_array_unref (self->shown);
  G_OBJECT_CLASS (porch_offer_book_parent_class)->finalize (object);
}

static void
porch_offer_book_class_init (PorchOfferBookClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = porch_offer_book_set_property;
  object_class->get_property = porch_offer_book_get_property;
  object_class->finalize = porch_offer_book_finalize;
  props[PROP_AUTO_ACCEPT]
      = g_param_spec_boolean ("auto-accept-trusted", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_TRUSTED_ONLY] = g_param_spec_boolean ("trusted-only", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SIGNAL_ARRIVED] = g_signal_new ("arrived", PORCH_TYPE_OFFER_BOOK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                          PORCH_TYPE_OFFER);
  signals[SIGNAL_TOUCHED] = g_signal_new ("touched", PORCH_TYPE_OFFER_BOOK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                          PORCH_TYPE_OFFER);
}

static void
porch_offer_book_init (PorchOfferBook *self)
{
  self->silence = porch_offer_silence_new ();
  self->all = g_ptr_array_new_with_free_func (g_object_unref);
  self->shown = g_ptr_array_new_with_free_func (g_object_unref);
}

/* Found again for as long as it is kept: the only copy is here. */
static gboolean
is_read_text (PorchOffer *offer)
{
  return porch_offer_is_incoming (offer) && porch_offer_get_kind (offer) == PORCH_OFFER_TEXT
         && porch_offer_get_state (offer) == PORCH_OFFER_DONE;
}

static gboolean
load (PorchOfferBook *self, GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GPtrArray) offers = porch_offer_store_load (self->store, now - PORCH_OFFER_LIFE, error);

  if (offers == NULL)
    return FALSE;
  for (guint i = 0; i < offers->len; i++)
    {
      PorchOffer *offer = g_ptr_array_index (offers, i);

      g_ptr_array_add (self->all, g_object_ref (offer));
      if (porch_offer_is_open (offer) || is_read_text (offer))
        g_ptr_array_add (self->shown, g_object_ref (offer));
      else if (!porch_offer_is_incoming (offer) && porch_offer_get_state (offer) == PORCH_OFFER_WITHDRAWN)
        porch_withdrawals_add (self->withdrawals, offer); /* its receiver was not told in an earlier run */
    }
  return TRUE;
}

PorchOfferBook *
porch_offer_book_new (PorchTransferQueue *queue, PorchStore *store, PorchIdentity *identity, PorchTrustTable *trust,
                      PorchPeerList *peers, PorchPairingDesk *pairings, const char *state_folder, GError **error)
{
  g_autoptr (PorchOfferBook) self = g_object_new (PORCH_TYPE_OFFER_BOOK, NULL);

  self->queue = g_object_ref (queue);
  self->store = g_object_ref (store);
  self->identity = g_object_ref (identity);
  self->trust = g_object_ref (trust);
  self->peers = g_object_ref (peers);
  self->folder = g_build_filename (state_folder, "offers", NULL);
  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_STORE, _ ("The folder “%s” can't be made"), self->folder);
      return NULL;
    }
  self->withdrawals = porch_withdrawals_new (store, identity, peers);
  if (!load (self, error))
    return NULL;
  if (pairings != NULL)
    {
      self->pairings = g_object_ref (pairings);
      g_signal_connect_object (pairings, "passive", G_CALLBACK (on_passive), self, 0);
    }
  g_signal_connect_object (trust, "changed", G_CALLBACK (on_trust_changed), self, 0);
  porch_transfer_queue_set_book (queue, self);
  return g_steal_pointer (&self);
}
