/* SPDX-License-Identifier: GPL-3.0-or-later */
/* peers, connect: who is there. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "porch-cli-peer.h"
#include "verbs.h"

/* A daemon that was started for this very question has not looked around yet (the embedded responder needs 1.9 s). */
#define FIRST_LOOK_MS 2500

static gboolean
on_looked (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static void
let_it_look (PorchCli *self)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  if (self->started_daemon == 0)
    return;
  porch_bus_daemon_call_watch_sync (self->daemon, NULL, NULL);
  g_timeout_add (FIRST_LOOK_MS, on_looked, loop);
  g_main_loop_run (loop);
}

static void
add_row (PorchCliTable *table, PorchBusPeer *peer)
{
  const char *id = porch_bus_peer_get_id (peer);
  const char *const *addresses = porch_bus_peer_get_addresses (peer);
  const char *trust = porch_bus_peer_get_trust (peer);

  porch_cli_table_take (table, porch_cli_peer_shown (peer));
  porch_cli_table_add (table, porch_bus_peer_get_online (peer) ? _ ("here") : _ ("away"));
  porch_cli_table_add (table, g_strcmp0 (trust, "trusted") == 0   ? _ ("trusted")
                              : g_strcmp0 (trust, "blocked") == 0 ? _ ("blocked")
                                                                  : _ ("not trusted"));
  porch_cli_table_take (table, g_strndup (id ? id : "", PORCH_CLI_SURE_DIGITS));
  porch_cli_table_take (table, porch_cli_shown (addresses && addresses[0] ? addresses[0] : ""));
}

static void
print_peers (PorchCli *self, GPtrArray *peers)
{
  /* Translators: headings of a table, separated by | */
  g_autoptr (PorchCliTable) table = porch_cli_table_new (_ ("Name|Where|Trust|Id|Address"));

  for (guint i = 0; i < peers->len; i++)
    add_row (table, peers->pdata[i]);
  porch_cli_print_table (self, table,
                         _ ("Nobody is here. Is the other computer on, on this network, and visible? “porch connect ADDRESS” adds one by hand."));
}

PorchCliExit
porch_cli_verb_peers (PorchCli *self, char **args, GError **error)
{
  g_autoptr (GPtrArray) peers = NULL;
  g_auto (GStrv) rest = g_strdupv (args);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!porch_cli_parse (self, &rest, NULL, 0, 0, error) || !porch_cli_connect (self, error))
    return PORCH_CLI_FAILED;
  let_it_look (self);
  peers = porch_cli_list_peers (self, error);
  if (peers == NULL)
    return PORCH_CLI_FAILED;
  if (!self->json)
    {
      print_peers (self, peers);
      return PORCH_CLI_DONE;
    }
  json_builder_begin_array (builder);
  for (guint i = 0; i < peers->len; i++)
    porch_cli_peer_to_json (peers->pdata[i], builder);
  json_builder_end_array (builder);
  porch_cli_print_json (builder, FALSE);
  return PORCH_CLI_DONE;
}

PorchCliExit
porch_cli_verb_connect (PorchCli *self, char **args, GError **error)
{
  g_autofree char *path = NULL, *shown = NULL;
  g_autoptr (PorchBusPeer) peer = NULL;
  g_auto (GStrv) rest = g_strdupv (args);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) reason = NULL;

  if (!porch_cli_parse (self, &rest, NULL, 1, 1, error) || !porch_cli_connect (self, error))
    return PORCH_CLI_FAILED;
  if (!porch_bus_daemon_call_connect_sync (self->daemon, rest[0], &path, NULL, &reason))
    {
      if (g_error_matches (reason, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_FOUND))
        reason->domain = PORCH_CLI_NO_PEER;
      g_propagate_error (error, g_steal_pointer (&reason));
      return PORCH_CLI_FAILED;
    }
  peer = porch_cli_peer_at (self, path, error);
  if (peer == NULL)
    return PORCH_CLI_FAILED;
  if (self->json)
    {
      porch_cli_peer_to_json (peer, builder);
      porch_cli_print_json (builder, FALSE);
      return PORCH_CLI_DONE;
    }
  shown = porch_cli_peer_shown (peer);
  printf (_ ("%s is at %s (id %s).\n"), shown, rest[0], porch_bus_peer_get_id (peer));
  return PORCH_CLI_DONE;
}
