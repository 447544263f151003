/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The number of a hand-out as people type it. */
#include "config.h"

#include "handout/porch-handout-seek.h"
#include "porch-error.h"

static void
test_parse (void)
{
  static const char *const good[] = { "482913",
                                      "482 913",
                                      " 482-913 ",
                                      "4 8 2 9 1 3",
                                      "482\xc2\xa0"
                                      "913",
                                      "\xd9\xa4\xd9\xa8\xd9\xa2\xd9\xa9\xd9\xa1\xd9\xa3" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *number = porch_handout_number_parse (good[i], &error);

      g_assert_no_error (error);
      g_assert_cmpstr (number, ==, "482913");
    }
}

static void
test_refused (void)
{
  static const char *const bad[] = { "", "48291", "4829131", "48291x", "x482913", "482.913", "+482913", "482913\n1" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (porch_handout_number_parse (bad[i], &error));
      g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/handout/number/parse", test_parse);
  g_test_add_func ("/handout/number/refused", test_refused);
  return g_test_run ();
}
