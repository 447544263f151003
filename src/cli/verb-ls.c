/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ls: what peers share, and what is in their folders. A folder comes in directory order and is sorted here, up to a bound; a larger one
 * is printed as it comes, so that memory stays bounded. */
#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "porch-cli-format.h"
#include "porch-cli-peer.h"
#include "porch-cli-place.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "verbs.h"

#define SORTED_ROWS 100000

typedef struct {
  char    *key;  /* natural order; folders first */
  char    *name;
  char     type; /* 'f', 'd' or '!' */
  gint64   size;
  gint64   mtime; /* nanoseconds */
  char    *problem;
} Row;

typedef struct {
  PorchCli  *cli;
  GPtrArray *rows;     /* until there are too many */
  gboolean   streaming;
  guint64    printed;
  gboolean   problems;
} Listing;

static void
row_free (Row *row)
{
  g_free (row->key);
  g_free (row->name);
  g_free (row->problem);
  g_free (row);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Row, row_free)

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const Row *one = *(const Row **) a, *other = *(const Row **) b;
  int order = (one->type != 'd') - (other->type != 'd');

  return order ? order : strcmp (one->key, other->key);
}

static const char *
type_word (char type)
{
  return type == 'd' ? "folder" : type == 'f' ? "file" : "problem";
}

static void
row_to_json (const Row *row)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  porch_cli_json_text (builder, "name", row->name);
  porch_cli_json_string (builder, "type", type_word (row->type));
  if (row->type == 'f')
    porch_cli_json_int (builder, "size", row->size);
  if (row->type == '!')
    porch_cli_json_string (builder, "error", row->problem);
  else
    porch_cli_json_int (builder, "mtime", row->mtime / 1000000000);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  fputs (text, stdout);
}

/* One column layout for sorted and streamed rows: sizes are at most 8 columns wide. */
static void
row_to_line (const Row *row)
{
  g_autofree char *name = porch_cli_shown (row->name);
  g_autofree char *time = porch_cli_format_time (row->mtime / 1000000000);
  g_autofree char *size = row->type == 'f' ? g_format_size (row->size) : g_strdup (row->type == 'd' ? "–" : "!");
  int blanks = MAX (10 - porch_cli_text_width (size), 0);

  if (row->type == '!')
    printf ("%*s%s  %-16s  %s: %s\n", blanks, "", size, "", name, row->problem);
  else
    printf ("%*s%s  %s  %s%s\n", blanks, "", size, time, name, row->type == 'd' ? "/" : "");
}

static void
print_row (Listing *listing, const Row *row)
{
  if (!listing->cli->json)
    row_to_line (row);
  else
    {
      fputs (listing->printed ? ",\n" : "\n", stdout);
      row_to_json (row);
    }
  listing->printed++;
}

static void
print_gathered (Listing *listing, gboolean sorted)
{
  if (sorted)
    g_ptr_array_sort (listing->rows, compare_rows);
  for (guint i = 0; i < listing->rows->len; i++)
    print_row (listing, listing->rows->pdata[i]);
  g_ptr_array_set_size (listing->rows, 0);
}

static void
take_row (Listing *listing, Row *row)
{
  if (!listing->streaming && listing->rows->len >= SORTED_ROWS)
    {
      listing->streaming = TRUE;
      print_gathered (listing, FALSE);
    }
  if (listing->streaming)
    {
      print_row (listing, row);
      row_free (row);
      return;
    }
  row->key = g_utf8_collate_key_for_filename (row->name, -1);
  g_ptr_array_add (listing->rows, row);
}

static Row *
parse_row (JsonObject *object)
{
  const char *type = json_object_get_string_member_with_default (object, "t", NULL);
  const char *name = json_object_get_string_member_with_default (object, "n", NULL);
  Row *row;

  if (type == NULL || name == NULL)
    return NULL;
  row = g_new0 (Row, 1);
  row->type = *type;
  row->name = g_strdup (name);
  row->size = json_object_get_int_member_with_default (object, "s", 0);
  row->mtime = json_object_get_int_member_with_default (object, "m", 0);
  row->problem = porch_cli_shown (json_object_get_string_member_with_default (object, "e", ""));
  return row;
}

/* TRUE when it was the last row. */
static gboolean
handle_line (Listing *listing, JsonParser *parser, const char *line, gssize length, gboolean *end, GError **error)
{
  JsonObject *object;
  Row *row;

  if (!json_parser_load_from_data (parser, line, length, error))
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      g_set_error_literal (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_PROTOCOL, _ ("The list is not what was expected."));
      return FALSE;
    }
  object = json_node_get_object (json_parser_get_root (parser));
  if (json_object_has_member (object, "error"))
    {
      g_autofree char *message = porch_cli_shown (json_object_get_string_member_with_default (object, "message", ""));
      PorchError code = porch_error_from_code (json_object_get_string_member_with_default (object, "error", NULL));
      g_set_error_literal (error, PORCH_BUS_ERROR, (int) code, message);
      return FALSE;
    }
  *end = json_object_has_member (object, "end");
  row = *end ? NULL : parse_row (object);
  if (row != NULL)
    {
      listing->problems |= row->type == '!';
      take_row (listing, row);
    }
  return TRUE;
}

