/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "serve/porch-gate-private.h"

#include <sys/socket.h>

#include "wire/porch-farewell.h"

#define MAX_CONNECTIONS 384 /* in all states together */
#define MAX_WAITING 256

#define HELLO_SECONDS 5
#define TURN_SECONDS 5

#define RECORD_HEADER 5
#define MAX_HELLO 8192

G_DEFINE_FINAL_TYPE (PorchGate, porch_gate, G_TYPE_OBJECT)

/* WAITING */

/* The bytes of a whole first record; 0: this is no TLS. */
static gsize
hello_length (const guint8 header[RECORD_HEADER])
{
  gsize length = header[3] * 256u + header[4];

  return header[0] == 22 && header[1] == 3 && length >= 4 && length <= MAX_HELLO ? RECORD_HEADER + length : 0;
}

static gboolean
on_waiting (GSocket *socket, GIOCondition condition, gpointer data)
{
  PorchGateConnection *c = data;
  PorchGate *self = c->gate;
  guint8 bytes[RECORD_HEADER + MAX_HELLO];
  gssize n = recv (g_socket_get_fd (socket), bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
  gsize needed = n >= RECORD_HEADER ? hello_length (bytes) : RECORD_HEADER;

  if (n >= RECORD_HEADER && porch_farewell_is (bytes) && self->funcs.farewell != NULL)
    self->funcs.farewell (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (c->remote)), self->data);
  /* The low-water mark keeps poll() quiet until enough is there, so what is short here will stay short. */
  if (n <= 0 || needed == 0 || n < RECORD_HEADER || (condition & (G_IO_HUP | G_IO_ERR)) != 0)
    porch_gate_connection_drop (c);
  else if ((gsize)n < needed)
    {
      if (g_socket_set_option (socket, SOL_SOCKET, SO_RCVLOWAT, (int)needed, NULL))
        return G_SOURCE_CONTINUE;
      porch_gate_connection_drop (c);
    }
  else
    {
      if (c->address->ready.length >= PORCH_GATE_MAX_PER_ADDRESS)
        porch_gate_connection_drop (c->address->ready.head->data);
      g_socket_set_option (socket, SOL_SOCKET, SO_RCVLOWAT, 1, NULL);
      porch_gate_connection_leave (c);
      porch_gate_connection_enter (c, PORCH_GATE_READY, TURN_SECONDS);
    }
  porch_gate_pump (self);
  return G_SOURCE_REMOVE;
}

/* Accepting */

static guint
count_all (PorchGate *self)
{
  guint count = 0;

  for (guint i = 0; i < PORCH_GATE_N_STATES; i++)
    count += self->states[i].length;
  return count;
}

/* Whoever has proved nothing gives way first. */
static gboolean
make_room (PorchGate *self)
{
  for (PorchGateState state = PORCH_GATE_WAITING; state <= PORCH_GATE_READY; state++)
    if (self->states[state].length > 0)
      {
        porch_gate_connection_drop (self->states[state].head->data);
        return TRUE;
      }
  porch_gate_replace_idle (self, NULL);
  return FALSE;
}

static gboolean
has_room (gpointer data)
{
  PorchGate *self = data;

  return count_all (self) < MAX_CONNECTIONS || make_room (self);
}

static void
on_exhausted (gpointer data)
{
  make_room (data);
}

static void
on_accepted (GSocket *socket, gpointer data)
{
  PorchGate *self = data;
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (socket, NULL);
  PorchGateConnection *c;

  if (!G_IS_INET_SOCKET_ADDRESS (remote))
    return;
  if (self->states[PORCH_GATE_WAITING].length >= MAX_WAITING)
    porch_gate_connection_drop (self->states[PORCH_GATE_WAITING].head->data);
  self->accepted++;
  c = porch_gate_connection_new (self, socket, g_steal_pointer (&remote), HELLO_SECONDS);
  g_socket_set_option (socket, SOL_SOCKET, SO_RCVLOWAT, RECORD_HEADER, NULL);
  c->source = porch_gate_connection_attach (c, G_IO_IN, on_waiting);
}

static const PorchListenersFuncs listeners_funcs = { has_room, on_accepted, on_exhausted };

/* Deadlines */

void
porch_gate_arm (PorchGate *self, gint64 when)
{
  if (when == 0 || (self->timer_at != 0 && self->timer_at <= when))
    return;
  self->timer_at = when;
  g_source_set_ready_time (self->timer, when);
}

/* When the deadline of an OPEN connection really is, seen what went through since. */
static gint64
open_deadline (PorchGateConnection *c)
{
  gint64 moved;

  if (c->deadline == 0 || c->progress == 0)
    return c->deadline;
  moved = porch_tls_stream_get_last_io (c->stream) + c->progress * G_USEC_PER_SEC;
  return MAX (c->deadline, moved);
}

static void
expire (PorchGateConnection *c)
{
  if (c->state != PORCH_GATE_OPEN)
    {
      porch_gate_connection_drop (c);
      return;
    }
  c->deadline = 0;
  porch_gate_connection_cut (c);
}

