/* SPDX-License-Identifier: GPL-3.0-or-later */
/* share add|list|set|remove: my folders and who may open them. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "porch-bus-files.h"
#include "porch-cli-format.h"
#include "porch-cli-peer.h"
#include "verbs.h"

typedef struct {
  char    *name;
  char    *note;
  char    *access;
  char    *until;
  char   **audience;
  gboolean override;
  gboolean pause;
  gboolean resume;
} ShareOptions;

static void
share_options_clear (ShareOptions *options)
{
  g_free (options->name);
  g_free (options->note);
  g_free (options->access);
  g_free (options->until);
  g_strfreev (options->audience);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ShareOptions, share_options_clear)

static PorchBusShare *
share_at (PorchCli *self, const char *path, GError **error)
{
  return porch_bus_share_proxy_new_sync (self->bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, PORCH_BUS_NAME, path, NULL, error);
}

static int
compare_shares (gconstpointer a, gconstpointer b)
{
  const char *one = porch_bus_share_get_name (*(PorchBusShare **) a), *other = porch_bus_share_get_name (*(PorchBusShare **) b);

  return g_utf8_collate (one ? one : "", other ? other : "");
}

/* By id, or by a name that only one of them has. */
static PorchBusShare *
find_share (PorchCli *self, const char *text, GError **error)
{
  g_autoptr (GPtrArray) shares = porch_cli_list (self, "Share", error);
  PorchBusShare *found = NULL;
  guint matches = 0;

  if (shares == NULL)
    return NULL;
  for (guint i = 0; i < shares->len; i++)
    {
      if (g_strcmp0 (porch_bus_share_get_id (shares->pdata[i]), text) == 0)
        return g_object_ref (shares->pdata[i]);
      if (g_strcmp0 (porch_bus_share_get_name (shares->pdata[i]), text) == 0 && ++matches)
        found = shares->pdata[i];
    }
  if (matches == 1)
    return g_object_ref (found);
  if (matches == 0)
    g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_FOUND, _ ("You share no folder “%s”; “porch share list” lists them."), text);
  else
    g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_EXISTS, _ ("More than one of your shared folders is called “%s”; use its id."), text);
  return NULL;
}

static void
share_to_json (PorchBusShare *share, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  porch_cli_json_string (builder, "id", porch_bus_share_get_id (share));
  porch_cli_json_text (builder, "name", porch_bus_share_get_name (share));
  porch_cli_json_text (builder, "note", porch_bus_share_get_note (share));
  porch_cli_json_path (builder, "path", porch_bus_share_get_path (share));
  porch_cli_json_path (builder, "shown_path", porch_bus_share_get_shown_path (share));
  porch_cli_json_string (builder, "audience", porch_bus_share_get_audience (share));
  porch_cli_json_strv (builder, "selected", porch_bus_share_get_selected (share));
  porch_cli_json_string (builder, "access", porch_bus_share_get_access (share));
  porch_cli_json_time (builder, "until", porch_bus_share_get_until (share));
  porch_cli_json_bool (builder, "active", porch_bus_share_get_active (share));
  porch_cli_json_string (builder, "state", porch_bus_share_get_state (share));
  porch_cli_json_int (builder, "uploads", porch_bus_share_get_uploads (share));
  json_builder_end_object (builder);
}

static char *
audience_shown (PorchBusShare *share)
{
  const char *audience = porch_bus_share_get_audience (share);
  const char *const *selected = porch_bus_share_get_selected (share);
  guint count = selected ? g_strv_length ((char **) selected) : 0;

  if (g_strcmp0 (audience, "selected") == 0)
    return g_strdup_printf (ngettext ("%u person", "%u people", count), count);
  return g_strdup (g_strcmp0 (audience, "everyone") == 0 ? _ ("everyone") : _ ("trusted"));
}

static const char *
share_state_shown (PorchBusShare *share)
{
  const char *state = porch_bus_share_get_state (share);

  if (g_strcmp0 (state, "missing") == 0)
    return _ ("folder is missing");
  if (g_strcmp0 (state, "lost") == 0)
    return _ ("Porch may no longer see it");
  if (g_strcmp0 (state, "unreadable") == 0)
    return _ ("can't be read");
  return porch_bus_share_get_active (share) ? _ ("open") : _ ("paused");
}

