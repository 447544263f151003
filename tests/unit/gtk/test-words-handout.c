/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window says of a hand-out and of each who joined it. */
#include "config.h"

#include "porch-ui-words-handout.h"

#include <locale.h>

#define GB G_GINT64_CONSTANT (1000000000)

static void
assert_receiver (const char *state, gint64 done, gint64 missing, gint64 total, const char *want)
{
  g_autofree char *got = porch_ui_words_handout_receiver (state, done, missing, total);

  g_assert_cmpstr (got, ==, want);
}

static void
test_receiver (void)
{
  assert_receiver ("waiting", 0, 0, GB, "waiting");
  assert_receiver ("running", GB * 43 / 100, 0, GB, "43 %");
  assert_receiver ("running", GB - 1, 0, GB, "99 %"); /* who has it says so, not a rounded number */
  assert_receiver ("running", 0, 0, 0, "0 %");
  assert_receiver ("done", GB, 0, GB, "has it");
  assert_receiver ("no-space", 0, GB * 12 / 10, GB, "needs 1.2\u00a0GB more");
  assert_receiver ("left", GB * 6 / 10, 0, GB, "left at 60 %");
  assert_receiver ("something newer", 0, 0, GB, "waiting");
}

static PorchBusHandOut *
new_handout (const char *state, const char *receivers, gint64 left)
{
  PorchBusHandOut *handout = porch_bus_hand_out_skeleton_new ();

  porch_bus_hand_out_set_state (handout, state);
  porch_bus_hand_out_set_receivers (handout, g_variant_new_parsed (receivers));
  porch_bus_hand_out_set_bytes_done (handout, GB * 12 / 10);
  porch_bus_hand_out_set_bytes_total (handout, GB * 44 / 10);
  porch_bus_hand_out_set_time_left (handout, left);
  return handout;
}

static void
assert_total (const char *state, const char *receivers, gint64 left, const char *want)
{
  g_autoptr (PorchBusHandOut) handout = new_handout (state, receivers, left);
  g_autofree char *got = porch_ui_words_handout_total (handout);

  g_assert_cmpstr (got, ==, want);
}

static void
test_total (void)
{
  const char *none = "@a(sssxx) []";
  const char *two = "@a(sssxx) [('a', 'Ada', 'done', 10, 0), ('b', 'Ben', 'running', 5, 0)]";
  const char *all = "@a(sssxx) [('a', 'Ada', 'done', 10, 0), ('b', 'Ben', 'done', 10, 0)]";

  assert_total ("preparing", none, -1, "Looking at the files…");
  assert_total ("open", none, -1, "Nobody has joined yet");
  assert_total ("open", two, 360, "1 of 2 have it · 1.2 of 4.4\u00a0GB · 6 minutes left");
  assert_total ("open", two, -1, "1 of 2 have it · 1.2 of 4.4\u00a0GB"); /* what can't be said is not */
  assert_total ("open", all, 0, "2 of 2 have it");
  assert_total ("ended", two, -1, "1 of 2 have it");
  assert_total ("ended", none, -1, "Nobody joined");
}

static void
test_number_and_key (void)
{
  g_autofree char *number = porch_ui_words_handout_number ("482913");
  g_autofree char *odd = porch_ui_words_handout_number ("");
  g_autofree char *key = porch_ui_words_key ("79a36946"
                                             "2210302b"
                                             "ffff");
  g_autofree char *contents = porch_ui_words_handout_contents (2, 6900000);

  g_assert_cmpstr (number, ==,
                   "482\u00a0"
                   "913");
  g_assert_cmpstr (odd, ==, "");
  g_assert_cmpstr (key, ==,
                   "79a3\u00a0"
                   "6946\u00a0"
                   "2210\u00a0"
                   "302b");
  g_assert_cmpstr (contents, ==, "2 files · 6.9\u00a0MB");
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words-handout/receiver", test_receiver);
  g_test_add_func ("/words-handout/total", test_total);
  g_test_add_func ("/words-handout/number-and-key", test_number_and_key);
  return g_test_run ();
}
