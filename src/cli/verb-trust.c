/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trust, untrust, block, unblock, forget, autoaccept: who may do what, by hand. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "porch-cli-peer.h"
#include "verbs.h"

#define WHOLE_ID_DIGITS 64

typedef gboolean (*PeerCall) (PorchBusPeer *peer, GCancellable *cancellable, GError **error);

/* Translators: %s is a device's name */
static char *
question (PorchBusPeer *peer, gboolean trust)
{
  g_autofree char *name = porch_cli_peer_shown (peer);

  return g_strdup_printf (trust ? _ ("Trust %s? Compare the id with the other screen first.") : _ ("Block %s?"), name);
}

/* A short prefix can be ground and a name can be taken: for a device that is not trusted, either enough digits or a person's eyes. */
static gboolean
is_meant (PorchCli *self, PorchBusPeer *peer, const char *typed, gboolean trust, GError **error)
{
  g_autofree char *name = porch_cli_peer_shown (peer), *asked = NULL;

  if (g_strcmp0 (porch_bus_peer_get_trust (peer), "trusted") == 0 || porch_cli_is_sure_id (typed))
    return TRUE;
  if (!isatty (STDIN_FILENO) || !self->err_is_terminal)
    {
      g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_ALLOWED,
                   _ ("“%s” is not enough to name a device that is not trusted: type at least %d digits of its id (%s)."), name,
                   PORCH_CLI_SURE_DIGITS, porch_bus_peer_get_id (peer));
      return FALSE;
    }
  fprintf (stderr, _ ("%s has the id %s.\n"), name, porch_bus_peer_get_id (peer));
  asked = question (peer, trust);
  if (porch_cli_ask (asked))
    return TRUE;
  g_set_error_literal (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_DECLINED, _ ("Nothing was changed."));
  return FALSE;
}

static PorchCliExit
report (PorchCli *self, PorchBusPeer *peer, GError **error)
{
  g_autoptr (PorchBusPeer) fresh = porch_cli_peer_at (self, g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)), error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *name = NULL;

  if (fresh == NULL)
    return PORCH_CLI_FAILED;
  if (self->json)
    {
      porch_cli_peer_to_json (fresh, builder);
      porch_cli_print_json (builder, FALSE);
      return PORCH_CLI_DONE;
    }
  name = porch_cli_peer_shown (fresh);
  porch_cli_say (self,
                 g_strcmp0 (porch_bus_peer_get_trust (fresh), "trusted") == 0   ? _ ("%s is trusted.")
                 : g_strcmp0 (porch_bus_peer_get_trust (fresh), "blocked") == 0 ? _ ("%s is blocked.")
                                                                                : _ ("%s is neither trusted nor blocked."),
                 name);
  return PORCH_CLI_DONE;
}

static PorchCliExit
change (PorchCli *self, char **args, PeerCall call, gboolean must_be_meant, GError **error)
{
  g_autoptr (PorchBusPeer) peer = NULL;
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, NULL, 1, 1, error) || !porch_cli_connect (self, error)
      || (peer = porch_cli_find_peer (self, rest[0], error)) == NULL
      || (must_be_meant && !is_meant (self, peer, rest[0], FALSE, error)) || !call (peer, NULL, error))
    return PORCH_CLI_FAILED;
  return report (self, peer, error);
}

