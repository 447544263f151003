/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much must be freed before something fits: a twentieth of the disk stays free, or 1 GiB where that is less. */
#include "config.h"

#include "transfer/porch-space.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)

static void
test_missing (void)
{
  g_assert_cmpint (porch_space_missing (100, 5 * GIB, 100 * GIB), ==, 0);
  g_assert_cmpint (porch_space_missing (4 * GIB, 5 * GIB, 100 * GIB), ==, 0);
  g_assert_cmpint (porch_space_missing (4 * GIB + 1, 5 * GIB, 100 * GIB), ==, 1);
  g_assert_cmpint (porch_space_missing (GIB, 0, 100 * GIB), ==, 2 * GIB);
  g_assert_cmpint (porch_space_missing (100, 50, 1000), ==, 100); /* a small disk: 50 stay free */
  g_assert_cmpint (porch_space_missing (0, 0, 100 * GIB), ==, 0); /* nothing always fits */
  g_assert_cmpint (porch_space_missing (-5, 0, 100 * GIB), ==, 0);
  g_assert_cmpint (porch_space_missing (G_MAXINT64, 0, 100 * GIB), ==, G_MAXINT64);
}

static void
test_folder (void)
{
  g_assert_cmpint (porch_space_missing_in (g_get_tmp_dir (), 0), ==, 0);
  g_assert_cmpint (porch_space_missing_in (g_get_tmp_dir (), G_GINT64_CONSTANT (1) << 60), >, G_GINT64_CONSTANT (1) << 59);
  g_assert_cmpint (porch_space_missing_in ("/nowhere at all", 100), ==, 0); /* nothing is known of it */
  g_assert_cmpint (porch_space_missing_in (NULL, 100), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/space/missing", test_missing);
  g_test_add_func ("/space/folder", test_folder);
  return g_test_run ();
}
