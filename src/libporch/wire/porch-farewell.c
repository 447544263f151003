/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/porch-farewell.h"

#include <poll.h>
#include <string.h>

#define MAX_PARALLEL 64

/* RFC 8446, 5.1 and 6.1: a record of type alert, TLS 1.2 as always, 2 bytes: warning, close_notify. */
static const guint8 farewell[] = { 21, 3, 3, 0, 2, 1, 0 };

gboolean
porch_farewell_is (const guint8 header[5])
{
  return memcmp (header, farewell, 5) == 0;
}

static GSocket *
begin (GInetSocketAddress *address)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (G_SOCKET_ADDRESS (address)), G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_TCP, &error);

  if (socket == NULL)
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  if (!g_socket_connect (socket, G_SOCKET_ADDRESS (address), NULL, &error) && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING))
    return NULL;
  return g_steal_pointer (&socket);
}

/* It takes a connection, or won't. */
static gboolean
finish (GSocket *socket)
{
  gboolean sent = g_socket_check_connect_result (socket, NULL)
                  && g_socket_send (socket, (const char *) farewell, sizeof farewell, NULL, NULL) == sizeof farewell;

  g_socket_close (socket, NULL);
  return sent;
}

guint
porch_farewell_send (GPtrArray *addresses, guint milliseconds)
{
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 deadline = g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND, left;
  guint sent = 0;

  for (guint i = 0; i < addresses->len && sockets->len < MAX_PARALLEL; i++)
    {
      GSocket *socket = begin (addresses->pdata[i]);

      if (socket != NULL)
        g_ptr_array_add (sockets, socket);
    }
  while (sockets->len > 0 && (left = deadline - g_get_monotonic_time ()) > 0)
    {
      struct pollfd fds[MAX_PARALLEL];

      for (guint i = 0; i < sockets->len; i++)
        fds[i] = (struct pollfd) { .fd = g_socket_get_fd (sockets->pdata[i]), .events = POLLOUT };
      if (poll (fds, sockets->len, (int) (left / 1000) + 1) <= 0)
        continue;
      for (guint i = sockets->len; i > 0; i--)
        if (fds[i - 1].revents != 0)
          {
            sent += finish (sockets->pdata[i - 1]);
            g_ptr_array_remove_index (sockets, i - 1);
          }
    }
  return sent;
}
