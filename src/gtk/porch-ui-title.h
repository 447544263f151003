/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The middle of the header bar: the view switcher where it fits, else the title. Tells the window whether it is narrow. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_TITLE (porch_ui_title_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiTitle, porch_ui_title, PORCH_UI, TITLE, GtkWidget)

/* Properties: stack (AdwViewStack), title (string), top (boolean: the switcher may be shown), narrow (boolean, read, notify).
 */
gboolean porch_ui_title_get_narrow (PorchUiTitle *self);

G_END_DECLS
