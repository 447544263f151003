/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-path.h"
#include "share/porch-tree-private.h"
#include "test-names.h"
#include "test-tree.h"
#include "test-user.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const guint8 secret[32] = "a secret of the test, 32 bytes.";

static PorchTree *
share_of (const char *root)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchDir) dir = porch_dir_open (root, &error);

  g_assert_no_error (error);
  return porch_tree_new_share (dir, secret);
}

static char *
drain (PorchFlow *flow, GError **error)
{
  GString *all = g_string_new (NULL);
  GBytes *bytes;

  while ((bytes = porch_flow_pop (flow, error)))
    {
      g_string_append_len (all, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
      g_bytes_unref (bytes);
    }
  porch_flow_unref (flow);
  return g_string_free (all, FALSE);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Rows as "t name[ extra]", sorted. */
static char *
summarize (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;

  for (guint i = 0; lines[i]; i++)
    {
      g_autoptr (JsonNode) node = *lines[i] ? json_from_string (lines[i], NULL) : NULL;
      JsonObject *row = node ? json_node_get_object (node) : NULL;

      if (!*lines[i])
        continue;
      g_assert_nonnull (row);
      g_assert_cmpuint (strlen (lines[i]), <=, PORCH_MAX_ROW);
      if (json_object_has_member (row, "end"))
        g_ptr_array_add (rows, g_strdup_printf ("~ %d", (int) json_object_get_int_member (row, "rows")));
      else if (json_object_has_member (row, "e"))
        g_ptr_array_add (rows, g_strdup_printf ("! %s %s", json_object_get_string_member (row, "n"), json_object_get_string_member (row, "e")));
      else if (json_object_has_member (row, "s"))
        g_ptr_array_add (rows, g_strdup_printf ("f %s %d", json_object_get_string_member (row, "n"), (int) json_object_get_int_member (row, "s")));
      else
        g_ptr_array_add (rows, g_strdup_printf ("d %s", json_object_get_string_member (row, "n")));
    }
  g_ptr_array_sort (rows, compare_rows);
  g_ptr_array_add (rows, NULL);
  return g_strjoinv ("\n", (char **) rows->pdata);
}

static char *
list (PorchTree *tree, const char *path, gboolean deep)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = drain (porch_tree_list (tree, path, deep), &error);

  g_assert_no_error (error);
  return summarize (text);
}

static void
assert_list (PorchTree *tree, const char *path, gboolean deep, const char *expected)
{
  g_autofree char *have = list (tree, path, deep);

  g_assert_cmpstr (have, ==, expected);
}

static void
test_self (void)
{
  char *root = test_tree_new ();
  g_autoptr (PorchTree) tree = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *file = NULL;
  g_autofree char *all = NULL;
  g_autoptr (GError) error = NULL;

  test_tree_fill (root, (const char *const[]){ "d/b*700", "link->d", NULL });
  tree = share_of (root);
  folder = drain (porch_tree_list_self (tree, "d"), &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (folder, "{\"n\":\"\",\"t\":\"d\",\"m\":"));
  g_assert_nonnull (strstr (folder, "{\"n\":\"b\",\"t\":\"f\",\"s\":700,"));
  g_assert_true (g_str_has_suffix (folder, "{\"end\":true,\"rows\":2}\n"));
  file = drain (porch_tree_list_self (tree, "d/b"), &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (file, "{\"n\":\"\",\"t\":\"f\",\"s\":700,"));
  g_assert_true (g_str_has_suffix (file, "{\"end\":true,\"rows\":1}\n"));
  all = drain (porch_tree_list_self (tree, ""), &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (all, "{\"end\":true,\"rows\":3}\n"));
  g_free (drain (porch_tree_list_self (tree, "link"), &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PATH_REFUSED);
  g_clear_error (&error);
  g_free (drain (porch_tree_list_self (tree, "d/none"), &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND);
  test_tree_remove (root);
}

static void
assert_list_error (PorchTree *tree, const char *path, int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = drain (porch_tree_list (tree, path, FALSE), &error);

  g_assert_cmpstr (text, ==, "");
  g_assert_error (error, PORCH_ERROR, code);
}

static void
test_share (void)
{
  static const char *const entries[] = { "a=one", "d/b*70000", "d/e/c=three", "d/empty/", "q\"uote\\=x", "l->a", "d/l->..",
                                         ".porch-0123456789abcdef=x", ".hidden=x", NULL };
  char *root = test_tree_new ();
  g_autoptr (PorchTree) tree = NULL;

  test_tree_fill (root, entries);
  tree = share_of (root);
  assert_list (tree, "", FALSE, "d d\nf .hidden 1\nf a 3\nf q\"uote\\ 1\n~ 4");
  assert_list (tree, "", TRUE,
               "d d\nd d/e\nd d/empty\nf .hidden 1\nf a 3\nf d/b 70000\nf d/e/c 5\nf q\"uote\\ 1\n~ 8");
  assert_list (tree, "d", FALSE, "d e\nd empty\nf b 70000\n~ 3");
  assert_list (tree, "d", TRUE, "d e\nd empty\nf b 70000\nf e/c 5\n~ 4");
  assert_list (tree, "d/empty", TRUE, "~ 0");
  assert_list_error (tree, "x", PORCH_ERROR_NOT_FOUND);
  assert_list_error (tree, "a", PORCH_ERROR_NOT_FOUND);
  assert_list_error (tree, "../x", PORCH_ERROR_PATH_REFUSED);
  assert_list_error (tree, "d/l", PORCH_ERROR_PATH_REFUSED);
  test_tree_remove (root);
}

static void
test_rows (void)
{
  static const char *const entries[] = { "a=one", NULL };
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "a", NULL);
  g_autoptr (PorchTree) tree = NULL;
  g_autofree char *text = NULL;
  g_autofree char *expected = NULL;
  struct timespec times[2] = { { 0, 0 }, { 1500000000, 123456789 } };
  char version[33];
  struct stat st;

  test_tree_fill (root, entries);
  utimensat (AT_FDCWD, path, times, 0);
  tree = share_of (root);
  g_assert_cmpint (stat (path, &st), ==, 0);
  porch_tree_version (secret, &st, version);
  g_assert_cmpuint (strlen (version), ==, 32);
  text = drain (porch_tree_list (tree, "", FALSE), NULL);
  expected = g_strdup_printf ("{\"n\":\"a\",\"t\":\"f\",\"s\":3,\"m\":1500000000123456789,\"v\":\"%s\"}\n{\"end\":true,\"rows\":1}\n", version);
  g_assert_cmpstr (text, ==, expected);
  test_tree_remove (root);
}

/* A version depends on all that it is made of, and on the secret. */
static void
test_version (void)
{
  struct stat st = { .st_ino = 1, .st_size = 2, .st_mtim = { 3, 4 }, .st_ctim = { 5, 6 } };
  guint8 other[32] = { 1 };
  char first[33];
  char next[33];

  porch_tree_version (secret, &st, first);
  for (guint i = 0; i < 7; i++)
    {
      struct stat now = st;

      now.st_ino += i == 0;
      now.st_size += i == 1;
      now.st_mtim.tv_sec += i == 2;
      now.st_mtim.tv_nsec += i == 3;
      now.st_ctim.tv_sec += i == 4;
      now.st_ctim.tv_nsec += i == 5;
      porch_tree_version (i == 6 ? other : secret, &now, next);
      g_assert_cmpstr (next, !=, first);
    }
  st.st_atim.tv_sec++;
  porch_tree_version (secret, &st, next);
  g_assert_cmpstr (next, ==, first);
}

static void
test_offer (void)
{
  static const char *const entries[] = { "one/photo=x", "two/photo=xy", "two/album/p=1", "two/album/q/r=2", "secret=no", "link->secret", NULL };
  char *root = test_tree_new ();
  g_autofree char *one_path = g_build_filename (root, "one", NULL);
  g_autofree char *two_path = g_build_filename (root, "two", NULL);
  g_autoptr (PorchTree) tree = porch_tree_new_offer (secret);
  g_autoptr (PorchDir) here = NULL;
  g_autoptr (PorchDir) one = NULL;
  g_autoptr (PorchDir) two = NULL;

  test_tree_fill (root, entries);
  here = porch_dir_open (root, NULL);
  one = porch_dir_open (one_path, NULL);
  two = porch_dir_open (two_path, NULL);
  porch_tree_add_top (tree, "photo", one, "photo");
  porch_tree_add_top (tree, "photo (1)", two, "photo");
  porch_tree_add_top (tree, "pictures", two, "album");
  porch_tree_add_top (tree, "gone", two, "gone");
  porch_tree_add_top (tree, "link", here, "link");
  assert_list (tree, "", FALSE, "! gone not-found\n! link io\nd pictures\nf photo (1) 2\nf photo 1\n~ 5");
  assert_list (tree, "", TRUE,
               "! gone not-found\n! link io\nd pictures\nd pictures/q\nf photo (1) 2\nf photo 1\nf pictures/p 1\nf pictures/q/r 1\n~ 8");
  assert_list (tree, "pictures", TRUE, "d q\nf p 1\nf q/r 1\n~ 3");
  assert_list (tree, "pictures/q", FALSE, "f r 1\n~ 1");
  assert_list_error (tree, "album", PORCH_ERROR_NOT_FOUND);
  assert_list_error (tree, "secret", PORCH_ERROR_NOT_FOUND);
  assert_list_error (tree, "pictures/../../secret", PORCH_ERROR_PATH_REFUSED);
  test_tree_remove (root);
}

/* S4: bad names become rows that can be shown; all that is listed can be asked for. */
static void
test_s4_corpus (void)
{
  char *root = test_tree_new ();
  g_autoptr (PorchTree) tree = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n, made = 0, problems = 0;
  const TestName *names = test_names_get (&n);

  for (guint i = 0; i < n; i++)
    if (names[i].flags & TEST_NAME_ON_DISK)
      {
        g_autofree char *path = g_build_filename (root, names[i].name, NULL);
        g_assert_cmpint (close (open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644)), ==, 0);
        made += strcmp (names[i].label, "staging") != 0;
      }
  tree = share_of (root);
  text = drain (porch_tree_list (tree, "", TRUE), NULL);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, made + 1);
  for (guint i = 0; i < made; i++)
    {
      g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);
      JsonObject *row = json_node_get_object (node);
      const char *name = json_object_get_string_member (row, "n");

      if (strcmp (json_object_get_string_member (row, "t"), "!") == 0)
        problems++;
      else
        g_assert_true (porch_path_check (name, -1, NULL));
      for (const char *p = lines[i]; *p; p++)
        g_assert_true ((guchar) *p >= 0x20 && *p != 0x7f);
    }
  g_assert_cmpuint (problems, >, 10);
  test_tree_remove (root);
}

