/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-pool.h"

#define POOL_THREADS 24
/* An idle daemon is to be small and to sleep: threads that had nothing to do for this long end. */
#define IDLE_PATIENCE_US (10 * G_USEC_PER_SEC)

typedef struct {
  GTask          *task;
  GTaskThreadFunc func;
} PoolJob;

/* Not a GThreadPool: an exclusive one starts all its threads at once and keeps them for ever, and a shared one hands its idle threads to
 * other pools, GTask's among them. */
static GMutex lock;
static GCond  more;
static GQueue jobs = G_QUEUE_INIT; /* guarded by lock, as all of these */
static guint  threads;
static guint  idle;

static void
run_job (PoolJob *job)
{
  job->func (job->task, g_task_get_source_object (job->task), g_task_get_task_data (job->task), g_task_get_cancellable (job->task));
  g_object_unref (job->task);
  g_free (job);
}

/* With the lock held. NULL after a long time without one. */
static PoolJob *
wait_for_job (void)
{
  gint64 until = g_get_monotonic_time () + IDLE_PATIENCE_US;
  gboolean patient = TRUE;

  idle++;
  while (g_queue_is_empty (&jobs) && patient)
    patient = g_cond_wait_until (&more, &lock, until);
  idle--;
  return g_queue_pop_head (&jobs);
}

static gpointer
pool_thread (gpointer data)
{
  PoolJob *job;

  g_mutex_lock (&lock);
  while ((job = wait_for_job ()) != NULL)
    {
      g_mutex_unlock (&lock);
      run_job (job);
      g_mutex_lock (&lock);
    }
  threads--;
  g_mutex_unlock (&lock);
  return NULL;
}

/* With the lock held. Where the system has no thread left the job waits for one of ours, if there is any. */
static gboolean
start_thread (GError **error)
{
  GThread *thread = g_thread_try_new ("porch-pool", pool_thread, NULL, error);

  if (thread == NULL)
    return threads > 0;
  threads++;
  g_thread_unref (thread);
  return TRUE;
}

void
porch_pool_run_task (GTask *task, GTaskThreadFunc func)
{
  PoolJob *job = g_new0 (PoolJob, 1);
  g_autoptr (GError) error = NULL;
  gboolean runs = TRUE;

  job->task = g_object_ref (task);
  job->func = func;
  g_mutex_lock (&lock);
  g_queue_push_tail (&jobs, job);
  if (g_queue_get_length (&jobs) > idle && threads < POOL_THREADS)
    runs = start_thread (&error);
  if (runs)
    g_cond_signal (&more);
  else
    g_queue_remove (&jobs, job);
  g_mutex_unlock (&lock);
  if (runs)
    return;
  g_task_return_error (task, g_steal_pointer (&error));
  g_object_unref (job->task);
  g_free (job);
}
