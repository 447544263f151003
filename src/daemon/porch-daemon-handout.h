/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One hand-out on the bus. Main thread. Exported while it is in the hand-out book. */
#pragma once

#include "porch-bus.h"
#include "porch-engine.h"

G_BEGIN_DECLS

#define PORCH_TYPE_DAEMON_HANDOUT (porch_daemon_handout_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonHandout, porch_daemon_handout, PORCH, DAEMON_HANDOUT, PorchBusHandOutSkeleton)

GDBusInterfaceSkeleton *porch_daemon_handout_new (PorchEngine *engine, PorchHandout *handout); /* (transfer full) */

G_END_DECLS
