/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes in passing, both roles (docs/PAIRING.md): hands out sessions, keeps what was said, and asks the other side when it is ours to
 * ask. Main thread but for what says otherwise. Owned by the PorchPairingDesk. */
#pragma once

#include "pairing/porch-pairing-private.h"
#include "pairing/porch-pairing-reply.h"
#include "pairing/porch-passive-table.h"

G_BEGIN_DECLS

typedef struct _PorchPassiveDesk PorchPassiveDesk;

/* Main thread. */
typedef void (*PorchPassiveTell) (const PorchDeviceId *peer, const char *tag, PorchPairingState state, gpointer data);

PorchPassiveDesk *porch_passive_desk_new (PorchIdentity *identity, PorchTrustTable *trust, PorchPairingLimits *limits,
                                          PorchPassiveTell tell, gpointer data);
void              porch_passive_desk_free (PorchPassiveDesk *self);
void              porch_passive_desk_set_transport (PorchPassiveDesk *self, const PorchPairingTransport *transport,
                                                    const PorchPairingTimes *times);

/* The responder's requests. Each answers @held. */
void     porch_passive_desk_on_commit (PorchPassiveDesk *self, const PorchDeviceId *peer, gpointer connection, GInetAddress *address,
                                       JsonObject *body, PorchPairingHeld *held);
gboolean porch_passive_desk_owns_reveal (PorchPassiveDesk *self, const PorchDeviceId *peer, gpointer connection);
void     porch_passive_desk_on_reveal (PorchPassiveDesk *self, const PorchDeviceId *peer, gpointer connection, JsonObject *body,
                                       PorchPairingHeld *held);
void     porch_passive_desk_on_confirm (PorchPassiveDesk *self, const PorchDeviceId *peer, JsonObject *body, PorchPairingHeld *held);
void     porch_passive_desk_on_closed (PorchPassiveDesk *self, gpointer connection);

/* The initiator, over an open link. Any thread. */
gboolean porch_passive_desk_run (PorchPassiveDesk *self, const PorchPairingTransport *transport, gpointer link,
                                 const PorchDeviceId *peer, char **tag, char **code, GCancellable *cancellable, GError **error);
/* Any thread. */
char    *porch_passive_desk_dup_code (PorchPassiveDesk *self, const PorchDeviceId *peer, const char *tag);
void     porch_passive_desk_note_addresses (PorchPassiveDesk *self, const PorchDeviceId *peer, GPtrArray *addresses); /* takes it */
/* This side's person. */
gboolean porch_passive_desk_confirm (PorchPassiveDesk *self, const PorchDeviceId *peer, const char *tag, gboolean match,
                                     GPtrArray *addresses, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchPassiveDesk, porch_passive_desk_free)

G_END_DECLS
