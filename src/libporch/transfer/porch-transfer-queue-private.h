/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the offer book asks of the transfer queue. Main thread. */
#pragma once

#include "transfer/porch-offer-book.h"
#include "transfer/porch-transfer-queue.h"

G_BEGIN_DECLS

void     porch_transfer_queue_set_book (PorchTransferQueue *self, PorchOfferBook *book); /* borrowed; NULL when it goes */
/* Ends it with this reason; its unfinished files go. */
void     porch_transfer_queue_fail (PorchTransferQueue *self, PorchTransfer *transfer, const GError *error);
guint16  porch_transfer_queue_get_port (PorchTransferQueue *self);
const char *porch_transfer_queue_get_name (PorchTransferQueue *self); /* (nullable) */
/* Free bytes where a receive without a target would go; 0 when unknown. */
guint64  porch_transfer_queue_free_space (PorchTransferQueue *self);

G_END_DECLS
