/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-cli-place.h"

static void
assert_place (const char *text, const char *peer, const char *share, const char *path)
{
  g_auto (PorchCliPlace) place = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (porch_cli_place_parse (text, &place, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (place.peer, ==, peer);
  g_assert_cmpstr (place.share, ==, share);
  g_assert_cmpstr (place.path, ==, path);
}

static void
test_parts (void)
{
  assert_place ("Ada", "Ada", NULL, "");
  assert_place ("Ada's Laptop:Films", "Ada's Laptop", "Films", "");
  assert_place ("Ada:Films/", "Ada", "Films", "");
  assert_place ("Ada:Films/holiday.mkv", "Ada", "Films", "holiday.mkv");
  assert_place ("Ada:Films//2026//", "Ada", "Films", "2026");
  assert_place ("0123abcd:Films/a/b", "0123abcd", "Films", "a/b");
}

/* Only the first ":" and the first "/" after it divide. */
static void
test_odd_paths (void)
{
  assert_place ("Ada:Films/12:30/a:b", "Ada", "Films", "12:30/a:b");
  assert_place ("Ada:Films/ -x ", "Ada", "Films", " -x ");
  assert_place ("Ada:Films/..", "Ada", "Films", "..");
}

static void
test_refused (void)
{
  const char *const texts[] = { "", ":", ":Films", "Ada:", "Ada:/x" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto (PorchCliPlace) place = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (porch_cli_place_parse (texts[i], &place, &error));
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/place/parts", test_parts);
  g_test_add_func ("/cli/place/odd-paths", test_odd_paths);
  g_test_add_func ("/cli/place/refused", test_refused);
  return g_test_run ();
}
