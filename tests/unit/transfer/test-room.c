/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A room in memory: 2 to 200 devices with links of given speeds, each with a real scheduler; time goes in steps of 20 ms. What
 * it takes is compared with what no scheduler can beat. */
#include "config.h"

#include "transfer/porch-air.h"
#include "transfer/porch-scheduler.h"
#include "transfer/porch-spread.h"

#include <string.h>

#define MIB 1048576.0
#define STEP (G_USEC_PER_SEC / 50)
#define LATENCY (G_USEC_PER_SEC / 100) /* from a question to the first byte */
#define LINK (100e6 / 8)
#define SLOTS 8 /* uploads at a time; the others wait their turn */
#define POLL (G_USEC_PER_SEC / 2)
#define NEVER G_MAXINT64

typedef struct
{
  guint pieces[PORCH_SCHEDULER_MAX_REQUEST];
  guint count, at;
  double done; /* of the piece that is being read */
  gint64 begins;
} Request;

/* What one taker reads from one source. */
typedef struct
{
  guint from, to;
  int source; /* in the taker's scheduler */
  GQueue requests;
  gboolean served;
  double rate;
} Pair;

typedef struct
{
  double up, down, sent, received;
  guint8 *bitmap;
  guint n_have, n_served;
  PorchScheduler *scheduler; /* NULL: the giver */
  GPtrArray *pairs;          /* those that it reads; borrowed */
  gboolean gone, lies, wireless;
  gint64 joins, finished, polled;
  double up_left, down_left; /* of this step */
  guint up_flows, down_flows;
} Device;

typedef struct
{
  GRand *rand;
  guint n, pieces, degree;
  double piece, size;
  gint64 now;
  gboolean advice;
  double air;      /* bytes per second of a medium that all share; 0: there is none */
  gboolean judges; /* the giver finds out what is good for the air */
  PorchAir judge;
  PorchSpread *spread; /* the giver's */
  Device *devices;     /* 0 is the giver */
  GPtrArray *pairs;
  gboolean leaves; /* the giver, as soon as everything is in the room */
  double thrown_away;
} Room;

static void
pair_free (gpointer data)
{
  Pair *pair = data;

  g_queue_clear_full (&pair->requests, g_free);
  g_free (pair);
}

static void
add_pair (Room *room, guint from, guint to)
{
  Device *taker = &room->devices[to], *other = &room->devices[from];
  PorchSourceFlags flags = from == 0 ? PORCH_SOURCE_ORIGIN : PORCH_SOURCE_PLAIN;
  Pair *pair = g_new0 (Pair, 1);

  if (from > 0 && taker->wireless && other->wireless)
    flags |= PORCH_SOURCE_FAR;
  pair->from = from;
  pair->to = to;
  pair->source = porch_scheduler_add_source (taker->scheduler, flags, room->now);
  g_assert_cmpint (pair->source, >=, 0);
  if (from == 0)
    porch_scheduler_set_holds (taker->scheduler, pair->source, NULL, 0);
  g_queue_init (&pair->requests);
  g_ptr_array_add (room->pairs, pair);
  g_ptr_array_add (taker->pairs, pair);
}

static void
add_neighbours (Room *room, guint to)
{
  g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 1; i <= room->n; i++)
    if (i != to)
      g_array_append_val (others, i);
  for (guint i = 0; i < room->degree && others->len > 0; i++)
    {
      guint at = (guint)g_rand_int_range (room->rand, 0, (gint32)others->len);

      add_pair (room, g_array_index (others, guint, at), to);
      g_array_remove_index_fast (others, at);
    }
}

