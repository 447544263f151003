/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-scheduler.h"

#include <string.h>

#include "porch-limits.h"
#include "transfer/porch-progress.h"

#define MAX_PIECES 65536
#define NOBODY G_MAXUINT8
/* A request is for about so much time of its source's speed; the next one is made when half of it has come. */
#define REQUEST_SECONDS 1.5
/* All that is asked for and has not come is for at most so much time of all sources' speed, and always this many pieces: many
 * slow answers at once help nobody, and keep us from turning to somebody better. */
#define AHEAD_SECONDS 2.5
#define AHEAD_PIECES 4
/* The origin is not asked for what others have while these can deliver all of it within so many seconds, */
#define PATIENCE 3.0
/* or while they alone bring as much as ever came in all. */
#define ENOUGH 0.8
/* A piece changes hands at the end only if it comes so many times sooner; more for one that may be half read. */
#define TAKE_OVER 1.5
#define TAKE_OVER_HALF_READ 4.0
/* A source of which nothing came yet is taken to be as fast as the one that would take over, for so long. */
#define HOPE (2 * G_USEC_PER_SEC)
#define MAX_PAUSE (30 * G_USEC_PER_SEC)

typedef struct
{
  gboolean used, benched;
  PorchSourceFlags flags;
  guint8 *holds;       /* owned; one byte a piece */
  GArray *outstanding; /* owned; of guint, in the order of asking */
  GArray *advice;      /* owned; of guint; NULL: it gives none */
  guint last_request;  /* pieces */
  gint64 bytes;
  gint64 busy, stamp; /* µs during which something was outstanding, up to @stamp */
  PorchRate rate;     /* over the busy time */
  gint64 not_before;
  guint failures, good, bad;
} Source;

struct _PorchScheduler
{
  gint64 size;
  guint64 piece_size;
  guint pieces, have;
  guint8 *owner;    /* of each piece: NOBODY, or the source that was asked for it */
  guint8 *got;      /* of each piece */
  guint16 *holders; /* of each piece: sources that are neither the origin nor benched */
  guint16 *near;    /* of each piece: sources, the origin among them, that are not FAR */
  guint32 *lot;     /* of each piece: drawn once, breaks ties */
  gboolean shared_air;
  double best; /* bytes per second that ever came in all */
  Source sources[PORCH_SCHEDULER_MAX_SOURCES];
};

PorchScheduler *
porch_scheduler_new (gint64 size, guint64 piece_size, guint32 seed)
{
  PorchScheduler *self;
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_return_val_if_fail (size > 0 && piece_size > 0 && ((guint64)size - 1) / piece_size < MAX_PIECES, NULL);
  self = g_new0 (PorchScheduler, 1);
  self->size = size;
  self->piece_size = piece_size;
  self->pieces = (guint)(((guint64)size - 1) / piece_size) + 1;
  self->owner = g_malloc (self->pieces);
  memset (self->owner, NOBODY, self->pieces);
  self->got = g_malloc0 (self->pieces);
  self->holders = g_new0 (guint16, self->pieces);
  self->near = g_new0 (guint16, self->pieces);
  self->lot = g_new (guint32, self->pieces);
  for (guint i = 0; i < self->pieces; i++)
    self->lot[i] = g_rand_int (rand);
  return self;
}

static void
source_clear (Source *source)
{
  g_free (source->holds);
  g_clear_pointer (&source->outstanding, g_array_unref);
  g_clear_pointer (&source->advice, g_array_unref);
  memset (source, 0, sizeof *source);
}

void
porch_scheduler_free (PorchScheduler *self)
{
  for (guint i = 0; i < PORCH_SCHEDULER_MAX_SOURCES; i++)
    source_clear (&self->sources[i]);
  g_free (self->owner);
  g_free (self->got);
  g_free (self->holders);
  g_free (self->near);
  g_free (self->lot);
  g_free (self);
}

guint
porch_scheduler_get_pieces (PorchScheduler *self)
{
  return self->pieces;
}

gboolean
porch_scheduler_has (PorchScheduler *self, guint piece)
{
  return self->got[piece];
}

guint
porch_scheduler_count_have (PorchScheduler *self)
{
  return self->have;
}

/* ---- who holds what ---- */

