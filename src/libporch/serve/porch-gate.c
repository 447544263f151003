/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection is WAITING until a whole ClientHello can be peeked, READY until it is its address's turn, SHAKING during the
 * handshake, OPEN while SoupServer has it:
 *
 *   WAITING → READY → SHAKING → OPEN → (closed); every one but OPEN may be dropped, at its deadline or to make room */
#include "config.h"

#include "serve/porch-gate.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/socket.h>

#include "discovery/porch-address-book.h"
#include "serve/porch-listeners.h"

#define MAX_CONNECTIONS 384 /* in all states together */
#define MAX_WAITING 256
#define MAX_SHAKING 128
#define MAX_SHAKING_UNFAMILIAR 96
#define MAX_PER_ADDRESS 32 /* READY or SHAKING, each */
#define MAX_OPEN_UNKNOWN 64
#define MAX_OPEN_UNKNOWN_PER_ADDRESS 16
/* A trusted device holds one for each offer that waits, two for each transfer, one to look around. */
#define MAX_OPEN_PER_KNOWN_DEVICE 48
#define MAX_OPEN_PER_UNKNOWN_DEVICE 12

#define HELLO_SECONDS 5
#define TURN_SECONDS 5
#define SHAKE_SECONDS 3
/* When others wait for its place, a handshake that is older than this gives way. */
#define SHAKE_PRESSURE_US (G_USEC_PER_SEC / 5)

/* Handshakes begun for unfamiliar addresses: each costs about half a millisecond of the main thread. */
#define SHAKES_PER_SECOND 200
#define SHAKES_BURST 100

#define RECORD_HEADER 5
#define MAX_HELLO 8192

typedef enum
{
  STATE_WAITING,
  STATE_READY,
  STATE_SHAKING,
  STATE_OPEN,
  N_STATES,
} State;

typedef struct
{
  char *key;
  gboolean familiar; /* a trusted device used it in the last 24 h */
  GQueue ready;      /* of PorchGateConnection */
  guint shaking, open_unknown;
  guint connections;
} Address;

struct _PorchGateConnection
{
  PorchGate *gate; /* borrowed */
  State state;
  GList link; /* in the queue of its state */
  GList ready_link;
  GSocket *socket;        /* owned */
  GSocketAddress *remote; /* owned */
  Address *address;
  GSource *source;
  gint64 deadline; /* monotonic; 0: none */
  gint64 began;    /* its state */
  guint progress;  /* seconds; 0: the deadline holds whatever happens */
  gboolean idle;
  PorchTlsStream *stream; /* owned; from SHAKING */
  PorchDeviceId id;       /* from OPEN */
  gboolean known;         /* trusted when it came */
  gboolean stranger;      /* its address was not familiar when its handshake began */
  gpointer data;
};

struct _PorchGate
{
  GObject parent_instance;
  PorchTrustTable *trust;           /* owned */
  PorchTlsCredentials *credentials; /* owned */
  PorchListeners *listeners;        /* owned */
  PorchGateFuncs funcs;
  gpointer data;

  GQueue states[N_STATES]; /* of PorchGateConnection, oldest first */
  GHashTable *addresses;   /* key → Address */
  GQueue turns;            /* of Address with something READY */
  guint shaking_unfamiliar, open_unknown;
  double tokens;
  gint64 tokens_at;
  GSource *timer;
  gint64 timer_at; /* 0: off */
  guint accepted, dropped, refused, blocked;
};

G_DEFINE_FINAL_TYPE (PorchGate, porch_gate, G_TYPE_OBJECT)
static G_DEFINE_QUARK (porch - gate - connection, connection)

    static void pump (PorchGate *self);
static void arm (PorchGate *self, gint64 when);

/* ---- addresses ---- */

/* One per IPv4 address and interface, one per IPv6 address and scope. */
static char *
address_key (GInetSocketAddress *remote)
{
  g_autofree char *text = g_inet_address_to_string (g_inet_socket_address_get_address (remote));

  return g_strdup_printf ("%s%%%u", text, porch_address_get_scope (remote));
}

