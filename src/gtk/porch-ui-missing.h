/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Someone Missing?: what is known of who and where one is, how one looks for others and how they reach this device, and what
 * helps. */
#pragma once

#include "porch-ui-backend.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_MISSING (porch_ui_missing_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiMissing, porch_ui_missing, PORCH_UI, MISSING, AdwWindow)

/* "Add by Address…" closes it and activates win.add-address of @parent. */
GtkWidget *porch_ui_missing_new (GtkWindow *parent, PorchUiBackend *backend);

G_END_DECLS
