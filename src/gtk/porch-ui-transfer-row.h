/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thing that a person sent or took, on Transfers. Its buttons activate the window's actions with the object path. */
#pragma once

#include <adwaita.h>
#include "porch-bus.h"

G_BEGIN_DECLS

#define PORCH_UI_TYPE_TRANSFER_ROW (porch_ui_transfer_row_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiTransferRow, porch_ui_transfer_row, PORCH_UI, TRANSFER_ROW, GtkListBoxRow)

GtkWidget *porch_ui_transfer_row_new (PorchBusTransfer *transfer);
PorchBusTransfer *porch_ui_transfer_row_get_transfer (PorchUiTransferRow *self); /* (transfer none) */
/* The row above is of the same act of sending: its title stands for both. */
void porch_ui_transfer_row_set_continued (PorchUiTransferRow *self, gboolean continued);

G_END_DECLS
