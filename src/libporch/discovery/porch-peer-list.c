/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-peer-list-private.h"

#include <string.h>

#include "porch-limits.h"
#include "share/porch-path.h"

#define HELLO_PATH "/porch/v1/hello"
#define LOWEST_PORT 1024 /* an announcement must not aim a room full of computers at a system service */

struct _PorchPeerList {
  GObject parent_instance;

  /* owned */
  PorchIdentity   *identity;
  PorchTrustTable *trust;
  PorchNetworks   *networks; /* nullable */
  PorchPresence   *presence;
  GPtrArray       *peers;
  GHashTable      *by_key;      /* key → peer, borrowed from both */
  GHashTable      *known_names; /* folded → 2 trusted, 1 remembered */
  char            *own_key;
  char            *hello;

  PorchClock clock;
};

enum { PROP_WATCHED = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { OWN_ID_ELSEWHERE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void porch_peer_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchPeerList, porch_peer_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, porch_peer_list_model_init))

/* --- the model --- */

static GType
get_item_type (GListModel *model)
{
  return PORCH_TYPE_PEER;
}

static guint
get_n_items (GListModel *model)
{
  return PORCH_PEER_LIST (model)->peers->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  PorchPeerList *self = PORCH_PEER_LIST (model);

  return position < self->peers->len ? g_object_ref (self->peers->pdata[position]) : NULL;
}

static void
porch_peer_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
append_peer (PorchPeerList *self, PorchPeer *peer)
{
  porch_peer_get_state (peer)->added = porch_peer_list_now (self);
  g_ptr_array_add (self->peers, peer);
  g_hash_table_insert (self->by_key, (gpointer) porch_peer_get_key (peer), peer);
  g_list_model_items_changed (G_LIST_MODEL (self), self->peers->len - 1, 0, 1);
}

