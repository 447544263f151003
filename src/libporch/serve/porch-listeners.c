/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "serve/porch-listeners.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "discovery/porch-address-book.h"
#include "porch-error.h"

#define BACKLOG 1024         /* a full one costs an honest client a second: its first packet is sent again */
#define ACCEPTS_AT_A_TIME 64 /* then other sources have their turn */
#define EXHAUSTED_PAUSE_MS 200
#define RETRY_SECONDS 3 /* an address may not be usable yet (IPv6 checks for duplicates first) */
#define NEXT_PORTS 10   /* tried after the wanted one: the same every time, for the sake of firewall rules */
#define ANY_PORT_TRIES 16

typedef struct
{
  GInetSocketAddress *address; /* with the port that we listen on */
  GSocket *socket;
  GSource *source; /* NULL while paused */
  PorchListeners *listeners;
} Listener;

struct _PorchListeners
{
  const PorchListenersFuncs *funcs;
  gpointer data;
  GPtrArray *all;    /* of Listener */
  GPtrArray *wanted; /* of GInetSocketAddress */
  guint16 wanted_port;
  guint16 port;
  guint retry_id;
  guint pause_id;
};

static void listener_start (Listener *listener);

static void
listener_pause (Listener *listener)
{
  if (listener->source != NULL)
    g_source_destroy (listener->source);
  g_clear_pointer (&listener->source, g_source_unref);
}

static void
listener_free (gpointer data)
{
  Listener *listener = data;

  listener_pause (listener);
  g_socket_close (listener->socket, NULL);
  g_object_unref (listener->socket);
  g_object_unref (listener->address);
  g_free (listener);
}

static void
pause_all (PorchListeners *self)
{
  for (guint i = 0; i < self->all->len; i++)
    listener_pause (self->all->pdata[i]);
}

static gboolean
on_pause_over (gpointer data)
{
  PorchListeners *self = data;

  self->pause_id = 0;
  porch_listeners_resume (self);
  return G_SOURCE_REMOVE;
}

/* No descriptor, no memory: accepting again at once would fail again at once. */
static void
rest (PorchListeners *self)
{
  self->funcs->exhausted (self->data);
  pause_all (self);
  if (self->pause_id == 0)
    self->pause_id = g_timeout_add (EXHAUSTED_PAUSE_MS, on_pause_over, self);
}

static gboolean
on_listener_readable (GSocket *socket, GIOCondition condition, gpointer data)
{
  Listener *listener = data;
  PorchListeners *self = listener->listeners;

  for (guint i = 0; i < ACCEPTS_AT_A_TIME; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocket) accepted = NULL;

      if (!self->funcs->has_room (self->data))
        {
          pause_all (self);
          return G_SOURCE_REMOVE;
        }
      accepted = g_socket_accept (socket, NULL, &error);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
        continue; /* gone before we came */
      if (accepted == NULL)
        {
          rest (self);
          return G_SOURCE_REMOVE;
        }
      g_socket_set_blocking (accepted, FALSE);
      g_socket_set_keepalive (accepted, TRUE);
      g_socket_set_option (accepted, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
      self->funcs->accepted (accepted, self->data);
    }
  return G_SOURCE_CONTINUE;
}

static void
listener_start (Listener *listener)
{
  if (listener->source != NULL)
    return;
  listener->source = g_socket_create_source (listener->socket, G_IO_IN, NULL);
  g_source_set_static_name (listener->source, "porch-listener");
  g_source_set_callback (listener->source, G_SOURCE_FUNC (on_listener_readable), listener, NULL);
  g_source_attach (listener->source, NULL);
}

static Listener *
listener_new (PorchListeners *self, GInetSocketAddress *wanted, guint16 port, GError **error)
{
  GInetAddress *host = g_inet_socket_address_get_address (wanted);
  g_autoptr (GSocket) socket
      = g_socket_new (g_inet_address_get_family (host), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocketAddress) bound = NULL;
  Listener *listener;

  if (socket == NULL)
    return NULL;
  address = g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", host, "port", (guint)port, "scope-id",
                          porch_address_get_scope (wanted), NULL);
  if (g_inet_address_get_family (host) == G_SOCKET_FAMILY_IPV6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, TRUE, NULL);
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  bound = g_socket_get_local_address (socket, error);
  if (bound == NULL)
    return NULL;
  listener = g_new0 (Listener, 1);
  listener->listeners = self;
  listener->socket = g_steal_pointer (&socket);
  listener->address = G_INET_SOCKET_ADDRESS (g_steal_pointer (&bound));
  return listener;
}

/* ---- which sockets ---- */

