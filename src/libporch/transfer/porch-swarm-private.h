/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the swarm and the threads of its sources share. */
#pragma once

#include "transfer/porch-scheduler.h"
#include "transfer/porch-swarm.h"

G_BEGIN_DECLS

typedef struct {
  /* immutable */
  PorchSwarm   *swarm; /* borrowed */
  PorchDeviceId id;
  char         *name;      /* owned */
  GPtrArray    *addresses; /* owned */
  gboolean      giver;
  guint         number; /* in the schedule */
  GThread      *thread;

  /* guarded by the swarm's lock */
  gint64   bytes;
  gboolean benched, ended;
} PorchSwarmSource;

struct _PorchSwarm
{
  /* immutable */
  PorchSwarmFile          file;
  const PorchSwarmEvents *events;
  gpointer                user_data;
  gint64                  size;
  guint                   blocks;
  char                   *id_text; /* owned */
  GCancellable           *over;    /* owned; ends all threads */

  /* guarded by lock */
  GMutex          lock;
  GCond           wake;
  PorchScheduler *schedule;
  GPtrArray      *sources; /* of PorchSwarmSource */
  GArray         *named;   /* of PorchDeviceId: by the giver, or by others since it is away */
  GHashTable     *resting; /* PorchDeviceId → monotonic µs until which it is left alone */
  GArray         *gone;    /* of PorchSwarmShare: sources that ended */
  char           *grant;   /* (nullable) owned */
  gint64          granted; /* monotonic µs */
  gboolean        giver_away;
  gboolean        changed;
  guint           missing; /* blocks that were not handed over yet */
  gint64          last_arrival;
};

/* The thread of a source; ends when the swarm is over, or when the source is of no use. */
gpointer porch_swarm_source_run (gpointer source);

G_END_DECLS
