/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Start at Login": whether the background service begins with the session. A file in the user's autostart folder; in a sandbox
 * the desktop is asked to start it (org.freedesktop.portal.Background), which tells nobody afterwards: there the window
 * remembers the answer. Main thread. */
#pragma once

#include "porch-ui-memory.h"

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean porch_ui_autostart_get (PorchUiMemory *memory, gboolean sandboxed);
/* @bus: the session bus, for a sandbox. */
void porch_ui_autostart_set_async (PorchUiMemory *memory, GDBusConnection *bus, gboolean sandboxed, gboolean start,
                                   GAsyncReadyCallback callback, gpointer data);
gboolean porch_ui_autostart_set_finish (PorchUiMemory *memory, GAsyncResult *result, GError **error);

G_END_DECLS
