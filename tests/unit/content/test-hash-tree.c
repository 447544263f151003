/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "content/porch-hash-tree.h"
#include "hash-vectors.h"
#include "porch-error.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#define CYCLE 65521

static guint8 *
pattern (gsize size)
{
  guint8 *data = g_malloc (MAX (size, 1));

  for (gsize i = 0; i < size; i++)
    {
      guint32 c = (guint32) (i % CYCLE);
      data[i] = (guint8) (c * c + (31 * c >> 3));
    }
  return data;
}

static char *
to_hex (const guint8 hash[PORCH_HASH_SIZE])
{
  GString *hex = g_string_new (NULL);

  for (guint i = 0; i < PORCH_HASH_SIZE; i++)
    g_string_append_printf (hex, "%02x", hash[i]);
  return g_string_free (hex, FALSE);
}

static char *
root_of_buffer (const guint8 *data, gsize size)
{
  g_autofree guint8 *hashes = g_malloc (porch_block_count (size) * PORCH_HASH_SIZE);
  guint8 root[PORCH_HASH_SIZE];
  gsize n = 0;

  for (gsize at = 0; at < size; at += PORCH_BLOCK_SIZE)
    porch_hash_block (data + at, MIN (PORCH_BLOCK_SIZE, size - at), size <= PORCH_BLOCK_SIZE, hashes + PORCH_HASH_SIZE * n++);
  porch_hash_root (hashes, n, root);
  return to_hex (root);
}

static int
open_scratch (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "porch-hash-XXXXXX", NULL);
  int fd = g_mkstemp (path);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (unlink (path), ==, 0);
  return fd;
}

static char *
root_of_fd (int fd, guint threads)
{
  guint8 root[PORCH_HASH_SIZE];
  gboolean empty;
  g_autoptr (GError) error = NULL;

  porch_hash_fd (fd, threads, root, &empty, &error);
  g_assert_no_error (error);
  g_assert_false (empty);
  return to_hex (root);
}

static void
write_all (int fd, const guint8 *data, gsize size)
{
  for (gsize at = 0; at < size;)
    {
      gssize n = pwrite (fd, data + at, size - at, (off_t) at);
      g_assert_cmpint (n, >, 0);
      at += (gsize) n;
    }
}

static void
test_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pattern_vectors); i++)
    {
      g_autofree guint8 *data = pattern (pattern_vectors[i].size);
      g_autofree char *root = root_of_buffer (data, pattern_vectors[i].size);
      int fd = open_scratch ();

      g_assert_cmpstr (root, ==, pattern_vectors[i].root);
      write_all (fd, data, pattern_vectors[i].size);
      for (guint threads = 0; threads <= 3; threads++)
        {
          g_autofree char *same = root_of_fd (fd, threads);
          g_assert_cmpstr (same, ==, pattern_vectors[i].root);
        }
      close (fd);
    }
}

static void
test_sparse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sparse_vectors); i++)
    {
      g_autofree char *root = NULL;
      int fd;

      if (sparse_vectors[i].size > 1 << 30 && !g_getenv ("PORCH_TEST_SLOW"))
        {
          g_test_message ("5 GiB are hashed with PORCH_TEST_SLOW=1");
          continue;
        }
      fd = open_scratch ();
      g_assert_cmpint (ftruncate (fd, (off_t) sparse_vectors[i].size), ==, 0);
      root = root_of_fd (fd, 0);
      g_assert_cmpstr (root, ==, sparse_vectors[i].root);
      close (fd);
    }
}

