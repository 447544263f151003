/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries in order, as a list model that takes in many at a time and tells of them so that GTK 4.8 has little to do: for each change among
 * the 200 rows that it keeps it looks at all that changed. So what comes far above or below them is told of by itself, and what comes among
 * them is a small change. Used on one thread at a time. */
#pragma once

#include "porch-ui-entry.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_ENTRIES (porch_ui_entries_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiEntries, porch_ui_entries, PORCH_UI, ENTRIES, GObject)

/* @entries: of PorchUiEntry, in any order; taken, with what it holds. Nobody may listen yet. */
PorchUiEntries *porch_ui_entries_new (PorchUiEntryOrder order, GPtrArray *entries);
/* @batch: of PorchUiEntry, in any order; taken, with what it holds. (transfer full) (nullable): what is left of it for another turn. */
GPtrArray *porch_ui_entries_take (PorchUiEntries *self, GPtrArray *batch);
/* The rows that GTK keeps lie between these. */
void porch_ui_entries_set_near (PorchUiEntries *self, guint begin, guint end);
guint porch_ui_entries_find (PorchUiEntries *self, PorchUiEntry *entry); /* its position; G_MAXUINT: not in it */
/* What all files have together, and whether there is a folder, whose size nobody knows. */
gint64 porch_ui_entries_get_bytes (PorchUiEntries *self, gboolean *folders);
GPtrArray *porch_ui_entries_dup (PorchUiEntries *self); /* (transfer full) */

G_END_DECLS
