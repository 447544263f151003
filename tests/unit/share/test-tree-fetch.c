/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "content/porch-hash-tree.h"
#include "porch-error.h"
#include "share/porch-tree-private.h"
#include "test-names.h"
#include "test-tree.h"
#include "test-user.h"
#include "wire/porch-frame.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MIB (1024 * 1024)

static const guint8 secret[32] = "a secret of the test, 32 bytes.";

static PorchTree *
share_of (const char *root)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchDir) dir = porch_dir_open (root, &error);

  g_assert_no_error (error);
  return porch_tree_new_share (dir, secret);
}

static GPtrArray *
want (const char *first, ...)
{
  GPtrArray *wants = g_ptr_array_new ();
  va_list args;

  va_start (args, first);
  for (const char *path = first; path; path = va_arg (args, const char *))
    g_ptr_array_add (wants, porch_want_new (path, NULL, 0, G_MAXUINT64));
  va_end (args);
  return wants;
}

/* Everything that comes, as a stream; @delay µs before each piece. */
static PorchFrameReader *
read_all (PorchFlow *flow, guint delay)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new ();
  g_autoptr (GError) error = NULL;
  GBytes *bytes;

  while ((bytes = porch_flow_pop (flow, &error)))
    {
      g_memory_input_stream_add_bytes (G_MEMORY_INPUT_STREAM (stream), bytes);
      g_bytes_unref (bytes);
      if (delay)
        g_usleep (delay);
    }
  g_assert_no_error (error);
  porch_flow_unref (flow);
  return porch_frame_reader_new (stream);
}

static void
next (PorchFrameReader *reader, PorchFrame *frame)
{
  g_autoptr (GError) error = NULL;

  porch_frame_reader_next (reader, frame, NULL, &error);
  g_assert_no_error (error);
}

/* One whole item: its bytes, or NULL and the ERROR's code. Checks every block's hash. */
static GByteArray *
read_item (PorchFrameReader *reader, guint32 item, PorchFrame *file, char code[32])
{
  GByteArray *data = g_byte_array_new ();
  PorchFrame frame;
  guint8 hash[32];

  next (reader, &frame);
  g_assert_cmpuint (frame.item, ==, item);
  if (frame.type == PORCH_FRAME_FILE)
    {
      if (file)
        *file = frame;
      for (gint64 size = frame.size;;)
        {
          next (reader, &frame);
          g_assert_cmpuint (frame.item, ==, item);
          if (frame.type != PORCH_FRAME_BLOCK)
            break;
          porch_hash_block (frame.data, frame.length, size <= MIB, hash);
          g_assert_cmpmem (hash, 32, frame.hash, 32);
          g_byte_array_append (data, frame.data, (guint) frame.length);
        }
    }
  if (frame.type == PORCH_FRAME_END)
    {
      code[0] = '\0';
      return data;
    }
  g_assert_cmpint (frame.type, ==, PORCH_FRAME_ERROR);
  g_assert_cmpstr (frame.message, !=, "");
  g_strlcpy (code, frame.code, 32);
  g_byte_array_unref (data);
  return NULL;
}

static void
assert_done (PorchFrameReader *reader)
{
  PorchFrame frame;

  next (reader, &frame);
  g_assert_cmpint (frame.type, ==, PORCH_FRAME_DONE);
}

