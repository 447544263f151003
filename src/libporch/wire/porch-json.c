/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/porch-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "porch-error.h"
#include "porch-limits.h"
#include "wire/porch-json-parser.h"

/**
 * porch_json_parse:
 * @data: the text, not NUL-terminated
 * @length: its bytes
 * @max: the most bytes that are accepted here, never more than PORCH_MAX_JSON_BODY
 * @error: PORCH_ERROR_LIMIT, PORCH_ERROR_PROTOCOL
 *
 * Returns: (transfer full) (nullable): the root, which is an object
 */
JsonObject *
porch_json_parse (const char *data, gsize length, gsize max, GError **error)
{
  g_autoptr (JsonNode) root = NULL;

  if (length > MIN (max, PORCH_MAX_JSON_BODY))
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT,
                   _ ("The message has %zu bytes; at most %zu are accepted."), length,
                   MIN (max, (gsize) PORCH_MAX_JSON_BODY));
      return NULL;
    }
  root = porch_json_parse_node (data, length, error);
  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("The message is not a JSON object."));
      return NULL;
    }
  return json_node_dup_object (root);
}

/* (nullable) the member's value if it is there and not null. */
static JsonNode *
get_value (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node == NULL || JSON_NODE_HOLDS_NULL (node) ? NULL : node;
}

static gboolean
holds (JsonNode *node, GType type)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static void
set_member_error (GError **error, PorchError code, const char *member)
{
  g_set_error (error, PORCH_ERROR, code,
               code == PORCH_ERROR_LIMIT ? _ ("“%s” in the message is over its limit.")
                                         : _ ("“%s” is missing in the message or is not of the right kind."),
               member);
}

/**
 * porch_json_get_string:
 * @object: an object that porch_json_parse() made
 * @member: its name
 * @max: the most bytes
 * @error: PORCH_ERROR_PROTOCOL when absent or no string, PORCH_ERROR_LIMIT
 *
 * Returns: (transfer none) (nullable): valid UTF-8 without NUL
 */
const char *
porch_json_get_string (JsonObject *object, const char *member, gsize max, GError **error)
{
  if (get_value (object, member) == NULL)
    {
      set_member_error (error, PORCH_ERROR_PROTOCOL, member);
      return NULL;
    }
  return porch_json_get_optional_string (object, member, max, error);
}

/**
 * porch_json_get_optional_string:
 *
 * As porch_json_get_string(), but NULL without an error when the member is absent or null.
 */
const char *
porch_json_get_optional_string (JsonObject *object, const char *member, gsize max, GError **error)
{
  JsonNode   *node = get_value (object, member);
  const char *text;

  if (node == NULL)
    return NULL;
  text = holds (node, G_TYPE_STRING) ? json_node_get_string (node) : NULL;
  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    {
      set_member_error (error, PORCH_ERROR_PROTOCOL, member);
      return NULL;
    }
  if (strlen (text) > max)
    {
      set_member_error (error, PORCH_ERROR_LIMIT, member);
      return NULL;
    }
  return text;
}

/**
 * porch_json_get_int:
 * @min: @max: the bounds, both allowed
 * @value: (out): set on TRUE only
 * @error: PORCH_ERROR_PROTOCOL when absent or no integer, PORCH_ERROR_LIMIT when out of bounds
 */
gboolean
porch_json_get_int (JsonObject *object, const char *member, gint64 min, gint64 max, gint64 *value, GError **error)
{
  JsonNode *node = get_value (object, member);
  gint64    number;

  if (!holds (node, G_TYPE_INT64))
    {
      set_member_error (error, PORCH_ERROR_PROTOCOL, member);
      return FALSE;
    }
  number = json_node_get_int (node);
  if (number < min || number > max)
    {
      set_member_error (error, PORCH_ERROR_LIMIT, member);
      return FALSE;
    }
  *value = number;
  return TRUE;
}

/**
 * porch_json_get_int_or:
 *
 * Returns: the number, or @fallback when it is absent, no integer or out of bounds
 */
gint64
porch_json_get_int_or (JsonObject *object, const char *member, gint64 min, gint64 max, gint64 fallback)
{
  gint64 value;

  return porch_json_get_int (object, member, min, max, &value, NULL) ? value : fallback;
}

/**
 * porch_json_get_bool_or:
 *
 * Returns: the value, or @fallback when it is absent or no boolean
 */
gboolean
porch_json_get_bool_or (JsonObject *object, const char *member, gboolean fallback)
{
  JsonNode *node = get_value (object, member);

  return holds (node, G_TYPE_BOOLEAN) ? json_node_get_boolean (node) : fallback;
}

/**
 * porch_json_get_array:
 * @max: the most elements
 *
 * Returns: (transfer none) (nullable): the array; its elements are still to be checked
 */
JsonArray *
porch_json_get_array (JsonObject *object, const char *member, guint max, GError **error)
{
  JsonNode *node = get_value (object, member);

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    {
      set_member_error (error, PORCH_ERROR_PROTOCOL, member);
      return NULL;
    }
  if (json_array_get_length (json_node_get_array (node)) > max)
    {
      set_member_error (error, PORCH_ERROR_LIMIT, member);
      return NULL;
    }
  return json_node_get_array (node);
}

/**
 * porch_json_to_string:
 *
 * Returns: (transfer full): one line without whitespace between the tokens, without a newline at the end
 */
char *
porch_json_to_string (JsonObject *object)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (root, object);
  json_generator_set_root (generator, root);
  return json_generator_to_data (generator, NULL);
}

/**
 * porch_hex_decode:
 * @hex: (nullable): exactly 2 × @length lower-case hex digits, or it fails
 * @bytes: (out caller-allocates): @length bytes; undefined after FALSE
 */
gboolean
porch_hex_decode (const char *hex, guint8 *bytes, gsize length)
{
  if (hex == NULL || strlen (hex) != length * 2)
    return FALSE;
  for (gsize i = 0; i < length * 2; i++)
    if (!g_ascii_isdigit (hex[i]) && !(hex[i] >= 'a' && hex[i] <= 'f'))
      return FALSE;
  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
  return TRUE;
}

/**
 * porch_hex_encode:
 *
 * Returns: (transfer full): 2 × @length lower-case hex digits
 */
char *
porch_hex_encode (const guint8 *bytes, gsize length)
{
  static const char digits[] = "0123456789abcdef";
  char *hex = g_malloc (length * 2 + 1);

  for (gsize i = 0; i < length; i++)
    {
      hex[2 * i] = digits[bytes[i] >> 4];
      hex[2 * i + 1] = digits[bytes[i] & 15];
    }
  hex[length * 2] = '\0';
  return hex;
}
