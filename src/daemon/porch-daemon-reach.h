/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes sure that we know whom we are about to deal with: the user acts on peers, so those of which only half of the id is
 * known are dialled now, and blocked ones are refused. Main thread. */
#pragma once

#include "porch-engine.h"

G_BEGIN_DECLS

/* @peers: of PorchPeer; at least one. One after another; the first that fails ends it, with its name in the error:
 * PORCH_ERROR_NOT_ALLOWED for a blocked one, PORCH_ERROR_UNREACHABLE. */
void porch_daemon_reach_async (PorchEngine *engine, GPtrArray *peers, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer data);
gboolean porch_daemon_reach_finish (PorchEngine *engine, GAsyncResult *result, GError **error);

/* Says whom an error is about; the callee knows a key and some addresses. */
void     porch_daemon_name_error (GError **error, PorchPeer *peer);

/* Which of a peer's shares is meant: @share is an id or a name. (transfer full) PORCH_ERROR_NOT_FOUND. */
void porch_daemon_resolve_share_async (PorchEngine *engine, PorchPeer *peer, const char *share, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer data);
PorchRemoteShare *porch_daemon_resolve_share_finish (PorchEngine *engine, GAsyncResult *result, GError **error);

G_END_DECLS
