/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/porch-json-check.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "porch-error.h"
#include "porch-limits.h"

#define MAX_NUMBER 40 /* characters; 2^63 has 19 digits */

typedef struct {
  const char     *start;
  const char     *at;
  const char     *end;
  guint           depth;
  PorchJsonCount *count;
  GError        **error;
} Scanner;

static gboolean scan_value (Scanner *s);

static gboolean
fail (Scanner *s)
{
  g_set_error (s->error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("The message is not valid JSON at byte %" G_GSIZE_FORMAT "."),
               (gsize) (s->at - s->start));
  return FALSE;
}

static void
skip_blanks (Scanner *s)
{
  while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r'))
    s->at++;
}

static gboolean
scan_char (Scanner *s, char wanted)
{
  skip_blanks (s);
  if (s->at >= s->end || *s->at != wanted)
    return FALSE;
  s->at++;
  return TRUE;
}

/* The four digits of \uXXXX; -1 if they are not. */
static int
scan_hex4 (Scanner *s)
{
  int value = 0;

  if (s->end - s->at < 4)
    return -1;
  for (int i = 0; i < 4; i++, s->at++)
    {
      int digit = g_ascii_xdigit_value (*s->at);

      if (digit < 0)
        return -1;
      value = value * 16 + digit;
    }
  return value;
}

static gboolean
scan_unicode_escape (Scanner *s)
{
  int high = scan_hex4 (s), low;

  if (high <= 0 || (high >= 0xdc00 && high <= 0xdfff))
    return fail (s);
  if (high < 0xd800 || high > 0xdbff)
    return TRUE;
  if (s->end - s->at < 2 || s->at[0] != '\\' || s->at[1] != 'u')
    return fail (s);
  s->at += 2;
  low = scan_hex4 (s);
  return (low >= 0xdc00 && low <= 0xdfff) || fail (s);
}

/* After the opening quote. The whole text was checked to be UTF-8 without NUL before. */
static gboolean
scan_string (Scanner *s)
{
  while (s->at < s->end)
    {
      guchar c = (guchar) *s->at++;

      if (c == '"')
        return TRUE;
      if (c < 0x20)
        return fail (s);
      if (c != '\\')
        continue;
      if (s->at >= s->end)
        return fail (s);
      c = (guchar) *s->at++;
      if (c == 'u')
        {
          if (!scan_unicode_escape (s))
            return FALSE;
        }
      else if (strchr ("\"\\/bfnrt", c) == NULL)
        return fail (s);
    }
  return fail (s);
}

static gboolean
scan_digits (Scanner *s)
{
  const char *first = s->at;

  while (s->at < s->end && g_ascii_isdigit (*s->at))
    s->at++;
  return s->at > first || fail (s);
}

static gboolean
is_in_range (const char *number, gsize length)
{
  char copy[MAX_NUMBER + 1];

  memcpy (copy, number, length);
  copy[length] = '\0';
  errno = 0;
  g_ascii_strtoll (copy, NULL, 10);
  return errno == 0;
}

static gboolean
scan_number (Scanner *s)
{
  const char *first = s->at;
  gboolean    integer = TRUE;

  if (*s->at == '-')
    s->at++;
  if (s->at < s->end && *s->at == '0')
    s->at++;
  else if (!scan_digits (s))
    return FALSE;
  if (s->at < s->end && *s->at == '.')
    {
      s->at++;
      integer = FALSE;
      if (!scan_digits (s))
        return FALSE;
    }
  if (s->at < s->end && (*s->at == 'e' || *s->at == 'E'))
    {
      s->at++;
      integer = FALSE;
      if (s->at < s->end && (*s->at == '+' || *s->at == '-'))
        s->at++;
      if (!scan_digits (s))
        return FALSE;
    }
  if (s->at - first > MAX_NUMBER || (integer && !is_in_range (first, s->at - first)))
    return fail (s);
  return TRUE;
}

static gboolean
scan_word (Scanner *s, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (s->end - s->at) < length || memcmp (s->at, word, length) != 0)
    return fail (s);
  s->at += length;
  return TRUE;
}

static gboolean
scan_member (Scanner *s)
{
  s->count->members++;
  return (scan_char (s, '"') || fail (s)) && scan_string (s) && (scan_char (s, ':') || fail (s)) && scan_value (s);
}

/* After the opening bracket; @close ends it. */
static gboolean
scan_container (Scanner *s, char close, gboolean (*scan_item) (Scanner *s))
{
  if (++s->depth > PORCH_MAX_JSON_DEPTH)
    {
      g_set_error (s->error, PORCH_ERROR, PORCH_ERROR_LIMIT, _ ("The message is nested deeper than %d levels."),
                   PORCH_MAX_JSON_DEPTH);
      return FALSE;
    }
  if (!scan_char (s, close))
    {
      do
        {
          if (!scan_item (s))
            return FALSE;
        }
      while (scan_char (s, ','));
      if (!scan_char (s, close))
        return fail (s);
    }
  s->depth--;
  return TRUE;
}

static gboolean
scan_value (Scanner *s)
{
  if (++s->count->values > PORCH_MAX_JSON_VALUES)
    {
      g_set_error (s->error, PORCH_ERROR, PORCH_ERROR_LIMIT, _ ("The message holds more than %d values."), PORCH_MAX_JSON_VALUES);
      return FALSE;
    }
  skip_blanks (s);
  if (s->at >= s->end)
    return fail (s);
  switch (*s->at)
    {
    case '{':
      s->at++;
      return scan_container (s, '}', scan_member);
    case '[':
      s->at++;
      return scan_container (s, ']', scan_value);
    case '"':
      s->at++;
      return scan_string (s);
    case 't':
      return scan_word (s, "true");
    case 'f':
      return scan_word (s, "false");
    case 'n':
      return scan_word (s, "null");
    default:
      return (g_ascii_isdigit (*s->at) || *s->at == '-') ? scan_number (s) : fail (s);
    }
}

/**
 * porch_json_check:
 * @data: the text, not NUL-terminated
 * @length: its bytes
 * @count: (out caller-allocates): what it holds
 * @error: PORCH_ERROR_PROTOCOL or PORCH_ERROR_LIMIT
 *
 * The recursion is bounded by PORCH_MAX_JSON_DEPTH; json-glib's own is not and ends in SIGSEGV at depth 200,000.
 */
gboolean
porch_json_check (const char *data, gsize length, PorchJsonCount *count, GError **error)
{
  Scanner s = { data, data, data + length, 0, count, error };

  *count = (PorchJsonCount) { 0, 0 };
  if (!g_utf8_validate_len (data, length, NULL))
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("The message is not valid UTF-8."));
      return FALSE;
    }
  if (!scan_value (&s))
    return FALSE;
  skip_blanks (&s);
  return s.at == s.end || fail (&s);
}
