/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of PorchTree share. */
#pragma once

#include "share/porch-confinement.h"
#include "share/porch-tree.h"

G_BEGIN_DECLS

typedef struct {
  char     *name;   /* on the wire */
  PorchDir *parent; /* owned */
  char     *entry;  /* on disk, below @parent */
} PorchTreeTop;

struct _PorchTree {
  gatomicrefcount refs;
  guint8          secret[32];
  PorchDir       *dir;  /* owned; of a share, NULL for an offer */
  GPtrArray      *tops; /* owned; of an offer, of PorchTreeTop */
  GHashTable     *by_name;
  PorchHashBook  *book;  /* owned (nullable) */
  char           *share; /* owned (nullable) */
  PorchTreeWitness witness; /* (nullable) */
  gpointer         witness_data;
  GDestroyNotify   free_witness_data;
};

/* Where the wire path @path lies: @local below the folder returned (borrowed). NULL: there is no such top. */
PorchDir     *porch_tree_locate (PorchTree *self, const char *path, char **local, GError **error);
PorchTreeTop *porch_tree_find_top (PorchTree *self, const char *path);
/* Opens walls just wide enough for @path, or for everything when it is "". */
void          porch_tree_allow (PorchTree *self, PorchConfinement *walls, const char *path);
gint64        porch_tree_mtime (const struct stat *st); /* ns */
/* porch_tree_list() with a limit of one's own, for tests. */
PorchFlow    *porch_tree_list_limited (PorchTree *self, const char *path, gboolean deep, guint64 max_rows);

G_END_DECLS
