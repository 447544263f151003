/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "identity/porch-device-id.h"

#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "wire/porch-json.h"

G_DEFINE_BOXED_TYPE (PorchDeviceId, porch_device_id, porch_device_id_copy, g_free)

/**
 * porch_device_id_from_certificate:
 * @certificate: the leaf of a TLS session, or our own
 * @id: (out caller-allocates): SHA-256 of its DER
 *
 * Returns: FALSE if the certificate has no DER form; @id is not touched then
 */
gboolean
porch_device_id_from_certificate (GTlsCertificate *certificate, PorchDeviceId *id)
{
  g_autoptr (GByteArray) der = NULL;

  if (certificate == NULL)
    return FALSE;
  g_object_get (certificate, "certificate", &der, NULL);
  if (der == NULL || der->len == 0)
    return FALSE;
  return gnutls_hash_fast (GNUTLS_DIG_SHA256, der->data, der->len, id->bytes) == 0;
}

/**
 * porch_device_id_parse:
 * @hex: exactly 64 hex digits, either case (people type them)
 * @id: (out caller-allocates): the id
 */
gboolean
porch_device_id_parse (const char *hex, PorchDeviceId *id)
{
  g_autofree char *lower = NULL;

  if (hex == NULL || strlen (hex) != PORCH_DEVICE_ID_HEX)
    return FALSE;
  lower = g_ascii_strdown (hex, -1);
  return porch_hex_decode (lower, id->bytes, sizeof id->bytes);
}

/**
 * porch_device_id_to_string:
 *
 * Returns: (transfer full): 64 lower-case hex digits
 */
char *
porch_device_id_to_string (const PorchDeviceId *id)
{
  return porch_hex_encode (id->bytes, sizeof id->bytes);
}

/**
 * porch_device_id_short:
 * @digits: how many hex digits, at most 64
 *
 * Returns: (transfer full): the first @digits of the id
 */
char *
porch_device_id_short (const PorchDeviceId *id, guint digits)
{
  char *hex = porch_device_id_to_string (id);

  hex[MIN (digits, PORCH_DEVICE_ID_HEX)] = '\0';
  return hex;
}

guint
porch_device_id_hash (gconstpointer id)
{
  guint32 word;

  memcpy (&word, ((const PorchDeviceId *) id)->bytes, sizeof word);
  return word;
}

gboolean
porch_device_id_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (PorchDeviceId)) == 0;
}

PorchDeviceId *
porch_device_id_copy (const PorchDeviceId *id)
{
  return g_memdup2 (id, sizeof *id);
}
