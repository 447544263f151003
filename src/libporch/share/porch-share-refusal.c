/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which folders Porch does not share without being told twice. Compared are canonical paths and (device, inode): a symbolic link, a
 * bind mount or a different spelling leads to the same answer. */
#include "config.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "share/porch-path.h"
#include "share/porch-sandbox.h"
#include "share/porch-share-list.h"

/* Below the home folder: keys, passwords, sessions of browsers and of programs. Themselves, what is in them, and what they are in. */
static const char *const secrets[] = {
  ".ssh",
  ".gnupg",
  ".pki",
  ".password-store",
  ".local/share/keyrings",
  ".local/share/kwalletd",
  ".local/share/porch",
  ".local/share/evolution",
  ".local/share/gnome-shell",
  ".local/share/pki",
  ".local/state",
  ".gnome2/keyrings",
  ".kde/share/apps/kwallet",
  ".kde4/share/apps/kwallet",
  ".config",
  ".cache",
  ".mozilla",
  ".thunderbird",
  ".var/app",
  "snap",
  ".aws",
  ".azure",
  ".kube",
  ".docker",
  ".electrum",
  ".bitcoin",
};
/* A copy of somebody's home folder, a backup of one: it holds these at its top. */
static const char *const telltales[] = { ".ssh", ".gnupg", ".password-store", ".mozilla" };
/* The system's own; not /run as a whole, where disks and the portal's folders lie. */
static const char *const systems[] = { "/etc", "/proc", "/sys", "/dev", "/boot" };
static const char *const system_tops[] = { "/run", "/run/user", "/run/media", "/var", "/usr", "/media", "/mnt" };

static gboolean
same_file (const char *a, const char *b)
{
  struct stat st_a, st_b;

  return stat (a, &st_a) == 0 && stat (b, &st_b) == 0 && st_a.st_dev == st_b.st_dev && st_a.st_ino == st_b.st_ino;
}

/* Is @path @folder, or anywhere in it? Both absolute; @path canonical. */
static gboolean
is_within (const char *path, const char *folder)
{
  g_autofree char *at = g_strdup (path);

  while (TRUE)
    {
      char *slash;

      if (strcmp (at, folder) == 0 || same_file (at, folder))
        return TRUE;
      slash = strrchr (at, '/');
      if (slash == NULL || at[1] == '\0')
        return FALSE;
      slash[slash == at ? 1 : 0] = '\0';
    }
}

static char *
canonical (const char *path)
{
  char *real = realpath (path, NULL);
  char *copy = g_strdup (real);

  free (real);
  return copy;
}

/* Does one of them hold the other, whichever? */
static gboolean
touches (const char *path, const char *secret)
{
  g_autofree char *real = canonical (secret);

  return real != NULL && (is_within (path, real) || is_within (real, path));
}

static char *
refuse_secret (const char *path, const char *secret)
{
  g_autofree char *shown = porch_path_to_display (path);
  g_autofree char *what = porch_path_to_display (secret);

  if (!touches (path, secret))
    return NULL;
  return g_strdup_printf (_ ("“%s” is, holds or lies in “%s”, where keys, passwords or settings are kept."), shown, what);
}

static char *
refuse_home_secrets (const char *path, const char *home)
{
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      g_autofree char *secret = g_build_filename (home, secrets[i], NULL);
      char            *reason = refuse_secret (path, secret);

      if (reason != NULL)
        return reason;
    }
  return NULL;
}

/* Where the environment moved them. */
static char *
refuse_moved_secrets (const char *path)
{
  g_autofree char *state = g_build_filename (g_get_user_data_dir (), "porch", NULL);
  g_autofree char *keyrings = g_build_filename (g_get_user_data_dir (), "keyrings", NULL);
  const char *folders[] = { state, keyrings, g_get_user_config_dir () };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      char *reason = refuse_secret (path, folders[i]);

      if (reason != NULL)
        return reason;
    }
  return NULL;
}

