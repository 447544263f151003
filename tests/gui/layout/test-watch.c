/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The watch over the main loop: tells a turn that works or waits too long, with the name of the source; says nothing of one
 * that is short, of a loop that has nothing to do, or of other threads that have the processor. Needs a display. */
#include "config.h"

#include "porch-ui-watch.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static gint64
processor_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gboolean
work (gpointer data)
{
  gint64 end = processor_time () + GPOINTER_TO_INT (data) * 1000;

  while (processor_time () < end)
    continue;
  return G_SOURCE_REMOVE;
}

static gboolean
rest (gpointer data)
{
  g_usleep (GPOINTER_TO_INT (data) * 1000);
  return G_SOURCE_REMOVE;
}

static gboolean
on_over (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

/* The loop goes on for @ms. */
static void
run_for (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, on_over, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
run_once (GSourceFunc source, int ms, const char *name)
{
  g_source_set_name_by_id (g_idle_add (source, GINT_TO_POINTER (ms)), name);
  run_for (100);
}

static GtkWidget *
begin (void)
{
  GtkWidget *window = gtk_window_new ();

  porch_ui_watch_begin (window);
  run_once (work, 80, "before the first frame");
  g_assert_cmpuint (porch_ui_watch_count (), ==, 0);
  gtk_window_present (GTK_WINDOW (window));
  run_for (1000); /* its first frames */
  return window;
}

static void
test_stall (void)
{
  if (g_test_subprocess ())
    {
      GtkWidget *window = begin ();
      guint before = porch_ui_watch_count ();

      run_once (work, 80, "too much work");
      g_assert_cmpuint (porch_ui_watch_count (), ==, before + 1);
      gtk_window_destroy (GTK_WINDOW (window));
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*STALL of * ms in the main loop, * of them waiting, source *too much work*(+0x*");
}

/* How many per cent of the last 10 s somebody waited for a processor; -1: the kernel doesn't tell. */
static double
pressure (void)
{
  g_autofree char *text = NULL;
  const char *average;

  if (!g_file_test ("/proc/self/schedstat", G_FILE_TEST_EXISTS)
      || !g_file_get_contents ("/proc/pressure/cpu", &text, NULL, NULL)
      || (average = g_strstr_len (text, -1, "avg10=")) == NULL)
    return -1;
  return g_ascii_strtod (average + strlen ("avg10="), NULL);
}

/* Whoever waits for a disk or an answer keeps the person waiting too. */
static void
test_waits (void)
{
  double busy = pressure ();

  if (!g_test_subprocess () && (busy < 0 || busy > 30))
    {
      g_test_skip (busy < 0 ? "this kernel does not count what the machine is to blame for"
                            : "the machine is too busy: what is waited for may only be late");
      return;
    }
  if (g_test_subprocess ())
    {
      GtkWidget *window = begin ();
      guint before = porch_ui_watch_count ();

      /* What is waited for on a busy machine may only be late: once it isn't all that busy. */
      for (int i = 0; i < 60 && porch_ui_watch_count () == before; i++)
        run_once (rest, 80, "waits for something");
      g_assert_cmpuint (porch_ui_watch_count (), ==, before + 1);
      gtk_window_destroy (GTK_WINDOW (window));
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*STALL of * waiting, source *waits for something*(+0x*");
}

static gboolean
ask (gpointer data)
{
  struct pollfd fd = { .fd = GPOINTER_TO_INT (data), .events = POLLIN };
  gint64 end = g_get_monotonic_time () + 80 * 1000;

  while (g_get_monotonic_time () < end)
    g_assert_cmpint (poll (&fd, 1, 80), <=, 0);
  return G_SOURCE_REMOVE;
}

/* A display server that doesn't answer; the client's end. */
static int
connect_to_silent (int *server)
{
  g_autofree char *folder = g_dir_make_tmp ("watch-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, ".X11-unix", NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int client = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  *server = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (*server, (struct sockaddr *)&address, sizeof address), ==, 0);
  g_assert_cmpint (listen (*server, 1), ==, 0);
  g_assert_cmpint (connect (client, (struct sockaddr *)&address, sizeof address), ==, 0);
  g_unlink (path);
  g_rmdir (folder);
  return client;
}

/* The display server may be late: some other program can stop it. */
static void
test_display (void)
{
  if (g_test_subprocess ())
    {
      GtkWidget *window = begin ();
      int server, client = connect_to_silent (&server);
      guint before;

      run_for (100);
      before = porch_ui_watch_count ();
      g_idle_add (ask, GINT_TO_POINTER (client));
      run_for (200);
      g_assert_cmpuint (porch_ui_watch_count (), ==, before);
      close (client);
      close (server);
      gtk_window_destroy (GTK_WINDOW (window));
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

static gpointer
spin (gpointer data)
{
  while (!g_atomic_int_get ((int *)data))
    continue;
  return NULL;
}

static gboolean
work_timed (gpointer data)
{
  gint64 *took = data;
  gint64 began = g_get_monotonic_time ();

  work (GINT_TO_POINTER (30));
  *took = g_get_monotonic_time () - began;
  return G_SOURCE_REMOVE;
}

/* Where others have the processor most of the time, a turn takes long and does little. */
static void
test_shared (void)
{
  if (g_test_subprocess ())
    {
      GtkWidget *window = begin ();
      guint before, n = g_get_num_processors () * 6;
      g_autoptr (GPtrArray) threads = g_ptr_array_new ();
      gint64 took = 0;
      int over = FALSE;

      for (guint i = 0; i < n; i++)
        g_ptr_array_add (threads, g_thread_new ("spin", spin, &over));
      run_for (10);
      before = porch_ui_watch_count ();
      g_idle_add (work_timed, &took);
      while (took == 0)
        g_main_context_iteration (NULL, TRUE);
      run_for (10);
      g_assert_cmpint (took, >, PORCH_UI_WATCH_LIMIT_US);
      g_assert_cmpuint (porch_ui_watch_count (), ==, before);
      g_atomic_int_set (&over, TRUE);
      for (guint i = 0; i < n; i++)
        g_thread_join (threads->pdata[i]);
      gtk_window_destroy (GTK_WINDOW (window));
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

static void
test_no_stall (void)
{
  if (g_test_subprocess ())
    {
      GtkWidget *window = begin ();
      guint before = porch_ui_watch_count ();

      for (int i = 0; i < 5; i++)
        run_once (work, 15, "some work");
      run_once (rest, 15, "waits a little");
      run_for (200);
      g_assert_cmpuint (porch_ui_watch_count (), ==, before);
      gtk_window_destroy (GTK_WINDOW (window));
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("skipped: no display\n");
      return 77;
    }
  g_test_add_func ("/watch/stall", test_stall);
  g_test_add_func ("/watch/waits", test_waits);
  g_test_add_func ("/watch/display", test_display);
  g_test_add_func ("/watch/shared", test_shared);
  g_test_add_func ("/watch/no-stall", test_no_stall);
  return g_test_run ();
}
