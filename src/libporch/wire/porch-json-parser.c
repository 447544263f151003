/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/porch-json-parser.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "porch-error.h"
#include "porch-limits.h"

#define MAX_NUMBER 40 /* characters; 2^63 has 19 digits */

typedef struct {
  const char *start;
  const char *at;
  const char *end;
  guint       depth;
  guint       values; /* so far */
  GString    *text;   /* owned; the string that was read last */
  GError    **error;
} Scanner;

static JsonNode *scan_value (Scanner *s);

static gboolean
fail (Scanner *s)
{
  g_set_error (s->error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("The message is not valid JSON at byte %zu."),
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
    {
      g_string_append_unichar (s->text, (gunichar) high);
      return TRUE;
    }
  if (s->end - s->at < 2 || s->at[0] != '\\' || s->at[1] != 'u')
    return fail (s);
  s->at += 2;
  low = scan_hex4 (s);
  if (low < 0xdc00 || low > 0xdfff)
    return fail (s);
  g_string_append_unichar (s->text, 0x10000 + ((gunichar) (high - 0xd800) << 10) + (gunichar) (low - 0xdc00));
  return TRUE;
}

/* After the backslash. */
static gboolean
scan_escape (Scanner *s)
{
  static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  const char       *found;

  if (s->at >= s->end)
    return fail (s);
  if (*s->at == 'u')
    {
      s->at++;
      return scan_unicode_escape (s);
    }
  found = memchr (letters, *s->at, sizeof letters - 1);
  if (found == NULL)
    return fail (s);
  s->at++;
  g_string_append_c (s->text, meanings[found - letters]);
  return TRUE;
}

/* After the opening quote; into s->text. The whole text was checked to be UTF-8 without NUL before. */
static gboolean
scan_string (Scanner *s)
{
  g_string_truncate (s->text, 0);
  while (s->at < s->end)
    {
      const char *plain = s->at;

      while (s->at < s->end && *s->at != '"' && *s->at != '\\' && (guchar) *s->at >= 0x20)
        s->at++;
      g_string_append_len (s->text, plain, s->at - plain);
      if (s->at >= s->end || (guchar) *s->at < 0x20)
        return fail (s);
      if (*s->at++ == '"')
        return TRUE;
      if (!scan_escape (s))
        return FALSE;
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

/* (nullable) NULL when an integer does not fit 64 bits. */
static JsonNode *
make_number (const char *number, gsize length, gboolean integer)
{
  JsonNode *node = json_node_alloc ();
  char      copy[MAX_NUMBER + 1];
  gint64    value;

  memcpy (copy, number, length);
  copy[length] = '\0';
  if (!integer)
    return json_node_init_double (node, g_ascii_strtod (copy, NULL));
  errno = 0;
  value = g_ascii_strtoll (copy, NULL, 10);
  if (errno == 0)
    return json_node_init_int (node, value);
  json_node_unref (node);
  return NULL;
}

/* Past the parts of a number. */
static gboolean
skip_number (Scanner *s, gboolean *integer)
{
  *integer = TRUE;
  if (*s->at == '-')
    s->at++;
  if (s->at < s->end && *s->at == '0')
    s->at++;
  else if (!scan_digits (s))
    return FALSE;
  if (s->at < s->end && *s->at == '.')
    {
      s->at++;
      *integer = FALSE;
      if (!scan_digits (s))
        return FALSE;
    }
  if (s->at < s->end && (*s->at == 'e' || *s->at == 'E'))
    {
      s->at++;
      *integer = FALSE;
      if (s->at < s->end && (*s->at == '+' || *s->at == '-'))
        s->at++;
      return scan_digits (s);
    }
  return TRUE;
}

static JsonNode *
scan_number (Scanner *s)
{
  const char *first = s->at;
  JsonNode   *node = NULL;
  gboolean    integer;

  if (!skip_number (s, &integer))
    return NULL;
  if (s->at - first <= MAX_NUMBER)
    node = make_number (first, (gsize) (s->at - first), integer);
  if (node == NULL)
    fail (s);
  return node;
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
enter (Scanner *s)
{
  if (++s->depth <= PORCH_MAX_JSON_DEPTH)
    return TRUE;
  g_set_error (s->error, PORCH_ERROR, PORCH_ERROR_LIMIT, _ ("The message is nested deeper than %d levels."), PORCH_MAX_JSON_DEPTH);
  return FALSE;
}

/* A member that stands twice is refused: two readers could take different ones. */
static gboolean
scan_member (Scanner *s, JsonObject *object)
{
  g_autofree char *name = NULL;
  JsonNode        *value;

  if (!scan_char (s, '"'))
    return fail (s);
  if (!scan_string (s))
    return FALSE;
  name = g_strndup (s->text->str, s->text->len);
  if (json_object_has_member (object, name) || !scan_char (s, ':'))
    return fail (s);
  value = scan_value (s);
  if (value != NULL)
    json_object_set_member (object, name, value);
  return value != NULL;
}

static gboolean
scan_element (Scanner *s, JsonArray *array)
{
  JsonNode *value = scan_value (s);

  if (value != NULL)
    json_array_add_element (array, value);
  return value != NULL;
}

/* After the opening bracket. */
static JsonNode *
scan_object (Scanner *s)
{
  g_autoptr (JsonObject) object = json_object_new ();

  if (!enter (s))
    return NULL;
  if (!scan_char (s, '}'))
    {
      do
        if (!scan_member (s, object))
          return NULL;
      while (scan_char (s, ','));
      if (!scan_char (s, '}'))
        {
          fail (s);
          return NULL;
        }
    }
  s->depth--;
  return json_node_init_object (json_node_alloc (), object);
}

static JsonNode *
scan_array (Scanner *s)
{
  g_autoptr (JsonArray) array = json_array_new ();

  if (!enter (s))
    return NULL;
  if (!scan_char (s, ']'))
    {
      do
        if (!scan_element (s, array))
          return NULL;
      while (scan_char (s, ','));
      if (!scan_char (s, ']'))
        {
          fail (s);
          return NULL;
        }
    }
  s->depth--;
  return json_node_init_array (json_node_alloc (), array);
}

static JsonNode *
scan_plain (Scanner *s)
{
  JsonNode *node = json_node_alloc ();

  switch (*s->at)
    {
    case 't':
    case 'f':
      json_node_init_boolean (node, *s->at == 't');
      break;
    default:
      json_node_init_null (node);
    }
  if (scan_word (s, *s->at == 't' ? "true" : *s->at == 'f' ? "false" : "null"))
    return node;
  json_node_unref (node);
  return NULL;
}

static JsonNode *
scan_value (Scanner *s)
{
  if (++s->values > PORCH_MAX_JSON_VALUES)
    {
      g_set_error (s->error, PORCH_ERROR, PORCH_ERROR_LIMIT, _ ("The message holds more than %d values."), PORCH_MAX_JSON_VALUES);
      return NULL;
    }
  skip_blanks (s);
  switch (s->at < s->end ? *s->at : '\0')
    {
    case '{':
      s->at++;
      return scan_object (s);
    case '[':
      s->at++;
      return scan_array (s);
    case '"':
      s->at++;
      return scan_string (s) ? json_node_init_string (json_node_alloc (), s->text->str) : NULL;
    case 't':
    case 'f':
    case 'n':
      return scan_plain (s);
    case '-':
    case '0' ... '9':
      return scan_number (s);
    default:
      fail (s);
      return NULL;
    }
}

/**
 * porch_json_parse_node:
 * @data: the text, not NUL-terminated
 * @length: its bytes
 * @error: PORCH_ERROR_PROTOCOL or PORCH_ERROR_LIMIT
 *
 * The recursion is bounded by PORCH_MAX_JSON_DEPTH.
 */
JsonNode *
porch_json_parse_node (const char *data, gsize length, GError **error)
{
  g_autoptr (GString) text = NULL;
  g_autoptr (JsonNode) node = NULL;
  Scanner s = { .start = data, .at = data, .end = data + length, .error = error };

  if (!g_utf8_validate_len (data, length, NULL))
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("The message is not valid UTF-8."));
      return NULL;
    }
  s.text = text = g_string_sized_new (128);
  node = scan_value (&s);
  if (node == NULL)
    return NULL;
  skip_blanks (&s);
  if (s.at == s.end)
    return g_steal_pointer (&node);
  fail (&s);
  return NULL;
}
