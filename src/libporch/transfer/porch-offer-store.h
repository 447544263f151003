/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Offers in the state database. Any thread. */
#pragma once

#include "store/porch-store.h"
#include "transfer/porch-offer-private.h"

G_BEGIN_DECLS

/* (transfer full): of PorchOffer, oldest first; those older than @since (unix s) are forgotten. */
GPtrArray *porch_offer_store_load (PorchStore *store, gint64 since, GError **error);
/* Also changes one that is there. */
gboolean   porch_offer_store_save (PorchStore *store, PorchOffer *offer, GError **error);
gboolean   porch_offer_store_delete (PorchStore *store, PorchOffer *offer, GError **error);

/* What an outgoing one opens. */
gboolean   porch_offer_store_save_items (PorchStore *store, PorchOffer *offer, const char *const *names, const char *const *locals,
                                         GError **error);
gboolean   porch_offer_store_load_items (PorchStore *store, PorchOffer *offer, char ***names, char ***locals, GError **error);

G_END_DECLS