static Address *
take_address (PorchGate *self, GSocketAddress *remote)
{
  g_autofree char *key = address_key (G_INET_SOCKET_ADDRESS (remote));
  Address *address = g_hash_table_lookup (self->addresses, key);

  if (address == NULL)
    {
      address = g_new0 (Address, 1);
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
release_address (PorchGate *self, Address *address)
{
  if (--address->connections == 0)
    g_hash_table_remove (self->addresses, address->key);
}

static void
address_free (gpointer data)
{
  Address *address = data;

  g_free (address->key);
  g_free (address);
}

/* ---- states ---- */

static void
leave_state (PorchGateConnection *c)
{
  PorchGate *self = c->gate;

  g_queue_unlink (&self->states[c->state], &c->link);
  if (c->source != NULL)
    g_source_destroy (c->source);
  g_clear_pointer (&c->source, g_source_unref);
  if (c->state == STATE_READY)
    {
      g_queue_unlink (&c->address->ready, &c->ready_link);
      if (c->address->ready.length == 0)
        g_queue_remove (&self->turns, c->address);
    }
  else if (c->state == STATE_SHAKING)
    {
      c->address->shaking--;
      self->shaking_unfamiliar -= c->stranger;
    }
  else if (c->state == STATE_OPEN && !c->known)
    {
      c->address->open_unknown--;
      self->open_unknown--;
    }
}

static void
enter_state (PorchGateConnection *c, State state, guint seconds)
{
  PorchGate *self = c->gate;

  c->state = state;
  c->began = g_get_monotonic_time ();
  c->deadline = c->began + seconds * G_USEC_PER_SEC;
  g_queue_push_tail_link (&self->states[state], &c->link);
  arm (self, c->deadline);
  if (state == STATE_READY)
    {
      if (c->address->ready.length == 0)
        g_queue_push_head (&self->turns, c->address);
      g_queue_push_tail_link (&c->address->ready, &c->ready_link);
    }
  else if (state == STATE_SHAKING)
    {
      c->stranger = !c->address->familiar;
      c->address->shaking++;
      self->shaking_unfamiliar += c->stranger;
    }
  else if (state == STATE_OPEN && !c->known)
    {
      c->address->open_unknown++;
      self->open_unknown++;
    }
}

static void
connection_free (PorchGateConnection *c)
{
  g_object_set_qdata (G_OBJECT (c->remote), connection_quark (), NULL);
  release_address (c->gate, c->address);
  g_clear_object (&c->stream);
  g_object_unref (c->remote);
  g_object_unref (c->socket);
  g_free (c);
}

/* Not for OPEN ones: those are cut, and freed when SoupServer has closed them. */
static void
drop (PorchGateConnection *c)
{
  PorchGate *self = c->gate;

  leave_state (c);
  if (c->stream != NULL)
    g_io_stream_close (G_IO_STREAM (c->stream), NULL, NULL);
  else
    g_socket_close (c->socket, NULL);
  connection_free (c);
  self->dropped++;
  porch_listeners_resume (self->listeners);
}

static GSource *
attach (PorchGateConnection *c, GIOCondition condition, GSocketSourceFunc func)
{
  GSource *source = g_socket_create_source (c->socket, condition, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (func), c, NULL);
  g_source_attach (source, NULL);
  return source;
}

/* ---- OPEN ---- */

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

  leave_state (c);
  self->funcs.closed (c, self->data);
  connection_free (c);
  porch_listeners_resume (self->listeners);
  pump (self);
}

/* The gate goes before SoupServer has closed it. */
static void
abandon (PorchGateConnection *c)
{
  porch_tls_stream_watch (c->stream, NULL, NULL, NULL);
  leave_state (c);
  connection_free (c);
}

/* @id (nullable): of this device; else of any stranger. */
static PorchGateConnection *
oldest_idle (PorchGate *self, const PorchDeviceId *id)
{
  for (GList *l = self->states[STATE_OPEN].head; l != NULL; l = l->next)
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

  for (GList *l = self->states[STATE_OPEN].head; l != NULL; l = l->next)
    count += porch_device_id_equal (&((PorchGateConnection *)l->data)->id, id);
  return count;
}

/* An idle connection gives way to the next one. */
static gboolean
replace_idle (PorchGate *self, const PorchDeviceId *id)
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

  if (count_open (self, &c->id) >= most && !replace_idle (self, &c->id))
    return FALSE;
  if (c->known)
    return TRUE;
  if (c->address->open_unknown >= MAX_OPEN_UNKNOWN_PER_ADDRESS)
    return FALSE;
  return self->open_unknown < MAX_OPEN_UNKNOWN || replace_idle (self, NULL);
}

/* So that its next connections have the reserve. The port is its client's, nobody listens there: 0. */
static void
note_familiar (PorchGateConnection *c)
{
  GInetAddress *host = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (c->remote));
  g_autoptr (GInetSocketAddress) address = G_INET_SOCKET_ADDRESS (g_inet_socket_address_new (host, 0));

  porch_trust_table_note_contact (c->gate->trust, &c->id, NULL, NULL, address);
}

