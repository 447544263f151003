/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When all have it, simulated: a giver with so much to give, joiners with links of their own and a start of their own. At a
 * tenth of the way the estimate must be within a quarter of the truth. */
#include "config.h"

#include "handout/porch-handout-estimate.h"

#define TOTAL 1000.0 /* MB for each */
#define MB (1000 * 1000.0)
#define STEP 0.1 /* s */
#define MAX_JOINERS 200

typedef struct
{
  double link;  /* MB/s at most */
  double start; /* s */
  double done;  /* MB */
  double rate;
} Sim;

/* The giver's share goes round evenly, at most @places at a time; what one can't take the others get. */
static void
share_out (Sim *sims, guint n, double capacity, guint places, double now)
{
  guint active = 0, open;
  gboolean took[MAX_JOINERS] = { FALSE };

  for (guint i = 0; i < n; i++)
    {
      sims[i].rate = 0;
      took[i] = sims[i].start <= now && sims[i].done < TOTAL && active < places;
      active += took[i];
    }
  for (open = active; open > 0;)
    {
      double fair = capacity / open;
      guint before = open;

      for (guint i = 0; i < n; i++)
        if (took[i] && sims[i].rate == 0 && sims[i].link <= fair)
          {
            sims[i].rate = sims[i].link;
            capacity -= sims[i].link;
            open--;
          }
      if (open != before)
        continue;
      for (guint i = 0; i < n; i++)
        if (took[i] && sims[i].rate == 0)
          sims[i].rate = fair;
      break;
    }
}

static double
sum_done (const Sim *sims, guint n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += sims[i].done;
  return sum;
}

/* Runs it; the truth of what was estimated at a tenth of all. */
static void
run (const char *name, Sim *sims, guint n, double capacity, guint places, double tolerance)
{
  double now = 0, at = -1, estimate = 0, truth;

  while (sum_done (sims, n) < n * TOTAL - 1e-6)
    {
      share_out (sims, n, capacity, places, now);
      if (at < 0 && sum_done (sims, n) >= n * TOTAL / 10)
        {
          PorchHandoutPace paces[MAX_JOINERS];
          double all = 0;

          for (guint i = 0; i < n; i++)
            {
              paces[i].left = (gint64)((TOTAL - sims[i].done) * MB);
              paces[i].rate = (gint64)(sims[i].rate * MB);
              all += sims[i].rate;
            }
          estimate = (double)porch_handout_time_left (paces, n, (gint64)(all * MB));
          at = now;
        }
      for (guint i = 0; i < n; i++)
        sims[i].done = MIN (sims[i].done + sims[i].rate * STEP, TOTAL);
      now += STEP;
    }
  truth = now - at;
  g_test_message ("%s: %.0f s estimated, %.0f s true: %.2f", name, estimate, truth, estimate / truth);
  g_assert_cmpfloat (estimate, >=, truth * (1 - tolerance));
  g_assert_cmpfloat (estimate, <=, truth * (1 + tolerance));
}

static void
fill (Sim *sims, guint n, double link)
{
  for (guint i = 0; i < n; i++)
    sims[i] = (Sim){ .link = link };
}

static void
test_giver_is_slow (void)
{
  Sim sims[MAX_JOINERS];

  fill (sims, 25, 100);
  run ("one switch, all at once", sims, 25, 12, 64, 0.25);
  fill (sims, 25, 100);
  run ("one switch, four at a time", sims, 25, 12, 4, 0.25);
  fill (sims, 8, 12);
  run ("eight with links like the giver's", sims, 8, 12, 4, 0.25);
}

static void
test_takers_are_slow (void)
{
  Sim sims[MAX_JOINERS];

  fill (sims, 4, 5);
  run ("four on slow links", sims, 4, 100, 64, 0.25);
  fill (sims, 8, 50);
  sims[3].link = 1;
  run ("one on a bad link", sims, 8, 100, 64, 0.25);
}

/* Late ones: before they have come nobody can know of them. */
static void
test_late (void)
{
  Sim sims[MAX_JOINERS];

  fill (sims, 8, 100);
  sims[0].start = sims[1].start = 5;
  run ("two come a little later", sims, 8, 12, 64, 0.25);
}

static void
test_edges (void)
{
  PorchHandoutPace none = { 0, 0 }, stuck = { 100, 0 }, huge = { G_MAXINT64 / 4, 1 };

  g_assert_cmpint (porch_handout_time_left (NULL, 0, 0), ==, 0);
  g_assert_cmpint (porch_handout_time_left (&none, 1, 0), ==, 0);
  g_assert_cmpint (porch_handout_time_left (&stuck, 1, 0), ==, -1);
  g_assert_cmpint (porch_handout_time_left (&huge, 1, 1), ==, -1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/handout/estimate/giver-is-slow", test_giver_is_slow);
  g_test_add_func ("/handout/estimate/takers-are-slow", test_takers_are_slow);
  g_test_add_func ("/handout/estimate/late", test_late);
  g_test_add_func ("/handout/estimate/edges", test_edges);
  return g_test_run ();
}
