/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request of /pair that waits for its answer: answered exactly once. Main thread. */
#pragma once

#include "pairing/porch-pairing.h"

G_BEGIN_DECLS

typedef struct {
  PorchPairingReply reply; /* NULL once answered */
  gpointer          data;
  GDestroyNotify    free_data;
} PorchPairingHeld;

/* Takes @answer or @error; does nothing when it was answered before. */
void porch_pairing_held_answer (PorchPairingHeld *self, JsonObject *answer, GError *error);
/* {"match":…} */
void porch_pairing_held_match (PorchPairingHeld *self, gboolean match);
void porch_pairing_held_error (PorchPairingHeld *self, int code, const char *message);
/* Moves it out, so that it may be kept. */
PorchPairingHeld porch_pairing_held_steal (PorchPairingHeld *self);
/* 64 lower-case hex digits, or an error. */
gboolean    porch_pairing_get_hex (JsonObject *body, const char *member, guint8 bytes[32], GError **error);
JsonObject *porch_pairing_new_hex (const char *member, const guint8 bytes[32]);

G_END_DECLS
