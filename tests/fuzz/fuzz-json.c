/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is accepted as JSON can be written and read again; the getters never give more than they were allowed to. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "porch-limits.h"
#include "wire/porch-json.h"

static void
get_all (JsonObject *object)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *at = members; at != NULL; at = at->next)
    {
      const char *text = porch_json_get_optional_string (object, at->data, 20, NULL);
      JsonArray  *array = porch_json_get_array (object, at->data, 3, NULL);
      gint64      number;

      g_assert_true (text == NULL || (strlen (text) <= 20 && g_utf8_validate (text, -1, NULL)));
      g_assert_true (array == NULL || json_array_get_length (array) <= 3);
      if (porch_json_get_int (object, at->data, -5, 5, &number, NULL))
        g_assert_true (number >= -5 && number <= 5);
      porch_json_get_bool_or (object, at->data, FALSE);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = porch_json_parse ((const char *) data, size, PORCH_MAX_JSON_BODY, &error);
  g_autoptr (JsonObject) again = NULL;
  g_autofree char *text = NULL;

  g_assert_true ((object != NULL) != (error != NULL));
  if (object == NULL)
    return 0;
  get_all (object);
  text = porch_json_to_string (object);
  g_assert_null (strchr (text, '\n'));
  if (strlen (text) > PORCH_MAX_JSON_BODY || strstr (text, "e+") != NULL)
    return 0; /* written longer than it came (escapes, floats) */
  again = porch_json_parse (text, strlen (text), PORCH_MAX_JSON_BODY, NULL);
  g_assert_true (again != NULL || strpbrk (text, ".eE\x7f") != NULL);
  return 0;
}
