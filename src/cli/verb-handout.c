/* SPDX-License-Identifier: GPL-3.0-or-later */
/* handout: files for whoever types a number, until it is ended. */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "porch-bus-files.h"
#include "porch-cli-format.h"
#include "porch-cli-output.h"
#include "porch-cli-transfer.h"
#include "verbs.h"

#define REDRAW_MS 500
#define BAR_WIDTH 22

/* ---- one hand-out, shown ---- */

/* "482 913": read out and typed more easily. */
static char *
number_shown (PorchBusHandOut *handout)
{
  const char *number = porch_bus_hand_out_get_number (handout);

  return number && strlen (number) == 6 ? g_strdup_printf ("%.3s %s", number, number + 3) : g_strdup (number ? number : "");
}

static const char *
state_shown (PorchBusHandOut *handout)
{
  static const struct
  {
    const char *state;
    const char *word;
  } words[]
      = { { "preparing", N_ ("preparing") }, { "open", N_ ("open") }, { "ended", N_ ("ended") }, { "failed", N_ ("failed") } };
  const char *state = porch_bus_hand_out_get_state (handout);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (state, words[i].state) == 0)
      return _ (words[i].word);
  return "";
}

static char *
receiver_shown (PorchBusHandOut *handout, const char *state, gint64 done, gint64 missing)
{
  gint64 total = porch_bus_hand_out_get_bytes (handout);
  int percent = total > 0 ? (int)((double)done * 100 / (double)total) : 0;
  g_autofree char *size = g_format_size ((guint64)MAX (missing, 0));

  if (g_strcmp0 (state, "done") == 0)
    return g_strdup (_ ("has it"));
  if (g_strcmp0 (state, "running") == 0)
    return g_strdup_printf (_ ("%d %%"), percent);
  if (g_strcmp0 (state, "no-space") == 0)
    return g_strdup_printf (_ ("needs %s more"), size);
  if (g_strcmp0 (state, "left") == 0)
    return g_strdup_printf (_ ("left at %d %%"), percent);
  return g_strdup (_ ("waiting"));
}

static guint
count_receivers (PorchBusHandOut *handout, const char *wanted)
{
  GVariant *receivers = porch_bus_hand_out_get_receivers (handout);
  const char *state;
  GVariantIter iter;
  guint count = 0;

  g_variant_iter_init (&iter, receivers);
  while (g_variant_iter_next (&iter, "(&s&s&sxx)", NULL, NULL, &state, NULL, NULL))
    count += wanted == NULL || g_strcmp0 (state, wanted) == 0;
  return count;
}

/* "12 of 25 have it · [####---] · 1:30 left" */
static char *
total_shown (PorchBusHandOut *handout)
{
  guint all = count_receivers (handout, NULL), done = count_receivers (handout, "done");
  g_autofree char *time = porch_cli_format_seconds (porch_bus_hand_out_get_time_left (handout));
  g_autofree char *bar = porch_cli_format_bar (porch_bus_hand_out_get_bytes_done (handout),
                                               porch_bus_hand_out_get_bytes_total (handout), BAR_WIDTH);

  if (g_strcmp0 (porch_bus_hand_out_get_state (handout), "preparing") == 0)
    return g_strdup (_ ("Looking at the files…"));
  if (all == 0)
    return g_strdup (_ ("Nobody has joined yet"));
  if (porch_bus_hand_out_get_in_room (handout))
    return g_strdup_printf (_ ("%u of %u have it · you can leave: everything is in the room"), done, all);
  if (porch_bus_hand_out_get_time_left (handout) < 0)
    return g_strdup_printf (_ ("%u of %u have it · %s"), done, all, bar);
  return g_strdup_printf (_ ("%u of %u have it · %s · %s left"), done, all, bar, time);
}

