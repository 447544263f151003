/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "porch-cli-place.h"

void
porch_cli_place_clear (PorchCliPlace *place)
{
  g_clear_pointer (&place->peer, g_free);
  g_clear_pointer (&place->share, g_free);
  g_clear_pointer (&place->path, g_free);
}

static char *
without_outer_slashes (const char *path)
{
  gsize length;

  while (*path == '/')
    path++;
  length = strlen (path);
  while (length > 0 && path[length - 1] == '/')
    length--;
  return g_strndup (path, length);
}

gboolean
porch_cli_place_parse (const char *text, PorchCliPlace *place, GError **error)
{
  const char *colon = strchr (text, ':');
  const char *share = colon ? colon + 1 : NULL;
  const char *slash = share ? strchr (share, '/') : NULL;

  if (*text == '\0' || colon == text || (share != NULL && (*share == '\0' || slash == share)))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("“%s” does not name a place; write PEER:SHARE/PATH, like Ada:Films/holiday.mkv"),
                   text);
      return FALSE;
    }
  place->peer = colon ? g_strndup (text, colon - text) : g_strdup (text);
  place->share = slash ? g_strndup (share, slash - share) : g_strdup (share);
  place->path = without_outer_slashes (slash ? slash : "");
  return TRUE;
}