/* S6 and permissions: unreadable things are said, special ones are not. */
static void
test_s6_special (void)
{
  static const char *const entries[] = { "file=x", "shut/file=x", "etc->/etc", "open/secret=x", NULL };
  char *root = test_tree_new ();
  g_autofree char *fifo = g_build_filename (root, "open", "fifo", NULL);
  g_autofree char *shut = g_build_filename (root, "shut", NULL);
  g_autofree char *secret_path = g_build_filename (root, "open", "secret", NULL);
  g_autoptr (PorchTree) tree = NULL;

  test_tree_fill (root, entries);
  g_assert_cmpint (mkfifo (fifo, 0666), ==, 0);
  g_chmod (shut, 0);
  g_chmod (secret_path, 0);
  tree = share_of (root);
  assert_list (tree, "", TRUE, "! open/secret io\n! shut io\nd open\nf file 1\n~ 4");
  g_chmod (shut, 0755);
  test_tree_remove (root);
}

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

/* A tree as deep as the limit, and deeper: constant descriptors, and what is too deep is said. */
static void
test_depth (void)
{
  char *root = test_tree_new ();
  int fd = open (root, O_RDONLY | O_DIRECTORY);
  g_autoptr (PorchTree) tree = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint before = count_fds ();
  guint most = 0;
  PorchFlow *flow;
  GBytes *bytes;
  g_autoptr (GString) all = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;
  guint n;

  for (guint i = 0; i < 300; i++)
    {
      int next;

      g_assert_cmpint (mkdirat (fd, "d", 0755), ==, 0);
      g_assert_cmpint (close (openat (fd, "a", O_CREAT | O_WRONLY, 0644)), ==, 0);
      g_assert_cmpint (close (openat (fd, "z", O_CREAT | O_WRONLY, 0644)), ==, 0);
      next = openat (fd, "d", O_RDONLY | O_DIRECTORY);
      close (fd);
      fd = next;
    }
  close (fd);
  tree = share_of (root);
  flow = porch_tree_list (tree, "", TRUE);
  while ((bytes = porch_flow_pop (flow, &error)))
    {
      most = MAX (most, count_fds ());
      g_string_append_len (all, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
      g_bytes_unref (bytes);
    }
  g_assert_no_error (error);
  porch_flow_unref (flow);
  g_assert_cmpuint (most, <, before + 20);
  lines = g_strsplit (g_strchomp (all->str), "\n", -1);
  n = g_strv_length (lines);
  /* Three in each of 256 folders, and three that are too deep. */
  g_assert_cmpuint (n, ==, 3 * PORCH_MAX_PATH_DEPTH + 3 + 1);
  for (guint i = 0, problems = 0; i < n; i++)
    {
      problems += strstr (lines[i], "\"t\":\"!\"") != NULL;
      if (i == n - 1)
        g_assert_cmpuint (problems, ==, 3);
    }
  test_tree_remove (root);
}

static void
make_chain (const char *root, char c)
{
  int fd = open (root, O_RDONLY | O_DIRECTORY);
  g_autofree char *name = g_strnfill (255, c);

  for (guint i = 0; i < 18; i++)
    {
      int next;

      g_assert_cmpint (mkdirat (fd, name, 0755), ==, 0);
      next = openat (fd, name, O_RDONLY | O_DIRECTORY);
      close (fd);
      fd = next;
    }
  close (fd);
}

/* A path longer than 4,096 bytes, and a row that escaping makes longer than 8 KiB, are problems; nothing below them is listed. */
static void
test_long_paths (void)
{
  char *root = test_tree_new ();
  g_autoptr (PorchTree) tree = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint problems = 0;

  make_chain (root, '"');
  make_chain (root, 'a');
  tree = share_of (root);
  text = drain (porch_tree_list (tree, "", TRUE), NULL);
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      g_assert_cmpuint (strlen (lines[i]), <=, PORCH_MAX_ROW);
      problems += strstr (lines[i], "\"t\":\"!\",\"e\":\"name\"") != NULL;
    }
  g_assert_cmpuint (problems, ==, 2);
  g_assert_cmpuint (g_strv_length (lines), ==, 15 + 1 + 16 + 1 + 1);
  test_tree_remove (root);
}

