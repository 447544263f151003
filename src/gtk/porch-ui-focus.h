/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the keyboard alive in a window when what has the keys goes away: a row that is done, a strip that was answered. GTK
 * remembers in every container the child that had them last; if that one is hidden then, Tab finds nothing in it any more, nor
 * anywhere else. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* From here on Tab and the arrows pass over what is no longer there. */
void porch_ui_focus_guard (GtkWindow *window);

G_END_DECLS
