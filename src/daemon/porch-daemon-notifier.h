/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides what is notified of, and does what a button says, to exactly the thing that its notification was about. Requests of
 * devices that are not trusted share one notification, at most every 30 s, and none is shown while this device is hidden.
 * While a window shows all of it to somebody who looks,
 * none is shown either; when that window goes, what still waits is. Without a notification daemon everything waits in the window; when one appears, open requests are shown. Main thread. Owned
 * by the service. */
#pragma once

#include "porch-daemon-settings.h"
#include "porch-daemon-watchers.h"
#include "porch-engine.h"

G_BEGIN_DECLS

#define PORCH_TYPE_DAEMON_NOTIFIER (porch_daemon_notifier_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonNotifier, porch_daemon_notifier, PORCH, DAEMON_NOTIFIER, GObject)

PorchDaemonNotifier *porch_daemon_notifier_new (GDBusConnection *bus, PorchEngine *engine, PorchDaemonSettings *settings,
                                                PorchDaemonWatchers *watchers);

G_END_DECLS
