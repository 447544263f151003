/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-root.h"

#include "porch-bus-error.h"
#include "porch-daemon-calls.h"
#include "porch-daemon-offer.h"
#include "porch-daemon-paths.h"
#include "porch-daemon-reply.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-file-thread.h"
#include "share/porch-path.h"
#include "share/porch-sandbox.h"

#include <glib/gi18n.h>
#include <string.h>

#define TEN_MINUTES_S 600
#define FOUND_LIFE_US (G_GINT64_CONSTANT (10) * 60 * G_USEC_PER_SEC) /* of what Join() found */

struct _PorchDaemonRoot
{
  PorchBusDaemonSkeleton parent;

  /* owned */
  PorchEngine *engine;
  PorchDaemonSettings *settings;
  PorchDaemonWatchers *watchers;
  PorchDaemonExports *pairings;
  PorchDaemonMeter *meter;
  GCancellable *cancellable;
  GPtrArray *found; /* (nullable) owned, of PorchFoundHandout: what Join() found last */
  gint64 found_at;  /* monotonic µs */
  GPtrArray *warnings;
};

enum
{
  QUIT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void porch_daemon_root_iface_init (PorchBusDaemonIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchDaemonRoot, porch_daemon_root, PORCH_BUS_TYPE_DAEMON_SKELETON,
                               G_IMPLEMENT_INTERFACE (PORCH_BUS_TYPE_DAEMON, porch_daemon_root_iface_init))

static void
publish_warnings (PorchDaemonRoot *self)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  const char *const *engine = porch_engine_get_warnings (self->engine);

  for (guint i = 0; engine && engine[i]; i++)
    g_ptr_array_add (all, (gpointer)engine[i]);
  for (guint i = 0; i < self->warnings->len; i++)
    g_ptr_array_add (all, g_ptr_array_index (self->warnings, i));
  g_ptr_array_add (all, NULL);
  porch_bus_daemon_set_warnings (PORCH_BUS_DAEMON (self), (const char *const *)all->pdata);
}

static void
on_engine_notify (PorchEngine *engine, GParamSpec *pspec, PorchDaemonRoot *self)
{
  PorchBusDaemon *bus = PORCH_BUS_DAEMON (self);
  g_autofree char *downloads = porch_sandbox_shown_path (porch_engine_get_download_folder (engine));
  guint running = 0, uploads = 0;
  gint64 up = 0, down = 0;

  g_object_get (engine, "max-running", &running, "max-uploads", &uploads, "limit-up", &up, "limit-down", &down, NULL);
  porch_bus_daemon_set_name (bus, porch_engine_get_name (engine));
  porch_bus_daemon_set_chassis (bus, porch_engine_get_chassis (engine));
  porch_bus_daemon_set_port (bus, porch_engine_get_port (engine));
  porch_bus_daemon_set_download_folder (bus, porch_engine_get_download_folder (engine));
  porch_bus_daemon_set_shown_download_folder (bus, downloads);
  porch_bus_daemon_set_max_running (bus, running);
  porch_bus_daemon_set_held (bus, porch_engine_get_held (engine));
  porch_bus_daemon_set_max_uploads (bus, uploads);
  porch_bus_daemon_set_limit_up (bus, up);
  porch_bus_daemon_set_limit_down (bus, down);
  porch_bus_daemon_set_auto_accept_trusted (bus, porch_engine_get_auto_accept_trusted (engine));
  porch_bus_daemon_set_who_may_ask (bus, porch_engine_get_trusted_only (engine) ? "trusted" : "anyone");
  publish_warnings (self);
}

static void
on_discovery_notify (PorchDiscovery *discovery, GParamSpec *pspec, PorchDaemonRoot *self)
{
  porch_bus_daemon_set_discovery (PORCH_BUS_DAEMON (self), porch_discovery_get_in_use (discovery));
}

