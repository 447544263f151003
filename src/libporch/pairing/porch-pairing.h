/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One comparison of a code with one device (docs/PAIRING.md): commit, reveal, compare, confirm, all on one TLS connection.
 * Main thread; its network calls run on Porch's pool. Properties with notify: state, code ("471 902"), peer (key). */
#pragma once

#include "identity/porch-identity.h"
#include "identity/porch-trust-table.h"
#include "wire/porch-client.h"

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

/* The responder's side: the one function that serve/ calls for its three routes, on the main thread, with the request's parsed body.
 * @connection names the TLS connection (its remote address object); it is compared, never used. Exactly one call of @reply follows,
 * at once or, for /pair/confirm, within 60 s: with the answer's JSON, or with an error that serve/ turns into a status by the usual
 * table (PORCH_ERROR_BUSY and _LIMIT 429, _PROTOCOL and _NOT_ALLOWED 403, _NOT_FOUND 404). */
typedef enum { PORCH_PAIRING_COMMIT, PORCH_PAIRING_REVEAL, PORCH_PAIRING_CONFIRM } PorchPairingRoute;
typedef void (*PorchPairingReply) (JsonObject *answer, const GError *error, gpointer data);
void porch_pairing_desk_request (PorchPairingDesk *self, PorchPairingRoute route, const PorchDeviceId *peer, gpointer connection,
                                 GInetAddress *address, JsonObject *body, PorchPairingReply reply, gpointer data,
                                 GDestroyNotify free_data);
/* The connection ended: what it began ends too. */
void porch_pairing_desk_on_closed (PorchPairingDesk *self, gpointer connection);

/*
 * Codes in passing. An offer between devices of which one doesn't trust the other carries a comparison code without anybody having
 * started a pairing: the sender commits and reveals just before POST /offers and puts the session's tag into the offer ("pair").
 * Both sides then show the same code, for 24 h, as long as both daemons live; one session serves any number of offers between the two
 * devices, in both directions. It becomes trust only when both people said that the codes match:
 *
 *   sender (worker)      porch_pairing_desk_run_passive() → tag, code; the offer's body gets "pair":tag; the transfer shows the code
 *   receiver (main)      porch_pairing_desk_dup_passive_code (peer, body's "pair") → the code that the offer shows, NULL: none
 *   either person        porch_pairing_desk_confirm_passive (peer, tag, TRUE): "Accept and trust", or confirming on the transfer
 *   both (main)          signal "passive" (PorchDeviceId *peer, const char *tag, PorchPairingState state): WAITING, DONE (the trust
 *                        table has it already), MISMATCH, FAILED (the session ended; its code is to be shown no more)
 *
 * The tag is 16 hex digits, no secret. A tag that is not alive (a restart of either side) has no code and confirms nothing.
 */
/* Any thread; blocks for one or two requests over @client. TRUE with *@tag and *@code NULL when each trusts the other, or when the
 * peer has handed out too many codes lately (the offer goes on without one). FALSE only for what would fail the offer as well. */
gboolean porch_pairing_desk_run_passive (PorchPairingDesk *self, PorchClient *client, const PorchDeviceId *peer, char **tag,
                                         char **code, GCancellable *cancellable, GError **error);
/* Any thread. (transfer full) (nullable): "471 902" while the session is alive and not decided. */
char    *porch_pairing_desk_dup_passive_code (PorchPairingDesk *self, const PorchDeviceId *peer, const char *tag);
/* Main thread. This side's person compared. @addresses (nullable, of GInetSocketAddress): where the peer is now; else where the session
 * was made. PORCH_ERROR_GONE when the tag is not alive. Returns at once; what comes of it is told by the signal. */
gboolean porch_pairing_desk_confirm_passive (PorchPairingDesk *self, const PorchDeviceId *peer, const char *tag, gboolean match,
                                             GPtrArray *addresses, GError **error);

G_END_DECLS
