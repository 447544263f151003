/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames of the wanted files, in order. Small files are read whole and many of them leave in one piece; of larger ones each block
 * leaves as it is, while helper threads read and hash the next ones. Nothing is mapped: a file that shrinks is an error, never a
 * signal. */
#include "config.h"

#include "share/porch-tree-private.h"

#include "content/porch-block-reader.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-file-thread.h"
#include "share/porch-path.h"
#include "wire/porch-frame.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* Files up to this size are put into batches. */
#define SMALL_FILE (128 * 1024)
#define BATCH_BYTES (256 * 1024)
/* Measured: one thread hashes about as fast as TLS sends; two always keep ahead of it, more only take cores from the sending. */
#define HASH_THREADS 2

typedef struct {
  PorchTree  *tree;  /* owned */
  PorchFlow  *flow;  /* owned */
  GPtrArray  *wants; /* owned */
  GByteArray *out;
  guint8     *small; /* SMALL_FILE bytes */
  gboolean    stopped;
  gboolean    only_layers;
} Fetch;

static void
fetch_free (Fetch *self)
{
  porch_tree_unref (self->tree);
  porch_flow_unref (self->flow);
  g_ptr_array_unref (self->wants);
  g_byte_array_unref (self->out);
  g_free (self->small);
  g_free (self);
}

static void
push (Fetch *self, GBytes *bytes)
{
  if (!porch_flow_push (self->flow, bytes))
    self->stopped = TRUE;
}

static void
hand_over (Fetch *self)
{
  if (self->out->len == 0)
    return;
  push (self, g_byte_array_free_to_bytes (self->out));
  self->out = g_byte_array_sized_new (BATCH_BYTES + SMALL_FILE);
}

/* Takes @frame. */
static void
put (Fetch *self, GBytes *frame)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (frame, &size);

  g_byte_array_append (self->out, data, (guint) size);
  g_bytes_unref (frame);
}

/* Local paths and the reasons of this computer's disks are nobody else's business: a code and what to do. */
static void
put_error (Fetch *self, guint32 item, const GError *error)
{
  if (g_error_matches (error, PORCH_ERROR, PORCH_ERROR_CHANGED))
    put (self, porch_frame_error (item, "changed", "The file changed while it was read; ask again"));
  else if (!porch_path_check (((PorchWant *) self->wants->pdata[item])->path, -1, NULL))
    put (self, porch_frame_error (item, "name", "This is not a path below the shared folder"));
  else if (error->domain == PORCH_ERROR)
    put (self, porch_frame_error (item, "not-found", "The file is not there, or not any more"));
  else
    put (self, porch_frame_error (item, "io", "The file can't be read; its owner has to look why"));
}

static GError *
changed (void)
{
  return g_error_new_literal (PORCH_ERROR, PORCH_ERROR_CHANGED, _ ("The file changed while it was read; it is started over"));
}

static gboolean
read_small (Fetch *self, int fd, const struct stat *st, GError **error)
{
  gsize have = 0;
  struct stat after;

  while (have < (gsize) st->st_size)
    {
      gssize n = pread (fd, self->small + have, (gsize) st->st_size - have, (off_t) have);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (errno), _ ("The file can’t be read: %s"), g_strerror (errno));
          return FALSE;
        }
      if (n == 0)
        break;
      have += (gsize) n;
    }
  if (have == (gsize) st->st_size && fstat (fd, &after) == 0 && porch_stat_same (st, &after))
    return TRUE;
  g_propagate_error (error, changed ());
  return FALSE;
}

static void
put_small_block (Fetch *self, guint32 item, const guint8 hash[PORCH_HASH_SIZE], gsize length)
{
  if (porch_want_holds (self->wants->pdata[item], 0, hash))
    {
      put (self, porch_frame_same (item, 0, hash));
      return;
    }
  put (self, porch_frame_block_header (item, 0, hash, length));
  g_byte_array_append (self->out, self->small, (guint) length);
}

static void
put_small (Fetch *self, guint32 item, int fd, const struct stat *st, const char *version)
{
  g_autoptr (GError) error = NULL;
  guint8 hash[PORCH_HASH_SIZE];

  if (!read_small (self, fd, st, &error))
    {
      put_error (self, item, error);
      return;
    }
  put (self, porch_frame_file (item, st->st_size, porch_tree_mtime (st), version));
  if (st->st_size > 0)
    {
      porch_hash_block (self->small, (gsize) st->st_size, TRUE, hash);
      put_small_block (self, item, hash, (gsize) st->st_size);
    }
  put (self, porch_frame_end (item));
}

