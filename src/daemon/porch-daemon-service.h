/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wiring of porchd: one engine, its settings, its objects on the session bus, its notifications. Main thread. Owned by
 * main(). Signal "ended": leave the main loop (a frontend asked for it, or the bus went away). */
#pragma once

#include "porch-daemon-options.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_TYPE_DAEMON_SERVICE (porch_daemon_service_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonService, porch_daemon_service, PORCH, DAEMON_SERVICE, GObject)

/* Opens the state, starts the engine and owns the bus name. PORCH_ERROR_BUSY: another porchd of this user runs. */
PorchDaemonService *porch_daemon_service_new (GDBusConnection *bus, const PorchDaemonOptions *options, GError **error);
/* In order: no more calls, transfers written down, goodbye, settings on disk. Nothing is lost when the process dies instead. */
void porch_daemon_service_stop (PorchDaemonService *self);

G_END_DECLS
