/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transfers between two whole devices over real TLS on 127.0.0.1. */
#include "config.h"

#include "identity/porch-pin-database.h"
#include "porch-error.h"
#include "test-device.h"
#include "test-tree.h"
#include "transfer/porch-transfer-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MIB (1024 * 1024)

typedef struct {
  TestDevice *ada, *ben; /* Ada has, Ben takes */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->ada = test_device_new ("Ada", GPOINTER_TO_INT (data));
  f->ben = test_device_new ("Ben", FALSE);
  if (!f->ada->firewalled)
    test_device_meet (f->ben, f->ada);
  test_device_meet (f->ada, f->ben);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  test_device_free (f->ben);
  test_device_free (f->ada);
}

static PorchTransfer *
get (Fixture *f, const char *share, const char *path)
{
  g_autoptr (GError) error = NULL;
  PorchTransfer *transfer = porch_transfer_queue_download (f->ben->queue, test_device_id (f->ada), share, "Films",
                                                           (const char *const[]){ path, NULL }, f->ben->downloads, &error);

  g_assert_no_error (error);
  return transfer;
}

static void
assert_same (const char *source, const char *target)
{
  g_auto (GStrv) want = test_tree_read (source);

  test_tree_assert (target, (const char *const *) want);
}

static void
test_get_folder (Fixture *f, gconstpointer data)
{
  PorchTransfer *transfer;

  test_tree_fill (f->ada->shared, (const char *const[]){ "d/big*7000000", "d/empty/", "d/a=1", "d/e/\xc3\xa9t\xc3\xa9=2", "d/none=", NULL });
  transfer = get (f, test_device_share (f->ada), "d");
  test_device_wait (transfer, PORCH_TRANSFER_DONE, 30);
  assert_same (f->ada->shared, f->ben->downloads);
}

static void
test_get_file (Fixture *f, gconstpointer data)
{
  PorchTransfer *transfer;

  test_tree_fill (f->ada->shared, (const char *const[]){ "d/file=hello", NULL });
  transfer = get (f, test_device_share (f->ada), "d/file");
  test_device_wait (transfer, PORCH_TRANSFER_DONE, 30);
  test_tree_assert (f->ben->downloads, (const char *const[]){ "file=hello", NULL });
}

/* A share that is not for Ben, one that does not exist, a path that is not there: all the same, in words. */
static void
test_not_shared (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PorchTransfer *hidden, *unknown, *missing;
  PorchShare *share;
  const char *open;

  test_tree_fill (f->ada->shared, (const char *const[]){ "d/file=hello", "secret/x=1", NULL });
  open = test_device_share (f->ada);
  {
    g_autofree char *path = g_build_filename (f->ada->shared, "secret", NULL);

    share = porch_share_list_add (f->ada->shares, path, "Secret", PORCH_AUDIENCE_TRUSTED, NULL, FALSE, &error);
    g_assert_no_error (error);
  }
  hidden = get (f, porch_share_get_id (share), "");
  unknown = get (f, "00000000000000aa", "");
  missing = get (f, open, "nothing");
  test_device_wait (hidden, PORCH_TRANSFER_FAILED, 30);
  test_device_wait (unknown, PORCH_TRANSFER_FAILED, 30);
  test_device_wait (missing, PORCH_TRANSFER_FAILED, 30);
  g_assert_cmpstr (porch_transfer_get_error (hidden)->message, ==, porch_transfer_get_error (unknown)->message);
  g_assert_cmpstr (porch_transfer_get_error (hidden)->message, ==, porch_transfer_get_error (missing)->message);
  test_tree_assert (f->ben->downloads, (const char *const[]){ NULL });
}

