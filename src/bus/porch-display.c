/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-display.h"

#include <string.h>

/* Characters that change how the text around them is read, or that can't be seen at all. */
static gboolean
is_deceiving (gunichar c)
{
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200b || c == 0x200e || c == 0x200f
         || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb)
         || (c >= 0xe0000 && c <= 0xe007f);
}

char *
porch_display_name (const char *name, guint max_chars)
{
  GString *out = g_string_new (NULL);
  const char *end = name != NULL ? name + strlen (name) : NULL;
  guint chars = 0;

  for (const char *p = name; p != end; chars++)
    {
      gunichar c = g_utf8_get_char_validated (p, end - p);

      if (max_chars > 0 && chars == max_chars)
        {
          g_string_append (out, "…");
          break;
        }
      if (c == (gunichar)-1 || c == (gunichar)-2)
        {
          g_string_append_printf (out, "\\x%02x", (guchar)*p++);
          continue;
        }
      if (!is_deceiving (c))
        g_string_append_unichar (out, c);
      else if (c < 0x100)
        g_string_append_printf (out, "\\x%02x", c);
      else
        g_string_append_printf (out, "\\u%04x", c);
      p = g_utf8_next_char (p);
    }
  return g_string_free (out, FALSE);
}

char *
porch_display_basename (const char *path)
{
  g_autofree char *base = path != NULL && *path != '\0' ? g_path_get_basename (path) : g_strdup ("");

  return porch_display_name (base, 0);
}

char *
porch_display_path (const char *path)
{
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);
  g_autofree char *shown = NULL;

  if (path == NULL)
    return g_strdup ("");
  if (length > 1 && g_str_has_prefix (path, home) && (path[length] == '/' || path[length] == '\0'))
    shown = g_strconcat ("~", path + length, NULL);
  return porch_display_name (shown != NULL ? shown : path, 0);
}