static void
receivers_to_json (PorchBusHandOut *handout, JsonBuilder *builder)
{
  GVariant *receivers = porch_bus_hand_out_get_receivers (handout);
  const char *id, *name, *state;
  gint64 done, missing;
  GVariantIter iter;

  json_builder_set_member_name (builder, "receivers");
  json_builder_begin_array (builder);
  g_variant_iter_init (&iter, receivers);
  while (g_variant_iter_next (&iter, "(&s&s&sxx)", &id, &name, &state, &done, &missing))
    {
      json_builder_begin_object (builder);
      porch_cli_json_string (builder, "id", id);
      porch_cli_json_text (builder, "name", name);
      porch_cli_json_string (builder, "state", state);
      porch_cli_json_int (builder, "bytes_done", done);
      porch_cli_json_int (builder, "bytes_missing", missing);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
handout_to_json (PorchBusHandOut *handout, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  porch_cli_json_string (builder, "id", porch_bus_hand_out_get_id (handout));
  porch_cli_json_string (builder, "number", porch_bus_hand_out_get_number (handout));
  porch_cli_json_text (builder, "title", porch_bus_hand_out_get_title (handout));
  porch_cli_json_string (builder, "state", porch_bus_hand_out_get_state (handout));
  porch_cli_json_strv (builder, "names", porch_bus_hand_out_get_names (handout));
  porch_cli_json_int (builder, "files", porch_bus_hand_out_get_files (handout));
  porch_cli_json_int (builder, "bytes", porch_bus_hand_out_get_bytes (handout));
  receivers_to_json (handout, builder);
  porch_cli_json_int (builder, "bytes_done", porch_bus_hand_out_get_bytes_done (handout));
  porch_cli_json_int (builder, "bytes_total", porch_bus_hand_out_get_bytes_total (handout));
  porch_cli_json_int (builder, "rate", porch_bus_hand_out_get_rate (handout));
  porch_cli_json_int (builder, "time_left", porch_bus_hand_out_get_time_left (handout));
  porch_cli_json_bool (builder, "in_room", porch_bus_hand_out_get_in_room (handout));
  porch_cli_json_string (builder, "error", porch_bus_hand_out_get_error_message (handout));
  porch_cli_json_time (builder, "created", porch_bus_hand_out_get_created (handout));
  json_builder_end_object (builder);
}

static void
print_one_json (PorchBusHandOut *handout)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  handout_to_json (handout, builder);
  porch_cli_print_json (builder, FALSE);
}

/* ---- which one ---- */

static int
compare_handouts (gconstpointer a, gconstpointer b)
{
  gint64 one = porch_bus_hand_out_get_created (*(PorchBusHandOut **)a),
         other = porch_bus_hand_out_get_created (*(PorchBusHandOut **)b);

  return (one > other) - (one < other);
}

static GPtrArray *
list_handouts (PorchCli *self, GError **error)
{
  GPtrArray *handouts = porch_cli_connect (self, error) ? porch_cli_list (self, "HandOut", error) : NULL;

  if (handouts != NULL)
    g_ptr_array_sort (handouts, compare_handouts);
  return handouts;
}

/* By its number, blanks left out, or by its title. */
static PorchBusHandOut *
find_handout (PorchCli *self, const char *typed, GError **error)
{
  g_autoptr (GPtrArray) handouts = list_handouts (self, error);
  g_auto (GStrv) words = g_strsplit_set (typed, " -", -1);
  g_autofree char *number = g_strjoinv ("", words);

  for (guint i = 0; handouts != NULL && i < handouts->len; i++)
    if (g_strcmp0 (porch_bus_hand_out_get_number (handouts->pdata[i]), number) == 0
        || g_strcmp0 (porch_bus_hand_out_get_title (handouts->pdata[i]), typed) == 0)
      return g_object_ref (handouts->pdata[i]);
  if (handouts != NULL)
    g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_FOUND,
                 _ ("Nothing is handed out here as “%s”; “porch handout list” lists what is."), typed);
  return NULL;
}

static PorchBusHandOut *
handout_at (PorchCli *self, const char *object, GError **error)
{
  return porch_bus_hand_out_proxy_new_sync (self->bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, PORCH_BUS_NAME, object, NULL,
                                            error);
}

/* ---- open ---- */

