/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may get a file from somebody who is not its owner (S28, S29). Ada gives; Ben has it from her; Cyd asks Ben with Ada's grant; Eve has no right to anything. */
#include "config.h"

#include "content/porch-hash-tree.h"
#include "content/porch-piece-map.h"
#include "identity/porch-grant.h"
#include "porch-error.h"
#include "share/porch-tree.h"
#include "test-device.h"
#include "test-host.h"
#include "test-hostile.h"
#include "test-tree.h"
#include "wire/porch-client.h"
#include "wire/porch-frame.h"
#include "wire/porch-json.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE 20000000
#define BLOCKS 20
#define BREAK "\n--\n" /* between head and body */

typedef struct {
  TestDevice *ada, *ben, *cyd, *eve;
  char *share;   /* Ada's */
  char version[33];
  guint8 id[32];
  char *id_text;
} Fixture;

/* What is a moment old may change unseen, so nobody remembers its hashes. */
static void
let_files_settle (void)
{
  test_device_pass (2200);
}

static void
look_at_film (Fixture *f)
{
  g_autofree char *path = g_build_filename (f->ada->shared, "film", NULL);
  g_autoptr (GError) error = NULL;
  int fd = open (path, O_RDONLY);
  struct stat st;
  gboolean empty;

  g_assert_cmpint (fstat (fd, &st), ==, 0);
  porch_tree_version (porch_identity_get_secret (f->ada->identity), &st, f->version);
  g_assert_true (porch_hash_fd (fd, 1, f->id, &empty, &error));
  f->id_text = porch_hex_encode (f->id, sizeof f->id);
  close (fd);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->ada = test_device_new ("Ada", FALSE);
  f->ben = test_device_new ("Ben", FALSE);
  f->cyd = test_device_new ("Cyd", FALSE);
  f->eve = test_device_new ("Eve", FALSE);
  test_device_meet (f->ben, f->ada);
  test_tree_fill (f->ada->shared, (const char *const[]){ "film*20000000", NULL });
  f->share = g_strdup (test_device_share (f->ada));
  look_at_film (f);
  let_files_settle ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  test_device_free (f->eve);
  test_device_free (f->cyd);
  test_device_free (f->ben);
  test_device_free (f->ada);
  g_free (f->share);
  g_free (f->id_text);
}

static void
get_film (TestDevice *taker, TestDevice *giver, const char *share)
{
  g_autoptr (GError) error = NULL;
  PorchTransfer *transfer = porch_transfer_queue_download (taker->queue, test_device_id (giver), share, "Films",
                                                           (const char *const[]){ "film", NULL }, taker->downloads, &error);

  g_assert_no_error (error);
  test_device_wait (transfer, PORCH_TRANSFER_DONE, 60);
}

/* ---- questions ---- */

typedef struct {
  TestDevice *who, *whom;
  const char *route;
  JsonObject *body;   /* owned */
  char       *answer; /* owned; as it stands, with the status before it */
  gsize       length;
} Question;

