/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-transfer.h"

#include "porch-bus-error.h"
#include "porch-daemon-paths.h"
#include "porch-daemon-reply.h"
#include "porch-error.h"
#include "transfer/porch-transfer-retry.h"

#include <glib/gi18n.h>

/* Messages to frontends: at most ten a second for each transfer. */
#define PUBLISH_INTERVAL_US (100 * 1000)
/* A message stays under 64 KiB: problems and results beyond are counted only. */
#define MAX_PROBLEMS 20
#define MAX_RESULTS 20

struct _PorchDaemonTransfer
{
  PorchBusTransferSkeleton parent;

  PorchEngine *engine;     /* owned */
  PorchTransfer *transfer; /* owned */
  gint64 published;        /* monotonic time of the last message */
  guint publish_id;
};

static void porch_daemon_transfer_iface_init (PorchBusTransferIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchDaemonTransfer, porch_daemon_transfer, PORCH_BUS_TYPE_TRANSFER_SKELETON,
                               G_IMPLEMENT_INTERFACE (PORCH_BUS_TYPE_TRANSFER, porch_daemon_transfer_iface_init))

static void
publish_error (PorchDaemonTransfer *self)
{
  PorchBusTransfer *bus = PORCH_BUS_TRANSFER (self);
  const GError *error = porch_transfer_get_error (self->transfer);

  porch_bus_transfer_set_error_name (bus, error ? porch_bus_error_name (error) : "");
  porch_bus_transfer_set_error_message (bus, error ? error->message : "");
}

static void
publish_problems (PorchDaemonTransfer *self)
{
  PorchBusTransfer *bus = PORCH_BUS_TRANSFER (self);
  g_autoptr (GPtrArray) problems = porch_transfer_dup_problems (self->transfer);
  guint count = problems ? problems->len : 0;
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ss)"));

  for (guint i = 0; i < MIN (count, MAX_PROBLEMS); i++)
    {
      const PorchProblem *problem = g_ptr_array_index (problems, i);
      g_variant_builder_add (&builder, "(ss)", problem->path, problem->message);
    }
  porch_bus_transfer_set_problems (bus, g_variant_builder_end (&builder));
  porch_bus_transfer_set_problem_count (bus, count);
}

static void
publish_results (PorchDaemonTransfer *self)
{
  PorchBusTransfer *bus = PORCH_BUS_TRANSFER (self);
  g_auto (GStrv) results = porch_transfer_dup_results (self->transfer);
  const char *first[MAX_RESULTS + 1] = { NULL };
  const char *target = porch_transfer_get_target (self->transfer);

  for (guint i = 0; results && results[i] && i < MAX_RESULTS; i++)
    first[i] = results[i];
  porch_bus_transfer_set_results (bus, first);
  porch_bus_transfer_set_target (bus, target ? target : "");
}

static void
publish_numbers (PorchDaemonTransfer *self)
{
  PorchBusTransfer *bus = PORCH_BUS_TRANSFER (self);

  porch_bus_transfer_set_bytes_done (bus, porch_transfer_get_bytes_done (self->transfer));
  porch_bus_transfer_set_bytes_total (bus, porch_transfer_get_bytes_total (self->transfer));
  porch_bus_transfer_set_files_done (bus, porch_transfer_get_files_done (self->transfer));
  porch_bus_transfer_set_files_total (bus, porch_transfer_get_files_total (self->transfer));
  porch_bus_transfer_set_rate (bus, porch_transfer_get_rate (self->transfer));
  porch_bus_transfer_set_time_left (bus, porch_transfer_get_time_left (self->transfer));
  porch_bus_transfer_set_queue_position (bus, porch_transfer_get_queue_position (self->transfer));
  porch_bus_transfer_set_turn (bus, porch_transfer_get_turn (self->transfer));
}

