/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One large file of a download from everybody who has some of it: learns from the giver what is in it (its layer), then lets a swarm fetch
 * the blocks, and writes what comes. docs/HOLDERS.md. */
#include "config.h"

#include "transfer/porch-download-private.h"

#include "content/porch-hash-tree.h"
#include "content/porch-piece-map.h"
#include "porch-error.h"
#include "share/porch-want.h"
#include "transfer/porch-swarm.h"
#include "wire/porch-frame.h"
#include "wire/porch-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LOOK_MS 250
/* Where devices are is looked up again after this. */
#define LOOK_UP_AGAIN G_USEC_PER_SEC

typedef struct {
  PorchDownload *download; /* borrowed */
  PorchFileRow  *row;      /* owned */
  PorchHolding  *holding;  /* owned */
  PorchSinkFile *file;     /* owned until it is committed or dropped */
  guint8        *layer;    /* owned */
  gboolean       had;      /* something of it was here before */
  gint64         looked_up;
  GHashTable    *noted;    /* owned; PorchDeviceId → bytes that the transfer knows to have come from it */
} Job;

static void
job_clear (Job *job)
{
  if (job->file != NULL)
    porch_sink_drop (job->file, TRUE);
  g_clear_pointer (&job->holding, porch_holding_unref);
  porch_file_row_free (job->row);
  g_free (job->layer);
  g_hash_table_unref (job->noted);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear)

/* ---- is there anybody? ---- */

static gboolean
could_be_shared (PorchDownload *self, const PorchFileRow *row)
{
  return row->version != NULL && row->size >= PORCH_HOLDING_MIN_SIZE && row->size <= PORCH_HOLDING_MAX_SIZE && row->number != self->loner
         && self->work->contacts != NULL && porch_download_is_open (self);
}

/* Its name, for problems. */
static void
look_up_giver (PorchDownload *self)
{
  g_autoptr (GArray) giver = g_array_new (FALSE, FALSE, sizeof (PorchDeviceId));

  g_array_append_val (giver, *porch_transfer_get_peer (self->work->transfer));
  porch_contacts_ask (self->work->contacts, giver);
}

gboolean
porch_download_has_company (PorchDownload *self, const PorchFileRow *row)
{
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (JsonObject) answer = NULL;

  if (!could_be_shared (self, row))
    return FALSE;
  look_up_giver (self);
  body = porch_download_new_report (self, row->version, NULL);
  answer = porch_source_call (self->source, "holders", body, self->work->run, NULL);
  return answer != NULL && porch_json_get_int_or (answer, "others", 0, G_MAXUINT16, 0) > 0;
}

/* ---- the layer ---- */

static JsonObject *
new_question (Job *job)
{
  JsonObject *body = porch_download_new_body (job->download);
  JsonArray *wants = json_array_new ();
  g_autoptr (PorchWant) want = porch_want_new (job->row->path, job->row->version, 0, G_MAXUINT64);

  json_array_add_object_element (wants, porch_want_to_json (want));
  json_object_set_array_member (body, "want", wants);
  return body;
}

typedef enum { LAYER_GOES_ON, LAYER_WHOLE, LAYER_NONE } LayerState;

/* What can't be used is no error: then the file comes in one stream, which knows what to do. */
static LayerState
take_layer_frame (Job *job, const PorchFrame *frame, guint *have)
{
  guint blocks = (guint) porch_block_count ((guint64) job->row->size);

  porch_transfer_set_turn (job->download->work->transfer, frame->type == PORCH_FRAME_WAIT ? frame->position : 0);
  if (frame->type == PORCH_FRAME_WAIT)
    return LAYER_GOES_ON;
  if (frame->type == PORCH_FRAME_FILE)
    return frame->size == job->row->size && strcmp (frame->version, job->row->version) == 0 ? LAYER_GOES_ON : LAYER_NONE;
  if (frame->type == PORCH_FRAME_END)
    return *have == blocks ? LAYER_WHOLE : LAYER_NONE;
  if (frame->type != PORCH_FRAME_LAYER || frame->block != *have || frame->n_hashes > blocks - *have)
    return LAYER_NONE;
  memcpy (job->layer + *have * PORCH_HASH_SIZE, frame->data, frame->n_hashes * PORCH_HASH_SIZE);
  *have += frame->n_hashes;
  return LAYER_GOES_ON;
}

