/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-networks.h"

#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "discovery/porch-netlink.h"
#include "discovery/porch-network-book.h"
#include "discovery/porch-network-manager.h"

#define LOOK_DELAY 200         /* ms: the kernel reports one change in several messages */
#define DEBOUNCE 2000          /* ms */
#define SETTLE_TIMEOUT 2       /* s for NetworkManager to answer */
#define MAC_RETRIES 4          /* looks for a gateway's hardware address before the network is known without it */
#define MAC_RETRY_DELAY 150    /* ms, doubled each time */

struct _PorchNetworks {
  GObject parent_instance;

  /* owned */
  PorchNetworkBook    *book; /* NULL: static */
  PorchSystemBus      *bus;
  PorchNetworkManager *manager;
  GPtrArray           *current; /* of PorchNetworkAddress: what was announced by "changed" */
  GPtrArray           *latest;  /* what the last look found */
  GHashTable          *macs;    /* "ifindex gateway" → hardware address, while the link stays up */

  int      watch_fd;
  guint    watch;
  guint    look;     /* source ids */
  guint    debounce;
  guint    expiry;
  guint    settle;
  guint    mac_tries;
  gboolean settled;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PorchNetworks, porch_networks, G_TYPE_OBJECT)

static void look (PorchNetworks *self);

void
porch_network_address_free (PorchNetworkAddress *address)
{
  g_free (address->interface);
  g_object_unref (address->address);
  g_free (address->network);
  g_free (address->network_name);
  g_free (address);
}

static PorchNetworkAddress *
address_copy (const PorchNetworkAddress *address)
{
  PorchNetworkAddress *copy = g_memdup2 (address, sizeof *address);

  copy->interface = g_strdup (address->interface);
  copy->address = g_object_ref (address->address);
  copy->network = g_strdup (address->network);
  copy->network_name = g_strdup (address->network_name);
  return copy;
}

static GPtrArray *
new_address_array (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) porch_network_address_free);
}

static gint64
unix_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

/* --- which network is this? --- */

static gboolean
is_mine (const PorchLinkAddress *address, GSocketFamily family)
{
  return g_inet_address_get_family (address->address) == family && !g_inet_address_get_is_link_local (address->address);
}

static char *
dup_subnet (PorchLink *link)
{
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < link->addresses->len; i++)
      {
        PorchLinkAddress *address = link->addresses->pdata[i];
        g_autofree guint8 *bytes = NULL;
        g_autoptr (GInetAddress) base = NULL;
        g_autofree char *text = NULL;
        gsize size = g_inet_address_get_native_size (address->address);

        if (!is_mine (address, pass == 0 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6))
          continue;
        bytes = g_memdup2 (g_inet_address_to_bytes (address->address), size);
        for (guint bit = address->prefix; bit < size * 8; bit++)
          bytes[bit / 8] &= ~(0x80 >> (bit % 8));
        base = g_inet_address_new_from_bytes (bytes, g_inet_address_get_family (address->address));
        text = g_inet_address_to_string (base);
        return g_strdup_printf ("%s/%u", text, address->prefix);
      }
  return g_strdup ("link-local");
}

/* The hardware address stays known while the link is up: the kernel forgets neighbours, and the network must not change its id. */
static const char *
find_mac (PorchNetworks *self, PorchLink *link)
{
  g_autofree char *gateway = g_inet_address_to_string (link->gateway);
  g_autofree char *key = g_strdup_printf ("%d %s", link->ifindex, gateway);

  if (link->gateway_mac)
    g_hash_table_replace (self->macs, g_strdup (key), g_strdup (link->gateway_mac));
  return g_hash_table_lookup (self->macs, key);
}

/* (nullable): NULL while the gateway's hardware address is asked for. */
static char *
dup_network_id (PorchNetworks *self, PorchLink *link, const char **name)
{
  const char *uuid, *mac;
  g_autofree char *subnet = NULL;
  g_autofree char *gateway = NULL;

  if (porch_network_manager_lookup (self->manager, link->name, &uuid, name))
    return g_strdup_printf ("nm:%s", uuid);
  subnet = dup_subnet (link);
  if (!link->gateway)
    return g_strdup_printf ("if:%s/%s", link->name, subnet);
  mac = find_mac (self, link);
  if (mac)
    return g_strdup_printf ("gw:%s/%s", mac, subnet);
  if (self->mac_tries < MAC_RETRIES)
    {
      porch_netlink_nudge (link);
      return NULL;
    }
  gateway = g_inet_address_to_string (link->gateway);
  return g_strdup_printf ("gw:%s/%s", gateway, subnet);
}

