/* SPDX-License-Identifier: GPL-3.0-or-later */
/* READY and SHAKING: whose turn it is to have its handshake, and the handshake. */
#include "config.h"

#include "serve/porch-gate-private.h"

#define MAX_SHAKING 128
#define MAX_SHAKING_UNFAMILIAR 96
/* When others wait for its place, a handshake that is older than this gives way. */
#define SHAKE_PRESSURE_US (G_USEC_PER_SEC / 5)

/* Handshakes begun for unfamiliar addresses (at once at most PORCH_GATE_SHAKES_BURST): each costs about half a millisecond of
 * the main thread. */
#define SHAKES_PER_SECOND 200

static gboolean on_shaking (GSocket *socket, GIOCondition condition, gpointer data);

static void
shake (PorchGateConnection *c)
{
  PorchGate *self = c->gate;
  PorchTlsStep step = porch_tls_stream_handshake (c->stream);

  if (c->source != NULL)
    g_source_destroy (c->source);
  g_clear_pointer (&c->source, g_source_unref);
  switch (step)
    {
    case PORCH_TLS_WANTS_READ:
      c->source = porch_gate_connection_attach (c, G_IO_IN, on_shaking);
      return;
    case PORCH_TLS_WANTS_WRITE:
      c->source = porch_gate_connection_attach (c, G_IO_OUT, on_shaking);
      return;
    case PORCH_TLS_DONE:
      porch_gate_open (c);
      break;
    case PORCH_TLS_FAILED:
    default:
      porch_gate_connection_drop (c);
    }
  porch_gate_pump (self);
}

static gboolean
on_shaking (GSocket *socket, GIOCondition condition, gpointer data)
{
  shake (data);
  return G_SOURCE_REMOVE;
}

/* Whose turn it is */

static void
refill (PorchGate *self, gint64 now)
{
  self->tokens
      = MIN (PORCH_GATE_SHAKES_BURST, self->tokens + (now - self->tokens_at) * (double)SHAKES_PER_SECOND / G_USEC_PER_SEC);
  self->tokens_at = now;
}

/* Drops the oldest handshake of @address, or of any stranger, if it has had enough time. */
static gboolean
drop_oldest_shaking (PorchGate *self, PorchGateAddress *address, gint64 now)
{
  for (GList *l = self->states[PORCH_GATE_SHAKING].head; l != NULL; l = l->next)
    {
      PorchGateConnection *oldest = l->data;

      if (address != NULL ? oldest->address != address : !oldest->stranger)
        continue;
      if (oldest->began + SHAKE_PRESSURE_US > now)
        {
          porch_gate_arm (self, oldest->began + SHAKE_PRESSURE_US);
          return FALSE;
        }
      porch_gate_connection_drop (oldest);
      return TRUE;
    }
  return FALSE;
}

static gboolean
may_shake (PorchGate *self, PorchGateAddress *address, gint64 now)
{
  if (!address->familiar && self->tokens < 1)
    {
      porch_gate_arm (self, now + G_USEC_PER_SEC / SHAKES_PER_SECOND);
      return FALSE;
    }
  if (address->shaking >= PORCH_GATE_MAX_PER_ADDRESS && !drop_oldest_shaking (self, address, now))
    return FALSE;
  if (!address->familiar && self->shaking_unfamiliar >= MAX_SHAKING_UNFAMILIAR && !drop_oldest_shaking (self, NULL, now))
    return FALSE;
  return self->states[PORCH_GATE_SHAKING].length < MAX_SHAKING;
}

/* Familiar addresses first, then in turn: one connection of an address, then it goes to the end of the line. Who comes anew,
 * and the newest of an address, is served first: in a crowd the oldest are those that stall or have given up. */
static PorchGateConnection *
next_in_turn (PorchGate *self, gint64 now)
{
  for (int familiar = TRUE; familiar >= FALSE; familiar--)
    for (GList *l = self->turns.head; l != NULL; l = l->next)
      {
        PorchGateAddress *address = l->data;

        if (address->familiar != familiar || !may_shake (self, address, now))
          continue;
        g_queue_unlink (&self->turns, l);
        g_queue_push_tail_link (&self->turns, l);
        return address->ready.tail->data;
      }
  return NULL;
}

void
porch_gate_pump (PorchGate *self)
{
  gint64 now = g_get_monotonic_time ();
  PorchGateConnection *c;

  refill (self, now);
  while ((c = next_in_turn (self, now)) != NULL)
    {
      self->tokens -= !c->address->familiar;
      porch_gate_connection_leave (c);
      c->stream = porch_tls_stream_new (c->socket, self->credentials);
      porch_gate_connection_enter (c, PORCH_GATE_SHAKING, PORCH_GATE_SHAKE_SECONDS);
      /* From the main loop, so that a burst of handshakes lets other sources in between. */
      c->source = porch_gate_connection_attach (c, G_IO_IN, on_shaking);
    }
}
