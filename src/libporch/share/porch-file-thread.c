/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "share/porch-file-thread.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

typedef struct {
  PorchConfinement *walls; /* owned */
  GFunc             func;
  gpointer          data;
  gpointer          user_data;
} Start;

static gpointer
run (gpointer data)
{
  Start *start = data;
  gboolean confined = porch_confinement_enter (start->walls);

  g_clear_pointer (&start->walls, porch_confinement_free);
  /* The path layer is the first wall and stands; refusing to work would turn a missing second one into a program that does nothing. */
  if (!confined)
    g_warning ("Landlock refused to confine a file thread; only the path layer guards it");
  start->func (start->data, start->user_data);
  g_free (start);
  return NULL;
}

/* What is loaded when it is first used would be looked for behind the walls, not found, and remembered as missing by the whole
 * process: the catalogues of messages, those of libc among them. */
static void
load_what_is_lazy (void)
{
  static gsize once = 0;

  if (!g_once_init_enter (&once))
    return;
  (void) _ ("it is not there, or not any more");
  (void) g_strerror (EIO);
  g_once_init_leave (&once, 1);
}

/**
 * porch_file_thread_new_within:
 * @name: at most 15 bytes, for debuggers
 * @walls: (transfer full): what it may touch
 * @func: what it does with @data and @user_data
 *
 * Returns: (transfer full) (nullable): the running thread; NULL when the system gives none
 */
GThread *
porch_file_thread_new_within (const char *name, PorchConfinement *walls, GFunc func, gpointer data, gpointer user_data)
{
  Start *start = g_new0 (Start, 1);
  GThread *thread;

  load_what_is_lazy ();
  *start = (Start){ walls, func, data, user_data };
  thread = g_thread_try_new (name, run, start, NULL);
  if (thread)
    return thread;
  porch_confinement_free (walls);
  g_free (start);
  return NULL;
}

typedef struct {
  PorchDir     *dir; /* owned */
  PorchFileFunc func;
  gpointer      data;
} Job;

static void
run_job (gpointer data, gpointer unused)
{
  Job *job = data;

  job->func (job->dir, job->data);
  g_clear_pointer (&job->dir, porch_dir_unref);
  g_free (job);
}

/**
 * porch_file_thread_new:
 * @name: at most 15 bytes, for debuggers
 * @dir: (nullable): the folder below which it may work; kept until it ends
 * @access: what it may do there
 * @func: the job
 * @data: for @func
 *
 * Returns: (transfer full) (nullable): the running thread; NULL when the system gives none
 */
GThread *
porch_file_thread_new (const char *name, PorchDir *dir, PorchFileAccess access, PorchFileFunc func, gpointer data)
{
  PorchConfinement *walls = porch_confinement_new (access);
  Job *job = g_new0 (Job, 1);
  GThread *thread;

  *job = (Job){ dir ? porch_dir_ref (dir) : NULL, func, data };
  if (dir)
    porch_confinement_allow (walls, porch_dir_get_fd (dir));
  thread = porch_file_thread_new_within (name, walls, run_job, job, NULL);
  if (thread)
    return thread;
  g_clear_pointer (&job->dir, porch_dir_unref);
  g_free (job);
  return NULL;
}
