/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two children side by side while there is room, else the second below the first: what keeps rows with buttons whole at 360 px.
 * In XML the children are of type "start" and "end". */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_FOLD (porch_ui_fold_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiFold, porch_ui_fold, PORCH_UI, FOLD, GtkWidget)

/* Property: start-width (int, pixels): how much of the first child's natural width is wanted before the second one moves below.
 */

G_END_DECLS
