/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One folder offered on the network. Main thread. Owned by its PorchShareList; everything is a property with notify:
 * id, name, note, path (bytestring as string), audience, selected (GStrv of device ids), access, until (unix s, 0 never),
 * active, state, uploads (running uploads now). */
#pragma once

#include "identity/porch-trust-table.h"
#include "share/porch-tree.h"

G_BEGIN_DECLS

typedef enum { PORCH_AUDIENCE_NOBODY, PORCH_AUDIENCE_SELECTED, PORCH_AUDIENCE_TRUSTED, PORCH_AUDIENCE_EVERYONE } PorchAudience;
typedef enum { PORCH_ACCESS_READ, PORCH_ACCESS_ADD } PorchAccess;
typedef enum { PORCH_SHARE_OK, PORCH_SHARE_MISSING, PORCH_SHARE_UNREADABLE } PorchShareState;

#define PORCH_TYPE_SHARE (porch_share_get_type ())
G_DECLARE_FINAL_TYPE (PorchShare, porch_share, PORCH, SHARE, GObject)

const char        *porch_share_get_id (PorchShare *self); /* 16 hex digits */
const char        *porch_share_get_name (PorchShare *self);
const char        *porch_share_get_note (PorchShare *self); /* (nullable) */
const char        *porch_share_get_path (PorchShare *self);
PorchAudience      porch_share_get_audience (PorchShare *self);
const char *const *porch_share_get_selected (PorchShare *self);
PorchAccess        porch_share_get_access (PorchShare *self);
gint64             porch_share_get_until (PorchShare *self);
gboolean           porch_share_get_active (PorchShare *self);
PorchShareState    porch_share_get_state (PorchShare *self);
guint              porch_share_get_uploads (PorchShare *self);
/* @peer takes something from now on. */
void               porch_share_begin_upload (PorchShare *self, const PorchDeviceId *peer);
void               porch_share_end_upload (PorchShare *self, const PorchDeviceId *peer);
/* (transfer full) of PorchDeviceId, each once: who takes something now. */
GArray            *porch_share_dup_takers (PorchShare *self);
/* The one place that decides who may open a share, asked for each request. Whatever goes wrong means no. */
gboolean           porch_share_may_open (PorchShare *self, const PorchDeviceId *peer, PorchTrust trust, gint64 now);
/* Opens the folder now. PORCH_ERROR_GONE (and state missing) when it is not there. */
PorchTree         *porch_share_open_tree (PorchShare *self, const guint8 secret[32], GError **error);

G_END_DECLS
