/* SPDX-License-Identifier: GPL-3.0-or-later */
/* watch: what happens, a line for each event as it comes, until Ctrl+C. */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>

#include "porch-cli-format.h"
#include "porch-cli-peer.h"
#include "porch-cli-transfer.h"
#include "verbs.h"

/* Progress of one transfer is told at most this often, and to scripts only. */
#define PROGRESS_US G_USEC_PER_SEC

typedef struct {
  PorchCli   *cli;
  GMainLoop  *loop;
  GHashTable *progress; /* object path → monotonic time of the last one */
} Watch;

static void
tell (Watch *watch, const char *words)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");

  if (watch->cli->json)
    return;
  printf ("%s  %s\n", time, words);
  fflush (stdout);
}

/* An object per line: {"event":…, "time":…, and what it is about}. */
static JsonBuilder *
begin_event (const char *event)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  porch_cli_json_string (builder, "event", event);
  porch_cli_json_int (builder, "time", g_get_real_time () / G_USEC_PER_SEC);
  return builder;
}

static void
end_event (Watch *watch, JsonBuilder *builder)
{
  json_builder_end_object (builder);
  if (watch->cli->json)
    porch_cli_print_json (builder, TRUE);
}

static void
tell_peer (Watch *watch, PorchBusPeer *peer, const char *event, const char *words)
{
  g_autoptr (JsonBuilder) builder = begin_event (event);

  json_builder_set_member_name (builder, "peer");
  porch_cli_peer_to_json (peer, builder);
  end_event (watch, builder);
  tell (watch, words);
}

static void
tell_presence (Watch *watch, PorchBusPeer *peer)
{
  gboolean online = porch_bus_peer_get_online (peer);
  g_autofree char *name = porch_cli_peer_shown (peer);
  g_autofree char *words = g_strdup_printf (online ? _ ("%s is here") : _ ("%s has left"), name);

  tell_peer (watch, peer, online ? "peer-online" : "peer-offline", words);
}

static void
tell_trust (Watch *watch, PorchBusPeer *peer)
{
  const char *trust = porch_bus_peer_get_trust (peer);
  g_autofree char *name = porch_cli_peer_shown (peer);
  g_autofree char *words = g_strdup_printf (g_strcmp0 (trust, "trusted") == 0   ? _ ("%s is now trusted")
                                            : g_strcmp0 (trust, "blocked") == 0 ? _ ("%s is now blocked")
                                                                                : _ ("%s is no longer trusted"),
                                            name);

  tell_peer (watch, peer, "peer-trust", words);
}

static void
tell_removed_peer (Watch *watch, PorchBusPeer *peer)
{
  g_autofree char *name = porch_cli_peer_shown (peer);
  g_autofree char *words = g_strdup_printf (_ ("%s is no longer listed"), name);

  tell_peer (watch, peer, "peer-removed", words);
}

static void
tell_transfer (Watch *watch, PorchBusTransfer *transfer, const char *event)
{
  g_autofree char *line = porch_cli_transfer_line (transfer, G_MAXINT);
  g_autoptr (JsonBuilder) builder = begin_event (event);

  json_builder_set_member_name (builder, "transfer");
  porch_cli_transfer_to_json (transfer, builder);
  end_event (watch, builder);
  if (g_strcmp0 (event, "transfer-progress") != 0)
    tell (watch, line);
}

static void
tell_progress (Watch *watch, PorchBusTransfer *transfer)
{
  const char *path = g_dbus_proxy_get_object_path (G_DBUS_PROXY (transfer));
  gint64 now = g_get_monotonic_time (), *last = g_hash_table_lookup (watch->progress, path);

  if (last != NULL && now - *last < PROGRESS_US)
    return;
  last = g_new (gint64, 1);
  *last = now;
  g_hash_table_insert (watch->progress, g_strdup (path), last);
  tell_transfer (watch, transfer, "transfer-progress");
}

