/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-progress.h"

#define SECOND G_USEC_PER_SEC

static void
test_steady (void)
{
  PorchRate rate = { 0 };

  g_assert_cmpint (porch_rate_get (&rate, 0, 0), ==, 0);
  for (guint i = 0; i <= 100; i++)
    porch_rate_add (&rate, i * 100000, i * SECOND / 10);
  g_assert_cmpint (porch_rate_get (&rate, 10000000, 10 * SECOND), ==, 1000000);
}

static void
test_sinks_while_nothing_comes (void)
{
  PorchRate rate = { 0 };
  gint64 before = G_MAXINT64;

  for (guint i = 0; i <= 40; i++)
    porch_rate_add (&rate, i * 250000, i * SECOND / 4);
  for (guint i = 1; i < 10; i++)
    {
      gint64 now = porch_rate_get (&rate, 40 * 250000, 10 * SECOND + i * SECOND);

      g_assert_cmpint (now, <, before);
      before = now;
    }
}

/* Only the last seconds count. */
static void
test_forgets (void)
{
  PorchRate rate = { 0 };

  for (guint i = 0; i <= 400; i++)
    porch_rate_add (&rate, i < 200 ? i * 1000000 : 200 * G_GINT64_CONSTANT (1000000) + (i - 200) * 1000, i * SECOND / 4);
  g_assert_cmpint (porch_rate_get (&rate, 200000000 + 200000, 100 * SECOND), ==, 4000);
}

static void
test_starts_over (void)
{
  PorchRate rate = { 0 };

  porch_rate_add (&rate, 0, 0);
  porch_rate_add (&rate, 5000000, SECOND);
  porch_rate_add (&rate, 100, 2 * SECOND);
  g_assert_cmpint (porch_rate_get (&rate, 100, 3 * SECOND), ==, 0);
  g_assert_cmpint (porch_rate_get (&rate, 1100, 3 * SECOND), ==, 1000);
}

static void
test_time_left (void)
{
  g_assert_cmpint (porch_time_left (0, -1, 100), ==, -1);
  g_assert_cmpint (porch_time_left (0, 100, 0), ==, -1);
  g_assert_cmpint (porch_time_left (0, 100, 100), ==, 1);
  g_assert_cmpint (porch_time_left (0, 101, 100), ==, 2);
  g_assert_cmpint (porch_time_left (100, 100, 0), ==, 0);
  g_assert_cmpint (porch_time_left (200, 100, 5), ==, 0);
  g_assert_cmpint (porch_time_left (0, G_MAXINT64, 1), ==, -1);
}

/* What gathers speed: the last two seconds say more than the last six. */
static void
test_latest (void)
{
  PorchRate rate = { 0 };
  gint64 bytes = 0;

  g_assert_cmpint (porch_rate_get_latest (&rate, 0, 0, 2 * SECOND), ==, 0);
  for (gint64 i = 0; i <= 24; i++)
    {
      bytes += i < 16 ? 250 : 2500;
      porch_rate_add (&rate, bytes, i * SECOND / 4);
    }
  g_assert_cmpint (porch_rate_get_latest (&rate, bytes, 6 * SECOND, 2 * SECOND), ==, 10000);
  g_assert_cmpint (porch_rate_get (&rate, bytes, 6 * SECOND), <, 6000);
  /* Nothing comes any more. */
  g_assert_cmpint (porch_rate_get_latest (&rate, bytes, 60 * SECOND, 2 * SECOND), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/progress/steady", test_steady);
  g_test_add_func ("/progress/latest", test_latest);
  g_test_add_func ("/progress/sinks", test_sinks_while_nothing_comes);
  g_test_add_func ("/progress/forgets", test_forgets);
  g_test_add_func ("/progress/starts-over", test_starts_over);
  g_test_add_func ("/progress/time-left", test_time_left);
  return g_test_run ();
}
