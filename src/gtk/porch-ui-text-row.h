/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text that came and was read, on Transfers: found again, copied, taken off the list. */
#pragma once

#include <adwaita.h>
#include "porch-bus.h"

G_BEGIN_DECLS

#define PORCH_UI_TYPE_TEXT_ROW (porch_ui_text_row_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiTextRow, porch_ui_text_row, PORCH_UI, TEXT_ROW, GtkListBoxRow)

GtkWidget *porch_ui_text_row_new (PorchBusOffer *offer);

G_END_DECLS
