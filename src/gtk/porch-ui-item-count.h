/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many things lie in a folder, not counting those below its folders: counted on a thread of GIO's, up to a limit. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_UI_MAX_ITEMS 10000 /* more are not counted */

void porch_ui_item_count_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* -1 with an error; PORCH_UI_MAX_ITEMS + 1 when there are more than that. Hidden ones don't count. */
int porch_ui_item_count_finish (GAsyncResult *result, GError **error);

G_END_DECLS
