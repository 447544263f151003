/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An icon and words inside a button: where there is no room for all of the words (or with icon-only) there is the icon alone,
 * never a part of them. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_SHY (porch_ui_shy_get_type ())
/* Children by type: "icon", "words". Property: icon-only. */
G_DECLARE_FINAL_TYPE (PorchUiShy, porch_ui_shy, PORCH_UI, SHY, GtkWidget)

G_END_DECLS