static void
count_holder (PorchScheduler *self, const Source *source, guint piece, int change)
{
  if (!(source->flags & PORCH_SOURCE_ORIGIN))
    self->holders[piece] += change;
  if (!(source->flags & PORCH_SOURCE_FAR))
    self->near[piece] += change;
}

static void
set_holds_piece (PorchScheduler *self, Source *source, guint piece, gboolean holds)
{
  if (source->holds[piece] == holds)
    return;
  source->holds[piece] = holds;
  count_holder (self, source, piece, holds ? 1 : -1);
}

int
porch_scheduler_add_source (PorchScheduler *self, PorchSourceFlags flags, gint64 now)
{
  for (guint i = 0; i < PORCH_SCHEDULER_MAX_SOURCES; i++)
    {
      Source *source = &self->sources[i];

      if (source->used)
        continue;
      source->used = TRUE;
      source->flags = flags;
      source->holds = g_malloc0 (self->pieces);
      source->outstanding = g_array_new (FALSE, FALSE, sizeof (guint));
      source->stamp = now;
      return (int)i;
    }
  return -1;
}

static Source *
get_source (PorchScheduler *self, guint source)
{
  g_assert (source < PORCH_SCHEDULER_MAX_SOURCES && self->sources[source].used);
  return &self->sources[source];
}

/* What it was asked for is free again. */
static void
release (PorchScheduler *self, Source *source)
{
  for (guint i = 0; i < source->outstanding->len; i++)
    self->owner[g_array_index (source->outstanding, guint, i)] = NOBODY;
  g_array_set_size (source->outstanding, 0);
  source->last_request = 0;
}

static void
forget_holds (PorchScheduler *self, Source *source)
{
  for (guint piece = 0; piece < self->pieces; piece++)
    set_holds_piece (self, source, piece, FALSE);
}

void
porch_scheduler_remove_source (PorchScheduler *self, guint index)
{
  Source *source = get_source (self, index);

  release (self, source);
  forget_holds (self, source);
  source_clear (source);
}

gboolean
porch_scheduler_set_holds (PorchScheduler *self, guint index, const guint8 *bitmap, gsize length)
{
  Source *source = get_source (self, index);

  if (bitmap != NULL && length != (self->pieces + 7) / 8)
    return FALSE;
  if (bitmap != NULL && self->pieces % 8 != 0 && bitmap[length - 1] & (0xff >> self->pieces % 8))
    return FALSE;
  for (guint piece = 0; !source->benched && piece < self->pieces; piece++)
    set_holds_piece (self, source, piece, bitmap == NULL || (bitmap[piece / 8] & (0x80 >> piece % 8)));
  return TRUE;
}

void
porch_scheduler_set_shared_air (PorchScheduler *self, gboolean shared)
{
  self->shared_air = shared;
}

/* ---- speed ---- */

/* The busy clock goes on while something is outstanding, so that a source is not taken for slow because it was not asked. */
static void
touch (Source *source, gint64 now)
{
  if (source->outstanding->len > 0)
    source->busy += MAX (now - source->stamp, 0);
  source->stamp = now;
}

static double
rate_of (Source *source, gint64 now)
{
  touch (source, now);
  return (double)porch_rate_get (&source->rate, source->bytes, source->busy);
}

gint64
porch_scheduler_get_rate (PorchScheduler *self, guint source, gint64 now)
{
  return (gint64)rate_of (get_source (self, source), now);
}

static double
rate_of_others (PorchScheduler *self, const Source *except, gboolean with_origin, gint64 now)
{
  double sum = 0;

  for (guint i = 0; i < PORCH_SCHEDULER_MAX_SOURCES; i++)
    {
      Source *source = &self->sources[i];

      if (source->used && source != except && source->outstanding->len > 0
          && (with_origin || !(source->flags & PORCH_SOURCE_ORIGIN)))
        sum += rate_of (source, now);
    }
  return sum;
}

static double
seconds_for (PorchScheduler *self, double pieces, double rate)
{
  return rate > 0 ? pieces * (double)self->piece_size / rate : G_MAXDOUBLE;
}

