/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-frame.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "porch-block-pool.h"
#include "porch-error.h"
#include "wire/porch-json.h"

#define BLOCK_PREFIX (8 + 32)  /* index and hash stand before the data of a BLOCK */
#define MAX_CONTROL (8 * 1024) /* JSON of FILE and ERROR */
#define BUFFER_SIZE (64 * 1024)
#define SMALL_BLOCK (128 * 1024)
#define HELD_BACK (64 * 1024) /* of a block, while the one before it is not put away yet */

struct _PorchFrameReader
{
  GInputStream *stream; /* owned */
  guint8 *buffer;       /* owned; bytes read ahead: [start, end) */
  gsize start, end;
  guint8 *block; /* owned: data of the last BLOCK, from the pool when they are many */
  gsize block_length;
  PorchFrameHold hold; /* (nullable) */
  gpointer hold_data;
  void (*counter) (gsize bytes, gpointer data); /* (nullable) */
  gpointer counter_data;

  guint8 layer[PORCH_MAX_LAYER_FRAME * 32];

  /* What the frames so far allow next. */
  guint32 next_item;
  gboolean open;      /* between FILE and END or ERROR of item next_item - 1 */
  gint64 size;        /* of the open item */
  gboolean any_block; /* next_block is fixed */
  guint64 next_block;
  gboolean done;
};

/* ---- writing ---- */

static void
put_header (guint8 *out, PorchFrameType type, guint32 item, guint32 length)
{
  guint32 item_be = GUINT32_TO_BE (item), length_be = GUINT32_TO_BE (length);

  memset (out, 0, 4);
  out[0] = type;
  memcpy (out + 4, &item_be, 4);
  memcpy (out + 8, &length_be, 4);
}

static GBytes *
make_frame (PorchFrameType type, guint32 item, const char *payload)
{
  gsize length = payload != NULL ? strlen (payload) : 0;
  guint8 *data = g_malloc (PORCH_FRAME_HEADER + length);

  put_header (data, type, item, length);
  if (length > 0)
    memcpy (data + PORCH_FRAME_HEADER, payload, length);
  return g_bytes_new_take (data, PORCH_FRAME_HEADER + length);
}

/**
 * porch_frame_file:
 * @item: index into the request's "want"
 * @size: bytes of the file
 * @mtime: nanoseconds since 1970
 * @version: 32 hex digits
 *
 * Plain formatting, no json-glib: producers run on confined file threads.
 *
 * Returns: (transfer full): the frame that starts an item
 */
GBytes *
porch_frame_file (guint32 item, gint64 size, gint64 mtime, const char *version)
{
  char json[160];

  g_snprintf (json, sizeof json, "{\"s\":%" G_GINT64_FORMAT ",\"m\":%" G_GINT64_FORMAT ",\"v\":\"%.32s\"}", size, mtime,
              version);
  return make_frame (PORCH_FRAME_FILE, item, json);
}

static GBytes *
make_block (PorchFrameType type, guint32 item, guint64 block, const guint8 hash[32], gsize length)
{
  guint8 *data = g_malloc (PORCH_FRAME_HEADER + BLOCK_PREFIX);
  guint64 block_be = GUINT64_TO_BE (block);

  put_header (data, type, item, BLOCK_PREFIX + length);
  memcpy (data + PORCH_FRAME_HEADER, &block_be, 8);
  memcpy (data + PORCH_FRAME_HEADER + 8, hash, 32);
  return g_bytes_new_take (data, PORCH_FRAME_HEADER + BLOCK_PREFIX);
}

/**
 * porch_frame_block_header:
 * @length: 1 to PORCH_BLOCK_SIZE bytes of data, which the caller sends next
 *
 * Returns: (transfer full): header, index and hash
 */
GBytes *
porch_frame_block_header (guint32 item, guint64 block, const guint8 hash[32], gsize length)
{
  g_return_val_if_fail (length > 0 && length <= PORCH_BLOCK_SIZE, NULL);

  return make_block (PORCH_FRAME_BLOCK, item, block, hash, length);
}

GBytes *
porch_frame_same (guint32 item, guint64 block, const guint8 hash[32])
{
  return make_block (PORCH_FRAME_SAME, item, block, hash, 0);
}

