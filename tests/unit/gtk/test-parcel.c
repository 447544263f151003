/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is handed over: opened on a thread as a message to the service needs it, or an error that names the one which can't be.
 */
#include "config.h"

#include "porch-bus-error.h"
#include "porch-ui-parcel.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  gboolean called;
  guint handles;
  ino_t first;
  GError *error;
} Opened;

static void
on_opened (GVariant *handles, GUnixFDList *fds, const GError *error, gpointer data)
{
  Opened *opened = data;
  struct stat st;

  g_assert_true (g_main_context_is_owner (g_main_context_default ()));
  opened->called = TRUE;
  opened->error = error != NULL ? g_error_copy (error) : NULL;
  if (handles == NULL)
    return;
  opened->handles = (guint)g_variant_n_children (handles);
  g_assert_cmpint (fstat (g_unix_fd_list_peek_fds (fds, NULL)[0], &st), ==, 0);
  opened->first = st.st_ino;
}

static Opened
open_both (const char *one, const char *two)
{
  const char *paths[] = { one, two, NULL };
  Opened opened = { 0 };

  porch_ui_parcel_open_paths (paths, on_opened, &opened);
  g_assert_false (opened.called);
  while (!opened.called)
    g_main_context_iteration (NULL, TRUE);
  return opened;
}

static void
test_open (void)
{
  g_autofree char *folder = g_dir_make_tmp ("porch-parcel-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "closed.txt", NULL);
  g_autofree char *missing = g_build_filename (folder, "missing.txt", NULL);
  g_autoptr (GError) error = NULL;
  Opened opened;
  GStatBuf st;

  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_assert_cmpint (g_chmod (file, 0), ==, 0); /* nothing is read yet: the service looks whether it may */
  g_assert_cmpint (g_stat (file, &st), ==, 0);
  opened = open_both (file, folder);
  g_assert_no_error (opened.error);
  g_assert_cmpuint (opened.handles, ==, 2);
  g_assert_cmpuint (opened.first, ==, st.st_ino);
  opened = open_both (file, missing);
  error = opened.error;
  g_assert_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "missing.txt"));
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_kinds (void)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (PorchUiParcel) of_files = porch_ui_parcel_new_for_files (files);
  g_autoptr (PorchUiParcel) of_text = porch_ui_parcel_new_for_text ("Dinner at eight?");

  g_assert_false (porch_ui_parcel_is_text (of_files));
  g_assert_true (porch_ui_parcel_get_files (of_files) == files);
  g_assert_null (porch_ui_parcel_get_text (of_files));
  g_assert_true (porch_ui_parcel_is_text (of_text));
  g_assert_null (porch_ui_parcel_get_files (of_text));
  g_assert_cmpstr (porch_ui_parcel_get_text (of_text), ==, "Dinner at eight?");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gtk/parcel/open", test_open);
  g_test_add_func ("/gtk/parcel/kinds", test_kinds);
  return g_test_run ();
}
