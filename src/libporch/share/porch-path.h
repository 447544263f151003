/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names and paths from the wire: what is refused, what is shown how, which name a clash gets. Pure functions; any thread.
 * C0, DEL, C1, invalid UTF-8, empty, ".", "..", absolute, over-long: refused. Bidi marks: allowed on disk, escaped when shown. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PORCH_STAGING_PREFIX ".porch-"
#define PORCH_STAGING_DIGITS 16

/* Errors: PORCH_ERROR_PATH_REFUSED with what is wrong and the name escaped for display. @length -1: up to the NUL; else exactly that
 * many bytes, a NUL among them is refused. */
gboolean porch_path_check_name (const char *name, gssize length, GError **error); /* one segment */
gboolean porch_path_check (const char *path, gssize length, GError **error);      /* relative, "/" between segments; "" refused */
/* Porch's own staging names, ".porch-" and 16 hex digits: never listed, served or taken from the wire. */
gboolean porch_path_is_staging (const char *name);
/* Device and share names: 1 to 63 bytes, no "/", ":", control, bidi or invisible characters, not "." or "..", no leading "-", no
 * blanks at the ends. */
gboolean porch_label_check (const char *label, GError **error);
char    *porch_label_clean (const char *label); /* (nullable) the nearest label that passes */
/* For windows, terminals, logs: control, bidi and invisible characters and bad bytes as visible escapes. Any bytes go in. */
char    *porch_path_to_display (const char *path);
char    *porch_path_to_display_len (const char *path, gsize length);
/* "name.tar.gz", 2 → "name (2).tar.gz"; the stem is cut at a character so that the result fits 255 bytes. */
char    *porch_path_numbered (const char *name, guint number);
char    *porch_path_labeled (const char *name, const char *label);

G_END_DECLS
