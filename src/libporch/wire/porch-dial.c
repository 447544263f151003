/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One poll loop over non-blocking sockets with GnuTLS directly. Not GTlsConnection: its handshakes, blocking ones too, run on
 * GIO's shared thread pool and have no deadline for a server that sends a byte now and then. */
#include "config.h"

#include "wire/porch-dial.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "identity/porch-pin-database.h"
#include "porch-error.h"
#include "porch-limits.h"

#define MAX_HANDSHAKE_MESSAGE (16 * 1024)

typedef enum
{
  ATTEMPT_WAITING, /* not started */
  ATTEMPT_CONNECTING,
  ATTEMPT_SHAKING,
  ATTEMPT_PROVED,
  ATTEMPT_IMPOSTOR,
  ATTEMPT_FAILED,
} AttemptState;

typedef struct
{
  GInetSocketAddress *address; /* borrowed */
  AttemptState state;
  int fd;
  short events;
  gint64 deadline;
  gnutls_session_t session;
  gnutls_certificate_credentials_t credentials;
  PorchDeviceId id; /* PROVED, IMPOSTOR */
} Attempt;

static void
attempt_clear (Attempt *attempt)
{
  g_clear_pointer (&attempt->session, gnutls_deinit);
  g_clear_pointer (&attempt->credentials, gnutls_certificate_free_credentials);
  if (attempt->fd >= 0)
    close (attempt->fd);
  attempt->fd = -1;
}

static void
attempt_fail (Attempt *attempt)
{
  attempt->state = ATTEMPT_FAILED;
  attempt_clear (attempt);
}

