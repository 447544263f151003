/* SPDX-License-Identifier: GPL-3.0-or-later */
/* While the network counts what is transferred (a phone's hotspot) downloads wait, unless the user allows it. Main thread. Owned by the
 * service. Property: metered (boolean, notify). */
#pragma once

#include "transfer/porch-transfer-queue.h"

G_BEGIN_DECLS

#define PORCH_TYPE_DAEMON_METER (porch_daemon_meter_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonMeter, porch_daemon_meter, PORCH, DAEMON_METER, GObject)

PorchDaemonMeter *porch_daemon_meter_new (GNetworkMonitor *monitor, PorchTransferQueue *queue, gboolean use_metered);
void              porch_daemon_meter_set_use_metered (PorchDaemonMeter *self, gboolean use);

G_END_DECLS
