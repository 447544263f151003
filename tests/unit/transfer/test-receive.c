/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An accepted offer whose sender is not honest: only what was offered is written, and never more bytes than were shown. S3, S12, S22. */
#include "config.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "test-giver.h"
#include "test-tree.h"
#include "transfer/porch-new-transfer.h"
#include "transfer/porch-offer-private.h"
#include "wire/porch-json.h"
#include "wire/porch-frame.h"

#include <glib/gstdio.h>
#include <string.h>

static const guint8 secret[32] = "a secret of the test, 32 bytes.";

typedef struct {
  char       *source, *target;
  PorchStore *store;
  TestGiver   giver;
  char       *manifest, *digest;
  gint64      files, bytes;
} Fixture;

static char *
drain (PorchFlow *flow)
{
  GString *all = g_string_new (NULL);
  GBytes *bytes;

  while ((bytes = porch_flow_pop (flow, NULL)) != NULL)
    {
      g_string_append_len (all, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
      g_bytes_unref (bytes);
    }
  porch_flow_unref (flow);
  return g_string_free (all, FALSE);
}

static char *
digest_of (const char *manifest)
{
  const char *end = g_strrstr (manifest, "{\"end\"");

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) manifest, (gsize) (end - manifest));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchDir) dir = NULL;

  memset (f, 0, sizeof *f);
  f->source = test_tree_new ();
  f->target = test_tree_new ();
  f->store = porch_store_new (":memory:", NULL, &error);
  g_assert_no_error (error);
  test_tree_fill (f->source, (const char *const[]){ "a/x=1", "a/y*2000000", "ab/x=evil", "b=22", NULL });
  dir = porch_dir_open (f->source, &error);
  g_assert_no_error (error);
  test_giver_init (&f->giver, NULL);
  f->giver.tree = porch_tree_new_offer (secret);
  porch_tree_add_top (f->giver.tree, "a", dir, "a");
  porch_tree_add_top (f->giver.tree, "b", dir, "b");
  f->manifest = drain (porch_tree_list (f->giver.tree, "", TRUE));
  f->digest = digest_of (f->manifest);
  f->files = 3;
  f->bytes = 2000003;
  f->giver.manifest = g_strdup (f->manifest);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  test_giver_clear (&f->giver);
  g_clear_object (&f->store);
  test_tree_remove (f->source);
  test_tree_remove (f->target);
  g_free (f->manifest);
  g_free (f->digest);
}

static PorchTransfer *
receive (Fixture *f)
{
  PorchDeviceId peer = { { 1 } };
  g_autofree char *text = g_strdup_printf (
      "{\"id\":\"000102030405060708090a0b0c0d0e0f\",\"kind\":\"files\",\"files\":%" G_GINT64_FORMAT ",\"bytes\":%" G_GINT64_FORMAT
      ",\"names\":[\"a\",\"b\"],\"digest\":\"%s\"}", f->files, f->bytes, f->digest);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body = porch_json_parse (text, strlen (text), PORCH_MAX_OFFER_BODY, &error);
  g_autoptr (PorchOffer) offer = porch_offer_new_incoming (&peer, body, "192.168.1.1", &error);
  PorchTransferRecord *record;

  g_assert_no_error (error);
  record = porch_new_receive (offer, "Ada", NULL, f->target, &error);
  g_assert_no_error (error);
  porch_transfer_store_insert (f->store, record, &error);
  g_assert_no_error (error);
  return porch_transfer_new (f->store, record, NULL);
}

static void
fail_with (Fixture *f, PorchError code)
{
  g_autoptr (PorchTransfer) transfer = receive (f);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, &error), ==, PORCH_OUTCOME_FAILED);
  g_assert_error (error, PORCH_ERROR, (int) code);
}

static void
test_honest (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = receive (f);
  g_autofree char *evil = g_build_filename (f->source, "ab", NULL);
  g_autofree char *file = g_build_filename (evil, "x", NULL);
  g_auto (GStrv) want = NULL;

  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, NULL), ==, PORCH_OUTCOME_DONE);
  g_unlink (file);
  g_rmdir (evil);
  want = test_tree_read (f->source);
  test_tree_assert (f->target, (const char *const *) want);
}

