/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames: what is written is read back; whatever is cut, swapped, too long or out of order is an error and never a crash. */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "porch-error.h"
#include "wire/porch-frame.h"

#define VERSION "0123456789abcdef0123456789abcdef"
static const guint8 HASH[32] = { 1, 2, 3, [31] = 9 };

static void
add (GByteArray *out, GBytes *bytes)
{
  g_byte_array_append (out, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_bytes_unref (bytes);
}

static void
add_block (GByteArray *out, guint32 item, guint64 block, gsize length)
{
  g_autofree guint8 *data = g_malloc (length);

  memset (data, (int)block + 1, length);
  add (out, porch_frame_block_header (item, block, HASH, length));
  g_byte_array_append (out, data, length);
}

static void
add_raw (GByteArray *out, guint8 type, guint32 item, guint32 length, const char *payload)
{
  guint8 header[12]
      = { type, 0, 0, 0, item >> 24, item >> 16, item >> 8, item, length >> 24, length >> 16, length >> 8, length };

  g_byte_array_append (out, header, sizeof header);
  if (payload != NULL)
    g_byte_array_append (out, (const guint8 *)payload, strlen (payload));
}

static void
add_json (GByteArray *out, guint8 type, guint32 item, const char *json)
{
  add_raw (out, type, item, strlen (json), json);
}

static PorchFrameReader *reader_for (GByteArray *bytes, gsize length);
static GError *outcome (GByteArray *bytes, gsize length);

/* Whose turn it isn't is told its place, before anything else and nothing else in between. */
static void
test_wait (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (PorchFrameReader) reader = NULL;
  const char *bad[] = { "{\"position\":0}", "{\"position\":10001}", "{\"position\":-1}", "{}", "[1]", "{\"position\":\"1\"}" };
  PorchFrame frame;

  add (bytes, porch_frame_wait (3));
  add (bytes, porch_frame_wait (G_MAXUINT));
  add (bytes, porch_frame_done ());
  reader = reader_for (bytes, bytes->len);
  g_assert_true (porch_frame_reader_next (reader, &frame, NULL, NULL));
  g_assert_cmpint (frame.type, ==, PORCH_FRAME_WAIT);
  g_assert_cmpuint (frame.position, ==, 3);
  g_assert_true (porch_frame_reader_next (reader, &frame, NULL, NULL));
  g_assert_cmpuint (frame.position, ==, PORCH_MAX_LINE);
  g_assert_true (porch_frame_reader_next (reader, &frame, NULL, NULL));
  g_assert_cmpint (frame.type, ==, PORCH_FRAME_DONE);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_byte_array_set_size (bytes, 0);
      add_json (bytes, PORCH_FRAME_WAIT, 0, bad[i]);
      error = outcome (bytes, bytes->len);
      g_assert_nonnull (error);
    }
}

/* Hashes without their blocks: in order, none beyond the end, at most so many at once. */
static void
test_layer (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (PorchFrameReader) reader = NULL;
  guint8 hashes[PORCH_MAX_LAYER_FRAME + 1][32];
  PorchFrame frame;

  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++)
    memset (hashes[i], (int)i, 32);
  add (bytes, porch_frame_file (0, 66 * G_GINT64_CONSTANT (1048576), 0, VERSION));
  add (bytes, porch_frame_layer (0, 0, hashes[0], PORCH_MAX_LAYER_FRAME));
  add (bytes, porch_frame_layer (0, PORCH_MAX_LAYER_FRAME, hashes[1], 2));
  add (bytes, porch_frame_end (0));
  add (bytes, porch_frame_done ());
  reader = reader_for (bytes, bytes->len);
  g_assert_true (porch_frame_reader_next (reader, &frame, NULL, NULL));
  g_assert_true (porch_frame_reader_next (reader, &frame, NULL, NULL));
  g_assert_cmpint (frame.type, ==, PORCH_FRAME_LAYER);
  g_assert_cmpuint (frame.block, ==, 0);
  g_assert_cmpmem (frame.data, 32 * frame.n_hashes, hashes, 32 * PORCH_MAX_LAYER_FRAME);
  g_assert_true (porch_frame_reader_next (reader, &frame, NULL, NULL));
  g_assert_cmpuint (frame.block, ==, PORCH_MAX_LAYER_FRAME);
  g_assert_cmpmem (frame.data, 32 * frame.n_hashes, hashes[1], 64);
  g_assert_true (porch_frame_reader_next (reader, &frame, NULL, NULL));
  g_assert_true (porch_frame_reader_next (reader, &frame, NULL, NULL));
  g_assert_cmpint (frame.type, ==, PORCH_FRAME_DONE);
}

