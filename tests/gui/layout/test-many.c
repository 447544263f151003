/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of 100,000 entries comes down a pipe into the rows of a window: the first ones are drawn at once, in the end all are
 * there in order, and neither that, nor another order, nor leaving the folder holds the main loop up. Needs a display. */
#include "config.h"

#include "porch-ui-files-view.h"
#include "porch-ui-listing.h"
#include "porch-ui-watch.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define N 100000
#define FIRST_ROWS_US 200000 /* of the main thread's processor time */

static gint64
processor_time (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* As porchd does: in no order, as fast as they are taken. */
static GString *
make_rows (void)
{
  GString *text = g_string_new (NULL);

  for (int i = 0; i < N; i++)
    g_string_append_printf (text,
                            "{\"n\":\"scan %d of 1987.tif\",\"t\":\"f\",\"s\":%d,\"m\":1790000000000000000,\"v\":\"%016x\"}\n",
                            (int)((i * G_GINT64_CONSTANT (7919)) % N), i, (guint)i);
  g_string_append (text, "{\"end\":true,\"rows\":100000}\n");
  return text;
}

static GString *rows;

static gpointer
writer (gpointer data)
{
  int fd = GPOINTER_TO_INT (data);
  gsize done = 0;

  while (done < rows->len)
    {
      gssize n = write (fd, rows->str + done, rows->len - done);

      if (n < 0)
        break;
      done += (gsize)n;
    }
  close (fd);
  return NULL;
}

typedef struct
{
  GtkWidget *window;
  PorchUiFilesView *view;
  PorchUiListing *listing;
} Scene;

static void
on_listing_notify_entries (Scene *scene)
{
  porch_ui_files_view_set_entries (scene->view, porch_ui_listing_get_entries (scene->listing));
}

static void
turn (void)
{
  g_main_context_iteration (NULL, TRUE);
}

static gboolean
on_over (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run_for (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, on_over, &over);
  while (!over)
    turn ();
}

/* Is a label below @widget that shows such a name, and has been given a place? */
static gboolean
shows (GtkWidget *widget, const char *suffix)
{
  if (GTK_IS_LABEL (widget) && g_str_has_suffix (gtk_label_get_text (GTK_LABEL (widget)), suffix))
    return gtk_widget_get_height (widget) > 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (shows (child, suffix))
      return TRUE;
  return FALSE;
}

static void
open_folder (Scene *scene)
{
  int fds[2];

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  g_thread_unref (g_thread_new ("writer", writer, GINT_TO_POINTER (fds[1])));
  scene->listing = porch_ui_listing_new (fds[0], porch_ui_files_view_get_order (scene->view));
  g_signal_connect_swapped (scene->listing, "notify::entries", G_CALLBACK (on_listing_notify_entries), scene);
  on_listing_notify_entries (scene);
}

static void
leave_folder (Scene *scene)
{
  porch_ui_listing_stop (scene->listing);
  g_signal_handlers_disconnect_by_data (scene->listing, scene);
  g_clear_object (&scene->listing);
  porch_ui_files_view_set_entries (scene->view, NULL);
}

static char *
name_at (Scene *scene, guint position)
{
  g_autoptr (PorchUiEntry) entry = g_list_model_get_item (porch_ui_listing_get_entries (scene->listing), position);

  return g_strdup (entry != NULL ? porch_ui_entry_get_name (entry) : NULL);
}

static void
wait_for_all (Scene *scene, const char *first)
{
  for (gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC; g_get_monotonic_time () < end;)
    {
      g_autofree char *name = name_at (scene, 0);

      if (g_strcmp0 (name, first) == 0 && g_list_model_get_n_items (porch_ui_listing_get_entries (scene->listing)) == N)
        return;
      turn ();
    }
  g_error ("not within a minute: %u entries, %s first",
           g_list_model_get_n_items (porch_ui_listing_get_entries (scene->listing)), first);
}

/* The titles of the columns say which order is wanted, and both ways of it. */
static void
test_order (void)
{
  PorchUiFilesView *view = g_object_ref_sink (g_object_new (PORCH_UI_TYPE_FILES_VIEW, NULL));
  GtkColumnView *columns
      = GTK_COLUMN_VIEW (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (adw_bin_get_child (ADW_BIN (view)))));
  GListModel *list = gtk_column_view_get_columns (columns);

  for (guint i = 0; i < 3; i++)
    for (int type = GTK_SORT_ASCENDING; type <= GTK_SORT_DESCENDING; type++)
      {
        g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (list, i);
        PorchUiEntryOrder order;

        gtk_column_view_sort_by_column (columns, column, (GtkSortType)type);
        order = porch_ui_files_view_get_order (view);
        g_assert_cmpint (order.key, ==, i);
        g_assert_cmpint (order.descending, ==, type == GTK_SORT_DESCENDING);
      }
  g_object_unref (view);
}

