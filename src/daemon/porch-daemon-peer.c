/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-peer.h"

#include "porch-bus-error.h"
#include "porch-daemon-dict.h"
#include "porch-daemon-reply.h"
#include "porch-error.h"
#include "share/porch-path.h"

#include <glib/gi18n.h>

/* How often a card is brought up to date. */
#define ASK_FOLDERS (60 * G_TIME_SPAN_SECOND)

struct _PorchDaemonPeer
{
  PorchBusPeerSkeleton parent;

  PorchEngine *engine; /* owned */
  PorchPeer *peer;     /* owned */

  GCancellable *asking; /* owned (nullable): it is being asked for its folders */
  gint64 asked;         /* monotonic; 0: not since it came */
};

static void porch_daemon_peer_iface_init (PorchBusPeerIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchDaemonPeer, porch_daemon_peer, PORCH_BUS_TYPE_PEER_SKELETON,
                               G_IMPLEMENT_INTERFACE (PORCH_BUS_TYPE_PEER, porch_daemon_peer_iface_init))

static void
sync_accepts (PorchDaemonPeer *self, const PorchDeviceId *id)
{
  g_autoptr (PorchDeviceRecord) record = id ? porch_trust_table_lookup (porch_engine_get_trust (self->engine), id) : NULL;

  porch_bus_peer_set_accepts (PORCH_BUS_PEER (self), record ? record->accepts : 0);
  porch_bus_peer_set_auto_accept (PORCH_BUS_PEER (self), record && record->auto_accept);
  porch_bus_peer_set_remembered (PORCH_BUS_PEER (self), record != NULL);
}

static void
on_list_shares_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchDaemonPeer) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) shares = porch_engine_list_shares_finish (PORCH_ENGINE (source), result, &error);

  /* The peer has noted the number; without an answer the last one holds, and the next minute brings another try. */
  if (shares == NULL)
    g_debug ("no list of shares from %s: %s", porch_peer_get_key (self->peer), error->message);
  if (g_task_get_cancellable (G_TASK (result)) == self->asking)
    g_clear_object (&self->asking);
}

static void
stop_asking (PorchDaemonPeer *self)
{
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  self->asked = 0;
}

/* Every answer to the question of presence comes by here (last-seen), so no clock of its own is needed. Only a trusted device
 * is asked: the question shows our certificate. */
static void
ask_folders (PorchDaemonPeer *self)
{
  gint64 now = g_get_monotonic_time ();

  if (porch_peer_get_trust (self->peer) != PORCH_TRUST_TRUSTED || !porch_peer_get_online (self->peer)
      || !porch_peer_list_get_watched (porch_engine_get_peers (self->engine)))
    {
      stop_asking (self);
      return;
    }
  if (self->asking != NULL || (self->asked != 0 && now - self->asked < ASK_FOLDERS))
    return;
  self->asked = now;
  self->asking = g_cancellable_new ();
  porch_engine_list_shares_async (self->engine, self->peer, self->asking, on_list_shares_ready, g_object_ref (self));
}

static int
folders_to_tell (PorchPeer *peer)
{
  return porch_peer_get_trust (peer) == PORCH_TRUST_TRUSTED ? porch_peer_get_folders (peer) : -1;
}

/* The skeleton tells the bus only what really changed, once for each turn of the main loop. */
static void
on_peer_notify (PorchPeer *peer, GParamSpec *pspec, PorchDaemonPeer *self)
{
  PorchBusPeer *bus = PORCH_BUS_PEER (self);
  const PorchDeviceId *id = porch_peer_get_id (peer);
  g_autofree char *whole = id ? porch_device_id_to_string (id) : g_strdup (porch_peer_get_key (peer));
  const char *chassis = porch_peer_get_chassis (peer);
  g_auto (GStrv) addresses = porch_peer_dup_address_strings (peer);

  porch_bus_peer_set_id (bus, whole);
  porch_bus_peer_set_name (bus, porch_peer_get_name (peer));
  porch_bus_peer_set_chassis (bus, chassis ? chassis : "other");
  porch_bus_peer_set_trust (bus, porch_daemon_trust_to_string (porch_peer_get_trust (peer)));
  porch_bus_peer_set_online (bus, porch_peer_get_online (peer));
  porch_bus_peer_set_last_seen (bus, porch_peer_get_last_seen (peer));
  porch_bus_peer_set_name_clash (bus, porch_peer_get_name_clash (peer));
  porch_bus_peer_set_addresses (bus, (const char *const *)addresses);
  porch_bus_peer_set_folders (bus, folders_to_tell (peer));
  porch_bus_peer_set_limit_up (bus, id ? porch_limiter_get (porch_engine_get_limiter (self->engine), id, PORCH_UP) : 0);
  porch_bus_peer_set_limit_down (bus, id ? porch_limiter_get (porch_engine_get_limiter (self->engine), id, PORCH_DOWN) : 0);
  sync_accepts (self, id);
  ask_folders (self);
}

