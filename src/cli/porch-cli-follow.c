/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting for transfers with a progress line for each on a terminal. Ctrl+C cancels: who stops a command means the work; who wants it to
 * go on says --detach. */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#include "porch-cli-transfer.h"

#define REDRAW_MS 100

typedef struct {
  PorchCli  *cli;
  GMainLoop *loop;
  GPtrArray *transfers; /* PorchBusTransfer */
  GPtrArray *said;      /* the state of each that was last printed where there is no terminal */
  gboolean   synced;
  gboolean   interrupted;
  gboolean   left;      /* a second Ctrl+C, or the daemon has gone */
  guint      drawn;     /* lines on the terminal that the next drawing replaces */
  guint      redraw;
} Follow;

static gboolean
is_finished (Follow *follow, PorchBusTransfer *transfer)
{
  if (porch_cli_transfer_is_over (transfer))
    return TRUE;
  return !follow->synced && g_strcmp0 (porch_bus_transfer_get_state (transfer), "settling") == 0;
}

static gboolean
all_finished (Follow *follow)
{
  for (guint i = 0; i < follow->transfers->len; i++)
    if (!is_finished (follow, follow->transfers->pdata[i]))
      return FALSE;
  return TRUE;
}

static void
draw_lines (Follow *follow)
{
  int width = porch_cli_terminal_width (STDERR_FILENO);

  if (follow->drawn > 0)
    fprintf (stderr, "\033[%uA", follow->drawn);
  for (guint i = 0; i < follow->transfers->len; i++)
    {
      g_autofree char *line = porch_cli_transfer_line (follow->transfers->pdata[i], width - 1);
      fprintf (stderr, "\r\033[K%s\n", line);
    }
  follow->drawn = follow->transfers->len;
  fflush (stderr);
}

/* Without a terminal: a line when something needs a person or patience, none for progress. */
static void
say_states (Follow *follow)
{
  for (guint i = 0; i < follow->transfers->len; i++)
    {
      PorchBusTransfer *transfer = follow->transfers->pdata[i];
      const char *state = porch_bus_transfer_get_state (transfer);
      static const char *const told[] = { "waiting", "queued", "stalled", "paused", NULL };

      if (state == NULL || !g_strv_contains (told, state))
        continue;
      /* Each one stands in line for a moment; only a real line is worth a word. */
      if (g_str_equal (state, "queued") && porch_bus_transfer_get_queue_position (transfer) == 0)
        continue;
      g_autofree char *line = porch_cli_transfer_line (transfer, G_MAXINT);
      if (g_strcmp0 (follow->said->pdata[i], line) == 0)
        continue;
      porch_cli_say (follow->cli, "%s", line);
      g_free (follow->said->pdata[i]);
      follow->said->pdata[i] = g_steal_pointer (&line);
    }
}

static gboolean
on_redraw (gpointer data)
{
  Follow *follow = data;

  follow->redraw = 0;
  if (follow->cli->json)
    return G_SOURCE_REMOVE;
  if (follow->cli->err_is_terminal)
    draw_lines (follow);
  else
    say_states (follow);
  return G_SOURCE_REMOVE;
}

static void
on_transfer_changed (GDBusProxy *proxy, GVariant *changed, GStrv invalidated, gpointer data)
{
  Follow *follow = data;

  if (follow->redraw == 0)
    follow->redraw = g_timeout_add (REDRAW_MS, on_redraw, follow);
  if (all_finished (follow))
    g_main_loop_quit (follow->loop);
}

static void
on_transfer_owner_changed (GDBusProxy *proxy, GParamSpec *pspec, gpointer data)
{
  g_autofree char *owner = g_dbus_proxy_get_name_owner (proxy);
  Follow *follow = data;

  if (owner == NULL)
    {
      follow->left = TRUE;
      g_main_loop_quit (follow->loop);
    }
}

