/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send: hand files, folders or a text to one or several peers. */
#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "porch-bus-files.h"
#include "porch-cli-peer.h"
#include "porch-cli-place.h"
#include "porch-cli-transfer.h"
#include "porch-limits.h"
#include "verbs.h"

/* One byte more than is allowed tells that there is too much. */
static char *
read_standard_input (GError **error)
{
  char buffer[PORCH_MAX_TEXT + 2];
  gsize length = fread (buffer, 1, sizeof buffer - 1, stdin);

  if (ferror (stdin))
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("The text can't be read from standard input: %s"), g_strerror (errno));
      return NULL;
    }
  if (memchr (buffer, '\0', length) != NULL)
    {
      porch_cli_set_usage_error (error, _ ("Standard input is no text."));
      return NULL;
    }
  if (length <= PORCH_MAX_TEXT && length > 0 && buffer[length - 1] == '\n')
    length--;
  return g_strndup (buffer, length);
}

static char *
get_text (const char *option, GError **error)
{
  g_autofree char *text = strcmp (option, "-") == 0 ? read_standard_input (error) : g_strdup (option);

  if (text == NULL)
    return NULL;
  if (*text == '\0')
    porch_cli_set_usage_error (error, _ ("The text is empty."));
  else if (strlen (text) > PORCH_MAX_TEXT)
    porch_cli_set_usage_error (error, _ ("The text is longer than %d bytes; send it as a file."), PORCH_MAX_TEXT);
  else if (!g_utf8_validate (text, -1, NULL))
    porch_cli_set_usage_error (error, _ ("The text is not UTF-8; send it as a file."));
  else
    return g_steal_pointer (&text);
  return NULL;
}

static gboolean
add_receiver (PorchCli *self, GPtrArray *paths, const char *text, GError **error)
{
  g_auto (PorchCliPlace) place = { 0 };
  g_autoptr (PorchBusPeer) peer = NULL;
  const char *path;

  if (!porch_cli_place_parse (text, &place, error))
    return FALSE;
  if (place.share != NULL)
    {
      g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_ALLOWED,
                   _ ("“%s” can only be read. To hand files over: porch send %s FILE…"), text, place.peer);
      return FALSE;
    }
  peer = porch_cli_find_peer (self, place.peer, error);
  if (peer == NULL)
    return FALSE;
  path = g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer));
  if (!g_ptr_array_find_with_equal_func (paths, path, g_str_equal, NULL))
    g_ptr_array_add (paths, g_strdup (path));
  return TRUE;
}

static GPtrArray *
find_receivers (PorchCli *self, const char *first, char **more, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (!add_receiver (self, paths, first, error))
    return NULL;
  for (guint i = 0; more != NULL && more[i] != NULL; i++)
    if (!add_receiver (self, paths, more[i], error))
      return NULL;
  g_ptr_array_add (paths, NULL);
  return g_steal_pointer (&paths);
}

/* Absolute, because the daemon stands elsewhere. */
static GPtrArray *
absolute_paths (char **files)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; files[i] != NULL; i++)
    g_ptr_array_add (paths, g_canonicalize_filename (files[i], NULL));
  g_ptr_array_add (paths, NULL);
  return paths;
}

static GPtrArray *
send_all (PorchCli *self, GPtrArray *receivers, GPtrArray *files, const char *text, GError **error)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GUnixFDList) list = NULL;
  g_autoptr (GPtrArray) transfers = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) objects = NULL;
  GVariant *handles;

  if (!porch_bus_files_pack ((const char *const *) files->pdata, &handles, &list, error))
    return NULL;
  if (text != NULL)
    g_variant_dict_insert (&options, "text", "s", text);
  if (!porch_bus_daemon_call_send_sync (self->daemon, (const char *const *) receivers->pdata, (const char *const *) files->pdata, handles,
                                        g_variant_dict_end (&options), list, &objects, NULL, NULL, error))
    return NULL;
  for (guint i = 0; objects[i] != NULL; i++)
    g_ptr_array_add (transfers, g_strdup (objects[i]));
  return g_steal_pointer (&transfers);
}

PorchCliExit
porch_cli_verb_send (PorchCli *self, char **args, GError **error)
{
  g_autofree char *option = NULL, *text = NULL;
  g_auto (GStrv) more = NULL;
  gboolean detach = FALSE;
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING_ARRAY, &more, N_ ("To this device too (may be repeated)"), N_ ("PEER") },
    { "text", 0, 0, G_OPTION_ARG_STRING, &option, N_ ("A text instead of files; “-” reads it from standard input, unseen by other users"), N_ ("TEXT") },
    { "detach", 0, 0, G_OPTION_ARG_NONE, &detach, N_ ("Don't wait; it goes on by itself"), NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) receivers = NULL, files = NULL, transfers = NULL;
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, entries, 1, -1, error))
    return PORCH_CLI_FAILED;
  if ((option == NULL) == (rest[1] == NULL))
    {
      porch_cli_set_usage_error (error, option ? _ ("Send either files or a text.") : _ ("Send what? porch send PEER FILE…, or porch send PEER --text -"));
      return PORCH_CLI_FAILED;
    }
  if ((option != NULL && (text = get_text (option, error)) == NULL) || !porch_cli_connect (self, error)
      || (receivers = find_receivers (self, rest[0], more, error)) == NULL)
    return PORCH_CLI_FAILED;
  files = absolute_paths (rest + 1);
  transfers = send_all (self, receivers, files, text, error);
  if (transfers == NULL)
    return PORCH_CLI_FAILED;
  return detach ? porch_cli_leave (self, transfers, error) : porch_cli_follow (self, transfers, FALSE, error);
}
