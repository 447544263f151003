/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first page: oneself, then a card for each device nearby, trusted first. The order never changes under the pointer. */
#pragma once

#include "porch-ui-backend.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_NEARBY_PAGE (porch_ui_nearby_page_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiNearbyPage, porch_ui_nearby_page, PORCH_UI, NEARBY_PAGE, AdwBin)

void porch_ui_nearby_page_set_backend (PorchUiNearbyPage *self, PorchUiBackend *backend);
/* What can be done with those who are selected; shown below the pages, where no toast lies over it. (transfer none) */
GtkWidget *porch_ui_nearby_page_get_bar (PorchUiNearbyPage *self);

G_END_DECLS
