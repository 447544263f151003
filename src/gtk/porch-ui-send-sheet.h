/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sheet that every door of sending leads to: what is sent, to whom, and what stands in the way. Sends by itself and closes when that
 * has begun; a failure is shown in it and loses nothing. */
#pragma once

#include "porch-ui-backend.h"
#include "porch-ui-parcel.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_SEND_SHEET (porch_ui_send_sheet_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiSendSheet, porch_ui_send_sheet, PORCH_UI, SEND_SHEET, AdwWindow)

/* @peers: (nullable) object paths of those who are ticked at first. A text can be changed in the sheet.
 * Signal: sent (GStrv peers, GStrv transfers, gboolean text): object paths. */
PorchUiSendSheet *porch_ui_send_sheet_new (GtkWindow *parent, PorchUiBackend *backend, PorchUiParcel *parcel,
                                           const char *const *peers);
/* Why it could not be sent just now. */
void porch_ui_send_sheet_show_error (PorchUiSendSheet *self, const GError *error);

G_END_DECLS
