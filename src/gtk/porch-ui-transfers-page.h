/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The third page: what moves, what waits for its turn, what is over. */
#pragma once

#include "porch-ui-backend.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_TRANSFERS_PAGE (porch_ui_transfers_page_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiTransfersPage, porch_ui_transfers_page, PORCH_UI, TRANSFERS_PAGE, AdwBin)

void porch_ui_transfers_page_set_backend (PorchUiTransfersPage *self, PorchUiBackend *backend);

G_END_DECLS
