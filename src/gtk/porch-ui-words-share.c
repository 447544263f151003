/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window says about a folder that we share. */
#include "config.h"

#include "porch-display.h"
#include "porch-ui-words.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define MANY_ITEMS 10000 /* more are not counted */

char *
porch_ui_words_share_until (gint64 until)
{
  g_autofree char *time = NULL;

  if (until == 0)
    return NULL;
  time = porch_ui_words_time (until);
  if (until <= g_get_real_time () / G_USEC_PER_SEC)
    /* Translators: a shared folder that nobody can open any more since a time ("18:00") or a day */
    return g_strdup_printf (_ ("ended %s"), time);
  /* Translators: a shared folder that can be opened until a time of today or a day */
  return g_strdup_printf (_ ("until %s"), time);
}

static char *
count (int items)
{
  if (items > MANY_ITEMS)
    return g_strdup (_ ("more than 10,000 items"));
  return g_strdup_printf (ngettext ("%d item", "%d items", (gulong)items), items);
}

/* "Ben is copying", "Ben and Ada are copying", "3 people are copying" */
static char *
copying (const char *const *takers, guint uploads)
{
  guint n = takers != NULL ? g_strv_length ((char **)takers) : 0;

  if (n == 1)
    /* Translators: %s is a person or device */
    return g_strdup_printf (_ ("%s is copying"), takers[0]);
  if (n == 2)
    /* Translators: two people or devices */
    return g_strdup_printf (_ ("%1$s and %2$s are copying"), takers[0], takers[1]);
  n = MAX (n, uploads);
  return g_strdup_printf (ngettext ("%u person is copying", "%u people are copying", n), n);
}

char *
porch_ui_words_share_status (PorchBusShare *share, const char *const *takers, int items)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  const char *state = porch_bus_share_get_state (share);
  char *until = porch_ui_words_share_until (porch_bus_share_get_until (share));

  g_ptr_array_add (parts, porch_display_path (porch_bus_share_get_shown_path (share)));
  if (g_strcmp0 (state, "missing") == 0)
    /* Translators: part of a line about a shared folder whose disk is unplugged, or that was moved or deleted */
    g_ptr_array_add (parts, g_strdup (_ ("not there now")));
  else if (g_strcmp0 (state, "lost") == 0)
    /* Translators: part of a line about a shared folder that a sandboxed Porch can no longer see */
    g_ptr_array_add (parts, g_strdup (_ ("Porch may no longer see it: choose it again")));
  else if (g_strcmp0 (state, "unreadable") == 0)
    g_ptr_array_add (parts, g_strdup (_ ("can’t be read")));
  else if (items >= 0)
    g_ptr_array_add (parts, count (items));
  if (until != NULL)
    g_ptr_array_add (parts, until);
  if (porch_bus_share_get_uploads (share) > 0)
    g_ptr_array_add (parts, copying (takers, porch_bus_share_get_uploads (share)));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (_ (" · "), (char **)parts->pdata);
}

char *
porch_ui_words_audience (PorchBusShare *share)
{
  const char *audience = porch_bus_share_get_audience (share);

  if (!porch_bus_share_get_active (share))
    return g_strdup (_ ("Paused"));
  if (g_strcmp0 (audience, "everyone") == 0)
    return g_strdup (C_ ("audience", "Everyone"));
  if (g_strcmp0 (audience, "selected") == 0)
    {
      const char *const *selected = porch_bus_share_get_selected (share);
      guint n = selected != NULL ? g_strv_length ((char **)selected) : 0;

      return g_strdup_printf (ngettext ("%u person", "%u people", n), n);
    }
  return g_strdup (C_ ("audience", "Trusted"));
}
