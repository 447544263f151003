/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "discovery/porch-peer-list-private.h"
#include "discovery/porch-reach.h"

#define SECOND_LOOK (1500 * G_TIME_SPAN_MILLISECOND) /* a goodbye takes a record away after 1 s (RFC 6762, 10.1) */
#define PATIENCE 10         /* missed checks after which an absent device is asked less often */
#define PATIENT_EVERY 5     /* ticks */
#define ADDRESSES_UNKNOWN 3 /* that are dialled on the word of an announcement alone */

struct _PorchPresence {
  GObject parent_instance;

  PorchPeerList   *peers; /* borrowed: it owns us */
  GCancellable    *cancellable;
  GQueue           queue; /* of PorchPeer, waiting for their check */
  guint            running;
  guint            watches;
  guint            wants;
  guint            tick;    /* source ids */
  guint            late;
  guint            second;
  guint            ticks;   /* so far */
  guint            rotation;
  PorchPresenceAsk ask;
  gpointer         ask_data;
};

G_DEFINE_FINAL_TYPE (PorchPresence, porch_presence, G_TYPE_OBJECT)

/* One check under way. */
typedef struct {
  PorchPresence *presence;
  PorchPeer     *peer;
} Check;

static void start_queued (PorchPresence *self);

/* Trusted devices, and those that the user added by address, are asked who they are; of others it is only seen that somebody
 * answers: our certificate is for those whom the user chose. */
static gboolean
says_hello (PorchPeer *peer)
{
  return porch_peer_get_state (peer)->known && porch_peer_get_trust (peer) != PORCH_TRUST_BLOCKED && porch_peer_get_id (peer);
}

static GPtrArray *
dup_near_addresses (PorchPresence *self, PorchPeer *peer)
{
  GPtrArray *addresses = porch_address_book_dup (porch_peer_get_book (peer), porch_peer_list_now (self->peers));
  gboolean manual = (porch_address_book_get_sources (porch_peer_get_book (peer)) & PORCH_ADDRESS_MANUAL) != 0;

  for (guint i = addresses->len; i > 0; i--)
    {
      if ((!says_hello (peer) && i > ADDRESSES_UNKNOWN) || (!manual && !porch_peer_list_is_near (self->peers, addresses->pdata[i - 1])))
        g_ptr_array_remove_index (addresses, i - 1);
    }
  return addresses;
}

static void
report (PorchPresence *self, PorchPeer *peer, PorchReached *reached)
{
  for (guint i = 0; i < reached->impostors->len; i++)
    porch_peer_list_dial_failed (self->peers, peer, reached->impostors->pdata[i], TRUE);
  for (guint i = 0; i < reached->failed->len; i++)
    porch_peer_list_dial_failed (self->peers, peer, reached->failed->pdata[i], FALSE);
  /* Its announcement may have been withdrawn while we asked; there it listens all the same. */
  if (reached->proved)
    porch_peer_list_proved (self->peers, porch_peer_get_id (peer), reached->name, reached->chassis, reached->address,
                            g_inet_socket_address_get_port (reached->address));
}

static void
on_reach_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Check *check = data;
  g_autoptr (PorchReached) reached = porch_reach_finish (result);

  if (check->presence->peers)
    {
      report (check->presence, check->peer, reached);
      porch_presence_done (check->presence, check->peer, reached->address != NULL);
    }
  g_object_unref (check->presence);
  g_object_unref (check->peer);
  g_free (check);
}

static void
ask_network (PorchPresence *self, PorchPeer *peer, gpointer data)
{
  g_autoptr (GPtrArray) addresses = dup_near_addresses (self, peer);
  Check *check = g_new0 (Check, 1);

  check->presence = g_object_ref (self);
  check->peer = g_object_ref (peer);
  porch_reach_async (porch_peer_list_get_identity (self->peers), says_hello (peer) ? porch_peer_get_id (peer) : NULL,
                     porch_peer_list_get_hello (self->peers), addresses, PORCH_PRESENCE_TIMEOUT, self->cancellable, on_reach_ready, check);
}

