/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparing a code that somebody started: both people, hostile peers on either side, limits, and what is stored when. */
#include "config.h"

#include "pairing-link.h"

typedef struct {
  Device ada, ben; /* ada starts */
  Wire   wire;     /* ada → ben */
  Wire   back;     /* ben → ada */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  open_device (&f->ada);
  open_device (&f->ben);
  f->wire = (Wire) { .from = &f->ada, .to = &f->ben };
  f->back = (Wire) { .from = &f->ben, .to = &f->ada };
  open_desk (&f->ada, &f->wire);
  open_desk (&f->ben, &f->back);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  iterate (10);
  close_device (&f->ada);
  close_device (&f->ben);
}

static PorchPairing *
start (Fixture *f)
{
  g_autoptr (GPtrArray) addresses = some_addresses ();
  g_autoptr (GError) error = NULL;
  PorchPairing *pairing = porch_pairing_desk_start (f->ada.desk, porch_identity_get_id (f->ben.identity), addresses, &error);

  g_assert_no_error (error);
  g_assert_nonnull (pairing);
  g_assert_true (porch_pairing_is_initiator (pairing));
  return pairing;
}

/* Both screens show the code. */
static PorchPairing *
start_comparing (Fixture *f)
{
  PorchPairing *pairing = start (f);

  WAIT_FOR (porch_pairing_get_state (pairing) == PORCH_PAIRING_COMPARING && f->ben.asked != NULL);
  g_assert_cmpint (porch_pairing_get_state (f->ben.asked), ==, PORCH_PAIRING_COMPARING);
  g_assert_cmpstr (porch_pairing_get_code (pairing), ==, porch_pairing_get_code (f->ben.asked));
  g_assert_cmpuint (strlen (porch_pairing_get_code (pairing)), ==, 7);
  g_assert_false (porch_pairing_is_initiator (f->ben.asked));
  return pairing;
}

static void
assert_nobody_trusts (Fixture *f)
{
  g_assert_cmpint (trust_of (&f->ada, &f->ben), !=, PORCH_TRUST_TRUSTED);
  g_assert_cmpint (trust_of (&f->ben, &f->ada), !=, PORCH_TRUST_TRUSTED);
}

static void
assert_both_trust (Fixture *f)
{
  g_assert_cmpint (trust_of (&f->ada, &f->ben), ==, PORCH_TRUST_TRUSTED);
  g_assert_cmpint (trust_of (&f->ben, &f->ada), ==, PORCH_TRUST_TRUSTED);
}

static void
test_initiator_first (Fixture *f, gconstpointer data)
{
  PorchPairing *mine = start_comparing (f), *theirs = f->ben.asked;

  g_assert_cmpuint (f->ben.requests, ==, 1);
  g_assert_cmpuint (f->ada.requests, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->ben.desk)), ==, 1);
  porch_pairing_confirm (mine, TRUE);
  WAIT_FOR (g_atomic_int_get (&f->wire.confirms) == 1);
  iterate (50);
  g_assert_cmpint (porch_pairing_get_state (mine), ==, PORCH_PAIRING_WAITING);
  assert_nobody_trusts (f);
  porch_pairing_confirm (theirs, TRUE);
  g_assert_cmpint (porch_pairing_get_state (theirs), ==, PORCH_PAIRING_DONE);
  WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_DONE);
  assert_both_trust (f);
  g_assert_cmpint (f->wire.links, ==, 1); /* all on one connection */
}

/* Nothing is stored until the initiator's confirmation came. */
static void
test_responder_first (Fixture *f, gconstpointer data)
{
  PorchPairing *mine = start_comparing (f), *theirs = f->ben.asked;

  porch_pairing_confirm (theirs, TRUE);
  iterate (100);
  g_assert_cmpint (porch_pairing_get_state (theirs), ==, PORCH_PAIRING_WAITING);
  assert_nobody_trusts (f);
  g_assert_cmpint (g_atomic_int_get (&f->wire.hellos), >, 0); /* signs of life keep the connection meanwhile */
  porch_pairing_confirm (mine, TRUE);
  WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_DONE);
  g_assert_cmpint (porch_pairing_get_state (theirs), ==, PORCH_PAIRING_DONE);
  assert_both_trust (f);
}

