/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole device without a bus, for the tests of discovery: prints what its peer list sees, one line an event with the monotonic clock
 * (which all namespaces share), and takes commands on its standard input:
 *   watch | unwatch | name NAME | visible | hidden | auto | trust ID | block ID | connect ADDRESS | list | quit
 * discover FOLDER NAME auto|avahi|embedded|off auto|visible|hidden|always [PORT] */
#include "config.h"

#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identity/porch-pin-database.h"
#include "porch-engine.h"

typedef struct {
  GMainLoop   *loop;
  PorchEngine *engine;
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
  printf ("%.6f %s\n", g_get_monotonic_time () / 1e6, text);
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
list_peers (Device *device)
{
  guint count = g_list_model_get_n_items (G_LIST_MODEL (porch_engine_get_peers (device->engine)));

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (PorchPeer) peer = g_list_model_get_item (G_LIST_MODEL (porch_engine_get_peers (device->engine)), i);

      say_peer ("peer", peer);
    }
  say ("listed %u", count);
}

static void
set_visibility (Device *device, PorchVisibility visibility)
{
  g_autoptr (GError) error = NULL;

  if (!porch_networks_set_visibility (porch_engine_get_networks (device->engine), NULL, visibility, 0, &error))
    say ("error %s", error->message);
}

static void
on_connect_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchPeer) peer = porch_peer_list_connect_finish (PORCH_PEER_LIST (source), result, &error);

  if (peer)
    say_peer ("connected", peer);
  else
    say ("error %s", error->message);
}

static void
set_trust (Device *device, const char *text, PorchTrust trust)
{
  g_autoptr (GError) error = NULL;
  PorchDeviceId id;

  if (!porch_device_id_parse (text, &id))
    say ("error no id");
  else if (!porch_engine_set_trust (device->engine, &id, trust, &error))
    say ("error %s", error->message);
}

static gboolean
do_visibility (Device *device, const char *line)
{
  static const char *const words[] = { "auto", "visible", "hidden", NULL };

  for (guint i = 0; words[i]; i++)
    {
      if (!g_str_equal (line, words[i]))
        continue;
      set_visibility (device, i);
      return TRUE;
    }
  return FALSE;
}

static void
do_command (Device *device, char *line)
{
  PorchPeerList *peers = porch_engine_get_peers (device->engine);

  if (g_str_equal (line, "watch"))
    porch_peer_list_watch (peers);
  else if (g_str_equal (line, "unwatch"))
    porch_peer_list_unwatch (peers);
  else if (g_str_has_prefix (line, "name "))
    g_object_set (device->engine, "name", line + 5, NULL);
  else if (g_str_has_prefix (line, "trust "))
    set_trust (device, line + 6, PORCH_TRUST_TRUSTED);
  else if (g_str_has_prefix (line, "block "))
    set_trust (device, line + 6, PORCH_TRUST_BLOCKED);
  else if (g_str_has_prefix (line, "connect "))
    porch_peer_list_connect_async (peers, line + 8, NULL, on_connect_ready, NULL);
  else if (g_str_equal (line, "list"))
    list_peers (device);
  else if (g_str_equal (line, "quit"))
    g_main_loop_quit (device->loop);
  else if (!do_visibility (device, line))
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

static PorchEngine *
make_engine (char **argv, GError **error)
{
  static const char *const modes[] = { "auto", "avahi", "embedded", "off", NULL };
  static const char *const visibilities[] = { "auto", "visible", "hidden", "always", NULL };
  const PorchEngineOptions options = { .state_folder = argv[1],
                                       .name = argv[2],
                                       .chassis = "desktop",
                                       .download_folder = argv[1],
                                       .port = argv[5] ? atoi (argv[5]) : 0,
                                       .discovery = choose (argv[3], modes),
                                       .visibility = choose (argv[4], visibilities) };
  PorchEngine *engine = porch_engine_new (&options, error);
  PorchDiscovery *discovery = engine ? porch_engine_get_discovery (engine) : NULL;

  if (!engine)
    return NULL;
  g_signal_connect (porch_engine_get_networks (engine), "changed", G_CALLBACK (on_networks_changed), NULL);
  g_signal_connect (porch_engine_get_peers (engine), "items-changed", G_CALLBACK (on_items_changed), NULL);
  g_signal_connect (porch_engine_get_peers (engine), "own-id-elsewhere", G_CALLBACK (on_clone), NULL);
  g_signal_connect (discovery, "notify::in-use", G_CALLBACK (on_in_use), NULL);
  /* Known ones are there from the start. */
  on_items_changed (G_LIST_MODEL (porch_engine_get_peers (engine)), 0, 0,
                    g_list_model_get_n_items (G_LIST_MODEL (porch_engine_get_peers (engine))), NULL);
  return engine;
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
  porch_tls_setup ();
  device.engine = make_engine (argv, &error);
  if (!device.engine || !porch_engine_start (device.engine, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  id = porch_device_id_to_string (porch_identity_get_id (porch_engine_get_identity (device.engine)));
  g_unix_signal_add (SIGTERM, on_term, &device);
  say ("start %s in-use=%s", id, porch_discovery_get_in_use (porch_engine_get_discovery (device.engine)));
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, on_input, &device);
  g_main_loop_run (device.loop);
  say ("stop");
  porch_engine_stop (device.engine);
  say ("stopped");
  g_object_unref (device.engine);
  g_main_loop_unref (device.loop);
  return 0;
}
