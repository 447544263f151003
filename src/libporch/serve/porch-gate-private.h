/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the gate share. A connection is WAITING until a whole ClientHello can be peeked (porch-gate), READY until it is its
 * address's turn and SHAKING during the handshake (porch-gate-turns), OPEN while SoupServer has it (porch-gate-places):
 *
 *   WAITING → READY → SHAKING → OPEN → (closed); every one but OPEN may be dropped, at its deadline or to make room */
#pragma once

#include "serve/porch-gate.h"
#include "serve/porch-listeners.h"

G_BEGIN_DECLS

#define PORCH_GATE_SHAKE_SECONDS 3
#define PORCH_GATE_MAX_PER_ADDRESS 32 /* READY or SHAKING, each */
#define PORCH_GATE_SHAKES_BURST 100 /* see porch-gate-turns.c */

typedef enum {
  PORCH_GATE_WAITING,
  PORCH_GATE_READY,
  PORCH_GATE_SHAKING,
  PORCH_GATE_OPEN,
  PORCH_GATE_N_STATES,
} PorchGateState;

typedef struct {
  char    *key;
  gboolean familiar; /* a trusted device used it in the last 24 h */
  GQueue   ready;    /* of PorchGateConnection */
  guint    shaking, open_unknown;
  guint    connections;
} PorchGateAddress;

struct _PorchGateConnection {
  PorchGate        *gate; /* borrowed */
  PorchGateState    state;
  GList             link; /* in the queue of its state */
  GList             ready_link;
  GSocket          *socket; /* owned */
  GSocketAddress   *remote; /* owned */
  PorchGateAddress *address;
  GSource          *source;
  gint64            deadline; /* monotonic; 0: none */
  gint64            began;    /* its state */
  guint             progress; /* seconds; 0: the deadline holds whatever happens */
  gboolean          idle;
  PorchTlsStream   *stream;   /* owned; from SHAKING */
  PorchDeviceId     id;       /* from OPEN */
  gboolean          known;    /* trusted when it came */
  gboolean          stranger; /* its address was not familiar when its handshake began */
  gpointer          data;
};

struct _PorchGate {
  GObject parent_instance;

  /* owned */
  PorchTrustTable     *trust;
  PorchTlsCredentials *credentials;
  PorchListeners      *listeners;
  GHashTable          *addresses; /* key → PorchGateAddress */
  GSource             *timer;

  PorchGateFuncs funcs;
  gpointer       data;

  GQueue states[PORCH_GATE_N_STATES]; /* of PorchGateConnection, oldest first */
  GQueue turns;                       /* of PorchGateAddress with something READY */
  guint  shaking_unfamiliar, open_unknown;
  double tokens;
  gint64 tokens_at;
  gint64 timer_at; /* 0: off */
  guint  accepted, dropped, refused, blocked;
};

void porch_gate_address_free (gpointer address);

/* Takes @remote. WAITING, without a source yet. */
PorchGateConnection *porch_gate_connection_new (PorchGate *gate, GSocket *socket, GSocketAddress *remote, guint seconds);
/* Between the two it is in no state. @seconds: its deadline. */
void     porch_gate_connection_leave (PorchGateConnection *self);
void     porch_gate_connection_enter (PorchGateConnection *self, PorchGateState state, guint seconds);
void     porch_gate_connection_free (PorchGateConnection *self);
/* Not for OPEN ones: those are cut, and freed when SoupServer has closed them. */
void     porch_gate_connection_drop (PorchGateConnection *self);
GSource *porch_gate_connection_attach (PorchGateConnection *self, GIOCondition condition, GSocketSourceFunc func);
void     porch_gate_connection_publish (PorchGateConnection *self); /* its requests find it by their remote address */

/* Begins handshakes as long as it is somebody's turn. */
void     porch_gate_pump (PorchGate *self);
/* @when: monotonic; something is to be looked at then. */
void     porch_gate_arm (PorchGate *self, gint64 when);
/* A handshake is done: it gets a place or is dropped. */
void     porch_gate_open (PorchGateConnection *connection);
/* The oldest idle connection of @id, or (NULL) of any stranger, gives way. FALSE: there is none. */
gboolean porch_gate_replace_idle (PorchGate *self, const PorchDeviceId *id);

G_END_DECLS
