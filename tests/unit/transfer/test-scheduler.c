/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules one by one; whole rooms are in test-room.c. */
#include "config.h"

#include "transfer/porch-scheduler.h"

#include <string.h>

#define PIECE (G_GUINT64_CONSTANT (1) << 20)
#define MS (G_USEC_PER_SEC / 1000)

/* @source delivers what it is asked for at @rate bytes a second, one piece after another, until @now has come to @until. */
static gint64
deliver (PorchScheduler *scheduler, guint source, double rate, guint count, gint64 now)
{
  guint pieces[PORCH_SCHEDULER_MAX_REQUEST];

  while (count > 0)
    {
      guint n = porch_scheduler_ask (scheduler, source, now, pieces);

      g_assert_cmpuint (n, >, 0);
      for (guint i = 0; i<n; i++, count -= count> 0)
        {
          for (guint part = 0; part < 16; part++)
            {
              now += (gint64)(PIECE / 16 / rate * G_USEC_PER_SEC);
              porch_scheduler_progress (scheduler, source, PIECE / 16, now);
            }
          porch_scheduler_arrived (scheduler, source, pieces[i], TRUE, now);
        }
    }
  return now;
}

static void
test_bitmaps (void)
{
  g_autoptr (PorchScheduler) scheduler = porch_scheduler_new (10 * PIECE + 1, PIECE, 1);
  const guint8 good[] = { 0x80, 0x20 }, spare[] = { 0x80, 0x10 }, more[] = { 0x80, 0x20, 0 };
  guint pieces[PORCH_SCHEDULER_MAX_REQUEST];
  int source = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);

  g_assert_cmpuint (porch_scheduler_get_pieces (scheduler), ==, 11);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, source, 0, pieces), ==, 0);
  g_assert_false (porch_scheduler_set_holds (scheduler, source, spare, 2));
  g_assert_false (porch_scheduler_set_holds (scheduler, source, more, 3));
  g_assert_false (porch_scheduler_set_holds (scheduler, source, good, 1));
  g_assert_cmpuint (porch_scheduler_ask (scheduler, source, 0, pieces), ==, 0);
  g_assert_true (porch_scheduler_set_holds (scheduler, source, good, 2));
  porch_scheduler_set_have (scheduler, 0);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, source, 0, pieces), ==, 1);
  g_assert_cmpuint (pieces[0], ==, 10);
  /* It is asked for once. */
  g_assert_cmpuint (porch_scheduler_ask (scheduler, source, 0, pieces), ==, 0);
  g_assert_true (porch_scheduler_is_expected (scheduler, source, 10));
  g_assert_false (porch_scheduler_is_expected (scheduler, source, 11));
  g_assert_false (porch_scheduler_is_expected (scheduler, source, G_MAXUINT));
}

static void
test_rarest_first (void)
{
  g_autoptr (PorchScheduler) scheduler = porch_scheduler_new (8 * PIECE, PIECE, 1);
  const guint8 most = 0xef; /* all but piece 3 */
  guint pieces[PORCH_SCHEDULER_MAX_REQUEST];
  int all = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);
  int some = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);

  g_assert_true (porch_scheduler_set_holds (scheduler, all, NULL, 0));
  g_assert_true (porch_scheduler_set_holds (scheduler, some, &most, 1));
  g_assert_cmpuint (porch_scheduler_ask (scheduler, all, 0, pieces), ==, 1);
  g_assert_cmpuint (pieces[0], ==, 3);
}

/* Among equals chance decides, and two takers draw differently. */
static void
test_ties (void)
{
  guint first[2][PORCH_SCHEDULER_MAX_REQUEST];

  for (guint seed = 0; seed < 2; seed++)
    {
      g_autoptr (PorchScheduler) scheduler = porch_scheduler_new (1000 * PIECE, PIECE, seed);
      int source = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);

      porch_scheduler_set_holds (scheduler, source, NULL, 0);
      porch_scheduler_ask (scheduler, source, 0, first[seed]);
    }
  g_assert_cmpuint (first[0][0], !=, first[1][0]);
}

