/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "porch-cli-peer.h"

/* How long a daemon that just started may take to see who is there: 0.9 s by Avahi, 1.9 s by the embedded responder. */
#define FIRST_LOOK_US (4 * G_USEC_PER_SEC)
#define RETRY_US (G_USEC_PER_SEC / 5)

G_DEFINE_QUARK (porch-cli-no-peer, porch_cli_no_peer)

static gboolean
may_still_appear (PorchCli *self, const GError *error)
{
  return g_error_matches (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_FOUND) && self->started_daemon > 0
         && g_get_monotonic_time () < self->started_daemon + FIRST_LOOK_US;
}

PorchBusPeer *
porch_cli_find_peer (PorchCli *self, const char *text, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *path = NULL;

  while (!porch_bus_daemon_call_find_peer_sync (self->daemon, text, &path, NULL, &reason) && may_still_appear (self, reason))
    {
      g_clear_error (&reason);
      g_usleep (RETRY_US);
    }
  if (path != NULL)
    return porch_cli_peer_at (self, path, error);
  if (g_error_matches (reason, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_FOUND))
    reason->domain = PORCH_CLI_NO_PEER;
  g_propagate_error (error, g_steal_pointer (&reason));
  return NULL;
}

PorchBusPeer *
porch_cli_peer_at (PorchCli *self, const char *path, GError **error)
{
  PorchBusPeer *peer
      = porch_bus_peer_proxy_new_sync (self->bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, PORCH_BUS_NAME, path, NULL, error);

  if (peer != NULL)
    g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (peer), g_dbus_proxy_get_default_timeout (G_DBUS_PROXY (self->daemon)));
  return peer;
}

static int
trust_rank (PorchBusPeer *peer)
{
  const char *trust = porch_bus_peer_get_trust (peer);

  return g_strcmp0 (trust, "trusted") == 0 ? 0 : g_strcmp0 (trust, "blocked") == 0 ? 2 : 1;
}

static int
compare_peers (gconstpointer a, gconstpointer b)
{
  PorchBusPeer *one = *(PorchBusPeer **) a, *other = *(PorchBusPeer **) b;
  int order = trust_rank (one) - trust_rank (other);
  const char *name = porch_bus_peer_get_name (one), *other_name = porch_bus_peer_get_name (other);

  if (order == 0)
    order = g_utf8_collate (name ? name : "", other_name ? other_name : "");
  return order ? order : g_strcmp0 (porch_bus_peer_get_id (one), porch_bus_peer_get_id (other));
}

GPtrArray *
porch_cli_list_peers (PorchCli *self, GError **error)
{
  GPtrArray *peers = porch_cli_list (self, "Peer", error);

  if (peers != NULL)
    g_ptr_array_sort (peers, compare_peers);
  return peers;
}

char *
porch_cli_peer_shown (PorchBusPeer *peer)
{
  g_autofree char *name = porch_cli_shown (porch_bus_peer_get_name (peer));

  /* Translators: a device that bears the name of another one that is trusted */
  return porch_bus_peer_get_name_clash (peer) ? g_strdup_printf (_ ("%s (unverified)"), name) : g_steal_pointer (&name);
}

void
porch_cli_peer_to_json (PorchBusPeer *peer, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  porch_cli_json_string (builder, "id", porch_bus_peer_get_id (peer));
  porch_cli_json_text (builder, "name", porch_bus_peer_get_name (peer));
  porch_cli_json_bool (builder, "online", porch_bus_peer_get_online (peer));
  porch_cli_json_string (builder, "trust", porch_bus_peer_get_trust (peer));
  porch_cli_json_strv (builder, "addresses", porch_bus_peer_get_addresses (peer));
  porch_cli_json_string (builder, "chassis", porch_bus_peer_get_chassis (peer));
  porch_cli_json_time (builder, "last_seen", porch_bus_peer_get_last_seen (peer));
  porch_cli_json_bool (builder, "name_clash", porch_bus_peer_get_name_clash (peer));
  porch_cli_json_bool (builder, "auto_accept", porch_bus_peer_get_auto_accept (peer));
  porch_cli_json_bool (builder, "remembered", porch_bus_peer_get_remembered (peer));
  json_builder_end_object (builder);
}

gboolean
porch_cli_is_sure_id (const char *typed)
{
  gsize length = strlen (typed);

  return length >= PORCH_CLI_SURE_DIGITS && strspn (typed, "0123456789abcdefABCDEF") == length;
}
