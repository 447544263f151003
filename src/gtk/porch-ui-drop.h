/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes a widget a place to drop things on that are to be sent: files, folders, links and texts from any program. While something hovers
 * over it the widget has the style class "porch-drop". */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is dropped goes to the window's actions "win.send-uris" and "win.send-text". */
GtkDropTarget *porch_ui_drop_add (GtkWidget *widget); /* (transfer none) */
/* Whom it goes to, an object path; NULL (as at first): asks. */
void porch_ui_drop_set_peer (GtkDropTarget *target, const char *peer);

G_END_DECLS
