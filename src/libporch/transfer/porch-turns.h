/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose turn it is: which of the queue's jobs get a worker now, and when it is to be looked at again. Main thread. */
#pragma once

#include "transfer/porch-workers.h"

G_BEGIN_DECLS

/* @jobs: of PorchJob, oldest first. @held: only sends, and what is to be cleaned up. @now: monotonic µs. */
void   porch_turns_start (GPtrArray *jobs, PorchWorkers *workers, gboolean held, gint64 now);
/* Those that wait for a place get their number in the line; the peers of those that go on are wanted. */
void   porch_turns_number (GPtrArray *jobs);
/* When the next one that stalled is to be tried again; G_MAXINT64: none waits for that. */
gint64 porch_turns_next_try (GPtrArray *jobs, gint64 now);

G_END_DECLS
