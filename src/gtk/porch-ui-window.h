/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window: header bar, requests, pages. Its actions ("win.…") are everything that a person can do here. */
#pragma once

#include "porch-ui-backend.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_WINDOW (porch_ui_window_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiWindow, porch_ui_window, PORCH_UI, WINDOW, AdwApplicationWindow)

GtkWidget *porch_ui_window_new (AdwApplication *application, PorchUiBackend *backend);
/* Asks whom to send the files to (GFile), and sends them. */
void porch_ui_window_send_files (PorchUiWindow *self, GPtrArray *files);

/* "nearby", "sharing", "transfers"; while the service is not there, for when it is. */
void porch_ui_window_show_page (PorchUiWindow *self, const char *page);

G_END_DECLS
