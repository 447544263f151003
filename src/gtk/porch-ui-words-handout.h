/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window says about a hand-out and those who joined it. Pure but for the locale; no widget. All strings (transfer
 * full). */
#pragma once

#include "porch-bus.h"

G_BEGIN_DECLS

char *porch_ui_words_handout_number (const char *number); /* "482 913", which never comes apart at the end of a line */
/* "waiting", "43 %", "has it", "needs 1.2 GB more", "left at 60 %". @total: bytes that each receiver gets. */
char *porch_ui_words_handout_receiver (const char *state, gint64 done, gint64 missing, gint64 total);
char *porch_ui_words_handout_total (PorchBusHandOut *handout);      /* "12 of 25 have it · 1.2 of 4.4 GB · 6 minutes left" */
char *porch_ui_words_handout_contents (gint64 files, gint64 bytes); /* "3 files · 120 MB" */
/* How many of those who joined are in @state; NULL: all. */
guint porch_ui_words_handout_count (PorchBusHandOut *handout, const char *state);
/* The key of a device, so that two can be compared: its first 16 digits in fours. */
char *porch_ui_words_key (const char *id);

G_END_DECLS