static void
start_queued (PorchPresence *self)
{
  PorchPeer *peer;

  while (self->running < PORCH_PRESENCE_MAX_PARALLEL && (peer = g_queue_pop_head (&self->queue)))
    {
      self->running++;
      self->ask (self, peer, self->ask_data);
      g_object_unref (peer);
    }
}

/**
 * porch_presence_check:
 *
 * Asks one peer now; at most once at a time.
 */
void
porch_presence_check (PorchPresence *self, PorchPeer *peer)
{
  PorchPeerState *state = porch_peer_get_state (peer);

  state->again = state->checking;
  if (state->checking || !self->peers)
    return;
  state->checking = TRUE;
  state->last_check = porch_peer_list_now (self->peers);
  g_queue_push_tail (&self->queue, g_object_ref (peer));
  start_queued (self);
}

void
porch_presence_done (PorchPresence *self, PorchPeer *peer, gboolean answered)
{
  PorchPeerState *state = porch_peer_get_state (peer);

  self->running--;
  state->checking = FALSE;
  /* Whoever spoke to us while we asked in vain is here: its firewall lets nobody in. */
  if (answered)
    porch_peer_list_answered (self->peers, peer);
  else if (state->last_contact < state->last_check || state->last_contact == 0)
    porch_peer_list_silent (self->peers, peer);
  if (state->again && !porch_peer_get_online (peer))
    porch_presence_check (self, peer);
  start_queued (self);
}

static gboolean
has_smaller_id (PorchPresence *self, PorchPeer *peer)
{
  g_autofree char *own = porch_device_id_to_string (porch_identity_get_id (porch_peer_list_get_identity (self->peers)));

  return strcmp (own, porch_peer_get_key (peer)) < 0;
}

#define TICK_SPAN (PORCH_PRESENCE_TICK * G_TIME_SPAN_SECOND)
#define LATE_SPAN (PORCH_PRESENCE_LATE * G_TIME_SPAN_MILLISECOND)

/* The smaller id asks. One that spoke to us within a tick is expected to do so again; if it does not, we ask after all (there may be
 * nobody who watches over there, or a cut cable between). */
static gboolean
is_its_turn (PorchPresence *self, PorchPeer *peer)
{
  PorchPeerState *state = porch_peer_get_state (peer);

  state->expected = !has_smaller_id (self, peer) && state->last_contact != 0
                    && porch_peer_list_now (self->peers) - state->last_contact < TICK_SPAN;
  return state->expected;
}

static gboolean
is_due (PorchPresence *self, PorchPeer *peer)
{
  PorchPeerState *state = porch_peer_get_state (peer);

  if (state->checking || porch_peer_get_trust (peer) == PORCH_TRUST_BLOCKED)
    return FALSE;
  if (self->watches == 0 && state->wants == 0)
    return FALSE;
  if (is_its_turn (self, peer))
    return FALSE;
  if (!porch_peer_get_online (peer) && !state->announced && state->wants == 0 && state->missed >= PATIENCE)
    return self->ticks % PATIENT_EVERY == 0;
  return TRUE;
}

static gboolean
is_picked (PorchPeer *peer)
{
  const PorchPeerState *state = porch_peer_get_state (peer);

  return state->looks > 0 || state->wants > 0;
}

/* Too many for one tick: those on screen or wanted; when no window says what it shows, each tick takes the next 32. */
static void
thin_out (PorchPresence *self, GPtrArray *due)
{
  gboolean picked = FALSE;
  guint length = due->len, start = self->rotation % length;

  for (guint i = 0; i < length; i++)
    picked |= is_picked (due->pdata[i]);
  if (!picked)
    self->rotation = start + PORCH_PRESENCE_MAX_CHECKED;
  for (guint i = length; i > 0; i--)
    {
      gboolean turn = (i - 1 + length - start) % length < PORCH_PRESENCE_MAX_CHECKED;

      if (picked ? !is_picked (due->pdata[i - 1]) : !turn)
        g_ptr_array_remove_index (due, i - 1);
    }
}

