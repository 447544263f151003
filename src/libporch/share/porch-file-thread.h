/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One plain thread made for one job and one folder, confined with Landlock first thing, never pooled, never reused. It may call
 * porch-dir.h, read, write, hash and PorchFlow, and nothing of GIO, GTask, libsoup or SQLite (a confined thread that touches
 * GIO's pools poisons them: docs/FILES.md). */
#pragma once

#include "share/porch-confinement.h"
#include "share/porch-dir.h"

G_BEGIN_DECLS

typedef void (*PorchFileFunc) (PorchDir *dir, gpointer data);

/* @dir may be NULL for work on descriptors that were opened before (then no path at all can be opened).
 * Join it with g_thread_join(), or unref it. (nullable) NULL when the system has no thread left: @func is then not called. */
GThread *porch_file_thread_new (const char *name, PorchDir *dir, PorchFileAccess access, PorchFileFunc func, gpointer data);
/* The same with walls of the caller's making (takes @walls, also on failure), for work on several folders. */
GThread *porch_file_thread_new_within (const char *name, PorchConfinement *walls, GFunc func, gpointer data, gpointer user_data);

G_END_DECLS
