/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON from the network: what is refused before json-glib sees it, and what the getters let through. */
#include "config.h"

#include <string.h>

#include "porch-error.h"
#include "porch-limits.h"
#include "wire/porch-json.h"

static void
assert_refused (const char *text, gssize length, int code)
{
  g_autoptr (GError) error = NULL;
  JsonObject *object = porch_json_parse (text, length < 0 ? strlen (text) : (gsize) length, PORCH_MAX_JSON_BODY, &error);

  if (object != NULL)
    g_error ("accepted: %.60s", text);
  g_assert_error (error, PORCH_ERROR, code);
}

static JsonObject *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonObject *object = porch_json_parse (text, strlen (text), PORCH_MAX_JSON_BODY, &error);

  g_assert_no_error (error);
  g_assert_nonnull (object);
  return object;
}

static char *
nested (guint depth)
{
  GString *text = g_string_new ("{\"a\":");

  for (guint i = 1; i < depth; i++)
    g_string_append_c (text, '[');
  for (guint i = 1; i < depth; i++)
    g_string_append_c (text, ']');
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  g_autofree char *deepest = nested (PORCH_MAX_JSON_DEPTH);
  g_autofree char *deeper = nested (PORCH_MAX_JSON_DEPTH + 1);
  g_autoptr (JsonObject) object = parse (deepest);

  assert_refused (deeper, -1, PORCH_ERROR_LIMIT);
}

/* S22: json-glib alone ends in SIGSEGV here. */
static void
test_body_of_brackets (void)
{
  g_autofree char *text = g_malloc (PORCH_MAX_JSON_BODY + 1);

  memset (text, '[', PORCH_MAX_JSON_BODY + 1);
  assert_refused (text, PORCH_MAX_JSON_BODY, PORCH_ERROR_LIMIT);
  assert_refused (text, PORCH_MAX_JSON_BODY + 1, PORCH_ERROR_LIMIT);
  memset (text, '{', PORCH_MAX_JSON_BODY);
  assert_refused (text, PORCH_MAX_JSON_BODY, PORCH_ERROR_PROTOCOL);
  for (guint i = 0; i + 5 <= PORCH_MAX_JSON_BODY; i += 5)
    memcpy (text + i, "{\"a\":", 5);
  assert_refused (text, PORCH_MAX_JSON_BODY / 5 * 5, PORCH_ERROR_LIMIT);
}

static void
test_size (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (porch_json_parse ("{\"a\":1}", 7, 6, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT);
}

static void
test_values (void)
{
  g_autoptr (GString) text = g_string_new ("{\"a\":[0");

  for (guint i = 0; i < PORCH_MAX_JSON_VALUES - 3; i++)
    g_string_append (text, ",0");
  g_string_append (text, "]}");
  {
    g_autoptr (JsonObject) object = parse (text->str);
    g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "a")), ==, PORCH_MAX_JSON_VALUES - 2);
  }
  g_string_insert (text, 6, "0,");
  assert_refused (text->str, -1, PORCH_ERROR_LIMIT);
}

static void
test_grammar (void)
{
  static const char *const bad[] = {
    "", " ", "[]", "1", "null", "\"a\"", "{", "}", "{}x", "{} {}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}",
    "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":1.}", "{\"a\":1e}", "{\"a\":-}", "{\"a\":0x10}", "{\"a\":NaN}", "{\"a\":tru}",
    "{\"a\":[1,]}", "{\"a\":[1}", "{\"a\":1]", "{\"a\":\"b}", "{\"a\":\"\\x\"}", "{\"a\":\"\\\"}", "{\"a\":\"\n\"}", "{\"a\":\"\\u12\"}",
    "/* c */{}", "{}//c", "var a = {};", "{\"a\":1;}", "{\"a\":9223372036854775808}", "{\"a\":-9223372036854775809}",
    "{\"a\":99999999999999999999999999999999999999999999}", "\xef\xbb\xbf{}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (bad[i], -1, PORCH_ERROR_PROTOCOL);
}

static void
test_strings (void)
{
  static const char *const bad[] = {
    "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}", "{\"a\":\"\\ud800\\ud800\"}", "{\"a\":\"\\ud800x\"}", "{\"a\":\"\\ud800\\n\"}",
    "{\"a\":\"\\u0000\"}", "{\"\\u0000\":1}", "{\"a\":\"\xff\"}", "{\"a\":\"\xc0\x80\"}", "{\"a\":\"\xed\xa0\x80\"}",
  };
  g_autoptr (JsonObject) object = parse (" {\"a\" : \"\\ud83d\\ude00\\u00e9\\n\\\"\\/\xf0\x9f\x98\x80\"}\n");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (bad[i], -1, PORCH_ERROR_PROTOCOL);
  assert_refused ("{\"a\":\"\0\"}", 9, PORCH_ERROR_PROTOCOL);
  g_assert_cmpstr (porch_json_get_string (object, "a", 100, NULL), ==, "😀é\n\"/😀");
}

/* Two readers could take different ones of the two. */
static void
test_duplicates (void)
{
  assert_refused ("{\"a\":1,\"a\":1}", -1, PORCH_ERROR_PROTOCOL);
  assert_refused ("{\"a\":1,\"\\u0061\":2}", -1, PORCH_ERROR_PROTOCOL);
  assert_refused ("{\"x\":[{\"b\":{\"a\":1,\"a\":{}}}]}", -1, PORCH_ERROR_PROTOCOL);
  {
    g_autoptr (JsonObject) object = parse ("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":1}]}");
    g_assert_cmpuint (json_object_get_size (object), ==, 2);
  }
}

