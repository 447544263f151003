/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a download keeps of its large files so that others can have them from here too (docs/HOLDERS.md): the holding of each file that
 * is under way, and telling the giver which ones are whole. */
#include "config.h"

#include "transfer/porch-download-private.h"

#include "content/porch-piece-map.h"
#include "wire/porch-json.h"

typedef struct {
  PorchHolding *holding; /* owned */
  char         *parent;  /* owned; local folder below the target */
  char         *version; /* owned */
  gboolean      published;
} Held;

static void
held_free (gpointer data)
{
  Held *held = data;

  porch_holding_unref (held->holding);
  g_free (held->parent);
  g_free (held->version);
  g_free (held);
}

GHashTable *
porch_download_held_new (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, held_free);
}

static gboolean
is_worth_it (PorchDownload *self, const PorchFileRow *row)
{
  return self->work->holdings != NULL && row->version != NULL && row->size >= PORCH_HOLDING_MIN_SIZE
         && row->size <= PORCH_HOLDING_MAX_SIZE;
}

void
porch_download_hold (PorchDownload *self, const PorchFileRow *row, GArray *blocks)
{
  PorchWork *work = self->work;
  g_autofree char *parent = NULL;
  g_autofree char *name = NULL;
  Held *held;

  if (!is_worth_it (self, row) || !porch_download_locate (self, row, &parent, &name))
    return;
  held = g_new0 (Held, 1);
  held->holding = porch_holdings_begin (work->holdings, porch_transfer_get_peer (work->transfer), porch_transfer_get_id (work->transfer),
                                        row->number, porch_transfer_get_target (work->transfer), row->size);
  held->parent = g_steal_pointer (&parent);
  held->version = g_strdup (row->version);
  if (row->staging != NULL)
    porch_holding_note_staging (held->holding, held->parent, row->staging);
  for (guint i = 0; blocks != NULL && i < blocks->len; i++)
    {
      PorchFileBlock *block = &g_array_index (blocks, PorchFileBlock, i);

      porch_holding_note_block (held->holding, block->block, block->hash);
    }
  g_mutex_lock (&self->lock);
  g_hash_table_replace (self->held, g_memdup2 (&row->number, sizeof row->number), held);
  g_mutex_unlock (&self->lock);
}

void
porch_download_unhold (PorchDownload *self, gint64 number)
{
  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->held, &number);
  g_mutex_unlock (&self->lock);
}

PorchHolding *
porch_download_dup_holding (PorchDownload *self, gint64 number)
{
  PorchHolding *holding;
  Held *held;

  g_mutex_lock (&self->lock);
  held = g_hash_table_lookup (self->held, &number);
  holding = held != NULL ? porch_holding_ref (held->holding) : NULL;
  g_mutex_unlock (&self->lock);
  return holding;
}

void
porch_download_held_staged (PorchDownload *self, gint64 number, const char *staging)
{
  Held *held;

  g_mutex_lock (&self->lock);
  held = g_hash_table_lookup (self->held, &number);
  if (held != NULL)
    porch_holding_note_staging (held->holding, held->parent, staging);
  g_mutex_unlock (&self->lock);
}

void
porch_download_held_block (PorchDownload *self, gint64 number, guint64 block, const guint8 hash[32])
{
  g_autoptr (PorchHolding) holding = porch_download_dup_holding (self, number);

  if (holding != NULL)
    porch_holding_note_block (holding, block, hash);
}

void
porch_download_held_published (PorchDownload *self, gint64 number, const char *final)
{
  g_autofree char *path = NULL;
  struct stat st;
  Held *held;

  g_mutex_lock (&self->lock);
  held = g_hash_table_lookup (self->held, &number);
  if (held != NULL)
    path = *held->parent ? g_strconcat (held->parent, "/", final, NULL) : g_strdup (final);
  if (path != NULL && porch_dir_stat (self->target, path, &st, NULL))
    {
      porch_holding_note_published (held->holding, path, &st);
      held->published = TRUE;
    }
  g_mutex_unlock (&self->lock);
}

/* ---- telling ---- */

gboolean
porch_download_is_open (PorchDownload *self)
{
  return self->source != NULL && self->work->port != 0 && self->work->holdings != NULL && porch_holdings_is_open (self->work->holdings);
}

static gboolean
take_whole (gpointer key, gpointer value, gpointer data)
{
  Held *held = value;
  gboolean whole = held->published && porch_holding_is_whole (held->holding);

  if (whole)
    {
      Held *copy = g_new0 (Held, 1);

      copy->holding = porch_holding_ref (held->holding);
      copy->version = g_strdup (held->version);
      g_ptr_array_add (data, copy);
    }
  return whole;
}

JsonObject *
porch_download_new_report (PorchDownload *self, const char *version, PorchHolding *holding)
{
  JsonObject *body = porch_download_new_body (self);
  g_autofree guint8 *map = NULL;
  g_autofree char *text = NULL;
  guint8 id[32];

  json_object_set_string_member (body, "v", version);
  json_object_set_int_member (body, "port", self->work->port);
  if (holding == NULL || !porch_holding_get_id (holding, id))
    return body;
  map = porch_holding_dup_map (holding);
  text = porch_hex_encode (id, sizeof id);
  json_object_set_string_member (body, "id", text);
  json_object_set_array_member (body, "have", porch_piece_map_to_json (map, porch_holding_get_blocks (holding)));
  return body;
}

static void
tell (PorchDownload *self, Held *held)
{
  g_autoptr (JsonObject) body = porch_download_new_report (self, held->version, held->holding);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = porch_source_call (self->source, "holders", body, self->work->run, &error);

  if (answer == NULL)
    g_debug ("The giver was not told what is here: %s", error->message);
}

void
porch_download_tell_whole (PorchDownload *self)
{
  g_autoptr (GPtrArray) whole = g_ptr_array_new_with_free_func (held_free);

  g_mutex_lock (&self->lock);
  g_hash_table_foreach_remove (self->held, take_whole, whole);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < whole->len && porch_download_is_open (self); i++)
    tell (self, g_ptr_array_index (whole, i));
}