/* The giver goes away in the middle and comes back: it goes on by itself, soon, and fetches no block twice but those on their way. */
static void
test_giver_restarts (Fixture *f, gconstpointer data)
{
  PorchTransfer *transfer;
  gint64 done, start;

  test_tree_fill (f->ada->shared, (const char *const[]){ "big*120000000", NULL });
  transfer = get (f, test_device_share (f->ada), "big");
  test_device_wait_bytes (transfer, 10 * MIB, 30);
  test_device_stop (f->ada);
  if (porch_transfer_get_state (transfer) == PORCH_TRANSFER_DONE)
    g_error ("it was too fast to be interrupted");
  test_device_wait (transfer, PORCH_TRANSFER_STALLED, 20);
  done = porch_transfer_get_bytes_done (transfer);
  g_assert_nonnull (porch_transfer_get_error (transfer));
  test_device_pass (3000);
  g_assert_cmpint (porch_transfer_get_state (transfer), ==, PORCH_TRANSFER_STALLED);
  test_device_start (f->ada);
  start = g_get_monotonic_time ();
  test_device_wait_bytes (transfer, done + 1, 15);
  g_test_message ("went on after %.1f s", (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
  test_device_wait (transfer, PORCH_TRANSFER_DONE, 60);
  assert_same (f->ada->shared, f->ben->downloads);
}

/* Our own restart: it is in the list again and goes on. */
static void
test_taker_restarts (Fixture *f, gconstpointer data)
{
  PorchTransfer *transfer;
  g_autofree char *id = NULL;

  test_tree_fill (f->ada->shared, (const char *const[]){ "d/big*120000000", "d/a=1", NULL });
  transfer = get (f, test_device_share (f->ada), "d");
  id = g_strdup (porch_transfer_get_id (transfer));
  test_device_wait_bytes (transfer, 10 * MIB, 30);
  test_device_stop (f->ben);
  test_device_start (f->ben);
  test_device_meet (f->ben, f->ada);
  transfer = porch_transfer_queue_lookup (f->ben->queue, id);
  g_assert_nonnull (transfer);
  g_assert_cmpint (porch_transfer_get_bytes_done (transfer), >=, MIB);
  test_device_wait (transfer, PORCH_TRANSFER_DONE, 60);
  assert_same (f->ada->shared, f->ben->downloads);
}

static void
test_pause_resume_cancel (Fixture *f, gconstpointer data)
{
  PorchTransfer *transfer;
  gint64 done;

  test_tree_fill (f->ada->shared, (const char *const[]){ "big*200000000", NULL });
  transfer = get (f, test_device_share (f->ada), "big");
  porch_transfer_pause (transfer);
  g_assert_cmpint (porch_transfer_get_state (transfer), ==, PORCH_TRANSFER_PAUSED);
  test_device_pass (100);
  g_assert_cmpint (porch_transfer_get_bytes_done (transfer), ==, 0);
  porch_transfer_resume (transfer);
  test_device_wait_bytes (transfer, 8 * MIB, 30);
  porch_transfer_pause (transfer);
  test_device_pass (300);
  done = porch_transfer_get_bytes_done (transfer);
  test_device_pass (300);
  g_assert_cmpint (porch_transfer_get_bytes_done (transfer), ==, done);
  g_assert_cmpint (porch_transfer_get_state (transfer), ==, PORCH_TRANSFER_PAUSED);
  porch_transfer_resume (transfer);
  test_device_wait_bytes (transfer, done + 8 * MIB, 30);
  porch_transfer_cancel (transfer);
  g_assert_cmpint (porch_transfer_get_state (transfer), ==, PORCH_TRANSFER_CANCELLED);
  test_device_pass (500);
  test_tree_assert (f->ben->downloads, (const char *const[]){ NULL });
  porch_transfer_resume (transfer);
  porch_transfer_pause (transfer);
  g_assert_cmpint (porch_transfer_get_state (transfer), ==, PORCH_TRANSFER_CANCELLED);
  porch_transfer_queue_clear (f->ben->queue, transfer);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->ben->queue)), ==, 0);
}

