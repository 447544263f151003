/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One transfer, as people see it: a download, an accepted offer, or a send. The recipe runs on a worker thread of its own; all that is
 * public here is main thread. Properties with notify (at most 10 times a second): state, bytes-done, bytes-total, files-done,
 * files-total, rate (bytes/s), time-left (s, -1 unknown), queue-position, turn, error-message,
 * waiting-for.
 *
 *   QUEUED → CONNECTING → RUNNING → SETTLING → DONE
 *   a send: PREPARING → WAITING (for the person) → RUNNING → DONE, or DECLINED
 *   CONNECTING, RUNNING, WAITING ⇄ STALLED (peer away, disk full: goes on by itself) ; any live one → PAUSED, CANCELLED, FAILED */
#pragma once

#include "identity/porch-device-id.h"

G_BEGIN_DECLS

typedef enum { PORCH_TRANSFER_DOWNLOAD, PORCH_TRANSFER_RECEIVE, PORCH_TRANSFER_SEND } PorchTransferKind;
typedef enum {
  PORCH_TRANSFER_QUEUED,
  PORCH_TRANSFER_PREPARING,
  PORCH_TRANSFER_WAITING,
  PORCH_TRANSFER_CONNECTING,
  PORCH_TRANSFER_RUNNING,
  PORCH_TRANSFER_STALLED,
  PORCH_TRANSFER_PAUSED,
  PORCH_TRANSFER_SETTLING,
  PORCH_TRANSFER_DONE,
  PORCH_TRANSFER_DECLINED,
  PORCH_TRANSFER_CANCELLED,
  PORCH_TRANSFER_FAILED,
} PorchTransferState;

typedef struct {
  char *path;    /* display-escaped */
  char *message; /* what and what to do */
} PorchProblem;

/* From whom some of it came, besides or instead of the device that it is a transfer with. */
typedef struct {
  PorchDeviceId id;
  gint64        bytes; /* since the program started */
} PorchTransferSource;

#define PORCH_TYPE_TRANSFER (porch_transfer_get_type ())
G_DECLARE_FINAL_TYPE (PorchTransfer, porch_transfer, PORCH, TRANSFER, GObject)

const char          *porch_transfer_get_id (PorchTransfer *self); /* 16 hex digits */
PorchTransferKind    porch_transfer_get_kind (PorchTransfer *self);
PorchTransferState   porch_transfer_get_state (PorchTransfer *self);
const PorchDeviceId *porch_transfer_get_peer (PorchTransfer *self);
const char          *porch_transfer_get_title (PorchTransfer *self); /* "Films", "3 files": names, for people */
gint64               porch_transfer_get_bytes_done (PorchTransfer *self);
gint64               porch_transfer_get_bytes_total (PorchTransfer *self); /* -1 unknown yet */
gint64               porch_transfer_get_files_done (PorchTransfer *self);
gint64               porch_transfer_get_files_total (PorchTransfer *self);
gint64               porch_transfer_get_rate (PorchTransfer *self);
gint64               porch_transfer_get_time_left (PorchTransfer *self);
guint                porch_transfer_get_queue_position (PorchTransfer *self); /* 0: not waiting */
guint                porch_transfer_get_turn (PorchTransfer *self); /* in the line of the other device; 0: it is our turn */
gint64               porch_transfer_get_created (PorchTransfer *self);  /* unix s */
gint64               porch_transfer_get_finished (PorchTransfer *self); /* unix s, 0 */
const GError        *porch_transfer_get_error (PorchTransfer *self);    /* (nullable) why FAILED, STALLED */
GPtrArray           *porch_transfer_dup_problems (PorchTransfer *self); /* of PorchProblem, at most 1,000 */
/* (transfer full): of PorchTransferSource; empty while all comes from one. */
GArray              *porch_transfer_dup_sources (PorchTransfer *self);
const char          *porch_transfer_get_target (PorchTransfer *self);   /* (nullable) folder, local path */
char               **porch_transfer_dup_results (PorchTransfer *self);  /* local paths of the top-level results */
const char          *porch_transfer_get_offer (PorchTransfer *self);    /* (nullable) offer id */
const char          *porch_transfer_get_code (PorchTransfer *self);     /* (nullable) a send's comparison code */
const char          *porch_transfer_get_batch (PorchTransfer *self);    /* (nullable) what sends to several have in common */
const char          *porch_transfer_get_handout (PorchTransfer *self);  /* (nullable) the name of the hand-out that was joined */
const char          *porch_transfer_get_text (PorchTransfer *self);     /* (nullable) what a send of a text says */
gboolean             porch_transfer_get_check (PorchTransfer *self);    /* looks again at what an earlier one has brought */
gboolean             porch_transfer_is_live (PorchTransfer *self);

void porch_transfer_pause (PorchTransfer *self);
void porch_transfer_resume (PorchTransfer *self);
void porch_transfer_cancel (PorchTransfer *self); /* staging files go, published ones stay */

const char *porch_transfer_state_to_string (PorchTransferState state); /* nick for JSON, D-Bus, store */
const char *porch_transfer_kind_to_string (PorchTransferKind kind);

G_END_DECLS
