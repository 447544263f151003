/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-responder.h"

#include "discovery/porch-address-book.h"
#include "discovery/porch-peer-list-private.h"
#include "discovery/porch-txt.h"

/* What one or several records say. */
typedef struct {
  guint               records;
  PorchTxt           *txt;
  GInetSocketAddress *address;
  int                 ifindex;
  gboolean            local;
} Seen;

typedef struct {
  PorchPeerList *peers;
  const char    *name;
  GHashTable    *sightings; /* "id16 address" → Seen */
  gboolean       stopped;
} PorchResponderPrivate;

enum { STOPPED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PorchResponder, porch_responder, G_TYPE_OBJECT)

#define GET_PRIVATE(self) ((PorchResponderPrivate *) porch_responder_get_instance_private (self))

PorchAnnouncement *
porch_announcement_new (const PorchDeviceId *id, const char *name, const char *chassis, guint16 port)
{
  PorchAnnouncement *announcement = g_new0 (PorchAnnouncement, 1);
  g_autofree char *id16 = porch_device_id_short (id, PORCH_PEER_KEY_HEX);

  announcement->instance = porch_device_id_short (id, PORCH_INSTANCE_HEX);
  announcement->txt = porch_txt_make (id16, name, chassis);
  announcement->port = port;
  return announcement;
}

PorchAnnouncement *
porch_announcement_copy (const PorchAnnouncement *announcement)
{
  PorchAnnouncement *copy = g_new0 (PorchAnnouncement, 1);

  copy->instance = g_strdup (announcement->instance);
  copy->txt = g_strdupv (announcement->txt);
  copy->port = announcement->port;
  return copy;
}

void
porch_announcement_free (PorchAnnouncement *announcement)
{
  g_free (announcement->instance);
  g_strfreev (announcement->txt);
  g_free (announcement);
}

gboolean
porch_announcement_equal (const PorchAnnouncement *a, const PorchAnnouncement *b)
{
  if (!a || !b)
    return a == b;
  return a->port == b->port && g_str_equal (a->instance, b->instance)
         && g_strv_equal ((const char *const *) a->txt, (const char *const *) b->txt);
}

GArray *
porch_wish_get_interfaces (const PorchWish *wish, gboolean visible_only)
{
  GArray *interfaces = g_array_new (FALSE, FALSE, sizeof (int));

  for (guint i = 0; i < wish->addresses->len; i++)
    {
      const PorchNetworkAddress *address = wish->addresses->pdata[i];
      gboolean found = FALSE;

      if (!address->visible && (visible_only || !wish->browse_hidden))
        continue;
      for (guint j = 0; j < interfaces->len; j++)
        found |= g_array_index (interfaces, int, j) == address->ifindex;
      if (!found)
        g_array_append_val (interfaces, address->ifindex);
    }
  return interfaces;
}

void
porch_responder_setup (PorchResponder *self, const char *name, PorchPeerList *peers)
{
  PorchResponderPrivate *priv = GET_PRIVATE (self);

  priv->name = g_intern_string (name);
  priv->peers = g_object_ref (peers);
}

const char *
porch_responder_get_name (PorchResponder *self)
{
  return GET_PRIVATE (self)->name;
}

void
porch_responder_update (PorchResponder *self, const PorchWish *wish)
{
  PORCH_RESPONDER_GET_CLASS (self)->update (self, wish);
}

void
porch_responder_stop (PorchResponder *self, gboolean at_once)
{
  PORCH_RESPONDER_GET_CLASS (self)->stop (self, at_once);
}

void
porch_responder_stopped (PorchResponder *self)
{
  PorchResponderPrivate *priv = GET_PRIVATE (self);

  if (priv->stopped)
    return;
  priv->stopped = TRUE;
  g_signal_emit (self, signals[STOPPED], 0);
}

static GInetSocketAddress *
make_address (const char *text, guint16 port, int ifindex)
{
  g_autoptr (GInetAddress) host = g_inet_address_new_from_string (text);
  gboolean scoped;

  if (!host)
    return NULL;
  scoped = g_inet_address_get_family (host) == G_SOCKET_FAMILY_IPV6 && g_inet_address_get_is_link_local (host);
  return g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", host, "port", (guint) port, "scope-id",
                       scoped ? (guint) ifindex : 0, NULL);
}

static void
seen_free (gpointer data)
{
  Seen *seen = data;

  porch_txt_free (seen->txt);
  g_object_unref (seen->address);
  g_free (seen);
}

