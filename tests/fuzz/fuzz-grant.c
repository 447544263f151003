/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grants that a stranger shows: what is taken is within its limits, and is the text that it came as. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "identity/porch-grant.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchGrant) grant = porch_grant_parse (text, &error);

  g_assert_true ((grant != NULL) != (error != NULL));
  if (grant == NULL)
    return 0;
  g_assert_cmpstr (porch_grant_to_string (grant), ==, text);
  g_assert_true (porch_grant_count_ids (grant) >= 1 && porch_grant_count_ids (grant) <= PORCH_GRANT_MAX_IDS);
  g_assert_true (porch_grant_get_not_after (grant) >= 0);
  for (guint i = 1; i < porch_grant_count_ids (grant); i++)
    g_assert_true (memcmp (porch_grant_get_id (grant, i - 1), porch_grant_get_id (grant, i), 32) < 0);
  return 0;
}
