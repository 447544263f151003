/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The construction of docs/PAIRING.md as pure functions: vectors from another implementation, and S10: the code hangs on everything. */
#include "config.h"

#include <string.h>

#include "pairing/porch-pairing-code.h"
#include "pairing/porch-pairing.h"
#include "wire/porch-json.h"

typedef struct {
  const char *a, *b, *nonce_a, *nonce_b; /* hex */
  const char *commit_a, *commit_b, *code, *tag;
} Vector;

/* Made with Python's hashlib. */
static const Vector vectors[] = {
  { "0000000000000000000000000000000000000000000000000000000000000000",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "1111111111111111111111111111111111111111111111111111111111111111",
    "2222222222222222222222222222222222222222222222222222222222222222",
    "9a5fa7c034e5e135e8df030733c4011e61c8840b992045289c21cc2fedda3c50",
    "5cf65a28a085faaeacb6e9821fdb8a6d80f94b3a3ede776205ffa17e213544eb", "669 090", "295b1e0c0104a0dc" },
  { "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
    "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f",
    "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f",
    "6a7dc33f642f5ff9a6287259f34e613b2f182f2b14fbc79f87b31abd3ce8208d",
    "112c11cf277f588f04e66434b3b8d40a543ca1af5ce1ab0dd07db56e58b4fb61", "011 635", "b1351e72a87773d6" },
  { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "abababababababababababababababababababababababababababababababab",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000001",
    "99f5c62caba401a4e07d81c47ae56711d363855fe3a5ce556fcb8e1dec75204d",
    "9a6bc54cd18f254f299adde2811a9c55adcadfca69f19ea584e884128e7987e9", "023 672", "3fe9d063dbcc94cd" },
  { "0101010101010101010101010101010101010101010101010101010101010101",
    "0202020202020202020202020202020202020202020202020202020202020202",
    "00000000000000000000000000000000000000000000000000000000000013fa",
    "0303030303030303030303030303030303030303030303030303030303030303", NULL, NULL, "000 036", NULL },
};

typedef struct {
  PorchDeviceId a, b;
  guint8        nonce_a[32], nonce_b[32];
} Session;

static Session
read_vector (const Vector *vector)
{
  Session s;

  g_assert_true (porch_device_id_parse (vector->a, &s.a));
  g_assert_true (porch_device_id_parse (vector->b, &s.b));
  g_assert_true (porch_hex_decode (vector->nonce_a, s.nonce_a, 32));
  g_assert_true (porch_hex_decode (vector->nonce_b, s.nonce_b, 32));
  return s;
}

static void
assert_commitment (char role, const PorchDeviceId *own, const PorchDeviceId *peer, const guint8 nonce[32], const char *wanted)
{
  guint8           commit[32];
  g_autofree char *hex = NULL;

  porch_pairing_commitment (role, own, peer, nonce, commit);
  hex = porch_hex_encode (commit, 32);
  g_assert_cmpstr (hex, ==, wanted);
}

static void
test_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      Session          s = read_vector (&vectors[i]);
      g_autofree char *code = porch_pairing_make_code (&s.a, &s.b, s.nonce_a, s.nonce_b);
      g_autofree char *tag = porch_pairing_make_tag (&s.a, &s.b, s.nonce_a, s.nonce_b);

      g_assert_cmpstr (code, ==, vectors[i].code);
      if (vectors[i].tag == NULL)
        continue;
      g_assert_cmpstr (tag, ==, vectors[i].tag);
      g_assert_true (porch_pairing_is_tag (tag));
      assert_commitment ('A', &s.a, &s.b, s.nonce_a, vectors[i].commit_a);
      assert_commitment ('B', &s.b, &s.a, s.nonce_b, vectors[i].commit_b);
    }
}

/* S10: one bit of any id or nonce changes commitment, code and tag; so does who is who. */
static void
test_everything_counts (void)
{
  Session          s = read_vector (&vectors[1]);
  g_autofree char *tag = porch_pairing_make_tag (&s.a, &s.b, s.nonce_a, s.nonce_b);
  g_autofree char *swapped = porch_pairing_make_code (&s.b, &s.a, s.nonce_b, s.nonce_a);
  guint8          *parts[] = { s.a.bytes, s.b.bytes, s.nonce_a, s.nonce_b };
  guint            codes_differ = 0;

  g_assert_cmpstr (swapped, !=, vectors[1].code);
  for (guint part = 0; part < G_N_ELEMENTS (parts); part++)
    for (guint bit = 0; bit < 256; bit++)
      {
        g_autofree char *code = NULL;
        g_autofree char *other = NULL;

        parts[part][bit / 8] ^= (guint8) (1 << bit % 8);
        code = porch_pairing_make_code (&s.a, &s.b, s.nonce_a, s.nonce_b);
        other = porch_pairing_make_tag (&s.a, &s.b, s.nonce_a, s.nonce_b);
        parts[part][bit / 8] ^= (guint8) (1 << bit % 8);
        g_assert_cmpstr (other, !=, tag);
        codes_differ += strcmp (code, vectors[1].code) != 0;
      }
  g_assert_cmpuint (codes_differ, >=, 4 * 256 - 1); /* two of a million may meet */
}

static void
test_opens (void)
{
  Session       s = read_vector (&vectors[1]);
  PorchDeviceId eve = { { 9 } };
  guint8        commit[32];

  porch_pairing_commitment ('A', &s.a, &s.b, s.nonce_a, commit);
  g_assert_true (porch_pairing_opens ('A', &s.a, &s.b, commit, s.nonce_a, s.nonce_b));
  g_assert_false (porch_pairing_opens ('B', &s.a, &s.b, commit, s.nonce_a, s.nonce_b));
  g_assert_false (porch_pairing_opens ('A', &s.b, &s.a, commit, s.nonce_a, s.nonce_b));
  g_assert_false (porch_pairing_opens ('A', &eve, &s.b, commit, s.nonce_a, s.nonce_b));
  g_assert_false (porch_pairing_opens ('A', &s.a, &eve, commit, s.nonce_a, s.nonce_b));
  g_assert_false (porch_pairing_opens ('A', &s.a, &s.b, commit, s.nonce_b, s.nonce_b));
  g_assert_false (porch_pairing_opens ('A', &s.a, &s.b, commit, s.nonce_a, s.nonce_a)); /* our own, sent back */
  commit[31] ^= 1;
  g_assert_false (porch_pairing_opens ('A', &s.a, &s.b, commit, s.nonce_a, s.nonce_b));
}

static void
test_nonces (void)
{
  guint8 a[32], b[32];

  porch_pairing_make_nonce (a);
  porch_pairing_make_nonce (b);
  g_assert_cmpint (memcmp (a, b, 32), !=, 0);
  g_assert_false (porch_pairing_is_tag ("B1351e72a87773d6"));
  g_assert_false (porch_pairing_is_tag ("b1351e72a87773d"));
  g_assert_false (porch_pairing_is_tag (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pairing/code/vectors", test_vectors);
  g_test_add_func ("/pairing/code/s10-everything-counts", test_everything_counts);
  g_test_add_func ("/pairing/code/s10-opens", test_opens);
  g_test_add_func ("/pairing/code/nonces", test_nonces);
  return g_test_run ();
}
