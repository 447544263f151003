/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "content/porch-hash-book.h"

#include "content/porch-content-cache.h"

#include <string.h>

/* An idle daemon is small. */
#define MAX_BYTES (2 * 1024 * 1024)
#define MAX_BLOCKS (PORCH_MAX_PIECE_LAYER / PORCH_HASH_SIZE)

typedef struct {
  guint64 device, inode;
  gint64  size, mtime, ctime;
} Key;

struct _PorchFileHashes {
  gatomicrefcount refs;
  /* owned, immutable */
  PorchStore *store;
  char       *share, *path; /* (nullable) */
  struct stat st;
  Key         key;
  gint64      began; /* unix ns: before any of it was read */
  guint       count;

  /* guarded by lock */
  GMutex  lock;
  guint8 *hashes;
  guint8 *known; /* a byte for each block */
  guint   n_known;
};

struct _PorchHashBook {
  gatomicrefcount refs;
  PorchStore     *store; /* owned */

  /* guarded by lock */
  GMutex lock;
  GQueue pages; /* of PorchFileHashes, the latest first */
  gsize  bytes;
};

static Key
key_of (const struct stat *st)
{
  Key key = { (guint64) st->st_dev, (guint64) st->st_ino, st->st_size };

  key.mtime = porch_content_cache_time (&st->st_mtim);
  key.ctime = porch_content_cache_time (&st->st_ctim);
  return key;
}

static gboolean
same_key (const Key *a, const Key *b)
{
  return a->device == b->device && a->inode == b->inode && a->size == b->size && a->mtime == b->mtime && a->ctime == b->ctime;
}

/* ---- one file ---- */

static gsize
bytes_of (const PorchFileHashes *page)
{
  return sizeof *page + page->count * (PORCH_HASH_SIZE + 1);
}

static PorchFileHashes *
page_new (PorchStore *store, const char *share, const char *path, const struct stat *st, gint64 began)
{
  PorchFileHashes *page = g_new0 (PorchFileHashes, 1);

  g_atomic_ref_count_init (&page->refs);
  g_mutex_init (&page->lock);
  page->store = g_object_ref (store);
  page->share = g_strdup (share);
  page->path = g_strdup (path);
  page->st = *st;
  page->key = key_of (st);
  page->began = began;
  page->count = (guint) porch_block_count ((guint64) st->st_size);
  page->hashes = g_malloc0_n (page->count, PORCH_HASH_SIZE);
  page->known = g_malloc0 (page->count);
  return page;
}

static PorchFileHashes *
page_ref (PorchFileHashes *page)
{
  g_atomic_ref_count_inc (&page->refs);
  return page;
}

void
porch_file_hashes_unref (PorchFileHashes *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_mutex_clear (&self->lock);
  g_object_unref (self->store);
  g_free (self->share);
  g_free (self->path);
  g_free (self->hashes);
  g_free (self->known);
  g_free (self);
}

gboolean
porch_file_hashes_get (PorchFileHashes *self, guint64 block, guint8 hash[PORCH_HASH_SIZE])
{
  gboolean known;

  g_mutex_lock (&self->lock);
  known = block < self->count && self->known[block];
  if (known)
    memcpy (hash, self->hashes + block * PORCH_HASH_SIZE, PORCH_HASH_SIZE);
  g_mutex_unlock (&self->lock);
  return known;
}

void
porch_file_hashes_put (PorchFileHashes *self, guint64 block, const guint8 hash[PORCH_HASH_SIZE])
{
  gboolean completed = FALSE;

  g_mutex_lock (&self->lock);
  if (block < self->count && !self->known[block])
    {
      memcpy (self->hashes + block * PORCH_HASH_SIZE, hash, PORCH_HASH_SIZE);
      self->known[block] = TRUE;
      completed = ++self->n_known == self->count;
    }
  g_mutex_unlock (&self->lock);
  /* Nobody writes to it any more. */
  if (completed && self->share != NULL)
    porch_content_cache_keep_blocks (self->store, self->share, self->path, &self->st, self->began, self->hashes, self->count);
}

gboolean
porch_file_hashes_root (PorchFileHashes *self, guint8 root[PORCH_HASH_SIZE])
{
  gboolean whole;

  g_mutex_lock (&self->lock);
  whole = self->n_known == self->count;
  g_mutex_unlock (&self->lock);
  /* Then nobody writes to it any more. */
  if (whole)
    porch_hash_root (self->hashes, self->count, root);
  return whole;
}

/* The page is nobody else's yet. */
static void
load (PorchFileHashes *page)
{
  if (page->share == NULL
      || !porch_content_cache_lookup_blocks (page->store, page->share, page->path, &page->st, page->hashes, page->count))
    return;
  memset (page->known, TRUE, page->count);
  page->n_known = page->count;
}

/* ---- the book ---- */

PorchHashBook *
porch_hash_book_new (PorchStore *store)
{
  PorchHashBook *self = g_new0 (PorchHashBook, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  g_queue_init (&self->pages);
  self->store = g_object_ref (store);
  return self;
}

PorchHashBook *
porch_hash_book_ref (PorchHashBook *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
porch_hash_book_unref (PorchHashBook *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_queue_clear_full (&self->pages, (GDestroyNotify) porch_file_hashes_unref);
  g_mutex_clear (&self->lock);
  g_object_unref (self->store);
  g_free (self);
}

/* With the lock held. (transfer full) (nullable) */
static PorchFileHashes *
find (PorchHashBook *self, const Key *key)
{
  for (GList *link = self->pages.head; link != NULL; link = link->next)
    if (same_key (&((PorchFileHashes *) link->data)->key, key))
      {
        g_queue_unlink (&self->pages, link);
        g_queue_push_head_link (&self->pages, link);
        return page_ref (link->data);
      }
  return NULL;
}

/* With the lock held. */
static void
add (PorchHashBook *self, PorchFileHashes *page)
{
  g_queue_push_head (&self->pages, page_ref (page));
  self->bytes += bytes_of (page);
  while (self->bytes > MAX_BYTES && self->pages.length > 1)
    {
      PorchFileHashes *oldest = g_queue_pop_tail (&self->pages);

      self->bytes -= bytes_of (oldest);
      porch_file_hashes_unref (oldest);
    }
}

PorchFileHashes *
porch_hash_book_open (PorchHashBook *self, const char *share, const char *path, const struct stat *st)
{
  gint64 now = g_get_real_time () * 1000;
  guint64 count = porch_block_count ((guint64) st->st_size);
  Key key = key_of (st);
  PorchFileHashes *page, *other;

  if (count < 2 || count > MAX_BLOCKS || porch_content_cache_is_racy (st, now))
    return NULL;
  g_mutex_lock (&self->lock);
  page = find (self, &key);
  g_mutex_unlock (&self->lock);
  if (page != NULL)
    return page;
  page = page_new (self->store, share, path, st, now);
  load (page);
  g_mutex_lock (&self->lock);
  other = find (self, &key);
  if (other == NULL)
    add (self, page);
  g_mutex_unlock (&self->lock);
  if (other == NULL)
    return page;
  porch_file_hashes_unref (page);
  return other;
}
