/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits with the clock passed in, the order of those who wait, and the stream that waits for real. */
#include "config.h"

#include "wire/porch-bucket.h"
#include "wire/porch-limiter.h"
#include "wire/porch-paced-stream.h"

#define SECOND G_GINT64_CONSTANT (1000000)

static const PorchDeviceId ada = { { 1 } }, ben = { { 2 } };

/* ---- the bucket ---- */

static void
test_rate (void)
{
  PorchBucket bucket = { 0 };
  gint64 now = 1000 * SECOND;

  g_assert_cmpuint (porch_bucket_get_portion (&bucket), ==, G_MAXSIZE);
  g_assert_cmpint (porch_bucket_reserve (&bucket, G_MAXSIZE, now), ==, now);
  porch_bucket_set_rate (&bucket, 1000000, now);
  g_assert_cmpuint (porch_bucket_get_portion (&bucket), ==, 100000);
  g_assert_cmpint (porch_bucket_reserve (&bucket, 100000, now), ==, now);
  for (guint i = 1; i <= 100; i++)
    g_assert_cmpint (porch_bucket_reserve (&bucket, 100000, now), ==, now + i * SECOND / 10);
}

/* An hour without traffic saves up no more than a tenth of a second. */
static void
test_burst (void)
{
  PorchBucket bucket = { 0 };
  gint64 now = 1000 * SECOND;

  porch_bucket_set_rate (&bucket, 1000000, now);
  now += 3600 * SECOND;
  g_assert_cmpint (porch_bucket_reserve (&bucket, 100000, now), ==, now);
  g_assert_cmpint (porch_bucket_reserve (&bucket, 100000, now), ==, now);
  g_assert_cmpint (porch_bucket_reserve (&bucket, 100000, now), ==, now + SECOND / 10);
}

/* A new rate holds at once, whatever was reserved at the old one. */
static void
test_change (void)
{
  PorchBucket bucket = { 0 };
  gint64 now = 1000 * SECOND;

  porch_bucket_set_rate (&bucket, 1000, now);
  porch_bucket_reserve (&bucket, 1000000, now);
  porch_bucket_set_rate (&bucket, 1000000, now);
  g_assert_cmpint (porch_bucket_reserve (&bucket, 1000, now), ==, now);
  porch_bucket_set_rate (&bucket, 0, now);
  g_assert_cmpint (porch_bucket_reserve (&bucket, 1000, now), ==, now);
}

/* ---- the limiter ---- */

/* What each of @n connections gets in ten seconds when all reserve again as soon as they have moved their portion. */
static void
compete (PorchLimiter *limiter, const PorchDeviceId *const *devices, gsize *moved, guint n)
{
  gint64 now = g_get_monotonic_time (), end = now + 10 * SECOND;
  gint64 due[8];
  gsize portion[8];

  for (guint i = 0; i < n; i++)
    {
      porch_limiter_enter (limiter, devices[i], PORCH_UP);
      moved[i] = 0;
      due[i] = now;
      portion[i] = 0;
    }
  for (;;)
    {
      guint next = 0;

      for (guint i = 1; i < n; i++)
        if (due[i] < due[next])
          next = i;
      now = due[next];
      if (now >= end)
        break;
      moved[next] += portion[next];
      portion[next] = G_MAXSIZE;
      due[next] = porch_limiter_reserve (limiter, devices[next], PORCH_UP, &portion[next], now);
    }
  for (guint i = 0; i < n; i++)
    porch_limiter_leave (limiter, devices[i], PORCH_UP);
}

/* Two connections of one device and one of another: each device gets half. */
static void
test_devices_share (void)
{
  g_autoptr (PorchLimiter) limiter = porch_limiter_new ();
  const PorchDeviceId *devices[] = { &ada, &ada, &ben };
  gsize moved[3];

  porch_limiter_set (limiter, NULL, PORCH_UP, 1000000);
  compete (limiter, devices, moved, 3);
  g_assert_cmpuint (moved[0] + moved[1] + moved[2], >, 9600000);
  g_assert_cmpuint (moved[0] + moved[1] + moved[2], <, 10400000);
  g_assert_cmpuint (moved[2], >, 4700000);
  g_assert_cmpuint (moved[2], <, 5300000);
  g_assert_cmpuint (moved[0], >, 2300000);
}

