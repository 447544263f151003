/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One plain thread made for one job and one folder, confined with Landlock first thing, never pooled, never reused. It may call
 * porch-dir.h, read, write, hash and PorchFlow, and nothing of GIO, GTask, libsoup or SQLite (a confined thread that touches
 * GIO's pools poisons them: docs/SECURITY.md). */
#pragma once

#include "share/porch-dir.h"

G_BEGIN_DECLS

typedef enum { PORCH_FILE_THREAD_READ, PORCH_FILE_THREAD_WRITE } PorchFileAccess;
typedef void (*PorchFileFunc) (PorchDir *dir, gpointer data);

/* @dir may be NULL for work on descriptors that were opened before (then no path at all can be opened).
 * Join it with g_thread_join(). */
GThread *porch_file_thread_new (const char *name, PorchDir *dir, PorchFileAccess access, PorchFileFunc func, gpointer data);
/* Landlock's ABI, 0 where the kernel has none: for "porch status". */
int      porch_confinement_abi (void);

G_END_DECLS
