/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PorchTransfer on the bus; tells of at most ten changes a second, each with all that changed. Main thread. Owned by its
 * object. */
#pragma once

#include "porch-bus.h"
#include "porch-engine.h"

G_BEGIN_DECLS

#define PORCH_TYPE_DAEMON_TRANSFER (porch_daemon_transfer_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonTransfer, porch_daemon_transfer, PORCH, DAEMON_TRANSFER, PorchBusTransferSkeleton)

GDBusInterfaceSkeleton *porch_daemon_transfer_new (PorchEngine *engine, PorchTransfer *transfer);

G_END_DECLS