typedef struct
{
  PorchBusHandOut *handout;
  GMainLoop *loop;
  guint drawn; /* lines that the next drawing replaces */
  gboolean interrupted;
  gboolean left; /* the daemon has gone */
} Show;

static gboolean
is_over (PorchBusHandOut *handout)
{
  const char *state = porch_bus_hand_out_get_state (handout);

  return g_strcmp0 (state, "ended") == 0 || g_strcmp0 (state, "failed") == 0;
}

static void
draw_line (Show *show, const char *line)
{
  g_autofree char *cut = porch_cli_text_cut (line, porch_cli_terminal_width (STDERR_FILENO) - 1);

  fprintf (stderr, "\r\033[K%s\n", cut);
  show->drawn++;
}

static gboolean
on_redraw (gpointer data)
{
  Show *show = data;
  g_autofree char *total = total_shown (show->handout);
  const char *name, *state;
  gint64 done, missing;
  GVariantIter iter;

  if (show->drawn > 0)
    fprintf (stderr, "\033[%uA", show->drawn);
  show->drawn = 0;
  g_variant_iter_init (&iter, porch_bus_hand_out_get_receivers (show->handout));
  while (g_variant_iter_next (&iter, "(&s&s&sxx)", NULL, &name, &state, &done, &missing))
    {
      g_autofree char *who = porch_cli_shown (name);
      g_autofree char *how = receiver_shown (show->handout, state, done, missing);
      g_autofree char *line = g_strdup_printf ("  %s: %s", who, how);

      draw_line (show, line);
    }
  draw_line (show, total);
  fputs ("\033[J", stderr);
  fflush (stderr);
  return G_SOURCE_CONTINUE;
}

static void
on_handout_changed (GDBusProxy *proxy, GVariant *changed, GStrv invalidated, gpointer data)
{
  Show *show = data;

  if (is_over (show->handout))
    g_main_loop_quit (show->loop);
}

static void
on_handout_owner_changed (GDBusProxy *proxy, GParamSpec *pspec, gpointer data)
{
  g_autofree char *owner = g_dbus_proxy_get_name_owner (proxy);
  Show *show = data;

  if (owner != NULL)
    return;
  show->left = TRUE;
  g_main_loop_quit (show->loop);
}

static gboolean
on_interrupt (gpointer data)
{
  Show *show = data;

  if (show->interrupted)
    g_main_loop_quit (show->loop);
  show->interrupted = TRUE;
  porch_bus_hand_out_call_end (show->handout, NULL, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static PorchCliExit
print_end (PorchCli *self, PorchBusHandOut *handout, GError **error)
{
  guint all = count_receivers (handout, NULL), done = count_receivers (handout, "done");

  if (self->json)
    print_one_json (handout);
  if (g_strcmp0 (porch_bus_hand_out_get_state (handout), "failed") == 0)
    {
      if (!self->json)
        g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_FAILED, "%s", porch_bus_hand_out_get_error_message (handout));
      return PORCH_CLI_FAILED;
    }
  porch_cli_say (self, _ ("It is no longer handed out. %u of %u have it."), done, all);
  return PORCH_CLI_DONE;
}

/* Until it is ended: here by Ctrl+C, or elsewhere. */
static PorchCliExit
show_until_end (PorchCli *self, PorchBusHandOut *handout, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Show show = { .handout = handout, .loop = loop };
  gboolean draws = self->err_is_terminal && !self->json;
  guint redraw = draws ? g_timeout_add (REDRAW_MS, on_redraw, &show) : 0;
  guint interrupt = g_unix_signal_add (SIGINT, on_interrupt, &show);

  g_signal_connect (handout, "g-properties-changed", G_CALLBACK (on_handout_changed), &show);
  g_signal_connect (handout, "notify::g-name-owner", G_CALLBACK (on_handout_owner_changed), &show);
  if (!is_over (handout))
    g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (handout, &show);
  g_source_remove (interrupt);
  g_clear_handle_id (&redraw, g_source_remove);
  if (!show.left)
    return print_end (self, handout, error);
  g_set_error_literal (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_FAILED,
                       _ ("Porch's background service ended. It is handed out again when that runs again."));
  return PORCH_CLI_FAILED;
}

static PorchBusHandOut *
hand_out (PorchCli *self, char **files, const char *title, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GUnixFDList) list = NULL;
  g_autofree char *object = NULL;
  GVariant *handles;

  /* Absolute, because the daemon stands elsewhere. */
  for (guint i = 0; files[i] != NULL; i++)
    g_ptr_array_add (paths, g_canonicalize_filename (files[i], NULL));
  g_ptr_array_add (paths, NULL);
  if (!porch_bus_files_pack ((const char *const *)paths->pdata, &handles, &list, error)
      || !porch_bus_daemon_call_hand_out_sync (self->daemon, title ? title : "", (const char *const *)paths->pdata, handles,
                                               list, &object, NULL, NULL, error))
    return NULL;
  return handout_at (self, object, error);
}

