/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-service.h"

#include "porch-bus-names.h"
#include "porch-daemon-awake.h"
#include "porch-daemon-device.h"
#include "porch-daemon-exports.h"
#include "porch-daemon-handout.h"
#include "porch-daemon-meter.h"
#include "porch-daemon-notifier.h"
#include "porch-daemon-offer.h"
#include "porch-daemon-pairing.h"
#include "porch-daemon-paths.h"
#include "porch-daemon-peer.h"
#include "porch-daemon-root.h"
#include "porch-daemon-settings.h"
#include "porch-daemon-share.h"
#include "porch-daemon-transfer.h"
#include "porch-daemon-watchers.h"
#include "porch-error.h"
#include "porch-limits.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define LOCK_PATIENCE_MS 3000
#define LOCK_RETRY_MS 100

struct _PorchDaemonService
{
  GObject parent;

  /* owned, in the order of their making */
  GDBusConnection *bus;
  PorchDaemonSettings *settings;
  char *state_folder;
  PorchEngine *engine;
  GDBusObjectManagerServer *objects;
  PorchDaemonWatchers *watchers;
  PorchDaemonExports *peers;
  PorchDaemonExports *shares;
  PorchDaemonExports *offers;
  PorchDaemonExports *transfers;
  PorchDaemonExports *handouts;
  PorchDaemonExports *pairings;
  PorchDaemonRoot *root;
  PorchDaemonNotifier *notifier;
  PorchDaemonMeter *meter;
  PorchDaemonAwake *awake;

  gboolean owns_names;
  guint next_pairing;
  guint16 wanted_port;
};

enum
{
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PorchDaemonService, porch_daemon_service, G_TYPE_OBJECT)

static GDBusInterfaceSkeleton *
export_peer (gpointer item, gpointer data, char **path)
{
  PorchDaemonService *self = data;

  *path = porch_daemon_path_of_peer (item);
  return porch_daemon_peer_new (self->engine, item);
}

static GDBusInterfaceSkeleton *
export_share (gpointer item, gpointer data, char **path)
{
  PorchDaemonService *self = data;

  *path = porch_daemon_path_of_share (item);
  return porch_daemon_share_new (self->engine, item);
}

/* An outgoing offer is seen as its transfer. */
static GDBusInterfaceSkeleton *
export_offer (gpointer item, gpointer data, char **path)
{
  PorchDaemonService *self = data;

  if (!porch_offer_is_incoming (item))
    return NULL;
  *path = porch_daemon_path_of_offer (item);
  return porch_daemon_offer_new (self->engine, item);
}

static GDBusInterfaceSkeleton *
export_transfer (gpointer item, gpointer data, char **path)
{
  PorchDaemonService *self = data;

  *path = porch_daemon_path_of_transfer (item);
  return porch_daemon_transfer_new (self->engine, item);
}

static GDBusInterfaceSkeleton *
export_handout (gpointer item, gpointer data, char **path)
{
  PorchDaemonService *self = data;

  *path = porch_daemon_path_of_handout (item);
  return porch_daemon_handout_new (self->engine, item);
}

static GDBusInterfaceSkeleton *
export_pairing (gpointer item, gpointer data, char **path)
{
  PorchDaemonService *self = data;

  *path = g_strdup_printf (PORCH_BUS_PAIRINGS_PATH "%u", ++self->next_pairing);
  return porch_daemon_pairing_new (self->engine, item);
}

static void
on_root_quit (PorchDaemonRoot *root, PorchDaemonService *self)
{
  g_signal_emit (self, signals[ENDED], 0);
}

static void
on_bus_closed (GDBusConnection *bus, gboolean remote_vanished, GError *error, PorchDaemonService *self)
{
  g_message ("The session bus has ended, and Porch with it.");
  g_signal_emit (self, signals[ENDED], 0);
}

/* 0 is a device that is hidden: it listens nowhere. */
static void
check_port (PorchDaemonService *self)
{
  guint16 port = porch_engine_get_port (self->engine);
  g_autofree char *warning = NULL;

  if (port == 0 || self->wanted_port == G_MAXUINT16 || port == self->wanted_port)
    return;
  warning = g_strdup_printf (
      _ ("Port %u is in use by another program, so Porch listens on port %u. If this computer has a firewall, open that one."),
      self->wanted_port, port);
  porch_daemon_root_add_warning (self->root, warning);
}

static void
on_engine_notify_port (PorchEngine *engine, GParamSpec *pspec, PorchDaemonService *self)
{
  check_port (self);
}

/* Downloads go there from the first day; a folder that can't be made is told of when something is to land in it. */
static char *
dup_download_folder (PorchDaemonSettings *settings)
{
  char *folder = porch_daemon_settings_dup_download_folder (settings);

  g_mkdir_with_parents (folder, 0755);
  return folder;
}