GPtrArray *
porch_presence_dup_due (PorchPresence *self, gboolean everybody)
{
  GPtrArray *peers = porch_peer_list_get_peers (self->peers), *due = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < peers->len; i++)
    {
      PorchPeer *peer = peers->pdata[i];
      const PorchPeerState *state = porch_peer_get_state (peer);
      gboolean trusted = porch_peer_get_trust (peer) == PORCH_TRUST_TRUSTED;

      if (everybody ? !state->checking && (trusted || porch_peer_get_online (peer) || state->wants > 0) : is_due (self, peer))
        g_ptr_array_add (due, g_object_ref (peer));
    }
  if (due->len > PORCH_PRESENCE_MAX_CHECKED)
    thin_out (self, due);
  return due;
}

static void
ask_due (PorchPresence *self, gboolean everybody)
{
  g_autoptr (GPtrArray) due = porch_presence_dup_due (self, everybody);

  for (guint i = 0; i < due->len; i++)
    porch_presence_check (self, due->pdata[i]);
}

static gboolean on_late (gpointer data);

/* Wakes up when the first of those that are expected is late. */
static void
wait_for_late (PorchPresence *self)
{
  GPtrArray *peers = porch_peer_list_get_peers (self->peers);
  gint64 now = porch_peer_list_now (self->peers), first = G_MAXINT64;

  for (guint i = 0; i < peers->len; i++)
    {
      const PorchPeerState *state = porch_peer_get_state (peers->pdata[i]);

      if (state->expected)
        first = MIN (first, state->last_contact + TICK_SPAN + LATE_SPAN);
    }
  g_clear_handle_id (&self->late, g_source_remove);
  if (first != G_MAXINT64)
    self->late = g_timeout_add (MAX (0, first - now) / G_TIME_SPAN_MILLISECOND + 1, on_late, self);
}

void
porch_presence_ask_late (PorchPresence *self)
{
  GPtrArray *peers = porch_peer_list_get_peers (self->peers);
  g_autoptr (GPtrArray) late = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 now = porch_peer_list_now (self->peers);

  for (guint i = 0; i < peers->len; i++)
    {
      PorchPeerState *state = porch_peer_get_state (peers->pdata[i]);

      if (state->expected && now - state->last_contact >= TICK_SPAN + LATE_SPAN)
        g_ptr_array_add (late, g_object_ref (peers->pdata[i]));
    }
  for (guint i = 0; i < late->len; i++)
    {
      porch_peer_get_state (late->pdata[i])->expected = FALSE;
      porch_presence_check (self, late->pdata[i]);
    }
  wait_for_late (self);
}

static gboolean
on_late (gpointer data)
{
  PorchPresence *self = data;

  self->late = 0;
  porch_presence_ask_late (self);
  return G_SOURCE_REMOVE;
}

static gboolean on_second (gpointer data);

static void
wait_for_second (PorchPresence *self)
{
  GPtrArray *peers = porch_peer_list_get_peers (self->peers);
  gint64 now = porch_peer_list_now (self->peers), first = G_MAXINT64;

  for (guint i = 0; i < peers->len; i++)
    {
      const PorchPeerState *state = porch_peer_get_state (peers->pdata[i]);

      if (state->second_look != 0)
        first = MIN (first, state->second_look);
    }
  g_clear_handle_id (&self->second, g_source_remove);
  if (first != G_MAXINT64)
    self->second = g_timeout_add (MAX (0, first - now) / G_TIME_SPAN_MILLISECOND + 1, on_second, self);
}

