/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "share/porch-dir-private.h"

#include "porch-error.h"
#include "share/porch-path.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* openat2() says EAGAIN when something below was renamed while it looked. */
#define RESOLVE_TRIES 16

static int lacking;
static mode_t process_umask = 0077;

void
porch_dir_lack (PorchDirFeature features)
{
  g_atomic_int_set (&lacking, (int) features);
}

gboolean
porch_dir_lacks (PorchDirFeature feature)
{
  return (g_atomic_int_get (&lacking) & (int) feature) != 0;
}

/* umask() can only be asked by setting it, which other threads would see; and a confined thread can't read /proc. So it is read
 * once, with the first folder that is opened. Where there is no /proc, files stay the user's own. */
static void
read_umask (void)
{
  static gsize once = 0;
  g_autofree char *status = NULL;
  const char *line;

  if (!g_once_init_enter (&once))
    return;
  if (g_file_get_contents ("/proc/self/status", &status, NULL, NULL) && (line = strstr (status, "\nUmask:")))
    process_umask = (mode_t) g_ascii_strtoull (line + strlen ("\nUmask:"), NULL, 8) & 0777;
  g_once_init_leave (&once, 1);
}

mode_t
porch_dir_file_mode (void)
{
  return 0666 & ~process_umask;
}

static const char *
explain (int code, gboolean writing, int *porch_code)
{
  *porch_code = -1;
  switch (code)
    {
    case ENOENT:
    case ENOTDIR:
      *porch_code = PORCH_ERROR_NOT_FOUND;
      return _ ("it is not there, or not any more");
    case ELOOP:
    case EXDEV:
      *porch_code = PORCH_ERROR_PATH_REFUSED;
      return _ ("a symbolic link is in the way, and Porch follows none");
    case ENAMETOOLONG:
      *porch_code = PORCH_ERROR_PATH_REFUSED;
      return _ ("the name is too long for this disk; it needs a shorter one");
    case EINVAL:
    case EILSEQ:
      if (!writing)
        return g_strerror (code);
      /* FAT and its like take no “:”, “?” or “*”, and no blank or dot at the end. */
      *porch_code = PORCH_ERROR_PATH_REFUSED;
      return _ ("this disk takes no such name; it needs another one");
    case ENOSPC:
    case EDQUOT:
      *porch_code = PORCH_ERROR_NO_SPACE;
      return _ ("the disk is full; make room and try again");
    case EEXIST:
      *porch_code = PORCH_ERROR_EXISTS;
      return _ ("something of this name is there already");
    case EROFS:
      *porch_code = PORCH_ERROR_READ_ONLY;
      return _ ("the disk is read-only; choose another folder");
    case EACCES:
    case EPERM:
      if (writing)
        *porch_code = PORCH_ERROR_READ_ONLY;
      return writing ? _ ("this folder can’t be written to; choose another one") : _ ("there is no permission to read it");
    default:
      return g_strerror (code);
    }
}

gboolean
porch_dir_fail (GError **error, int code, gboolean writing, const char *path)
{
  g_autofree char *shown = porch_path_to_display (*path ? path : ".");
  int porch_code;
  const char *why = explain (code, writing, &porch_code);

  if (porch_code >= 0)
    /* Translators: a file or folder, and what is wrong with it. */
    g_set_error (error, PORCH_ERROR, porch_code, _ ("“%s”: %s"), shown, why);
  else
    g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), _ ("“%s”: %s"), shown, why);
  return FALSE;
}

PorchDir *
porch_dir_new_take (int fd)
{
  PorchDir *self = g_new0 (PorchDir, 1);

  g_atomic_ref_count_init (&self->refs);
  self->fd = fd;
  return self;
}

/**
 * porch_dir_open:
 * @path: a local path that the user chose
 * @error: return location
 *
 * Symbolic links on the way to the folder are the user's own and are followed, once, here.
 *
 * Returns: (transfer full) (nullable): the folder
 */
