/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One device that joined a hand-out, as its giver sees it: from what was served to it and what it says of itself, which is
 * believed of itself only. A plain struct of the PorchHandout; main thread. Times are monotonic µs unless named _s. */
#pragma once

#include "identity/porch-device-id.h"

G_BEGIN_DECLS

/* Their numbers are in the state database. */
typedef enum
{
  PORCH_JOINER_WAITING, /* has typed the number, or waits for its turn */
  PORCH_JOINER_RUNNING,
  PORCH_JOINER_DONE,
  PORCH_JOINER_NO_SPACE, /* "missing" bytes must be freed there first */
  PORCH_JOINER_LEFT,     /* gave up, or went away */
} PorchJoinerState;

/* Without a sign of life for so long it has left; before it has begun its person may be reading who gives. */
#define PORCH_JOINER_PATIENCE (20 * G_USEC_PER_SEC)
#define PORCH_JOINER_READING (180 * G_USEC_PER_SEC)

typedef struct
{
  PorchDeviceId id;
  char *name;    /* to show; never NULL */
  char *address; /* where it joined from; never NULL */
  gint64 joined_s;
  PorchJoinerState said; /* last, by itself */
  gint64 said_done;
  gint64 missing;
  gint64 served;  /* bytes, since it last said how far it is */
  gint64 heard;   /* last sign of life */
  gboolean began; /* it has asked for content, or said how far it is */

  /* its own pace: from where and when on it moved */
  gint64 pace_since, pace_from;

  /* what is shown, and written down */
  PorchJoinerState state;
  gint64 done;
} PorchJoiner;

PorchJoiner *porch_joiner_new (const PorchDeviceId *id, const char *name, const char *address, gint64 now);
void porch_joiner_free (PorchJoiner *self);
/* @bytes of content went to it. */
void porch_joiner_served (PorchJoiner *self, gint64 bytes, gint64 now);
/* It says how it is; @done and @missing were checked for sign only. */
void porch_joiner_says (PorchJoiner *self, PorchJoinerState state, gint64 done, gint64 missing, gint64 now);
/* Works out state and done of @total bytes. TRUE when the state is another one than before. */
gboolean porch_joiner_update (PorchJoiner *self, gint64 total, gint64 now);

/* Bytes per second since it began to move; 0 while that can't be said yet. */
gint64 porch_joiner_get_pace (PorchJoiner *self, gint64 now);

/* "waiting", "running", "done", "no-space", "left": on the wire, the bus, in JSON. */
const char *porch_joiner_state_to_string (PorchJoinerState state);
gboolean porch_joiner_state_from_string (const char *text, PorchJoinerState *state);

G_END_DECLS