/* A predecessor may still be on its way out: the bus name is free then, the state is not. */
static PorchEngine *
open_engine (const PorchEngineOptions *options, GError **error)
{
  for (guint i = 0;; i++)
    {
      g_autoptr (GError) reason = NULL;
      PorchEngine *engine = porch_engine_new (options, &reason);

      if (engine != NULL)
        return engine;
      if (!g_error_matches (reason, PORCH_ERROR, PORCH_ERROR_BUSY) || i >= LOCK_PATIENCE_MS / LOCK_RETRY_MS)
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return NULL;
        }
      g_usleep (LOCK_RETRY_MS * 1000);
    }
}

/* Opening the engine shows that no other daemon uses the key. */
static gboolean
renew_identity (const PorchEngineOptions *options, GError **error)
{
  g_autoptr (PorchEngine) engine = open_engine (options, error);
  g_autoptr (PorchIdentity) identity = NULL;

  if (engine == NULL)
    return FALSE;
  g_clear_object (&engine);
  identity = porch_identity_renew (options->state_folder, error);
  return identity != NULL;
}

static gboolean
make_engine (PorchDaemonService *self, const PorchDaemonOptions *options, GError **error)
{
  const char *chassis = porch_daemon_device_chassis ("");
  g_autofree char *chosen = options->name ? g_strdup (options->name) : porch_daemon_settings_dup_name (self->settings);
  g_autofree char *name = chosen ? g_strdup (chosen) : porch_daemon_device_default_name (chassis);
  g_autofree char *downloads = dup_download_folder (self->settings);
  const PorchEngineOptions engine_options = {
    .state_folder = self->state_folder,
    .name = name,
    .default_name = chosen == NULL,
    .chassis = chassis,
    .download_folder = downloads,
    .port = options->port,
    .discovery = options->discovery,
    .visibility = options->visibility,
    .loopback = options->loopback,
    .hold = options->hold,
  };

  if (options->new_identity && !renew_identity (&engine_options, error))
    return FALSE;
  self->wanted_port = options->port ? options->port : PORCH_DEFAULT_PORT;
  self->engine = open_engine (&engine_options, error);
  if (self->engine == NULL)
    return FALSE;
  g_object_set (self->engine, "max-running", porch_daemon_settings_get_max_running (self->settings), "auto-accept-trusted",
                porch_daemon_settings_get_auto_accept_trusted (self->settings), "max-uploads",
                porch_daemon_settings_get_max_uploads (self->settings), "limit-up",
                porch_daemon_settings_get_limit (self->settings, PORCH_UP), "limit-down",
                porch_daemon_settings_get_limit (self->settings, PORCH_DOWN), "trusted-only",
                g_str_equal (porch_daemon_settings_get_who_may_ask (self->settings), "trusted"), NULL);
  self->meter = porch_daemon_meter_new (g_network_monitor_get_default (), porch_engine_get_transfers (self->engine),
                                        porch_daemon_settings_get_use_metered (self->settings));
  return porch_engine_start (self->engine, error);
}

static void
export_root (PorchDaemonService *self)
{
  g_autoptr (GDBusObjectSkeleton) object = g_dbus_object_skeleton_new (PORCH_BUS_DAEMON_PATH);

  self->root = porch_daemon_root_new (self->engine, self->settings, self->watchers, self->meter, self->pairings,
                                      self->state_folder);
  g_signal_connect_object (self->root, "quit", G_CALLBACK (on_root_quit), self, 0);
  g_dbus_object_skeleton_add_interface (object, G_DBUS_INTERFACE_SKELETON (self->root));
  g_dbus_object_manager_server_export (self->objects, object);
}

static void
export_all (PorchDaemonService *self)
{
  self->objects = g_dbus_object_manager_server_new (PORCH_BUS_ROOT_PATH);
  self->watchers = porch_daemon_watchers_new (self->bus, self->engine);
  self->peers
      = porch_daemon_exports_new (self->objects, G_LIST_MODEL (porch_engine_get_peers (self->engine)), export_peer, self);
  self->shares
      = porch_daemon_exports_new (self->objects, G_LIST_MODEL (porch_engine_get_shares (self->engine)), export_share, self);
  self->offers
      = porch_daemon_exports_new (self->objects, G_LIST_MODEL (porch_engine_get_offers (self->engine)), export_offer, self);
  self->transfers = porch_daemon_exports_new (self->objects, G_LIST_MODEL (porch_engine_get_transfers (self->engine)),
                                              export_transfer, self);
  self->handouts
      = porch_daemon_exports_new (self->objects, G_LIST_MODEL (porch_engine_get_handouts (self->engine)), export_handout, self);
  self->pairings
      = porch_daemon_exports_new (self->objects, G_LIST_MODEL (porch_engine_get_pairings (self->engine)), export_pairing, self);
  export_root (self);
  g_dbus_object_manager_server_set_connection (self->objects, self->bus);
}

