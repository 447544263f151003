/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second page: the folders that we share. A folder dropped on it is added. */
#pragma once

#include "porch-ui-backend.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_SHARING_PAGE (porch_ui_sharing_page_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiSharingPage, porch_ui_sharing_page, PORCH_UI, SHARING_PAGE, AdwBin)

void porch_ui_sharing_page_set_backend (PorchUiSharingPage *self, PorchUiBackend *backend);

G_END_DECLS