/* A request is for a second and a half of what its source brings, and grows step by step. */
static void
test_request_size (void)
{
  g_autoptr (PorchScheduler) scheduler = porch_scheduler_new (1000 * PIECE, PIECE, 1);
  guint pieces[PORCH_SCHEDULER_MAX_REQUEST];
  int fast = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);
  int slow = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);
  gint64 now;

  porch_scheduler_set_holds (scheduler, fast, NULL, 0);
  porch_scheduler_set_holds (scheduler, slow, NULL, 0);
  now = deliver (scheduler, fast, 100 * PIECE, 100, 0);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, fast, now, pieces), ==, PORCH_SCHEDULER_MAX_REQUEST);
  now = deliver (scheduler, slow, PIECE / 2, 4, now);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, slow, now, pieces), ==, 1);
  g_assert_cmpint (porch_scheduler_get_rate (scheduler, slow, now), >, PIECE * 4 / 10);
  g_assert_cmpint (porch_scheduler_get_rate (scheduler, slow, now), <, PIECE * 6 / 10);
}

/* S23: one bad piece is enough; what it still owed goes to others, and the bad one too. */
static void
test_bench (void)
{
  g_autoptr (PorchScheduler) scheduler = porch_scheduler_new (2 * PIECE, PIECE, 1);
  guint pieces[PORCH_SCHEDULER_MAX_REQUEST], again[PORCH_SCHEDULER_MAX_REQUEST];
  int liar = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);
  int honest = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);

  porch_scheduler_set_holds (scheduler, liar, NULL, 0);
  porch_scheduler_set_holds (scheduler, honest, NULL, 0);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, liar, 0, pieces), ==, 1);
  porch_scheduler_arrived (scheduler, liar, pieces[0], FALSE, MS);
  g_assert_true (porch_scheduler_is_benched (scheduler, liar));
  g_assert_cmpuint (porch_scheduler_count_bad (scheduler, liar), ==, 1);
  g_assert_false (porch_scheduler_has (scheduler, pieces[0]));
  g_assert_true (porch_scheduler_set_holds (scheduler, liar, NULL, 0));
  g_assert_cmpuint (porch_scheduler_ask (scheduler, liar, 100 * G_USEC_PER_SEC, pieces), ==, 0);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, honest, MS, again), ==, 1);
  porch_scheduler_arrived (scheduler, honest, again[0], TRUE, 2 * MS);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, honest, 2 * MS, again), ==, 1);
  porch_scheduler_arrived (scheduler, honest, again[0], TRUE, 3 * MS);
  g_assert_cmpuint (porch_scheduler_count_have (scheduler), ==, 2);
}

/* A broken connection is no lie: it may be tried again after 1, 2, 4 s. */
static void
test_failed (void)
{
  g_autoptr (PorchScheduler) scheduler = porch_scheduler_new (2 * PIECE, PIECE, 1);
  guint pieces[PORCH_SCHEDULER_MAX_REQUEST];
  int source = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);
  gint64 now = 0;

  porch_scheduler_set_holds (scheduler, source, NULL, 0);
  for (guint pause = 1; pause <= 16; pause *= 2)
    {
      g_assert_cmpuint (porch_scheduler_ask (scheduler, source, now, pieces), ==, 1);
      porch_scheduler_failed (scheduler, source, now);
      g_assert_cmpuint (porch_scheduler_count_outstanding (scheduler, source), ==, 0);
      now += pause * G_USEC_PER_SEC - MS;
      g_assert_cmpuint (porch_scheduler_ask (scheduler, source, now, pieces), ==, 0);
      now += MS;
    }
  g_assert_cmpuint (porch_scheduler_ask (scheduler, source, now, pieces), ==, 1);
}

