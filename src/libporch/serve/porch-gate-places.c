/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OPEN: who has proved a key gets one of the places that are for such as they are. */
#include "config.h"

#include "serve/porch-gate-private.h"

#define MAX_OPEN_UNKNOWN 64
#define MAX_OPEN_UNKNOWN_PER_ADDRESS 16
/* A trusted device holds one for each offer that waits, two for each transfer, one to look around. */
#define MAX_OPEN_PER_KNOWN_DEVICE 48
#define MAX_OPEN_PER_UNKNOWN_DEVICE 12

static void
on_stream_hung_up (gpointer data)
{
  PorchGateConnection *c = data;

  c->gate->funcs.hung_up (c, c->gate->data);
}

static void
on_stream_closed (gpointer data)
{
  PorchGateConnection *c = data;
  PorchGate *self = c->gate;

  porch_gate_connection_leave (c);
  self->funcs.closed (c, self->data);
  porch_gate_connection_free (c);
  porch_listeners_resume (self->listeners);
  porch_gate_pump (self);
}

/* @id (nullable): of this device; else of any stranger. */
static PorchGateConnection *
oldest_idle (PorchGate *self, const PorchDeviceId *id)
{
  for (GList *l = self->states[PORCH_GATE_OPEN].head; l != NULL; l = l->next)
    {
      PorchGateConnection *c = l->data;

      if (c->idle && (id != NULL ? porch_device_id_equal (&c->id, id) : !c->known))
        return c;
    }
  return NULL;
}

static guint
count_open (PorchGate *self, const PorchDeviceId *id)
{
  guint count = 0;

  for (GList *l = self->states[PORCH_GATE_OPEN].head; l != NULL; l = l->next)
    count += porch_device_id_equal (&((PorchGateConnection *)l->data)->id, id);
  return count;
}

gboolean
porch_gate_replace_idle (PorchGate *self, const PorchDeviceId *id)
{
  PorchGateConnection *idle = oldest_idle (self, id);

  if (idle != NULL)
    porch_gate_connection_cut (idle);
  return idle != NULL;
}

/* Keys are free, so all strangers together have one share of the places, and each of their addresses a part of that. */
static gboolean
has_place (PorchGate *self, PorchGateConnection *c)
{
  guint most = c->known ? MAX_OPEN_PER_KNOWN_DEVICE : MAX_OPEN_PER_UNKNOWN_DEVICE;

  if (count_open (self, &c->id) >= most && !porch_gate_replace_idle (self, &c->id))
    return FALSE;
  if (c->known)
    return TRUE;
  if (c->address->open_unknown >= MAX_OPEN_UNKNOWN_PER_ADDRESS)
    return FALSE;
  return self->open_unknown < MAX_OPEN_UNKNOWN || porch_gate_replace_idle (self, NULL);
}

/* So that its next connections have the reserve. The port is its client's, nobody listens there: 0. */
static void
note_familiar (PorchGateConnection *c)
{
  GInetAddress *host = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (c->remote));
  g_autoptr (GInetSocketAddress) address = G_INET_SOCKET_ADDRESS (g_inet_socket_address_new (host, 0));

  porch_trust_table_note_contact (c->gate->trust, &c->id, NULL, NULL, address);
}

void
porch_gate_open (PorchGateConnection *c)
{
  PorchGate *self = c->gate;
  PorchTrust trust;
  g_autoptr (GSocketAddress) local = NULL;

  if (!porch_tls_stream_get_id (c->stream, &c->id))
    {
      porch_gate_connection_drop (c);
      return;
    }
  trust = porch_trust_table_get (self->trust, &c->id);
  c->known = trust == PORCH_TRUST_TRUSTED;
  if (trust == PORCH_TRUST_BLOCKED || !has_place (self, c))
    {
      self->blocked += trust == PORCH_TRUST_BLOCKED;
      self->refused += trust != PORCH_TRUST_BLOCKED;
      porch_gate_connection_drop (c);
      return;
    }
  if (c->known)
    note_familiar (c);
  porch_gate_connection_leave (c);
  porch_gate_connection_enter (c, PORCH_GATE_OPEN, PORCH_GATE_SHAKE_SECONDS);
  porch_gate_connection_publish (c);
  porch_tls_stream_watch (c->stream, on_stream_hung_up, on_stream_closed, c);
  local = g_socket_get_local_address (c->socket, NULL);
  self->funcs.opened (c, G_IO_STREAM (c->stream), local, c->remote, self->data);
}