/* The manifest lists something else than what was accepted: nothing is written at all. */
static void
test_other_manifest (Fixture *f, gconstpointer data)
{
  g_autofree char *rows = g_strndup (f->manifest, (gsize) (g_strrstr (f->manifest, "{\"end\"") - f->manifest));

  g_free (f->giver.manifest);
  f->giver.manifest = g_strconcat (rows, "{\"n\":\"ab/x\",\"t\":\"f\",\"s\":4,\"m\":5,\"v\":\"00112233445566778899aabbccddeeff\"}\n",
                                   "{\"end\":true,\"rows\":5}\n", NULL);
  fail_with (f, PORCH_ERROR_PROTOCOL);
  test_tree_assert (f->target, (const char *const[]){ NULL });
  g_assert_cmpuint (f->giver.fetches, ==, 0);
}

/* The digest is right, but what was shown was less. */
static void
test_more_than_shown (Fixture *f, gconstpointer data)
{
  f->bytes--;
  fail_with (f, PORCH_ERROR_PROTOCOL);
  f->bytes++;
  f->files--;
  fail_with (f, PORCH_ERROR_PROTOCOL);
  test_tree_assert (f->target, (const char *const[]){ NULL });
  g_assert_cmpuint (f->giver.fetches, ==, 0);
}

/* The manifest is the agreed one, and it climbs out: what can't be written is a problem, what is below comes. */
static void
test_climbing_manifest (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;
  g_autoptr (GPtrArray) problems = NULL;

  g_free (f->giver.manifest);
  f->giver.manifest = g_strdup ("{\"n\":\"../up\",\"t\":\"f\",\"s\":4,\"m\":5,\"v\":\"00112233445566778899aabbccddeeff\"}\n"
                                "{\"n\":\"/etc/x\",\"t\":\"f\",\"s\":4,\"m\":5,\"v\":\"00112233445566778899aabbccddeeff\"}\n"
                                "{\"n\":\"not/listed\",\"t\":\"d\",\"m\":5}\n"
                                "{\"n\":\"ok\",\"t\":\"d\",\"m\":5}\n"
                                "{\"end\":true,\"rows\":4}\n");
  g_free (f->digest);
  f->digest = digest_of (f->giver.manifest);
  f->files = 0;
  f->bytes = 0;
  transfer = receive (f);
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, NULL), ==, PORCH_OUTCOME_DONE);
  problems = porch_transfer_dup_problems (transfer);
  g_assert_cmpuint (problems->len, ==, 3);
  test_tree_assert (f->target, (const char *const[]){ "ok/", NULL });
}

/* Frames that nobody asked for. Each of these spoils the first FILE, BLOCK or END frame that comes. */
typedef struct {
  const char *what;
  guint       type;   /* of the frame to spoil */
  gsize       offset; /* into it: 0 type, 4 item, 12 payload (8 bytes of block index, 32 of hash, data) */
  guint8      xor;
} Spoil;

static const Spoil spoils[] = {
  { "another type", 1, 0, 7 },
  { "an unknown type", 3, 0, 0x40 },
  { "another item", 1, 7, 1 },
  { "an item far away", 1, 4, 0x7f },
  { "another block", 2, 12 + 7, 1 },
  { "a block far away", 2, 12, 0x10 },
  { "a block that is larger", 2, 11, 0x20 },
  { "a hash of something else", 2, 12 + 8, 1 },
  { "other bytes", 2, 12 + 40, 1 },
  { "end as error", 3, 0, 7 },
};

static const Spoil *spoil;
static gboolean spoiled, listed;
/* Bytes of frames so far, where the next frame begins, and the byte to spoil: a piece of a flow may be a header, a block's data, or any
 * number of whole frames. */
static guint64 passed, next_frame, spot;

static GMutex spoiling; /* for all of these: a thread of the round before may still be at it */

static gboolean
was_spoiled (void)
{
  gboolean was;

  g_mutex_lock (&spoiling);
  was = spoiled;
  g_mutex_unlock (&spoiling);
  return was;
}

static void
begin_spoiling (const Spoil *what)
{
  g_mutex_lock (&spoiling);
  spoil = what;
  spoiled = listed = FALSE;
  passed = next_frame = 0;
  spot = G_MAXUINT64;
  g_mutex_unlock (&spoiling);
}

static void
look_at_headers (const guint8 *piece, gsize size)
{
  while (spot == G_MAXUINT64 && next_frame + PORCH_FRAME_HEADER <= passed + size)
    {
      const guint8 *header = piece + (next_frame - passed);
      guint32 length = (guint32) header[8] << 24 | (guint32) header[9] << 16 | (guint32) header[10] << 8 | header[11];

      if (header[0] == spoil->type && spoil->offset < PORCH_FRAME_HEADER + length)
        spot = next_frame + spoil->offset;
      next_frame += PORCH_FRAME_HEADER + length;
    }
}

