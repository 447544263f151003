/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sink by itself: blocks in any order from several hands, what is never published, and what never stays behind. */
#include "config.h"

#include "content/porch-hash-tree.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "test-tree.h"
#include "transfer/porch-sink.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
  char      *target;
  PorchSink *sink;
  GMutex     lock;
  guint      staged, written, published, failed;
  char      *final, *staging;
  GError    *error;
} Fixture;

static void
on_staged (gpointer data, gint64 number, const char *staging, guint64 inode)
{
  Fixture *f = data;

  g_mutex_lock (&f->lock);
  f->staged++;
  g_free (f->staging);
  f->staging = g_strdup (staging);
  g_mutex_unlock (&f->lock);
}

static void
on_written (gpointer data, gint64 number, guint64 block, const guint8 hash[32], gsize length, gboolean large)
{
  Fixture *f = data;

  g_mutex_lock (&f->lock);
  g_assert_cmpuint (f->published, ==, 0);
  f->written++;
  g_mutex_unlock (&f->lock);
}

static void
on_published (gpointer data, gint64 number, const char *final, const struct stat *st, gboolean synced)
{
  Fixture *f = data;

  g_mutex_lock (&f->lock);
  f->published++;
  g_free (f->final);
  f->final = g_strdup (final);
  g_mutex_unlock (&f->lock);
}

static void
on_failed (gpointer data, gint64 number, const char *path, const GError *error)
{
  Fixture *f = data;

  g_mutex_lock (&f->lock);
  f->failed++;
  g_clear_error (&f->error);
  f->error = g_error_copy (error);
  g_mutex_unlock (&f->lock);
}

static const PorchSinkEvents events = { on_staged, on_written, on_published, on_failed };

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchDir) dir = NULL;

  g_mutex_init (&f->lock);
  f->target = test_tree_new ();
  dir = porch_dir_open (f->target, &error);
  g_assert_no_error (error);
  f->sink = porch_sink_new (dir, FALSE, &events, f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->sink, porch_sink_free);
  test_tree_remove (f->target);
  g_free (f->final);
  g_free (f->staging);
  g_clear_error (&f->error);
  g_mutex_clear (&f->lock);
}

static void
write_block (PorchSinkFile *file, guint64 block, gsize length, gboolean whole, gboolean right)
{
  guint8 *data = g_malloc (length);
  guint8 hash[32];

  memset (data, (int) ('a' + block), length);
  porch_hash_block (data, length, whole, hash);
  if (!right)
    data[length / 2] ^= 1;
  porch_sink_write (file, block, hash, g_bytes_new_take (data, length));
}

static char *
read_back (Fixture *f, const char *name, gsize *length)
{
  g_autofree char *path = g_build_filename (f->target, name, NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, length, NULL));
  return text;
}

static void
test_any_order (Fixture *f, gconstpointer data)
{
  PorchSinkFile *file = porch_sink_begin (f->sink, 7, "", "big", 5 * PORCH_BLOCK_SIZE + 3, 1000, NULL);
  g_autofree char *text = NULL;
  gsize length;

  write_block (file, 5, 3, FALSE, TRUE);
  for (guint i = 5; i-- > 0;)
    write_block (file, i, PORCH_BLOCK_SIZE, FALSE, TRUE);
  porch_sink_commit (file);
  porch_sink_drain (f->sink);
  g_assert_cmpuint (f->staged, ==, 1);
  g_assert_cmpuint (f->written, ==, 6);
  g_assert_cmpuint (f->published, ==, 1);
  g_assert_cmpstr (f->final, ==, "big");
  text = read_back (f, "big", &length);
  g_assert_cmpuint (length, ==, 5 * PORCH_BLOCK_SIZE + 3);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpint (text[i * PORCH_BLOCK_SIZE + 1], ==, 'a' + i);
}

/* Committed although a block never came: nothing gets the name. */
static void
test_hole (Fixture *f, gconstpointer data)
{
  PorchSinkFile *file = porch_sink_begin (f->sink, 7, "", "big", 2 * PORCH_BLOCK_SIZE, 0, NULL);

  write_block (file, 0, PORCH_BLOCK_SIZE, FALSE, TRUE);
  porch_sink_commit (file);
  porch_sink_drain (f->sink);
  g_assert_cmpuint (f->published, ==, 0);
  g_assert_cmpuint (f->failed, ==, 1);
  test_tree_assert (f->target, (const char *const[]){ NULL });
}

