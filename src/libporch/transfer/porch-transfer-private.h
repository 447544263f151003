/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the queue and the workers do to a PorchTransfer. Functions marked "worker" may be called on any thread; they do nothing once
 * @run was stopped, so that a worker that is still ending can't disturb what the user has asked for since. */
#pragma once

#include "store/porch-store.h"
#include "transfer/porch-transfer-store.h"
#include "transfer/porch-transfer.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

gboolean porch_transfer_state_can_move (PorchTransferState from, PorchTransferState to);
gboolean porch_transfer_state_is_live (PorchTransferState state);

/* Takes @record. */
PorchTransfer *porch_transfer_new (PorchStore *store, PorchTransferRecord *record, GPtrArray *problems);

/* What the person asked for, told to the queue (signal "asked", with the state that was asked for: QUEUED, PAUSED, CANCELLED). */

/* Main thread. A run is one worker's life; its cancellable names it. */
GCancellable *porch_transfer_begin_run (PorchTransfer *self); /* (transfer full) */
void          porch_transfer_stop_run (PorchTransfer *self);
gboolean      porch_transfer_is_current_run (PorchTransfer *self, GCancellable *run);
/* Main thread: the mover for what is not a worker's doing. */
gboolean      porch_transfer_move (PorchTransfer *self, PorchTransferState state, const GError *error);
/* Main thread: publishes what changed since the last time. @now: monotonic µs. */
void          porch_transfer_sample (PorchTransfer *self, gint64 now);
void          porch_transfer_set_position (PorchTransfer *self, guint position);
void          porch_transfer_set_waiting_for (PorchTransfer *self, const char *name);
void          porch_transfer_set_offer (PorchTransfer *self, const char *offer);
void          porch_transfer_set_check (PorchTransfer *self, gboolean check);
void          porch_transfer_set_batch (PorchTransfer *self, const char *batch);
void          porch_transfer_set_handout (PorchTransfer *self, const char *title);
void          porch_transfer_set_text (PorchTransfer *self, const char *text);
void          porch_transfer_set_code (PorchTransfer *self, const char *code);

/* Any thread. */
PorchTransferState porch_transfer_get_live_state (PorchTransfer *self);
/* (transfer full) of GInetSocketAddress, best first; waits for nothing. */
GPtrArray         *porch_transfer_dup_addresses (PorchTransfer *self);
void               porch_transfer_set_addresses (PorchTransfer *self, GPtrArray *addresses); /* takes it */
const char        *porch_transfer_get_source (PorchTransfer *self); /* JSON, set once */
char              *porch_transfer_dup_spec (PorchTransfer *self);   /* JSON */
void               porch_transfer_set_spec (PorchTransfer *self, const char *spec);

/* Worker. FALSE when the run was stopped or the move isn't legal. */
gboolean porch_transfer_worker_move (PorchTransfer *self, GCancellable *run, PorchTransferState state, const GError *error);
void     porch_transfer_set_totals (PorchTransfer *self, gint64 bytes, gint64 files);
void     porch_transfer_set_done (PorchTransfer *self, gint64 bytes, gint64 files);
void     porch_transfer_add_done (PorchTransfer *self, gint64 bytes, gint64 files);
/* So much more came from this device, of what is fetched from several. */
void     porch_transfer_add_source (PorchTransfer *self, const PorchDeviceId *id, gint64 bytes);
/* Our place in the line of the other device; 0: it is our turn. */
void     porch_transfer_set_turn (PorchTransfer *self, guint position);
void     porch_transfer_save (PorchTransfer *self); /* numbers are not written down as they change */
/* @path is escaped for display here. At most PORCH_MAX_PROBLEMS are kept. */
void     porch_transfer_add_problem (PorchTransfer *self, const char *path, const char *message);
void     porch_transfer_forget_problems (PorchTransfer *self);
void     porch_transfer_take_results (PorchTransfer *self, char **results);

#define PORCH_MAX_PROBLEMS 1000

G_END_DECLS
