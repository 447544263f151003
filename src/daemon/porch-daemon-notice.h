/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of each notification. Pure functions from the thing to a bubble; names come from other people, so they are escaped
 * for display and cut: however long or odd one is, what is asked and the buttons stay in sight. Main thread. */
#pragma once

#include "porch-daemon-bubbles.h"
#include "porch-engine.h"

G_BEGIN_DECLS

#define PORCH_DAEMON_ACTION_ACCEPT "accept"
#define PORCH_DAEMON_ACTION_DECLINE "decline"
#define PORCH_DAEMON_ACTION_SHOW "show"
#define PORCH_DAEMON_ACTION_OPEN "open"
#define PORCH_DAEMON_ACTION_DEFAULT "default" /* a click on the notification itself */

/* All (transfer full). @tag names the thing; @name is the device's. */
PorchDaemonBubble *porch_daemon_notice_offer (const char *tag, PorchOffer *offer, const char *name, gboolean trusted,
                                              gboolean clash);
PorchDaemonBubble *porch_daemon_notice_strangers (const char *tag, guint devices);
PorchDaemonBubble *porch_daemon_notice_pairing (const char *tag, const char *name, gboolean clash);
/* (nullable): a state that nobody needs to be told of. */
PorchDaemonBubble *porch_daemon_notice_transfer (const char *tag, PorchTransfer *transfer, const char *name);

/* For one line on a screen: escaped, at most 60 characters. (transfer full) */
char *porch_daemon_notice_cut (const char *text);

G_END_DECLS
