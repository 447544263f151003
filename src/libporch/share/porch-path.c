/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "share/porch-path.h"

#include "porch-error.h"
#include "porch-limits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What is quoted of a bad name in an error: enough to find it, never 4,096 bytes of it. */
#define QUOTED_BYTES 120
/* A longer "extension" is part of the name: "Notes. On the long winter" has none. */
#define MAX_EXTENSION 16

/* C0, DEL and C1. */
static gboolean
is_control (gunichar c)
{
  return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

/* Characters that change how the text around them is read, or that nobody sees: a name may have them on disk, but a person who
 * decides by what is on the screen must see that they are there. ZWJ and ZWNJ are spelling in several scripts and stay. */
static gboolean
is_deceptive (gunichar c)
{
  return c == 0x061c || c == 0x200b || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e)
         || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb);
}

/* @why says what is wrong and what to do. */
static gboolean
refuse (GError **error, const char *name, gsize length, const char *why)
{
  g_autofree char *shown = porch_path_to_display_len (name, MIN (length, QUOTED_BYTES));

  if (length > QUOTED_BYTES)
    {
      char *longer = g_strconcat (shown, "…", NULL);

      g_free (shown);
      shown = longer;
    }
  /* Translators: a file name or path, then why it is refused and what to do, as below. */
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_PATH_REFUSED, _ ("“%s” is refused: %s"), shown, why);
  return FALSE;
}

static gboolean
refuse_empty (GError **error)
{
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PATH_REFUSED, _ ("A name is empty; it needs at least one character"));
  return FALSE;
}