static void
test_sizes (void)
{
  static const gsize sizes[] = { 0, 1, 4096, 16385, 128 * 1024, 128 * 1024 + 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 9 * MIB + 7 };
  char *root = test_tree_new ();
  g_autoptr (PorchTree) tree = NULL;
  GPtrArray *wants = g_ptr_array_new ();
  g_autoptr (PorchFrameReader) reader = NULL;
  char code[32];

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *entry = g_strdup_printf ("d/f%u*%zu", i, sizes[i]);
      g_autofree char *path = g_strdup_printf ("d/f%u", i);

      test_tree_fill (root, (const char *const[]){ entry, NULL });
      g_ptr_array_add (wants, porch_want_new (path, NULL, 0, G_MAXUINT64));
    }
  tree = share_of (root);
  reader = read_all (porch_tree_fetch (tree, wants), 0);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/d/f%u", root, i);
      g_autofree char *expected = NULL;
      g_autoptr (GByteArray) data = NULL;
      gsize length;
      PorchFrame file;
      struct stat st;
      char version[33];

      g_assert_true (g_file_get_contents (path, &expected, &length, NULL));
      data = read_item (reader, i, &file, code);
      g_assert_cmpstr (code, ==, "");
      g_assert_cmpmem (expected, length, data->data, data->len);
      g_assert_cmpint (stat (path, &st), ==, 0);
      porch_tree_version (secret, &st, version);
      g_assert_cmpstr (file.version, ==, version);
      g_assert_cmpint (file.size, ==, st.st_size);
      g_assert_cmpint (file.mtime, ==, porch_tree_mtime (&st));
    }
  assert_done (reader);
  test_tree_remove (root);
}

static void
test_ranges (void)
{
  static const char *const entries[] = { "f*5242887", "small*100", NULL };
  static const struct {
    guint64 from, count;
    gsize   offset, length;
  } cases[] = {
    { 0, 1, 0, MIB }, { 1, 2, MIB, 2 * MIB }, { 4, 99, 4 * MIB, MIB + 7 },    { 5, 1, 5 * MIB, 7 },
    { 6, 1, 0, 0 },   { G_MAXUINT64, G_MAXUINT64, 0, 0 }, { 2, 0, 0, 0 }, { 1, G_MAXUINT64, MIB, 4 * MIB + 7 },
  };
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "f", NULL);
  g_autofree char *expected = NULL;
  g_autoptr (PorchTree) tree = NULL;
  g_autoptr (PorchFrameReader) reader = NULL;
  GPtrArray *wants = g_ptr_array_new ();
  char code[32];
  guint i;

  test_tree_fill (root, entries);
  g_assert_true (g_file_get_contents (path, &expected, NULL, NULL));
  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    g_ptr_array_add (wants, porch_want_new ("f", NULL, cases[i].from, cases[i].count));
  g_ptr_array_add (wants, porch_want_new ("small", NULL, 0, 0));
  g_ptr_array_add (wants, porch_want_new ("small", NULL, 1, 1));
  tree = share_of (root);
  reader = read_all (porch_tree_fetch (tree, wants), 0);
  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) data = read_item (reader, i, NULL, code);
      g_assert_cmpmem (expected + cases[i].offset, cases[i].length, data->data, data->len);
    }
  for (; i < G_N_ELEMENTS (cases) + 2; i++)
    {
      g_autoptr (GByteArray) data = read_item (reader, i, NULL, code);
      g_assert_cmpuint (data->len, ==, 0);
    }
  assert_done (reader);
  test_tree_remove (root);
}

/* The hash of the block at @offset, wrong in one bit if @wrong. */
static void
set_have (PorchWant *want, guint i, const char *data, gsize length, gboolean whole, gboolean wrong)
{
  want->have = g_realloc (want->have, (i + 1) * 32);
  want->n_have = i + 1;
  porch_hash_block (data, length, whole, want->have + i * 32);
  want->have[i * 32] ^= wrong ? 1 : 0;
}

static void
assert_frame (PorchFrameReader *reader, PorchFrameType type, guint64 block)
{
  PorchFrame frame;

  next (reader, &frame);
  g_assert_cmpint (frame.type, ==, type);
  g_assert_cmpuint (frame.block, ==, block);
}

