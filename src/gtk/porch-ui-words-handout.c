/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-words-handout.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>
#include <string.h>

char *
porch_ui_words_handout_number (const char *number)
{
  if (number == NULL || strlen (number) != 6)
    return g_strdup (number != NULL ? number : "");
  return g_strdup_printf ("%.3s\u00a0%s", number, number + 3);
}

char *
porch_ui_words_handout_receiver (const char *state, gint64 done, gint64 missing, gint64 total)
{
  int percent = total > 0 ? (int)((double)done * 100 / (double)total) : 0;

  if (g_strcmp0 (state, "done") == 0)
    /* Translators: somebody has got everything that is handed out */
    return g_strdup (_ ("has it"));
  if (g_strcmp0 (state, "running") == 0)
    /* Translators: how far somebody is */
    return g_strdup_printf (_ ("%d %%"), percent);
  if (g_strcmp0 (state, "no-space") == 0)
    {
      g_autofree char *size = porch_ui_words_size (missing);

      /* Translators: somebody's disk is too full; %s is a size that must be free first */
      return g_strdup_printf (_ ("needs %s more"), size);
    }
  if (g_strcmp0 (state, "left") == 0)
    /* Translators: somebody went away before having everything */
    return g_strdup_printf (_ ("left at %d %%"), percent);
  /* Translators: somebody has typed the number, and nothing has come yet */
  return g_strdup (_ ("waiting"));
}

guint
porch_ui_words_handout_count (PorchBusHandOut *handout, const char *wanted)
{
  GVariant *receivers = porch_bus_hand_out_get_receivers (handout);
  const char *state;
  GVariantIter iter;
  guint count = 0;

  if (receivers == NULL)
    return 0;
  g_variant_iter_init (&iter, receivers);
  while (g_variant_iter_next (&iter, "(&s&s&sxx)", NULL, NULL, &state, NULL, NULL))
    count += wanted == NULL || g_strcmp0 (state, wanted) == 0;
  return count;
}

char *
porch_ui_words_handout_total (PorchBusHandOut *handout)
{
  guint all = porch_ui_words_handout_count (handout, NULL), done = porch_ui_words_handout_count (handout, "done");
  const char *state = porch_bus_hand_out_get_state (handout);
  gboolean open = g_strcmp0 (state, "open") == 0;
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  char *left = porch_ui_words_time_left (porch_bus_hand_out_get_time_left (handout));

  if (g_strcmp0 (state, "preparing") == 0)
    g_ptr_array_add (parts, g_strdup (_ ("Looking at the files…")));
  else if (all == 0)
    g_ptr_array_add (parts, g_strdup (open ? _ ("Nobody has joined yet") : _ ("Nobody joined")));
  else
    /* Translators: how many of those who joined have everything that is handed out */
    g_ptr_array_add (parts, g_strdup_printf (_ ("%1$u of %2$u have it"), done, all));
  if (open && all > done && porch_bus_hand_out_get_bytes_total (handout) > 0)
    g_ptr_array_add (parts, porch_ui_words_amount (porch_bus_hand_out_get_bytes_done (handout),
                                                   porch_bus_hand_out_get_bytes_total (handout)));
  if (open && left != NULL && porch_bus_hand_out_get_time_left (handout) > 0)
    g_ptr_array_add (parts, g_steal_pointer (&left));
  g_free (left);
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **)parts->pdata);
}

char *
porch_ui_words_handout_contents (gint64 files, gint64 bytes)
{
  g_autofree char *size = porch_ui_words_size (bytes);

  /* Translators: what is handed out: how many files, and their size */
  return g_strdup_printf (ngettext ("%1$lld file · %2$s", "%1$lld files · %2$s", (gulong)files), (long long)files, size);
}

char *
porch_ui_words_key (const char *id)
{
  if (id == NULL || strlen (id) < 16)
    return g_strdup ("");
  return g_strdup_printf ("%.4s\u00a0%.4s\u00a0%.4s\u00a0%.4s", id, id + 4, id + 8, id + 12);
}
