/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-holdings-private.h"

#include "content/porch-hash-tree.h"
#include "content/porch-piece-map.h"
#include "wire/porch-json.h"

#include <string.h>

/* The hashes of 32 GiB; and not more files than that. */
#define MAX_BYTES (1024 * 1024)
#define MAX_COUNT 256

struct _PorchHolding
{
  gatomicrefcount refs;
  /* immutable */
  PorchDeviceId issuer;
  char         *transfer, *target;
  gint64        number, size;
  guint         blocks;

  /* guarded by lock */
  GMutex      lock;
  guint8     *hashes; /* 32 bytes for each block */
  guint8     *map;    /* blocks that are there */
  guint       have;
  gboolean    has_layer, has_id, gone;
  guint8      id[PORCH_HASH_SIZE];
  char       *parent, *name; /* (nullable) */
  gboolean    published;
  struct stat st;
  GArray     *others; /* of PorchDeviceId */
};

struct _PorchHoldings
{
  gatomicrefcount refs;
  /* guarded by lock */
  GMutex lock;
  GQueue list; /* of PorchHolding, the latest first */
  gsize  bytes;
  gboolean open;
};

/* ---- one holding ---- */

static PorchHolding *
holding_new (const PorchDeviceId *issuer, const char *transfer, gint64 number, const char *target, gint64 size)
{
  PorchHolding *self = g_new0 (PorchHolding, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->issuer = *issuer;
  self->transfer = g_strdup (transfer);
  self->target = g_strdup (target);
  self->number = number;
  self->size = size;
  self->blocks = (guint) porch_block_count ((guint64) size);
  self->hashes = g_malloc0_n (self->blocks, PORCH_HASH_SIZE);
  self->map = g_malloc0 (PORCH_PIECE_MAP_SIZE (self->blocks));
  self->others = g_array_new (FALSE, FALSE, sizeof (PorchDeviceId));
  return self;
}

PorchHolding *
porch_holding_ref (PorchHolding *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
porch_holding_unref (PorchHolding *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_mutex_clear (&self->lock);
  g_array_unref (self->others);
  g_free (self->transfer);
  g_free (self->target);
  g_free (self->hashes);
  g_free (self->map);
  g_free (self->parent);
  g_free (self->name);
  g_free (self);
}

gint64
porch_holding_get_size (PorchHolding *self)
{
  return self->size;
}

guint
porch_holding_get_blocks (PorchHolding *self)
{
  return self->blocks;
}

void
porch_holding_set_layer (PorchHolding *self, const guint8 *hashes)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->blocks; i++)
    if (porch_piece_map_get (self->map, i)
        && memcmp (self->hashes + i * PORCH_HASH_SIZE, hashes + i * PORCH_HASH_SIZE, PORCH_HASH_SIZE) != 0)
      {
        self->map[i / 8] &= (guint8) ~(0x80 >> i % 8);
        self->have--;
      }
  memcpy (self->hashes, hashes, self->blocks * PORCH_HASH_SIZE);
  porch_hash_root (self->hashes, self->blocks, self->id);
  self->has_layer = self->has_id = TRUE;
  g_mutex_unlock (&self->lock);
}

gboolean
porch_holding_get_id (PorchHolding *self, guint8 id[32])
{
  gboolean known;

  g_mutex_lock (&self->lock);
  known = self->has_id && !self->gone;
  if (known)
    memcpy (id, self->id, PORCH_HASH_SIZE);
  g_mutex_unlock (&self->lock);
  return known;
}

void
porch_holding_note_staging (PorchHolding *self, const char *parent, const char *staging)
{
  g_mutex_lock (&self->lock);
  g_free (self->parent);
  g_free (self->name);
  self->parent = g_strdup (parent);
  self->name = g_strdup (staging);
  self->published = FALSE;
  g_mutex_unlock (&self->lock);
}

/* Lock held. */
static gboolean
takes (PorchHolding *self, guint64 block, const guint8 *hash)
{
  if (block >= self->blocks || porch_piece_map_get (self->map, (guint) block))
    return FALSE;
  return !self->has_layer || memcmp (self->hashes + block * PORCH_HASH_SIZE, hash, PORCH_HASH_SIZE) == 0;
}

void
porch_holding_note_block (PorchHolding *self, guint64 block, const guint8 hash[32])
{
  g_mutex_lock (&self->lock);
  if (takes (self, block, hash))
    {
      memcpy (self->hashes + block * PORCH_HASH_SIZE, hash, PORCH_HASH_SIZE);
      porch_piece_map_set (self->map, (guint) block);
      if (++self->have == self->blocks && !self->has_id)
        {
          porch_hash_root (self->hashes, self->blocks, self->id);
          self->has_id = TRUE;
        }
    }
  g_mutex_unlock (&self->lock);
}

void
porch_holding_note_published (PorchHolding *self, const char *path, const struct stat *st)
{
  g_mutex_lock (&self->lock);
  g_free (self->parent);
  g_free (self->name);
  self->parent = NULL;
  self->name = g_strdup (path);
  self->published = TRUE;
  self->st = *st;
  g_mutex_unlock (&self->lock);
}

guint8 *
porch_holding_dup_map (PorchHolding *self)
{
  guint8 *map;

  g_mutex_lock (&self->lock);
  map = g_memdup2 (self->map, PORCH_PIECE_MAP_SIZE (self->blocks));
  g_mutex_unlock (&self->lock);
  return map;
}

gboolean
porch_holding_is_whole (PorchHolding *self)
{
  gboolean whole;

  g_mutex_lock (&self->lock);
  whole = self->have == self->blocks && !self->gone;
  g_mutex_unlock (&self->lock);
  return whole;
}