/* Of what the asker holds only that is sent which is not the same. */
static void
test_have (void)
{
  static const char *const entries[] = { "f*5242887", "small*100", NULL };
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "f", NULL);
  g_autofree char *small_path = g_build_filename (root, "small", NULL);
  g_autofree char *data = NULL;
  g_autofree char *small = NULL;
  g_autoptr (PorchTree) tree = NULL;
  g_autoptr (PorchFrameReader) reader = NULL;
  GPtrArray *wants = g_ptr_array_new ();
  PorchWant *large = porch_want_new ("f", NULL, 2, G_MAXUINT64);
  PorchWant *same = porch_want_new ("small", NULL, 0, G_MAXUINT64);
  PorchWant *other = porch_want_new ("small", NULL, 0, G_MAXUINT64);

  test_tree_fill (root, entries);
  g_assert_true (g_file_get_contents (path, &data, NULL, NULL));
  g_assert_true (g_file_get_contents (small_path, &small, NULL, NULL));
  set_have (large, 0, data + 2 * MIB, MIB, FALSE, FALSE);
  set_have (large, 1, data + 3 * MIB, MIB, FALSE, TRUE);
  set_have (large, 2, data + 4 * MIB, MIB, FALSE, FALSE);
  set_have (same, 0, small, 100, TRUE, FALSE);
  set_have (other, 0, small, 100, TRUE, TRUE);
  g_ptr_array_add (wants, large);
  g_ptr_array_add (wants, same);
  g_ptr_array_add (wants, other);
  tree = share_of (root);
  reader = read_all (porch_tree_fetch (tree, wants), 0);
  assert_frame (reader, PORCH_FRAME_FILE, 0);
  assert_frame (reader, PORCH_FRAME_SAME, 2);
  assert_frame (reader, PORCH_FRAME_BLOCK, 3);
  assert_frame (reader, PORCH_FRAME_SAME, 4);
  assert_frame (reader, PORCH_FRAME_BLOCK, 5);
  assert_frame (reader, PORCH_FRAME_END, 0);
  assert_frame (reader, PORCH_FRAME_FILE, 0);
  assert_frame (reader, PORCH_FRAME_SAME, 0);
  assert_frame (reader, PORCH_FRAME_END, 0);
  assert_frame (reader, PORCH_FRAME_FILE, 0);
  assert_frame (reader, PORCH_FRAME_BLOCK, 0);
  assert_frame (reader, PORCH_FRAME_END, 0);
  assert_done (reader);
  test_tree_remove (root);
}

/* One that was hashed before is not hashed again: the frames carry what the book says, here a mark that no hash has. */
static void
test_book (void)
{
  static const char *const entries[] = { "f*3145728", NULL };
  static const guint8 mark[32] = { 1, 2, 3 };
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "f", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchStore) store = porch_store_new (":memory:", NULL, &error);
  g_autoptr (PorchHashBook) book = porch_hash_book_new (store);
  g_autoptr (PorchFileHashes) page = NULL;
  g_autoptr (PorchTree) tree = NULL;
  struct stat st;

  g_assert_no_error (error);
  test_tree_fill (root, entries);
  g_usleep (2200000); /* of a younger file nothing is kept */
  g_assert_cmpint (stat (path, &st), ==, 0);
  page = porch_hash_book_open (book, "s", "f", &st);
  porch_file_hashes_put (page, 1, mark);
  tree = share_of (root);
  porch_tree_set_book (tree, book, "s");
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (PorchFrameReader) reader = read_all (porch_tree_fetch (tree, want ("f", NULL)), 0);
      guint8 hash[32];
      PorchFrame frame;

      assert_frame (reader, PORCH_FRAME_FILE, 0);
      for (guint i = 0; i < 3; i++)
        {
          next (reader, &frame);
          g_assert_cmpint (memcmp (frame.hash, mark, 32) == 0, ==, i == 1);
          g_assert_true (porch_file_hashes_get (page, i, hash));
          g_assert_cmpmem (frame.hash, 32, hash, 32);
        }
      assert_frame (reader, PORCH_FRAME_END, 0);
    }
  test_tree_remove (root);
}

