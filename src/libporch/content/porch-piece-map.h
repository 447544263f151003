/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pieces of a file somebody has: a bitmap (bit 7 of byte 0 is piece 0, spare bits are 0) and its form in JSON, an array of
 * strings of base64. Pure functions; any thread. */
#pragma once

#include <json-glib/json-glib.h>
#include "porch-limits.h"

G_BEGIN_DECLS

#define PORCH_PIECE_MAP_SIZE(pieces) (((gsize) (pieces) + 7) / 8)

gboolean   porch_piece_map_get (const guint8 *map, guint piece);
void       porch_piece_map_set (guint8 *map, guint piece);
guint      porch_piece_map_count (const guint8 *map, guint pieces);
/* (transfer full) */
JsonArray *porch_piece_map_to_json (const guint8 *map, guint pieces);
/* (transfer full): member @member of @object; NULL with PORCH_ERROR_PROTOCOL when it is no map of so many pieces. */
guint8    *porch_piece_map_parse (JsonObject *object, const char *member, guint pieces, GError **error);

G_END_DECLS