static void
tell_offer (Watch *watch, PorchBusOffer *offer)
{
  const char *state = porch_bus_offer_get_state (offer);
  const char *code = porch_bus_offer_get_code (offer);
  g_autofree char *peer = porch_cli_shown (porch_bus_offer_get_peer_name (offer)), *size = g_format_size (porch_bus_offer_get_bytes (offer));
  g_autofree char *words = NULL;
  gint64 files = porch_bus_offer_get_files (offer);
  g_autoptr (JsonBuilder) builder = begin_event ("offer");

  porch_cli_json_string (builder, "id", porch_bus_offer_get_id (offer));
  porch_cli_json_text (builder, "peer", porch_bus_offer_get_peer_name (offer));
  porch_cli_json_string (builder, "kind", porch_bus_offer_get_kind (offer));
  porch_cli_json_string (builder, "state", state);
  porch_cli_json_int (builder, "files", files);
  porch_cli_json_int (builder, "bytes", porch_bus_offer_get_bytes (offer));
  porch_cli_json_string (builder, "code", code);
  end_event (watch, builder);
  if (g_strcmp0 (state, "pending") != 0)
    return;
  if (g_strcmp0 (porch_bus_offer_get_kind (offer), "text") == 0)
    words = g_strdup_printf (_ ("%s sent you a text: porch accept %.8s"), peer, porch_bus_offer_get_id (offer));
  else
    words = g_strdup_printf (ngettext ("%s wants to send you %lld file (%s): porch accept %.8s",
                                       "%s wants to send you %lld files (%s): porch accept %.8s", (gulong) files),
                             peer, (long long) files, size, porch_bus_offer_get_id (offer));
  tell (watch, words);
}

static void
tell_pairing (Watch *watch, PorchBusPairing *pairing)
{
  g_autofree char *peer = porch_cli_shown (porch_bus_pairing_get_peer_name (pairing)), *words = NULL;
  const char *state = porch_bus_pairing_get_state (pairing), *code = porch_bus_pairing_get_code (pairing);
  g_autoptr (JsonBuilder) builder = begin_event ("pairing");

  porch_cli_json_text (builder, "peer", porch_bus_pairing_get_peer_name (pairing));
  porch_cli_json_string (builder, "state", state);
  porch_cli_json_string (builder, "code", code);
  porch_cli_json_bool (builder, "initiator", porch_bus_pairing_get_initiator (pairing));
  end_event (watch, builder);
  if (g_strcmp0 (state, "comparing") != 0 || porch_bus_pairing_get_initiator (pairing))
    return;
  words = g_strdup_printf (_ ("%s wants to be trusted, with the code %s; to compare it: porch pair “%s”"), peer, code, peer);
  tell (watch, words);
}

static void
tell_share (Watch *watch, PorchBusShare *share, const char *event)
{
  g_autofree char *name = porch_cli_shown (porch_bus_share_get_name (share));
  g_autofree char *words = g_strdup_printf (g_str_equal (event, "share-added")     ? _ ("“%s” is shared")
                                            : g_str_equal (event, "share-removed") ? _ ("“%s” is no longer shared")
                                                                                   : _ ("“%s” has changed"),
                                            name);
  g_autoptr (JsonBuilder) builder = begin_event (event);

  porch_cli_json_string (builder, "id", porch_bus_share_get_id (share));
  porch_cli_json_text (builder, "name", porch_bus_share_get_name (share));
  porch_cli_json_string (builder, "state", porch_bus_share_get_state (share));
  porch_cli_json_bool (builder, "active", porch_bus_share_get_active (share));
  end_event (watch, builder);
  tell (watch, words);
}

