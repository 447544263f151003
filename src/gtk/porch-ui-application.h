/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The application: one window of one process, the connection to the background service, keys. Wires parts together. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_APPLICATION (porch_ui_application_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiApplication, porch_ui_application, PORCH_UI, APPLICATION, AdwApplication)

PorchUiApplication *porch_ui_application_new (void);

G_END_DECLS
