/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Something that one device wants to hand to another. Main thread. Owned by the PorchOfferBook. Properties with notify: state, code,
 * quiet.
 * The same type for incoming and outgoing ones. */
#pragma once

#include "identity/porch-device-id.h"
#include "share/porch-tree.h"

G_BEGIN_DECLS

typedef enum {
  PORCH_OFFER_PENDING,
  PORCH_OFFER_ACCEPTED,
  PORCH_OFFER_DECLINED,
  PORCH_OFFER_DONE,
  PORCH_OFFER_FAILED,
  PORCH_OFFER_WITHDRAWN,
  PORCH_OFFER_EXPIRED,
} PorchOfferState;
typedef enum { PORCH_OFFER_FILES, PORCH_OFFER_TEXT } PorchOfferKind;

#define PORCH_TYPE_OFFER (porch_offer_get_type ())
G_DECLARE_FINAL_TYPE (PorchOffer, porch_offer, PORCH, OFFER, GObject)

const char          *porch_offer_get_id (PorchOffer *self); /* 32 hex digits */
const PorchDeviceId *porch_offer_get_peer (PorchOffer *self);
gboolean             porch_offer_is_incoming (PorchOffer *self);
PorchOfferKind       porch_offer_get_kind (PorchOffer *self);
PorchOfferState      porch_offer_get_state (PorchOffer *self);
gint64               porch_offer_get_files (PorchOffer *self);
gint64               porch_offer_get_bytes (PorchOffer *self);
const char *const   *porch_offer_get_names (PorchOffer *self);  /* at most 20, display-escaped by the frontend */
const char          *porch_offer_get_text (PorchOffer *self);   /* (nullable) */
const char          *porch_offer_get_digest (PorchOffer *self); /* 64 hex digits */
const char          *porch_offer_get_code (PorchOffer *self);   /* (nullable) comparison code "471 902" while not trusted */
gint64               porch_offer_get_received (PorchOffer *self); /* unix s */
const char          *porch_offer_get_transfer (PorchOffer *self); /* (nullable) id of its transfer */
/* It came soon after the person had said no to this device: frontends don't draw attention to it until that is over. */
gboolean             porch_offer_get_quiet (PorchOffer *self);

G_END_DECLS
