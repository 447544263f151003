/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-awake.h"

#include "share/porch-share.h"
#include "transfer/porch-transfer.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>
#include <unistd.h>

/* A pause between two files, or a short stall, is not the end. */
#define LINGER_SECONDS 5

struct _PorchDaemonAwake
{
  GObject parent;

  /* owned */
  GListModel *transfers, *shares;
  GDBusConnection *system; /* (nullable) until it is there */
  GCancellable *cancellable;

  int inhibitor; /* -1: none */
  gboolean asking;
  guint linger_id;
};

G_DEFINE_FINAL_TYPE (PorchDaemonAwake, porch_daemon_awake, G_TYPE_OBJECT)

static void update (PorchDaemonAwake *self);

static gboolean
transfer_moves (PorchTransfer *transfer)
{
  PorchTransferState state = porch_transfer_get_state (transfer);

  if (state == PORCH_TRANSFER_SETTLING)
    return TRUE;
  return state == PORCH_TRANSFER_RUNNING && porch_transfer_get_turn (transfer) == 0;
}

static gboolean
anything_moves (PorchDaemonAwake *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->transfers); i++)
    {
      g_autoptr (PorchTransfer) transfer = g_list_model_get_item (self->transfers, i);

      if (transfer_moves (transfer))
        return TRUE;
    }
  for (guint i = 0; i < g_list_model_get_n_items (self->shares); i++)
    {
      g_autoptr (PorchShare) share = g_list_model_get_item (self->shares, i);

      if (porch_share_get_uploads (share) > 0)
        return TRUE;
    }
  return FALSE;
}

static void
let_go (PorchDaemonAwake *self)
{
  g_clear_handle_id (&self->linger_id, g_source_remove);
  if (self->inhibitor >= 0)
    close (self->inhibitor);
  self->inhibitor = -1;
}

static gboolean
on_linger_over (gpointer data)
{
  PorchDaemonAwake *self = data;

  self->linger_id = 0;
  let_go (self);
  return G_SOURCE_REMOVE;
}

static void
on_inhibit_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchDaemonAwake) self = data;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &fds, result, &error);

  self->asking = FALSE;
  if (answer == NULL || fds == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_debug ("The computer may suspend during transfers: %s", error ? error->message : "no descriptor came");
      return;
    }
  self->inhibitor = g_unix_fd_list_get (fds, 0, NULL);
  if (g_cancellable_is_cancelled (self->cancellable))
    let_go (self);
  else
    update (self);
}

static void
ask (PorchDaemonAwake *self)
{
  if (self->asking || self->system == NULL)
    return;
  self->asking = TRUE;
  g_dbus_connection_call_with_unix_fd_list (
      self->system, "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "Inhibit",
      g_variant_new ("(ssss)", "sleep", "Porch", _ ("Files are being transferred"), "block"), G_VARIANT_TYPE ("(h)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, self->cancellable, on_inhibit_ready, g_object_ref (self));
}

static void
update (PorchDaemonAwake *self)
{
  if (anything_moves (self))
    {
      g_clear_handle_id (&self->linger_id, g_source_remove);
      if (self->inhibitor < 0)
        ask (self);
    }
  else if (self->inhibitor >= 0 && self->linger_id == 0)
    self->linger_id = g_timeout_add_seconds (LINGER_SECONDS, on_linger_over, self);
}

static void
on_item_notify (GObject *item, GParamSpec *pspec, PorchDaemonAwake *self)
{
  update (self);
}

static void
watch (PorchDaemonAwake *self, GListModel *model, guint position, guint count, const char *const *signals)
{
  for (guint i = position; i < position + count; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      for (guint k = 0; signals[k] != NULL; k++)
        g_signal_connect_object (item, signals[k], G_CALLBACK (on_item_notify), self, 0);
    }
  update (self);
}

static void
on_transfers_items_changed (GListModel *model, guint position, guint removed, guint added, PorchDaemonAwake *self)
{
  watch (self, model, position, added, (const char *const[]){ "notify::state", "notify::turn", NULL });
}

static void
on_shares_items_changed (GListModel *model, guint position, guint removed, guint added, PorchDaemonAwake *self)
{
  watch (self, model, position, added, (const char *const[]){ "notify::uploads", NULL });
}

static void
on_bus_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchDaemonAwake) self = data;
  g_autoptr (GError) error = NULL;

  self->system = g_bus_get_finish (result, &error);
  if (self->system == NULL)
    g_debug ("The computer may suspend during transfers: %s", error->message);
  else if (!g_cancellable_is_cancelled (self->cancellable))
    {
      g_dbus_connection_set_exit_on_close (self->system, FALSE);
      update (self);
    }
}

static void
porch_daemon_awake_dispose (GObject *object)
{
  PorchDaemonAwake *self = PORCH_DAEMON_AWAKE (object);

  g_cancellable_cancel (self->cancellable);
  let_go (self);
  g_clear_object (&self->transfers);
  g_clear_object (&self->shares);
  G_OBJECT_CLASS (porch_daemon_awake_parent_class)->dispose (object);
}

static void
porch_daemon_awake_finalize (GObject *object)
{
  PorchDaemonAwake *self = PORCH_DAEMON_AWAKE (object);

  g_clear_object (&self->system);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (porch_daemon_awake_parent_class)->finalize (object);
}

static void
porch_daemon_awake_class_init (PorchDaemonAwakeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_daemon_awake_dispose;
  G_OBJECT_CLASS (klass)->finalize = porch_daemon_awake_finalize;
}

static void
porch_daemon_awake_init (PorchDaemonAwake *self)
{
  self->inhibitor = -1;
  self->cancellable = g_cancellable_new ();
}

PorchDaemonAwake *
porch_daemon_awake_new (GListModel *transfers, GListModel *shares)
{
  PorchDaemonAwake *self = g_object_new (PORCH_TYPE_DAEMON_AWAKE, NULL);

  self->transfers = g_object_ref (transfers);
  self->shares = g_object_ref (shares);
  g_signal_connect_object (transfers, "items-changed", G_CALLBACK (on_transfers_items_changed), self, 0);
  g_signal_connect_object (shares, "items-changed", G_CALLBACK (on_shares_items_changed), self, 0);
  on_transfers_items_changed (transfers, 0, 0, g_list_model_get_n_items (transfers), self);
  on_shares_items_changed (shares, 0, 0, g_list_model_get_n_items (shares), self);
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_bus_ready, g_object_ref (self));
  return self;
}
