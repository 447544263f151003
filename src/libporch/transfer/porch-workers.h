/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The threads that carry out transfers, and the places that their downloads hold. Main thread, but for what a worker tells by itself.
 * Owned by the PorchTransferQueue, which every worker keeps alive. */
#pragma once

#include "identity/porch-trust-table.h"
#include "transfer/porch-job.h"
#include "transfer/porch-offer-book.h"

G_BEGIN_DECLS

typedef struct _PorchWorkers PorchWorkers;
typedef void (*PorchWorkersEnded) (PorchWork *work, gpointer owner);

/* @ended is called when a worker has ended and its place is free again. @owner (borrowed): a GObject that frees the workers. */
PorchWorkers *porch_workers_new (PorchStore *store, PorchIdentity *identity, PorchTrustTable *trust, PorchPeerList *peers,
                                 PorchWorkersEnded ended, gpointer owner);
void          porch_workers_free (PorchWorkers *self);
void          porch_workers_set_book (PorchWorkers *self, PorchOfferBook *book); /* borrowed; NULL when it goes */
/* Where this device listens: the next workers tell it to the other side. */
void          porch_workers_set_port (PorchWorkers *self, guint16 port);
void          porch_workers_set_limiter (PorchWorkers *self, PorchLimiter *limiter); /* a reference is taken */
void          porch_workers_set_holdings (PorchWorkers *self, PorchHoldings *holdings); /* likewise */
/* How many downloads run at once. */
void          porch_workers_set_places (PorchWorkers *self, guint places);
guint         porch_workers_get_places (PorchWorkers *self);
gboolean      porch_workers_claim_place (PorchWorkers *self);

/* Sets the job's thread and run. @has_place: one was claimed for it, it is given back when the worker ends. @cleaning: only what is left
 * behind is to be removed. */
void          porch_workers_begin (PorchWorkers *self, PorchJob *job, gboolean has_place, gboolean cleaning);
guint         porch_workers_count (PorchWorkers *self);
/* Until all have ended, or until @deadline (monotonic µs). */
void          porch_workers_wait (PorchWorkers *self, gint64 deadline);

G_END_DECLS
