/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection to the system's bus, which may be absent, go away and come back; that never ends the process. Main thread. Owned
 * by PorchNetworks, which lends it. Signal "changed": connected, lost, or found to be absent. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_SYSTEM_BUS_RETRY 30 /* s */

#define PORCH_TYPE_SYSTEM_BUS (porch_system_bus_get_type ())
G_DECLARE_FINAL_TYPE (PorchSystemBus, porch_system_bus, PORCH, SYSTEM_BUS, GObject)

PorchSystemBus  *porch_system_bus_new (void);
GDBusConnection *porch_system_bus_get_connection (PorchSystemBus *self); /* (nullable) */
gboolean         porch_system_bus_is_settled (PorchSystemBus *self);     /* the first try is over */

G_END_DECLS
