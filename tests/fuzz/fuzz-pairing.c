/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of /pair in any order from several devices and connections: each is answered exactly once, and without a word of our own
 * person nobody is ever trusted. A request is: route, device, connection, length (2 bytes), body; route 3 closes the connection. A
 * body with "good":N gets the commitment or nonce of an honest device, which no input could guess. */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "fuzz.h"
#include "pairing/porch-pairing-private.h"
#include "porch-limits.h"
#include "wire/porch-json.h"

#define DEVICES 3
#define CONNECTIONS 4
#define HEAD 5

static PorchIdentity   *identity;
static PorchTrustTable *trust;
static char             connections[CONNECTIONS]; /* their addresses are names */

/* Once: an identity and an empty table of trust, which no input may change. */
static void
set_up (void)
{
  g_autofree char *folder = g_dir_make_tmp ("porch-fuzz-XXXXXX", NULL);
  g_autofree char *key = g_build_filename (folder, "key.pem", NULL);
  g_autofree char *certificate = g_build_filename (folder, "certificate.pem", NULL);
  g_autoptr (PorchStore) store = porch_store_new (":memory:", NULL, NULL);

  identity = porch_identity_load (folder, NULL);
  trust = porch_trust_table_new (store, NULL);
  g_assert_true (identity != NULL && trust != NULL);
  g_remove (key);
  g_remove (certificate);
  g_rmdir (folder);
}

static void
on_reply (JsonObject *answer, const GError *error, gpointer data)
{
  guint *answers = data;

  g_assert_cmpuint (*answers, ==, 0);
  g_assert_true ((answer != NULL) != (error != NULL));
  g_assert_false (answer != NULL && json_object_has_member (answer, "match") && json_object_get_boolean_member (answer, "match"));
  (*answers)++;
}

static void
on_freed (gpointer data)
{
  g_assert_cmpuint (*(guint *) data, ==, 1);
  g_free (data);
}

static void
make_good (JsonObject *body, const PorchDeviceId *peer)
{
  gint64 number = porch_json_get_int_or (body, "good", 0, 255, -1);
  guint8 nonce[PORCH_PAIRING_NONCE], commit[32];
  g_autofree char *commit_hex = NULL;
  g_autofree char *nonce_hex = NULL;

  if (number < 0)
    return;
  memset (nonce, (int) number, sizeof nonce);
  porch_pairing_commitment (PORCH_PAIRING_INITIATOR, peer, porch_identity_get_id (identity), nonce, commit);
  commit_hex = porch_hex_encode (commit, sizeof commit);
  nonce_hex = porch_hex_encode (nonce, sizeof nonce);
  json_object_set_string_member (body, "commit", commit_hex);
  json_object_set_string_member (body, "nonce", nonce_hex);
}

static void
request (PorchPairingDesk *desk, guint route, guint device, gpointer connection, const uint8_t *text, size_t length)
{
  PorchDeviceId peer = { { (guint8) (device + 1) } };
  g_autoptr (JsonObject) body = porch_json_parse ((const char *) text, length, 1024, NULL);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (device == 0 ? "192.0.2.1" : "2001:db8::1");

  if (body != NULL)
    make_good (body, &peer);
  if (route == 3)
    porch_pairing_desk_on_closed (desk, connection);
  else
    porch_pairing_desk_request (desk, (PorchPairingRoute) route, &peer, connection, address, body, on_reply, g_new0 (guint, 1), on_freed);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  PorchPairingDesk *desk;

  if (identity == NULL)
    set_up ();
  desk = porch_pairing_desk_new (identity, trust);
  while (size >= HEAD)
    {
      size_t length = MIN ((size_t) (data[3] << 8 | data[4]), size - HEAD);

      request (desk, data[0] % 4, data[1] % DEVICES, &connections[data[2] % CONNECTIONS], data + HEAD, length);
      data += HEAD + length;
      size -= HEAD + length;
    }
  g_assert_finalize_object (desk);
  for (guint i = 0; i < DEVICES; i++)
    {
      PorchDeviceId peer = { { (guint8) (i + 1) } };

      g_assert_cmpint (porch_trust_table_get (trust, &peer), ==, PORCH_TRUST_UNKNOWN);
    }
  return 0;
}
