/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "handout/porch-joiner.h"

/* What is shown never goes back by less: a report may be older than what was served since. */
#define SLIP (16 * 1024 * 1024)
/* From where on a joiner's own pace is measured, and for how long before it is told. */
#define PACE_FROM (1024 * 1024)
#define PACE_TIME (8 * G_USEC_PER_SEC)

PorchJoiner *
porch_joiner_new (const PorchDeviceId *id, const char *name, const char *address, gint64 now)
{
  PorchJoiner *self = g_new0 (PorchJoiner, 1);

  self->id = *id;
  self->name = g_strdup (name);
  self->address = g_strdup (address ? address : "");
  self->joined_s = g_get_real_time () / G_USEC_PER_SEC;
  self->heard = now;
  return self;
}

void
porch_joiner_free (PorchJoiner *self)
{
  g_free (self->name);
  g_free (self->address);
  g_free (self);
}

void
porch_joiner_served (PorchJoiner *self, gint64 bytes, gint64 now)
{
  self->served += bytes;
  self->heard = now;
  self->began = TRUE;
  /* It came back, or went on, and has not said so yet. */
  if (self->said == PORCH_JOINER_LEFT || self->said == PORCH_JOINER_NO_SPACE)
    self->said = PORCH_JOINER_RUNNING;
}

void
porch_joiner_says (PorchJoiner *self, PorchJoinerState state, gint64 done, gint64 missing, gint64 now)
{
  self->said = state;
  self->said_done = MAX (done, 0);
  self->missing = MAX (missing, 0);
  self->served = 0;
  self->heard = now;
  self->began = TRUE;
}

static PorchJoinerState
judge (PorchJoiner *self, gint64 now)
{
  gint64 patience = self->began ? PORCH_JOINER_PATIENCE : PORCH_JOINER_READING;

  /* Who has it may go. */
  if (self->said == PORCH_JOINER_DONE)
    return PORCH_JOINER_DONE;
  if (self->said == PORCH_JOINER_LEFT || now - self->heard > patience)
    return PORCH_JOINER_LEFT;
  if (self->said == PORCH_JOINER_WAITING && self->served > 0)
    return PORCH_JOINER_RUNNING;
  return self->said;
}

/* A word in the line, or a first block, is no pace. */
static void
update_pace (PorchJoiner *self, gint64 now)
{
  if (self->state != PORCH_JOINER_RUNNING || self->done < PACE_FROM)
    self->pace_since = 0;
  else if (self->pace_since == 0)
    {
      self->pace_since = now;
      self->pace_from = self->done;
    }
}

gboolean
porch_joiner_update (PorchJoiner *self, gint64 total, gint64 now)
{
  PorchJoinerState before = self->state;
  gint64 done;

  self->state = judge (self, now);
  if (self->state == PORCH_JOINER_DONE)
    done = total;
  else
    {
      /* Only who says so has it whole. */
      done = CLAMP (self->said_done, 0, MAX (total - 1, 0));
      done += MIN (self->served, MAX (total - 1, 0) - done);
    }
  if (done > self->done || self->done - done > SLIP || (before == PORCH_JOINER_DONE && self->state != before))
    self->done = done;
  update_pace (self, now);
  return self->state != before;
}

gint64
porch_joiner_get_pace (PorchJoiner *self, gint64 now)
{
  if (self->pace_since == 0 || now - self->pace_since < PACE_TIME || self->done <= self->pace_from)
    return 0;
  return (gint64)((double)(self->done - self->pace_from) * G_USEC_PER_SEC / (double)(now - self->pace_since));
}

static const char *const state_names[] = { "waiting", "running", "done", "no-space", "left" };

const char *
porch_joiner_state_to_string (PorchJoinerState state)
{
  return (guint)state < G_N_ELEMENTS (state_names) ? state_names[state] : "left";
}

gboolean
porch_joiner_state_from_string (const char *text, PorchJoinerState *state)
{
  for (guint i = 0; i < G_N_ELEMENTS (state_names); i++)
    if (g_strcmp0 (text, state_names[i]) == 0)
      {
        *state = (PorchJoinerState)i;
        return TRUE;
      }
  return FALSE;
}
