/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The states of a transfer, their names and which moves between them are legal. Pure functions. */
#include "config.h"

#include "transfer/porch-transfer-private.h"

#define S(state) (1u << PORCH_TRANSFER_##state)
#define STOP (S (PAUSED) | S (CANCELLED) | S (FAILED))

/* From → to. DONE, DECLINED and CANCELLED are final; a FAILED one may be tried again.
 * STALLED goes on by itself: through CONNECTING, or straight to where it was. */
static const struct {
  const char *name;
  guint32     next;
} states[] = {
  [PORCH_TRANSFER_QUEUED] = { "queued", S (PREPARING) | S (WAITING) | S (CONNECTING) | S (STALLED) | STOP },
  [PORCH_TRANSFER_PREPARING] = { "preparing", S (QUEUED) | S (WAITING) | S (STALLED) | STOP },
  [PORCH_TRANSFER_WAITING] = { "waiting", S (RUNNING) | S (STALLED) | S (DONE) | S (DECLINED) | STOP },
  [PORCH_TRANSFER_CONNECTING] = { "connecting", S (QUEUED) | S (RUNNING) | S (STALLED) | S (SETTLING) | STOP },
  [PORCH_TRANSFER_RUNNING] = { "running", S (QUEUED) | S (STALLED) | S (SETTLING) | S (DONE) | STOP },
  [PORCH_TRANSFER_STALLED] = { "stalled", S (QUEUED) | S (PREPARING) | S (WAITING) | S (CONNECTING) | S (RUNNING) | S (SETTLING)
                                            | S (DONE) | S (DECLINED) | STOP },
  [PORCH_TRANSFER_PAUSED] = { "paused", S (QUEUED) | S (CANCELLED) | S (FAILED) },
  [PORCH_TRANSFER_SETTLING] = { "settling", S (QUEUED) | S (STALLED) | S (DONE) | STOP },
  [PORCH_TRANSFER_DONE] = { "done", 0 },
  [PORCH_TRANSFER_DECLINED] = { "declined", 0 },
  [PORCH_TRANSFER_CANCELLED] = { "cancelled", 0 },
  [PORCH_TRANSFER_FAILED] = { "failed", S (QUEUED) | S (CANCELLED) },
};

gboolean
porch_transfer_state_can_move (PorchTransferState from, PorchTransferState to)
{
  if ((guint) from >= G_N_ELEMENTS (states) || (guint) to >= G_N_ELEMENTS (states))
    return FALSE;
  return (states[from].next & (1u << to)) != 0;
}

gboolean
porch_transfer_state_is_live (PorchTransferState state)
{
  return (S (DONE) | S (DECLINED) | S (CANCELLED) | S (FAILED)) & (1u << state) ? FALSE : TRUE;
}

const char *
porch_transfer_state_to_string (PorchTransferState state)
{
  return (guint) state < G_N_ELEMENTS (states) ? states[state].name : "failed";
}

const char *
porch_transfer_kind_to_string (PorchTransferKind kind)
{
  static const char *const names[] = { "download", "receive", "send" };

  return (guint) kind < G_N_ELEMENTS (names) ? names[kind] : "download";
}
