/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was hashed once is known, as long as it is the same file; across a restart when it lies in a share; and never so much of it
 * that a daemon would grow. */
#include "config.h"

#include "content/porch-block-reader.h"
#include "content/porch-content-cache.h"
#include "content/porch-hash-book.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MIB (1024 * 1024)

typedef struct {
  PorchStore    *store;
  PorchHashBook *book;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->store = porch_store_new (":memory:", NULL, &error);
  g_assert_no_error (error);
  f->book = porch_hash_book_new (f->store);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  porch_hash_book_unref (f->book);
  g_object_unref (f->store);
}

/* A daemon that starts again. */
static void
forget_memory (Fixture *f)
{
  porch_hash_book_unref (f->book);
  f->book = porch_hash_book_new (f->store);
}

static struct stat
old_file (gint64 size)
{
  return (struct stat){ .st_dev = 1, .st_ino = 7, .st_size = size, .st_mtim = { 1600000000, 1 }, .st_ctim = { 1600000001, 2 } };
}

static void
hash_of (guint block, guint8 hash[PORCH_HASH_SIZE])
{
  memset (hash, (int) block + 1, PORCH_HASH_SIZE);
}

static void
put (PorchFileHashes *page, guint block)
{
  guint8 hash[PORCH_HASH_SIZE];

  hash_of (block, hash);
  porch_file_hashes_put (page, block, hash);
}

static gboolean
knows (PorchFileHashes *page, guint block)
{
  guint8 hash[PORCH_HASH_SIZE] = { 0 }, expected[PORCH_HASH_SIZE];

  if (!porch_file_hashes_get (page, block, hash))
    return FALSE;
  hash_of (block, expected);
  g_assert_cmpmem (hash, sizeof hash, expected, sizeof expected);
  return TRUE;
}

static void
test_parts (Fixture *f, gconstpointer data)
{
  struct stat st = old_file (3 * MIB);
  g_autoptr (PorchFileHashes) page = porch_hash_book_open (f->book, "s", "f", &st);
  g_autoptr (PorchFileHashes) again = NULL;

  g_assert_false (knows (page, 1));
  put (page, 1);
  again = porch_hash_book_open (f->book, NULL, "elsewhere", &st);
  g_assert_true (knows (again, 1));
  g_assert_false (knows (again, 0));
  g_assert_false (knows (again, 3));
  put (again, 3); /* there is no such block */
  g_assert_false (knows (page, 3));
}

static void
test_changed (Fixture *f, gconstpointer data)
{
  struct stat st = old_file (2 * MIB);
  g_autoptr (PorchFileHashes) page = porch_hash_book_open (f->book, "s", "f", &st);

  put (page, 0);
  put (page, 1);
  for (guint i = 0; i < 7; i++)
    {
      struct stat now = old_file (2 * MIB);
      g_autoptr (PorchFileHashes) other = NULL;

      now.st_ino += i == 0;
      now.st_size += i == 1;
      now.st_mtim.tv_sec += i == 2;
      now.st_mtim.tv_nsec += i == 3;
      now.st_ctim.tv_sec += i == 4;
      now.st_ctim.tv_nsec += i == 5;
      other = porch_hash_book_open (f->book, "s", "f", &now);
      g_assert_cmpint (knows (other, 0), ==, i == 6);
    }
}

static void
test_restart (Fixture *f, gconstpointer data)
{
  struct stat st = old_file (2 * MIB + 5), unfinished = old_file (3 * MIB);
  g_autoptr (PorchFileHashes) page = porch_hash_book_open (f->book, "s", "f", &st);
  g_autoptr (PorchFileHashes) part = NULL;
  g_autoptr (PorchFileHashes) shared = NULL;
  g_autoptr (PorchFileHashes) other = NULL;
  g_autoptr (PorchFileHashes) forgotten = NULL;

  for (guint i = 0; i < 3; i++)
    put (page, i);
  unfinished.st_ino = 8;
  part = porch_hash_book_open (f->book, "s", "g", &unfinished);
  put (part, 0);
  forget_memory (f);
  shared = porch_hash_book_open (f->book, "s", "f", &st);
  for (guint i = 0; i < 3; i++)
    g_assert_true (knows (shared, i));
  other = porch_hash_book_open (f->book, "s", "g", &unfinished);
  g_assert_false (knows (other, 0));
  forget_memory (f);
  porch_content_cache_forget (f->store, "s");
  forgotten = porch_hash_book_open (f->book, "s", "f", &st);
  g_assert_false (knows (forgotten, 0));
}

