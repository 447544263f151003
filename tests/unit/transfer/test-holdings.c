/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of what came, and given on: only from whom it came, only blocks that are there, only while nobody touched it. */
#include "config.h"

#include "transfer/porch-holdings.h"

#include "content/porch-hash-tree.h"
#include "content/porch-piece-map.h"
#include "share/porch-dir.h"
#include "test-tree.h"
#include "transfer/porch-flow-stream.h"
#include "wire/porch-frame.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCKS 17
#define SIZE (16 * (gint64) PORCH_BLOCK_SIZE + 1000)

typedef struct {
  char *target;
  PorchDeviceId ada, eve;
  PorchHoldings *holdings;
  char *data;
  guint8 hashes[BLOCKS * PORCH_HASH_SIZE];
  guint8 id[PORCH_HASH_SIZE];
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  gsize length;

  f->target = test_tree_new ();
  test_tree_fill (f->target, (const char *const[]){ "d/film*16778216", NULL });
  G_STATIC_ASSERT (SIZE == 16778216);
  path = g_build_filename (f->target, "d", "film", NULL);
  g_assert_true (g_file_get_contents (path, &f->data, &length, NULL));
  for (guint i = 0; i < BLOCKS; i++)
    porch_hash_block (f->data + i * PORCH_BLOCK_SIZE, MIN (length - i * PORCH_BLOCK_SIZE, PORCH_BLOCK_SIZE), FALSE,
                      f->hashes + i * PORCH_HASH_SIZE);
  porch_hash_root (f->hashes, BLOCKS, f->id);
  memset (&f->ada, 1, sizeof f->ada);
  memset (&f->eve, 2, sizeof f->eve);
  f->holdings = porch_holdings_new ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  porch_holdings_unref (f->holdings);
  g_free (f->data);
  test_tree_remove (f->target);
}

static PorchHolding *
begin (Fixture *f, gint64 number)
{
  return porch_holdings_begin (f->holdings, &f->ada, "t", number, f->target, SIZE);
}

static void
note_blocks (Fixture *f, PorchHolding *holding, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    porch_holding_note_block (holding, i, f->hashes + i * PORCH_HASH_SIZE);
}

static void
note_published (Fixture *f, PorchHolding *holding)
{
  g_autoptr (PorchDir) dir = porch_dir_open (f->target, NULL);
  struct stat st;

  g_assert_true (porch_dir_stat (dir, "d/film", &st, NULL));
  porch_holding_note_published (holding, "d/film", &st);
}

static gboolean
is_found (Fixture *f, const PorchDeviceId *issuer)
{
  g_autoptr (PorchHolding) found = porch_holdings_lookup (f->holdings, issuer, f->id);

  return found != NULL;
}

/* Found by its issuer and its content together, once what it is is known. */
static void
test_s29_provenance (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchHolding) holding = begin (f, 1);

  note_blocks (f, holding, 0, BLOCKS - 1);
  g_assert_false (is_found (f, &f->ada));
  note_blocks (f, holding, 0, BLOCKS);
  g_assert_true (porch_holding_is_whole (holding));
  g_assert_true (is_found (f, &f->ada));
  g_assert_false (is_found (f, &f->eve));
  f->id[31] ^= 1;
  g_assert_false (is_found (f, &f->ada));
  f->id[31] ^= 1;
  porch_holdings_forget (f->holdings, "other");
  g_assert_true (is_found (f, &f->ada));
  porch_holdings_forget (f->holdings, "t");
  g_assert_false (is_found (f, &f->ada));
}

static void
test_layer (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchHolding) holding = begin (f, 1);
  const guint8 wrong[32] = { 9 };
  g_autofree guint8 *map = NULL;

  porch_holding_note_block (holding, 3, wrong); /* before anybody said what it should be */
  note_blocks (f, holding, 5, 7);
  porch_holding_set_layer (holding, f->hashes);
  g_assert_true (is_found (f, &f->ada));
  porch_holding_note_block (holding, 8, wrong);
  porch_holding_note_block (holding, BLOCKS, f->hashes);
  map = porch_holding_dup_map (holding);
  g_assert_cmpuint (porch_piece_map_count (map, BLOCKS), ==, 2);
  g_assert_true (porch_piece_map_get (map, 5) && porch_piece_map_get (map, 6));
}

typedef struct {
  guint good, errors, ends;
  gboolean done;
} Got;

