/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "content/porch-content-cache.h"

#include <string.h>

#define NOW G_GINT64_CONSTANT (1700000000000000000)
#define SECOND G_GINT64_CONSTANT (1000000000)

static const guint8 id_of_it[PORCH_HASH_SIZE] = "the root of some content in all";

static struct stat
old_file (void)
{
  return (struct stat){ .st_ino = G_MAXUINT64, .st_size = 1000, .st_mtim = { 1600000000, 1 }, .st_ctim = { 1600000001, 2 } };
}

static PorchStore *
new_store (void)
{
  g_autoptr (GError) error = NULL;
  PorchStore *store = porch_store_new (":memory:", NULL, &error);

  g_assert_no_error (error);
  return store;
}

static void
test_keep (void)
{
  g_autoptr (PorchStore) store = new_store ();
  struct stat st = old_file ();
  guint8 id[PORCH_HASH_SIZE] = { 0 };

  g_assert_false (porch_content_cache_lookup (store, "s", "d/f", &st, id));
  g_assert_true (porch_content_cache_keep (store, "s", "d/f", &st, NOW, id_of_it));
  g_assert_true (porch_content_cache_lookup (store, "s", "d/f", &st, id));
  g_assert_cmpmem (id, sizeof id, id_of_it, sizeof id_of_it);
  g_assert_false (porch_content_cache_lookup (store, "t", "d/f", &st, id));
  g_assert_false (porch_content_cache_lookup (store, "s", "d", &st, id));
}

static void
test_changed (void)
{
  g_autoptr (PorchStore) store = new_store ();
  guint8 id[PORCH_HASH_SIZE];

  for (guint i = 0; i < 6; i++)
    {
      struct stat st = old_file ();

      porch_content_cache_keep (store, "s", "f", &st, NOW, id_of_it);
      st.st_ino -= i == 0;
      st.st_size += i == 1;
      st.st_mtim.tv_sec += i == 2;
      st.st_mtim.tv_nsec += i == 3;
      st.st_ctim.tv_sec += i == 4;
      st.st_ctim.tv_nsec += i == 5;
      g_assert_false (porch_content_cache_lookup (store, "s", "f", &st, id));
    }
}

/* A newer state of the same file takes the place of the older one. */
static void
test_replace (void)
{
  g_autoptr (PorchStore) store = new_store ();
  struct stat before = old_file ();
  struct stat after = old_file ();
  guint8 other[PORCH_HASH_SIZE] = { 7 };
  guint8 id[PORCH_HASH_SIZE];

  after.st_size = 5;
  porch_content_cache_keep (store, "s", "f", &before, NOW, id_of_it);
  porch_content_cache_keep (store, "s", "f", &after, NOW, other);
  g_assert_false (porch_content_cache_lookup (store, "s", "f", &before, id));
  g_assert_true (porch_content_cache_lookup (store, "s", "f", &after, id));
  g_assert_cmpmem (id, sizeof id, other, sizeof other);
}

/* Touched within two seconds before hashing: another change could look the same. */
static void
test_racy (void)
{
  static const struct {
    gint64   mtime, ctime;
    gboolean kept;
  } cases[] = { { -3, -3, TRUE }, { -1, -3, FALSE }, { -3, -1, FALSE }, { 5, -3, FALSE }, { -2, -2, TRUE } };
  g_autoptr (PorchStore) store = new_store ();
  guint8 id[PORCH_HASH_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      struct stat st = old_file ();
      g_autofree char *path = g_strdup_printf ("%u", i);

      st.st_mtim = (struct timespec){ NOW / SECOND + cases[i].mtime, 0 };
      st.st_ctim = (struct timespec){ NOW / SECOND + cases[i].ctime, 0 };
      g_assert_cmpint (porch_content_cache_keep (store, "s", path, &st, NOW, id_of_it), ==, cases[i].kept);
      g_assert_cmpint (porch_content_cache_lookup (store, "s", path, &st, id), ==, cases[i].kept);
    }
}

static void
test_forget (void)
{
  g_autoptr (PorchStore) store = new_store ();
  struct stat st = old_file ();
  guint8 id[PORCH_HASH_SIZE];

  porch_content_cache_keep (store, "s", "f", &st, NOW, id_of_it);
  porch_content_cache_keep (store, "t", "f", &st, NOW, id_of_it);
  porch_content_cache_forget (store, "s");
  g_assert_false (porch_content_cache_lookup (store, "s", "f", &st, id));
  g_assert_true (porch_content_cache_lookup (store, "t", "f", &st, id));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/content-cache/keep", test_keep);
  g_test_add_func ("/content-cache/changed", test_changed);
  g_test_add_func ("/content-cache/replace", test_replace);
  g_test_add_func ("/content-cache/racy", test_racy);
  g_test_add_func ("/content-cache/forget", test_forget);
  return g_test_run ();
}
