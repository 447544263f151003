/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits and the line before the uploads, between whole devices over real TLS on 127.0.0.1. Rates are compared with the clock
 * by wide margins: slower than allowed is the machine, faster never. */
#include "config.h"

#include "identity/porch-pin-database.h"
#include "porch-error.h"
#include "test-device.h"
#include "test-tree.h"
#include "transfer/porch-transfer-private.h"

#define MB G_GINT64_CONSTANT (1000000)

typedef struct
{
  TestDevice *ada, *ben, *cyd; /* Ada has, the others take; not the same file, or they would give it to each other */
  const char *share;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->ada = test_device_new ("Ada", GPOINTER_TO_INT (data));
  f->ben = test_device_new ("Ben", FALSE);
  f->cyd = test_device_new ("Cyd", FALSE);
  if (!f->ada->firewalled)
    {
      test_device_meet (f->ben, f->ada);
      test_device_meet (f->cyd, f->ada);
    }
  test_device_meet (f->ada, f->ben);
  test_tree_fill (f->ada->shared, (const char *const[]){ "big*80000000", "other*80000000", "small=hello", NULL });
  f->share = test_device_share (f->ada);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  test_device_free (f->cyd);
  test_device_free (f->ben);
  test_device_free (f->ada);
}

static PorchTransfer *
get (Fixture *f, TestDevice *taker, const char *path)
{
  g_autoptr (GError) error = NULL;
  PorchTransfer *transfer = porch_transfer_queue_download (taker->queue, test_device_id (f->ada), f->share, "Films",
                                                           (const char *const[]){ path, NULL }, taker->downloads, &error);

  g_assert_no_error (error);
  return transfer;
}

static void
assert_same (Fixture *f, TestDevice *taker, const char *name)
{
  g_autofree char *source = g_build_filename (f->ada->shared, name, NULL);
  g_autofree char *target = g_build_filename (taker->downloads, name, NULL);
  g_autofree char *want = NULL, *got = NULL;
  gsize want_length, got_length;

  g_assert_true (g_file_get_contents (source, &want, &want_length, NULL));
  g_assert_true (g_file_get_contents (target, &got, &got_length, NULL));
  g_assert_cmpmem (want, want_length, got, got_length);
}

/* @transfer, held at one MB/s by @limiter, stays below that; without the limit it is done soon. */
static void
assert_held (PorchTransfer *transfer, PorchLimiter *limiter, const PorchDeviceId *device, PorchDirection direction)
{
  gint64 before, moved;

  test_device_wait_bytes (transfer, MB, 30);
  before = porch_transfer_get_bytes_done (transfer);
  test_device_pass (3000);
  moved = porch_transfer_get_bytes_done (transfer) - before;
  g_test_message ("in three seconds at 1 MB/s: %.2f MB", (double)moved / MB);
  g_assert_cmpint (moved, <, 5 * MB);
  g_assert_cmpint (moved, >, MB);
  porch_limiter_set (limiter, device, direction, 0);
  test_device_wait (transfer, PORCH_TRANSFER_DONE, 30);
}

static void
test_up (Fixture *f, gconstpointer data)
{
  porch_limiter_set (f->ada->limiter, NULL, PORCH_UP, MB);
  assert_held (get (f, f->ben, "big"), f->ada->limiter, NULL, PORCH_UP);
  assert_same (f, f->ben, "big");
}

static void
test_down (Fixture *f, gconstpointer data)
{
  porch_limiter_set (f->ben->limiter, NULL, PORCH_DOWN, MB);
  assert_held (get (f, f->ben, "big"), f->ben->limiter, NULL, PORCH_DOWN);
  assert_same (f, f->ben, "big");
}

/* What holds for Ben is nothing to Cyd. */
static void
test_one_device (Fixture *f, gconstpointer data)
{
  PorchTransfer *slow;

  porch_limiter_set (f->ada->limiter, test_device_id (f->ben), PORCH_UP, MB);
  slow = get (f, f->ben, "big");
  test_device_wait (get (f, f->cyd, "other"), PORCH_TRANSFER_DONE, 40);
  g_assert_cmpint (porch_transfer_get_bytes_done (slow), <, 60 * MB);
  assert_held (slow, f->ada->limiter, test_device_id (f->ben), PORCH_UP);
}

/* A limit that comes while something runs holds at once. */
static void
test_limit_comes_late (Fixture *f, gconstpointer data)
{
  PorchTransfer *transfer = get (f, f->ben, "big");

  porch_limiter_set (f->ada->limiter, NULL, PORCH_UP, 20 * MB);
  test_device_wait_bytes (transfer, 4 * MB, 30);
  porch_limiter_set (f->ada->limiter, NULL, PORCH_UP, MB);
  test_device_pass (2500); /* what was on its way */
  g_assert_cmpint (porch_transfer_get_state (transfer), ==, PORCH_TRANSFER_RUNNING);
  assert_held (transfer, f->ada->limiter, NULL, PORCH_UP);
  assert_same (f, f->ben, "big");
}

static void
wait_for_turn (PorchTransfer *transfer, gboolean in_line)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while ((porch_transfer_get_turn (transfer) > 0) != in_line && g_get_monotonic_time () < deadline)
    test_device_pass (50);
  g_assert_cmpint (porch_transfer_get_turn (transfer) > 0, ==, in_line);
}

/* One upload at a time: Cyd waits for Ben's, is told so for longer than a lost connection would be noticed, and is then served.
 * What is small passes both. */
