/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All live transfers and the last 50 finished ones: a GListModel of PorchTransfer, backed by the store; starts at most
 * "max-running" (property, 3) downloads of them at once. Main thread. Owned by the engine. */
#pragma once

#include "discovery/porch-peer-list.h"
#include "transfer/porch-offer.h"
#include "transfer/porch-transfer.h"
#include "transfer/porch-holdings.h"
#include "wire/porch-limiter.h"

G_BEGIN_DECLS

#define PORCH_TYPE_TRANSFER_QUEUE (porch_transfer_queue_get_type ())
G_DECLARE_FINAL_TYPE (PorchTransferQueue, porch_transfer_queue, PORCH, TRANSFER_QUEUE, GObject)

/* Writable properties, set at any time: max-running (uint), metered (boolean: downloads wait), download-folder (string; where a receive without a target
 * goes), name (string; this device's) and port (uint; where it listens), both told to the other side with an offer.
 * Loads what the store has; starts nothing yet. */
PorchTransferQueue *porch_transfer_queue_new (PorchStore *store, PorchIdentity *identity, PorchTrustTable *trust,
                                              PorchPeerList *peers, GError **error);
/* Once, before the start. A reference is taken. */
void           porch_transfer_queue_set_limiter (PorchTransferQueue *self, PorchLimiter *limiter);
/* What is received is noted there, so that it can be given on. A reference is taken. */
void           porch_transfer_queue_set_holdings (PorchTransferQueue *self, PorchHoldings *holdings);
/* Once the server listens and the PorchOfferBook is made: live transfers go on. */
void           porch_transfer_queue_start (PorchTransferQueue *self);

PorchTransfer *porch_transfer_queue_lookup (PorchTransferQueue *self, const char *id); /* (transfer none) (nullable) */
/* Files or whole folders of one share into @target (a local folder). @paths: wire paths below the share, "" is the share. */
PorchTransfer *porch_transfer_queue_download (PorchTransferQueue *self, const PorchDeviceId *peer, const char *share,
                                              const char *share_name, const char *const *paths, const char *target, GError **error);
/* Looks again at all files that @transfer, a finished download or receive, has brought: a transfer of its own, that fetches what is
 * damaged and puts it beside (docs/TRANSFER.md). PORCH_ERROR_BUSY: it is not finished; _INVALID: it brought nothing here. */
PorchTransfer *porch_transfer_queue_check (PorchTransferQueue *self, PorchTransfer *transfer, GError **error);
/* An accepted incoming offer; called by the PorchOfferBook. @target NULL: the download folder. */
PorchTransfer *porch_transfer_queue_receive (PorchTransferQueue *self, PorchOffer *offer, const char *target, GError **error);
/* A hand-out that was joined, described as an offer; called by handout/. */
PorchTransfer *porch_transfer_queue_join (PorchTransferQueue *self, PorchOffer *offer, const char *title, const char *target,
                                          GError **error);
/* Hands over local files and folders, or a text (@paths NULL). One transfer for one peer. */
PorchTransfer *porch_transfer_queue_send (PorchTransferQueue *self, const PorchDeviceId *peer, const char *const *paths,
                                          const char *text, GError **error);
/* The same, as one of several: @batch (nullable) is the same for all that one act of sending began. */
PorchTransfer *porch_transfer_queue_send_one_of (PorchTransferQueue *self, const PorchDeviceId *peer, const char *const *paths,
                                                 const char *text, const char *batch, GError **error);
void           porch_transfer_queue_clear (PorchTransferQueue *self, PorchTransfer *transfer); /* a finished one leaves the list */
/* Blocked: everything live with this device is cancelled at once. */
void           porch_transfer_queue_cancel_device (PorchTransferQueue *self, const PorchDeviceId *peer);
/* Stops everything resumably (SIGTERM): waits until workers have written down what they have; at most @milliseconds. */
void           porch_transfer_queue_shut_down (PorchTransferQueue *self, guint milliseconds);

G_END_DECLS
