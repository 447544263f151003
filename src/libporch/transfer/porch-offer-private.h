/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the offer book does to a PorchOffer, and how one is written down. */
#pragma once

#include "transfer/porch-ask.h"
#include "transfer/porch-offer.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Seconds that an offer lives. */
#define PORCH_OFFER_LIFE (7 * 24 * 3600)

/* What POST /offers carries, checked. @error: PORCH_ERROR_PROTOCOL or _LIMIT. */
PorchOffer *porch_offer_new_incoming (const PorchDeviceId *peer, JsonObject *body, const char *address, GError **error);
PorchOffer *porch_offer_new_outgoing (const PorchDeviceId *peer, const char *id, PorchOfferKind kind, gint64 files, gint64 bytes,
                                      const char *const *names, const char *digest, const char *text);
/* From the state database. */
PorchOffer *porch_offer_new_stored (const PorchDeviceId *peer, gboolean incoming, PorchOfferState state, gint64 received,
                                    const char *transfer, const char *json);
/* The body of POST /offers; with the receiver's own notes (the sender's address) for the store. */
JsonObject *porch_offer_to_body (PorchOffer *self, guint16 port);
char       *porch_offer_to_json (PorchOffer *self);
gboolean    porch_offer_is_same (PorchOffer *self, PorchOffer *other);

void        porch_offer_set_state (PorchOffer *self, PorchOfferState state);
void        porch_offer_set_code (PorchOffer *self, const char *tag, const char *code);
const char *porch_offer_get_tag (PorchOffer *self);     /* (nullable) */
const char *porch_offer_get_address (PorchOffer *self); /* (nullable) where an incoming one came from */
guint16     porch_offer_get_port (PorchOffer *self);    /* where its sender listens, 0 unknown */
void        porch_offer_set_quiet (PorchOffer *self, gboolean quiet);
void        porch_offer_set_transfer (PorchOffer *self, const char *transfer);
gboolean    porch_offer_is_open (PorchOffer *self); /* pending or accepted */
/* For the long poll: how often it changed, and the sender's question box. */
gint64      porch_offer_get_serial (PorchOffer *self);
void        porch_offer_touch (PorchOffer *self);
PorchAsk   *porch_offer_get_ask (PorchOffer *self); /* (nullable) */
void        porch_offer_set_ask (PorchOffer *self, PorchAsk *ask); /* takes it */

const char *porch_offer_state_to_string (PorchOfferState state);

G_END_DECLS