static gboolean
fetch_layer (Job *job, gboolean *got, GError **error)
{
  PorchDownload *self = job->download;
  g_autoptr (JsonObject) body = new_question (job);
  g_autoptr (GInputStream) stream = porch_source_request (self->source, "layers", body, self->work->run, error);
  g_autoptr (PorchFrameReader) reader = stream != NULL ? porch_frame_reader_new (stream) : NULL;
  LayerState state = LAYER_GOES_ON;
  PorchFrame frame;
  guint have = 0;

  if (reader == NULL)
    return FALSE;
  job->layer = g_malloc0_n (porch_block_count ((guint64) job->row->size), PORCH_HASH_SIZE);
  while (state == LAYER_GOES_ON)
    {
      if (!porch_frame_reader_next (reader, &frame, self->work->run, error))
        return FALSE;
      state = take_layer_frame (job, &frame, &have);
    }
  /* To its end, so that the connection can be used again. */
  while (state == LAYER_WHOLE && frame.type != PORCH_FRAME_DONE)
    if (!porch_frame_reader_next (reader, &frame, self->work->run, error))
      return FALSE;
  g_input_stream_close (stream, NULL, NULL);
  *got = state == LAYER_WHOLE;
  return TRUE;
}

/* ---- what is here already ---- */

/* Noted blocks that are not what the giver says by now are fetched again. */
static void
drop_wrong (Job *job, GArray *blocks)
{
  PorchDownload *self = job->download;
  g_autofree guint8 *map = porch_holding_dup_map (job->holding);

  for (guint i = 0; i < blocks->len; i++)
    {
      guint64 block = g_array_index (blocks, PorchFileBlock, i).block;

      if (porch_piece_map_get (map, (guint) block))
        continue;
      porch_file_table_note_lost (self->table, job->row->number, block);
      porch_transfer_add_done (self->work->transfer, -(gint64) MIN (PORCH_BLOCK_SIZE, job->row->size - (gint64) block * PORCH_BLOCK_SIZE), 0);
    }
}

/* What a killed process wrote and did not note. */
static void
confirm_found (Job *job, GArray *found)
{
  for (guint i = 0; i < found->len; i++)
    {
      PorchFileBlock *block = &g_array_index (found, PorchFileBlock, i);
      gint64 offset = (gint64) block->block * PORCH_BLOCK_SIZE;

      if (offset < job->row->size && memcmp (block->hash, job->layer + block->block * PORCH_HASH_SIZE, sizeof block->hash) == 0)
        porch_sink_confirm (job->file, block->block, block->hash, (gsize) MIN (job->row->size - offset, PORCH_BLOCK_SIZE));
    }
}

/* FALSE with no error: there is nothing more to do for this file. */
static gboolean
begin (Job *job, GArray *blocks, GArray *found, GError **error)
{
  PorchDownload *self = job->download;
  PorchFileRow *row = job->row;
  g_autofree char *parent = NULL;
  g_autofree char *name = NULL;
  g_autofree guint8 *map = NULL;
  guint have;

  if (!porch_download_locate (self, row, &parent, &name))
    {
      porch_download_give_up (self, row, _ ("It is not inside what was asked for."));
      return FALSE;
    }
  porch_download_hold (self, row, blocks);
  job->holding = porch_download_dup_holding (self, row->number);
  porch_holding_set_layer (job->holding, job->layer);
  drop_wrong (job, blocks);
  job->file = porch_sink_begin (self->sink, row->number, parent, name, row->size, row->mtime, row->staging);
  porch_sink_keep_cached (job->file);
  confirm_found (job, found);
  map = porch_holding_dup_map (job->holding);
  have = porch_piece_map_count (map, porch_holding_get_blocks (job->holding));
  job->had = have > 0;
  return porch_download_check_space (self, row->size - MIN (have * (gint64) PORCH_BLOCK_SIZE, row->size), error);
}

