/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-hostile.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test-tree.h"

#define HANDSHAKE_MS 5000

struct _TestTls
{
  int fd;
  gnutls_session_t session;
  gnutls_certificate_credentials_t credentials;
};

struct _TestServer
{
  int fd;
  guint16 port;
  char *certificate, *key, *priority;
  TestServerFunc func; /* NULL: silent */
  gpointer data;
  GThread *thread;
  GMutex lock;
  GCond idle;
  guint running;     /* guarded by lock */
  guint connections; /* guarded by lock */
  gboolean saw_certificate;
  GArray *fds; /* guarded by lock; of int: open connections, shut down by test_server_free() */
  gboolean stopping;
};

PorchIdentity *
test_identity_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = test_tree_new ();
  PorchIdentity *identity = porch_identity_load (folder, &error);

  g_assert_no_error (error);
  test_tree_remove (folder);
  return identity;
}

GInetSocketAddress *
test_address (const char *ip, guint16 port)
{
  return G_INET_SOCKET_ADDRESS (g_inet_socket_address_new_from_string (ip, port));
}

GPtrArray *
test_addresses (guint first, ...)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func (g_object_unref);
  va_list ports;

  va_start (ports, first);
  for (guint port = first; port != 0; port = va_arg (ports, guint))
    g_ptr_array_add (addresses, test_address ("127.0.0.1", port));
  va_end (ports);
  return addresses;
}

/* ---- clients ---- */

int
test_tcp_connect (guint16 port, const char *source)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int one = 1;

  g_assert_cmpint (fd, >=, 0);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (source != NULL)
    {
      inet_pton (AF_INET, source, &address.sin_addr);
      g_assert_cmpint (bind (fd, (struct sockaddr *)&address, sizeof address), ==, 0);
    }
  address.sin_port = htons (port);
  inet_pton (AF_INET, "127.0.0.1", &address.sin_addr);
  if (connect (fd, (struct sockaddr *)&address, sizeof address) != 0)
    {
      close (fd);
      return -1;
    }
  return fd;
}

static ssize_t
keep_flight (gnutls_transport_ptr_t out, const void *data, size_t length)
{
  g_byte_array_append (out, data, length);
  return length;
}

static ssize_t
nothing_comes (gnutls_transport_ptr_t out, void *data, size_t length)
{
  errno = EAGAIN;
  return -1;
}

static int
nothing_will_come (gnutls_transport_ptr_t out, unsigned int milliseconds)
{
  return 0;
}

GBytes *
test_client_hello (void)
{
  g_autoptr (GByteArray) flight = g_byte_array_new ();
  gnutls_session_t session;
  gnutls_certificate_credentials_t credentials;

  gnutls_init (&session, GNUTLS_CLIENT | GNUTLS_NONBLOCK);
  gnutls_certificate_allocate_credentials (&credentials);
  gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, credentials);
  g_assert_cmpint (gnutls_priority_set_direct (session, TEST_TLS13, NULL), ==, 0);
  gnutls_transport_set_ptr (session, flight);
  gnutls_transport_set_push_function (session, keep_flight);
  gnutls_transport_set_pull_function (session, nothing_comes);
  gnutls_transport_set_pull_timeout_function (session, nothing_will_come);
  g_assert_cmpint (gnutls_handshake (session), ==, GNUTLS_E_AGAIN);
  gnutls_deinit (session);
  gnutls_certificate_free_credentials (credentials);
  g_assert_cmpuint (flight->len, >, 100);
  return g_byte_array_free_to_bytes (g_steal_pointer (&flight));
}

static void
load_pair (gnutls_certificate_credentials_t credentials, const char *certificate, const char *key)
{
  gnutls_datum_t c = { (unsigned char *)certificate, strlen (certificate) };
  gnutls_datum_t k = { (unsigned char *)key, strlen (key) };

  g_assert_cmpint (gnutls_certificate_set_x509_key_mem (credentials, &c, &k, GNUTLS_X509_FMT_PEM), >=, 0);
}

static TestTls *
tls_new (int fd, unsigned int flags, const char *certificate, const char *key, const char *priority)
{
  TestTls *tls = g_new0 (TestTls, 1);

  tls->fd = fd;
  g_assert_cmpint (gnutls_init (&tls->session, flags | GNUTLS_NO_SIGNAL), ==, 0);
  gnutls_certificate_allocate_credentials (&tls->credentials);
  if (certificate != NULL)
    load_pair (tls->credentials, certificate, key);
  gnutls_credentials_set (tls->session, GNUTLS_CRD_CERTIFICATE, tls->credentials);
  g_assert_cmpint (gnutls_priority_set_direct (tls->session, priority, NULL), ==, 0);
  gnutls_handshake_set_timeout (tls->session, HANDSHAKE_MS);
  gnutls_transport_set_int (tls->session, fd);
  return tls;
}