static void
ask_away (gpointer data)
{
  Question *question = data;
  g_autoptr (TestTls) tls = test_tls_connect (question->whom->port, NULL, question->who->identity, NULL);
  g_autofree char *body = porch_json_to_string (question->body);
  g_autofree char *request
      = g_strdup_printf ("POST /porch/v1/%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                         question->route, strlen (body), body);
  g_autoptr (TestAnswer) answer = NULL;
  GString *all;

  g_assert_nonnull (tls);
  test_tls_write (tls, request, -1);
  answer = test_tls_read_answer (tls, 10000);
  g_assert_true (answer->whole);
  all = g_string_new (answer->head);
  g_string_append (all, BREAK);
  g_string_append_len (all, answer->body->str, (gssize) answer->body->len);
  question->length = all->len;
  question->answer = g_string_free (all, FALSE);
}

/* (transfer full): head, BREAK, body. Takes @body. */
static char *
ask (TestDevice *who, TestDevice *whom, const char *route, JsonObject *body, gsize *length)
{
  Question question = { who, whom, route, body };

  test_away (ask_away, &question);
  json_object_unref (body);
  if (length != NULL)
    *length = question.length;
  return question.answer;
}

static JsonObject *
body_of (const char *answer)
{
  const char *json = strstr (answer, BREAK) + strlen (BREAK);
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  g_assert_true (strstr (answer, " 200 ") != NULL);
  object = porch_json_parse (json, strlen (json), PORCH_MAX_JSON_BODY, &error);
  g_assert_no_error (error);
  return object;
}

static JsonObject *
about_film (Fixture *f)
{
  JsonObject *body = json_object_new ();

  json_object_set_string_member (body, "share", f->share);
  json_object_set_string_member (body, "v", f->version);
  return body;
}

/* As a taker does when it finds that it is not alone: what is in the file, then a grant. @reachable: others are told of it. */
static JsonObject *
join (Fixture *f, TestDevice *who, gboolean reachable)
{
  const guint8 nothing[PORCH_PIECE_MAP_SIZE (BLOCKS)] = { 0 };
  g_autofree char *layers = NULL;
  g_autofree char *answer = NULL;
  JsonObject *body = json_object_new ();
  JsonArray *wants = json_array_new ();
  g_autoptr (PorchWant) want = porch_want_new ("film", f->version, 0, G_MAXUINT64);

  json_object_set_string_member (body, "share", f->share);
  json_array_add_object_element (wants, porch_want_to_json (want));
  json_object_set_array_member (body, "want", wants);
  layers = ask (who, f->ada, "layers", body, NULL);
  g_assert_true (strstr (layers, " 200 ") != NULL);
  body = about_film (f);
  json_object_set_string_member (body, "id", f->id_text);
  json_object_set_array_member (body, "have", porch_piece_map_to_json (nothing, BLOCKS));
  json_object_set_boolean_member (body, "grant", TRUE);
  json_object_set_int_member (body, "advice", 5);
  if (reachable)
    json_object_set_int_member (body, "port", who->port);
  answer = ask (who, f->ada, "holders", body, NULL);
  return body_of (answer);
}

/* (transfer full) */
static JsonObject *
with_grant (Fixture *f, const char *grant, const char *id)
{
  JsonObject *body = json_object_new ();

  if (grant != NULL)
    json_object_set_string_member (body, "grant", grant);
  if (id != NULL)
    json_object_set_string_member (body, "id", id);
  return body;
}

static JsonObject *
want_run (JsonObject *body, gint64 from, gint64 count)
{
  JsonArray *want = json_array_new (), *run = json_array_new ();

  json_array_add_int_element (run, from);
  json_array_add_int_element (run, count);
  json_array_add_array_element (want, run);
  json_object_set_array_member (body, "want", want);
  return body;
}

/* ---- a good grant ---- */

static void
assert_blocks (Fixture *f, const char *answer, gsize length, guint from, guint count)
{
  const char *frames = strstr (answer, BREAK) + strlen (BREAK);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (frames, (gssize) (length - (gsize) (frames - answer)), NULL);
  g_autoptr (PorchFrameReader) reader = porch_frame_reader_new (stream);
  g_autofree char *path = g_build_filename (f->ada->shared, "film", NULL);
  g_autofree char *film = NULL;
  g_autoptr (GError) error = NULL;
  guint got = 0;
  PorchFrame frame;

  g_assert_true (g_file_get_contents (path, &film, NULL, NULL));
  do
    {
      porch_frame_reader_next (reader, &frame, NULL, &error);
      g_assert_no_error (error);
      if (frame.type != PORCH_FRAME_BLOCK)
        continue;
      g_assert_cmpuint (frame.block, ==, from + got);
      g_assert_cmpmem (frame.data, frame.length, film + frame.block * PORCH_BLOCK_SIZE, frame.length);
      got++;
    }
  while (frame.type != PORCH_FRAME_DONE);
  g_assert_cmpuint (got, ==, count);
}

static void
test_from_a_holder (Fixture *f, gconstpointer data)
{
  g_autofree char *ben = porch_device_id_to_string (test_device_id (f->ben));
  g_autofree char *answer = NULL;
  g_autofree char *frames = NULL;
  g_autofree guint8 *map = NULL;
  g_autoptr (JsonObject) joined = NULL;
  g_autoptr (JsonObject) holding = NULL;
  const char *grant;
  gsize length;

  get_film (f->ben, f->ada, f->share);
  joined = join (f, f->cyd, TRUE);
  g_assert_cmpint (json_object_get_int_member (joined, "others"), ==, 1);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (joined, "holders")), ==, 1);
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (joined, "holders"), 0), ==, ben);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (joined, "advice")), ==, 5);
  grant = json_object_get_string_member (joined, "grant");

  answer = ask (f->cyd, f->ben, "holding", with_grant (f, grant, f->id_text), NULL);
  holding = body_of (answer);
  g_assert_cmpint (json_object_get_int_member (holding, "size"), ==, SIZE);
  map = porch_piece_map_parse (holding, "have", BLOCKS, NULL);
  g_assert_cmpuint (porch_piece_map_count (map, BLOCKS), ==, BLOCKS);
  frames = ask (f->cyd, f->ben, "pieces", want_run (with_grant (f, grant, f->id_text), 17, 3), &length);
  assert_blocks (f, frames, length, 17, 3);
}