static gboolean
timer_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

static gboolean
on_timer (gpointer data)
{
  PorchGate *self = data;
  gint64 now = g_get_monotonic_time ();

  self->timer_at = 0;
  g_source_set_ready_time (self->timer, -1);
  for (guint i = 0; i < PORCH_GATE_N_STATES; i++)
    for (GList *l = self->states[i].head, *next; l != NULL; l = next)
      {
        PorchGateConnection *c = l->data;

        next = l->next;
        c->deadline = i == PORCH_GATE_OPEN ? open_deadline (c) : c->deadline;
        if (c->deadline != 0 && c->deadline <= now)
          expire (c);
        else
          porch_gate_arm (self, c->deadline);
      }
  porch_gate_pump (self);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs timer_funcs = { .dispatch = timer_dispatch };

/* The object */

/* The gate goes before SoupServer has closed it. */
static void
porch_gate_abandon (PorchGateConnection *c)
{
  porch_tls_stream_watch (c->stream, NULL, NULL, NULL);
  porch_gate_connection_leave (c);
  porch_gate_connection_free (c);
}

static void
porch_gate_finalize (GObject *object)
{
  PorchGate *self = PORCH_GATE (object);

  porch_gate_stop (self);
  while (self->states[PORCH_GATE_OPEN].length > 0)
    porch_gate_abandon (self->states[PORCH_GATE_OPEN].head->data);
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_clear_pointer (&self->listeners, porch_listeners_free);
  g_clear_pointer (&self->addresses, g_hash_table_unref);
  g_clear_pointer (&self->credentials, porch_tls_credentials_unref);
  g_clear_object (&self->trust);
  G_OBJECT_CLASS (porch_gate_parent_class)->finalize (object);
}

static void
porch_gate_class_init (PorchGateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_gate_finalize;
}

static void
porch_gate_init (PorchGate *self)
{
  for (guint i = 0; i < PORCH_GATE_N_STATES; i++)
    g_queue_init (&self->states[i]);
  g_queue_init (&self->turns);
  self->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, porch_gate_address_free);
  self->listeners = porch_listeners_new (&listeners_funcs, self);
  self->tokens = PORCH_GATE_SHAKES_BURST;
  self->tokens_at = g_get_monotonic_time ();
  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_static_name (self->timer, "porch-gate-timer");
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_set_ready_time (self->timer, -1);
  g_source_attach (self->timer, NULL);
}

/**
 * porch_gate_new:
 * @funcs: copied
 */
PorchGate *
porch_gate_new (PorchIdentity *identity, PorchTrustTable *trust, const PorchGateFuncs *funcs, gpointer data, GError **error)
{
  g_autoptr (PorchGate) self = g_object_new (PORCH_TYPE_GATE, NULL);

  self->trust = g_object_ref (trust);
  self->funcs = *funcs;
  self->data = data;
  self->credentials = porch_tls_credentials_new (identity, error);
  return self->credentials != NULL ? g_steal_pointer (&self) : NULL;
}

gboolean
porch_gate_listen (PorchGate *self, GPtrArray *addresses, guint16 port, GError **error)
{
  return porch_listeners_set (self->listeners, addresses, port, error);
}

guint16
porch_gate_get_port (PorchGate *self)
{
  return porch_listeners_get_port (self->listeners);
}

/**
 * porch_gate_cut:
 *
 * At once: running answers fail with their next byte. Handshakes under way are judged by the trust table when they end.
 */
void
porch_gate_cut (PorchGate *self, const PorchDeviceId *id)
{
  for (GList *l = self->states[PORCH_GATE_OPEN].head; l != NULL; l = l->next)
    if (porch_device_id_equal (&((PorchGateConnection *)l->data)->id, id))
      porch_gate_connection_cut (l->data);
}

/**
 * porch_gate_stop:
 *
 * Closes the listening sockets, drops what is not open and cuts what is. Their last words are for the main loop.
 */
void
porch_gate_stop (PorchGate *self)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  porch_listeners_set (self->listeners, none, 0, NULL);
  for (PorchGateState state = PORCH_GATE_WAITING; state < PORCH_GATE_OPEN; state++)
    while (self->states[state].length > 0)
      porch_gate_connection_drop (self->states[state].head->data);
  for (GList *l = self->states[PORCH_GATE_OPEN].head; l != NULL; l = l->next)
    porch_gate_connection_cut (l->data);
}

void
porch_gate_get_counts (PorchGate *self, PorchGateCounts *counts)
{
  *counts = (PorchGateCounts){
    .waiting = self->states[PORCH_GATE_WAITING].length,
    .ready = self->states[PORCH_GATE_READY].length,
    .shaking = self->states[PORCH_GATE_SHAKING].length,
    .open_known = self->states[PORCH_GATE_OPEN].length - self->open_unknown,
    .open_unknown = self->open_unknown,
    .accepted = self->accepted,
    .dropped = self->dropped,
    .refused = self->refused,
    .blocked = self->blocked,
  };
}