static char *
refuse_system (const char *path)
{
  g_autofree char *shown = porch_path_to_display (path);

  for (guint i = 0; i < G_N_ELEMENTS (systems); i++)
    if (is_within (path, systems[i]))
      return g_strdup_printf (_ ("“%s” belongs to the system."), shown);
  for (guint i = 0; i < G_N_ELEMENTS (system_tops); i++)
    if (strcmp (path, system_tops[i]) == 0 || same_file (path, system_tops[i]))
      return g_strdup_printf (_ ("“%s” is a folder of the system; choose one in it."), shown);
  return NULL;
}

static char *
refuse_copy_of_home (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (telltales); i++)
    {
      g_autofree char *inside = g_build_filename (path, telltales[i], NULL);
      g_autofree char *shown = porch_path_to_display (path);

      if (g_file_test (inside, G_FILE_TEST_IS_DIR))
        return g_strdup_printf (_ ("“%s” looks like a copy of a home folder: it holds “%s”, where keys or passwords are kept."), shown,
                                telltales[i]);
    }
  return NULL;
}

/* Is the one in the other, by their names? */
static gboolean
holds (const char *folder, const char *path)
{
  gsize length = strcmp (folder, "/") == 0 ? 0 : strlen (folder);

  return strncmp (folder, path, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* What the portal shows a sandbox can't be compared as files, because what it lies in is not there; its real name is all there is. */
static char *
refuse_by_name (const char *path, const char *home)
{
  g_autofree char *shown = porch_path_to_display (path);

  if (holds (path, home))
    return g_strdup_printf (_ ("“%s” is or holds your whole home folder, with keys, passwords and private settings in it."), shown);
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      g_autofree char *secret = g_build_filename (home, secrets[i], NULL);
      g_autofree char *what = porch_path_to_display (secret);

      if (holds (path, secret) || holds (secret, path))
        return g_strdup_printf (_ ("“%s” is, holds or lies in “%s”, where keys, passwords or settings are kept."), shown, what);
    }
  for (guint i = 0; i < G_N_ELEMENTS (systems); i++)
    if (holds (systems[i], path))
      return g_strdup_printf (_ ("“%s” belongs to the system."), shown);
  for (guint i = 0; i < G_N_ELEMENTS (system_tops); i++)
    if (strcmp (path, system_tops[i]) == 0)
      return g_strdup_printf (_ ("“%s” is a folder of the system; choose one in it."), shown);
  return NULL;
}

/**
 * porch_share_refusal:
 * @path: an existing folder
 * @home: the user's home folder
 *
 * Returns: (transfer full) (nullable): why it is not shared without an explicit override, for people; NULL if it may be.
 *   A path that can't be looked at is refused too.
 */
char *
porch_share_refusal (const char *path, const char *home)
{
  g_autofree char *real = canonical (path);
  g_autofree char *real_home = canonical (home);
  g_autofree char *host = porch_sandbox_host_path (path);
  g_autofree char *shown = porch_path_to_display (path);
  char            *reason = NULL;

  if (host != NULL && (reason = refuse_by_name (host, home)) != NULL)
    return reason;
  if (real == NULL)
    return g_strdup_printf (_ ("“%s” can't be looked at: %s."), shown, g_strerror (errno));
  if (same_file (real, "/"))
    return g_strdup (_ ("“/” is everything on this computer."));
  if (real_home != NULL && !same_file (real_home, "/"))
    {
      if (is_within (real_home, real))
        return g_strdup_printf (_ ("“%s” is or holds your whole home folder, with keys, passwords and private settings in it."), shown);
      reason = refuse_home_secrets (real, real_home);
    }
  if (reason == NULL)
    reason = refuse_moved_secrets (real);
  if (reason == NULL)
    reason = refuse_system (real);
  return reason != NULL ? reason : refuse_copy_of_home (real);
}