/* Before the blocks come, and after the last one. */
static void
tell_witness (Fetch *self, const struct stat *st, const char *version, const guint8 *id)
{
  if (self->tree->witness != NULL && st->st_size >= PORCH_TREE_WITNESS_SIZE)
    self->tree->witness (version, st->st_size, id, self->tree->witness_data);
}

static void
put_large (Fetch *self, guint32 item, int fd, const struct stat *st, const char *version)
{
  const PorchWant *want = self->wants->pdata[item];
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchFileHashes) hashes = NULL;
  g_autoptr (PorchBlockReader) reader = NULL;
  guint8 id[PORCH_HASH_SIZE];
  PorchBlock block;
  struct stat now;

  if (self->tree->book != NULL)
    hashes = porch_hash_book_open (self->tree->book, self->tree->share, want->path, st);
  reader = porch_block_reader_new (fd, want->from, want->count, HASH_THREADS, TRUE, hashes, &now, &error);
  if (reader && !porch_stat_same (st, &now))
    error = changed ();
  if (error)
    {
      put_error (self, item, error);
      return;
    }
  tell_witness (self, st, version, NULL);
  put (self, porch_frame_file (item, st->st_size, porch_tree_mtime (st), version));
  while (!self->stopped && porch_block_reader_next (reader, &block, &error))
    {
      g_autoptr (GBytes) header = NULL;

      if (porch_want_holds (want, block.index, block.hash))
        {
          put (self, porch_frame_same (item, block.index, block.hash));
          porch_block_clear (&block);
          continue;
        }
      header = porch_frame_block_header (item, block.index, block.hash, block.length);
      hand_over (self);
      push (self, porch_block_to_bytes (&block, header));
    }
  if (error)
    {
      put_error (self, item, error);
      return;
    }
  /* Before the end is sent: who has everything says so at once. */
  if (hashes && want->count >= porch_block_count ((guint64) st->st_size) - want->from && porch_file_hashes_root (hashes, id))
    tell_witness (self, st, version, id);
  put (self, porch_frame_end (item));
}

/* Frames of LAYER as they fill up, so that a long hashing is seen to go on. */
typedef struct {
  guint8  hashes[PORCH_MAX_LAYER_FRAME * PORCH_HASH_SIZE];
  guint64 first;
  guint   n;
  PorchHashBuilder builder;
} Layer;

static void
end_layer (Fetch *self, guint32 item, Layer *layer)
{
  if (layer->n == 0)
    return;
  put (self, porch_frame_layer (item, layer->first, layer->hashes, layer->n));
  hand_over (self);
  layer->first += layer->n;
  layer->n = 0;
}

static void
add_to_layer (Fetch *self, guint32 item, Layer *layer, const guint8 *hash)
{
  memcpy (layer->hashes + layer->n * PORCH_HASH_SIZE, hash, PORCH_HASH_SIZE);
  porch_hash_builder_add (&layer->builder, hash);
  if (++layer->n == PORCH_MAX_LAYER_FRAME)
    end_layer (self, item, layer);
}

/* Those from the first block on that nobody needs to read the file for. */
static guint64
put_known (Fetch *self, guint32 item, Layer *layer, PorchFileHashes *hashes, guint64 count)
{
  guint8 hash[PORCH_HASH_SIZE];
  guint64 block;

  for (block = 0; block < count && hashes && !self->stopped && porch_file_hashes_get (hashes, block, hash); block++)
    add_to_layer (self, item, layer, hash);
  return block;
}

static void
put_layer (Fetch *self, guint32 item, int fd, const struct stat *st, const char *version)
{
  const char *path = ((PorchWant *) self->wants->pdata[item])->path;
  guint64 count = porch_block_count ((guint64) st->st_size);
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchFileHashes) hashes = self->tree->book ? porch_hash_book_open (self->tree->book, self->tree->share, path, st) : NULL;
  g_autoptr (PorchBlockReader) reader = NULL;
  Layer layer = { .n = 0 };
  guint8 id[PORCH_HASH_SIZE];
  PorchBlock block;
  struct stat now;
  guint64 known;

  porch_hash_builder_init (&layer.builder);
  put (self, porch_frame_file (item, st->st_size, porch_tree_mtime (st), version));
  known = put_known (self, item, &layer, hashes, count);
  reader = porch_block_reader_new (fd, known, G_MAXUINT64, HASH_THREADS, FALSE, hashes, &now, &error);
  if (reader && !porch_stat_same (st, &now))
    error = changed ();
  while (!error && !self->stopped && porch_block_reader_next (reader, &block, &error))
    add_to_layer (self, item, &layer, block.hash);
  end_layer (self, item, &layer);
  if (error)
    {
      put_error (self, item, error);
      return;
    }
  if (layer.builder.count == count && count > 0)
    {
      porch_hash_builder_root (&layer.builder, id);
      tell_witness (self, st, version, id);
    }
  put (self, porch_frame_end (item));
}