static PorchCliExit
handout_open (PorchCli *self, char **files, const char *title, gboolean detach, GError **error)
{
  g_autoptr (PorchBusHandOut) handout = porch_cli_connect (self, error) ? hand_out (self, files, title, error) : NULL;
  g_autofree char *number = NULL;
  g_autofree char *shown = NULL;

  if (handout == NULL)
    return PORCH_CLI_FAILED;
  number = number_shown (handout);
  shown = porch_cli_shown (porch_bus_hand_out_get_title (handout));
  if (detach && self->json)
    print_one_json (handout);
  else if (!self->json)
    {
      printf ("%s\n", number);
      fflush (stdout);
    }
  porch_cli_say (self, _ ("“%s” is handed out to whoever types this number (Join in the menu, or “porch join”)."), shown);
  if (g_strcmp0 (porch_bus_daemon_get_visibility (self->daemon), "hidden") == 0)
    porch_cli_say (self, _ ("Nobody sees this device now, so nobody finds it: see “porch visibility”."));
  if (!detach)
    return show_until_end (self, handout, error);
  porch_cli_say (self, _ ("It goes on by itself; “porch handout end %s” ends it."), porch_bus_hand_out_get_number (handout));
  return PORCH_CLI_DONE;
}

/* ---- the rest ---- */

static PorchCliExit
handout_list (PorchCli *self, GError **error)
{
  g_autoptr (PorchCliTable) table = porch_cli_table_new (_ ("Number|Title|State|>Files|>Size|Who has it"));
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) handouts = list_handouts (self, error);

  if (handouts == NULL)
    return PORCH_CLI_FAILED;
  json_builder_begin_array (builder);
  for (guint i = 0; i < handouts->len; i++)
    {
      PorchBusHandOut *handout = handouts->pdata[i];

      handout_to_json (handout, builder);
      porch_cli_table_take (table, number_shown (handout));
      porch_cli_table_take (table, porch_cli_shown (porch_bus_hand_out_get_title (handout)));
      porch_cli_table_add (table, state_shown (handout));
      porch_cli_table_take (table, g_strdup_printf ("%" G_GINT64_FORMAT, porch_bus_hand_out_get_files (handout)));
      porch_cli_table_take (table, g_format_size ((guint64)porch_bus_hand_out_get_bytes (handout)));
      porch_cli_table_take (table, total_shown (handout));
    }
  json_builder_end_array (builder);
  if (self->json)
    porch_cli_print_json (builder, FALSE);
  else
    porch_cli_print_table (self, table, _ ("You hand nothing out. “porch handout open FILE…” does."));
  return PORCH_CLI_DONE;
}

static PorchCliExit
handout_show (PorchCli *self, const char *typed, GError **error)
{
  g_autoptr (PorchBusHandOut) handout = find_handout (self, typed, error);
  g_autoptr (PorchCliTable) table = porch_cli_table_new (_ ("Name|How far|Id"));
  const char *id, *name, *state;
  gint64 done, missing;
  GVariantIter iter;

  if (handout == NULL)
    return PORCH_CLI_FAILED;
  if (self->json)
    {
      print_one_json (handout);
      return PORCH_CLI_DONE;
    }
  g_variant_iter_init (&iter, porch_bus_hand_out_get_receivers (handout));
  while (g_variant_iter_next (&iter, "(&s&s&sxx)", &id, &name, &state, &done, &missing))
    {
      porch_cli_table_take (table, porch_cli_shown (name));
      porch_cli_table_take (table, receiver_shown (handout, state, done, missing));
      porch_cli_table_take (table, g_strndup (id, 16));
    }
  porch_cli_print_table (self, table, _ ("Nobody has joined yet."));
  return PORCH_CLI_DONE;
}

