/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-crew.h"

#define MAX_THREADS 4
#define MAX_JOBS 512

typedef struct {
  PorchFileFunc func;
  gpointer      data;
  gsize         bytes;
  gboolean     *done; /* (nullable) of porch_crew_call() */
} Job;

struct _PorchCrew
{
  GThread *threads[MAX_THREADS];
  guint    n_threads;
  gsize    max_bytes;

  /* guarded by lock */
  GMutex   lock;
  GCond    wake; /* for the threads */
  GCond    room; /* for those who push */
  GQueue   jobs; /* of Job */
  gsize    bytes;
  guint    busy;
  gboolean ending;
};

/* Called with the lock held; gives it up while the job runs. */
static void
run_job (PorchCrew *self, PorchDir *dir, Job *job)
{
  self->busy++;
  g_mutex_unlock (&self->lock);
  job->func (dir, job->data);
  g_mutex_lock (&self->lock);
  self->busy--;
  self->bytes -= job->bytes;
  if (job->done != NULL)
    *job->done = TRUE;
  g_free (job);
  g_cond_broadcast (&self->room);
}

static void
work (PorchDir *dir, gpointer data)
{
  PorchCrew *self = data;

  g_mutex_lock (&self->lock);
  for (;;)
    {
      Job *job = g_queue_pop_head (&self->jobs);

      if (job != NULL)
        run_job (self, dir, job);
      else if (self->ending)
        break;
      else
        g_cond_wait (&self->wake, &self->lock);
    }
  g_mutex_unlock (&self->lock);
}

PorchCrew *
porch_crew_new (PorchDir *dir, PorchFileAccess access, guint threads, gsize max_bytes)
{
  PorchCrew *self = g_new0 (PorchCrew, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  g_cond_init (&self->room);
  g_queue_init (&self->jobs);
  self->max_bytes = max_bytes;
  for (guint i = 0; i < CLAMP (threads, 1, MAX_THREADS); i++)
    {
      GThread *thread = porch_file_thread_new ("porch-crew", dir, access, work, self);

      if (thread != NULL)
        self->threads[self->n_threads++] = thread;
    }
  if (self->n_threads > 0)
    return self;
  porch_crew_free (self);
  return NULL;
}

void
porch_crew_free (PorchCrew *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->ending = TRUE;
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < self->n_threads; i++)
    g_thread_join (self->threads[i]);
  g_cond_clear (&self->wake);
  g_cond_clear (&self->room);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
push (PorchCrew *self, PorchFileFunc func, gpointer data, gsize bytes, gboolean *done)
{
  Job *job = g_new0 (Job, 1);

  job->func = func;
  job->data = data;
  job->bytes = bytes;
  job->done = done;
  g_mutex_lock (&self->lock);
  while ((self->bytes > 0 && self->bytes + bytes > self->max_bytes) || self->jobs.length >= MAX_JOBS)
    g_cond_wait (&self->room, &self->lock);
  self->bytes += bytes;
  g_queue_push_tail (&self->jobs, job);
  g_cond_signal (&self->wake);
  while (done != NULL && !*done)
    g_cond_wait (&self->room, &self->lock);
  g_mutex_unlock (&self->lock);
}

void
porch_crew_push (PorchCrew *self, PorchFileFunc func, gpointer data, gsize bytes)
{
  push (self, func, data, bytes, NULL);
}

void
porch_crew_call (PorchCrew *self, PorchFileFunc func, gpointer data)
{
  gboolean done = FALSE;

  push (self, func, data, 0, &done);
}

void
porch_crew_drain (PorchCrew *self)
{
  g_mutex_lock (&self->lock);
  while (self->jobs.length > 0 || self->busy > 0)
    g_cond_wait (&self->room, &self->lock);
  g_mutex_unlock (&self->lock);
}
