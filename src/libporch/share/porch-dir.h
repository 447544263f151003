/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A held directory descriptor and everything that may be done below it: the only code that touches files below a share or a
 * target. openat2(RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS|RESOLVE_NO_MAGICLINKS|RESOLVE_NO_XDEV is not set), falling back to
 * openat(O_NOFOLLOW) segment by segment. Only system calls and plain allocation: usable on a confined file thread.
 * Atomic reference count; any thread. Paths are relative wire paths ("" is the folder itself) and are checked again here. */
#pragma once

#include <glib.h>
#include <sys/stat.h>
#include <time.h>

G_BEGIN_DECLS

static inline gint64
porch_nanoseconds (const struct timespec *time)
{
  return (gint64) time->tv_sec * G_GINT64_CONSTANT (1000000000) + time->tv_nsec;
}

typedef struct _PorchDir PorchDir;

typedef struct {
  const char *name;     /* one segment, raw bytes as on disk */
  gboolean    refused;  /* not a name for the wire, or not a regular file or folder that can be read */
  const char *reason;   /* wire code when refused: "name", "io"; NULL for links, devices, sockets, FIFOs (never mentioned) */
  gboolean    is_dir;
  struct stat st;
} PorchDirEntry;

/* @path is a local path that the user chose (may contain symbolic links; they are followed once, here). */
PorchDir *porch_dir_open (const char *path, GError **error);
PorchDir *porch_dir_ref (PorchDir *self);
void      porch_dir_unref (PorchDir *self);
int       porch_dir_get_fd (PorchDir *self);
PorchDir *porch_dir_open_dir (PorchDir *self, const char *path, GError **error);
/* A regular file, read-only, never blocking, never a link; fills @st. -1 on error. */
int       porch_dir_open_file (PorchDir *self, const char *path, struct stat *st, GError **error);
/* Any kind below, no following. */
gboolean  porch_dir_stat (PorchDir *self, const char *path, struct stat *st, GError **error);

/* Streaming enumeration, in directory order, constant memory. */
typedef struct _PorchDirIter PorchDirIter;
PorchDirIter *porch_dir_iterate (PorchDir *self, const char *path, GError **error);
gboolean      porch_dir_iter_next (PorchDirIter *iter, PorchDirEntry *entry, GError **error); /* FALSE at the end */
void          porch_dir_iter_free (PorchDirIter *iter);

/* Receiving. Nothing here replaces or deletes anything that is not Porch's own staging file. */
gboolean  porch_dir_mkdir (PorchDir *self, const char *path, gboolean *existed, GError **error); /* one level, 0777 & ~umask */
/* Makes an empty hidden ".porch-<16 hex>" in @parent, 0600, on the same file system. Returns a read-write descriptor. */
int       porch_dir_create_staging (PorchDir *self, const char *parent, char **name, GError **error);
int       porch_dir_open_staging (PorchDir *self, const char *parent, const char *name, struct stat *st, GError **error);
/* The same file, for reading only. */
int       porch_dir_read_staging (PorchDir *self, const char *parent, const char *name, struct stat *st, GError **error);
/* renameat2(RENAME_NOREPLACE) and its fallbacks. A clash gets a number; @final is the name that was given (one segment).
 * mtime (ns, 0: none) and mode 0666 & ~umask are set on @fd before. */
gboolean  porch_dir_publish (PorchDir *self, const char *parent, const char *staging, int fd, const char *wanted, gint64 mtime,
                             char **final, GError **error);
/* Only names of the staging form; anything else is refused. */
gboolean  porch_dir_remove_staging (PorchDir *self, const char *parent, const char *name, GError **error);
/* Those in @path that are not in the set @keep and were last touched before @before (real time, µs). */
gboolean  porch_dir_sweep_staging (PorchDir *self, const char *path, GHashTable *keep, gint64 before, GError **error);
/* A published file of ours that a power cut has torn becomes a staging file again. */
gboolean  porch_dir_take_back (PorchDir *self, const char *parent, const char *name, guint64 inode, char **staging, GError **error);
/* A top-level folder of this job's own: "docs", or "docs (1)" when that is there. */
gboolean  porch_dir_mkdir_fresh (PorchDir *self, const char *parent, const char *wanted, char **final, GError **error);
gboolean  porch_dir_set_mtime (PorchDir *self, const char *path, gint64 mtime, GError **error);
gboolean  porch_dir_sync (PorchDir *self, GError **error); /* syncfs */
gboolean  porch_dir_free_space (PorchDir *self, guint64 *available, guint64 *size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchDir, porch_dir_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchDirIter, porch_dir_iter_free)

G_END_DECLS
