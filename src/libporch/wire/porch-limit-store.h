/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limits that hold for one device, in the state database. Main thread at the start, any thread later but the store's. */
#pragma once

#include "store/porch-store.h"
#include "wire/porch-limiter.h"

G_BEGIN_DECLS

/* Sets all that were written down. */
gboolean porch_limit_store_load (PorchStore *store, PorchLimiter *limiter, GError **error);
/* Writes down what holds for @device now; blocks. */
gboolean porch_limit_store_save (PorchStore *store, PorchLimiter *limiter, const PorchDeviceId *device, GError **error);

G_END_DECLS