static void
assert_layer_refused (guint64 first, guint n, guint64 second, guint m)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  guint8 hashes[PORCH_MAX_LAYER_FRAME + 1][32] = { 0 };

  add (bytes, porch_frame_file (0, 66 * G_GINT64_CONSTANT (1048576), 0, VERSION));
  add (bytes, porch_frame_layer (0, first, hashes[0], n));
  if (m > 0)
    add (bytes, porch_frame_layer (0, second, hashes[0], m));
  add (bytes, porch_frame_end (0));
  add (bytes, porch_frame_done ());
  error = outcome (bytes, bytes->len);
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
}

static void
test_layer_refused (void)
{
  assert_layer_refused (0, 0, 0, 0);
  assert_layer_refused (0, PORCH_MAX_LAYER_FRAME + 1, 0, 0);
  assert_layer_refused (66, 1, 0, 0);
  assert_layer_refused (3, 64, 0, 0);
  assert_layer_refused (0, 2, 3, 1);
  assert_layer_refused (0, 2, 1, 1);
  assert_layer_refused (G_MAXUINT64, 1, 0, 0);
  assert_layer_refused (G_MAXUINT64 - 62, 64, 0, 0);
}

static void
test_wait_out_of_order (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) later = NULL, item = NULL;

  add (bytes, porch_frame_file (0, 0, 0, VERSION));
  add (bytes, porch_frame_end (0));
  add (bytes, porch_frame_wait (1));
  later = outcome (bytes, bytes->len);
  g_assert_error (later, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
  g_byte_array_set_size (bytes, 0);
  add_json (bytes, PORCH_FRAME_WAIT, 1, "{\"position\":1}");
  item = outcome (bytes, bytes->len);
  g_assert_error (item, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
}

static PorchFrameReader *
reader_for (GByteArray *bytes, gsize length)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (g_memdup2 (bytes->data, length), length, g_free);

  return porch_frame_reader_new (stream);
}

/* How the reading of @bytes ends: NULL after DONE. */
static GError *
outcome (GByteArray *bytes, gsize length)
{
  g_autoptr (PorchFrameReader) reader = reader_for (bytes, length);
  GError *error = NULL;
  PorchFrame frame;

  do
    if (!porch_frame_reader_next (reader, &frame, NULL, &error))
      {
        g_assert_nonnull (error);
        return error;
      }
  while (frame.type != PORCH_FRAME_DONE);
  return NULL;
}

static void
assert_refused (GByteArray *bytes)
{
  g_autoptr (GError) error = outcome (bytes, bytes->len);

  g_assert_nonnull (error);
  g_assert_true (error->domain == PORCH_ERROR);
  g_assert_true (error->code == PORCH_ERROR_PROTOCOL || error->code == PORCH_ERROR_LIMIT);
}

static GByteArray *
whole_answer (void)
{
  GByteArray *out = g_byte_array_new ();

  add (out, porch_frame_file (0, PORCH_BLOCK_SIZE + 7, -5, VERSION));
  add_block (out, 0, 0, PORCH_BLOCK_SIZE);
  add_block (out, 0, 1, 7);
  add (out, porch_frame_end (0));
  add (out, porch_frame_error (1, "not-found", "No \"such\"\nfile \\ \xff"));
  add (out, porch_frame_file (2, 0, 1, VERSION));
  add (out, porch_frame_end (2));
  add (out, porch_frame_file (3, 9, 1, VERSION));
  add (out, porch_frame_error (3, "changed", ""));
  add (out, porch_frame_done ());
  return out;
}