static gboolean
same_host (GInetSocketAddress *a, GInetSocketAddress *b)
{
  return g_inet_address_equal (g_inet_socket_address_get_address (a), g_inet_socket_address_get_address (b))
         && porch_address_get_scope (a) == porch_address_get_scope (b);
}

static gboolean
is_wanted (PorchListeners *self, Listener *listener)
{
  for (guint i = 0; i < self->wanted->len; i++)
    if (same_host (self->wanted->pdata[i], listener->address))
      return TRUE;
  return FALSE;
}

static Listener *
find_listener (PorchListeners *self, GInetSocketAddress *address)
{
  for (guint i = 0; i < self->all->len; i++)
    if (same_host (address, ((Listener *)self->all->pdata[i])->address))
      return self->all->pdata[i];
  return NULL;
}

/* Binds what is missing. FALSE: @port is taken on one of the addresses, and what was bound in vain is closed again. */
static gboolean
try_port (PorchListeners *self, guint16 port, GError **error)
{
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (listener_free);

  for (guint i = 0; i < self->wanted->len; i++)
    {
      g_autoptr (GError) local = NULL;
      Listener *listener;

      if (find_listener (self, self->wanted->pdata[i]) != NULL)
        continue;
      listener = listener_new (self, self->wanted->pdata[i], port, &local);
      if (listener == NULL)
        {
          gboolean taken = g_error_matches (local, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);

          if (error != NULL && *error == NULL)
            g_propagate_error (error, g_steal_pointer (&local));
          if (taken)
            return FALSE;
          continue;
        }
      g_ptr_array_add (fresh, listener);
      port = g_inet_socket_address_get_port (listener->address);
    }
  for (guint i = 0; i < fresh->len; i++)
    {
      listener_start (fresh->pdata[i]);
      g_ptr_array_add (self->all, fresh->pdata[i]);
    }
  g_ptr_array_set_free_func (fresh, NULL);
  if (self->all->len > 0)
    self->port = port;
  return TRUE;
}

/* The wanted port, its neighbours, any. */
static gboolean
try_ports (PorchListeners *self, guint16 port, GError **error)
{
  if (self->all->len > 0)
    return try_port (self, self->port, error);
  if (port != 0)
    for (guint i = 0; i <= NEXT_PORTS && port + i <= G_MAXUINT16; i++)
      if (try_port (self, (guint16)(port + i), i == 0 ? error : NULL))
        return TRUE;
  for (guint i = 0; i < ANY_PORT_TRIES; i++)
    if (try_port (self, 0, NULL))
      return TRUE;
  return FALSE;
}

static gboolean
on_retry (gpointer data)
{
  PorchListeners *self = data;

  try_ports (self, self->wanted_port, NULL);
  if (self->all->len < self->wanted->len)
    return G_SOURCE_CONTINUE;
  self->retry_id = 0;
  return G_SOURCE_REMOVE;
}

gboolean
porch_listeners_set (PorchListeners *self, GPtrArray *addresses, guint16 port, GError **error)
{
  g_autoptr (GError) first = NULL;

  g_ptr_array_set_size (self->wanted, 0);
  for (guint i = 0; i < addresses->len; i++)
    g_ptr_array_add (self->wanted, g_object_ref (addresses->pdata[i]));
  for (guint i = self->all->len; i > 0; i--)
    if (!is_wanted (self, self->all->pdata[i - 1]))
      g_ptr_array_remove_index (self->all, i - 1);

  self->wanted_port = port;
  try_ports (self, port, &first);
  if (self->all->len < self->wanted->len && self->retry_id == 0)
    self->retry_id = g_timeout_add_seconds (RETRY_SECONDS, on_retry, self);
  if (self->all->len > 0 || self->wanted->len == 0)
    return TRUE;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_BUSY, _ ("Porch can't listen on port %u (%s)."), port,
               first != NULL ? first->message : "-");
  return FALSE;
}

guint16
porch_listeners_get_port (PorchListeners *self)
{
  return self->all->len > 0 ? self->port : 0;
}

void
porch_listeners_resume (PorchListeners *self)
{
  if (self->pause_id != 0)
    return;
  for (guint i = 0; i < self->all->len; i++)
    listener_start (self->all->pdata[i]);
}

PorchListeners *
porch_listeners_new (const PorchListenersFuncs *funcs, gpointer data)
{
  PorchListeners *self = g_new0 (PorchListeners, 1);

  self->funcs = funcs;
  self->data = data;
  self->all = g_ptr_array_new_with_free_func (listener_free);
  self->wanted = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

void
porch_listeners_free (PorchListeners *self)
{
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_handle_id (&self->pause_id, g_source_remove);
  g_ptr_array_unref (self->all);
  g_ptr_array_unref (self->wanted);
  g_free (self);
}