static void
cancel_now (Fixture *f, PorchTransfer *transfer, PorchTransferState state)
{
  g_assert_cmpstr (porch_transfer_state_to_string (porch_transfer_get_state (transfer)), ==, porch_transfer_state_to_string (state));
  porch_transfer_cancel (transfer);
  g_assert_cmpint (porch_transfer_get_state (transfer), ==, PORCH_TRANSFER_CANCELLED);
  test_device_pass (200);
  g_assert_cmpint (porch_transfer_get_state (transfer), ==, PORCH_TRANSFER_CANCELLED);
}

static void
on_passing_state (PorchTransfer *transfer, GParamSpec *pspec, gpointer data)
{
  if (porch_transfer_get_state (transfer) == (PorchTransferState) GPOINTER_TO_INT (data))
    porch_transfer_cancel (transfer);
}

/* For states that pass in a moment and may not even be seen: FALSE. */
static gboolean
cancel_in (PorchTransfer *transfer, PorchTransferState state)
{
  g_signal_connect (transfer, "notify::state", G_CALLBACK (on_passing_state), GINT_TO_POINTER (state));
  for (guint i = 0; i < 500 && porch_transfer_is_live (transfer); i++)
    test_device_pass (20);
  test_device_pass (100);
  return porch_transfer_get_state (transfer) == PORCH_TRANSFER_CANCELLED;
}

static void
cancel_passing (Fixture *f, const char *share)
{
  g_autofree char *folder = g_build_filename (f->ada->shared, "d", NULL);
  const char *paths[] = { folder, NULL };
  gboolean connecting = FALSE, preparing = FALSE;

  for (guint i = 0; i < 20 && !connecting; i++)
    connecting = cancel_in (get (f, share, "d"), PORCH_TRANSFER_CONNECTING);
  for (guint i = 0; i < 20 && !preparing; i++)
    preparing = cancel_in (porch_transfer_queue_send (f->ada->queue, test_device_id (f->ben), paths, NULL, NULL),
                           PORCH_TRANSFER_PREPARING);
  g_assert_true (connecting && preparing);
}

static gboolean
holds_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!g_file_test (path, G_FILE_TEST_IS_DIR))
        return TRUE;
    }
  return FALSE;
}

/* RUNNING has a test of its own above; sends theirs below. */
static void
test_cancel_in_every_state (Fixture *f, gconstpointer data)
{
  PorchTransfer *transfer, *running;
  g_autofree char *share = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 2000; i++)
    g_ptr_array_add (names, g_strdup_printf ("d/%u/", i));
  g_ptr_array_add (names, NULL);
  test_tree_fill (f->ada->shared, (const char *const[]){ "big*400000000", "small=1", NULL });
  test_tree_fill (f->ada->shared, (const char *const *) names->pdata);
  share = g_strdup (test_device_share (f->ada));
  cancel_now (f, get (f, share, "big"), PORCH_TRANSFER_QUEUED);
  g_object_set (f->ben->queue, "max-running", 1, NULL);
  running = get (f, share, "big");
  transfer = get (f, share, "small");
  test_device_wait (running, PORCH_TRANSFER_RUNNING, 20);
  cancel_now (f, transfer, PORCH_TRANSFER_QUEUED);
  porch_transfer_pause (running);
  cancel_now (f, running, PORCH_TRANSFER_PAUSED);
  transfer = get (f, share, "nothing");
  test_device_wait (transfer, PORCH_TRANSFER_FAILED, 20);
  cancel_now (f, transfer, PORCH_TRANSFER_FAILED);
  cancel_passing (f, share);
  test_device_stop (f->ada);
  transfer = get (f, share, "small");
  test_device_wait (transfer, PORCH_TRANSFER_STALLED, 20);
  cancel_now (f, transfer, PORCH_TRANSFER_STALLED);
  g_assert_false (holds_files (f->ben->downloads));
}