static gboolean
read_rows (Listing *listing, FILE *stream, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  char *line = NULL;
  size_t space = 0;
  gboolean end = FALSE, ok = TRUE;
  ssize_t length;

  while (ok && !end && (length = getline (&line, &space, stream)) > 0)
    ok = handle_line (listing, parser, line, length, &end, error);
  free (line);
  if (ok && !end)
    {
      g_set_error_literal (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_UNREACHABLE, _ ("The list broke off; it is not whole."));
      ok = FALSE;
    }
  return ok;
}

static PorchCliExit
list_folder (PorchCli *self, PorchBusPeer *peer, PorchCliPlace *place, gboolean deep, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) row_free);
  Listing listing = { .cli = self, .rows = rows };
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GUnixFDList) list = NULL;
  g_autoptr (GVariant) handle = NULL;
  FILE *stream;
  gboolean ok;
  int fd;

  g_variant_dict_insert (&options, "deep", "b", deep);
  if (!porch_bus_daemon_call_list_sync (self->daemon, g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)), place->share, place->path,
                                        g_variant_dict_end (&options), NULL, &handle, &list, NULL, error))
    return PORCH_CLI_FAILED;
  fd = list ? g_unix_fd_list_get (list, g_variant_get_handle (handle), error) : -1;
  if (fd < 0)
    return PORCH_CLI_FAILED;
  stream = fdopen (fd, "r");
  if (self->json)
    fputc ('[', stdout);
  ok = read_rows (&listing, stream, error);
  fclose (stream);
  print_gathered (&listing, ok);
  if (self->json)
    puts ("\n]");
  return !ok || listing.problems ? PORCH_CLI_FAILED : PORCH_CLI_DONE;
}

static void
add_shares (PorchCli *self, PorchBusPeer *peer, GVariant *shares, PorchCliTable *table, JsonBuilder *builder)
{
  GVariantIter iter;
  GVariant *item;

  g_variant_iter_init (&iter, shares);
  while ((item = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_autoptr (GVariant) share = item;
      const char *id = "", *name = "", *note = "", *access = "";

      g_variant_lookup (share, "id", "&s", &id);
      g_variant_lookup (share, "name", "&s", &name);
      g_variant_lookup (share, "note", "&s", &note);
      g_variant_lookup (share, "access", "&s", &access);
      json_builder_begin_object (builder);
      porch_cli_json_text (builder, "name", name);
      porch_cli_json_string (builder, "type", "share");
      porch_cli_json_string (builder, "id", id);
      porch_cli_json_text (builder, "note", note);
      porch_cli_json_string (builder, "access", access);
      porch_cli_json_text (builder, "peer", porch_bus_peer_get_name (peer));
      porch_cli_json_string (builder, "peer_id", porch_bus_peer_get_id (peer));
      json_builder_end_object (builder);
      porch_cli_table_take (table, porch_cli_peer_shown (peer));
      porch_cli_table_take (table, porch_cli_shown (name));
      porch_cli_table_take (table, porch_cli_shown (note));
    }
}

/* Of one peer, or of all that are here; those that don't answer are told and left out. */
static PorchCliExit
list_shares (PorchCli *self, GPtrArray *peers, gboolean all, GError **error)
{
  g_autoptr (PorchCliTable) table = porch_cli_table_new (_ ("Who|Folder|Note"));
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  PorchCliExit exit = PORCH_CLI_DONE;

  json_builder_begin_array (builder);
  for (guint i = 0; i < peers->len; i++)
    {
      g_autoptr (GVariant) shares = NULL;
      g_autoptr (GError) reason = NULL;

      if (all && (!porch_bus_peer_get_online (peers->pdata[i]) || g_strcmp0 (porch_bus_peer_get_trust (peers->pdata[i]), "blocked") == 0))
        continue;
      if (porch_bus_daemon_call_list_shares_sync (self->daemon, g_dbus_proxy_get_object_path (peers->pdata[i]), &shares, NULL, &reason))
        add_shares (self, peers->pdata[i], shares, table, builder);
      else if (!all)
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return PORCH_CLI_FAILED;
        }
      else
        {
          porch_bus_error_strip (reason);
          porch_cli_say (self, "porch: %s", reason->message);
          exit = PORCH_CLI_UNREACHABLE;
        }
    }
  json_builder_end_array (builder);
  if (self->json)
    porch_cli_print_json (builder, FALSE);
  else
    porch_cli_print_table (self, table, _ ("Nothing is shared with you here."));
  return exit;
}

PorchCliExit
porch_cli_verb_ls (PorchCli *self, char **args, GError **error)
{
  gboolean deep = FALSE;
  const GOptionEntry entries[] = {
    { "recursive", 'r', 0, G_OPTION_ARG_NONE, &deep, N_ ("Everything below it too"), NULL },
    { NULL },
  };
  g_auto (PorchCliPlace) place = { 0 };
  g_autoptr (PorchBusPeer) peer = NULL;
  g_autoptr (GPtrArray) peers = NULL;
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, entries, 0, 1, error) || (rest[0] && !porch_cli_place_parse (rest[0], &place, error))
      || !porch_cli_connect (self, error))
    return PORCH_CLI_FAILED;
  if (place.peer == NULL)
    {
      peers = porch_cli_list_peers (self, error);
      return peers ? list_shares (self, peers, TRUE, error) : PORCH_CLI_FAILED;
    }
  peer = porch_cli_find_peer (self, place.peer, error);
  if (peer == NULL)
    return PORCH_CLI_FAILED;
  if (place.share != NULL)
    return list_folder (self, peer, &place, deep, error);
  peers = g_ptr_array_new ();
  g_ptr_array_add (peers, peer);
  return list_shares (self, peers, FALSE, error);
}
