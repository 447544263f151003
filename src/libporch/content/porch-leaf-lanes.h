/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 of sixteen equally long leaves at once, one in each lane of an AVX-512 register: the leaves of a hash tree don't
 * depend on each other. Pure functions; any thread, confined ones too. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PORCH_LEAF_LANES 16

/* Whether this processor and this build can. */
gboolean porch_leaf_lanes_usable (void);
/* @data: PORCH_LEAF_LANES leaves of PORCH_LEAF_SIZE bytes, one after the other; @hashes: as many hashes of 32 bytes.
 * Only where it is usable. */
void porch_leaf_lanes_hash (const guint8 *data, guint8 *hashes);

G_END_DECLS
