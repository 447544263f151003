/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparing codes between two devices over real TLS: started by a person, in passing, and by somebody who cheats with connections. S10. */
#include "config.h"

#include <string.h>

#include "identity/porch-pin-database.h"
#include "pairing/porch-pairing-code.h"
#include "porch-error.h"
#include "serve/porch-server.h"
#include "test-host.h"
#include "test-hostile.h"
#include "wire/porch-client.h"
#include "wire/porch-json.h"

typedef struct {
  PorchIdentity    *identity;
  PorchStore       *store;
  PorchTrustTable  *trust;
  PorchPairingDesk *desk;
  PorchServer      *server;
  PorchPairing     *asked; /* owned */
  int               passive_state;
} Device;

typedef struct {
  Device ada, ben;
} Fixture;

static void
on_request (PorchPairingDesk *desk, PorchPairing *pairing, gpointer data)
{
  g_set_object (&((Device *) data)->asked, pairing);
}

static void
on_passive (PorchPairingDesk *desk, const PorchDeviceId *peer, const char *tag, int state, gpointer data)
{
  ((Device *) data)->passive_state = state;
}

static void
open_device (Device *device)
{
  g_autoptr (GError) error = NULL;
  PorchServerParts parts = { 0 };

  device->identity = test_identity_new ();
  device->store = porch_store_new (":memory:", NULL, &error);
  g_assert_no_error (error);
  device->trust = porch_trust_table_new (device->store, &error);
  g_assert_no_error (error);
  device->desk = porch_pairing_desk_new (device->identity, device->trust);
  device->passive_state = -1;
  g_signal_connect (device->desk, "request", G_CALLBACK (on_request), device);
  g_signal_connect (device->desk, "passive", G_CALLBACK (on_passive), device);
  parts.identity = device->identity;
  parts.trust = device->trust;
  parts.pairings = device->desk;
  device->server = porch_server_new (&parts, &error);
  g_assert_no_error (error);
  g_assert_true (porch_server_listen (device->server, NULL, 0, &error));
  g_assert_no_error (error);
}

static void
close_device (Device *device)
{
  porch_server_stop (device->server);
  g_assert_finalize_object (device->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&device->asked);
  g_assert_finalize_object (device->desk);
  g_object_unref (device->trust);
  g_object_unref (device->store);
  g_object_unref (device->identity);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  open_device (&f->ada);
  open_device (&f->ben);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  close_device (&f->ada);
  close_device (&f->ben);
}

static GPtrArray *
addresses_of (Device *device)
{
  return test_addresses (porch_server_get_port (device->server), 0);
}

static PorchTrust
trust_of (Device *device, Device *other)
{
  return porch_trust_table_get (device->trust, porch_identity_get_id (other->identity));
}

static gboolean
both_trust (gpointer data)
{
  Fixture *f = data;

  return trust_of (&f->ada, &f->ben) == PORCH_TRUST_TRUSTED && trust_of (&f->ben, &f->ada) == PORCH_TRUST_TRUSTED;
}

static void
assert_nobody_trusts (Fixture *f)
{
  g_assert_cmpint (trust_of (&f->ada, &f->ben), ==, PORCH_TRUST_UNKNOWN);
  g_assert_cmpint (trust_of (&f->ben, &f->ada), ==, PORCH_TRUST_UNKNOWN);
}

typedef struct {
  PorchPairing     *pairing;
  PorchPairingState state;
} Wanted;

static gboolean
is_in_state (gpointer data)
{
  Wanted *wanted = data;

  return wanted->pairing != NULL && porch_pairing_get_state (wanted->pairing) == wanted->state;
}

static gboolean
wait_for (PorchPairing *pairing, PorchPairingState state)
{
  Wanted wanted = { pairing, state };

  return test_wait (is_in_state, &wanted, 15000);
}

