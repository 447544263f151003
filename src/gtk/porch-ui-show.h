/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Show": the file manager at the place of some files, with them selected. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* paths: local, not empty. Falls back to opening their folder where no file manager offers to select. */
void porch_ui_show_files (GtkWindow *parent, const char *const *paths);
void porch_ui_show_folder (GtkWindow *parent, const char *path);

G_END_DECLS
