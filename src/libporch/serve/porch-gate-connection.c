/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "serve/porch-gate-private.h"

#include "discovery/porch-address-book.h"

static GQuark
connection_quark (void)
{
  return g_quark_from_static_string ("porch-gate-connection");
}

/* One per IPv4 address and interface, one per IPv6 address and scope. */
static char *
address_key (GInetSocketAddress *remote)
{
  g_autofree char *text = g_inet_address_to_string (g_inet_socket_address_get_address (remote));

  return g_strdup_printf ("%s%%%u", text, porch_address_get_scope (remote));
}

static PorchGateAddress *
take_address (PorchGate *self, GSocketAddress *remote)
{
  g_autofree char *key = address_key (G_INET_SOCKET_ADDRESS (remote));
  PorchGateAddress *address = g_hash_table_lookup (self->addresses, key);

  if (address == NULL)
    {
      address = g_new0 (PorchGateAddress, 1);
      address->key = g_steal_pointer (&key);
      g_queue_init (&address->ready);
      g_hash_table_insert (self->addresses, address->key, address);
    }
  address->familiar
      = porch_trust_table_is_familiar_address (self->trust, g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)));
  address->connections++;
  return address;
}

static void
release_address (PorchGate *self, PorchGateAddress *address)
{
  if (--address->connections == 0)
    g_hash_table_remove (self->addresses, address->key);
}

void
porch_gate_address_free (gpointer data)
{
  PorchGateAddress *address = data;

  g_free (address->key);
  g_free (address);
}

void
porch_gate_connection_leave (PorchGateConnection *c)
{
  PorchGate *self = c->gate;

  g_queue_unlink (&self->states[c->state], &c->link);
  if (c->source != NULL)
    g_source_destroy (c->source);
  g_clear_pointer (&c->source, g_source_unref);
  if (c->state == PORCH_GATE_READY)
    {
      g_queue_unlink (&c->address->ready, &c->ready_link);
      if (c->address->ready.length == 0)
        g_queue_remove (&self->turns, c->address);
    }
  else if (c->state == PORCH_GATE_SHAKING)
    {
      c->address->shaking--;
      self->shaking_unfamiliar -= c->stranger;
    }
  else if (c->state == PORCH_GATE_OPEN && !c->known)
    {
      c->address->open_unknown--;
      self->open_unknown--;
    }
}

void
porch_gate_connection_enter (PorchGateConnection *c, PorchGateState state, guint seconds)
{
  PorchGate *self = c->gate;

  c->state = state;
  c->began = g_get_monotonic_time ();
  c->deadline = c->began + seconds * G_USEC_PER_SEC;
  g_queue_push_tail_link (&self->states[state], &c->link);
  porch_gate_arm (self, c->deadline);
  if (state == PORCH_GATE_READY)
    {
      if (c->address->ready.length == 0)
        g_queue_push_head (&self->turns, c->address);
      g_queue_push_tail_link (&c->address->ready, &c->ready_link);
    }
  else if (state == PORCH_GATE_SHAKING)
    {
      c->stranger = !c->address->familiar;
      c->address->shaking++;
      self->shaking_unfamiliar += c->stranger;
    }
  else if (state == PORCH_GATE_OPEN && !c->known)
    {
      c->address->open_unknown++;
      self->open_unknown++;
    }
}

void
porch_gate_connection_free (PorchGateConnection *c)
{
  g_object_set_qdata (G_OBJECT (c->remote), connection_quark (), NULL);
  release_address (c->gate, c->address);
  g_clear_object (&c->stream);
  g_object_unref (c->remote);
  g_object_unref (c->socket);
  g_free (c);
}

void
porch_gate_connection_drop (PorchGateConnection *c)
{
  PorchGate *self = c->gate;

  porch_gate_connection_leave (c);
  if (c->stream != NULL)
    g_io_stream_close (G_IO_STREAM (c->stream), NULL, NULL);
  else
    g_socket_close (c->socket, NULL);
  porch_gate_connection_free (c);
  self->dropped++;
  porch_listeners_resume (self->listeners);
}

GSource *
porch_gate_connection_attach (PorchGateConnection *c, GIOCondition condition, GSocketSourceFunc func)
{
  GSource *source = g_socket_create_source (c->socket, condition, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (func), c, NULL);
  g_source_attach (source, NULL);
  return source;
}

PorchGateConnection *
porch_gate_connection_new (PorchGate *gate, GSocket *socket, GSocketAddress *remote, guint seconds)
{
  PorchGateConnection *self = g_new0 (PorchGateConnection, 1);

  self->link.data = self->ready_link.data = self;
  self->gate = gate;
  self->socket = g_object_ref (socket);
  self->remote = remote;
  self->address = take_address (gate, remote);
  porch_gate_connection_enter (self, PORCH_GATE_WAITING, seconds);
  return self;
}

void
porch_gate_connection_publish (PorchGateConnection *self)
{
  g_object_set_qdata (G_OBJECT (self->remote), connection_quark (), self);
}

/* ---- one connection, for the server ---- */

PorchGateConnection *
porch_gate_connection_of (GSocketAddress *remote)
{
  return remote != NULL ? g_object_get_qdata (G_OBJECT (remote), connection_quark ()) : NULL;
}

const PorchDeviceId *
porch_gate_connection_get_id (PorchGateConnection *self)
{
  return &self->id;
}

GSocketAddress *
porch_gate_connection_get_remote (PorchGateConnection *self)
{
  return self->remote;
}

PorchTlsStream *
porch_gate_connection_get_stream (PorchGateConnection *self)
{
  return self->stream;
}

void
porch_gate_connection_cut (PorchGateConnection *self)
{
  self->idle = FALSE;
  porch_tls_stream_cut (self->stream);
}

void
porch_gate_connection_set_deadline (PorchGateConnection *self, guint seconds, gboolean progress, gboolean idle)
{
  self->deadline = seconds > 0 ? g_get_monotonic_time () + seconds * G_USEC_PER_SEC : 0;
  self->progress = progress ? seconds : 0;
  self->idle = idle;
  porch_gate_arm (self->gate, self->deadline);
}

void
porch_gate_connection_set_data (PorchGateConnection *self, gpointer data)
{
  self->data = data;
}

gpointer
porch_gate_connection_get_data (PorchGateConnection *self)
{
  return self->data;
}
