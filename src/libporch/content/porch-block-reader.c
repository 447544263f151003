/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "content/porch-block-reader.h"

#include "porch-error.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* Read and hashed in one go: what was copied by the kernel is still in the cache when it is hashed. */
#define BITE (128 * 1024)
#define MAX_HELPERS 16
#define MAX_WINDOW (MAX_HELPERS + 2)
/* A helper is not worth starting for less. */
#define BLOCKS_PER_HELPER 4

typedef struct {
  gboolean   ready;
  PorchBlock block;
  GError    *error;
} Slot;

struct _PorchBlockReader {
  int         fd; /* borrowed */
  struct stat st;
  guint64     end;
  gboolean    keep_data;
  PorchFileHashes *hashes; /* (nullable) borrowed */
  guint       n_helpers;
  guint       window;
  GThread    *helpers[MAX_HELPERS];
  GMutex      lock;
  GCond       changed;

  /* guarded by lock */
  guint64  next_claim;
  guint64  next_out;
  gboolean stop;
  Slot     slots[MAX_WINDOW];
};

void
porch_block_clear (PorchBlock *block)
{
  g_clear_pointer (&block->data, porch_block_free);
}

/**
 * porch_block_to_bytes:
 * @block: a block with data, which are taken
 * @header: (nullable): at most %PORCH_BLOCK_HEADROOM bytes
 *
 * Returns: (transfer full): header and data in one piece
 */
GBytes *
porch_block_to_bytes (PorchBlock *block, GBytes *header)
{
  gsize size = header ? g_bytes_get_size (header) : 0;
  guint8 *data = g_steal_pointer (&block->data);

  g_return_val_if_fail (data != NULL && size <= PORCH_BLOCK_HEADROOM, NULL);
  if (size > 0)
    memcpy (data - size, g_bytes_get_data (header, NULL), size);
  return g_bytes_new_with_free_func (data - size, size + block->length, porch_block_free, data);
}

/**
 * porch_stat_same:
 *
 * Returns: whether a file is what it was, as far as its inode tells
 */
gboolean
porch_stat_same (const struct stat *a, const struct stat *b)
{
  return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec
         && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec && a->st_ctim.tv_sec == b->st_ctim.tv_sec
         && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static gboolean
fail (GError **error, int code)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("The file can’t be read: %s"), g_strerror (code));
  return FALSE;
}

static gboolean
check_same (PorchBlockReader *self, GError **error)
{
  struct stat now;

  if (fstat (self->fd, &now) < 0)
    return fail (error, errno);
  if (porch_stat_same (&self->st, &now))
    return TRUE;
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_CHANGED, _ ("The file changed while it was read; it is started over"));
  return FALSE;
}

/* Exactly @length bytes. */
static gboolean
read_all (PorchBlockReader *self, guint8 *buffer, gsize length, guint64 offset, GError **error)
{
  while (length > 0)
    {
      gssize n = pread (self->fd, buffer, length, (off_t) offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail (error, errno);
      if (n == 0)
        {
          g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_CHANGED, _ ("The file became shorter while it was read; it is started over"));
          return FALSE;
        }
      buffer += n;
      offset += (guint64) n;
      length -= (gsize) n;
    }
  return TRUE;
}

static gboolean
read_block (PorchBlockReader *self, guint64 index, guint8 *bite, PorchBlock *block, GError **error)
{
  guint8 leaves[PORCH_LEAVES_PER_BLOCK * PORCH_HASH_SIZE];
  guint64 offset = index * PORCH_BLOCK_SIZE;
  gsize length = (gsize) MIN ((guint64) PORCH_BLOCK_SIZE, (guint64) self->st.st_size - offset);
  gboolean known = self->hashes != NULL && porch_file_hashes_get (self->hashes, index, block->hash);
  guint n_leaves = 0;

  block->index = index;
  block->length = length;
  block->data = self->keep_data ? porch_block_alloc () : NULL;
  if (!check_same (self, error))
    return FALSE;
  for (gsize at = 0; at < length; at += BITE)
    {
      guint8 *buffer = block->data ? block->data + at : bite;
      gsize n = MIN (BITE, length - at);

      if (!read_all (self, buffer, n, offset + at, error))
        return FALSE;
      if (!known)
        n_leaves += porch_hash_leaves (buffer, n, leaves + n_leaves * PORCH_HASH_SIZE);
    }
  if (!check_same (self, error))
    return FALSE;
  if (known)
    return TRUE;
  porch_hash_reduce_block (leaves, n_leaves, self->st.st_size <= PORCH_BLOCK_SIZE, block->hash);
  if (self->hashes != NULL)
    porch_file_hashes_put (self->hashes, index, block->hash);
  return TRUE;
}

