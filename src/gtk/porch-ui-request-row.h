/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody wants to hand over, in the strip above every page: who, what, and the answers. Never takes the keyboard, and answers
 * nothing in the first moment after it appeared, when a click was meant for what stood there before. What a device that is not trusted
 * wrote itself is folded. */
#pragma once

#include <adwaita.h>
#include "porch-bus.h"

G_BEGIN_DECLS

#define PORCH_UI_TYPE_REQUEST_ROW (porch_ui_request_row_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiRequestRow, porch_ui_request_row, PORCH_UI, REQUEST_ROW, GtkWidget)

GtkWidget *porch_ui_request_row_new (PorchBusOffer *offer, PorchBusPeer *peer); /* peer (nullable) */
/* The first one in the strip: only its yes is suggested by color. */
void porch_ui_request_row_set_leading (PorchUiRequestRow *self, gboolean leading);

G_END_DECLS