/* S14: who is hidden is named to nobody. */
static void
test_s14_hidden (Fixture *f, gconstpointer data)
{
  g_autoptr (JsonObject) joined = NULL;

  porch_holdings_set_open (f->ben->holdings, FALSE);
  get_film (f->ben, f->ada, f->share);
  joined = join (f, f->cyd, TRUE);
  g_assert_cmpint (json_object_get_int_member (joined, "others"), ==, 0);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (joined, "holders")), ==, 0);
}

/* Runs that are not within the file are refused before anything is looked at. */
static void
test_s22_runs (Fixture *f, gconstpointer data)
{
  static const gint64 bad[][2] = { { -1, 1 }, { 0, 0 }, { 0, -1 }, { 20, 1 }, { 19, 2 }, { 0, 21 }, { G_MAXINT64, G_MAXINT64 },
                                   { 1, G_MAXINT64 }, { 4294967296, 1 }, { 0, 4294967297 } };
  g_autoptr (JsonObject) joined = NULL;
  const char *grant;

  get_film (f->ben, f->ada, f->share);
  joined = join (f, f->cyd, FALSE);
  grant = json_object_get_string_member (joined, "grant");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *answer = ask (f->cyd, f->ben, "pieces", want_run (with_grant (f, grant, f->id_text), bad[i][0], bad[i][1]), NULL);

      g_assert_true (strstr (answer, " 400 ") != NULL);
    }
}

/* ---- S28 ---- */

typedef struct {
  const char *what;
  TestDevice *who;
  char *grant;
} Forgery;

static char *
issue (TestDevice *issuer, TestDevice *grantee, const guint8 id[32], gint64 now, gint64 not_after)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchGrant) grant = porch_grant_issue (issuer->identity, test_device_id (grantee), id, 1, now, not_after, &error);

  g_assert_no_error (error);
  return g_strdup (porch_grant_to_string (grant));
}

static void
assert_same_as_unknown (Fixture *f, TestDevice *who, const char *grant, const char *id, const char *what)
{
  /* Cyd's own grant, good in every way, for a content that nobody has. */
  guint8 nothing[32] = { 7 };
  g_autofree char *text = porch_hex_encode (nothing, sizeof nothing);
  g_autofree char *good = issue (f->ada, f->cyd, nothing, g_get_real_time () / G_USEC_PER_SEC, g_get_real_time () / G_USEC_PER_SEC + 60);

  for (guint i = 0; i < 2; i++)
    {
      const char *route = i == 0 ? "holding" : "pieces";
      g_autofree char *unknown = ask (f->cyd, f->ben, route, want_run (with_grant (f, good, text), 0, 1), NULL);
      g_autofree char *answer = ask (who, f->ben, route, want_run (with_grant (f, grant, id), 0, 1), NULL);

      g_assert_true (strstr (unknown, " 404 ") != NULL);
      if (strcmp (answer, unknown) != 0)
        g_error ("%s to /%s is answered otherwise than an unknown content:\n%s", what, route, answer);
    }
}

static void
test_s28_no_grant (Fixture *f, gconstpointer data)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  const guint8 other[32] = { 3 };
  g_autoptr (JsonObject) joined = NULL;
  g_autofree char *for_cyd = NULL;
  Forgery forgeries[7];

  get_film (f->ben, f->ada, f->share);
  joined = join (f, f->cyd, FALSE);
  for_cyd = g_strdup (json_object_get_string_member (joined, "grant"));
  forgeries[0] = (Forgery){ "none", f->eve, NULL };
  forgeries[1] = (Forgery){ "somebody else's", f->eve, g_strdup (for_cyd) };
  forgeries[2] = (Forgery){ "one's own", f->eve, issue (f->eve, f->eve, f->id, now, now + 600) };
  forgeries[3] = (Forgery){ "of another issuer", f->cyd, issue (f->eve, f->cyd, f->id, now, now + 600) };
  forgeries[4] = (Forgery){ "one out of time", f->cyd, issue (f->ada, f->cyd, f->id, now - 3600, now - 1200) };
  forgeries[5] = (Forgery){ "for something else", f->cyd, issue (f->ada, f->cyd, other, now, now + 600) };
  forgeries[6] = (Forgery){ "a changed one", f->cyd, g_strdup (for_cyd) };
  forgeries[6].grant[strlen (for_cyd) / 2] ^= 1;
  for (guint i = 0; i < G_N_ELEMENTS (forgeries); i++)
    {
      assert_same_as_unknown (f, forgeries[i].who, forgeries[i].grant, f->id_text, forgeries[i].what);
      g_free (forgeries[i].grant);
    }
  assert_same_as_unknown (f, f->cyd, for_cyd, NULL, "a good one without a content");
  /* The same one, from a device that Ben has blocked the issuer of. */
  test_device_trust (f->ben, f->ada, PORCH_TRUST_BLOCKED);
  assert_same_as_unknown (f, f->cyd, for_cyd, f->id_text, "that of a blocked issuer");
}

