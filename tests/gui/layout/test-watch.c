/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The watch over the main loop: tells a turn that works too long, with the name of the source; says nothing of one that is
 * short, or of a loop that merely waits. Needs a display. */
#include "config.h"

#include "porch-ui-watch.h"

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
  g_test_trap_assert_stderr ("*STALL of * ms in the main loop, source *too much work*(+0x*");
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
      run_once (rest, 80, "waits");
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
  g_test_add_func ("/watch/no-stall", test_no_stall);
  return g_test_run ();
}
