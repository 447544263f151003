/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Only with -Db_sanitize=thread. GLib's locks are futexes inside a library that ThreadSanitizer does not see into, so it would call
 * everything behind them a race. These stand before GLib's own functions for our calls and tell it what they order. */
#include "config.h"

#include <dlfcn.h>
#include <glib.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

#define REAL(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

#undef g_mutex_lock
#undef g_mutex_unlock
#undef g_cond_wait
#undef g_cond_wait_until
#undef g_bytes_unref

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

#pragma GCC visibility pop