static void
attempt_start (Attempt *attempt, gint64 now, guint timeout_ms)
{
  struct sockaddr_storage native;
  gssize size = g_socket_address_get_native_size (G_SOCKET_ADDRESS (attempt->address));

  attempt->deadline = now + timeout_ms * (gint64)1000;
  attempt->state = ATTEMPT_CONNECTING;
  attempt->events = POLLOUT;
  if (size < 0 || (gsize)size > sizeof native
      || !g_socket_address_to_native (G_SOCKET_ADDRESS (attempt->address), &native, sizeof native, NULL))
    {
      attempt_fail (attempt);
      return;
    }
  attempt->fd = socket (native.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (attempt->fd < 0 || (connect (attempt->fd, (struct sockaddr *)&native, size) != 0 && errno != EINPROGRESS))
    attempt_fail (attempt);
}

static gboolean
attempt_start_tls (Attempt *attempt)
{
  int status = 0;
  socklen_t length = sizeof status;

  if (getsockopt (attempt->fd, SOL_SOCKET, SO_ERROR, &status, &length) != 0 || status != 0)
    return FALSE;
  if (gnutls_init (&attempt->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) != 0
      || gnutls_priority_set_direct (attempt->session, PORCH_TLS_PRIORITY, NULL) != 0
      || gnutls_certificate_allocate_credentials (&attempt->credentials) != 0
      || gnutls_credentials_set (attempt->session, GNUTLS_CRD_CERTIFICATE, attempt->credentials) != 0)
    return FALSE;
  gnutls_handshake_set_max_packet_length (attempt->session, MAX_HANDSHAKE_MESSAGE);
  gnutls_handshake_set_timeout (attempt->session, GNUTLS_INDEFINITE_TIMEOUT); /* ours is attempt->deadline */
  gnutls_transport_set_int (attempt->session, attempt->fd);
  attempt->state = ATTEMPT_SHAKING;
  return TRUE;
}

/* The handshake is through, so the other side holds the key of the certificate that it showed. */
static gboolean
attempt_read_id (Attempt *attempt)
{
  unsigned int count = 0;
  const gnutls_datum_t *chain = gnutls_certificate_get_peers (attempt->session, &count);

  return gnutls_protocol_get_version (attempt->session) == GNUTLS_TLS1_3
         && gnutls_certificate_type_get2 (attempt->session, GNUTLS_CTYPE_SERVER) == GNUTLS_CRT_X509 && chain != NULL
         && count > 0 && gnutls_hash_fast (GNUTLS_DIG_SHA256, chain[0].data, chain[0].size, attempt->id.bytes) == 0;
}

static void
attempt_shake (Attempt *attempt, const PorchDeviceId *pin)
{
  int status = gnutls_handshake (attempt->session);

  if (status == GNUTLS_E_AGAIN || status == GNUTLS_E_INTERRUPTED || (status < 0 && !gnutls_error_is_fatal (status)))
    {
      attempt->events = gnutls_record_get_direction (attempt->session) == 1 ? POLLOUT : POLLIN;
      return;
    }
  if (status != 0 || !attempt_read_id (attempt))
    {
      attempt_fail (attempt);
      return;
    }
  attempt->state = pin == NULL || porch_device_id_equal (pin, &attempt->id) ? ATTEMPT_PROVED : ATTEMPT_IMPOSTOR;
  gnutls_bye (attempt->session, GNUTLS_SHUT_WR);
  attempt_clear (attempt);
}

static void
attempt_step (Attempt *attempt, const PorchDeviceId *pin)
{
  if (attempt->state == ATTEMPT_CONNECTING && !attempt_start_tls (attempt))
    attempt_fail (attempt);
  else
    attempt_shake (attempt, pin);
}

static gboolean
attempt_is_running (const Attempt *attempt)
{
  return attempt->state == ATTEMPT_CONNECTING || attempt->state == ATTEMPT_SHAKING;
}

/* Starts what is due; returns the time of the next event, or 0 when nothing runs or waits any more. */
static gint64
advance (Attempt *attempts, guint n, gint64 now, gint64 *next_start, guint timeout_ms)
{
  gint64 until = 0;
  guint running = 0, waiting = 0;

  for (guint i = 0; i < n; i++)
    {
      if (attempt_is_running (&attempts[i]) && now >= attempts[i].deadline)
        attempt_fail (&attempts[i]);
      running += attempt_is_running (&attempts[i]);
    }
  for (guint i = 0; i < n; i++)
    if (attempts[i].state == ATTEMPT_WAITING && (now >= *next_start || running == 0))
      {
        attempt_start (&attempts[i], now, timeout_ms);
        running += attempt_is_running (&attempts[i]);
        *next_start = now + PORCH_DIAL_STAGGER_MS * 1000;
      }
  for (guint i = 0; i < n; i++)
    {
      waiting += attempts[i].state == ATTEMPT_WAITING;
      if (attempt_is_running (&attempts[i]) && (until == 0 || attempts[i].deadline < until))
        until = attempts[i].deadline;
    }
  if (waiting > 0 && (until == 0 || *next_start < until))
    until = *next_start;
  return running + waiting > 0 ? until : 0;
}

/* FALSE when cancelled. */
static gboolean
wait_for_any (Attempt *attempts, guint n, gint64 now, gint64 until, const PorchDeviceId *pin, GCancellable *cancellable,
              GError **error)
{
  struct pollfd fds[PORCH_MAX_PEER_ADDRESSES + 1] = { 0 };
  GPollFD wake = { .fd = -1 };
  gboolean wakes = cancellable != NULL && g_cancellable_make_pollfd (cancellable, &wake);

  for (guint i = 0; i < n; i++)
    {
      fds[i].fd = attempt_is_running (&attempts[i]) ? attempts[i].fd : -1;
      fds[i].events = attempts[i].events;
    }
  fds[n].fd = wakes ? wake.fd : -1;
  fds[n].events = POLLIN;
  poll (fds, n + 1, (int)MAX ((until - now + 999) / 1000, 0));
  if (wakes)
    g_cancellable_release_fd (cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (fds[i].fd >= 0 && fds[i].revents != 0)
      attempt_step (&attempts[i], pin);
  return TRUE;
}

static Attempt *
find_proved (Attempt *attempts, guint n)
{
  for (guint i = 0; i < n; i++)
    if (attempts[i].state == ATTEMPT_PROVED)
      return &attempts[i];
  return NULL;
}

static GInetSocketAddress *
finish (Attempt *attempts, guint n, PorchDeviceId *answered, GPtrArray *impostors)
{
  Attempt *proved = find_proved (attempts, n);
  GInetSocketAddress *result = proved != NULL ? g_object_ref (proved->address) : NULL;

  if (proved != NULL && answered != NULL)
    *answered = proved->id;
  for (guint i = 0; i < n; i++)
    {
      if (attempts[i].state == ATTEMPT_IMPOSTOR && impostors != NULL)
        g_ptr_array_add (impostors, g_object_ref (attempts[i].address));
      attempt_clear (&attempts[i]);
    }
  return result;
}

/**
 * porch_dial:
 * @timeout_ms: for each address; 0: PORCH_DIAL_TIMEOUT_MS
 *
 * A dead or wrong address costs PORCH_DIAL_STAGGER_MS, not its whole timeout.
 */
GInetSocketAddress *
porch_dial (GPtrArray *addresses, const PorchDeviceId *pin, guint timeout_ms, PorchDeviceId *answered, GPtrArray *impostors,
            GCancellable *cancellable, GError **error)
{
  Attempt attempts[PORCH_MAX_PEER_ADDRESSES] = { 0 };
  guint n = MIN (addresses->len, PORCH_MAX_PEER_ADDRESSES);
  gint64 now = g_get_monotonic_time (), next_start = now, until;
  GInetSocketAddress *result;

  for (guint i = 0; i < n; i++)
    attempts[i] = (Attempt){ .address = addresses->pdata[i], .fd = -1 };
  if (timeout_ms == 0)
    timeout_ms = PORCH_DIAL_TIMEOUT_MS;
  while ((until = advance (attempts, n, now, &next_start, timeout_ms)) != 0 && find_proved (attempts, n) == NULL)
    {
      if (!wait_for_any (attempts, n, now, until, pin, cancellable, error))
        {
          finish (attempts, n, NULL, impostors);
          return NULL;
        }
      now = g_get_monotonic_time ();
    }
  result = finish (attempts, n, answered, impostors);
  if (result == NULL)
    g_set_error_literal (
        error, PORCH_ERROR, PORCH_ERROR_UNREACHABLE,
        _ ("The other device can't be reached. Check that it is on, that Porch runs there, and that both are on "
           "the same network."));
  return result;
}
