/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-send-words.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

#define NAMES_SHOWN 2

char *
porch_ui_send_words_names (const char *const *names)
{
  guint n = g_strv_length ((char **)names);
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL;
  guint more;

  /* "and 1 more" takes more room than many a name. */
  for (guint i = 0; i < (n == NAMES_SHOWN + 1 ? n : MIN (n, NAMES_SHOWN)); i++)
    g_ptr_array_add (shown, porch_ui_words_name (names[i]));
  more = n - shown->len;
  g_ptr_array_add (shown, NULL);
  /* Translators: between the names in a list */
  list = g_strjoinv (_ (", "), (char **)shown->pdata);
  if (more == 0)
    return g_steal_pointer (&list);
  /* Translators: %1$s are some names, %2$u how many there are beside them */
  return g_strdup_printf (ngettext ("%1$s and %2$u more", "%1$s and %2$u more", more), list, more);
}

char *
porch_ui_send_words_title (const PorchUiSurvey *survey)
{
  if (survey->names[0] == NULL)
    return g_strdup (_ ("Nothing to send"));
  return porch_ui_words_things ((const char *const *)survey->names, survey->files);
}

char *
porch_ui_send_words_detail (const PorchUiSurvey *survey)
{
  g_autofree char *size = porch_ui_words_size (survey->bytes);
  g_autofree char *names = porch_ui_send_words_names ((const char *const *)survey->names);

  if (survey->names[0] == NULL)
    return g_strdup ("");
  if (survey->names[1] == NULL)
    return g_steal_pointer (&size); /* the title has the name */
  /* Translators: %1$s is a size, %2$s are names: "8.4 MB · IMG_1.jpg, IMG_2.jpg and 4 more" */
  return g_strdup_printf (_ ("%1$s · %2$s"), size, names);
}

char *
porch_ui_send_words_waiting (GPtrArray *peers, gboolean text, gboolean connected)
{
  PorchBusPeer *peer = peers->pdata[0];
  g_autofree char *person = porch_ui_words_person (porch_bus_peer_get_name (peer));

  if (!connected)
    return g_strdup (_ ("You are not connected to a network: it is sent as soon as you are"));
  if (peers->len > 1 && text)
    return g_strdup_printf (ngettext ("Text on its way to %u person", "Text on its way to %u people", peers->len), peers->len);
  if (peers->len > 1)
    return g_strdup_printf (ngettext ("Waiting for %u person to accept", "Waiting for %u people to accept", peers->len),
                            peers->len);
  if (!porch_bus_peer_get_online (peer))
    /* Translators: %s is a person or device to whom something is to be sent */
    return g_strdup_printf (_ ("%s is not here now: it is sent as soon as they are back"), person);
  if (text)
    /* Translators: %s is a person or device */
    return g_strdup_printf (_ ("Text on its way to %s"), person);
  /* Translators: %s is a person or device */
  return g_strdup_printf (_ ("Waiting for %s to accept"), person);
}
