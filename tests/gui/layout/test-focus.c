/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tab leads somewhere after what had the keys went away: hidden, taken out of its list, the list hidden with its heading. Needs
 * a display. */
#include "config.h"

#include "porch-ui-focus.h"

typedef struct
{
  GtkWidget *window, *section, *list, *row, *button, *other;
} Place;

/* A section with one row, whose button has the keys; a button beside it. */
static void
set_up (Place *place, gconstpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  place->window = gtk_window_new ();
  place->section = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  place->list = gtk_list_box_new ();
  place->row = gtk_list_box_row_new ();
  place->button = gtk_button_new_with_label ("Pause");
  place->other = gtk_button_new_with_label ("Send");
  gtk_window_set_child (GTK_WINDOW (place->window), box);
  gtk_box_append (GTK_BOX (box), place->other);
  gtk_box_append (GTK_BOX (box), place->section);
  gtk_box_append (GTK_BOX (place->section), place->list);
  gtk_list_box_append (GTK_LIST_BOX (place->list), place->row);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (place->row), inner);
  gtk_box_append (GTK_BOX (inner), place->button);
  porch_ui_focus_guard (GTK_WINDOW (place->window));
  gtk_window_present (GTK_WINDOW (place->window));
  gtk_widget_grab_focus (place->button);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (place->window)) == place->button);
}

static void
tear_down (Place *place, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (place->window));
}

static gboolean
on_timeout (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

/* A few frames. */
static void
settle (void)
{
  gboolean over = FALSE;

  g_timeout_add (200, on_timeout, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_tab_leads_to (Place *place, GtkWidget *widget)
{
  for (int i = 0; i < 3; i++)
    {
      g_signal_emit_by_name (place->window, "move-focus", GTK_DIR_TAB_FORWARD); /* as the key does */
      if (gtk_window_get_focus (GTK_WINDOW (place->window)) == widget)
        return;
    }
  g_assert_not_reached ();
}

/* As with a transfer that ends: its button goes, its row moves to another list, its section was the last. */
static void
test_row_is_done (Place *place, gconstpointer data)
{
  gtk_widget_set_visible (place->button, FALSE);
  gtk_list_box_remove (GTK_LIST_BOX (place->list), place->row);
  gtk_widget_set_visible (place->section, FALSE);
  settle ();
  assert_tab_leads_to (place, place->other);
}

static void
test_row_is_done_later (Place *place, gconstpointer data)
{
  gtk_widget_set_visible (place->button, FALSE);
  settle ();
  gtk_list_box_remove (GTK_LIST_BOX (place->list), place->row);
  settle ();
  gtk_widget_set_visible (place->section, FALSE);
  settle ();
  assert_tab_leads_to (place, place->other);
}

/* A toast came in between and has the keys. */
static void
test_while_elsewhere (Place *place, gconstpointer data)
{
  GtkWidget *box = gtk_window_get_child (GTK_WINDOW (place->window));
  GtkWidget *toast = gtk_button_new_with_label ("Show");

  gtk_box_append (GTK_BOX (box), toast);
  gtk_widget_grab_focus (toast);
  gtk_widget_set_visible (place->section, FALSE);
  settle ();
  assert_tab_leads_to (place, place->other);
  assert_tab_leads_to (place, toast);
}

static void
test_section_goes (Place *place, gconstpointer data)
{
  gtk_widget_set_visible (place->section, FALSE);
  settle ();
  assert_tab_leads_to (place, place->other);
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
#define ADD(name, func) g_test_add ("/focus/" name, Place, NULL, set_up, func, tear_down)
  ADD ("row-is-done", test_row_is_done);
  ADD ("row-is-done-later", test_row_is_done_later);
  ADD ("while-elsewhere", test_while_elsewhere);
  ADD ("section-goes", test_section_goes);
  return g_test_run ();
}
