/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All shares of this device: a GListModel of PorchShare, backed by the store. Main thread. Owned by the engine. */
#pragma once

#include "share/porch-share.h"

G_BEGIN_DECLS

#define PORCH_TYPE_SHARE_LIST (porch_share_list_get_type ())
G_DECLARE_FINAL_TYPE (PorchShareList, porch_share_list, PORCH, SHARE_LIST, GObject)

PorchShareList *porch_share_list_new (PorchStore *store, PorchTrustTable *trust, GError **error);
/* PORCH_ERROR_PATH_REFUSED for "/", the home folder, folders of secrets unless @override; PORCH_ERROR_EXISTS for the same
 * folder twice; PORCH_ERROR_NOT_FOUND. @name NULL: the folder's own, numbered when taken. (transfer none) */
PorchShare *porch_share_list_add (PorchShareList *self, const char *path, const char *name, PorchAudience audience,
                                  const char *const *selected, gboolean override, GError **error);
PorchShare *porch_share_list_lookup (PorchShareList *self, const char *id); /* (transfer none) (nullable) */
gboolean    porch_share_list_remove (PorchShareList *self, PorchShare *share, GError **error);
/* On disk when they return TRUE. */
gboolean    porch_share_list_rename (PorchShareList *self, PorchShare *share, const char *name, GError **error);
gboolean    porch_share_list_set_note (PorchShareList *self, PorchShare *share, const char *note, GError **error);
gboolean    porch_share_list_set_audience (PorchShareList *self, PorchShare *share, PorchAudience audience,
                                           const char *const *selected, GError **error);
gboolean    porch_share_list_set_active (PorchShareList *self, PorchShare *share, gboolean active, GError **error);
gboolean    porch_share_list_set_until (PorchShareList *self, PorchShare *share, gint64 until, GError **error);
/* Looks whether the folders are there (every 30 s while somebody watches, and before a request). */
void        porch_share_list_check (PorchShareList *self);
/* The reason why sharing this folder is refused, or NULL. */
char       *porch_share_refusal (const char *path, const char *home);

G_END_DECLS
