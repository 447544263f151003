/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this device calls itself before its user says otherwise: "Mia's Laptop", from the first word of the real name and the
 * kind of machine. Pure functions but for the two that look at the system. Main thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "laptop", "desktop", "server", "tablet", "phone", "other". @root: "" or where a test keeps etc/ and sys/. */
const char *porch_daemon_device_chassis (const char *root);
/* @real_name (nullable), @host: any strings. Never NULL; passes porch_label_check(). (transfer full) */
char *porch_daemon_device_make_name (const char *real_name, const char *host, const char *chassis);
/* The default for this user on this machine. (transfer full) */
char *porch_daemon_device_default_name (const char *chassis);

G_END_DECLS
