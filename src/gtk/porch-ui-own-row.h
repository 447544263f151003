/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first row on Nearby: who we are here and who can see us, with the menu that changes it. */
#pragma once

#include <adwaita.h>
#include "porch-bus.h"

G_BEGIN_DECLS

#define PORCH_UI_TYPE_OWN_ROW (porch_ui_own_row_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiOwnRow, porch_ui_own_row, PORCH_UI, OWN_ROW, GtkWidget)

void porch_ui_own_row_set_daemon (PorchUiOwnRow *self, PorchBusDaemon *daemon); /* (nullable) */

G_END_DECLS
