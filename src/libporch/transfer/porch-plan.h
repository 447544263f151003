/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one transfer is about, as it is kept in the state database: its source (said once) and its spec (which grows: whether the
 * listing is complete, and where each top-level item went). A plain struct of the worker; JSON in the store. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* One top-level item of a download. */
typedef struct {
  char    *wire;   /* its path on the wire; "" is the whole share or offer */
  char    *name;   /* what it should be called here */
  char    *final;  /* (nullable) what it is called; NULL until it is there */
  gboolean folder;
} PorchRoot;
void porch_root_free (PorchRoot *root);

typedef struct {
  /* a download */
  char *share, *share_name;
  /* a receive or a send */
  char *offer;
  /* a receive: what the person accepted */
  char  *digest;
  gint64 files, bytes;
  gboolean check; /* what an earlier transfer has brought is looked at again */
  char  *wrap; /* (nullable) name of the folder that takes more than three loose files */
  char  *handout; /* (nullable) its offer is a hand-out of this name, which was joined */
  /* a send */
  char **locals; /* local paths, raw bytes */
  char **names;  /* their names on the wire */
  char  *text;   /* (nullable) */
  char  *batch;  /* (nullable) the same for each receiver of one send */

  gboolean   listed;
  gboolean   checked; /* of a check: all files were looked at */
  GPtrArray *roots; /* of PorchRoot; for a receive once it is listed */
} PorchPlan;

PorchPlan *porch_plan_new (void);
void       porch_plan_free (PorchPlan *plan);
char      *porch_plan_source_to_json (const PorchPlan *plan);
char      *porch_plan_spec_to_json (const PorchPlan *plan);
/* (nullable): the state database holds nonsense. */
PorchPlan *porch_plan_parse (const char *source, const char *spec, GError **error);
/* (transfer full): local paths of the top-level items that are there. */
char     **porch_plan_dup_results (const PorchPlan *plan, const char *target);
PorchRoot *porch_plan_add_root (PorchPlan *plan, const char *wire, const char *name, gboolean folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchPlan, porch_plan_free)

G_END_DECLS
