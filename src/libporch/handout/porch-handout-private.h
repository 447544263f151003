/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the book does to a PorchHandout. Main thread. */
#pragma once

#include "handout/porch-handout.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

PorchHandout *porch_handout_new (const char *id, const char *number, const char *title, PorchHandoutState state,
                                 gint64 created);
/* Takes @offer: the manifest is written. */
void porch_handout_take_offer (PorchHandout *self, PorchOffer *offer);
void porch_handout_set_state (PorchHandout *self, PorchHandoutState state);
void porch_handout_set_problem (PorchHandout *self, const char *problem);
/* What is handed out: (transfer none) names on the wire, local paths, raw bytes. */
void porch_handout_set_items (PorchHandout *self, const char *const *names, const char *const *locals);
const char *const *porch_handout_get_names (PorchHandout *self);
const char *const *porch_handout_get_locals (PorchHandout *self);

void porch_handout_add_joiner (PorchHandout *self, PorchJoiner *joiner); /* takes it */
void porch_handout_remove_joiner (PorchHandout *self, PorchJoiner *joiner);
/* Looks how far everybody is. @moved is called for each joiner whose state is another one. TRUE while somebody is on the way or
 * may leave: it is to be called again in a second. */
gboolean porch_handout_update (PorchHandout *self, gint64 now,
                               void (*moved) (PorchHandout *self, PorchJoiner *joiner, gpointer data), gpointer data);
void porch_handout_changed (PorchHandout *self);
/* (transfer full): the answer to who joined: the offer and the title. */
JsonObject *porch_handout_describe (PorchHandout *self);

G_END_DECLS
