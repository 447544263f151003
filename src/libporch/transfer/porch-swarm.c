/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-swarm-private.h"

#include "content/porch-piece-map.h"
#include "wire/porch-json.h"

/* Besides the giver. More connections bring no more, and each one costs both sides something. */
#define MAX_OTHERS 8
/* One that failed several times is tried again after this. */
#define REST (20 * G_USEC_PER_SEC)
/* Nothing came from anybody for so long: then the transfer stalls, and is tried again from the beginning. */
#define PATIENCE (20 * G_USEC_PER_SEC)

static void
source_free (gpointer data)
{
  PorchSwarmSource *source = data;

  g_free (source->name);
  g_ptr_array_unref (source->addresses);
  g_free (source);
}

static void
set_have (PorchSwarm *self)
{
  g_autofree guint8 *map = porch_holding_dup_map (self->file.holding);

  for (guint i = 0; i < self->blocks; i++)
    if (porch_piece_map_get (map, i))
      porch_scheduler_set_have (self->schedule, i);
  self->missing = self->blocks - porch_scheduler_count_have (self->schedule);
}

PorchSwarm *
porch_swarm_new (const PorchSwarmFile *file, const PorchSwarmEvents *events, gpointer user_data)
{
  PorchSwarm *self = g_new0 (PorchSwarm, 1);
  guint8 id[32] = { 0 };

  porch_holding_get_id (file->holding, id);
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  self->file = *file;
  self->events = events;
  self->user_data = user_data;
  self->size = porch_holding_get_size (file->holding);
  self->blocks = porch_holding_get_blocks (file->holding);
  self->id_text = porch_hex_encode (id, sizeof id);
  self->over = g_cancellable_new ();
  self->schedule = porch_scheduler_new (self->size, PORCH_BLOCK_SIZE, g_random_int ());
  self->sources = g_ptr_array_new_with_free_func (source_free);
  self->named = g_array_new (FALSE, FALSE, sizeof (PorchDeviceId));
  self->gone = g_array_new (FALSE, FALSE, sizeof (PorchSwarmShare));
  self->resting = g_hash_table_new_full (porch_device_id_hash, porch_device_id_equal, g_free, g_free);
  self->last_arrival = g_get_monotonic_time ();
  set_have (self);
  return self;
}

void
porch_swarm_free (PorchSwarm *self)
{
  g_cancellable_cancel (self->over);
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < self->sources->len; i++)
    g_thread_join (((PorchSwarmSource *) g_ptr_array_index (self->sources, i))->thread);
  g_ptr_array_unref (self->sources);
  g_array_unref (self->named);
  g_array_unref (self->gone);
  g_hash_table_unref (self->resting);
  porch_scheduler_free (self->schedule);
  g_object_unref (self->over);
  g_free (self->grant);
  g_free (self->id_text);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_free (self);
}

/* ---- sources; with the lock held ---- */

static PorchSwarmSource *
find_source (PorchSwarm *self, const PorchDeviceId *id)
{
  for (guint i = 0; i < self->sources->len; i++)
    {
      PorchSwarmSource *source = g_ptr_array_index (self->sources, i);

      if (porch_device_id_equal (&source->id, id))
        return source;
    }
  return NULL;
}

static gboolean
is_resting (PorchSwarm *self, const PorchDeviceId *id)
{
  gint64 *until = g_hash_table_lookup (self->resting, id);

  return until != NULL && g_get_monotonic_time () < *until;
}

static guint
count_others (PorchSwarm *self)
{
  guint count = 0;

  for (guint i = 0; i < self->sources->len; i++)
    count += !((PorchSwarmSource *) g_ptr_array_index (self->sources, i))->giver;
  return count;
}

static gboolean
may_add (PorchSwarm *self, const PorchDeviceId *id, gboolean giver)
{
  return find_source (self, id) == NULL && !is_resting (self, id) && (giver || count_others (self) < MAX_OTHERS);
}

