/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many things lie in a folder: hidden ones don't count, a folder counts as one, a missing one is an error. */
#include "config.h"

#include "porch-ui-item-count.h"

#include <glib/gstdio.h>

static void
on_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_set_object ((GAsyncResult **)data, result);
}

static int
count (const char *path, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  porch_ui_item_count_async (path, NULL, on_ready, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return porch_ui_item_count_finish (result, error);
}

static void
test_count (void)
{
  const char *names[] = { "a", "b", ".hidden" };
  g_autofree char *folder = g_dir_make_tmp ("porch-items-XXXXXX", NULL);
  g_autofree char *below = g_build_filename (folder, "below", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (count (folder, &error), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_assert_true (g_file_set_contents (path, "", 0, &error));
    }
  g_assert_cmpint (g_mkdir (below, 0700), ==, 0);
  g_assert_cmpint (count (folder, &error), ==, 3);
  g_assert_no_error (error);
  g_assert_cmpint (count ("/nowhere", &error), ==, -1);
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gtk/item-count", test_count);
  return g_test_run ();
}
