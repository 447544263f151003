/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-air.h"

#define STEP (G_USEC_PER_SEC / 4)

/* A room that gets @together or @apart bytes a second. Returns for which part of @seconds it was kept apart. */
static double
play (PorchAir *air, gint64 *now, gint64 *room, gint64 *given, double together, double apart, guint seconds)
{
  guint steps_apart = 0, steps = seconds * 4;

  for (guint i = 0; i < steps; i++)
    {
      gboolean is_apart = porch_air_note (air, *room, *given, *now);

      steps_apart += is_apart;
      *now += STEP;
      *room += (gint64)((is_apart ? apart : together) / 4);
      *given += (gint64)((is_apart ? apart : together / 4) / 4);
    }
  return (double)steps_apart / steps;
}

static void
test_switch (void)
{
  gint64 now = G_USEC_PER_SEC, room = 0, given = 1;
  PorchAir air;

  porch_air_init (&air);
  g_assert_cmpfloat (play (&air, &now, &room, &given, 8e6, 1e6, 100), <, 0.03);
}

static void
test_air (void)
{
  gint64 now = G_USEC_PER_SEC, room = 0, given = 1;
  PorchAir air;

  porch_air_init (&air);
  g_assert_cmpfloat (play (&air, &now, &room, &given, 6e6, 12e6, 100), >, 0.85);
  /* They get a better network: it is noticed. */
  play (&air, &now, &room, &given, 40e6, 12e6, 100);
  g_assert_cmpfloat (play (&air, &now, &room, &given, 40e6, 12e6, 100), <, 0.05);
}

/* Nothing is decided before something moves. */
static void
test_nothing_moves (void)
{
  PorchAir air;

  porch_air_init (&air);
  for (guint i = 0; i < 400; i++)
    g_assert_true (porch_air_note (&air, 0, 0, i * STEP));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/air/switch", test_switch);
  g_test_add_func ("/air/air", test_air);
  g_test_add_func ("/air/nothing-moves", test_nothing_moves);
  return g_test_run ();
}
