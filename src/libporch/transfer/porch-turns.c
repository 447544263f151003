/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-turns.h"

/* Workers that hold no place: sends that wait, and tries to reach somebody. */
#define MAX_UNPLACED 64

static gboolean
is_send (PorchJob *job)
{
  return porch_transfer_get_kind (job->transfer) == PORCH_TRANSFER_SEND;
}

static void
try_start (PorchJob *job, PorchWorkers *workers, gboolean held, gint64 now)
{
  PorchTransferState state = porch_transfer_get_live_state (job->transfer);

  if (job->thread != NULL)
    return;
  if (job->clean)
    porch_workers_begin (workers, job, FALSE, TRUE);
  else if (held && !is_send (job))
    return;
  else if (state == PORCH_TRANSFER_QUEUED && !is_send (job))
    {
      if (porch_workers_claim_place (workers))
        porch_workers_begin (workers, job, TRUE, FALSE);
    }
  else if ((state == PORCH_TRANSFER_QUEUED || state == PORCH_TRANSFER_STALLED || state == PORCH_TRANSFER_WAITING)
           && now >= job->retry_at && porch_workers_count (workers) < MAX_UNPLACED)
    porch_workers_begin (workers, job, FALSE, FALSE);
}

void
porch_turns_start (GPtrArray *jobs, PorchWorkers *workers, gboolean held, gint64 now)
{
  for (guint i = 0; i < jobs->len; i++)
    try_start (g_ptr_array_index (jobs, i), workers, held, now);
}

void
porch_turns_number (GPtrArray *jobs)
{
  guint position = 0;

  for (guint i = 0; i < jobs->len; i++)
    {
      PorchJob *job = g_ptr_array_index (jobs, i);
      PorchTransferState state = porch_transfer_get_live_state (job->transfer);
      gboolean waits = state == PORCH_TRANSFER_QUEUED && job->thread == NULL && !is_send (job);

      porch_transfer_set_position (job->transfer, waits ? ++position : 0);
      porch_job_want_peer (job, porch_transfer_state_is_live (state) && state != PORCH_TRANSFER_PAUSED);
    }
}

gint64
porch_turns_next_try (GPtrArray *jobs, gint64 now)
{
  gint64 next = G_MAXINT64;

  for (guint i = 0; i < jobs->len; i++)
    {
      PorchJob *job = g_ptr_array_index (jobs, i);
      PorchTransferState state = porch_transfer_get_live_state (job->transfer);

      if (job->thread == NULL && job->retry_at > now
          && (state == PORCH_TRANSFER_STALLED || state == PORCH_TRANSFER_WAITING || state == PORCH_TRANSFER_QUEUED))
        next = MIN (next, job->retry_at);
    }
  return next;
}
