/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The methods of the Daemon interface that take longer or touch files and peers; see the XML for each. Main thread. */
#pragma once

#include "porch-bus.h"

#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

gboolean porch_daemon_call_connect (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *address);
gboolean porch_daemon_call_find_peer (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *text);
gboolean porch_daemon_call_list_shares (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *peer);
gboolean porch_daemon_call_list (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, GUnixFDList *fds, const char *peer,
                                 const char *share, const char *path, GVariant *options);
gboolean porch_daemon_call_content_id (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *peer,
                                       const char *share, const char *path);
gboolean porch_daemon_call_pair (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *peer);

/* porch-daemon-calls-handout.c */
gboolean porch_daemon_call_hand_out (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, GUnixFDList *fds, const char *title,
                                     const char *const *paths, GVariant *files);
gboolean porch_daemon_call_join (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *number);
gboolean porch_daemon_call_take_hand_out (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *peer, const char *id,
                                          GVariant *options);

/* porch-daemon-calls-files.c */
/* For each path a descriptor of the same thing, or of the folder that holds it. */
gboolean porch_daemon_check_files (GUnixFDList *fds, const char *const *paths, GVariant *files, GError **error);
gboolean porch_daemon_call_add_share (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, GUnixFDList *fds,
                                      const char *path, GVariant *folder, GVariant *options);
gboolean porch_daemon_call_get (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *peer, const char *share,
                                const char *const *paths, GVariant *options);
gboolean porch_daemon_call_send (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, GUnixFDList *fds,
                                 const char *const *peers, const char *const *paths, GVariant *files, GVariant *options);

G_END_DECLS
