/* SPDX-License-Identifier: GPL-3.0-or-later */
/* S28: a grant that was forged, made for somebody else, out of time or written otherwise is no grant. */
#include "config.h"

#include "identity/porch-grant.h"

#include <string.h>

#include "porch-error.h"
#include "test-tree.h"

#define NOW G_GINT64_CONSTANT (1795356600)
#define HOUR 3600

typedef struct
{
  char *folders[3];
  PorchIdentity *ada, *ben, *eve;
  guint8 ids[3][32];
  PorchGrant *grant; /* Ada's for Ben, for one hour, of ids 0 and 1 */
} Fixture;

static PorchIdentity *
make_identity (char **folder)
{
  g_autoptr (GError) error = NULL;
  PorchIdentity *identity;

  *folder = test_tree_new ();
  identity = porch_identity_load (*folder, &error);
  g_assert_no_error (error);
  return identity;
}

static PorchGrant *
issue (PorchIdentity *issuer, PorchIdentity *grantee, const guint8 *ids, guint n, gint64 not_after)
{
  g_autoptr (GError) error = NULL;
  PorchGrant *grant = porch_grant_issue (issuer, porch_identity_get_id (grantee), ids, n, NOW, not_after, &error);

  g_assert_no_error (error);
  return grant;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->ada = make_identity (&f->folders[0]);
  f->ben = make_identity (&f->folders[1]);
  f->eve = make_identity (&f->folders[2]);
  for (guint i = 0; i < 3; i++)
    memset (f->ids[i], 0xf0 - (int)i, 32); /* not in ascending order */
  f->grant = issue (f->ada, f->ben, f->ids[0], 2, NOW + HOUR);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  porch_grant_unref (f->grant);
  g_object_unref (f->ada);
  g_object_unref (f->ben);
  g_object_unref (f->eve);
  for (guint i = 0; i < 3; i++)
    test_tree_remove (f->folders[i]);
}

static void
test_good (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchGrant) read = porch_grant_parse (porch_grant_to_string (f->grant), &error);

  g_assert_no_error (error);
  g_assert_true (porch_device_id_equal (porch_grant_get_issuer (read), porch_identity_get_id (f->ada)));
  g_assert_true (porch_device_id_equal (porch_grant_get_grantee (read), porch_identity_get_id (f->ben)));
  g_assert_cmpint (porch_grant_get_not_after (read), ==, NOW + HOUR);
  g_assert_cmpuint (porch_grant_count_ids (read), ==, 2);
  g_assert_cmpmem (porch_grant_get_id (read, 0), 32, f->ids[1], 32);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (porch_grant_allows (read, porch_identity_get_id (f->ben), f->ids[i], NOW), ==, i < 2);
}

static void
test_other_grantee (Fixture *f, gconstpointer data)
{
  g_assert_false (porch_grant_allows (f->grant, porch_identity_get_id (f->eve), f->ids[0], NOW));
  g_assert_false (porch_grant_allows (f->grant, porch_identity_get_id (f->ada), f->ids[0], NOW));
}

static void
test_time (Fixture *f, gconstpointer data)
{
  const PorchDeviceId *ben = porch_identity_get_id (f->ben);
  g_autoptr (PorchGrant) longest = issue (f->ada, f->ben, f->ids[0], 1, NOW + PORCH_GRANT_MAX_SECONDS);

  g_assert_true (porch_grant_allows (f->grant, ben, f->ids[0], NOW + HOUR + PORCH_GRANT_TOLERANCE));
  g_assert_false (porch_grant_allows (f->grant, ben, f->ids[0], NOW + HOUR + PORCH_GRANT_TOLERANCE + 1));
  g_assert_true (porch_grant_allows (longest, ben, f->ids[0], NOW - PORCH_GRANT_TOLERANCE));
  /* A clock that is a day behind must not make it last longer. */
  g_assert_false (porch_grant_allows (longest, ben, f->ids[0], NOW - PORCH_GRANT_TOLERANCE - 1));
}

