/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks what a person asked for and makes the record of a new transfer of it. Main thread; looks at local folders. */
#pragma once

#include "transfer/porch-offer.h"
#include "transfer/porch-transfer-store.h"
#include "transfer/porch-transfer.h"

G_BEGIN_DECLS

/* (transfer full) each. PORCH_ERROR_NOT_FOUND, _READ_ONLY or _INVALID for a target that can't be used. */
PorchTransferRecord *porch_new_download (const PorchDeviceId *peer, const char *share, const char *share_name,
                                         const char *const *paths, const char *target, GError **error);
/* @target (nullable): @downloads, and then more than three loose files get a folder "From @peer_name, 22 November". */
PorchTransferRecord *porch_new_receive (PorchOffer *offer, const char *peer_name, const char *target, const char *downloads,
                                        GError **error);
/* Looks again at what @done has brought. */
PorchTransferRecord *porch_new_check (PorchTransfer *done, GError **error);
/* The same of a hand-out that was joined: @title names it, and the folder of its loose files. */
PorchTransferRecord *porch_new_joined (PorchOffer *offer, const char *title, const char *target, const char *downloads,
                                       GError **error);
/* @batch: (nullable): the same for each receiver of one send. @offer: (out) (transfer full): the id that its offer will have. */
PorchTransferRecord *porch_new_send (const PorchDeviceId *peer, const char *const *paths, const char *text, const char *batch,
                                     char **offer, GError **error);

G_END_DECLS
