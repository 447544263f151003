/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-pool.h"

#define JOBS 200

typedef struct
{
  GMutex lock;
  GCond open;
  gboolean go;
  guint running;
  guint most;
  guint done;
} Gate;

static Gate gate;

static void
work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_mutex_lock (&gate.lock);
  gate.running++;
  gate.most = MAX (gate.most, gate.running);
  while (!gate.go)
    g_cond_wait (&gate.open, &gate.lock);
  gate.running--;
  g_mutex_unlock (&gate.lock);
  g_task_return_int (task, GPOINTER_TO_INT (data));
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_task_propagate_int (G_TASK (result), &error), ==, GPOINTER_TO_INT (data));
  g_assert_no_error (error);
  gate.done++;
}

static void
push (guint number)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_ready, GUINT_TO_POINTER (number));

  g_task_set_task_data (task, GUINT_TO_POINTER (number), NULL);
  porch_pool_run_task (task, work);
}

/* Any number of jobs, at most 24 at once, none lost, each answered where it was made. */
static void
test_many (void)
{
  for (guint i = 0; i < JOBS; i++)
    push (i);
  g_usleep (200 * 1000);
  g_mutex_lock (&gate.lock);
  g_assert_cmpuint (gate.running, ==, 24);
  gate.go = TRUE;
  g_cond_broadcast (&gate.open);
  g_mutex_unlock (&gate.lock);
  while (gate.done < JOBS)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (gate.most, ==, 24);
}

/* A silent peer in every thread but one: the last one still serves everybody. */
static void
test_one_left (void)
{
  gate.done = 0;
  gate.go = TRUE;
  for (guint i = 0; i < JOBS; i++)
    {
      push (i);
      while (gate.done <= i)
        g_main_context_iteration (NULL, TRUE);
    }
  g_assert_cmpuint (gate.done, ==, JOBS);
}

static guint
count_threads (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

/* A daemon that has nothing to do has no threads for it. */
static void
test_idle (void)
{
  guint before = count_threads ();

  if (!g_test_slow ())
    {
      g_test_skip ("waits for 11 s; run with -m slow");
      return;
    }
  g_usleep (11 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_threads () + 20, <=, before);
  gate.done = 0;
  push (7);
  while (gate.done == 0)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool/many", test_many);
  g_test_add_func ("/pool/one-left", test_one_left);
  g_test_add_func ("/pool/idle", test_idle);
  return g_test_run ();
}
