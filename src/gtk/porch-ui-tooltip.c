/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-tooltip.h"

void
porch_ui_tooltip_hide_while_open (GtkWidget *menu_button)
{
  GtkWidget *toggle = gtk_widget_get_first_child (menu_button);

  g_return_if_fail (GTK_IS_MENU_BUTTON (menu_button));
  /* The menu button itself tells of it from GTK 4.10 on. */
  if (GTK_IS_TOGGLE_BUTTON (toggle))
    g_object_bind_property (toggle, "active", menu_button, "has-tooltip", G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
}
