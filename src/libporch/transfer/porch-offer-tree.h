/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an outgoing offer opens: the tree over its local files and folders, its manifest as it was written down when it was offered,
 * and the wants of a request. Any thread. */
#pragma once

#include "share/porch-tree.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The name on the wire of each of @paths, made unique by numbers. PORCH_ERROR_NOT_FOUND for one that isn't there,
 * PORCH_ERROR_PATH_REFUSED for a name that can't be sent, PORCH_ERROR_INVALID for what is neither file nor folder.
 * @locals: (out) (transfer full): the same paths with symbolic links resolved. */
gboolean   porch_offer_tree_name (const char *const *paths, char ***names, char ***locals, GError **error);
/* PORCH_ERROR_GONE when a folder that holds one of them can't be opened any more. */
PorchTree *porch_offer_tree_open (const guint8 secret[32], const char *const *names, const char *const *locals, GError **error);
/* Streams the file, which is one of Porch's own. (transfer full) */
PorchFlow *porch_offer_tree_stream_manifest (const char *manifest, GError **error);

G_END_DECLS