/* The bus's answer to RequestName: 1 is "yours now"; with DO_NOT_QUEUE (4) 3 is "another one has it". */
static gboolean
own_name (PorchDaemonService *self, const char *name, GError **error)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
      g_variant_new ("(su)", name, 4), G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
  guint32 code = 0;

  if (answer == NULL)
    return FALSE;
  g_variant_get (answer, "(u)", &code);
  if (code != 1)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_BUSY, _ ("Porch runs already on this session bus."));
  return code == 1;
}

/* Whoever runs answers to both: who asks for one that waits for its first start gets the one that is there. */
static gboolean
own_names (PorchDaemonService *self, GError **error)
{
  self->owns_names = own_name (self, PORCH_BUS_NAME, error) && own_name (self, PORCH_BUS_WELCOME_NAME, error);
  return self->owns_names;
}

static void
release_names (PorchDaemonService *self)
{
  const char *names[] = { PORCH_BUS_WELCOME_NAME, PORCH_BUS_NAME };

  for (guint i = 0; i < G_N_ELEMENTS (names) && self->owns_names && !g_dbus_connection_is_closed (self->bus); i++)
    g_dbus_connection_call (self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ReleaseName",
                            g_variant_new ("(s)", names[i]), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
  self->owns_names = FALSE;
}

static void
porch_daemon_service_dispose (GObject *object)
{
  PorchDaemonService *self = PORCH_DAEMON_SERVICE (object);

  porch_daemon_service_stop (self);
  g_clear_object (&self->settings);
  g_clear_object (&self->bus);
  g_clear_pointer (&self->state_folder, g_free);
  G_OBJECT_CLASS (porch_daemon_service_parent_class)->dispose (object);
}

static void
porch_daemon_service_class_init (PorchDaemonServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_daemon_service_dispose;
  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
porch_daemon_service_init (PorchDaemonService *self)
{
}

PorchDaemonService *
porch_daemon_service_new (GDBusConnection *bus, const PorchDaemonOptions *options, GError **error)
{
  g_autoptr (PorchDaemonService) self = g_object_new (PORCH_TYPE_DAEMON_SERVICE, NULL);

  self->bus = g_object_ref (bus);
  self->settings = porch_daemon_settings_new ();
  self->state_folder = g_build_filename (g_get_user_data_dir (), "porch", NULL);
  g_signal_connect_object (bus, "closed", G_CALLBACK (on_bus_closed), self, 0);
  if (!make_engine (self, options, error))
    return NULL;
  export_all (self);
  if (porch_daemon_settings_get_warning (self->settings))
    porch_daemon_root_add_warning (self->root, porch_daemon_settings_get_warning (self->settings));
  g_signal_connect_object (self->engine, "notify::port", G_CALLBACK (on_engine_notify_port), self, 0);
  check_port (self);
  self->notifier = porch_daemon_notifier_new (self->bus, self->engine, self->settings, self->watchers);
  self->awake = porch_daemon_awake_new (G_LIST_MODEL (porch_engine_get_transfers (self->engine)),
                                        G_LIST_MODEL (porch_engine_get_shares (self->engine)));
  return own_names (self, error) ? g_steal_pointer (&self) : NULL;
}

void
porch_daemon_service_stop (PorchDaemonService *self)
{
  if (self->engine == NULL)
    return;
  release_names (self);
  if (self->awake)
    g_object_run_dispose (G_OBJECT (self->awake)); /* a question of its may still be under way */
  g_clear_object (&self->awake);
  g_clear_object (&self->notifier);
  if (self->objects)
    g_dbus_object_manager_server_set_connection (self->objects, NULL);
  if (self->root)
    g_cancellable_cancel (porch_daemon_root_get_cancellable (self->root));
  g_clear_object (&self->watchers);
  porch_engine_stop (self->engine);
  g_clear_object (&self->root);
  g_clear_object (&self->meter);
  g_clear_object (&self->pairings);
  g_clear_object (&self->handouts);
  g_clear_object (&self->transfers);
  g_clear_object (&self->offers);
  g_clear_object (&self->shares);
  g_clear_object (&self->peers);
  g_clear_object (&self->objects);
  g_clear_object (&self->engine);
  porch_daemon_settings_sync (self->settings);
  if (!g_dbus_connection_is_closed (self->bus))
    g_dbus_connection_flush_sync (self->bus, NULL, NULL);
}
