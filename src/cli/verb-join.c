/* SPDX-License-Identifier: GPL-3.0-or-later */
/* join: take what somebody here hands out under a number. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "porch-cli-peer.h"
#include "porch-cli-transfer.h"
#include "verbs.h"

#define SHOWN_ID 16 /* digits */
/* Everybody is asked, some may be away. */
#define PATIENCE_MS 30000

/* One hand-out that the number found; borrowed from its dictionary. */
typedef struct
{
  GVariant *dict; /* owned */
  const char *peer, *name, *id, *trust, *handout, *title;
  gint64 files, bytes, missing;
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_variant_unref (found->dict);
  g_free (found);
}

static Found *
found_new (GVariant *dict)
{
  Found *found = g_new0 (Found, 1);

  found->dict = g_variant_ref (dict);
  found->peer = found->name = found->id = found->trust = found->handout = found->title = "";
  g_variant_lookup (dict, "peer", "&o", &found->peer);
  g_variant_lookup (dict, "peer-name", "&s", &found->name);
  g_variant_lookup (dict, "peer-id", "&s", &found->id);
  g_variant_lookup (dict, "peer-trust", "&s", &found->trust);
  g_variant_lookup (dict, "id", "&s", &found->handout);
  g_variant_lookup (dict, "title", "&s", &found->title);
  g_variant_lookup (dict, "files", "x", &found->files);
  g_variant_lookup (dict, "bytes", "x", &found->bytes);
  g_variant_lookup (dict, "missing", "x", &found->missing);
  return found;
}

static GPtrArray *
seek (PorchCli *self, const char *number, GError **error)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (found_free);

  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (self->daemon), PATIENCE_MS);
  if (!porch_bus_daemon_call_join_sync (self->daemon, number, &answer, NULL, error))
    return NULL;
  for (gsize i = 0; i < g_variant_n_children (answer); i++)
    {
      g_autoptr (GVariant) dict = g_variant_get_child_value (answer, i);

      g_ptr_array_add (all, found_new (dict));
    }
  return g_steal_pointer (&all);
}

/* Who gives, with the key: a number can be read from a wall by anybody, who then can pretend. */
static void
say_found (PorchCli *self, const Found *found)
{
  g_autofree char *title = porch_cli_shown (found->title), *name = porch_cli_shown (found->name);
  g_autofree char *size = g_format_size ((guint64)found->bytes);
  g_autofree char *id = g_strndup (found->id, SHOWN_ID);

  porch_cli_say (
      self,
      ngettext ("“%s” from %s (%s, id %s): %lld file, %s", "“%s” from %s (%s, id %s): %lld files, %s", (gulong)found->files),
      title, name, g_strcmp0 (found->trust, "trusted") == 0 ? _ ("trusted") : _ ("not trusted"), id, (long long)found->files,
      size);
}

/* @from (nullable): a name or the beginning of an id. */
static Found *
choose (PorchCli *self, GPtrArray *all, const char *from, GError **error)
{
  Found *chosen = NULL;
  guint matches = 0;

  for (guint i = 0; i < all->len; i++)
    {
      Found *found = all->pdata[i];

      if (from != NULL && g_strcmp0 (found->name, from) != 0 && !(strlen (from) >= 4 && g_str_has_prefix (found->id, from)))
        continue;
      chosen = found;
      matches++;
    }
  if (matches == 1)
    return chosen;
  if (matches > 1)
    for (guint i = 0; i < all->len; i++)
      say_found (self, all->pdata[i]);
  if (matches > 1)
    g_set_error_literal (
        error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_AMBIGUOUS,
        _ ("Several devices say that this number is theirs. Ask who really hands it out, then say --from ID."));
  else
    g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_FOUND, _ ("“%s” hands nothing out under this number."), from);
  return NULL;
}

static gboolean
confirm (PorchCli *self, const Found *found, gboolean yes, GError **error)
{
  say_found (self, found);
  if (found->missing > 0)
    {
      g_autofree char *size = g_format_size ((guint64)found->missing);

      porch_cli_say (self, _ ("It does not fit: %s more must be free where downloads go. It waits until there is room."), size);
    }
  if (yes || self->json || !self->err_is_terminal || !isatty (STDIN_FILENO) || porch_cli_ask (_ ("Download?")))
    return TRUE;
  g_set_error_literal (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_DECLINED, _ ("Nothing was downloaded."));
  return FALSE;
}

PorchCliExit
porch_cli_verb_join (PorchCli *self, char **args, GError **error)
{
  g_autofree char *to = NULL, *target = NULL, *from = NULL, *transfer = NULL, *number = NULL;
  gboolean detach = FALSE, yes = FALSE;
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_FILENAME, &to, N_ ("Into this folder (default: the downloads folder)"), N_ ("DIR") },
    { "from", 0, 0, G_OPTION_ARG_STRING, &from, N_ ("Only from this device"), N_ ("PEER") },
    { "yes", 0, 0, G_OPTION_ARG_NONE, &yes, N_ ("Don't ask before downloading"), NULL },
    { "detach", 0, 0, G_OPTION_ARG_NONE, &detach, N_ ("Don't wait; it goes on by itself"), NULL },
    { NULL },
  };
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GPtrArray) transfers = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) all = NULL;
  g_auto (GStrv) rest = g_strdupv (args);
  Found *found;

  if (!porch_cli_parse (self, &rest, entries, 1, 2, error) || !porch_cli_check_target (to, &target, error)
      || !porch_cli_connect (self, error))
    return PORCH_CLI_FAILED;
  number = g_strjoinv ("", rest); /* 482 913 may be typed as two words */
  all = seek (self, number, error);
  found = all != NULL ? choose (self, all, from, error) : NULL;
  if (found == NULL || !confirm (self, found, yes, error))
    return PORCH_CLI_FAILED;
  if (target != NULL)
    g_variant_dict_insert_value (&options, "to", g_variant_new_bytestring (target));
  if (!porch_bus_daemon_call_take_hand_out_sync (self->daemon, found->peer, found->handout, g_variant_dict_end (&options),
                                                 &transfer, NULL, error))
    return PORCH_CLI_FAILED;
  g_ptr_array_add (transfers, g_steal_pointer (&transfer));
  return detach ? porch_cli_leave (self, transfers, error) : porch_cli_follow (self, transfers, FALSE, error);
}
