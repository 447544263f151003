/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells the other side what our person said of a code in passing, and asks again until the other person has said something too. Each
 * request is one short task on Porch's pool; between them nothing is held. Main thread. Owned by the passive desk. */
#pragma once

#include "pairing/porch-pairing-private.h"
#include "pairing/porch-passive-table.h"

G_BEGIN_DECLS

typedef enum {
  PORCH_PASSIVE_ANSWER_MATCH,
  PORCH_PASSIVE_ANSWER_DIFFERS,
  PORCH_PASSIVE_ANSWER_GONE, /* the other side knows nothing of it, or could not be reached for too long */
} PorchPassiveAnswer;

typedef struct _PorchPassiveAsk PorchPassiveAsk;
/* Called once; the asker may be dropped in it. */
typedef void (*PorchPassiveAskFunc) (PorchPassiveAsk *ask, PorchPassiveAnswer answer, gpointer data);

PorchPassiveAsk     *porch_passive_ask_new (PorchIdentity *identity, const PorchPassive *session, gboolean match, GPtrArray *addresses,
                                            const PorchPairingTransport *transport, const PorchPairingTimes *times,
                                            PorchPassiveAskFunc func, gpointer data);
void                 porch_passive_ask_drop (gpointer ask);
const PorchDeviceId *porch_passive_ask_get_peer (PorchPassiveAsk *self);
const char          *porch_passive_ask_get_tag (PorchPassiveAsk *self);

G_END_DECLS