/* A link that went down may come up elsewhere, behind another gateway with the same address. */
static void
forget_macs (PorchNetworks *self, GPtrArray *links)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->macs);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      int ifindex = atoi (key);
      gboolean up = FALSE;

      for (guint i = 0; i < links->len; i++)
        up |= ((PorchLink *) links->pdata[i])->ifindex == ifindex;
      if (!up)
        g_hash_table_iter_remove (&iter);
    }
}

/* --- looking --- */

static gboolean
on_look (gpointer data)
{
  PorchNetworks *self = data;

  self->look = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
look_later (PorchNetworks *self, guint delay)
{
  if (!self->look)
    self->look = g_timeout_add (delay, on_look, self);
}

static void
add_link (PorchNetworks *self, GPtrArray *found, PorchLink *link, gboolean *unsure)
{
  const char *name = NULL;
  g_autofree char *id = dup_network_id (self, link, &name);
  gint64 now = unix_now ();
  gboolean visible;

  if (id)
    porch_network_book_seen (self->book, id, name, now);
  else
    *unsure = TRUE;
  visible = id ? porch_network_book_is_visible (self->book, id, now)
               : porch_network_book_is_open (self->book, now);
  for (guint i = 0; i < link->addresses->len; i++)
    {
      PorchLinkAddress *from = link->addresses->pdata[i];
      PorchNetworkAddress *address = g_new0 (PorchNetworkAddress, 1);

      address->interface = g_strdup (link->name);
      address->ifindex = link->ifindex;
      address->address = g_object_ref (from->address);
      address->prefix = from->prefix;
      if (g_inet_address_get_family (from->address) == G_SOCKET_FAMILY_IPV6 && g_inet_address_get_is_link_local (from->address))
        address->scope_id = link->ifindex;
      address->visible = visible;
      address->unasked = id && porch_network_book_is_unasked (self->book, id);
      address->network = g_strdup (id ? id : "");
      address->network_name = g_strdup (name);
      g_ptr_array_add (found, address);
    }
}

static gboolean
same_address (const PorchNetworkAddress *a, const PorchNetworkAddress *b)
{
  return a->ifindex == b->ifindex && a->prefix == b->prefix && a->visible == b->visible && a->unasked == b->unasked
         && g_strcmp0 (a->interface, b->interface) == 0 && g_strcmp0 (a->network, b->network) == 0
         && g_strcmp0 (a->network_name, b->network_name) == 0 && g_inet_address_equal (a->address, b->address);
}

static gboolean
same_set (GPtrArray *a, GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      gboolean found = FALSE;

      for (guint j = 0; j < b->len && !found; j++)
        found = same_address (a->pdata[i], b->pdata[j]);
      if (!found)
        return FALSE;
    }
  return TRUE;
}

static gboolean
apply (gpointer data)
{
  PorchNetworks *self = data;

  g_clear_handle_id (&self->debounce, g_source_remove);
  if (same_set (self->current, self->latest))
    return G_SOURCE_REMOVE;
  g_ptr_array_unref (self->current);
  self->current = g_ptr_array_ref (self->latest);
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static gboolean
on_debounced (gpointer data)
{
  PORCH_NETWORKS (data)->debounce = 0;
  return apply (data);
}

static gboolean
on_expiry (gpointer data)
{
  PorchNetworks *self = data;

  self->expiry = 0;
  look (self);
  apply (self);
  return G_SOURCE_REMOVE;
}

static void
schedule_expiry (PorchNetworks *self)
{
  gint64 until = porch_networks_get_until (self), now = unix_now ();

  g_clear_handle_id (&self->expiry, g_source_remove);
  if (until > now)
    self->expiry = g_timeout_add_seconds (MIN (until - now, 3600), on_expiry, self);
}

static void
look (PorchNetworks *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) links = NULL;
  g_autoptr (GPtrArray) found = new_address_array ();
  gboolean unsure = FALSE, open;

  if (!self->book || !self->settled)
    return;
  links = porch_netlink_dup_links (&error);
  if (!links)
    {
      g_warning ("can't read the network interfaces: %s", error->message);
      return;
    }
  forget_macs (self, links);
  for (guint i = 0; i < links->len; i++)
    add_link (self, found, links->pdata[i], &unsure);
  if (unsure)
    look_later (self, MAC_RETRY_DELAY << self->mac_tries++);
  else
    self->mac_tries = 0;
  g_ptr_array_unref (self->latest);
  self->latest = g_steal_pointer (&found);
  schedule_expiry (self);
  open = porch_network_book_is_open (self->book, unix_now ());
  if (same_set (self->current, self->latest))
    g_clear_handle_id (&self->debounce, g_source_remove);
  else if (unsure && !open)
    return; /* in a moment it is known whether this network may see us */
  else if (self->current->len == 0)
    apply (self);
  else if (!self->debounce)
    self->debounce = g_timeout_add (DEBOUNCE, on_debounced, self);
}

