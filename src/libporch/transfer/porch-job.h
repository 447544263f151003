/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One transfer in the queue: its worker's thread while there is one, when it is tried again, and the peer it needs. Main thread;
 * owned by the PorchTransferQueue. */
#pragma once

#include "discovery/porch-peer-list.h"
#include "transfer/porch-work.h"

G_BEGIN_DECLS

typedef struct {
  PorchTransfer *transfer; /* owned */
  GThread       *thread;   /* (nullable): no worker */
  GCancellable  *run;      /* (nullable) owned: of that worker */
  PorchPeerList *peers;    /* borrowed */
  PorchPeer     *peer;     /* (nullable) owned, held */
  gulong         peer_handler;
  gboolean       wanted;   /* told the peer list that the peer is needed */
  gboolean       careful;  /* no worker has come to the end of the files since the program started */
  gboolean       clean;    /* cancelled: its remnants are to be removed */
  gboolean       forget;   /* cleared by the person before its worker had ended */
  gboolean       told;     /* its end was told to the book */
  gint64         retry_at; /* monotonic µs; when it stalled */
  guint          failures; /* in a row */
  gint64         bytes_at_start;
} PorchJob;

PorchJob *porch_job_new (PorchTransfer *transfer, PorchPeerList *peers);
void      porch_job_free (PorchJob *job);
/* Looks for the peer and takes over its addresses. @callback (GObject notify) is called when they or its presence change. */
void      porch_job_find_peer (PorchJob *job, GCallback callback, gpointer data);
void      porch_job_update_addresses (PorchJob *job);
void      porch_job_want_peer (PorchJob *job, gboolean want);
/* When to try again after one more failure. @now monotonic µs. */
void      porch_job_back_off (PorchJob *job, gint64 now);
void      porch_job_forget_failures (PorchJob *job);

G_END_DECLS
