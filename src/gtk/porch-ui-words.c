/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-words.h"
#include "porch-display.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>
#include <locale.h>
#include <string.h>

#define NAME_CHARS 80 /* longer names must not push buttons out of sight */

static gboolean
is_right_to_left (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isalpha (c))
        return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff)
               || (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff);
    }
  return FALSE;
}

/* How long @name is without the mark that the service puts on who bears a known name without its key: the window says that in
 * words of its own. */
static gsize
plain_length (const char *name)
{
  /* Translators: the name of a device that nobody vouches for, while a known device bears the same name */
  const char *format = _ ("%s (unverified)");
  const char *mark = strstr (format, "%s");
  gsize length = strlen (name);

  if (mark == format && g_str_has_suffix (name, mark + 2))
    return length - strlen (mark + 2);
  return length;
}

gboolean
porch_ui_words_name_is_false (const char *name)
{
  return name != NULL && plain_length (name) < strlen (name);
}

char *
porch_ui_words_name (const char *name)
{
  g_autofree char *plain = name != NULL ? g_strndup (name, plain_length (name)) : NULL;
  g_autofree char *shown = porch_display_name (plain, NAME_CHARS);
  gboolean rtl = gtk_get_locale_direction () == GTK_TEXT_DIR_RTL;

  /* A right-to-left name inside a left-to-right sentence (or the reverse) must not reorder the words around it, and one at its
   * beginning must not turn the whole sentence. */
  if (is_right_to_left (shown) != rtl)
    return g_strconcat (rtl ? "\u200f\u2068" : "\u200e\u2068", shown, "\u2069", NULL);
  return g_steal_pointer (&shown);
}

char *
porch_ui_words_person (const char *device_name)
{
  const char *const marks[] = { "'s ", "’s " };

  for (guint i = 0; device_name != NULL && i < G_N_ELEMENTS (marks); i++)
    {
      const char *mark = strstr (device_name, marks[i]);

      if (mark != NULL && mark != device_name)
        {
          g_autofree char *person = g_strndup (device_name, mark - device_name);

          return porch_ui_words_name (person);
        }
    }
  return porch_ui_words_name (device_name);
}

char *
porch_ui_words_time (gint64 unix_time)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (unix_time);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) yesterday = g_date_time_add_days (now, -1);

  if (then == NULL)
    return g_strdup ("");
  if (g_date_time_get_year (then) == g_date_time_get_year (now)
      && g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now))
    /* Translators: a time of day, as in "Left at 14:02"; see g_date_time_format() */
    return g_date_time_format (then, C_ ("time of day", "%H:%M"));
  if (g_date_time_get_year (then) == g_date_time_get_year (yesterday)
      && g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (yesterday))
    return g_strdup (C_ ("a day", "yesterday"));
  if (g_date_time_get_year (then) == g_date_time_get_year (now))
    /* Translators: a date of this year, as in "22 November"; see g_date_time_format() */
    return g_date_time_format (then, C_ ("a day", "%-d %B"));
  /* Translators: a date of another year, as in "22 November 2025"; see g_date_time_format() */
  return g_date_time_format (then, C_ ("a day", "%-d %B %Y"));
}

char *
porch_ui_words_time_left (gint64 seconds)
{
  if (seconds < 0)
    return NULL;
  if (seconds < 60)
    return g_strdup_printf (ngettext ("%d second left", "%d seconds left", (gulong)MAX (seconds, 1)), (int)MAX (seconds, 1));
  if (seconds < 3600)
    return g_strdup_printf (ngettext ("%d minute left", "%d minutes left", (gulong)(seconds / 60)), (int)(seconds / 60));
  if (seconds < 24 * 3600)
    return g_strdup_printf (ngettext ("%d hour left", "%d hours left", (gulong)(seconds / 3600)), (int)(seconds / 3600));
  return g_strdup (_ ("More than a day left"));
}

char *
porch_ui_words_size (gint64 bytes)
{
  g_autoptr (GString) size = NULL;
  g_autofree char *plain = g_format_size ((guint64)MAX (bytes, 0));
  g_autofree char *zero = g_strdup_printf ("%s0\u00a0", localeconv ()->decimal_point);

  size = g_string_new (plain);
  g_string_replace (size, zero, "\u00a0", 1); /* "48.0 MB" */
  return g_string_free (g_steal_pointer (&size), FALSE);
}

