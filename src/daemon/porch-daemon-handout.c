/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-handout.h"

#include "porch-daemon-paths.h"
#include "porch-daemon-reply.h"

struct _PorchDaemonHandout
{
  PorchBusHandOutSkeleton parent;

  PorchEngine *engine;   /* owned */
  PorchHandout *handout; /* owned */
};

static void porch_daemon_handout_iface_init (PorchBusHandOutIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchDaemonHandout, porch_daemon_handout, PORCH_BUS_TYPE_HAND_OUT_SKELETON,
                               G_IMPLEMENT_INTERFACE (PORCH_BUS_TYPE_HAND_OUT, porch_daemon_handout_iface_init))

static GVariant *
describe_receivers (PorchHandout *handout)
{
  GPtrArray *joiners = porch_handout_get_joiners (handout);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sssxx)"));
  for (guint i = 0; i < joiners->len; i++)
    {
      PorchJoiner *joiner = g_ptr_array_index (joiners, i);
      g_autofree char *id = porch_device_id_to_string (&joiner->id);

      g_variant_builder_add (&builder, "(sssxx)", id, joiner->name, porch_joiner_state_to_string (joiner->state), joiner->done,
                             joiner->state == PORCH_JOINER_NO_SPACE ? joiner->missing : 0);
    }
  return g_variant_builder_end (&builder);
}

static void
publish_contents (PorchDaemonHandout *self)
{
  PorchBusHandOut *bus = PORCH_BUS_HAND_OUT (self);
  PorchOffer *offer = porch_handout_get_offer (self->handout);
  const char *const none[] = { NULL };

  porch_bus_hand_out_set_files (bus, offer ? porch_offer_get_files (offer) : 0);
  porch_bus_hand_out_set_bytes (bus, offer ? porch_offer_get_bytes (offer) : 0);
  porch_bus_hand_out_set_names (bus, offer ? porch_offer_get_names (offer) : none);
}

static void
on_handout_changed (PorchHandout *handout, PorchDaemonHandout *self)
{
  PorchBusHandOut *bus = PORCH_BUS_HAND_OUT (self);
  const char *problem = porch_handout_get_problem (handout);

  publish_contents (self);
  porch_bus_hand_out_set_receivers (bus, describe_receivers (handout));
  porch_bus_hand_out_set_bytes_done (bus, porch_handout_get_bytes_done (handout));
  porch_bus_hand_out_set_bytes_total (bus, porch_handout_get_bytes_total (handout));
  porch_bus_hand_out_set_rate (bus, porch_handout_get_rate (handout));
  porch_bus_hand_out_set_time_left (bus, porch_handout_get_time_left (handout));
  porch_bus_hand_out_set_in_room (bus, porch_handout_is_in_room (handout));
  porch_bus_hand_out_set_error_message (bus, problem ? problem : "");
  porch_bus_hand_out_set_state (bus, porch_handout_state_to_string (porch_handout_get_state (handout)));
}

static gboolean
handle_end (PorchBusHandOut *bus, GDBusMethodInvocation *invocation)
{
  PorchDaemonHandout *self = PORCH_DAEMON_HANDOUT (bus);

  porch_handout_book_end (porch_engine_get_handouts (self->engine), self->handout);
  porch_bus_hand_out_complete_end (bus, invocation);
  return TRUE;
}

static gboolean
handle_send_again (PorchBusHandOut *bus, GDBusMethodInvocation *invocation)
{
  PorchDaemonHandout *self = PORCH_DAEMON_HANDOUT (bus);
  GError *error = NULL;
  g_autoptr (GPtrArray) transfers
      = porch_handout_book_send_again (porch_engine_get_handouts (self->engine), self->handout, &error);
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func (g_free);

  if (transfers == NULL)
    return porch_daemon_reply_error (invocation, error);
  for (guint i = 0; i < transfers->len; i++)
    g_ptr_array_add (objects, porch_daemon_path_of_transfer (g_ptr_array_index (transfers, i)));
  g_ptr_array_add (objects, NULL);
  porch_bus_hand_out_complete_send_again (bus, invocation, (const char *const *)objects->pdata);
  return TRUE;
}

static gboolean
handle_clear (PorchBusHandOut *bus, GDBusMethodInvocation *invocation)
{
  PorchDaemonHandout *self = PORCH_DAEMON_HANDOUT (bus);
  g_autoptr (PorchDaemonHandout) keep = g_object_ref (self); /* the object goes with the hand-out */
  GError *error = NULL;

  if (!porch_handout_book_clear (porch_engine_get_handouts (self->engine), self->handout, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_bus_hand_out_complete_clear (bus, invocation);
  return TRUE;
}

static void
porch_daemon_handout_dispose (GObject *object)
{
  PorchDaemonHandout *self = PORCH_DAEMON_HANDOUT (object);

  g_clear_object (&self->handout);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (porch_daemon_handout_parent_class)->dispose (object);
}

static void
porch_daemon_handout_class_init (PorchDaemonHandoutClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_daemon_handout_dispose;
}

static void
porch_daemon_handout_iface_init (PorchBusHandOutIface *iface)
{
  iface->handle_end = handle_end;
  iface->handle_send_again = handle_send_again;
  iface->handle_clear = handle_clear;
}

static void
porch_daemon_handout_init (PorchDaemonHandout *self)
{
}

GDBusInterfaceSkeleton *
porch_daemon_handout_new (PorchEngine *engine, PorchHandout *handout)
{
  PorchDaemonHandout *self = g_object_new (PORCH_TYPE_DAEMON_HANDOUT, NULL);
  PorchBusHandOut *bus = PORCH_BUS_HAND_OUT (self);

  self->engine = g_object_ref (engine);
  self->handout = g_object_ref (handout);
  porch_bus_hand_out_set_id (bus, porch_handout_get_id (handout));
  porch_bus_hand_out_set_title (bus, porch_handout_get_title (handout));
  porch_bus_hand_out_set_number (bus, porch_handout_get_number (handout));
  porch_bus_hand_out_set_created (bus, porch_handout_get_created (handout));
  on_handout_changed (handout, self);
  g_signal_connect_object (handout, "changed", G_CALLBACK (on_handout_changed), self, 0);
  return G_DBUS_INTERFACE_SKELETON (self);
}