static const char *
visibility_word (PorchNetworks *networks, GPtrArray *addresses)
{
  if (porch_networks_get_mode (networks) == PORCH_VISIBILITY_ALWAYS)
    return "always";
  for (guint i = 0; i < addresses->len; i++)
    {
      const PorchNetworkAddress *address = g_ptr_array_index (addresses, i);

      if (address->visible)
        return porch_networks_get_until (networks) > 0 ? "10min" : "visible";
    }
  return "hidden";
}

static GVariant *
networks_to_variant (GPtrArray *addresses)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sssb)"));
  for (guint i = 0; i < addresses->len; i++)
    {
      const PorchNetworkAddress *address = g_ptr_array_index (addresses, i);
      g_autofree char *text = g_inet_address_to_string (address->address);

      g_variant_builder_add (&builder, "(sssb)", address->interface, text, address->network_name ? address->network_name : "",
                             address->visible);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
new_networks_to_variant (GPtrArray *addresses)
{
  g_autoptr (GHashTable) told = g_hash_table_new (g_str_hash, g_str_equal);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
  for (guint i = 0; i < addresses->len; i++)
    {
      const PorchNetworkAddress *address = g_ptr_array_index (addresses, i);

      if (address->unasked && g_hash_table_add (told, address->network))
        g_variant_builder_add (&builder, "(ss)", address->network, address->network_name ? address->network_name : "");
    }
  return g_variant_builder_end (&builder);
}

/* People and scripts name a network as they see it, frontends by its id. Only those that are here: who mistypes would believe
 * to be hidden. */
static gboolean
find_network (GPtrArray *addresses, const char *text, const char **id, GError **error)
{
  *id = NULL;
  if (*text == '\0')
    return TRUE;
  for (guint i = 0; i < addresses->len; i++)
    {
      const PorchNetworkAddress *address = g_ptr_array_index (addresses, i);

      if (*address->network != '\0'
          && (g_strcmp0 (address->network_name, text) == 0 || g_strcmp0 (address->network, text) == 0))
        {
          *id = address->network;
          return TRUE;
        }
    }
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND,
               _ ("There is no network “%s” here. See “porch status” for the names of those that are here."), text);
  return FALSE;
}

static void
on_networks_changed (PorchNetworks *networks, PorchDaemonRoot *self)
{
  PorchBusDaemon *bus = PORCH_BUS_DAEMON (self);
  g_autoptr (GPtrArray) addresses = porch_networks_dup_addresses (networks);

  porch_bus_daemon_set_visibility (bus, visibility_word (networks, addresses));
  porch_bus_daemon_set_visible_until (bus, porch_networks_get_until (networks));
  porch_bus_daemon_set_networks (bus, networks_to_variant (addresses));
  porch_bus_daemon_set_new_networks (bus, new_networks_to_variant (addresses));
}

static void
on_own_id_elsewhere (PorchPeerList *peers, const char *address, PorchDaemonRoot *self)
{
  g_autofree char *warning
      = g_strdup_printf (_ ("The computer at %s has the same key as this one: one of them is a copy of the other's disk. "
                            "On the copy, end Porch and run “porchd --new-identity” once."),
                         address);

  porch_daemon_root_add_warning (self, warning);
}

/* What a write of a property does: checked, then to the engine and into the settings; its change signal comes from there. */

static gboolean
write_name (PorchDaemonRoot *self, GVariant *value, GError **error)
{
  const char *name = g_variant_get_string (value, NULL);

  if (!porch_label_check (name, error) || !porch_daemon_settings_set_name (self->settings, name, error))
    return FALSE;
  g_object_set (self->engine, "name", name, NULL);
  return TRUE;
}

static gboolean
write_download_folder (PorchDaemonRoot *self, GVariant *value, GError **error)
{
  const char *folder = g_variant_get_bytestring (value);
  g_autofree char *now = NULL;

  if (*folder && !porch_daemon_target_check (folder, error))
    return FALSE;
  if (!porch_daemon_settings_set_download_folder (self->settings, folder, error))
    return FALSE;
  now = porch_daemon_settings_dup_download_folder (self->settings);
  g_object_set (self->engine, "download-folder", now, NULL);
  return TRUE;
}