char *
porch_ui_words_amount (gint64 done, gint64 total)
{
  g_autofree char *part = porch_ui_words_size (done);
  g_autofree char *whole = NULL;
  const char *part_unit = strstr (part, "\u00a0");
  const char *whole_unit;

  if (total < 0)
    return g_steal_pointer (&part);
  whole = porch_ui_words_size (total);
  whole_unit = strstr (whole, "\u00a0");
  if (part_unit != NULL && g_strcmp0 (part_unit, whole_unit) == 0)
    part[part_unit - part] = '\0'; /* "1.2 of 4.4 GB" */
  /* Translators: how much of how much is done: "1.2 of 4.4 GB", "300 kB of 4.4 GB" */
  return g_strdup_printf (_ ("%s of %s"), part, whole);
}

char *
porch_ui_words_code (const char *code)
{
  g_autoptr (GString) shown = g_string_new (code);

  g_string_replace (shown, " ", "\u00a0", 0);
  return g_string_free (g_steal_pointer (&shown), FALSE);
}

/* The kind that all names have in common, as the first part of a content type. */
static gboolean
all_are (const char *const *names, const char *kind)
{
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *type = g_content_type_guess (names[i], NULL, 0, NULL);

      if (!g_str_has_prefix (type, kind))
        return FALSE;
    }
  return names[0] != NULL;
}

char *
porch_ui_words_things (const char *const *names, gint64 files)
{
  guint n = names != NULL ? g_strv_length ((char **)names) : 0;
  int count = (int)CLAMP (files, 0, G_MAXINT);

  if (n == 1)
    {
      g_autofree char *name = porch_ui_words_name (names[0]);

      if (files <= 1)
        /* Translators: the name of one file or folder that somebody sends */
        return g_strdup_printf (_ ("“%s”"), name);
      /* Translators: a folder and how many files are in it */
      return g_strdup_printf (ngettext ("“%s” with %d file", "“%s” with %d files", (gulong)count), name, count);
    }
  if (n == (guint)count && all_are (names, "image/"))
    return g_strdup_printf (ngettext ("%d photo", "%d photos", (gulong)count), count);
  if (n == (guint)count && all_are (names, "video/"))
    return g_strdup_printf (ngettext ("%d video", "%d videos", (gulong)count), count);
  return g_strdup_printf (ngettext ("%d file", "%d files", (gulong)count), count);
}

gboolean
porch_ui_words_peer_is_false (PorchBusPeer *peer)
{
  return peer != NULL && porch_bus_peer_get_name_clash (peer) && g_strcmp0 (porch_bus_peer_get_trust (peer), "trusted") != 0;
}

char *
porch_ui_words_false_title (const char *device_name)
{
  g_autofree char *person = porch_ui_words_person (device_name);

  /* Translators: a warning on a device that bears the name of another one, which is trusted: "Not the Ben you trust" */
  return g_strdup_printf (_ ("Not the %s you trust"), person);
}

/* @folders: as the service says; -1 is not known. */
static char *
trusted_status (int folders)
{
  if (folders <= 0)
    return g_strdup (_ ("Trusted"));
  /* Translators: on the card of a device: it is trusted, and how many folders it shares with you */
  return g_strdup_printf (ngettext ("Trusted · %d folder", "Trusted · %d folders", (gulong)folders), folders);
}

/* When one who is not here was here last. */
static char *
away_status (PorchBusPeer *peer)
{
  g_autofree char *time = NULL;

  if (porch_bus_peer_get_last_seen (peer) <= 0)
    return g_strdup (_ ("Not here now"));
  time = porch_ui_words_time (porch_bus_peer_get_last_seen (peer));
  if (strchr (time, ':') != NULL)
    /* Translators: when a device was last seen, today: "Left at 14:02" */
    return g_strdup_printf (_ ("Left at %s"), time);
  /* Translators: the day a device was last seen: "Last here yesterday", "Last here 22 November" */
  return g_strdup_printf (_ ("Last here %s"), time);
}