GBytes *
porch_frame_end (guint32 item)
{
  return make_frame (PORCH_FRAME_END, item, NULL);
}

/* JSON text of @text without json-glib: invalid UTF-8 is mended, controls and the two special characters are escaped. */
static void
append_json_string (GString *out, const char *text, gsize max)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  g_string_append_c (out, '"');
  for (const char *p = valid; *p != '\0' && (gsize)(g_utf8_next_char (p) - valid) <= max; p = g_utf8_next_char (p))
    {
      guchar c = *p;

      if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", c);
      else if (c < 0x20 || c == 0x7f)
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_len (out, p, g_utf8_next_char (p) - p);
    }
  g_string_append_c (out, '"');
}

/**
 * porch_frame_error:
 * @code: an error code of docs/PROTOCOL.md
 * @message: for people; any bytes, cut at 511
 *
 * Returns: (transfer full): the frame that ends an item without its blocks
 */
GBytes *
porch_frame_error (guint32 item, const char *code, const char *message)
{
  g_autoptr (GString) json = g_string_new ("{\"code\":");

  append_json_string (json, code, sizeof ((PorchFrame *)NULL)->code - 1);
  g_string_append (json, ",\"message\":");
  append_json_string (json, message, sizeof ((PorchFrame *)NULL)->message - 1);
  g_string_append_c (json, '}');
  return make_frame (PORCH_FRAME_ERROR, item, json->str);
}

GBytes *
porch_frame_done (void)
{
  return make_frame (PORCH_FRAME_DONE, 0, NULL);
}

GBytes *
porch_frame_wait (guint position)
{
  char json[40];

  g_snprintf (json, sizeof json, "{\"position\":%u}", CLAMP (position, 1, PORCH_MAX_LINE));
  return make_frame (PORCH_FRAME_WAIT, 0, json);
}

GBytes *
porch_frame_layer (guint32 item, guint64 block, const guint8 *hashes, guint n)
{
  gsize length = 8 + (gsize)n * 32;
  guint8 *data = g_malloc (PORCH_FRAME_HEADER + length);
  guint64 block_be = GUINT64_TO_BE (block);

  put_header (data, PORCH_FRAME_LAYER, item, length);
  memcpy (data + PORCH_FRAME_HEADER, &block_be, 8);
  memcpy (data + PORCH_FRAME_HEADER + 8, hashes, length - 8);
  return g_bytes_new_take (data, PORCH_FRAME_HEADER + length);
}

/* ---- reading ---- */

/* Of a buffer from the pool the rest lies idle; many of the files that fit into less come in one go. */
static gboolean
is_pooled (gsize length)
{
  return length > SMALL_BLOCK;
}

static void
drop_block (PorchFrameReader *self)
{
  if (is_pooled (self->block_length))
    porch_block_free (self->block);
  else
    g_free (self->block);
  self->block = NULL;
}

/**
 * porch_frame_reader_new:
 * @stream: the body of an answer; a reference is taken, it is not closed
 */
PorchFrameReader *
porch_frame_reader_new (GInputStream *stream)
{
  PorchFrameReader *self = g_new0 (PorchFrameReader, 1);

  self->stream = g_object_ref (stream);
  self->buffer = g_malloc (BUFFER_SIZE);
  porch_block_pool_hold ();
  return self;
}

/**
 * porch_frame_reader_set_hold:
 * @hold: called before a large block is whole; it may wait, and stop the reading
 *
 * For whoever must not have two whole blocks in memory at once.
 */
void
porch_frame_reader_set_hold (PorchFrameReader *self, PorchFrameHold hold, gpointer data)
{
  self->hold = hold;
  self->hold_data = data;
}

/**
 * porch_frame_reader_set_counter:
 * @counter: called on the reading thread
 *
 * For whoever must know how fast a large block comes before it is whole.
 */
void
porch_frame_reader_set_counter (PorchFrameReader *self, void (*counter) (gsize bytes, gpointer data), gpointer data)
{
  self->counter = counter;
  self->counter_data = data;
}

