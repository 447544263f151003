/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One hand-out for the projector: its number, everybody who joined and how far they are. Owned by the window; main thread. */
#pragma once

#include "porch-bus.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_HANDOUT_PAGE (porch_ui_handout_page_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiHandoutPage, porch_ui_handout_page, PORCH_UI, HANDOUT_PAGE, AdwBin)

/* Property: narrow (boolean): the number is smaller. */
void porch_ui_handout_page_show (PorchUiHandoutPage *self, PorchBusHandOut *handout);
PorchBusHandOut *porch_ui_handout_page_get_handout (PorchUiHandoutPage *self); /* (nullable) */
const char *porch_ui_handout_page_get_title (PorchUiHandoutPage *self);        /* never NULL */

G_END_DECLS