char *
porch_ui_words_peer_status (PorchBusPeer *peer, gboolean connected)
{
  const char *trust = porch_bus_peer_get_trust (peer);

  if (porch_ui_words_peer_is_false (peer))
    return porch_ui_words_false_title (porch_bus_peer_get_name (peer));
  if (g_strcmp0 (trust, "blocked") == 0)
    return g_strdup (_ ("Blocked"));
  if (connected && !porch_bus_peer_get_online (peer))
    return away_status (peer);
  if (g_strcmp0 (trust, "trusted") != 0)
    return g_strdup (_ ("Not trusted yet"));
  return trusted_status (porch_bus_peer_get_online (peer) ? porch_bus_peer_get_folders (peer) : 0);
}

int
porch_ui_words_peer_rank (PorchBusPeer *peer)
{
  const char *trust = porch_bus_peer_get_trust (peer);

  if (g_strcmp0 (trust, "trusted") == 0)
    return 0;
  if (g_strcmp0 (trust, "blocked") == 0)
    return 3;
  return porch_ui_words_peer_is_false (peer) ? 2 : 1;
}

gboolean
porch_ui_words_state_is_over (const char *state)
{
  const char *const over[] = { "done", "declined", "cancelled", "failed", NULL };

  return state != NULL && g_strv_contains (over, state);
}

gboolean
porch_ui_words_state_is_queued (const char *state)
{
  return g_strcmp0 (state, "queued") == 0;
}

char *
porch_ui_words_transfer_title (PorchBusTransfer *transfer)
{
  const char *title = porch_bus_transfer_get_title (transfer);

  return title != NULL && *title != '\0' ? porch_ui_words_name (title) : g_strdup (_ ("Files"));
}

/* Where it comes from or goes to. */
static char *
direction (PorchBusTransfer *transfer)
{
  g_autofree char *name = porch_ui_words_name (porch_bus_transfer_get_peer_name (transfer));

  if (porch_ui_words_name_is_false (porch_bus_transfer_get_peer_name (transfer)))
    return porch_ui_words_false_title (porch_bus_transfer_get_peer_name (transfer));
  if (porch_bus_transfer_get_checking (transfer))
    /* Translators: files that were received are looked at again: "Check of what came from Ada’s Desktop" */
    return g_strdup_printf (_ ("Check of what came from %s"), name);
  if (g_strcmp0 (porch_bus_transfer_get_kind (transfer), "send") == 0)
    /* Translators: whom something is sent to: "To Ben’s Laptop" */
    return g_strdup_printf (_ ("To %s"), name);
  /* Translators: whom something comes from: "From Ada’s Desktop" */
  return g_strdup_printf (_ ("From %s"), name);
}

static void
add_running (GPtrArray *parts, PorchBusTransfer *transfer)
{
  gint64 rate = porch_bus_transfer_get_rate (transfer);
  char *left = porch_ui_words_time_left (porch_bus_transfer_get_time_left (transfer));

  g_ptr_array_add (parts, porch_ui_words_amount (porch_bus_transfer_get_bytes_done (transfer),
                                                 porch_bus_transfer_get_bytes_total (transfer)));
  if (porch_bus_transfer_get_turn (transfer) > 0)
    /* Translators: others are served first by the device that this comes from; %u is our place in its line */
    g_ptr_array_add (parts, g_strdup_printf (_ ("number %u in the queue there"), porch_bus_transfer_get_turn (transfer)));
  if (rate > 0)
    {
      g_autofree char *size = porch_ui_words_size (rate);

      /* Translators: a speed, "48 MB/s"; %s is a size */
      g_ptr_array_add (parts, g_strdup_printf (_ ("%s/s"), size));
    }
  if (left != NULL)
    g_ptr_array_add (parts, left);
}

static void
add_checked (GPtrArray *parts, guint problems)
{
  if (problems == 0)
    /* Translators: part of a line about files that were checked again */
    g_ptr_array_add (parts, g_strdup (_ ("everything is as it came")));
  else
    /* Translators: part of a line about files that were checked again */
    g_ptr_array_add (parts, g_strdup_printf (ngettext ("%u problem found", "%u problems found", problems), problems));
}

