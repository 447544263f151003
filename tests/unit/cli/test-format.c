/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "porch-cli-format.h"
#include "porch-cli-table.h"

#define NOW G_GINT64_CONSTANT (1795356600) /* 2026-11-22 14:10 UTC */

static void
assert_until (const char *text, gint64 expected)
{
  gint64 until;

  g_assert_true (porch_cli_parse_until (text, NOW, &until));
  g_assert_cmpint (until, ==, expected);
}

static void
test_until (void)
{
  const char *const refused[] = { "",     "0",   "0h",  "-2h", "2",          "2 h",        "h",
                                  "2y",   "soon", "nev", "1e9d", "2020-01-01", "2026-13-01", "99999999999999999999d" };

  assert_until ("never", 0);
  assert_until ("90min", NOW + 5400);
  assert_until ("90m", NOW + 5400);
  assert_until ("2h", NOW + 7200);
  assert_until ("7d", NOW + 7 * 86400);
  assert_until ("2w", NOW + 14 * 86400);
  assert_until ("2026-11-23T14:10", NOW + 86400);
  assert_until ("2026-11-23 14:10", NOW + 86400);
  assert_until ("2026-11-23T14:10:05", NOW + 86405);
  assert_until ("2026-11-22", NOW + 9 * 3600 + 49 * 60 + 59);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      gint64 until;
      g_test_message ("%s", refused[i]);
      g_assert_false (porch_cli_parse_until (refused[i], NOW, &until));
    }
}

static void
test_numbers (void)
{
  g_autofree char *none = porch_cli_format_seconds (0), *some = porch_cli_format_seconds (67), *long_time = porch_cli_format_seconds (3725);
  g_autofree char *empty = porch_cli_format_bar (0, 0, 10), *half = porch_cli_format_bar (50, 100, 10), *full = porch_cli_format_bar (200, 100, 10);
  g_autofree char *huge = porch_cli_format_bar (G_MAXINT64 / 2, G_MAXINT64, 10);

  g_assert_cmpstr (none, ==, "0:00");
  g_assert_cmpstr (some, ==, "1:07");
  g_assert_cmpstr (long_time, ==, "1:02:05");
  g_assert_cmpstr (empty, ==, "[--------]");
  g_assert_cmpstr (half, ==, "[####----]");
  g_assert_cmpstr (full, ==, "[########]");
  g_assert_cmpstr (huge, ==, "[####----]");
}

static void
test_cut (void)
{
  g_autofree char *whole = porch_cli_text_cut ("short", 5), *cut = porch_cli_text_cut ("longer", 5), *wide = porch_cli_text_cut ("東京東京", 5);

  g_assert_cmpstr (whole, ==, "short");
  g_assert_cmpstr (cut, ==, "long…");
  g_assert_cmpstr (wide, ==, "東京…");
  g_assert_cmpint (porch_cli_text_width ("東京"), ==, 4);
  g_assert_cmpint (porch_cli_text_width ("e\xcc\x81"), ==, 1);
}

static void
test_table (void)
{
  g_autoptr (PorchCliTable) table = porch_cli_table_new ("Name|>Size|Note");
  g_autofree char *text = NULL, *narrow = NULL;

  g_assert_cmpuint (porch_cli_table_get_n_rows (table), ==, 0);
  porch_cli_table_add (table, "東京");
  porch_cli_table_add (table, "7 kB");
  porch_cli_table_add (table, "");
  porch_cli_table_add (table, "a");
  porch_cli_table_add (table, "12.5 MB");
  porch_cli_table_add (table, "new");
  g_assert_cmpuint (porch_cli_table_get_n_rows (table), ==, 2);
  text = porch_cli_table_to_string (table, 0);
  g_assert_cmpstr (text, ==,
                   "NAME     SIZE  NOTE\n"
                   "東京     7 kB\n"
                   "a     12.5 MB  new\n");
  narrow = porch_cli_table_to_string (table, 10);
  g_assert_true (g_str_has_prefix (narrow, "NAME     …\n"));
}

static void
assert_rate (const char *text, gint64 expected)
{
  gint64 rate;

  g_assert_true (porch_cli_parse_rate (text, &rate));
  g_assert_cmpint (rate, ==, expected);
}

static void
test_rate (void)
{
  const char *const refused[] = { "", "fast", "-1", "1x", "1MBs", "0x10M", "1e6", "0.1", "k", "nan", "inf", "1 2", "2000G", "1Mi/s", ".5M" };
  g_autofree char *none = porch_cli_format_limit (0);

  g_assert_cmpstr (none, ==, "no limit");
  assert_rate ("none", 0);
  assert_rate ("0", 0);
  assert_rate ("1500", 1500);
  assert_rate ("500k", 500000);
  assert_rate ("500K", 500000);
  assert_rate ("2.5MB", 2500000);
  assert_rate ("2.5 MB/s", 2500000);
  assert_rate ("1MiB/s", 1048576);
  assert_rate ("80Mbit", 10000000);
  assert_rate ("1Gbit/s", 125000000);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      gint64 rate;

      g_test_message ("%s", refused[i]);
      g_assert_false (porch_cli_parse_rate (refused[i], &rate));
    }
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/format/until", test_until);
  g_test_add_func ("/cli/format/numbers", test_numbers);
  g_test_add_func ("/cli/format/cut", test_cut);
  g_test_add_func ("/cli/format/rate", test_rate);
  g_test_add_func ("/cli/table", test_table);
  return g_test_run ();
}