/* The giver itself tells who has a file only to those that it gave it to, and issues no grant for what it is not. */
static void
test_s28_giver (Fixture *f, gconstpointer data)
{
  const guint8 nothing[PORCH_PIECE_MAP_SIZE (BLOCKS)] = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *unknown = NULL;

  get_film (f->ben, f->ada, f->share);
  {
    JsonObject *body = about_film (f);

    json_object_set_string_member (body, "share", "00000000000000aa");
    unknown = ask (f->eve, f->ada, "holders", body, NULL);
    g_assert_true (strstr (unknown, " 404 ") != NULL);
  }
  for (guint i = 0; i < 3; i++)
    {
      JsonObject *body = about_film (f);
      g_autofree char *answer = NULL;

      /* 0: never given anything; 1: given it, but it names another content; 2: it may not open the folder any more. */
      if (i == 1)
        json_object_unref (join (f, f->eve, FALSE));
      if (i == 2)
        porch_share_list_set_audience (f->ada->shares, porch_share_list_lookup (f->ada->shares, f->share), PORCH_AUDIENCE_TRUSTED, NULL,
                                       &error);
      json_object_set_string_member (body, "id", f->id_text);
      if (i == 1)
        json_object_set_string_member (body, "id", "00000000000000000000000000000000000000000000000000000000000000aa");
      json_object_set_array_member (body, "have", porch_piece_map_to_json (nothing, BLOCKS));
      json_object_set_boolean_member (body, "grant", TRUE);
      answer = ask (f->eve, f->ada, "holders", body, NULL);
      g_assert_cmpstr (answer, ==, unknown);
    }
}

/* ---- S29 ---- */

/* Ben has the very same film from Eve, and in a folder of his own. A grant by Ada, who has it too, does not reach them. */
static void
test_s29_private_copy (Fixture *f, gconstpointer data)
{
  g_autoptr (JsonObject) joined = NULL;
  g_autofree char *share = NULL;

  test_device_meet (f->ben, f->eve);
  test_tree_fill (f->eve->shared, (const char *const[]){ "film*20000000", NULL });
  test_tree_fill (f->ben->shared, (const char *const[]){ "film*20000000", NULL });
  test_device_share (f->ben);
  share = g_strdup (test_device_share (f->eve));
  let_files_settle ();
  get_film (f->ben, f->eve, share);
  g_assert_cmpuint (porch_holdings_count (f->ben->holdings), ==, 1);
  joined = join (f, f->cyd, FALSE);
  assert_same_as_unknown (f, f->cyd, json_object_get_string_member (joined, "grant"), f->id_text, "a private copy");
  /* Control: once he has it from Ada it is given. */
  get_film (f->ben, f->ada, f->share);
  {
    g_autofree char *answer
        = ask (f->cyd, f->ben, "holding", with_grant (f, json_object_get_string_member (joined, "grant"), f->id_text), NULL);

    g_assert_true (strstr (answer, " 200 ") != NULL);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/holders/from-a-holder", Fixture, NULL, set_up, test_from_a_holder, tear_down);
  g_test_add ("/holders/s14-hidden", Fixture, NULL, set_up, test_s14_hidden, tear_down);
  g_test_add ("/holders/s22-runs", Fixture, NULL, set_up, test_s22_runs, tear_down);
  g_test_add ("/holders/s28-no-grant", Fixture, NULL, set_up, test_s28_no_grant, tear_down);
  g_test_add ("/holders/s28-giver", Fixture, NULL, set_up, test_s28_giver, tear_down);
  g_test_add ("/holders/s29-private-copy", Fixture, NULL, set_up, test_s29_private_copy, tear_down);
  return g_test_run ();
}
