/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-notice.h"

#include "share/porch-path.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_CHARACTERS 60
#define SHOWN_NAMES 3

char *
porch_daemon_notice_cut (const char *text)
{
  g_autofree char *shown = porch_path_to_display (text);
  g_autofree char *start = NULL;

  if (g_utf8_strlen (shown, -1) <= MAX_CHARACTERS)
    return g_steal_pointer (&shown);
  start = g_utf8_substring (shown, 0, MAX_CHARACTERS - 1);
  return g_strconcat (start, "…", NULL);
}

/* "Ben's Laptop" → "Ben"; the same as the window says. @name without the mark of a device that nobody vouches for. */
static char *
dup_person (const char *name)
{
  const char *const marks[] = { "'s ", "’s " };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      const char *mark = strstr (name, marks[i]);

      if (mark != NULL && mark != name)
        return g_strndup (name, (gsize)(mark - name));
    }
  return g_strdup (name);
}

/* The title of all that comes from who bears the name of a trusted device without its key. */
static char *
dup_false_title (const char *name)
{
  g_autofree char *person = dup_person (name);

  /* Translators: a warning about a device that bears the name of another one, which is trusted: "Not the Ben you trust" */
  return g_strdup_printf (_ ("Not the %s you trust"), person);
}

/* Takes @summary and @body; the actions are id, label, … up to NULL. */
static PorchDaemonBubble *
bubble_new (const char *tag, char *summary, char *body, const char *category, const char *const *actions)
{
  PorchDaemonBubble *bubble = g_new0 (PorchDaemonBubble, 1);

  bubble->tag = g_strdup (tag);
  bubble->summary = summary;
  bubble->body = body;
  bubble->category = g_strdup (category);
  bubble->actions = g_strdupv ((char **)actions);
  return bubble;
}

/* "“Holiday” (214 files)", "“film.mkv”", "3 files". */
static char *
describe_files (PorchOffer *offer)
{
  const char *const *names = porch_offer_get_names (offer);
  guint count = names ? g_strv_length ((char **)names) : 0;
  gint64 files = porch_offer_get_files (offer);
  g_autofree char *name = count == 1 ? porch_daemon_notice_cut (names[0]) : NULL;
  g_autofree char *amount
      = g_strdup_printf (ngettext ("%lld file", "%lld files", (gulong) files), (long long) files);

  if (name == NULL)
    return g_steal_pointer (&amount);
  /* Translators: a file or folder, and how many files are in it. */
  return files == 1 ? g_strdup_printf (_ ("“%s”"), name) : g_strdup_printf (_ ("“%s” (%s)"), name, amount);
}

/* From somebody who is not trusted only numbers are shown: a name can be an insult or a trick. */
static char *
describe_amount (PorchOffer *offer)
{
  gint64 files = porch_offer_get_files (offer);

  return g_strdup_printf (ngettext ("%lld file", "%lld files", (gulong) files), (long long) files);
}

static char *
list_names (PorchOffer *offer)
{
  const char *const *names = porch_offer_get_names (offer);
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; names && names[i] && i < SHOWN_NAMES; i++)
    {
      g_autofree char *name = porch_daemon_notice_cut (names[i]);
      g_string_append_printf (list, "%s%s", i ? ", " : "", name);
    }
  if (names && g_strv_length ((char **)names) > SHOWN_NAMES)
    g_string_append (list, ", …");
  return g_string_free (g_steal_pointer (&list), FALSE);
}

static char *
offer_body (PorchOffer *offer, gboolean trusted)
{
  g_autofree char *size = g_format_size ((guint64)porch_offer_get_bytes (offer));
  const char *code = porch_offer_get_code (offer);
  g_autofree char *names = NULL;

  if (!trusted)
    return code ? g_strdup_printf (_ ("%s · not trusted yet · code %s"), size, code)
                : g_strdup_printf (_ ("%s · not trusted yet"), size);
  names = list_names (offer);
  return *names ? g_strdup_printf ("%s · %s", size, names) : g_steal_pointer (&size);
}

static char *
false_body (PorchOffer *offer, const char *what)
{
  g_autofree char *facts = offer_body (offer, FALSE);

  /* Translators: under the title "Not the Ben you trust": what they send ("3 files"), then size and code */
  return g_strdup_printf (_ ("Somebody else who uses this name wants to send you %s. %s"), what, facts);
}

/* A text is there already, and may be long or private: it is read in the window. */
static PorchDaemonBubble *
notice_text (const char *tag, const char *name, gboolean clash)
{
  const char *const actions[] = { PORCH_DAEMON_ACTION_SHOW, _ ("Show"), NULL };
  char *summary = clash ? dup_false_title (name) : g_strdup_printf (_ ("%s sent you a text"), name);
  /* Translators: under the title "Not the Ben you trust" */
  char *body = g_strdup (clash ? _ ("Somebody else who uses this name sent you a text.") : "");

  return bubble_new (tag, summary, body, "transfer", actions);
}

PorchDaemonBubble *
porch_daemon_notice_offer (const char *tag, PorchOffer *offer, const char *device, gboolean trusted, gboolean clash)
{
  const char *const actions[] = { PORCH_DAEMON_ACTION_ACCEPT, _ ("Accept"), PORCH_DAEMON_ACTION_DECLINE, _ ("Decline"), NULL };
  g_autofree char *name = porch_daemon_notice_cut (device);
  g_autofree char *what = trusted ? describe_files (offer) : describe_amount (offer);
  PorchDaemonBubble *bubble;

  if (porch_offer_get_kind (offer) == PORCH_OFFER_TEXT)
    bubble = notice_text (tag, name, clash);
  else
    bubble = bubble_new (tag,
                         /* Translators: a person's device, then "3 files". */
                         clash ? dup_false_title (name) : g_strdup_printf (_ ("%s wants to send you %s"), name, what),
                         clash ? false_body (offer, what) : offer_body (offer, trusted), "transfer", actions);
  bubble->stays = TRUE;
  bubble->quiet = !trusted;
  return bubble;
}

