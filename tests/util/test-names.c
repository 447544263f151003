/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-names.h"

#include <string.h>

#define OK (TEST_NAME_SEGMENT_OK | TEST_NAME_PATH_OK | TEST_NAME_ON_DISK)
#define PATH TEST_NAME_PATH_OK
#define DISK TEST_NAME_ON_DISK
#define ESC TEST_NAME_HIDDEN
#define N(label, text, flags) { label, text, sizeof (text) - 1, flags }

static const TestName fixed[] = {
  N ("NUL inside", "a\0b", ESC),
  N ("NUL and more", "good.txt\0../../etc/passwd", ESC),
  N ("newline", "a\nb", DISK | ESC),
  N ("trailing newline", "a\n", DISK | ESC),
  N ("carriage return", "a\rb", DISK | ESC),
  N ("tab", "a\tb", DISK | ESC),
  N ("ESC", "\x1b]0;owned\x07", DISK | ESC),
  N ("ESC colour", "\x1b[31mred", DISK | ESC),
  N ("DEL", "a\x7f", DISK | ESC),
  N ("C1 CSI", "a\xc2\x9b" "31m", DISK | ESC),
  N ("C1 NEL", "a\xc2\x85" "b", DISK | ESC),
  N ("right-to-left override", "photo\xe2\x80\xaegpj.exe", OK | ESC),
  N ("isolate", "a\xe2\x81\xa6" "b\xe2\x81\xa9", OK | ESC),
  N ("zero width space", "a\xe2\x80\x8b" "b", OK | ESC),
  N ("byte order mark", "\xef\xbb\xbf" "a", OK | ESC),
  N ("line separator", "a\xe2\x80\xa8" "b", OK | ESC),
  N ("lone continuation", "a\x80" "b", DISK | ESC),
  N ("cut sequence", "a\xe2\x82", DISK | ESC),
  N ("overlong slash", "..\xc0\xaf" "x", DISK | ESC),
  N ("overlong dots", "\xc0\xae\xc0\xae", DISK | ESC),
  N ("surrogate", "a\xed\xa0\x80", DISK | ESC),
  N ("beyond Unicode", "a\xf4\x90\x80\x80", DISK | ESC),
  N ("0xff", "\xff\xfe", DISK | ESC),
  N ("Latin-1", "caf\xe9", DISK | ESC),
  N ("empty", "", 0),
  N ("dot", ".", 0),
  N ("dot dot", "..", 0),
  N ("up", "../x", 0),
  N ("up to a secret", "../../.ssh/authorized_keys", 0),
  N ("absolute", "/etc/x", 0),
  N ("two slashes first", "//x", 0),
  N ("up inside", "a/../../x", 0),
  N ("up at the end", "a/..", 0),
  N ("dot inside", "a/./b", 0),
  N ("dot first", "./a", 0),
  N ("double slash", "a//b", 0),
  N ("trailing slash", "a/", 0),
  N ("only a slash", "/", 0),
  N ("control in a folder", "a\n/b", ESC),
  N ("bad bytes in a folder", "a\xff/b", ESC),
  N ("folder and file", "a/b", PATH),
  N ("three dots", "...", OK),
  N ("dot dot name", "..x", OK),
  N ("dot dot tail", "x..", OK),
  N ("leading dash", "-rf", OK),
  N ("long option", "--checkpoint-action=exec=sh x", OK),
  N ("tilde", "~", OK),
  N ("tilde user", "~root", OK),
  N ("trailing dot", "a.", OK),
  N ("trailing space", "a ", OK),
  N ("leading space", " a", OK),
  N ("only a space", " ", OK),
  N ("CON", "CON", OK),
  N ("AUX with extension", "aux.txt", OK),
  N ("COM1", "COM1", OK),
  N ("stream", "a:b", OK),
  N ("case twin 1", "Case", OK),
  N ("case twin 2", "cASE", OK),
  N ("NFC twin", "caf\xc3\xa9", OK),
  N ("NFD twin", "cafe\xcc\x81", OK),
  N ("%2f", "..%2f..%2fx", OK),
  N ("%00", "a%00b", OK),
  N ("%2e%2e", "%2e%2e", OK),
  N ("backslashes", "..\\..\\x", OK),
  N ("drive", "C:\\x", OK),
  N ("UNC", "\\\\host\\share", OK),
  N ("markup", "<b>bold</b>", PATH),
  N ("bold", "<b>", OK),
  N ("entity", "&amp;", OK),
  N ("javascript", "javascript:alert(1)", OK),
  N ("image tag", "<img src=x onerror=alert(1)>", OK),
  N ("quote", "\"; rm -rf ~; \"", OK),
  N ("dollar", "$(touch x)`id`", OK),
  N ("format", "%s%n%p", OK),
  N ("JSON", "\",\"t\":\"d\"}", OK),
  N ("emoji", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", OK),
  N ("staging", ".porch-0123456789abcdef", DISK),
  N ("staging in a folder", "a/.porch-0123456789abcdef", 0),
  N ("nearly staging", ".porch-0123456789abcdeF", OK),
  N ("nearly staging, longer", ".porch-0123456789abcdef0", OK),
};

static void
add_long (GArray *names, const char *label, char *text, TestNameFlags flags)
{
  TestName name = { label, text, strlen (text), flags };

  g_array_append_val (names, name);
}

static char *
repeat (const char *unit, guint times, const char *last)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < times; i++)
    g_string_append (text, unit);
  g_string_append (text, last);
  return g_string_free (text, FALSE);
}

const TestName *
test_names_get (guint *n_names)
{
  static GArray *names;

  if (!names)
    {
      names = g_array_new (FALSE, FALSE, sizeof (TestName));
      g_array_append_vals (names, fixed, G_N_ELEMENTS (fixed));
      add_long (names, "255 bytes", repeat ("a", 255, ""), OK);
      add_long (names, "256 bytes", repeat ("a", 256, ""), 0);
      add_long (names, "255 bytes of emoji", repeat ("\xf0\x9f\x98\x80", 63, "abc"), OK);
      add_long (names, "256 bytes of emoji", repeat ("\xf0\x9f\x98\x80", 64, ""), 0);
      add_long (names, "4,096 bytes", repeat ("a", 4096, ""), 0);
      add_long (names, "path of 4,095 bytes", repeat ("aaaaaaaaaaaaaaa/", 255, "aaaaaaaaaaaaaaa"), PATH);
      add_long (names, "path of 4,097 bytes", repeat ("aaaaaaaaaaaaaaa/", 255, "aaaaaaaaaaaaaaaaa"), 0);
      add_long (names, "depth 256", repeat ("d/", 255, "d"), PATH);
      add_long (names, "depth 257", repeat ("d/", 256, "d"), 0);
      add_long (names, "depth 1,000", repeat ("d/", 999, "d"), 0);
      add_long (names, "1,000 ups", repeat ("../", 1000, "etc/passwd"), 0);
    }
  *n_names = names->len;
  return (const TestName *) (gpointer) names->data;
}
