/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hashes of a file's blocks without the blocks: their root is the content id that hashing the file itself gives, whether it is read
 * for that or known from before. */
#include "config.h"

#include "content/porch-hash-tree.h"
#include "porch-error.h"
#include "share/porch-tree-private.h"
#include "test-tree.h"
#include "transfer/porch-flow-stream.h"
#include "wire/porch-frame.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#define MIB (1024 * 1024)

static const guint8 secret[32] = "a secret of the test, 32 bytes.";

typedef struct {
  char *root, *state;
  PorchStore    *store;
  PorchHashBook *book;
  PorchTree     *tree;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchDir) dir = NULL;
  g_autofree char *database = NULL;

  f->root = test_tree_new ();
  f->state = test_tree_new ();
  database = g_build_filename (f->state, "state.db", NULL);
  f->store = porch_store_new (database, NULL, &error);
  g_assert_no_error (error);
  dir = porch_dir_open (f->root, &error);
  g_assert_no_error (error);
  f->book = porch_hash_book_new (f->store);
  f->tree = porch_tree_new_share (dir, secret);
  porch_tree_set_book (f->tree, f->book, "0123456789abcdef");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  porch_tree_unref (f->tree);
  porch_hash_book_unref (f->book);
  g_object_unref (f->store);
  test_tree_remove (f->root);
  test_tree_remove (f->state);
}

/* A file whose last byte is not zero, old enough for its times to mean something. */
static char *
make_file (Fixture *f, const char *name, gsize size)
{
  char *path = g_build_filename (f->root, name, NULL);
  const struct utimbuf old = { 1000000000, 1000000000 };
  int fd = open (path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, (off_t) size), ==, 0);
  if (size > 0)
    g_assert_cmpint (pwrite (fd, "x", 1, (off_t) size - 1), ==, 1);
  close (fd);
  g_assert_cmpint (utime (path, &old), ==, 0);
  return path;
}

static PorchFrameReader *
ask (Fixture *f, const char *path, const char *version)
{
  g_autoptr (PorchFlow) flow = porch_flow_new (PORCH_TREE_FLOW_BYTES);
  g_autoptr (GInputStream) stream = porch_flow_stream_new (flow, 20, 20);
  GPtrArray *wants = g_ptr_array_new ();

  g_ptr_array_add (wants, porch_want_new (path, version, 0, G_MAXUINT64));
  porch_tree_layers_into (f->tree, wants, flow);
  return porch_frame_reader_new (stream);
}

static gboolean
next (PorchFrameReader *reader, PorchFrame *frame)
{
  g_autoptr (GError) error = NULL;
  gboolean more = porch_frame_reader_next (reader, frame, NULL, &error);

  g_assert_no_error (error);
  return more;
}

/* The root of what came; how many blocks there were. */
static guint64
read_root (PorchFrameReader *reader, gint64 *size, guint8 root[32])
{
  PorchHashBuilder builder;
  PorchFrame frame;

  porch_hash_builder_init (&builder);
  g_assert_true (next (reader, &frame));
  g_assert_cmpint (frame.type, ==, PORCH_FRAME_FILE);
  *size = frame.size;
  while (next (reader, &frame) && frame.type == PORCH_FRAME_LAYER)
    for (guint i = 0; i < frame.n_hashes; i++)
      porch_hash_builder_add (&builder, frame.data + i * PORCH_HASH_SIZE);
  g_assert_cmpint (frame.type, ==, PORCH_FRAME_END);
  g_assert_true (next (reader, &frame));
  g_assert_cmpint (frame.type, ==, PORCH_FRAME_DONE);
  if (builder.count > 0)
    porch_hash_builder_root (&builder, root);
  return builder.count;
}

static void
assert_id (Fixture *f, const char *name, gsize size)
{
  g_autofree char *path = g_build_filename (f->root, name, NULL);
  g_autoptr (PorchFrameReader) reader = ask (f, name, NULL);
  g_autoptr (GError) error = NULL;
  guint8 root[32], expected[32];
  gboolean empty;
  gint64 stated;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  g_assert_cmpuint (read_root (reader, &stated, root), ==, porch_block_count (size));
  g_assert_cmpint (stated, ==, (gint64) size);
  g_assert_true (porch_hash_fd (fd, 1, expected, &empty, &error));
  if (!empty)
    g_assert_cmpmem (root, 32, expected, 32);
  close (fd);
}

static void
test_sizes (Fixture *f, gconstpointer data)
{
  static const gsize sizes[] = { 0, 1, 16385, MIB, MIB + 1, 9 * MIB + 7, 64 * MIB, 64 * MIB + 1, 130 * MIB };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *path = make_file (f, "file", sizes[i]);

      assert_id (f, "file", sizes[i]);
    }
}

/* Asked again, nothing is read: the page of the file is whole; also after a restart. */
static void
test_known (Fixture *f, gconstpointer data)
{
  g_autofree char *path = make_file (f, "film", 70 * MIB + 3);
  struct stat st;

  if (f->root[0] == '\0' || stat (path, &st) != 0)
    g_assert_not_reached ();
  /* The time of the change of times is now: wait until that is long enough ago. */
  g_usleep (2200000);
  assert_id (f, "film", 70 * MIB + 3);
  for (guint life = 0; life < 2; life++)
    {
      g_autoptr (PorchFileHashes) page = porch_hash_book_open (f->book, "0123456789abcdef", "film", &st);
      guint8 hash[32];

      g_assert_nonnull (page);
      for (guint64 block = 0; block < 71; block++)
        g_assert_true (porch_file_hashes_get (page, block, hash));
      assert_id (f, "film", 70 * MIB + 3);
      porch_hash_book_unref (f->book);
      f->book = porch_hash_book_new (f->store);
    }
}

static void
assert_error (Fixture *f, const char *path, const char *version, const char *code)
{
  g_autoptr (PorchFrameReader) reader = ask (f, path, version);
  PorchFrame frame;

  g_assert_true (next (reader, &frame));
  g_assert_cmpint (frame.type, ==, PORCH_FRAME_ERROR);
  g_assert_cmpstr (frame.code, ==, code);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *path = make_file (f, "file", 10);

  assert_error (f, "nothing", NULL, "not-found");
  assert_error (f, "../file", NULL, "name");
  assert_error (f, "file", "00000000000000000000000000000000", "changed");
}

/* Whoever asked goes in the middle: the reading stops. */
static void
test_asker_goes (Fixture *f, gconstpointer data)
{
  g_autofree char *path = make_file (f, "large", G_GUINT64_CONSTANT (4) << 30);
  PorchFrameReader *reader = ask (f, "large", NULL);
  gint64 began = g_get_monotonic_time ();
  PorchFrame frame;

  g_assert_true (next (reader, &frame));
  g_assert_true (next (reader, &frame));
  g_assert_cmpint (frame.type, ==, PORCH_FRAME_LAYER);
  porch_frame_reader_free (reader); /* and with it the stream, which closes the flow */
  g_assert_cmpint (g_get_monotonic_time () - began, <, 20 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/tree/layers/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("sizes", test_sizes);
  ADD ("known", test_known);
  ADD ("refused", test_refused);
  ADD ("asker-goes", test_asker_goes);
  return g_test_run ();
}
