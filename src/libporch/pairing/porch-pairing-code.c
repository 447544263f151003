/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "pairing/porch-pairing-code.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "pairing/porch-pairing.h"
#include "wire/porch-json.h"

#define COMMIT_LABEL "porch pair v1"
#define CODE_LABEL "porch code v1"
#define TAG_LABEL "porch pair tag v1"
#define CODES 1000000

/* One hash over all parts. Labels have different beginnings or lengths and the rest has fixed sizes, so no two inputs meet. */
static void
hash_parts (guint8 out[32], const char *label, ...)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  const guint8 *part;
  va_list       args;

  g_byte_array_append (all, (const guint8 *) label, (guint) strlen (label));
  va_start (args, label);
  while ((part = va_arg (args, const guint8 *)) != NULL)
    g_byte_array_append (all, part, va_arg (args, guint));
  va_end (args);
  if (gnutls_hash_fast (GNUTLS_DIG_SHA256, all->data, all->len, out) < 0)
    g_error ("SHA-256 is not there.");
  explicit_bzero (all->data, all->len);
}

static void
hash_session (guint8 out[32], const char *label, const PorchDeviceId *a, const PorchDeviceId *b, const guint8 *nonce_a,
              const guint8 *nonce_b)
{
  hash_parts (out, label, a->bytes, (guint) sizeof a->bytes, b->bytes, (guint) sizeof b->bytes, nonce_a, (guint) PORCH_PAIRING_NONCE,
              nonce_b, (guint) PORCH_PAIRING_NONCE, NULL);
}

void
porch_pairing_make_nonce (guint8 nonce[PORCH_PAIRING_NONCE])
{
  if (gnutls_rnd (GNUTLS_RND_KEY, nonce, PORCH_PAIRING_NONCE) < 0)
    g_error ("The system gives no random numbers.");
}

/**
 * porch_pairing_commitment:
 * @role: 'A' for the initiator's, 'B' for the responder's
 * @own: the id of the device that commits
 * @peer: the id of the other one
 * @nonce: 32 random bytes
 * @out: SHA-256("porch pair v1" ‖ role ‖ own ‖ peer ‖ nonce)
 */
void
porch_pairing_commitment (char role, const PorchDeviceId *own, const PorchDeviceId *peer, const guint8 nonce[32], guint8 out[32])
{
  guint8 letter = (guint8) role;

  hash_parts (out, COMMIT_LABEL, &letter, 1u, own->bytes, (guint) sizeof own->bytes, peer->bytes, (guint) sizeof peer->bytes, nonce,
              (guint) PORCH_PAIRING_NONCE, NULL);
}

/**
 * porch_pairing_make_code:
 * @a: the initiator, @b: the responder, each with its nonce
 *
 * Returns: (transfer full): the first 8 bytes (big endian) of SHA-256("porch code v1" ‖ a ‖ b ‖ nonce a ‖ nonce b) mod 10^6, as
 *   "471 902"
 */
char *
porch_pairing_make_code (const PorchDeviceId *a, const PorchDeviceId *b, const guint8 nonce_a[32], const guint8 nonce_b[32])
{
  guint8  hash[32];
  guint64 number = 0;

  hash_session (hash, CODE_LABEL, a, b, nonce_a, nonce_b);
  for (guint i = 0; i < 8; i++)
    number = number << 8 | hash[i];
  number %= CODES;
  return g_strdup_printf ("%03u %03u", (guint) (number / 1000), (guint) (number % 1000));
}

gboolean
porch_pairing_opens (char role, const PorchDeviceId *peer, const PorchDeviceId *own, const guint8 commit[32],
                     const guint8 nonce[PORCH_PAIRING_NONCE], const guint8 own_nonce[PORCH_PAIRING_NONCE])
{
  guint8 wanted[32];

  porch_pairing_commitment (role, peer, own, nonce, wanted);
  return gnutls_memcmp (wanted, commit, sizeof wanted) == 0 && gnutls_memcmp (nonce, own_nonce, PORCH_PAIRING_NONCE) != 0;
}

char *
porch_pairing_make_tag (const PorchDeviceId *a, const PorchDeviceId *b, const guint8 nonce_a[PORCH_PAIRING_NONCE],
                        const guint8 nonce_b[PORCH_PAIRING_NONCE])
{
  guint8 hash[32];

  hash_session (hash, TAG_LABEL, a, b, nonce_a, nonce_b);
  return porch_hex_encode (hash, PORCH_PAIRING_TAG / 2);
}

gboolean
porch_pairing_is_tag (const char *text)
{
  guint8 bytes[PORCH_PAIRING_TAG / 2];

  return porch_hex_decode (text, bytes, sizeof bytes);
}
