/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One comparison of a code with one device (docs/PAIRING.md): commit, reveal, compare, confirm, all on one TLS connection.
 * Main thread; its network calls run on Porch's pool. Properties with notify: state, code ("471 902"), peer (key). */
#pragma once

#include "identity/porch-identity.h"
#include "identity/porch-trust-table.h"

G_BEGIN_DECLS

typedef enum {
  PORCH_PAIRING_STARTING,  /* commitments cross */
  PORCH_PAIRING_COMPARING, /* both screens show the code */
  PORCH_PAIRING_WAITING,   /* we confirmed, the other person has not yet */
  PORCH_PAIRING_DONE,      /* both confirmed; trusted */
  PORCH_PAIRING_MISMATCH,  /* somebody said that the codes differ: nothing is trusted on either side */
  PORCH_PAIRING_FAILED,    /* time-out, cut, protocol, cancelled */
} PorchPairingState;

#define PORCH_TYPE_PAIRING (porch_pairing_get_type ())
G_DECLARE_FINAL_TYPE (PorchPairing, porch_pairing, PORCH, PAIRING, GObject)

const PorchDeviceId *porch_pairing_get_peer (PorchPairing *self);
PorchPairingState    porch_pairing_get_state (PorchPairing *self);
const char          *porch_pairing_get_code (PorchPairing *self);  /* (nullable) before COMPARING; "471 902" */
gboolean             porch_pairing_is_initiator (PorchPairing *self);
const GError        *porch_pairing_get_error (PorchPairing *self); /* (nullable) */
void                 porch_pairing_confirm (PorchPairing *self, gboolean match);
void                 porch_pairing_cancel (PorchPairing *self);

/* The construction, as pure functions (DECISIONS: commit = SHA-256("porch pair v1" | role | own id | peer id | nonce)). */
void  porch_pairing_commitment (char role, const PorchDeviceId *own, const PorchDeviceId *peer, const guint8 nonce[32], guint8 out[32]);
char *porch_pairing_make_code (const PorchDeviceId *a, const PorchDeviceId *b, const guint8 nonce_a[32], const guint8 nonce_b[32]);

/* PorchPairingDesk: at most one pairing at a time; rate limits; both roles. A GListModel of PorchPairing (0 or 1 live, and the last
 * one until a new one starts). Signal "request" (PorchPairing *): a peer started one. */
#define PORCH_TYPE_PAIRING_DESK (porch_pairing_desk_get_type ())
G_DECLARE_FINAL_TYPE (PorchPairingDesk, porch_pairing_desk, PORCH, PAIRING_DESK, GObject)

PorchPairingDesk *porch_pairing_desk_new (PorchIdentity *identity, PorchTrustTable *trust);
/* We start. (transfer none). @addresses of GInetSocketAddress. */
PorchPairing     *porch_pairing_desk_start (PorchPairingDesk *self, const PorchDeviceId *peer, GPtrArray *addresses, GError **error);

/* The responder's side, called by serve/ on the main thread. @connection names the TLS connection (its remote address object).
 * Each answers with JSON members to send, or an error that serve/ turns into a status. */
gboolean porch_pairing_desk_on_commit (PorchPairingDesk *self, const PorchDeviceId *peer, gpointer connection, GInetAddress *address,
                                       const guint8 commit[32], guint8 own_commit[32], GError **error);
gboolean porch_pairing_desk_on_reveal (PorchPairingDesk *self, const PorchDeviceId *peer, gpointer connection,
                                       const guint8 nonce[32], guint8 own_nonce[32], GError **error);
/* Calls @done (match) once, within 60 s, when this side's person has decided. */
typedef void (*PorchPairingAnswer) (gboolean match, gpointer data);
void     porch_pairing_desk_on_confirm (PorchPairingDesk *self, const PorchDeviceId *peer, gpointer connection, gboolean match,
                                        PorchPairingAnswer done, gpointer data, GDestroyNotify free_data);
void     porch_pairing_desk_on_closed (PorchPairingDesk *self, gpointer connection);

G_END_DECLS