static GBytes *
spoil_piece (GBytes *piece, gpointer data)
{
  gsize size;
  guint8 *copy = g_memdup2 (g_bytes_get_data (piece, &size), g_bytes_get_size (piece));

  g_mutex_lock (&spoiling);
  /* Listings pass, and what the answer of the round before still had under way: frames begin with a FILE, after a listing. */
  listed = listed || copy[0] == '{';
  if (passed > 0 || (listed && copy[0] == PORCH_FRAME_FILE))
    {
      look_at_headers (copy, size);
      if (spot >= passed && spot < passed + size)
        {
          copy[spot - passed] ^= spoil->xor;
          spoiled = TRUE;
        }
      passed += size;
    }
  g_mutex_unlock (&spoiling);
  g_bytes_unref (piece);
  return g_bytes_new_take (copy, size);
}

static void
test_spoiled_frames (Fixture *f, gconstpointer data)
{
  begin_spoiling (&spoils[0]);
  f->giver.on_piece = spoil_piece;
  for (guint i = 0; i < G_N_ELEMENTS (spoils); i++)
    {
      g_autoptr (PorchTransfer) transfer = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *x = NULL;
      PorchOutcome outcome;

      begin_spoiling (&spoils[i]);
      transfer = receive (f);
      outcome = test_giver_run (&f->giver, f->store, transfer, FALSE, 0, &error);
      g_assert_true (was_spoiled ());
      if (outcome == PORCH_OUTCOME_DONE)
        {
          /* Only bytes that don't match their hash: that file is missing, and said. */
          g_autoptr (GPtrArray) problems = porch_transfer_dup_problems (transfer);

          g_assert_cmpuint (spoil->offset, >=, 12 + 8);
          g_assert_cmpuint (problems->len, ==, 1);
        }
      else
        {
          g_test_message ("%s: %s", spoil->what, error->message);
          g_assert_true (outcome == PORCH_OUTCOME_FAILED || outcome == PORCH_OUTCOME_RETRY);
        }
      test_giver_clean (f->store, transfer);
      x = g_build_filename (f->target, "..", "ab", NULL);
      g_assert_false (g_file_test (x, G_FILE_TEST_EXISTS));
    }
}

/* Whatever was spoiled, each file that is there is right. */
static void
test_spoiled_at_random (Fixture *f, gconstpointer data)
{
  static Spoil any;

  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (PorchTransfer) transfer = receive (f);
      g_auto (GStrv) got = NULL;

      any = (Spoil) { "random", (guint) g_test_rand_int_range (1, 4), (gsize) g_test_rand_int_range (0, 60),
                      (guint8) (1 << g_test_rand_int_range (0, 8)) };
      spoil = &any;
      spoiled = FALSE;
      f->giver.on_piece = spoil_piece;
      test_giver_run (&f->giver, f->store, transfer, FALSE, 0, NULL);
      test_giver_clean (f->store, transfer);
    }
  {
    g_auto (GStrv) want = test_tree_read (f->source);
    g_auto (GStrv) got = test_tree_read (f->target);

    for (guint i = 0; got[i]; i++)
      {
        /* "a (3)/y*2000000:…" → "y*2000000:…": compared by what comes after the numbered top. */
        const char *name = strrchr (got[i], '/') ? strrchr (got[i], '/') : got[i];
        gboolean known = g_str_has_prefix (got[i], "b") && g_str_has_suffix (got[i], "=22");

        for (guint k = 0; want[k] && !known; k++)
          known = g_str_has_prefix (want[k], "a/") && g_str_has_suffix (want[k], name);
        if (!known && !g_str_has_suffix (got[i], "/"))
          g_error ("came through: %s", got[i]);
      }
  }
}

#define ADD(name, func) g_test_add ("/receive/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("honest", test_honest);
  ADD ("other-manifest", test_other_manifest);
  ADD ("more-than-shown", test_more_than_shown);
  ADD ("climbing-manifest", test_climbing_manifest);
  ADD ("spoiled-frames", test_spoiled_frames);
  ADD ("spoiled-at-random", test_spoiled_at_random);
  return g_test_run ();
}
