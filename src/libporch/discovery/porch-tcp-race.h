/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of several addresses take a TCP connection: all are tried at once, nothing is sent. Costs no thread, so that a dozen dead
 * addresses hold up nobody. Main thread. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_TCP_RACE_GRACE 100 /* ms that the others get after the first has answered */

/* @addresses: of GInetSocketAddress, the best first. @timeout: ms. */
void       porch_tcp_race_async (GPtrArray *addresses, guint timeout, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer data);
/* (transfer full): those that answered, in that order. @failed (out) (transfer full): those that refused or were silent until the
 * timeout; an address that merely came too late is in neither. */
GPtrArray *porch_tcp_race_finish (GAsyncResult *result, GPtrArray **failed);

G_END_DECLS
