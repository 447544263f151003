/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Something that this device hands out: an offer whose audience is whoever joined. Main thread. Owned by the PorchHandoutBook.
 * Signal "changed": anything of what the functions below give is new; at most once a second, but at once for another state. */
#pragma once

#include "handout/porch-joiner.h"
#include "transfer/porch-offer.h"

G_BEGIN_DECLS

/* Their numbers are in the state database. */
typedef enum
{
  PORCH_HANDOUT_PREPARING,
  PORCH_HANDOUT_OPEN,
  PORCH_HANDOUT_ENDED,
  PORCH_HANDOUT_FAILED
} PorchHandoutState;

#define PORCH_HANDOUT_DIGITS 6

#define PORCH_TYPE_HANDOUT (porch_handout_get_type ())
G_DECLARE_FINAL_TYPE (PorchHandout, porch_handout, PORCH, HANDOUT, GObject)

const char *porch_handout_get_id (PorchHandout *self); /* 32 hex digits */
const char *porch_handout_get_title (PorchHandout *self);
const char *porch_handout_get_number (PorchHandout *self); /* six digits */
PorchHandoutState porch_handout_get_state (PorchHandout *self);
const char *porch_handout_get_problem (PorchHandout *self); /* (nullable) why FAILED, or what is left out */
PorchOffer *porch_handout_get_offer (PorchHandout *self);   /* (nullable) what joiners are told; NULL while PREPARING */
gint64 porch_handout_get_created (PorchHandout *self);      /* unix s */
/* (transfer none) of PorchJoiner, in the order of joining. */
GPtrArray *porch_handout_get_joiners (PorchHandout *self);
PorchJoiner *porch_handout_find_joiner (PorchHandout *self, const PorchDeviceId *device); /* (nullable) */
guint porch_handout_count (PorchHandout *self, PorchJoinerState state);

/* Of all who are here and of what has left: bytes done and to do; of those who are here the rate and when the last one has it
 * (-1: can't be said). */
gint64 porch_handout_get_bytes_done (PorchHandout *self);
gint64 porch_handout_get_bytes_total (PorchHandout *self);
gint64 porch_handout_get_rate (PorchHandout *self);
gint64 porch_handout_get_time_left (PorchHandout *self);
/* Everybody who is here has it, and somebody is: the giver may go. */
gboolean porch_handout_is_in_room (PorchHandout *self);

const char *porch_handout_state_to_string (PorchHandoutState state);

G_END_DECLS
