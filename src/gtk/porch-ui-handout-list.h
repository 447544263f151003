/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this device hands out, one row for each, with its number; empty it is not seen. Main thread. */
#pragma once

#include "porch-ui-backend.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_HANDOUT_LIST (porch_ui_handout_list_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiHandoutList, porch_ui_handout_list, PORCH_UI, HANDOUT_LIST, AdwBin)

void porch_ui_handout_list_set_backend (PorchUiHandoutList *self, PorchUiBackend *backend);

G_END_DECLS
