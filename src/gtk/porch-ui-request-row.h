/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thing that somebody nearby wants from us: to send something, or to be trusted. Never focused, never the default key: it
 * is the security dialog of this program. Makes no call itself; its buttons activate the window's actions with the object path.
 */
#pragma once

#include <adwaita.h>
#include "porch-bus.h"

G_BEGIN_DECLS

#define PORCH_UI_TYPE_REQUEST_ROW (porch_ui_request_row_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiRequestRow, porch_ui_request_row, PORCH_UI, REQUEST_ROW, GtkWidget)

GtkWidget *porch_ui_request_row_new_for_offer (PorchBusOffer *offer, PorchBusPeer *peer);       /* peer: (nullable) */
GtkWidget *porch_ui_request_row_new_for_pairing (PorchBusPairing *pairing, PorchBusPeer *peer); /* peer: (nullable) */

G_END_DECLS