static void
test_row_limit (void)
{
  static const char *const entries[] = { "a=", "b=", "c=", "d/e=", NULL };
  char *root = test_tree_new ();
  g_autoptr (PorchTree) tree = NULL;

  test_tree_fill (root, entries);
  tree = share_of (root);
  for (guint limit = 0; limit <= 6; limit++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = drain (porch_tree_list_limited (tree, "", TRUE, limit), &error);
      guint lines = 0;

      for (const char *p = text; (p = strchr (p, '\n')); p++)
        lines++;
      if (limit < 5)
        {
          g_assert_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT);
          g_assert_cmpuint (lines, ==, limit);
          g_assert_null (strstr (text, "\"end\""));
        }
      else
        {
          g_assert_no_error (error);
          g_assert_cmpuint (lines, ==, 6);
        }
    }
  test_tree_remove (root);
}

static long
resident_kib (void)
{
  g_autofree char *status = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  return atol (strstr (status, "VmRSS:") + 6);
}

/* A folder of 100,000 entries (PORCH_TEST_ENTRIES sets another number): memory does not grow with it, whatever the pace of the
 * reader, and the first rows come long before the last. */
static void
test_many_entries (void)
{
  const char *wish = g_getenv ("PORCH_TEST_ENTRIES");
  guint wanted = wish ? (guint) g_ascii_strtoull (wish, NULL, 10) : 100000;
  char *root = test_tree_new ();
  int fd = open (root, O_RDONLY | O_DIRECTORY);
  g_autoptr (PorchTree) tree = NULL;
  g_autoptr (GError) error = NULL;
  char linked[64];
  guint rows = 0;
  long before;
  long most = 0;
  gint64 start;
  gint64 first = 0;
  PorchFlow *flow;
  GBytes *bytes;

  for (guint i = 0; i < wanted; i++)
    {
      char name[64];

      g_snprintf (name, sizeof name, "holiday picture number %07u.jpg", i);
      /* Links to a few files: entries are what counts, and inodes are slow to make. */
      if (i % 50000 == 0)
        {
          g_snprintf (linked, sizeof linked, "%s", name);
          g_assert_cmpint (mknodat (fd, name, S_IFREG | 0644, 0), ==, 0);
        }
      else
        g_assert_cmpint (linkat (fd, linked, fd, name, 0), ==, 0);
    }
  close (fd);
  tree = share_of (root);
  before = resident_kib ();
  start = g_get_monotonic_time ();
  flow = porch_tree_list (tree, "", TRUE);
  while ((bytes = porch_flow_pop (flow, &error)))
    {
      gsize size;
      const char *p = g_bytes_get_data (bytes, &size);
      const char *end = p + size;

      if (!first)
        first = g_get_monotonic_time ();
      for (; (p = memchr (p, '\n', (gsize) (end - p))); p++)
        rows++;
      g_bytes_unref (bytes);
      if (rows % 16 == 0)
        most = MAX (most, resident_kib ());
    }
  g_assert_no_error (error);
  g_assert_cmpuint (rows, ==, wanted + 1);
  g_test_message ("%u rows: first after %.1f ms, all after %.0f ms, %ld KiB more", wanted, (double) (first - start) / 1e3,
                  (double) (g_get_monotonic_time () - start) / 1e3, most - before);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* they keep what was freed */
  g_assert_cmpint (most - before, <, 4096);
#endif
  g_assert_cmpint (first - start, <, 200 * 1000);
  porch_flow_unref (flow);
  test_tree_remove (root);
}