static void
test_line (Fixture *f, gconstpointer data)
{
  PorchTransfer *first, *second;

  porch_server_set_uploads (f->ada->server, 1);
  porch_limiter_set (f->ada->limiter, test_device_id (f->ben), PORCH_UP, MB);
  first = get (f, f->ben, "big");
  test_device_wait_bytes (first, MB, 30);
  second = get (f, f->cyd, "other");
  wait_for_turn (second, TRUE);
  g_assert_cmpuint (porch_transfer_get_turn (second), <=, 2);
  test_device_wait (get (f, f->cyd, "small"), PORCH_TRANSFER_DONE, 20);
  test_device_pass (9000);
  g_assert_cmpint (porch_transfer_get_state (second), ==, PORCH_TRANSFER_RUNNING);
  g_assert_cmpint (porch_transfer_get_bytes_done (second), ==, 0);
  porch_limiter_set (f->ada->limiter, test_device_id (f->ben), PORCH_UP, 0);
  test_device_wait (second, PORCH_TRANSFER_DONE, 40);
  g_assert_cmpuint (porch_transfer_get_turn (second), ==, 0);
  test_device_wait (first, PORCH_TRANSFER_DONE, 40);
  assert_same (f, f->cyd, "other");
}

/* Who waits in line may wait in vain: the rule is asked again when it is its turn. */
static void
test_closed_while_in_line (Fixture *f, gconstpointer data)
{
  PorchTransfer *first, *second;
  g_autoptr (GError) error = NULL;

  porch_server_set_uploads (f->ada->server, 1);
  porch_limiter_set (f->ada->limiter, test_device_id (f->ben), PORCH_UP, MB);
  first = get (f, f->ben, "big");
  test_device_wait_bytes (first, MB, 30);
  second = get (f, f->cyd, "other");
  wait_for_turn (second, TRUE);
  g_assert_true (porch_share_list_remove (f->ada->shares, porch_share_list_lookup (f->ada->shares, f->share), &error));
  g_assert_no_error (error);
  porch_transfer_cancel (first);
  test_device_wait (second, PORCH_TRANSFER_FAILED, 40);
  g_assert_cmpint (porch_transfer_get_bytes_done (second), ==, 0);
}

/* The one who waits leaves: nothing is left of it, and the next one is served. */
static void
test_leaves_the_line (Fixture *f, gconstpointer data)
{
  PorchTransfer *first, *second;

  porch_server_set_uploads (f->ada->server, 1);
  porch_limiter_set (f->ada->limiter, test_device_id (f->ben), PORCH_UP, MB);
  first = get (f, f->ben, "big");
  test_device_wait_bytes (first, MB, 30);
  second = get (f, f->cyd, "other");
  wait_for_turn (second, TRUE);
  porch_transfer_cancel (second);
  test_device_pass (300);
  porch_limiter_set (f->ada->limiter, test_device_id (f->ben), PORCH_UP, 0);
  test_device_wait (first, PORCH_TRANSFER_DONE, 40);
  test_device_wait (get (f, f->cyd, "other"), PORCH_TRANSFER_DONE, 40);
}

/* Where the receiver can't connect, the same bytes go the other way, under the same limits. */
static void
test_delivered (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->ada->shared, "big", NULL);
  g_autoptr (GError) error = NULL;
  PorchTransfer *in;
  PorchOffer *offer;

  porch_limiter_set (f->ada->limiter, NULL, PORCH_UP, MB);
  porch_transfer_queue_send (f->ada->queue, test_device_id (f->ben), (const char *const[]){ path, NULL }, NULL, &error);
  g_assert_no_error (error);
  offer = test_device_wait_offer (f->ben, 30);
  in = porch_offer_book_accept (f->ben->book, offer, NULL, &error);
  g_assert_no_error (error);
  assert_held (in, f->ada->limiter, NULL, PORCH_UP);
  assert_same (f, f->ben, "big");
}

/* The network counts what is transferred: downloads wait and say why, and go on where they were. */
static void
test_metered (Fixture *f, gconstpointer data)
{
  PorchTransfer *running, *fresh;
  gint64 done;

  porch_limiter_set (f->ada->limiter, NULL, PORCH_UP, 4 * MB);
  running = get (f, f->ben, "big");
  test_device_wait_bytes (running, 2 * MB, 30);
  g_object_set (f->ben->queue, "metered", TRUE, NULL);
  test_device_wait (running, PORCH_TRANSFER_STALLED, 10);
  g_assert_error (porch_transfer_get_error (running), PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED);
  fresh = get (f, f->ben, "small");
  test_device_wait (fresh, PORCH_TRANSFER_STALLED, 10);
  test_device_pass (500);
  done = porch_transfer_get_bytes_done (running);
  test_device_pass (3000);
  g_assert_cmpint (porch_transfer_get_bytes_done (running), ==, done);
  g_assert_cmpint (porch_transfer_get_state (fresh), ==, PORCH_TRANSFER_STALLED);
  porch_limiter_set (f->ada->limiter, NULL, PORCH_UP, 0);
  g_object_set (f->ben->queue, "metered", FALSE, NULL);
  test_device_wait (fresh, PORCH_TRANSFER_DONE, 10);
  test_device_wait (running, PORCH_TRANSFER_DONE, 30);
  assert_same (f, f->ben, "big");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  porch_tls_setup ();
#define ADD(name, func) g_test_add ("/limits/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("up", test_up);
  ADD ("down", test_down);
  ADD ("one-device", test_one_device);
  ADD ("comes-late", test_limit_comes_late);
  g_test_add ("/limits/line", Fixture, NULL, set_up, test_line, tear_down);
  ADD ("closed-while-in-line", test_closed_while_in_line);
  ADD ("leaves-the-line", test_leaves_the_line);
  ADD ("metered", test_metered);
  g_test_add ("/limits/delivered", Fixture, GINT_TO_POINTER (TRUE), set_up, test_delivered, tear_down);
  return g_test_run ();
}
