/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A device that does nothing but discovery, for the tests of it: prints what its peer list sees, one line an event with the monotonic
 * clock (which all namespaces share), and takes commands on its standard input:
 *   watch | unwatch | name NAME | port N | visible | hidden | auto | trust ID | list | quit
 * discover FOLDER NAME auto|avahi|embedded|off auto|visible|hidden|always [PORT]   (PORT: default 47317; answers TCP, speaks no TLS) */
#include "config.h"

#include <glib-unix.h>
#include <stdio.h>
#include <string.h>

#include "discovery/porch-discovery.h"
#include "discovery/porch-peer-list.h"
#include "porch-limits.h"

typedef struct {
  GMainLoop       *loop;
  PorchIdentity   *identity;
  PorchStore      *store;
  PorchTrustTable *trust;
  PorchNetworks   *networks;
  PorchPeerList   *peers;
  PorchDiscovery  *discovery;
  GSocketService  *listener;
  char            *name;
  guint16          port;
} Device;

static void say (const char *format, ...) G_GNUC_PRINTF (1, 2);

static void
say (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  printf ("%.4f %s\n", g_get_monotonic_time () / 1e6, text);
  fflush (stdout);
}

static void
say_peer (const char *event, PorchPeer *peer)
{
  g_auto (GStrv) addresses = porch_peer_dup_address_strings (peer);
  g_autofree char *joined = g_strjoinv (",", addresses);

  say ("%s %s online=%d trust=%d addresses=%s name=%s", event, porch_peer_get_key (peer), porch_peer_get_online (peer),
       porch_peer_get_trust (peer), joined, porch_peer_get_name (peer));
}

static void
on_peer_notify (PorchPeer *peer, GParamSpec *pspec, gpointer data)
{
  if (!g_str_equal (pspec->name, "last-seen"))
    say_peer (pspec->name, peer);
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  if (removed)
    say ("removed %u", g_list_model_get_n_items (model));
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (PorchPeer) peer = g_list_model_get_item (model, position + i);

      g_signal_connect (peer, "notify", G_CALLBACK (on_peer_notify), NULL);
      say_peer ("added", peer);
    }
}

static void
on_networks_changed (PorchNetworks *networks, gpointer data)
{
  g_autoptr (GPtrArray) addresses = porch_networks_dup_addresses (networks);
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < addresses->len; i++)
    {
      const PorchNetworkAddress *address = addresses->pdata[i];
      g_autofree char *text = g_inet_address_to_string (address->address);

      g_string_append_printf (line, " %s:%s:%s:%s", address->interface, text, address->visible ? "visible" : "hidden", address->network);
    }
  say ("networks%s", line->str);
}

static void
on_in_use (PorchDiscovery *discovery, GParamSpec *pspec, gpointer data)
{
  say ("in-use %s", porch_discovery_get_in_use (discovery));
}

static void
on_clone (PorchPeerList *peers, const char *address, gpointer data)
{
  say ("own-id-elsewhere %s", address);
}

static void
publish (Device *device)
{
  porch_discovery_publish (device->discovery, porch_identity_get_id (device->identity), device->name, "desktop", device->port);
}

static void
list_peers (Device *device)
{
  guint count = g_list_model_get_n_items (G_LIST_MODEL (device->peers));

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (PorchPeer) peer = g_list_model_get_item (G_LIST_MODEL (device->peers), i);

      say_peer ("peer", peer);
    }
  say ("listed %u", count);
}

static void
set_visibility (Device *device, PorchVisibility visibility)
{
  g_autoptr (GError) error = NULL;

  if (!porch_networks_set_visibility (device->networks, NULL, visibility, 0, &error))
    say ("error %s", error->message);
}

