/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Porch's own worker threads for blocking network calls. Never GIO's pool: it is shared by the whole process, and a silent
 * peer would starve it (docs/ARCHITECTURE.md). Not for files below a share or target: see share/porch-file-thread.h. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * porch_pool_run_task:
 * @task: the task; its callback runs in the context it was made in
 * @func: blocking work; must return through @task
 *
 * Like g_task_run_in_thread(), on an exclusive pool of at most 24 threads of our own. Any thread.
 */
void porch_pool_run_task (GTask *task, GTaskThreadFunc func);

G_END_DECLS