/* Only so many at once; the others wait in order and say which they are. */
static void
test_queue (Fixture *f, gconstpointer data)
{
  PorchTransfer *transfers[5];
  const char *share;

  test_tree_fill (f->ada->shared, (const char *const[]){ "0*40000000", "1*40000000", "2=2", "3=3", "4=4", NULL });
  share = test_device_share (f->ada);
  g_object_set (f->ben->queue, "max-running", 1, NULL);
  for (guint i = 0; i < 5; i++)
    {
      char path[2] = { (char) ('0' + i), 0 };

      transfers[i] = get (f, share, path);
    }
  test_device_wait (transfers[0], PORCH_TRANSFER_RUNNING, 10);
  g_assert_cmpint (porch_transfer_get_state (transfers[1]), ==, PORCH_TRANSFER_QUEUED);
  g_assert_cmpuint (porch_transfer_get_queue_position (transfers[1]), ==, 1);
  g_assert_cmpuint (porch_transfer_get_queue_position (transfers[4]), ==, 4);
  test_device_wait (transfers[4], PORCH_TRANSFER_DONE, 60);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (porch_transfer_get_state (transfers[i]), ==, PORCH_TRANSFER_DONE);
  assert_same (f->ada->shared, f->ben->downloads);
}

/* Nobody there: it waits, and goes on when they come. */
static void
test_away_at_first (Fixture *f, gconstpointer data)
{
  PorchTransfer *transfer;
  g_autofree char *share = NULL;

  test_tree_fill (f->ada->shared, (const char *const[]){ "a=1", NULL });
  share = g_strdup (test_device_share (f->ada));
  test_device_stop (f->ada);
  transfer = get (f, share, "a");
  test_device_wait (transfer, PORCH_TRANSFER_STALLED, 10);
  test_device_start (f->ada);
  test_device_wait (transfer, PORCH_TRANSFER_DONE, 10);
}

/* Sends: Ada hands over to Ben. */

static PorchTransfer *
send (Fixture *f, const char *const *names)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  PorchTransfer *transfer;

  for (guint i = 0; names[i]; i++)
    g_ptr_array_add (paths, g_build_filename (f->ada->shared, names[i], NULL));
  g_ptr_array_add (paths, NULL);
  transfer = porch_transfer_queue_send (f->ada->queue, test_device_id (f->ben), (const char *const *) paths->pdata, NULL, &error);
  g_assert_no_error (error);
  return transfer;
}

static PorchTransfer *
accept (Fixture *f, PorchOffer *offer, const char *target)
{
  g_autoptr (GError) error = NULL;
  PorchTransfer *transfer = porch_offer_book_accept (f->ben->book, offer, target, &error);

  g_assert_no_error (error);
  return transfer;
}

static void
test_send_folder (Fixture *f, gconstpointer data)
{
  PorchTransfer *out, *in;
  PorchOffer *offer;

  test_tree_fill (f->ada->shared, (const char *const[]){ "d/big*9000000", "d/empty/", "d/a=1", "x=2", NULL });
  out = send (f, (const char *const[]){ "d", "x", NULL });
  offer = test_device_wait_offer (f->ben, 20);
  g_assert_cmpint (porch_offer_get_files (offer), ==, 3);
  g_assert_cmpint (porch_offer_get_bytes (offer), ==, 9000002);
  g_assert_cmpstr (porch_offer_get_names (offer)[0], ==, "d");
  test_device_wait (out, PORCH_TRANSFER_WAITING, 10);
  test_device_pass (200);
  test_tree_assert (f->ben->downloads, (const char *const[]){ NULL });
  in = accept (f, offer, NULL);
  test_device_wait (in, PORCH_TRANSFER_DONE, 60);
  test_device_wait (out, PORCH_TRANSFER_DONE, 30);
  assert_same (f->ada->shared, f->ben->downloads);
  g_assert_cmpint (porch_transfer_get_bytes_done (out), ==, 9000002);
  g_assert_cmpint (porch_offer_get_state (offer), ==, PORCH_OFFER_DONE);
}

