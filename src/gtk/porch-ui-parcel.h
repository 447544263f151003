/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person is about to hand over: files and folders, or a text. Main thread; files are opened on a thread of its own,
 * because a disk that sleeps must not stop the window. */
#pragma once

#include "porch-bus.h"

#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_PARCEL (porch_ui_parcel_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiParcel, porch_ui_parcel, PORCH_UI, PARCEL, GObject)

PorchUiParcel *porch_ui_parcel_new_for_files (GPtrArray *files); /* of GFile */
PorchUiParcel *porch_ui_parcel_new_for_text (const char *text);
GPtrArray *porch_ui_parcel_get_files (PorchUiParcel *self); /* (transfer none) (nullable) of GFile; NULL for a text */
const char *porch_ui_parcel_get_text (PorchUiParcel *self); /* (nullable) */
gboolean porch_ui_parcel_is_text (PorchUiParcel *self);
/* peers: object paths. The result is the object paths of the transfers. */
void porch_ui_parcel_send_async (PorchUiParcel *self, PorchBusDaemon *daemon, const char *const *peers,
                                 GAsyncReadyCallback callback, gpointer data);
char **porch_ui_parcel_send_finish (PorchUiParcel *self, GAsyncResult *result, GError **error);

/* Opens local files and folders as a message needs them (porch_bus_files_pack()), on a thread; then calls @opened on the main
 * thread. handles: "ah" (transfer none), NULL with an error. */
typedef void (*PorchUiOpened) (GVariant *handles, GUnixFDList *fds, const GError *error, gpointer data);
void porch_ui_parcel_open_paths (const char *const *paths, PorchUiOpened opened, gpointer data);

G_END_DECLS