static void
test_round_trip (void)
{
  g_autoptr (GByteArray) bytes = whole_answer ();
  g_autoptr (PorchFrameReader) reader = reader_for (bytes, bytes->len);
  g_autoptr (GBytes) stolen = NULL;
  PorchFrame f;

  g_assert_true (porch_frame_reader_next (reader, &f, NULL, NULL));
  g_assert_cmpint (f.type, ==, PORCH_FRAME_FILE);
  g_assert_cmpint (f.size, ==, PORCH_BLOCK_SIZE + 7);
  g_assert_cmpint (f.mtime, ==, -5);
  g_assert_cmpstr (f.version, ==, VERSION);
  g_assert_null (porch_frame_reader_steal_block (reader));
  g_assert_true (porch_frame_reader_next (reader, &f, NULL, NULL));
  g_assert_cmpint (f.type, ==, PORCH_FRAME_BLOCK);
  g_assert_cmpuint (f.length, ==, PORCH_BLOCK_SIZE);
  g_assert_cmpmem (f.hash, 32, HASH, 32);
  g_assert_cmpint (f.data[12345], ==, 1);
  stolen = porch_frame_reader_steal_block (reader);
  g_assert_true (porch_frame_reader_next (reader, &f, NULL, NULL));
  g_assert_cmpuint (f.block, ==, 1);
  g_assert_cmpuint (f.length, ==, 7);
  g_assert_cmpint (f.data[6], ==, 2);
  g_assert_cmpuint (g_bytes_get_size (stolen), ==, PORCH_BLOCK_SIZE);
  g_assert_cmpint (((const guint8 *)g_bytes_get_data (stolen, NULL))[PORCH_BLOCK_SIZE - 1], ==, 1);
  g_assert_true (porch_frame_reader_next (reader, &f, NULL, NULL));
  g_assert_cmpint (f.type, ==, PORCH_FRAME_END);
  g_assert_true (porch_frame_reader_next (reader, &f, NULL, NULL));
  g_assert_cmpint (f.type, ==, PORCH_FRAME_ERROR);
  g_assert_cmpuint (f.item, ==, 1);
  g_assert_cmpstr (f.code, ==, "not-found");
  g_assert_cmpstr (f.message, ==, "No \"such\"\nfile \\ \xef\xbf\xbd");
  for (int i = 0; i < 5; i++)
    g_assert_true (porch_frame_reader_next (reader, &f, NULL, NULL));
  g_assert_cmpint (f.type, ==, PORCH_FRAME_DONE);
}

static void
test_truncated (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  add (bytes, porch_frame_file (0, 300, 5, VERSION));
  add_block (bytes, 0, 0, 300);
  add (bytes, porch_frame_end (0));
  add (bytes, porch_frame_error (1, "io", "broken"));
  add (bytes, porch_frame_done ());
  for (gsize length = 0; length < bytes->len; length++)
    {
      g_autoptr (GError) error = outcome (bytes, length);

      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
    }
  g_assert_null (outcome (bytes, bytes->len));
}

static void
test_every_byte_changed (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  GError *error;

  /* Any outcome but a crash or a hang; run under the sanitizers this finds reads out of bounds. */
  add (bytes, porch_frame_file (0, 30, 5, VERSION));
  add_block (bytes, 0, 0, 30);
  add (bytes, porch_frame_end (0));
  add (bytes, porch_frame_done ());
  for (gsize at = 0; at < bytes->len; at++)
    for (int bit = 0; bit < 8; bit++)
      {
        bytes->data[at] ^= 1 << bit;
        error = outcome (bytes, bytes->len);
        g_clear_error (&error);
        bytes->data[at] ^= 1 << bit;
      }
}

