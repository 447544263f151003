/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the objects under the ObjectManager in step with a GListModel: one object for each item that is to be seen. An item
 * that only changes its place keeps its object. Main thread. Owned by the service. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_TYPE_DAEMON_EXPORTS (porch_daemon_exports_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonExports, porch_daemon_exports, PORCH, DAEMON_EXPORTS, GObject)

/* Makes the interface for @item and says where it goes; NULL: this item is not shown. (transfer full) */
typedef GDBusInterfaceSkeleton *(*PorchDaemonExportFunc) (gpointer item, gpointer data, char **path);

PorchDaemonExports *porch_daemon_exports_new (GDBusObjectManagerServer *manager, GListModel *model, PorchDaemonExportFunc func,
                                              gpointer data);
/* (transfer none) (nullable): where @item is. */
const char *porch_daemon_exports_get_path (PorchDaemonExports *self, gpointer item);

G_END_DECLS
