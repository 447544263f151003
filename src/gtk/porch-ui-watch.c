/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main loop asks the kernel for news with poll; all between two polls is one turn, in which no key and no click is
 * answered. So the watch stands in for poll and looks how long it was not called.
 *
 * What counts is the processor time of this thread, not the time on the wall: a busy machine makes every program late, and a
 * test that fails when another one runs beside it says nothing. Waiting for something else than the processor isn't seen this
 * way; the window has no blocking calls, which tests/unit/gtk/test-ui.py holds it to.
 *
 * A timer on the same clock goes off when the limit is reached, in the middle of what takes so long; there the stack and the
 * name of the source are kept, and told when the turn is over. */
#define G_LOG_DOMAIN "porch-window"
#include "config.h"

#include "porch-ui-watch.h"

#include <execinfo.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_FRAMES 40

/* One for the process, as the default main context and the signal are. */
static struct
{
  timer_t timer;
  gint64 turn_began; /* processor time, in microseconds; 0: not watching yet */
  guint count;
  /* written by the signal, which comes on the main thread */
  void *frames[MAX_FRAMES];
  int n_frames;
  char source[64]; /* a copy: the source is gone by the end of the turn */
} watch;

static gint64
processor_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
on_limit (int number)
{
  GSource *source = g_main_current_source ();
  const char *name = source != NULL ? g_source_get_name (source) : NULL;

  g_strlcpy (watch.source, name != NULL ? name : "unknown", sizeof watch.source);
  watch.n_frames = backtrace (watch.frames, MAX_FRAMES);
}

static void
set_timer (glong microseconds)
{
  const struct itimerspec when = { .it_value.tv_nsec = microseconds * 1000 };

  timer_settime (watch.timer, 0, &when, NULL);
}

static void
tell (gint64 took)
{
  watch.count++;
  g_printerr ("porch-window: STALL of %d ms in the main loop, source “%s”\n", (int)(took / 1000),
              watch.source[0] != '\0' ? watch.source : "unknown");
  if (watch.n_frames > 0)
    backtrace_symbols_fd (watch.frames, watch.n_frames, STDERR_FILENO);
}

static int
poll_and_watch (GPollFD *fds, guint n_fds, int timeout)
{
  gint64 took = processor_time () - watch.turn_began;
  int result;

  set_timer (0);
  if (watch.turn_began > 0 && took > PORCH_UI_WATCH_LIMIT_US)
    tell (took);
  result = g_poll (fds, n_fds, timeout);
  watch.n_frames = 0;
  watch.source[0] = '\0';
  watch.turn_began = processor_time ();
  set_timer (PORCH_UI_WATCH_LIMIT_US);
  return result;
}

static gboolean
make_timer (void)
{
  struct sigaction action = { .sa_handler = on_limit, .sa_flags = SA_RESTART };
  struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGPROF };
  void *frames[1];

#ifdef sigev_notify_thread_id
  event.sigev_notify_thread_id = syscall (SYS_gettid);
#else
  event._sigev_un._tid = syscall (SYS_gettid); /* glibc before 2.38 has no name for it */
#endif
  backtrace (frames, 1); /* the first call loads a library, which a signal handler must not */
  return sigaction (SIGPROF, &action, NULL) == 0 && timer_create (CLOCK_THREAD_CPUTIME_ID, &event, &watch.timer) == 0;
}

static void
on_clock_after_paint (GdkFrameClock *clock, gpointer data)
{
  g_signal_handlers_disconnect_by_func (clock, on_clock_after_paint, data);
  if (watch.turn_began == 0 && make_timer ())
    g_main_context_set_poll_func (NULL, poll_and_watch);
}

static void
on_window_realize (GtkWidget *window)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (on_clock_after_paint), NULL);
}

void
porch_ui_watch_begin (GtkWidget *window)
{
  g_return_if_fail (GTK_IS_WIDGET (window));
  g_signal_connect (window, "realize", G_CALLBACK (on_window_realize), NULL);
}

guint
porch_ui_watch_count (void)
{
  return watch.count;
}
