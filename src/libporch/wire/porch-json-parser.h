/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A strict parser of JSON text from the network, making json-glib's objects: the grammar of RFC 8259 and nothing more, limits on depth
 * and on the number of values, no NUL and no lone surrogate in a string, no integer beyond 64 bits, no member twice. json-glib's own
 * parser is lax about all of these, takes twice as long, and ends in SIGSEGV at depth 200,000. Pure; any thread. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* (transfer full) (nullable). Errors: PORCH_ERROR_PROTOCOL, PORCH_ERROR_LIMIT. */
JsonNode *porch_json_parse_node (const char *data, gsize length, GError **error);

G_END_DECLS
