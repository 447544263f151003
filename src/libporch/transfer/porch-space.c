/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-space.h"

#include <sys/statvfs.h>

/* What is always left free: a twentieth of the disk, but no more than this. */
#define RESERVE (G_GINT64_CONSTANT (1) << 30)

gint64
porch_space_missing (gint64 bytes, guint64 available, guint64 size)
{
  guint64 needed = MIN ((guint64)RESERVE, size / 20) + (guint64)MAX (bytes, 0);

  if (bytes <= 0 || available >= needed)
    return 0;
  return (gint64)MIN (needed - available, (guint64)G_MAXINT64);
}

gint64
porch_space_missing_in (const char *folder, gint64 bytes)
{
  struct statvfs fs;

  if (folder == NULL || statvfs (folder, &fs) != 0)
    return 0;
  return porch_space_missing (bytes, (guint64)fs.f_bavail * fs.f_frsize, (guint64)fs.f_blocks * fs.f_frsize);
}
