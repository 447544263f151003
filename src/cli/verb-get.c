/* SPDX-License-Identifier: GPL-3.0-or-later */
/* get: fetch files and folders from a peer. */
#include "config.h"

#include <glib/gi18n.h>

#include "porch-cli-peer.h"
#include "porch-cli-place.h"
#include "porch-cli-transfer.h"
#include "verbs.h"

/* What one call of Get asks for: paths below one share of one peer. */
typedef struct {
  char      *peer;
  char      *share;
  GPtrArray *paths;
} Wish;

static void
wish_free (Wish *wish)
{
  g_free (wish->peer);
  g_free (wish->share);
  g_ptr_array_unref (wish->paths);
  g_free (wish);
}

static void
add_wish (GPtrArray *wishes, PorchCliPlace *place)
{
  Wish *wish = NULL;

  for (guint i = 0; i < wishes->len && wish == NULL; i++)
    {
      Wish *other = wishes->pdata[i];
      if (g_str_equal (other->peer, place->peer) && g_str_equal (other->share, place->share))
        wish = other;
    }
  if (wish == NULL)
    {
      wish = g_new0 (Wish, 1);
      wish->peer = g_strdup (place->peer);
      wish->share = g_strdup (place->share);
      wish->paths = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (wishes, wish);
    }
  g_ptr_array_add (wish->paths, g_strdup (place->path));
}

static GPtrArray *
parse_wishes (char **args, GError **error)
{
  g_autoptr (GPtrArray) wishes = g_ptr_array_new_with_free_func ((GDestroyNotify) wish_free);

  for (guint i = 0; args[i] != NULL; i++)
    {
      g_auto (PorchCliPlace) place = { 0 };

      if (!porch_cli_place_parse (args[i], &place, error))
        return NULL;
      if (place.share == NULL)
        {
          porch_cli_set_usage_error (error, _ ("“%s” names a device only; write PEER:SHARE or PEER:SHARE/PATH. “porch ls %s” lists what it shares."),
                                     args[i], args[i]);
          return NULL;
        }
      add_wish (wishes, &place);
    }
  return g_steal_pointer (&wishes);
}

static char *
start (PorchCli *self, Wish *wish, const char *to, GError **error)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (PorchBusPeer) peer = porch_cli_find_peer (self, wish->peer, error);
  g_autoptr (GPtrArray) paths = g_ptr_array_copy (wish->paths, (GCopyFunc) g_strdup, NULL);
  char *transfer = NULL;

  if (peer == NULL)
    return NULL;
  if (to != NULL)
    g_variant_dict_insert_value (&options, "to", g_variant_new_bytestring (to));
  g_ptr_array_add (paths, NULL);
  porch_bus_daemon_call_get_sync (self->daemon, g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)), wish->share,
                                  (const char *const *) paths->pdata, g_variant_dict_end (&options), &transfer, NULL, error);
  return transfer;
}

PorchCliExit
porch_cli_verb_get (PorchCli *self, char **args, GError **error)
{
  g_autofree char *to = NULL, *target = NULL;
  gboolean detach = FALSE, sync = FALSE;
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_FILENAME, &to, N_ ("Into this folder (default: the downloads folder)"), N_ ("DIR") },
    { "detach", 0, 0, G_OPTION_ARG_NONE, &detach, N_ ("Don't wait; it goes on by itself"), NULL },
    { "sync", 0, 0, G_OPTION_ARG_NONE, &sync, N_ ("Wait until it would survive a power cut"), NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) wishes = NULL, transfers = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, entries, 1, -1, error) || (wishes = parse_wishes (rest, error)) == NULL
      || !porch_cli_check_target (to, &target, error) || !porch_cli_connect (self, error))
    return PORCH_CLI_FAILED;
  for (guint i = 0; i < wishes->len; i++)
    {
      char *transfer = start (self, wishes->pdata[i], target, error);

      if (transfer == NULL)
        return PORCH_CLI_FAILED;
      g_ptr_array_add (transfers, transfer);
    }
  return detach ? porch_cli_leave (self, transfers, error) : porch_cli_follow (self, transfers, sync, error);
}