static gboolean
write_max_running (PorchDaemonRoot *self, GVariant *value, GError **error)
{
  guint count = g_variant_get_uint32 (value);

  if (!porch_daemon_settings_set_max_running (self->settings, count, error))
    return FALSE;
  g_object_set (self->engine, "max-running", count, NULL);
  return TRUE;
}

static gboolean
write_max_uploads (PorchDaemonRoot *self, GVariant *value, GError **error)
{
  guint count = g_variant_get_uint32 (value);

  if (!porch_daemon_settings_set_max_uploads (self->settings, count, error))
    return FALSE;
  g_object_set (self->engine, "max-uploads", count, NULL);
  return TRUE;
}

static gboolean
write_limit (PorchDaemonRoot *self, PorchDirection direction, GVariant *value, GError **error)
{
  gint64 rate = g_variant_get_int64 (value);

  return porch_daemon_settings_set_limit (self->settings, direction, rate, error)
         && porch_engine_set_limit (self->engine, NULL, direction, rate, error);
}

static gboolean
write_limit_up (PorchDaemonRoot *self, GVariant *value, GError **error)
{
  return write_limit (self, PORCH_UP, value, error);
}

static gboolean
write_limit_down (PorchDaemonRoot *self, GVariant *value, GError **error)
{
  return write_limit (self, PORCH_DOWN, value, error);
}

static gboolean
write_use_metered (PorchDaemonRoot *self, GVariant *value, GError **error)
{
  gboolean use = g_variant_get_boolean (value);

  if (!porch_daemon_settings_set_use_metered (self->settings, use, error))
    return FALSE;
  porch_daemon_meter_set_use_metered (self->meter, use);
  porch_bus_daemon_set_use_metered (PORCH_BUS_DAEMON (self), use);
  return TRUE;
}

static gboolean
write_auto_accept (PorchDaemonRoot *self, GVariant *value, GError **error)
{
  gboolean accept = g_variant_get_boolean (value);

  if (!porch_daemon_settings_set_auto_accept_trusted (self->settings, accept, error))
    return FALSE;
  g_object_set (self->engine, "auto-accept-trusted", accept, NULL);
  return TRUE;
}

static gboolean
write_who_may_ask (PorchDaemonRoot *self, GVariant *value, GError **error)
{
  const char *who = g_variant_get_string (value, NULL);

  if (!porch_daemon_settings_set_who_may_ask (self->settings, who, error))
    return FALSE;
  g_object_set (self->engine, "trusted-only", g_str_equal (who, "trusted"), NULL);
  return TRUE;
}

static gboolean
write_notifications (PorchDaemonRoot *self, GVariant *value, GError **error)
{
  gboolean notify = g_variant_get_boolean (value);

  if (!porch_daemon_settings_set_notifications (self->settings, notify, error))
    return FALSE;
  porch_bus_daemon_set_notifications (PORCH_BUS_DAEMON (self), notify);
  return TRUE;
}

typedef struct
{
  const char *property;
  gboolean (*write) (PorchDaemonRoot *self, GVariant *value, GError **error);
} Writer;

static const Writer writers[] = {
  { "Name", write_name },
  { "DownloadFolder", write_download_folder },
  { "MaxRunning", write_max_running },
  { "MaxUploads", write_max_uploads },
  { "LimitUp", write_limit_up },
  { "LimitDown", write_limit_down },
  { "UseMetered", write_use_metered },
  { "AutoAcceptTrusted", write_auto_accept },
  { "WhoMayAsk", write_who_may_ask },
  { "Notifications", write_notifications },
};

/* The generated one would take any value and could not refuse. GDBus has checked the type. */
static gboolean
set_property_from_bus (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
                       const char *property, GVariant *value, GError **error, gpointer data)
{
  g_autoptr (GError) refused = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (writers); i++)
    if (strcmp (writers[i].property, property) == 0)
      {
        if (writers[i].write (PORCH_DAEMON_ROOT (data), value, &refused))
          return TRUE;
        g_propagate_error (error, porch_bus_error_translate (refused));
        return FALSE;
      }
  g_set_error (error, G_DBUS_ERROR, G_DBUS_ERROR_PROPERTY_READ_ONLY, "%s is read-only", property);
  return FALSE;
}

