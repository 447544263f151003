/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "identity/porch-key-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>
#include <unistd.h>

#include "porch-error.h"

#define MAX_FILE (64 * 1024)
#define SECRET_LABEL "porch version token v1"

static gboolean
fail (GError **error, int code)
{
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_STORE, _ ("The key could not be made or read: %s."), gnutls_strerror (code));
  return FALSE;
}

/* No name, no meaningful dates: nothing in it tells whose it is or since when. Never reissued (the id is its hash). */
static int
sign_certificate (gnutls_x509_crt_t crt, gnutls_x509_privkey_t key)
{
  guint8 serial[16];
  int    code;

  if ((code = gnutls_rnd (GNUTLS_RND_RANDOM, serial, sizeof serial)) < 0)
    return code;
  serial[0] = (serial[0] & 0x7f) | 0x40; /* positive and of fixed length */
  if ((code = gnutls_x509_crt_set_version (crt, 3)) < 0 ||
      (code = gnutls_x509_crt_set_serial (crt, serial, sizeof serial)) < 0 ||
      (code = gnutls_x509_crt_set_activation_time (crt, 0)) < 0 ||
      (code = gnutls_x509_crt_set_expiration_time (crt, GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION)) < 0 ||
      (code = gnutls_x509_crt_set_key (crt, key)) < 0)
    return code;
  return gnutls_x509_crt_sign2 (crt, crt, key, GNUTLS_DIG_SHA256, 0);
}

static char *
take_datum (gnutls_datum_t *datum)
{
  char *text = g_strndup ((const char *) datum->data, datum->size);

  gnutls_memset (datum->data, 0, datum->size);
  gnutls_free (datum->data);
  datum->data = NULL;
  return text;
}

gboolean
porch_key_generate (char **key, char **certificate, GError **error)
{
  gnutls_x509_privkey_t privkey = NULL;
  gnutls_x509_crt_t     crt = NULL;
  gnutls_datum_t        key_pem = { NULL, 0 }, crt_pem = { NULL, 0 };
  int                   code;

  if ((code = gnutls_x509_privkey_init (&privkey)) >= 0 && (code = gnutls_x509_crt_init (&crt)) >= 0 &&
      (code = gnutls_x509_privkey_generate (privkey, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0)) >= 0 &&
      (code = sign_certificate (crt, privkey)) >= 0 &&
      (code = gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &crt_pem)) >= 0 &&
      (code = gnutls_x509_privkey_export2_pkcs8 (privkey, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &key_pem)) >= 0)
    {
      *key = take_datum (&key_pem);
      *certificate = take_datum (&crt_pem);
    }
  gnutls_free (crt_pem.data);
  if (crt != NULL)
    gnutls_x509_crt_deinit (crt);
  if (privkey != NULL)
    gnutls_x509_privkey_deinit (privkey);
  return code >= 0 || fail (error, code);
}

static int
import_key (const char *pem, gnutls_x509_privkey_t *key)
{
  gnutls_datum_t datum = { (unsigned char *) pem, (unsigned int) strlen (pem) };
  int            code = gnutls_x509_privkey_init (key);

  return code < 0 ? code : gnutls_x509_privkey_import2 (*key, &datum, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN);
}

gboolean
porch_key_derive_secret (const char *key, guint8 secret[32], GError **error)
{
  gnutls_x509_privkey_t privkey = NULL;
  gnutls_ecc_curve_t    curve;
  gnutls_datum_t        x = { NULL, 0 }, y = { NULL, 0 }, k = { NULL, 0 };
  int                   code = import_key (key, &privkey);

  if (code >= 0)
    code = gnutls_x509_privkey_export_ecc_raw (privkey, &curve, &x, &y, &k);
  if (code >= 0)
    {
      code = gnutls_hmac_fast (GNUTLS_MAC_SHA256, k.data, k.size, SECRET_LABEL, strlen (SECRET_LABEL), secret);
      gnutls_memset (k.data, 0, k.size);
    }
  gnutls_free (x.data);
  gnutls_free (y.data);
  gnutls_free (k.data);
  if (privkey != NULL)
    gnutls_x509_privkey_deinit (privkey);
  return code >= 0 || fail (error, code);
}

gboolean
porch_key_check_pair (const char *key, const char *certificate, GError **error)
{
  gnutls_datum_t        datum = { (unsigned char *) certificate, (unsigned int) strlen (certificate) };
  gnutls_x509_privkey_t privkey = NULL;
  gnutls_x509_crt_t     crt = NULL;
  guint8                of_key[32], of_crt[32];
  size_t                key_size = sizeof of_key, crt_size = sizeof of_crt;
  int                   code;

  if ((code = import_key (key, &privkey)) >= 0 && (code = gnutls_x509_crt_init (&crt)) >= 0 &&
      (code = gnutls_x509_crt_import (crt, &datum, GNUTLS_X509_FMT_PEM)) >= 0 &&
      (code = gnutls_x509_privkey_get_key_id (privkey, GNUTLS_KEYID_USE_SHA256, of_key, &key_size)) >= 0 &&
      (code = gnutls_x509_crt_get_key_id (crt, GNUTLS_KEYID_USE_SHA256, of_crt, &crt_size)) >= 0 &&
      (key_size != crt_size || memcmp (of_key, of_crt, key_size) != 0 ||
       gnutls_x509_privkey_get_pk_algorithm (privkey) != GNUTLS_PK_ECDSA))
    code = GNUTLS_E_CERTIFICATE_KEY_MISMATCH;
  if (crt != NULL)
    gnutls_x509_crt_deinit (crt);
  if (privkey != NULL)
    gnutls_x509_privkey_deinit (privkey);
  return code >= 0 || fail (error, code);
}

static gboolean
fail_errno (GError **error, const char *path)
{
  int saved = errno;

  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (saved), _ ("“%s”: %s"), path, g_strerror (saved));
  return FALSE;
}

static gboolean
write_all (int fd, const char *text)
{
  gsize left = strlen (text);

  while (left > 0)
    {
      gssize n = write (fd, text, left);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      text += n;
      left -= (gsize) n;
    }
  return fsync (fd) == 0;
}

static gboolean
sync_folder_of (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int              fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean         ok = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return ok;
}

gboolean
porch_key_write_file (const char *path, const char *text, guint mode, GError **error)
{
  g_autofree char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  int              fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);
  gboolean         ok;

  if (fd < 0)
    return fail_errno (error, path);
  ok = fchmod (fd, mode) == 0 && write_all (fd, text);
  ok = close (fd) == 0 && ok;
  if (ok && rename (temporary, path) == 0 && sync_folder_of (path))
    return TRUE;
  fail_errno (error, path);
  unlink (temporary);
  return FALSE;
}

char *
porch_key_read_file (const char *path, GError **error)
{
  g_autofree char *text = g_malloc (MAX_FILE + 1);
  int              fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  gsize            length = 0;
  gssize           n = -1;

  if (fd >= 0)
    while (length < MAX_FILE && ((n = read (fd, text + length, MAX_FILE - length)) > 0 || (n < 0 && errno == EINTR)))
      length += n > 0 ? (gsize) n : 0;
  if (n < 0 || length == MAX_FILE)
    {
      if (n >= 0)
        errno = EFBIG;
      fail_errno (error, path);
    }
  if (fd >= 0)
    close (fd);
  text[length] = '\0';
  return n == 0 && length < MAX_FILE ? g_steal_pointer (&text) : NULL;
}

void
porch_key_free (char *text)
{
  if (text != NULL)
    gnutls_memset (text, 0, strlen (text));
  g_free (text);
}
