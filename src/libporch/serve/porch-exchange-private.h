/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the exchange, its streamed answers and the server that makes it. */
#pragma once

#include "serve/porch-exchange.h"
#include "wire/porch-limiter.h"

G_BEGIN_DECLS

/* A streamed answer. */
typedef struct {
  PorchFlow     *flow; /* owned; NULL: none */
  const char    *type;
  GDestroyNotify done;
  gpointer       data;
  gboolean       started; /* status and headers are fixed */
  gboolean       ended;
  gsize          queued;  /* bytes that libsoup has and did not send yet */
  guint          refill_id;
  guint64        sent;
  void         (*outgrew) (gpointer data); /* (nullable) once, when it is longer than a small answer is */
  void         (*counted) (gsize bytes, gpointer data); /* (nullable) so many more were sent */

  /* a paced one */
  PorchLimiter  *limiter; /* owned (nullable) */
  GBytes        *next;    /* owned (nullable): what is to go, from @offset on */
  gsize          offset;
  gsize          granted; /* of it, at @due (monotonic µs) */
  gint64         due;
  guint          due_id;
} PorchOutflow;

struct _PorchExchange {
  guint                refs;
  SoupServerMessage   *message;    /* borrowed; NULL when it is finished */
  PorchGateConnection *connection; /* borrowed; NULL when it is closed */
  PorchDeviceId        id;
  PorchTrust           trust;
  GInetSocketAddress  *remote; /* owned */
  const PorchRoute    *route;  /* (nullable) */
  char                *item;   /* owned */
  GHashTable          *query;  /* owned (nullable) */

  gsize      received; /* bytes of the body */
  PorchFlow *upload;   /* owned (nullable): where the body goes */
  gboolean   paused;   /* by us, waiting to answer or for room in @upload */
  gboolean   answered;

  guint hold_id;
  void (*over) (PorchExchange *self, gpointer data);
  gpointer over_data;

  PorchOutflow out;
};

PorchExchange *porch_exchange_new (SoupServerMessage *message, PorchGateConnection *connection);
/* The other side hung up. */
void           porch_exchange_hung_up (PorchExchange *self);
/* libsoup is done with the message. */
void           porch_exchange_finished (PorchExchange *self);
void           porch_exchange_pause (PorchExchange *self);
void           porch_exchange_unpause (PorchExchange *self);
/* An error code with its status. */
void           porch_exchange_answer_code (PorchExchange *self, guint status, const char *code);

/* Before the start: the answer leaves no faster than the limits for this device allow. */
void porch_outflow_set_limiter (PorchExchange *self, PorchLimiter *limiter);
/* The limits have changed. */
void porch_outflow_hurry (PorchExchange *self);
void porch_outflow_start (PorchExchange *self);
void porch_outflow_pump (PorchExchange *self);
void porch_outflow_wrote (PorchExchange *self, gsize bytes);
void porch_outflow_hung_up (PorchExchange *self);
void porch_outflow_finished (PorchExchange *self);

G_END_DECLS