static void
test_initiator_differs (Fixture *f, gconstpointer data)
{
  PorchPairing *mine = start_comparing (f), *theirs = f->ben.asked;

  porch_pairing_confirm (mine, FALSE);
  g_assert_cmpint (porch_pairing_get_state (mine), ==, PORCH_PAIRING_MISMATCH);
  WAIT_FOR (porch_pairing_get_state (theirs) == PORCH_PAIRING_MISMATCH);
  porch_pairing_confirm (theirs, TRUE); /* too late: does nothing */
  iterate (30);
  g_assert_cmpint (porch_pairing_get_state (theirs), ==, PORCH_PAIRING_MISMATCH);
  assert_nobody_trusts (f);
}

/* A confirmation that is held is answered at once. */
static void
test_responder_differs (Fixture *f, gconstpointer data)
{
  PorchPairing *mine = start_comparing (f), *theirs = f->ben.asked;
  gint64        before;

  porch_pairing_confirm (mine, TRUE);
  WAIT_FOR (g_atomic_int_get (&f->wire.confirms) == 1);
  iterate (30);
  before = g_get_monotonic_time ();
  porch_pairing_confirm (theirs, FALSE);
  WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_MISMATCH);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 500 * 1000);
  assert_nobody_trusts (f);
}

static void
test_responder_differs_first (Fixture *f, gconstpointer data)
{
  PorchPairing *mine = start_comparing (f), *theirs = f->ben.asked;

  porch_pairing_confirm (theirs, FALSE);
  g_assert_cmpint (porch_pairing_get_state (theirs), ==, PORCH_PAIRING_MISMATCH);
  porch_pairing_confirm (mine, TRUE);
  WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_MISMATCH);
  assert_nobody_trusts (f);
}

static void
test_nobody_decides (Fixture *f, gconstpointer data)
{
  PorchPairing *mine = start_comparing (f), *theirs = f->ben.asked;

  WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_FAILED && porch_pairing_get_state (theirs) == PORCH_PAIRING_FAILED);
  g_assert_nonnull (porch_pairing_get_error (mine));
  g_assert_nonnull (porch_pairing_get_error (theirs));
  assert_nobody_trusts (f);
}

static void
test_second_never_decides (Fixture *f, gconstpointer data)
{
  PorchPairing *mine = start_comparing (f), *theirs = f->ben.asked;

  porch_pairing_confirm (mine, TRUE);
  WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_FAILED);
  g_assert_cmpint (porch_pairing_get_state (theirs), ==, PORCH_PAIRING_FAILED);
  porch_pairing_confirm (theirs, TRUE);
  iterate (30);
  assert_nobody_trusts (f);
}

/* Cancelled by either side in either state: the other one learns of it, nothing is trusted. */
static void
test_cancelled (Fixture *f, gconstpointer data)
{
  for (int round = 0; round < 2; round++)
    {
      PorchPairing *mine = start_comparing (f), *theirs = f->ben.asked;

      if (round == 1)
        porch_pairing_confirm (theirs, TRUE);
      porch_pairing_cancel (mine);
      g_assert_cmpint (porch_pairing_get_state (mine), ==, PORCH_PAIRING_FAILED);
      g_assert_error (porch_pairing_get_error (mine), PORCH_ERROR, PORCH_ERROR_CANCELLED);
      WAIT_FOR (porch_pairing_get_state (theirs) == PORCH_PAIRING_FAILED);
      iterate (30);
      assert_nobody_trusts (f);
      g_clear_object (&f->ben.asked);
    }
  {
    PorchPairing *mine = start_comparing (f), *theirs = f->ben.asked;

    porch_pairing_confirm (mine, TRUE);
    WAIT_FOR (g_atomic_int_get (&f->wire.confirms) == 1);
    iterate (20);
    porch_pairing_cancel (theirs);
    WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_FAILED);
    assert_nobody_trusts (f);
  }
}

