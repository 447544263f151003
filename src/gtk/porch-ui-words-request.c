/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window says about what somebody wants to hand over. */
#include "config.h"

#include "porch-display.h"
#include "porch-ui-words.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

static gboolean
is_trusted (PorchBusOffer *offer)
{
  return g_strcmp0 (porch_bus_offer_get_peer_trust (offer), "trusted") == 0;
}

static gboolean
is_text (PorchBusOffer *offer)
{
  return g_strcmp0 (porch_bus_offer_get_kind (offer), "text") == 0;
}

/* "3 photos"; names that a stranger chose are shown only when asked for. */
static char *
things (PorchBusOffer *offer)
{
  const char *const *names = porch_bus_offer_get_names (offer);
  gint64 files = porch_bus_offer_get_files (offer);
  gboolean one = names != NULL && names[0] != NULL && names[1] == NULL;
  int count = (int)CLAMP (files, 1, G_MAXINT);

  if (is_trusted (offer) || (files > 1 && !one))
    return porch_ui_words_things (names, files);
  return g_strdup_printf (ngettext ("%d file", "%d files", (gulong)count), count);
}

char *
porch_ui_words_offer_title (PorchBusOffer *offer, gboolean is_false)
{
  g_autofree char *name = porch_ui_words_name (porch_bus_offer_get_peer_name (offer));
  g_autofree char *what = NULL;

  if (is_false)
    return porch_ui_words_false_title (porch_bus_offer_get_peer_name (offer));
  if (is_text (offer))
    return g_strdup_printf (_ ("%s sent you a text"), name);
  what = things (offer);
  /* Translators: "Emre’s Laptop wants to send you 3 photos" */
  return g_strdup_printf (_ ("%1$s wants to send you %2$s"), name, what);
}

char *
porch_ui_words_offer_claim (PorchBusOffer *offer)
{
  g_autofree char *what = NULL;

  if (is_text (offer))
    return g_strdup (_ ("Somebody else who uses this name sent you a text"));
  what = things (offer);
  /* Translators: under the title "Not the Ben you trust"; %s is "3 files" */
  return g_strdup_printf (_ ("Somebody else who uses this name wants to send you %s"), what);
}

char *
porch_ui_words_offer_detail (PorchBusOffer *offer)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  const char *code = porch_bus_offer_get_code (offer);

  if (!is_text (offer))
    g_ptr_array_add (parts, porch_ui_words_size (porch_bus_offer_get_bytes (offer)));
  g_ptr_array_add (parts, g_strdup (is_trusted (offer) ? _ ("Trusted") : _ ("not trusted yet")));
  if (code != NULL && *code != '\0')
    {
      g_autofree char *shown = porch_ui_words_code (code);

      /* Translators: the six digits that both screens show when it is really the other person: "code 471 902" */
      g_ptr_array_add (parts, g_strdup_printf (_ ("code %s"), shown));
    }
  g_ptr_array_add (parts, NULL);
  /* Translators: between the facts of a line, as in "8.4 MB · not trusted yet" */
  return g_strjoinv (_ (" · "), (char **)parts->pdata);
}

char *
porch_ui_words_offer_names (PorchBusOffer *offer, const char *between)
{
  const char *const *names = porch_bus_offer_get_names (offer);
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    g_ptr_array_add (shown, porch_ui_words_name (names[i]));
  if (shown->len == 0)
    return NULL;
  g_ptr_array_add (shown, NULL);
  return g_strjoinv (between, (char **)shown->pdata);
}

/* @word as a web address, if it is one with a host that can be spelled out. */
static char *
check_link (const char *word, char **host)
{
  g_autoptr (GUri) uri = NULL;
  const char *scheme;

  if (!g_utf8_validate (word, -1, NULL))
    return NULL;
  uri = g_uri_parse (word, G_URI_FLAGS_ENCODED, NULL);
  scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;
  if (scheme == NULL || (g_ascii_strcasecmp (scheme, "https") != 0 && g_ascii_strcasecmp (scheme, "http") != 0))
    return NULL;
  if (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return NULL;
  /* Letters that look like others become "xn--…". */
  *host = g_hostname_to_ascii (g_uri_get_host (uri));
  return *host != NULL ? g_uri_to_string (uri) : NULL;
}

char *
porch_ui_words_link (const char *text, char **host)
{
  g_auto (GStrv) words = g_strsplit_set (text != NULL ? text : "", " \t\r\n<>\"", -1);

  *host = NULL;
  for (guint i = 0; words[i] != NULL; i++)
    {
      char *link = check_link (words[i], host);

      if (link != NULL)
        return link;
    }
  return NULL;
}
