/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files and folders of somebody else as sortable rows of which several can be selected; typing finds one. Shows a list model and
 * knows nothing of where it comes from. */
#pragma once

#include <adwaita.h>
#include "porch-ui-entry.h"

G_BEGIN_DECLS

#define PORCH_UI_TYPE_FILES_VIEW (porch_ui_files_view_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiFilesView, porch_ui_files_view, PORCH_UI, FILES_VIEW, AdwBin)

/* Property: narrow (the size stands under the name).
 * Signals: opened (PorchUiEntry): by a double click or Return; selection-changed; order-changed: by the titles of the columns. */
/* @entries: (nullable) of PorchUiEntry; may grow. The first thousand are shown, and more when the person comes to their end. */
void porch_ui_files_view_set_entries (PorchUiFilesView *self, GListModel *entries);
void porch_ui_files_view_show_all (PorchUiFilesView *self);               /* no more come */
PorchUiEntryOrder porch_ui_files_view_get_order (PorchUiFilesView *self); /* that the entries should have */
guint porch_ui_files_view_get_n_entries (PorchUiFilesView *self);
/* How many are selected, what they have together, and whether a folder, whose size nobody knows, is among them. */
guint porch_ui_files_view_count_selected (PorchUiFilesView *self, gint64 *bytes, gboolean *folders);
char **porch_ui_files_view_dup_selected (PorchUiFilesView *self); /* their names */
void porch_ui_files_view_focus (PorchUiFilesView *self);          /* the keys go to the first row, unless the person moved */

G_END_DECLS