static void
test_cancelled_while_starting (Fixture *f, gconstpointer data)
{
  PorchPairing *mine = start (f);

  porch_pairing_cancel (mine);
  g_assert_cmpint (porch_pairing_get_state (mine), ==, PORCH_PAIRING_FAILED);
  iterate (400);
  g_assert_cmpint (porch_pairing_get_state (mine), ==, PORCH_PAIRING_FAILED);
  assert_nobody_trusts (f);
}

/* Trust is on disk before anybody hears of it; where it can't be written, the other side is not told "yes". */
static void
test_not_stored (Fixture *f, gconstpointer data)
{
  PorchPairing *mine = start_comparing (f), *theirs = f->ben.asked;

  g_assert_true (porch_store_run (f->ben.store, break_table, NULL, NULL));
  porch_pairing_confirm (mine, TRUE);
  porch_pairing_confirm (theirs, TRUE);
  WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_FAILED);
  g_assert_cmpint (porch_pairing_get_state (theirs), ==, PORCH_PAIRING_FAILED);
  assert_nobody_trusts (f);
}

static void
test_blocked (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) addresses = some_addresses ();
  g_autoptr (GError) error = NULL;
  const PorchDeviceId *ben = porch_identity_get_id (f->ben.identity);
  PorchPairing *mine = start_comparing (f), *theirs = f->ben.asked;

  g_assert_true (porch_trust_table_set (f->ben.trust, porch_identity_get_id (f->ada.identity), PORCH_TRUST_BLOCKED, NULL));
  g_assert_cmpint (porch_pairing_get_state (theirs), ==, PORCH_PAIRING_FAILED);
  porch_pairing_confirm (mine, TRUE);
  WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_FAILED);
  mine = start (f);
  WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_FAILED);
  g_assert_true (porch_trust_table_set (f->ada.trust, ben, PORCH_TRUST_BLOCKED, NULL));
  g_assert_null (porch_pairing_desk_start (f->ada.desk, ben, addresses, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED);
  assert_nobody_trusts (f);
}