static PorchPairing *
start_comparing (Fixture *f)
{
  g_autoptr (GPtrArray) addresses = addresses_of (&f->ben);
  g_autoptr (GError) error = NULL;
  PorchPairing *mine = porch_pairing_desk_start (f->ada.desk, porch_identity_get_id (f->ben.identity), addresses, &error);

  g_assert_no_error (error);
  g_assert_true (wait_for (mine, PORCH_PAIRING_COMPARING));
  g_assert_true (wait_for (f->ben.asked, PORCH_PAIRING_COMPARING));
  g_assert_cmpstr (porch_pairing_get_code (mine), ==, porch_pairing_get_code (f->ben.asked));
  return mine;
}

static void
test_match (Fixture *f, gconstpointer data)
{
  PorchPairing *mine = start_comparing (f);

  porch_pairing_confirm (mine, TRUE);
  g_assert_false (test_wait (both_trust, f, 200));
  assert_nobody_trusts (f);
  porch_pairing_confirm (f->ben.asked, TRUE);
  g_assert_true (wait_for (mine, PORCH_PAIRING_DONE));
  g_assert_true (both_trust (f));
}

static void
test_differs (Fixture *f, gconstpointer data)
{
  PorchPairing *mine = start_comparing (f);

  porch_pairing_confirm (f->ben.asked, TRUE);
  porch_pairing_confirm (mine, FALSE);
  g_assert_true (wait_for (f->ben.asked, PORCH_PAIRING_MISMATCH));
  assert_nobody_trusts (f);
}

/* The confirmation hangs on the other side's person; her "differs" arrives at once. */
static void
test_held_differs (Fixture *f, gconstpointer data)
{
  PorchPairing *mine = start_comparing (f);

  porch_pairing_confirm (mine, TRUE);
  g_assert_false (test_wait (both_trust, f, 200));
  porch_pairing_confirm (f->ben.asked, FALSE);
  g_assert_true (wait_for (mine, PORCH_PAIRING_MISMATCH));
  assert_nobody_trusts (f);
}

/* Our end of the connection goes: the other screen does not go on showing a code. */
static void
test_cancelled (Fixture *f, gconstpointer data)
{
  PorchPairing *mine = start_comparing (f);

  porch_pairing_cancel (mine);
  g_assert_true (wait_for (f->ben.asked, PORCH_PAIRING_FAILED));
  assert_nobody_trusts (f);
}

static void
test_unreachable (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) addresses = addresses_of (&f->ben);
  PorchDeviceId other = { { 7 } };
  PorchPairing *mine;

  mine = porch_pairing_desk_start (f->ada.desk, &other, addresses, NULL); /* Ben answers there, with a key of his own */
  g_assert_true (wait_for (mine, PORCH_PAIRING_FAILED));
  g_assert_null (porch_pairing_get_code (mine));
  g_assert_null (f->ben.asked);
}

/* ---- in passing ---- */

typedef struct {
  Fixture *f;
  char    *tag, *code, *again;
} Offer;