/* In the end the fast one takes the piece from the one that stalls; what that one brings later is not expected any more. */
static void
test_take_over (void)
{
  g_autoptr (PorchScheduler) scheduler = porch_scheduler_new (9 * PIECE, PIECE, 1);
  guint stuck[PORCH_SCHEDULER_MAX_REQUEST], pieces[PORCH_SCHEDULER_MAX_REQUEST];
  int slow = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);
  int fast = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);
  gint64 now;

  porch_scheduler_set_holds (scheduler, slow, NULL, 0);
  porch_scheduler_set_holds (scheduler, fast, NULL, 0);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, slow, 0, stuck), ==, 1);
  now = deliver (scheduler, fast, 10 * PIECE, 8, 0);
  /* It has only just been asked: let it be. */
  g_assert_cmpint (now, <, G_USEC_PER_SEC);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, fast, now, pieces), ==, 0);
  now = 3 * G_USEC_PER_SEC;
  g_assert_cmpuint (porch_scheduler_ask (scheduler, fast, now, pieces), ==, 1);
  g_assert_cmpuint (pieces[0], ==, stuck[0]);
  g_assert_false (porch_scheduler_is_expected (scheduler, slow, stuck[0]));
  g_assert_true (porch_scheduler_is_expected (scheduler, fast, stuck[0]));
  porch_scheduler_arrived (scheduler, fast, pieces[0], TRUE, now);
  g_assert_cmpuint (porch_scheduler_count_have (scheduler), ==, 9);
}

/* The one from which it was taken brings it all the same, and first: then nobody owes it, and the other one can be asked for more. */
static void
test_taken_over_arrives_late (void)
{
  g_autoptr (PorchScheduler) scheduler = porch_scheduler_new (9 * PIECE, PIECE, 1);
  guint stuck[PORCH_SCHEDULER_MAX_REQUEST], pieces[PORCH_SCHEDULER_MAX_REQUEST];
  int slow = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);
  int fast = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);
  gint64 now = 3 * G_USEC_PER_SEC;

  porch_scheduler_set_holds (scheduler, slow, NULL, 0);
  porch_scheduler_set_holds (scheduler, fast, NULL, 0);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, slow, 0, stuck), ==, 1);
  deliver (scheduler, fast, 10 * PIECE, 8, 0);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, fast, now, pieces), ==, 1);
  g_assert_cmpuint (porch_scheduler_count_outstanding (scheduler, fast), ==, 1);
  porch_scheduler_arrived (scheduler, slow, stuck[0], TRUE, now);
  g_assert_cmpuint (porch_scheduler_count_outstanding (scheduler, fast), ==, 0);
  g_assert_false (porch_scheduler_is_expected (scheduler, fast, pieces[0]));
  porch_scheduler_arrived (scheduler, fast, pieces[0], TRUE, now);
  g_assert_cmpuint (porch_scheduler_count_have (scheduler), ==, 9);
}

/* The one that would be the last to finish is not asked for what others have. */
static void
test_no_last_piece_for_the_slowest (void)
{
  g_autoptr (PorchScheduler) scheduler = porch_scheduler_new (100 * PIECE, PIECE, 1);
  guint pieces[PORCH_SCHEDULER_MAX_REQUEST];
  int slow = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);
  int fast = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);
  gint64 now;

  porch_scheduler_set_holds (scheduler, slow, NULL, 0);
  porch_scheduler_set_holds (scheduler, fast, NULL, 0);
  now = deliver (scheduler, slow, PIECE / 4, 2, 0);
  now = deliver (scheduler, fast, 50 * PIECE, 90, now);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, fast, now, pieces), >, 0);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, slow, now, pieces), ==, 0);
}

/* Pieces that others have come from others, as long as these are quick enough; advice is for those that nobody has. */
static void
test_origin_is_spared (void)
{
  g_autoptr (PorchScheduler) scheduler = porch_scheduler_new (64 * PIECE, PIECE, 1);
  const guint8 half[8] = { 0xff, 0xff, 0xff, 0xff };
  const guint advice[] = { 40, 50, 64, G_MAXUINT };
  guint pieces[PORCH_SCHEDULER_MAX_REQUEST];
  int origin = porch_scheduler_add_source (scheduler, PORCH_SOURCE_ORIGIN, 0);
  int other = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);
  gint64 now;

  porch_scheduler_set_holds (scheduler, origin, NULL, 0);
  porch_scheduler_set_holds (scheduler, other, half, sizeof half);
  porch_scheduler_set_advice (scheduler, origin, advice, G_N_ELEMENTS (advice));
  g_assert_cmpuint (porch_scheduler_ask (scheduler, origin, 0, pieces), ==, 1);
  g_assert_cmpuint (pieces[0], ==, 40);
  porch_scheduler_arrived (scheduler, origin, 40, TRUE, 0);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, origin, 0, pieces), ==, 1);
  g_assert_cmpuint (pieces[0], ==, 50);
  porch_scheduler_arrived (scheduler, origin, 50, TRUE, 0);
  /* The other rare ones are meant for somebody else. */
  now = deliver (scheduler, other, 10 * PIECE, 20, 0);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, other, now, pieces), >, 0);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, origin, now, pieces), ==, 0);
  g_assert_cmpuint (porch_scheduler_get_useful_advice (scheduler, origin, now), >=, 2);
}

