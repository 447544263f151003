/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-window: how long the window's first frame takes, counted from the start of the process, and how long the first rows of
 * a folder of 100,000 entries, counted from the click; each in milliseconds on the wall and of the processor. One line, for
 * tests/bench. */
#include "config.h"

#include "layout-street.h"
#include "porch-ui-application.h"

#include <string.h>
#include <unistd.h>

typedef struct
{
  double wall, processor;
} Moment;

static double
clock_ms (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1e6;
}

static Moment
now (void)
{
  return (Moment){ clock_ms (CLOCK_MONOTONIC), clock_ms (CLOCK_THREAD_CPUTIME_ID) };
}

/* What came before main(): the libraries are found and linked. The kernel keeps the start to 10 ms. */
static Moment
before_main (void)
{
  g_autofree char *stat = NULL;
  g_auto (GStrv) fields = NULL;
  double began;

  g_assert_true (g_file_get_contents ("/proc/self/stat", &stat, NULL, NULL));
  /* The name, in brackets, may have blanks; the start is the 20th after it. */
  fields = g_strsplit (strrchr (stat, ')') + 2, " ", -1);
  g_assert_cmpuint (g_strv_length (fields), >, 19);
  began = (double)g_ascii_strtoull (fields[19], NULL, 10) * 1000 / (double)sysconf (_SC_CLK_TCK);
  return (Moment){ MAX (clock_ms (CLOCK_BOOTTIME) - began, 0), clock_ms (CLOCK_THREAD_CPUTIME_ID) };
}

static void
on_after_paint (GdkFrameClock *clock, gpointer data)
{
  *(gboolean *)data = TRUE;
}

static void
wait_for_frame (GtkWidget *window)
{
  gboolean painted = FALSE;
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  gulong id = g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), &painted);

  gtk_widget_queue_draw (window);
  while (!painted)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (clock, id);
}

static gboolean
shows (GtkWidget *widget, const char *prefix)
{
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_get_child_visible (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget))
    return g_str_has_prefix (gtk_label_get_text (GTK_LABEL (widget)), prefix);
  for (GtkWidget *w = gtk_widget_get_first_child (widget); w != NULL; w = gtk_widget_get_next_sibling (w))
    if (shows (w, prefix))
      return TRUE;
  return FALSE;
}

static void
wait_for_label (GtkWidget *window, const char *prefix)
{
  while (!shows (window, prefix))
    g_main_context_iteration (NULL, TRUE);
  wait_for_frame (window);
}

int
main (int argc, char **argv)
{
  const Moment linked = before_main ();
  LayoutStreet *street = layout_street_new ();
  g_autoptr (PorchUiApplication) application = NULL;
  GtkWidget *window;
  Moment began, first, clicked, rows;

  layout_street_fill (street);
  /* What a porch-window of its own would have done by now was done for the made-up service too; GTK was not touched yet. */
  began = now ();
  application = porch_ui_application_new ();
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_application_activate (G_APPLICATION (application));
  window = GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (application)));
  wait_for_frame (window);
  first = now ();
  wait_for_label (window, "Ben’s Laptop");
  gtk_widget_activate_action (window, "win.open-peer", "s", layout_street_path (street, "trusted"));
  wait_for_label (window, "Holiday Photos");
  clicked = now ();
  gtk_widget_activate_action (window, "win.open-share", "(ss)", "many", "Many");
  wait_for_label (window, "IMG_");
  rows = now ();
  g_print ("BENCH %.0f %.0f %.0f %.0f\n", linked.wall + first.wall - began.wall,
           linked.processor + first.processor - began.processor, rows.wall - clicked.wall, rows.processor - clicked.processor);
  gtk_window_destroy (GTK_WINDOW (window));
  layout_street_free (street);
  return 0;
}
