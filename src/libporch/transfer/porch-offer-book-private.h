/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the transfer queue asks of the offer book and tells it. Main thread. */
#pragma once

#include "pairing/porch-pairing.h"
#include "transfer/porch-offer-book.h"
#include "transfer/porch-work.h"

G_BEGIN_DECLS

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
