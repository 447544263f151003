/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The object /io/github/porchshare/Porch/Daemon: this device's properties and what is asked of the daemon as a whole. The long
 * calls are in porch-daemon-calls.c. Main thread. Owned by the service. Signal "quit": a frontend wants the daemon to end. */
#pragma once

#include "porch-bus.h"
#include "porch-daemon-exports.h"
#include "porch-daemon-meter.h"
#include "porch-daemon-settings.h"
#include "porch-daemon-watchers.h"
#include "porch-engine.h"

G_BEGIN_DECLS

#define PORCH_TYPE_DAEMON_ROOT (porch_daemon_root_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonRoot, porch_daemon_root, PORCH, DAEMON_ROOT, PorchBusDaemonSkeleton)

/* @pairings: where a new pairing's object is found. */
PorchDaemonRoot *porch_daemon_root_new (PorchEngine *engine, PorchDaemonSettings *settings, PorchDaemonWatchers *watchers,
                                        PorchDaemonMeter *meter, PorchDaemonExports *pairings, const char *state_folder);
/* Beside the engine's own: what the user should know. */
void porch_daemon_root_add_warning (PorchDaemonRoot *self, const char *warning);

/* FALSE (PORCH_ERROR_NOT_ALLOWED) while the very first start is held. */
gboolean porch_daemon_root_check_begun (PorchDaemonRoot *self, GError **error);
PorchEngine *porch_daemon_root_get_engine (PorchDaemonRoot *self);
PorchDaemonExports *porch_daemon_root_get_pairings (PorchDaemonRoot *self);
/* Cancelled when the daemon ends. */
/* What Join() found last (of PorchFoundHandout), for ten minutes: TakeHandOut() names one of these. */
void porch_daemon_root_take_found (PorchDaemonRoot *self, GPtrArray *found);
GPtrArray *porch_daemon_root_get_found (PorchDaemonRoot *self); /* (transfer none) (nullable) */
GCancellable *porch_daemon_root_get_cancellable (PorchDaemonRoot *self);

G_END_DECLS