static void
open_connection (PorchGateConnection *c)
{
  PorchGate *self = c->gate;
  PorchTrust trust;
  g_autoptr (GSocketAddress) local = NULL;

  if (!porch_tls_stream_get_id (c->stream, &c->id))
    {
      drop (c);
      return;
    }
  trust = porch_trust_table_get (self->trust, &c->id);
  c->known = trust == PORCH_TRUST_TRUSTED;
  if (trust == PORCH_TRUST_BLOCKED || !has_place (self, c))
    {
      self->blocked += trust == PORCH_TRUST_BLOCKED;
      self->refused += trust != PORCH_TRUST_BLOCKED;
      drop (c);
      return;
    }
  if (c->known)
    note_familiar (c);
  leave_state (c);
  enter_state (c, STATE_OPEN, SHAKE_SECONDS);
  g_object_set_qdata (G_OBJECT (c->remote), connection_quark (), c);
  porch_tls_stream_watch (c->stream, on_stream_hung_up, on_stream_closed, c);
  local = g_socket_get_local_address (c->socket, NULL);
  self->funcs.opened (c, G_IO_STREAM (c->stream), local, c->remote, self->data);
}

/* ---- SHAKING ---- */

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
      c->source = attach (c, G_IO_IN, on_shaking);
      return;
    case PORCH_TLS_WANTS_WRITE:
      c->source = attach (c, G_IO_OUT, on_shaking);
      return;
    case PORCH_TLS_DONE:
      open_connection (c);
      break;
    case PORCH_TLS_FAILED:
    default:
      drop (c);
    }
  pump (self);
}

static gboolean
on_shaking (GSocket *socket, GIOCondition condition, gpointer data)
{
  shake (data);
  return G_SOURCE_REMOVE;
}

/* ---- READY: whose turn it is ---- */

static void
refill (PorchGate *self, gint64 now)
{
  self->tokens = MIN (SHAKES_BURST, self->tokens + (now - self->tokens_at) * (double)SHAKES_PER_SECOND / G_USEC_PER_SEC);
  self->tokens_at = now;
}

/* Drops the oldest handshake of @address, or of any stranger, if it has had enough time. */
static gboolean
drop_oldest_shaking (PorchGate *self, Address *address, gint64 now)
{
  for (GList *l = self->states[STATE_SHAKING].head; l != NULL; l = l->next)
    {
      PorchGateConnection *oldest = l->data;

      if (address != NULL ? oldest->address != address : !oldest->stranger)
        continue;
      if (oldest->began + SHAKE_PRESSURE_US > now)
        {
          arm (self, oldest->began + SHAKE_PRESSURE_US);
          return FALSE;
        }
      drop (oldest);
      return TRUE;
    }
  return FALSE;
}

static gboolean
may_shake (PorchGate *self, Address *address, gint64 now)
{
  if (!address->familiar && self->tokens < 1)
    {
      arm (self, now + G_USEC_PER_SEC / SHAKES_PER_SECOND);
      return FALSE;
    }
  if (address->shaking >= MAX_PER_ADDRESS && !drop_oldest_shaking (self, address, now))
    return FALSE;
  if (!address->familiar && self->shaking_unfamiliar >= MAX_SHAKING_UNFAMILIAR && !drop_oldest_shaking (self, NULL, now))
    return FALSE;
  return self->states[STATE_SHAKING].length < MAX_SHAKING;
}

/* Familiar addresses first, then in turn: one connection of an address, then it goes to the end of the line. Who comes anew,
 * and the newest of an address, is served first: in a crowd the oldest are those that stall or have given up. */
static PorchGateConnection *
next_in_turn (PorchGate *self, gint64 now)
{
  for (int familiar = TRUE; familiar >= FALSE; familiar--)
    for (GList *l = self->turns.head; l != NULL; l = l->next)
      {
        Address *address = l->data;

        if (address->familiar != familiar || !may_shake (self, address, now))
          continue;
        g_queue_unlink (&self->turns, l);
        g_queue_push_tail_link (&self->turns, l);
        return address->ready.tail->data;
      }
  return NULL;
}

static void
pump (PorchGate *self)
{
  gint64 now = g_get_monotonic_time ();
  PorchGateConnection *c;

  refill (self, now);
  while ((c = next_in_turn (self, now)) != NULL)
    {
      self->tokens -= !c->address->familiar;
      leave_state (c);
      c->stream = porch_tls_stream_new (c->socket, self->credentials);
      enter_state (c, STATE_SHAKING, SHAKE_SECONDS);
      /* From the main loop, so that a burst of handshakes lets other sources in between. */
      c->source = attach (c, G_IO_IN, on_shaking);
    }
}

