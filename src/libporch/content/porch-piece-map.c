/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "content/porch-piece-map.h"

#include "porch-error.h"
#include "wire/porch-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A string of JSON may be so long; 3 bytes are 4 characters. */
#define PART (PORCH_MAX_JSON_STRING / 4 * 3)
#define MAX_PARTS ((PORCH_PIECE_MAP_SIZE (PORCH_MAX_PIECES) + PART - 1) / PART)

gboolean
porch_piece_map_get (const guint8 *map, guint piece)
{
  return (map[piece / 8] & (0x80 >> piece % 8)) != 0;
}

void
porch_piece_map_set (guint8 *map, guint piece)
{
  map[piece / 8] |= (guint8) (0x80 >> piece % 8);
}

guint
porch_piece_map_count (const guint8 *map, guint pieces)
{
  guint count = 0;

  for (guint i = 0; i < pieces; i++)
    count += porch_piece_map_get (map, i);
  return count;
}

JsonArray *
porch_piece_map_to_json (const guint8 *map, guint pieces)
{
  JsonArray *array = json_array_new ();
  gsize size = PORCH_PIECE_MAP_SIZE (pieces);

  for (gsize at = 0; at < size; at += PART)
    {
      g_autofree char *text = g_base64_encode (map + at, MIN (size - at, PART));

      json_array_add_string_element (array, text);
    }
  return array;
}

static gboolean
set_broken (GError **error)
{
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("The other device did not say what it has of the file."));
  return FALSE;
}

/* Into @map from @at on. g_base64_decode() skips what it doesn't know, so the same bytes must give the same text. */
static gboolean
read_part (JsonNode *node, guint8 *map, gsize at, gsize length, GError **error)
{
  const char *text = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
  g_autofree guint8 *bytes = NULL;
  g_autofree char *again = NULL;
  gsize decoded;

  if (text == NULL || strlen (text) > PORCH_MAX_JSON_STRING)
    return set_broken (error);
  bytes = g_base64_decode (text, &decoded);
  again = g_base64_encode (bytes, decoded);
  if (decoded != length || strcmp (text, again) != 0)
    return set_broken (error);
  memcpy (map + at, bytes, length);
  return TRUE;
}

guint8 *
porch_piece_map_parse (JsonObject *object, const char *member, guint pieces, GError **error)
{
  JsonArray *array = porch_json_get_array (object, member, MAX_PARTS, error);
  gsize size = PORCH_PIECE_MAP_SIZE (pieces);
  g_autofree guint8 *map = g_malloc0 (MAX (size, 1));

  if (array == NULL)
    return NULL;
  if (pieces == 0 || pieces > PORCH_MAX_PIECES || json_array_get_length (array) != (size + PART - 1) / PART)
    {
      set_broken (error);
      return NULL;
    }
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!read_part (json_array_get_element (array, i), map, (gsize) i * PART, MIN (size - (gsize) i * PART, PART), error))
      return NULL;
  if (pieces % 8 != 0 && map[size - 1] & (0xff >> pieces % 8))
    {
      set_broken (error);
      return NULL;
    }
  return g_steal_pointer (&map);
}
