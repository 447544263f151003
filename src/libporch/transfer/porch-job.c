/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-job.h"

/* Longest pause between two tries, seconds: with three seconds for a dial it goes on within ten of the peer's return. */
#define MAX_BACK_OFF 4

PorchJob *
porch_job_new (PorchTransfer *transfer, PorchPeerList *peers)
{
  PorchJob *job = g_new0 (PorchJob, 1);

  job->transfer = g_object_ref (transfer);
  job->peers = peers;
  return job;
}

static void
drop_peer (PorchJob *job)
{
  if (job->peer == NULL)
    return;
  porch_job_want_peer (job, FALSE);
  g_signal_handler_disconnect (job->peer, job->peer_handler);
  porch_peer_list_release (job->peers, job->peer);
  g_clear_object (&job->peer);
}

void
porch_job_free (PorchJob *job)
{
  drop_peer (job);
  g_clear_object (&job->run);
  g_clear_object (&job->transfer);
  g_free (job);
}

void
porch_job_update_addresses (PorchJob *job)
{
  if (job->peer != NULL)
    porch_transfer_set_addresses (job->transfer, porch_peer_dup_addresses (job->peer));
}

void
porch_job_find_peer (PorchJob *job, GCallback callback, gpointer data)
{
  PorchPeer *peer;

  if (job->peer != NULL)
    return;
  peer = porch_peer_list_lookup (job->peers, porch_transfer_get_peer (job->transfer));
  if (peer == NULL)
    return;
  job->peer = g_object_ref (peer);
  porch_peer_list_hold (job->peers, peer);
  job->peer_handler = g_signal_connect (peer, "notify", callback, data);
  porch_job_update_addresses (job);
}

void
porch_job_want_peer (PorchJob *job, gboolean want)
{
  if (job->peer == NULL || job->wanted == want)
    return;
  job->wanted = want;
  if (want)
    porch_peer_list_want (job->peers, job->peer);
  else
    porch_peer_list_unwant (job->peers, job->peer);
}

void
porch_job_back_off (PorchJob *job, gint64 now)
{
  guint seconds = MIN (1 + job->failures, MAX_BACK_OFF);

  job->failures++;
  job->retry_at = now + seconds * G_USEC_PER_SEC;
}

void
porch_job_forget_failures (PorchJob *job)
{
  job->failures = 0;
  job->retry_at = 0;
}