static Room *
room_new (guint n, double mib, guint32 seed)
{
  Room *room = g_new0 (Room, 1);

  room->rand = g_rand_new_with_seed (seed);
  room->n = n;
  room->size = mib * MIB;
  room->piece = MIB;
  room->pieces = (guint)mib;
  room->degree = 8;
  room->advice = TRUE;
  room->spread = porch_spread_new (room->pieces, seed);
  room->pairs = g_ptr_array_new_with_free_func (pair_free);
  room->devices = g_new0 (Device, n + 1);
  for (guint i = 0; i <= n; i++)
    {
      Device *device = &room->devices[i];

      device->up = device->down = LINK;
      device->bitmap = g_malloc0 ((room->pieces + 7) / 8);
      device->finished = NEVER;
      if (i > 0)
        device->scheduler = porch_scheduler_new ((gint64)room->size, (guint64)room->piece, g_rand_int (room->rand));
      device->pairs = g_ptr_array_new ();
    }
  return room;
}

static void
room_connect (Room *room)
{
  for (guint i = 1; i <= room->n; i++)
    {
      add_pair (room, 0, i);
      add_neighbours (room, i);
    }
}

static void
room_free (Room *room)
{
  g_ptr_array_unref (room->pairs);
  for (guint i = 0; i <= room->n; i++)
    {
      g_clear_pointer (&room->devices[i].scheduler, porch_scheduler_free);
      g_ptr_array_unref (room->devices[i].pairs);
      g_free (room->devices[i].bitmap);
    }
  porch_spread_free (room->spread);
  g_rand_free (room->rand);
  g_free (room->devices);
  g_free (room);
}

static gboolean
is_here (Room *room, guint device)
{
  return !room->devices[device].gone && room->now >= room->devices[device].joins;
}

/* Its connections break. */
static void
leave (Room *room, guint device)
{
  room->devices[device].gone = TRUE;
  porch_spread_remove (room->spread, device);
  for (guint i = 0; i < room->pairs->len; i++)
    {
      Pair *pair = room->pairs->pdata[i];

      if (pair->from != device || pair->source < 0)
        continue;
      porch_scheduler_remove_source (room->devices[pair->to].scheduler, pair->source);
      g_queue_clear_full (&pair->requests, g_free);
      pair->source = -1;
    }
}

/* ---- what a taker does ---- */

static void
poll_others (Room *room, guint index)
{
  Device *taker = &room->devices[index];

  for (guint i = 0; i < taker->pairs->len; i++)
    {
      Pair *pair = taker->pairs->pdata[i];
      guint pieces[PORCH_SCHEDULER_MAX_ADVICE], n;

      if (!is_here (room, pair->from))
        continue;
      if (pair->from > 0)
        {
          g_assert_true (porch_scheduler_set_holds (taker->scheduler, pair->source, room->devices[pair->from].bitmap,
                                                    (room->pieces + 7) / 8));
          continue;
        }
      porch_spread_note_holds (room->spread, index, taker->bitmap, (room->pieces + 7) / 8);
      n = porch_scheduler_get_useful_advice (taker->scheduler, pair->source, room->now);
      if (room->advice)
        {
          n = porch_spread_advise (room->spread, index, n, pieces);
          porch_scheduler_set_advice (taker->scheduler, pair->source, pieces, n);
        }
    }
  taker->polled = room->now;
}

static void
ask_others (Room *room, guint index)
{
  Device *taker = &room->devices[index];

  for (guint i = 0; i < taker->pairs->len; i++)
    {
      Pair *pair = taker->pairs->pdata[i];
      Request request = { 0 };

      if (!is_here (room, pair->from) || pair->requests.length >= 2)
        continue;
      request.count = porch_scheduler_ask (taker->scheduler, pair->source, room->now, request.pieces);
      request.begins = room->now + LATENCY;
      if (request.count > 0)
        g_queue_push_tail (&pair->requests, g_memdup2 (&request, sizeof request));
    }
}

static void
finish_piece (Room *room, Pair *pair, Request *request)
{
  Device *taker = &room->devices[pair->to];
  guint piece = request->pieces[request->at++];
  gboolean had = porch_scheduler_has (taker->scheduler, piece);

  request->done = 0;
  porch_scheduler_arrived (taker->scheduler, pair->source, piece, !room->devices[pair->from].lies, room->now);
  if (room->devices[pair->from].lies)
    return;
  g_assert_false (had);
  taker->bitmap[piece / 8] |= 0x80 >> piece % 8;
  if (++taker->n_have == room->pieces)
    taker->finished = room->now;
}