/* ---- the swarm ---- */

static void
on_take (gpointer data, guint block, const guint8 hash[32], GBytes *bytes)
{
  Job *job = data;

  porch_sink_write_checked (job->file, block, hash, bytes);
}

static void
on_benched (gpointer data, const char *name)
{
  Job *job = data;
  g_autofree char *message
      = g_strdup_printf (_ ("“%s” sent a part of it that was damaged. That part was downloaded from somebody else; look after the disk there."), name);

  porch_transfer_add_problem (job->download->work->transfer, job->row->path, message);
}

static const PorchSwarmEvents events = { on_take, on_benched };

static void
add_giver (Job *job, PorchSwarm *swarm)
{
  PorchWork *work = job->download->work;
  const PorchDeviceId *id = porch_transfer_get_peer (work->transfer);
  g_autoptr (GPtrArray) addresses = porch_transfer_dup_addresses (work->transfer);
  g_autoptr (GPtrArray) known = NULL;
  g_autofree char *name = NULL;

  if (!porch_contacts_get (work->contacts, id, &known, &name))
    name = porch_device_id_short (id, 16);
  porch_swarm_add (swarm, id, name, addresses, TRUE);
}

static void
shuffle (GArray *devices)
{
  for (guint i = devices->len; i > 1; i--)
    {
      guint other = (guint) g_random_int_range (0, (gint32) i);
      PorchDeviceId swap = g_array_index (devices, PorchDeviceId, i - 1);

      g_array_index (devices, PorchDeviceId, i - 1) = g_array_index (devices, PorchDeviceId, other);
      g_array_index (devices, PorchDeviceId, other) = swap;
    }
}

/* In another order each time: not all takers shall ask the same few. */
static void
add_others (Job *job, PorchSwarm *swarm)
{
  PorchContacts *contacts = job->download->work->contacts;
  g_autoptr (GArray) candidates = porch_swarm_dup_candidates (swarm);
  gint64 now = g_get_monotonic_time ();

  if (candidates->len == 0)
    return;
  if (now - job->looked_up > LOOK_UP_AGAIN)
    {
      porch_contacts_ask (contacts, candidates);
      job->looked_up = now;
    }
  shuffle (candidates);
  for (guint i = 0; i < candidates->len; i++)
    {
      PorchDeviceId *id = &g_array_index (candidates, PorchDeviceId, i);
      g_autoptr (GPtrArray) addresses = NULL;
      g_autofree char *name = NULL;

      if (porch_contacts_get (contacts, id, &addresses, &name))
        porch_swarm_add (swarm, id, name, addresses, FALSE);
    }
}

static void
note_share (Job *job, const PorchSwarmShare *share)
{
  gint64 *noted = g_hash_table_lookup (job->noted, &share->id);

  if (noted == NULL)
    {
      noted = g_new0 (gint64, 1);
      g_hash_table_insert (job->noted, g_memdup2 (&share->id, sizeof share->id), noted);
    }
  porch_transfer_add_source (job->download->work->transfer, &share->id, share->bytes - *noted);
  *noted = share->bytes;
}

/* Who brought how much since the last time; whether the giver itself is benched. */
static gboolean
note_shares (Job *job, PorchSwarm *swarm)
{
  PorchTransfer *transfer = job->download->work->transfer;
  g_autoptr (GArray) shares = porch_swarm_dup_shares (swarm);
  gboolean benched = FALSE;

  for (guint i = 0; i < shares->len; i++)
    {
      PorchSwarmShare *share = &g_array_index (shares, PorchSwarmShare, i);

      note_share (job, share);
      benched = benched || (share->benched && porch_device_id_equal (&share->id, porch_transfer_get_peer (transfer)));
    }
  return benched;
}