static void
remove_peer (PorchPeerList *self, PorchPeer *peer)
{
  guint position;

  if (!g_ptr_array_find (self->peers, peer, &position))
    return;
  g_object_ref (peer);
  porch_peer_set_online (peer, FALSE);
  g_hash_table_remove (self->by_key, porch_peer_get_key (peer));
  g_ptr_array_remove_index (self->peers, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  g_object_unref (peer);
}

/* A peer that left stays listed while it matters. */
static gboolean
matters (PorchPeer *peer)
{
  const PorchPeerState *state = porch_peer_get_state (peer);

  return state->known || state->holds > 0 || state->wants > 0;
}

void
porch_peer_list_forget_if_gone (PorchPeerList *self, PorchPeer *peer)
{
  const PorchPeerState *state = porch_peer_get_state (peer);

  if (!matters (peer) && !state->announced && !state->checking && !porch_peer_get_online (peer))
    remove_peer (self, peer);
}

/* --- names --- */

static void
learn_name (GHashTable *names, const char *name, int level)
{
  g_autofree char *folded = name ? porch_name_fold (name) : NULL;

  if (folded && *folded && GPOINTER_TO_INT (g_hash_table_lookup (names, folded)) < level)
    g_hash_table_insert (names, g_steal_pointer (&folded), GINT_TO_POINTER (level));
}

static int
trust_level (PorchPeer *peer)
{
  if (porch_peer_get_trust (peer) == PORCH_TRUST_TRUSTED)
    return 2;
  return porch_peer_get_trust (peer) == PORCH_TRUST_UNKNOWN && porch_peer_get_state (peer)->known ? 1 : 0;
}

static void
update_clash (PorchPeerList *self, PorchPeer *peer)
{
  g_autofree char *folded = porch_name_fold (porch_peer_get_plain_name (peer));
  int level = trust_level (peer);

  porch_peer_set_name_clash (peer, level < 2 && !porch_peer_get_label (peer)
                                       && GPOINTER_TO_INT (g_hash_table_lookup (self->known_names, folded)) > level);
}

static void
update_all_clashes (PorchPeerList *self)
{
  g_hash_table_remove_all (self->known_names);
  for (guint i = 0; i < self->peers->len; i++)
    {
      PorchPeer *peer = self->peers->pdata[i];
      int level = trust_level (peer);

      if (level == 0)
        continue;
      learn_name (self->known_names, porch_peer_get_label (peer), level);
      learn_name (self->known_names, porch_peer_get_stated_name (peer), level);
    }
  for (guint i = 0; i < self->peers->len; i++)
    update_clash (self, self->peers->pdata[i]);
}

static void
take_stated_name (PorchPeerList *self, PorchPeer *peer, const char *name)
{
  g_autofree char *clean = name ? porch_label_clean (name) : NULL;

  if (!clean || g_strcmp0 (clean, porch_peer_get_stated_name (peer)) == 0)
    return;
  porch_peer_set_stated_name (peer, clean);
  if (trust_level (peer) > 0)
    update_all_clashes (self);
  else
    update_clash (self, peer);
}

void
porch_peer_list_call (PorchPeerList *self, PorchPeer *peer, const char *name)
{
  take_stated_name (self, peer, name);
}

/* --- the trust table --- */

static void
apply_record (PorchPeerList *self, PorchPeer *peer, const PorchDeviceRecord *record)
{
  g_autoptr (GInetSocketAddress) address = record->address ? porch_address_from_string (record->address) : NULL;

  porch_peer_get_state (peer)->known = record->trust != PORCH_TRUST_UNKNOWN || record->manual;
  porch_peer_set_id (peer, &record->id);
  porch_peer_set_trust (peer, record->trust);
  porch_peer_set_label (peer, record->label);
  if (record->name)
    porch_peer_set_stated_name (peer, record->name);
  if (record->chassis)
    porch_peer_set_chassis (peer, record->chassis);
  if (record->last_seen > porch_peer_get_last_seen (peer))
    porch_peer_set_last_seen (peer, record->last_seen);
  if (address)
    porch_address_book_add (porch_peer_get_book (peer), address,
                            record->manual ? PORCH_ADDRESS_MANUAL : PORCH_ADDRESS_STORED, porch_peer_list_now (self));
}

static char *
dup_key (const PorchDeviceId *id)
{
  return porch_device_id_short (id, PORCH_PEER_KEY_HEX);
}

static PorchPeer *
add_known (PorchPeerList *self, const PorchDeviceRecord *record)
{
  g_autofree char *key = dup_key (&record->id);
  PorchPeer *peer = porch_peer_new (key);

  apply_record (self, peer, record);
  append_peer (self, peer);
  return peer;
}

static void
load_known (PorchPeerList *self)
{
  g_autoptr (GPtrArray) records = porch_trust_table_dup_all (self->trust);

  for (guint i = 0; i < records->len; i++)
    {
      PorchDeviceRecord *record = records->pdata[i];

      if ((record->trust != PORCH_TRUST_UNKNOWN || record->manual) && !porch_peer_list_lookup (self, &record->id)
          && !porch_peer_list_is_own_id (self, &record->id))
        add_known (self, record);
    }
  update_all_clashes (self);
}

/* Who becomes known now may have spoken before: what it said then is worth remembering from now on. */
static void
remember_contact (PorchPeerList *self, PorchPeer *peer)
{
  if (porch_peer_get_state (peer)->met && porch_peer_get_state (peer)->known)
    porch_trust_table_note_contact (self->trust, porch_peer_get_id (peer), porch_peer_get_stated_name (peer),
                                    porch_peer_get_chassis (peer), porch_address_book_get_proved (porch_peer_get_book (peer)));
}

void
porch_peer_list_reread (PorchPeerList *self, const PorchDeviceId *id)
{
  g_autoptr (PorchDeviceRecord) record = porch_trust_table_lookup (self->trust, id);
  PorchPeer *peer = porch_peer_list_lookup (self, id);
  gboolean known = record && (record->trust != PORCH_TRUST_UNKNOWN || record->manual);

  if (porch_peer_list_is_own_id (self, id))
    return;
  if (peer && record)
    {
      apply_record (self, peer, record);
      remember_contact (self, peer);
    }
  else if (peer)
    {
      porch_peer_get_state (peer)->known = FALSE;
      porch_peer_set_trust (peer, PORCH_TRUST_UNKNOWN);
      porch_peer_set_label (peer, NULL);
    }
  else if (known)
    peer = add_known (self, record);
  update_all_clashes (self);
  if (peer)
    porch_peer_list_forget_if_gone (self, peer);
}

static void
on_trust_changed (PorchTrustTable *trust, const PorchDeviceId *id, PorchPeerList *self)
{
  porch_peer_list_reread (self, id);
}

/* --- limits: anybody on the network can invent ids --- */

/* Drops an unknown peer that nobody needs. @online_too: even one that is here. */
static gboolean
make_room (PorchPeerList *self, GInetAddress *host, gboolean online_too)
{
  PorchPeer *worst = NULL;

  for (guint i = 0; i < self->peers->len; i++)
    {
      PorchPeer *peer = self->peers->pdata[i];
      const PorchPeerState *state = porch_peer_get_state (peer), *other = worst ? porch_peer_get_state (worst) : NULL;

      if (matters (peer) || (host && !porch_address_book_contains_host (porch_peer_get_book (peer), host)))
        continue;
      if (!online_too && (porch_peer_get_online (peer) || porch_peer_get_id (peer)))
        continue;
      if (!worst || porch_peer_get_online (peer) < porch_peer_get_online (worst)
          || (porch_peer_get_online (peer) == porch_peer_get_online (worst)
              && MAX (state->last_contact, state->added) < MAX (other->last_contact, other->added)))
        worst = peer;
    }
  if (!worst)
    return FALSE;
  remove_peer (self, worst);
  return TRUE;
}

static guint
count_at_host (PorchPeerList *self, GInetAddress *host)
{
  guint count = 0;

  for (guint i = 0; i < self->peers->len; i++)
    {
      PorchPeer *peer = self->peers->pdata[i];

      if (!porch_peer_get_state (peer)->known && porch_address_book_contains_host (porch_peer_get_book (peer), host))
        count++;
    }
  return count;
}

static gboolean
room_for_unknown (PorchPeerList *self, GInetAddress *host, gboolean proved)
{
  if (host && !g_inet_address_get_is_loopback (host) && count_at_host (self, host) >= PORCH_MAX_IDS_PER_ADDRESS
      && !make_room (self, host, proved))
    return FALSE;
  return self->peers->len < PORCH_MAX_PEERS || make_room (self, NULL, proved);
}

/* --- sightings --- */

static guint
source_bit (const char *source)
{
  if (g_str_equal (source, "avahi"))
    return PORCH_ADDRESS_AVAHI;
  if (g_str_equal (source, "embedded"))
    return PORCH_ADDRESS_EMBEDDED;
  if (g_str_equal (source, "manual"))
    return PORCH_ADDRESS_MANUAL;
  return PORCH_ADDRESS_TEST;
}

/* Lower-case hex digits, exactly as many as a key has. */
static gboolean
is_key (const char *text)
{
  return text && strlen (text) == PORCH_PEER_KEY_HEX && strspn (text, "0123456789abcdef") == PORCH_PEER_KEY_HEX;
}

gboolean
porch_peer_list_may_dial (PorchPeerList *self, const PorchSighting *sighting)
{
  GInetAddress *host = g_inet_socket_address_get_address (sighting->address);
  guint bit = source_bit (sighting->source);

  if (g_inet_socket_address_get_port (sighting->address) == 0 || g_inet_address_get_is_any (host)
      || g_inet_address_get_is_multicast (host))
    return FALSE;
  if (bit == PORCH_ADDRESS_MANUAL)
    return TRUE;
  if (g_inet_socket_address_get_port (sighting->address) < LOWEST_PORT)
    return FALSE;
  if (g_inet_address_get_is_loopback (host))
    return bit == PORCH_ADDRESS_TEST;
  if (!self->networks)
    return TRUE;
  if (porch_networks_is_own (self->networks, host))
    return sighting->local;
  return porch_networks_is_on_link (self->networks, sighting->ifindex, host);
}

gboolean
porch_peer_list_is_near (PorchPeerList *self, GInetSocketAddress *address)
{
  GInetAddress *host = g_inet_socket_address_get_address (address);

  return !self->networks || g_inet_address_get_is_loopback (host) || porch_networks_is_own (self->networks, host)
         || porch_networks_is_on_link (self->networks, porch_address_get_scope (address), host);
}

static void
sighted_self (PorchPeerList *self, const PorchSighting *sighting)
{
  GInetAddress *host = g_inet_socket_address_get_address (sighting->address);

  if (sighting->local || g_inet_address_get_is_loopback (host)
      || (self->networks && porch_networks_is_own (self->networks, host)))
    return;
  porch_peer_list_suspect_clone (self, sighting->address);
}

/* Discovery is unauthenticated: it may say what an unknown device is called, never a known one. */
static void
take_hints (PorchPeerList *self, PorchPeer *peer, const PorchSighting *sighting)
{
  if (porch_peer_get_state (peer)->known || porch_peer_get_id (peer))
    return;
  take_stated_name (self, peer, sighting->name);
  porch_peer_set_chassis (peer, sighting->chassis);
  porch_peer_set_newer (peer, sighting->version > 1);
  porch_peer_set_last_seen (peer, g_get_real_time () / G_USEC_PER_SEC);
}

/**
 * porch_peer_list_sighted:
 * @sighting: what a source says; nothing in it is believed
 *
 * An unknown device is online from now on, a known one once TLS proved that it is there.
 */
void
porch_peer_list_sighted (PorchPeerList *self, const PorchSighting *sighting)
{
  PorchPeer *peer;
  PorchPeerState *state;
  gboolean fresh = FALSE, news;

  if (!is_key (sighting->id16) || sighting->version < 1 || !porch_peer_list_may_dial (self, sighting))
    return;
  if (g_str_equal (sighting->id16, self->own_key))
    {
      sighted_self (self, sighting);
      return;
    }
  peer = g_hash_table_lookup (self->by_key, sighting->id16);
  if (!peer)
    {
      if (!room_for_unknown (self, g_inet_socket_address_get_address (sighting->address), FALSE))
        return;
      peer = porch_peer_new (sighting->id16);
      fresh = TRUE;
    }
  state = porch_peer_get_state (peer);
  take_hints (self, peer, sighting);
  news = !state->announced;
  if (porch_address_book_add (porch_peer_get_book (peer), sighting->address, source_bit (sighting->source),
                              porch_peer_list_now (self)))
    {
      news = TRUE;
      porch_peer_addresses_changed (peer);
    }
  state->announced = TRUE;
  state->missed = 0;
  /* It may be asked in vain just now, at an address of before: it left and came back. */
  if (news && state->checking)
    state->again = TRUE;
  if (!state->known && !porch_address_book_is_empty (porch_peer_get_book (peer)))
    porch_peer_set_online (peer, TRUE);
  if (fresh)
    append_peer (self, peer);
  if (state->known && !porch_peer_get_online (peer) && porch_peer_get_trust (peer) != PORCH_TRUST_BLOCKED)
    porch_presence_check (self->presence, peer);
}

static void
left (PorchPeerList *self, PorchPeer *peer)
{
  if (porch_address_book_drop_faded (porch_peer_get_book (peer)))
    porch_peer_addresses_changed (peer);
  porch_peer_set_online (peer, FALSE);
  porch_peer_list_forget_if_gone (self, peer);
}

void
porch_peer_list_vanished (PorchPeerList *self, const char *source, const char *id16, GInetSocketAddress *address)
{
  PorchPeer *peer = id16 ? g_hash_table_lookup (self->by_key, id16) : NULL;
  PorchPeerState *state;

  if (!peer || !porch_address_book_withdraw (porch_peer_get_book (peer), address, source_bit (source)))
    return;
  state = porch_peer_get_state (peer);
  state->announced = (porch_address_book_get_sources (porch_peer_get_book (peer)) & PORCH_ADDRESS_SIGHTED) != 0;
  if (state->announced)
    {
      if (porch_address_book_drop_faded (porch_peer_get_book (peer)))
        porch_peer_addresses_changed (peer);
      return;
    }
  /* A goodbye on mDNS is as unauthenticated as an announcement: whoever still answers stays. */
  if (porch_peer_get_online (peer) && (matters (peer) || porch_presence_is_watched (self->presence)))
    porch_presence_check (self->presence, peer);
  else
    left (self, peer);
}

/* --- what TLS proved --- */

static void
contact (PorchPeerList *self, PorchPeer *peer)
{
  PorchPeerState *state = porch_peer_get_state (peer);

  state->last_contact = porch_peer_list_now (self);
  state->expected = FALSE;
  state->met = TRUE;
  state->missed = 0;
  porch_peer_set_last_seen (peer, g_get_real_time () / G_USEC_PER_SEC);
  porch_peer_set_online (peer, TRUE);
}

static void
take_proved_address (PorchPeerList *self, PorchPeer *peer, GInetSocketAddress *address, guint16 listens)
{
  PorchAddressBook *book = porch_peer_get_book (peer);
  g_autoptr (GSocketAddress) stated = NULL;
  GInetSocketAddress *usable = address;

  if (!porch_address_book_prove (book, address, porch_peer_list_now (self)))
    {
      if (listens == 0)
        return;
      stated = g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", g_inet_socket_address_get_address (address), "port",
                             (guint) listens, "scope-id", porch_address_get_scope (address), NULL);
      usable = G_INET_SOCKET_ADDRESS (stated);
      if (porch_address_book_add (book, usable, PORCH_ADDRESS_STATED, porch_peer_list_now (self)))
        porch_peer_addresses_changed (peer);
      porch_address_book_prove (book, usable, porch_peer_list_now (self));
    }
  if (porch_peer_get_state (peer)->known && self->trust)
    porch_trust_table_note_contact (self->trust, porch_peer_get_id (peer), porch_peer_get_stated_name (peer),
                                    porch_peer_get_chassis (peer), usable);
}

