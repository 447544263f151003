/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST /offers: what is taken is within its limits, and comes back from the state database as it was. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "porch-limits.h"
#include "transfer/porch-offer-private.h"
#include "wire/porch-json.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (JsonObject) body = porch_json_parse ((const char *) data, size, PORCH_MAX_OFFER_BODY, NULL);
  PorchDeviceId peer = { { 1 } };
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchOffer) offer = NULL;
  g_autoptr (PorchOffer) stored = NULL;
  g_autofree char *json = NULL;

  if (body == NULL)
    return 0;
  offer = porch_offer_new_incoming (&peer, body, "192.0.2.1", &error);
  g_assert_true ((offer != NULL) != (error != NULL));
  if (offer == NULL)
    return 0;
  g_assert_cmpuint (strlen (porch_offer_get_id (offer)), ==, 32);
  g_assert_true (porch_offer_get_files (offer) >= 0 && porch_offer_get_bytes (offer) >= 0);
  g_assert_cmpuint (g_strv_length ((char **) porch_offer_get_names (offer)), <=, PORCH_MAX_OFFER_NAMES);
  g_assert_true (porch_offer_get_text (offer) == NULL || strlen (porch_offer_get_text (offer)) <= PORCH_MAX_TEXT);
  json = porch_offer_to_json (offer);
  stored = porch_offer_new_stored (&peer, TRUE, PORCH_OFFER_PENDING, 1, NULL, json);
  g_assert_nonnull (stored);
  g_assert_true (porch_offer_is_same (offer, stored));
  return 0;
}