static void
on_objects_interface_added (GDBusObjectManager *objects, GDBusObject *object, GDBusInterface *interface, gpointer data)
{
  Watch *watch = data;

  if (PORCH_BUS_IS_PEER (interface) && porch_bus_peer_get_online (PORCH_BUS_PEER (interface)))
    tell_presence (watch, PORCH_BUS_PEER (interface));
  else if (PORCH_BUS_IS_OFFER (interface))
    tell_offer (watch, PORCH_BUS_OFFER (interface));
  else if (PORCH_BUS_IS_TRANSFER (interface))
    tell_transfer (watch, PORCH_BUS_TRANSFER (interface), "transfer");
  else if (PORCH_BUS_IS_PAIRING (interface))
    tell_pairing (watch, PORCH_BUS_PAIRING (interface));
  else if (PORCH_BUS_IS_SHARE (interface))
    tell_share (watch, PORCH_BUS_SHARE (interface), "share-added");
}

static void
on_objects_interface_removed (GDBusObjectManager *objects, GDBusObject *object, GDBusInterface *interface, gpointer data)
{
  Watch *watch = data;

  if (PORCH_BUS_IS_PEER (interface))
    tell_removed_peer (watch, PORCH_BUS_PEER (interface));
  else if (PORCH_BUS_IS_SHARE (interface))
    tell_share (watch, PORCH_BUS_SHARE (interface), "share-removed");
  else if (PORCH_BUS_IS_TRANSFER (interface))
    g_hash_table_remove (watch->progress, g_dbus_proxy_get_object_path (G_DBUS_PROXY (interface)));
}

static void
on_objects_added (GDBusObjectManager *objects, GDBusObject *object, gpointer data)
{
  g_autolist (GDBusInterface) interfaces = g_dbus_object_get_interfaces (object);

  for (GList *l = interfaces; l != NULL; l = l->next)
    on_objects_interface_added (objects, object, l->data, data);
}

static void
on_objects_removed (GDBusObjectManager *objects, GDBusObject *object, gpointer data)
{
  g_autolist (GDBusInterface) interfaces = g_dbus_object_get_interfaces (object);

  for (GList *l = interfaces; l != NULL; l = l->next)
    on_objects_interface_removed (objects, object, l->data, data);
}

static gboolean
has (GVariant *changed, const char *property)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (changed, property, NULL);

  return value != NULL;
}

static void
on_objects_properties_changed (GDBusObjectManagerClient *objects, GDBusObjectProxy *object, GDBusProxy *proxy, GVariant *changed,
                               const char *const *invalidated, gpointer data)
{
  Watch *watch = data;

  if (PORCH_BUS_IS_PEER (proxy) && has (changed, "Online"))
    tell_presence (watch, PORCH_BUS_PEER (proxy));
  if (PORCH_BUS_IS_PEER (proxy) && has (changed, "Trust"))
    tell_trust (watch, PORCH_BUS_PEER (proxy));
  if (PORCH_BUS_IS_OFFER (proxy) && has (changed, "State"))
    tell_offer (watch, PORCH_BUS_OFFER (proxy));
  if (PORCH_BUS_IS_PAIRING (proxy) && has (changed, "State"))
    tell_pairing (watch, PORCH_BUS_PAIRING (proxy));
  if (PORCH_BUS_IS_SHARE (proxy) && (has (changed, "State") || has (changed, "Active")))
    tell_share (watch, PORCH_BUS_SHARE (proxy), "share-changed");
  if (PORCH_BUS_IS_TRANSFER (proxy) && has (changed, "State"))
    tell_transfer (watch, PORCH_BUS_TRANSFER (proxy), "transfer");
  else if (PORCH_BUS_IS_TRANSFER (proxy) && has (changed, "BytesDone"))
    tell_progress (watch, PORCH_BUS_TRANSFER (proxy));
}

static void
on_daemon_owner_changed (GDBusProxy *daemon, GParamSpec *pspec, gpointer data)
{
  g_autofree char *owner = g_dbus_proxy_get_name_owner (daemon);
  g_autoptr (JsonBuilder) builder = begin_event (owner ? "daemon-started" : "daemon-stopped");
  Watch *watch = data;

  end_event (watch, builder);
  tell (watch, owner ? _ ("Porch's background service runs again") : _ ("Porch's background service ended"));
  if (owner != NULL)
    porch_bus_daemon_call_watch (watch->cli->daemon, NULL, NULL, NULL);
}

