/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The device's own pair: made once, 0600, the same after loading again, never replaced when damaged. */
#include "config.h"

#include "identity/porch-identity.h"

#include <glib/gstdio.h>
#include <gnutls/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "identity/porch-pin-database.h"
#include "porch-error.h"
#include "test-tree.h"

static char *
read_text (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static void
write_text (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static PorchIdentity *
load (const char *folder)
{
  g_autoptr (GError) error = NULL;
  PorchIdentity *identity = porch_identity_load (folder, &error);

  g_assert_no_error (error);
  g_assert_nonnull (identity);
  return identity;
}

static void
test_first_and_again (void)
{
  char *root = test_tree_new ();
  g_autofree char *folder = g_build_filename (root, "state", "porch", NULL);
  g_autofree char *key = g_build_filename (folder, "key.pem", NULL);
  g_autoptr (PorchIdentity) first = load (folder);
  g_autoptr (PorchIdentity) again = load (folder);
  g_autoptr (PorchIdentity) other = NULL;
  g_autofree char *elsewhere = g_build_filename (root, "other", NULL);
  struct stat st;

  g_assert_true (porch_device_id_equal (porch_identity_get_id (first), porch_identity_get_id (again)));
  g_assert_cmpmem (porch_identity_get_secret (first), 32, porch_identity_get_secret (again), 32);
  g_assert_cmpint (g_stat (key, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0600);
  g_assert_cmpint (g_stat (folder, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0700);
  g_assert_cmpuint (count_files (folder), ==, 2);
  other = load (elsewhere);
  g_assert_false (porch_device_id_equal (porch_identity_get_id (first), porch_identity_get_id (other)));
  g_assert_cmpint (memcmp (porch_identity_get_secret (first), porch_identity_get_secret (other), 32), !=, 0);
  test_tree_remove (root);
}

static void
test_mode_is_mended (void)
{
  char *root = test_tree_new ();
  g_autofree char *key = g_build_filename (root, "key.pem", NULL);
  g_autoptr (PorchIdentity) identity = load (root);
  g_autoptr (PorchIdentity) again = NULL;
  struct stat st;

  g_assert_cmpint (g_chmod (key, 0644), ==, 0);
  again = load (root);
  g_assert_cmpint (g_stat (key, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0600);
  test_tree_remove (root);
}

/* Nothing in the certificate tells whose it is or since when. */
static void
test_certificate (void)
{
  char *root = test_tree_new ();
  g_autoptr (PorchIdentity) identity = load (root);
  g_autofree char *text = read_text (root, "certificate.pem");
  gnutls_datum_t   datum = { (unsigned char *) text, (unsigned int) strlen (text) };
  gnutls_x509_crt_t crt;
  guint bits;
  gnutls_datum_t dn = { NULL, 0 };
  g_autoptr (GTlsCertificate) copy = g_tls_certificate_new_from_pem (text, -1, NULL);
  PorchDeviceId id;

  g_assert_true (porch_device_id_from_certificate (copy, &id));
  g_assert_true (porch_device_id_equal (&id, porch_identity_get_id (identity)));
  g_assert_null (strstr (text, "PRIVATE"));
  g_assert_cmpint (gnutls_x509_crt_init (&crt), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_import (crt, &datum, GNUTLS_X509_FMT_PEM), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_get_pk_algorithm (crt, &bits), ==, GNUTLS_PK_ECDSA);
  g_assert_cmpuint (bits, ==, 256);
  g_assert_cmpint (gnutls_x509_crt_get_expiration_time (crt), ==, (time_t) GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION);
  g_assert_cmpint (gnutls_x509_crt_get_activation_time (crt), ==, 0);
  if (gnutls_x509_crt_get_dn2 (crt, &dn) == 0)
    g_assert_cmpuint (dn.size, ==, 0);
  gnutls_free (dn.data);
  gnutls_x509_crt_deinit (crt);
  test_tree_remove (root);
}

static void
assert_damaged (const char *folder, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  guint before = count_files (folder);

  g_assert_null (porch_identity_load (folder, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_cmpuint (count_files (folder), ==, before);
}

/* Every damage is an error that names the file, and no byte on disk changes. */
static void
test_damaged (void)
{
  char *root = test_tree_new ();
  char *elsewhere = test_tree_new ();
  g_autoptr (PorchIdentity) identity = load (root);
  g_autoptr (PorchIdentity) other = load (elsewhere);
  g_autoptr (PorchIdentity) mended = NULL;
  g_autofree char *key = read_text (root, "key.pem");
  g_autofree char *half = g_strndup (key, strlen (key) / 3);
  g_autofree char *without = g_strndup (key, (gsize) (strstr (key, "-----BEGIN CERT") - key));
  g_autofree char *foreign = read_text (elsewhere, "certificate.pem");
  g_autofree char *mixed = g_strconcat (without, foreign, NULL);
  g_autofree char *path = g_build_filename (root, "key.pem", NULL);
  const char *bad[] = { "", "garbage", half, without, mixed, foreign };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *after = NULL;

      write_text (root, "key.pem", bad[i]);
      assert_damaged (root, "key.pem");
      after = read_text (root, "key.pem");
      g_assert_cmpstr (after, ==, bad[i]);
    }
  g_assert_cmpint (g_unlink (path), ==, 0);
  assert_damaged (root, "key.pem"); /* the certificate is there, the key is not: nobody makes a new device in silence */

  write_text (root, "key.pem", key);
  write_text (root, "certificate.pem", foreign);
  assert_damaged (root, "certificate.pem");
  write_text (root, "certificate.pem", "x");
  assert_damaged (root, "certificate.pem");
  g_free (g_steal_pointer (&half));
  half = g_build_filename (root, "certificate.pem", NULL);
  g_assert_cmpint (g_unlink (half), ==, 0);
  mended = load (root); /* a crash between the two files of the first start */
  g_assert_true (porch_device_id_equal (porch_identity_get_id (identity), porch_identity_get_id (mended)));
  test_tree_remove (root);
  test_tree_remove (elsewhere);
}

static void
test_renew (void)
{
  char *root = test_tree_new ();
  g_autoptr (PorchIdentity) first = load (root);
  g_autofree char *key = read_text (root, "key.pem");
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchIdentity) second = porch_identity_renew (root, &error);
  g_autoptr (PorchIdentity) third = porch_identity_renew (root, &error);
  g_autoptr (GDir) dir = NULL;
  gboolean kept = FALSE;

  g_assert_no_error (error);
  g_assert_false (porch_device_id_equal (porch_identity_get_id (first), porch_identity_get_id (second)));
  g_assert_false (porch_device_id_equal (porch_identity_get_id (second), porch_identity_get_id (third)));
  g_assert_cmpuint (count_files (root), ==, 6);
  dir = g_dir_open (root, 0, NULL);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    if (g_str_has_prefix (name, "key.pem.old-"))
      {
        g_autofree char *text = read_text (root, name);
        kept = kept || strcmp (text, key) == 0;
      }
  g_assert_true (kept);
  test_tree_remove (root);
}

static void
test_device_id (void)
{
  PorchDeviceId a, b;
  const char *text = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  g_autofree char *upper = g_ascii_strup (text, -1);
  g_autofree char *back = NULL;
  g_autofree char *brief = NULL;

  g_assert_true (porch_device_id_parse (text, &a));
  g_assert_true (porch_device_id_parse (upper, &b));
  g_assert_true (porch_device_id_equal (&a, &b));
  g_assert_cmpuint (porch_device_id_hash (&a), ==, porch_device_id_hash (&b));
  back = porch_device_id_to_string (&b);
  g_assert_cmpstr (back, ==, text);
  brief = porch_device_id_short (&a, 5);
  g_assert_cmpstr (brief, ==, "00112");
  g_assert_false (porch_device_id_parse (text + 1, &a));
  g_assert_false (porch_device_id_parse ("", &a));
  g_assert_false (porch_device_id_parse (NULL, &a));
  upper[3] = 'g';
  g_assert_false (porch_device_id_parse (upper, &a));
}

int
main (int argc, char **argv)
{
  porch_tls_setup ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identity/first-and-again", test_first_and_again);
  g_test_add_func ("/identity/mode-is-mended", test_mode_is_mended);
  g_test_add_func ("/identity/certificate", test_certificate);
  g_test_add_func ("/identity/damaged", test_damaged);
  g_test_add_func ("/identity/renew", test_renew);
  g_test_add_func ("/identity/device-id", test_device_id);
  return g_test_run ();
}
