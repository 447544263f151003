/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listings from the network: every limit, hostile names, and the digest. S4, S22. */
#include "config.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-path.h"
#include "test-names.h"
#include "transfer/porch-row-reader.h"

#include <string.h>

#define VERSION "00112233445566778899aabbccddeeff"
#define FILE_ROW(name, size) "{\"n\":\"" name "\",\"t\":\"f\",\"s\":" size ",\"m\":5,\"v\":\"" VERSION "\"}\n"
#define END(rows) "{\"end\":true,\"rows\":" rows "}\n"

static PorchRowReader *
reader_of (const char *text)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (g_strdup (text), (gssize) strlen (text), g_free);

  return porch_row_reader_new (stream);
}

static void
test_good (void)
{
  static const char rows[] = FILE_ROW ("a", "1") "{\"n\":\"d\",\"t\":\"d\",\"m\":-7,\"unknown\":[1]}\n" FILE_ROW ("d/b", "70368744177664")
      "{\"n\":\"x\\\\y\",\"t\":\"!\",\"e\":\"name\"}\n";
  g_autofree char *whole = g_strconcat (rows, END ("4"), NULL);
  g_autofree char *want = g_compute_checksum_for_string (G_CHECKSUM_SHA256, rows, -1);
  g_autofree char *digest = NULL;
  g_autoptr (PorchRowReader) reader = reader_of (whole);
  g_autoptr (GError) error = NULL;
  PorchRow row;

  g_assert_true (porch_row_reader_next (reader, &row, NULL, &error));
  g_assert_cmpint (row.type, ==, PORCH_ROW_FILE);
  g_assert_cmpstr (row.name, ==, "a");
  g_assert_cmpstr (row.version, ==, VERSION);
  g_assert_true (porch_row_reader_next (reader, &row, NULL, &error));
  g_assert_cmpint (row.type, ==, PORCH_ROW_FOLDER);
  g_assert_cmpint (row.mtime, ==, -7);
  g_assert_true (porch_row_reader_next (reader, &row, NULL, &error));
  g_assert_cmpint (row.size, ==, PORCH_MAX_FILE_SIZE);
  g_assert_true (porch_row_reader_next (reader, &row, NULL, &error));
  g_assert_cmpint (row.type, ==, PORCH_ROW_REFUSED);
  g_assert_cmpstr (row.code, ==, "name");
  g_assert_false (porch_row_reader_next (reader, &row, NULL, &error));
  g_assert_no_error (error);
  digest = porch_row_reader_dup_digest (reader);
  g_assert_cmpstr (digest, ==, want);
}

static void
test_bad (void)
{
  static const char *const bad[] = {
    "[1]\n", "nonsense\n", "{\"n\":\"a\"}\n", "{\"t\":\"f\"}\n", "{\"n\":\"a\",\"t\":\"x\",\"m\":1}\n", "{\"n\":5,\"t\":\"d\",\"m\":1}\n",
    "{\"n\":\"a\",\"t\":\"f\",\"s\":-1,\"m\":5,\"v\":\"" VERSION "\"}\n", FILE_ROW ("a", "70368744177665"),
    FILE_ROW ("a", "9223372036854775808"), FILE_ROW ("a", "1e3"), "{\"n\":\"a\",\"t\":\"f\",\"s\":1,\"m\":5,\"v\":\"zz\"}\n",
    "{\"n\":\"a\",\"t\":\"f\",\"s\":1,\"m\":5}\n", "{\"end\":true,\"rows\":1}\n", "{\"end\":true}\n", "{\"end\":true,\"rows\":-1}\n",
    FILE_ROW ("a", "1") END ("2"), NULL,
  };

  for (guint i = 0; bad[i]; i++)
    {
      g_autoptr (PorchRowReader) reader = reader_of (bad[i]);
      g_autoptr (GError) error = NULL;
      PorchRow row;

      while (porch_row_reader_next (reader, &row, NULL, &error))
        ;
      if (error == NULL || error->domain != PORCH_ERROR)
        g_error ("accepted: %s", bad[i]);
    }
}

static void
test_cut (void)
{
  static const char rows[] = FILE_ROW ("a", "1") END ("1");

  for (gsize length = 0; length < sizeof rows - 1; length++)
    {
      g_autofree char *part = g_strndup (rows, length);
      g_autoptr (PorchRowReader) reader = reader_of (part);
      g_autoptr (GError) error = NULL;
      PorchRow row;

      while (porch_row_reader_next (reader, &row, NULL, &error))
        ;
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
    }
}