static void
publish (PorchDaemonTransfer *self)
{
  PorchBusTransfer *bus = PORCH_BUS_TRANSFER (self);
  g_autofree char *name = porch_daemon_path_dup_peer_name (self->engine, porch_transfer_get_peer (self->transfer));
  const char *code = porch_transfer_get_code (self->transfer);
  const char *title = porch_transfer_get_title (self->transfer);

  self->published = g_get_monotonic_time ();
  porch_bus_transfer_set_title (bus, title ? title : "");
  porch_bus_transfer_set_peer_name (bus, name);
  porch_bus_transfer_set_code (bus, code ? code : "");
  porch_bus_transfer_set_finished (bus, porch_transfer_get_finished (self->transfer));
  publish_numbers (self);
  publish_error (self);
  publish_problems (self);
  publish_results (self);
  /* Last: who sees "done" in this message sees everything else in it too. */
  porch_bus_transfer_set_state (bus, porch_transfer_state_to_string (porch_transfer_get_state (self->transfer)));
}

static gboolean
on_publish_timeout (gpointer data)
{
  PorchDaemonTransfer *self = data;

  self->publish_id = 0;
  publish (self);
  return G_SOURCE_REMOVE;
}

static void
on_transfer_notify (PorchTransfer *transfer, GParamSpec *pspec, PorchDaemonTransfer *self)
{
  gint64 wait = self->published + PUBLISH_INTERVAL_US - g_get_monotonic_time ();

  if (self->publish_id == 0)
    self->publish_id = g_timeout_add ((guint)(MAX (wait, 0) / 1000), on_publish_timeout, self);
}

static gboolean
handle_pause (PorchBusTransfer *bus, GDBusMethodInvocation *invocation)
{
  porch_transfer_pause (PORCH_DAEMON_TRANSFER (bus)->transfer);
  porch_bus_transfer_complete_pause (bus, invocation);
  return TRUE;
}

static gboolean
handle_resume (PorchBusTransfer *bus, GDBusMethodInvocation *invocation)
{
  porch_transfer_resume (PORCH_DAEMON_TRANSFER (bus)->transfer);
  porch_bus_transfer_complete_resume (bus, invocation);
  return TRUE;
}

static gboolean
handle_cancel (PorchBusTransfer *bus, GDBusMethodInvocation *invocation)
{
  porch_transfer_cancel (PORCH_DAEMON_TRANSFER (bus)->transfer);
  porch_bus_transfer_complete_cancel (bus, invocation);
  return TRUE;
}

static gboolean
handle_retry (PorchBusTransfer *bus, GDBusMethodInvocation *invocation)
{
  PorchDaemonTransfer *self = PORCH_DAEMON_TRANSFER (bus);
  g_autoptr (PorchDaemonTransfer) keep = g_object_ref (self); /* the object may go with the transfer */
  GError *error = NULL;
  PorchTransfer *next = porch_transfer_retry (porch_engine_get_transfers (self->engine), self->transfer, &error);
  g_autofree char *path = next != NULL ? porch_daemon_path_of_transfer (next) : NULL;

  if (next == NULL)
    return porch_daemon_reply_error (invocation, error);
  porch_bus_transfer_complete_retry (bus, invocation, path);
  return TRUE;
}

static gboolean
handle_check (PorchBusTransfer *bus, GDBusMethodInvocation *invocation)
{
  PorchDaemonTransfer *self = PORCH_DAEMON_TRANSFER (bus);
  GError *error = NULL;
  PorchTransfer *check = porch_transfer_queue_check (porch_engine_get_transfers (self->engine), self->transfer, &error);
  g_autofree char *path = check != NULL ? porch_daemon_path_of_transfer (check) : NULL;

  if (check == NULL)
    return porch_daemon_reply_error (invocation, error);
  porch_bus_transfer_complete_check (bus, invocation, path);
  return TRUE;
}