static void
test_start_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GPtrArray) addresses = some_addresses ();
  g_autoptr (GError) error = NULL;
  PorchDeviceId other = { { 3 } };
  PorchPairing *mine;

  g_assert_null (porch_pairing_desk_start (f->ada.desk, porch_identity_get_id (f->ada.identity), addresses, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (porch_pairing_desk_start (f->ada.desk, porch_identity_get_id (f->ben.identity), none, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_UNREACHABLE);
  g_clear_error (&error);
  mine = start_comparing (f);
  g_assert_null (porch_pairing_desk_start (f->ada.desk, &other, addresses, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_BUSY);
  g_assert_true (start (f) == mine); /* the same device again: the same one */
}

/* ---- a hostile responder ---- */

typedef struct {
  const char *first;  /* answer to the commitment */
  const char *second; /* answer to the reveal */
  gboolean    reflect;
} Hostile;

static JsonObject *
parse (const char *text)
{
  return porch_json_parse (text, strlen (text), PORCH_MAX_JSON_BODY, NULL);
}

static gboolean
answer_badly (const char *path, JsonObject *body, JsonObject **answer, GError **error, gpointer data)
{
  const Hostile *hostile = data;

  if (hostile->reflect)
    *answer = json_object_ref (body);
  else
    *answer = parse (g_str_equal (path, PORCH_PAIRING_PATH) ? hostile->first : hostile->second);
  return TRUE;
}

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* S10: without the other's commitment nobody gets ours revealed. */
static void
test_withheld_commitment (Fixture *f, gconstpointer data)
{
  static const Hostile cases[] = {
    { "{}", NULL, FALSE },
    { "{\"commit\":null}", NULL, FALSE },
    { "{\"commit\":\"\"}", NULL, FALSE },
    { "{\"commit\":\"00\"}", NULL, FALSE },
    { "{\"commit\":7}", NULL, FALSE },
    { "{\"nonce\":\"" ZEROS "\"}", NULL, FALSE },
    { NULL, NULL, TRUE }, /* our own, reflected */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PorchPairing *mine;

      g_clear_object (&f->ada.desk);
      open_desk (&f->ada, &f->wire); /* a fresh one: failures are counted */
      f->wire.hook = answer_badly;
      f->wire.hook_data = (gpointer) &cases[i];
      mine = start (f);
      WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_FAILED);
      g_assert_error (porch_pairing_get_error (mine), PORCH_ERROR, PORCH_ERROR_PROTOCOL);
      g_assert_null (porch_pairing_get_code (mine));
      g_assert_cmpint (f->wire.commits, ==, (int) i + 1);
      g_assert_cmpint (f->wire.reveals, ==, 0);
    }
  assert_nobody_trusts (f);
}

/* S10: a nonce that is not what was committed to shows no code. */
static void
test_bad_nonce (Fixture *f, gconstpointer data)
{
  static const Hostile cases[] = {
    { "{\"commit\":\"" ZEROS "\"}", "{}", FALSE },
    { "{\"commit\":\"" ZEROS "\"}", "{\"nonce\":\"" ZEROS "\"}", FALSE },
    { "{\"commit\":\"" ZEROS "\"}", "{\"nonce\":\"00\"}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PorchPairing *mine;

      f->wire.hook = answer_badly;
      f->wire.hook_data = (gpointer) &cases[i];
      mine = start (f);
      WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_FAILED);
      g_assert_error (porch_pairing_get_error (mine), PORCH_ERROR, PORCH_ERROR_PROTOCOL);
      g_assert_null (porch_pairing_get_code (mine));
      g_assert_cmpint (f->wire.reveals, ==, (int) i + 1);
      g_assert_cmpint (f->wire.confirms, ==, 0);
    }
  assert_nobody_trusts (f);
  {
    g_autoptr (GPtrArray) addresses = some_addresses ();
    g_autoptr (GError) error = NULL;

    g_assert_null (porch_pairing_desk_start (f->ada.desk, porch_identity_get_id (f->ben.identity), addresses, &error));
    g_assert_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT); /* three failures: a pause */
  }
}

/* A responder that plays by the rules with a key of its own, but whose nonce or id changed on the way. */
typedef struct {
  Fixture      *f;
  gboolean      other_key; /* commits as another device */
  guint8        nonce[32];
} Player;

static gboolean
play (const char *path, JsonObject *body, JsonObject **answer, GError **error, gpointer data)
{
  Player       *player = data;
  PorchDeviceId id = *porch_identity_get_id (player->f->ben.identity);
  guint8        commit[32];
  g_autofree char *hex = NULL;

  if (player->other_key)
    id.bytes[0] ^= 1;
  memset (player->nonce, 0x55, 32);
  porch_pairing_commitment ('B', &id, porch_identity_get_id (player->f->ada.identity), player->nonce, commit);
  *answer = json_object_new ();
  if (g_str_equal (path, PORCH_PAIRING_PATH))
    hex = porch_hex_encode (commit, 32);
  else
    hex = porch_hex_encode (player->nonce, 32);
  json_object_set_string_member (*answer, g_str_equal (path, PORCH_PAIRING_PATH) ? "commit" : "nonce", hex);
  return TRUE;
}

static void
test_changed_key (Fixture *f, gconstpointer data)
{
  Player        player = { .f = f, .other_key = TRUE };
  PorchPairing *mine;

  f->wire.hook = play;
  f->wire.hook_data = &player;
  mine = start (f);
  WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_FAILED);
  g_assert_error (porch_pairing_get_error (mine), PORCH_ERROR, PORCH_ERROR_PROTOCOL);
  player.other_key = FALSE; /* positive control: the same player with the right key gets a code */
  mine = start (f);
  WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_COMPARING);
}

/* ---- a hostile initiator ---- */

typedef struct {
  JsonObject *answer;
  GError     *error;
  guint       calls;
} Answer;

static void
on_answer (JsonObject *object, const GError *error, gpointer data)
{
  Answer *answer = data;

  answer->calls++;
  answer->answer = object != NULL ? json_object_ref (object) : NULL;
  answer->error = error != NULL ? g_error_copy (error) : NULL;
}

