/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>
#include <time.h>

#include "porch-cli-format.h"

/* A share may end this far in the future; beyond it "never" is meant. */
#define LONGEST_S (G_GINT64_CONSTANT (100) * 366 * 24 * 3600)

char *
porch_cli_format_rate (gint64 bytes_per_second)
{
  g_autofree char *size = g_format_size (MAX (bytes_per_second, 0));

  /* Translators: %s is a size like 48 MB; this is a speed */
  return g_strdup_printf (_ ("%s/s"), size);
}

char *
porch_cli_format_limit (gint64 bytes_per_second)
{
  return bytes_per_second > 0 ? porch_cli_format_rate (bytes_per_second) : g_strdup (_ ("no limit"));
}

char *
porch_cli_format_seconds (gint64 seconds)
{
  if (seconds >= 3600)
    return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d", seconds / 3600, (int) (seconds / 60 % 60), (int) (seconds % 60));
  return g_strdup_printf ("%d:%02d", (int) (seconds / 60), (int) (seconds % 60));
}

/* localtime_r() and not GDateTime: a listing may ask for a million of these. */
char *
porch_cli_format_time (gint64 unix_seconds)
{
  time_t seconds = (time_t) unix_seconds;
  char text[64];
  struct tm local;

  if (unix_seconds <= 0 || localtime_r (&seconds, &local) == NULL || strftime (text, sizeof text, "%Y-%m-%d %H:%M", &local) == 0)
    return g_strdup ("–");
  return g_strdup (text);
}

char *
porch_cli_format_bar (gint64 done, gint64 total, int width)
{
  int inner = MAX (width - 2, 1);
  int full = total > 0 ? (int) (inner * (CLAMP (done, 0, total) / (double) total)) : 0;
  char *bar = g_malloc (inner + 3);

  bar[0] = '[';
  memset (bar + 1, '#', full);
  memset (bar + 1 + full, '-', inner - full);
  bar[inner + 1] = ']';
  bar[inner + 2] = '\0';
  return bar;
}

static int
char_width (gunichar c)
{
  return g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
}

int
porch_cli_text_width (const char *text)
{
  int width = 0;

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    width += char_width (g_utf8_get_char (p));
  return width;
}

char *
porch_cli_text_cut (const char *text, int width)
{
  int used = 0;
  const char *p;

  if (porch_cli_text_width (text) <= width)
    return g_strdup (text);
  for (p = text; *p && used + char_width (g_utf8_get_char (p)) <= width - 1; p = g_utf8_next_char (p))
    used += char_width (g_utf8_get_char (p));
  return g_strdup_printf ("%.*s…", (int) (p - text), text);
}

static gint64
unit_seconds (const char *unit)
{
  static const struct {
    const char *name;
    gint64      seconds;
  } units[] = { { "s", 1 }, { "m", 60 }, { "min", 60 }, { "h", 3600 }, { "d", 86400 }, { "w", 7 * 86400 } };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (unit, units[i].name) == 0)
      return units[i].seconds;
  return 0;
}

static gint64
parse_local_time (const char *text)
{
  g_autofree char *iso = strchr (text, ':') ? g_strdup (text) : g_strconcat (text, "T23:59:59", NULL);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) time = NULL;
  char *blank = strchr (iso, ' ');

  if (blank != NULL)
    *blank = 'T';
  /* ISO 8601 wants seconds; people don't write them. */
  if (strchr (iso, ':') == strrchr (iso, ':'))
    {
      g_autofree char *whole = g_strconcat (iso, ":00", NULL);
      time = g_date_time_new_from_iso8601 (whole, zone);
    }
  else
    time = g_date_time_new_from_iso8601 (iso, zone);
  return time ? g_date_time_to_unix (time) : 0;
}

gboolean
porch_cli_parse_until (const char *text, gint64 now, gint64 *until)
{
  gint64 number = 0, unit = 0;
  char *end = NULL;

  *until = 0;
  if (strcmp (text, "never") == 0)
    return TRUE;
  if (g_ascii_isdigit (*text))
    number = g_ascii_strtoll (text, &end, 10);
  if (end != NULL)
    unit = unit_seconds (end);
  if (unit > 0 && number > LONGEST_S / unit)
    return FALSE;
  *until = unit > 0 ? now + number * unit : parse_local_time (text);
  return *until > now && *until <= now + LONGEST_S;
}

static gboolean
read_unit (const char *text, double *factor)
{
  static const char prefixes[] = "kMG";
  const char *prefix = *text != '\0' ? strchr (prefixes, *text == 'K' ? 'k' : *text == 'm' ? 'M' : *text == 'g' ? 'G' : *text) : NULL;
  double base = 1000;

  *factor = 1;
  if (prefix != NULL)
    {
      text++;
      if (*text == 'i')
        {
          base = 1024;
          text++;
        }
      for (const char *p = prefixes; p <= prefix; p++)
        *factor *= base;
    }
  if (g_str_equal (text, "bit") || g_str_equal (text, "bit/s"))
    {
      *factor /= 8;
      return TRUE;
    }
  return *text == '\0' || g_str_equal (text, "B") || g_str_equal (text, "B/s");
}

gboolean
porch_cli_parse_rate (const char *text, gint64 *rate)
{
  const double most = (double) (G_GINT64_CONSTANT (1) << 40);
  char *end = NULL;
  double number, factor;

  *rate = 0;
  if (g_str_equal (text, "none") || g_str_equal (text, "0"))
    return TRUE;
  if (!g_ascii_isdigit (*text))
    return FALSE;
  number = g_ascii_strtod (text, &end);
  if (strspn (text, "0123456789.") != (gsize) (end - text))
    return FALSE;
  end += strspn (end, " ");
  if (!read_unit (end, &factor) || number * factor < 1 || number * factor > most)
    return FALSE;
  *rate = (gint64) (number * factor);
  return TRUE;
}
