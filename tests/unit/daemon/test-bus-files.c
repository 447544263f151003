/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-bus-error.h"
#include "porch-bus-files.h"
#include "test-tree.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const tree[] = { "films/one=1", "films/two=2", "photos/", "letter=dear", "way->letter", NULL };

static int
open_path (const char *root, const char *name)
{
  g_autofree char *path = g_build_filename (root, name, NULL);
  int fd = open (path, O_PATH | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

static void
assert_check (const char *root, const char *path, const char *held, gboolean parent_counts, int code)
{
  g_autofree char *whole
      = g_path_is_absolute (path) || code == PORCH_BUS_ERROR_INVALID ? g_strdup (path) : g_build_filename (root, path, NULL);
  g_autoptr (GError) error = NULL;
  int fd = open_path (root, held);
  gboolean ok = porch_bus_files_check (whole, fd, parent_counts, &error);

  close (fd);
  if (code < 0)
    g_assert_no_error (error);
  else
    {
      g_assert_error (error, PORCH_BUS_ERROR, code);
      g_assert_nonnull (strstr (error->message, whole)); /* which thing */
    }
  g_assert_true (ok == (code < 0));
}

static void
test_check (void)
{
  char *root = test_tree_new ();

  test_tree_fill (root, tree);
  assert_check (root, "films", "films", FALSE, -1);
  assert_check (root, "films", "photos", FALSE, PORCH_BUS_ERROR_NOT_FOUND);
  assert_check (root, "films", "letter", FALSE, PORCH_BUS_ERROR_NOT_FOUND);
  assert_check (root, "nothing", "films", FALSE, PORCH_BUS_ERROR_NOT_FOUND);
  assert_check (root, "films", "films", FALSE, -1);
  assert_check (root, "films", ".", FALSE, PORCH_BUS_ERROR_NOT_FOUND);
  assert_check (root, "films", ".", TRUE, -1);
  assert_check (root, "films/one", "films", TRUE, -1);
  assert_check (root, "films/one", "photos", TRUE, PORCH_BUS_ERROR_NOT_FOUND);
  assert_check (root, "films/nothing", "films", TRUE, PORCH_BUS_ERROR_NOT_FOUND);
  assert_check (root, "way", "letter", TRUE, -1);
  assert_check (root, "films", "films", TRUE, -1);
  assert_check (root, "./films", "films", TRUE, PORCH_BUS_ERROR_INVALID);
  test_tree_remove (root);
}

/* More files than descriptors fit into a message: one for the folder, and every handle holds. */
static void
test_pack_many (void)
{
  char *root = test_tree_new ();
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GVariant) handles = NULL;
  g_autoptr (GUnixFDList) list = NULL;
  g_autoptr (GError) error = NULL;
  GVariant *floating;

  for (guint i = 0; i < 500; i++)
    {
      char *path = g_strdup_printf ("%s/%u", root, i);
      g_assert_true (g_file_set_contents (path, "x", 1, NULL));
      g_ptr_array_add (paths, path);
    }
  g_ptr_array_add (paths, NULL);
  g_assert_true (porch_bus_files_pack ((const char *const *)paths->pdata, &floating, &list, &error));
  g_assert_no_error (error);
  handles = g_variant_ref_sink (floating);
  g_assert_cmpuint (g_variant_n_children (handles), ==, 500);
  g_assert_cmpint (g_unix_fd_list_get_length (list), ==, 1);
  for (guint i = 0; i < 500; i++)
    {
      g_autoptr (GVariant) handle = g_variant_get_child_value (handles, i);
      int fd = g_unix_fd_list_get (list, g_variant_get_handle (handle), &error);

      g_assert_no_error (error);
      g_assert_true (porch_bus_files_check (paths->pdata[i], fd, TRUE, &error));
      close (fd);
    }
  test_tree_remove (root);
}

/* More folders than descriptors fit into a message. */
static void
test_pack_from_many_folders (void)
{
  char *root = test_tree_new ();
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GUnixFDList) list = NULL;
  g_autoptr (GError) error = NULL;
  GVariant *handles;

  for (guint i = 0; i <= PORCH_BUS_MAX_DESCRIPTORS; i++)
    {
      g_autofree char *folder = g_strdup_printf ("%s/%u", root, i);
      char *path = g_build_filename (folder, "file", NULL);

      g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
      g_assert_true (g_file_set_contents (path, "x", 1, NULL));
      g_ptr_array_add (paths, path);
    }
  g_ptr_array_add (paths, NULL);
  g_assert_false (porch_bus_files_pack ((const char *const *)paths->pdata, &handles, &list, &error));
  g_assert_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_LIMIT);
  g_assert_cmpstr (error->message, ==, "Files from more than 128 folders can't be sent at once. Send them in several goes.");
  test_tree_remove (root);
}

static void
test_pack_missing (void)
{
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "gone", NULL);
  const char *const paths[] = { root, path, NULL };
  g_autoptr (GUnixFDList) list = NULL;
  g_autoptr (GError) error = NULL;
  GVariant *handles;

  g_assert_false (porch_bus_files_pack (paths, &handles, &list, &error));
  g_assert_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, path));
  test_tree_remove (root);
}

/* Naming a FIFO must not wait for a writer. */
static void
test_pack_fifo (void)
{
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "fifo", NULL);
  g_autoptr (GVariant) handle = NULL;
  g_autoptr (GUnixFDList) list = NULL;
  g_autoptr (GError) error = NULL;
  GVariant *floating;

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  g_assert_true (porch_bus_files_pack_one (path, &floating, &list, &error));
  g_assert_no_error (error);
  handle = g_variant_ref_sink (floating);
  test_tree_remove (root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemon/bus-files/check", test_check);
  g_test_add_func ("/daemon/bus-files/pack-many", test_pack_many);
  g_test_add_func ("/daemon/bus-files/pack-from-many-folders", test_pack_from_many_folders);
  g_test_add_func ("/daemon/bus-files/pack-missing", test_pack_missing);
  g_test_add_func ("/daemon/bus-files/pack-fifo", test_pack_fifo);
  return g_test_run ();
}