PorchPeer *
porch_peer_list_proved (PorchPeerList *self, const PorchDeviceId *id, const char *name, const char *chassis,
                        GInetSocketAddress *address, guint16 listens)
{
  g_autofree char *key = dup_key (id);
  PorchPeer *peer = g_hash_table_lookup (self->by_key, key);
  gboolean fresh = peer == NULL;

  if (fresh)
    {
      room_for_unknown (self, address ? g_inet_socket_address_get_address (address) : NULL, TRUE);
      peer = porch_peer_new (key);
    }
  porch_peer_set_id (peer, id);
  take_stated_name (self, peer, name);
  if (chassis)
    porch_peer_set_chassis (peer, chassis);
  contact (self, peer);
  if (address)
    take_proved_address (self, peer, address, listens);
  if (fresh)
    append_peer (self, peer);
  return peer;
}

void
porch_peer_list_goodbye (PorchPeerList *self, const PorchDeviceId *id)
{
  PorchPeer *peer = porch_peer_list_lookup (self, id);

  if (!peer)
    return;
  porch_address_book_withdraw (porch_peer_get_book (peer), NULL, PORCH_ADDRESS_SIGHTED);
  porch_peer_get_state (peer)->announced = FALSE;
  left (self, peer);
}

void
porch_peer_list_dial_failed (PorchPeerList *self, PorchPeer *peer, GInetSocketAddress *address, gboolean impostor)
{
  PorchAddressBook *book = porch_peer_get_book (peer);

  if (!impostor)
    {
      porch_address_book_fail (book, address);
      return;
    }
  if (!porch_address_book_strike (book, address, porch_peer_list_now (self)))
    return;
  porch_peer_addresses_changed (peer);
  porch_peer_list_unmask (self, address, porch_peer_get_stated_name (peer));
}

