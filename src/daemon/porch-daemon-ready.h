/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells the service manager how far we are (sd_notify's protocol: one datagram to $NOTIFY_SOCKET). Nothing happens where there
 * is none. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @state: "READY=1", "STOPPING=1"; may hold several lines. */
void porch_daemon_ready_tell (const char *state);

G_END_DECLS