void
porch_frame_reader_free (PorchFrameReader *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->stream);
  g_free (self->buffer);
  drop_block (self);
  porch_block_pool_release ();
  g_free (self);
}

static gboolean
cut_off (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _ ("The answer of the other device was cut off."));
  return FALSE;
}

static gboolean
broken (GError **error, const char *what)
{
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("The other device sent data that Porch does not understand (%s)."),
               what);
  return FALSE;
}

/* Exactly @length bytes, first those that were read ahead. Large reads bypass the buffer: no second copy of a block. */
static gboolean
read_exactly (PorchFrameReader *self, guint8 *out, gsize length, GCancellable *cancellable, GError **error)
{
  while (length > 0)
    {
      gsize have = self->end - self->start;
      gssize n;

      if (have > 0)
        {
          gsize take = MIN (have, length);

          memcpy (out, self->buffer + self->start, take);
          self->start += take;
          out += take;
          length -= take;
          continue;
        }
      if (length >= BUFFER_SIZE)
        {
          n = g_input_stream_read (self->stream, out, length, cancellable, error);
          if (n > 0)
            {
              out += n;
              length -= n;
            }
        }
      else
        {
          n = g_input_stream_read (self->stream, self->buffer, BUFFER_SIZE, cancellable, error);
          self->start = 0;
          self->end = n > 0 ? n : 0;
        }
      if (n < 0)
        return FALSE;
      if (n == 0)
        return cut_off (error);
      if (self->counter != NULL)
        self->counter ((gsize)n, self->counter_data);
    }
  return TRUE;
}

/* The JSON object of FILE or ERROR. */
static JsonObject *
read_control (PorchFrameReader *self, guint32 length, GCancellable *cancellable, GError **error)
{
  g_autofree char *text = NULL;

  if (length > MAX_CONTROL)
    {
      broken (error, "a control frame that is too long");
      return NULL;
    }
  text = g_malloc (length + 1);
  if (!read_exactly (self, (guint8 *)text, length, cancellable, error))
    return NULL;
  text[length] = '\0';
  return porch_json_parse (text, length, MAX_CONTROL, error);
}

static gboolean
is_version (const char *text)
{
  guint8 bytes[16];

  return strlen (text) == 32 && porch_hex_decode (text, bytes, sizeof bytes);
}

static gboolean
read_file (PorchFrameReader *self, PorchFrame *frame, guint32 length, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) object = NULL;
  const char *version;

  if (self->open || frame->item != self->next_item)
    return broken (error, "a file out of order");
  object = read_control (self, length, cancellable, error);
  if (object == NULL || !porch_json_get_int (object, "s", 0, PORCH_MAX_FILE_SIZE, &frame->size, error)
      || !porch_json_get_int (object, "m", G_MININT64, G_MAXINT64, &frame->mtime, error))
    return FALSE;
  version = porch_json_get_string (object, "v", 32, error);
  if (version == NULL)
    return FALSE;
  if (!is_version (version))
    return broken (error, "a malformed version");
  g_strlcpy (frame->version, version, sizeof frame->version);
  self->open = TRUE;
  self->size = frame->size;
  self->any_block = FALSE;
  self->next_item++;
  return TRUE;
}

/* How long block @block of the open item must be; 0: there is no such block. */
static gsize
block_length (PorchFrameReader *self, guint64 block)
{
  guint64 size = self->size;

  if (block > (guint64)PORCH_MAX_FILE_SIZE / PORCH_BLOCK_SIZE || block * PORCH_BLOCK_SIZE >= size)
    return 0;
  return MIN (size - block * PORCH_BLOCK_SIZE, PORCH_BLOCK_SIZE);
}

/* What BLOCK and SAME begin with. @length: of the data that follow. */
static gboolean
read_prefix (PorchFrameReader *self, PorchFrame *frame, gsize *length, GCancellable *cancellable, GError **error)
{
  guint8 prefix[BLOCK_PREFIX];
  guint64 block_be;

  if (!self->open || frame->item + 1 != self->next_item)
    return broken (error, "a block out of order");
  if (!read_exactly (self, prefix, sizeof prefix, cancellable, error))
    return FALSE;
  memcpy (&block_be, prefix, 8);
  frame->block = GUINT64_FROM_BE (block_be);
  memcpy (frame->hash, prefix + 8, 32);
  if (self->any_block && frame->block != self->next_block)
    return broken (error, "a block out of order");
  *length = block_length (self, frame->block);
  if (*length == 0)
    return broken (error, "a block of a wrong length");
  self->any_block = TRUE;
  self->next_block = frame->block + 1;
  return TRUE;
}

