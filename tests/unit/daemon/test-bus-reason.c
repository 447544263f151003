/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why the service could not start: written by it, read by whoever asked for it; what is of another start, is a link or is too
 * long. */
#include "config.h"

#include "porch-bus-reason.h"
#include "test-tree.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

static char *
where (void)
{
  return g_build_filename (g_get_user_runtime_dir (), "porch-reason", NULL);
}

static void
assert_reason (gint64 since, const char *expected)
{
  g_autofree char *words = porch_bus_reason_read (since);

  g_assert_cmpstr (words, ==, expected);
}

static void
test_write_read_clear (void)
{
  g_autofree char *path = where ();
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  GStatBuf st;

  assert_reason (0, NULL);
  porch_bus_reason_write ("The disk is on fire. Put it out first, then start Porch again.");
  porch_bus_reason_write ("The key is damaged.");
  assert_reason (now, "The key is damaged.");
  g_assert_cmpint (g_stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  porch_bus_reason_clear ();
  assert_reason (0, NULL);
}

static void
test_of_another_start (void)
{
  g_autofree char *path = where ();

  porch_bus_reason_write ("Old news.");
  g_assert_cmpint (utime (path, &(struct utimbuf){ 1000, 1000 }), ==, 0);
  assert_reason (1001, NULL);
  assert_reason (1000, "Old news.");
  porch_bus_reason_clear ();
}

static void
test_odd_contents (void)
{
  g_autofree char *path = where ();
  g_autofree char *secret = g_strconcat (path, ".secret", NULL);
  g_autofree char *long_one = g_strnfill (PORCH_BUS_MAX_REASON + 500, 'x');
  g_autofree char *read = NULL;

  porch_bus_reason_write (long_one);
  read = porch_bus_reason_read (0);
  g_assert_cmpuint (strlen (read), ==, PORCH_BUS_MAX_REASON);
  g_assert_true (g_file_set_contents (path, "bad \xff byte", -1, NULL));
  assert_reason (0, "bad \xef\xbf\xbd byte");
  g_assert_true (g_file_set_contents (secret, "secret", -1, NULL));
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (symlink (secret, path), ==, 0); /* a link is neither read nor written through */
  assert_reason (0, NULL);
  porch_bus_reason_write ("x");
  g_clear_pointer (&read, g_free);
  g_assert_true (g_file_get_contents (secret, &read, NULL, NULL));
  g_assert_cmpstr (read, ==, "secret");
  porch_bus_reason_clear ();
  g_assert_cmpint (mkfifo (path, 0600), ==, 0); /* nor does it wait for anybody */
  assert_reason (0, NULL);
  porch_bus_reason_clear ();
}

int
main (int argc, char **argv)
{
  char *home = test_tree_new_home ();
  int failed;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bus/reason/write-read-clear", test_write_read_clear);
  g_test_add_func ("/bus/reason/of-another-start", test_of_another_start);
  g_test_add_func ("/bus/reason/odd-contents", test_odd_contents);
  failed = g_test_run ();
  test_tree_remove (home);
  return failed;
}