/* The same without advice; and it is asked when the others can't deliver. */
static void
test_origin_helps_out (void)
{
  g_autoptr (PorchScheduler) scheduler = porch_scheduler_new (64 * PIECE, PIECE, 1);
  guint pieces[PORCH_SCHEDULER_MAX_REQUEST];
  int origin = porch_scheduler_add_source (scheduler, PORCH_SOURCE_ORIGIN, 0);
  int other = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);
  gint64 now;

  porch_scheduler_set_holds (scheduler, origin, NULL, 0);
  porch_scheduler_set_holds (scheduler, other, NULL, 0);
  now = deliver (scheduler, other, 20 * PIECE, 20, 0);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, other, now, pieces), >, 0);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, origin, now, pieces), ==, 0);
  porch_scheduler_remove_source (scheduler, other);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, origin, now, pieces), >, 0);
}

static void
test_shared_air (void)
{
  g_autoptr (PorchScheduler) scheduler = porch_scheduler_new (8 * PIECE, PIECE, 1);
  const guint8 first = 0x80;
  guint pieces[PORCH_SCHEDULER_MAX_REQUEST];
  int wired = porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0);
  int far = porch_scheduler_add_source (scheduler, PORCH_SOURCE_FAR, 0);

  porch_scheduler_set_holds (scheduler, wired, &first, 1);
  porch_scheduler_set_holds (scheduler, far, &first, 1);
  porch_scheduler_set_shared_air (scheduler, TRUE);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, far, 0, pieces), ==, 0);
  porch_scheduler_set_shared_air (scheduler, FALSE);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, far, 0, pieces), ==, 1);
  porch_scheduler_failed (scheduler, far, 0);
  porch_scheduler_set_shared_air (scheduler, TRUE);
  porch_scheduler_remove_source (scheduler, wired);
  g_assert_cmpuint (porch_scheduler_ask (scheduler, far, 2 * G_USEC_PER_SEC, pieces), ==, 1);
}

static void
test_many_sources (void)
{
  g_autoptr (PorchScheduler) scheduler = porch_scheduler_new (G_GINT64_CONSTANT (1) << 46, G_GUINT64_CONSTANT (1) << 30, 1);

  g_assert_cmpuint (porch_scheduler_get_pieces (scheduler), ==, 65536);
  for (guint i = 0; i < PORCH_SCHEDULER_MAX_SOURCES; i++)
    g_assert_cmpint (porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0), ==, (int)i);
  g_assert_cmpint (porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0), ==, -1);
  porch_scheduler_remove_source (scheduler, 5);
  g_assert_cmpint (porch_scheduler_add_source (scheduler, PORCH_SOURCE_PLAIN, 0), ==, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scheduler/bitmaps", test_bitmaps);
  g_test_add_func ("/scheduler/rarest-first", test_rarest_first);
  g_test_add_func ("/scheduler/ties", test_ties);
  g_test_add_func ("/scheduler/request-size", test_request_size);
  g_test_add_func ("/scheduler/S23-bench", test_bench);
  g_test_add_func ("/scheduler/failed", test_failed);
  g_test_add_func ("/scheduler/take-over", test_take_over);
  g_test_add_func ("/scheduler/taken-over-arrives-late", test_taken_over_arrives_late);
  g_test_add_func ("/scheduler/no-last-piece-for-the-slowest", test_no_last_piece_for_the_slowest);
  g_test_add_func ("/scheduler/origin-is-spared", test_origin_is_spared);
  g_test_add_func ("/scheduler/origin-helps-out", test_origin_helps_out);
  g_test_add_func ("/scheduler/shared-air", test_shared_air);
  g_test_add_func ("/scheduler/many-sources", test_many_sources);
  return g_test_run ();
}