static void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->answer, json_object_unref);
  g_clear_error (&answer->error);
  answer->calls = 0;
}

/* Straight to Ben's desk, as device @peer over @connection. */
static void
ask_as (Fixture *f, PorchPairingRoute route, const PorchDeviceId *peer, gpointer connection, JsonObject *body, Answer *answer)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string ("192.168.1.66");

  answer_clear (answer);
  porch_pairing_desk_request (f->ben.desk, route, peer, connection, address, body, on_answer, answer, NULL);
}

static JsonObject *
hex_body (const char *member, const guint8 bytes[32])
{
  JsonObject      *body = json_object_new ();
  g_autofree char *hex = porch_hex_encode (bytes, 32);

  json_object_set_string_member (body, member, hex);
  return body;
}

static void
commit_as (Fixture *f, const PorchDeviceId *peer, gpointer connection, const guint8 nonce[32], Answer *answer)
{
  guint8 commit[32];
  g_autoptr (JsonObject) body = NULL;

  porch_pairing_commitment ('A', peer, porch_identity_get_id (f->ben.identity), nonce, commit);
  body = hex_body ("commit", commit);
  ask_as (f, PORCH_PAIRING_COMMIT, peer, connection, body, answer);
}

static void
reveal_as (Fixture *f, const PorchDeviceId *peer, gpointer connection, const guint8 nonce[32], Answer *answer)
{
  g_autoptr (JsonObject) body = hex_body ("nonce", nonce);

  ask_as (f, PORCH_PAIRING_REVEAL, peer, connection, body, answer);
}

static void
confirm_as (Fixture *f, const PorchDeviceId *peer, gpointer connection, gboolean match, Answer *answer)
{
  g_autoptr (JsonObject) body = json_object_new ();

  json_object_set_boolean_member (body, "match", match);
  ask_as (f, PORCH_PAIRING_CONFIRM, peer, connection, body, answer);
}

static void
assert_refused (Answer *answer, int code)
{
  g_assert_cmpuint (answer->calls, ==, 1);
  g_assert_null (answer->answer);
  g_assert_error (answer->error, PORCH_ERROR, code);
}

/* The same steps done right, so that each refusal below is for its own reason. */
static void
test_initiator_by_hand (Fixture *f, gconstpointer data)
{
  PorchDeviceId eve = { { 0xee } };
  guint8        nonce[32] = { 1 };
  Answer        answer = { NULL, NULL, 0 };
  int           connection;

  commit_as (f, &eve, &connection, nonce, &answer);
  g_assert_nonnull (answer.answer);
  g_assert_false (json_object_has_member (answer.answer, "nonce"));
  g_assert_null (f->ben.asked);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->ben.desk)), ==, 0);
  reveal_as (f, &eve, &connection, nonce, &answer);
  g_assert_nonnull (answer.answer);
  g_assert_true (json_object_has_member (answer.answer, "nonce"));
  g_assert_nonnull (f->ben.asked);
  confirm_as (f, &eve, &connection, TRUE, &answer);
  g_assert_cmpuint (answer.calls, ==, 0); /* held: nobody has looked at the code yet */
  g_assert_cmpint (porch_trust_table_get (f->ben.trust, &eve), ==, PORCH_TRUST_UNKNOWN);
  porch_pairing_confirm (f->ben.asked, TRUE);
  g_assert_cmpuint (answer.calls, ==, 1);
  g_assert_true (json_object_get_boolean_member (answer.answer, "match"));
  g_assert_cmpint (porch_trust_table_get (f->ben.trust, &eve), ==, PORCH_TRUST_TRUSTED);
  answer_clear (&answer);
}

