/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row of a folder of somebody else: plain values, read once. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_ENTRY (porch_ui_entry_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiEntry, porch_ui_entry, PORCH_UI, ENTRY, GObject)

typedef enum
{
  PORCH_UI_ENTRY_FOLDER,
  PORCH_UI_ENTRY_FILE,
  PORCH_UI_ENTRY_REFUSED
} PorchUiEntryKind;

typedef enum
{
  PORCH_UI_ENTRY_BY_NAME,
  PORCH_UI_ENTRY_BY_SIZE,
  PORCH_UI_ENTRY_BY_MODIFIED
} PorchUiEntryKey;

typedef struct
{
  PorchUiEntryKey key;
  gboolean descending;
} PorchUiEntryOrder;

/* One row of docs/PROTOCOL.md, a JSON object; any thread. NULL for the last row (then @ended is set, and @code and @problem to what and
 * why if the listing broke off) and for what is no row (nothing is set). */
PorchUiEntry *porch_ui_entry_new_from_row (const char *text, gsize length, gboolean *ended, char **code, char **problem);
PorchUiEntryKind porch_ui_entry_get_kind (PorchUiEntry *self);
const char *porch_ui_entry_get_name (PorchUiEntry *self);     /* the true bytes */
const char *porch_ui_entry_get_shown (PorchUiEntry *self);    /* for people */
const char *porch_ui_entry_get_folded (PorchUiEntry *self);   /* the shown name without case */
const char *porch_ui_entry_get_sort_key (PorchUiEntry *self); /* natural order: "2" before "10" */
gint64 porch_ui_entry_get_size (PorchUiEntry *self);          /* bytes; -1 for folders */
gint64 porch_ui_entry_get_modified (PorchUiEntry *self);      /* unix s; 0 unknown */
const char *porch_ui_entry_get_icon_name (PorchUiEntry *self);
/* Folders come first in every order; what is equal stands by name. @order: PorchUiEntryOrder. Any thread. */
int porch_ui_entry_compare (gconstpointer a, gconstpointer b, gpointer order);

G_END_DECLS