static void
add_done (GPtrArray *parts, PorchBusTransfer *transfer)
{
  guint problems = porch_bus_transfer_get_problem_count (transfer);
  gint64 total = porch_bus_transfer_get_bytes_total (transfer);
  gint64 finished = porch_bus_transfer_get_finished (transfer);

  if (porch_ui_words_transfer_is_text (transfer))
    g_ptr_array_add (parts, porch_ui_words_text_length (porch_bus_transfer_get_text (transfer)));
  else if (total >= 0)
    g_ptr_array_add (parts, porch_ui_words_size (total));
  if (porch_bus_transfer_get_checking (transfer))
    add_checked (parts, problems);
  else if (problems > 0)
    g_ptr_array_add (parts,
                     g_strdup_printf (ngettext ("%u could not be copied", "%u could not be copied", problems), problems));
  if (finished > 0)
    g_ptr_array_add (parts, porch_ui_words_time (finished));
}

static char *
waiting_sentence (PorchBusTransfer *transfer)
{
  g_autofree char *person = porch_ui_words_person (porch_bus_transfer_get_peer_name (transfer));
  const char *code = porch_bus_transfer_get_code (transfer);

  if (porch_ui_words_transfer_is_text (transfer))
    /* Translators: part of a line, of a text that nobody needs to accept: "To Ben’s Laptop · on its way" */
    return g_strdup (_ ("on its way"));
  if (code != NULL && *code != '\0')
    {
      g_autofree char *shown = porch_ui_words_code (code);

      /* Translators: %1$s is a person, %2$s six digits that the other screen must show too */
      return g_strdup_printf (_ ("waiting for %1$s to accept · code %2$s"), person, shown);
    }
  /* Translators: part of a line: "To Ben’s Laptop · waiting for Ben to accept" */
  return g_strdup_printf (_ ("waiting for %s to accept"), person);
}

char *
porch_ui_words_waiting_for (PorchBusTransfer *transfer)
{
  g_autofree char *person = porch_ui_words_person (porch_bus_transfer_get_peer_name (transfer));

  if (porch_ui_words_transfer_is_text (transfer))
    /* Translators: on the card of somebody to whom a text is on its way */
    return g_strdup (_ ("Sending a text…"));
  /* Translators: on the card of somebody to whom something is to be sent; %s is a person or device */
  return g_strdup_printf (_ ("Waiting for %s to accept…"), person);
}

static void
add_problem (GPtrArray *parts, PorchBusTransfer *transfer, const char *otherwise)
{
  const char *message = porch_bus_transfer_get_error_message (transfer);

  g_ptr_array_add (parts, message != NULL && *message != '\0' ? porch_display_name (message, 400) : g_strdup (otherwise));
}

char *
porch_ui_words_transfer_status (PorchBusTransfer *transfer)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  const char *state = porch_bus_transfer_get_state (transfer);
  guint position = porch_bus_transfer_get_queue_position (transfer);

  g_ptr_array_add (parts, direction (transfer));
  if (g_strcmp0 (state, "running") == 0)
    add_running (parts, transfer);
  else if (g_strcmp0 (state, "waiting") == 0)
    g_ptr_array_add (parts, waiting_sentence (transfer));
  else if (g_strcmp0 (state, "queued") == 0 && position > 0)
    /* Translators: place in the row of those that wait for their turn */
    g_ptr_array_add (parts, g_strdup_printf (_ ("number %u in the queue"), position));
  else if (g_strcmp0 (state, "queued") == 0)
    g_ptr_array_add (parts, g_strdup (_ ("waiting for its turn")));
  else if (g_strcmp0 (state, "preparing") == 0)
    g_ptr_array_add (parts, g_strdup (_ ("getting ready")));
  else if (g_strcmp0 (state, "connecting") == 0)
    g_ptr_array_add (parts, g_strdup (_ ("connecting")));
  else if (g_strcmp0 (state, "settling") == 0)
    g_ptr_array_add (parts, g_strdup (_ ("finishing")));
  else if (g_strcmp0 (state, "paused") == 0)
    {
      g_ptr_array_add (parts, g_strdup (_ ("paused")));
      g_ptr_array_add (parts, porch_ui_words_amount (porch_bus_transfer_get_bytes_done (transfer),
                                                     porch_bus_transfer_get_bytes_total (transfer)));
    }
  else if (g_strcmp0 (state, "stalled") == 0)
    add_problem (parts, transfer, _ ("goes on when the other device is back"));
  else if (g_strcmp0 (state, "declined") == 0)
    g_ptr_array_add (parts, g_strdup (_ ("declined")));
  else if (g_strcmp0 (state, "cancelled") == 0)
    g_ptr_array_add (parts, g_strdup (_ ("canceled")));
  else if (g_strcmp0 (state, "failed") == 0)
    add_problem (parts, transfer, _ ("failed"));
  else if (g_strcmp0 (state, "done") == 0)
    add_done (parts, transfer);
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (_ (" · "), (char **)parts->pdata);
}

