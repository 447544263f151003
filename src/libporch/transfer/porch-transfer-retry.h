/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trying again what came to a bad end. Main thread. */
#pragma once

#include "transfer/porch-transfer-queue.h"

G_BEGIN_DECLS

/* @transfer failed, was declined or cancelled. A failed download or receive goes on where it was: @transfer is returned. A send, and a
 * download that was cancelled, begin anew: the new one is returned and the old one leaves the queue. (transfer none) (nullable):
 * PORCH_ERROR_GONE when only the sender can begin it again, PORCH_ERROR_BUSY when it runs or is done. */
PorchTransfer *porch_transfer_retry (PorchTransferQueue *queue, PorchTransfer *transfer, GError **error);

G_END_DECLS