static void
on_trust_changed (PorchTrustTable *trust, const PorchDeviceId *id, PorchDaemonPeer *self)
{
  const PorchDeviceId *own = porch_peer_get_id (self->peer);

  if (own != NULL && porch_device_id_equal (id, own))
    sync_accepts (self, own);
}

static const PorchDeviceId *
get_proved_id (PorchDaemonPeer *self, GError **error)
{
  const PorchDeviceId *id = porch_peer_get_id (self->peer);

  if (id == NULL)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_UNVERIFIED,
                 _ ("Porch has not yet verified which device “%s” is. Try again when it can be reached, and compare its id."),
                 porch_peer_get_name (self->peer));
  return id;
}

static gboolean
set_trust (PorchDaemonPeer *self, PorchTrust trust, GError **error)
{
  const PorchDeviceId *id = get_proved_id (self, error);

  return id != NULL && porch_engine_set_trust (self->engine, id, trust, error);
}

static gboolean
handle_trust (PorchBusPeer *bus, GDBusMethodInvocation *invocation)
{
  GError *error = NULL;

  if (!set_trust (PORCH_DAEMON_PEER (bus), PORCH_TRUST_TRUSTED, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_bus_peer_complete_make_trusted (bus, invocation);
  return TRUE;
}

/* Takes back what was given; a device that is blocked stays blocked. */
static gboolean
handle_untrust (PorchBusPeer *bus, GDBusMethodInvocation *invocation)
{
  PorchDaemonPeer *self = PORCH_DAEMON_PEER (bus);
  GError *error = NULL;

  if (porch_peer_get_trust (self->peer) == PORCH_TRUST_TRUSTED && !set_trust (self, PORCH_TRUST_UNKNOWN, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_bus_peer_complete_untrust (bus, invocation);
  return TRUE;
}

static gboolean
handle_block (PorchBusPeer *bus, GDBusMethodInvocation *invocation)
{
  GError *error = NULL;

  if (!set_trust (PORCH_DAEMON_PEER (bus), PORCH_TRUST_BLOCKED, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_bus_peer_complete_block (bus, invocation);
  return TRUE;
}

static gboolean
handle_unblock (PorchBusPeer *bus, GDBusMethodInvocation *invocation)
{
  PorchDaemonPeer *self = PORCH_DAEMON_PEER (bus);
  GError *error = NULL;

  if (porch_peer_get_trust (self->peer) == PORCH_TRUST_BLOCKED && !set_trust (self, PORCH_TRUST_UNKNOWN, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_bus_peer_complete_unblock (bus, invocation);
  return TRUE;
}

static gboolean
handle_forget (PorchBusPeer *bus, GDBusMethodInvocation *invocation)
{
  g_autoptr (PorchDaemonPeer) self = g_object_ref (PORCH_DAEMON_PEER (bus)); /* the object may go with the peer */
  GError *error = NULL;

  if (!porch_engine_forget (self->engine, self->peer, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_bus_peer_complete_forget (bus, invocation);
  return TRUE;
}

static gboolean
handle_rename (PorchBusPeer *bus, GDBusMethodInvocation *invocation, const char *label)
{
  PorchDaemonPeer *self = PORCH_DAEMON_PEER (bus);
  GError *error = NULL;
  const PorchDeviceId *id = get_proved_id (self, &error);

  if (id == NULL || (*label && !porch_label_check (label, &error))
      || !porch_trust_table_set_label (porch_engine_get_trust (self->engine), id, *label ? label : NULL, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_bus_peer_complete_rename (bus, invocation);
  return TRUE;
}

static gboolean
handle_set_auto_accept (PorchBusPeer *bus, GDBusMethodInvocation *invocation, gboolean accept)
{
  PorchDaemonPeer *self = PORCH_DAEMON_PEER (bus);
  GError *error = NULL;
  const PorchDeviceId *id = get_proved_id (self, &error);

  if (id == NULL || !porch_trust_table_set_auto_accept (porch_engine_get_trust (self->engine), id, accept, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_bus_peer_complete_set_auto_accept (bus, invocation);
  return TRUE;
}

typedef struct
{
  PorchDaemonPeer *self;
  GDBusMethodInvocation *invocation;
} VerifyCall;

static void
on_prove_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  VerifyCall *call = data;
  GError *error = NULL;
  const PorchDeviceId *id = NULL;

  if (porch_peer_list_prove_finish (PORCH_PEER_LIST (source), result, &error))
    id = get_proved_id (call->self, &error);
  if (id != NULL)
    {
      g_autofree char *whole = porch_device_id_to_string (id);
      porch_bus_peer_complete_verify (PORCH_BUS_PEER (call->self), call->invocation, whole);
    }
  else
    porch_daemon_reply_error (call->invocation, error);
  g_object_unref (call->self);
  g_free (call);
}

static gboolean
handle_verify (PorchBusPeer *bus, GDBusMethodInvocation *invocation)
{
  PorchDaemonPeer *self = PORCH_DAEMON_PEER (bus);
  VerifyCall *call = g_new0 (VerifyCall, 1);

  call->self = g_object_ref (self);
  call->invocation = invocation;
  porch_peer_list_prove_async (porch_engine_get_peers (self->engine), self->peer, NULL, on_prove_ready, call);
  return TRUE;
}

/* The generated one would take any value and could not refuse. GDBus has checked the type. */
static gboolean
set_property_from_bus (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
                       const char *property, GVariant *value, GError **error, gpointer data)
{
  PorchDaemonPeer *self = PORCH_DAEMON_PEER (data);
  PorchDirection direction = g_str_equal (property, "LimitUp") ? PORCH_UP : PORCH_DOWN;
  GError *refused = NULL;
  const PorchDeviceId *id = get_proved_id (self, &refused);

  if (id != NULL && porch_engine_set_limit (self->engine, id, direction, g_variant_get_int64 (value), &refused))
    {
      on_peer_notify (self->peer, NULL, self);
      return TRUE;
    }
  g_propagate_error (error, porch_bus_error_translate (refused));
  g_error_free (refused);
  return FALSE;
}

static GDBusInterfaceVTable *
porch_daemon_peer_get_vtable (GDBusInterfaceSkeleton *skeleton)
{
  static GDBusInterfaceVTable vtable;

  if (vtable.method_call == NULL)
    {
      vtable = *G_DBUS_INTERFACE_SKELETON_CLASS (porch_daemon_peer_parent_class)->get_vtable (skeleton);
      vtable.set_property = set_property_from_bus;
    }
  return &vtable;
}

static void
porch_daemon_peer_dispose (GObject *object)
{
  PorchDaemonPeer *self = PORCH_DAEMON_PEER (object);

  stop_asking (self);
  g_clear_object (&self->peer);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (porch_daemon_peer_parent_class)->dispose (object);
}

static void
porch_daemon_peer_class_init (PorchDaemonPeerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_daemon_peer_dispose;
  G_DBUS_INTERFACE_SKELETON_CLASS (klass)->get_vtable = porch_daemon_peer_get_vtable;
}

static void
porch_daemon_peer_iface_init (PorchBusPeerIface *iface)
{
  iface->handle_make_trusted = handle_trust;
  iface->handle_untrust = handle_untrust;
  iface->handle_block = handle_block;
  iface->handle_unblock = handle_unblock;
  iface->handle_forget = handle_forget;
  iface->handle_rename = handle_rename;
  iface->handle_set_auto_accept = handle_set_auto_accept;
  iface->handle_verify = handle_verify;
}

static void
porch_daemon_peer_init (PorchDaemonPeer *self)
{
}

GDBusInterfaceSkeleton *
porch_daemon_peer_new (PorchEngine *engine, PorchPeer *peer)
{
  PorchDaemonPeer *self = g_object_new (PORCH_TYPE_DAEMON_PEER, NULL);

  self->engine = g_object_ref (engine);
  self->peer = g_object_ref (peer);
  g_signal_connect_object (peer, "notify", G_CALLBACK (on_peer_notify), self, 0);
  g_signal_connect_object (porch_engine_get_peers (engine), "notify::watched", G_CALLBACK (ask_folders), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (porch_engine_get_trust (engine), "changed", G_CALLBACK (on_trust_changed), self, 0);
  on_peer_notify (peer, NULL, self);
  return G_DBUS_INTERFACE_SKELETON (self);
}