static void
test_many (void)
{
  Scene scene = { .window = gtk_window_new (), .view = g_object_new (PORCH_UI_TYPE_FILES_VIEW, NULL) };
  gint64 began, wall;
  guint stalls;

  gtk_window_set_child (GTK_WINDOW (scene.window), GTK_WIDGET (scene.view));
  gtk_window_set_default_size (GTK_WINDOW (scene.window), 860, 620);
  porch_ui_watch_begin (scene.window);
  gtk_window_present (GTK_WINDOW (scene.window));
  run_for (1000);
  stalls = porch_ui_watch_count ();
  wall = g_get_monotonic_time ();
  began = processor_time (CLOCK_THREAD_CPUTIME_ID);
  open_folder (&scene);
  while (!shows (GTK_WIDGET (scene.view), ".tif"))
    turn ();
  began = processor_time (CLOCK_THREAD_CPUTIME_ID) - began;
  g_test_message ("first rows after %d ms, %d ms of processor time", (int)((g_get_monotonic_time () - wall) / 1000),
                  (int)(began / 1000));
  g_assert_cmpint (began, <, FIRST_ROWS_US);
  wait_for_all (&scene, "scan 0 of 1987.tif");
  g_test_message ("all %d after %d ms", N, (int)((g_get_monotonic_time () - wall) / 1000));
  porch_ui_files_view_show_all (scene.view);
  run_for (100);
  wall = g_get_monotonic_time ();
  porch_ui_listing_set_order (scene.listing, (PorchUiEntryOrder){ PORCH_UI_ENTRY_BY_SIZE, TRUE });
  wait_for_all (&scene, "scan 92081 of 1987.tif");
  while (!shows (GTK_WIDGET (scene.view), "scan 92081 of 1987.tif"))
    turn ();
  g_test_message ("another order after %d ms", (int)((g_get_monotonic_time () - wall) / 1000));
  leave_folder (&scene);
  run_for (500);
  open_folder (&scene);
  run_for (300);
  leave_folder (&scene); /* in the midst of it */
  run_for (500);
  g_assert_cmpuint (porch_ui_watch_count (), ==, stalls);
  gtk_window_destroy (GTK_WINDOW (scene.window));
}

static void
write_rows (int fd, int first, int n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (int i = 0; i < n; i++)
    g_string_append_printf (text,
                            "{\"n\":\"scan %d of 1987.tif\",\"t\":\"f\",\"s\":1,\"m\":1790000000000000000,\"v\":\"%016x\"}\n",
                            first + i, (guint)(first + i));
  g_assert_cmpint (write (fd, text->str, text->len), ==, (gssize)text->len);
}

static GtkAdjustment *
adjustment_of (Scene *scene)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (adw_bin_get_child (ADW_BIN (scene->view))));
}

/* Each portion belongs above what is there: the first row stays in view, and GTK never looks for a place among rows that it has
 * not laid out yet, which it would warn of. Where the person has scrolled to is left alone. */