/* Pieces that were given to somebody else meanwhile are not read. */
static void
skip_unexpected (Room *room, Pair *pair, Request *request)
{
  Device *taker = &room->devices[pair->to];

  while (request->at < request->count
         && !porch_scheduler_is_expected (taker->scheduler, pair->source, request->pieces[request->at]))
    {
      room->thrown_away += request->done;
      request->done = 0;
      request->at++;
    }
}

static void
move_bytes (Room *room, Pair *pair)
{
  Request *request = g_queue_peek_head (&pair->requests);
  double bytes = pair->rate * STEP / G_USEC_PER_SEC;

  room->devices[pair->from].sent += bytes;
  room->devices[pair->to].received += bytes;
  porch_scheduler_progress (room->devices[pair->to].scheduler, pair->source, (gsize)bytes, room->now);
  request->done += bytes;
  while (request->at < request->count && request->done >= room->piece)
    {
      double more = request->done - room->piece;

      finish_piece (room, pair, request);
      skip_unexpected (room, pair, request);
      request->done = request->at < request->count ? more : 0;
    }
}

/* ---- the net ---- */

static gboolean
has_work (Room *room, Pair *pair)
{
  Request *request;

  if (!is_here (room, pair->from) || !is_here (room, pair->to))
    return FALSE;
  while ((request = g_queue_peek_head (&pair->requests)) != NULL)
    {
      skip_unexpected (room, pair, request);
      if (request->at < request->count)
        return room->now >= request->begins;
      g_free (g_queue_pop_head (&pair->requests));
      pair->served = FALSE;
    }
  pair->served = FALSE;
  return FALSE;
}

/* A request that is being answered goes on; free slots go round the devices that wait. */
static void
give_slots (Room *room, GPtrArray *flows)
{
  guint start = room->pairs->len > 0 ? (guint)g_rand_int_range (room->rand, 0, (gint32)room->pairs->len) : 0;

  for (guint i = 0; i <= room->n; i++)
    room->devices[i].n_served = 0;
  for (guint i = 0; i < room->pairs->len; i++)
    {
      Pair *pair = room->pairs->pdata[i];
      gboolean work = has_work (room, pair);

      pair->served = pair->served && work;
      room->devices[pair->from].n_served += pair->served;
      if (pair->served)
        g_ptr_array_add (flows, pair);
    }
  for (guint i = 0; i < room->pairs->len; i++)
    {
      Pair *pair = room->pairs->pdata[(start + i) % room->pairs->len];

      if (pair->served || room->devices[pair->from].n_served >= SLOTS || !has_work (room, pair))
        continue;
      pair->served = TRUE;
      room->devices[pair->from].n_served++;
      g_ptr_array_add (flows, pair);
    }
}

/* Each link is shared equally by what goes over it; what one flow leaves the others get, in a few rounds. */
static void
share_links (Room *room, GPtrArray *flows)
{
  for (guint i = 0; i <= room->n; i++)
    {
      room->devices[i].up_left = room->devices[i].up;
      room->devices[i].down_left = room->devices[i].down;
    }
  for (guint i = 0; i < flows->len; i++)
    ((Pair *)flows->pdata[i])->rate = 0;
  for (guint turn = 0; turn < 4; turn++)
    {
      for (guint i = 0; i <= room->n; i++)
        room->devices[i].up_flows = room->devices[i].down_flows = 0;
      for (guint i = 0; i < flows->len; i++)
        {
          Pair *pair = flows->pdata[i];
          Device *from = &room->devices[pair->from], *to = &room->devices[pair->to];

          if (from->up_left > 1 && to->down_left > 1)
            from->up_flows++, to->down_flows++;
        }
      for (guint i = 0; i < flows->len; i++)
        {
          Pair *pair = flows->pdata[i];
          Device *from = &room->devices[pair->from], *to = &room->devices[pair->to];
          double more;

          if (from->up_flows == 0 || to->down_flows == 0 || from->up_left <= 1 || to->down_left <= 1)
            continue;
          more = MIN (from->up_left / from->up_flows, to->down_left / to->down_flows);
          pair->rate += more;
          from->up_left -= more, to->down_left -= more;
          from->up_flows--, to->down_flows--;
        }
    }
}

