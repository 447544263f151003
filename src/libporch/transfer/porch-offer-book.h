/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All offers, both ways: a GListModel of PorchOffer (open ones and those decided in this run), backed by the store. Keeps the limits on
 * what strangers may ask. Main thread. Owned by the engine. Signal "arrived" (PorchOffer *). */
#pragma once

#include "identity/porch-trust-table.h"
#include "transfer/porch-offer.h"
#include "transfer/porch-transfer-queue.h"
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define PORCH_TYPE_OFFER_BOOK (porch_offer_book_get_type ())
G_DECLARE_FINAL_TYPE (PorchOfferBook, porch_offer_book, PORCH, OFFER_BOOK, GObject)

PorchOffer    *porch_offer_book_lookup (PorchOfferBook *self, const PorchDeviceId *peer, const char *id, gboolean incoming);
/* @target NULL: the download folder. PORCH_ERROR_GONE for one that is no longer pending; a text has nothing to accept. */
PorchTransfer *porch_offer_book_accept (PorchOfferBook *self, PorchOffer *offer, const char *target, GError **error);
gboolean       porch_offer_book_decline (PorchOfferBook *self, PorchOffer *offer, GError **error);

/* For serve/, main thread: the routes of docs/PROTOCOL.md. */
/* POST /offers: checks, limits, stores, announces. @existed: the same offer again. PORCH_ERROR_LIMIT → 429, _EXISTS → 409. */
PorchOffer    *porch_offer_book_receive (PorchOfferBook *self, const PorchDeviceId *peer, GInetAddress *address, JsonObject *body,
                                         gboolean *existed, GError **error);
/* GET /offers/ID: the answer now, or NULL with @wait set: call again on signal "touched" (PorchOffer *) of the book. */
JsonObject    *porch_offer_book_status (PorchOfferBook *self, PorchOffer *offer, gint64 since);
gboolean       porch_offer_book_withdraw (PorchOfferBook *self, const PorchDeviceId *peer, const char *id);
/* POST /offers/ID/content?seq=N: (transfer full) the flow into which serve/ pushes the body's chunks; NULL with an error. */
PorchFlow     *porch_offer_book_take_content (PorchOfferBook *self, const PorchDeviceId *peer, const char *id, guint64 seq, GError **error);
/* What an outgoing offer opens, for /list and /fetch with "offer": only to its addressee, only while it is live. */
PorchTree     *porch_offer_book_open_tree (PorchOfferBook *self, const PorchDeviceId *peer, const char *id, GError **error);

G_END_DECLS