void
porch_scheduler_progress (PorchScheduler *self, guint index, gsize bytes, gint64 now)
{
  Source *source = get_source (self, index);

  touch (source, now);
  if (source->rate.count == 0)
    porch_rate_add (&source->rate, 0, 0);
  source->bytes += (gint64)bytes;
  porch_rate_add (&source->rate, source->bytes, source->busy);
}

/* ---- advice ---- */

void
porch_scheduler_set_advice (PorchScheduler *self, guint index, const guint *pieces, guint count)
{
  Source *source = get_source (self, index);

  if (source->advice == NULL)
    source->advice = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_set_size (source->advice, 0);
  for (guint i = 0; i < MIN (count, PORCH_SCHEDULER_MAX_ADVICE); i++)
    if (pieces[i] < self->pieces)
      g_array_append_val (source->advice, pieces[i]);
}

static gboolean
is_free (PorchScheduler *self, const Source *source, guint piece)
{
  return !self->got[piece] && self->owner[piece] == NOBODY && source->holds[piece];
}

guint
porch_scheduler_get_useful_advice (PorchScheduler *self, guint index, gint64 now)
{
  Source *source = get_source (self, index);
  double useful = 2 * rate_of (source, now) / (double)self->piece_size + source->outstanding->len;

  return (guint)CLAMP (useful, 2, PORCH_SCHEDULER_MAX_ADVICE);
}

/* ---- choosing ---- */

typedef struct
{
  guint piece;
  guint64 rank; /* less is better */
} Choice;

typedef struct
{
  Source *source;
  gboolean spare; /* not what others have: it is the origin, and they can deliver */
  gboolean late;  /* whatever it is asked for now would come after everything else */
  guint limit, count, candidates;
  Choice choices[PORCH_SCHEDULER_MAX_REQUEST];
} Asking;

/* Kept sorted; the last one falls out. */
static void
consider (PorchScheduler *self, Asking *asking, guint piece)
{
  Choice choice = { piece, (guint64)self->holders[piece] << 32 | self->lot[piece] };
  guint at = asking->count;

  asking->candidates++;
  if (at == asking->limit && choice.rank >= asking->choices[at - 1].rank)
    return;
  if (at < asking->limit)
    asking->count++;
  else
    at--;
  for (; at > 0 && asking->choices[at - 1].rank > choice.rank; at--)
    asking->choices[at] = asking->choices[at - 1];
  asking->choices[at] = choice;
}

static gboolean
is_kept_off_air (PorchScheduler *self, const Source *source, guint piece)
{
  return self->shared_air && source->flags & PORCH_SOURCE_FAR && self->near[piece] > 0;
}

/* Others have it, and it is better that they bring it. */
static gboolean
leave_to_others (PorchScheduler *self, const Asking *asking, guint piece)
{
  const Source *source = asking->source;
  gboolean is_origin = (source->flags & PORCH_SOURCE_ORIGIN) != 0;

  if (is_origin && asking->spare && self->holders[piece] > 0)
    return TRUE;
  if (is_kept_off_air (self, source, piece))
    return TRUE;
  return asking->late && self->holders[piece] > (is_origin ? 0 : 1);
}

static guint
count_missing (PorchScheduler *self)
{
  return self->pieces - self->have;
}

/* Can the others alone deliver what they have, soon or as fast as our link takes it? */
static gboolean
others_suffice (PorchScheduler *self, gint64 now)
{
  double rate = rate_of_others (self, NULL, FALSE, now);
  guint theirs = 0;

  if (rate <= 0)
    return FALSE;
  if (rate >= ENOUGH * self->best)
    return TRUE;
  for (guint piece = 0; piece < self->pieces; piece++)
    theirs += !self->got[piece] && self->holders[piece] > 0;
  return seconds_for (self, theirs, rate) <= PATIENCE;
}

/* Nobody waits in the end for the slowest: what the others are done with before it has brought one piece, it is not asked for.
 */
static gboolean
would_be_late (PorchScheduler *self, Source *source, gint64 now)
{
  double own = rate_of (source, now);
  double others = rate_of_others (self, source, TRUE, now);

  if (own <= 0 || others <= 0)
    return FALSE;
  return seconds_for (self, source->outstanding->len + 1, own) > 1.2 * seconds_for (self, count_missing (self), others) + 0.1;
}

