/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows of their own over a narrow window. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Before it is shown: @dialog becomes no wider than @parent is. */
void porch_ui_fit_width (GtkWindow *dialog, GtkWindow *parent);

G_END_DECLS