static gboolean
handle_clear (PorchBusTransfer *bus, GDBusMethodInvocation *invocation)
{
  PorchDaemonTransfer *self = PORCH_DAEMON_TRANSFER (bus);
  g_autoptr (PorchDaemonTransfer) keep = g_object_ref (self); /* the object goes with the transfer */

  if (porch_transfer_is_live (self->transfer))
    return porch_daemon_reply_error (invocation,
                                     g_error_new (PORCH_ERROR, PORCH_ERROR_BUSY, _ ("“%s” is not finished. Cancel it first."),
                                                  porch_transfer_get_title (self->transfer)));
  porch_transfer_queue_clear (porch_engine_get_transfers (self->engine), self->transfer);
  porch_bus_transfer_complete_clear (bus, invocation);
  return TRUE;
}

/* A send's code belongs to its offer. */
static gboolean
handle_confirm_code (PorchBusTransfer *bus, GDBusMethodInvocation *invocation, gboolean match)
{
  PorchDaemonTransfer *self = PORCH_DAEMON_TRANSFER (bus);
  PorchOfferBook *book = porch_engine_get_offers (self->engine);
  const char *id = porch_transfer_get_offer (self->transfer);
  gboolean incoming = porch_transfer_get_kind (self->transfer) == PORCH_TRANSFER_RECEIVE;
  PorchOffer *offer = id ? porch_offer_book_lookup (book, porch_transfer_get_peer (self->transfer), id, incoming) : NULL;
  GError *error = NULL;

  if (offer == NULL)
    g_set_error (&error, PORCH_ERROR, PORCH_ERROR_GONE, _ ("This transfer has no code to compare any more."));
  if (offer == NULL || !porch_offer_book_confirm_code (book, offer, match, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_bus_transfer_complete_confirm_code (bus, invocation);
  return TRUE;
}

static void
porch_daemon_transfer_dispose (GObject *object)
{
  PorchDaemonTransfer *self = PORCH_DAEMON_TRANSFER (object);

  g_clear_handle_id (&self->publish_id, g_source_remove);
  g_clear_object (&self->transfer);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (porch_daemon_transfer_parent_class)->dispose (object);
}

static void
porch_daemon_transfer_class_init (PorchDaemonTransferClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_daemon_transfer_dispose;
}

static void
porch_daemon_transfer_iface_init (PorchBusTransferIface *iface)
{
  iface->handle_pause = handle_pause;
  iface->handle_resume = handle_resume;
  iface->handle_cancel = handle_cancel;
  iface->handle_retry = handle_retry;
  iface->handle_check = handle_check;
  iface->handle_clear = handle_clear;
  iface->handle_confirm_code = handle_confirm_code;
}

static void
porch_daemon_transfer_init (PorchDaemonTransfer *self)
{
}

GDBusInterfaceSkeleton *
porch_daemon_transfer_new (PorchEngine *engine, PorchTransfer *transfer)
{
  PorchDaemonTransfer *self = g_object_new (PORCH_TYPE_DAEMON_TRANSFER, NULL);
  PorchBusTransfer *bus = PORCH_BUS_TRANSFER (self);
  g_autofree char *peer = porch_daemon_path_of_device (porch_transfer_get_peer (transfer));

  self->engine = g_object_ref (engine);
  self->transfer = g_object_ref (transfer);
  porch_bus_transfer_set_id (bus, porch_transfer_get_id (transfer));
  porch_bus_transfer_set_kind (bus, porch_transfer_kind_to_string (porch_transfer_get_kind (transfer)));
  porch_bus_transfer_set_peer (bus, peer);
  porch_bus_transfer_set_batch (bus, porch_transfer_get_batch (transfer) ? porch_transfer_get_batch (transfer) : "");
  porch_bus_transfer_set_hand_out (bus, porch_transfer_get_handout (transfer) ? porch_transfer_get_handout (transfer) : "");
  porch_bus_transfer_set_text (bus, porch_transfer_get_text (transfer) ? porch_transfer_get_text (transfer) : "");
  porch_bus_transfer_set_checking (bus, porch_transfer_get_check (transfer));
  porch_bus_transfer_set_created (bus, porch_transfer_get_created (transfer));
  publish (self);
  g_signal_connect_object (transfer, "notify", G_CALLBACK (on_transfer_notify), self, 0);
  return G_DBUS_INTERFACE_SKELETON (self);
}