gboolean
porch_swarm_add (PorchSwarm *self, const PorchDeviceId *id, const char *name, GPtrArray *addresses, gboolean giver)
{
  gint64 now = g_get_monotonic_time ();
  PorchSwarmSource *source = NULL;
  int number;

  g_mutex_lock (&self->lock);
  number = may_add (self, id, giver)
               ? porch_scheduler_add_source (self->schedule, giver ? PORCH_SOURCE_ORIGIN : PORCH_SOURCE_PLAIN, now)
               : -1;
  if (number >= 0)
    {
      source = g_new0 (PorchSwarmSource, 1);
      source->swarm = self;
      source->id = *id;
      source->name = g_strdup (name);
      source->addresses = g_ptr_array_ref (addresses);
      source->giver = giver;
      source->number = (guint) number;
      if (giver)
        porch_scheduler_set_holds (self->schedule, source->number, NULL, 0);
      g_ptr_array_add (self->sources, source);
      source->thread = g_thread_new ("porch-source", porch_swarm_source_run, source);
    }
  g_mutex_unlock (&self->lock);
  return source != NULL;
}

GArray *
porch_swarm_dup_candidates (PorchSwarm *self)
{
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (PorchDeviceId));

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->named->len; i++)
    {
      PorchDeviceId *id = &g_array_index (self->named, PorchDeviceId, i);

      if (may_add (self, id, FALSE))
        g_array_append_val (candidates, *id);
    }
  g_mutex_unlock (&self->lock);
  return candidates;
}

/* One that came back has one share. */
static void
add_share (GArray *shares, const PorchSwarmSource *source)
{
  PorchSwarmShare share = { source->id, source->bytes, source->benched };

  for (guint i = 0; i < shares->len; i++)
    {
      PorchSwarmShare *known = &g_array_index (shares, PorchSwarmShare, i);

      if (!porch_device_id_equal (&known->id, &source->id))
        continue;
      known->bytes += source->bytes;
      known->benched = known->benched || source->benched;
      return;
    }
  g_array_append_val (shares, share);
}

static void
note_gone (PorchSwarm *self, const PorchSwarmSource *source)
{
  gint64 until = source->benched ? G_MAXINT64 : g_get_monotonic_time () + REST;

  add_share (self->gone, source);
  g_hash_table_replace (self->resting, g_memdup2 (&source->id, sizeof source->id), g_memdup2 (&until, sizeof until));
}

/* Threads that have ended are joined, and their places are free. */
static void
reap (PorchSwarm *self)
{
  for (guint i = self->sources->len; i > 0; i--)
    {
      PorchSwarmSource *source = g_ptr_array_index (self->sources, i - 1);

      if (!source->ended)
        continue;
      g_thread_join (source->thread);
      note_gone (self, source);
      porch_scheduler_remove_source (self->schedule, source->number);
      g_ptr_array_remove_index (self->sources, i - 1);
    }
}

static PorchSwarmState
get_state (PorchSwarm *self)
{
  if (self->missing == 0)
    return PORCH_SWARM_WHOLE;
  if (self->changed)
    return PORCH_SWARM_CHANGED;
  return g_get_monotonic_time () - self->last_arrival > PATIENCE ? PORCH_SWARM_STUCK : PORCH_SWARM_RUNNING;
}

PorchSwarmState
porch_swarm_wait (PorchSwarm *self, guint milliseconds, GCancellable *cancellable)
{
  gint64 until = g_get_monotonic_time () + milliseconds * G_GINT64_CONSTANT (1000);
  PorchSwarmState state;

  g_mutex_lock (&self->lock);
  reap (self);
  while ((state = get_state (self)) == PORCH_SWARM_RUNNING && !g_cancellable_is_cancelled (cancellable)
         && g_cond_wait_until (&self->wake, &self->lock, until))
    ;
  g_mutex_unlock (&self->lock);
  return state;
}

GArray *
porch_swarm_dup_shares (PorchSwarm *self)
{
  GArray *shares;

  g_mutex_lock (&self->lock);
  shares = g_array_copy (self->gone);
  for (guint i = 0; i < self->sources->len; i++)
    add_share (shares, g_ptr_array_index (self->sources, i));
  g_mutex_unlock (&self->lock);
  return shares;
}
