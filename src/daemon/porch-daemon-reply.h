/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers to D-Bus calls that failed: every error leaves with a name of io.github.porchshare.Porch.Error. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Takes @invocation's reply and @error. Returns TRUE, what a handler returns: handled. */
gboolean porch_daemon_reply_error (GDBusMethodInvocation *invocation, GError *error);

G_END_DECLS
