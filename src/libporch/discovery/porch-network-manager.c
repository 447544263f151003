/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-network-manager.h"

#define NM_NAME "org.freedesktop.NetworkManager"
#define NM_PATH "/org/freedesktop/NetworkManager"
#define NM_ACTIVE NM_NAME ".Connection.Active"
#define NM_DEVICE NM_NAME ".Device"
#define CALL_TIMEOUT 2000  /* ms */
#define COALESCE 100       /* ms: it reports one change in several signals */

typedef struct {
  char *uuid;
  char *name;
} Link;

struct _PorchNetworkManager {
  GObject parent_instance;

  PorchSystemBus  *bus;        /* owned */
  GDBusConnection *connection; /* owned: the one that we are subscribed on */
  GHashTable      *links;      /* interface → Link */
  GCancellable    *cancellable;
  guint            owner_watch;
  guint            properties_watch;
  guint            refresh;
  gboolean         settled;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PorchNetworkManager, porch_network_manager, G_TYPE_OBJECT)

static void
link_free (gpointer data)
{
  Link *link = data;

  g_free (link->uuid);
  g_free (link->name);
  g_free (link);
}

static void
settle (PorchNetworkManager *self)
{
  self->settled = TRUE;
  g_signal_emit (self, signals[CHANGED], 0);
}

static char *
dup_interface (GVariant *objects, const char *path)
{
  g_autoptr (GVariant) object = g_variant_lookup_value (objects, path, G_VARIANT_TYPE ("a{sa{sv}}"));
  g_autoptr (GVariant) device = object ? g_variant_lookup_value (object, NM_DEVICE, G_VARIANT_TYPE_VARDICT) : NULL;
  char *name = NULL;

  /* Of a modem the interface with the addresses has another name. */
  if (device && (!g_variant_lookup (device, "IpInterface", "s", &name) || !*name))
    {
      g_clear_pointer (&name, g_free);
      g_variant_lookup (device, "Interface", "s", &name);
    }
  return name;
}

static void
take_active (PorchNetworkManager *self, GVariant *objects, GVariant *active)
{
  g_autoptr (GVariantIter) devices = NULL;
  g_autofree char *uuid = NULL;
  g_autofree char *name = NULL;
  const char *path;

  if (!g_variant_lookup (active, "Uuid", "s", &uuid) || !g_variant_lookup (active, "Devices", "ao", &devices))
    return;
  g_variant_lookup (active, "Id", "s", &name);
  while (g_variant_iter_next (devices, "&o", &path))
    {
      char *interface = dup_interface (objects, path);
      Link *link;

      if (!interface)
        continue;
      link = g_new0 (Link, 1);
      link->uuid = g_strdup (uuid);
      link->name = g_strdup (name);
      g_hash_table_replace (self->links, interface, link);
    }
}

static void
on_get_managed_objects_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchNetworkManager) self = data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autoptr (GVariant) objects = NULL;
  GVariantIter iter;
  GVariant *interfaces;
  const char *path;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  g_hash_table_remove_all (self->links);
  objects = answer ? g_variant_get_child_value (answer, 0) : NULL;
  if (objects)
    g_variant_iter_init (&iter, objects);
  while (objects && g_variant_iter_next (&iter, "{&o@a{sa{sv}}}", &path, &interfaces))
    {
      g_autoptr (GVariant) active = g_variant_lookup_value (interfaces, NM_ACTIVE, G_VARIANT_TYPE_VARDICT);

      if (active)
        take_active (self, objects, active);
      g_variant_unref (interfaces);
    }
  settle (self);
}

static void
fetch (PorchNetworkManager *self)
{
  /* No auto-start: where it does not run it is not wanted. */
  g_dbus_connection_call (self->connection, NM_NAME, "/org/freedesktop", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects",
                          NULL, G_VARIANT_TYPE ("(a{oa{sa{sv}}})"), G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_TIMEOUT,
                          self->cancellable, on_get_managed_objects_ready, g_object_ref (self));
}

static gboolean
on_refresh (gpointer data)
{
  PorchNetworkManager *self = data;

  self->refresh = 0;
  if (self->connection)
    fetch (self);
  return G_SOURCE_REMOVE;
}

static void
on_nm_signal (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *signal,
              GVariant *parameters, gpointer data)
{
  PorchNetworkManager *self = data;

  if (!self->refresh)
    self->refresh = g_timeout_add (COALESCE, on_refresh, self);
}

static void
unsubscribe (PorchNetworkManager *self)
{
  if (!self->connection)
    return;
  g_dbus_connection_signal_unsubscribe (self->connection, self->owner_watch);
  g_dbus_connection_signal_unsubscribe (self->connection, self->properties_watch);
  g_clear_object (&self->connection);
}

static void
on_bus_changed (PorchSystemBus *bus, PorchNetworkManager *self)
{
  GDBusConnection *connection = porch_system_bus_get_connection (bus);

  unsubscribe (self);
  if (!connection)
    {
      g_hash_table_remove_all (self->links);
      if (porch_system_bus_is_settled (bus))
        settle (self);
      return;
    }
  self->connection = g_object_ref (connection);
  self->owner_watch = g_dbus_connection_signal_subscribe (connection, "org.freedesktop.DBus", "org.freedesktop.DBus",
                                                          "NameOwnerChanged", "/org/freedesktop/DBus", NM_NAME,
                                                          G_DBUS_SIGNAL_FLAGS_NONE, on_nm_signal, self, NULL);
  self->properties_watch = g_dbus_connection_signal_subscribe (connection, NM_NAME, "org.freedesktop.DBus.Properties",
                                                               "PropertiesChanged", NM_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                               on_nm_signal, self, NULL);
  fetch (self);
}

gboolean
porch_network_manager_is_settled (PorchNetworkManager *self)
{
  return self->settled;
}

gboolean
porch_network_manager_lookup (PorchNetworkManager *self, const char *interface, const char **uuid, const char **name)
{
  Link *link = g_hash_table_lookup (self->links, interface);

  if (!link)
    return FALSE;
  *uuid = link->uuid;
  *name = link->name;
  return TRUE;
}

static void
porch_network_manager_dispose (GObject *object)
{
  PorchNetworkManager *self = PORCH_NETWORK_MANAGER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->refresh, g_source_remove);
  unsubscribe (self);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (porch_network_manager_parent_class)->dispose (object);
}

static void
porch_network_manager_finalize (GObject *object)
{
  PorchNetworkManager *self = PORCH_NETWORK_MANAGER (object);

  g_hash_table_unref (self->links);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (porch_network_manager_parent_class)->finalize (object);
}

static void
porch_network_manager_class_init (PorchNetworkManagerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_network_manager_dispose;
  G_OBJECT_CLASS (klass)->finalize = porch_network_manager_finalize;
  signals[CHANGED]
      = g_signal_new ("changed", PORCH_TYPE_NETWORK_MANAGER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
porch_network_manager_init (PorchNetworkManager *self)
{
  self->links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, link_free);
  self->cancellable = g_cancellable_new ();
}

PorchNetworkManager *
porch_network_manager_new (PorchSystemBus *bus)
{
  PorchNetworkManager *self = g_object_new (PORCH_TYPE_NETWORK_MANAGER, NULL);

  self->bus = g_object_ref (bus);
  g_signal_connect_object (bus, "changed", G_CALLBACK (on_bus_changed), self, 0);
  if (porch_system_bus_is_settled (bus))
    on_bus_changed (bus, self);
  return self;
}