static PorchCliExit
print_share (PorchCli *self, const char *object_path, GError **error)
{
  g_autoptr (PorchBusShare) share = share_at (self, object_path, error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *name = NULL, *audience = NULL;

  if (share == NULL)
    return PORCH_CLI_FAILED;
  if (self->json)
    {
      share_to_json (share, builder);
      porch_cli_print_json (builder, FALSE);
      return PORCH_CLI_DONE;
    }
  name = porch_cli_shown (porch_bus_share_get_name (share));
  audience = audience_shown (share);
  /* Translators: a folder's name, its id, who may open it, whether it is open */
  printf (_ ("%s (id %s): for %s, %s\n"), name, porch_bus_share_get_id (share), audience, share_state_shown (share));
  return PORCH_CLI_DONE;
}

/* "--audience Ada --audience Ben" means exactly these two. */
static gboolean
add_selected (PorchCli *self, char **people, GVariantDict *dict, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; people[i] != NULL; i++)
    {
      g_autoptr (PorchBusPeer) peer = porch_cli_find_peer (self, people[i], error);

      if (peer == NULL)
        return FALSE;
      g_ptr_array_add (ids, porch_bus_peer_dup_id (peer));
    }
  g_variant_dict_insert (dict, "audience", "s", "selected");
  g_variant_dict_insert_value (dict, "selected", g_variant_new_strv ((const char *const *) ids->pdata, ids->len));
  return TRUE;
}

static gboolean
add_audience (PorchCli *self, char **audience, GVariantDict *dict, GError **error)
{
  static const char *const words[] = { "selected", "trusted", "everyone", NULL };

  if (audience == NULL)
    return TRUE;
  if (audience[1] != NULL || !g_strv_contains (words, audience[0]))
    return add_selected (self, audience, dict, error);
  g_variant_dict_insert (dict, "audience", "s", audience[0]);
  return TRUE;
}

static gboolean
check_options (ShareOptions *options, GError **error)
{
  gint64 until;

  if (options->access != NULL && strcmp (options->access, "read") != 0)
    porch_cli_set_usage_error (error, _ ("Access can be read, not “%s”."), options->access);
  else if (options->until != NULL && !porch_cli_parse_until (options->until, g_get_real_time () / G_USEC_PER_SEC, &until))
    porch_cli_set_usage_error (error, _ ("“%s” is no time in the future; write 90min, 2h, 7d, 2026-12-31, 2026-12-31T18:00 or never."),
                               options->until);
  else if (options->pause && options->resume)
    porch_cli_set_usage_error (error, _ ("--pause and --resume exclude each other."));
  else
    return TRUE;
  return FALSE;
}

static GVariant *
build_options (PorchCli *self, ShareOptions *options, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  gint64 until = 0;

  if (!add_audience (self, options->audience, &dict, error))
    return NULL;
  if (options->name != NULL)
    g_variant_dict_insert (&dict, "name", "s", options->name);
  if (options->note != NULL)
    g_variant_dict_insert (&dict, "note", "s", options->note);
  if (options->until != NULL && porch_cli_parse_until (options->until, g_get_real_time () / G_USEC_PER_SEC, &until))
    g_variant_dict_insert (&dict, "until", "x", until);
  if (options->override)
    g_variant_dict_insert (&dict, "override", "b", TRUE);
  if (options->pause || options->resume)
    g_variant_dict_insert (&dict, "active", "b", options->resume);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* Nobody opens a folder to anybody by leaving a word out. */
static gboolean
ask_audience (ShareOptions *options, const char *path, gboolean may_ask, GError **error)
{
  g_autofree char *shown = porch_cli_shown (path);
  char line[64];

  if (options->audience != NULL)
    return TRUE;
  if (!may_ask)
    {
      porch_cli_set_usage_error (error, _ ("Who may open it? Say --audience trusted, --audience everyone or --audience PEER."));
      return FALSE;
    }
  fprintf (stderr, _ ("Who may open “%s”? (trusted, everyone, or a device's name) "), shown);
  if (fgets (line, sizeof line, stdin) == NULL || *g_strstrip (line) == '\0')
    {
      porch_cli_set_usage_error (error, _ ("Nobody was named; nothing is shared."));
      return FALSE;
    }
  options->audience = g_new0 (char *, 2);
  options->audience[0] = g_strdup (line);
  return TRUE;
}

static PorchCliExit
share_add (PorchCli *self, char **args, ShareOptions *options, GError **error)
{
  g_autofree char *path = g_canonicalize_filename (args[0], NULL);
  g_autoptr (GVariant) values = NULL;
  g_autoptr (GUnixFDList) list = NULL;
  g_autofree char *share = NULL;
  GVariant *handle;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_autofree char *shown = porch_cli_shown (path);
      gboolean there = g_file_test (path, G_FILE_TEST_EXISTS);
      g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_FOUND,
                   there ? _ ("“%s” is not a folder; only folders can be shared.") : _ ("There is no folder “%s”."), shown);
      return PORCH_CLI_FAILED;
    }
  if (!ask_audience (options, path, isatty (STDIN_FILENO) && self->err_is_terminal && !self->json, error) || !porch_cli_connect (self, error)
      || (values = build_options (self, options, error)) == NULL || !porch_bus_files_pack_one (path, &handle, &list, error)
      || !porch_bus_daemon_call_add_share_sync (self->daemon, path, handle, values, list, &share, NULL, NULL, error))
    return PORCH_CLI_FAILED;
  return print_share (self, share, error);
}

