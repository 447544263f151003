/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "serve/porch-rooms.h"

#include "content/porch-piece-map.h"
#include "transfer/porch-spread.h"

#include <string.h>

#define MAX_ROOMS 16
#define MAX_ANNOUNCED 128

typedef struct {
  PorchDeviceId id;
  guint         number; /* in the spread */
  gboolean      entitled, reachable;
  gboolean      reports; /* has said what it has */
  guint         have;
  gint64        seen; /* 0: it never asked, or has left */
} Taker;

typedef struct {
  char        *version;
  gint64       size;
  guint        pieces; /* 0: not known yet */
  gboolean     has_id;
  guint8       id[PORCH_HASH_SIZE];
  PorchSpread *spread; /* (nullable) */
  GPtrArray   *takers; /* of Taker */
  guint        next_number;
} Room;

typedef struct {
  PorchDeviceId device;
  char         *version;
} Announced;

struct _PorchRooms
{
  gatomicrefcount refs;
  /* guarded by lock */
  GMutex lock;
  GQueue rooms; /* of Room, the latest first */
  GQueue announced; /* of Announced, the latest first: who asked about what nobody was given yet */
};

void
porch_room_answer_clear (PorchRoomAnswer *answer)
{
  g_clear_pointer (&answer->holders, g_array_unref);
}

static void
room_free (gpointer data)
{
  Room *room = data;

  g_free (room->version);
  g_clear_pointer (&room->spread, porch_spread_free);
  g_ptr_array_unref (room->takers);
  g_free (room);
}

static void
announced_free (gpointer data)
{
  Announced *announced = data;

  g_free (announced->version);
  g_free (announced);
}

