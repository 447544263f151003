/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the path layer share among themselves and with their tests. */
#pragma once

#include "share/porch-dir.h"

G_BEGIN_DECLS

struct _PorchDir {
  gatomicrefcount refs;
  int             fd; /* owned; open for reading */
};

typedef enum {
  PORCH_DIR_OPENAT2 = 1 << 0,
  PORCH_DIR_NOREPLACE = 1 << 1,
  PORCH_DIR_LINK = 1 << 2,
} PorchDirFeature;

/* Tests: go on as on a kernel or file system that lacks these. */
void      porch_dir_lack (PorchDirFeature features);
gboolean  porch_dir_lacks (PorchDirFeature feature);

/* Takes @fd. */
PorchDir *porch_dir_new_take (int fd);
/* Resolves @path ("" and "." are the folder) strictly below @dir_fd and through no link. -1 and errno. Does not check the path. */
int       porch_dir_resolve (int dir_fd, const char *path, int flags);
/* Checks @path ("" allowed) and opens that folder for *at() calls. */
int       porch_dir_open_parent (PorchDir *self, const char *path, GError **error);
/* From errno, about @path; FALSE. @writing: having no permission means that the folder can't be written. */
gboolean  porch_dir_fail (GError **error, int code, gboolean writing, const char *path);
mode_t    porch_dir_file_mode (void); /* 0666 & ~umask */

/* Deep walks hold few descriptors: an iterator gives up its own and takes it up again later where it was. */
PorchDirIter *porch_dir_iter_new_take (int fd);
int           porch_dir_iter_get_fd (PorchDirIter *iter); /* -1 while suspended */
void          porch_dir_iter_suspend (PorchDirIter *iter);
/* Takes @fd. FALSE when it is another folder than before. */
gboolean      porch_dir_iter_resume (PorchDirIter *iter, int fd, GError **error);

G_END_DECLS
