/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks peers whether they are still there, since mDNS only says that they were: one tick every 12 s while somebody watches or a
 * job wants a peer. Main thread. Owned by the PorchPeerList, which it borrows. */
#pragma once

#include "discovery/porch-peer.h"

G_BEGIN_DECLS

#define PORCH_PRESENCE_TICK 12            /* s */
#define PORCH_PRESENCE_LATE 300           /* ms that a peer whose turn it is to ask may be late */
#define PORCH_PRESENCE_TIMEOUT 2200       /* ms; the three together stay under the 15 s that a pulled cable may take */
#define PORCH_PRESENCE_MAX_CHECKED 32     /* peers in a tick, beyond those that are looked at or wanted */
#define PORCH_PRESENCE_MAX_PARALLEL 16

typedef struct _PorchPeerList PorchPeerList;

#define PORCH_TYPE_PRESENCE (porch_presence_get_type ())
G_DECLARE_FINAL_TYPE (PorchPresence, porch_presence, PORCH, PRESENCE, GObject)

PorchPresence *porch_presence_new (PorchPeerList *peers);
void           porch_presence_watch (PorchPresence *self);
void           porch_presence_unwatch (PorchPresence *self);
gboolean       porch_presence_is_watched (PorchPresence *self);
void           porch_presence_want (PorchPresence *self);
void           porch_presence_unwant (PorchPresence *self);
void           porch_presence_check_all (PorchPresence *self);
void           porch_presence_check (PorchPresence *self, PorchPeer *peer);
/* It says that it leaves: asked now, and once more when its announcement would have run out. If that is still heard then, it was only
 * started anew, and discovery has no news of it. */
void           porch_presence_check_leaving (PorchPresence *self, PorchPeer *peer);
/* Those whose second look is due. */
void           porch_presence_look_again (PorchPresence *self);
/* Those to ask at this tick, of PorchPeer (transfer full). @everybody: not only those whose turn it is. */
GPtrArray     *porch_presence_dup_due (PorchPresence *self, gboolean everybody);
/* One tick, as every 12 s. */
void           porch_presence_tick (PorchPresence *self);
/* Asks those that were to ask us and did not. */
void           porch_presence_ask_late (PorchPresence *self);
/* In tests: what asks instead of the network; it must call porch_presence_done(). */
typedef void (*PorchPresenceAsk) (PorchPresence *self, PorchPeer *peer, gpointer data);
void           porch_presence_set_ask (PorchPresence *self, PorchPresenceAsk ask, gpointer data);
void           porch_presence_done (PorchPresence *self, PorchPeer *peer, gboolean answered);

G_END_DECLS