static void
do_command (Device *device, char *line)
{
  PorchDeviceId id;

  if (g_str_equal (line, "watch"))
    porch_peer_list_watch (device->peers);
  else if (g_str_equal (line, "unwatch"))
    porch_peer_list_unwatch (device->peers);
  else if (g_str_equal (line, "visible"))
    set_visibility (device, PORCH_VISIBILITY_VISIBLE);
  else if (g_str_equal (line, "hidden"))
    set_visibility (device, PORCH_VISIBILITY_HIDDEN);
  else if (g_str_equal (line, "auto"))
    set_visibility (device, PORCH_VISIBILITY_AUTO);
  else if (g_str_has_prefix (line, "name "))
    {
      g_free (device->name);
      device->name = g_strdup (line + 5);
      publish (device);
    }
  else if (g_str_has_prefix (line, "trust ") && porch_device_id_parse (line + 6, &id))
    porch_trust_table_set (device->trust, &id, PORCH_TRUST_TRUSTED, NULL);
  else if (g_str_equal (line, "list"))
    list_peers (device);
  else if (g_str_equal (line, "quit"))
    g_main_loop_quit (device->loop);
  else
    say ("error unknown command");
}

static gboolean
on_input (GIOChannel *channel, GIOCondition condition, gpointer data)
{
  Device *device = data;
  g_autofree char *line = NULL;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    {
      g_main_loop_quit (device->loop);
      return G_SOURCE_REMOVE;
    }
  do_command (device, g_strstrip (line));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_term (gpointer data)
{
  g_main_loop_quit (((Device *) data)->loop);
  return G_SOURCE_CONTINUE;
}

static guint
choose (const char *text, const char *const *words)
{
  for (guint i = 0; words[i]; i++)
    {
      if (g_str_equal (text, words[i]))
        return i;
    }
  g_error ("%s is none of the words that are possible here", text);
}

static gboolean
make_device (Device *device, char **argv, GError **error)
{
  static const char *const modes[] = { "auto", "avahi", "embedded", "off", NULL };
  static const char *const visibilities[] = { "auto", "visible", "hidden", "always", NULL };
  g_autofree char *database = g_build_filename (argv[1], "porch.db", NULL);

  g_mkdir_with_parents (argv[1], 0700);
  device->name = g_strdup (argv[2]);
  device->port = argv[5] ? atoi (argv[5]) : PORCH_DEFAULT_PORT;
  device->identity = porch_identity_load (argv[1], error);
  device->store = device->identity ? porch_store_new (database, NULL, error) : NULL;
  device->trust = device->store ? porch_trust_table_new (device->store, error) : NULL;
  device->listener = device->trust ? g_socket_service_new () : NULL;
  if (!device->listener || !g_socket_listener_add_inet_port (G_SOCKET_LISTENER (device->listener), device->port, NULL, error))
    return FALSE;
  device->networks = porch_networks_new (device->store, choose (argv[4], visibilities), error);
  if (!device->networks)
    return FALSE;
  g_signal_connect (device->networks, "changed", G_CALLBACK (on_networks_changed), NULL);
  device->peers = porch_peer_list_new (device->identity, device->trust);
  g_signal_connect (device->peers, "items-changed", G_CALLBACK (on_items_changed), NULL);
  g_signal_connect (device->peers, "own-id-elsewhere", G_CALLBACK (on_clone), NULL);
  device->discovery = porch_discovery_new (choose (argv[3], modes), device->networks, device->peers);
  g_signal_connect (device->discovery, "notify::in-use", G_CALLBACK (on_in_use), NULL);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  g_autofree char *id = NULL;
  Device device = { .loop = g_main_loop_new (NULL, FALSE) };

  if (argc < 5)
    {
      fputs ("see the top of discover.c\n", stderr);
      return 2;
    }
  if (!make_device (&device, argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  id = porch_device_id_to_string (porch_identity_get_id (device.identity));
  say ("start %s in-use=%s", id, porch_discovery_get_in_use (device.discovery));
  publish (&device);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, on_input, &device);
  g_unix_signal_add (SIGTERM, on_term, &device);
  g_main_loop_run (device.loop);
  say ("stop");
  porch_peer_list_say_goodbye (device.peers, 300);
  g_socket_listener_close (G_SOCKET_LISTENER (device.listener));
  porch_discovery_stop (device.discovery);
  say ("stopped");
  g_object_unref (device.discovery);
  g_object_unref (device.peers);
  g_object_unref (device.networks);
  g_object_unref (device.listener);
  g_object_unref (device.trust);
  g_object_unref (device.store);
  g_object_unref (device.identity);
  g_main_loop_unref (device.loop);
  g_free (device.name);
  return 0;
}