/* A file of one leaf has its plain SHA-256; the NIST vector for "abc". */
static void
test_single_leaf (void)
{
  g_autofree char *root = root_of_buffer ((const guint8 *) "abc", 3);

  g_assert_cmpstr (root, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void
test_empty (void)
{
  int fd = open_scratch ();
  guint8 root[PORCH_HASH_SIZE];
  gboolean empty = FALSE;
  g_autoptr (GError) error = NULL;

  g_assert_true (porch_hash_fd (fd, 0, root, &empty, &error));
  g_assert_no_error (error);
  g_assert_true (empty);
  close (fd);
}

static void
test_unreadable (void)
{
  guint8 root[PORCH_HASH_SIZE];
  gboolean empty;
  g_autoptr (GError) error = NULL;
  int fd = open ("/tmp", O_RDONLY | O_DIRECTORY);

  g_assert_false (porch_hash_fd (fd, 0, root, &empty, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  close (fd);
  g_clear_error (&error);
  g_assert_false (porch_hash_fd (-1, 0, root, &empty, &error));
  g_assert_nonnull (error);
}

typedef struct {
  int fd;
  int stop;
} Writer;

static gpointer
keep_writing (gpointer data)
{
  Writer *writer = data;

  while (!g_atomic_int_get (&writer->stop))
    {
      g_assert_cmpint (pwrite (writer->fd, "x", 1, 12345), ==, 1);
      g_usleep (1000);
    }
  return NULL;
}

/* A file that is written to while it is hashed has no id: never one of a mixture. */
static void
test_changed_meanwhile (void)
{
  Writer writer = { open_scratch (), 0 };
  GThread *thread;

  g_assert_cmpint (ftruncate (writer.fd, 256 << 20), ==, 0);
  thread = g_thread_new ("write", keep_writing, &writer);
  for (guint threads = 1; threads <= 2; threads++)
    {
      guint8 root[PORCH_HASH_SIZE];
      gboolean empty;
      g_autoptr (GError) error = NULL;

      g_assert_false (porch_hash_fd (writer.fd, threads, root, &empty, &error));
      g_assert_error (error, PORCH_ERROR, PORCH_ERROR_CHANGED);
    }
  g_atomic_int_set (&writer.stop, 1);
  g_thread_join (thread);
  close (writer.fd);
}

/* The builder in constant memory equals padding the whole row, for every count. */
static void
test_builder (void)
{
  PorchHashBuilder builder;
  guint8 row[300][PORCH_HASH_SIZE];

  porch_hash_builder_init (&builder);
  for (guint n = 1; n <= 300; n++)
    {
      g_autofree guint8 *work = NULL;
      guint8 nothing[PORCH_HASH_SIZE] = { 0 }, both[64], root[PORCH_HASH_SIZE];
      guint width = 1;

      porch_sha256 (&n, sizeof n, row[n - 1]);
      porch_hash_builder_add (&builder, row[n - 1]);
      for (guint i = 0; i < 6; i++)
        {
          memcpy (both, nothing, 32);
          memcpy (both + 32, nothing, 32);
          porch_sha256 (both, 64, nothing);
        }
      while (width < n)
        width *= 2;
      work = g_malloc (width * PORCH_HASH_SIZE);
      memcpy (work, row, n * PORCH_HASH_SIZE);
      for (guint i = n; i < width; i++)
        memcpy (work + i * PORCH_HASH_SIZE, nothing, PORCH_HASH_SIZE);
      for (; width > 1; width /= 2)
        for (guint i = 0; i < width / 2; i++)
          porch_sha256 (work + i * 64, 64, work + i * 32);
      porch_hash_builder_root (&builder, root);
      g_assert_cmpmem (root, 32, work, 32);
    }
}

static void
test_sizes (void)
{
  g_assert_cmpuint (porch_piece_size (0), ==, 1 << 20);
  g_assert_cmpuint (porch_piece_size (G_GUINT64_CONSTANT (1) << 36), ==, 1 << 20);
  g_assert_cmpuint (porch_piece_size ((G_GUINT64_CONSTANT (1) << 36) + 1), ==, 2 << 20);
  g_assert_cmpuint (porch_piece_size (G_GUINT64_CONSTANT (1) << 46), ==, 1 << 30);
  g_assert_cmpuint (porch_piece_size (G_MAXUINT64), ==, G_GUINT64_CONSTANT (1) << 48);
  g_assert_cmpuint (porch_block_count (0), ==, 0);
  g_assert_cmpuint (porch_block_count (1), ==, 1);
  g_assert_cmpuint (porch_block_count (1 << 20), ==, 1);
  g_assert_cmpuint (porch_block_count ((1 << 20) + 1), ==, 2);
  g_assert_cmpuint (porch_block_count (G_MAXUINT64), ==, G_GUINT64_CONSTANT (1) << 44);
}

/* Against the living libtorrent, with sizes that nobody chose. */
static void
test_libtorrent (void)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "unit", "content", "make-vectors.py", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_ptr_array_add (argv, g_strdup ("/usr/bin/python3"));
  g_ptr_array_add (argv, g_strdup (script));
  g_ptr_array_add (argv, g_strdup ("--print"));
  for (guint i = 0; i < 20; i++)
    g_ptr_array_add (argv, g_strdup_printf ("%d", g_test_rand_int_range (1, i % 2 ? 200000 : 10000000)));
  g_ptr_array_add (argv, NULL);
  if (!g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status, &error))
    {
      g_test_skip (error->message);
      return;
    }
  if (WIFEXITED (status) && WEXITSTATUS (status) == 77)
    {
      g_test_skip ("python3-libtorrent is not installed");
      return;
    }
  if (status != 0)
    g_error ("make-vectors.py: %s", err);
  lines = g_strsplit (g_strstrip (out), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 20);
  for (guint i = 0; lines[i]; i++)
    {
      char *root;
      gsize size = g_ascii_strtoull (lines[i], &root, 10);
      g_autofree guint8 *data = pattern (size);
      g_autofree char *ours = root_of_buffer (data, size);

      g_assert_cmpstr (root + 1, ==, ours);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hash-tree/vectors", test_vectors);
  g_test_add_func ("/hash-tree/sparse", test_sparse);
  g_test_add_func ("/hash-tree/single-leaf", test_single_leaf);
  g_test_add_func ("/hash-tree/empty", test_empty);
  g_test_add_func ("/hash-tree/unreadable", test_unreadable);
  g_test_add_func ("/hash-tree/changed-meanwhile", test_changed_meanwhile);
  g_test_add_func ("/hash-tree/builder", test_builder);
  g_test_add_func ("/hash-tree/sizes", test_sizes);
  g_test_add_func ("/hash-tree/libtorrent", test_libtorrent);
  return g_test_run ();
}