PorchDaemonBubble *
porch_daemon_notice_strangers (const char *tag, guint devices)
{
  const char *const actions[] = { PORCH_DAEMON_ACTION_SHOW, _ ("Show"), NULL };
  char *summary = g_strdup_printf (ngettext ("%u device you don't know wants to send you several things",
                                             "%u devices you don't know want to send you something", devices),
                                   devices);
  PorchDaemonBubble *bubble = bubble_new (tag, summary, g_strdup (_ ("Accept only what you expect.")), "transfer", actions);

  bubble->stays = TRUE;
  bubble->quiet = TRUE;
  return bubble;
}

/* Nothing can be accepted here: the codes must be compared first. */
PorchDaemonBubble *
porch_daemon_notice_pairing (const char *tag, const char *device, gboolean clash)
{
  const char *const actions[] = { PORCH_DAEMON_ACTION_SHOW, _ ("Show Code"), NULL };
  g_autofree char *name = porch_daemon_notice_cut (device);
  char *summary = clash ? dup_false_title (name) : g_strdup_printf (_ ("%s wants you to trust each other"), name);
  char *body = g_strdup (clash ? _ ("Somebody else who uses this name wants you to trust each other.")
                               : _ ("Compare the code on both screens."));
  PorchDaemonBubble *bubble = bubble_new (tag, summary, body, "device", actions);

  bubble->stays = TRUE;
  return bubble;
}

static PorchDaemonBubble *
notice_arrived (const char *tag, PorchTransfer *transfer, const char *name, const char *title)
{
  const char *const one[] = { PORCH_DAEMON_ACTION_SHOW, _ ("Show"), PORCH_DAEMON_ACTION_OPEN, _ ("Open"), NULL };
  const char *const many[] = { PORCH_DAEMON_ACTION_SHOW, _ ("Show"), NULL };
  g_auto (GStrv) results = porch_transfer_dup_results (transfer);
  g_autoptr (GPtrArray) problems = porch_transfer_dup_problems (transfer);
  g_autofree char *size = g_format_size ((guint64)MAX (porch_transfer_get_bytes_done (transfer), 0));
  guint missing = problems ? problems->len : 0;
  gboolean single = results && g_strv_length (results) == 1;
  g_autofree char *lack
      = missing ? g_strdup_printf (ngettext ("%u file could not be downloaded", "%u files could not be downloaded", missing),
                                   missing)
                : NULL;
  char *body
      = lack ? g_strdup_printf (_ ("From %s · %s · %s"), name, size, lack) : g_strdup_printf (_ ("From %s · %s"), name, size);

  /* Translators: a file or folder. */
  return bubble_new (tag, g_strdup_printf (_ ("“%s” is here"), title), body, "transfer.complete", single ? one : many);
}

static PorchDaemonBubble *
notice_checked (const char *tag, PorchTransfer *transfer, const char *title)
{
  const char *const actions[] = { PORCH_DAEMON_ACTION_SHOW, _ ("Show"), NULL };
  g_autoptr (GPtrArray) problems = porch_transfer_dup_problems (transfer);
  guint count = problems->len;
  char *body = count == 0 ? g_strdup (_ ("Everything is as it came"))
                          : g_strdup_printf (ngettext ("%u problem was found", "%u problems were found", count), count);

  /* Translators: a file or folder that was received some time ago */
  return bubble_new (tag, g_strdup_printf (_ ("“%s” was checked"), title), body, "transfer.complete", actions);
}

static PorchDaemonBubble *
notice_failed (const char *tag, PorchTransfer *transfer, const char *name, const char *title)
{
  const char *const actions[] = { PORCH_DAEMON_ACTION_SHOW, _ ("Show"), NULL };
  const GError *error = porch_transfer_get_error (transfer);
  gboolean send = porch_transfer_get_kind (transfer) == PORCH_TRANSFER_SEND;
  char *summary = send ? g_strdup_printf (_ ("“%s” could not be sent to %s"), title, name)
                       : g_strdup_printf (_ ("“%s” could not be downloaded from %s"), title, name);

  return bubble_new (tag, summary, g_strdup (error ? error->message : ""), "transfer.error", actions);
}

PorchDaemonBubble *
porch_daemon_notice_transfer (const char *tag, PorchTransfer *transfer, const char *device)
{
  const char *whole = porch_transfer_get_title (transfer);
  g_autofree char *title = porch_daemon_notice_cut (whole ? whole : "");
  g_autofree char *name = porch_daemon_notice_cut (device);
  gboolean send = porch_transfer_get_kind (transfer) == PORCH_TRANSFER_SEND;

  switch (porch_transfer_get_state (transfer))
    {
    case PORCH_TRANSFER_DONE:
      if (send)
        return bubble_new (tag, g_strdup_printf (_ ("%s has received “%s”"), name, title), g_strdup (""), "transfer.complete",
                           NULL);
      return porch_transfer_get_check (transfer) ? notice_checked (tag, transfer, title) : notice_arrived (tag, transfer, name, title);
    case PORCH_TRANSFER_DECLINED:
      return bubble_new (tag, g_strdup_printf (_ ("%s declined “%s”"), name, title), g_strdup (""), "transfer", NULL);
    case PORCH_TRANSFER_FAILED:
      return notice_failed (tag, transfer, name, title);
    default:
      return NULL;
    }
}
