/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "handout/porch-handout-estimate.h"

#include "transfer/porch-progress.h"

/* Who comes along at less than this part of what the others do is slow by itself, not for want of its share. */
#define SLOW 0.5

/* The mean pace of those that move, but @self. */
static double
mean_of_others (const PorchHandoutPace *paces, guint n, guint self)
{
  double sum = 0;
  guint count = 0;

  for (guint i = 0; i < n; i++)
    if (i != self && paces[i].left > 0 && paces[i].rate > 0)
      {
        sum += (double)paces[i].rate;
        count++;
      }
  return count > 0 ? sum / count : 0;
}

/* What one giver has to give is shared: when one is through the others get more, so all that is left goes at the rate of all.
 * Only who is slow by itself takes its own time, however much the others leave. */
gint64
porch_handout_time_left (const PorchHandoutPace *paces, guint n, gint64 rate)
{
  gint64 left = 0, longest;

  for (guint i = 0; i < n; i++)
    left += MAX (paces[i].left, 0);
  longest = porch_time_left (0, left, rate);
  for (guint i = 0; i < n && longest > 0; i++)
    if (paces[i].left > 0 && paces[i].rate > 0 && (double)paces[i].rate < SLOW * mean_of_others (paces, n, i))
      {
        gint64 own = porch_time_left (0, paces[i].left, paces[i].rate);

        longest = own < 0 ? longest : MAX (longest, own);
      }
  return longest;
}
