/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who looks: the bus names that called Watch() and have neither called Unwatch() nor left the bus. While there is one, peers'
 * presence is asked and the shared folders are looked at; while there is none, nothing wakes the daemon up for it. Main thread.
 * Owned by the service. Property "attended" (notify): somebody who called Attend() shows requests to a person who looks. */
#pragma once

#include "porch-engine.h"

G_BEGIN_DECLS

#define PORCH_TYPE_DAEMON_WATCHERS (porch_daemon_watchers_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonWatchers, porch_daemon_watchers, PORCH, DAEMON_WATCHERS, GObject)

PorchDaemonWatchers *porch_daemon_watchers_new (GDBusConnection *bus, PorchEngine *engine);
/* A name counts once, however often it calls. */
void porch_daemon_watchers_add (PorchDaemonWatchers *self, const char *name);
/* The peers whose rows it shows (of PorchPeer), instead of those before. FALSE: it does not watch. */
gboolean porch_daemon_watchers_look_at (PorchDaemonWatchers *self, const char *name, GPtrArray *peers);
void porch_daemon_watchers_attend (PorchDaemonWatchers *self, const char *name, gboolean looks);
gboolean porch_daemon_watchers_is_attended (PorchDaemonWatchers *self);
/* Is there somebody who watches? */
gboolean porch_daemon_watchers_is_watched (PorchDaemonWatchers *self);
void porch_daemon_watchers_remove (PorchDaemonWatchers *self, const char *name);

G_END_DECLS
