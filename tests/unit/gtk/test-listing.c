/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of somebody else as it comes down the pipe: whole, cut, with rows that are none, and long. */
#include "config.h"

#include "porch-ui-entry.h"
#include "porch-ui-listing.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
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
on_finished (PorchUiListing *listing, gboolean whole, const char *code, const char *problem, gpointer data)
{
  Ending *ending = data;

  g_assert_false (ending->finished); /* once */
  ending->finished = TRUE;
  ending->whole = whole;
  g_assert_cmpstr (code, ==, ending->problem != NULL ? "gone" : NULL);
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
  listing = porch_ui_listing_new (fd, (PorchUiEntryOrder){ PORCH_UI_ENTRY_BY_NAME, FALSE });
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
  folder = g_list_model_get_item (entries, 0); /* in order, whatever order they came in */
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
  g_autofree char *code = NULL;
  g_autofree char *problem = NULL;
  const char *two_row = "{\"n\":\"Day 2\",\"t\":\"d\"}";
  const char *ten_row = "{\"n\":\"day 10\",\"t\":\"d\"}";
  g_autoptr (PorchUiEntry) two = porch_ui_entry_new_from_row (two_row, strlen (two_row), &ended, &code, &problem);
  g_autoptr (PorchUiEntry) ten = porch_ui_entry_new_from_row (ten_row, strlen (ten_row), &ended, &code, &problem);

  g_assert_cmpstr (porch_ui_entry_get_sort_key (two), <, porch_ui_entry_get_sort_key (ten));
}

/* The quick way and the thorough way say the same: a blank makes a row thorough. */
static void
test_two_ways (void)
{
  const char *const rows[] = {
    "{\"n\":\"a.jpg\",\"t\":\"f\",\"s\":1234,\"m\":1790000000000000000,\"v\":\"00ff\"}",
    "{\"n\":\"Ünïcode ✓\",\"t\":\"d\",\"m\":-5000000000}",
    "{\"t\":\"f\",\"n\":\"order\",\"s\":0}",
    "{\"n\":\"\",\"t\":\"f\"}",
    "{\"n\":\"x\",\"t\":\"!\",\"e\":\"io\"}",
    "{\"n\":\"x\",\"t\":\"f\",\"s\":007}",
    "{\"n\":\"x\",\"t\":\"f\",\"s\":1.5}",
    "{\"n\":\"x\",\"t\":\"f\",\"s\":99999999999999999999}",
    "{\"n\":\"x\",\"t\":\"f\",}",
    "{\"n\":\"x\" \"t\":\"f\"}",
    "{\"n\":\"x\",\"t\":\"f\"}}",
    "{\"n\":\"x\",\"t\":\"f\"",
    "{\"n\":true,\"t\":\"f\"}",
    "{\"n\":\"x\",\"t\":\"f\",\"s\":tru}",
    "{\"n\":\"bad\xff\",\"t\":\"f\"}",
    "{\"n\":\"q\\\"uote\",\"t\":\"f\"}",
    "{\"end\":true,\"rows\":3}",
    "{\"error\":\"gone\",\"message\":\"It is gone.\"}",
    "{}",
    "{",
    "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *slow = g_strconcat (" ", rows[i], NULL);
      gboolean ended[2];
      char *codes[2] = { NULL }, *problems[2] = { NULL };
      g_autoptr (PorchUiEntry) quick = porch_ui_entry_new_from_row (rows[i], strlen (rows[i]), &ended[0], &codes[0], &problems[0]);
      g_autoptr (PorchUiEntry) thorough = porch_ui_entry_new_from_row (slow, strlen (slow), &ended[1], &codes[1], &problems[1]);

      g_assert_cmpint (ended[0], ==, ended[1]);
      g_assert_cmpstr (codes[0], ==, codes[1]);
      g_assert_cmpstr (problems[0], ==, problems[1]);
      g_assert_cmpint (quick == NULL, ==, thorough == NULL);
      for (int way = 0; way < 2; way++)
        {
          g_free (codes[way]);
          g_free (problems[way]);
        }
      if (quick == NULL)
        continue;
      g_assert_cmpstr (porch_ui_entry_get_name (quick), ==, porch_ui_entry_get_name (thorough));
      g_assert_cmpint (porch_ui_entry_get_kind (quick), ==, porch_ui_entry_get_kind (thorough));
      g_assert_cmpint (porch_ui_entry_get_size (quick), ==, porch_ui_entry_get_size (thorough));
      g_assert_cmpint (porch_ui_entry_get_modified (quick), ==, porch_ui_entry_get_modified (thorough));
    }
}

