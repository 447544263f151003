/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The accept gate (docs/GATE.md): listening sockets of its own, a ClientHello before any memory is spent, handshakes that nobody waits for,
 * and a share of all places that strangers can't take. What comes through has proved a key. Main thread. Owned by the server. */
#pragma once

#include "identity/porch-identity.h"
#include "identity/porch-trust-table.h"
#include "serve/porch-tls-stream.h"

G_BEGIN_DECLS

#define PORCH_TYPE_GATE (porch_gate_get_type ())
G_DECLARE_FINAL_TYPE (PorchGate, porch_gate, PORCH, GATE, GObject)

/* One connection that came through, until it is closed. Owned by the gate; found again by the remote address object that SoupServer
 * hands back with each request. */
typedef struct _PorchGateConnection PorchGateConnection;

typedef struct {
  void (*opened) (PorchGateConnection *connection, GIOStream *stream, GSocketAddress *local, GSocketAddress *remote, gpointer data);
  /* The other side hung up, or the connection was cut: what is held for it is to be let go. */
  void (*hung_up) (PorchGateConnection *connection, gpointer data);
  void (*closed) (PorchGateConnection *connection, gpointer data);
  /* (nullable) Somebody at this address says that something there ended (porch-farewell). Not proved by anything. */
  void (*farewell) (GInetAddress *host, gpointer data);
} PorchGateFuncs;

PorchGate *porch_gate_new (PorchIdentity *identity, PorchTrustTable *trust, const PorchGateFuncs *funcs, gpointer data, GError **error);
/* Listens on exactly these, see porch_listeners_set(). */
gboolean   porch_gate_listen (PorchGate *self, GPtrArray *addresses, guint16 port, GError **error);
guint16    porch_gate_get_port (PorchGate *self); /* 0: not listening */
/* Cuts the connections of one device. */
void       porch_gate_cut (PorchGate *self, const PorchDeviceId *id);
void       porch_gate_stop (PorchGate *self);

PorchGateConnection *porch_gate_connection_of (GSocketAddress *remote); /* (nullable) */
const PorchDeviceId *porch_gate_connection_get_id (PorchGateConnection *self);
GSocketAddress      *porch_gate_connection_get_remote (PorchGateConnection *self);
PorchTlsStream      *porch_gate_connection_get_stream (PorchGateConnection *self);
void                 porch_gate_connection_cut (PorchGateConnection *self);
/* Cuts the connection in @seconds; with @progress only when no byte went through for so long. 0: no deadline. @idle: it may be
 * closed to make room. */
void                 porch_gate_connection_set_deadline (PorchGateConnection *self, guint seconds, gboolean progress, gboolean idle);
void                 porch_gate_connection_set_data (PorchGateConnection *self, gpointer data);
gpointer             porch_gate_connection_get_data (PorchGateConnection *self);

typedef struct {
  guint waiting, ready, shaking, open_known, open_unknown;
  guint accepted, dropped, refused, blocked; /* since the start */
} PorchGateCounts;
void       porch_gate_get_counts (PorchGate *self, PorchGateCounts *counts);

G_END_DECLS
