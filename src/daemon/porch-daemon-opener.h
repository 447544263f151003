/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows things to the person at the screen, over the session bus: programs that open a file must not run inside the confinement
 * of the daemon's unit, so nothing is started as a child while the bus knows somebody for it. Nothing is ever opened but on a
 * click. Main thread. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The folder, with the files selected, in the file manager. @token (nullable) */
void porch_daemon_opener_show (GDBusConnection *bus, const char *const *paths, const char *token);
/* One file or folder, in the program for it. */
void porch_daemon_opener_open (GDBusConnection *bus, const char *path, const char *token);
/* Porch's window, at @page ("nearby", "sharing", "transfers"; "": where it was). */
void porch_daemon_opener_window (GDBusConnection *bus, const char *page, const char *token);

G_END_DECLS
