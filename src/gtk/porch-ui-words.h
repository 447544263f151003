/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window says about things: sentences made from values that the background service gave. Every name in them is escaped
 * for display. Pure but for the locale; no widget. All strings (transfer full). */
#pragma once

#include "porch-bus.h"

G_BEGIN_DECLS

char *porch_ui_words_name (const char *name);            /* a name as it can be shown inside a sentence */
char *porch_ui_words_person (const char *device_name);   /* "Ben's Laptop" → "Ben"; else the whole name */
gboolean porch_ui_words_name_is_false (const char *name); /* the service marked it: a known name without its key */
char *porch_ui_words_false_title (const char *device_name); /* "Not the Ben you trust" */
char *porch_ui_words_time (gint64 unix_time);            /* "14:02", "yesterday", "22 November" */
char *porch_ui_words_time_left (gint64 seconds);         /* "1 minute left"; (nullable) unknown */
char *porch_ui_words_size (gint64 bytes);                /* "48 MB", powers of 1000 */
char *porch_ui_words_amount (gint64 done, gint64 total); /* "1.2 of 4.4 GB" */
char *porch_ui_words_code (const char *code);            /* six digits that never come apart at the end of a line */
char *porch_ui_words_things (const char *const *names, gint64 files); /* "3 photos", "“Films”", "12 files" */

/* The one line on a card. @connected: this computer is on a network; else it is not they who left. */
char *porch_ui_words_peer_status (PorchBusPeer *peer, gboolean connected);
/* "Waiting for Ben to accept…" */
char *porch_ui_words_waiting_for (PorchBusTransfer *transfer);
int porch_ui_words_peer_rank (PorchBusPeer *peer);          /* who comes first: trusted, unknown, false, blocked */
gboolean porch_ui_words_peer_is_false (PorchBusPeer *peer); /* bears a trusted name without its key */
/* porch-ui-words-request.c */
char *porch_ui_words_offer_title (PorchBusOffer *offer, gboolean is_false);
char *porch_ui_words_offer_claim (PorchBusOffer *offer); /* under "Not the Ben you trust": what such a one wants */
char *porch_ui_words_offer_detail (PorchBusOffer *offer);
char *porch_ui_words_offer_names (PorchBusOffer *offer, const char *between); /* (nullable) none */
/* The first web address in @text, and whose it is in letters that can't deceive; NULL when there is none. */
char *porch_ui_words_link (const char *text, char **host);
/* porch-ui-words-text.c. A text as one line, its length ("12 words"), and the line below it in the list of what is over. */
char *porch_ui_words_text_title (const char *text);
char *porch_ui_words_text_length (const char *text);
char *porch_ui_words_text_status (PorchBusOffer *offer);
gboolean porch_ui_words_offer_is_read_text (PorchBusOffer *offer);
gboolean porch_ui_words_transfer_is_text (PorchBusTransfer *transfer);
char *porch_ui_words_transfer_title (PorchBusTransfer *transfer);
char *porch_ui_words_transfer_status (PorchBusTransfer *transfer);
/* porch-ui-words-share.c. @takers: (nullable) who copies now, as "Ben"; @items: how many things are in it, -1 unknown. */
char *porch_ui_words_share_status (PorchBusShare *share, const char *const *takers, int items);
char *porch_ui_words_share_until (gint64 until); /* "until 18:00"; (nullable) no end */
char *porch_ui_words_audience (PorchBusShare *share);            /* "3 people", "Trusted", "Everyone", "Paused" */
/* "“School Wi-Fi” and “Cable”"; (nullable) none. @visible: only those where others see this device. */
char *porch_ui_words_networks (PorchBusDaemon *daemon, gboolean visible);
gboolean porch_ui_words_is_connected (PorchBusDaemon *daemon);               /* there is a network */
char *porch_ui_words_visibility (PorchBusDaemon *daemon);                    /* the sentence on the own row */
char *porch_ui_words_visibility_button (PorchBusDaemon *daemon, gint64 now); /* "Visible", "9 Minutes" */

/* What a transfer's state means to people. */
gboolean porch_ui_words_state_is_over (const char *state);
gboolean porch_ui_words_state_is_queued (const char *state);

G_END_DECLS
