/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-air.h"

#define SECOND G_USEC_PER_SEC
/* Until all takers do what they are told, and the buffers of the network show it. */
#define SETTLE (5 * SECOND / 2)
#define MEASURE (2 * SECOND)
/* In the beginning nobody but the giver has anything: how fast it is alone costs nothing to know. */
#define FIRST_FROM (3 * SECOND / 10)
#define FIRST_TO (6 * SECOND / 5)
#define INTERVAL (20 * SECOND)
#define MAX_INTERVAL (80 * SECOND)
#define BETTER 1.05
/* So much faster together than the giver alone ever was: there is no air that could be the reason. */
#define BEYOND_DOUBT 1.5

void
porch_air_init (PorchAir *self)
{
  *self = (PorchAir){ .apart = TRUE, .interval = INTERVAL, .room = -1, .given = -1 };
}

static void
begin_measuring (PorchAir *self, gint64 room, gint64 given, gint64 now)
{
  self->room = room;
  self->given = given;
  self->began = now;
}

static void
switch_mode (PorchAir *self, gboolean trying, gint64 now)
{
  self->apart = !self->apart;
  self->trying = trying;
  self->since = now;
  self->room = self->given = -1;
}

/* The first second; then together. */
static void
measure_giver (PorchAir *self, gint64 room, gint64 given, gint64 now)
{
  if (self->room < 0 && now - self->begun >= FIRST_FROM)
    begin_measuring (self, room, given, now);
  if (self->room < 0 || now - self->begun < FIRST_TO || given <= self->given)
    return;
  self->apart_rate = (double)(given - self->given) * SECOND / (double)(now - self->began);
  self->tried = now;
  switch_mode (self, FALSE, now);
}

static gboolean
should_change (const PorchAir *self)
{
  if (self->apart)
    return self->together_rate > BETTER * self->apart_rate;
  return self->apart_rate > BETTER * self->together_rate;
}

static gboolean
is_worth_trying (const PorchAir *self, gint64 now)
{
  if (!self->apart && self->together_rate >= BEYOND_DOUBT * self->apart_rate)
    return FALSE;
  return now - self->tried >= self->interval;
}

/* A measurement of the mode that is on has ended. */
static void
judge (PorchAir *self, gint64 now)
{
  gboolean change = should_change (self);

  if (self->trying)
    {
      self->tried = now;
      /* What was tried is better: it stays. Else back, and not again so soon. */
      self->interval = change ? MIN (2 * self->interval, MAX_INTERVAL) : INTERVAL;
      self->trying = FALSE;
      if (change)
        switch_mode (self, FALSE, now);
    }
  else if (change)
    {
      switch_mode (self, FALSE, now);
      self->tried = now;
    }
  else if (is_worth_trying (self, now))
    switch_mode (self, TRUE, now);
}

gboolean
porch_air_note (PorchAir *self, gint64 room, gint64 given, gint64 now)
{
  if (self->begun == 0)
    {
      if (given > 0)
        self->begun = now;
      return self->apart;
    }
  if (self->apart_rate <= 0)
    {
      measure_giver (self, room, given, now);
      return self->apart;
    }
  if (now - self->since < SETTLE)
    return self->apart;
  if (self->room < 0)
    begin_measuring (self, room, given, now);
  if (now - self->began < MEASURE)
    return self->apart;
  if (self->apart)
    self->apart_rate = (double)(given - self->given) * SECOND / (double)(now - self->began);
  else
    self->together_rate = (double)(room - self->room) * SECOND / (double)(now - self->began);
  begin_measuring (self, room, given, now);
  judge (self, now);
  return self->apart;
}
