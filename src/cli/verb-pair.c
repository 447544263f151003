/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pair: two people compare a code on two screens. Whoever types it first starts, the other one joins with the same verb. */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>

#include "porch-cli-peer.h"
#include "verbs.h"

typedef struct {
  GMainLoop       *loop;
  PorchBusPairing *pairing;
  const char      *leave; /* the state that is waited out */
} Wait;

static PorchBusPairing *
pairing_at (PorchCli *self, const char *path, GError **error)
{
  return porch_bus_pairing_proxy_new_sync (self->bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, PORCH_BUS_NAME, path, NULL, error);
}

static gboolean
is_state (PorchBusPairing *pairing, const char *state)
{
  return g_strcmp0 (porch_bus_pairing_get_state (pairing), state) == 0;
}

/* The other side began: its code waits for us. (transfer full) (nullable) */
static PorchBusPairing *
find_running (PorchCli *self, PorchBusPeer *peer)
{
  g_autoptr (GPtrArray) pairings = porch_cli_list (self, "Pairing", NULL);

  for (guint i = 0; pairings != NULL && i < pairings->len; i++)
    if (g_strcmp0 (porch_bus_pairing_get_peer (pairings->pdata[i]), g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer))) == 0
        && (is_state (pairings->pdata[i], "comparing") || is_state (pairings->pdata[i], "starting")))
      return pairing_at (self, g_dbus_proxy_get_object_path (pairings->pdata[i]), NULL);
  return NULL;
}

static void
on_pairing_changed (Wait *wait)
{
  g_autofree char *owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (wait->pairing));

  if (owner == NULL || !is_state (wait->pairing, wait->leave))
    g_main_loop_quit (wait->loop);
}

static gboolean
on_interrupt (gpointer data)
{
  Wait *wait = data;

  porch_bus_pairing_call_cancel_sync (wait->pairing, NULL, NULL);
  g_main_loop_quit (wait->loop);
  return G_SOURCE_CONTINUE;
}

static void
wait_out (PorchBusPairing *pairing, const char *state)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Wait wait = { loop, pairing, state };
  guint interrupt;

  if (!is_state (pairing, state))
    return;
  interrupt = g_unix_signal_add (SIGINT, on_interrupt, &wait);
  g_signal_connect_swapped (pairing, "g-properties-changed", G_CALLBACK (on_pairing_changed), &wait);
  g_signal_connect_swapped (pairing, "notify::g-name-owner", G_CALLBACK (on_pairing_changed), &wait);
  g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (pairing, &wait);
  g_source_remove (interrupt);
}

static gboolean
compare (PorchBusPairing *pairing, PorchBusPeer *peer, GError **error)
{
  g_autofree char *name = porch_cli_peer_shown (peer);
  g_autofree char *question = NULL;

  fprintf (stderr, _ ("\n    %s\n\nThis is the code for %s (id %.32s…).\n"), porch_bus_pairing_get_code (pairing), name,
           porch_bus_peer_get_id (peer));
  question = g_strdup_printf (_ ("Does the screen of %s show the same code?"), name);
  return porch_bus_pairing_call_confirm_sync (pairing, porch_cli_ask (question), NULL, error);
}

static PorchCliExit
report (PorchCli *self, PorchBusPairing *pairing, PorchBusPeer *peer, GError **error)
{
  g_autofree char *name = porch_cli_peer_shown (peer), *reason = porch_cli_shown (porch_bus_pairing_get_error_message (pairing));
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  porch_cli_json_text (builder, "peer", porch_bus_peer_get_name (peer));
  porch_cli_json_string (builder, "peer_id", porch_bus_peer_get_id (peer));
  porch_cli_json_string (builder, "state", porch_bus_pairing_get_state (pairing));
  porch_cli_json_string (builder, "code", porch_bus_pairing_get_code (pairing));
  json_builder_end_object (builder);
  if (is_state (pairing, "done"))
    {
      if (self->json)
        porch_cli_print_json (builder, FALSE);
      porch_cli_say (self, _ ("%s is trusted now."), name);
      return PORCH_CLI_DONE;
    }
  if (is_state (pairing, "mismatch"))
    g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_DECLINED, _ ("The codes differ, or somebody said so: %s is not trusted."), name);
  else
    g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_FAILED, *reason ? "%s" : _ ("It ended before both people had compared the code; nobody is trusted by it."),
                 reason);
  return PORCH_CLI_FAILED;
}

PorchCliExit
porch_cli_verb_pair (PorchCli *self, char **args, GError **error)
{
  g_autoptr (PorchBusPeer) peer = NULL;
  g_autoptr (PorchBusPairing) pairing = NULL;
  g_autofree char *path = NULL;
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, NULL, 1, 1, error) || !porch_cli_connect (self, error)
      || (peer = porch_cli_find_peer (self, rest[0], error)) == NULL)
    return PORCH_CLI_FAILED;
  pairing = find_running (self, peer);
  if (pairing == NULL
      && (!porch_bus_daemon_call_pair_sync (self->daemon, g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)), &path, NULL, error)
          || (pairing = pairing_at (self, path, error)) == NULL))
    return PORCH_CLI_FAILED;
  wait_out (pairing, "starting");
  if (is_state (pairing, "comparing") && !compare (pairing, peer, error))
    return PORCH_CLI_FAILED;
  wait_out (pairing, "comparing");
  if (is_state (pairing, "waiting"))
    porch_cli_say (self, _ ("Waiting for the other side…"));
  wait_out (pairing, "waiting");
  return report (self, pairing, peer, error);
}
