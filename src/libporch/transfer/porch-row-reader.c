/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-row-reader.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-path.h"
#include "wire/porch-json.h"

#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <string.h>

#define BUFFER_SIZE (64 * 1024)

struct _PorchRowReader
{
  /* owned */
  GInputStream *stream;
  gnutls_hash_hd_t hash;
  char         *buffer;
  char         *name;

  gsize  start; /* of what was read and not yet parsed */
  gsize  end;
  guint  rows;
  gboolean ended;
};

PorchRowReader *
porch_row_reader_new (GInputStream *stream)
{
  PorchRowReader *self = g_new0 (PorchRowReader, 1);

  self->stream = g_object_ref (stream);
  self->buffer = g_malloc (BUFFER_SIZE);
  if (gnutls_hash_init (&self->hash, GNUTLS_DIG_SHA256) < 0)
    g_error ("SHA-256 is not available");
  return self;
}

void
porch_row_reader_free (PorchRowReader *self)
{
  if (self == NULL)
    return;
  gnutls_hash_deinit (self->hash, NULL);
  g_object_unref (self->stream);
  g_free (self->buffer);
  g_free (self->name);
  g_free (self);
}

static gboolean
set_protocol_error (GError **error, const char *what)
{
  /* Translators: %s says what, in English; it is for bug reports */
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _("The other device sent a listing that can't be read (%s)"), what);
  return FALSE;
}

static gboolean
parse_file (JsonObject *object, PorchRow *row, GError **error)
{
  const char *version;
  guint8 bytes[16];

  if (!porch_json_get_int (object, "s", 0, PORCH_MAX_FILE_SIZE, &row->size, error))
    return FALSE;
  version = porch_json_get_string (object, "v", 32, error);
  if (version == NULL)
    return FALSE;
  if (!porch_hex_decode (version, bytes, sizeof bytes))
    return set_protocol_error (error, "version");
  g_strlcpy (row->version, version, sizeof row->version);
  return TRUE;
}

static gboolean
parse_refused (JsonObject *object, PorchRow *row, GError **error)
{
  const char *code = porch_json_get_string (object, "e", sizeof row->code - 1, error);

  if (code == NULL)
    return FALSE;
  g_strlcpy (row->code, code, sizeof row->code);
  return TRUE;
}

/* A name that this side would not write is not an error of the listing: the rest of the files can still come. */
static void
check_name (PorchRow *row, const char *name)
{
  const char *slash = strrchr (name, '/');

  if (porch_path_check (name, -1, NULL) && !porch_path_is_staging (slash ? slash + 1 : name))
    return;
  row->type = PORCH_ROW_REFUSED;
  g_strlcpy (row->code, "name", sizeof row->code);
}

static gboolean
parse_entry (JsonObject *object, PorchRow *row, char **name, GError **error)
{
  const char *type = porch_json_get_string (object, "t", 1, error);
  const char *text = type ? porch_json_get_string (object, "n", PORCH_MAX_PATH, error) : NULL;

  if (text == NULL)
    return FALSE;
  *name = g_strdup (text);
  if (*type == '!')
    {
      row->type = PORCH_ROW_REFUSED;
      return parse_refused (object, row, error);
    }
  if (*type != 'f' && *type != 'd')
    return set_protocol_error (error, "type");
  row->type = *type == 'f' ? PORCH_ROW_FILE : PORCH_ROW_FOLDER;
  if (!porch_json_get_int (object, "m", G_MININT64, G_MAXINT64, &row->mtime, error))
    return FALSE;
  if (row->type == PORCH_ROW_FILE && !parse_file (object, row, error))
    return FALSE;
  /* The listed item itself has the empty name. */
  if (*text != 0)
    check_name (row, text);
  return TRUE;
}

/* The very form in which Porch writes its rows is read without building objects: a listing may have millions. Whatever differs in one
 * byte is left to the JSON parser, so that this decides nothing by itself. */

typedef struct {
  const char *at, *end;
} Cursor;

static gboolean
skip_text (Cursor *cursor, const char *text)
{
  gsize length = strlen (text);

  if ((gsize) (cursor->end - cursor->at) < length || memcmp (cursor->at, text, length) != 0)
    return FALSE;
  cursor->at += length;
  return TRUE;
}

static gboolean
read_digits (Cursor *cursor, gint64 *value)
{
  gboolean negative = skip_text (cursor, "-");
  const char *start = cursor->at;
  gint64 number = 0;

  while (cursor->at < cursor->end && g_ascii_isdigit (*cursor->at) && cursor->at - start < 19)
    {
      if (number > (G_MAXINT64 - 9) / 10)
        return FALSE;
      number = number * 10 + (*cursor->at++ - '0');
    }
  *value = negative ? -number : number;
  return cursor->at > start && (*start != '0' || cursor->at == start + 1);
}