static GDBusInterfaceVTable *
porch_daemon_root_get_vtable (GDBusInterfaceSkeleton *skeleton)
{
  static GDBusInterfaceVTable vtable;

  if (vtable.method_call == NULL)
    {
      vtable = *G_DBUS_INTERFACE_SKELETON_CLASS (porch_daemon_root_parent_class)->get_vtable (skeleton);
      vtable.set_property = set_property_from_bus;
    }
  return &vtable;
}

static gboolean
handle_watch (PorchBusDaemon *bus, GDBusMethodInvocation *invocation)
{
  porch_daemon_watchers_add (PORCH_DAEMON_ROOT (bus)->watchers, g_dbus_method_invocation_get_sender (invocation));
  porch_bus_daemon_complete_watch (bus, invocation);
  return TRUE;
}

static gboolean
handle_attend (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, gboolean looks)
{
  porch_daemon_watchers_attend (PORCH_DAEMON_ROOT (bus)->watchers, g_dbus_method_invocation_get_sender (invocation), looks);
  porch_bus_daemon_complete_attend (bus, invocation);
  return TRUE;
}

static gboolean
handle_unwatch (PorchBusDaemon *bus, GDBusMethodInvocation *invocation)
{
  porch_daemon_watchers_remove (PORCH_DAEMON_ROOT (bus)->watchers, g_dbus_method_invocation_get_sender (invocation));
  porch_bus_daemon_complete_unwatch (bus, invocation);
  return TRUE;
}

static gboolean
handle_look_at (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *const *paths)
{
  PorchDaemonRoot *self = PORCH_DAEMON_ROOT (bus);
  g_autoptr (GPtrArray) peers = g_ptr_array_new ();

  for (guint i = 0; paths[i]; i++)
    {
      PorchPeer *peer = porch_daemon_path_lookup_peer (self->engine, paths[i], NULL);

      /* One that has just left is no error. */
      if (peer != NULL && !g_ptr_array_find (peers, peer, NULL) && peers->len < PORCH_MAX_PEERS)
        g_ptr_array_add (peers, peer);
    }
  if (!porch_daemon_watchers_look_at (self->watchers, g_dbus_method_invocation_get_sender (invocation), peers))
    return porch_daemon_reply_error (
        invocation,
        g_error_new_literal (PORCH_ERROR, PORCH_ERROR_INVALID, _ ("Only who watches can look at devices: call Watch first.")));
  porch_bus_daemon_complete_look_at (bus, invocation);
  return TRUE;
}

static gboolean
parse_mode (const char *mode, PorchVisibility *visibility, gint64 *until, GError **error)
{
  *until = 0;
  if (strcmp (mode, "visible") == 0)
    *visibility = PORCH_VISIBILITY_VISIBLE;
  else if (strcmp (mode, "hidden") == 0)
    *visibility = PORCH_VISIBILITY_HIDDEN;
  else if (strcmp (mode, "always") == 0)
    *visibility = PORCH_VISIBILITY_ALWAYS;
  else if (strcmp (mode, "10min") == 0)
    {
      *visibility = PORCH_VISIBILITY_VISIBLE;
      *until = g_get_real_time () / G_USEC_PER_SEC + TEN_MINUTES_S;
    }
  else
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID,
                   _ ("Visibility is “visible”, “10min”, “hidden” or “always”, not “%s”."), mode);
      return FALSE;
    }
  return TRUE;
}