static gboolean
tls_shake (TestTls *tls)
{
  int status;

  do
    status = gnutls_handshake (tls->session);
  while (status < 0 && !gnutls_error_is_fatal (status));
  return status == 0;
}

static void
identity_to_pem (PorchIdentity *identity, char **certificate, char **key)
{
  g_object_get (porch_identity_get_certificate (identity), "certificate-pem", certificate, "private-key-pem", key, NULL);
}

TestTls *
test_tls_connect (guint16 port, const char *source, PorchIdentity *identity, const char *priority)
{
  g_autofree char *certificate = NULL, *key = NULL;
  int fd = test_tcp_connect (port, source);
  TestTls *tls;

  if (fd < 0)
    return NULL;
  if (identity != NULL)
    identity_to_pem (identity, &certificate, &key);
  tls = tls_new (fd, GNUTLS_CLIENT, certificate, key, priority != NULL ? priority : TEST_TLS13);
  if (tls_shake (tls))
    return tls;
  test_tls_free (tls);
  return NULL;
}

void
test_tls_free (TestTls *tls)
{
  if (tls == NULL)
    return;
  gnutls_deinit (tls->session);
  gnutls_certificate_free_credentials (tls->credentials);
  if (tls->fd >= 0)
    close (tls->fd);
  g_free (tls);
}

int
test_tls_get_fd (TestTls *tls)
{
  return tls->fd;
}

gboolean
test_tls_write (TestTls *tls, const void *data, gssize length)
{
  const char *at = data;
  gsize left = length < 0 ? strlen (data) : (gsize)length;

  while (left > 0)
    {
      gssize n = gnutls_record_send (tls->session, at, left);

      if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
        continue;
      if (n <= 0)
        return FALSE;
      at += n;
      left -= n;
    }
  return TRUE;
}

gssize
test_tls_read (TestTls *tls, void *buffer, gsize length, guint milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * (gint64)1000;

  while (TRUE)
    {
      struct pollfd waiting = { .fd = tls->fd, .events = POLLIN };
      gint64 left = (until - g_get_monotonic_time ()) / 1000;
      gssize n;

      if (gnutls_record_check_pending (tls->session) == 0 && (left <= 0 || poll (&waiting, 1, left) <= 0))
        return -1;
      n = gnutls_record_recv (tls->session, buffer, length);
      if (n == GNUTLS_E_PREMATURE_TERMINATION)
        return 0;
      if (n >= 0 || gnutls_error_is_fatal (n))
        return n < 0 ? -1 : n;
    }
}

void
test_answer_free (TestAnswer *answer)
{
  if (answer == NULL)
    return;
  g_free (answer->head);
  g_string_free (answer->body, TRUE);
  g_free (answer);
}

/* How the raw bytes after the head decode: TRUE when the body is whole. */
static gboolean
decode_body (const char *head, const char *raw, gsize length, gboolean ended, GString *body)
{
  const char *size = strstr (head, "\r\nContent-Length: ");

  g_string_truncate (body, 0);
  if (strstr (head, "\r\nTransfer-Encoding: chunked") != NULL)
    {
      gsize at = 0;

      while (at < length)
        {
          const char *line_end = g_strstr_len (raw + at, length - at, "\r\n");
          guint64 chunk = g_ascii_strtoull (raw + at, NULL, 16);

          if (line_end == NULL)
            return FALSE;
          at = line_end + 2 - raw;
          if (chunk == 0)
            return length - at >= 2;
          if (length - at < chunk + 2)
            return FALSE;
          g_string_append_len (body, raw + at, chunk);
          at += chunk + 2;
        }
      return FALSE;
    }
  g_string_append_len (body, raw, length);
  if (size != NULL)
    return length >= g_ascii_strtoull (size + strlen ("\r\nContent-Length: "), NULL, 10);
  return ended || g_str_has_prefix (head, "HTTP/1.1 204");
}

TestAnswer *
test_tls_read_answer (TestTls *tls, guint milliseconds)
{
  TestAnswer *answer = g_new0 (TestAnswer, 1);
  g_autoptr (GString) raw = g_string_new (NULL);
  gint64 until = g_get_monotonic_time () + milliseconds * (gint64)1000;

  answer->body = g_string_new (NULL);
  while (!answer->whole)
    {
      char buffer[16384];
      gint64 left = (until - g_get_monotonic_time ()) / 1000;
      gssize n = left > 0 ? test_tls_read (tls, buffer, sizeof buffer, left) : -1;
      const char *end;

      if (n > 0)
        g_string_append_len (raw, buffer, n);
      end = strstr (raw->str, "\r\n\r\n");
      if (end != NULL)
        {
          g_free (answer->head);
          answer->head = g_strndup (raw->str, end + 2 - raw->str);
          answer->status = strtoul (raw->str + MIN (raw->len, 9), NULL, 10);
          answer->whole = decode_body (answer->head, end + 4, raw->len - (end + 4 - raw->str), n == 0, answer->body);
        }
      if (n <= 0)
        break;
    }
  return answer;
}