static void
test_long_line (void)
{
  g_autofree char *name = g_strnfill (PORCH_MAX_ROW, 'x');
  g_autofree char *text = g_strconcat ("{\"n\":\"", name, "\",\"t\":\"d\",\"m\":1}\n", NULL);
  g_autofree char *endless = g_strnfill (1000000, 'x');
  g_autoptr (PorchRowReader) first = reader_of (text);
  g_autoptr (PorchRowReader) second = reader_of (endless);
  g_autoptr (GError) error = NULL;
  PorchRow row;

  g_assert_false (porch_row_reader_next (first, &row, NULL, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
  g_clear_error (&error);
  g_assert_false (porch_row_reader_next (second, &row, NULL, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
}

static char *
escape_json (const TestName *name)
{
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < name->length; i++)
    {
      guchar c = (guchar) name->name[i];

      if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", c);
      else if (c < 0x20 || c == 0x7f)
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_c (out, (char) c);
    }
  return g_string_free (out, FALSE);
}

/* The corpus as a name in a listing: what comes out as a file is a path that may be written below the target, all else is refused. */
static void
test_hostile_names (void)
{
  guint n, passed = 0, refused = 0;
  const TestName *names = test_names_get (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = escape_json (&names[i]);
      g_autofree char *line = g_strdup_printf ("{\"n\":\"%s\",\"t\":\"d\",\"m\":1}", name);
      g_autofree char *out = NULL;
      g_autoptr (GError) error = NULL;
      gboolean end, ok;
      PorchRow row;

      ok = porch_row_parse (line, strlen (line), &row, &out, &end, &error);
      if (!ok || row.type == PORCH_ROW_REFUSED || *out == 0)
        {
          refused++;
          continue;
        }
      passed++;
      g_assert_true (porch_path_check (out, -1, NULL));
      if (!(names[i].flags & TEST_NAME_PATH_OK))
        g_error ("%s came through", names[i].label);
    }
  g_assert_cmpuint (passed, >, 0);
  g_assert_cmpuint (refused, >, 0);
}

/* The quick way for rows in Porch's own form must say what the JSON parser says: the same rows with a blank, which it leaves alone. */
static void
test_both_ways (void)
{
  static const char *const rows[] = {
    "{\"n\":\"a\",\"t\":\"f\",\"s\":0,\"m\":0,\"v\":\"" VERSION "\"}", "{\"n\":\"a/b\",\"t\":\"d\",\"m\":-1}",
    "{\"n\":\"q\\\"b\\\\s\",\"t\":\"d\",\"m\":9223372036854775807}", "{\"n\":\"\\u0041\",\"t\":\"d\",\"m\":1}",
    "{\"n\":\"x\",\"t\":\"d\",\"m\":01}", "{\"n\":\"x\",\"t\":\"d\",\"m\":-}", "{\"n\":\"x\",\"t\":\"d\",\"m\":9223372036854775808}",
    "{\"n\":\"..\",\"t\":\"d\",\"m\":1}", "{\"n\":\"\xff\",\"t\":\"d\",\"m\":1}", "{\"n\":\"x\\",
    "{\"n\":\"x\",\"t\":\"f\",\"s\":70368744177665,\"m\":1,\"v\":\"" VERSION "\"}",
    "{\"n\":\"x\",\"t\":\"f\",\"s\":-5,\"m\":1,\"v\":\"" VERSION "\"}",
    "{\"n\":\"x\",\"t\":\"f\",\"s\":5,\"m\":1,\"v\":\"00112233445566778899AABBCCDDEEFF\"}",
    "{\"n\":\"x\",\"t\":\"f\",\"s\":5,\"m\":1,\"v\":\"0011\"}", "{\"n\":\"x\",\"t\":\"d\",\"m\":1}}", "{\"n\":\"x\",\"t\":\"d\",\"m\":1.5}",
    "{\"n\":\"\",\"t\":\"d\",\"m\":1}", NULL,
  };

  for (guint i = 0; rows[i]; i++)
    {
      g_autofree char *other = g_strdup_printf ("{ %s", rows[i] + 1);
      g_autofree char *quick_name = NULL;
      g_autofree char *slow_name = NULL;
      PorchRow quick, slow;
      gboolean quick_end, slow_end;
      gboolean quick_ok = porch_row_parse (rows[i], strlen (rows[i]), &quick, &quick_name, &quick_end, NULL);
      gboolean slow_ok = porch_row_parse (other, strlen (other), &slow, &slow_name, &slow_end, NULL);

      if (quick_ok != slow_ok)
        g_error ("%s: %d, %d", rows[i], quick_ok, slow_ok);
      if (!quick_ok)
        continue;
      g_assert_cmpstr (quick_name, ==, slow_name);
      g_assert_cmpint (quick.type, ==, slow.type);
      g_assert_cmpint (quick.size, ==, slow.size);
      g_assert_cmpint (quick.mtime, ==, slow.mtime);
      g_assert_cmpstr (quick.version, ==, slow.version);
    }
}

static void
test_staging_name (void)
{
  g_autofree char *out = NULL;
  gboolean end;
  PorchRow row;
  static const char line[] = "{\"n\":\"d/.porch-0123456789abcdef\",\"t\":\"d\",\"m\":1}";

  g_assert_true (porch_row_parse (line, strlen (line), &row, &out, &end, NULL));
  g_assert_cmpint (row.type, ==, PORCH_ROW_REFUSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rows/good", test_good);
  g_test_add_func ("/rows/bad", test_bad);
  g_test_add_func ("/rows/cut", test_cut);
  g_test_add_func ("/rows/long-line", test_long_line);
  g_test_add_func ("/rows/hostile-names", test_hostile_names);
  g_test_add_func ("/rows/both-ways", test_both_ways);
  g_test_add_func ("/rows/staging-name", test_staging_name);
  return g_test_run ();
}