/* --- presence --- */

void
porch_peer_list_answered (PorchPeerList *self, PorchPeer *peer)
{
  PorchPeerState *state = porch_peer_get_state (peer);

  state->missed = 0;
  if (g_hash_table_lookup (self->by_key, porch_peer_get_key (peer)) != peer)
    return;
  /* What it answered at was withdrawn meanwhile: it is back when it is announced again, and not before there is an address to dial. */
  if (porch_address_book_is_empty (porch_peer_get_book (peer)))
    left (self, peer);
  else
    porch_peer_set_online (peer, TRUE);
}

void
porch_peer_list_silent (PorchPeerList *self, PorchPeer *peer)
{
  porch_peer_get_state (peer)->missed++;
  left (self, peer);
}

static void
on_networks_changed (PorchNetworks *networks, PorchPeerList *self)
{
  porch_peer_list_check_now (self);
}

void
porch_peer_list_set_networks (PorchPeerList *self, PorchNetworks *networks)
{
  if (self->networks)
    g_signal_handlers_disconnect_by_data (self->networks, self);
  g_set_object (&self->networks, networks);
  if (networks)
    g_signal_connect_object (networks, "changed", G_CALLBACK (on_networks_changed), self, 0);
}

void
porch_peer_list_watch (PorchPeerList *self)
{
  gboolean was = porch_presence_is_watched (self->presence);

  porch_presence_watch (self->presence);
  if (!was)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WATCHED]);
}