/* While only half of an id is proved, the device is asked for the whole of it before it is trusted; what was typed must fit. */
PorchCliExit
porch_cli_verb_trust (PorchCli *self, char **args, GError **error)
{
  g_autoptr (PorchBusPeer) peer = NULL;
  g_autofree char *id = NULL, *typed = NULL;
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, NULL, 1, 1, error) || !porch_cli_connect (self, error)
      || (peer = porch_cli_find_peer (self, rest[0], error)) == NULL)
    return PORCH_CLI_FAILED;
  id = porch_bus_peer_dup_id (peer);
  if (strlen (id) < WHOLE_ID_DIGITS)
    {
      g_clear_pointer (&id, g_free);
      if (!porch_bus_peer_call_verify_sync (peer, &id, NULL, error))
        return PORCH_CLI_FAILED;
    }
  typed = g_ascii_strdown (rest[0], -1);
  if (porch_cli_is_sure_id (typed) && !g_str_has_prefix (id, typed))
    {
      g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_UNVERIFIED, _ ("The device that answers has the id %s, not %s; it is not trusted."), id, typed);
      return PORCH_CLI_FAILED;
    }
  if (!is_meant (self, peer, typed, TRUE, error)
      || !porch_bus_peer_call_make_trusted_sync (peer, NULL, error))
    return PORCH_CLI_FAILED;
  return report (self, peer, error);
}

PorchCliExit
porch_cli_verb_untrust (PorchCli *self, char **args, GError **error)
{
  return change (self, args, porch_bus_peer_call_untrust_sync, FALSE, error);
}

PorchCliExit
porch_cli_verb_block (PorchCli *self, char **args, GError **error)
{
  return change (self, args, porch_bus_peer_call_block_sync, TRUE, error);
}

PorchCliExit
porch_cli_verb_unblock (PorchCli *self, char **args, GError **error)
{
  return change (self, args, porch_bus_peer_call_unblock_sync, FALSE, error);
}

/* Printed as it was: what follows may be that it is no longer listed. */
PorchCliExit
porch_cli_verb_forget (PorchCli *self, char **args, GError **error)
{
  g_autoptr (PorchBusPeer) peer = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *name = NULL;
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, NULL, 1, 1, error) || !porch_cli_connect (self, error)
      || (peer = porch_cli_find_peer (self, rest[0], error)) == NULL)
    return PORCH_CLI_FAILED;
  name = porch_cli_peer_shown (peer);
  porch_cli_peer_to_json (peer, builder);
  if (!porch_bus_peer_call_forget_sync (peer, NULL, error))
    return PORCH_CLI_FAILED;
  if (self->json)
    porch_cli_print_json (builder, FALSE);
  else
    porch_cli_say (self, _ ("%s is forgotten."), name);
  return PORCH_CLI_DONE;
}

static PorchCliExit
report_auto_accept (PorchCli *self, PorchBusPeer *peer, GError **error)
{
  g_autoptr (PorchBusPeer) fresh = porch_cli_peer_at (self, g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)), error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *name = NULL;

  if (fresh == NULL)
    return PORCH_CLI_FAILED;
  name = porch_cli_peer_shown (fresh);
  if (self->json)
    {
      porch_cli_peer_to_json (fresh, builder);
      porch_cli_print_json (builder, FALSE);
    }
  else
    {
      porch_cli_say (self,
                     porch_bus_peer_get_auto_accept (fresh)
                         ? _ ("What %s sends is accepted without asking, up to 4 GiB at a time.")
                         : _ ("You are asked before something from %s is accepted."),
                     name);
    }
  return PORCH_CLI_DONE;
}

PorchCliExit
porch_cli_verb_autoaccept (PorchCli *self, char **args, GError **error)
{
  g_autoptr (PorchBusPeer) peer = NULL;
  g_auto (GStrv) rest = g_strdupv (args);
  gboolean on;

  if (!porch_cli_parse (self, &rest, NULL, 1, 2, error))
    return PORCH_CLI_FAILED;
  on = g_strcmp0 (rest[1], "on") == 0;
  if (rest[1] != NULL && !on && strcmp (rest[1], "off") != 0)
    {
      porch_cli_set_usage_error (error, _ ("“%s” is neither “on” nor “off”."), rest[1]);
      return PORCH_CLI_FAILED;
    }
  if (!porch_cli_connect (self, error) || (peer = porch_cli_find_peer (self, rest[0], error)) == NULL
      || (rest[1] != NULL && !porch_bus_peer_call_set_auto_accept_sync (peer, on, NULL, error)))
    return PORCH_CLI_FAILED;
  return report_auto_accept (self, peer, error);
}
