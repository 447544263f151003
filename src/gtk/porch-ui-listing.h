/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of somebody else as it comes down a pipe: a list model that grows. Main thread; reads in small portions, so that a
 * folder of 100,000 entries doesn't stop the window. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_LISTING (porch_ui_listing_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiListing, porch_ui_listing, PORCH_UI, LISTING, GObject)

/* Signal: finished (gboolean whole, string problem), once: FALSE when it was cut short, with the reason if one came (nullable). */
PorchUiListing *porch_ui_listing_new (int fd);                   /* takes @fd, a pipe */
GListModel *porch_ui_listing_get_entries (PorchUiListing *self); /* of PorchUiEntry */
void porch_ui_listing_stop (PorchUiListing *self);               /* no signal afterwards */

G_END_DECLS