static PorchCliExit
share_list (PorchCli *self, GError **error)
{
  g_autoptr (PorchCliTable) table = porch_cli_table_new (_ ("Name|Open to|State|Until|Id|Folder"));
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) shares = NULL;

  if (!porch_cli_connect (self, error) || (shares = porch_cli_list (self, "Share", error)) == NULL)
    return PORCH_CLI_FAILED;
  g_ptr_array_sort (shares, compare_shares);
  json_builder_begin_array (builder);
  for (guint i = 0; i < shares->len; i++)
    {
      PorchBusShare *share = shares->pdata[i];

      share_to_json (share, builder);
      porch_cli_table_take (table, porch_cli_shown (porch_bus_share_get_name (share)));
      porch_cli_table_take (table, audience_shown (share));
      porch_cli_table_add (table, share_state_shown (share));
      porch_cli_table_take (table, porch_cli_format_time (porch_bus_share_get_until (share)));
      porch_cli_table_add (table, porch_bus_share_get_id (share));
      porch_cli_table_take (table, porch_cli_shown (porch_bus_share_get_shown_path (share)));
    }
  json_builder_end_array (builder);
  if (self->json)
    porch_cli_print_json (builder, FALSE);
  else
    porch_cli_print_table (self, table, _ ("You share no folder. “porch share add FOLDER --audience trusted” shares one."));
  return PORCH_CLI_DONE;
}

static PorchCliExit
share_set (PorchCli *self, char **args, ShareOptions *options, GError **error)
{
  g_autoptr (PorchBusShare) share = NULL;
  g_autoptr (GVariant) values = NULL;

  if (!porch_cli_connect (self, error) || (share = find_share (self, args[0], error)) == NULL
      || (values = build_options (self, options, error)) == NULL)
    return PORCH_CLI_FAILED;
  if (g_variant_n_children (values) == 0)
    {
      porch_cli_set_usage_error (error, _ ("Nothing to change was named; see “porch share --help”."));
      return PORCH_CLI_FAILED;
    }
  if (!porch_bus_share_call_set_sync (share, values, NULL, error))
    return PORCH_CLI_FAILED;
  return print_share (self, g_dbus_proxy_get_object_path (G_DBUS_PROXY (share)), error);
}

static PorchCliExit
share_remove (PorchCli *self, char **args, GError **error)
{
  g_autoptr (PorchBusShare) share = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *name = NULL;

  if (!porch_cli_connect (self, error) || (share = find_share (self, args[0], error)) == NULL
      || !porch_bus_share_call_remove_sync (share, NULL, error))
    return PORCH_CLI_FAILED;
  if (self->json)
    {
      share_to_json (share, builder);
      porch_cli_print_json (builder, FALSE);
      return PORCH_CLI_DONE;
    }
  name = porch_cli_shown (porch_bus_share_get_name (share));
  printf (_ ("“%s” is no longer shared. The folder itself is untouched.\n"), name);
  return PORCH_CLI_DONE;
}

PorchCliExit
porch_cli_verb_share (PorchCli *self, char **args, GError **error)
{
  g_auto (ShareOptions) options = { 0 };
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &options.name, N_ ("What others see (default: the folder's name)"), N_ ("NAME") },
    { "note", 0, 0, G_OPTION_ARG_STRING, &options.note, N_ ("A line that others see beside it"), N_ ("TEXT") },
    { "audience", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.audience, N_ ("Who may open it: trusted, everyone, or a device (may be repeated)"), N_ ("WHO") },
    { "access", 0, 0, G_OPTION_ARG_STRING, &options.access, N_ ("What they may do: read"), N_ ("WHAT") },
    { "until", 0, 0, G_OPTION_ARG_STRING, &options.until, N_ ("When it ends: 90min, 2h, 7d, a date, never"), N_ ("TIME") },
    { "override", 0, 0, G_OPTION_ARG_NONE, &options.override, N_ ("add: share it although it holds private things"), NULL },
    { "pause", 0, 0, G_OPTION_ARG_NONE, &options.pause, N_ ("set: close it for now"), NULL },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &options.resume, N_ ("set: open it again"), NULL },
    { NULL },
  };
  g_auto (GStrv) rest = g_strdupv (args);
  const char *what;
  guint n_arguments;

  if (!porch_cli_parse (self, &rest, entries, 0, 2, error) || !check_options (&options, error))
    return PORCH_CLI_FAILED;
  what = rest[0] ? rest[0] : "list";
  n_arguments = rest[0] ? g_strv_length (rest + 1) : 0;
  if (strcmp (what, "list") == 0 && n_arguments == 0)
    return share_list (self, error);
  if (strcmp (what, "add") == 0 && n_arguments == 1)
    return share_add (self, rest + 1, &options, error);
  if (strcmp (what, "set") == 0 && n_arguments == 1)
    return share_set (self, rest + 1, &options, error);
  if (strcmp (what, "remove") == 0 && n_arguments == 1)
    return share_remove (self, rest + 1, error);
  porch_cli_set_usage_error (error, _ ("Write: porch share add FOLDER, porch share list, porch share set ID … or porch share remove ID"));
  return PORCH_CLI_FAILED;
}
