/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A shared folder of somebody else: path buttons, its rows, and what to download of them. */
#pragma once

#include "porch-ui-backend.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_FOLDER_PAGE (porch_ui_folder_page_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiFolderPage, porch_ui_folder_page, PORCH_UI, FOLDER_PAGE, AdwBin)

void porch_ui_folder_page_show (PorchUiFolderPage *self, PorchUiBackend *backend, PorchBusPeer *peer, const char *share,
                                const char *name);
/* One folder up; FALSE at the top of the share. */
gboolean porch_ui_folder_page_go_up (PorchUiFolderPage *self);
GtkWidget *porch_ui_folder_page_get_view (PorchUiFolderPage *self); /* PorchUiFilesView: its "narrow" is for the window to set */
/* What can be done with what is selected; shown below the pages, where no toast lies over it. (transfer none) */
GtkWidget *porch_ui_folder_page_get_bar (PorchUiFolderPage *self);
const char *porch_ui_folder_page_get_title (PorchUiFolderPage *self);

G_END_DECLS