/* With the lock held: waits until there is a block to read and room to put it. FALSE: nothing more to do. */
static gboolean
claim (PorchBlockReader *self, guint64 *index)
{
  while (!self->stop && self->next_claim < self->end && self->next_claim >= self->next_out + self->window)
    g_cond_wait (&self->changed, &self->lock);
  if (self->stop || self->next_claim >= self->end)
    return FALSE;
  *index = self->next_claim++;
  return TRUE;
}

static gpointer
help (gpointer data)
{
  PorchBlockReader *self = data;
  g_autofree guint8 *bite = self->keep_data ? NULL : g_malloc (BITE);
  guint64 index;

  g_mutex_lock (&self->lock);
  while (claim (self, &index))
    {
      PorchBlock block = { 0 };
      GError *error = NULL;
      Slot *slot = &self->slots[index % self->window];

      g_mutex_unlock (&self->lock);
      read_block (self, index, bite, &block, &error);
      g_mutex_lock (&self->lock);
      slot->block = block;
      slot->error = error;
      slot->ready = TRUE;
      if (error)
        self->next_claim = self->end;
      g_cond_broadcast (&self->changed);
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

static void
start_helpers (PorchBlockReader *self, guint threads)
{
  guint64 useful = (self->end - self->next_out) / BLOCKS_PER_HELPER;

  threads = (guint) MIN ((guint64) MIN (threads, MAX_HELPERS), useful);
  if (threads < 2)
    return;
  self->window = threads + 2;
  for (guint i = 0; i < threads; i++)
    {
      GThread *helper = g_thread_try_new ("porch-hash", help, self, NULL);

      /* No thread left: fewer of them do it, or the caller alone. */
      if (!helper)
        break;
      self->helpers[self->n_helpers++] = helper;
    }
}

/**
 * porch_block_reader_new:
 * @fd: (borrowed): a regular file, kept open until the reader is freed
 * @from: the first block
 * @count: how many at most
 * @threads: how many may read and hash ahead
 * @keep_data: hand out the data too
 * @hashes: (nullable) (borrowed): of this very file
 * @st: (out): the file as it is now
 * @error: return location
 *
 * Returns: (transfer full) (nullable): NULL with fstat()'s error
 */
PorchBlockReader *
porch_block_reader_new (int fd, guint64 from, guint64 count, guint threads, gboolean keep_data,
                        PorchFileHashes *hashes, struct stat *st, GError **error)
{
  PorchBlockReader *self;
  guint64 total;

  if (fstat (fd, st) < 0)
    {
      fail (error, errno);
      return NULL;
    }
  total = porch_block_count ((guint64) st->st_size);
  porch_block_pool_hold ();
  self = g_new0 (PorchBlockReader, 1);
  self->fd = fd;
  self->st = *st;
  self->keep_data = keep_data;
  self->hashes = hashes;
  self->next_out = MIN (from, total);
  self->next_claim = self->next_out;
  self->end = self->next_out + MIN (count, total - self->next_out);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  if (self->end - self->next_out > 1)
    posix_fadvise (fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  start_helpers (self, threads);
  return self;
}

void
porch_block_reader_free (PorchBlockReader *self)
{
  g_mutex_lock (&self->lock);
  self->stop = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < self->n_helpers; i++)
    g_thread_join (self->helpers[i]);
  for (guint i = 0; i < MAX_WINDOW; i++)
    {
      porch_block_clear (&self->slots[i].block);
      g_clear_error (&self->slots[i].error);
    }
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
  porch_block_pool_release ();
}

static gboolean
next_alone (PorchBlockReader *self, PorchBlock *block, GError **error)
{
  g_autofree guint8 *bite = self->keep_data ? NULL : g_malloc (BITE);

  if (read_block (self, self->next_out, bite, block, error))
    {
      self->next_out++;
      return TRUE;
    }
  porch_block_clear (block);
  self->end = self->next_out;
  return FALSE;
}

static gboolean
next_from_helpers (PorchBlockReader *self, PorchBlock *block, GError **error)
{
  Slot *slot = &self->slots[self->next_out % self->window];
  GError *failure;

  g_mutex_lock (&self->lock);
  while (!slot->ready)
    g_cond_wait (&self->changed, &self->lock);
  *block = slot->block;
  failure = slot->error;
  *slot = (Slot){ 0 };
  self->next_out++;
  if (failure)
    self->next_out = self->end;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  if (!failure)
    return TRUE;
  porch_block_clear (block);
  g_propagate_error (error, failure);
  return FALSE;
}

/**
 * porch_block_reader_next:
 * @block: (out caller-allocates): the next block, in order
 * @error: return location
 *
 * Returns: FALSE at the end, or with an error, after which there is nothing more
 */
gboolean
porch_block_reader_next (PorchBlockReader *self, PorchBlock *block, GError **error)
{
  *block = (PorchBlock){ 0 };
  if (self->next_out >= self->end)
    return FALSE;
  return self->n_helpers > 0 ? next_from_helpers (self, block, error) : next_alone (self, block, error);
}
