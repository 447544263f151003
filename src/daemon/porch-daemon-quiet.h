/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does the person want to be left alone just now (do not disturb)? GNOME says so in its settings, others by the property "Inhibited" of
 * the notification daemon; where nobody says anything it is no. Main thread. Owned by the notifier. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _PorchDaemonQuiet PorchDaemonQuiet;
typedef void (*PorchDaemonQuietFunc) (gpointer data);

/* @changed is called when the answer may have changed. */
PorchDaemonQuiet *porch_daemon_quiet_new (GDBusConnection *bus, PorchDaemonQuietFunc changed, gpointer data);
void              porch_daemon_quiet_free (PorchDaemonQuiet *self);
gboolean          porch_daemon_quiet_is_wanted (PorchDaemonQuiet *self);

G_END_DECLS