/* One file that can't be had is an ERROR of its own; the rest goes on. */
static void
test_errors (void)
{
  static const char *const entries[] = { "a=one", "d/", "l->a", "etc->/etc", "shut=x", ".porch-0123456789abcdef=x", "z=last", NULL };
  static const char *const expected[][2] = {
    { "a", "" },          { "gone", "not-found" },     { "d", "not-found" },  { "l", "not-found" }, { "etc/passwd", "not-found" },
    { "fifo", "not-found" }, { "shut", "io" },         { "../a", "name" },    { "/etc/passwd", "name" }, { "", "name" },
    { "a/../a", "name" }, { ".porch-0123456789abcdef", "name" }, { "a\n", "name" }, { "a/b", "not-found" }, { "z", "" },
  };
  char *root = test_tree_new ();
  g_autofree char *fifo = g_build_filename (root, "fifo", NULL);
  g_autofree char *shut = g_build_filename (root, "shut", NULL);
  g_autoptr (PorchTree) tree = NULL;
  g_autoptr (PorchFrameReader) reader = NULL;
  GPtrArray *wants = g_ptr_array_new ();
  char code[32];

  test_tree_fill (root, entries);
  g_assert_cmpint (mkfifo (fifo, 0666), ==, 0);
  g_chmod (shut, 0);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_ptr_array_add (wants, porch_want_new (expected[i][0], NULL, 0, G_MAXUINT64));
  tree = share_of (root);
  reader = read_all (porch_tree_fetch (tree, wants), 0);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (GByteArray) data = read_item (reader, i, NULL, code);
      g_assert_cmpstr (code, ==, expected[i][1]);
    }
  assert_done (reader);
  test_tree_remove (root);
}

static void
test_s4_corpus (void)
{
  char *root = test_tree_new ();
  g_autoptr (PorchTree) tree = share_of (root);
  g_autoptr (PorchFrameReader) reader = NULL;
  GPtrArray *wants = g_ptr_array_new ();
  guint n;
  const TestName *names = test_names_get (&n);
  char code[32];

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (wants, porch_want_new (names[i].name, NULL, 0, G_MAXUINT64));
  reader = read_all (porch_tree_fetch (tree, wants), 0);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GByteArray) data = read_item (reader, i, NULL, code);

      g_assert_null (data);
      if (strlen (names[i].name) == names[i].length)
        g_assert_cmpstr (code, ==, names[i].flags & TEST_NAME_PATH_OK ? "not-found" : "name");
    }
  assert_done (reader);
  test_tree_remove (root);
}

static void
test_version (void)
{
  static const char *const entries[] = { "a=one", NULL };
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "a", NULL);
  g_autoptr (PorchTree) tree = NULL;
  g_autoptr (PorchFrameReader) reader = NULL;
  GPtrArray *wants = g_ptr_array_new ();
  struct stat st;
  char version[33];
  char code[32];

  test_tree_fill (root, entries);
  tree = share_of (root);
  g_assert_cmpint (stat (path, &st), ==, 0);
  porch_tree_version (secret, &st, version);
  g_ptr_array_add (wants, porch_want_new ("a", version, 0, G_MAXUINT64));
  g_ptr_array_add (wants, porch_want_new ("a", "00000000000000000000000000000000", 0, G_MAXUINT64));
  reader = read_all (porch_tree_fetch (tree, wants), 0);
  g_byte_array_unref (read_item (reader, 0, NULL, code));
  g_assert_cmpstr (code, ==, "");
  g_assert_null (read_item (reader, 1, NULL, code));
  g_assert_cmpstr (code, ==, "changed");
  assert_done (reader);
  test_tree_remove (root);
}

