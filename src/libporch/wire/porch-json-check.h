/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A strict check of JSON text that stands before json-glib: the grammar of RFC 8259 and nothing more, limits on depth and on the
 * number of values, no NUL and no lone surrogate in a string, no integer beyond 64 bits. Pure; any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint values;  /* all values, containers included */
  guint members; /* "name": value pairs in all objects; fewer after parsing means a name twice */
} PorchJsonCount;

gboolean porch_json_check (const char *data, gsize length, PorchJsonCount *count, GError **error);

G_END_DECLS