/* Reads what is given, and compares every byte. */
static Got
give (Fixture *f, PorchHolding *holding, guint n, const PorchRun *runs)
{
  GArray *array = g_array_new (FALSE, FALSE, sizeof (PorchRun));
  PorchFlow *flow = porch_flow_new (3 * PORCH_BLOCK_SIZE);
  g_autoptr (GInputStream) stream = porch_flow_stream_new (flow, 5, 5);
  g_autoptr (PorchFrameReader) reader = porch_frame_reader_new (stream);
  PorchFrame frame;
  Got got = { 0 };

  g_array_append_vals (array, runs, n);
  porch_holding_give_into (holding, array, flow);
  porch_flow_unref (flow);
  while (!got.done && porch_frame_reader_next (reader, &frame, NULL, NULL))
    {
      if (frame.type == PORCH_FRAME_BLOCK)
        {
          g_assert_cmpmem (frame.data, frame.length, f->data + frame.block * PORCH_BLOCK_SIZE, frame.length);
          g_assert_cmpmem (frame.hash, 32, f->hashes + frame.block * PORCH_HASH_SIZE, 32);
          got.good++;
        }
      got.errors += frame.type == PORCH_FRAME_ERROR;
      got.ends += frame.type == PORCH_FRAME_END;
      got.done = frame.type == PORCH_FRAME_DONE;
    }
  return got;
}

/* While it grows, what is there is given; it may get its name meanwhile. */
static void
test_gives_what_is_there (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchHolding) holding = begin (f, 1);
  g_autofree char *film = g_build_filename (f->target, "d", "film", NULL);
  g_autofree char *staging = g_build_filename (f->target, "d", ".porch-0123456789abcdef", NULL);
  PorchRun runs[] = { { 2, 2 }, { 15, 2 } };
  Got got;

  g_assert_cmpint (g_rename (film, staging), ==, 0);
  porch_holding_note_staging (holding, "d", ".porch-0123456789abcdef");
  porch_holding_set_layer (holding, f->hashes);
  note_blocks (f, holding, 0, 4);
  got = give (f, holding, 2, runs);
  g_assert_cmpuint (got.good, ==, 2);
  g_assert_cmpuint (got.ends, ==, 1);
  g_assert_cmpuint (got.errors, ==, 1);
  g_assert_true (got.done);
  note_blocks (f, holding, 0, BLOCKS);
  g_assert_cmpint (g_rename (staging, film), ==, 0);
  note_published (f, holding);
  got = give (f, holding, 2, runs);
  g_assert_cmpuint (got.good, ==, 4);
  g_assert_cmpuint (got.ends, ==, 2);
}

/* The person works on the file: from then on nothing of it is given, and it is not found any more. */
static void
test_touched (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchHolding) holding = begin (f, 1);
  g_autofree char *film = g_build_filename (f->target, "d", "film", NULL);
  PorchRun run = { 0, 1 };
  int fd;

  note_blocks (f, holding, 0, BLOCKS);
  note_published (f, holding);
  g_assert_cmpuint (give (f, holding, 1, &run).good, ==, 1);
  fd = open (film, O_WRONLY);
  g_assert_cmpint (pwrite (fd, "edited", 6, 100), ==, 6);
  close (fd);
  g_assert_cmpuint (give (f, holding, 1, &run).good, ==, 0);
  g_assert_false (is_found (f, &f->ada));
}

static void
test_removed (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchHolding) holding = begin (f, 1);
  g_autofree char *film = g_build_filename (f->target, "d", "film", NULL);
  PorchRun run = { 0, 1 };
  Got got;

  g_assert_cmpuint (give (f, holding, 1, &run).good, ==, 0); /* nowhere yet */
  note_blocks (f, holding, 0, BLOCKS);
  note_published (f, holding);
  g_unlink (film);
  got = give (f, holding, 1, &run);
  g_assert_cmpuint (got.good, ==, 0);
  g_assert_cmpuint (got.errors, ==, 1);
}

static void
test_limits (Fixture *f, gconstpointer data)
{
  for (gint64 i = 0; i < 1000; i++)
    {
      g_autoptr (PorchHolding) holding = begin (f, i);
      g_autoptr (PorchHolding) again = begin (f, i);
    }
  g_assert_cmpuint (porch_holdings_count (f->holdings), <=, 256);
  for (gint64 i = 0; i < 4; i++)
    {
      g_autoptr (PorchHolding) holding = porch_holdings_begin (f->holdings, &f->ada, "large", i, f->target, PORCH_HOLDING_MAX_SIZE);
    }
  g_assert_cmpuint (porch_holdings_count (f->holdings), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/holdings/s29-provenance", Fixture, NULL, set_up, test_s29_provenance, tear_down);
  g_test_add ("/holdings/layer", Fixture, NULL, set_up, test_layer, tear_down);
  g_test_add ("/holdings/gives-what-is-there", Fixture, NULL, set_up, test_gives_what_is_there, tear_down);
  g_test_add ("/holdings/touched", Fixture, NULL, set_up, test_touched, tear_down);
  g_test_add ("/holdings/removed", Fixture, NULL, set_up, test_removed, tear_down);
  g_test_add ("/holdings/s22-limits", Fixture, NULL, set_up, test_limits, tear_down);
  return g_test_run ();
}
