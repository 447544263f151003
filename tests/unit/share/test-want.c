/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody asks for: written and read again, and whatever breaks a rule refused as a whole. */
#include "config.h"

#include "porch-error.h"
#include "share/porch-want.h"
#include "wire/porch-json.h"

#include <string.h>

#define VERSION "0123456789abcdef0123456789abcdef"
#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static GPtrArray *
parse (const char *text, GError **error)
{
  g_autoptr (JsonObject) body = porch_json_parse (text, strlen (text), PORCH_MAX_JSON_BODY, NULL);

  g_assert_nonnull (body);
  return porch_want_parse_all (body, error);
}

static void
test_round_trip (void)
{
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (PorchWant) want = porch_want_new ("a/b", VERSION, 7, 9);
  g_autoptr (PorchWant) plain = porch_want_new ("c", NULL, 0, G_MAXUINT64);
  g_autoptr (GPtrArray) wants = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const PorchWant *got;
  JsonArray *array = json_array_new ();
  guint8 other[32] = { 0 };

  want->have = g_malloc0 (64);
  want->have[0] = 0xab;
  want->have[32] = 0xcd;
  want->n_have = 2;
  json_array_add_object_element (array, porch_want_to_json (want));
  json_array_add_object_element (array, porch_want_to_json (plain));
  json_object_set_array_member (body, "want", array);
  text = porch_json_to_string (body);
  wants = parse (text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (wants->len, ==, 2);
  got = g_ptr_array_index (wants, 0);
  g_assert_cmpstr (got->path, ==, "a/b");
  g_assert_cmpstr (got->version, ==, VERSION);
  g_assert_cmpuint (got->from, ==, 7);
  g_assert_cmpuint (got->count, ==, 9);
  g_assert_cmpuint (got->n_have, ==, 2);
  g_assert_true (porch_want_holds (got, 7, want->have));
  g_assert_true (porch_want_holds (got, 8, want->have + 32));
  g_assert_false (porch_want_holds (got, 8, want->have));
  g_assert_false (porch_want_holds (got, 9, other));
  g_assert_false (porch_want_holds (got, 6, want->have));
  got = g_ptr_array_index (wants, 1);
  g_assert_null (got->version);
  g_assert_cmpuint (got->from, ==, 0);
  g_assert_cmpuint (got->count, ==, G_MAXUINT64);
  g_assert_cmpuint (got->n_have, ==, 0);
}

static void
test_refused (void)
{
  static const char *const bad[] = {
    "{}",
    "{\"want\":[]}",
    "{\"want\":{}}",
    "{\"want\":[1]}",
    "{\"want\":[{}]}",
    "{\"want\":[{\"p\":\"a\"},{\"p\":\"../b\"}]}",
    "{\"want\":[{\"p\":\"\"}]}",
    "{\"want\":[{\"p\":\"a\",\"v\":\"0\"}]}",
    "{\"want\":[{\"p\":\"a\",\"v\":\"0123456789abcdef0123456789abcdeg\"}]}",
    "{\"want\":[{\"p\":\"a\",\"from\":-1}]}",
    "{\"want\":[{\"p\":\"a\",\"from\":67108865}]}",
    "{\"want\":[{\"p\":\"a\",\"count\":0}]}",
    "{\"want\":[{\"p\":\"a\",\"count\":\"1\"}]}",
    "{\"want\":[{\"p\":\"a\",\"have\":1}]}",
    "{\"want\":[{\"p\":\"a\",\"have\":[1]}]}",
    "{\"want\":[{\"p\":\"a\",\"have\":[[]]}]}",
    "{\"want\":[{\"p\":\"a\",\"have\":[\"00\"]}]}",
    "{\"want\":[{\"p\":\"a\",\"have\":[\"" HASH "\",\"" VERSION VERSION "x\"]}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) wants = parse (bad[i], &error);

      g_test_message ("%s", bad[i]);
      g_assert_null (wants);
      g_assert_nonnull (error);
    }
}

static void
test_most (void)
{
  for (guint n = PORCH_MAX_HAVE; n <= PORCH_MAX_HAVE + 1; n++)
    {
      g_autoptr (GString) text = g_string_new ("{\"want\":[{\"p\":\"a\",\"have\":[\"" HASH "\"");
      g_autoptr (GPtrArray) wants = NULL;

      for (guint i = 1; i < n; i++)
        g_string_append (text, ",\"" HASH "\"");
      g_string_append (text, "]}]}");
      wants = parse (text->str, NULL);
      g_assert_cmpint (wants != NULL, ==, n == PORCH_MAX_HAVE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/want/round-trip", test_round_trip);
  g_test_add_func ("/want/refused", test_refused);
  g_test_add_func ("/want/most", test_most);
  return g_test_run ();
}