static gboolean
on_netlink (int fd, GIOCondition condition, gpointer data)
{
  porch_netlink_drain (fd);
  look_later (data, LOOK_DELAY);
  return G_SOURCE_CONTINUE;
}

static void
settle (PorchNetworks *self)
{
  g_clear_handle_id (&self->settle, g_source_remove);
  self->settled = TRUE;
  look (self);
}

static gboolean
on_settle_timeout (gpointer data)
{
  PorchNetworks *self = data;

  self->settle = 0;
  settle (self);
  return G_SOURCE_REMOVE;
}

static void
on_manager_changed (PorchNetworkManager *manager, PorchNetworks *self)
{
  if (!self->settled)
    settle (self);
  else
    look (self);
}

/* --- public --- */

GPtrArray *
porch_networks_dup_addresses (PorchNetworks *self)
{
  GPtrArray *copy = new_address_array ();

  for (guint i = 0; i < self->current->len; i++)
    g_ptr_array_add (copy, address_copy (self->current->pdata[i]));
  return copy;
}

static gboolean
set_present (PorchNetworks *self, PorchVisibility visibility, gint64 until, GError **error)
{
  if (visibility == PORCH_VISIBILITY_ALWAYS)
    return porch_network_book_set_always (self->book, TRUE, error);
  if (porch_network_book_get_always (self->book) && !porch_network_book_set_always (self->book, FALSE, error))
    return FALSE;
  for (guint i = 0; i < self->latest->len; i++)
    {
      PorchNetworkAddress *address = self->latest->pdata[i];

      if (*address->network && !porch_network_book_set (self->book, address->network, visibility, until, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
porch_networks_set_visibility (PorchNetworks *self, const char *network, PorchVisibility visibility, gint64 until, GError **error)
{
  gboolean ok;

  g_return_val_if_fail (self->book, FALSE);
  if (!network || visibility == PORCH_VISIBILITY_ALWAYS)
    ok = set_present (self, visibility, until, error);
  else
    ok = porch_network_book_set (self->book, network, visibility, until, error);
  /* Even half of it must show. */
  look (self);
  apply (self);
  return ok;
}

gboolean
porch_networks_hold (PorchNetworks *self)
{
  return self->book && porch_network_book_hold (self->book);
}

gboolean
porch_networks_begin (PorchNetworks *self, PorchVisibility visibility, gint64 until, GError **error)
{
  return porch_network_book_begin (self->book, visibility, until, error)
         && porch_networks_set_visibility (self, NULL, visibility, until, error);
}

PorchVisibility
porch_networks_get_mode (PorchNetworks *self)
{
  if (self->book && porch_network_book_get_always (self->book))
    return PORCH_VISIBILITY_ALWAYS;
  for (guint i = 0; i < self->current->len; i++)
    {
      if (((PorchNetworkAddress *) self->current->pdata[i])->visible)
        return PORCH_VISIBILITY_VISIBLE;
    }
  return PORCH_VISIBILITY_HIDDEN;
}

gint64
porch_networks_get_until (PorchNetworks *self)
{
  gint64 until = 0, now = unix_now ();

  for (guint i = 0; self->book && i < self->latest->len; i++)
    until = MAX (until, porch_network_book_get_until (self->book, ((PorchNetworkAddress *) self->latest->pdata[i])->network, now));
  return until;
}

static gboolean
in_subnet (const PorchNetworkAddress *own, GInetAddress *address)
{
  const guint8 *a = g_inet_address_to_bytes (own->address), *b = g_inet_address_to_bytes (address);
  gsize bits = g_inet_address_get_native_size (address) * 8;
  gboolean all_ones = TRUE, all_zeros = TRUE;

  if (g_inet_address_get_family (own->address) != g_inet_address_get_family (address))
    return FALSE;
  for (guint bit = 0; bit < bits; bit++)
    {
      gboolean x = (a[bit / 8] >> (7 - bit % 8)) & 1, y = (b[bit / 8] >> (7 - bit % 8)) & 1;

      if (bit < own->prefix && x != y)
        return FALSE;
      if (bit >= own->prefix)
        {
          all_ones &= y;
          all_zeros &= !y;
        }
    }
  /* The subnet's own and broadcast addresses are no hosts. */
  return bits != 32 || own->prefix >= 31 || (!all_ones && !all_zeros);
}

gboolean
porch_networks_is_on_link (PorchNetworks *self, int ifindex, GInetAddress *address)
{
  gboolean link_local = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 && g_inet_address_get_is_link_local (address);

  if (g_inet_address_get_is_multicast (address) || g_inet_address_get_is_any (address) || g_inet_address_get_is_loopback (address))
    return FALSE;
  for (guint i = 0; i < self->latest->len; i++)
    {
      PorchNetworkAddress *own = self->latest->pdata[i];

      if ((ifindex <= 0 || own->ifindex == ifindex) && (link_local ? own->scope_id != 0 : in_subnet (own, address)))
        return TRUE;
    }
  return FALSE;
}

gboolean
porch_networks_is_own (PorchNetworks *self, GInetAddress *address)
{
  if (g_inet_address_get_is_loopback (address))
    return TRUE;
  for (guint i = 0; i < self->latest->len; i++)
    {
      if (g_inet_address_equal (((PorchNetworkAddress *) self->latest->pdata[i])->address, address))
        return TRUE;
    }
  return FALSE;
}

PorchSystemBus *
porch_networks_get_system_bus (PorchNetworks *self)
{
  return self->bus;
}

static void
porch_networks_dispose (GObject *object)
{
  PorchNetworks *self = PORCH_NETWORKS (object);

  g_clear_handle_id (&self->watch, g_source_remove);
  g_clear_handle_id (&self->look, g_source_remove);
  g_clear_handle_id (&self->debounce, g_source_remove);
  g_clear_handle_id (&self->expiry, g_source_remove);
  g_clear_handle_id (&self->settle, g_source_remove);
  if (self->manager)
    g_signal_handlers_disconnect_by_data (self->manager, self);
  if (self->manager)
    g_object_run_dispose (G_OBJECT (self->manager));
  g_clear_object (&self->manager);
  if (self->bus)
    g_object_run_dispose (G_OBJECT (self->bus));
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (porch_networks_parent_class)->dispose (object);
}

static void
porch_networks_finalize (GObject *object)
{
  PorchNetworks *self = PORCH_NETWORKS (object);

  if (self->watch_fd >= 0)
    close (self->watch_fd);
  g_clear_pointer (&self->book, porch_network_book_free);
  g_ptr_array_unref (self->current);
  g_ptr_array_unref (self->latest);
  g_hash_table_unref (self->macs);
  G_OBJECT_CLASS (porch_networks_parent_class)->finalize (object);
}

static void
porch_networks_class_init (PorchNetworksClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_networks_dispose;
  G_OBJECT_CLASS (klass)->finalize = porch_networks_finalize;
  signals[CHANGED] = g_signal_new ("changed", PORCH_TYPE_NETWORKS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
porch_networks_init (PorchNetworks *self)
{
  self->current = new_address_array ();
  self->latest = new_address_array ();
  self->macs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->watch_fd = -1;
}

/**
 * porch_networks_new:
 *
 * The set is empty until the system bus said whether NetworkManager is there, some milliseconds; then "changed" is emitted.
 */
PorchNetworks *
porch_networks_new (PorchStore *store, PorchVisibility mode, GError **error)
{
  g_autoptr (PorchNetworks) self = g_object_new (PORCH_TYPE_NETWORKS, NULL);

  self->book = porch_network_book_new (store, mode, error);
  if (!self->book)
    return NULL;
  if (mode == PORCH_VISIBILITY_ALWAYS && !porch_network_book_set_always (self->book, TRUE, error))
    return NULL;
  self->watch_fd = porch_netlink_open_watch (error);
  if (self->watch_fd < 0)
    return NULL;
  self->watch = g_unix_fd_add (self->watch_fd, G_IO_IN, on_netlink, self);
  self->settle = g_timeout_add_seconds (SETTLE_TIMEOUT, on_settle_timeout, self);
  self->bus = porch_system_bus_new ();
  self->manager = porch_network_manager_new (self->bus);
  g_signal_connect (self->manager, "changed", G_CALLBACK (on_manager_changed), self);
  return g_steal_pointer (&self);
}

PorchNetworks *
porch_networks_new_static (GPtrArray *addresses)
{
  PorchNetworks *self = g_object_new (PORCH_TYPE_NETWORKS, NULL);

  self->settled = TRUE;
  porch_networks_set_static (self, addresses);
  return self;
}

void
porch_networks_set_static (PorchNetworks *self, GPtrArray *addresses)
{
  g_return_if_fail (!self->book);
  g_ptr_array_unref (self->latest);
  self->latest = addresses ? addresses : new_address_array ();
  apply (self);
}