/* ---- WAITING ---- */

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

  /* The low-water mark keeps poll() quiet until enough is there, so what is short here will stay short. */
  if (n <= 0 || needed == 0 || n < RECORD_HEADER || (condition & (G_IO_HUP | G_IO_ERR)) != 0)
    drop (c);
  else if ((gsize)n < needed)
    {
      if (g_socket_set_option (socket, SOL_SOCKET, SO_RCVLOWAT, (int)needed, NULL))
        return G_SOURCE_CONTINUE;
      drop (c);
    }
  else
    {
      if (c->address->ready.length >= MAX_PER_ADDRESS)
        drop (c->address->ready.head->data);
      g_socket_set_option (socket, SOL_SOCKET, SO_RCVLOWAT, 1, NULL);
      leave_state (c);
      enter_state (c, STATE_READY, TURN_SECONDS);
    }
  pump (self);
  return G_SOURCE_REMOVE;
}

/* ---- accepting ---- */

static guint
count_all (PorchGate *self)
{
  guint count = 0;

  for (guint i = 0; i < N_STATES; i++)
    count += self->states[i].length;
  return count;
}

/* Whoever has proved nothing gives way first. */
static gboolean
make_room (PorchGate *self)
{
  for (State state = STATE_WAITING; state <= STATE_READY; state++)
    if (self->states[state].length > 0)
      {
        drop (self->states[state].head->data);
        return TRUE;
      }
  replace_idle (self, NULL);
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
  if (self->states[STATE_WAITING].length >= MAX_WAITING)
    drop (self->states[STATE_WAITING].head->data);
  self->accepted++;
  c = g_new0 (PorchGateConnection, 1);
  c->link.data = c->ready_link.data = c;
  c->gate = self;
  c->socket = g_object_ref (socket);
  c->remote = g_steal_pointer (&remote);
  c->address = take_address (self, c->remote);
  enter_state (c, STATE_WAITING, HELLO_SECONDS);
  g_socket_set_option (socket, SOL_SOCKET, SO_RCVLOWAT, RECORD_HEADER, NULL);
  c->source = attach (c, G_IO_IN, on_waiting);
}

static const PorchListenersFuncs listeners_funcs = { has_room, on_accepted, on_exhausted };

/* ---- deadlines ---- */

static void
arm (PorchGate *self, gint64 when)
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
  if (c->state != STATE_OPEN)
    {
      drop (c);
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
  for (guint i = 0; i < N_STATES; i++)
    for (GList *l = self->states[i].head, *next; l != NULL; l = next)
      {
        PorchGateConnection *c = l->data;

        next = l->next;
        c->deadline = i == STATE_OPEN ? open_deadline (c) : c->deadline;
        if (c->deadline != 0 && c->deadline <= now)
          expire (c);
        else
          arm (self, c->deadline);
      }
  pump (self);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs timer_funcs = { .dispatch = timer_dispatch };

/* ---- the object ---- */

static void
porch_gate_finalize (GObject *object)
{
  PorchGate *self = PORCH_GATE (object);

  porch_gate_stop (self);
  while (self->states[STATE_OPEN].length > 0)
    abandon (self->states[STATE_OPEN].head->data);
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
  for (guint i = 0; i < N_STATES; i++)
    g_queue_init (&self->states[i]);
  g_queue_init (&self->turns);
  self->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, address_free);
  self->listeners = porch_listeners_new (&listeners_funcs, self);
  self->tokens = SHAKES_BURST;
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
  for (GList *l = self->states[STATE_OPEN].head; l != NULL; l = l->next)
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
  for (State state = STATE_WAITING; state < STATE_OPEN; state++)
    while (self->states[state].length > 0)
      drop (self->states[state].head->data);
  for (GList *l = self->states[STATE_OPEN].head; l != NULL; l = l->next)
    porch_gate_connection_cut (l->data);
}

void
porch_gate_get_counts (PorchGate *self, PorchGateCounts *counts)
{
  *counts = (PorchGateCounts){
    .waiting = self->states[STATE_WAITING].length,
    .ready = self->states[STATE_READY].length,
    .shaking = self->states[STATE_SHAKING].length,
    .open_known = self->states[STATE_OPEN].length - self->open_unknown,
    .open_unknown = self->open_unknown,
    .accepted = self->accepted,
    .dropped = self->dropped,
    .refused = self->refused,
    .blocked = self->blocked,
  };
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
  arm (self->gate, self->deadline);
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
