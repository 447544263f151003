/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "share/porch-want.h"

#include "porch-error.h"
#include "share/porch-path.h"
#include "wire/porch-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_BLOCKS (PORCH_MAX_FILE_SIZE / PORCH_BLOCK_SIZE)
#define HASH_SIZE 32
#define VERSION_SIZE 16

PorchWant *
porch_want_new (const char *path, const char *version, guint64 from, guint64 count)
{
  PorchWant *want = g_new0 (PorchWant, 1);

  *want = (PorchWant){ g_strdup (path), g_strdup (version), from, count };
  return want;
}

void
porch_want_free (PorchWant *want)
{
  g_free (want->path);
  g_free (want->version);
  g_free (want->have);
  g_free (want);
}

gboolean
porch_want_holds (const PorchWant *want, guint64 block, const guint8 hash[32])
{
  return block >= want->from && block - want->from < want->n_have
         && memcmp (want->have + (block - want->from) * HASH_SIZE, hash, HASH_SIZE) == 0;
}

static gboolean
broken (GError **error)
{
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("What is asked for can't be read"));
  return FALSE;
}

static gboolean
parse_numbers (PorchWant *want, JsonObject *object, GError **error)
{
  gint64 from = 0, count = -1;

  if (json_object_has_member (object, "from") && !porch_json_get_int (object, "from", 0, MAX_BLOCKS, &from, error))
    return FALSE;
  if (json_object_has_member (object, "count") && !porch_json_get_int (object, "count", 1, MAX_BLOCKS, &count, error))
    return FALSE;
  want->from = (guint64) from;
  want->count = count < 0 ? G_MAXUINT64 : (guint64) count;
  return TRUE;
}

static gboolean
parse_have (PorchWant *want, JsonObject *object, GError **error)
{
  JsonArray *array;

  if (!json_object_has_member (object, "have"))
    return TRUE;
  array = porch_json_get_array (object, "have", PORCH_MAX_HAVE, error);
  if (array == NULL)
    return FALSE;
  want->have = g_malloc (MAX (json_array_get_length (array), 1) * HASH_SIZE);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *hex = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : "";

      if (strlen (hex) != 2 * HASH_SIZE || !porch_hex_decode (hex, want->have + i * HASH_SIZE, HASH_SIZE))
        return broken (error);
      want->n_have++;
    }
  return TRUE;
}

static PorchWant *
parse (JsonNode *node, GError **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *path = object ? porch_json_get_string (object, "p", PORCH_MAX_PATH, error) : NULL;
  g_autoptr (PorchWant) want = NULL;
  g_autoptr (GError) local = NULL;
  guint8 check[VERSION_SIZE];

  if (path == NULL || !porch_path_check (path, -1, error))
    return NULL;
  want = porch_want_new (path, porch_json_get_optional_string (object, "v", 2 * VERSION_SIZE, &local), 0, G_MAXUINT64);
  if (local == NULL && want->version != NULL
      && (strlen (want->version) != 2 * VERSION_SIZE || !porch_hex_decode (want->version, check, sizeof check)))
    broken (&local);
  if (local == NULL && parse_numbers (want, object, &local) && parse_have (want, object, &local))
    return g_steal_pointer (&want);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

GPtrArray *
porch_want_parse_all (JsonObject *body, GError **error)
{
  g_autoptr (GPtrArray) wants = g_ptr_array_new_with_free_func ((GDestroyNotify) porch_want_free);
  JsonArray *array = porch_json_get_array (body, "want", PORCH_MAX_WANT, error);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      PorchWant *want = parse (json_array_get_element (array, i), error);

      if (want == NULL)
        {
          broken (error);
          return NULL;
        }
      g_ptr_array_add (wants, want);
    }
  if (wants->len > 0)
    return g_steal_pointer (&wants);
  broken (error);
  return NULL;
}

JsonObject *
porch_want_to_json (const PorchWant *want)
{
  JsonObject *object = json_object_new ();
  JsonArray *have;

  json_object_set_string_member (object, "p", want->path);
  if (want->version != NULL)
    json_object_set_string_member (object, "v", want->version);
  if (want->from > 0)
    json_object_set_int_member (object, "from", (gint64) want->from);
  if (want->count != G_MAXUINT64)
    json_object_set_int_member (object, "count", (gint64) want->count);
  if (want->n_have == 0)
    return object;
  have = json_array_new ();
  for (guint i = 0; i < want->n_have; i++)
    {
      g_autofree char *hex = porch_hex_encode (want->have + i * HASH_SIZE, HASH_SIZE);

      json_array_add_string_element (have, hex);
    }
  json_object_set_array_member (object, "have", have);
  return object;
}