static void
test_offer (void)
{
  static const char *const entries[] = { "one/photo=x", "two/album/p=1", "two/album/q/r=2", "two/secret=no", NULL };
  char *root = test_tree_new ();
  g_autofree char *one_path = g_build_filename (root, "one", NULL);
  g_autofree char *two_path = g_build_filename (root, "two", NULL);
  g_autoptr (PorchTree) tree = porch_tree_new_offer (secret);
  g_autoptr (PorchDir) one = NULL;
  g_autoptr (PorchDir) two = NULL;
  g_autoptr (PorchFrameReader) reader = NULL;
  static const char *const codes[] = { "", "", "not-found", "not-found", "not-found", "name" };
  char code[32];

  test_tree_fill (root, entries);
  one = porch_dir_open (one_path, NULL);
  two = porch_dir_open (two_path, NULL);
  porch_tree_add_top (tree, "renamed photo", one, "photo");
  porch_tree_add_top (tree, "album", two, "album");
  reader = read_all (porch_tree_fetch (tree, want ("renamed photo", "album/q/r", "secret", "two/secret", "photo", "album/../secret", NULL)), 0);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GByteArray) data = read_item (reader, i, NULL, code);

      g_assert_cmpstr (code, ==, codes[i]);
      if (i < 2)
        g_assert_cmpmem (data->data, data->len, i == 0 ? "x" : "2", 1);
    }
  assert_done (reader);
  test_tree_remove (root);
}

/* By descriptor: not every file system truncates by name. */
static void
make_hole (const char *path, off_t size)
{
  int fd = open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

  g_assert_cmpint (ftruncate (fd, size), ==, 0);
  close (fd);
}

typedef enum { TRUNCATE, APPEND, REPLACE, DELETE, OVERWRITE, HARMS } Harm;

static void
do_harm (const char *path, Harm harm)
{
  g_autofree char *other = g_strconcat (path, ".new", NULL);
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  if (harm == TRUNCATE)
    g_assert_cmpint (ftruncate (fd, 10), ==, 0);
  else if (harm == APPEND)
    g_assert_cmpint (pwrite (fd, "x", 1, 64 * MIB), ==, 1);
  else if (harm == OVERWRITE)
    g_assert_cmpint (pwrite (fd, "xxxx", 4, 63 * MIB), ==, 4);
  else if (harm == DELETE)
    g_assert_cmpint (unlink (path), ==, 0);
  else
    {
      g_assert_true (g_file_set_contents (other, "new", 3, NULL));
      g_assert_cmpint (rename (other, path), ==, 0);
    }
  close (fd);
}

/* S19: whatever happens to a file while it is served, the receiver gets right bytes and then a clean error. */
static void
test_s19_changes (void)
{
  for (Harm harm = 0; harm < HARMS; harm++)
    {
      static const char *const entries[] = { "after=still here", NULL };
      char *root = test_tree_new ();
      g_autofree char *path = g_build_filename (root, "f", NULL);
      g_autoptr (PorchTree) tree = NULL;
      g_autoptr (GInputStream) stream = g_memory_input_stream_new ();
      g_autoptr (PorchFrameReader) reader = NULL;
      PorchFlow *flow;
      GBytes *bytes;
      guint pieces = 0;
      PorchFrame frame;
      char code[32];
      g_autoptr (GByteArray) last = NULL;

      test_tree_fill (root, entries);
      make_hole (path, 64 * MIB);
      tree = share_of (root);
      flow = porch_tree_fetch (tree, want ("f", "after", NULL));
      while ((bytes = porch_flow_pop (flow, NULL)))
        {
          g_memory_input_stream_add_bytes (G_MEMORY_INPUT_STREAM (stream), bytes);
          g_bytes_unref (bytes);
          if (++pieces == 3)
            do_harm (path, harm);
        }
      porch_flow_unref (flow);
      reader = porch_frame_reader_new (stream);
      next (reader, &frame);
      g_assert_cmpint (frame.type, ==, PORCH_FRAME_FILE);
      for (next (reader, &frame); frame.type == PORCH_FRAME_BLOCK; next (reader, &frame))
        for (gsize i = 0; i < frame.length; i += 512)
          g_assert_cmpuint (frame.data[i], ==, 0);
      g_assert_cmpint (frame.type, ==, PORCH_FRAME_ERROR);
      g_assert_cmpstr (frame.code, ==, "changed");
      last = read_item (reader, 1, NULL, code);
      g_assert_cmpmem (last->data, last->len, "still here", 10);
      assert_done (reader);
      test_tree_remove (root);
    }
}

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

