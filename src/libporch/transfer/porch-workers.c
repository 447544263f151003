/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-workers.h"

#include "transfer/porch-offer-book-private.h"

#define DEFAULT_PLACES 3

struct _PorchWorkers
{
  /* owned */
  PorchStore      *store;
  PorchIdentity   *identity;
  PorchTrustTable *trust;
  PorchPeerList   *peers;
  PorchLimiter    *limiter; /* (nullable) */
  PorchHoldings   *holdings; /* (nullable) */
  PorchContacts   *contacts;
  GAsyncQueue     *over; /* of PorchWork: workers that have ended */

  /* borrowed */
  PorchOfferBook *book;
  GObject        *owner; /* each worker and each message holds a reference */

  PorchWorkersEnded ended;
  PorchSlots        slots;
  guint16           port;
  guint             count;
  gint64            since; /* real time in µs when the program started */
};

/* What a worker tells, on any thread; it is passed on to the main thread. */

typedef struct {
  PorchWorkers  *workers; /* its owner is held */
  PorchContact  *contact;
  PorchTransfer *transfer;
  char          *tag, *code;
} Message;

static Message *
message_new (PorchWorkers *workers)
{
  Message *message = g_new0 (Message, 1);

  message->workers = workers;
  g_object_ref (workers->owner);
  return message;
}

static void
message_free (gpointer data)
{
  Message *message = data;

  g_clear_pointer (&message->contact, porch_contact_free);
  g_clear_object (&message->transfer);
  g_free (message->tag);
  g_free (message->code);
  g_object_unref (message->workers->owner);
  g_free (message);
}

static gboolean
on_contacted (gpointer data)
{
  Message *message = data;
  PorchPeerList *peers = message->workers->peers;
  PorchContact *contact = message->contact;
  PorchPeer *peer = porch_peer_list_lookup (peers, &contact->id);

  for (guint i = 0; peer && i < contact->impostors->len; i++)
    porch_peer_list_dial_failed (peers, peer, g_ptr_array_index (contact->impostors, i), TRUE);
  if (contact->address != NULL)
    porch_peer_list_proved (peers, &contact->id, contact->name, contact->chassis, contact->address, contact->port);
  return G_SOURCE_REMOVE;
}

/* Never g_main_context_invoke(): it would run on the worker's thread whenever the main loop is between two turns. */
static void
post (GSourceFunc func, Message *message)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, func, message, message_free);
}

static void
contacted (PorchContact *contact, gpointer data)
{
  Message *message = message_new (data);

  message->contact = contact;
  post (on_contacted, message);
}

static gboolean
on_coded (gpointer data)
{
  Message *message = data;

  if (message->workers->book != NULL)
    porch_offer_book_coded (message->workers->book, message->transfer, message->tag, message->code);
  return G_SOURCE_REMOVE;
}

static void
coded (PorchTransfer *transfer, const char *tag, const char *code, gpointer data)
{
  Message *message = message_new (data);

  message->transfer = g_object_ref (transfer);
  message->tag = g_strdup (tag);
  message->code = g_strdup (code);
  post (on_coded, message);
}

static void
end_work (PorchWorkers *self, PorchWork *work)
{
  self->count--;
  if (work->has_slot)
    porch_slots_release (&self->slots);
  self->ended (work, self->owner);
  porch_work_free (work);
}

static gboolean
on_workers_over (gpointer data)
{
  PorchWorkers *self = data;
  PorchWork *work;

  while ((work = g_async_queue_try_pop (self->over)) != NULL)
    end_work (self, work);
  return G_SOURCE_REMOVE;
}

static void
let_owner_go (gpointer data)
{
  g_object_unref (((PorchWorkers *) data)->owner);
}

static void
run_recipe (PorchWork *work)
{
  gboolean send = porch_transfer_get_kind (work->transfer) == PORCH_TRANSFER_SEND;

  if (work->cleaning && send)
    porch_send_clean (work);
  else if (work->cleaning)
    porch_download_clean (work);
  else if (send)
    porch_send_run (work);
  else
    porch_download_run (work);
}

static gpointer
worker (gpointer data)
{
  PorchWork *work = data;
  PorchWorkers *self = work->data;
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  run_recipe (work);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  g_async_queue_push (self->over, work);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_workers_over, self, let_owner_go);
  return NULL;
}

