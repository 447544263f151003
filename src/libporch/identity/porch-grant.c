/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "identity/porch-grant.h"

#include <glib/gi18n-lib.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>

#include "porch-error.h"

/* What is signed: this label with its NUL, then the body. Nothing else that this key signs begins so. */
#define LABEL "porch grant v1"
#define VERSION 1
#define ID_SIZE 32
/* version, length of the certificate; grantee, end, number of ids */
#define HEAD 3
#define TAIL (ID_SIZE + 8 + 2)
#define MAX_SIGNATURE 128

struct _PorchGrant
{
  gatomicrefcount refs;
  PorchDeviceId issuer, grantee;
  gint64 not_after;
  guint n_ids;
  guint8 *ids; /* owned; in ascending order */
  char *text;  /* owned */
};

PorchGrant *
porch_grant_ref (PorchGrant *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
porch_grant_unref (PorchGrant *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->ids);
  g_free (self->text);
  g_free (self);
}

const char *
porch_grant_to_string (PorchGrant *self)
{
  return self->text;
}

const PorchDeviceId *
porch_grant_get_issuer (PorchGrant *self)
{
  return &self->issuer;
}

const PorchDeviceId *
porch_grant_get_grantee (PorchGrant *self)
{
  return &self->grantee;
}

gint64
porch_grant_get_not_after (PorchGrant *self)
{
  return self->not_after;
}

guint
porch_grant_count_ids (PorchGrant *self)
{
  return self->n_ids;
}

const guint8 *
porch_grant_get_id (PorchGrant *self, guint number)
{
  g_return_val_if_fail (number < self->n_ids, NULL);
  return self->ids + number * ID_SIZE;
}

/* ---- base64, one text for one grant ---- */

static char *
encode (const guint8 *data, gsize length)
{
  char *text = g_base64_encode (data, length);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  for (char *end = text + strlen (text); end > text && end[-1] == '='; end--)
    end[-1] = '\0';
  return text;
}

/* NULL for what encode() does not make: other characters, padding, spare bits that are set. */
static guint8 *
decode (const char *text, gsize *length)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  g_autofree char *padded = NULL, *again = NULL;
  g_autofree guint8 *data = NULL;
  gsize size = strnlen (text, PORCH_GRANT_MAX_TEXT + 1);

  if (size == 0 || size > PORCH_GRANT_MAX_TEXT || size % 4 == 1 || strspn (text, alphabet) != size)
    return NULL;
  padded = g_strconcat (text, size % 4 == 2 ? "==" : size % 4 == 3 ? "=" : "", NULL);
  g_strdelimit (padded, "-", '+');
  g_strdelimit (padded, "_", '/');
  data = g_base64_decode (padded, length);
  again = encode (data, *length);
  return g_str_equal (again, text) ? g_steal_pointer (&data) : NULL;
}

/* ---- the key ---- */

static gnutls_datum_t
signed_bytes (const guint8 *body, gsize length)
{
  guint8 *bytes = g_malloc (sizeof LABEL + length);

  memcpy (bytes, LABEL, sizeof LABEL);
  memcpy (bytes + sizeof LABEL, body, length);
  return (gnutls_datum_t){ bytes, (unsigned int)(sizeof LABEL + length) };
}

static int
sign_body (PorchIdentity *issuer, const guint8 *body, gsize length, gnutls_datum_t *signature)
{
  g_autofree char *pem = NULL;
  gnutls_datum_t key_datum, data = signed_bytes (body, length);
  gnutls_privkey_t key = NULL;
  int code;

  g_object_get (porch_identity_get_certificate (issuer), "private-key-pem", &pem, NULL);
  key_datum = (gnutls_datum_t){ (unsigned char *)pem, (unsigned int)strlen (pem) };
  if ((code = gnutls_privkey_init (&key)) >= 0
      && (code = gnutls_privkey_import_x509_raw (key, &key_datum, GNUTLS_X509_FMT_PEM, NULL, 0)) >= 0)
    code = gnutls_privkey_sign_data2 (key, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, signature);
  explicit_bzero (pem, strlen (pem));
  if (key != NULL)
    gnutls_privkey_deinit (key);
  g_free (data.data);
  return code;
}

static gboolean
is_p256 (gnutls_pubkey_t key)
{
  gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;

  return gnutls_pubkey_get_pk_algorithm (key, NULL) == GNUTLS_PK_ECDSA
         && gnutls_pubkey_export_ecc_raw2 (key, &curve, NULL, NULL, 0) >= 0 && curve == GNUTLS_ECC_CURVE_SECP256R1;
}

static gboolean
verify_body (const guint8 *certificate, gsize certificate_length, const guint8 *body, gsize length, const guint8 *signature,
             gsize signature_length)
{
  gnutls_datum_t der = { (unsigned char *)certificate, (unsigned int)certificate_length };
  gnutls_datum_t sig = { (unsigned char *)signature, (unsigned int)signature_length };
  gnutls_datum_t data = signed_bytes (body, length);
  gnutls_x509_crt_t crt = NULL;
  gnutls_pubkey_t key = NULL;
  gboolean good = gnutls_x509_crt_init (&crt) >= 0 && gnutls_x509_crt_import (crt, &der, GNUTLS_X509_FMT_DER) >= 0
                  && gnutls_pubkey_init (&key) >= 0 && gnutls_pubkey_import_x509 (key, crt, 0) >= 0 && is_p256 (key)
                  && gnutls_pubkey_verify_data2 (key, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &sig) >= 0;

  if (key != NULL)
    gnutls_pubkey_deinit (key);
  if (crt != NULL)
    gnutls_x509_crt_deinit (crt);
  g_free (data.data);
  return good;
}