static gboolean
has_control (const char *text, gsize length)
{
  for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
    if (is_control (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

/**
 * porch_path_is_staging:
 * @name: one segment
 *
 * Returns: whether @name has the form of Porch's own staging files, which no peer may name and no listing shows
 */
gboolean
porch_path_is_staging (const char *name)
{
  if (!g_str_has_prefix (name, PORCH_STAGING_PREFIX))
    return FALSE;
  name += strlen (PORCH_STAGING_PREFIX);
  for (guint i = 0; i < PORCH_STAGING_DIGITS; i++)
    if (!((name[i] >= '0' && name[i] <= '9') || (name[i] >= 'a' && name[i] <= 'f')))
      return FALSE;
  return name[PORCH_STAGING_DIGITS] == '\0';
}

static gboolean
is_staging_bytes (const char *name, gsize length)
{
  g_autofree char *copy = NULL;

  if (length != strlen (PORCH_STAGING_PREFIX) + PORCH_STAGING_DIGITS)
    return FALSE;
  copy = g_strndup (name, length);
  return porch_path_is_staging (copy);
}

/**
 * porch_path_check_name:
 * @name: one segment of a path
 * @length: its bytes, or -1 up to the NUL
 * @error: return location
 *
 * The one rule for every name that came from the network or goes out to it.
 *
 * Returns: FALSE with %PORCH_ERROR_PATH_REFUSED
 */
gboolean
porch_path_check_name (const char *name, gssize length, GError **error)
{
  gsize n = length < 0 ? strlen (name) : (gsize) length;

  if (n == 0)
    return refuse_empty (error);
  if (n > PORCH_MAX_NAME)
    return refuse (error, name, n, _ ("the name is longer than 255 bytes; it needs a shorter one"));
  if (!g_utf8_validate_len (name, n, NULL))
    return refuse (error, name, n, _ ("the name is not valid UTF-8; it needs another one"));
  if (has_control (name, n))
    return refuse (error, name, n, _ ("the name has control characters; it needs another one"));
  if (memchr (name, '/', n))
    return refuse (error, name, n, _ ("the name has a slash; it needs another one"));
  if ((n == 1 && name[0] == '.') || (n == 2 && memcmp (name, "..", 2) == 0))
    return refuse (error, name, n, _ ("this is not the name of a file or folder"));
  if (is_staging_bytes (name, n))
    return refuse (error, name, n, _ ("such names are kept for unfinished files; it needs another one"));
  return TRUE;
}

/**
 * porch_path_check:
 * @path: a path below a share or target, "/" between its segments
 * @length: its bytes, or -1 up to the NUL
 * @error: return location
 *
 * Every segment passes porch_path_check_name(); at most %PORCH_MAX_PATH bytes and %PORCH_MAX_PATH_DEPTH segments.
 *
 * Returns: FALSE with %PORCH_ERROR_PATH_REFUSED
 */
gboolean
porch_path_check (const char *path, gssize length, GError **error)
{
  gsize n = length < 0 ? strlen (path) : (gsize) length;
  const char *end = path + n;
  guint depth = 0;

  if (n > PORCH_MAX_PATH)
    return refuse (error, path, n, _ ("the path is longer than 4,096 bytes; it needs shorter folder names"));
  if (n > 0 && path[0] == '/')
    return refuse (error, path, n, _ ("the path is not below the shared folder"));
  for (const char *segment = path;;)
    {
      const char *slash = memchr (segment, '/', (gsize) (end - segment));
      const char *stop = slash ? slash : end;

      if (++depth > PORCH_MAX_PATH_DEPTH)
        return refuse (error, path, n, _ ("it lies more than 256 folders deep; it must be moved further up"));
      if (!porch_path_check_name (segment, stop - segment, error))
        return FALSE;
      if (!slash)
        return TRUE;
      segment = slash + 1;
    }
}

static gboolean
label_char_refused (gunichar c)
{
  return is_control (c) || is_deceptive (c) || c == '/' || c == ':';
}

/**
 * porch_label_check:
 * @label: the name of a device or share
 * @error: return location
 *
 * Labels stand in "PEER:SHARE/PATH" on the command line and beside buttons, so they are stricter than file names.
 *
 * Returns: FALSE with %PORCH_ERROR_PATH_REFUSED
 */
gboolean
porch_label_check (const char *label, GError **error)
{
  gsize n = strlen (label);
  const char *p;
  gunichar last = 0;

  if (n == 0)
    return refuse_empty (error);
  if (n > PORCH_MAX_LABEL)
    return refuse (error, label, n, _ ("the name is longer than 63 bytes; choose a shorter one"));
  if (!g_utf8_validate_len (label, n, NULL))
    return refuse (error, label, n, _ ("the name is not valid UTF-8; choose another one"));
  if (label[0] == '-' || strcmp (label, ".") == 0 || strcmp (label, "..") == 0)
    return refuse (error, label, n, _ ("the name begins with “-” or is “.” or “..”; choose another one"));
  for (p = label; *p; p = g_utf8_next_char (p))
    {
      last = g_utf8_get_char (p);
      if (label_char_refused (last))
        return refuse (error, label, n, _ ("the name has “/”, “:” or a character that nobody sees; choose another one"));
    }
  if (g_unichar_isspace (g_utf8_get_char (label)) || g_unichar_isspace (last))
    return refuse (error, label, n, _ ("the name begins or ends with a blank; choose another one"));
  return TRUE;
}

/* Cuts @text to at most @max bytes without splitting a character. */
static void
cut_at_character (GString *text, gsize max)
{
  gsize n = max;

  if (text->len <= max)
    return;
  while (n > 0 && ((guchar) text->str[n] & 0xc0) == 0x80)
    n--;
  g_string_truncate (text, n);
}

static void
strip_end (GString *text)
{
  while (text->len > 0)
    {
      const char *p = g_utf8_find_prev_char (text->str, text->str + text->len);

      if (!p || !g_unichar_isspace (g_utf8_get_char (p)))
        return;
      g_string_truncate (text, (gsize) (p - text->str));
    }
}

/**
 * porch_label_clean:
 * @label: any bytes
 *
 * Makes of a host name, a folder's name or a stranger's TXT record something that may be shown and typed as a label.
 *
 * Returns: (transfer full) (nullable): the nearest label that passes porch_label_check(), NULL when nothing is left
 */
char *
porch_label_clean (const char *label)
{
  g_autofree char *valid = g_utf8_make_valid (label, -1);
  g_autoptr (GString) clean = g_string_new (NULL);

  for (const char *p = valid; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '/' || c == ':')
        c = '-';
      if (label_char_refused (c) || (clean->len == 0 && (c == '-' || g_unichar_isspace (c))))
        continue;
      g_string_append_unichar (clean, c);
    }
  cut_at_character (clean, PORCH_MAX_LABEL);
  strip_end (clean);
  if (!porch_label_check (clean->str, NULL))
    return NULL;
  return g_string_free (g_steal_pointer (&clean), FALSE);
}

/**
 * porch_path_to_display_len:
 * @path: any bytes
 * @length: how many
 *
 * Bad bytes and control characters become `\xNN`, deceptive ones `\u{NNNN}`. What comes out is valid UTF-8 on one line; it is to
 * be read, never to be turned back.
 *
 * Returns: (transfer full): text for people
 */
char *
porch_path_to_display_len (const char *path, gsize length)
{
  GString *out = g_string_sized_new (length + 8);
  const char *end = path + length;

  for (const char *p = path; p < end;)
    {
      gunichar c = g_utf8_get_char_validated (p, end - p);

      if (*p == '\0' || c == (gunichar) -1 || c == (gunichar) -2)
        g_string_append_printf (out, "\\x%02x", (guchar) *p++);
      else
        {
          if (is_control (c))
            g_string_append_printf (out, "\\x%02x", c);
          else if (is_deceptive (c))
            g_string_append_printf (out, "\\u{%04x}", c);
          else
            g_string_append_unichar (out, c);
          p = g_utf8_next_char (p);
        }
    }
  return g_string_free (out, FALSE);
}

/**
 * porch_path_to_display:
 * @path: a name, path or label; any bytes up to the NUL
 *
 * Returns: (transfer full): text for people
 */
char *
porch_path_to_display (const char *path)
{
  return porch_path_to_display_len (path, strlen (path));
}

/* Where the extension of @name begins ("" when it has none). "x.tar.gz" has ".tar.gz"; ".profile" none. */
static const char *
find_extension (const char *name)
{
  const char *none = name + strlen (name);
  const char *dot = strrchr (name, '.');

  if (!dot || dot == name || dot[1] == '\0' || none - dot > MAX_EXTENSION || strpbrk (dot, " ()"))
    return none;
  if (dot - name > 4 && g_ascii_strncasecmp (dot - 4, ".tar", 4) == 0)
    dot -= 4;
  return dot;
}

/**
 * porch_path_labeled:
 * @name: a name that passed porch_path_check_name()
 * @label: a few words
 *
 * Returns: (transfer full): "name (label).ext", at most 255 bytes
 */
char *
porch_path_labeled (const char *name, const char *label)
{
  const char *extension = find_extension (name);
  g_autofree char *tail = g_strdup_printf (" (%s)%s", label, extension);
  GString *result = g_string_new_len (name, extension - name);

  cut_at_character (result, PORCH_MAX_NAME - strlen (tail));
  g_string_append (result, tail);
  return g_string_free (result, FALSE);
}

/**
 * porch_path_numbered:
 * @name: a name that passed porch_path_check_name()
 * @number: 1 and up
 *
 * Returns: (transfer full): the name that a clash gets, at most 255 bytes
 */
char *
porch_path_numbered (const char *name, guint number)
{
  g_autofree char *label = g_strdup_printf ("%u", number);

  return porch_path_labeled (name, label);
}