PorchRooms *
porch_rooms_new (void)
{
  PorchRooms *self = g_new0 (PorchRooms, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  g_queue_init (&self->rooms);
  g_queue_init (&self->announced);
  return self;
}

PorchRooms *
porch_rooms_ref (PorchRooms *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
porch_rooms_unref (PorchRooms *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_queue_clear_full (&self->rooms, room_free);
  g_queue_clear_full (&self->announced, announced_free);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* ---- from here on with the lock held ---- */

static Room *
find_room (PorchRooms *self, const char *version)
{
  for (GList *link = self->rooms.head; link != NULL; link = link->next)
    if (strcmp (((Room *) link->data)->version, version) == 0)
      {
        g_queue_unlink (&self->rooms, link);
        g_queue_push_head_link (&self->rooms, link);
        return link->data;
      }
  return NULL;
}

/* Who is the first asks before anything was given, and there is a room only of what was. */
static void
announce (PorchRooms *self, const PorchDeviceId *device, const char *version)
{
  Announced *announced = g_new0 (Announced, 1);

  announced->device = *device;
  announced->version = g_strdup (version);
  g_queue_push_head (&self->announced, announced);
  if (self->announced.length > MAX_ANNOUNCED)
    announced_free (g_queue_pop_tail (&self->announced));
}

static gboolean
was_announced (PorchRooms *self, const PorchDeviceId *device, const char *version)
{
  for (GList *link = self->announced.head; link != NULL; link = link->next)
    {
      Announced *announced = link->data;

      if (!porch_device_id_equal (&announced->device, device) || strcmp (announced->version, version) != 0)
        continue;
      announced_free (announced);
      g_queue_delete_link (&self->announced, link);
      return TRUE;
    }
  return FALSE;
}

static Room *
ensure_room (PorchRooms *self, const char *version)
{
  Room *room = find_room (self, version);

  if (room != NULL)
    return room;
  room = g_new0 (Room, 1);
  room->version = g_strdup (version);
  room->takers = g_ptr_array_new_with_free_func (g_free);
  g_queue_push_head (&self->rooms, room);
  if (self->rooms.length > MAX_ROOMS)
    room_free (g_queue_pop_tail (&self->rooms));
  return room;
}

static Taker *
find_taker (Room *room, const PorchDeviceId *device)
{
  for (guint i = 0; i < room->takers->len; i++)
    {
      Taker *taker = g_ptr_array_index (room->takers, i);

      if (porch_device_id_equal (&taker->id, device))
        return taker;
    }
  return NULL;
}

static gboolean
is_whole (const Room *room, const Taker *taker)
{
  return room->pieces > 0 && taker->have == room->pieces;
}

static gboolean
has_left (const Room *room, const Taker *taker, gint64 now)
{
  return now - taker->seen > (is_whole (room, taker) ? PORCH_ROOM_MEMORY : PORCH_ROOM_SILENCE);
}

/* Those that have left count for nothing; the longest silent one makes room for a new one. */
static Taker *
ensure_taker (Room *room, const PorchDeviceId *device)
{
  Taker *taker = find_taker (room, device);
  guint oldest = 0;

  if (taker != NULL)
    return taker;
  for (guint i = 1; i < room->takers->len; i++)
    if (((Taker *) room->takers->pdata[i])->seen < ((Taker *) room->takers->pdata[oldest])->seen)
      oldest = i;
  if (room->takers->len >= PORCH_MAX_ROOM)
    {
      if (room->spread != NULL)
        porch_spread_remove (room->spread, ((Taker *) room->takers->pdata[oldest])->number);
      g_ptr_array_remove_index_fast (room->takers, oldest);
    }
  taker = g_new0 (Taker, 1);
  taker->id = *device;
  taker->number = room->next_number++;
  g_ptr_array_add (room->takers, taker);
  return taker;
}

static void
set_id (Room *room, gint64 size, const guint8 *id)
{
  guint64 pieces = porch_block_count ((guint64) size);

  if (room->has_id || pieces == 0 || pieces > PORCH_MAX_PIECES || porch_piece_size ((guint64) size) != PORCH_BLOCK_SIZE)
    return;
  room->has_id = TRUE;
  memcpy (room->id, id, PORCH_HASH_SIZE);
  room->size = size;
  room->pieces = (guint) pieces;
  room->spread = porch_spread_new (room->pieces, g_random_int ());
}

static void
forget_promises (Room *room, gint64 now)
{
  for (guint i = 0; i < room->takers->len; i++)
    {
      Taker *taker = g_ptr_array_index (room->takers, i);

      if (!has_left (room, taker, now) || taker->seen == 0)
        continue;
      porch_spread_remove (room->spread, taker->number);
      taker->have = 0;
      taker->reports = FALSE;
      taker->seen = 0;
    }
}

/* More of it comes first. */
static int
compare_takers (gconstpointer a, gconstpointer b)
{
  guint first = (*(Taker *const *) a)->have, second = (*(Taker *const *) b)->have;

  return first < second ? 1 : first > second ? -1 : 0;
}

static GArray *
list_holders (Room *room, const Taker *asker, gint64 now)
{
  GArray *holders = g_array_new (FALSE, FALSE, sizeof (PorchDeviceId));

  g_ptr_array_sort (room->takers, compare_takers);
  for (guint i = 0; i < room->takers->len && holders->len < PORCH_MAX_HOLDERS; i++)
    {
      Taker *taker = g_ptr_array_index (room->takers, i);

      if (taker != asker && taker->reachable && taker->have > 0 && !has_left (room, taker, now))
        g_array_append_val (holders, taker->id);
    }
  return holders;
}

/* What was there before the first report came while nobody reported. */
static void
note_have (Taker *taker, guint have, PorchRoomAnswer *answer)
{
  if (taker->reports && have > taker->have)
    answer->gained = have - taker->have;
  taker->reports = TRUE;
  taker->have = have;
}

/* ---- what others call ---- */

void
porch_rooms_note_given (PorchRooms *self, const PorchDeviceId *device, const char *version, gint64 size, const guint8 *id, gint64 now)
{
  Taker *taker;
  Room *room;

  g_mutex_lock (&self->lock);
  room = ensure_room (self, version);
  taker = ensure_taker (room, device);
  taker->entitled = TRUE;
  if (taker->seen == 0 && was_announced (self, device, version))
    taker->seen = now;
  if (id != NULL)
    set_id (room, size, id);
  g_mutex_unlock (&self->lock);
}

guint
porch_rooms_note_taker (PorchRooms *self, const PorchDeviceId *device, const char *version, gint64 now)
{
  Taker *taker;
  guint others = 0;
  Room *room;

  g_mutex_lock (&self->lock);
  room = find_room (self, version);
  taker = room != NULL ? ensure_taker (room, device) : NULL;
  if (taker != NULL)
    taker->seen = now;
  else
    announce (self, device, version);
  for (guint i = 0; taker != NULL && i < room->takers->len; i++)
    {
      Taker *other = g_ptr_array_index (room->takers, i);

      others += other != taker && other->seen != 0 && !has_left (room, other, now) && (other->reachable || !is_whole (room, other));
    }
  g_mutex_unlock (&self->lock);
  return others;
}

guint
porch_rooms_get_pieces (PorchRooms *self, const PorchDeviceId *device, const char *version, const guint8 id[32])
{
  guint pieces = 0;
  Taker *taker;
  Room *room;

  g_mutex_lock (&self->lock);
  room = find_room (self, version);
  taker = room != NULL ? find_taker (room, device) : NULL;
  if (taker != NULL && taker->entitled && room->has_id && memcmp (room->id, id, PORCH_HASH_SIZE) == 0)
    pieces = room->pieces;
  g_mutex_unlock (&self->lock);
  return pieces;
}

gboolean
porch_rooms_report (PorchRooms *self, const PorchDeviceId *device, const char *version, const guint8 *map, gboolean reachable,
                    guint advice, gint64 now, PorchRoomAnswer *answer)
{
  Taker *taker;
  Room *room;

  memset (answer, 0, sizeof *answer);
  g_mutex_lock (&self->lock);
  room = find_room (self, version);
  taker = room != NULL && room->has_id ? find_taker (room, device) : NULL;
  if (taker != NULL)
    {
      taker->seen = now;
      taker->reachable = reachable;
      note_have (taker, porch_piece_map_count (map, room->pieces), answer);
      forget_promises (room, now);
      porch_spread_note_holds (room->spread, taker->number, map, PORCH_PIECE_MAP_SIZE (room->pieces));
      answer->n_advice = porch_spread_advise (room->spread, taker->number, MIN (advice, PORCH_ROOM_MAX_ADVICE), answer->advice);
      answer->holders = list_holders (room, taker, now);
    }
  g_mutex_unlock (&self->lock);
  return taker != NULL;
}

gboolean
porch_rooms_reports (PorchRooms *self, const PorchDeviceId *device, const char *version, gint64 now)
{
  gboolean reports;
  Taker *taker;
  Room *room;

  g_mutex_lock (&self->lock);
  room = find_room (self, version);
  taker = room != NULL ? find_taker (room, device) : NULL;
  reports = taker != NULL && taker->reports && now - taker->seen < PORCH_ROOM_SILENCE;
  g_mutex_unlock (&self->lock);
  return reports;
}

guint
porch_rooms_count_unspread (PorchRooms *self, const char *version)
{
  guint unspread = 0;
  Room *room;

  g_mutex_lock (&self->lock);
  room = find_room (self, version);
  if (room != NULL && room->spread != NULL)
    unspread = porch_spread_count_unspread (room->spread);
  g_mutex_unlock (&self->lock);
  return unspread;
}
