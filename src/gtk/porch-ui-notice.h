/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The notice strip on top of every page: an icon, a sentence, one button. Hidden while there is nothing to say. */
#pragma once

#include "porch-ui-backend.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_NOTICE (porch_ui_notice_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiNotice, porch_ui_notice, PORCH_UI, NOTICE, AdwBin)

void porch_ui_notice_set_backend (PorchUiNotice *self, PorchUiBackend *backend);

G_END_DECLS
