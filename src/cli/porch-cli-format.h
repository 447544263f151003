/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and times for people, and times that people type. Pure functions but for the locale. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char    *porch_cli_format_rate (gint64 bytes_per_second); /* "48.1 MB/s" */
char    *porch_cli_format_limit (gint64 bytes_per_second); /* the same, "no limit" for 0 */
char    *porch_cli_format_seconds (gint64 seconds);       /* "0:07", "12:30", "1:02:05" */
char    *porch_cli_format_time (gint64 unix_seconds);     /* "2026-11-22 14:02"; "–" for 0 */
/* "[#####-----]" of @width characters in all. */
char    *porch_cli_format_bar (gint64 done, gint64 total, int width);
/* How many columns of a terminal @text takes; wide characters take two, marks none. */
int      porch_cli_text_width (const char *text);
/* At most @width columns of @text, "…" at the end when something was cut. */
char    *porch_cli_text_cut (const char *text, int width);

/**
 * porch_cli_parse_until:
 * @text: "never", a time from now like 90min, 2h, 7d, or a local time like 2026-11-30 or 2026-11-30T18:00
 * @now: unix seconds
 * @until: (out): unix seconds; 0 for never
 *
 * Returns: FALSE for anything else and for times that are not after @now
 */
gboolean porch_cli_parse_until (const char *text, gint64 now, gint64 *until);

/**
 * porch_cli_parse_rate:
 * @text: "none", or a number with k, M or G (of 1,000), Ki, Mi or Gi (of 1,024), and B, B/s, bit or bit/s behind it if you like:
 *  "500k", "2.5 MB/s", "80Mbit"
 * @rate: (out): bytes per second; 0 for none
 */
gboolean porch_cli_parse_rate (const char *text, gint64 *rate);

G_END_DECLS
