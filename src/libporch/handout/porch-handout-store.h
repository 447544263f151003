/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hand-outs and who joined them in the state database. Main thread; what is queued is in order with the rest. */
#pragma once

#include "handout/porch-handout-private.h"
#include "store/porch-store.h"

G_BEGIN_DECLS

/* (transfer full) of PorchHandout, with their items and joiners, oldest first. @own: this device. */
GPtrArray *porch_handout_store_load (PorchStore *store, const PorchDeviceId *own, GError **error);
/* With its items when it is new. */
gboolean porch_handout_store_insert (PorchStore *store, PorchHandout *handout, GError **error);
gboolean porch_handout_store_save (PorchStore *store, PorchHandout *handout, GError **error);
gboolean porch_handout_store_delete (PorchStore *store, PorchHandout *handout, GError **error);
/* Both at once and without waiting. */
void porch_handout_store_save_joiner (PorchStore *store, PorchHandout *handout, PorchJoiner *joiner);
void porch_handout_store_delete_joiner (PorchStore *store, PorchHandout *handout, PorchJoiner *joiner);

G_END_DECLS
