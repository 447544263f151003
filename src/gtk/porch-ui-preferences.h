/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The preferences: a window of rows, each of which is a property of the service (which alone writes them) or something that the
 * window remembers. What is refused is said there and changes nothing. */
#pragma once

#include "porch-ui-backend.h"
#include "porch-ui-memory.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_PREFERENCES (porch_ui_preferences_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiPreferences, porch_ui_preferences, PORCH_UI, PREFERENCES, AdwWindow)

GtkWidget *porch_ui_preferences_new (GtkWindow *parent, PorchUiBackend *backend, PorchUiMemory *memory);

G_END_DECLS