static PorchSwarmState
watch (Job *job, PorchSwarm *swarm, GError **error)
{
  PorchDownload *self = job->download;
  PorchSwarmState state;

  add_giver (job, swarm);
  do
    {
      add_others (job, swarm);
      state = porch_swarm_wait (swarm, LOOK_MS, self->work->run);
      note_shares (job, swarm);
    }
  while (state == PORCH_SWARM_RUNNING && !porch_download_is_stopped (self, error));
  return state;
}

static gboolean
end (Job *job, PorchSwarmState state, gboolean giver_benched, GError **error)
{
  PorchDownload *self = job->download;

  switch (state)
    {
    case PORCH_SWARM_WHOLE:
      porch_sink_commit (g_steal_pointer (&job->file));
      return TRUE;
    case PORCH_SWARM_CHANGED:
      porch_sink_drop (g_steal_pointer (&job->file), FALSE);
      porch_download_restart (self, job->row, job->had);
      return TRUE;
    case PORCH_SWARM_STUCK:
      if (giver_benched)
        {
          porch_sink_drop (g_steal_pointer (&job->file), FALSE);
          porch_download_unhold (self, job->row->number);
          porch_download_give_up (self, job->row, _ ("It arrived damaged. Download it again."));
          return TRUE;
        }
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_UNREACHABLE, _ ("The other device is not here now"));
      return FALSE;
    case PORCH_SWARM_RUNNING:
    default:
      return FALSE; /* it was stopped, and @error says why */
    }
}

static gboolean
run (Job *job, GError **error)
{
  PorchDownload *self = job->download;
  g_autoptr (JsonObject) place = porch_download_new_body (self);
  PorchSwarmFile file = { self->work->identity, self->work->limiter, job->holding, job->layer, place, job->row->path, job->row->version,
                          self->work->port };
  PorchSwarm *swarm = porch_swarm_new (&file, &events, job);
  PorchSwarmState state = watch (job, swarm, error);
  gboolean giver_benched = note_shares (job, swarm);

  /* Nothing is handed over any more after this. */
  porch_swarm_free (swarm);
  return end (job, state, giver_benched, error);
}

/* ---- the whole ---- */

static gboolean
look_at_past (Job *job, GArray **blocks, GArray *found, gboolean *published, GError **error)
{
  PorchDownload *self = job->download;

  *published = FALSE;
  *blocks = porch_file_table_blocks (self->table, job->row->number, error);
  if (*blocks == NULL)
    return FALSE;
  return job->row->staging == NULL || porch_download_adopt (self, job->row, *blocks, found, published, error);
}

gboolean
porch_download_swarm (PorchDownload *self, PorchFileRow *row, GError **error)
{
  g_auto (Job) job = { .download = self, .row = row };
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (PorchFileBlock));
  g_autoptr (GArray) blocks = NULL;
  g_autoptr (GError) local = NULL;
  gboolean published, got = FALSE, ok;

  job.noted = g_hash_table_new_full (porch_device_id_hash, porch_device_id_equal, g_free, g_free);
  if (!look_at_past (&job, &blocks, found, &published, error))
    return FALSE;
  if (published)
    {
      porch_transfer_add_done (self->work->transfer, 0, 1);
      return TRUE;
    }
  if (!fetch_layer (&job, &got, error))
    return FALSE;
  if (!got)
    {
      self->loner = row->number; /* the next pass asks for it in one stream */
      return TRUE;
    }
  ok = begin (&job, blocks, found, &local) ? run (&job, &local) : local == NULL;
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  if (ok)
    porch_download_tell_whole (self);
  return ok;
}
