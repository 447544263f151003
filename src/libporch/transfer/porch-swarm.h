/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One file fetched from several sources at once: the schedule, which all threads share, and a thread for each source
 * (porch-swarm-source.c). Every block is checked against the layer before it is handed over. Made, watched and freed by the transfer's
 * worker. docs/HOLDERS.md, docs/SCHEDULER.md. */
#pragma once

#include <json-glib/json-glib.h>

#include "identity/porch-identity.h"
#include "transfer/porch-holdings.h"
#include "wire/porch-limiter.h"

G_BEGIN_DECLS

typedef struct _PorchSwarm PorchSwarm;

/* What is fetched. All borrowed; they live longer than the swarm. */
typedef struct {
  PorchIdentity *identity;
  PorchLimiter  *limiter; /* (nullable) */
  PorchHolding  *holding; /* has its layer; what it has is not fetched */
  const guint8  *layer;   /* 32 bytes for each block */
  JsonObject    *place;   /* "share" or "offer" of the giver */
  const char    *path, *version;
  guint16        port;    /* where we listen; 0: nowhere, and nobody is told of us */
} PorchSwarmFile;

typedef struct {
  /* On a source's thread. Takes @data: block @block, checked. */
  void (*take) (gpointer user_data, guint block, const guint8 hash[32], GBytes *data);
  /* On a source's thread: it sent something else than the layer says, and is asked for nothing more. */
  void (*benched) (gpointer user_data, const char *name);
} PorchSwarmEvents;

typedef struct {
  PorchDeviceId id;
  gint64        bytes; /* that were of use */
  gboolean      benched;
} PorchSwarmShare;

typedef enum {
  PORCH_SWARM_RUNNING,
  PORCH_SWARM_WHOLE,   /* all blocks were handed over */
  PORCH_SWARM_CHANGED, /* the giver says that the file is not what it was */
  PORCH_SWARM_STUCK,   /* nothing has come for a long time */
} PorchSwarmState;

PorchSwarm     *porch_swarm_new (const PorchSwarmFile *file, const PorchSwarmEvents *events, gpointer user_data);
/* Stops and waits for all threads. */
void            porch_swarm_free (PorchSwarm *self);
/* @addresses: of GInetSocketAddress. @giver: the one that shares or offers the file. FALSE: it is one already, or failed lately, or
 * there are enough. */
gboolean        porch_swarm_add (PorchSwarm *self, const PorchDeviceId *id, const char *name, GPtrArray *addresses, gboolean giver);
/* (transfer full): devices that have some of the file and are no source; of PorchDeviceId. */
GArray         *porch_swarm_dup_candidates (PorchSwarm *self);
/* At most @milliseconds; earlier when the state is another one. */
PorchSwarmState porch_swarm_wait (PorchSwarm *self, guint milliseconds, GCancellable *cancellable);
GArray         *porch_swarm_dup_shares (PorchSwarm *self); /* (transfer full): of PorchSwarmShare */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchSwarm, porch_swarm_free)

G_END_DECLS