/* Up to the closing quote; the only escapes are those that Porch makes. */
static char *
read_name (Cursor *cursor)
{
  g_autofree char *name = NULL;
  gsize length = 0;

  if ((gsize) (cursor->end - cursor->at) > PORCH_MAX_ROW)
    return NULL;
  name = g_malloc ((gsize) (cursor->end - cursor->at) + 1);
  while (cursor->at < cursor->end && *cursor->at != '"')
    {
      if ((guchar) *cursor->at < 0x20)
        return NULL;
      if (*cursor->at == '\\' && (++cursor->at == cursor->end || (*cursor->at != '"' && *cursor->at != '\\')))
        return NULL;
      name[length++] = *cursor->at++;
    }
  name[length] = '\0';
  if (length > PORCH_MAX_PATH || !g_utf8_validate (name, (gssize) length, NULL))
    return NULL;
  return g_steal_pointer (&name);
}

static gboolean
parse_own_form (const char *line, gsize length, PorchRow *row, char **name)
{
  Cursor cursor = { line, line + length };
  g_autofree char *text = NULL;
  guint8 bytes[16];

  if (!skip_text (&cursor, "{\"n\":\"") || (text = read_name (&cursor)) == NULL)
    return FALSE;
  if (skip_text (&cursor, "\",\"t\":\"f\",\"s\":"))
    row->type = PORCH_ROW_FILE;
  else if (skip_text (&cursor, "\",\"t\":\"d\""))
    row->type = PORCH_ROW_FOLDER;
  else
    return FALSE;
  if (row->type == PORCH_ROW_FILE && (!read_digits (&cursor, &row->size) || row->size < 0 || row->size > PORCH_MAX_FILE_SIZE))
    return FALSE;
  if (!skip_text (&cursor, ",\"m\":") || !read_digits (&cursor, &row->mtime))
    return FALSE;
  if (row->type == PORCH_ROW_FILE)
    {
      if (!skip_text (&cursor, ",\"v\":\"") || cursor.end - cursor.at < 32)
        return FALSE;
      memcpy (row->version, cursor.at, 32);
      row->version[32] = '\0';
      cursor.at += 32;
      if (!porch_hex_decode (row->version, bytes, sizeof bytes) || !skip_text (&cursor, "\""))
        return FALSE;
    }
  if (!skip_text (&cursor, "}") || cursor.at != cursor.end)
    return FALSE;
  *name = g_steal_pointer (&text);
  if (**name != '\0')
    check_name (row, *name);
  return TRUE;
}

gboolean
porch_row_parse (const char *line, gsize length, PorchRow *row, char **name, gboolean *end, GError **error)
{
  g_autoptr (JsonObject) object = NULL;

  memset (row, 0, sizeof *row);
  *end = FALSE;
  *name = NULL;
  if (parse_own_form (line, length, row, name))
    return TRUE;
  memset (row, 0, sizeof *row);
  object = porch_json_parse (line, length, PORCH_MAX_ROW, error);
  if (object == NULL)
    return FALSE;
  if (json_object_has_member (object, "end"))
    {
      *end = TRUE;
      return porch_json_get_int (object, "rows", 0, PORCH_MAX_ROWS, &row->size, error);
    }
  if (!parse_entry (object, row, name, error))
    {
      g_clear_pointer (name, g_free);
      return FALSE;
    }
  return TRUE;
}

/* Makes sure that a whole line is in the buffer; @length is without its newline. */
static gboolean
fill_line (PorchRowReader *self, gsize *length, GCancellable *cancellable, GError **error)
{
  for (;;)
    {
      char *newline = memchr (self->buffer + self->start, '\n', self->end - self->start);
      gssize n;

      if (newline != NULL)
        {
          *length = (gsize) (newline - (self->buffer + self->start));
          return *length <= PORCH_MAX_ROW || set_protocol_error (error, "long line");
        }
      if (self->end - self->start > PORCH_MAX_ROW)
        return set_protocol_error (error, "long line");
      memmove (self->buffer, self->buffer + self->start, self->end - self->start);
      self->end -= self->start;
      self->start = 0;
      n = g_input_stream_read (self->stream, self->buffer + self->end, BUFFER_SIZE - self->end, cancellable, error);
      if (n < 0)
        return FALSE;
      if (n == 0)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _("The listing was cut off"));
          return FALSE;
        }
      self->end += (gsize) n;
    }
}

gboolean
porch_row_reader_next (PorchRowReader *self, PorchRow *row, GCancellable *cancellable, GError **error)
{
  const char *line;
  gboolean end;
  gsize length;

  g_clear_pointer (&self->name, g_free);
  if (self->ended || !fill_line (self, &length, cancellable, error))
    return FALSE;
  line = self->buffer + self->start;
  self->start += length + 1;
  if (!porch_row_parse (line, length, row, &self->name, &end, error))
    return FALSE;
  if (end)
    {
      self->ended = TRUE;
      return row->size == self->rows ? FALSE : set_protocol_error (error, "number of rows");
    }
  gnutls_hash (self->hash, line, length + 1);
  if (++self->rows > PORCH_MAX_ROWS)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT, _("The folder has more than %d entries"), PORCH_MAX_ROWS);
      return FALSE;
    }
  row->name = self->name;
  return TRUE;
}

char *
porch_row_reader_dup_digest (PorchRowReader *self)
{
  gnutls_hash_hd_t copy = gnutls_hash_copy (self->hash);
  guint8 digest[32];

  gnutls_hash_deinit (copy, digest);
  return porch_hex_encode (digest, sizeof digest);
}
