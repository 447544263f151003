/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everybody who is or was here: a GListModel of PorchPeer. Merges sightings by id, keeps all addresses, knows presence and the
 * dialling rules (docs/DISCOVERY.md). Main thread. Owned by the engine. */
#pragma once

#include "discovery/porch-networks.h"
#include "discovery/porch-peer.h"
#include "identity/porch-identity.h"

G_BEGIN_DECLS

#define PORCH_TYPE_PEER_LIST (porch_peer_list_get_type ())
G_DECLARE_FINAL_TYPE (PorchPeerList, porch_peer_list, PORCH, PEER_LIST, GObject)

/* Signal "own-id-elsewhere" (const char *address): TLS proved that another host has our key, a cloned disk. Property "watched".
 * @trust may be NULL in tests: then everybody is unknown. */
PorchPeerList *porch_peer_list_new (PorchIdentity *identity, PorchTrustTable *trust);
/* For "on-link" and "own address" (without it only loopback and low ports are refused), and to look again when the network changed. */
void           porch_peer_list_set_networks (PorchPeerList *self, PorchNetworks *networks);

/* What a discovery source says. It changes no stored state and no name of a device that is known. */
typedef struct {
  const char *source;   /* "avahi", "embedded", "manual", "test"; the last two may be on loopback */
  const char *id16;     /* 32 hex digits from TXT */
  const char *name;     /* from TXT, checked here */
  const char *chassis;
  int         version;  /* TXT v */
  int         ifindex;  /* where the record was seen */
  GInetSocketAddress *address; /* with scope id for link-local ones */
  gboolean    local;    /* the responder says that this very host published it: another Porch of this computer */
} PorchSighting;
void porch_peer_list_sighted (PorchPeerList *self, const PorchSighting *sighting);
/* @address NULL: all that this source gave. A peer that still answers stays. */
void porch_peer_list_vanished (PorchPeerList *self, const char *source, const char *id16, GInetSocketAddress *address);

/* TLS proved who is at @address: by a request of ours or of theirs. @name, @chassis (nullable) as stated in it. @listens: the
 * port it states to listen on, 0 unknown. Returns the peer. (transfer none) */
PorchPeer *porch_peer_list_proved (PorchPeerList *self, const PorchDeviceId *id, const char *name, const char *chassis,
                                   GInetSocketAddress *address, guint16 listens);
/* The user wants it off the list. Who is announced stays, as a stranger. */
void       porch_peer_list_forget (PorchPeerList *self, PorchPeer *peer);
void       porch_peer_list_goodbye (PorchPeerList *self, const PorchDeviceId *id);
/* A dial failed or met another key: the address is struck for 10 min when @impostor. */
void       porch_peer_list_dial_failed (PorchPeerList *self, PorchPeer *peer, GInetSocketAddress *address, gboolean impostor);

PorchPeer *porch_peer_list_lookup (PorchPeerList *self, const PorchDeviceId *id); /* (transfer none) (nullable) */
PorchPeer *porch_peer_list_lookup_key (PorchPeerList *self, const char *key);     /* by 32 hex digits */
/* A name or id prefix as the user typed it; DECISIONS on names: a known device first, online or not; an unverified one never by
 * a known name. PORCH_ERROR_NOT_FOUND, _AMBIGUOUS, _UNVERIFIED. (transfer none) */
PorchPeer *porch_peer_list_find (PorchPeerList *self, const char *text, GError **error);
/* (transfer full): @name, or "NAME 2" when a device that is here bears it. For default names only. */
char      *porch_peer_list_dup_free_name (PorchPeerList *self, const char *name);
/* HOST[:PORT] by the user: probes, then adds. */
void       porch_peer_list_connect_async (PorchPeerList *self, const char *address, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer data);
PorchPeer *porch_peer_list_connect_finish (PorchPeerList *self, GAsyncResult *result, GError **error); /* (transfer full) */
/* Asks a peer whose full id is not proved yet who it is (dials without presenting more than the handshake needs). */
void       porch_peer_list_prove_async (PorchPeerList *self, PorchPeer *peer, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer data);
gboolean   porch_peer_list_prove_finish (PorchPeerList *self, GAsyncResult *result, GError **error);

/* Presence is checked only while somebody looks or a job needs a peer: counted. */
void       porch_peer_list_watch (PorchPeerList *self);
void       porch_peer_list_unwatch (PorchPeerList *self);
gboolean   porch_peer_list_get_watched (PorchPeerList *self);
/* A job needs this peer. Counted. */
void       porch_peer_list_want (PorchPeerList *self, PorchPeer *peer);
void       porch_peer_list_unwant (PorchPeerList *self, PorchPeer *peer);
/* A transfer or offer refers to it: it stays listed when it left. Counted. */
void       porch_peer_list_hold (PorchPeerList *self, PorchPeer *peer);
void       porch_peer_list_release (PorchPeerList *self, PorchPeer *peer);
/* Its row is on screen: with more than 32 peers only these are checked. Counted. */
void       porch_peer_list_look_at (PorchPeerList *self, PorchPeer *peer, gboolean look);
/* The network changed: check now. */
void       porch_peer_list_check_now (PorchPeerList *self);
/* Clean exit: tells everybody online. Blocks at most @milliseconds. */
void       porch_peer_list_say_goodbye (PorchPeerList *self, guint milliseconds);
/* Clean exit, when nothing listens any more: lets the others that are here look. Blocks at most @milliseconds. */
void       porch_peer_list_wave (PorchPeerList *self, guint milliseconds);
/* Somebody at @host waved: who is shown to a person and is listed there is asked now. */
void       porch_peer_list_farewell (PorchPeerList *self, GInetAddress *host);
/* What we say of ourselves when we ask a peer how it is: how it can call back, and by what name to list us. */
void       porch_peer_list_set_own (PorchPeerList *self, const char *name, const char *chassis, guint16 port);

G_END_DECLS
