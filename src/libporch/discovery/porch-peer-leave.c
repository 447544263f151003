/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clean exits, ours and theirs: a goodbye with our certificate to whoever has it already, a wave without one to the others. */
#include "config.h"

#include "discovery/porch-peer-list-private.h"
#include "porch-pool.h"
#include "wire/porch-client.h"
#include "wire/porch-farewell.h"

#define MAX_GOODBYES 64
#define WAVE_ADDRESSES 2                     /* of each */
#define WAVE_PAUSE G_TIME_SPAN_SECOND        /* between two looks because somebody waved */

static gboolean
gets_goodbye (PorchPeer *peer)
{
  return porch_peer_get_id (peer) && porch_peer_get_state (peer)->met && porch_peer_get_trust (peer) != PORCH_TRUST_BLOCKED;
}

typedef struct {
  GMutex         lock;
  GCond          cond;
  guint          pending;
  int            references;
  PorchIdentity *identity;
} Parting;

typedef struct {
  Parting      *parting;
  PorchDeviceId id;
  GPtrArray    *addresses;
} Goodbye;

static void
parting_unref (Parting *parting)
{
  if (!g_atomic_int_dec_and_test (&parting->references))
    return;
  g_mutex_clear (&parting->lock);
  g_cond_clear (&parting->cond);
  g_object_unref (parting->identity);
  g_free (parting);
}

static void
goodbye_free (gpointer data)
{
  Goodbye *goodbye = data;

  g_ptr_array_unref (goodbye->addresses);
  parting_unref (goodbye->parting);
  g_free (goodbye);
}

static void
run_goodbye (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Goodbye *goodbye = data;
  g_autoptr (PorchClient) client = porch_client_new (goodbye->parting->identity, &goodbye->id, goodbye->addresses, 1, 1);
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (JsonObject) answer = porch_client_call (client, "POST", "/porch/v1/goodbye", body, cancellable, NULL);

  g_mutex_lock (&goodbye->parting->lock);
  goodbye->parting->pending--;
  g_cond_signal (&goodbye->parting->cond);
  g_mutex_unlock (&goodbye->parting->lock);
  g_task_return_boolean (task, TRUE);
}

static void
send_goodbye (PorchPeer *peer, GPtrArray *addresses, Parting *parting)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);
  Goodbye *goodbye = g_new0 (Goodbye, 1);

  goodbye->parting = parting;
  g_atomic_int_inc (&parting->references);
  goodbye->id = *porch_peer_get_id (peer);
  /* Only where it answered last: there is no time for others. */
  goodbye->addresses = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (goodbye->addresses, g_object_ref (addresses->pdata[0]));
  g_task_set_task_data (task, goodbye, goodbye_free);
  porch_pool_run_task (task, run_goodbye);
}

/**
 * porch_peer_list_say_goodbye:
 * @milliseconds: the most that it may take
 *
 * Tells those that are online and know us already: trusted devices and whoever exchanged a request with us since the start.
 */
void
porch_peer_list_say_goodbye (PorchPeerList *self, guint milliseconds)
{
  GPtrArray *peers = porch_peer_list_get_peers (self);
  gint64 deadline = g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND;
  Parting *parting = g_new0 (Parting, 1);

  g_mutex_init (&parting->lock);
  g_cond_init (&parting->cond);
  parting->references = 1;
  parting->identity = g_object_ref (porch_peer_list_get_identity (self));
  for (guint i = 0, sent = 0; i < peers->len && sent < MAX_GOODBYES; i++)
    {
      PorchPeer *peer = peers->pdata[i];
      g_autoptr (GPtrArray) addresses = porch_peer_dup_addresses (peer);

      if (!porch_peer_get_online (peer) || !gets_goodbye (peer) || addresses->len == 0)
        continue;
      g_mutex_lock (&parting->lock);
      parting->pending++;
      g_mutex_unlock (&parting->lock);
      send_goodbye (peer, addresses, parting);
      sent++;
    }
  g_mutex_lock (&parting->lock);
  while (parting->pending > 0 && g_cond_wait_until (&parting->cond, &parting->lock, deadline))
    ;
  g_mutex_unlock (&parting->lock);
  parting_unref (parting);
}

/* Where we are hidden nobody lists us, and nobody is to learn that we were there. */
static gboolean
is_visible_there (PorchPeerList *self, GInetSocketAddress *address)
{
  PorchNetworks *networks = porch_peer_list_get_networks (self);
  g_autoptr (GPtrArray) own = networks ? porch_networks_dup_addresses (networks) : NULL;

  for (guint i = 0; own && i < own->len; i++)
    {
      const PorchNetworkAddress *mine = own->pdata[i];

      if (mine->visible && porch_networks_is_on_link (networks, mine->ifindex, g_inet_socket_address_get_address (address)))
        return TRUE;
    }
  return networks == NULL;
}

void
porch_peer_list_wave (PorchPeerList *self, guint milliseconds)
{
  GPtrArray *peers = porch_peer_list_get_peers (self);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < peers->len; i++)
    {
      PorchPeer *peer = peers->pdata[i];
      g_autoptr (GPtrArray) addresses = porch_peer_dup_addresses (peer);

      if (!porch_peer_get_online (peer) || gets_goodbye (peer) || porch_peer_get_trust (peer) == PORCH_TRUST_BLOCKED)
        continue;
      for (guint j = 0; j < MIN (addresses->len, WAVE_ADDRESSES); j++)
        if (porch_peer_list_is_near (self, addresses->pdata[j]) && is_visible_there (self, addresses->pdata[j]))
          g_ptr_array_add (all, g_object_ref (addresses->pdata[j]));
    }
  porch_farewell_send (all, milliseconds);
}

/* Anybody can wave, but only from an address that is theirs, and all that comes of it is a look at whoever is listed there. */
void
porch_peer_list_farewell (PorchPeerList *self, GInetAddress *host)
{
  PorchPresence *presence = porch_peer_list_get_presence (self);
  g_autoptr (GPtrArray) asked = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *peers = porch_peer_list_get_peers (self);
  gint64 now = porch_peer_list_now (self);

  for (guint i = 0; i < peers->len; i++)
    {
      PorchPeer *peer = peers->pdata[i];
      PorchPeerState *state = porch_peer_get_state (peer);

      if (!porch_presence_is_watched (presence) && state->wants == 0)
        continue;
      if (!porch_peer_get_online (peer) || (state->last_wave != 0 && now - state->last_wave < WAVE_PAUSE)
          || porch_peer_get_trust (peer) == PORCH_TRUST_BLOCKED
          || !porch_address_book_contains_host (porch_peer_get_book (peer), host))
        continue;
      state->last_wave = now;
      g_ptr_array_add (asked, g_object_ref (peer));
    }
  for (guint i = 0; i < asked->len; i++)
    porch_presence_check_leaving (presence, asked->pdata[i]);
}