void
porch_peer_list_unwatch (PorchPeerList *self)
{
  porch_presence_unwatch (self->presence);
  if (!porch_presence_is_watched (self->presence))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WATCHED]);
}

gboolean
porch_peer_list_get_watched (PorchPeerList *self)
{
  return porch_presence_is_watched (self->presence);
}

/* --- the rest --- */

PorchPeer *
porch_peer_list_lookup (PorchPeerList *self, const PorchDeviceId *id)
{
  g_autofree char *key = dup_key (id);
  PorchPeer *peer = g_hash_table_lookup (self->by_key, key);

  if (peer && porch_peer_get_id (peer) && !porch_device_id_equal (porch_peer_get_id (peer), id))
    return NULL;
  return peer;
}

PorchPeer *
porch_peer_list_lookup_key (PorchPeerList *self, const char *key)
{
  return g_hash_table_lookup (self->by_key, key);
}

void
porch_peer_list_set_own (PorchPeerList *self, const char *name, const char *chassis, guint16 port)
{
  g_autofree char *escaped_name = g_uri_escape_string (name, NULL, FALSE);
  g_autofree char *escaped_chassis = g_uri_escape_string (chassis, NULL, FALSE);

  g_free (self->hello);
  self->hello = g_strdup_printf (HELLO_PATH "?port=%u&name=%s&chassis=%s", port, escaped_name, escaped_chassis);
}

