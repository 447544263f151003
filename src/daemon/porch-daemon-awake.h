/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the computer from suspending while something really moves, either way: an inhibitor of logind, held for just so long. Where
 * there is no logind it does nothing. Main thread. Owned by the service. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_TYPE_DAEMON_AWAKE (porch_daemon_awake_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonAwake, porch_daemon_awake, PORCH, DAEMON_AWAKE, GObject)

/* @transfers: of PorchTransfer; @shares: of PorchShare. */
PorchDaemonAwake *porch_daemon_awake_new (GListModel *transfers, GListModel *shares);

G_END_DECLS