/* Between two wireless devices every byte is on the air twice. */
static void
share_air (Room *room, GPtrArray *flows)
{
  double wanted = 0;

  if (room->air <= 0)
    return;
  for (guint i = 0; i < flows->len; i++)
    {
      Pair *pair = flows->pdata[i];

      wanted += pair->rate * (room->devices[pair->from].wireless + room->devices[pair->to].wireless);
    }
  for (guint i = 0; wanted > room->air && i < flows->len; i++)
    ((Pair *)flows->pdata[i])->rate *= room->air / wanted;
}

/* What the giver knows: how much each taker says it got, and what it has sent. */
static void
judge_air (Room *room)
{
  double all = 0;
  gboolean apart;

  for (guint i = 1; i <= room->n; i++)
    all += room->devices[i].received;
  apart = porch_air_note (&room->judge, (gint64)all, (gint64)room->devices[0].sent, room->now);
  for (guint i = 1; i <= room->n; i++)
    if (room->now - room->devices[i].polled <= STEP)
      porch_scheduler_set_shared_air (room->devices[i].scheduler, apart);
}

static void
room_step (Room *room)
{
  g_autoptr (GPtrArray) flows = g_ptr_array_new ();

  for (guint i = 1; i <= room->n; i++)
    {
      Device *taker = &room->devices[i];

      if (!is_here (room, i) || taker->n_have == room->pieces)
        continue;
      if (room->now - taker->polled >= POLL || taker->polled == 0)
        poll_others (room, i);
      ask_others (room, i);
    }
  give_slots (room, flows);
  share_links (room, flows);
  share_air (room, flows);
  room->now += STEP;
  for (guint i = 0; i < flows->len; i++)
    move_bytes (room, flows->pdata[i]);
  if (room->leaves && !room->devices[0].gone && porch_spread_count_unspread (room->spread) == 0)
    leave (room, 0);
  if (room->judges)
    judge_air (room);
}

/* Seconds until the last one of those that stay is done. */
static double
room_run (Room *room, double limit)
{
  guint missing;

  do
    {
      room_step (room);
      missing = 0;
      for (guint i = 1; i <= room->n; i++)
        missing += !room->devices[i].gone && room->devices[i].finished == NEVER;
    }
  while (missing > 0 && (double)room->now < limit * G_USEC_PER_SEC);
  g_assert_cmpuint (missing, ==, 0);
  return (double)room->now / G_USEC_PER_SEC;
}

/* What file distribution can't beat (Kurose and Ross): one copy has to leave the giver, the slowest has to get everything, and
 * all copies have to go up somewhere. */
static double
room_bound (Room *room)
{
  double up = room->devices[0].up, slowest = G_MAXDOUBLE;

  for (guint i = 1; i <= room->n; i++)
    {
      up += room->devices[i].up;
      slowest = MIN (slowest, room->devices[i].down);
    }
  return room->size / MIN (MIN (room->devices[0].up, slowest), up / room->n);
}

static void
report (const char *what, Room *room, double seconds)
{
  double bound = room_bound (room);

  g_print ("# %-28s %3u takers %6.1f s  bound %6.1f s  ratio %.3f  giver %.2f copies  thrown away %.2f %%\n", what, room->n,
           seconds, bound, seconds / bound, room->devices[0].sent / room->size,
           100 * room->thrown_away / (room->size * room->n));
}

/* ---- rooms ---- */

