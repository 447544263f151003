/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-discovery.h"

#include "discovery/porch-avahi-responder.h"
#include "discovery/porch-embedded-responder.h"

#define FORGET_AFTER 8 /* s that a new source gets to see again what the last one saw */

struct _PorchDiscovery {
  GObject parent_instance;

  /* owned */
  PorchNetworks     *networks;
  PorchPeerList     *peers;
  PorchAnnouncement *announcement;
  PorchResponder       *source;   /* in use; NULL: none */
  PorchResponder       *previous; /* whose sightings are still believed */
  GDBusConnection   *connection;
  char              *owner; /* of Avahi's name; NULL: absent */

  PorchDiscoveryMode mode;
  const char        *in_use;
  guint              name_watch;
  guint              take_over; /* source ids */
  guint              forget;
  gboolean           handing_back; /* the embedded responder says its goodbyes, then Avahi's turn */
  gboolean           had_avahi;
  gboolean           begun;
  gboolean           stopped;
};

enum { PROP_IN_USE = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PorchDiscovery, porch_discovery, G_TYPE_OBJECT)

static void
set_in_use (PorchDiscovery *self, const char *in_use)
{
  if (g_str_equal (self->in_use, in_use))
    return;
  self->in_use = in_use;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IN_USE]);
}

static void
update_source (PorchDiscovery *self)
{
  g_autoptr (GPtrArray) addresses = NULL;
  PorchWish wish;

  if (!self->source || self->stopped)
    return;
  addresses = porch_networks_dup_addresses (self->networks);
  wish = (PorchWish){ .announcement = self->announcement,
                      .addresses = addresses,
                      .browse_hidden = porch_peer_list_get_watched (self->peers) };
  porch_responder_update (self->source, &wish);
}

/* --- one source after the other --- */

static gboolean
on_forget (gpointer data)
{
  PorchDiscovery *self = data;

  self->forget = 0;
  if (self->previous)
    porch_responder_forget_sightings (self->previous, self->source);
  g_clear_object (&self->previous);
  return G_SOURCE_REMOVE;
}

/* What a source that is gone had seen is believed until its successor had time to look: people don't leave because a daemon does. */
static void
retire_source (PorchDiscovery *self)
{
  if (!self->source)
    return;
  g_signal_handlers_disconnect_by_data (self->source, self);
  g_clear_handle_id (&self->forget, g_source_remove);
  if (self->previous)
    porch_responder_forget_sightings (self->previous, self->source);
  g_clear_object (&self->previous);
  self->previous = g_steal_pointer (&self->source);
}

static void
use_source (PorchDiscovery *self, PorchResponder *source, const char *in_use)
{
  self->source = source;
  set_in_use (self, in_use);
  update_source (self);
  if (self->previous && !self->forget)
    self->forget = g_timeout_add_seconds (FORGET_AFTER, on_forget, self);
}

static void
use_avahi (PorchDiscovery *self)
{
  g_debug ("discovery: avahi-daemon %s", self->owner);
  self->had_avahi = TRUE;
  use_source (self, porch_avahi_responder_new (self->peers, self->connection, self->owner), "avahi");
}

static void
use_embedded (PorchDiscovery *self)
{
  g_debug ("discovery: embedded responder");
  g_clear_handle_id (&self->take_over, g_source_remove);
  if (!self->source)
    use_source (self, porch_embedded_responder_new (self->peers), "embedded");
}

static void
on_source_stopped (PorchResponder *source, PorchDiscovery *self)
{
  if (source != self->source)
    return;
  retire_source (self);
  self->handing_back = FALSE;
  if (self->stopped)
    return;
  if (self->owner)
    use_avahi (self);
  else
    use_embedded (self);
}

static gboolean
on_take_over (gpointer data)
{
  PorchDiscovery *self = data;

  self->take_over = 0;
  use_embedded (self);
  return G_SOURCE_REMOVE;
}

/* --- Avahi comes and goes --- */

static void
avahi_absent (PorchDiscovery *self)
{
  if (self->stopped || (self->source && !self->owner))
    return;
  g_clear_pointer (&self->owner, g_free);
  if (self->source && PORCH_IS_AVAHI_RESPONDER (self->source))
    {
      porch_avahi_responder_lost (PORCH_AVAHI_RESPONDER (self->source));
      retire_source (self);
    }
  if (self->source)
    return;
  set_in_use (self, "starting");
  if (self->mode == PORCH_DISCOVERY_AVAHI)
    return;
  /* A daemon that is restarted is back in a moment: two responders for one name would only fight. */
  if (!self->had_avahi)
    use_embedded (self);
  else if (!self->take_over)
    self->take_over = g_timeout_add_seconds (PORCH_DISCOVERY_TAKE_OVER, on_take_over, self);
}

static void
on_name_appeared (GDBusConnection *connection, const char *name, const char *owner, gpointer data)
{
  PorchDiscovery *self = data;

  if (g_strcmp0 (owner, self->owner) == 0)
    return;
  g_clear_handle_id (&self->take_over, g_source_remove);
  g_free (self->owner);
  self->owner = g_strdup (owner);
  if (!self->source)
    use_avahi (self);
  else if (!self->handing_back)
    {
      /* Withdraw first, then publish: the same name from two responders makes one of them rename itself. */
      self->handing_back = TRUE;
      g_signal_connect (self->source, "stopped", G_CALLBACK (on_source_stopped), self);
      porch_responder_stop (self->source, FALSE);
    }
}

