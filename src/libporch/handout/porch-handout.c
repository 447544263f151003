/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "handout/porch-handout-private.h"

#include "handout/porch-handout-estimate.h"
#include "transfer/porch-offer-private.h"
#include "transfer/porch-progress.h"

#define BUFFERS_FILL (2 * G_USEC_PER_SEC)
/* The latest pace of the room. */
#define LATEST (3 * G_USEC_PER_SEC)

struct _PorchHandout
{
  GObject parent_instance;

  /* owned */
  char *id, *number, *title;
  char *problem;
  PorchOffer *offer;
  char **names, **locals;
  GPtrArray *joiners; /* of PorchJoiner */

  PorchHandoutState state;
  gint64 created;
  PorchRate rate; /* of all: over what moved, which never shrinks */
  gint64 moved;
  gint64 moving_since; /* 0: nothing moves */
  gint64 now; /* of the last look */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PorchHandout, porch_handout, G_TYPE_OBJECT)

static void
porch_handout_finalize (GObject *object)
{
  PorchHandout *self = PORCH_HANDOUT (object);

  g_free (self->id);
  g_free (self->number);
  g_free (self->title);
  g_free (self->problem);
  g_clear_object (&self->offer);
  g_strfreev (self->names);
  g_strfreev (self->locals);
  g_ptr_array_unref (self->joiners);
  G_OBJECT_CLASS (porch_handout_parent_class)->finalize (object);
}