void
porch_holding_set_others (PorchHolding *self, GArray *others)
{
  g_mutex_lock (&self->lock);
  g_array_set_size (self->others, 0);
  g_array_append_vals (self->others, others->data, MIN (others->len, PORCH_MAX_HOLDERS));
  g_mutex_unlock (&self->lock);
}

GArray *
porch_holding_dup_others (PorchHolding *self)
{
  GArray *copy;

  g_mutex_lock (&self->lock);
  copy = g_array_copy (self->others);
  g_mutex_unlock (&self->lock);
  return copy;
}

/* ---- for giving ---- */

gboolean
porch_holding_get_place (PorchHolding *self, PorchHoldingPlace *place)
{
  gboolean there;

  g_mutex_lock (&self->lock);
  there = self->name != NULL && !self->gone;
  *place = (PorchHoldingPlace) { 0 };
  if (there)
    *place = (PorchHoldingPlace) { g_strdup (self->target), g_strdup (self->parent), g_strdup (self->name), self->published, self->st };
  g_mutex_unlock (&self->lock);
  return there;
}

void
porch_holding_place_clear (PorchHoldingPlace *place)
{
  g_free (place->target);
  g_free (place->parent);
  g_free (place->name);
}

gboolean
porch_holding_get_block (PorchHolding *self, guint block, guint8 hash[32])
{
  gboolean there;

  g_mutex_lock (&self->lock);
  there = block < self->blocks && porch_piece_map_get (self->map, block) && !self->gone;
  if (there)
    memcpy (hash, self->hashes + block * PORCH_HASH_SIZE, PORCH_HASH_SIZE);
  g_mutex_unlock (&self->lock);
  return there;
}

void
porch_holding_note_gone (PorchHolding *self)
{
  g_mutex_lock (&self->lock);
  self->gone = TRUE;
  g_mutex_unlock (&self->lock);
}

void
porch_holding_get_label (PorchHolding *self, char label[33])
{
  guint8 id[PORCH_HASH_SIZE] = { 0 };
  g_autofree char *hex = NULL;

  porch_holding_get_id (self, id);
  hex = porch_hex_encode (id, 16);
  g_strlcpy (label, hex, 33);
}

/* ---- all of them ---- */

PorchHoldings *
porch_holdings_new (void)
{
  PorchHoldings *self = g_new0 (PorchHoldings, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  g_queue_init (&self->list);
  self->open = TRUE;
  return self;
}

PorchHoldings *
porch_holdings_ref (PorchHoldings *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
porch_holdings_unref (PorchHoldings *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_queue_clear_full (&self->list, (GDestroyNotify) porch_holding_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
porch_holdings_set_open (PorchHoldings *self, gboolean open)
{
  g_mutex_lock (&self->lock);
  self->open = open;
  g_mutex_unlock (&self->lock);
}

gboolean
porch_holdings_is_open (PorchHoldings *self)
{
  gboolean open;

  g_mutex_lock (&self->lock);
  open = self->open;
  g_mutex_unlock (&self->lock);
  return open;
}

guint
porch_holdings_count (PorchHoldings *self)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = self->list.length;
  g_mutex_unlock (&self->lock);
  return count;
}

static gsize
bytes_of (const PorchHolding *holding)
{
  return sizeof *holding + holding->blocks * (PORCH_HASH_SIZE + 1);
}

/* Lock held. */
static void
drop_link (PorchHoldings *self, GList *link)
{
  self->bytes -= bytes_of (link->data);
  porch_holding_unref (link->data);
  g_queue_delete_link (&self->list, link);
}

/* Lock held. @number -1: all of the transfer. */
static void
drop_of (PorchHoldings *self, const char *transfer, gint64 number)
{
  for (GList *link = self->list.head, *next; link != NULL; link = next)
    {
      PorchHolding *holding = link->data;

      next = link->next;
      if (strcmp (holding->transfer, transfer) == 0 && (number < 0 || holding->number == number))
        drop_link (self, link);
    }
}

PorchHolding *
porch_holdings_begin (PorchHoldings *self, const PorchDeviceId *issuer, const char *transfer, gint64 number, const char *target,
                      gint64 size)
{
  PorchHolding *holding;

  g_return_val_if_fail (size > 0 && size <= PORCH_HOLDING_MAX_SIZE, NULL);
  holding = holding_new (issuer, transfer, number, target, size);
  g_mutex_lock (&self->lock);
  drop_of (self, transfer, number);
  g_queue_push_head (&self->list, porch_holding_ref (holding));
  self->bytes += bytes_of (holding);
  while (self->list.length > 1 && (self->bytes > MAX_BYTES || self->list.length > MAX_COUNT))
    drop_link (self, self->list.tail);
  g_mutex_unlock (&self->lock);
  return holding;
}

void
porch_holdings_forget (PorchHoldings *self, const char *transfer)
{
  g_mutex_lock (&self->lock);
  drop_of (self, transfer, -1);
  g_mutex_unlock (&self->lock);
}

static gboolean
is_it (PorchHolding *holding, const PorchDeviceId *issuer, const guint8 id[32])
{
  guint8 own[PORCH_HASH_SIZE];

  return porch_device_id_equal (&holding->issuer, issuer) && porch_holding_get_id (holding, own)
         && memcmp (own, id, PORCH_HASH_SIZE) == 0;
}

PorchHolding *
porch_holdings_lookup (PorchHoldings *self, const PorchDeviceId *issuer, const guint8 id[32])
{
  PorchHolding *found = NULL;

  g_mutex_lock (&self->lock);
  for (GList *link = self->list.head; link != NULL && found == NULL; link = link->next)
    if (is_it (link->data, issuer, id))
      found = porch_holding_ref (link->data);
  g_mutex_unlock (&self->lock);
  return found;
}
