/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Another device as seen from here. Main thread. Owned by the PorchPeerList. Properties with notify: id (full, 64 hex; the first
 * 32 only until TLS proved it: "proved"), name (label if the user gave one; "Ada (unverified)" with name-clash), chassis, trust,
 * online, last-seen (unix s), name-clash (bears a known device's name without its key), newer (speaks only a newer protocol),
 * addresses (GStrv), folders (int: how many it shares with us, -1 not known). */
#pragma once

#include "identity/porch-trust-table.h"

G_BEGIN_DECLS

#define PORCH_PEER_KEY_HEX 32

#define PORCH_TYPE_PEER (porch_peer_get_type ())
G_DECLARE_FINAL_TYPE (PorchPeer, porch_peer, PORCH, PEER, GObject)

const char          *porch_peer_get_key (PorchPeer *self);  /* 32 hex digits: what names it in lists and on D-Bus */
const PorchDeviceId *porch_peer_get_id (PorchPeer *self);   /* (nullable) until proved or known */
char                *porch_peer_dup_id_string (PorchPeer *self); /* 64 hex digits, or the 32 of the key */
const char          *porch_peer_get_name (PorchPeer *self); /* never NULL; to show: with " (unverified)" where the name clashes */
const char          *porch_peer_get_plain_name (PorchPeer *self); /* never NULL; without that */
const char          *porch_peer_get_chassis (PorchPeer *self);
PorchTrust           porch_peer_get_trust (PorchPeer *self);
gboolean             porch_peer_get_online (PorchPeer *self);
gboolean             porch_peer_get_name_clash (PorchPeer *self);
gboolean             porch_peer_get_newer (PorchPeer *self);
gint64               porch_peer_get_last_seen (PorchPeer *self);
int                  porch_peer_get_folders (PorchPeer *self);
void                 porch_peer_note_folders (PorchPeer *self, int folders); /* it told us its list just now */
GPtrArray           *porch_peer_dup_addresses (PorchPeer *self); /* of GInetSocketAddress, best first, struck ones left out */
char               **porch_peer_dup_address_strings (PorchPeer *self);

G_END_DECLS