static void
test_trickle (void)
{
  Scene scene = { .window = gtk_window_new (), .view = g_object_new (PORCH_UI_TYPE_FILES_VIEW, NULL) };
  int fds[2];

  gtk_window_set_child (GTK_WINDOW (scene.window), GTK_WIDGET (scene.view));
  gtk_window_set_default_size (GTK_WINDOW (scene.window), 860, 300);
  gtk_window_present (GTK_WINDOW (scene.window));
  run_for (500);
  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  scene.listing = porch_ui_listing_new (fds[0], porch_ui_files_view_get_order (scene.view));
  on_listing_notify_entries (&scene);
  for (int first = 980; first >= 500; first -= 20)
    {
      write_rows (fds[1], first, 20);
      run_for (40);
      g_assert_cmpfloat (gtk_adjustment_get_value (adjustment_of (&scene)), ==, 0);
    }
  /* Once all are there and laid out, as a person would. */
  while (porch_ui_files_view_get_n_entries (scene.view) < 500)
    turn ();
  run_for (300);
  gtk_adjustment_set_value (adjustment_of (&scene), 2000);
  run_for (100);
  write_rows (fds[1], 0, 20);
  run_for (300);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment_of (&scene)), >, 2000);
  close (fds[1]);
  leave_folder (&scene);
  run_for (500);
  gtk_window_destroy (GTK_WINDOW (scene.window));
}

static void
on_finished (gboolean *over)
{
  *over = TRUE;
}

/* While more come only the first are shown; typing finds all, "all" is all, and in the end all are shown. */
static void
test_shown (void)
{
  Scene scene = { .window = gtk_window_new (), .view = g_object_new (PORCH_UI_TYPE_FILES_VIEW, NULL) };
  GtkColumnView *columns
      = GTK_COLUMN_VIEW (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (adw_bin_get_child (ADW_BIN (scene.view)))));
  GtkSelectionModel *model = gtk_column_view_get_model (columns);
  gboolean over = FALSE;
  gint64 bytes;
  gboolean folders;
  int fds[2];

  gtk_window_set_child (GTK_WINDOW (scene.window), GTK_WIDGET (scene.view));
  gtk_window_present (GTK_WINDOW (scene.window));
  run_for (500);
  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  scene.listing = porch_ui_listing_new (fds[0], porch_ui_files_view_get_order (scene.view));
  g_signal_connect_swapped (scene.listing, "finished", G_CALLBACK (on_finished), &over);
  on_listing_notify_entries (&scene);
  for (int first = 0; first < 3000; first += 100)
    write_rows (fds[1], first, 100);
  while (porch_ui_files_view_get_n_entries (scene.view) < 3000)
    turn ();
  run_for (1000);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 1000);
  gtk_selection_model_select_all (model);
  g_assert_cmpuint (porch_ui_files_view_count_selected (scene.view, &bytes, &folders), ==, 3000);
  g_assert_cmpint (bytes, ==, 3000);
  {
    g_auto (GStrv) names = porch_ui_files_view_dup_selected (scene.view);

    g_assert_cmpuint (g_strv_length (names), ==, 3000);
  }
  /* Near the end of them: more. */
  run_for (300);
  gtk_adjustment_set_value (adjustment_of (&scene), gtk_adjustment_get_upper (adjustment_of (&scene)));
  run_for (300);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), >=, 2000);
  close (fds[1]);
  while (!over)
    turn ();
  porch_ui_files_view_show_all (scene.view);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 3000);
  g_assert_cmpuint (porch_ui_files_view_count_selected (scene.view, &bytes, &folders), ==, 3000);
  leave_folder (&scene);
  run_for (500);
  gtk_window_destroy (GTK_WINDOW (scene.window));
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("skipped: no display\n");
      return 77;
    }
  adw_init ();
  rows = make_rows ();
  g_test_add_func ("/many/order", test_order);
  g_test_add_func ("/many/trickle", test_trickle);
  g_test_add_func ("/many/shown", test_shown);
  g_test_add_func ("/many/entries", test_many);
  result = g_test_run ();
  g_string_free (rows, TRUE);
  return result;
}