static void
tell (PorchResponder *self, const Seen *seen)
{
  PorchResponderPrivate *priv = GET_PRIVATE (self);
  const PorchSighting sighting = { .source = priv->name,
                                   .id16 = seen->txt->id16,
                                   .name = seen->txt->name,
                                   .chassis = seen->txt->chassis,
                                   .version = seen->txt->version,
                                   .ifindex = seen->ifindex,
                                   .address = seen->address,
                                   .local = seen->local };

  porch_peer_list_sighted (priv->peers, &sighting);
}

char *
porch_responder_sight (PorchResponder *self, const char *const *txt, int ifindex, const char *address, guint16 port, gboolean local)
{
  PorchResponderPrivate *priv = GET_PRIVATE (self);
  g_autoptr (PorchTxt) parsed = porch_txt_parse (txt);
  g_autoptr (GInetSocketAddress) dialled = parsed ? make_address (address, port, ifindex) : NULL;
  g_autofree char *text = dialled ? porch_address_to_string (dialled) : NULL;
  char *key;
  Seen *seen;

  if (!dialled)
    return NULL;
  key = g_strdup_printf ("%s %s", parsed->id16, text);
  seen = g_hash_table_lookup (priv->sightings, key);
  if (!seen)
    {
      seen = g_new0 (Seen, 1);
      seen->address = g_steal_pointer (&dialled);
      g_hash_table_insert (priv->sightings, g_strdup (key), seen);
    }
  seen->records++;
  g_clear_pointer (&seen->txt, porch_txt_free);
  seen->txt = g_steal_pointer (&parsed);
  seen->ifindex = ifindex;
  seen->local = local;
  tell (self, seen);
  return key;
}

void
porch_responder_resight (PorchResponder *self)
{
  PorchResponderPrivate *priv = GET_PRIVATE (self);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, priv->sightings);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Seen *seen = value;
      PorchPeer *peer = porch_peer_list_lookup_key (priv->peers, seen->txt->id16);

      if (!peer || !porch_peer_get_state (peer)->announced)
        tell (self, seen);
    }
}

static void
vanish (PorchResponder *self, const char *key)
{
  PorchResponderPrivate *priv = GET_PRIVATE (self);
  g_autofree char *id16 = g_strndup (key, PORCH_PEER_KEY_HEX);
  g_autoptr (GInetSocketAddress) address = porch_address_from_string (key + PORCH_PEER_KEY_HEX + 1);

  if (address)
    porch_peer_list_vanished (priv->peers, priv->name, id16, address);
}

void
porch_responder_unsight (PorchResponder *self, const char *key)
{
  PorchResponderPrivate *priv = GET_PRIVATE (self);
  Seen *seen = g_hash_table_lookup (priv->sightings, key);
  g_autofree char *copy = g_strdup (key);

  /* Two interfaces, protocols or instances may say the same. */
  if (!seen || --seen->records > 0)
    return;
  g_hash_table_remove (priv->sightings, copy);
  vanish (self, copy);
}

void
porch_responder_forget_sightings (PorchResponder *self, PorchResponder *successor)
{
  PorchResponderPrivate *priv = GET_PRIVATE (self);
  PorchResponderPrivate *other = successor ? GET_PRIVATE (successor) : NULL;
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, priv->sightings);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_autofree char *copy = g_strdup (key);

      g_hash_table_iter_remove (&iter);
      if (!other || other->name != priv->name || !g_hash_table_contains (other->sightings, copy))
        vanish (self, copy);
    }
}

gboolean
porch_responder_is_known_instance (PorchResponder *self, const char *instance)
{
  GPtrArray *peers = porch_peer_list_get_peers (GET_PRIVATE (self)->peers);

  for (guint i = 0; i < peers->len; i++)
    {
      PorchPeer *peer = peers->pdata[i];

      if (porch_peer_get_state (peer)->known && g_ascii_strncasecmp (instance, porch_peer_get_key (peer), PORCH_INSTANCE_HEX) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
porch_responder_finalize (GObject *object)
{
  PorchResponderPrivate *priv = GET_PRIVATE (PORCH_RESPONDER (object));

  g_hash_table_unref (priv->sightings);
  g_clear_object (&priv->peers);
  G_OBJECT_CLASS (porch_responder_parent_class)->finalize (object);
}

static void
porch_responder_class_init (PorchResponderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_responder_finalize;
  signals[STOPPED] = g_signal_new ("stopped", PORCH_TYPE_RESPONDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
porch_responder_init (PorchResponder *self)
{
  GET_PRIVATE (self)->sightings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, seen_free);
}