char *
porch_ui_words_networks (PorchBusDaemon *daemon, gboolean visible)
{
  GVariant *networks = porch_bus_daemon_get_networks (daemon);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GVariantIter iter;
  const char *name;
  gboolean is_visible, some = FALSE;

  if (networks == NULL)
    return NULL;
  g_variant_iter_init (&iter, networks);
  while (g_variant_iter_next (&iter, "(&s&s&sb)", NULL, NULL, &name, &is_visible))
    {
      g_autofree char *shown = porch_ui_words_name (name);
      g_autofree char *quoted = g_strdup_printf (_ ("“%s”"), shown);

      if (visible && !is_visible)
        continue;
      some = TRUE;
      if (*name != '\0' && !g_ptr_array_find_with_equal_func (names, quoted, g_str_equal, NULL))
        g_ptr_array_add (names, g_steal_pointer (&quoted));
    }
  if (names->len == 0)
    return some ? g_strdup (_ ("this network")) : NULL;
  if (names->len == 1)
    return g_strdup (names->pdata[0]);
  /* Translators: two networks: "“School Wi-Fi” and “Cable”" */
  return g_strdup_printf (_ ("%1$s and %2$s"), (char *)names->pdata[0], (char *)names->pdata[1]);
}

gboolean
porch_ui_words_is_connected (PorchBusDaemon *daemon)
{
  GVariant *networks = porch_bus_daemon_get_networks (daemon);

  return networks != NULL && g_variant_n_children (networks) > 0;
}

char *
porch_ui_words_visibility (PorchBusDaemon *daemon)
{
  const char *mode = porch_bus_daemon_get_visibility (daemon);
  g_autofree char *all = porch_ui_words_networks (daemon, FALSE);
  g_autofree char *networks = porch_ui_words_networks (daemon, TRUE);

  if (all == NULL)
    return g_strdup (_ ("You are not connected to a network"));
  if (networks == NULL || g_strcmp0 (mode, "hidden") == 0)
    return g_strdup (_ ("Only people you trust can notice you here, and nobody can send you things"));
  if (g_strcmp0 (mode, "10min") == 0)
    {
      g_autofree char *until = porch_ui_words_time (porch_bus_daemon_get_visible_until (daemon));

      /* Translators: %1$s is a network in quotes, %2$s a time of day */
      return g_strdup_printf (_ ("Anyone on %1$s can see you and send you things until %2$s"), networks, until);
    }
  /* Translators: %s is the name of a network in quotes, or "this network" */
  return g_strdup_printf (_ ("Anyone on %s can see you and send you things"), networks);
}

char *
porch_ui_words_visibility_button (PorchBusDaemon *daemon, gint64 now)
{
  const char *mode = porch_bus_daemon_get_visibility (daemon);
  gint64 minutes = (porch_bus_daemon_get_visible_until (daemon) - now + 59) / 60;

  if (!porch_ui_words_is_connected (daemon))
    /* Translators: on the button that says who can see this device: there is no network */
    return g_strdup (C_ ("visibility", "Not Connected"));
  if (g_strcmp0 (mode, "hidden") == 0)
    return g_strdup (C_ ("visibility", "Hidden"));
  if (g_strcmp0 (mode, "10min") == 0)
    /* Translators: on a button: for how long others still see this device */
    return g_strdup_printf (ngettext ("%d Minute", "%d Minutes", (gulong)CLAMP (minutes, 1, 10)), (int)CLAMP (minutes, 1, 10));
  return g_strdup (C_ ("visibility", "Visible"));
}
