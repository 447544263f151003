/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One life of one transfer's worker: what it was given when it started, and how it ended. Made by the queue on the main thread, then
 * the worker's alone until it ends. */
#pragma once

#include "identity/porch-identity.h"
#include "pairing/porch-pairing.h"
#include "transfer/porch-contacts.h"
#include "transfer/porch-holdings.h"
#include "transfer/porch-manifest.h"
#include "transfer/porch-plan.h"
#include "transfer/porch-source.h"
#include "transfer/porch-transfer-private.h"

G_BEGIN_DECLS

typedef enum {
  PORCH_OUTCOME_DONE,     /* the state was moved to its end */
  PORCH_OUTCOME_STOPPED,  /* by the person, or at the end of the program */
  PORCH_OUTCOME_RETRY,    /* goes on by itself: @error says what it waits for */
  PORCH_OUTCOME_QUEUE,    /* could go on, but there is no room for another one now */
  PORCH_OUTCOME_PREPARED, /* a send: @prepared is to become an offer */
  PORCH_OUTCOME_FAILED,
} PorchOutcome;

/* How many downloads run: shared by the queue and the workers, which claim a place when they have reached their peer. */
typedef struct {
  GMutex lock;
  guint  used;
  guint  max;
} PorchSlots;
gboolean porch_slots_claim (PorchSlots *slots);
void     porch_slots_release (PorchSlots *slots);

/* Any thread: what the worker has learned about the peer. */
typedef struct {
  PorchDeviceId       id;
  char               *name, *chassis;
  guint16             port;
  GInetSocketAddress *address;  /* (nullable): nobody was reached */
  GPtrArray          *impostors; /* of GInetSocketAddress */
} PorchContact;
void porch_contact_free (PorchContact *contact);

typedef struct {
  /* owned */
  PorchTransfer *transfer;
  GCancellable  *run;
  PorchStore    *store;
  PorchIdentity *identity;
  PorchPairingDesk *pairings; /* (nullable) a send: for the code that both sides show */
  PorchLimiter  *limiter;  /* (nullable) */
  PorchHoldings *holdings; /* (nullable): what is received is not given on */
  PorchContacts *contacts; /* (nullable): nobody else is asked */
  PorchAsk      *ask;      /* (nullable) a receive whose sender can deliver by itself */
  char          *manifest; /* (nullable) a send: the file that holds its manifest */
  char          *offer_body; /* (nullable) a send that is prepared: what to POST, JSON */
  guint16        port;     /* where this device listens */
  gboolean       trusted;  /* the peer is */
  /* The program may have been killed in the middle before: no life since it started has come to the end of the files. Cleared by the
   * one that does. */
  gboolean       careful;
  gint64         since;    /* real time in µs when the program started */
  gboolean       has_slot;
  gboolean       cleaning; /* cancelled: only what is left behind is to be removed */
  PorchSlots    *slots;    /* borrowed: the queue outlives its workers */
  void         (*contacted) (PorchContact *contact, gpointer data); /* takes it; any thread */
  void         (*coded) (PorchTransfer *transfer, const char *tag, const char *code, gpointer data); /* any thread */
  gpointer       data;

  PorchOutcome   outcome;
  GError        *error;
  PorchPrepared *prepared;
} PorchWork;
void porch_work_free (PorchWork *work);

/* The recipes; blocking, on the worker's thread. They set outcome and error. */
void porch_download_run (PorchWork *work);
void porch_send_run (PorchWork *work);
/* Removes what a cancelled send has written. That its offer is off its receiver learns from the book (porch-withdrawals). */
void porch_send_clean (PorchWork *work);
/* Removes the unfinished files of a cancelled one. */
void porch_download_clean (PorchWork *work);

/* (transfer full): a client whose peer has just answered, within three seconds; NULL with PORCH_ERROR_UNREACHABLE. */
PorchClient *porch_work_dial (PorchWork *work, guint connections, GError **error);
/* What an error of the network or of the target means for the transfer. Takes @error. */
void         porch_work_fail (PorchWork *work, GError *error);
gboolean     porch_work_error_is_passing (const GError *error);

G_END_DECLS
