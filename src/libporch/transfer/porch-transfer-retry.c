/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-transfer-retry.h"

#include "porch-error.h"
#include "transfer/porch-plan.h"
#include "transfer/porch-transfer-private.h"

#include <glib/gi18n-lib.h>

/* What was asked for the first time is asked for again, with a new offer where it was one: the other side has answered the old one. */
static PorchTransfer *
begin_send (PorchTransferQueue *queue, PorchTransfer *transfer, PorchPlan *plan, GError **error)
{
  return porch_transfer_queue_send_one_of (queue, porch_transfer_get_peer (transfer), plan->text ? NULL : (const char *const *) plan->locals,
                                    plan->text, plan->batch, error);
}

static PorchTransfer *
begin_download (PorchTransferQueue *queue, PorchTransfer *transfer, PorchPlan *plan, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  for (guint i = 0; i < plan->roots->len; i++)
    g_strv_builder_add (builder, ((PorchRoot *) g_ptr_array_index (plan->roots, i))->wire);
  paths = g_strv_builder_end (builder);
  return porch_transfer_queue_download (queue, porch_transfer_get_peer (transfer), plan->share, plan->share_name,
                                        (const char *const *) paths, porch_transfer_get_target (transfer), error);
}

static PorchTransfer *
begin_anew (PorchTransferQueue *queue, PorchTransfer *transfer, GError **error)
{
  g_autofree char *spec = porch_transfer_dup_spec (transfer);
  g_autoptr (PorchPlan) plan = porch_plan_parse (porch_transfer_get_source (transfer), spec, error);

  if (plan == NULL)
    return NULL;
  if (plan->check)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_GONE, _ ("This check was canceled. Check the finished download once more."));
      return NULL;
    }
  if (porch_transfer_get_kind (transfer) == PORCH_TRANSFER_SEND)
    return begin_send (queue, transfer, plan, error);
  if (porch_transfer_get_kind (transfer) == PORCH_TRANSFER_DOWNLOAD)
    return begin_download (queue, transfer, plan, error);
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_GONE, _ ("Only the other person can send it again. Ask them to."));
  return NULL;
}

PorchTransfer *
porch_transfer_retry (PorchTransferQueue *queue, PorchTransfer *transfer, GError **error)
{
  PorchTransferState state = porch_transfer_get_state (transfer);
  PorchTransfer *next;

  if (porch_transfer_is_live (transfer) || state == PORCH_TRANSFER_DONE)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_BUSY, _ ("“%s” needs no other try: it runs, or is done."),
                   porch_transfer_get_title (transfer));
      return NULL;
    }
  if (state == PORCH_TRANSFER_FAILED && porch_transfer_get_kind (transfer) != PORCH_TRANSFER_SEND)
    {
      porch_transfer_resume (transfer);
      return transfer;
    }
  next = begin_anew (queue, transfer, error);
  if (next != NULL)
    porch_transfer_queue_clear (queue, transfer);
  return next;
}
