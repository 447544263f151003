/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-saved-transfers.h"

#include "transfer/porch-file-table.h"
#include "transfer/porch-plan.h"
#include "transfer/porch-transfer-private.h"
#include "transfer/porch-transfer-store.h"

/* Whatever it was doing when the program ended, it now waits to be started. */
static void
rewind_record (PorchTransferRecord *record)
{
  gboolean paused = record->state == PORCH_TRANSFER_PAUSED;

  if (!porch_transfer_state_is_live (record->state) || paused)
    return;
  if (record->kind != PORCH_TRANSFER_SEND || record->state == PORCH_TRANSFER_PREPARING)
    record->state = PORCH_TRANSFER_QUEUED;
  else if (record->state == PORCH_TRANSFER_RUNNING)
    record->state = PORCH_TRANSFER_STALLED;
  if (record->state != PORCH_TRANSFER_STALLED)
    g_clear_error (&record->error);
}

/* Numbers are written down when a worker ends; after a kill the files themselves say how far it came. */
static void
count_record (PorchStore *store, PorchTransferRecord *record)
{
  g_autoptr (PorchFileTable) table = NULL;
  PorchFileSums sums;

  if (record->kind == PORCH_TRANSFER_SEND || !porch_transfer_state_is_live (record->state))
    return;
  table = porch_file_table_new (store, record->id);
  if (!porch_file_table_sums (table, &sums, NULL) || sums.files == 0)
    return;
  record->bytes_done = sums.bytes_done;
  record->files_done = sums.files_done;
}

/* Takes @record. */
static PorchTransfer *
revive (PorchStore *store, PorchTransferRecord *record)
{
  g_autoptr (GPtrArray) problems = porch_transfer_store_load_problems (store, record->id, NULL);
  g_autoptr (PorchPlan) plan = porch_plan_parse (record->source, record->spec, NULL);
  PorchTransfer *transfer;

  rewind_record (record);
  count_record (store, record);
  transfer = porch_transfer_new (store, record, problems);
  if (plan == NULL)
    return transfer;
  porch_transfer_set_offer (transfer, plan->offer);
  porch_transfer_set_check (transfer, plan->check);
  porch_transfer_set_batch (transfer, plan->batch);
  porch_transfer_set_handout (transfer, plan->handout);
  porch_transfer_set_text (transfer, plan->text);
  porch_transfer_take_results (transfer, porch_plan_dup_results (plan, record->target));
  return transfer;
}

GPtrArray *
porch_saved_transfers_load (PorchStore *store, guint finished, GError **error)
{
  g_autoptr (GPtrArray) records = porch_transfer_store_load (store, finished, error);
  GPtrArray *transfers;

  if (records == NULL)
    return NULL;
  g_ptr_array_set_free_func (records, NULL);
  transfers = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (transfers, revive (store, g_ptr_array_index (records, i)));
  return transfers;
}