static void
assert_refused (const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (porch_grant_parse (text, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
}

static guint8 *
bytes_of (PorchGrant *grant, gsize *length)
{
  g_autofree char *text = g_strconcat (porch_grant_to_string (grant), "===", NULL);

  text[(strlen (text) - 3 + 3) / 4 * 4] = '\0';
  g_strdelimit (text, "-", '+');
  g_strdelimit (text, "_", '/');
  return g_base64_decode (text, length);
}

static char *
text_of (const guint8 *data, gsize length)
{
  char *text = g_base64_encode (data, length);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  g_strdelimit (text, "=", '\0');
  return text;
}

/* No bit of it can be changed. */
static void
test_any_bit (Fixture *f, gconstpointer data)
{
  gsize length;
  g_autofree guint8 *bytes = bytes_of (f->grant, &length);
  g_autofree char *same = text_of (bytes, length);

  g_assert_cmpstr (same, ==, porch_grant_to_string (f->grant));
  for (gsize i = 0; i < length; i++)
    {
      g_autofree char *text = NULL;
      g_autoptr (PorchGrant) grant = NULL;

      bytes[i] ^= 1 << i % 8;
      text = text_of (bytes, length);
      grant = porch_grant_parse (text, NULL);
      /* The certificate is part of what is signed: another one is another issuer, and it does not fit. */
      g_assert_null (grant);
      bytes[i] ^= 1 << i % 8;
    }
}

/* Eve signs with her own key and shows Ada's certificate. */
static void
test_forged_issuer (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchGrant) eves = issue (f->eve, f->ben, f->ids[0], 2, NOW + HOUR);
  gsize length, eves_length, certificate;
  g_autofree guint8 *bytes = bytes_of (f->grant, &length), *eves_bytes = bytes_of (eves, &eves_length);
  g_autoptr (GByteArray) forged = g_byte_array_new ();
  g_autofree char *text = NULL;

  g_assert_true (porch_device_id_equal (porch_grant_get_issuer (eves), porch_identity_get_id (f->eve)));
  certificate = (gsize)bytes[1] << 8 | bytes[2];
  g_byte_array_append (forged, bytes, (guint)(3 + certificate));
  certificate = (gsize)eves_bytes[1] << 8 | eves_bytes[2];
  g_byte_array_append (forged, eves_bytes + 3 + certificate, (guint)(eves_length - 3 - certificate));
  text = text_of (forged->data, forged->len);
  assert_refused (text);
}

static void
test_encodings (Fixture *f, gconstpointer data)
{
  const char *good = porch_grant_to_string (f->grant);
  g_autofree char *padded = g_strconcat (good, "=", NULL), *spaced = g_strconcat (" ", good, NULL),
                  *long_text = g_strnfill (4097, 'A');
  g_autofree char *cut = g_strndup (good, strlen (good) - 8), *longer = g_strconcat (good, "AAAA", NULL);
  gsize length;
  g_autofree guint8 *bytes = bytes_of (f->grant, &length);
  g_autofree char *standard = g_base64_encode (bytes, length);

  assert_refused ("");
  assert_refused ("A");
  assert_refused ("AAAA");
  assert_refused (padded);
  assert_refused (spaced);
  assert_refused (long_text);
  assert_refused (cut);
  assert_refused (longer);
  if (strpbrk (standard, "+/=") != NULL)
    assert_refused (standard);
}

/* The largest fits into a string of a message. */
static void
test_largest (Fixture *f, gconstpointer data)
{
  guint8 ids[PORCH_GRANT_MAX_IDS][32];
  g_autoptr (PorchGrant) grant = NULL;

  for (guint i = 0; i < PORCH_GRANT_MAX_IDS; i++)
    memset (ids[i], (int)(PORCH_GRANT_MAX_IDS - i), 32);
  grant = issue (f->ada, f->ben, ids[0], PORCH_GRANT_MAX_IDS, NOW);
  g_assert_cmpuint (strlen (porch_grant_to_string (grant)), <=, PORCH_GRANT_MAX_TEXT);
  g_assert_true (porch_grant_allows (grant, porch_identity_get_id (f->ben), ids[63], NOW));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/grant/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("good", test_good);
  ADD ("S28-other-grantee", test_other_grantee);
  ADD ("S28-time", test_time);
  ADD ("S28-any-bit", test_any_bit);
  ADD ("S28-forged-issuer", test_forged_issuer);
  ADD ("S28-encodings", test_encodings);
  ADD ("largest", test_largest);
  return g_test_run ();
}
