/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One folder that we share, on Sharing: name, true path, who may open it as a menu, and what else can be done with it. Makes no
 * call: it activates the window's actions. */
#pragma once

#include <adwaita.h>
#include "porch-ui-backend.h"

G_BEGIN_DECLS

#define PORCH_UI_TYPE_SHARE_ROW (porch_ui_share_row_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiShareRow, porch_ui_share_row, PORCH_UI, SHARE_ROW, GtkListBoxRow)

GtkWidget *porch_ui_share_row_new (PorchBusShare *share, PorchUiBackend *backend);

G_END_DECLS