/* Of an offer nothing is written down. */
static void
test_offer (Fixture *f, gconstpointer data)
{
  struct stat st = old_file (2 * MIB);
  g_autoptr (PorchFileHashes) page = porch_hash_book_open (f->book, NULL, "f", &st);
  g_autoptr (PorchFileHashes) after = NULL;

  put (page, 0);
  put (page, 1);
  forget_memory (f);
  after = porch_hash_book_open (f->book, NULL, "f", &st);
  g_assert_false (knows (after, 0));
}

static void
test_not_kept (Fixture *f, gconstpointer data)
{
  struct stat small = old_file (MIB), huge = old_file (G_GINT64_CONSTANT (65537) * MIB), young = old_file (2 * MIB);
  struct stat touched = old_file (2 * MIB);

  young.st_mtim.tv_sec = g_get_real_time () / G_USEC_PER_SEC;
  touched.st_ctim.tv_sec = g_get_real_time () / G_USEC_PER_SEC - 1;
  g_assert_null (porch_hash_book_open (f->book, "s", "f", &small));
  g_assert_null (porch_hash_book_open (f->book, "s", "f", &huge));
  g_assert_null (porch_hash_book_open (f->book, "s", "f", &young));
  g_assert_null (porch_hash_book_open (f->book, "s", "f", &touched));
}

/* The oldest go; a page that is in use stays good. */
static void
test_bounded (Fixture *f, gconstpointer data)
{
  struct stat st = old_file (2 * MIB);
  g_autoptr (PorchFileHashes) first = porch_hash_book_open (f->book, NULL, "first", &st);
  g_autoptr (PorchFileHashes) again = NULL;

  put (first, 0);
  for (guint i = 0; i < 80; i++)
    {
      struct stat large = old_file (1024 * (gint64) MIB);
      PorchFileHashes *page;

      large.st_ino = 100 + i;
      page = porch_hash_book_open (f->book, NULL, "large", &large);
      g_assert_nonnull (page);
      porch_file_hashes_unref (page);
    }
  g_assert_true (knows (first, 0));
  again = porch_hash_book_open (f->book, NULL, "first", &st);
  g_assert_false (knows (again, 0));
}

static int
scratch (gsize size)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "porch-book-XXXXXX", NULL);
  g_autofree guint8 *data = g_malloc (size);
  int fd = g_mkstemp (path);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) (i * 7 + i / 4096);
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  return fd;
}

/* The reader takes what is known on trust, which is how this test knows that it did not compute it. */
static void
test_reader (Fixture *f, gconstpointer data)
{
  struct stat key = old_file (2 * MIB + 100), st;
  g_autoptr (PorchFileHashes) page = porch_hash_book_open (f->book, NULL, "f", &key);
  int fd = scratch (2 * MIB + 100);

  put (page, 1);
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PorchBlockReader) reader = porch_block_reader_new (fd, 0, G_MAXUINT64, 1, TRUE, page, &st, &error);
      PorchBlock block;
      guint8 hash[PORCH_HASH_SIZE];

      for (guint i = 0; porch_block_reader_next (reader, &block, &error); i++)
        {
          if (i == 1)
            hash_of (i, hash);
          else
            porch_hash_block (block.data, block.length, FALSE, hash);
          g_assert_cmpmem (block.hash, sizeof block.hash, hash, sizeof hash);
          g_assert_true (porch_file_hashes_get (page, i, hash));
          g_assert_cmpint (block.data[0], ==, (guint8) (i * MIB * 7 + i * MIB / 4096));
          porch_block_clear (&block);
        }
      g_assert_no_error (error);
    }
  close (fd);
}

#define ADD(name, func) g_test_add ("/hash-book/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("parts", test_parts);
  ADD ("changed", test_changed);
  ADD ("restart", test_restart);
  ADD ("offer", test_offer);
  ADD ("not-kept", test_not_kept);
  ADD ("bounded", test_bounded);
  ADD ("reader", test_reader);
  return g_test_run ();
}