void
porch_workers_begin (PorchWorkers *self, PorchJob *job, gboolean has_place, gboolean cleaning)
{
  PorchWork *work = g_new0 (PorchWork, 1);
  g_autofree char *spec = porch_transfer_dup_spec (job->transfer);
  g_autoptr (PorchPlan) plan = porch_plan_parse (porch_transfer_get_source (job->transfer), spec, NULL);

  work->transfer = g_object_ref (job->transfer);
  work->run = cleaning ? g_cancellable_new () : porch_transfer_begin_run (job->transfer);
  work->store = g_object_ref (self->store);
  work->identity = g_object_ref (self->identity);
  work->limiter = self->limiter != NULL ? porch_limiter_ref (self->limiter) : NULL;
  work->holdings = self->holdings != NULL ? porch_holdings_ref (self->holdings) : NULL;
  work->contacts = porch_contacts_ref (self->contacts);
  work->port = self->port;
  work->trusted = porch_trust_table_get (self->trust, porch_transfer_get_peer (job->transfer)) == PORCH_TRUST_TRUSTED;
  work->careful = job->careful;
  work->since = self->since;
  work->cleaning = cleaning;
  work->has_slot = has_place;
  work->slots = &self->slots;
  work->contacted = contacted;
  work->coded = coded;
  work->data = self;
  g_object_ref (self->owner); /* given up by the worker's last idle call */
  if (self->book != NULL && plan != NULL)
    porch_offer_book_equip (self->book, work, plan);
  job->careful = FALSE;
  job->clean = FALSE;
  job->run = g_object_ref (work->run);
  job->bytes_at_start = porch_transfer_get_bytes_done (job->transfer);
  self->count++;
  job->thread = g_thread_new ("porch-transfer", worker, work);
}

guint
porch_workers_count (PorchWorkers *self)
{
  return self->count;
}

void
porch_workers_wait (PorchWorkers *self, gint64 deadline)
{
  while (self->count > 0 && g_get_monotonic_time () < deadline)
    {
      PorchWork *work = g_async_queue_timeout_pop (self->over, (guint64) MAX (deadline - g_get_monotonic_time (), 1));

      if (work != NULL)
        end_work (self, work);
    }
}

void
porch_workers_set_book (PorchWorkers *self, PorchOfferBook *book)
{
  self->book = book;
}

void
porch_workers_set_limiter (PorchWorkers *self, PorchLimiter *limiter)
{
  self->limiter = porch_limiter_ref (limiter);
}

void
porch_workers_set_holdings (PorchWorkers *self, PorchHoldings *holdings)
{
  self->holdings = porch_holdings_ref (holdings);
}

void
porch_workers_set_port (PorchWorkers *self, guint16 port)
{
  self->port = port;
}

void
porch_workers_set_places (PorchWorkers *self, guint places)
{
  g_mutex_lock (&self->slots.lock);
  self->slots.max = places;
  g_mutex_unlock (&self->slots.lock);
}

guint
porch_workers_get_places (PorchWorkers *self)
{
  return self->slots.max;
}

gboolean
porch_workers_claim_place (PorchWorkers *self)
{
  return porch_slots_claim (&self->slots);
}

PorchWorkers *
porch_workers_new (PorchStore *store, PorchIdentity *identity, PorchTrustTable *trust, PorchPeerList *peers, PorchWorkersEnded ended,
                   gpointer owner)
{
  PorchWorkers *self = g_new0 (PorchWorkers, 1);

  self->store = g_object_ref (store);
  self->identity = g_object_ref (identity);
  self->trust = g_object_ref (trust);
  self->peers = g_object_ref (peers);
  self->contacts = porch_contacts_new (peers);
  self->over = g_async_queue_new ();
  self->ended = ended;
  self->owner = owner;
  self->slots.max = DEFAULT_PLACES;
  g_mutex_init (&self->slots.lock);
  self->since = g_get_real_time ();
  return self;
}

void
porch_workers_free (PorchWorkers *self)
{
  g_async_queue_unref (self->over);
  g_clear_pointer (&self->limiter, porch_limiter_unref);
  g_clear_pointer (&self->holdings, porch_holdings_unref);
  porch_contacts_unref (self->contacts);
  g_object_unref (self->store);
  g_object_unref (self->identity);
  g_object_unref (self->trust);
  g_object_unref (self->peers);
  g_mutex_clear (&self->slots.lock);
  g_free (self);
}
