/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much room is missing on a disk for what is to come, what is always left free among it. Pure, or one statvfs(). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What must be freed before @bytes fit where @available of @size bytes are free; 0: they fit. */
gint64 porch_space_missing (gint64 bytes, guint64 available, guint64 size);
/* The same for a folder; 0 when nothing is known of it. Main thread or worker; not below a share or target. */
gint64 porch_space_missing_in (const char *folder, gint64 bytes);

G_END_DECLS
