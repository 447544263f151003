/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One device put together: what porchd runs and the net tests make several of in one process. Main thread (the one that made it,
 * with its default context). Owns every part; parts are lent out. */
#pragma once

#include "discovery/porch-discovery.h"
#include "handout/porch-handout-book.h"
#include "identity/porch-identity.h"
#include "pairing/porch-pairing.h"
#include "share/porch-share-list.h"
#include "transfer/porch-offer-book.h"
#include "transfer/porch-transfer-queue.h"

G_BEGIN_DECLS

#define PORCH_TYPE_ENGINE (porch_engine_get_type ())
G_DECLARE_FINAL_TYPE (PorchEngine, porch_engine, PORCH, ENGINE, GObject)

/* Properties: name (rw, notify), chassis, download-folder (rw), auto-accept-trusted (rw), trusted-only (rw: who may ask), max-running (rw), max-uploads (rw),
 * limit-up and limit-down (rw, bytes per second, 0: none), port (notify), held (notify), warnings (notify). */
typedef struct {
  const char        *state_folder;    /* /porch; made 0700 */
  const char        *name;            /* (nullable): the host's name */
  gboolean           default_name;    /* nobody chose @name: it gets a number when a device that is here bears it */
  const char        *chassis;         /* (nullable): "other" */
  const char        *download_folder;
  guint16            port;            /* 0: PORCH_DEFAULT_PORT; G_MAXUINT16: any free one */
  PorchDiscoveryMode discovery;
  PorchVisibility    visibility;
  gboolean           loopback;        /* tests: listen on 127.0.0.1 only */
  gboolean           hold;            /* at the first start ever, with @visibility AUTO, nothing begins before porch_engine_begin() */
} PorchEngineOptions;

/* Opens or makes the state; takes the lock file (PORCH_ERROR_BUSY: another daemon of this user runs). */
PorchEngine        *porch_engine_new (const PorchEngineOptions *options, GError **error);
/* Listens, announces, resumes transfers; nothing of that while it is held. */
gboolean            porch_engine_start (PorchEngine *self, GError **error);
/* The first start was asked for: ends the holding and starts. Visibility and @until as in porch_networks_set_visibility(). */
gboolean            porch_engine_begin (PorchEngine *self, PorchVisibility visibility, gint64 until, GError **error);
gboolean            porch_engine_get_held (PorchEngine *self);
/* Leaves in order: goodbye, withdraw, journals synced. */
void                porch_engine_stop (PorchEngine *self);

PorchIdentity      *porch_engine_get_identity (PorchEngine *self);
PorchStore         *porch_engine_get_store (PorchEngine *self);
PorchTrustTable    *porch_engine_get_trust (PorchEngine *self);
PorchPeerList      *porch_engine_get_peers (PorchEngine *self);
PorchNetworks      *porch_engine_get_networks (PorchEngine *self);
PorchDiscovery     *porch_engine_get_discovery (PorchEngine *self);
PorchShareList     *porch_engine_get_shares (PorchEngine *self);
PorchOfferBook     *porch_engine_get_offers (PorchEngine *self);
PorchTransferQueue *porch_engine_get_transfers (PorchEngine *self);
PorchHandoutBook   *porch_engine_get_handouts (PorchEngine *self);
PorchPairingDesk   *porch_engine_get_pairings (PorchEngine *self);
const char         *porch_engine_get_name (PorchEngine *self);
const char         *porch_engine_get_chassis (PorchEngine *self);
const char         *porch_engine_get_download_folder (PorchEngine *self);
gboolean            porch_engine_get_auto_accept_trusted (PorchEngine *self);
/* How fast it sends and receives, in bytes per second; 0: no limit. With one @device (it is written down), or NULL: in all. */
PorchLimiter       *porch_engine_get_limiter (PorchEngine *self);
gboolean            porch_engine_set_limit (PorchEngine *self, const PorchDeviceId *device, PorchDirection direction, gint64 rate,
                                            GError **error);
gboolean            porch_engine_get_trusted_only (PorchEngine *self);
guint16             porch_engine_get_port (PorchEngine *self);
const char *const  *porch_engine_get_warnings (PorchEngine *self); /* e.g. a database that was set aside */
/* Trust with everything that follows from it: blocking cuts connections and stops transfers at once. */
gboolean            porch_engine_set_trust (PorchEngine *self, const PorchDeviceId *id, PorchTrust trust, GError **error);
/* Off the list, with trust, name, address and limits. Who is announced stays, as a stranger. Not a blocked one. */
gboolean            porch_engine_forget (PorchEngine *self, PorchPeer *peer, GError **error);

/* What a peer shares with us, and its folders: async over Porch's pool. The stream carries rows of docs/PROTOCOL.md. */
void                porch_engine_list_shares_async (PorchEngine *self, PorchPeer *peer, GCancellable *cancellable,
                                                    GAsyncReadyCallback callback, gpointer data);
GPtrArray          *porch_engine_list_shares_finish (PorchEngine *self, GAsyncResult *result, GError **error); /* PorchRemoteShare */
typedef struct { char *id, *name, *note; PorchAccess access; } PorchRemoteShare;
void                porch_remote_share_free (PorchRemoteShare *share);
/* Copies the rows into @fd (takes it: the writing end of a pipe) as they come, then closes it. The last row is the end row, or
 * {"error":CODE,"message":TEXT} with a code of porch_error_to_code(); a stream without either was cut. */
void                porch_engine_list_async (PorchEngine *self, PorchPeer *peer, const char *share, const char *path, gboolean deep,
                                             int fd, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean            porch_engine_list_finish (PorchEngine *self, GAsyncResult *result, GError **error);
/* The content id of a file that a peer shares, from the hashes of its blocks as the peer states them; it may have to read the file for
 * that. NULL with no error: the file is empty and has none. */
void                porch_engine_content_id_async (PorchEngine *self, PorchPeer *peer, const char *share, const char *path,
                                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
GBytes             *porch_engine_content_id_finish (PorchEngine *self, GAsyncResult *result, gint64 *size, GError **error);

G_END_DECLS
