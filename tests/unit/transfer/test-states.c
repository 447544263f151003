/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which moves a transfer may make, and that a worker that was stopped can't move it any more. */
#include "config.h"

#include "test-giver.h"
#include "test-tree.h"

#include <string.h>

#define N_STATES (PORCH_TRANSFER_FAILED + 1)

static gboolean
is_final (PorchTransferState state)
{
  return state == PORCH_TRANSFER_DONE || state == PORCH_TRANSFER_DECLINED || state == PORCH_TRANSFER_CANCELLED;
}

static void
test_table (void)
{
  for (guint from = 0; from < N_STATES; from++)
    {
      g_assert_cmpstr (porch_transfer_state_to_string (from), !=, NULL);
      g_assert_cmpint (porch_transfer_state_is_live (from), ==, !is_final (from) && from != PORCH_TRANSFER_FAILED);
      for (guint to = 0; to < N_STATES; to++)
        {
          gboolean can = porch_transfer_state_can_move (from, to);

          if (is_final (from))
            g_assert_false (can);
          /* From wherever it lives it can be paused, cancelled, or fail. */
          if (porch_transfer_state_is_live (from) && (to == PORCH_TRANSFER_CANCELLED || to == PORCH_TRANSFER_FAILED))
            g_assert_true (can);
          if (porch_transfer_state_is_live (from) && to == PORCH_TRANSFER_PAUSED && from != PORCH_TRANSFER_PAUSED)
            g_assert_true (can);
          /* Nothing but settling, waiting or running (a send) ends well. */
          if (to == PORCH_TRANSFER_DONE && can)
            g_assert_true (from == PORCH_TRANSFER_SETTLING || from == PORCH_TRANSFER_WAITING || from == PORCH_TRANSFER_RUNNING
                           || from == PORCH_TRANSFER_STALLED);
          if (from == PORCH_TRANSFER_PAUSED && can)
            g_assert_true (to == PORCH_TRANSFER_QUEUED || to == PORCH_TRANSFER_CANCELLED || to == PORCH_TRANSFER_FAILED);
        }
    }
  g_assert_false (porch_transfer_state_can_move (1000, 0));
  g_assert_false (porch_transfer_state_can_move (0, 1000));
}

static guint notified;

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  notified++;
}

static void
test_stopped_run (void)
{
  char *target = test_tree_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchStore) store = porch_store_new (":memory:", NULL, &error);
  g_autoptr (PorchTransfer) transfer = test_giver_download (store, (const char *const[]){ "x", NULL }, target);
  g_autoptr (GCancellable) first = porch_transfer_begin_run (transfer);
  g_autoptr (GCancellable) second = NULL;

  g_assert_true (porch_transfer_worker_move (transfer, first, PORCH_TRANSFER_CONNECTING, NULL));
  g_assert_false (porch_transfer_worker_move (transfer, first, PORCH_TRANSFER_DONE, NULL));
  porch_transfer_stop_run (transfer);
  g_assert_true (g_cancellable_is_cancelled (first));
  g_assert_false (porch_transfer_worker_move (transfer, first, PORCH_TRANSFER_RUNNING, NULL));
  g_assert_true (porch_transfer_move (transfer, PORCH_TRANSFER_PAUSED, NULL));
  g_assert_cmpint (porch_transfer_get_state (transfer), ==, PORCH_TRANSFER_PAUSED);
  g_assert_true (porch_transfer_move (transfer, PORCH_TRANSFER_QUEUED, NULL));
  second = porch_transfer_begin_run (transfer);
  g_assert_false (porch_transfer_worker_move (transfer, first, PORCH_TRANSFER_CONNECTING, NULL));
  g_assert_true (porch_transfer_worker_move (transfer, second, PORCH_TRANSFER_CONNECTING, NULL));
  test_tree_remove (target);
}

/* Numbers are shown when they are sampled, not before, and only what changed is told. */
static void
test_sample (void)
{
  char *target = test_tree_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchStore) store = porch_store_new (":memory:", NULL, &error);
  g_autoptr (PorchTransfer) transfer = test_giver_download (store, (const char *const[]){ "x", NULL }, target);

  g_signal_connect (transfer, "notify::bytes-done", G_CALLBACK (on_notify), NULL);
  for (guint i = 0; i < 1000; i++)
    porch_transfer_add_done (transfer, 10, 0);
  g_assert_cmpint (porch_transfer_get_bytes_done (transfer), ==, 0);
  porch_transfer_sample (transfer, 1);
  porch_transfer_sample (transfer, 2);
  g_assert_cmpint (porch_transfer_get_bytes_done (transfer), ==, 10000);
  g_assert_cmpuint (notified, ==, 1);
  test_tree_remove (target);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/states/table", test_table);
  g_test_add_func ("/states/stopped-run", test_stopped_run);
  g_test_add_func ("/states/sample", test_sample);
  return g_test_run ();
}
