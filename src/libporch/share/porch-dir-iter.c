/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "share/porch-dir-private.h"

#include "porch-error.h"
#include "share/porch-path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BUFFER_SIZE (32 * 1024)

/* What getdents64() writes; glibc has no name for it. */
typedef struct {
  guint64 d_ino;
  gint64  d_off;
  guint16 d_reclen;
  guint8  d_type;
  char    d_name[];
} DirEntry;

struct _PorchDirIter {
  int     fd; /* owned */
  uid_t   user;
  gint64  position; /* after the last entry that was handed out */
  dev_t   device;   /* of the folder while suspended */
  ino_t   inode;
  gsize   length;
  gsize   next;
  guint8 *buffer; /* owned */
};

PorchDirIter *
porch_dir_iter_new_take (int fd)
{
  PorchDirIter *iter = g_new0 (PorchDirIter, 1);

  iter->fd = fd;
  iter->user = geteuid ();
  return iter;
}

/**
 * porch_dir_iterate:
 * @path: a wire path, "" for the folder itself
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the folder's entries, one after the other in the disk's own order
 */
PorchDirIter *
porch_dir_iterate (PorchDir *self, const char *path, GError **error)
{
  int fd;

  if (*path && !porch_path_check (path, -1, error))
    return NULL;
  fd = porch_dir_resolve (self->fd, path, O_RDONLY | O_DIRECTORY);
  if (fd >= 0)
    return porch_dir_iter_new_take (fd);
  porch_dir_fail (error, errno, FALSE, path);
  return NULL;
}

void
porch_dir_iter_free (PorchDirIter *iter)
{
  if (iter->fd >= 0)
    close (iter->fd);
  g_free (iter->buffer);
  g_free (iter);
}

int
porch_dir_iter_get_fd (PorchDirIter *iter)
{
  return iter->fd;
}

void
porch_dir_iter_suspend (PorchDirIter *iter)
{
  struct stat st;

  if (iter->fd < 0)
    return;
  if (fstat (iter->fd, &st) == 0)
    {
      iter->device = st.st_dev;
      iter->inode = st.st_ino;
    }
  close (iter->fd);
  iter->fd = -1;
  iter->next = iter->length = 0;
  g_clear_pointer (&iter->buffer, g_free);
}

gboolean
porch_dir_iter_resume (PorchDirIter *iter, int fd, GError **error)
{
  struct stat st;

  if (fstat (fd, &st) == 0 && st.st_dev == iter->device && st.st_ino == iter->inode
      && lseek (fd, (off_t) iter->position, SEEK_SET) == (off_t) iter->position)
    {
      iter->fd = fd;
      return TRUE;
    }
  close (fd);
  return porch_dir_fail (error, ENOENT, FALSE, "");
}

static gboolean
fill (PorchDirIter *iter, GError **error)
{
  long n;

  if (!iter->buffer)
    iter->buffer = g_malloc (BUFFER_SIZE);
  do
    n = syscall (SYS_getdents64, iter->fd, iter->buffer, BUFFER_SIZE);
  while (n < 0 && errno == EINTR);
  iter->next = 0;
  iter->length = n > 0 ? (gsize) n : 0;
  /* A folder that was removed meanwhile has no more entries. */
  if (n < 0 && errno != ENOENT)
    return porch_dir_fail (error, errno, FALSE, "");
  return n > 0;
}

/* The owner's bits decide for the owner; only for other people's files, where groups and access lists count, the kernel is asked. */
static gboolean
may_read (PorchDirIter *iter, const char *name, const struct stat *st)
{
  mode_t wanted = S_ISDIR (st->st_mode) ? S_IRUSR | S_IXUSR : S_IRUSR;

  if (iter->user == 0)
    return TRUE;
  if (st->st_uid == iter->user)
    return (st->st_mode & wanted) == wanted;
  return faccessat (iter->fd, name, S_ISDIR (st->st_mode) ? R_OK | X_OK : R_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW) == 0;
}

static gboolean
may_be_mentioned (guint8 type)
{
  return type == DT_UNKNOWN || type == DT_REG || type == DT_DIR;
}

/* FALSE: not to be mentioned at all. */
static gboolean
describe (PorchDirIter *iter, const DirEntry *raw, PorchDirEntry *entry)
{
  const char *name = raw->d_name;

  if (strcmp (name, ".") == 0 || strcmp (name, "..") == 0 || porch_path_is_staging (name) || !may_be_mentioned (raw->d_type))
    return FALSE;
  *entry = (PorchDirEntry){ .name = name };
  if (fstatat (iter->fd, name, &entry->st, AT_SYMLINK_NOFOLLOW) < 0)
    {
      if (errno == ENOENT)
        return FALSE;
      entry->reason = "io";
    }
  else if (!S_ISREG (entry->st.st_mode) && !S_ISDIR (entry->st.st_mode))
    return FALSE;
  else if (!porch_path_check_name (name, -1, NULL))
    entry->reason = "name";
  else if (!may_read (iter, name, &entry->st))
    entry->reason = "io";
  entry->refused = entry->reason != NULL;
  entry->is_dir = S_ISDIR (entry->st.st_mode);
  return TRUE;
}

/**
 * porch_dir_iter_next:
 * @entry: (out caller-allocates): its name is valid until the next call
 * @error: return location
 *
 * Links, devices, sockets, FIFOs and Porch's own staging files are passed over.
 *
 * Returns: FALSE at the end, or with an error
 */
gboolean
porch_dir_iter_next (PorchDirIter *iter, PorchDirEntry *entry, GError **error)
{
  for (;;)
    {
      const DirEntry *raw;

      if (iter->next >= iter->length && !fill (iter, error))
        return FALSE;
      raw = (const DirEntry *) (gconstpointer) (iter->buffer + iter->next);
      iter->next += raw->d_reclen;
      iter->position = raw->d_off;
      if (describe (iter, raw, entry))
        return TRUE;
    }
}