/* A switched net: everybody in little more than the time of one, and the giver sends little more than one copy. */
static void
test_switched (void)
{
  static const struct
  {
    guint takers;
    double mib, ratio, copies;
  } cases[] = {
    { 1, 256, 1.06, 1.05 }, { 2, 256, 1.1, 1.1 }, { 8, 512, 1.15, 1.15 }, { 25, 512, 1.25, 1.25 }, { 200, 256, 1.6, 1.6 }
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Room *room = room_new (cases[i].takers, cases[i].mib, 1);
      double seconds;

      room_connect (room);
      seconds = room_run (room, 600);
      report ("switched", room, seconds);
      g_assert_cmpfloat (seconds, <=, cases[i].ratio * room_bound (room));
      g_assert_cmpfloat (room->devices[0].sent, <=, cases[i].copies * room->size);
      g_assert_cmpfloat (room->thrown_away, <=, 0.02 * room->size * room->n);
      room_free (room);
    }
}

/* What the advice is for: without it the takers ask the giver for the same pieces, not knowing of each other. */
static void
test_without_advice (void)
{
  double sent[2];

  for (guint advice = 0; advice < 2; advice++)
    {
      Room *room = room_new (25, 256, 2);
      double seconds;

      room->advice = advice;
      room_connect (room);
      seconds = room_run (room, 600);
      report (advice ? "with advice" : "without advice", room, seconds);
      sent[advice] = room->devices[0].sent;
      room_free (room);
    }
  g_assert_cmpfloat (sent[1], <, sent[0]);
}

/* Two of eight are switched off in the middle, one comes late. */
static void
test_leave_and_join (void)
{
  Room *room = room_new (9, 512, 3);
  double seconds;

  room->devices[9].joins = 25 * G_USEC_PER_SEC;
  room_connect (room);
  while (room->now < 20 * G_USEC_PER_SEC)
    room_step (room);
  leave (room, 1);
  leave (room, 2);
  seconds = room_run (room, 600);
  report ("two left, one joined at 25 s", room, seconds);
  for (guint i = 3; i <= 8; i++)
    g_assert_cmpfloat ((double)room->devices[i].finished / G_USEC_PER_SEC, <=, 1.35 * room_bound (room));
  g_assert_cmpfloat (seconds, <=, 25 + 1.25 * room_bound (room));
  room_free (room);
}

static void
test_giver_leaves (void)
{
  Room *room = room_new (8, 512, 4);
  double seconds;

  room->leaves = TRUE;
  room_connect (room);
  seconds = room_run (room, 600);
  report ("the giver left", room, seconds);
  g_assert_true (room->devices[0].gone);
  g_assert_cmpfloat (room->devices[0].sent, <=, 1.1 * room->size);
  g_assert_cmpfloat (seconds, <=, 1.25 * room_bound (room));
  room_free (room);
}

/* One that takes from several holders of the whole; @speeds in MiB/s. */
static Room *
several_sources (const double *speeds, guint n, double mib, guint liar)
{
  Room *room = room_new (n, mib, 5);

  for (guint i = 1; i <= n; i++)
    room->devices[i].gone = i > 1;
  room->devices[0].gone = TRUE;
  room->devices[1].down = 1000 * MIB;
  for (guint i = 2; i <= n; i++)
    {
      room->devices[i].gone = FALSE;
      room->devices[i].up = speeds[i - 2] * MIB;
      room->devices[i].lies = i == liar;
      memset (room->devices[i].bitmap, 0xff, (room->pieces + 7) / 8);
      room->devices[i].n_have = room->pieces;
      room->devices[i].finished = 0;
      add_pair (room, i, 1);
    }
  return room;
}

static void
test_unequal_sources (void)
{
  const double speeds[] = { 40, 10, 1, 0.05 };
  Room *room = several_sources (speeds, 5, 512, 0);
  double seconds = room_run (room, 100), bound = 512 / 51.05;

  g_print ("# unequal sources: %.1f s, bound %.1f s, thrown away %.2f MiB\n", seconds, bound, room->thrown_away / MIB);
  g_assert_cmpfloat (seconds, <=, 1.1 * bound);
  g_assert_cmpfloat (room->thrown_away, <=, 2 * MIB);
  room_free (room);
}

