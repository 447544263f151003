/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files that make up the peer list: the list itself, finding, connecting, presence. */
#pragma once

#include "discovery/porch-peer-list.h"
#include "discovery/porch-peer-private.h"
#include "discovery/porch-presence.h"

G_BEGIN_DECLS

typedef gint64 (*PorchClock) (void); /* monotonic µs */

/* For tests, which never sleep. */
void             porch_peer_list_set_clock (PorchPeerList *self, PorchClock clock);
gint64           porch_peer_list_now (PorchPeerList *self);
PorchIdentity   *porch_peer_list_get_identity (PorchPeerList *self);
PorchTrustTable *porch_peer_list_get_trust (PorchPeerList *self);       /* (nullable) */
PorchNetworks   *porch_peer_list_get_networks (PorchPeerList *self);    /* (nullable) */
PorchPresence   *porch_peer_list_get_presence (PorchPeerList *self);
GPtrArray       *porch_peer_list_get_peers (PorchPeerList *self);       /* of PorchPeer, borrowed */
const char      *porch_peer_list_get_hello (PorchPeerList *self);       /* the path to GET, with what we say of ourselves */
gboolean         porch_peer_list_is_own_id (PorchPeerList *self, const PorchDeviceId *id);
/* Takes over what the trust table holds of @id. */
void             porch_peer_list_reread (PorchPeerList *self, const PorchDeviceId *id);
/* Drops a peer that left and that nobody needs. */
void             porch_peer_list_forget_if_gone (PorchPeerList *self, PorchPeer *peer);
/* The outcome of a presence check. */
void             porch_peer_list_answered (PorchPeerList *self, PorchPeer *peer);
void             porch_peer_list_silent (PorchPeerList *self, PorchPeer *peer);
/* May a peer that @source (of PorchSighting) told of be dialled here? */
gboolean         porch_peer_list_may_dial (PorchPeerList *self, const PorchSighting *sighting);
gboolean         porch_peer_list_is_near (PorchPeerList *self, GInetSocketAddress *address);
/* Learns who is at @address, which answered with another key than was expected. */
void             porch_peer_list_unmask (PorchPeerList *self, GInetSocketAddress *address, const char *name);
/* What an unknown device is called, which nothing vouches for. */
void             porch_peer_list_call (PorchPeerList *self, PorchPeer *peer, const char *name);
/* Asks whether the device at @address has our own key; emits "own-id-elsewhere". */
void             porch_peer_list_suspect_clone (PorchPeerList *self, GInetSocketAddress *address);
/* Names that look the same are the same: compatibility forms, case, blanks, invisible characters. (transfer full) */
char            *porch_name_fold (const char *name);

G_END_DECLS
