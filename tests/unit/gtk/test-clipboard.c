/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was copied or dropped becomes something to send: a text, a file for a long one, a text for addresses of web pages; files
 * of our own are for our eyes only, and go after two weeks. Reading a clipboard needs a display: tests/gui/layout/test-doors.c.
 */
#include "config.h"

#include "porch-ui-clipboard.h"

#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

static char *
pasted_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "porch", "pasted", NULL);
}

static void
test_short_text (void)
{
  g_autofree char *longest = g_strnfill (PORCH_UI_MAX_TEXT, 'x');
  g_autofree char *folder = pasted_folder ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchUiParcel) parcel = porch_ui_clipboard_parcel_of_text (longest, &error);

  g_assert_no_error (error);
  g_assert_true (porch_ui_parcel_is_text (parcel));
  g_assert_cmpstr (porch_ui_parcel_get_text (parcel), ==, longest);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS)); /* nothing is written for it */
}

static void
test_long_text (void)
{
  g_autofree char *text = g_strnfill (PORCH_UI_MAX_TEXT + 1, 'x');
  g_autofree char *folder = pasted_folder ();
  g_autofree char *old = g_build_filename (folder, "Text of long ago.txt", NULL);
  g_autofree char *recent = g_build_filename (folder, "Text of today.txt", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchUiParcel) parcel = NULL;
  g_autofree char *path = NULL;
  g_autofree char *written = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  GStatBuf st;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (old, "x", 1, NULL) && g_file_set_contents (recent, "x", 1, NULL));
  g_assert_cmpint (utime (old, &(struct utimbuf){ now - 15 * 86400, now - 15 * 86400 }), ==, 0);
  g_assert_cmpint (utime (recent, &(struct utimbuf){ now - 13 * 86400, now - 13 * 86400 }), ==, 0);
  parcel = porch_ui_clipboard_parcel_of_text (text, &error);
  g_assert_no_error (error);
  g_assert_false (porch_ui_parcel_is_text (parcel));
  g_assert_cmpuint (porch_ui_parcel_get_files (parcel)->len, ==, 1);
  path = g_file_get_path (porch_ui_parcel_get_files (parcel)->pdata[0]);
  g_assert_true (g_str_has_prefix (path, folder) && g_str_has_suffix (path, ".txt"));
  g_assert_true (g_file_get_contents (path, &written, NULL, NULL));
  g_assert_cmpstr (written, ==, text);
  g_assert_cmpint (g_stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (recent, G_FILE_TEST_EXISTS));
}

/* Where nothing can be written it says so, and no half file is sent. */
static void
test_no_place (void)
{
  g_autofree char *text = g_strnfill (PORCH_UI_MAX_TEXT + 1, 'x');
  g_autofree char *folder = pasted_folder ();
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autofree char *aside = g_strconcat (parent, ".aside", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (g_chmod (folder, 0500), ==, 0);
  g_assert_null (porch_ui_clipboard_parcel_of_text (text, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_assert_cmpint (g_chmod (folder, 0700), ==, 0);
  g_assert_cmpint (g_rename (parent, aside), ==, 0);
  g_assert_true (g_file_set_contents (parent, "a file where the folder should be", -1, NULL));
  g_assert_null (porch_ui_clipboard_parcel_of_text (text, &error));
  g_assert_true (g_str_has_prefix (error->message, "There is no place to put it: "));
  g_assert_cmpint (g_unlink (parent), ==, 0);
  g_assert_cmpint (g_rename (aside, parent), ==, 0);
}

static PorchUiParcel *
parcel_of (const char *one, const char *two)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  if (one != NULL)
    g_ptr_array_add (files, g_file_new_for_uri (one));
  if (two != NULL)
    g_ptr_array_add (files, g_file_new_for_uri (two));
  return porch_ui_clipboard_parcel_of_files (files);
}

static void
test_files (void)
{
  g_autoptr (PorchUiParcel) web = parcel_of ("https://example.org/a", "http://example.org/b?c=d");
  g_autoptr (PorchUiParcel) files = parcel_of ("file:///home/mia/a.txt", NULL);
  g_autoptr (PorchUiParcel) mixed = parcel_of ("https://example.org/a", "file:///home/mia/a.txt");

  g_assert_cmpstr (porch_ui_parcel_get_text (web), ==, "https://example.org/a\nhttp://example.org/b?c=d");
  g_assert_cmpuint (porch_ui_parcel_get_files (files)->len, ==, 1);
  g_assert_cmpuint (porch_ui_parcel_get_files (mixed)->len, ==, 2); /* the sheet says which of them can't be sent */
  g_assert_null (parcel_of (NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/gtk/clipboard/short-text", test_short_text);
  g_test_add_func ("/gtk/clipboard/long-text", test_long_text);
  g_test_add_func ("/gtk/clipboard/no-place", test_no_place);
  g_test_add_func ("/gtk/clipboard/files", test_files);
  return g_test_run ();
}
