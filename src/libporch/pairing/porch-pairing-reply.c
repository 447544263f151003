/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "pairing/porch-pairing-reply.h"

#include <glib/gi18n-lib.h>

#include "porch-error.h"
#include "wire/porch-json.h"

PorchPairingHeld
porch_pairing_held_steal (PorchPairingHeld *self)
{
  PorchPairingHeld held = *self;

  *self = (PorchPairingHeld) { NULL, NULL, NULL };
  return held;
}

void
porch_pairing_held_answer (PorchPairingHeld *self, JsonObject *answer, GError *error)
{
  PorchPairingHeld held = porch_pairing_held_steal (self); /* the reply may come back here */

  if (held.reply != NULL)
    held.reply (answer, error, held.data);
  if (held.free_data != NULL)
    held.free_data (held.data);
  g_clear_pointer (&answer, json_object_unref);
  g_clear_error (&error);
}

void
porch_pairing_held_match (PorchPairingHeld *self, gboolean match)
{
  JsonObject *answer = json_object_new ();

  json_object_set_boolean_member (answer, "match", match);
  porch_pairing_held_answer (self, answer, NULL);
}

void
porch_pairing_held_error (PorchPairingHeld *self, int code, const char *message)
{
  porch_pairing_held_answer (self, NULL, g_error_new_literal (PORCH_ERROR, code, message));
}

gboolean
porch_pairing_get_hex (JsonObject *body, const char *member, guint8 bytes[32], GError **error)
{
  const char *hex = porch_json_get_string (body, member, 64, error);

  if (hex == NULL)
    return FALSE;
  if (porch_hex_decode (hex, bytes, 32))
    return TRUE;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("“%s” in the message is not what it must be."), member);
  return FALSE;
}

JsonObject *
porch_pairing_new_hex (const char *member, const guint8 bytes[32])
{
  JsonObject      *object = json_object_new ();
  g_autofree char *hex = porch_hex_encode (bytes, 32);

  json_object_set_string_member (object, member, hex);
  return object;
}