static char *
names_of (PorchUiListing *listing)
{
  GListModel *entries = porch_ui_listing_get_entries (listing);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (PorchUiEntry) entry = g_list_model_get_item (entries, i);

      g_string_append_printf (names, "%s%s", i > 0 ? " " : "", porch_ui_entry_get_name (entry));
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
assert_order (PorchUiListing *listing, PorchUiEntryKey key, gboolean descending, const char *expected)
{
  g_autofree char *names = NULL;

  porch_ui_listing_set_order (listing, (PorchUiEntryOrder){ key, descending });
  while (g_main_context_iteration (NULL, FALSE))
    ;
  names = names_of (listing);
  g_assert_cmpstr (names, ==, expected);
}

static void
test_order (void)
{
  gboolean whole;
  g_autoptr (PorchUiListing) listing = read_listing ("{\"n\":\"b10\",\"t\":\"f\",\"s\":5,\"m\":3000000000}\n"
                                                     "{\"n\":\"zoo\",\"t\":\"d\",\"m\":1000000000}\n"
                                                     "{\"n\":\"B2\",\"t\":\"f\",\"s\":9,\"m\":1000000000}\n"
                                                     "{\"n\":\"Alps\",\"t\":\"d\",\"m\":2000000000}\n"
                                                     "{\"n\":\"a\",\"t\":\"f\",\"s\":9,\"m\":2000000000}\n{\"end\":true}\n",
                                                     -1, &whole);
  g_autofree char *names = names_of (listing);

  g_assert_cmpstr (names, ==, "Alps zoo a B2 b10");
  assert_order (listing, PORCH_UI_ENTRY_BY_NAME, TRUE, "zoo Alps b10 B2 a");
  assert_order (listing, PORCH_UI_ENTRY_BY_SIZE, FALSE, "Alps zoo b10 a B2");
  assert_order (listing, PORCH_UI_ENTRY_BY_SIZE, TRUE, "Alps zoo a B2 b10");
  assert_order (listing, PORCH_UI_ENTRY_BY_MODIFIED, FALSE, "zoo Alps B2 a b10");
}

/* So many that a thread sorts them, asked twice in a row, while more come: none is lost, none is there twice. */
static void
test_order_of_many (void)
{
  const int n = 20000;
  int fds[2];
  g_autoptr (PorchUiListing) listing = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Ending ending = { .loop = loop };
  gint64 before = G_MAXINT64;

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  listing = porch_ui_listing_new (fds[0], (PorchUiEntryOrder){ PORCH_UI_ENTRY_BY_NAME, FALSE });
  g_signal_connect (listing, "finished", G_CALLBACK (on_finished), &ending);
  for (int i = 0; i < n; i++)
    {
      g_autofree char *row = g_strdup_printf ("{\"n\":\"%d\",\"t\":\"f\",\"s\":%d}\n", i, (i * 7919) % n);

      g_assert_cmpint (write (fds[1], row, strlen (row)), ==, (gssize)strlen (row));
      if (i % 5000 == 4999)
        porch_ui_listing_set_order (listing, (PorchUiEntryOrder){ PORCH_UI_ENTRY_BY_SIZE, i % 10000 < 5000 });
      while (i % 100 == 0 && g_main_context_iteration (NULL, FALSE))
        ;
    }
  close (fds[1]);
  porch_ui_listing_set_order (listing, (PorchUiEntryOrder){ PORCH_UI_ENTRY_BY_SIZE, FALSE });
  porch_ui_listing_set_order (listing, (PorchUiEntryOrder){ PORCH_UI_ENTRY_BY_SIZE, TRUE });
  g_main_loop_run (loop);
  for (gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC; g_get_monotonic_time () < end;)
    {
      g_autoptr (PorchUiEntry) first = g_list_model_get_item (porch_ui_listing_get_entries (listing), 0);

      if (count (listing) == (guint)n && porch_ui_entry_get_size (first) == n - 1)
        break;
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpuint (count (listing), ==, n);
  for (int i = 0; i < n; i++)
    {
      g_autoptr (PorchUiEntry) entry = g_list_model_get_item (porch_ui_listing_get_entries (listing), (guint)i);

      g_assert_cmpint (porch_ui_entry_get_size (entry), <, before);
      before = porch_ui_entry_get_size (entry);
    }
}

/* What nobody looks at any more stops, though its writer goes on. */
static void
test_stop (void)
{
  int fds[2];
  g_autoptr (PorchUiListing) listing = NULL;
  gboolean whole = FALSE;

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  listing = porch_ui_listing_new (fds[0], (PorchUiEntryOrder){ PORCH_UI_ENTRY_BY_NAME, FALSE });
  g_signal_connect_swapped (listing, "finished", G_CALLBACK (abort), &whole);
  g_assert_cmpint (write (fds[1], "{\"n\":\"a\",\"t\":\"f\"}\n", 18), ==, 18);
  while (count (listing) == 0)
    g_main_context_iteration (NULL, TRUE);
  porch_ui_listing_stop (listing);
  /* Its end of the pipe is closed: who writes learns it. */
  signal (SIGPIPE, SIG_IGN);
  for (guint i = 0; write (fds[1], "{}\n", 3) == 3; i++)
    {
      g_assert_cmpuint (i, <, 1000);
      g_usleep (10000);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (count (listing), ==, 1);
  close (fds[1]);
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
  g_test_add_func ("/gtk/listing/two-ways", test_two_ways);
  g_test_add_func ("/gtk/listing/order", test_order);
  g_test_add_func ("/gtk/listing/order-of-many", test_order_of_many);
  g_test_add_func ("/gtk/listing/stop", test_stop);
  return g_test_run ();
}
