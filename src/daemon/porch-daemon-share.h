/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PorchShare on the bus. Main thread. Owned by its object. */
#pragma once

#include "porch-bus.h"
#include "porch-engine.h"

G_BEGIN_DECLS

#define PORCH_TYPE_DAEMON_SHARE (porch_daemon_share_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonShare, porch_daemon_share, PORCH, DAEMON_SHARE, PorchBusShareSkeleton)

GDBusInterfaceSkeleton *porch_daemon_share_new (PorchEngine *engine, PorchShare *share);
/* Also for AddShare, whose options are these and more. Nothing changes unless all of @changes is sound; a failure of the store
 * can leave some of them made. */
gboolean porch_daemon_share_apply (PorchShareList *shares, PorchShare *share, GVariant *changes, GError **error);
gboolean porch_daemon_share_check_values (GVariant *changes, GError **error);

G_END_DECLS