const char *
porch_peer_list_get_hello (PorchPeerList *self)
{
  return self->hello ? self->hello : HELLO_PATH;
}

void
porch_peer_list_set_clock (PorchPeerList *self, PorchClock clock)
{
  self->clock = clock;
}

gint64
porch_peer_list_now (PorchPeerList *self)
{
  return self->clock ();
}

PorchIdentity *
porch_peer_list_get_identity (PorchPeerList *self)
{
  return self->identity;
}

PorchTrustTable *
porch_peer_list_get_trust (PorchPeerList *self)
{
  return self->trust;
}

PorchNetworks *
porch_peer_list_get_networks (PorchPeerList *self)
{
  return self->networks;
}

PorchPresence *
porch_peer_list_get_presence (PorchPeerList *self)
{
  return self->presence;
}

GPtrArray *
porch_peer_list_get_peers (PorchPeerList *self)
{
  return self->peers;
}

gboolean
porch_peer_list_is_own_id (PorchPeerList *self, const PorchDeviceId *id)
{
  return porch_device_id_equal (id, porch_identity_get_id (self->identity));
}

static void
porch_peer_list_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  if (property_id == PROP_WATCHED)
    g_value_set_boolean (value, porch_peer_list_get_watched (PORCH_PEER_LIST (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
porch_peer_list_dispose (GObject *object)
{
  PorchPeerList *self = PORCH_PEER_LIST (object);

  if (self->presence)
    g_object_run_dispose (G_OBJECT (self->presence));
  porch_peer_list_set_networks (self, NULL);
  G_OBJECT_CLASS (porch_peer_list_parent_class)->dispose (object);
}

static void
porch_peer_list_finalize (GObject *object)
{
  PorchPeerList *self = PORCH_PEER_LIST (object);

  g_clear_object (&self->presence);
  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->peers);
  g_hash_table_unref (self->known_names);
  g_clear_object (&self->identity);
  g_clear_object (&self->trust);
  g_free (self->own_key);
  g_free (self->hello);
  G_OBJECT_CLASS (porch_peer_list_parent_class)->finalize (object);
}

static void
porch_peer_list_class_init (PorchPeerListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = porch_peer_list_get_property;
  object_class->dispose = porch_peer_list_dispose;
  object_class->finalize = porch_peer_list_finalize;
  props[PROP_WATCHED]
      = g_param_spec_boolean ("watched", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[OWN_ID_ELSEWHERE] = g_signal_new ("own-id-elsewhere", PORCH_TYPE_PEER_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
porch_peer_list_init (PorchPeerList *self)
{
  self->peers = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  self->known_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->presence = porch_presence_new (self);
  self->clock = g_get_monotonic_time;
}

PorchPeerList *
porch_peer_list_new (PorchIdentity *identity, PorchTrustTable *trust)
{
  PorchPeerList *self = g_object_new (PORCH_TYPE_PEER_LIST, NULL);

  self->identity = g_object_ref (identity);
  self->own_key = dup_key (porch_identity_get_id (identity));
  if (trust)
    {
      self->trust = g_object_ref (trust);
      g_signal_connect_object (trust, "changed", G_CALLBACK (on_trust_changed), self, 0);
      load_known (self);
    }
  return self;
}
