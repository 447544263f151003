/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request and its answer: who asks, proved by the key of this TLS session, and every way to answer. Refusals look all the same.
 * Main thread. Reference counted: a route that answers later keeps a reference; when the connection has gone meanwhile its
 * answer goes nowhere. */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include "identity/porch-trust-table.h"
#include "serve/porch-gate.h"
#include "share/porch-flow.h"

G_BEGIN_DECLS

typedef struct _PorchExchange PorchExchange;
typedef struct _PorchRoute PorchRoute;

PorchExchange *porch_exchange_ref (PorchExchange *self);
void           porch_exchange_unref (PorchExchange *self);

const PorchDeviceId *porch_exchange_get_id (PorchExchange *self);
PorchTrust           porch_exchange_get_trust (PorchExchange *self);
GInetSocketAddress  *porch_exchange_get_remote (PorchExchange *self); /* also names the connection */
const char          *porch_exchange_get_item (PorchExchange *self);   /* (nullable) the id in the path */
/* A number from the query; @fallback when it is absent; FALSE (and it is answered) when it is no number from @min to @max. */
gboolean             porch_exchange_get_number (PorchExchange *self, const char *name, gint64 min, gint64 max, gint64 fallback,
                                                gint64 *value);

/* Exactly one of these answers. */
void porch_exchange_answer (PorchExchange *self, guint status, JsonObject *answer); /* (nullable): no body */
void porch_exchange_refuse (PorchExchange *self);                                   /* the one and only 404 */
void porch_exchange_fail (PorchExchange *self, const GError *error);                /* as the table of error codes says */
/* Takes @flow. @done (nullable) is called when it is over, however. An error before the first byte is answered as such; a later
 * one cuts the connection. */
void porch_exchange_stream (PorchExchange *self, PorchFlow *flow, const char *type, GDestroyNotify done, gpointer data);

/* Waits with the answer. @over is called once: when @seconds are over or when the other side has gone; it may answer. */
void porch_exchange_hold (PorchExchange *self, guint seconds, void (*over) (PorchExchange *self, gpointer data), gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchExchange, porch_exchange_unref)

G_END_DECLS
