/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "share/porch-sandbox.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#define FLATPAK_INFO "/.flatpak-info"
#define HOST_PATH_ATTRIBUTE "user.document-portal.host-path"
#define MAX_HOST_PATH 4096

const char *
porch_sandbox_kind (void)
{
  return g_file_test (FLATPAK_INFO, G_FILE_TEST_EXISTS) ? "flatpak" : "";
}

/* (nullable) what follows the portal's mount point: "ID/Films/a", or outside of a sandbox "by-app/APP/ID/Films/a". */
static const char *
below_portal (const char *path)
{
  g_autofree char *mount = g_build_filename (g_get_user_runtime_dir (), "doc/", NULL);

  if (g_str_has_prefix (path, mount))
    return path + strlen (mount);
  /* Inside, the former is a link to this; a path that was resolved has it. */
  if (g_str_has_prefix (path, "/run/flatpak/doc/"))
    return path + strlen ("/run/flatpak/doc/");
  return NULL;
}

gboolean
porch_sandbox_is_portal_path (const char *path)
{
  return below_portal (path) != NULL;
}

/**
 * porch_sandbox_host_path:
 * @path: an absolute path
 *
 * Only the portal is asked: anybody can put such an attribute onto a file of their own.
 */
char *
porch_sandbox_host_path (const char *path)
{
  char host[MAX_HOST_PATH + 1];
  gssize length;

  if (!porch_sandbox_is_portal_path (path))
    return NULL;
  length = getxattr (path, HOST_PATH_ATTRIBUTE, host, MAX_HOST_PATH);
  if (length <= 0)
    return NULL;
  host[length] = '\0';
  return g_path_is_absolute (host) ? g_strdup (host) : NULL;
}

/* "ID/Films/a" is "Films/a" to its owner. */
static const char *
skip_segments (const char *path, guint n)
{
  for (; n > 0 && strchr (path, '/') != NULL; n--)
    path = strchr (path, '/') + 1;
  return path;
}

char *
porch_sandbox_shown_path (const char *path)
{
  const char *below = below_portal (path);
  char *host = porch_sandbox_host_path (path);

  if (host != NULL)
    return host;
  if (below == NULL)
    return g_strdup (path);
  return g_strdup (skip_segments (below, g_str_has_prefix (below, "by-app/") ? 3 : 1));
}

/* Of the nearest folder above that is there. */
static gboolean
stat_nearest (const char *path, struct stat *st)
{
  g_autofree char *at = g_strdup (path);

  while (stat (at, st) < 0)
    {
      char *slash = strrchr (at, '/');

      if (slash == NULL || at[1] == '\0')
        return FALSE;
      slash[slash == at ? 1 : 0] = '\0';
    }
  return TRUE;
}

/**
 * porch_sandbox_loses:
 * @path: an absolute path
 *
 * A sandbox has a root of its own in memory, with folders of the usual names where nothing of the real ones was granted: writing
 * there succeeds, and all is gone when the last program of the sandbox ends.
 */
gboolean
porch_sandbox_loses (const char *path)
{
  struct stat root, there;

  if (*porch_sandbox_kind () == '\0')
    return FALSE;
  return stat ("/", &root) == 0 && stat_nearest (path, &there) && there.st_dev == root.st_dev;
}
