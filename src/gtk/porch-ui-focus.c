/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-focus.h"

/* All that is shown is looked at: what has the keys now may be elsewhere. */
static void
forget_hidden (GtkWidget *widget)
{
  GtkWidget *last = gtk_widget_get_focus_child (widget);

  if (last != NULL && !(gtk_widget_get_mapped (last) && gtk_widget_get_sensitive (last)))
    gtk_widget_set_focus_child (widget, NULL);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_mapped (child))
      forget_hidden (child);
}

/* Before GTK looks for the next one. */
static void
on_move_focus (GtkWidget *window, GtkDirectionType direction, gpointer data)
{
  forget_hidden (window);
}

void
porch_ui_focus_guard (GtkWindow *window)
{
  g_signal_connect (window, "move-focus", G_CALLBACK (on_move_focus), NULL);
}