/* Nothing at all for a device that is blocked: no commitment of ours, no nonce, no place at the desk. */
static void
test_blocked_by_hand (Fixture *f, gconstpointer data)
{
  PorchDeviceId eve = { { 0xee } };
  guint8        nonce[32] = { 1 };
  Answer        answer = { NULL, NULL, 0 };
  int           connection;

  g_assert_true (porch_trust_table_set (f->ben.trust, &eve, PORCH_TRUST_BLOCKED, NULL));
  commit_as (f, &eve, &connection, nonce, &answer);
  assert_refused (&answer, PORCH_ERROR_NOT_ALLOWED);
  g_assert_true (porch_trust_table_set (f->ben.trust, &eve, PORCH_TRUST_UNKNOWN, NULL));
  commit_as (f, &eve, &connection, nonce, &answer);
  g_assert_nonnull (answer.answer);
  g_assert_true (porch_trust_table_set (f->ben.trust, &eve, PORCH_TRUST_BLOCKED, NULL));
  reveal_as (f, &eve, &connection, nonce, &answer);
  assert_refused (&answer, PORCH_ERROR_NOT_ALLOWED);
  answer_clear (&answer);
}

static void
test_wrong_reveal (Fixture *f, gconstpointer data)
{
  PorchDeviceId eve = { { 0xee } };
  guint8        nonce[32] = { 1 }, other[32] = { 2 };
  Answer        answer = { NULL, NULL, 0 };
  int           connection;

  reveal_as (f, &eve, &connection, nonce, &answer);
  assert_refused (&answer, PORCH_ERROR_PROTOCOL);
  commit_as (f, &eve, &connection, nonce, &answer);
  g_assert_nonnull (answer.answer);
  reveal_as (f, &eve, &connection, other, &answer);
  assert_refused (&answer, PORCH_ERROR_PROTOCOL);
  g_assert_null (f->ben.asked);
  reveal_as (f, &eve, &connection, nonce, &answer); /* it is over: no second guess */
  assert_refused (&answer, PORCH_ERROR_PROTOCOL);
  answer_clear (&answer);
}

/* Made anew in between: refused, whoever it is. */
static void
test_other_connection (Fixture *f, gconstpointer data)
{
  PorchDeviceId eve = { { 0xee } }, mallory = { { 0xef } };
  guint8        nonce[32] = { 1 };
  Answer        answer = { NULL, NULL, 0 };
  int           connection, another;

  commit_as (f, &eve, &connection, nonce, &answer);
  reveal_as (f, &eve, &another, nonce, &answer);
  assert_refused (&answer, PORCH_ERROR_PROTOCOL);
  reveal_as (f, &mallory, &connection, nonce, &answer);
  assert_refused (&answer, PORCH_ERROR_PROTOCOL);
  reveal_as (f, &eve, &connection, nonce, &answer);
  g_assert_nonnull (answer.answer);
  confirm_as (f, &eve, &another, TRUE, &answer);
  assert_refused (&answer, PORCH_ERROR_NOT_ALLOWED);
  confirm_as (f, &mallory, &connection, TRUE, &answer);
  assert_refused (&answer, PORCH_ERROR_NOT_ALLOWED);
  porch_pairing_confirm (f->ben.asked, TRUE);
  g_assert_cmpint (porch_pairing_get_state (f->ben.asked), ==, PORCH_PAIRING_WAITING);
  porch_pairing_desk_on_closed (f->ben.desk, &another);
  g_assert_cmpint (porch_pairing_get_state (f->ben.asked), ==, PORCH_PAIRING_WAITING);
  porch_pairing_desk_on_closed (f->ben.desk, &connection);
  g_assert_cmpint (porch_pairing_get_state (f->ben.asked), ==, PORCH_PAIRING_FAILED);
  confirm_as (f, &eve, &connection, TRUE, &answer);
  assert_refused (&answer, PORCH_ERROR_NOT_ALLOWED);
  g_assert_cmpint (porch_trust_table_get (f->ben.trust, &eve), ==, PORCH_TRUST_UNKNOWN);
  answer_clear (&answer);
}

