/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The offer book inside transfer/: what it holds, and what the transfer queue asks of it and tells it (porch-offer-work.c). Main thread. */
#pragma once

#include "pairing/porch-pairing.h"
#include "transfer/porch-offer-book.h"
#include "transfer/porch-offer-limits.h"
#include "transfer/porch-offer-silence.h"
#include "transfer/porch-withdrawals.h"
#include "transfer/porch-work.h"

G_BEGIN_DECLS

struct _PorchOfferBook
{
  GObject parent_instance;

  /* borrowed: the engine frees the book before the queue */
  PorchTransferQueue *queue;

  /* owned */
  PorchStore       *store;
  PorchIdentity    *identity;
  PorchTrustTable  *trust;
  PorchPeerList    *peers;
  PorchPairingDesk *pairings;
  char             *folder; /* of the manifests */
  GPtrArray        *all;    /* of PorchOffer: of the last seven days */
  GPtrArray        *shown;  /* of PorchOffer: the model */
  PorchWithdrawals *withdrawals;
  PorchOfferLimits  limits;
  PorchOfferSilence *silence;

  guint    silence_id;
  gboolean auto_accept;
  gboolean trusted_only;
  gint64   touched; /* monotonic µs */
};

/* (transfer none) a new offer joins the book and the model. */
void porch_offer_book_add (PorchOfferBook *self, PorchOffer *offer);
/* Moves it and writes that down. A decision that can't be written is still a decision: it holds while the program runs. */
void porch_offer_book_set_state (PorchOfferBook *self, PorchOffer *offer, PorchOfferState state);
/* It has something new to tell. */
void porch_offer_book_touch (PorchOfferBook *self, PorchOffer *offer);
/* (transfer full) where the manifest of the outgoing offer @id lies. */
char *porch_offer_book_manifest_path (PorchOfferBook *self, const char *id);
/* (transfer none) (nullable) the offer that @transfer sends or receives. */
PorchOffer *porch_offer_book_offer_of (PorchOfferBook *self, PorchTransfer *transfer);

/* A send's manifest is written: makes the outgoing offer. */
gboolean porch_offer_book_prepared (PorchOfferBook *self, PorchTransfer *transfer, PorchPlan *plan, PorchPrepared *prepared,
                                    GError **error);
/* Fills in what the worker of a send or receive needs: manifest, offer_body, pairings, ask. */
void     porch_offer_book_equip (PorchOfferBook *self, PorchWork *work, PorchPlan *plan);
/* The worker of a send learned the code that both sides show. */
void     porch_offer_book_coded (PorchOfferBook *self, PorchTransfer *transfer, const char *tag, const char *code);
/* Its bytes or its state changed. At the end the offer ends too. */
void     porch_offer_book_progressed (PorchOfferBook *self, PorchTransfer *transfer);

G_END_DECLS
