/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-quiet.h"

#define GNOME_SCHEMA "org.gnome.desktop.notifications"
#define GNOME_KEY "show-banners"
#define NOTIFICATIONS_NAME "org.freedesktop.Notifications"
#define NOTIFICATIONS_PATH "/org/freedesktop/Notifications"

struct _PorchDaemonQuiet
{
  GSettings    *gnome; /* (nullable) owned */
  GDBusProxy   *proxy; /* (nullable) owned, until it answered */
  GCancellable *cancellable;

  PorchDaemonQuietFunc changed;
  gpointer             data;
};

static void
tell (PorchDaemonQuiet *self)
{
  self->changed (self->data);
}

static void
on_proxy_changed (GDBusProxy *proxy, GVariant *changed, const char *const *invalidated, PorchDaemonQuiet *self)
{
  tell (self);
}

static void
on_proxy_notify_owner (GDBusProxy *proxy, GParamSpec *pspec, PorchDaemonQuiet *self)
{
  tell (self);
}

static void
on_proxy_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GDBusProxy *proxy = g_dbus_proxy_new_finish (result, &error);
  PorchDaemonQuiet *self = data;

  if (proxy == NULL)
    return; /* cancelled: @data is gone; or no bus */
  self->proxy = proxy;
  g_signal_connect (proxy, "g-properties-changed", G_CALLBACK (on_proxy_changed), self);
  g_signal_connect (proxy, "notify::g-name-owner", G_CALLBACK (on_proxy_notify_owner), self);
  tell (self);
}

static void
on_gnome_changed (GSettings *gnome, const char *key, PorchDaemonQuiet *self)
{
  tell (self);
}

static GSettings *
open_gnome (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = source ? g_settings_schema_source_lookup (source, GNOME_SCHEMA, TRUE) : NULL;

  return schema && g_settings_schema_has_key (schema, GNOME_KEY) ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

PorchDaemonQuiet *
porch_daemon_quiet_new (GDBusConnection *bus, PorchDaemonQuietFunc changed, gpointer data)
{
  PorchDaemonQuiet *self = g_new0 (PorchDaemonQuiet, 1);

  self->changed = changed;
  self->data = data;
  self->cancellable = g_cancellable_new ();
  self->gnome = open_gnome ();
  if (self->gnome != NULL)
    g_signal_connect (self->gnome, "changed::" GNOME_KEY, G_CALLBACK (on_gnome_changed), self);
  g_dbus_proxy_new (bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START | G_DBUS_PROXY_FLAGS_GET_INVALIDATED_PROPERTIES, NULL, NOTIFICATIONS_NAME,
                    NOTIFICATIONS_PATH, NOTIFICATIONS_NAME, self->cancellable, on_proxy_ready, self);
  return self;
}

void
porch_daemon_quiet_free (PorchDaemonQuiet *self)
{
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  if (self->gnome != NULL)
    g_signal_handlers_disconnect_by_data (self->gnome, self);
  if (self->proxy != NULL)
    g_signal_handlers_disconnect_by_data (self->proxy, self);
  g_clear_object (&self->gnome);
  g_clear_object (&self->proxy);
  g_free (self);
}

gboolean
porch_daemon_quiet_is_wanted (PorchDaemonQuiet *self)
{
  g_autoptr (GVariant) inhibited = self->proxy ? g_dbus_proxy_get_cached_property (self->proxy, "Inhibited") : NULL;

  if (inhibited != NULL && g_variant_is_of_type (inhibited, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean (inhibited))
    return TRUE;
  return self->gnome != NULL && !g_settings_get_boolean (self->gnome, GNOME_KEY);
}