static void
test_getters (void)
{
  g_autoptr (JsonObject) object = parse ("{\"s\":\"abc\",\"i\":9223372036854775807,\"m\":-5,\"f\":1.0,\"b\":true,\"n\":null,\"a\":[1,2,3],\"o\":{}}");
  g_autoptr (GError) error = NULL;
  gint64 value = 7;

  g_assert_cmpstr (porch_json_get_string (object, "s", 3, &error), ==, "abc");
  g_assert_no_error (error);
  g_assert_null (porch_json_get_string (object, "s", 2, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_null (porch_json_get_string (object, "i", 100, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
  g_clear_error (&error);
  g_assert_null (porch_json_get_string (object, "n", 100, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
  g_clear_error (&error);
  g_assert_null (porch_json_get_optional_string (object, "n", 100, &error));
  g_assert_null (porch_json_get_optional_string (object, "absent", 100, &error));
  g_assert_no_error (error);
  g_assert_null (porch_json_get_optional_string (object, "o", 100, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
  g_clear_error (&error);

  g_assert_true (porch_json_get_int (object, "i", 0, G_MAXINT64, &value, &error));
  g_assert_cmpint (value, ==, G_MAXINT64);
  g_assert_false (porch_json_get_int (object, "m", 0, 10, &value, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_false (porch_json_get_int (object, "f", 0, 10, &value, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
  g_clear_error (&error);
  g_assert_cmpint (value, ==, G_MAXINT64);
  g_assert_cmpint (porch_json_get_int_or (object, "m", -5, 10, 3), ==, -5);
  g_assert_cmpint (porch_json_get_int_or (object, "m", -4, 10, 3), ==, 3);
  g_assert_cmpint (porch_json_get_int_or (object, "b", -4, 10, 3), ==, 3);
  g_assert_true (porch_json_get_bool_or (object, "b", FALSE));
  g_assert_false (porch_json_get_bool_or (object, "i", FALSE));
  g_assert_nonnull (porch_json_get_array (object, "a", 3, &error));
  g_assert_null (porch_json_get_array (object, "a", 2, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_null (porch_json_get_array (object, "o", 2, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
}

static void
test_to_string (void)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *text = NULL;

  json_object_set_string_member (object, "a", "x\ny\"");
  json_object_set_int_member (object, "b", G_MAXINT64);
  text = porch_json_to_string (object);
  g_assert_cmpstr (text, ==, "{\"a\":\"x\\ny\\\"\",\"b\":9223372036854775807}");
}

static void
test_hex (void)
{
  guint8           bytes[3];
  g_autofree char *hex = porch_hex_encode ((const guint8 *) "\x00\xab\xff", 3);

  g_assert_cmpstr (hex, ==, "00abff");
  g_assert_true (porch_hex_decode ("00abff", bytes, 3));
  g_assert_cmpmem (bytes, 3, "\x00\xab\xff", 3);
  g_assert_false (porch_hex_decode ("00ABFF", bytes, 3));
  g_assert_false (porch_hex_decode ("00abf", bytes, 3));
  g_assert_false (porch_hex_decode ("00abff0", bytes, 3));
  g_assert_false (porch_hex_decode ("00abfg", bytes, 3));
  g_assert_false (porch_hex_decode (NULL, bytes, 3));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/json/depth", test_depth);
  g_test_add_func ("/wire/json/s22-body-of-brackets", test_body_of_brackets);
  g_test_add_func ("/wire/json/size", test_size);
  g_test_add_func ("/wire/json/values", test_values);
  g_test_add_func ("/wire/json/grammar", test_grammar);
  g_test_add_func ("/wire/json/strings", test_strings);
  g_test_add_func ("/wire/json/duplicates", test_duplicates);
  g_test_add_func ("/wire/json/getters", test_getters);
  g_test_add_func ("/wire/json/to-string", test_to_string);
  g_test_add_func ("/wire/json/hex", test_hex);
  return g_test_run ();
}