static gboolean
on_interrupt (gpointer data)
{
  Follow *follow = data;

  if (follow->interrupted)
    {
      follow->left = TRUE;
      g_main_loop_quit (follow->loop);
      return G_SOURCE_CONTINUE;
    }
  follow->interrupted = TRUE;
  for (guint i = 0; i < follow->transfers->len; i++)
    if (!porch_cli_transfer_is_over (follow->transfers->pdata[i]))
      porch_bus_transfer_call_cancel (follow->transfers->pdata[i], NULL, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static void
print_problems (Follow *follow, PorchBusTransfer *transfer)
{
  GVariant *problems = porch_bus_transfer_get_problems (transfer);
  guint count = porch_bus_transfer_get_problem_count (transfer);
  const char *path, *message;
  GVariantIter iter;

  if (problems == NULL || count == 0)
    return;
  g_variant_iter_init (&iter, problems);
  while (g_variant_iter_next (&iter, "(&s&s)", &path, &message))
    {
      g_autofree char *path_shown = porch_cli_shown (path), *message_shown = porch_cli_shown (message);
      porch_cli_say (follow->cli, "porch: %s: %s", path_shown, message_shown);
    }
  if (count > g_variant_n_children (problems))
    porch_cli_say (follow->cli, ngettext ("porch: and %u more problem", "porch: and %u more problems", count - g_variant_n_children (problems)),
                   (guint) (count - g_variant_n_children (problems)));
}

static void
print_end (Follow *follow, PorchBusTransfer *transfer)
{
  const char *const *results = porch_bus_transfer_get_results (transfer);
  const char *state = porch_bus_transfer_get_state (transfer);

  print_problems (follow, transfer);
  if (g_strcmp0 (state, "done") != 0 && g_strcmp0 (state, "settling") != 0)
    {
      g_autofree char *title = porch_cli_shown (porch_bus_transfer_get_title (transfer));
      g_autofree char *peer = porch_cli_shown (porch_bus_transfer_get_peer_name (transfer));
      g_autofree char *words = porch_cli_transfer_state_shown (transfer);

      porch_cli_say (follow->cli, "porch: %s (%s): %s", title, peer, words);
    }
  /* Where things are now: what a script or the next command wants to know. */
  for (guint i = 0; results != NULL && results[i] != NULL; i++)
    {
      g_autofree char *shown = follow->cli->out_is_terminal ? porch_cli_shown (results[i]) : g_strdup (results[i]);
      puts (shown);
    }
}

static PorchCliExit
finish (Follow *follow)
{
  PorchCliExit exit = PORCH_CLI_DONE;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (follow->cli->err_is_terminal && !follow->cli->json)
    draw_lines (follow);
  json_builder_begin_array (builder);
  for (guint i = 0; i < follow->transfers->len; i++)
    {
      PorchBusTransfer *transfer = follow->transfers->pdata[i];

      if (follow->cli->json)
        porch_cli_transfer_to_json (transfer, builder);
      else
        print_end (follow, transfer);
      if (exit == PORCH_CLI_DONE)
        exit = porch_cli_transfer_exit (transfer);
    }
  json_builder_end_array (builder);
  if (follow->cli->json)
    porch_cli_print_json (builder, FALSE);
  if (follow->interrupted)
    porch_cli_say (follow->cli, _ ("Stopped. With --detach a transfer goes on by itself; “porch transfers” shows it."));
  return exit;
}

static gboolean
add_all (Follow *follow, GPtrArray *paths, GError **error)
{
  for (guint i = 0; i < paths->len; i++)
    {
      PorchBusTransfer *transfer = porch_cli_transfer_at (follow->cli, paths->pdata[i], error);

      if (transfer == NULL)
        return FALSE;
      g_ptr_array_add (follow->transfers, transfer);
      g_ptr_array_add (follow->said, NULL);
      g_signal_connect (transfer, "g-properties-changed", G_CALLBACK (on_transfer_changed), follow);
      g_signal_connect (transfer, "notify::g-name-owner", G_CALLBACK (on_transfer_owner_changed), follow);
    }
  return TRUE;
}

PorchCliExit
porch_cli_follow (PorchCli *self, GPtrArray *paths, gboolean synced, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GPtrArray) transfers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  Follow follow = { .cli = self, .loop = loop, .transfers = transfers, .said = said, .synced = synced };
  PorchCliExit exit = PORCH_CLI_FAILED;
  guint interrupt;

  if (!add_all (&follow, paths, error))
    return PORCH_CLI_FAILED;
  interrupt = g_unix_signal_add (SIGINT, on_interrupt, &follow);
  on_redraw (&follow);
  if (!all_finished (&follow))
    g_main_loop_run (loop);
  g_source_remove (interrupt);
  g_clear_handle_id (&follow.redraw, g_source_remove);
  for (guint i = 0; i < transfers->len; i++)
    g_signal_handlers_disconnect_by_data (transfers->pdata[i], &follow);
  if (follow.left && !follow.interrupted)
    g_set_error_literal (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_FAILED,
                         _ ("Porch's background service ended. What was running goes on when it runs again."));
  else
    exit = finish (&follow);
  return follow.left ? PORCH_CLI_FAILED : exit;
}

PorchCliExit
porch_cli_leave (PorchCli *self, GPtrArray *paths, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < paths->len; i++)
    {
      g_autoptr (PorchBusTransfer) transfer = porch_cli_transfer_at (self, paths->pdata[i], error);

      if (transfer == NULL)
        return PORCH_CLI_FAILED;
      porch_cli_transfer_to_json (transfer, builder);
      if (!self->json)
        printf ("%s\n", porch_bus_transfer_get_id (transfer));
    }
  json_builder_end_array (builder);
  if (self->json)
    porch_cli_print_json (builder, FALSE);
  porch_cli_say (self, _ ("It goes on by itself; “porch transfers” shows how far it is."));
  return PORCH_CLI_DONE;
}