/* More than three loose files come in a folder of their own, unless the person chose one. */
static void
test_send_loose (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "1", "2", "3", "4", NULL };
  PorchTransfer *in;
  g_auto (GStrv) results = NULL;
  g_autofree char *chosen = g_build_filename (f->ben->downloads, "chosen", NULL);

  test_tree_fill (f->ada->shared, (const char *const[]){ "1=1", "2=2", "3=3", "4=4", NULL });
  send (f, names);
  in = accept (f, test_device_wait_offer (f->ben, 20), NULL);
  test_device_wait (in, PORCH_TRANSFER_DONE, 30);
  results = porch_transfer_dup_results (in);
  g_assert_nonnull (strstr (results[0], "From Ada"));
  assert_same (f->ada->shared, results[0]);
  g_assert_cmpint (g_mkdir (chosen, 0755), ==, 0);
  send (f, names);
  in = accept (f, test_device_wait_offer (f->ben, 20), chosen);
  test_device_wait (in, PORCH_TRANSFER_DONE, 30);
  assert_same (f->ada->shared, chosen);
}

static void
test_decline (Fixture *f, gconstpointer data)
{
  PorchTransfer *out;
  g_autoptr (GError) error = NULL;

  test_tree_fill (f->ada->shared, (const char *const[]){ "x=2", NULL });
  out = send (f, (const char *const[]){ "x", NULL });
  g_assert_true (porch_offer_book_decline (f->ben->book, test_device_wait_offer (f->ben, 20), &error));
  test_device_wait (out, PORCH_TRANSFER_DECLINED, 10);
  test_tree_assert (f->ben->downloads, (const char *const[]){ NULL });
}

static void
test_withdraw (Fixture *f, gconstpointer data)
{
  PorchTransfer *out;
  g_autoptr (PorchOffer) offer = NULL;

  test_tree_fill (f->ada->shared, (const char *const[]){ "x=2", NULL });
  out = send (f, (const char *const[]){ "x", NULL });
  offer = g_object_ref (test_device_wait_offer (f->ben, 20));
  porch_transfer_cancel (out);
  g_assert_cmpint (porch_transfer_get_state (out), ==, PORCH_TRANSFER_CANCELLED);
  for (guint i = 0; i < 50 && porch_offer_get_state (offer) == PORCH_OFFER_PENDING; i++)
    test_device_pass (100);
  g_assert_cmpint (porch_offer_get_state (offer), ==, PORCH_OFFER_WITHDRAWN);
  test_device_pass (100);
}

/* The receiver is away, and so is the sender afterwards: it learns it when both are here again, and is asked nothing more. */
static void
test_withdraw_while_away (Fixture *f, gconstpointer data)
{
  g_autofree char *id = NULL;
  PorchTransfer *out;
  guint shown = 1;

  test_tree_fill (f->ada->shared, (const char *const[]){ "x=2", NULL });
  out = send (f, (const char *const[]){ "x", NULL });
  id = g_strdup (porch_offer_get_id (test_device_wait_offer (f->ben, 20)));
  test_device_stop (f->ben);
  porch_transfer_cancel (out);
  porch_transfer_queue_clear (f->ada->queue, out);
  test_device_pass (1500); /* tried, in vain */
  test_device_stop (f->ada);
  test_device_start (f->ben);
  g_assert_nonnull (test_device_wait_offer (f->ben, 5)); /* it still waits for an answer there */
  test_device_start (f->ada);
  test_device_meet (f->ada, f->ben);
  for (guint i = 0; i < 50 && shown > 0; i++)
    {
      test_device_pass (100);
      shown = g_list_model_get_n_items (G_LIST_MODEL (f->ben->book));
    }
  g_assert_cmpuint (shown, ==, 0);
  g_assert_null (porch_offer_book_lookup (f->ben->book, test_device_id (f->ada), id, TRUE));
  /* Told once is enough. */
  test_device_pass (300);
  test_device_stop (f->ada);
  test_device_start (f->ada);
  g_assert_null (porch_offer_book_lookup (f->ada->book, test_device_id (f->ben), id, FALSE));
}

