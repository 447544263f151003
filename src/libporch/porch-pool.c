/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-pool.h"

#define POOL_THREADS 24

typedef struct {
  GTask          *task;
  GTaskThreadFunc func;
} PoolJob;

static void
run_job (gpointer data, gpointer user_data)
{
  PoolJob *job = data;

  job->func (job->task, g_task_get_source_object (job->task), g_task_get_task_data (job->task),
             g_task_get_cancellable (job->task));
  g_object_unref (job->task);
  g_free (job);
}

static GThreadPool *
get_pool (void)
{
  static gsize once = 0;
  static GThreadPool *pool;

  if (g_once_init_enter (&once))
    {
      /* Exclusive: GLib hands idle threads of shared pools to other pools, GTask's among them. */
      pool = g_thread_pool_new (run_job, NULL, POOL_THREADS, TRUE, NULL);
      g_once_init_leave (&once, 1);
    }
  return pool;
}

void
porch_pool_run_task (GTask *task, GTaskThreadFunc func)
{
  PoolJob *job = g_new0 (PoolJob, 1);

  job->task = g_object_ref (task);
  job->func = func;
  g_thread_pool_push (get_pool (), job, NULL);
}
