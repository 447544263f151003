/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables "share" and "share_selected". Used by PorchShareList alone. */
#pragma once

#include "share/porch-share-private.h"
#include "store/porch-store.h"

G_BEGIN_DECLS

GPtrArray *porch_share_sql_load (PorchStore *store, GError **error); /* of PorchShareTerms, oldest first */
gboolean   porch_share_sql_save (PorchStore *store, const PorchShareTerms *terms, GError **error); /* synced */
gboolean   porch_share_sql_remove (PorchStore *store, const char *id, GError **error);             /* synced */

G_END_DECLS