static void
fetch_one (Fetch *self, guint32 item)
{
  const PorchWant *want = self->wants->pdata[item];
  g_autofree char *local = NULL;
  g_autoptr (GError) error = NULL;
  char version[33];
  struct stat st;
  PorchDir *dir;
  int fd;

  dir = porch_tree_locate (self->tree, want->path, &local, &error);
  fd = dir ? porch_dir_open_file (dir, local, &st, &error) : -1;
  if (fd < 0)
    {
      put_error (self, item, error);
      return;
    }
  porch_tree_version (self->tree->secret, &st, version);
  if (want->version && strcmp (want->version, version) != 0)
    {
      error = changed ();
      put_error (self, item, error);
    }
  else if (self->only_layers)
    put_layer (self, item, fd, &st, version);
  else if (st.st_size <= SMALL_FILE && want->from == 0 && want->count > 0)
    put_small (self, item, fd, &st, version);
  else
    put_large (self, item, fd, &st, version);
  close (fd);
}

static void
run (gpointer data, gpointer unused)
{
  Fetch *self = data;

  for (guint32 i = 0; i < self->wants->len && !self->stopped; i++)
    {
      fetch_one (self, i);
      if (self->out->len >= BATCH_BYTES)
        hand_over (self);
    }
  put (self, porch_frame_done ());
  if (!self->stopped)
    hand_over (self);
  porch_flow_finish (self->flow, NULL);
  fetch_free (self);
}

static void
allow_wanted (PorchTree *self, PorchConfinement *walls, GPtrArray *wants)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_direct_hash, g_direct_equal);

  if (self->dir)
    {
      porch_tree_allow (self, walls, "");
      return;
    }
  for (guint i = 0; i < wants->len; i++)
    {
      const char *path = ((PorchWant *) wants->pdata[i])->path;
      PorchTreeTop *top = porch_tree_find_top (self, path);

      if (top && g_hash_table_add (seen, top))
        porch_tree_allow (self, walls, path);
    }
}

/**
 * porch_tree_fetch:
 * @wants: (transfer full): of #PorchWant, freed with porch_want_free()
 *
 * On a file thread of its own. What goes wrong with one file ends its item with an ERROR frame and the rest goes on.
 *
 * Returns: (transfer full): the frames of docs/PROTOCOL.md, in pieces of any size
 */
PorchFlow *
porch_tree_fetch (PorchTree *self, GPtrArray *wants)
{
  PorchFlow *flow = porch_flow_new (PORCH_TREE_FLOW_BYTES);

  porch_tree_fetch_into (self, wants, flow);
  return flow;
}

static void
start (PorchTree *self, GPtrArray *wants, PorchFlow *flow, gboolean only_layers)
{
  PorchConfinement *walls = porch_confinement_new (PORCH_FILE_THREAD_READ);
  Fetch *fetch = g_new0 (Fetch, 1);
  GThread *thread;

  fetch->tree = porch_tree_ref (self);
  fetch->flow = porch_flow_ref (flow);
  fetch->wants = wants;
  fetch->only_layers = only_layers;
  g_ptr_array_set_free_func (wants, (GDestroyNotify) porch_want_free);
  fetch->out = g_byte_array_sized_new (BATCH_BYTES + SMALL_FILE);
  fetch->small = g_malloc (SMALL_FILE);
  allow_wanted (self, walls, wants);
  thread = porch_file_thread_new_within ("porch-fetch", walls, run, fetch, NULL);
  if (thread)
    {
      g_thread_unref (thread);
      return;
    }
  fetch_free (fetch);
  porch_flow_finish (flow, g_error_new_literal (PORCH_ERROR, PORCH_ERROR_BUSY, _ ("This computer has no thread left; try again later")));
}

/**
 * porch_tree_fetch_into:
 * @wants: (transfer full): of #PorchWant
 * @flow: may hold frames already; it is finished here
 */
void
porch_tree_fetch_into (PorchTree *self, GPtrArray *wants, PorchFlow *flow)
{
  start (self, wants, flow, FALSE);
}

/**
 * porch_tree_layers_into:
 * @wants: (transfer full): of #PorchWant; whole files, whatever they say
 * @flow: likewise
 */
void
porch_tree_layers_into (PorchTree *self, GPtrArray *wants, PorchFlow *flow)
{
  start (self, wants, flow, TRUE);
}