static void
porch_handout_class_init (PorchHandoutClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_handout_finalize;
  signals[SIGNAL_CHANGED]
      = g_signal_new ("changed", PORCH_TYPE_HANDOUT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
porch_handout_init (PorchHandout *self)
{
  self->joiners = g_ptr_array_new_with_free_func ((GDestroyNotify)porch_joiner_free);
}

PorchHandout *
porch_handout_new (const char *id, const char *number, const char *title, PorchHandoutState state, gint64 created)
{
  PorchHandout *self = g_object_new (PORCH_TYPE_HANDOUT, NULL);

  self->id = g_strdup (id);
  self->number = g_strdup (number);
  self->title = g_strdup (title);
  self->state = state;
  self->created = created;
  return self;
}

void
porch_handout_changed (PorchHandout *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
porch_handout_take_offer (PorchHandout *self, PorchOffer *offer)
{
  g_clear_object (&self->offer);
  self->offer = offer;
}

void
porch_handout_set_state (PorchHandout *self, PorchHandoutState state)
{
  self->state = state;
  porch_handout_changed (self);
}

void
porch_handout_set_problem (PorchHandout *self, const char *problem)
{
  g_free (self->problem);
  self->problem = g_strdup (problem);
}

void
porch_handout_set_items (PorchHandout *self, const char *const *names, const char *const *locals)
{
  self->names = g_strdupv ((char **)names);
  self->locals = g_strdupv ((char **)locals);
}

const char *const *
porch_handout_get_names (PorchHandout *self)
{
  return (const char *const *)self->names;
}

const char *const *
porch_handout_get_locals (PorchHandout *self)
{
  return (const char *const *)self->locals;
}

void
porch_handout_add_joiner (PorchHandout *self, PorchJoiner *joiner)
{
  g_ptr_array_add (self->joiners, joiner);
}

void
porch_handout_remove_joiner (PorchHandout *self, PorchJoiner *joiner)
{
  g_ptr_array_remove (self->joiners, joiner);
}

static gint64
get_bytes (PorchHandout *self)
{
  return self->offer ? porch_offer_get_bytes (self->offer) : 0;
}

static gboolean
is_on_the_way (PorchJoiner *joiner)
{
  return joiner->state == PORCH_JOINER_WAITING || joiner->state == PORCH_JOINER_RUNNING
         || joiner->state == PORCH_JOINER_NO_SPACE;
}

/* The first seconds fill the system's buffers, so they look faster than it goes: they don't count. */
static void
measure (PorchHandout *self, gint64 before, gint64 now)
{
  if (self->moved == before && porch_rate_get (&self->rate, self->moved, now) == 0)
    self->moving_since = 0;
  else if (self->moving_since == 0)
    self->moving_since = now;
  if (self->moving_since == 0 || now - self->moving_since < BUFFERS_FILL)
    porch_rate_reset (&self->rate);
  porch_rate_add (&self->rate, self->moved, now);
}

gboolean
porch_handout_update (PorchHandout *self, gint64 now, void (*moved) (PorchHandout *self, PorchJoiner *joiner, gpointer data),
                      gpointer data)
{
  gboolean again = FALSE, changed = FALSE;
  gint64 before = self->moved;

  self->now = now;
  for (guint i = 0; i < self->joiners->len; i++)
    {
      PorchJoiner *joiner = g_ptr_array_index (self->joiners, i);
      gint64 done = joiner->done;
      gboolean other = porch_joiner_update (joiner, get_bytes (self), now);

      if (other)
        moved (self, joiner, data);
      changed = changed || other || joiner->done != done;
      self->moved += MAX (joiner->done - done, 0);
      again = again || is_on_the_way (joiner);
    }
  measure (self, before, now);
  if (changed || again)
    porch_handout_changed (self);
  return again;
}

JsonObject *
porch_handout_describe (PorchHandout *self)
{
  JsonObject *answer = porch_offer_to_body (self->offer, 0);

  json_object_set_string_member (answer, "title", self->title);
  return answer;
}

const char *
porch_handout_get_id (PorchHandout *self)
{
  return self->id;
}

const char *
porch_handout_get_title (PorchHandout *self)
{
  return self->title;
}

const char *
porch_handout_get_number (PorchHandout *self)
{
  return self->number;
}

PorchHandoutState
porch_handout_get_state (PorchHandout *self)
{
  return self->state;
}

const char *
porch_handout_get_problem (PorchHandout *self)
{
  return self->problem;
}

PorchOffer *
porch_handout_get_offer (PorchHandout *self)
{
  return self->offer;
}

gint64
porch_handout_get_created (PorchHandout *self)
{
  return self->created;
}

GPtrArray *
porch_handout_get_joiners (PorchHandout *self)
{
  return self->joiners;
}

PorchJoiner *
porch_handout_find_joiner (PorchHandout *self, const PorchDeviceId *device)
{
  for (guint i = 0; i < self->joiners->len; i++)
    {
      PorchJoiner *joiner = g_ptr_array_index (self->joiners, i);

      if (porch_device_id_equal (&joiner->id, device))
        return joiner;
    }
  return NULL;
}

guint
porch_handout_count (PorchHandout *self, PorchJoinerState state)
{
  guint count = 0;

  for (guint i = 0; i < self->joiners->len; i++)
    count += ((PorchJoiner *)g_ptr_array_index (self->joiners, i))->state == state;
  return count;
}

gint64
porch_handout_get_bytes_done (PorchHandout *self)
{
  gint64 sum = 0;

  for (guint i = 0; i < self->joiners->len; i++)
    {
      PorchJoiner *joiner = g_ptr_array_index (self->joiners, i);

      sum += joiner->state == PORCH_JOINER_LEFT ? 0 : joiner->done;
    }
  return sum;
}

gint64
porch_handout_get_bytes_total (PorchHandout *self)
{
  return get_bytes (self) * (gint64)(self->joiners->len - porch_handout_count (self, PORCH_JOINER_LEFT));
}

gint64
porch_handout_get_rate (PorchHandout *self)
{
  return porch_rate_get (&self->rate, self->moved, self->now);
}

/* Who give to each other gather speed until the links are full: then the latest pace says more. But it is a short look, in which what just
 * came in one go is too much: the truth lies between. */
static gint64
expect_rate (PorchHandout *self)
{
  gint64 rate = porch_handout_get_rate (self);
  gint64 latest = porch_rate_get_latest (&self->rate, self->moved, self->now, LATEST);

  return latest > rate ? rate / 2 + latest / 2 : rate;
}

gint64
porch_handout_get_time_left (PorchHandout *self)
{
  g_autoptr (GArray) paces = g_array_new (FALSE, TRUE, sizeof (PorchHandoutPace));
  gint64 total = get_bytes (self);

  for (guint i = 0; i < self->joiners->len; i++)
    {
      PorchJoiner *joiner = g_ptr_array_index (self->joiners, i);
      PorchHandoutPace pace = { total - joiner->done, 0 };

      /* Who is only looking, or must make room first, can't be reckoned with. */
      if ((joiner->state != PORCH_JOINER_RUNNING && joiner->state != PORCH_JOINER_WAITING) || !joiner->began)
        continue;
      pace.rate = porch_joiner_get_pace (joiner, self->now);
      g_array_append_val (paces, pace);
    }
  return porch_handout_time_left ((const PorchHandoutPace *)paces->data, paces->len, expect_rate (self));
}

gboolean
porch_handout_is_in_room (PorchHandout *self)
{
  guint done = porch_handout_count (self, PORCH_JOINER_DONE);

  return done > 0 && done + porch_handout_count (self, PORCH_JOINER_LEFT) == self->joiners->len;
}

const char *
porch_handout_state_to_string (PorchHandoutState state)
{
  static const char *const names[] = { "preparing", "open", "ended", "failed" };

  return (guint)state < G_N_ELEMENTS (names) ? names[state] : "failed";
}