static gboolean
handle_set_visibility (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *network, const char *mode)
{
  PorchDaemonRoot *self = PORCH_DAEMON_ROOT (bus);
  PorchNetworks *networks = porch_engine_get_networks (self->engine);
  g_autoptr (GPtrArray) addresses = porch_networks_dup_addresses (networks);
  PorchVisibility visibility;
  const char *id = NULL;
  gint64 until;
  GError *error = NULL;

  if (!parse_mode (mode, &visibility, &until, &error) || (*network && !porch_daemon_root_check_begun (self, &error))
      || !find_network (addresses, network, &id, &error))
    return porch_daemon_reply_error (invocation, error);
  if (!(porch_engine_get_held (self->engine) ? porch_engine_begin (self->engine, visibility, until, &error)
                                             : porch_networks_set_visibility (networks, id, visibility, until, &error)))
    return porch_daemon_reply_error (invocation, error);
  /* "changed" is debounced; whoever asked sees the new value with the answer. */
  on_networks_changed (networks, self);
  porch_bus_daemon_complete_set_visibility (bus, invocation);
  return TRUE;
}

static gboolean
handle_quit (PorchBusDaemon *bus, GDBusMethodInvocation *invocation)
{
  porch_bus_daemon_complete_quit (bus, invocation);
  g_signal_emit (bus, signals[QUIT], 0);
  return TRUE;
}

static void
porch_daemon_root_dispose (GObject *object)
{
  PorchDaemonRoot *self = PORCH_DAEMON_ROOT (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->pairings);
  g_clear_object (&self->watchers);
  g_clear_object (&self->meter);
  g_clear_object (&self->settings);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (porch_daemon_root_parent_class)->dispose (object);
}

static void
porch_daemon_root_finalize (GObject *object)
{
  PorchDaemonRoot *self = PORCH_DAEMON_ROOT (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->warnings, g_ptr_array_unref);
  g_clear_pointer (&self->found, g_ptr_array_unref);
  G_OBJECT_CLASS (porch_daemon_root_parent_class)->finalize (object);
}