/* People see where things stand before the first event; scripts have other verbs for it. */
static void
tell_now (Watch *watch)
{
  PorchBusDaemon *daemon = watch->cli->daemon;
  g_autoptr (GPtrArray) peers = porch_cli_list_peers (watch->cli, NULL);
  g_autoptr (GPtrArray) shares = porch_cli_list (watch->cli, "Share", NULL);
  g_autoptr (GPtrArray) transfers = porch_cli_list_transfers (watch->cli, NULL);
  g_autofree char *name = porch_cli_shown (porch_bus_daemon_get_name (daemon)), *self = NULL;

  if (watch->cli->json)
    return;
  /* Translators: a device's name, its id, visible or hidden */
  self = g_strdup_printf (_ ("This is %s (%.16s), %s"), name, porch_bus_daemon_get_id (daemon), porch_bus_daemon_get_visibility (daemon));
  tell (watch, self);
  for (guint i = 0; peers != NULL && i < peers->len; i++)
    if (porch_bus_peer_get_online (peers->pdata[i]))
      tell_presence (watch, peers->pdata[i]);
  for (guint i = 0; shares != NULL && i < shares->len; i++)
    tell_share (watch, shares->pdata[i], "share-added");
  for (guint i = 0; transfers != NULL && i < transfers->len; i++)
    if (!porch_cli_transfer_is_over (transfers->pdata[i]))
      tell_transfer (watch, transfers->pdata[i], "transfer");
}

static gboolean
on_stop (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static PorchCliExit
run_watch (PorchCli *self, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GHashTable) progress = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Watch watch = { self, loop, progress };
  GDBusObjectManager *objects = porch_cli_get_objects (self, error);

  if (objects == NULL || !porch_bus_daemon_call_watch_sync (self->daemon, NULL, error))
    return PORCH_CLI_FAILED;
  g_signal_connect (objects, "object-added", G_CALLBACK (on_objects_added), &watch);
  g_signal_connect (objects, "object-removed", G_CALLBACK (on_objects_removed), &watch);
  g_signal_connect (objects, "interface-added", G_CALLBACK (on_objects_interface_added), &watch);
  g_signal_connect (objects, "interface-removed", G_CALLBACK (on_objects_interface_removed), &watch);
  g_signal_connect (objects, "interface-proxy-properties-changed", G_CALLBACK (on_objects_properties_changed), &watch);
  g_signal_connect (self->daemon, "notify::g-name-owner", G_CALLBACK (on_daemon_owner_changed), &watch);
  g_unix_signal_add (SIGINT, on_stop, loop);
  g_unix_signal_add (SIGTERM, on_stop, loop);
  porch_cli_say (self, _ ("Watching; Ctrl+C ends it."));
  tell_now (&watch);
  g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (objects, &watch);
  g_signal_handlers_disconnect_by_data (self->daemon, &watch);
  return PORCH_CLI_DONE;
}

PorchCliExit
porch_cli_verb_watch (PorchCli *self, char **args, GError **error)
{
  gboolean table = FALSE;
  const GOptionEntry entries[] = {
    { "table", 0, 0, G_OPTION_ARG_NONE, &table, N_ ("Who and what is there, as a table that keeps itself up to date"), NULL },
    { NULL },
  };
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, entries, 0, 0, error))
    return PORCH_CLI_FAILED;
  if (table && (self->json || !self->out_is_terminal))
    {
      porch_cli_set_usage_error (error, _ ("--table needs a terminal."));
      return PORCH_CLI_FAILED;
    }
  if (!porch_cli_connect (self, error))
    return PORCH_CLI_FAILED;
  return table ? porch_cli_run_view (self, error) : run_watch (self, error);
}
