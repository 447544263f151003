/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The receiving half of the path layer: adds, never replaces, and deletes nothing but Porch's own staging files. */
#include "config.h"

#include "share/porch-dir-private.h"

#include "porch-error.h"
#include "share/porch-path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How many numbers are tried for a name that is taken. */
#define MAX_NUMBER 9999
#define STAGING_TRIES 16
#define COPY_SIZE (128 * 1024)

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE (1 << 0)
#endif

static gboolean
refuse_not_staging (const char *name, GError **error)
{
  g_autofree char *shown = porch_path_to_display (name);

  g_set_error (error, PORCH_ERROR, PORCH_ERROR_PATH_REFUSED, _ ("“%s” is not one of Porch’s own unfinished files"), shown);
  return FALSE;
}

/* Splits off the last segment: "a/b/c" gives "c" and @parent "a/b". */
static const char *
split_path (const char *path, char **parent)
{
  const char *slash = strrchr (path, '/');

  *parent = slash ? g_strndup (path, (gsize) (slash - path)) : g_strdup ("");
  return slash ? slash + 1 : path;
}

/**
 * porch_dir_mkdir:
 * @path: a wire path; its parent must be there
 * @existed: (out) (nullable): there was such a folder already
 * @error: return location
 *
 * Returns: FALSE with an error, %PORCH_ERROR_EXISTS when something else than a folder has that name
 */
