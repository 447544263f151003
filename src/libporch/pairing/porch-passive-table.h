/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sessions of codes in passing: what two devices committed to, and who said that it matches. A plain table with a lock of its own;
 * any thread; the clock is passed in (seconds, monotonic). Owned by the desk. */
#pragma once

#include "pairing/porch-pairing-code.h"
#include "pairing/porch-pairing.h"

G_BEGIN_DECLS

#define PORCH_PASSIVE_LIFETIME (24 * 60 * 60) /* seconds */
#define PORCH_PASSIVE_REVEAL_SECONDS 15       /* from the commitment to the reveal */
#define PORCH_PASSIVE_MAX 64                  /* sessions; the oldest undecided ones go first */

typedef enum { PORCH_PASSIVE_UNDECIDED, PORCH_PASSIVE_MATCHES, PORCH_PASSIVE_DIFFERS } PorchPassiveWord;

/* A copy of what a session is now. */
typedef struct {
  PorchDeviceId    peer;
  char             tag[PORCH_PAIRING_TAG + 1];
  char             code[8];
  gboolean         initiator; /* we began it: it is ours to ask the other side */
  PorchPassiveWord own;
  PorchPassiveWord other;
  gint64           created;
} PorchPassive;

typedef struct _PorchPassiveTable PorchPassiveTable;

PorchPassiveTable *porch_passive_table_new (void);
void               porch_passive_table_free (PorchPassiveTable *self);

/* The responder's two steps. @connection is compared only. */
void     porch_passive_table_commit (PorchPassiveTable *self, const PorchDeviceId *peer, gpointer connection, const guint8 commit[32],
                                     const guint8 own_nonce[PORCH_PAIRING_NONCE], gint64 now);
/* Takes out what was committed on this connection; FALSE if nothing was, or it is too long ago. */
gboolean porch_passive_table_take (PorchPassiveTable *self, const PorchDeviceId *peer, gpointer connection, guint8 commit[32],
                                   guint8 own_nonce[PORCH_PAIRING_NONCE], gint64 now);
/* Everything that was committed on it and not revealed. */
void     porch_passive_table_closed (PorchPassiveTable *self, gpointer connection);
gboolean porch_passive_table_has_commit (PorchPassiveTable *self, const PorchDeviceId *peer, gpointer connection);

/* A session that both nonces are known of. The tags of those that had to make room are added to @dropped (of PorchPassive). */
void     porch_passive_table_add (PorchPassiveTable *self, const PorchPassive *session, GArray *dropped);
/* One that is alive (also a decided one). FALSE when there is none. */
gboolean porch_passive_table_lookup (PorchPassiveTable *self, const PorchDeviceId *peer, const char *tag, gint64 now, PorchPassive *session);
/* The newest one with this device whose code can be shown. */
gboolean porch_passive_table_find (PorchPassiveTable *self, const PorchDeviceId *peer, gint64 now, PorchPassive *session);
/* What one side said, once: a word is never taken back. FALSE when the session is gone or that side has said something else. */
gboolean porch_passive_table_say (PorchPassiveTable *self, const PorchDeviceId *peer, const char *tag, gboolean own,
                                  PorchPassiveWord word, gint64 now, PorchPassive *session);
void     porch_passive_table_remove (PorchPassiveTable *self, const PorchDeviceId *peer, const char *tag);
/* Can its code be shown: nobody said "differs", and not both "matches"? */
gboolean porch_passive_is_open (const PorchPassive *session);

G_END_DECLS
