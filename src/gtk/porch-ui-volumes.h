/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tells GTK's file chooser of disks and sticks: services of the session, which the chooser would start itself and wait for, with the
 * window standing still (a third of a second was seen). Main thread. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Starts them if they don't run yet, and calls @ready when they have answered, or were given time to; at once after the first time. */
void porch_ui_volumes_start (GDBusConnection *bus, void (*ready) (gpointer data), gpointer data);

G_END_DECLS
