/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One file, or a run of blocks of one, that somebody asks for: an entry of "want" (docs/PROTOCOL.md). Plain data. */
#pragma once

#include <json-glib/json-glib.h>

#include "porch-limits.h"

G_BEGIN_DECLS

typedef struct {
  char   *path;
  char   *version; /* (nullable) */
  guint64 from;
  guint64 count; /* G_MAXUINT64: to the end */
  guint8 *have;  /* (nullable) hashes of what the asker holds of the blocks from @from on, 32 bytes each */
  guint   n_have;
} PorchWant;

PorchWant *porch_want_new (const char *path, const char *version, guint64 from, guint64 count);
void       porch_want_free (PorchWant *want);
/* Whether the asker holds block @block with this very hash. */
gboolean   porch_want_holds (const PorchWant *want, guint64 block, const guint8 hash[32]);

/* (transfer full) of PorchWant: "want" of a request, at least one, every limit checked; NULL with PORCH_ERROR_PROTOCOL. */
GPtrArray  *porch_want_parse_all (JsonObject *body, GError **error);
/* (transfer full): what porch_want_parse_all() reads. */
JsonObject *porch_want_to_json (const PorchWant *want);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchWant, porch_want_free)

G_END_DECLS
