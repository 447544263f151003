/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All offers, both ways: a GListModel of PorchOffer (open ones and those decided in this run), backed by the store. Keeps the limits on
 * what strangers may ask. Main thread. Owned by the engine. Signals "arrived" (PorchOffer *): somebody wants to hand over something;
 * "touched" (PorchOffer *): porch_offer_book_status() of an incoming offer has something new. */
#pragma once

#include "pairing/porch-pairing.h"
#include "transfer/porch-offer.h"
#include "transfer/porch-transfer-queue.h"
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define PORCH_TYPE_OFFER_BOOK (porch_offer_book_get_type ())
G_DECLARE_FINAL_TYPE (PorchOfferBook, porch_offer_book, PORCH, OFFER_BOOK, GObject)

/* Made after the queue and attaches itself to it (borrows it and all the rest). Writable properties auto-accept-trusted and
 * trusted-only (boolean). */
PorchOfferBook *porch_offer_book_new (PorchTransferQueue *queue, PorchStore *store, PorchIdentity *identity, PorchTrustTable *trust,
                                      PorchPeerList *peers, PorchPairingDesk *pairings, const char *state_folder,
                                      GError **error);

PorchOffer    *porch_offer_book_lookup (PorchOfferBook *self, const PorchDeviceId *peer, const char *id, gboolean incoming);
/* @target NULL: the download folder. PORCH_ERROR_GONE for one that is no longer pending; a text has nothing to accept. */
PorchTransfer *porch_offer_book_accept (PorchOfferBook *self, PorchOffer *offer, const char *target, GError **error);
gboolean       porch_offer_book_decline (PorchOfferBook *self, PorchOffer *offer, GError **error); /* a text: it was read */
/* A text that was read leaves the list. PORCH_ERROR_BUSY for whatever still waits, or is no text. */
gboolean       porch_offer_book_clear (PorchOfferBook *self, PorchOffer *offer, GError **error);
/* The person compared porch_offer_get_code() with the other screen. Both directions. The codes are the pairing desk's sessions in
 * passing (pairing/porch-pairing.h): the sender's worker calls porch_pairing_desk_run_passive() before POST /offers and puts the tag into
 * the body ("pair"); the receiver shows porch_pairing_desk_dup_passive_code(); confirming calls porch_pairing_desk_confirm_passive(). */
gboolean       porch_offer_book_confirm_code (PorchOfferBook *self, PorchOffer *offer, gboolean match, GError **error);

/* For serve/, main thread: the routes of docs/PROTOCOL.md. */
/* May @peer ask for something: anybody, or ("trusted-only") whom we trust and who has an open request here already? */
gboolean       porch_offer_book_may_ask (PorchOfferBook *self, const PorchDeviceId *peer);
/* POST /offers: checks, limits, stores, announces. @existed: the same offer again. PORCH_ERROR_LIMIT → 429, _EXISTS → 409.
 * The answer's body is porch_offer_book_status (…, -1). */
PorchOffer    *porch_offer_book_receive (PorchOfferBook *self, const PorchDeviceId *peer, GInetAddress *address, JsonObject *body,
                                         gboolean *existed, GError **error);
/* GET /offers/ID: (transfer full) the answer if there is news after serial @since, else NULL: call again on "touched", and
 * with -1, which always answers, when the wait is over. */
JsonObject    *porch_offer_book_status (PorchOfferBook *self, PorchOffer *offer, gint64 since);
gboolean       porch_offer_book_withdraw (PorchOfferBook *self, const PorchDeviceId *peer, const char *id);
/* Blocked: its incoming offers are declined, its outgoing ones withdrawn. */
void           porch_offer_book_forget_device (PorchOfferBook *self, const PorchDeviceId *peer);
/* POST /offers/ID/content?seq=N: (transfer full) the flow into which serve/ pushes the body's chunks, then porch_flow_finish()
 * (with an error when the connection was cut); NULL with an error. */
PorchFlow     *porch_offer_book_take_content (PorchOfferBook *self, const PorchDeviceId *peer, const char *id, guint64 seq, GError **error);
/* What an outgoing offer opens, for /fetch with "offer": only to its addressee, only while it is live. */
PorchTree     *porch_offer_book_open_tree (PorchOfferBook *self, const PorchDeviceId *peer, const char *id, GError **error);
/* /list with "offer": (transfer full) its manifest as it was when it was offered, rows and the end row. Only the deep listing of the
 * top exists. */
/* Whether @peer may fetch what this offer offers, now. */
gboolean       porch_offer_book_may_fetch (PorchOfferBook *self, const PorchDeviceId *peer, const char *id);
PorchFlow     *porch_offer_book_open_manifest (PorchOfferBook *self, const PorchDeviceId *peer, const char *id, GError **error);

G_END_DECLS
