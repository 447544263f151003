/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that came from other devices, made safe to put before people: for frontends, which don't link libporch. Pure; any
 * thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Control and bidi characters and bad bytes as visible escapes ("\x1b", "\u202e"), at most @max_chars characters (0: no limit),
 * the rest as "…". Any bytes go in; NULL gives "". */
char *porch_display_name (const char *name, guint max_chars);
/* The last part of a path, as porch_display_name(). */
char *porch_display_basename (const char *path);
/* A path below the home folder as "~/Pictures", as porch_display_name(). */
char *porch_display_path (const char *path);

G_END_DECLS