void
porch_presence_look_again (PorchPresence *self)
{
  GPtrArray *peers = porch_peer_list_get_peers (self->peers);
  g_autoptr (GPtrArray) due = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 now = porch_peer_list_now (self->peers);

  for (guint i = 0; i < peers->len; i++)
    {
      PorchPeerState *state = porch_peer_get_state (peers->pdata[i]);

      if (state->second_look == 0 || state->second_look > now)
        continue;
      state->second_look = 0;
      if (state->announced && !porch_peer_get_online (peers->pdata[i]))
        g_ptr_array_add (due, g_object_ref (peers->pdata[i]));
    }
  for (guint i = 0; i < due->len; i++)
    porch_presence_check (self, due->pdata[i]);
  wait_for_second (self);
}

static gboolean
on_second (gpointer data)
{
  PorchPresence *self = data;

  self->second = 0;
  porch_presence_look_again (self);
  return G_SOURCE_REMOVE;
}

void
porch_presence_check_leaving (PorchPresence *self, PorchPeer *peer)
{
  porch_peer_get_state (peer)->second_look = porch_peer_list_now (self->peers) + SECOND_LOOK;
  wait_for_second (self);
  porch_presence_check (self, peer);
}

void
porch_presence_tick (PorchPresence *self)
{
  self->ticks++;
  ask_due (self, FALSE);
  wait_for_late (self);
}

static gboolean
on_tick (gpointer data)
{
  porch_presence_tick (data);
  return G_SOURCE_CONTINUE;
}

static void
update_tick (PorchPresence *self)
{
  gboolean needed = self->watches > 0 || self->wants > 0;

  if (needed && !self->tick)
    self->tick = g_timeout_add (PORCH_PRESENCE_TICK * 1000, on_tick, self);
  else if (!needed)
    {
      g_clear_handle_id (&self->tick, g_source_remove);
      g_clear_handle_id (&self->late, g_source_remove);
    }
}

/* Now, whoever's turn it is: the network changed, or somebody began to look. */
void
porch_presence_check_all (PorchPresence *self)
{
  GPtrArray *peers = porch_peer_list_get_peers (self->peers);

  for (guint i = 0; i < peers->len; i++)
    porch_peer_get_state (peers->pdata[i])->missed = 0;
  ask_due (self, TRUE);
}

void
porch_presence_watch (PorchPresence *self)
{
  self->watches++;
  update_tick (self);
  if (self->watches == 1)
    porch_presence_check_all (self);
}

void
porch_presence_unwatch (PorchPresence *self)
{
  g_return_if_fail (self->watches > 0);
  self->watches--;
  update_tick (self);
}

gboolean
porch_presence_is_watched (PorchPresence *self)
{
  return self->watches > 0;
}

void
porch_presence_want (PorchPresence *self)
{
  self->wants++;
  update_tick (self);
}

void
porch_presence_unwant (PorchPresence *self)
{
  g_return_if_fail (self->wants > 0);
  self->wants--;
  update_tick (self);
}

void
porch_presence_set_ask (PorchPresence *self, PorchPresenceAsk ask, gpointer data)
{
  self->ask = ask;
  self->ask_data = data;
}

static void
porch_presence_dispose (GObject *object)
{
  PorchPresence *self = PORCH_PRESENCE (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_handle_id (&self->late, g_source_remove);
  g_clear_handle_id (&self->second, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_queue_clear_full (&self->queue, g_object_unref);
  self->peers = NULL;
  G_OBJECT_CLASS (porch_presence_parent_class)->dispose (object);
}

static void
porch_presence_finalize (GObject *object)
{
  g_object_unref (PORCH_PRESENCE (object)->cancellable);
  G_OBJECT_CLASS (porch_presence_parent_class)->finalize (object);
}

static void
porch_presence_class_init (PorchPresenceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_presence_dispose;
  G_OBJECT_CLASS (klass)->finalize = porch_presence_finalize;
}

static void
porch_presence_init (PorchPresence *self)
{
  self->cancellable = g_cancellable_new ();
  self->ask = ask_network;
  g_queue_init (&self->queue);
}

PorchPresence *
porch_presence_new (PorchPeerList *peers)
{
  PorchPresence *self = g_object_new (PORCH_TYPE_PRESENCE, NULL);

  self->peers = peers;
  return self;
}
