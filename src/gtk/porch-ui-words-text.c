/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window says about texts that were handed over. */
#include "config.h"

#include "porch-display.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>
#include <pango/pango.h>
#include <string.h>

#define TITLE_CHARS 80

char *
porch_ui_words_text_title (const char *text)
{
  const char *start = text + strspn (text, " \t\r\n");
  g_autofree char *line = g_strndup (start, strcspn (start, "\r\n"));

  return *line != '\0' ? porch_display_name (line, TITLE_CHARS) : g_strdup (C_ ("what was sent", "Text"));
}

/* "don’t" is one word. */
static gboolean
is_apostrophe (gunichar c)
{
  return c == '\'' || c == 0x2019;
}

/* As the language of the text has them: Chinese needs no blanks. */
static guint
count_words (const char *text, glong chars)
{
  g_autofree PangoLogAttr *attrs = g_new0 (PangoLogAttr, chars + 1);
  gunichar last = 0, before = 0;
  const char *p = text;
  guint words = 0;

  pango_get_log_attrs (text, (int)strlen (text), -1, pango_language_get_default (), attrs, (int)chars + 1);
  for (glong i = 0; i < chars; i++, p = g_utf8_next_char (p))
    {
      words += attrs[i].is_word_start && !(is_apostrophe (last) && g_unichar_isalnum (before));
      before = last;
      last = g_utf8_get_char (p);
    }
  return words;
}

char *
porch_ui_words_text_length (const char *text)
{
  glong chars = g_utf8_strlen (text, -1);
  guint words = count_words (text, chars);

  if (words > 0)
    return g_strdup_printf (ngettext ("%u word", "%u words", words), words);
  /* Translators: the length of a text that has no words, such as "12" or a smiley */
  return g_strdup_printf (ngettext ("%ld character", "%ld characters", (gulong)chars), chars);
}

gboolean
porch_ui_words_offer_is_read_text (PorchBusOffer *offer)
{
  return g_strcmp0 (porch_bus_offer_get_kind (offer), "text") == 0 && g_strcmp0 (porch_bus_offer_get_state (offer), "done") == 0
         && porch_bus_offer_get_text (offer) != NULL;
}

gboolean
porch_ui_words_transfer_is_text (PorchBusTransfer *transfer)
{
  const char *text = porch_bus_transfer_get_text (transfer);

  return text != NULL && *text != '\0';
}

char *
porch_ui_words_text_status (PorchBusOffer *offer)
{
  const char *device = porch_bus_offer_get_peer_name (offer);
  g_autofree char *name = porch_ui_words_name (device);
  /* Translators: whom something comes from: "From Ada’s Desktop" */
  g_autofree char *from
      = porch_ui_words_name_is_false (device) ? porch_ui_words_false_title (device) : g_strdup_printf (_ ("From %s"), name);
  g_autofree char *length = porch_ui_words_text_length (porch_bus_offer_get_text (offer));
  g_autofree char *time = porch_ui_words_time (porch_bus_offer_get_received (offer));
  char *const parts[] = { from, length, time, NULL };

  return g_strjoinv (_ (" · "), (char **)parts);
}