static void
porch_daemon_root_class_init (PorchDaemonRootClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_daemon_root_dispose;
  G_OBJECT_CLASS (klass)->finalize = porch_daemon_root_finalize;
  G_DBUS_INTERFACE_SKELETON_CLASS (klass)->get_vtable = porch_daemon_root_get_vtable;
  signals[QUIT] = g_signal_new ("quit", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
porch_daemon_root_iface_init (PorchBusDaemonIface *iface)
{
  iface->handle_watch = handle_watch;
  iface->handle_unwatch = handle_unwatch;
  iface->handle_look_at = handle_look_at;
  iface->handle_attend = handle_attend;
  iface->handle_connect = porch_daemon_call_connect;
  iface->handle_find_peer = porch_daemon_call_find_peer;
  iface->handle_add_share = porch_daemon_call_add_share;
  iface->handle_list_shares = porch_daemon_call_list_shares;
  iface->handle_list = porch_daemon_call_list;
  iface->handle_content_id = porch_daemon_call_content_id;
  iface->handle_get = porch_daemon_call_get;
  iface->handle_send = porch_daemon_call_send;
  iface->handle_hand_out = porch_daemon_call_hand_out;
  iface->handle_join = porch_daemon_call_join;
  iface->handle_take_hand_out = porch_daemon_call_take_hand_out;
  iface->handle_pair = porch_daemon_call_pair;
  iface->handle_set_visibility = handle_set_visibility;
  iface->handle_quit = handle_quit;
}

static void
porch_daemon_root_init (PorchDaemonRoot *self)
{
  self->cancellable = g_cancellable_new ();
  self->warnings = g_ptr_array_new_with_free_func (g_free);
}

static char *
dup_confinement (void)
{
  int abi = porch_confinement_abi ();

  return abi > 0 ? g_strdup_printf ("landlock %d", abi) : g_strdup ("none");
}

/* Both screens are told what became of a code that came with something sent. */
static void
on_desk_passive (PorchPairingDesk *desk, const PorchDeviceId *peer, const char *tag, PorchPairingState state,
                 PorchDaemonRoot *self)
{
  g_autofree char *path = porch_daemon_path_of_device (peer);

  if (state == PORCH_PAIRING_DONE || state == PORCH_PAIRING_MISMATCH || state == PORCH_PAIRING_FAILED)
    porch_bus_daemon_emit_code_compared (PORCH_BUS_DAEMON (self), path,
                                         state == PORCH_PAIRING_DONE       ? "done"
                                         : state == PORCH_PAIRING_MISMATCH ? "mismatch"
                                                                           : "failed");
}

PorchDaemonRoot *
porch_daemon_root_new (PorchEngine *engine, PorchDaemonSettings *settings, PorchDaemonWatchers *watchers,
                       PorchDaemonMeter *meter, PorchDaemonExports *pairings, const char *state_folder)
{
  PorchDaemonRoot *self = g_object_new (PORCH_TYPE_DAEMON_ROOT, NULL);
  PorchBusDaemon *bus = PORCH_BUS_DAEMON (self);
  g_autofree char *id = porch_device_id_to_string (porch_identity_get_id (porch_engine_get_identity (engine)));
  g_autofree char *confinement = dup_confinement ();

  self->engine = g_object_ref (engine);
  self->settings = g_object_ref (settings);
  self->watchers = g_object_ref (watchers);
  self->pairings = g_object_ref (pairings);
  self->meter = g_object_ref (meter);
  porch_bus_daemon_set_version (bus, PORCH_VERSION);
  porch_bus_daemon_set_sandbox (bus, porch_sandbox_kind ());
  porch_bus_daemon_set_id (bus, id);
  porch_bus_daemon_set_confinement (bus, confinement);
  porch_bus_daemon_set_state_folder (bus, state_folder);
  porch_bus_daemon_set_notifications (bus, porch_daemon_settings_get_notifications (settings));
  porch_bus_daemon_set_use_metered (bus, porch_daemon_settings_get_use_metered (settings));
  g_object_bind_property (meter, "metered", self, "metered", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (engine, "notify", G_CALLBACK (on_engine_notify), self, 0);
  g_signal_connect_object (porch_engine_get_discovery (engine), "notify", G_CALLBACK (on_discovery_notify), self, 0);
  g_signal_connect_object (porch_engine_get_networks (engine), "changed", G_CALLBACK (on_networks_changed), self, 0);
  g_signal_connect_object (porch_engine_get_peers (engine), "own-id-elsewhere", G_CALLBACK (on_own_id_elsewhere), self, 0);
  g_signal_connect_object (porch_engine_get_pairings (engine), "passive", G_CALLBACK (on_desk_passive), self, 0);
  on_engine_notify (engine, NULL, self);
  on_discovery_notify (porch_engine_get_discovery (engine), NULL, self);
  on_networks_changed (porch_engine_get_networks (engine), self);
  return self;
}

void
porch_daemon_root_add_warning (PorchDaemonRoot *self, const char *warning)
{
  if (g_ptr_array_find_with_equal_func (self->warnings, warning, g_str_equal, NULL))
    return;
  g_warning ("%s", warning);
  g_ptr_array_add (self->warnings, g_strdup (warning));
  publish_warnings (self);
}

PorchEngine *
porch_daemon_root_get_engine (PorchDaemonRoot *self)
{
  return self->engine;
}

PorchDaemonExports *
porch_daemon_root_get_pairings (PorchDaemonRoot *self)
{
  return self->pairings;
}

gboolean
porch_daemon_root_check_begun (PorchDaemonRoot *self, GError **error)
{
  if (!porch_engine_get_held (self->engine))
    return TRUE;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED,
               _ ("Porch waits for its first start: choose in its window who can see you, or run “porch visibility visible”."));
  return FALSE;
}

void
porch_daemon_root_take_found (PorchDaemonRoot *self, GPtrArray *found)
{
  g_clear_pointer (&self->found, g_ptr_array_unref);
  self->found = found;
  self->found_at = g_get_monotonic_time ();
}

GPtrArray *
porch_daemon_root_get_found (PorchDaemonRoot *self)
{
  return self->found != NULL && g_get_monotonic_time () - self->found_at < FOUND_LIFE_US ? self->found : NULL;
}

GCancellable *
porch_daemon_root_get_cancellable (PorchDaemonRoot *self)
{
  return self->cancellable;
}