/* One device has a limit of its own; the other one takes what is left. */
static void
test_limit_of_one (void)
{
  g_autoptr (PorchLimiter) limiter = porch_limiter_new ();
  const PorchDeviceId *devices[] = { &ada, &ben };
  gsize moved[2];

  porch_limiter_set (limiter, NULL, PORCH_UP, 1000000);
  porch_limiter_set (limiter, &ada, PORCH_UP, 100000);
  g_assert_cmpint (porch_limiter_get (limiter, &ada, PORCH_UP), ==, 100000);
  g_assert_cmpint (porch_limiter_get (limiter, &ada, PORCH_DOWN), ==, 0);
  g_assert_cmpint (porch_limiter_get (limiter, NULL, PORCH_UP), ==, 1000000);
  compete (limiter, devices, moved, 2);
  g_assert_cmpuint (moved[0], >, 900000);
  g_assert_cmpuint (moved[0], <, 1100000);
  g_assert_cmpuint (moved[1], >, 8000000);
  porch_limiter_set (limiter, &ada, PORCH_UP, 0);
  g_assert_cmpint (porch_limiter_get (limiter, &ada, PORCH_UP), ==, 0);
}

static void
on_changed (gpointer data)
{
  ++*(guint *)data;
}

static void
test_tells_of_changes (void)
{
  g_autoptr (PorchLimiter) limiter = porch_limiter_new ();
  guint changes = 0;

  porch_limiter_set_changed (limiter, on_changed, &changes);
  porch_limiter_set (limiter, NULL, PORCH_UP, 5);
  porch_limiter_set (limiter, &ada, PORCH_DOWN, 5);
  g_assert_cmpuint (changes, ==, 2);
  porch_limiter_set (limiter, NULL, PORCH_UP, G_MAXINT64);
  g_assert_cmpint (porch_limiter_get (limiter, NULL, PORCH_UP), ==, PORCH_MAX_LIMIT);
  porch_limiter_set (limiter, NULL, PORCH_UP, -1);
  g_assert_cmpint (porch_limiter_get (limiter, NULL, PORCH_UP), ==, 0);
}

/* ---- the stream ---- */

static GInputStream *
paced (PorchLimiter *limiter, gsize size)
{
  g_autoptr (GInputStream) base = g_memory_input_stream_new_from_data (g_malloc0 (size), (gssize)size, g_free);

  return porch_paced_stream_new (base, limiter, &ada, PORCH_DOWN);
}

static double
read_all (GInputStream *stream, gsize size)
{
  gint64 began = g_get_monotonic_time ();
  g_autofree char *buffer = g_malloc (size);
  g_autoptr (GError) error = NULL;
  gsize n;

  g_assert_true (g_input_stream_read_all (stream, buffer, size, &n, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, size);
  return (double)(g_get_monotonic_time () - began) / SECOND;
}

static void
test_stream_waits (void)
{
  g_autoptr (PorchLimiter) limiter = porch_limiter_new ();
  g_autoptr (GInputStream) free_stream = paced (limiter, 50 << 20), slow = NULL;
  double seconds;

  g_assert_cmpfloat (read_all (free_stream, 50 << 20), <, 2);
  porch_limiter_set (limiter, NULL, PORCH_DOWN, 1000000);
  slow = paced (limiter, 1000000);
  seconds = read_all (slow, 1000000);
  g_assert_cmpfloat (seconds, >, 0.75);
  g_assert_true (g_input_stream_close (slow, NULL, NULL));
}

static gpointer
change_soon (gpointer data)
{
  g_usleep (SECOND / 5);
  porch_limiter_set (data, NULL, PORCH_DOWN, 0);
  return NULL;
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (SECOND / 5);
  g_cancellable_cancel (data);
  return NULL;
}

/* Who waits by the old limit for a minute is woken by a new one. */
static void
test_stream_wakes (void)
{
  g_autoptr (PorchLimiter) limiter = porch_limiter_new ();
  g_autoptr (GInputStream) stream = NULL;
  GThread *thread;

  porch_limiter_set (limiter, NULL, PORCH_DOWN, 1024);
  stream = paced (limiter, 60 * 1024);
  thread = g_thread_new ("change", change_soon, limiter);
  g_assert_cmpfloat (read_all (stream, 60 * 1024), <, 10);
  g_thread_join (thread);
}

static void
test_stream_is_cancelled (void)
{
  g_autoptr (PorchLimiter) limiter = porch_limiter_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[60 * 1024];
  GThread *thread;
  gsize n;

  porch_limiter_set (limiter, NULL, PORCH_DOWN, 1024);
  stream = paced (limiter, sizeof buffer);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_false (g_input_stream_read_all (stream, buffer, sizeof buffer, &n, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bucket/rate", test_rate);
  g_test_add_func ("/bucket/burst", test_burst);
  g_test_add_func ("/bucket/change", test_change);
  g_test_add_func ("/limiter/devices-share", test_devices_share);
  g_test_add_func ("/limiter/limit-of-one", test_limit_of_one);
  g_test_add_func ("/limiter/tells-of-changes", test_tells_of_changes);
  g_test_add_func ("/paced/waits", test_stream_waits);
  g_test_add_func ("/paced/wakes", test_stream_wakes);
  g_test_add_func ("/paced/cancelled", test_stream_is_cancelled);
  return g_test_run ();
}