static PorchCliExit
handout_end (PorchCli *self, const char *typed, GError **error)
{
  g_autoptr (PorchBusHandOut) handout = find_handout (self, typed, error);
  g_autoptr (PorchBusHandOut) fresh = NULL;
  g_autofree char *title = NULL;

  if (handout == NULL || !porch_bus_hand_out_call_end_sync (handout, NULL, error)
      || (fresh = handout_at (self, g_dbus_proxy_get_object_path (G_DBUS_PROXY (handout)), error)) == NULL)
    return PORCH_CLI_FAILED;
  title = porch_cli_shown (porch_bus_hand_out_get_title (fresh));
  if (self->json)
    print_one_json (fresh);
  porch_cli_say (self, _ ("“%s” is no longer handed out."), title);
  return PORCH_CLI_DONE;
}

static PorchCliExit
handout_again (PorchCli *self, const char *typed, gboolean detach, GError **error)
{
  g_autoptr (PorchBusHandOut) handout = find_handout (self, typed, error);
  g_autoptr (GPtrArray) transfers = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) objects = NULL;

  if (handout == NULL || !porch_bus_hand_out_call_send_again_sync (handout, &objects, NULL, error))
    return PORCH_CLI_FAILED;
  for (guint i = 0; objects[i] != NULL; i++)
    g_ptr_array_add (transfers, g_strdup (objects[i]));
  return detach ? porch_cli_leave (self, transfers, error) : porch_cli_follow (self, transfers, FALSE, error);
}

static PorchCliExit
handout_clear (PorchCli *self, const char *typed, GError **error)
{
  g_autoptr (PorchBusHandOut) handout = find_handout (self, typed, error);

  if (handout == NULL || !porch_bus_hand_out_call_clear_sync (handout, NULL, error))
    return PORCH_CLI_FAILED;
  if (self->json)
    print_one_json (handout);
  return PORCH_CLI_DONE;
}

PorchCliExit
porch_cli_verb_handout (PorchCli *self, char **args, GError **error)
{
  g_autofree char *title = NULL;
  gboolean detach = FALSE;
  const GOptionEntry entries[] = {
    { "title", 0, 0, G_OPTION_ARG_STRING, &title, N_ ("What others see (default: the name of the first file)"), N_ ("TITLE") },
    { "detach", 0, 0, G_OPTION_ARG_NONE, &detach, N_ ("Don't wait; it goes on by itself"), NULL },
    { NULL },
  };
  g_auto (GStrv) rest = g_strdupv (args);
  const char *what;
  guint n;

  if (!porch_cli_parse (self, &rest, entries, 0, -1, error))
    return PORCH_CLI_FAILED;
  what = rest[0] ? rest[0] : "list";
  n = rest[0] ? g_strv_length (rest + 1) : 0;
  if (strcmp (what, "list") == 0 && n == 0)
    return handout_list (self, error);
  if (strcmp (what, "open") == 0 && n > 0)
    return handout_open (self, rest + 1, title, detach, error);
  if (strcmp (what, "show") == 0 && n == 1)
    return handout_show (self, rest[1], error);
  if (strcmp (what, "end") == 0 && n == 1)
    return handout_end (self, rest[1], error);
  if (strcmp (what, "again") == 0 && n == 1)
    return handout_again (self, rest[1], detach, error);
  if (strcmp (what, "clear") == 0 && n == 1)
    return handout_clear (self, rest[1], error);
  porch_cli_set_usage_error (
      error, _ ("Write: porch handout open FILE…, porch handout list, or porch handout show, end, again or clear NUMBER"));
  return PORCH_CLI_FAILED;
}
