/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The look at what is about to be sent: how much it is with all that lies in folders, each thing once, links not followed, and
 * a sentence for whatever can't go. Runs as a plain user, to whom a closed file is closed. */
#include "config.h"

#include "porch-ui-survey.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *top;
  GPtrArray *files; /* of GFile */
} Fixture;

static char *
inside (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->top, name, NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->top = g_dir_make_tmp ("porch-survey-XXXXXX", NULL);
  fixture->files = g_ptr_array_new_with_free_func (g_object_unref);
  g_assert_nonnull (fixture->top);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  const char *argv[] = { "rm", "-rf", fixture->top, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  g_free (fixture->top);
  g_ptr_array_unref (fixture->files);
}

/* A file of @size bytes, with the folders above it. */
static void
put (Fixture *fixture, const char *name, gsize size)
{
  g_autofree char *path = inside (fixture, name);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *bytes = g_strnfill (size, 'x');

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, bytes, (gssize)size, NULL));
}

static void
choose (Fixture *fixture, const char *name)
{
  g_autofree char *path = inside (fixture, name);

  g_ptr_array_add (fixture->files, g_file_new_for_path (path));
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_set_object ((GAsyncResult **)data, result);
}

static PorchUiSurvey *
look (Fixture *fixture, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  porch_ui_survey_async (fixture->files, cancellable, on_ready, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return porch_ui_survey_finish (result, error);
}

static void
test_counts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PorchUiSurvey) survey = NULL;
  g_autofree char *link = inside (fixture, "Album/link.jpg");
  g_autofree char *folder_link = inside (fixture, "Album/up");

  put (fixture, "one.txt", 100);
  put (fixture, "Album/a.jpg", 1000);
  put (fixture, "Album/.hidden", 10);
  put (fixture, "Album/deep/er/b.jpg", 2000);
  g_assert_cmpint (symlink ("a.jpg", link), ==, 0);
  g_assert_cmpint (symlink ("..", folder_link), ==, 0); /* in a ring, if it were followed */
  choose (fixture, "one.txt");
  choose (fixture, "Album");
  choose (fixture, "one.txt");
  survey = look (fixture, NULL, NULL);
  g_assert_cmpint (survey->files, ==, 4);
  g_assert_cmpint (survey->bytes, ==, 3110);
  g_assert_cmpuint (survey->usable->len, ==, 2);
  g_assert_cmpstr (survey->names[0], ==, "one.txt");
  g_assert_cmpstr (survey->names[1], ==, "Album");
  g_assert_null (survey->names[2]);
  g_assert_null (survey->problems[0]);
}

static void
test_problems (Fixture *fixture, gconstpointer data)
{
  const char *expected[] = {
    "“gone.txt” is no longer there: it was moved or deleted.",
    "“secret.txt” can’t be read: you may not open it.",
    "“inner.txt” can’t be read: you may not open its folder.",
    "“pipe” is neither a file nor a folder.",
    "“Locked” can’t be read: you may not open it.",
    "“sftp://nas/photo.jpg” is not on this computer: copy it here first, then send it.",
  };
  g_autoptr (PorchUiSurvey) survey = NULL;
  g_autofree char *secret = inside (fixture, "secret.txt");
  g_autofree char *closed = inside (fixture, "closed");
  g_autofree char *locked = inside (fixture, "Locked");
  g_autofree char *pipe = inside (fixture, "pipe");

  put (fixture, "fine.txt", 7);
  put (fixture, "secret.txt", 1);
  put (fixture, "closed/inner.txt", 1);
  put (fixture, "Locked/x", 1);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_cmpint (g_chmod (secret, 0), ==, 0);
  g_assert_cmpint (g_chmod (closed, 0), ==, 0);
  g_assert_cmpint (g_chmod (locked, 0400), ==, 0);
  choose (fixture, "gone.txt");
  choose (fixture, "secret.txt");
  choose (fixture, "closed/inner.txt");
  choose (fixture, "pipe");
  choose (fixture, "Locked");
  g_ptr_array_add (fixture->files, g_file_new_for_uri ("sftp://nas/photo.jpg"));
  choose (fixture, "fine.txt");
  survey = look (fixture, NULL, NULL);
  g_assert_cmpuint (g_strv_length (survey->problems), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (survey->problems[i], ==, expected[i]);
  g_assert_cmpuint (survey->usable->len, ==, 1);
  g_assert_cmpstr (survey->names[0], ==, "fine.txt");
  g_assert_cmpint (survey->bytes, ==, 7);
  g_chmod (closed, 0700);
  g_chmod (locked, 0700);
}

/* A name can't write into the window what it wants. */
static void
test_names_are_escaped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PorchUiSurvey) survey = NULL;

  choose (fixture, "a\nb\xe2\x80\xaegpj");
  survey = look (fixture, NULL, NULL);
  g_assert_nonnull (strstr (survey->problems[0], "“a\\x0ab\\u202egpj”"));
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  put (fixture, "one.txt", 100);
  choose (fixture, "one.txt");
  g_cancellable_cancel (cancellable);
  g_assert_null (look (fixture, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/gtk/survey/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("counts", test_counts);
  ADD ("problems", test_problems);
  ADD ("names-are-escaped", test_names_are_escaped);
  ADD ("cancelled", test_cancelled);
  return g_test_run ();
}