/* Nobody reads any more: the thread ends, wherever it is. */
static void
test_close (void)
{
  char *root = test_tree_new ();
  g_autoptr (PorchTree) tree = NULL;
  guint before;

  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/a file with a rather long name, so that the flow is soon full of rows %u", root, i);
      g_assert_cmpint (close (open (path, O_CREAT | O_WRONLY, 0644)), ==, 0);
    }
  tree = share_of (root);
  before = count_fds ();
  for (guint i = 0; i < 20; i++)
    {
      PorchFlow *flow = porch_tree_list (tree, "", TRUE);

      g_usleep (i * 500);
      porch_flow_close (flow);
      porch_flow_unref (flow);
    }
  for (guint i = 0; i < 200 && count_fds () > before; i++)
    g_usleep (10 * 1000);
  g_assert_cmpuint (count_fds (), ==, before);
  test_tree_remove (root);
}

int
main (int argc, char **argv)
{
  test_user_drop_root ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tree/list/self", test_self);
  g_test_add_func ("/tree-list/share", test_share);
  g_test_add_func ("/tree-list/rows", test_rows);
  g_test_add_func ("/tree-list/version", test_version);
  g_test_add_func ("/tree-list/offer", test_offer);
  g_test_add_func ("/tree-list/s4-corpus", test_s4_corpus);
  g_test_add_func ("/tree-list/s6-special", test_s6_special);
  g_test_add_func ("/tree-list/depth", test_depth);
  g_test_add_func ("/tree-list/long-paths", test_long_paths);
  g_test_add_func ("/tree-list/row-limit", test_row_limit);
  g_test_add_func ("/tree-list/many-entries", test_many_entries);
  g_test_add_func ("/tree-list/close", test_close);
  return g_test_run ();
}
