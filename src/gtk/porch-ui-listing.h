/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of somebody else as it comes down a pipe: a list model that grows. Rows are read, parsed and given their sorting keys on a
 * thread of its own; the main thread only takes finished entries, some hundred at a time, so that a folder of 100,000 doesn't stop the
 * window. */
#pragma once

#include "porch-ui-entry.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_LISTING (porch_ui_listing_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiListing, porch_ui_listing, PORCH_UI, LISTING, GObject)

/* Signal: finished (gboolean whole, string code, string problem), once: FALSE when it was cut short, with the code of docs/PROTOCOL.md
 * and the reason if they came (nullable). */
PorchUiListing *porch_ui_listing_new (int fd, PorchUiEntryOrder order); /* takes @fd, a pipe */
/* Property: entries (GListModel, notify): PorchUiEntries, in order at any time; another one after it was put into another order. */
GListModel *porch_ui_listing_get_entries (PorchUiListing *self);
void porch_ui_listing_set_order (PorchUiListing *self, PorchUiEntryOrder order); /* done on a thread when they are many */
/* Takes @model: lets go of it, and of the thousands of entries that it may hold, on a thread. */
void porch_ui_listing_discard (GListModel *model);
void porch_ui_listing_stop (PorchUiListing *self);               /* no signal afterwards */
gboolean porch_ui_listing_is_over (PorchUiListing *self);        /* no more come */

G_END_DECLS