static void
test_refused (void)
{
  /* Each: type, item, stated length, payload; read after FILE 0 of 2,000,000 bytes. */
  static const struct
  {
    guint8 type;
    guint32 item, length;
    const char *payload;
  } bad[] = {
    { 0, 0, 0, NULL },
    { 7, 0, 0, NULL },
    { PORCH_FRAME_SAME, 0, 39, NULL }, /* no hash */
    { PORCH_FRAME_SAME, 0, 41, NULL }, /* with data */
    { PORCH_FRAME_SAME, 1, 40, NULL }, /* of another item */
    { 255, 0, 0, NULL },
    { PORCH_FRAME_BLOCK, 0, 40, NULL },                  /* no data */
    { PORCH_FRAME_BLOCK, 0, PORCH_MAX_FRAME + 1, NULL }, /* too long */
    { PORCH_FRAME_BLOCK, 0, G_MAXUINT32, NULL },         /* far too long */
    { PORCH_FRAME_BLOCK, 1, 41, NULL },                  /* of another item */
    { PORCH_FRAME_FILE, 0, 2, "{}" },                    /* again */
    { PORCH_FRAME_FILE, 1, 2, "{}" },                    /* before END */
    { PORCH_FRAME_END, 1, 0, NULL },                     /* of another item */
    { PORCH_FRAME_END, 0, 1, "x" },                      /* not empty */
    { PORCH_FRAME_ERROR, 1, 2, "{}" },                   /* of another item */
    { PORCH_FRAME_ERROR, 0, 2, "{}" },                   /* no code */
    { PORCH_FRAME_ERROR, 0, 9000, NULL },                /* too long */
    { PORCH_FRAME_DONE, 0, 0, NULL },                    /* before END */
    { PORCH_FRAME_END, PORCH_MAX_WANT, 0, NULL },        /* no such item */
    { PORCH_FRAME_END, G_MAXUINT32, 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      add (bytes, porch_frame_file (0, 2000000, 5, VERSION));
      add_raw (bytes, bad[i].type, bad[i].item, bad[i].length, bad[i].payload);
      assert_refused (bytes);
    }
}

static void
test_bad_files (void)
{
  static const char *const bad[] = {
    "",
    "[]",
    "7",
    "{",
    "{\"s\":1,\"m\":1}",
    "{\"s\":-1,\"m\":1,\"v\":\"" VERSION "\"}",
    "{\"s\":70368744177665,\"m\":1,\"v\":\"" VERSION "\"}",
    "{\"s\":9223372036854775807,\"m\":1,\"v\":\"" VERSION "\"}",
    "{\"s\":9223372036854775808,\"m\":1,\"v\":\"" VERSION "\"}",
    "{\"s\":1e99,\"m\":1,\"v\":\"" VERSION "\"}",
    "{\"s\":\"1\",\"m\":1,\"v\":\"" VERSION "\"}",
    "{\"s\":1,\"m\":null,\"v\":\"" VERSION "\"}",
    "{\"s\":1,\"m\":1,\"v\":\"0123\"}",
    "{\"s\":1,\"m\":1,\"v\":\"0123456789ABCDEF0123456789abcdeg\"}",
    "{\"s\":1,\"m\":1,\"v\":3}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      add_json (bytes, PORCH_FRAME_FILE, 0, bad[i]);
      add (bytes, porch_frame_end (0));
      add (bytes, porch_frame_done ());
      assert_refused (bytes);
    }
}

static void
test_blocks_in_order (void)
{
  /* Pairs of blocks of a file of 3 MiB - 1 that are refused. */
  static const struct
  {
    guint64 first, second;
    gsize second_length;
  } bad[] = {
    { 0, 0, PORCH_BLOCK_SIZE }, { 0, 2, PORCH_BLOCK_SIZE - 1 },         { 1, 0, PORCH_BLOCK_SIZE },
    { 1, 2, PORCH_BLOCK_SIZE }, { 0, 1, PORCH_BLOCK_SIZE - 1 },         { 1, 3, 1 },
    { 1, G_MAXUINT64, 1 },      { 1, G_GUINT64_CONSTANT (1) << 44, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      add (bytes, porch_frame_file (0, 3 * PORCH_BLOCK_SIZE - 1, 5, VERSION));
      add_block (bytes, 0, bad[i].first, PORCH_BLOCK_SIZE);
      add_block (bytes, 0, bad[i].second, bad[i].second_length);
      assert_refused (bytes);
    }
}

/* In the place of a block, with the length that it would have; the next one follows it. */
static void
test_same (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (PorchFrameReader) reader = NULL;
  g_autoptr (GByteArray) past = g_byte_array_new ();
  PorchFrame f;

  add (bytes, porch_frame_file (0, 2 * PORCH_BLOCK_SIZE + 7, 1, VERSION));
  add (bytes, porch_frame_same (0, 1, HASH));
  add (bytes, porch_frame_same (0, 2, HASH));
  reader = reader_for (bytes, bytes->len);
  g_assert_true (porch_frame_reader_next (reader, &f, NULL, NULL));
  g_assert_true (porch_frame_reader_next (reader, &f, NULL, NULL));
  g_assert_cmpint (f.type, ==, PORCH_FRAME_SAME);
  g_assert_cmpuint (f.block, ==, 1);
  g_assert_cmpuint (f.length, ==, PORCH_BLOCK_SIZE);
  g_assert_cmpmem (f.hash, 32, HASH, 32);
  g_assert_null (porch_frame_reader_steal_block (reader));
  g_assert_true (porch_frame_reader_next (reader, &f, NULL, NULL));
  g_assert_cmpuint (f.block, ==, 2);
  g_assert_cmpuint (f.length, ==, 7);

  add (past, porch_frame_file (0, 9, 1, VERSION));
  add (past, porch_frame_same (0, 1, HASH));
  assert_refused (past);
}

static void
test_empty_file_has_no_block (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  add (bytes, porch_frame_file (0, 0, 5, VERSION));
  add_block (bytes, 0, 0, 1);
  assert_refused (bytes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame/round-trip", test_round_trip);
  g_test_add_func ("/frame/truncated", test_truncated);
  g_test_add_func ("/frame/every-byte-changed", test_every_byte_changed);
  g_test_add_func ("/frame/refused", test_refused);
  g_test_add_func ("/frame/bad-files", test_bad_files);
  g_test_add_func ("/frame/blocks-in-order", test_blocks_in_order);
  g_test_add_func ("/frame/same", test_same);
  g_test_add_func ("/frame/empty-file-has-no-block", test_empty_file_has_no_block);
  g_test_add_func ("/frame/wait", test_wait);
  g_test_add_func ("/frame/wait-out-of-order", test_wait_out_of_order);
  g_test_add_func ("/frame/layer", test_layer);
  g_test_add_func ("/frame/layer-refused", test_layer_refused);
  return g_test_run ();
}
