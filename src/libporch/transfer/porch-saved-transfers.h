/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transfers of the runs before, as the store has them: what was moving then waits to be started. Main thread. */
#pragma once

#include "store/porch-store.h"
#include "transfer/porch-transfer.h"

G_BEGIN_DECLS

/* (transfer full): of PorchTransfer, oldest first: all live ones and the last @finished others. */
GPtrArray *porch_saved_transfers_load (PorchStore *store, guint finished, GError **error);

G_END_DECLS
