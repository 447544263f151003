/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-bus-files.h"

#include "porch-bus-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

static PorchBusError
errno_code (int number)
{
  if (number == EACCES || number == EPERM)
    return PORCH_BUS_ERROR_NOT_ALLOWED;
  return number == ENOENT || number == ENOTDIR ? PORCH_BUS_ERROR_NOT_FOUND : PORCH_BUS_ERROR_FAILED;
}

/* O_PATH: nothing is read, nothing blocks (a FIFO!), and no permission on the file itself is needed. */
static int
open_path (const char *path, GError **error)
{
  int fd = open (path, O_PATH | O_CLOEXEC);

  if (fd < 0)
    {
      int number = errno;
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, PORCH_BUS_ERROR, errno_code (number), _ ("Can't open “%s”: %s"), shown, g_strerror (number));
    }
  return fd;
}

static int
append (GUnixFDList *list, const char *path, GError **error)
{
  int fd = open_path (path, error);
  int handle;

  if (fd < 0)
    return -1;
  handle = g_unix_fd_list_append (list, fd, error);
  close (fd);
  return handle;
}

/* One descriptor for each folder, however many of its files are named. */
static int
append_parent (GUnixFDList *list, GHashTable *parents, const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  gpointer known;
  int handle;

  if (g_hash_table_lookup_extended (parents, parent, NULL, &known))
    return GPOINTER_TO_INT (known);
  if (g_hash_table_size (parents) >= PORCH_BUS_MAX_DESCRIPTORS)
    {
      g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_LIMIT,
                   _ ("Files from more than %d folders can't be sent at once. Send them in several goes."),
                   PORCH_BUS_MAX_DESCRIPTORS);
      return -1;
    }
  handle = append (list, parent, error);
  if (handle >= 0)
    g_hash_table_insert (parents, g_steal_pointer (&parent), GINT_TO_POINTER (handle));
  return handle;
}

gboolean
porch_bus_files_pack (const char *const *paths, GVariant **handles, GUnixFDList **list, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GHashTable) parents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean many = g_strv_length ((char **)paths) > PORCH_BUS_MAX_DESCRIPTORS;
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("ah"));

  for (guint i = 0; paths[i]; i++)
    {
      int handle;

      if (many && access (paths[i], F_OK) < 0)
        handle = append (fds, paths[i], error); /* for its error */
      else
        handle = many ? append_parent (fds, parents, paths[i], error) : append (fds, paths[i], error);
      if (handle < 0)
        return FALSE;
      g_variant_builder_add (&builder, "h", handle);
    }
  *handles = g_variant_builder_end (&builder);
  *list = g_steal_pointer (&fds);
  return TRUE;
}

gboolean
porch_bus_files_pack_one (const char *path, GVariant **handle, GUnixFDList **list, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  int number = append (fds, path, error);

  if (number < 0)
    return FALSE;
  *handle = g_variant_new_handle (number);
  *list = g_steal_pointer (&fds);
  return TRUE;
}

static gboolean
same_file (const char *path, const struct stat *theirs)
{
  struct stat ours;

  return stat (path, &ours) == 0 && ours.st_dev == theirs->st_dev && ours.st_ino == theirs->st_ino;
}

/* The folder that holds it, and it is there: who can see the one can see the other. */
static gboolean
same_parent (const char *path, const struct stat *theirs)
{
  g_autofree char *parent = g_path_get_dirname (path);
  struct stat st;

  return S_ISDIR (theirs->st_mode) && same_file (parent, theirs) && stat (path, &st) == 0;
}

gboolean
porch_bus_files_check (const char *path, int fd, gboolean parent_counts, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  struct stat theirs;

  if (!g_path_is_absolute (path))
    {
      g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_INVALID, _ ("“%s” is not an absolute path."), shown);
      return FALSE;
    }
  if (fstat (fd, &theirs) == 0 && (same_file (path, &theirs) || (parent_counts && same_parent (path, &theirs))))
    return TRUE;
  g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_FOUND,
               _ ("Porch's background service can't see “%s”. Choose something that lies outside a sandbox."), shown);
  return FALSE;
}
