/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON from the network: read by a strict parser of our own (porch-json-parser.h), and every getter has a limit.
 * Pure functions; any thread. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Parses UTF-8 JSON of at most @max bytes and depth PORCH_MAX_JSON_DEPTH whose root is an object.
 * Errors: PORCH_ERROR_LIMIT, PORCH_ERROR_PROTOCOL. */
JsonObject *porch_json_parse (const char *data, gsize length, gsize max, GError **error); /* (transfer full) */
/* A member that must be there: valid UTF-8, no NUL, at most @max bytes. */
const char *porch_json_get_string (JsonObject *object, const char *member, gsize max, GError **error); /* (transfer none) */
/* (nullable) NULL and no error when absent or null. */
const char *porch_json_get_optional_string (JsonObject *object, const char *member, gsize max, GError **error);
gboolean    porch_json_get_int (JsonObject *object, const char *member, gint64 min, gint64 max, gint64 *value, GError **error);
gint64      porch_json_get_int_or (JsonObject *object, const char *member, gint64 min, gint64 max, gint64 fallback);
gboolean    porch_json_get_bool_or (JsonObject *object, const char *member, gboolean fallback);
/* (transfer none) an array of at most @max elements. */
JsonArray  *porch_json_get_array (JsonObject *object, const char *member, guint max, GError **error);
/* One line without whitespace, NUL-terminated. */
char       *porch_json_to_string (JsonObject *object);
/* Lower-case hex of exactly @length bytes into @bytes. */
gboolean    porch_hex_decode (const char *hex, guint8 *bytes, gsize length);
char       *porch_hex_encode (const guint8 *bytes, gsize length);

G_END_DECLS
