/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-path.h"
#include "test-names.h"

#include <string.h>

static void
expect (const TestName *name, gboolean passed, gboolean should, GError *error)
{
  if (passed != should)
    g_error ("%s: %s", name->label, passed ? "was let through" : error->message);
  if (passed)
    g_assert_no_error (error);
  else
    {
      g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PATH_REFUSED);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_null (strchr (error->message, '\n'));
      g_assert_null (strchr (error->message, '\x1b'));
      g_assert_cmpuint (strlen (error->message), <, 1000);
    }
}

/* S4: the corpus at the layer through which every entry point goes. */
static void
test_s4_names (void)
{
  guint n;
  const TestName *names = test_names_get (&n);

  g_assert_cmpuint (n, >, 80);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GError) name_error = NULL;
      g_autoptr (GError) path_error = NULL;
      gboolean name_ok = porch_path_check_name (names[i].name, (gssize) names[i].length, &name_error);
      gboolean path_ok = porch_path_check (names[i].name, (gssize) names[i].length, &path_error);

      expect (&names[i], name_ok, (names[i].flags & TEST_NAME_SEGMENT_OK) != 0, name_error);
      expect (&names[i], path_ok, (names[i].flags & TEST_NAME_PATH_OK) != 0, path_error);
    }
}

/* A buffer that is not NUL-terminated must not be read beyond its length. */
static void
test_length (void)
{
  g_autofree char *exact = g_memdup2 ("abc", 3);

  g_assert_true (porch_path_check_name (exact, 3, NULL));
  g_assert_true (porch_path_check (exact, 3, NULL));
  g_assert_true (porch_path_check_name ("a/b", 1, NULL));
  g_assert_false (porch_path_check_name ("a/b", -1, NULL));
}

static void
test_display (void)
{
  guint n;
  const TestName *names = test_names_get (&n);
  static const char *const cases[][2] = {
    { "plain", "plain" },
    { "Grüße 北京 👩‍👧", "Grüße 北京 👩‍👧" },
    { "a\nb", "a\\x0ab" },
    { "\x1b[31m", "\\x1b[31m" },
    { "a\xc2\x9b", "a\\x9b" },
    { "x\xe2\x80\xaegpj", "x\\u{202e}gpj" },
    { "caf\xe9", "caf\\xe9" },
    { "a\xe2\x82", "a\\xe2\\x82" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = porch_path_to_display (cases[i][0]);
      g_assert_cmpstr (shown, ==, cases[i][1]);
    }
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *shown = porch_path_to_display_len (names[i].name, names[i].length);

      g_assert_true (g_utf8_validate (shown, -1, NULL));
      for (const char *p = shown; *p; p = g_utf8_next_char (p))
        {
          gunichar c = g_utf8_get_char (p);
          g_assert_true (c >= 0x20 && !(c >= 0x7f && c <= 0x9f) && !(c >= 0x202a && c <= 0x202e) && c != 0x2028);
        }
      if (names[i].flags & TEST_NAME_HIDDEN)
        g_assert_nonnull (strchr (shown, '\\'));
      else if (!strchr (names[i].name, '\\'))
        g_assert_cmpstr (shown, ==, names[i].name);
    }
}

static void
test_numbered (void)
{
  static const struct {
    const char *name;
    guint       number;
    const char *result;
  } cases[] = {
    { "name.tar.gz", 2, "name (2).tar.gz" },
    { "photo.jpg", 1, "photo (1).jpg" },
    { "docs", 1, "docs (1)" },
    { ".profile", 1, ".profile (1)" },
    { ".tar.gz", 1, ".tar (1).gz" },
    { "a.", 3, "a. (3)" },
    { "Notes. On the winter", 1, "Notes. On the winter (1)" },
    { "x.averyveryverylongextension", 1, "x.averyveryverylongextension (1)" },
    { "a (1).txt", 2, "a (1) (2).txt" },
    { "北京.txt", 10, "北京 (10).txt" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *result = porch_path_numbered (cases[i].name, cases[i].number);
      g_assert_cmpstr (result, ==, cases[i].result);
    }
}

static void
test_numbered_fits (void)
{
  guint n;
  const TestName *names = test_names_get (&n);

  for (guint i = 0; i < n; i++)
    for (guint number = 1; number < G_MAXUINT / 10; number = number * 10 + 9)
      if (names[i].flags & TEST_NAME_SEGMENT_OK)
        {
          g_autofree char *result = porch_path_numbered (names[i].name, number);
          g_autoptr (GError) error = NULL;

          g_assert_cmpstr (result, !=, names[i].name);
          porch_path_check_name (result, -1, &error);
          g_assert_no_error (error);
        }
}

static void
test_staging (void)
{
  g_assert_true (porch_path_is_staging (".porch-0123456789abcdef"));
  g_assert_false (porch_path_is_staging (".porch-0123456789abcde"));
  g_assert_false (porch_path_is_staging (".porch-0123456789abcdefa"));
  g_assert_false (porch_path_is_staging (".porch-0123456789ABCDEF"));
  g_assert_false (porch_path_is_staging ("x.porch-0123456789abcdef"));
  g_assert_false (porch_path_is_staging (".porch-../../etc/passwd"));
}

static void
test_label (void)
{
  static const char *const good[] = { "Ada", "Ada’s laptop", "北京", "a", "x-", "a b", "..a", NULL };
  static const char *const bad[] = { "", "-rf", " a", "a ", "a/b", "a:b", "a\nb", "a\x7f", ".", "..", "a\xe2\x80\xae" "b", "\xff",
                                     "a\xe2\x80\x8b", "\xc2\xa0" "a", NULL };
  g_autofree char *longest = g_strnfill (PORCH_MAX_LABEL, 'a');
  g_autofree char *longer = g_strnfill (PORCH_MAX_LABEL + 1, 'a');

  for (guint i = 0; good[i]; i++)
    {
      g_autoptr (GError) error = NULL;
      porch_label_check (good[i], &error);
      g_assert_no_error (error);
    }
  for (guint i = 0; bad[i]; i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (porch_label_check (bad[i], &error));
      g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PATH_REFUSED);
    }
  g_assert_true (porch_label_check (longest, NULL));
  g_assert_false (porch_label_check (longer, NULL));
}

static void
test_label_clean (void)
{
  static const char *const cases[][2] = {
    { "Ada", "Ada" },        { "  Ada  ", "Ada" }, { "--help", "help" }, { "a/b:c", "a-b-c" },      { "a\nb\x1b", "ab" },
    { "/", NULL },           { "", NULL },         { "..", NULL },       { "\xe2\x80\xae" "x", "x" }, { " - x", "x" },
  };
  g_autofree char *emoji = porch_label_clean ("😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀");
  guint n;
  const TestName *names = test_names_get (&n);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *clean = porch_label_clean (cases[i][0]);
      g_assert_cmpstr (clean, ==, cases[i][1]);
    }
  g_assert_cmpuint (strlen (emoji), ==, 60);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *clean = porch_label_clean (names[i].name);
      g_assert_true (!clean || porch_label_check (clean, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/path/s4-names", test_s4_names);
  g_test_add_func ("/path/length", test_length);
  g_test_add_func ("/path/display", test_display);
  g_test_add_func ("/path/numbered", test_numbered);
  g_test_add_func ("/path/numbered-fits", test_numbered_fits);
  g_test_add_func ("/path/staging", test_staging);
  g_test_add_func ("/path/label", test_label);
  g_test_add_func ("/path/label-clean", test_label_clean);
  return g_test_run ();
}
