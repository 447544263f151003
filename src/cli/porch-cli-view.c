/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `watch --table`: who I am, who is here, what I share, what waits for me, what moves. Drawn anew when something changed, at most four
 * times a second. */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#include "porch-cli-format.h"
#include "porch-cli-peer.h"
#include "porch-cli-transfer.h"
#include "verbs.h"

#define REDRAW_MS 250
/* Ended transfers that stay in sight. */
#define SHOWN_ENDED 5
#define INDENT "  "

typedef struct {
  PorchCli  *cli;
  GMainLoop *loop;
  guint      redraw;
} View;

static void
append_heading (GString *text, const char *heading)
{
  g_string_append_printf (text, "\n\033[1m%s\033[0m\n", heading);
}

static void
append_self (GString *text, PorchBusDaemon *daemon)
{
  g_autofree char *owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (daemon));
  g_autofree char *name = porch_cli_shown (porch_bus_daemon_get_name (daemon));
  const char *id = porch_bus_daemon_get_id (daemon);
  const char *visibility = porch_bus_daemon_get_visibility (daemon), *discovery = porch_bus_daemon_get_discovery (daemon);

  if (owner == NULL)
    {
      g_string_append (text, _ ("Porch's background service has ended.\n"));
      return;
    }
  g_string_append_printf (text, "\033[1m%s\033[0m  %.16s\n", name, id ? id : "");
  /* Translators: visible or hidden; the port; avahi or embedded */
  g_string_append_printf (text, _ ("%s · port %u · discovery: %s\n"), visibility ? visibility : "", porch_bus_daemon_get_port (daemon),
                          discovery ? discovery : "");
}

static void
append_line (GString *text, char *line, int width)
{
  g_autofree char *own = line;
  g_autofree char *cut = porch_cli_text_cut (own, width - (int) sizeof INDENT);

  g_string_append_printf (text, INDENT "%s\n", cut);
}

static void
append_peers (GString *text, GPtrArray *peers, int width)
{
  append_heading (text, _ ("Neighbors"));
  for (guint i = 0; i < peers->len; i++)
    {
      const char *trust = porch_bus_peer_get_trust (peers->pdata[i]);
      const char *id = porch_bus_peer_get_id (peers->pdata[i]);
      g_autofree char *name = porch_cli_peer_shown (peers->pdata[i]);
      gboolean online = porch_bus_peer_get_online (peers->pdata[i]);

      append_line (text,
                   g_strdup_printf ("%s %s  %.16s  %s", online ? "●" : "○", name, id ? id : "",
                                    g_strcmp0 (trust, "trusted") == 0 ? _ ("trusted") : _ ("not trusted")),
                   width);
    }
  if (peers->len == 0)
    append_line (text, g_strdup (_ ("Nobody yet. Start Porch on another computer of this network, or: porch connect ADDRESS")), width);
}

static void
append_shares (GString *text, GPtrArray *shares, int width)
{
  append_heading (text, _ ("Folders You Share"));
  for (guint i = 0; i < shares->len; i++)
    {
      g_autofree char *name = porch_cli_shown (porch_bus_share_get_name (shares->pdata[i]));
      g_autofree char *path = porch_cli_shown (porch_bus_share_get_shown_path (shares->pdata[i]));
      const char *audience = porch_bus_share_get_audience (shares->pdata[i]);

      append_line (text, g_strdup_printf ("%s  (%s)  %s", name, audience ? audience : "", path), width);
    }
  if (shares->len == 0)
    append_line (text, g_strdup (_ ("None. To share one: porch share add FOLDER --audience trusted")), width);
}

static void
append_offers (GString *text, GPtrArray *offers, int width)
{
  gboolean any = FALSE;

  for (guint i = 0; i < offers->len; i++)
    {
      PorchBusOffer *offer = offers->pdata[i];
      g_autofree char *peer = porch_cli_shown (porch_bus_offer_get_peer_name (offer)), *code = porch_cli_shown (porch_bus_offer_get_code (offer));
      g_autofree char *size = g_format_size (porch_bus_offer_get_bytes (offer));
      const char *id = porch_bus_offer_get_id (offer);

      if (g_strcmp0 (porch_bus_offer_get_state (offer), "pending") != 0)
        continue;
      if (!any)
        append_heading (text, _ ("Requests"));
      any = TRUE;
      /* Translators: from whom, how much, a comparison code, an id */
      append_line (text, g_strdup_printf (_ ("%s  %s  %s  → porch accept %.8s"), peer, size, code, id ? id : ""), width);
    }
}

