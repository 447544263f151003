/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The joiner's side: who of those that are here hands something out under a number, and taking it. Main thread. */
#pragma once

#include "discovery/porch-peer-list.h"
#include "identity/porch-identity.h"
#include "transfer/porch-transfer-queue.h"

G_BEGIN_DECLS

/* What a number found: on one device it is what the person wants, on several one of them pretends. */
typedef struct
{
  PorchPeer *peer;
  PorchOffer *offer; /* described as one; its id is the hand-out's */
  char *title;
} PorchFoundHandout;
void porch_found_handout_free (PorchFoundHandout *found);

/* (transfer full) (nullable) six digits out of what was typed: blanks and hyphens don't count. PORCH_ERROR_INVALID. */
char *porch_handout_number_parse (const char *text, GError **error);

/* Asks everybody who is here, and nobody else. @name (nullable): this device's, for their lists. */
void porch_handout_seek_async (PorchPeerList *peers, PorchIdentity *identity, const char *name, const char *number,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* (transfer full) of PorchFoundHandout, at least one. PORCH_ERROR_NOT_FOUND, PORCH_ERROR_LIMIT (somebody doesn't listen to more
 * tries for a while), PORCH_ERROR_UNREACHABLE (nobody is here). */
GPtrArray *porch_handout_seek_finish (PorchPeerList *peers, GAsyncResult *result, GError **error);

/* Takes it: the transfer that does so already, or a new one. (transfer none) */
PorchTransfer *porch_handout_take (PorchTransferQueue *queue, const PorchFoundHandout *found, const char *target,
                                   GError **error);

G_END_DECLS
