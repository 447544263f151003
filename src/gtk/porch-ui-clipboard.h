/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was copied or dropped, as something to send: files, a text, or a picture, which becomes a PNG file. Main thread. */
#pragma once

#include "porch-ui-parcel.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

#define PORCH_UI_MAX_TEXT 4096 /* bytes, docs/PROTOCOL.md; what is longer becomes a file */

/* G_IO_ERROR_NOT_FOUND: nothing that can be sent was copied. */
void porch_ui_clipboard_read_async (GdkClipboard *clipboard, GAsyncReadyCallback callback, gpointer data);
PorchUiParcel *porch_ui_clipboard_read_finish (GdkClipboard *clipboard, GAsyncResult *result, GError **error);

/* (transfer full): files that are addresses of web pages are a text. NULL when there are none. */
PorchUiParcel *porch_ui_clipboard_parcel_of_files (GPtrArray *files);
/* (transfer full): a long text is put into a file. */
PorchUiParcel *porch_ui_clipboard_parcel_of_text (const char *text, GError **error);

G_END_DECLS