/* S23 in small: one of three sends nonsense. It is found out by its first piece and never asked again. */
static void
test_liar (void)
{
  const double speeds[] = { 10, 10, 10 };
  Room *room = several_sources (speeds, 4, 256, 3);
  double seconds = room_run (room, 100);
  PorchScheduler *scheduler = room->devices[1].scheduler;

  g_assert_cmpuint (porch_scheduler_count_bad (scheduler, 1), ==, 1);
  g_assert_true (porch_scheduler_is_benched (scheduler, 1));
  g_assert_false (porch_scheduler_is_benched (scheduler, 0));
  g_assert_cmpuint (porch_scheduler_count_good (scheduler, 0) + porch_scheduler_count_good (scheduler, 2), ==, room->pieces);
  g_assert_cmpfloat (room->devices[3].sent, <=, 3 * MIB);
  g_assert_cmpfloat (seconds, <=, 1.1 * 256 / 20);
  room_free (room);
}

static double
run_on_air (const char *what, gboolean giver_wireless, double giver_up, gboolean judges)
{
  Room *room = room_new (8, 256, 6);
  double seconds, sequential;

  room->air = LINK;
  room->judges = judges;
  porch_air_init (&room->judge);
  for (guint i = 0; i <= room->n; i++)
    {
      room->devices[i].up = room->devices[i].down = 4 * LINK;
      room->devices[i].wireless = i > 0 || giver_wireless;
    }
  room->devices[0].up = giver_up;
  room_connect (room);
  seconds = room_run (room, 2000);
  sequential = room->n * room->size / MIN (giver_up, LINK / (giver_wireless ? 2 : 1));
  g_print ("# air: %-44s %6.1f s, one after another %6.1f s, ratio %.3f\n", what, seconds, sequential, seconds / sequential);
  room_free (room);
  return seconds / sequential;
}

/* Eight on one access point are never much slower than one after another, by one and the same rule, whether the giver is on a
 * wire or not; and the rule does not keep them from helping each other where the giver is the bottleneck. */
static void
test_shared_air (void)
{
  double naive = run_on_air ("nobody judges", FALSE, 4 * LINK, FALSE);

  g_assert_cmpfloat (naive, >, 1.4);
  g_assert_cmpfloat (run_on_air ("giver on a wire", FALSE, 4 * LINK, TRUE), <=, 1.1);
  g_assert_cmpfloat (run_on_air ("giver on the air", TRUE, 4 * LINK, TRUE), <=, 1.1);
  g_assert_cmpfloat (run_on_air ("giver on a slow wire", FALSE, LINK / 8, TRUE), <=, 0.5);
}

/* And on a switch the judge costs nothing to speak of. */
static void
test_judge_on_switch (void)
{
  Room *room = room_new (8, 512, 7);
  double seconds;

  room->judges = TRUE;
  porch_air_init (&room->judge);
  for (guint i = 1; i <= room->n; i++)
    room->devices[i].wireless = TRUE;
  room_connect (room);
  seconds = room_run (room, 600);
  report ("switched, with a judge", room, seconds);
  g_assert_cmpfloat (seconds, <=, 1.2 * room_bound (room));
  room_free (room);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/room/switched", test_switched);
  g_test_add_func ("/room/without-advice", test_without_advice);
  g_test_add_func ("/room/leave-and-join", test_leave_and_join);
  g_test_add_func ("/room/giver-leaves", test_giver_leaves);
  g_test_add_func ("/room/unequal-sources", test_unequal_sources);
  g_test_add_func ("/room/S23-liar", test_liar);
  g_test_add_func ("/room/shared-air", test_shared_air);
  g_test_add_func ("/room/judge-on-switch", test_judge_on_switch);
  return g_test_run ();
}