/* One act of sending to several: what they have in common outlives the program. */
static void
test_batch (Fixture *f, gconstpointer data)
{
  PorchTransfer *out
      = porch_transfer_queue_send_one_of (f->ada->queue, test_device_id (f->ben), NULL, "hello", "f00d", NULL);
  g_autofree char *id = g_strdup (porch_transfer_get_id (out));

  g_assert_cmpstr (porch_transfer_get_batch (out), ==, "f00d");
  test_device_wait (out, PORCH_TRANSFER_DONE, 10);
  test_device_stop (f->ada);
  test_device_start (f->ada);
  g_assert_cmpstr (porch_transfer_get_batch (porch_transfer_queue_lookup (f->ada->queue, id)), ==, "f00d");
}

static void
test_text (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PorchTransfer *out
      = porch_transfer_queue_send (f->ada->queue, test_device_id (f->ben), NULL, "hello\nworld", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (porch_transfer_get_title (out), ==, "hello");
  g_assert_cmpstr (porch_offer_get_text (test_device_wait_offer (f->ben, 20)), ==, "hello\nworld");
  test_device_wait (out, PORCH_TRANSFER_DONE, 10);
}

/* Both screens show one code while they don't trust each other. */
static void
test_code (Fixture *f, gconstpointer data)
{
  PorchTransfer *out;
  PorchOffer *offer;
  g_autoptr (GError) error = NULL;
  PorchOffer *mine;

  test_tree_fill (f->ada->shared, (const char *const[]){ "x=2", NULL });
  out = send (f, (const char *const[]){ "x", NULL });
  offer = test_device_wait_offer (f->ben, 20);
  test_device_wait (out, PORCH_TRANSFER_WAITING, 10);
  test_device_pass (200);
  g_assert_nonnull (porch_offer_get_code (offer));
  g_assert_cmpstr (porch_offer_get_code (offer), ==, porch_transfer_get_code (out));
  g_assert_true (porch_offer_book_confirm_code (f->ben->book, offer, TRUE, &error));
  test_device_pass (500);
  g_assert_cmpint (porch_trust_table_get (f->ben->trust, test_device_id (f->ada)), ==, PORCH_TRUST_UNKNOWN);
  mine = porch_offer_book_lookup (f->ada->book, test_device_id (f->ben), porch_offer_get_id (offer), FALSE);
  g_assert_true (porch_offer_book_confirm_code (f->ada->book, mine, TRUE, &error));
  for (guint i = 0; i < 50 && porch_trust_table_get (f->ben->trust, test_device_id (f->ada)) != PORCH_TRUST_TRUSTED; i++)
    test_device_pass (100);
  g_assert_cmpint (porch_trust_table_get (f->ben->trust, test_device_id (f->ada)), ==, PORCH_TRUST_TRUSTED);
  for (guint i = 0; i < 50 && porch_trust_table_get (f->ada->trust, test_device_id (f->ben)) != PORCH_TRUST_TRUSTED; i++)
    test_device_pass (100);
  g_assert_cmpint (porch_trust_table_get (f->ada->trust, test_device_id (f->ben)), ==, PORCH_TRUST_TRUSTED);
  g_assert_null (porch_offer_get_code (offer));
}

/* What changed since it was offered: no more than was shown, and the sender's other files come. */
static void
test_send_changed (Fixture *f, gconstpointer data)
{
  g_autofree char *grown = g_build_filename (f->ada->shared, "d", "grown", NULL);
  g_autofree char *same = g_build_filename (f->ada->shared, "d", "added-later", NULL);
  PorchTransfer *in;
  PorchOffer *offer;
  g_autoptr (GPtrArray) problems = NULL;

  test_tree_fill (f->ada->shared, (const char *const[]){ "d/grown=1", "d/x=2", NULL });
  send (f, (const char *const[]){ "d", NULL });
  offer = test_device_wait_offer (f->ben, 20);
  g_assert_true (g_file_set_contents (grown, "much longer than before", -1, NULL));
  g_assert_true (g_file_set_contents (same, "new", -1, NULL));
  in = accept (f, offer, NULL);
  test_device_wait (in, PORCH_TRANSFER_DONE, 30);
  problems = porch_transfer_dup_problems (in);
  g_assert_cmpuint (problems->len, ==, 1);
  test_tree_assert (f->ben->downloads, (const char *const[]){ "d/x=2", NULL });
}

/* The sender's daemon ends and starts while the person thinks. */
static void
test_sender_restarts (Fixture *f, gconstpointer data)
{
  PorchTransfer *out, *in;
  PorchOffer *offer;
  g_autofree char *id = NULL;

  test_tree_fill (f->ada->shared, (const char *const[]){ "x*3000000", NULL });
  out = send (f, (const char *const[]){ "x", NULL });
  id = g_strdup (porch_transfer_get_id (out));
  offer = test_device_wait_offer (f->ben, 20);
  test_device_stop (f->ada);
  in = accept (f, offer, NULL);
  test_device_wait (in, PORCH_TRANSFER_STALLED, 30);
  test_device_start (f->ada);
  test_device_meet (f->ada, f->ben);
  test_device_wait (in, PORCH_TRANSFER_DONE, 20);
  out = porch_transfer_queue_lookup (f->ada->queue, id);
  test_device_wait (out, PORCH_TRANSFER_DONE, 20);
  assert_same (f->ada->shared, f->ben->downloads);
}

static void
test_receiver_restarts (Fixture *f, gconstpointer data)
{
  PorchTransfer *out;
  PorchOffer *offer;

  test_tree_fill (f->ada->shared, (const char *const[]){ "x*3000000", NULL });
  out = send (f, (const char *const[]){ "x", NULL });
  offer = test_device_wait_offer (f->ben, 20);
  test_device_stop (f->ben);
  test_device_pass (1500);
  test_device_start (f->ben);
  test_device_meet (f->ben, f->ada);
  offer = test_device_wait_offer (f->ben, 5);
  accept (f, offer, NULL);
  test_device_wait (out, PORCH_TRANSFER_DONE, 30);
  assert_same (f->ada->shared, f->ben->downloads);
}

typedef struct {
  gint64 last, longest; /* µs */
} Heartbeat;

static gboolean
on_beat (gpointer data)
{
  Heartbeat *beat = data;
  gint64 now = g_get_monotonic_time ();

  beat->longest = MAX (beat->longest, now - beat->last);
  beat->last = now;
  return G_SOURCE_CONTINUE;
}

/* A sender that delivers as fast as it can does not keep the main loop to itself: libsoup reads on as long as there is something. */
static void
test_loop_lives (Fixture *f, gconstpointer data)
{
  Heartbeat beat = { 0, 0 };
  PorchTransfer *in;
  gint64 began;
  guint source;

  test_tree_fill (f->ada->shared, (const char *const[]){ "x*400000000", NULL });
  send (f, (const char *const[]){ "x", NULL });
  in = accept (f, test_device_wait_offer (f->ben, 20), NULL);
  test_device_wait_bytes (in, MIB, 30);
  began = beat.last = g_get_monotonic_time ();
  source = g_timeout_add (10, on_beat, &beat);
  test_device_wait (in, PORCH_TRANSFER_DONE, 60);
  g_source_remove (source);
  began = g_get_monotonic_time () - began;
  g_test_message ("the loop was kept for at most %.0f of %.0f ms", (double) beat.longest / 1000, (double) began / 1000);
  g_assert_cmpint (beat.longest * 6, <, began);
}

static void
test_send_cancelled_by_receiver (Fixture *f, gconstpointer data)
{
  PorchTransfer *out, *in;

  test_tree_fill (f->ada->shared, (const char *const[]){ "x*200000000", NULL });
  out = send (f, (const char *const[]){ "x", NULL });
  in = accept (f, test_device_wait_offer (f->ben, 20), NULL);
  test_device_wait_bytes (in, 2 * MIB, 30);
  porch_transfer_cancel (in);
  test_device_wait (out, PORCH_TRANSFER_FAILED, 20);
  test_device_pass (300);
  test_tree_assert (f->ben->downloads, (const char *const[]){ NULL });
}

static void
test_send_cancelled_while_running (Fixture *f, gconstpointer data)
{
  PorchTransfer *out, *in;

  test_tree_fill (f->ada->shared, (const char *const[]){ "x*200000000", NULL });
  out = send (f, (const char *const[]){ "x", NULL });
  in = accept (f, test_device_wait_offer (f->ben, 20), NULL);
  test_device_wait_bytes (in, 2 * MIB, 30);
  porch_transfer_cancel (out);
  test_device_wait (in, PORCH_TRANSFER_FAILED, 20);
  g_assert_error (porch_transfer_get_error (in), PORCH_ERROR, PORCH_ERROR_GONE);
  test_device_pass (300);
  test_tree_assert (f->ben->downloads, (const char *const[]){ NULL });
}

static void
test_pause_send (Fixture *f, gconstpointer data)
{
  PorchTransfer *out, *in;
  PorchOffer *offer;

  test_tree_fill (f->ada->shared, (const char *const[]){ "x*3000000", NULL });
  out = send (f, (const char *const[]){ "x", NULL });
  offer = test_device_wait_offer (f->ben, 20);
  porch_transfer_pause (out);
  in = accept (f, offer, NULL);
  test_device_wait (in, PORCH_TRANSFER_STALLED, 20);
  test_tree_assert (f->ben->downloads, (const char *const[]){ NULL });
  porch_transfer_resume (out);
  test_device_wait (in, PORCH_TRANSFER_DONE, 20);
  test_device_wait (out, PORCH_TRANSFER_DONE, 20);
}

#define ADD(name, func) g_test_add ("/transfer/" name, Fixture, GINT_TO_POINTER (FALSE), set_up, func, tear_down)
#define ADD_FIREWALLED(name, func) g_test_add ("/transfer/firewalled/" name, Fixture, GINT_TO_POINTER (TRUE), set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  porch_tls_setup ();
  ADD ("get-folder", test_get_folder);
  ADD ("get-file", test_get_file);
  ADD ("not-shared", test_not_shared);
  ADD ("giver-restarts", test_giver_restarts);
  ADD ("taker-restarts", test_taker_restarts);
  ADD ("pause-resume-cancel", test_pause_resume_cancel);
  ADD ("cancel-in-every-state", test_cancel_in_every_state);
  ADD ("queue", test_queue);
  ADD ("away-at-first", test_away_at_first);
  ADD ("send-folder", test_send_folder);
  ADD ("send-loose", test_send_loose);
  ADD ("decline", test_decline);
  ADD ("withdraw", test_withdraw);
  ADD ("withdraw-while-away", test_withdraw_while_away);
  ADD ("batch", test_batch);
  ADD ("text", test_text);
  ADD ("code", test_code);
  ADD ("send-changed", test_send_changed);
  ADD ("sender-restarts", test_sender_restarts);
  ADD ("receiver-restarts", test_receiver_restarts);
  ADD ("cancelled-by-receiver", test_send_cancelled_by_receiver);
  ADD ("cancelled-while-running", test_send_cancelled_while_running);
  ADD ("pause-send", test_pause_send);
  ADD_FIREWALLED ("send-folder", test_send_folder);
  ADD_FIREWALLED ("send-loose", test_send_loose);
  ADD_FIREWALLED ("decline", test_decline);
  ADD_FIREWALLED ("cancelled-by-receiver", test_send_cancelled_by_receiver);
  ADD_FIREWALLED ("loop-lives", test_loop_lives);
  return g_test_run ();
}
