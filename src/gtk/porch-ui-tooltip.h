/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tooltips that stay out of the way. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @menu_button: a GtkMenuButton. Its tooltip would lie over the first entry of its open menu. */
void porch_ui_tooltip_hide_while_open (GtkWidget *menu_button);

G_END_DECLS
