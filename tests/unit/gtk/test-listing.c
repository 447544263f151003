/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of somebody else as it comes down the pipe: whole, cut, with rows that are none, and long. */
#include "config.h"

#include "porch-ui-entry.h"
#include "porch-ui-listing.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  GMainLoop *loop;
  gboolean finished;
  gboolean whole;
  const char *problem; /* expected */
} Ending;

static void
on_finished (PorchUiListing *listing, gboolean whole, const char *problem, gpointer data)
{
  Ending *ending = data;

  g_assert_false (ending->finished); /* once */
  ending->finished = TRUE;
  ending->whole = whole;
  g_assert_cmpstr (problem, ==, ending->problem);
  g_main_loop_quit (ending->loop);
}

/* A listing that reads @text from a file, as it would from a pipe. */
static PorchUiListing *
read_listing_with (const char *text, gssize length, gboolean *whole, const char *problem)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *name = NULL;
  Ending ending = { .loop = loop, .problem = problem };
  int fd = g_file_open_tmp ("porch-listing-XXXXXX", &name, NULL);
  PorchUiListing *listing;

  g_assert_cmpint (fd, >=, 0);
  g_unlink (name);
  g_assert_cmpint (write (fd, text, length < 0 ? strlen (text) : (gsize)length), ==,
                   length < 0 ? (gssize)strlen (text) : length);
  lseek (fd, 0, SEEK_SET);
  listing = porch_ui_listing_new (fd);
  g_signal_connect (listing, "finished", G_CALLBACK (on_finished), &ending);
  g_main_loop_run (loop);
  *whole = ending.whole;
  return listing;
}

static PorchUiListing *
read_listing (const char *text, gssize length, gboolean *whole)
{
  return read_listing_with (text, length, whole, NULL);
}

static guint
count (PorchUiListing *listing)
{
  return g_list_model_get_n_items (porch_ui_listing_get_entries (listing));
}

static void
test_whole (void)
{
  gboolean whole;
  g_autoptr (PorchUiListing) listing
      = read_listing ("{\"n\":\"Films\",\"t\":\"d\",\"m\":1790000000000000000}\n"
                      "{\"n\":\"a\\u202eb.jpg\",\"t\":\"f\",\"s\":1234,\"m\":1790000000000000000,\"v\":\"00\"}\n"
                      "{\"n\":\"secret\",\"t\":\"!\",\"e\":\"io\"}\n"
                      "{\"end\":true,\"rows\":3}\n",
                      -1, &whole);
  GListModel *entries = porch_ui_listing_get_entries (listing);
  g_autoptr (PorchUiEntry) folder = NULL;
  g_autoptr (PorchUiEntry) file = NULL;
  g_autoptr (PorchUiEntry) refused = NULL;

  g_assert_true (whole);
  g_assert_cmpuint (count (listing), ==, 3);
  folder = g_list_model_get_item (entries, 0);
  file = g_list_model_get_item (entries, 1);
  refused = g_list_model_get_item (entries, 2);
  g_assert_cmpint (porch_ui_entry_get_kind (folder), ==, PORCH_UI_ENTRY_FOLDER);
  g_assert_cmpint (porch_ui_entry_get_size (folder), ==, -1);
  g_assert_cmpint (porch_ui_entry_get_modified (folder), ==, 1790000000);
  g_assert_cmpstr (porch_ui_entry_get_name (file), ==, "a\u202eb.jpg");
  g_assert_cmpstr (porch_ui_entry_get_shown (file), ==, "a\\u202eb.jpg");
  g_assert_cmpint (porch_ui_entry_get_size (file), ==, 1234);
  g_assert_cmpint (porch_ui_entry_get_kind (refused), ==, PORCH_UI_ENTRY_REFUSED);
}

static void
test_cut (void)
{
  gboolean whole;
  g_autoptr (PorchUiListing) nothing = read_listing ("", 0, &whole);

  g_assert_false (whole);
  g_assert_cmpuint (count (nothing), ==, 0);
  {
    g_autoptr (PorchUiListing) half = read_listing ("{\"n\":\"a\",\"t\":\"f\",\"s\":1}\n{\"n\":\"b\",\"t\":", -1, &whole);

    g_assert_false (whole);
    g_assert_cmpuint (count (half), ==, 1);
  }
}

static void
test_broken_off (void)
{
  gboolean whole;
  g_autoptr (PorchUiListing) listing
      = read_listing_with ("{\"n\":\"a\",\"t\":\"f\",\"s\":1}\n{\"error\":\"gone\",\"message\":\"It is no longer there.\"}\n",
                           -1, &whole, "It is no longer there.");

  g_assert_false (whole);
  g_assert_cmpuint (count (listing), ==, 1);
}

static void
test_rows_that_are_none (void)
{
  gboolean whole;
  g_autoptr (PorchUiListing) listing
      = read_listing ("[]\n\nnull\n\"x\"\n{\"n\":5,\"t\":\"f\"}\n{\"n\":\"x\"}\n{\"n\":\"x\",\"t\":{}}\n"
                      "{\"n\":\"ok\",\"t\":\"f\",\"s\":\"big\",\"m\":[]}\n{\"end\":true}\n",
                      -1, &whole);

  g_assert_true (whole);
  g_assert_cmpuint (count (listing), ==, 1);
}

static void
test_no_line_is_endless (void)
{
  gboolean whole;
  g_autofree char *long_line = g_strnfill (1024 * 1024, '[');
  g_autoptr (PorchUiListing) listing = read_listing (long_line, -1, &whole);

  g_assert_false (whole);
  g_assert_cmpuint (count (listing), ==, 0);
}

static void
test_many (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (PorchUiListing) listing = NULL;
  gboolean whole;

  for (int i = 0; i < 20000; i++)
    g_string_append_printf (text, "{\"n\":\"IMG_%05d.jpg\",\"t\":\"f\",\"s\":%d,\"m\":1790000000000000000}\n", i, i);
  g_string_append (text, "{\"end\":true,\"rows\":20000}\n");
  listing = read_listing (text->str, (gssize)text->len, &whole);
  g_assert_true (whole);
  g_assert_cmpuint (count (listing), ==, 20000);
}

static void
test_natural_order (void)
{
  gboolean ended;
  g_autofree char *problem = NULL;
  const char *two_row = "{\"n\":\"Day 2\",\"t\":\"d\"}";
  const char *ten_row = "{\"n\":\"day 10\",\"t\":\"d\"}";
  g_autoptr (PorchUiEntry) two = porch_ui_entry_new_from_row (two_row, strlen (two_row), &ended, &problem);
  g_autoptr (PorchUiEntry) ten = porch_ui_entry_new_from_row (ten_row, strlen (ten_row), &ended, &problem);

  g_assert_cmpstr (porch_ui_entry_get_sort_key (two), <, porch_ui_entry_get_sort_key (ten));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gtk/listing/whole", test_whole);
  g_test_add_func ("/gtk/listing/cut", test_cut);
  g_test_add_func ("/gtk/listing/broken-off", test_broken_off);
  g_test_add_func ("/gtk/listing/rows-that-are-none", test_rows_that_are_none);
  g_test_add_func ("/gtk/listing/no-line-is-endless", test_no_line_is_endless);
  g_test_add_func ("/gtk/listing/many", test_many);
  g_test_add_func ("/gtk/listing/natural-order", test_natural_order);
  return g_test_run ();
}
