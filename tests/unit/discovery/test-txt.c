/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-txt.h"

#include "porch-limits.h"

#define ID "id=0123456789abcdef0123456789abcdef"

static void
test_round_trip (void)
{
  g_auto (GStrv) made = porch_txt_make ("0123456789abcdef0123456789abcdef", "Ada’s laptop", "laptop");
  g_autoptr (GVariant) variant = g_variant_ref_sink (porch_txt_to_variant ((const char *const *) made));
  g_auto (GStrv) back = porch_txt_from_variant (variant);
  g_autoptr (PorchTxt) txt = porch_txt_parse ((const char *const *) back);

  g_assert_nonnull (txt);
  g_assert_cmpint (txt->version, ==, 1);
  g_assert_cmpstr (txt->id16, ==, "0123456789abcdef0123456789abcdef");
  g_assert_cmpstr (txt->name, ==, "Ada’s laptop");
  g_assert_cmpstr (txt->chassis, ==, "laptop");
}

static void
test_refused (void)
{
  static const char *const bad[][5] = {
    { NULL },
    { "v=1", NULL },
    { ID, NULL },
    { "v=0", ID, NULL },
    { "v=-1", ID, NULL },
    { "v=99999999999999999999", ID, NULL },
    { "v=1x", ID, NULL },
    { "v", ID, NULL },
    { "v=1", "id=0123", NULL },
    { "v=1", "id=0123456789abcdef0123456789abcdeg", NULL },
    { "v=1", "id=0123456789abcdef0123456789abcdef0", NULL },
    { "v=1", "id=", ID, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (porch_txt_parse (bad[i]));
}

static void
test_lenient (void)
{
  const char *const entries[] = { "later=thing", "V=1", "ID=0123456789ABCDEF0123456789ABCDEF", "id=ffffffffffffffffffffffffffffffff",
                                  "n=\xff\xfe", "flag", NULL };
  g_autoptr (PorchTxt) txt = porch_txt_parse (entries);

  g_assert_nonnull (txt);
  g_assert_cmpstr (txt->id16, ==, "0123456789abcdef0123456789abcdef"); /* the first counts */
  g_assert_cmpstr (txt->name, ==, "");
  g_assert_null (txt->chassis);
}

static void
test_limits (void)
{
  g_autofree char *name = g_strnfill (PORCH_MAX_TXT - 30, 'x');
  g_autofree char *long_name = g_strconcat ("n=", name, NULL);
  const char *const entries[] = { "v=1", ID, long_name, NULL };
  const char *many[64] = { "v=1", ID };

  g_assert_null (porch_txt_parse (entries));
  for (guint i = 2; i < G_N_ELEMENTS (many) - 1; i++)
    many[i] = "x";
  g_assert_null (porch_txt_parse (many));
  many[10] = NULL;
  porch_txt_free (porch_txt_parse (many));
}

static void
test_nul (void)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_new_parsed ("[@ay [0x76, 0x3d, 0x31], @ay [0x6e, 0x3d, 0x00, 0x41], @ay []]"));
  g_auto (GStrv) entries = porch_txt_from_variant (variant);

  g_assert_cmpuint (g_strv_length (entries), ==, 1);
  g_assert_cmpstr (entries[0], ==, "v=1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/txt/round-trip", test_round_trip);
  g_test_add_func ("/txt/refused", test_refused);
  g_test_add_func ("/txt/lenient", test_lenient);
  g_test_add_func ("/txt/limits", test_limits);
  g_test_add_func ("/txt/nul", test_nul);
  return g_test_run ();
}
