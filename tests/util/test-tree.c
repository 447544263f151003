/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-tree.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *
test_tree_new (void)
{
  g_autoptr (GError) error = NULL;
  char *root = g_dir_make_tmp ("porch-test-XXXXXX", &error);

  g_assert_no_error (error);
  return root;
}

char *
test_tree_new_home (void)
{
  char *root = test_tree_new ();

  g_setenv ("XDG_RUNTIME_DIR", root, TRUE);
  g_setenv ("XDG_DATA_HOME", root, TRUE);
  return root;
}

static void
write_pattern (const char *path, gsize size)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree guint8 *data = g_malloc (MAX (size, 1));
  guint64 x = g_str_hash (base) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) + size + 1;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < size; i++)
    {
      x ^= x << 13;
      x ^= x >> 7;
      x ^= x << 17;
      data[i] = (guint8) x;
    }
  g_file_set_contents (path, (const char *) data, (gssize) size, &error);
  g_assert_no_error (error);
}

static void
make_entry (const char *root, const char *entry)
{
  const char *mark = strpbrk (entry, "=*");
  const char *arrow = strstr (entry, "->");
  g_autofree char *name = arrow ? g_strndup (entry, (gsize) (arrow - entry)) : mark ? g_strndup (entry, (gsize) (mark - entry)) : g_strdup (entry);
  g_autofree char *path = g_build_filename (root, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  if (arrow)
    g_assert_cmpint (symlink (arrow + 2, path), ==, 0);
  else if (!mark)
    g_assert_cmpint (g_mkdir_with_parents (path, 0755), ==, 0);
  else if (*mark == '*')
    write_pattern (path, (gsize) g_ascii_strtoull (mark + 1, NULL, 10));
  else
    {
      g_file_set_contents (path, mark + 1, -1, &error);
      g_assert_no_error (error);
    }
}

void
test_tree_fill (const char *root, const char *const *entries)
{
  for (guint i = 0; entries[i]; i++)
    make_entry (root, entries[i]);
}

static void
read_below (const char *root, const char *below, GPtrArray *out)
{
  g_autofree char *folder = g_build_filename (root, below, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *rel = *below ? g_build_filename (below, name, NULL) : g_strdup (name);
      g_autofree char *path = g_build_filename (root, rel, NULL);
      g_autofree char *data = NULL;
      g_autofree char *link = g_file_read_link (path, NULL);
      gsize length = 0;

      if (link)
        g_ptr_array_add (out, g_strdup_printf ("%s->%s", rel, link));
      else if (g_file_test (path, G_FILE_TEST_IS_DIR))
        {
          guint before = out->len;
          read_below (root, rel, out);
          if (out->len == before)
            g_ptr_array_add (out, g_strdup_printf ("%s/", rel));
        }
      else if (!g_file_get_contents (path, &data, &length, NULL))
        g_ptr_array_add (out, g_strdup_printf ("%s!", rel));
      else if (length <= 64 && !memchr (data, 0, length))
        g_ptr_array_add (out, g_strdup_printf ("%s=%s", rel, data));
      else
        {
          g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) data, length);
          g_ptr_array_add (out, g_strdup_printf ("%s*%" G_GSIZE_FORMAT ":%.8s", rel, length, sum));
        }
    }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char **
test_tree_read (const char *root)
{
  GPtrArray *out = g_ptr_array_new ();

  read_below (root, "", out);
  g_ptr_array_sort (out, compare);
  g_ptr_array_add (out, NULL);
  return (char **) g_ptr_array_free (out, FALSE);
}

void
test_tree_assert (const char *root, const char *const *entries)
{
  g_auto (GStrv) got = test_tree_read (root);
  g_autofree char *have = g_strjoinv ("\n", got);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  g_autofree char *want = NULL;

  for (guint i = 0; entries[i]; i++)
    g_ptr_array_add (sorted, (gpointer) entries[i]);
  g_ptr_array_sort (sorted, compare);
  g_ptr_array_add (sorted, NULL);
  want = g_strjoinv ("\n", (char **) sorted->pdata);
  g_assert_cmpstr (have, ==, want);
}

static int
remove_one (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  return remove (path);
}

void
test_tree_remove (char *root)
{
  nftw (root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  g_free (root);
}
