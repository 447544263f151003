/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Offers that were taken back and whose receivers don't know it yet: each is told as soon as it is here, until the offer's life ends.
 * Until then they stay in the store as withdrawn, so that a restart forgets none. Main thread. Owned by the PorchOfferBook. */
#pragma once

#include "discovery/porch-peer-list.h"
#include "transfer/porch-offer-private.h"

G_BEGIN_DECLS

typedef struct _PorchWithdrawals PorchWithdrawals;

PorchWithdrawals *porch_withdrawals_new (PorchStore *store, PorchIdentity *identity, PorchPeerList *peers);
void              porch_withdrawals_free (PorchWithdrawals *self);
/* An outgoing offer in state WITHDRAWN. */
void              porch_withdrawals_add (PorchWithdrawals *self, PorchOffer *offer);
guint             porch_withdrawals_count (PorchWithdrawals *self); /* those that are not told yet */

G_END_DECLS
