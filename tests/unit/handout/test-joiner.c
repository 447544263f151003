/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a giver shows of a joiner: from what it served, and from what the joiner says, which may be anything. */
#include "config.h"

#include "handout/porch-joiner.h"

#define S G_USEC_PER_SEC
#define TOTAL (G_GINT64_CONSTANT (1000) * 1000 * 1000)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchJoiner, porch_joiner_free)

static PorchJoiner *
new_joiner (void)
{
  static const PorchDeviceId id = { { 1 } };

  return porch_joiner_new (&id, "Ben", "10.0.0.2", 100 * S);
}

static void
assert_shown (PorchJoiner *joiner, PorchJoinerState state, gint64 done, gint64 now)
{
  porch_joiner_update (joiner, TOTAL, now);
  g_assert_cmpstr (porch_joiner_state_to_string (joiner->state), ==, porch_joiner_state_to_string (state));
  g_assert_cmpint (joiner->done, ==, done);
}

static void
test_way (void)
{
  g_autoptr (PorchJoiner) joiner = new_joiner ();

  assert_shown (joiner, PORCH_JOINER_WAITING, 0, 100 * S);
  assert_shown (joiner, PORCH_JOINER_WAITING, 0, 200 * S); /* its person reads who gives */
  porch_joiner_says (joiner, PORCH_JOINER_RUNNING, 100, 0, 200 * S);
  assert_shown (joiner, PORCH_JOINER_RUNNING, 100, 201 * S);
  porch_joiner_served (joiner, 50, 202 * S);
  assert_shown (joiner, PORCH_JOINER_RUNNING, 150, 202 * S);
  porch_joiner_says (joiner, PORCH_JOINER_RUNNING, 140, 0, 203 * S); /* what was served is not written yet */
  assert_shown (joiner, PORCH_JOINER_RUNNING, 150, 203 * S);
  porch_joiner_says (joiner, PORCH_JOINER_DONE, TOTAL, 0, 204 * S);
  assert_shown (joiner, PORCH_JOINER_DONE, TOTAL, 204 * S);
  assert_shown (joiner, PORCH_JOINER_DONE, TOTAL, G_GINT64_CONSTANT (100000) * S); /* who has it may go */
}

static void
test_leaves (void)
{
  g_autoptr (PorchJoiner) joiner = new_joiner ();

  porch_joiner_says (joiner, PORCH_JOINER_RUNNING, TOTAL * 6 / 10, 0, 100 * S);
  assert_shown (joiner, PORCH_JOINER_RUNNING, TOTAL * 6 / 10, 119 * S);
  assert_shown (joiner, PORCH_JOINER_LEFT, TOTAL * 6 / 10, 121 * S); /* silent */
  porch_joiner_served (joiner, 1000, 122 * S);
  assert_shown (joiner, PORCH_JOINER_RUNNING, TOTAL * 6 / 10 + 1000, 122 * S); /* back */
  porch_joiner_says (joiner, PORCH_JOINER_LEFT, TOTAL * 7 / 10, 0, 123 * S);
  assert_shown (joiner, PORCH_JOINER_LEFT, TOTAL * 7 / 10, 123 * S); /* gave up */
}

static void
test_no_space (void)
{
  g_autoptr (PorchJoiner) joiner = new_joiner ();

  porch_joiner_says (joiner, PORCH_JOINER_NO_SPACE, 0, 1200, 100 * S);
  assert_shown (joiner, PORCH_JOINER_NO_SPACE, 0, 101 * S);
  g_assert_cmpint (joiner->missing, ==, 1200);
  porch_joiner_served (joiner, 10, 102 * S);
  assert_shown (joiner, PORCH_JOINER_RUNNING, 10, 102 * S);
}

/* Numbers that can't be, and bytes without end: shown is never more than all, and all only of who says that it has it. */
static void
test_liar (void)
{
  g_autoptr (PorchJoiner) joiner = new_joiner ();

  porch_joiner_says (joiner, PORCH_JOINER_RUNNING, G_MAXINT64, G_MAXINT64, 100 * S);
  assert_shown (joiner, PORCH_JOINER_RUNNING, TOTAL - 1, 100 * S);
  porch_joiner_served (joiner, TOTAL, 100 * S);
  porch_joiner_served (joiner, TOTAL, 100 * S);
  assert_shown (joiner, PORCH_JOINER_RUNNING, TOTAL - 1, 100 * S);
  porch_joiner_says (joiner, PORCH_JOINER_RUNNING, -5, -5, 100 * S);
  assert_shown (joiner, PORCH_JOINER_RUNNING, 0, 100 * S);
  g_assert_cmpint (joiner->missing, ==, 0);
}

/* The pace by which it is found to be slow: not of who only waits in line, nor in the first seconds, nor from the first block on. */
static void
test_pace (void)
{
  g_autoptr (PorchJoiner) joiner = new_joiner ();

  for (guint i = 0; i < 30; i++)
    {
      porch_joiner_served (joiner, 40, (100 + i) * S); /* its place in the line */
      porch_joiner_update (joiner, TOTAL, (100 + i) * S);
      g_assert_cmpint (porch_joiner_get_pace (joiner, (100 + i) * S), ==, 0);
    }
  for (guint i = 0; i <= 20; i++)
    {
      porch_joiner_served (joiner, 2000000, (200 + i) * S);
      porch_joiner_update (joiner, TOTAL, (200 + i) * S);
      g_assert_cmpint (porch_joiner_get_pace (joiner, (200 + i) * S), ==, i < 8 ? 0 : 2000000);
    }
}

/* It threw the files away and takes them again. */
static void
test_again (void)
{
  g_autoptr (PorchJoiner) joiner = new_joiner ();

  porch_joiner_says (joiner, PORCH_JOINER_DONE, TOTAL, 0, 100 * S);
  assert_shown (joiner, PORCH_JOINER_DONE, TOTAL, 100 * S);
  porch_joiner_says (joiner, PORCH_JOINER_RUNNING, 5, 0, 101 * S);
  assert_shown (joiner, PORCH_JOINER_RUNNING, 5, 101 * S);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/handout/joiner/way", test_way);
  g_test_add_func ("/handout/joiner/leaves", test_leaves);
  g_test_add_func ("/handout/joiner/no-space", test_no_space);
  g_test_add_func ("/handout/joiner/liar", test_liar);
  g_test_add_func ("/handout/joiner/pace", test_pace);
  g_test_add_func ("/handout/joiner/again", test_again);
  return g_test_run ();
}