static void
on_name_vanished (GDBusConnection *connection, const char *name, gpointer data)
{
  avahi_absent (data);
}

static void
unwatch_name (PorchDiscovery *self)
{
  if (self->name_watch)
    g_bus_unwatch_name (self->name_watch);
  self->name_watch = 0;
  g_clear_object (&self->connection);
}

static void
on_bus_changed (PorchSystemBus *bus, PorchDiscovery *self)
{
  GDBusConnection *connection = porch_system_bus_get_connection (bus);

  unwatch_name (self);
  if (connection)
    {
      self->connection = g_object_ref (connection);
      /* Started if the system would start it anyway; where it was disabled it stays so. */
      self->name_watch = g_bus_watch_name_on_connection (connection, PORCH_AVAHI_NAME, G_BUS_NAME_WATCHER_FLAGS_AUTO_START,
                                                         on_name_appeared, on_name_vanished, self, NULL);
    }
  else if (porch_system_bus_is_settled (bus))
    avahi_absent (self);
}

static void
start (PorchDiscovery *self)
{
  PorchSystemBus *bus = porch_networks_get_system_bus (self->networks);

  if (self->mode == PORCH_DISCOVERY_OFF)
    set_in_use (self, "off");
  else if (self->mode == PORCH_DISCOVERY_EMBEDDED || !bus)
    use_embedded (self);
  else
    {
      g_signal_connect_object (bus, "changed", G_CALLBACK (on_bus_changed), self, 0);
      on_bus_changed (bus, self);
    }
}

/* --- public --- */

static void
on_networks_changed (PorchNetworks *networks, PorchDiscovery *self)
{
  update_source (self);
  if (self->source)
    porch_responder_resight (self->source);
}

static void
on_peers_watched (PorchPeerList *peers, GParamSpec *pspec, PorchDiscovery *self)
{
  update_source (self);
}

void
porch_discovery_publish (PorchDiscovery *self, const PorchDeviceId *id, const char *name, const char *chassis, guint16 port)
{
  PorchAnnouncement *announcement = porch_announcement_new (id, name, chassis, port);

  if (porch_announcement_equal (announcement, self->announcement))
    {
      porch_announcement_free (announcement);
      return;
    }
  g_clear_pointer (&self->announcement, porch_announcement_free);
  self->announcement = announcement;
  update_source (self);
}

const char *
porch_discovery_get_in_use (PorchDiscovery *self)
{
  return self->in_use;
}

void
porch_discovery_stop (PorchDiscovery *self)
{
  if (self->stopped)
    return;
  self->stopped = TRUE;
  g_clear_handle_id (&self->take_over, g_source_remove);
  g_clear_handle_id (&self->forget, g_source_remove);
  unwatch_name (self);
  if (self->source)
    {
      g_signal_handlers_disconnect_by_data (self->source, self);
      porch_responder_stop (self->source, TRUE);
    }
  g_clear_object (&self->source);
  g_clear_object (&self->previous);
  set_in_use (self, "off");
}

static void
porch_discovery_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  if (property_id == PROP_IN_USE)
    g_value_set_string (value, PORCH_DISCOVERY (object)->in_use);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
porch_discovery_dispose (GObject *object)
{
  PorchDiscovery *self = PORCH_DISCOVERY (object);

  porch_discovery_stop (self);
  g_clear_object (&self->networks);
  g_clear_object (&self->peers);
  G_OBJECT_CLASS (porch_discovery_parent_class)->dispose (object);
}

static void
porch_discovery_finalize (GObject *object)
{
  PorchDiscovery *self = PORCH_DISCOVERY (object);

  g_clear_pointer (&self->announcement, porch_announcement_free);
  g_free (self->owner);
  G_OBJECT_CLASS (porch_discovery_parent_class)->finalize (object);
}

static void
porch_discovery_class_init (PorchDiscoveryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = porch_discovery_get_property;
  object_class->dispose = porch_discovery_dispose;
  object_class->finalize = porch_discovery_finalize;
  props[PROP_IN_USE]
      = g_param_spec_string ("in-use", NULL, NULL, "starting", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
porch_discovery_init (PorchDiscovery *self)
{
  self->in_use = "starting";
}

PorchDiscovery *
porch_discovery_new_held (PorchDiscoveryMode mode, PorchNetworks *networks, PorchPeerList *peers)
{
  PorchDiscovery *self = g_object_new (PORCH_TYPE_DISCOVERY, NULL);

  self->mode = mode;
  self->networks = g_object_ref (networks);
  self->peers = g_object_ref (peers);
  porch_peer_list_set_networks (peers, networks);
  g_signal_connect_object (networks, "changed", G_CALLBACK (on_networks_changed), self, 0);
  g_signal_connect_object (peers, "notify::watched", G_CALLBACK (on_peers_watched), self, 0);
  return self;
}

void
porch_discovery_begin (PorchDiscovery *self)
{
  g_return_if_fail (!self->begun);
  self->begun = TRUE;
  start (self);
}

PorchDiscovery *
porch_discovery_new (PorchDiscoveryMode mode, PorchNetworks *networks, PorchPeerList *peers)
{
  PorchDiscovery *self = porch_discovery_new_held (mode, networks, peers);

  porch_discovery_begin (self);
  return self;
}
