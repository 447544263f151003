/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Only with -Db_sanitize=thread. GLib's locks are futexes inside a library that ThreadSanitizer does not see into, so it would call
 * everything behind them a race. These stand before GLib's own functions for our calls and tell it what they order. What is handed to a
 * main loop is ordered by one token for all of them: more than is true, so a few races stay unseen, but none is invented. */
#include "config.h"

#include <dlfcn.h>
#include <gio/gio.h>
#include <poll.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

#define REAL(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

#undef g_mutex_lock
#undef g_mutex_unlock
#undef g_cond_wait
#undef g_cond_wait_until
#undef g_bytes_unref
#undef g_source_attach
#undef g_idle_add
#undef g_task_return_pointer
#undef g_task_return_boolean
#undef g_task_return_int
#undef g_task_return_error

static char loops; /* the token */

#pragma GCC visibility push(default)

void
(g_mutex_lock) (GMutex *mutex)
{
  REAL (g_mutex_lock) (mutex);
  __tsan_acquire (mutex);
}

void
(g_mutex_unlock) (GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_mutex_unlock) (mutex);
}

void
(g_cond_wait) (GCond *cond, GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_cond_wait) (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
(g_cond_wait_until) (GCond *cond, GMutex *mutex, gint64 end_time)
{
  gboolean signalled;

  __tsan_release (mutex);
  signalled = REAL (g_cond_wait_until) (cond, mutex, end_time);
  __tsan_acquire (mutex);
  return signalled;
}

gboolean
(g_atomic_ref_count_dec) (gatomicrefcount *count)
{
  gboolean last;

  __tsan_release (count);
  last = REAL (g_atomic_ref_count_dec) (count);
  if (last)
    __tsan_acquire (count);
  return last;
}

void
(g_bytes_unref) (GBytes *bytes)
{
  if (!bytes)
    return;
  __tsan_release (bytes);
  __tsan_acquire (bytes); /* whoever is last has seen what the others did */
  REAL (g_bytes_unref) (bytes);
}

void
(g_object_unref) (gpointer object)
{
  __tsan_release (object);
  __tsan_acquire (object);
  REAL (g_object_unref) (object);
}

/* Queues between threads */

void
(g_async_queue_push) (GAsyncQueue *queue, gpointer data)
{
  __tsan_release (queue);
  REAL (g_async_queue_push) (queue, data);
}

gpointer
(g_async_queue_pop) (GAsyncQueue *queue)
{
  gpointer data = REAL (g_async_queue_pop) (queue);

  __tsan_acquire (queue);
  return data;
}

gpointer
(g_async_queue_try_pop) (GAsyncQueue *queue)
{
  gpointer data = REAL (g_async_queue_try_pop) (queue);

  __tsan_acquire (queue);
  return data;
}

gpointer
(g_async_queue_timeout_pop) (GAsyncQueue *queue, guint64 timeout)
{
  gpointer data = REAL (g_async_queue_timeout_pop) (queue, timeout);

  __tsan_acquire (queue);
  return data;
}

/* What another thread's main loop will run: it polls before it does. */

int
poll (struct pollfd *fds, nfds_t count, int timeout)
{
  int n = REAL (poll) (fds, count, timeout);

  __tsan_acquire (&loops);
  return n;
}

guint
(g_source_attach) (GSource *source, GMainContext *context)
{
  __tsan_release (&loops);
  return REAL (g_source_attach) (source, context);
}

guint
(g_idle_add) (GSourceFunc func, gpointer data)
{
  __tsan_release (&loops);
  return REAL (g_idle_add) (func, data);
}

guint
(g_idle_add_full) (gint priority, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  __tsan_release (&loops);
  return REAL (g_idle_add_full) (priority, func, data, notify);
}

void
(g_task_return_pointer) (GTask *task, gpointer result, GDestroyNotify notify)
{
  __tsan_release (&loops);
  REAL (g_task_return_pointer) (task, result, notify);
}

void
(g_task_return_boolean) (GTask *task, gboolean result)
{
  __tsan_release (&loops);
  REAL (g_task_return_boolean) (task, result);
}

void
(g_task_return_int) (GTask *task, gssize result)
{
  __tsan_release (&loops);
  REAL (g_task_return_int) (task, result);
}

void
(g_task_return_error) (GTask *task, GError *error)
{
  __tsan_release (&loops);
  REAL (g_task_return_error) (task, error);
}

void
(g_cancellable_cancel) (GCancellable *cancellable)
{
  __tsan_release (&loops);
  REAL (g_cancellable_cancel) (cancellable);
}

#pragma GCC visibility pop