static gboolean
read_same (PorchFrameReader *self, PorchFrame *frame, guint32 length, GCancellable *cancellable, GError **error)
{
  if (length != BLOCK_PREFIX)
    return broken (error, "a block of a wrong length");
  return read_prefix (self, frame, &frame->length, cancellable, error);
}

/* Hashes without data; in order like blocks, and none beyond the last one. */
static gboolean
read_layer (PorchFrameReader *self, PorchFrame *frame, guint32 length, GCancellable *cancellable, GError **error)
{
  guint64 block_be;

  if (!self->open || frame->item + 1 != self->next_item)
    return broken (error, "a layer out of order");
  if (length < 8 + 32 || length > sizeof self->layer + 8 || (length - 8) % 32 != 0)
    return broken (error, "a layer of a wrong length");
  if (!read_exactly (self, (guint8 *)&block_be, 8, cancellable, error)
      || !read_exactly (self, self->layer, length - 8, cancellable, error))
    return FALSE;
  frame->block = GUINT64_FROM_BE (block_be);
  frame->n_hashes = (length - 8) / 32;
  frame->data = self->layer;
  if (self->any_block && frame->block != self->next_block)
    return broken (error, "a layer out of order");
  if (frame->block > (guint64)PORCH_MAX_FILE_SIZE / PORCH_BLOCK_SIZE || block_length (self, frame->block + frame->n_hashes - 1) == 0)
    return broken (error, "a layer that is too long");
  self->any_block = TRUE;
  self->next_block = frame->block + frame->n_hashes;
  return TRUE;
}

/* Into self->block. */
static gboolean
read_data (PorchFrameReader *self, GCancellable *cancellable, GError **error)
{
  gsize first = self->hold != NULL && is_pooled (self->block_length) ? self->block_length - HELD_BACK : 0;

  if (first > 0)
    {
      if (!read_exactly (self, self->block, first, cancellable, error))
        return FALSE;
      if (!self->hold (self->hold_data, error))
        return FALSE;
    }
  return read_exactly (self, self->block + first, self->block_length - first, cancellable, error);
}

static gboolean
read_block (PorchFrameReader *self, PorchFrame *frame, guint32 length, GCancellable *cancellable, GError **error)
{
  gsize expected;

  if (length <= BLOCK_PREFIX || length > PORCH_MAX_FRAME)
    return broken (error, "a block of a wrong length");
  if (!read_prefix (self, frame, &expected, cancellable, error))
    return FALSE;
  if (expected != length - BLOCK_PREFIX)
    return broken (error, "a block of a wrong length");
  self->block_length = expected;
  self->block = is_pooled (self->block_length) ? porch_block_alloc () : g_malloc (self->block_length);
  if (!read_data (self, cancellable, error))
    return FALSE;
  frame->data = self->block;
  frame->length = self->block_length;
  return TRUE;
}

static gboolean
read_end (PorchFrameReader *self, PorchFrame *frame, guint32 length, GError **error)
{
  if (!self->open || frame->item + 1 != self->next_item || length != 0)
    return broken (error, "an end out of order");
  self->open = FALSE;
  return TRUE;
}

/* At most @size - 1 bytes, cut between characters. */
static void
copy_text (char *out, gsize size, const char *text)
{
  const char *end = text;

  while (*end != '\0' && (gsize)(g_utf8_next_char (end) - text) < size)
    end = g_utf8_next_char (end);
  memcpy (out, text, end - text);
  out[end - text] = '\0';
}

