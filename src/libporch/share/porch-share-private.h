/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the share list, its SQL and its checks need of a share. */
#pragma once

#include "share/porch-share.h"

G_BEGIN_DECLS

/* Everything that is stored of one share: a plain value. */
typedef struct {
  char          *id;
  char          *name;
  char          *note; /* (nullable) */
  char          *path; /* canonical */
  PorchAudience  audience;
  char         **selected; /* device ids, 64 hex digits, sorted; never NULL */
  PorchAccess    access;
  gint64         until; /* unix s, 0 never */
  gint64         created;
  gboolean       active;
  gboolean       mount_point; /* a disk was mounted exactly here when it was added */
} PorchShareTerms;

PorchShareTerms *porch_share_terms_copy (const PorchShareTerms *terms);
void             porch_share_terms_free (PorchShareTerms *terms);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchShareTerms, porch_share_terms_free)

PorchShare            *porch_share_new (PorchShareTerms *terms); /* takes it */
const PorchShareTerms *porch_share_get_terms (PorchShare *self);
/* Takes @terms, of the same id; notifies of what is different. */
void                   porch_share_take_terms (PorchShare *self, PorchShareTerms *terms);
void                   porch_share_set_state (PorchShare *self, PorchShareState state);
/* A look at the folder; may block as long as its file system does. Any thread. */
PorchShareState        porch_share_look (const char *path, gboolean mount_point);
/* A look was begun that has not come back: the file system hangs, so nothing else may touch it on the main thread. */
void                   porch_share_set_hanging (PorchShare *self, gboolean hanging);

G_END_DECLS
