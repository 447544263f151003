/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Type the number, see who hands out and what, download. A window over ours; main thread. Signal "taken" (const char
 * *transfer). */
#pragma once

#include "porch-ui-backend.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_JOIN_DIALOG (porch_ui_join_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiJoinDialog, porch_ui_join_dialog, PORCH_UI, JOIN_DIALOG, AdwWindow)

PorchUiJoinDialog *porch_ui_join_dialog_new (GtkWindow *parent, PorchUiBackend *backend);
/* What the service answered to Join(): "aa{sv}". */
void porch_ui_join_dialog_show_found (PorchUiJoinDialog *self, GVariant *found);

G_END_DECLS
