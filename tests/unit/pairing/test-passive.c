/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes in passing: an offer brings one along, both people say that it matches at any time later, and only then it is trust. */
#include "config.h"

#include "pairing-link.h"

typedef struct {
  Device ada, ben; /* ada offers */
  Wire   wire, back;
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

/* What a transfer's worker does before it offers. */
typedef struct {
  Wire    *wire;
  char    *tag, *code;
  GError  *error;
  gboolean ok;
  gint     done;
} Run;

static gpointer
run_in_thread (gpointer data)
{
  Run                  *run = data;
  PorchPairingTransport transport = { open_link, call_link, close_link, run->wire };
  gpointer              link = open_link (run->wire->from->identity, NULL, NULL, run->wire);

  run->ok = porch_pairing_desk_run_passive_over (run->wire->from->desk, &transport, link, porch_identity_get_id (run->wire->to->identity),
                                                 &run->tag, &run->code, NULL, &run->error);
  close_link (link);
  g_atomic_int_set (&run->done, 1);
  return NULL;
}

static Run
run_passive (Wire *wire)
{
  Run      run = { .wire = wire };
  GThread *thread = g_thread_new ("worker", run_in_thread, &run);

  WAIT_FOR (g_atomic_int_get (&run.done));
  g_thread_join (thread);
  return run;
}

static void
run_clear (Run *run)
{
  g_free (run->tag);
  g_free (run->code);
  g_clear_error (&run->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static void
confirm (Device *device, Device *other, const char *tag, gboolean match)
{
  g_autoptr (GError) error = NULL;

  porch_pairing_desk_confirm_passive (device->desk, porch_identity_get_id (other->identity), tag, match, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_gone (Device *device, Device *other, const char *tag)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (porch_pairing_desk_confirm_passive (device->desk, porch_identity_get_id (other->identity), tag, TRUE, NULL, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_GONE);
}

static char *
code_at (Device *device, Device *other, const char *tag)
{
  return porch_pairing_desk_dup_passive_code (device->desk, porch_identity_get_id (other->identity), tag);
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
test_code (Fixture *f, gconstpointer data)
{
  g_auto (Run) run = run_passive (&f->wire);
  g_autofree char *mine = code_at (&f->ada, &f->ben, run.tag);
  g_autofree char *theirs = code_at (&f->ben, &f->ada, run.tag);
  PorchDeviceId eve = { { 1 } };

  g_assert_true (run.ok);
  g_assert_cmpuint (strlen (run.tag), ==, 16);
  g_assert_cmpstr (mine, ==, run.code);
  g_assert_cmpstr (theirs, ==, run.code);
  g_assert_null (code_at (&f->ben, &f->ada, "0000000000000000"));
  g_assert_null (code_at (&f->ben, &f->ada, NULL));
  g_assert_null (porch_pairing_desk_dup_passive_code (f->ben.desk, &eve, run.tag));
  g_assert_cmpuint (f->ben.requests, ==, 0); /* no dialogue */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->ben.desk)), ==, 0);
  assert_nobody_trusts (f);
}

/* "Accept and trust" first, the sender's person a while later. */
static void
test_receiver_first (Fixture *f, gconstpointer data)
{
  g_auto (Run) run = run_passive (&f->wire);

  confirm (&f->ben, &f->ada, run.tag, TRUE);
  g_assert_cmpint (f->ben.passive_state, ==, PORCH_PAIRING_WAITING);
  iterate (200);
  assert_nobody_trusts (f);
  confirm (&f->ada, &f->ben, run.tag, TRUE);
  WAIT_FOR (f->ada.passive_state == PORCH_PAIRING_DONE);
  g_assert_cmpint (f->ben.passive_state, ==, PORCH_PAIRING_DONE);
  g_assert_cmpstr (f->ada.passive_tag, ==, run.tag);
  g_assert_cmpstr (f->ben.passive_tag, ==, run.tag);
  assert_both_trust (f);
  g_assert_null (code_at (&f->ada, &f->ben, run.tag));
  g_assert_null (code_at (&f->ben, &f->ada, run.tag));
}

/* The sender asks again and again, each time for a moment only. */
static void
test_sender_first (Fixture *f, gconstpointer data)
{
  g_auto (Run) run = run_passive (&f->wire);

  confirm (&f->ada, &f->ben, run.tag, TRUE);
  g_assert_cmpint (f->ada.passive_state, ==, PORCH_PAIRING_WAITING);
  WAIT_FOR (g_atomic_int_get (&f->wire.confirms) >= 3);
  assert_nobody_trusts (f);
  confirm (&f->ben, &f->ada, run.tag, TRUE);
  WAIT_FOR (f->ada.passive_state == PORCH_PAIRING_DONE);
  g_assert_cmpint (f->ben.passive_state, ==, PORCH_PAIRING_DONE);
  assert_both_trust (f);
}

static void
test_sender_differs (Fixture *f, gconstpointer data)
{
  g_auto (Run) run = run_passive (&f->wire);

  confirm (&f->ada, &f->ben, run.tag, FALSE);
  g_assert_cmpint (f->ada.passive_state, ==, PORCH_PAIRING_MISMATCH);
  WAIT_FOR (f->ben.passive_state == PORCH_PAIRING_MISMATCH); /* told at once */
  g_assert_null (code_at (&f->ben, &f->ada, run.tag));
  assert_gone (&f->ben, &f->ada, run.tag);
  assert_nobody_trusts (f);
}

static void
test_receiver_differs (Fixture *f, gconstpointer data)
{
  g_auto (Run) run = run_passive (&f->wire);

  confirm (&f->ada, &f->ben, run.tag, TRUE);
  WAIT_FOR (g_atomic_int_get (&f->wire.confirms) >= 1);
  confirm (&f->ben, &f->ada, run.tag, FALSE);
  WAIT_FOR (f->ada.passive_state == PORCH_PAIRING_MISMATCH);
  assert_gone (&f->ada, &f->ben, run.tag);
  assert_nobody_trusts (f);
}

static void
test_receiver_differs_first (Fixture *f, gconstpointer data)
{
  g_auto (Run) run = run_passive (&f->wire);

  confirm (&f->ben, &f->ada, run.tag, FALSE);
  g_assert_cmpint (f->ben.passive_state, ==, PORCH_PAIRING_MISMATCH);
  confirm (&f->ada, &f->ben, run.tag, TRUE);
  WAIT_FOR (f->ada.passive_state == PORCH_PAIRING_MISMATCH);
  assert_nobody_trusts (f);
}

/* A word is not taken back: the answer that was given first holds (S13). */
static void
test_said_twice (Fixture *f, gconstpointer data)
{
  g_auto (Run) run = run_passive (&f->wire);
  g_autoptr (GError) error = NULL;

  confirm (&f->ben, &f->ada, run.tag, TRUE);
  confirm (&f->ben, &f->ada, run.tag, TRUE);
  g_assert_false (porch_pairing_desk_confirm_passive (f->ben.desk, porch_identity_get_id (f->ada.identity), run.tag, FALSE, NULL, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_GONE);
  confirm (&f->ada, &f->ben, run.tag, TRUE);
  confirm (&f->ada, &f->ben, run.tag, TRUE);
  WAIT_FOR (f->ada.passive_state == PORCH_PAIRING_DONE);
  assert_both_trust (f);
}

/* The next offers, in either direction, show the same code. */
static void
test_same_again (Fixture *f, gconstpointer data)
{
  g_auto (Run) first = run_passive (&f->wire);
  g_auto (Run) second = run_passive (&f->wire);
  g_auto (Run) back = run_passive (&f->back);

  g_assert_cmpstr (second.tag, ==, first.tag);
  g_assert_cmpstr (second.code, ==, first.code);
  g_assert_cmpstr (back.tag, ==, first.tag);
  g_assert_cmpint (f->wire.reveals, ==, 1);
  g_assert_cmpint (f->back.reveals, ==, 0);
}

/* Both sessions at once, one each way: each tag has its own code, and confirming one leaves the other alone. */
static void
test_two_sessions (Fixture *f, gconstpointer data)
{
  g_auto (Run) first = run_passive (&f->wire);
  g_auto (Run) second = { 0 };
  g_autofree char *old = NULL;
  g_autofree char *new = NULL;

  confirm (&f->ben, &f->ada, first.tag, FALSE);
  second = run_passive (&f->wire);
  g_assert_cmpstr (second.tag, !=, first.tag);
  old = code_at (&f->ben, &f->ada, first.tag);
  new = code_at (&f->ben, &f->ada, second.tag);
  g_assert_null (old);
  g_assert_cmpstr (new, ==, second.code);
}

static void
test_trusted (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const PorchDeviceId *ada = porch_identity_get_id (f->ada.identity), *ben = porch_identity_get_id (f->ben.identity);

  g_assert_true (porch_trust_table_set (f->ada.trust, ben, PORCH_TRUST_TRUSTED, NULL));
  {
    g_auto (Run) run = run_passive (&f->wire); /* only one side trusts: a code */

    g_assert_nonnull (run.tag);
  }
  g_assert_true (porch_trust_table_set (f->ben.trust, ada, PORCH_TRUST_TRUSTED, NULL));
  {
    g_auto (Run) run = run_passive (&f->wire);

    g_assert_true (run.ok);
    g_assert_null (run.tag);
    g_assert_null (run.code);
  }
  g_assert_true (porch_trust_table_set (f->ben.trust, ada, PORCH_TRUST_BLOCKED, NULL));
  {
    g_auto (Run) run = run_passive (&f->wire);

    g_assert_false (run.ok);
    g_assert_error (run.error, PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED);
  }
}

/* The receiver was started anew: its code is gone, the sender's confirmation is told so, and the next offer has a new one. */
static void
test_restarted (Fixture *f, gconstpointer data)
{
  g_auto (Run) run = run_passive (&f->wire);
  g_auto (Run) next = { 0 };

  g_clear_object (&f->ben.desk);
  open_desk (&f->ben, &f->back);
  g_assert_null (code_at (&f->ben, &f->ada, run.tag));
  confirm (&f->ada, &f->ben, run.tag, TRUE);
  WAIT_FOR (f->ada.passive_state == PORCH_PAIRING_FAILED);
  assert_gone (&f->ada, &f->ben, run.tag);
  assert_nobody_trusts (f);
  next = run_passive (&f->wire);
  g_assert_cmpstr (next.tag, !=, run.tag);
}

/* Where codes are handed out too often the offer goes on without one. */
static void
test_too_often (Fixture *f, gconstpointer data)
{
  guint with = 0;

  for (guint i = 0; i < PORCH_PASSIVE_PER_ADDRESS + 5; i++)
    {
      g_auto (Run) run = { 0 };

      g_clear_object (&f->ada.desk);
      open_desk (&f->ada, &f->wire); /* forgets its session: asks for a new one */
      run = run_passive (&f->wire);
      g_assert_true (run.ok);
      g_assert_true ((run.tag != NULL) == (run.code != NULL));
      with += run.tag != NULL;
    }
  g_assert_cmpuint (with, ==, PORCH_PASSIVE_PER_ADDRESS);
}

static gboolean
answer_busy_once (const char *path, JsonObject *body, JsonObject **answer, GError **error, gpointer data)
{
  gint *left = data;

  if (!g_str_equal (path, PORCH_PAIRING_REVEAL_PATH) || !g_atomic_int_dec_and_test (left))
    return FALSE;
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, "the connection was made anew");
  return TRUE;
}

static void
test_once_more (Fixture *f, gconstpointer data)
{
  gint left = 1;

  f->wire.hook = answer_busy_once;
  f->wire.hook_data = &left;
  {
    g_auto (Run) run = run_passive (&f->wire);

    g_assert_true (run.ok);
    g_assert_nonnull (run.code);
    g_assert_cmpint (f->wire.commits, ==, 2);
  }
}

static gboolean
answer_unreachable (const char *path, JsonObject *body, JsonObject **answer, GError **error, gpointer data)
{
  if (g_str_equal (path, PORCH_PAIRING_CONFIRM_PATH) && g_atomic_int_get ((gint *) data) == 0)
    return FALSE;
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_UNREACHABLE, "away");
  return TRUE;
}

/* The other side is away for a while when our person confirms. */
static void
test_away (Fixture *f, gconstpointer data)
{
  gint away = 1;
  g_auto (Run) run = run_passive (&f->wire);

  f->wire.hook = answer_unreachable;
  f->wire.hook_data = &away;
  {
    g_auto (Run) failed = run_passive (&f->wire);

    g_assert_false (failed.ok); /* what would fail the offer as well */
    g_assert_error (failed.error, PORCH_ERROR, PORCH_ERROR_UNREACHABLE);
  }
  confirm (&f->ada, &f->ben, run.tag, TRUE);
  confirm (&f->ben, &f->ada, run.tag, TRUE);
  WAIT_FOR (g_atomic_int_get (&f->wire.confirms) >= 3);
  assert_nobody_trusts (f);
  g_atomic_int_set (&away, 0);
  WAIT_FOR (f->ada.passive_state == PORCH_PAIRING_DONE);
  assert_both_trust (f);
}

static void
on_answer (JsonObject *answer, const GError *error, gpointer data)
{
  GError **out = data;

  g_assert_true (*out == NULL);
  *out = error != NULL ? g_error_copy (error) : g_error_new_literal (PORCH_ERROR, PORCH_ERROR_EXISTS, "answered");
}

/* The answer "yes" was lost on its way: asked again, it is the same. */
static void
test_answer_lost (Fixture *f, gconstpointer data)
{
  g_auto (Run) run = run_passive (&f->wire);
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (GError) lost = NULL;
  int connection;

  confirm (&f->ben, &f->ada, run.tag, TRUE);
  json_object_set_boolean_member (body, "match", TRUE);
  json_object_set_string_member (body, "pair", run.tag);
  porch_pairing_desk_request (f->ben.desk, PORCH_PAIRING_CONFIRM, porch_identity_get_id (f->ada.identity), &connection, NULL, body,
                              on_answer, &lost, NULL);
  g_assert_error (lost, PORCH_ERROR, PORCH_ERROR_EXISTS);
  g_assert_cmpint (trust_of (&f->ben, &f->ada), ==, PORCH_TRUST_TRUSTED);
  confirm (&f->ada, &f->ben, run.tag, TRUE);
  WAIT_FOR (f->ada.passive_state == PORCH_PAIRING_DONE);
  assert_both_trust (f);
}

static void
assert_confirm_refused (Fixture *f, const PorchDeviceId *peer, const char *tag, int code)
{
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (GError) error = NULL;
  int connection;

  json_object_set_boolean_member (body, "match", TRUE);
  json_object_set_string_member (body, "pair", tag);
  porch_pairing_desk_request (f->ben.desk, PORCH_PAIRING_CONFIRM, peer, &connection, NULL, body, on_answer, &error, NULL);
  g_assert_error (error, PORCH_ERROR, code);
}

/* Another device that learned the tag, or the wrong end of the session, confirms nothing. */
static void
test_not_theirs (Fixture *f, gconstpointer data)
{
  g_auto (Run) run = run_passive (&f->wire);
  g_auto (Run) back = { 0 };
  PorchDeviceId eve = { { 1 } };

  confirm (&f->ben, &f->ada, run.tag, TRUE);
  assert_confirm_refused (f, &eve, run.tag, PORCH_ERROR_NOT_FOUND);
  assert_confirm_refused (f, porch_identity_get_id (f->ada.identity), "0000000000000000", PORCH_ERROR_NOT_FOUND);
  assert_confirm_refused (f, porch_identity_get_id (f->ada.identity), "", PORCH_ERROR_NOT_FOUND);
  assert_nobody_trusts (f);
  g_assert_cmpint (porch_trust_table_get (f->ben.trust, &eve), ==, PORCH_TRUST_UNKNOWN);
  g_clear_object (&f->ben.desk);
  open_desk (&f->ben, &f->back);
  back = run_passive (&f->back); /* here Ben is the one who asks; Ada may not confirm by his own route */
  confirm (&f->ben, &f->ada, back.tag, TRUE);
  assert_confirm_refused (f, porch_identity_get_id (f->ada.identity), back.tag, PORCH_ERROR_NOT_FOUND);
  assert_nobody_trusts (f);
}

typedef struct {
  JsonObject *answer;
  GError     *error;
} Answer;

static void
on_object (JsonObject *object, const GError *error, gpointer data)
{
  Answer *answer = data;

  g_clear_pointer (&answer->answer, json_object_unref);
  g_clear_error (&answer->error);
  answer->answer = object != NULL ? json_object_ref (object) : NULL;
  answer->error = error != NULL ? g_error_copy (error) : NULL;
}

static void
send_hex (Fixture *f, PorchPairingRoute route, gpointer connection, const char *member, const guint8 bytes[32], Answer *answer)
{
  g_autoptr (JsonObject) body = json_object_new ();
  g_autofree char *hex = porch_hex_encode (bytes, 32);

  json_object_set_string_member (body, member, hex);
  json_object_set_boolean_member (body, "passive", TRUE);
  porch_pairing_desk_request (f->ben.desk, route, porch_identity_get_id (f->ada.identity), connection, NULL, body, on_object, answer, NULL);
}

/* S10: what is revealed must be what was committed to, on the same connection, and there is one try. Three bad ones make a pause. */
static void
test_wrong_reveal (Fixture *f, gconstpointer data)
{
  guint8 nonce[32] = { 1 }, other[32] = { 2 }, commit[32];
  Answer answer = { NULL, NULL };
  int    connection, another;

  porch_pairing_commitment ('A', porch_identity_get_id (f->ada.identity), porch_identity_get_id (f->ben.identity), nonce, commit);
  send_hex (f, PORCH_PAIRING_COMMIT, &connection, "commit", commit, &answer);
  g_assert_true (json_object_has_member (answer.answer, "commit"));
  send_hex (f, PORCH_PAIRING_REVEAL, &another, "nonce", nonce, &answer);
  g_assert_error (answer.error, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
  for (guint i = 0; i < 3; i++)
    {
      send_hex (f, PORCH_PAIRING_COMMIT, &connection, "commit", commit, &answer);
      g_assert_nonnull (answer.answer);
      send_hex (f, PORCH_PAIRING_REVEAL, &connection, "nonce", other, &answer);
      g_assert_null (answer.answer);
      g_assert_error (answer.error, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
      send_hex (f, PORCH_PAIRING_REVEAL, &connection, "nonce", nonce, &answer);
      g_assert_error (answer.error, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
    }
  send_hex (f, PORCH_PAIRING_COMMIT, &connection, "commit", commit, &answer);
  g_assert_error (answer.error, PORCH_ERROR, PORCH_ERROR_LIMIT);
  g_clear_error (&answer.error);
}

static void
test_not_stored (Fixture *f, gconstpointer data)
{
  g_auto (Run) run = run_passive (&f->wire);

  g_assert_true (porch_store_run (f->ben.store, break_table, NULL, NULL));
  confirm (&f->ben, &f->ada, run.tag, TRUE);
  confirm (&f->ada, &f->ben, run.tag, TRUE);
  WAIT_FOR (f->ben.passive_state == PORCH_PAIRING_FAILED);
  WAIT_FOR (f->ada.passive_state == PORCH_PAIRING_FAILED);
  assert_nobody_trusts (f);
}

static void
test_desk_goes (Fixture *f, gconstpointer data)
{
  g_auto (Run) run = run_passive (&f->wire);

  confirm (&f->ada, &f->ben, run.tag, TRUE);
  WAIT_FOR (g_atomic_int_get (&f->wire.confirms) >= 1);
  g_clear_object (&f->ben.desk); /* a held answer comes, or an error; nothing twice */
  f->wire.hook_data = &(gint) { 1 };
  g_atomic_pointer_set (&f->wire.hook, answer_unreachable);
  g_clear_object (&f->ada.desk);
  iterate (250);
  assert_nobody_trusts (f);
}

#define ADD(path, func) g_test_add ("/pairing/passive/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("code", test_code);
  ADD ("receiver-first", test_receiver_first);
  ADD ("sender-first", test_sender_first);
  ADD ("sender-differs", test_sender_differs);
  ADD ("receiver-differs", test_receiver_differs);
  ADD ("receiver-differs-first", test_receiver_differs_first);
  ADD ("s13-said-twice", test_said_twice);
  ADD ("same-again", test_same_again);
  ADD ("two-sessions", test_two_sessions);
  ADD ("trusted", test_trusted);
  ADD ("restarted", test_restarted);
  ADD ("too-often", test_too_often);
  ADD ("once-more", test_once_more);
  ADD ("away", test_away);
  ADD ("answer-lost", test_answer_lost);
  ADD ("not-theirs", test_not_theirs);
  ADD ("s10-wrong-reveal", test_wrong_reveal);
  ADD ("not-stored", test_not_stored);
  ADD ("desk-goes", test_desk_goes);
  return g_test_run ();
}