TestAnswer *
test_tls_ask (TestTls *tls, const char *request)
{
  test_tls_write (tls, request, -1);
  return test_tls_read_answer (tls, 5000);
}

/* ---- servers ---- */

typedef struct
{
  TestServer *server;
  int fd;
} Accepted;

static void
leave (TestServer *server, int fd)
{
  g_mutex_lock (&server->lock);
  for (guint i = 0; i < server->fds->len; i++)
    if (g_array_index (server->fds, int, i) == fd)
      {
        g_array_remove_index_fast (server->fds, i);
        break;
      }
  close (fd);
  server->running--;
  g_cond_signal (&server->idle);
  g_mutex_unlock (&server->lock);
}

static gpointer
serve_one (gpointer data)
{
  g_autofree Accepted *accepted = data;
  TestServer *server = accepted->server;
  unsigned int count = 0;
  TestTls *tls;

  if (server->func == NULL)
    {
      char nothing;

      while (recv (accepted->fd, &nothing, 1, 0) > 0)
        ;
      leave (server, accepted->fd);
      return NULL;
    }
  tls = tls_new (accepted->fd, GNUTLS_SERVER, server->certificate, server->key, server->priority);
  gnutls_certificate_server_set_request (tls->session, GNUTLS_CERT_REQUEST);
  if (tls_shake (tls))
    {
      if (gnutls_certificate_get_peers (tls->session, &count) != NULL && count > 0)
        g_atomic_int_set (&server->saw_certificate, TRUE);
      server->func (tls, server->data);
      gnutls_bye (tls->session, GNUTLS_SHUT_WR);
    }
  tls->fd = -1; /* closed in leave() */
  test_tls_free (tls);
  leave (server, accepted->fd);
  return NULL;
}

static gpointer
accept_all (gpointer data)
{
  TestServer *server = data;
  int fd;

  while ((fd = accept4 (server->fd, NULL, NULL, SOCK_CLOEXEC)) >= 0)
    {
      Accepted *accepted = g_new0 (Accepted, 1);

      accepted->server = server;
      accepted->fd = fd;
      g_mutex_lock (&server->lock);
      server->running++;
      server->connections++;
      g_array_append_val (server->fds, fd);
      g_mutex_unlock (&server->lock);
      g_thread_unref (g_thread_new ("test-server", serve_one, accepted));
    }
  return NULL;
}

TestServer *
test_server_new_full (const char *certificate, const char *key, const char *priority, TestServerFunc func, gpointer data)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  TestServer *server = g_new0 (TestServer, 1);

  server->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (server->fd, (struct sockaddr *)&address, length), ==, 0);
  g_assert_cmpint (listen (server->fd, 64), ==, 0);
  getsockname (server->fd, (struct sockaddr *)&address, &length);
  server->port = ntohs (address.sin_port);
  server->certificate = g_strdup (certificate);
  server->key = g_strdup (key);
  server->priority = g_strdup (priority != NULL ? priority : TEST_TLS13);
  server->func = func;
  server->data = data;
  server->fds = g_array_new (FALSE, FALSE, sizeof (int));
  g_mutex_init (&server->lock);
  g_cond_init (&server->idle);
  server->thread = g_thread_new ("test-accept", accept_all, server);
  return server;
}

TestServer *
test_server_new (PorchIdentity *identity, const char *priority, TestServerFunc func, gpointer data)
{
  g_autofree char *certificate = NULL, *key = NULL;

  identity_to_pem (identity, &certificate, &key);
  return test_server_new_full (certificate, key, priority, func, data);
}

TestServer *
test_server_new_silent (void)
{
  return test_server_new_full (NULL, NULL, NULL, NULL, NULL);
}

guint16
test_server_get_port (TestServer *server)
{
  return server->port;
}

guint
test_server_get_connections (TestServer *server)
{
  guint connections;

  g_mutex_lock (&server->lock);
  connections = server->connections;
  g_mutex_unlock (&server->lock);
  return connections;
}

gboolean
test_server_saw_certificate (TestServer *server)
{
  return g_atomic_int_get (&server->saw_certificate);
}

void
test_server_free (TestServer *server)
{
  if (server == NULL)
    return;
  shutdown (server->fd, SHUT_RDWR);
  g_thread_join (server->thread);
  close (server->fd);
  g_mutex_lock (&server->lock);
  for (guint i = 0; i < server->fds->len; i++)
    shutdown (g_array_index (server->fds, int, i), SHUT_RDWR);
  while (server->running > 0)
    g_cond_wait (&server->idle, &server->lock);
  g_mutex_unlock (&server->lock);
  g_mutex_clear (&server->lock);
  g_cond_clear (&server->idle);
  g_array_unref (server->fds);
  g_free (server->certificate);
  g_free (server->key);
  g_free (server->priority);
  g_free (server);
}
