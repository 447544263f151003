/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of the very first start: a name, who can see it, Start. Says what is chosen with the action win.begin (name, mode);
 * before that nothing goes out. */
#pragma once

#include "porch-bus.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_WELCOME_PAGE (porch_ui_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiWelcomePage, porch_ui_welcome_page, PORCH_UI, WELCOME_PAGE, AdwBin)

/* @daemon: (nullable) when there is none. The name that the person types stays when it changes. */
void porch_ui_welcome_page_set_daemon (PorchUiWelcomePage *self, PorchBusDaemon *daemon);
/* What was chosen was refused, and why; NULL: not. */
void porch_ui_welcome_page_set_problem (PorchUiWelcomePage *self, const char *problem);
/* Gives the keys to the name. */
void porch_ui_welcome_page_focus (PorchUiWelcomePage *self);

G_END_DECLS