/* Nobody reads any more: the threads end, wherever they are. */
static void
test_close (void)
{
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "f", NULL);
  g_autoptr (PorchTree) tree = NULL;
  guint before;

  make_hole (path, 64 * MIB);
  tree = share_of (root);
  before = count_fds ();
  for (guint i = 0; i < 20; i++)
    {
      PorchFlow *flow = porch_tree_fetch (tree, want ("f", "f", NULL));

      if (i % 2)
        g_bytes_unref (porch_flow_pop (flow, NULL));
      g_usleep (i * 500);
      porch_flow_close (flow);
      porch_flow_unref (flow);
    }
  for (guint i = 0; i < 200 && count_fds () > before; i++)
    g_usleep (10 * 1000);
  /* Fewer is right too: a thread of the test before may have ended meanwhile. */
  g_assert_cmpuint (count_fds (), <=, before);
  test_tree_remove (root);
}

static gsize
consume (PorchFlow *flow)
{
  GBytes *bytes;
  gsize size = 0;

  while ((bytes = porch_flow_pop (flow, NULL)))
    {
      size += g_bytes_get_size (bytes);
      g_bytes_unref (bytes);
    }
  porch_flow_unref (flow);
  return size;
}

/* 10,000 files of 4 KiB in 100 folders, ten requests. */
static void
test_small_files (void)
{
  char *root = test_tree_new ();
  g_autoptr (PorchTree) tree = NULL;
  char data[4096] = "x";
  gint64 start;
  gsize size = 0;

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *dir = g_strdup_printf ("%s/folder %u", root, i / 100);
      g_autofree char *path = g_strdup_printf ("%s/file %u", dir, i);
      int fd;

      g_mkdir (dir, 0755);
      fd = open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
      g_assert_cmpint (write (fd, data, sizeof data), ==, sizeof data);
      close (fd);
    }
  tree = share_of (root);
  start = g_get_monotonic_time ();
  for (guint request = 0; request < 10; request++)
    {
      GPtrArray *wants = g_ptr_array_new ();

      for (guint i = request * 1000; i < (request + 1) * 1000; i++)
        {
          g_autofree char *path = g_strdup_printf ("folder %u/file %u", i / 100, i);
          g_ptr_array_add (wants, porch_want_new (path, NULL, 0, G_MAXUINT64));
        }
      size += consume (porch_tree_fetch (tree, wants));
    }
  g_test_message ("10,000 files of 4 KiB: %.0f ms", (double) (g_get_monotonic_time () - start) / 1e3);
  g_assert_cmpuint (size, >, 10000 * sizeof data);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 3 * G_USEC_PER_SEC); /* 0.2 s alone on the machine */
  test_tree_remove (root);
}

int
main (int argc, char **argv)
{
  test_user_drop_root ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tree-fetch/sizes", test_sizes);
  g_test_add_func ("/tree-fetch/ranges", test_ranges);
  g_test_add_func ("/tree-fetch/have", test_have);
  g_test_add_func ("/tree-fetch/book", test_book);
  g_test_add_func ("/tree-fetch/errors", test_errors);
  g_test_add_func ("/tree-fetch/s4-corpus", test_s4_corpus);
  g_test_add_func ("/tree-fetch/version", test_version);
  g_test_add_func ("/tree-fetch/offer", test_offer);
  g_test_add_func ("/tree-fetch/s19-changes", test_s19_changes);
  g_test_add_func ("/tree-fetch/close", test_close);
  g_test_add_func ("/tree-fetch/small-files", test_small_files);
  return g_test_run ();
}