PorchDir *
porch_dir_open (const char *path, GError **error)
{
  int fd;

  read_umask ();
  fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    return porch_dir_new_take (fd);
  porch_dir_fail (error, errno, FALSE, path);
  return NULL;
}

PorchDir *
porch_dir_ref (PorchDir *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
porch_dir_unref (PorchDir *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  close (self->fd);
  g_free (self);
}

int
porch_dir_get_fd (PorchDir *self)
{
  return self->fd;
}

/* Some file systems in user space (the document portal of sandboxes) are told of O_NOFOLLOW and then refuse every file. So the file is
 * held first, which they are not asked about, and what is held is opened. */
static int
open_held (int fd, const char *name, int flags)
{
  char held[sizeof "/proc/self/fd/" + 3 * sizeof (int)];
  int path = openat (fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  struct stat st;
  int file = -1;
  int code;

  if (path < 0)
    return -1;
  g_snprintf (held, sizeof held, "/proc/self/fd/%d", path);
  errno = ELOOP;
  if (fstat (path, &st) == 0 && S_ISREG (st.st_mode))
    file = open (held, flags | O_CLOEXEC);
  code = errno;
  close (path);
  errno = code;
  return file;
}

/* A link gives ENOTDIR to O_DIRECTORY|O_NOFOLLOW, as a file does: tell them apart, as openat2() does. */
static int
open_segment (int fd, const char *name, int flags)
{
  struct stat st;
  int next = openat (fd, name, flags | O_NOFOLLOW | O_CLOEXEC);

  if (next < 0 && errno == ELOOP)
    return open_held (fd, name, flags);
  if (next < 0 && errno == ENOTDIR && fstatat (fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
    errno = S_ISLNK (st.st_mode) ? ELOOP : ENOTDIR;
  return next;
}

/* For kernels before 5.6, and sandboxes that know no openat2(): one segment after the other, none of them a link. */
static int
walk (int dir_fd, const char *path, int flags)
{
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);
  int fd = dir_fd;

  for (guint i = 0; segments[i]; i++)
    {
      gboolean last = segments[i + 1] == NULL;
      int next;
      int code;

      if (strcmp (segments[i], "..") == 0 || *segments[i] == '\0')
        {
          next = -1;
          errno = EXDEV;
        }
      else
        next = open_segment (fd, segments[i], last ? flags : O_PATH | O_DIRECTORY);
      code = errno;
      if (fd != dir_fd)
        close (fd);
      if (next < 0)
        {
          errno = code;
          return -1;
        }
      fd = next;
    }
  return fd;
}

int
porch_dir_resolve (int dir_fd, const char *path, int flags)
{
  struct open_how how = {
    /* RESOLVE_NO_SYMLINKS alone says ELOOP to a link. O_NOFOLLOW is for looking at one; where a folder is wanted it would make it
     * ENOTDIR, and where a file is opened it would reach file systems in user space: the document portal of sandboxes refuses every
     * file then. */
    .flags = (guint64) (flags | O_CLOEXEC | ((flags & (O_PATH | O_DIRECTORY)) == O_PATH ? O_NOFOLLOW : 0)),
    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
  };

  if (*path == '\0')
    path = ".";
  for (guint i = 0; i < RESOLVE_TRIES && !porch_dir_lacks (PORCH_DIR_OPENAT2); i++)
    {
      int fd = (int) syscall (SYS_openat2, dir_fd, path, &how, sizeof how);

      if (fd >= 0)
        return fd;
      if (errno == ENOSYS || errno == EPERM)
        break;
      if (errno != EAGAIN && errno != EINTR)
        return -1;
    }
  return walk (dir_fd, path, flags);
}

/* As porch_dir_resolve(), and @path is checked. @folder: "" is allowed. */
static int
open_checked (PorchDir *self, const char *path, gboolean folder, int flags, GError **error)
{
  int fd;

  if (!(folder && *path == '\0') && !porch_path_check (path, -1, error))
    return -1;
  fd = porch_dir_resolve (self->fd, path, flags);
  if (fd < 0)
    porch_dir_fail (error, errno, FALSE, path);
  return fd;
}

int
porch_dir_open_parent (PorchDir *self, const char *path, GError **error)
{
  return open_checked (self, path, TRUE, O_PATH | O_DIRECTORY, error);
}

/**
 * porch_dir_open_dir:
 * @path: a wire path, "" for the folder itself
 * @error: return location
 *
 * Returns: (transfer full) (nullable): that folder, held by a descriptor of its own
 */
PorchDir *
porch_dir_open_dir (PorchDir *self, const char *path, GError **error)
{
  int fd = open_checked (self, path, TRUE, O_RDONLY | O_DIRECTORY, error);

  return fd < 0 ? NULL : porch_dir_new_take (fd);
}

static gboolean
is_regular (int fd, struct stat *st, const char *path, GError **error)
{
  if (fstat (fd, st) < 0)
    return porch_dir_fail (error, errno, FALSE, path);
  if (S_ISREG (st->st_mode))
    return TRUE;
  return porch_dir_fail (error, S_ISLNK (st->st_mode) ? ELOOP : ENOENT, FALSE, path);
}

/**
 * porch_dir_open_file:
 * @path: a wire path
 * @st: (out): the file as it is when opened
 * @error: return location
 *
 * Looked at by O_PATH first, because the mere opening of a device may do something (a tape rewinds, a watchdog starts), then opened
 * without blocking and looked at again, because it may have been exchanged between the two. A FIFO, device or socket never comes
 * through; to a peer it is not there.
 *
 * Returns: a read-only descriptor of a regular file, or -1
 */
int
porch_dir_open_file (PorchDir *self, const char *path, struct stat *st, GError **error)
{
  int fd = open_checked (self, path, FALSE, O_PATH, error);
  gboolean regular;

  if (fd < 0)
    return -1;
  regular = is_regular (fd, st, path, error);
  close (fd);
  if (!regular)
    return -1;
  fd = open_checked (self, path, FALSE, O_RDONLY | O_NONBLOCK | O_NOCTTY, error);
  if (fd >= 0 && is_regular (fd, st, path, error))
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

/**
 * porch_dir_stat:
 * @path: a wire path, "" for the folder itself
 * @st: (out): whatever lies there; a link is described, not followed
 * @error: return location
 *
 * Returns: FALSE with an error
 */
gboolean
porch_dir_stat (PorchDir *self, const char *path, struct stat *st, GError **error)
{
  int fd = open_checked (self, path, TRUE, O_PATH, error);
  gboolean ok;

  if (fd < 0)
    return FALSE;
  ok = fstat (fd, st) == 0 || porch_dir_fail (error, errno, FALSE, path);
  close (fd);
  return ok;
}

/**
 * porch_dir_sync:
 * @error: return location
 *
 * Puts everything written to this file system so far on the disk (one syncfs() for many small files).
 *
 * Returns: FALSE with an error
 */
gboolean
porch_dir_sync (PorchDir *self, GError **error)
{
  return syncfs (self->fd) == 0 || porch_dir_fail (error, errno, TRUE, "");
}

/**
 * porch_dir_free_space:
 * @available: (out) (nullable): bytes that this user may still write
 * @size: (out) (nullable): bytes of the whole file system
 * @error: return location
 *
 * Returns: FALSE with an error
 */
gboolean
porch_dir_free_space (PorchDir *self, guint64 *available, guint64 *size, GError **error)
{
  struct statvfs fs;

  if (fstatvfs (self->fd, &fs) < 0)
    return porch_dir_fail (error, errno, FALSE, "");
  if (available)
    *available = (guint64) fs.f_bavail * fs.f_frsize;
  if (size)
    *size = (guint64) fs.f_blocks * fs.f_frsize;
  return TRUE;
}
