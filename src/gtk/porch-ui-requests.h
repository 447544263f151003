/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The strip on top of every page: what people nearby want from us, one row each. */
#pragma once

#include "porch-ui-backend.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_REQUESTS (porch_ui_requests_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiRequests, porch_ui_requests, PORCH_UI, REQUESTS, GtkWidget)

void porch_ui_requests_set_backend (PorchUiRequests *self, PorchUiBackend *backend);

G_END_DECLS
