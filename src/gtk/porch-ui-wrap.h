/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buttons side by side, in as many lines as the width demands: so that a narrow window, large text or a long language needs no
 * more room than the widest of them. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_WRAP (porch_ui_wrap_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiWrap, porch_ui_wrap, PORCH_UI, WRAP, GtkWidget)

/* Properties: spacing (int, pixels between two, and between two lines), align (GtkAlign, of a line that leaves room). */

G_END_DECLS
