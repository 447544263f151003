/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-pairing.h"

#include "porch-daemon-paths.h"

struct _PorchDaemonPairing
{
  PorchBusPairingSkeleton parent;

  PorchEngine *engine;   /* owned */
  PorchPairing *pairing; /* owned */
};

static void porch_daemon_pairing_iface_init (PorchBusPairingIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchDaemonPairing, porch_daemon_pairing, PORCH_BUS_TYPE_PAIRING_SKELETON,
                               G_IMPLEMENT_INTERFACE (PORCH_BUS_TYPE_PAIRING, porch_daemon_pairing_iface_init))

static const char *
state_to_string (PorchPairingState state)
{
  switch (state)
    {
    case PORCH_PAIRING_STARTING:
      return "starting";
    case PORCH_PAIRING_COMPARING:
      return "comparing";
    case PORCH_PAIRING_WAITING:
      return "waiting";
    case PORCH_PAIRING_DONE:
      return "done";
    case PORCH_PAIRING_MISMATCH:
      return "mismatch";
    case PORCH_PAIRING_FAILED:
    default:
      return "failed";
    }
}

static void
on_pairing_notify (PorchPairing *pairing, GParamSpec *pspec, PorchDaemonPairing *self)
{
  PorchBusPairing *bus = PORCH_BUS_PAIRING (self);
  const GError *error = porch_pairing_get_error (pairing);
  const char *code = porch_pairing_get_code (pairing);
  g_autofree char *name = porch_daemon_path_dup_peer_name (self->engine, porch_pairing_get_peer (pairing));

  porch_bus_pairing_set_peer_name (bus, name);
  porch_bus_pairing_set_code (bus, code ? code : "");
  porch_bus_pairing_set_error_message (bus, error ? error->message : "");
  porch_bus_pairing_set_state (bus, state_to_string (porch_pairing_get_state (pairing)));
}

static gboolean
handle_confirm (PorchBusPairing *bus, GDBusMethodInvocation *invocation, gboolean match)
{
  porch_pairing_confirm (PORCH_DAEMON_PAIRING (bus)->pairing, match);
  porch_bus_pairing_complete_confirm (bus, invocation);
  return TRUE;
}

static gboolean
handle_cancel (PorchBusPairing *bus, GDBusMethodInvocation *invocation)
{
  porch_pairing_cancel (PORCH_DAEMON_PAIRING (bus)->pairing);
  porch_bus_pairing_complete_cancel (bus, invocation);
  return TRUE;
}

static void
porch_daemon_pairing_dispose (GObject *object)
{
  PorchDaemonPairing *self = PORCH_DAEMON_PAIRING (object);

  g_clear_object (&self->pairing);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (porch_daemon_pairing_parent_class)->dispose (object);
}

static void
porch_daemon_pairing_class_init (PorchDaemonPairingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_daemon_pairing_dispose;
}

static void
porch_daemon_pairing_iface_init (PorchBusPairingIface *iface)
{
  iface->handle_confirm = handle_confirm;
  iface->handle_cancel = handle_cancel;
}

static void
porch_daemon_pairing_init (PorchDaemonPairing *self)
{
}

GDBusInterfaceSkeleton *
porch_daemon_pairing_new (PorchEngine *engine, PorchPairing *pairing)
{
  PorchDaemonPairing *self = g_object_new (PORCH_TYPE_DAEMON_PAIRING, NULL);
  g_autofree char *peer = porch_daemon_path_of_device (porch_pairing_get_peer (pairing));

  self->engine = g_object_ref (engine);
  self->pairing = g_object_ref (pairing);
  porch_bus_pairing_set_peer (PORCH_BUS_PAIRING (self), peer);
  porch_bus_pairing_set_initiator (PORCH_BUS_PAIRING (self), porch_pairing_is_initiator (pairing));
  g_signal_connect_object (pairing, "notify", G_CALLBACK (on_pairing_notify), self, 0);
  on_pairing_notify (pairing, NULL, self);
  return G_DBUS_INTERFACE_SKELETON (self);
}
