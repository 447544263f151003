/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the desk, the initiator's worker and tests need of each other. */
#pragma once

#include "pairing/porch-pairing-code.h"
#include "pairing/porch-pairing-limits.h"
#include "pairing/porch-pairing.h"

G_BEGIN_DECLS

#define PORCH_PAIRING_PATH "/porch/v1/pair"
#define PORCH_PAIRING_REVEAL_PATH "/porch/v1/pair/reveal"
#define PORCH_PAIRING_CONFIRM_PATH "/porch/v1/pair/confirm"

/* How requests reach the other device. The product's is a PorchClient of one connection; tests put a hostile peer here. All on the
 * worker's thread. @open never fails: what can't be reached is @call's error. */
typedef struct {
  gpointer (*open) (PorchIdentity *identity, const PorchDeviceId *peer, GPtrArray *addresses, gpointer data);
  JsonObject *(*call) (gpointer link, const char *method, const char *path, JsonObject *body, GCancellable *cancellable,
                       GError **error);
  void (*close) (gpointer link);
  gpointer data;
} PorchPairingTransport;
extern const PorchPairingTransport porch_pairing_client_transport;

/* Milliseconds; tests make them short. */
typedef struct {
  guint start;  /* from the commitment to the code */
  guint decide; /* for the people, from the code on; once more for the second person when the first one has confirmed */
  guint alive;  /* between two signs of life that keep the connection while people compare */
  guint hold;   /* of a confirmation in passing, before it is asked again */
  guint again;  /* before asking again */
} PorchPairingTimes;

/* PorchPairing, for the desk. Main thread. */
typedef void (*PorchPairingDecided) (PorchPairing *pairing, gboolean match, gpointer desk);
typedef void (*PorchPairingCancelled) (PorchPairing *pairing, gpointer desk);
PorchPairing *porch_pairing_new (const PorchDeviceId *peer, gboolean initiator);
/* Whom to tell what the person decides; NULLs when the desk is gone. */
void          porch_pairing_attach (PorchPairing *self, PorchPairingDecided decided, PorchPairingCancelled cancelled, gpointer desk);
void          porch_pairing_set_code (PorchPairing *self, const char *code);
/* @error (nullable) is taken. */
void          porch_pairing_set_state (PorchPairing *self, PorchPairingState state, GError *error);
void          porch_pairing_become_responder (PorchPairing *self);
gboolean      porch_pairing_is_live (PorchPairing *self);

/* The initiator's worker. @event is called on the desk's context. */
typedef enum { PORCH_PAIRING_RUN_CODE, PORCH_PAIRING_RUN_ANSWER, PORCH_PAIRING_RUN_ERROR } PorchPairingRunEvent;
typedef struct _PorchPairingRun PorchPairingRun;
/* @code with RUN_CODE, @match with RUN_ANSWER, @error with RUN_ERROR. */
typedef void (*PorchPairingRunFunc) (PorchPairingRunEvent event, const char *code, gboolean match, const GError *error, gpointer data);
PorchPairingRun *porch_pairing_run_new (PorchIdentity *identity, const PorchDeviceId *peer, GPtrArray *addresses,
                                        const PorchPairingTransport *transport, const PorchPairingTimes *times,
                                        PorchPairingRunFunc func, gpointer data);
void             porch_pairing_run_decide (PorchPairingRun *self, gboolean match);
/* No more events come. The worker ends by itself. */
void             porch_pairing_run_drop (PorchPairingRun *self);

/* Commit and reveal as the initiator, over @link. @extra's members go into the first request. The first answer may be something else
 * than a commitment: then @other has it and TRUE is returned without nonces. */
gboolean porch_pairing_handshake (const PorchPairingTransport *transport, gpointer link, const PorchDeviceId *own,
                                  const PorchDeviceId *peer, JsonObject *extra, guint8 nonce_a[PORCH_PAIRING_NONCE],
                                  guint8 nonce_b[PORCH_PAIRING_NONCE], JsonObject **other, GCancellable *cancellable, GError **error);

/* For tests. porch_pairing_desk_run_passive() over any link. */
gboolean porch_pairing_desk_run_passive_over (PorchPairingDesk *self, const PorchPairingTransport *transport, gpointer link,
                                              const PorchDeviceId *peer, char **tag, char **code, GCancellable *cancellable,
                                              GError **error);
/* For tests. Before the first use. */
void porch_pairing_desk_set_transport (PorchPairingDesk *self, const PorchPairingTransport *transport, const PorchPairingTimes *times);

G_END_DECLS