static void
test_out_of_order (Fixture *f, gconstpointer data)
{
  PorchDeviceId eve = { { 0xee } };
  guint8        nonce[32] = { 1 }, next[32] = { 2 };
  Answer        answer = { NULL, NULL, 0 };
  int           connection;
  g_autoptr (JsonObject) bad = parse ("{\"commit\":\"zz\"}");

  confirm_as (f, &eve, &connection, TRUE, &answer);
  assert_refused (&answer, PORCH_ERROR_NOT_ALLOWED);
  ask_as (f, PORCH_PAIRING_COMMIT, &eve, &connection, NULL, &answer);
  assert_refused (&answer, PORCH_ERROR_PROTOCOL);
  ask_as (f, PORCH_PAIRING_COMMIT, &eve, &connection, bad, &answer);
  assert_refused (&answer, PORCH_ERROR_PROTOCOL);
  commit_as (f, &eve, &connection, nonce, &answer);
  confirm_as (f, &eve, &connection, TRUE, &answer); /* before the code is known */
  assert_refused (&answer, PORCH_ERROR_NOT_ALLOWED);
  commit_as (f, &eve, &connection, next, &answer); /* a second commitment */
  assert_refused (&answer, PORCH_ERROR_PROTOCOL);
  reveal_as (f, &eve, &connection, nonce, &answer);
  assert_refused (&answer, PORCH_ERROR_PROTOCOL);
  commit_as (f, &eve, &connection, nonce, &answer); /* one that was used before */
  assert_refused (&answer, PORCH_ERROR_PROTOCOL);
  g_assert_null (f->ben.asked);
  answer_clear (&answer);
}

static void
test_revealed_twice (Fixture *f, gconstpointer data)
{
  PorchDeviceId eve = { { 0xee } };
  guint8        nonce[32] = { 1 };
  Answer        answer = { NULL, NULL, 0 };
  int           connection;

  commit_as (f, &eve, &connection, nonce, &answer);
  reveal_as (f, &eve, &connection, nonce, &answer);
  g_assert_nonnull (answer.answer);
  reveal_as (f, &eve, &connection, nonce, &answer);
  assert_refused (&answer, PORCH_ERROR_PROTOCOL);
  g_assert_cmpint (porch_pairing_get_state (f->ben.asked), ==, PORCH_PAIRING_FAILED);
  answer_clear (&answer);
}

/* One at a time; who commits and never reveals holds the place for moments only, and is never shown. */
static void
test_one_at_a_time (Fixture *f, gconstpointer data)
{
  PorchDeviceId eve = { { 0xee } }, mallory = { { 0xef } };
  guint8        nonce[32] = { 1 };
  Answer        answer = { NULL, NULL, 0 };
  int           connection, another;
  gint64        end;

  commit_as (f, &eve, &connection, nonce, &answer);
  commit_as (f, &mallory, &another, nonce, &answer);
  assert_refused (&answer, PORCH_ERROR_BUSY);
  end = g_get_monotonic_time () + 3 * G_USEC_PER_SEC;
  do
    {
      iterate (50);
      nonce[1]++;
      commit_as (f, &mallory, &another, nonce, &answer);
    }
  while (answer.answer == NULL && g_get_monotonic_time () < end);
  g_assert_nonnull (answer.answer);
  g_assert_cmpuint (f->ben.requests, ==, 0);
  answer_clear (&answer);
}

/* Our own person comes before a stranger that has no code yet. */
static void
test_own_person_first (Fixture *f, gconstpointer data)
{
  PorchDeviceId eve = { { 0xee } };
  guint8        nonce[32] = { 1 };
  Answer        answer = { NULL, NULL, 0 };
  g_autoptr (GPtrArray) addresses = some_addresses ();
  PorchPairing *mine;
  int           connection;

  commit_as (f, &eve, &connection, nonce, &answer);
  mine = porch_pairing_desk_start (f->ben.desk, porch_identity_get_id (f->ada.identity), addresses, NULL);
  g_assert_nonnull (mine);
  WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_COMPARING);
  answer_clear (&answer);
}