static void
append_transfers (GString *text, GPtrArray *transfers, int width)
{
  guint ended = 0, skip;

  append_heading (text, _ ("Transfers"));
  for (guint i = 0; i < transfers->len; i++)
    ended += porch_cli_transfer_is_over (transfers->pdata[i]);
  skip = ended > SHOWN_ENDED ? ended - SHOWN_ENDED : 0;
  for (guint i = 0; i < transfers->len; i++)
    {
      if (skip > 0 && porch_cli_transfer_is_over (transfers->pdata[i]))
        skip--;
      else
        append_line (text, porch_cli_transfer_line (transfers->pdata[i], width), width);
    }
  if (transfers->len == 0)
    append_line (text, g_strdup (_ ("Nothing moves.")), width);
}

static void
draw (View *view)
{
  g_autoptr (GPtrArray) peers = porch_cli_list_peers (view->cli, NULL);
  g_autoptr (GPtrArray) shares = porch_cli_list (view->cli, "Share", NULL);
  g_autoptr (GPtrArray) offers = porch_cli_list (view->cli, "Offer", NULL);
  g_autoptr (GPtrArray) transfers = porch_cli_list_transfers (view->cli, NULL);
  g_autoptr (GString) text = g_string_new ("\033[H\033[J");
  int width = porch_cli_terminal_width (STDOUT_FILENO);

  append_self (text, view->cli->daemon);
  append_peers (text, peers, width);
  append_shares (text, shares, width);
  append_offers (text, offers, width);
  append_transfers (text, transfers, width);
  g_string_append_printf (text, "\n%s\n", _ ("Ctrl+C ends this view."));
  fputs (text->str, stdout);
  fflush (stdout);
}

static gboolean
on_redraw (gpointer data)
{
  View *view = data;

  view->redraw = 0;
  draw (view);
  return G_SOURCE_REMOVE;
}

/* Whatever changed: the handlers' arguments differ, so it is connected swapped. */
static void
on_anything_changed (View *view)
{
  if (view->redraw == 0)
    view->redraw = g_timeout_add (REDRAW_MS, on_redraw, view);
}

static gboolean
on_resize (gpointer data)
{
  on_anything_changed (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_stop (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

PorchCliExit
porch_cli_run_view (PorchCli *self, GError **error)
{
  static const char *const signals[]
      = { "object-added", "object-removed", "interface-added", "interface-removed", "interface-proxy-properties-changed" };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  View view = { self, loop, 0 };
  GDBusObjectManager *objects = porch_cli_get_objects (self, error);

  if (objects == NULL || !porch_bus_daemon_call_watch_sync (self->daemon, NULL, error))
    return PORCH_CLI_FAILED;
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_swapped (objects, signals[i], G_CALLBACK (on_anything_changed), &view);
  g_signal_connect_swapped (self->daemon, "g-properties-changed", G_CALLBACK (on_anything_changed), &view);
  g_signal_connect_swapped (self->daemon, "notify::g-name-owner", G_CALLBACK (on_anything_changed), &view);
  g_unix_signal_add (SIGINT, on_stop, loop);
  g_unix_signal_add (SIGTERM, on_stop, loop);
  g_unix_signal_add (SIGWINCH, on_resize, &view);
  fputs ("\033[?1049h\033[?25l", stdout); /* another screen, so that what was on this one is there afterwards; no cursor */
  draw (&view);
  g_main_loop_run (loop);
  fputs ("\033[?25h\033[?1049l", stdout);
  g_clear_handle_id (&view.redraw, g_source_remove);
  g_signal_handlers_disconnect_by_data (objects, &view);
  g_signal_handlers_disconnect_by_data (self->daemon, &view);
  return PORCH_CLI_DONE;
}
