/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-system-bus.h"

struct _PorchSystemBus {
  GObject parent_instance;

  GDBusConnection *connection;
  GCancellable    *cancellable;
  guint            retry;
  gboolean         settled;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PorchSystemBus, porch_system_bus, G_TYPE_OBJECT)

static void connect_bus (PorchSystemBus *self);

static gboolean
on_retry (gpointer data)
{
  PorchSystemBus *self = data;

  self->retry = 0;
  connect_bus (self);
  return G_SOURCE_REMOVE;
}

static void
wait_for_bus (PorchSystemBus *self)
{
  if (!self->retry)
    self->retry = g_timeout_add_seconds (PORCH_SYSTEM_BUS_RETRY, on_retry, self);
}

static void
on_connection_closed (GDBusConnection *connection, gboolean remote_peer_vanished, GError *error, PorchSystemBus *self)
{
  g_signal_handlers_disconnect_by_data (connection, self);
  g_clear_object (&self->connection);
  /* A bus that restarts is back in a moment; later tries are further apart. */
  if (!self->retry)
    self->retry = g_timeout_add_seconds (1, on_retry, self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_new_for_address_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchSystemBus) self = data;
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_finish (result, &error);
  gboolean first = !self->settled;

  if (g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_object (&connection);
      return;
    }
  self->settled = TRUE;
  if (connection)
    {
      g_dbus_connection_set_exit_on_close (connection, FALSE);
      self->connection = connection;
      g_signal_connect (connection, "closed", G_CALLBACK (on_connection_closed), self);
    }
  else
    {
      g_debug ("no system bus: %s", error->message);
      wait_for_bus (self);
    }
  if (connection || first)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
connect_bus (PorchSystemBus *self)
{
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);

  g_dbus_connection_new_for_address (address ? address : "unix:path=/run/dbus/system_bus_socket",
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                         | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                     NULL, self->cancellable, on_new_for_address_ready, g_object_ref (self));
}

static void
porch_system_bus_dispose (GObject *object)
{
  PorchSystemBus *self = PORCH_SYSTEM_BUS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->retry, g_source_remove);
  if (self->connection)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (porch_system_bus_parent_class)->dispose (object);
}

static void
porch_system_bus_finalize (GObject *object)
{
  g_object_unref (PORCH_SYSTEM_BUS (object)->cancellable);
  G_OBJECT_CLASS (porch_system_bus_parent_class)->finalize (object);
}

static void
porch_system_bus_class_init (PorchSystemBusClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_system_bus_dispose;
  G_OBJECT_CLASS (klass)->finalize = porch_system_bus_finalize;
  signals[CHANGED] = g_signal_new ("changed", PORCH_TYPE_SYSTEM_BUS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
porch_system_bus_init (PorchSystemBus *self)
{
  self->cancellable = g_cancellable_new ();
}

PorchSystemBus *
porch_system_bus_new (void)
{
  PorchSystemBus *self = g_object_new (PORCH_TYPE_SYSTEM_BUS, NULL);

  connect_bus (self);
  return self;
}

GDBusConnection *
porch_system_bus_get_connection (PorchSystemBus *self)
{
  return self->connection;
}

gboolean
porch_system_bus_is_settled (PorchSystemBus *self)
{
  return self->settled;
}
