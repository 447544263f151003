/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What PorchPeerList and PorchPresence know of a peer beyond its public face. */
#pragma once

#include "discovery/porch-address-book.h"
#include "discovery/porch-peer.h"

G_BEGIN_DECLS

typedef struct {
  guint    holds;        /* transfers, offers: stays listed */
  guint    wants;        /* jobs that need it: presence is asked */
  guint    looks;        /* windows that show its row */
  gboolean known;        /* the trust table has a record of it */
  gboolean announced;    /* a source announces it now */
  gboolean checking;     /* a check is under way */
  gboolean again;        /* asked for meanwhile: another address came */
  gboolean expected;     /* it is its turn to ask */
  gboolean met;          /* authenticated contact since start: may get our goodbye */
  gint64   last_contact; /* monotonic µs, 0 never */
  gint64   last_wave;    /* monotonic µs, 0 never: somebody at one of its addresses waved */
  gint64   second_look;  /* monotonic µs, 0 none: is it back already? */
  gint64   last_check;   /* monotonic µs, 0 never */
  gint64   added;        /* monotonic µs */
  guint    missed;       /* checks failed in a row */
} PorchPeerState;

PorchPeer        *porch_peer_new (const char *key);
PorchPeerState   *porch_peer_get_state (PorchPeer *self);
PorchAddressBook *porch_peer_get_book (PorchPeer *self);
void              porch_peer_set_id (PorchPeer *self, const PorchDeviceId *id);
void              porch_peer_set_trust (PorchPeer *self, PorchTrust trust);
void              porch_peer_set_label (PorchPeer *self, const char *label);     /* (nullable) given by the user */
void              porch_peer_set_stated_name (PorchPeer *self, const char *name); /* (nullable) what it calls itself */
void              porch_peer_set_chassis (PorchPeer *self, const char *chassis);
void              porch_peer_set_online (PorchPeer *self, gboolean online);
void              porch_peer_set_last_seen (PorchPeer *self, gint64 seconds);
void              porch_peer_set_newer (PorchPeer *self, gboolean newer);
void              porch_peer_set_name_clash (PorchPeer *self, gboolean clash);
void              porch_peer_addresses_changed (PorchPeer *self);
const char       *porch_peer_get_label (PorchPeer *self);       /* (nullable) */
const char       *porch_peer_get_stated_name (PorchPeer *self); /* (nullable) */

G_END_DECLS
