/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-withdrawals.h"

#include "porch-error.h"
#include "porch-pool.h"
#include "transfer/porch-offer-store.h"
#include "wire/porch-client.h"

/* The worker of the send may just be telling the offer: it has the first word. */
#define FIRST_TRY 300            /* ms */
#define SECOND_LOOK (5 * 1000)   /* ms after "no such offer", which a request on its way can still make untrue */
#define SHORTEST_PAUSE 60        /* s; doubled up to */
#define LONGEST_PAUSE (15 * 60)
#define TIMEOUT 8                /* s */

typedef struct {
  PorchWithdrawals *owner; /* NULL when that has gone, and the call still runs */
  int               references;
  PorchOffer       *offer; /* owned */
  PorchPeer        *peer;  /* (nullable) owned, held */
  gulong            handler;
  guint             timer;
  guint             tries;
  gboolean          running;
  gboolean          unknown; /* the receiver said once that it has no such offer */
} Withdrawal;

struct _PorchWithdrawals
{
  /* owned */
  PorchStore    *store;
  PorchIdentity *identity;
  PorchPeerList *peers;
  GPtrArray     *all; /* of Withdrawal */
  GCancellable  *cancellable;
};

static void
withdrawal_unref (Withdrawal *self)
{
  if (--self->references > 0)
    return;
  g_object_unref (self->offer);
  g_free (self);
}

static void
drop (gpointer data)
{
  Withdrawal *self = data;

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->peer != NULL)
    {
      g_signal_handler_disconnect (self->peer, self->handler);
      porch_peer_list_release (self->owner->peers, self->peer);
      g_clear_object (&self->peer);
    }
  self->owner = NULL;
  withdrawal_unref (self);
}

/* Told, or nobody is to be told any more. */
static void
end (Withdrawal *self)
{
  g_autoptr (GError) error = NULL;

  if (!porch_offer_store_delete (self->owner->store, self->offer, &error))
    g_warning ("An offer that was taken back could not be forgotten: %s", error->message);
  g_ptr_array_remove (self->owner->all, self);
}

static void
run_call (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PorchOffer *offer = data;
  g_autofree char *path = g_strconcat ("/porch/v1/offers/", porch_offer_get_id (offer), NULL);
  GError *error = NULL;
  g_autoptr (JsonObject) answer = porch_client_call (source, "DELETE", path, NULL, cancellable, &error);

  if (answer == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void try_now (Withdrawal *self);

static gboolean
on_timer (gpointer data)
{
  Withdrawal *self = data;

  self->timer = 0;
  try_now (self);
  return G_SOURCE_REMOVE;
}

static void
try_in (Withdrawal *self, guint milliseconds)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (milliseconds, on_timer, self);
}

static void
try_later (Withdrawal *self)
{
  guint pause = MIN (SHORTEST_PAUSE << MIN (self->tries, 8), LONGEST_PAUSE);

  self->tries++;
  try_in (self, pause * 1000);
}

static void
on_call_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Withdrawal *self = data;
  g_autoptr (GError) error = NULL;
  gboolean told = g_task_propagate_boolean (G_TASK (result), &error);
  gboolean unknown = g_error_matches (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND);

  self->running = FALSE;
  if (self->owner != NULL && (told || (unknown && self->unknown)))
    end (self);
  else if (self->owner != NULL && unknown)
    {
      self->unknown = TRUE;
      try_in (self, SECOND_LOOK);
    }
  else if (self->owner != NULL)
    try_later (self);
  withdrawal_unref (self);
}

static gboolean
is_over (Withdrawal *self)
{
  return porch_offer_get_received (self->offer) + PORCH_OFFER_LIFE < g_get_real_time () / G_USEC_PER_SEC
         || (self->peer != NULL && porch_peer_get_trust (self->peer) == PORCH_TRUST_BLOCKED);
}

static void
try_now (Withdrawal *self)
{
  PorchWithdrawals *owner = self->owner;
  g_autoptr (GPtrArray) addresses = self->peer ? porch_peer_dup_addresses (self->peer) : NULL;
  g_autoptr (PorchClient) client = NULL;
  g_autoptr (GTask) task = NULL;

  if (self->running)
    return;
  if (is_over (self))
    {
      end (self);
      return;
    }
  if (addresses == NULL || addresses->len == 0)
    {
      try_later (self);
      return;
    }
  g_clear_handle_id (&self->timer, g_source_remove);
  self->running = TRUE;
  self->references++;
  client = porch_client_new (owner->identity, porch_offer_get_peer (self->offer), addresses, 1, TIMEOUT);
  task = g_task_new (client, owner->cancellable, on_call_ready, self);
  g_task_set_source_tag (task, try_now);
  g_task_set_task_data (task, g_object_ref (self->offer), g_object_unref);
  porch_pool_run_task (task, run_call);
}

static void
on_peer_notify_online (PorchPeer *peer, GParamSpec *pspec, Withdrawal *self)
{
  if (!porch_peer_get_online (peer))
    return;
  self->tries = 0;
  try_now (self);
}

static void
find_peer (Withdrawal *self)
{
  PorchPeerList *peers = self->owner->peers;
  PorchPeer *peer = self->peer ? NULL : porch_peer_list_lookup (peers, porch_offer_get_peer (self->offer));

  if (peer == NULL)
    return;
  self->peer = g_object_ref (peer);
  porch_peer_list_hold (peers, peer);
  self->handler = g_signal_connect (peer, "notify::online", G_CALLBACK (on_peer_notify_online), self);
  if (porch_peer_get_online (peer))
    try_in (self, FIRST_TRY);
}

static void
on_peers_items_changed (GListModel *model, guint position, guint removed, guint added, PorchWithdrawals *self)
{
  for (guint i = 0; added > 0 && i < self->all->len; i++)
    find_peer (self->all->pdata[i]);
}

void
porch_withdrawals_add (PorchWithdrawals *self, PorchOffer *offer)
{
  Withdrawal *withdrawal = g_new0 (Withdrawal, 1);

  withdrawal->owner = self;
  withdrawal->references = 1;
  withdrawal->offer = g_object_ref (offer);
  g_ptr_array_add (self->all, withdrawal);
  find_peer (withdrawal);
  if (withdrawal->timer == 0)
    try_in (withdrawal, FIRST_TRY);
}

guint
porch_withdrawals_count (PorchWithdrawals *self)
{
  return self->all->len;
}

PorchWithdrawals *
porch_withdrawals_new (PorchStore *store, PorchIdentity *identity, PorchPeerList *peers)
{
  PorchWithdrawals *self = g_new0 (PorchWithdrawals, 1);

  self->store = g_object_ref (store);
  self->identity = g_object_ref (identity);
  self->peers = g_object_ref (peers);
  self->all = g_ptr_array_new_with_free_func (drop);
  self->cancellable = g_cancellable_new ();
  g_signal_connect (peers, "items-changed", G_CALLBACK (on_peers_items_changed), self);
  return self;
}

void
porch_withdrawals_free (PorchWithdrawals *self)
{
  g_cancellable_cancel (self->cancellable);
  g_signal_handlers_disconnect_by_data (self->peers, self);
  g_ptr_array_unref (self->all);
  g_object_unref (self->cancellable);
  g_object_unref (self->store);
  g_object_unref (self->identity);
  g_object_unref (self->peers);
  g_free (self);
}