static void
test_damaged (Fixture *f, gconstpointer data)
{
  PorchSinkFile *file = porch_sink_begin (f->sink, 7, "", "big", 3 * PORCH_BLOCK_SIZE, 0, NULL);

  for (guint i = 0; i < 3; i++)
    write_block (file, i, PORCH_BLOCK_SIZE, FALSE, i != 1);
  porch_sink_commit (file);
  porch_sink_drain (f->sink);
  g_assert_error (f->error, PORCH_ERROR, PORCH_ERROR_HASH_MISMATCH);
  g_assert_cmpuint (f->failed, ==, 1);
  g_assert_cmpuint (f->published, ==, 0);
  test_tree_assert (f->target, (const char *const[]){ NULL });
}

/* Dropping a file never publishes it; what it has may stay, if wanted, and be gone on with. */
static void
test_drop (Fixture *f, gconstpointer data)
{
  PorchSinkFile *file = porch_sink_begin (f->sink, 1, "", "gone", 2 * PORCH_BLOCK_SIZE, 0, NULL);
  g_autofree char *staging = NULL;
  g_autofree char *text = NULL;
  gsize length;

  write_block (file, 0, PORCH_BLOCK_SIZE, FALSE, TRUE);
  porch_sink_drop (file, FALSE);
  file = porch_sink_begin (f->sink, 2, "", "untouched", 2 * PORCH_BLOCK_SIZE, 0, NULL);
  porch_sink_drop (file, TRUE);
  porch_sink_drain (f->sink);
  test_tree_assert (f->target, (const char *const[]){ NULL });

  file = porch_sink_begin (f->sink, 3, "", "kept", 2 * PORCH_BLOCK_SIZE, 0, NULL);
  write_block (file, 1, PORCH_BLOCK_SIZE, FALSE, TRUE);
  porch_sink_drop (file, TRUE);
  porch_sink_drain (f->sink);
  staging = g_strdup (f->staging);
  file = porch_sink_begin (f->sink, 3, "", "kept", 2 * PORCH_BLOCK_SIZE, 0, staging);
  f->published = 0;
  write_block (file, 0, PORCH_BLOCK_SIZE, FALSE, TRUE);
  porch_sink_commit (file);
  porch_sink_drain (f->sink);
  g_assert_cmpuint (f->published, ==, 1);
  text = read_back (f, "kept", &length);
  g_assert_cmpint (text[0], ==, 'a');
  g_assert_cmpint (text[PORCH_BLOCK_SIZE], ==, 'b');
}

/* S7, S8. */
static void
test_clash_and_mode (Fixture *f, gconstpointer data)
{
  PorchSinkFile *file;
  g_autofree char *path = NULL;
  struct stat st;

  test_tree_fill (f->target, (const char *const[]){ "x.txt=mine", "x (1).txt/", NULL });
  file = porch_sink_begin (f->sink, 1, "", "x.txt", 10, 0, NULL);
  write_block (file, 0, 10, TRUE, TRUE);
  porch_sink_commit (file);
  porch_sink_drain (f->sink);
  g_assert_cmpstr (f->final, ==, "x (2).txt");
  test_tree_assert (f->target, (const char *const[]){ "x.txt=mine", "x (1).txt/", "x (2).txt=aaaaaaaaaa", NULL });
  path = g_build_filename (f->target, f->final, NULL);
  g_assert_cmpint (lstat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07111, ==, 0);
}

static void
test_empty (Fixture *f, gconstpointer data)
{
  porch_sink_commit (porch_sink_begin (f->sink, 1, "", "nothing", 0, 5, NULL));
  porch_sink_drain (f->sink);
  test_tree_assert (f->target, (const char *const[]){ "nothing=", NULL });
}

static void
test_parent_gone (Fixture *f, gconstpointer data)
{
  porch_sink_commit (porch_sink_begin (f->sink, 1, "no/such", "x", 0, 0, NULL));
  porch_sink_commit (porch_sink_begin (f->sink, 1, "../..", "x", 0, 0, NULL));
  porch_sink_drain (f->sink);
  g_assert_cmpuint (f->failed, ==, 2);
  test_tree_assert (f->target, (const char *const[]){ NULL });
}

#define ADD(name, func) g_test_add ("/sink/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("any-order", test_any_order);
  ADD ("hole", test_hole);
  ADD ("damaged", test_damaged);
  ADD ("drop", test_drop);
  ADD ("clash", test_clash_and_mode);
  ADD ("empty", test_empty);
  ADD ("parent-gone", test_parent_gone);
  return g_test_run ();
}
