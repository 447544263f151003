/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main loop asks the kernel for news with poll; all between two polls is one turn, in which no key and no click is
 * answered. So the watch stands in for poll and looks how long it was not called.
 *
 * What counts is what the program does: its time on the processor, and that in which it waited for a disk, a lock or an answer
 * though the machine had room. Time in which another program had the processor doesn't count, neither when this thread could
 * have run (schedstat: nanoseconds on the processor, nanoseconds in its queue) nor when whom it waited for could (pressure:
 * microseconds in which anybody waited for a processor). So a busy machine doesn't matter. Where the kernel doesn't keep count
 * of these, the processor time alone has to do. And waiting for the display server doesn't: GTK asks it now and then, and any
 * other program may have stopped it for a while (a picture of the screen). Xlib and libwayland wait for it with poll() on one
 * descriptor, which is ours here.
 *
 * A timer goes off when the limit may have been reached, in the middle of what takes so long; there the stack and the name of
 * the source are kept, and told when the turn is over. */
#define G_LOG_DOMAIN "porch-window"
#include "config.h"

#include "porch-ui-watch.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <gmodule.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MAX_FRAMES 40
#define LEAST_WAIT_US 1000 /* until the timer looks again */

/* In microseconds. */
typedef struct
{
  gint64 own;       /* on the wall, without what was spent in the queue and for the display */
  gint64 processor; /* of this thread */
  gint64 pressure;  /* of the machine */
} Moment;

/* One for the process, as the default main context and the signal are. */
static struct
{
  timer_t timer;
  int schedstat, pressure; /* descriptors, -1: the kernel keeps no count */
  guint processors;
  gboolean watching;
  pthread_t thread;
  Moment turn_began;
  gint64 display;       /* waited for the display server so far, in microseconds */
  gint64 display_began; /* on the wall; 0: not now */
  guint count;
  /* written by the signal, which comes on the main thread */
  void *frames[MAX_FRAMES];
  int n_frames;
  char source[64]; /* a copy: the source is gone by the end of the turn */
} watch;

static gint64
clock_us (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* The number that comes after the first @key in a file of /proc; -1: none. Also called by the signal: nothing that isn't safe
 * there. */
static gint64
read_number (int file, const char *key)
{
  char text[200] = "";
  char *at;

  if (file < 0 || pread (file, text, sizeof text - 1, 0) <= 0)
    return -1;
  at = strstr (text, key);
  return at != NULL ? (gint64)strtoull (at + strlen (key), NULL, 10) : -1;
}

static Moment
now (void)
{
  const gint64 wall = clock_us (CLOCK_MONOTONIC);
  Moment moment = { .own = wall, .processor = clock_us (CLOCK_THREAD_CPUTIME_ID) };
  gint64 queue = read_number (watch.schedstat, " ");

  /* The kernel gives the mean over its processors; whom we wait for may be in the queue of the one that is wanted. */
  moment.pressure = read_number (watch.pressure, "total=") * watch.processors;
  if (queue < 0 || moment.pressure < 0)
    moment.own = moment.processor;
  else
    moment.own -= queue / 1000 + watch.display + (watch.display_began > 0 ? wall - watch.display_began : 0);
  return moment;
}

static gboolean
is_display (int fd)
{
  struct sockaddr_un address = { 0 };
  socklen_t length = sizeof address;

  return getpeername (fd, (struct sockaddr *)&address, &length) == 0 && address.sun_family == AF_UNIX
         && (memmem (address.sun_path, sizeof address.sun_path, "X11-unix", strlen ("X11-unix")) != NULL
             || memmem (address.sun_path, sizeof address.sun_path, "wayland-", strlen ("wayland-")) != NULL);
}

/* Called poll(), for all libraries of this process. Not by that name here: <poll.h> says that it only writes. */
G_MODULE_EXPORT int watched_poll (struct pollfd *fds, nfds_t n, int timeout) __asm__("poll");

int
watched_poll (struct pollfd *fds, nfds_t n, int timeout)
{
  const struct timespec limit = { .tv_sec = timeout / 1000, .tv_nsec = timeout % 1000 * 1000000L };
  gboolean display = n == 1 && watch.watching && pthread_equal (pthread_self (), watch.thread) && is_display (fds[0].fd);
  int result, error;

  if (display)
    watch.display_began = clock_us (CLOCK_MONOTONIC);
  result = ppoll (fds, n, timeout < 0 ? NULL : &limit, NULL);
  error = errno;
  if (display)
    {
      watch.display += clock_us (CLOCK_MONOTONIC) - watch.display_began;
      watch.display_began = 0;
    }
  errno = error;
  return result;
}

/* How much of the turn until @end was spent waiting, beyond what the machine is to blame for. */
static gint64
waited (const Moment *end)
{
  const Moment *began = &watch.turn_began;
  gint64 all = (end->own - began->own) - (end->processor - began->processor);

  return MAX (all - MAX (end->pressure - began->pressure, 0), 0);
}

static gint64
turn_took (const Moment *end)
{
  return end->processor - watch.turn_began.processor + waited (end);
}

static void
set_timer (gint64 microseconds)
{
  const struct itimerspec when = { .it_value.tv_nsec = (glong)microseconds * 1000 };

  timer_settime (watch.timer, 0, &when, NULL);
}

static void
on_limit (int number)
{
  Moment moment = now ();
  gint64 left = PORCH_UI_WATCH_LIMIT_US - turn_took (&moment);
  GSource *source = g_main_current_source ();
  const char *name = source != NULL ? g_source_get_name (source) : NULL;

  if (left > 0)
    {
      set_timer (MAX (left, LEAST_WAIT_US));
      return;
    }
  g_strlcpy (watch.source, name != NULL ? name : "unknown", sizeof watch.source);
  watch.n_frames = backtrace (watch.frames, MAX_FRAMES);
}

static void
tell (const Moment *end)
{
  watch.count++;
  g_printerr ("porch-window: STALL of %d ms in the main loop, %d of them waiting, source “%s”\n", (int)(turn_took (end) / 1000),
              (int)(waited (end) / 1000), watch.source[0] != '\0' ? watch.source : "unknown");
  if (watch.n_frames > 0)
    backtrace_symbols_fd (watch.frames, watch.n_frames, STDERR_FILENO);
}

static int
poll_and_watch (GPollFD *fds, guint n_fds, int timeout)
{
  Moment moment = now ();
  int result;

  set_timer (0);
  if (watch.watching && turn_took (&moment) > PORCH_UI_WATCH_LIMIT_US)
    tell (&moment);
  result = g_poll (fds, n_fds, timeout);
  watch.n_frames = 0;
  watch.source[0] = '\0';
  watch.turn_began = now ();
  watch.watching = TRUE;
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
  watch.schedstat = open ("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  watch.processors = g_get_num_processors ();
  watch.thread = pthread_self ();
  watch.pressure = open ("/proc/pressure/cpu", O_RDONLY | O_CLOEXEC);
  backtrace (frames, 1); /* the first call loads a library, which a signal handler must not */
  return sigaction (SIGPROF, &action, NULL) == 0 && timer_create (CLOCK_MONOTONIC, &event, &watch.timer) == 0;
}

static void
on_clock_after_paint (GdkFrameClock *clock, gpointer data)
{
  g_signal_handlers_disconnect_by_func (clock, on_clock_after_paint, data);
  if (!watch.watching && make_timer ())
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