static guint
request_size (PorchScheduler *self, Source *source, gint64 now)
{
  double pieces = REQUEST_SECONDS * rate_of (source, now) / (double)self->piece_size;

  pieces = MIN (pieces, 2 * MAX (source->last_request, 1));
  return (guint)CLAMP (pieces, 1, PORCH_SCHEDULER_MAX_REQUEST);
}

/* How much more may be asked for in all. */
static guint
room_ahead (PorchScheduler *self, Source *source, gint64 now)
{
  double rate = rate_of_others (self, source, TRUE, now) + rate_of (source, now);
  double pieces = AHEAD_SECONDS * rate / (double)self->piece_size;
  guint outstanding = 0;

  for (guint i = 0; i < PORCH_SCHEDULER_MAX_SOURCES; i++)
    outstanding += self->sources[i].used ? self->sources[i].outstanding->len : 0;
  pieces = MAX (pieces, AHEAD_PIECES);
  return pieces > outstanding ? (guint)MIN (pieces - outstanding, PORCH_SCHEDULER_MAX_REQUEST) : 0;
}

static guint
count_busy (PorchScheduler *self)
{
  guint busy = 0;

  for (guint i = 0; i < PORCH_SCHEDULER_MAX_SOURCES; i++)
    busy += self->sources[i].used && self->sources[i].outstanding->len > 0;
  return busy;
}

/* Towards the end requests get smaller, so that all sources are busy to the last. */
static void
taper (PorchScheduler *self, Asking *asking)
{
  guint share = asking->candidates / (2 * MAX (count_busy (self), 1)) + 1;

  asking->count = MIN (asking->count, share);
}

static void
consider_advice (PorchScheduler *self, Asking *asking)
{
  GArray *advice = asking->source->advice;

  for (guint i = 0; i < advice->len && asking->count < asking->limit; i++)
    {
      guint piece = g_array_index (advice, guint, i);

      if (is_free (self, asking->source, piece) && self->holders[piece] == 0)
        asking->choices[asking->count++].piece = piece;
    }
}

/* Rare pieces that an advising source did not name are meant for somebody else. */
static gboolean
has_rare (PorchScheduler *self, const Source *source)
{
  for (guint piece = 0; piece < self->pieces; piece++)
    if (is_free (self, source, piece) && self->holders[piece] == 0)
      return TRUE;
  return FALSE;
}

static void
consider_all (PorchScheduler *self, Asking *asking)
{
  for (guint piece = 0; piece < self->pieces; piece++)
    if (is_free (self, asking->source, piece) && !leave_to_others (self, asking, piece))
      consider (self, asking, piece);
  taper (self, asking);
}

/* ---- the end ---- */

typedef struct
{
  Source *from;
  guint piece;
  double gain;
} Rescue;

/* Of all that others were asked for and @source has too, what gains most by coming from it, in @own seconds. */
static Rescue
find_rescue (PorchScheduler *self, Source *source, double own, gint64 now)
{
  Rescue best = { 0 };

  for (guint i = 0; i < PORCH_SCHEDULER_MAX_SOURCES; i++)
    {
      Source *other = &self->sources[i];
      double rate;

      if (!other->used || other == source)
        continue;
      rate = rate_of (other, now);
      for (guint k = other->outstanding->len; k > 0; k--)
        {
          guint piece = g_array_index (other->outstanding, guint, k - 1);
          /* One of which nothing came yet was perhaps only just asked. */
          double seconds = rate <= 0 && other->busy < HOPE ? k * own : seconds_for (self, k, rate);
          double gain = seconds / own / (k == 1 ? TAKE_OVER_HALF_READ : TAKE_OVER);

          if (source->holds[piece] && gain > best.gain && !is_kept_off_air (self, source, piece))
            best = (Rescue){ other, piece, gain };
        }
    }
  return best;
}

static void
remove_outstanding (Source *source, guint piece)
{
  for (guint i = 0; i < source->outstanding->len; i++)
    if (g_array_index (source->outstanding, guint, i) == piece)
      {
        g_array_remove_index (source->outstanding, i);
        return;
      }
}