gboolean
porch_dir_mkdir (PorchDir *self, const char *path, gboolean *existed, GError **error)
{
  g_autofree char *parent = NULL;
  const char *name;
  struct stat st;
  int fd;
  int code = 0;

  if (!porch_path_check (path, -1, error))
    return FALSE;
  name = split_path (path, &parent);
  fd = porch_dir_open_parent (self, parent, error);
  if (fd < 0)
    return FALSE;
  if (existed)
    *existed = FALSE;
  if (mkdirat (fd, name, 0777) < 0)
    code = errno;
  if (code == EEXIST && fstatat (fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR (st.st_mode))
    {
      code = 0;
      if (existed)
        *existed = TRUE;
    }
  close (fd);
  return code == 0 || porch_dir_fail (error, code, TRUE, path);
}

/* What a numbered name is tried for: 0 done, else an errno; EEXIST asks for the next number. */
typedef int (*TryName) (int parent_fd, const char *name, gpointer data);

static gboolean
try_names (int parent_fd, const char *wanted, TryName func, gpointer data, char **final, GError **error)
{
  for (guint number = 0; number <= MAX_NUMBER; number++)
    {
      g_autofree char *name = number == 0 ? g_strdup (wanted) : porch_path_numbered (wanted, number);
      int code = func (parent_fd, name, data);

      if (code == 0)
        {
          *final = g_steal_pointer (&name);
          return TRUE;
        }
      if (code != EEXIST)
        return porch_dir_fail (error, code, TRUE, wanted);
    }
  return porch_dir_fail (error, EEXIST, TRUE, wanted);
}

static int
try_mkdir (int parent_fd, const char *name, gpointer data)
{
  return mkdirat (parent_fd, name, 0777) == 0 ? 0 : errno;
}

/**
 * porch_dir_mkdir_fresh:
 * @parent: a wire path, "" for the folder itself
 * @wanted: the name it should have
 * @final: (out) (transfer full): the name it has, with a number when that was taken
 * @error: return location
 *
 * Returns: FALSE with an error
 */
gboolean
porch_dir_mkdir_fresh (PorchDir *self, const char *parent, const char *wanted, char **final, GError **error)
{
  gboolean ok;
  int fd;

  *final = NULL;
  if (!porch_path_check_name (wanted, -1, error))
    return FALSE;
  fd = porch_dir_open_parent (self, parent, error);
  if (fd < 0)
    return FALSE;
  ok = try_names (fd, wanted, try_mkdir, NULL, final, error);
  close (fd);
  return ok;
}

static char *
random_staging_name (void)
{
  guint64 number = 0;

  if (getrandom (&number, sizeof number, 0) != sizeof number)
    number = ((guint64) g_random_int () << 32) | g_random_int (); /* only has to be free; O_EXCL decides */
  return g_strdup_printf (PORCH_STAGING_PREFIX "%016" G_GINT64_MODIFIER "x", number);
}

/**
 * porch_dir_create_staging:
 * @parent: a wire path, "" for the folder itself
 * @name: (out) (transfer full): the staging file's name
 * @error: return location
 *
 * Returns: a read-write descriptor of an empty file that nobody else may open, or -1
 */
int
porch_dir_create_staging (PorchDir *self, const char *parent, char **name, GError **error)
{
  int parent_fd = porch_dir_open_parent (self, parent, error);
  int fd = -1;

  *name = NULL;
  if (parent_fd < 0)
    return -1;
  for (guint i = 0; i < STAGING_TRIES && fd < 0; i++)
    {
      g_free (*name);
      *name = random_staging_name ();
      fd = openat (parent_fd, *name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
      if (fd < 0 && errno != EEXIST)
        break;
    }
  /* An odd umask must not keep ourselves out after a restart. */
  if (fd >= 0 && (porch_dir_file_mode () & 0600) != 0600)
    (void) fchmod (fd, 0600);
  if (fd < 0)
    {
      porch_dir_fail (error, errno, TRUE, parent);
      g_clear_pointer (name, g_free);
    }
  close (parent_fd);
  return fd;
}

/* A regular file of this user's, under this one name: writing to it or removing it touches nothing else. */
static gboolean
is_own (const struct stat *st)
{
  return S_ISREG (st->st_mode) && st->st_nlink == 1 && st->st_uid == geteuid ();
}

static gboolean
is_own_staging (int fd, struct stat *st, const char *name, GError **error)
{
  if (fstat (fd, st) < 0)
    return porch_dir_fail (error, errno, TRUE, name);
  return is_own (st) || refuse_not_staging (name, error);
}

static int
open_staging (PorchDir *self, const char *parent, const char *name, int access, struct stat *st, GError **error)
{
  int parent_fd;
  int fd;

  if (!porch_path_is_staging (name))
    return refuse_not_staging (name, error) - 1;
  parent_fd = porch_dir_open_parent (self, parent, error);
  if (parent_fd < 0)
    return -1;
  fd = porch_dir_resolve (parent_fd, name, access | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    porch_dir_fail (error, errno, TRUE, name);
  else if (!is_own_staging (fd, st, name, error))
    {
      close (fd);
      fd = -1;
    }
  close (parent_fd);
  return fd;
}

/**
 * porch_dir_open_staging:
 * @parent: a wire path, "" for the folder itself
 * @name: what porch_dir_create_staging() gave, in this or an earlier run
 * @st: (out): the file as it is
 * @error: return location
 *
 * Returns: a read-write descriptor, or -1; a file with a second name, of another user or that is no regular file is refused
 */
int
porch_dir_open_staging (PorchDir *self, const char *parent, const char *name, struct stat *st, GError **error)
{
  return open_staging (self, parent, name, O_RDWR, st, error);
}

/**
 * porch_dir_read_staging:
 *
 * As porch_dir_open_staging(), with a descriptor that can only be read.
 */
int
porch_dir_read_staging (PorchDir *self, const char *parent, const char *name, struct stat *st, GError **error)
{
  return open_staging (self, parent, name, O_RDONLY, st, error);
}

/**
 * porch_dir_remove_staging:
 * @parent: a wire path, "" for the folder itself
 * @name: a staging name; nothing else is ever removed
 * @error: return location
 *
 * Returns: FALSE with an error; TRUE also when it is not there
 */
gboolean
porch_dir_remove_staging (PorchDir *self, const char *parent, const char *name, GError **error)
{
  struct stat st;
  int code = 0;
  int fd;

  if (!porch_path_is_staging (name))
    return refuse_not_staging (name, error);
  fd = porch_dir_open_parent (self, parent, error);
  if (fd < 0)
    return FALSE;
  if (fstatat (fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    code = errno;
  else if (!S_ISREG (st.st_mode))
    code = EISDIR;
  else if (unlinkat (fd, name, 0) < 0)
    code = errno;
  close (fd);
  if (code == EISDIR)
    return refuse_not_staging (name, error);
  return code == 0 || code == ENOENT || porch_dir_fail (error, code, TRUE, name);
}

/**
 * porch_dir_take_back:
 * @parent: a wire path, "" for the folder itself
 * @name: the name under which a file of this device's own was published
 * @inode: which file that is
 * @staging: (out) (transfer full): the staging name that it bears now
 * @error: return location
 *
 * Makes a published file an unfinished one again: for a file that a power cut has torn. The caller has looked that it is one. Nothing
 * happens when another file bears the name by now.
 *
 * Returns: FALSE with an error
 */
gboolean
porch_dir_take_back (PorchDir *self, const char *parent, const char *name, guint64 inode, char **staging, GError **error)
{
  g_autofree char *free_name = random_staging_name ();
  struct stat st;
  int code = 0;
  int fd;

  *staging = NULL;
  if (!porch_path_check_name (name, -1, error))
    return FALSE;
  fd = porch_dir_open_parent (self, parent, error);
  if (fd < 0)
    return FALSE;
  if (fstatat (fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    code = errno;
  else if (!is_own (&st) || st.st_ino != inode)
    code = ENOENT;
  else if (renameat2 (fd, name, fd, free_name, RENAME_NOREPLACE) < 0)
    code = errno;
  close (fd);
  if (code != 0)
    return porch_dir_fail (error, code, TRUE, name);
  *staging = g_steal_pointer (&free_name);
  return TRUE;
}

static gboolean
is_left_behind (int fd, const char *name, GHashTable *keep, gint64 before)
{
  struct stat st;

  return porch_path_is_staging (name) && !g_hash_table_contains (keep, name) && fstatat (fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0
         && is_own (&st) && (gint64) st.st_ctim.tv_sec * G_USEC_PER_SEC + st.st_ctim.tv_nsec / 1000 < before;
}

/**
 * porch_dir_sweep_staging:
 * @path: a folder that a transfer of this device made
 * @keep: set of the staging names that are still needed
 * @before: real time in µs; what was touched since stays
 * @error: return location
 *
 * Removes unfinished files that a killed process has left in @path itself and that nobody knows any more.
 */
gboolean
porch_dir_sweep_staging (PorchDir *self, const char *path, GHashTable *keep, gint64 before, GError **error)
{
  struct dirent *entry;
  DIR *dir;
  int fd;

  if (*path && !porch_path_check (path, -1, error))
    return FALSE;
  fd = porch_dir_resolve (self->fd, path, O_RDONLY | O_DIRECTORY);
  dir = fd < 0 ? NULL : fdopendir (fd);
  if (dir == NULL)
    {
      porch_dir_fail (error, errno, FALSE, path);
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  while ((entry = readdir (dir)) != NULL)
    if (is_left_behind (fd, entry->d_name, keep, before))
      unlinkat (fd, entry->d_name, 0);
  closedir (dir);
  return TRUE;
}

typedef struct {
  const char     *staging;
  int             fd;
  struct timespec times[2];
} Publication;

/* Without looking at errors: sticks with FAT know no modes and let only the owner set times, and the bytes are what counts. */
static void
set_attributes (int fd, const Publication *pub)
{
  (void) fchmod (fd, porch_dir_file_mode ());
  (void) futimens (fd, pub->times);
}

/* The last resort, on disks that know neither RENAME_NOREPLACE nor links (phones by MTP): only O_EXCL is left to be sure that
 * nothing is replaced, so the bytes are written once more under the final name. What this very call made is taken back when it
 * fails. A crash in the middle leaves the staging file as well, and the file is then published again beside the fragment. */
static int
copy_bytes (int from, int to)
{
  g_autofree guint8 *buffer = g_malloc (COPY_SIZE);
  off_t offset = 0;

  for (;;)
    {
      gssize n = pread (from, buffer, COPY_SIZE, offset);

      if (n == 0)
        return fsync (to) == 0 ? 0 : errno;
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return errno;
      for (gssize done = 0; done < n;)
        {
          gssize w = pwrite (to, buffer + done, (gsize) (n - done), offset + done);

          if (w < 0 && errno != EINTR)
            return errno;
          done += MAX (w, 0);
        }
      offset += n;
    }
}

static int
publish_by_copy (int parent_fd, const char *name, const Publication *pub)
{
  int fd = openat (parent_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  struct stat made;
  struct stat there;
  int code;

  if (fd < 0)
    return errno;
  code = copy_bytes (pub->fd, fd);
  if (code == 0)
    {
      set_attributes (fd, pub);
      unlinkat (parent_fd, pub->staging, 0);
    }
  else if (fstat (fd, &made) == 0 && fstatat (parent_fd, name, &there, AT_SYMLINK_NOFOLLOW) == 0 && made.st_ino == there.st_ino
           && made.st_dev == there.st_dev)
    unlinkat (parent_fd, name, 0);
  close (fd);
  return code;
}

static int
publish_by_link (int parent_fd, const char *name, const Publication *pub)
{
  if (porch_dir_lacks (PORCH_DIR_LINK))
    return publish_by_copy (parent_fd, name, pub);
  if (linkat (parent_fd, pub->staging, parent_fd, name, 0) == 0)
    {
      unlinkat (parent_fd, pub->staging, 0);
      return 0;
    }
  if (errno == EPERM || errno == ENOSYS || errno == EOPNOTSUPP || errno == EMLINK || errno == EINVAL)
    return publish_by_copy (parent_fd, name, pub);
  return errno;
}

static int
try_publish (int parent_fd, const char *name, gpointer data)
{
  const Publication *pub = data;

  if (porch_dir_lacks (PORCH_DIR_NOREPLACE))
    return publish_by_link (parent_fd, name, pub);
  if (syscall (SYS_renameat2, parent_fd, pub->staging, parent_fd, name, RENAME_NOREPLACE) == 0)
    return 0;
  /* NFS and many FUSE mounts say EINVAL. */
  if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)
    return publish_by_link (parent_fd, name, pub);
  return errno;
}

static gboolean
is_same_file (int parent_fd, const char *name, int fd, GError **error)
{
  struct stat by_name;
  struct stat by_fd;

  if (fstat (fd, &by_fd) < 0 || fstatat (parent_fd, name, &by_name, AT_SYMLINK_NOFOLLOW) < 0)
    return porch_dir_fail (error, errno, TRUE, name);
  if (by_fd.st_dev == by_name.st_dev && by_fd.st_ino == by_name.st_ino)
    return TRUE;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_GONE, _ ("The unfinished file “%s” was replaced by another one; download it again"), name);
  return FALSE;
}

static struct timespec
to_timespec (gint64 ns)
{
  struct timespec time = { .tv_sec = ns / G_GINT64_CONSTANT (1000000000), .tv_nsec = ns % G_GINT64_CONSTANT (1000000000) };

  if (time.tv_nsec < 0)
    {
      time.tv_nsec += 1000000000;
      time.tv_sec--;
    }
  return time;
}

/**
 * porch_dir_publish:
 * @parent: a wire path, "" for the folder itself
 * @staging: the staging file's name
 * @fd: its descriptor; must be that very file
 * @wanted: the name it should get
 * @mtime: nanoseconds since 1970, 0: leave it
 * @final: (out) (transfer full): the name it got
 * @error: return location
 *
 * Executable, setuid and sticky bits never come over: the mode is 0666 & ~umask. Nothing is replaced, whoever else writes there.
 *
 * Returns: FALSE with an error; then the staging file is still there
 */
gboolean
porch_dir_publish (PorchDir *self, const char *parent, const char *staging, int fd, const char *wanted, gint64 mtime, char **final,
                   GError **error)
{
  Publication pub = { staging, fd, { { .tv_nsec = UTIME_OMIT }, { .tv_nsec = UTIME_OMIT } } };
  gboolean ok;
  int parent_fd;

  *final = NULL;
  if (!porch_path_check_name (wanted, -1, error))
    return FALSE;
  if (!porch_path_is_staging (staging))
    return refuse_not_staging (staging, error);
  parent_fd = porch_dir_open_parent (self, parent, error);
  if (parent_fd < 0)
    return FALSE;
  if (mtime != 0)
    pub.times[1] = to_timespec (mtime);
  ok = is_same_file (parent_fd, staging, fd, error);
  if (ok)
    set_attributes (fd, &pub);
  ok = ok && try_names (parent_fd, wanted, try_publish, &pub, final, error);
  close (parent_fd);
  return ok;
}

/**
 * porch_dir_set_mtime:
 * @path: a wire path, "" for the folder itself
 * @mtime: nanoseconds since 1970
 * @error: return location
 *
 * For folders, after everything in them is there.
 *
 * Returns: FALSE with an error
 */
gboolean
porch_dir_set_mtime (PorchDir *self, const char *path, gint64 mtime, GError **error)
{
  struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, to_timespec (mtime) };
  g_autofree char *parent = NULL;
  const char *name;
  int code = 0;
  int fd;

  if (*path == '\0')
    return futimens (self->fd, times) == 0 || porch_dir_fail (error, errno, TRUE, path);
  if (!porch_path_check (path, -1, error))
    return FALSE;
  name = split_path (path, &parent);
  fd = porch_dir_open_parent (self, parent, error);
  if (fd < 0)
    return FALSE;
  if (utimensat (fd, name, times, AT_SYMLINK_NOFOLLOW) < 0)
    code = errno;
  close (fd);
  return code == 0 || porch_dir_fail (error, code, TRUE, path);
}
