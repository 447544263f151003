/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PorchPeer on the bus. Main thread. Owned by its object. */
#pragma once

#include "porch-bus.h"
#include "porch-engine.h"

G_BEGIN_DECLS

#define PORCH_TYPE_DAEMON_PEER (porch_daemon_peer_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonPeer, porch_daemon_peer, PORCH, DAEMON_PEER, PorchBusPeerSkeleton)

GDBusInterfaceSkeleton *porch_daemon_peer_new (PorchEngine *engine, PorchPeer *peer);

G_END_DECLS