/* Nothing is asked for twice: a piece is taken from the one that would bring it late, if it comes much sooner so. */
static gboolean
take_over (PorchScheduler *self, Source *source, gint64 now, guint *piece)
{
  double rate = rate_of (source, now);
  Rescue rescue;

  if (rate <= 0)
    return FALSE;
  rescue = find_rescue (self, source, seconds_for (self, source->outstanding->len + 1, rate), now);
  if (rescue.gain <= 1)
    return FALSE;
  touch (rescue.from, now);
  remove_outstanding (rescue.from, rescue.piece);
  *piece = rescue.piece;
  return TRUE;
}

/* ---- asking and getting ---- */

static gboolean
may_ask (const Source *source, gint64 now)
{
  return !source->benched && now >= source->not_before && source->outstanding->len * 2 <= source->last_request;
}

static void
note_asked (PorchScheduler *self, guint index, guint piece)
{
  self->owner[piece] = (guint8)index;
  g_array_append_val (self->sources[index].outstanding, piece);
}

guint
porch_scheduler_ask (PorchScheduler *self, guint index, gint64 now, guint *pieces)
{
  Source *source = get_source (self, index);
  Asking asking = { .source = source };

  touch (source, now);
  self->best = MAX (self->best, rate_of_others (self, NULL, TRUE, now));
  if (!may_ask (source, now) || count_missing (self) == 0)
    return 0;
  asking.limit = MIN (request_size (self, source, now), room_ahead (self, source, now));
  if (asking.limit == 0)
    return 0;
  asking.spare = source->flags & PORCH_SOURCE_ORIGIN && others_suffice (self, now);
  asking.late = would_be_late (self, source, now);
  if (source->advice != NULL)
    consider_advice (self, &asking);
  /* Who takes everything from the origin need not leave anything for others. */
  if (asking.count == 0 && (source->advice == NULL || self->shared_air || !has_rare (self, source)))
    consider_all (self, &asking);
  if (asking.count == 0 && take_over (self, source, now, &asking.choices[0].piece))
    asking.count = 1;
  if (asking.count > 0)
    source->last_request = asking.count;
  for (guint i = 0; i < asking.count; i++)
    note_asked (self, index, pieces[i] = asking.choices[i].piece);
  return asking.count;
}

gboolean
porch_scheduler_is_expected (PorchScheduler *self, guint index, guint piece)
{
  get_source (self, index);
  return piece < self->pieces && self->owner[piece] == index && !self->got[piece];
}

void
porch_scheduler_set_have (PorchScheduler *self, guint piece)
{
  if (self->got[piece])
    return;
  self->got[piece] = TRUE;
  self->have++;
}

static void
bench (PorchScheduler *self, Source *source)
{
  source->bad++;
  source->benched = TRUE;
  release (self, source);
  forget_holds (self, source);
}

/* Nobody owes it any more. */
static void
settle (PorchScheduler *self, guint piece, gint64 now)
{
  Source *owner = get_source (self, self->owner[piece]);

  touch (owner, now);
  self->owner[piece] = NOBODY;
  remove_outstanding (owner, piece);
}

void
porch_scheduler_arrived (PorchScheduler *self, guint index, guint piece, gboolean good, gint64 now)
{
  Source *source = get_source (self, index);

  touch (source, now);
  /* One from which it was taken over may bring it all the same, before the other one does. */
  if (self->owner[piece] != NOBODY && (good || self->owner[piece] == index))
    settle (self, piece, now);
  if (!good)
    {
      bench (self, source);
      return;
    }
  source->good++;
  source->failures = 0;
  porch_scheduler_set_have (self, piece);
}

void
porch_scheduler_failed (PorchScheduler *self, guint index, gint64 now)
{
  Source *source = get_source (self, index);

  touch (source, now);
  release (self, source);
  source->not_before = now + MIN (G_USEC_PER_SEC << MIN (source->failures, 10), MAX_PAUSE);
  source->failures++;
}

gboolean
porch_scheduler_is_benched (PorchScheduler *self, guint source)
{
  return get_source (self, source)->benched;
}

guint
porch_scheduler_count_bad (PorchScheduler *self, guint source)
{
  return get_source (self, source)->bad;
}

guint
porch_scheduler_count_good (PorchScheduler *self, guint source)
{
  return get_source (self, source)->good;
}

guint
porch_scheduler_count_outstanding (PorchScheduler *self, guint source)
{
  return get_source (self, source)->outstanding->len;
}