/* Three tries with a device, then a pause; going away in the middle is a try. */
static void
test_three_failures (Fixture *f, gconstpointer data)
{
  PorchDeviceId eve = { { 0xee } };
  guint8        nonce[32] = { 1 };
  Answer        answer = { NULL, NULL, 0 };
  int           connection;

  g_assert_true (porch_trust_table_set (f->ben.trust, &eve, PORCH_TRUST_TRUSTED, NULL)); /* the limit per address is another one */
  for (guint i = 0; i < 3; i++)
    {
      nonce[1] = (guint8) i;
      commit_as (f, &eve, &connection, nonce, &answer);
      g_assert_nonnull (answer.answer);
      reveal_as (f, &eve, &connection, nonce, &answer);
      g_assert_nonnull (answer.answer);
      porch_pairing_desk_on_closed (f->ben.desk, &connection);
    }
  nonce[1] = 9;
  commit_as (f, &eve, &connection, nonce, &answer);
  assert_refused (&answer, PORCH_ERROR_LIMIT);
  answer_clear (&answer);
}

/* Both people press the button at the same moment: one code, not two refusals. */
static void
test_both_at_once (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) addresses = some_addresses ();
  PorchPairing *mine = start (f);
  PorchPairing *theirs = porch_pairing_desk_start (f->ben.desk, porch_identity_get_id (f->ada.identity), addresses, NULL);

  g_assert_nonnull (theirs);
  WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_COMPARING && porch_pairing_get_state (theirs) == PORCH_PAIRING_COMPARING);
  g_assert_cmpstr (porch_pairing_get_code (mine), ==, porch_pairing_get_code (theirs));
  g_assert_true (porch_pairing_is_initiator (mine) != porch_pairing_is_initiator (theirs));
  porch_pairing_confirm (mine, TRUE);
  porch_pairing_confirm (theirs, TRUE);
  WAIT_FOR (porch_pairing_get_state (mine) == PORCH_PAIRING_DONE && porch_pairing_get_state (theirs) == PORCH_PAIRING_DONE);
  assert_both_trust (f);
}

/* The desk goes while somebody waits: every request is still answered once. */
static void
test_desk_goes (Fixture *f, gconstpointer data)
{
  PorchDeviceId eve = { { 0xee } };
  guint8        nonce[32] = { 1 };
  Answer        answer = { NULL, NULL, 0 };
  int           connection;

  commit_as (f, &eve, &connection, nonce, &answer);
  reveal_as (f, &eve, &connection, nonce, &answer);
  confirm_as (f, &eve, &connection, TRUE, &answer);
  g_assert_cmpuint (answer.calls, ==, 0);
  g_clear_object (&f->ben.desk);
  assert_refused (&answer, PORCH_ERROR_NOT_ALLOWED);
  porch_pairing_confirm (f->ben.asked, TRUE);
  g_assert_cmpint (porch_trust_table_get (f->ben.trust, &eve), ==, PORCH_TRUST_UNKNOWN);
  answer_clear (&answer);
}

#define ADD(path, func) g_test_add ("/pairing/desk/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("initiator-first", test_initiator_first);
  ADD ("responder-first", test_responder_first);
  ADD ("initiator-differs", test_initiator_differs);
  ADD ("responder-differs", test_responder_differs);
  ADD ("responder-differs-first", test_responder_differs_first);
  ADD ("nobody-decides", test_nobody_decides);
  ADD ("second-never-decides", test_second_never_decides);
  ADD ("cancelled", test_cancelled);
  ADD ("cancelled-while-starting", test_cancelled_while_starting);
  ADD ("not-stored", test_not_stored);
  ADD ("blocked", test_blocked);
  ADD ("start-refused", test_start_refused);
  ADD ("s10-withheld-commitment", test_withheld_commitment);
  ADD ("s10-bad-nonce", test_bad_nonce);
  ADD ("s10-changed-key", test_changed_key);
  ADD ("initiator-by-hand", test_initiator_by_hand);
  ADD ("blocked-by-hand", test_blocked_by_hand);
  ADD ("s10-wrong-reveal", test_wrong_reveal);
  ADD ("s10-other-connection", test_other_connection);
  ADD ("s12-out-of-order", test_out_of_order);
  ADD ("s12-revealed-twice", test_revealed_twice);
  ADD ("one-at-a-time", test_one_at_a_time);
  ADD ("own-person-first", test_own_person_first);
  ADD ("three-failures", test_three_failures);
  ADD ("both-at-once", test_both_at_once);
  ADD ("desk-goes", test_desk_goes);
  return g_test_run ();
}