static gboolean
read_error (PorchFrameReader *self, PorchFrame *frame, guint32 length, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GError) ignored = NULL;
  const char *code, *message;

  if (frame->item != (self->open ? self->next_item - 1 : self->next_item))
    return broken (error, "an error out of order");
  object = read_control (self, length, cancellable, error);
  if (object == NULL)
    return FALSE;
  code = porch_json_get_string (object, "code", sizeof frame->code - 1, error);
  if (code == NULL)
    return FALSE;
  message = porch_json_get_optional_string (object, "message", PORCH_MAX_JSON_STRING, &ignored);
  copy_text (frame->code, sizeof frame->code, code);
  copy_text (frame->message, sizeof frame->message, message != NULL ? message : "");
  if (!self->open)
    self->next_item++;
  self->open = FALSE;
  return TRUE;
}

static gboolean
read_done (PorchFrameReader *self, PorchFrame *frame, guint32 length, GError **error)
{
  if (self->open || frame->item != 0 || length != 0)
    return broken (error, "a close out of order");
  self->done = TRUE;
  return TRUE;
}

/* It is not our turn yet. Nothing may have come before but the like. */
static gboolean
read_wait (PorchFrameReader *self, PorchFrame *frame, guint32 length, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) object = NULL;
  gint64 position;

  if (self->next_item != 0 || frame->item != 0)
    return broken (error, "a wait out of order");
  object = read_control (self, length, cancellable, error);
  if (object == NULL || !porch_json_get_int (object, "position", 1, PORCH_MAX_LINE, &position, error))
    return FALSE;
  frame->position = (guint)position;
  return TRUE;
}

/**
 * porch_frame_reader_next:
 * @frame: (out): filled; its data stay valid until the next call
 *
 * Blocks for one frame. Besides sizes it checks the order: items from 0 without gaps, the blocks of an item one after another,
 * each of the length that the file's size gives it. So what comes through needs only to be compared with what was asked for.
 * Not to be called again after DONE or an error.
 *
 * Returns: FALSE with PORCH_ERROR_PROTOCOL, the stream's error, or G_IO_ERROR_PARTIAL_INPUT when the stream ends before DONE
 */
gboolean
porch_frame_reader_next (PorchFrameReader *self, PorchFrame *frame, GCancellable *cancellable, GError **error)
{
  guint8 header[PORCH_FRAME_HEADER];
  guint32 item, length;

  g_return_val_if_fail (!self->done, FALSE);

  drop_block (self);
  memset (frame, 0, sizeof *frame);
  if (!read_exactly (self, header, sizeof header, cancellable, error))
    return FALSE;
  memcpy (&item, header + 4, 4);
  memcpy (&length, header + 8, 4);
  length = GUINT32_FROM_BE (length);
  frame->type = header[0];
  frame->item = GUINT32_FROM_BE (item);
  if (header[1] != 0 || header[2] != 0 || header[3] != 0 || frame->item >= PORCH_MAX_WANT)
    return broken (error, "a malformed frame");

  switch (frame->type)
    {
    case PORCH_FRAME_FILE:
      return read_file (self, frame, length, cancellable, error);
    case PORCH_FRAME_BLOCK:
      return read_block (self, frame, length, cancellable, error);
    case PORCH_FRAME_SAME:
      return read_same (self, frame, length, cancellable, error);
    case PORCH_FRAME_END:
      return read_end (self, frame, length, error);
    case PORCH_FRAME_ERROR:
      return read_error (self, frame, length, cancellable, error);
    case PORCH_FRAME_DONE:
      return read_done (self, frame, length, error);
    case PORCH_FRAME_WAIT:
      return read_wait (self, frame, length, cancellable, error);
    case PORCH_FRAME_LAYER:
      return read_layer (self, frame, length, cancellable, error);
    default:
      return broken (error, "an unknown frame");
    }
}

/**
 * porch_frame_reader_steal_block:
 *
 * Returns: (transfer full) (nullable): the data of the BLOCK just read, once, without a copy
 */
GBytes *
porch_frame_reader_steal_block (PorchFrameReader *self)
{
  guint8 *data;

  if (self->block == NULL)
    return NULL;
  data = g_steal_pointer (&self->block);
  return g_bytes_new_with_free_func (data, self->block_length, is_pooled (self->block_length) ? porch_block_free : g_free, data);
}
