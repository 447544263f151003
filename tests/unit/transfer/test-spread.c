/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-spread.h"

/* As long as there are pieces that nobody has, no two takers are told the same one. */
static void
test_no_piece_twice (void)
{
  g_autoptr (PorchSpread) spread = porch_spread_new (100, 1);
  guint8 seen[100] = { 0 };

  for (guint taker = 0; taker < 10; taker++)
    {
      guint pieces[10];

      g_assert_cmpuint (porch_spread_advise (spread, taker, 10, pieces), ==, 10);
      for (guint i = 0; i < 10; i++)
        g_assert_cmpuint (seen[pieces[i]]++, ==, 0);
    }
  g_assert_cmpuint (porch_spread_count_unspread (spread), ==, 100);
}

/* Asked again it says the same, until that has arrived. */
static void
test_promises_last (void)
{
  g_autoptr (PorchSpread) spread = porch_spread_new (16, 1);
  guint first[4], again[4], others[16];
  guint8 bitmap[2] = { 0 };

  g_assert_cmpuint (porch_spread_advise (spread, 1, 4, first), ==, 4);
  g_assert_cmpuint (porch_spread_advise (spread, 1, 4, again), ==, 4);
  g_assert_cmpmem (first, sizeof first, again, sizeof again);
  g_assert_cmpuint (porch_spread_advise (spread, 2, 12, others), ==, 12);
  for (guint i = 0; i < 12; i++)
    for (guint k = 0; k < 4; k++)
      g_assert_cmpuint (others[i], !=, first[k]);
  bitmap[first[0] / 8] |= 0x80 >> first[0] % 8;
  g_assert_true (porch_spread_note_holds (spread, 1, bitmap, 2));
  g_assert_cmpuint (porch_spread_count_unspread (spread), ==, 15);
  g_assert_cmpuint (porch_spread_advise (spread, 1, 3, again), ==, 3);
  g_assert_cmpmem (first + 1, 3 * sizeof *first, again, 3 * sizeof *again);
}

static void
test_who_leaves_takes_it_along (void)
{
  g_autoptr (PorchSpread) spread = porch_spread_new (8, 1);
  const guint8 all = 0xff;
  guint pieces[8];

  g_assert_true (porch_spread_note_holds (spread, 1, &all, 1));
  g_assert_cmpuint (porch_spread_count_unspread (spread), ==, 0);
  g_assert_cmpuint (porch_spread_advise (spread, 1, 8, pieces), ==, 0);
  porch_spread_remove (spread, 1);
  porch_spread_remove (spread, 1);
  g_assert_cmpuint (porch_spread_count_unspread (spread), ==, 8);
}

static void
test_bad_bitmaps (void)
{
  g_autoptr (PorchSpread) spread = porch_spread_new (9, 1);
  const guint8 spare[] = { 0, 0x40 }, good[] = { 0, 0x80 };

  g_assert_false (porch_spread_note_holds (spread, 1, spare, 2));
  g_assert_false (porch_spread_note_holds (spread, 1, good, 1));
  g_assert_cmpuint (porch_spread_count_unspread (spread), ==, 9);
  g_assert_true (porch_spread_note_holds (spread, 1, good, 2));
  g_assert_cmpuint (porch_spread_count_unspread (spread), ==, 8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/spread/no-piece-twice", test_no_piece_twice);
  g_test_add_func ("/spread/promises-last", test_promises_last);
  g_test_add_func ("/spread/leaving", test_who_leaves_takes_it_along);
  g_test_add_func ("/spread/bad-bitmaps", test_bad_bitmaps);
  return g_test_run ();
}