static void
run_passive (gpointer data)
{
  Offer *offer = data;
  const PorchDeviceId *ben = porch_identity_get_id (offer->f->ben.identity);
  g_autoptr (GPtrArray) addresses = addresses_of (&offer->f->ben);
  g_autoptr (PorchClient) client = porch_client_new (offer->f->ada.identity, ben, addresses, 2, 5);
  g_autofree char *code = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (porch_pairing_desk_run_passive (offer->f->ada.desk, client, ben, &offer->tag, &offer->code, NULL, &error));
  g_assert_no_error (error);
  g_assert_nonnull (offer->code);
  g_assert_true (porch_pairing_desk_run_passive (offer->f->ada.desk, client, ben, &offer->again, &code, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (offer->again, ==, offer->tag);
}

static void
test_passive (Fixture *f, gconstpointer data)
{
  Offer offer = { .f = f };
  g_autofree char *theirs = NULL;
  g_autoptr (GError) error = NULL;

  test_away (run_passive, &offer);
  theirs = porch_pairing_desk_dup_passive_code (f->ben.desk, porch_identity_get_id (f->ada.identity), offer.tag);
  g_assert_cmpstr (theirs, ==, offer.code);
  g_assert_true (porch_pairing_desk_confirm_passive (f->ada.desk, porch_identity_get_id (f->ben.identity), offer.tag, TRUE, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (test_wait (both_trust, f, 300));
  assert_nobody_trusts (f);
  g_assert_true (porch_pairing_desk_confirm_passive (f->ben.desk, porch_identity_get_id (f->ada.identity), offer.tag, TRUE, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (test_wait (both_trust, f, 15000));
  g_assert_cmpint (f->ada.passive_state, ==, PORCH_PAIRING_DONE);
  g_assert_cmpint (f->ben.passive_state, ==, PORCH_PAIRING_DONE);
  g_free (offer.tag);
  g_free (offer.code);
  g_free (offer.again);
}

/* ---- a cheat ---- */

static JsonObject *
hex_body (const char *member, const guint8 bytes[32])
{
  JsonObject      *body = json_object_new ();
  g_autofree char *hex = porch_hex_encode (bytes, 32);

  json_object_set_string_member (body, member, hex);
  return body;
}

static PorchClient *
new_client (Fixture *f)
{
  g_autoptr (GPtrArray) addresses = addresses_of (&f->ben);

  return porch_client_new (f->ada.identity, porch_identity_get_id (f->ben.identity), addresses, 1, 5);
}

typedef struct {
  Fixture    *f;
  const char *first; /* member of POST /pair that makes it passive */
  gboolean    other_connection;
  gboolean    ok;
} Cheat;

static void
commit_and_reveal (gpointer data)
{
  Cheat *cheat = data;
  guint8 nonce[32], commit[32];
  g_autoptr (PorchClient) client = new_client (cheat->f);
  g_autoptr (PorchClient) second = new_client (cheat->f);
  g_autoptr (JsonObject) committed = NULL;
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (JsonObject) revealed = NULL;
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (GError) error = NULL;

  porch_pairing_make_nonce (nonce);
  porch_pairing_commitment ('A', porch_identity_get_id (cheat->f->ada.identity), porch_identity_get_id (cheat->f->ben.identity), nonce,
                            commit);
  committed = hex_body ("commit", commit);
  if (cheat->first != NULL)
    json_object_set_boolean_member (committed, cheat->first, TRUE);
  answer = porch_client_call (client, "POST", "/porch/v1/pair", committed, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (json_object_has_member (answer, "commit"));
  body = hex_body ("nonce", nonce);
  revealed = porch_client_call (cheat->other_connection ? second : client, "POST", "/porch/v1/pair/reveal", body, NULL, &error);
  cheat->ok = revealed != NULL && json_object_has_member (revealed, "nonce");
}

/* The same key on another connection gets no nonce; on the same one it does. */
static void
test_other_connection (Fixture *f, gconstpointer data)
{
  for (int passive = 0; passive < 2; passive++)
    {
      Cheat cheat = { f, passive ? "passive" : NULL, TRUE, TRUE };

      g_clear_object (&f->ben.asked);
      test_away (commit_and_reveal, &cheat);
      g_assert_false (cheat.ok);
      g_assert_null (f->ben.asked);
      cheat.other_connection = FALSE;
      g_assert_false (test_wait (both_trust, f, 200)); /* Ben's server hears that the first connection is over */
      test_away (commit_and_reveal, &cheat);
      g_assert_true (cheat.ok);
    }
  assert_nobody_trusts (f);
}

#define ADD(path, func) g_test_add ("/net/pairing/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  porch_tls_setup ();
  g_test_init (&argc, &argv, NULL);
  ADD ("match", test_match);
  ADD ("differs", test_differs);
  ADD ("held-differs", test_held_differs);
  ADD ("cancelled", test_cancelled);
  ADD ("unreachable", test_unreachable);
  ADD ("passive", test_passive);
  ADD ("s10-other-connection", test_other_connection);
  return g_test_run ();
}
