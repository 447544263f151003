/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The accept gate and the HTTP server behind it: one listening socket for each visible address (Hidden means no socket). Routes are in
 * files of their own, serve/porch-route-*.c. Main thread. Owned by the engine. */
#pragma once

#include "discovery/porch-networks.h"
#include "discovery/porch-peer-list.h"
#include "handout/porch-handout-book.h"
#include "identity/porch-identity.h"
#include "pairing/porch-pairing.h"
#include "share/porch-share-list.h"
#include "transfer/porch-holdings.h"
#include "transfer/porch-offer-book.h"
#include "wire/porch-limiter.h"

G_BEGIN_DECLS

#define PORCH_TYPE_SERVER (porch_server_get_type ())
G_DECLARE_FINAL_TYPE (PorchServer, porch_server, PORCH, SERVER, GObject)

/* What it serves. References are taken. Without shares, offers or pairings (tests) their routes don't exist. */
typedef struct {
  PorchIdentity    *identity;
  PorchTrustTable  *trust;
  PorchPeerList    *peers;    /* (nullable) */
  PorchShareList   *shares;   /* (nullable) */
  PorchOfferBook   *offers;   /* (nullable) */
  PorchPairingDesk *pairings; /* (nullable) */
  PorchLimiter     *limiter;  /* (nullable): no limits */
  PorchHandoutBook *handouts; /* (nullable) */
  PorchHashBook    *hashes;   /* (nullable) of what was given before; of no effect on what is */
  PorchHoldings    *holdings; /* (nullable) what others may get from here by a grant */
} PorchServerParts;

PorchServer *porch_server_new (const PorchServerParts *parts, GError **error);
/* What GET /hello says. */
void         porch_server_set_label (PorchServer *self, const char *name, const char *chassis);
/* Listens on exactly these (of PorchNetworkAddress: those that are visible; NULL: 127.0.0.1 only, for tests); keeps the sockets that
 * stay. @port 0 in tests: any. When the wanted port is taken another one is used. */
gboolean     porch_server_listen (PorchServer *self, GPtrArray *addresses, guint16 port, GError **error);
guint16      porch_server_get_port (PorchServer *self);
/* How many uploads run at once; the others wait in line. */
void         porch_server_set_uploads (PorchServer *self, guint uploads);
/* Cuts every connection of a device, at once (blocked). */
void         porch_server_cut (PorchServer *self, const PorchDeviceId *id);
/* No socket and no connection is left when it returns. */
void         porch_server_stop (PorchServer *self);

G_END_DECLS
