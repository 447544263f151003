/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PorchPairing on the bus. Main thread. Owned by its object. */
#pragma once

#include "porch-bus.h"
#include "porch-engine.h"

G_BEGIN_DECLS

#define PORCH_TYPE_DAEMON_PAIRING (porch_daemon_pairing_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonPairing, porch_daemon_pairing, PORCH, DAEMON_PAIRING, PorchBusPairingSkeleton)

GDBusInterfaceSkeleton *porch_daemon_pairing_new (PorchEngine *engine, PorchPairing *pairing);

G_END_DECLS