/* ---- issuing ---- */

static int
compare_ids (const void *a, const void *b)
{
  return memcmp (a, b, ID_SIZE);
}

static gboolean
are_ascending (const guint8 *ids, guint n)
{
  for (guint i = 1; i < n; i++)
    if (memcmp (ids + (i - 1) * ID_SIZE, ids + i * ID_SIZE, ID_SIZE) >= 0)
      return FALSE;
  return n > 0;
}

static void
append_number (GByteArray *out, guint64 value, guint bytes)
{
  for (guint i = bytes; i > 0; i--)
    {
      guint8 byte = (guint8)(value >> 8 * (i - 1));

      g_byte_array_append (out, &byte, 1);
    }
}

/* version, certificate, grantee, end, ids; all numbers big endian. */
static GByteArray *
make_body (PorchIdentity *issuer, const PorchDeviceId *grantee, const guint8 *ids, guint n, gint64 not_after)
{
  g_autoptr (GByteArray) certificate = NULL;
  GByteArray *body = g_byte_array_new ();

  g_object_get (porch_identity_get_certificate (issuer), "certificate", &certificate, NULL);
  append_number (body, VERSION, 1);
  append_number (body, certificate->len, 2);
  g_byte_array_append (body, certificate->data, certificate->len);
  g_byte_array_append (body, grantee->bytes, ID_SIZE);
  append_number (body, (guint64)not_after, 8);
  append_number (body, n, 2);
  g_byte_array_append (body, ids, n * ID_SIZE);
  return body;
}

PorchGrant *
porch_grant_issue (PorchIdentity *issuer, const PorchDeviceId *grantee, const guint8 *ids, guint n, gint64 now,
                   gint64 not_after, GError **error)
{
  g_autofree guint8 *sorted = g_memdup2 (ids, n * ID_SIZE);
  g_autoptr (GByteArray) body = NULL;
  g_autofree char *text = NULL;
  gnutls_datum_t signature = { NULL, 0 };
  int code;

  g_return_val_if_fail (n >= 1 && n <= PORCH_GRANT_MAX_IDS && not_after >= now && not_after - now <= PORCH_GRANT_MAX_SECONDS,
                        NULL);
  qsort (sorted, n, ID_SIZE, compare_ids);
  body = make_body (issuer, grantee, sorted, n, not_after);
  code = sign_body (issuer, body->data, body->len, &signature);
  if (code < 0)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_STORE, _ ("The key of this device can't sign (%s)."),
                   gnutls_strerror (code));
      return NULL;
    }
  g_byte_array_append (body, signature.data, signature.size);
  gnutls_free (signature.data);
  text = encode (body->data, body->len);
  return porch_grant_parse (text, error);
}

/* ---- reading ---- */

static guint64
read_number (const guint8 *data, guint bytes)
{
  guint64 value = 0;

  for (guint i = 0; i < bytes; i++)
    value = value << 8 | data[i];
  return value;
}

static gboolean
read_grant (PorchGrant *self, const guint8 *data, gsize length)
{
  gsize certificate = length >= HEAD ? read_number (data + 1, 2) : 0;
  gsize body;
  const guint8 *rest;

  if (certificate == 0 || data[0] != VERSION || certificate > PORCH_GRANT_MAX_CERTIFICATE || length < HEAD + certificate + TAIL)
    return FALSE;
  rest = data + HEAD + certificate;
  memcpy (self->grantee.bytes, rest, ID_SIZE);
  self->not_after = (gint64)read_number (rest + ID_SIZE, 8);
  self->n_ids = (guint)read_number (rest + ID_SIZE + 8, 2);
  body = HEAD + certificate + TAIL + (gsize)self->n_ids * ID_SIZE;
  if (self->n_ids > PORCH_GRANT_MAX_IDS || self->not_after < 0 || body >= length || length - body > MAX_SIGNATURE
      || !are_ascending (rest + TAIL, self->n_ids)
      || !verify_body (data + HEAD, certificate, data, body, data + body, length - body))
    return FALSE;
  self->ids = g_memdup2 (rest + TAIL, self->n_ids * ID_SIZE);
  return gnutls_hash_fast (GNUTLS_DIG_SHA256, data + HEAD, certificate, self->issuer.bytes) == 0;
}

PorchGrant *
porch_grant_parse (const char *text, GError **error)
{
  gsize length = 0;
  g_autofree guint8 *data = decode (text, &length);
  g_autoptr (PorchGrant) self = g_new0 (PorchGrant, 1);

  g_atomic_ref_count_init (&self->refs);
  if (data == NULL || !read_grant (self, data, length))
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL,
                           _ ("The other device showed a permission that is not valid."));
      return NULL;
    }
  self->text = g_strdup (text);
  return g_steal_pointer (&self);
}

gboolean
porch_grant_allows (PorchGrant *self, const PorchDeviceId *asker, const guint8 id[32], gint64 now)
{
  gboolean is_asker = gnutls_memcmp (self->grantee.bytes, asker->bytes, ID_SIZE) == 0;
  gboolean in_time = now <= self->not_after + PORCH_GRANT_TOLERANCE
                     && self->not_after <= now + PORCH_GRANT_MAX_SECONDS + PORCH_GRANT_TOLERANCE;
  gboolean named = FALSE;

  for (guint i = 0; i < self->n_ids; i++)
    named |= gnutls_memcmp (self->ids + i * ID_SIZE, id, ID_SIZE) == 0;
  return is_asker & in_time & named;
}
