/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the state database knows of transfers: one row for each, and for an unfinished download one for each of its files and for each
 * block that is on disk. Any thread. */
#pragma once

#include "store/porch-store.h"
#include "transfer/porch-transfer.h"

G_BEGIN_DECLS

typedef struct {
  char              *id;
  PorchTransferKind  kind;
  PorchTransferState state;
  PorchDeviceId      peer;
  char              *title;
  char              *source; /* JSON */
  char              *target; /* (nullable) local path */
  char              *spec;   /* JSON */
  gint64             position;
  gint64             created, finished; /* unix s */
  gint64             bytes_done, bytes_total, files_done, files_total;
  GError            *error; /* (nullable) */
} PorchTransferRecord;
void porch_transfer_record_free (PorchTransferRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchTransferRecord, porch_transfer_record_free)

/* (transfer full): of PorchTransferRecord, in the order of position: all live ones and the last @finished others. */
GPtrArray *porch_transfer_store_load (PorchStore *store, guint finished, GError **error);
GPtrArray *porch_transfer_store_load_problems (PorchStore *store, const char *id, GError **error); /* of PorchProblem */
gboolean   porch_transfer_store_insert (PorchStore *store, PorchTransferRecord *record, GError **error); /* sets position */
/* Returns at once: state, error, numbers, spec. */
void       porch_transfer_store_update (PorchStore *store, const PorchTransferRecord *record);
gboolean   porch_transfer_store_update_now (PorchStore *store, const PorchTransferRecord *record, GError **error);
void       porch_transfer_store_add_problem (PorchStore *store, const char *id, const char *path, const char *message);
/* A finished one needs its files no more. */
void       porch_transfer_store_drop_problems (PorchStore *store, const char *id);
void       porch_transfer_store_drop_files (PorchStore *store, const char *id);
gboolean   porch_transfer_store_delete (PorchStore *store, const char *id, GError **error);

PorchProblem *porch_problem_new (const char *path, const char *message);
void          porch_problem_free (PorchProblem *problem);

G_END_DECLS
