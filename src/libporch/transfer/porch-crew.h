/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A few file threads confined to one folder, and a bounded queue of jobs for them: how a transfer's worker, which is not confined,
 * has files written, hashed and looked at. Made, used and freed by one thread. */
#pragma once

#include "share/porch-file-thread.h"

G_BEGIN_DECLS

typedef struct _PorchCrew PorchCrew;

/* @max_bytes: how much data may wait before porch_crew_push() blocks. NULL when the system gives no thread. */
PorchCrew *porch_crew_new (PorchDir *dir, PorchFileAccess access, guint threads, gsize max_bytes);
/* Waits for all jobs, then for the threads. */
void       porch_crew_free (PorchCrew *self);
/* Any thread. Jobs are begun in order. @func owns @data. @bytes: what it holds. */
void       porch_crew_push (PorchCrew *self, PorchFileFunc func, gpointer data, gsize bytes);
/* Runs @func on one of the threads after all that was pushed before it has been begun, and waits for it. */
void       porch_crew_call (PorchCrew *self, PorchFileFunc func, gpointer data);
/* Waits until everything that was pushed is done. */
void       porch_crew_drain (PorchCrew *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchCrew, porch_crew_free)

G_END_DECLS
