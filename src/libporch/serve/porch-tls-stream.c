/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "serve/porch-tls-stream.h"

#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "identity/porch-pin-database.h"
#include "porch-error.h"
#include "serve/porch-http-guard.h"

#define MAX_HANDSHAKE_MESSAGE (16 * 1024)
/* A closed connection may take so long to send its last record. */
#define LINGER_SECONDS 5
#define TAIL_SIZE 64
#define WRITE_AT_A_TIME (256 * 1024)
/* libsoup reads on as long as there is something, and a fast sender would keep the main loop to itself. */
#define READ_AT_A_TIME (512 * 1024)

/* ---- credentials ---- */

struct _PorchTlsCredentials
{
  gatomicrefcount refs;
  gnutls_certificate_credentials_t native;
};

PorchTlsCredentials *
porch_tls_credentials_new (PorchIdentity *identity, GError **error)
{
  PorchTlsCredentials *self = g_new0 (PorchTlsCredentials, 1);
  g_autofree char *certificate = NULL;
  char *key = NULL;
  gnutls_datum_t certificate_datum, key_datum;
  int status;

  g_atomic_ref_count_init (&self->refs);
  g_object_get (porch_identity_get_certificate (identity), "certificate-pem", &certificate, "private-key-pem", &key, NULL);
  certificate_datum = (gnutls_datum_t){ (unsigned char *)certificate, strlen (certificate) };
  key_datum = (gnutls_datum_t){ (unsigned char *)key, strlen (key) };
  gnutls_certificate_allocate_credentials (&self->native);
  status = gnutls_certificate_set_x509_key_mem (self->native, &certificate_datum, &key_datum, GNUTLS_X509_FMT_PEM);
  explicit_bzero (key, key_datum.size);
  g_free (key);
  if (status >= 0)
    return self;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_STORE, _ ("The key of this device can't be used for a secure connection (%s)."),
               gnutls_strerror (status));
  porch_tls_credentials_unref (self);
  return NULL;
}

PorchTlsCredentials *
porch_tls_credentials_ref (PorchTlsCredentials *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
porch_tls_credentials_unref (PorchTlsCredentials *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  gnutls_certificate_free_credentials (self->native);
  g_free (self);
}

/* ---- the connection that the stream and its two halves share ---- */

typedef struct
{
  gatomicrefcount refs;
  GMutex lock;
  GSocket *socket;                  /* owned */
  PorchTlsCredentials *credentials; /* owned */

  /* main thread */
  GSource *watch; /* the context's; hang-up, and "writable" while a record is stuck; NULL when it is over */
  gpointer watch_tag;
  PorchTlsStreamFunc hung_up, closed;
  gpointer data;
  gboolean is_closed;

  /* guarded by lock */
  gnutls_session_t session;
  PorchHttpGuard guard;
  gint64 last_io;
  gsize read_on;        /* bytes read since there was nothing to read */
  gboolean resting;     /* the main loop has its turn before the next read */
  gboolean stuck;       /* GnuTLS holds an encrypted record that the socket did not take */
  char tail[TAIL_SIZE]; /* what the thread of GIO wrote meanwhile: the end of a chunked answer */
  gsize tail_length;
  gboolean broken; /* no more I/O */
  gboolean told_end;
  gboolean is_closing;
} Core;

static Core *
core_ref (Core *core)
{
  g_atomic_ref_count_inc (&core->refs);
  return core;
}

static void
core_unref (gpointer data)
{
  Core *core = data;

  if (!g_atomic_ref_count_dec (&core->refs))
    return;
  gnutls_deinit (core->session);
  porch_tls_credentials_unref (core->credentials);
  g_object_unref (core->socket);
  g_mutex_clear (&core->lock);
  g_free (core);
}

/* With the lock held. */
static void
core_set_stuck (Core *core, gboolean stuck)
{
  core->stuck = stuck;
  if (core->watch != NULL)
    g_source_modify_unix_fd (core->watch, core->watch_tag, stuck ? POLLOUT | POLLRDHUP : POLLRDHUP);
}

/* With the lock held. TRUE: it was sent, or GnuTLS keeps it and it is stuck. */
static gboolean
core_send (Core *core, const void *data, gsize length)
{
  gssize n = gnutls_record_send (core->session, data, length);

  if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
    core_set_stuck (core, TRUE);
  else
    {
      core->last_io = g_get_monotonic_time ();
      core->broken = n < 0;
      if (core->stuck)
        core_set_stuck (core, FALSE);
    }
  return !core->broken;
}

/* With the lock held. TRUE: nothing is stuck any more. */
static gboolean
core_flush (Core *core)
{
  if (!core->stuck || core->broken)
    return !core->broken;
  core_send (core, NULL, 0); /* goes on with the record that is stuck */
  if (!core->broken && !core->stuck && core->tail_length > 0)
    {
      core_send (core, core->tail, core->tail_length);
      core->tail_length = 0;
    }
  return !core->broken && !core->stuck;
}

/* With the lock held. What GnuTLS has taken counts as written, even if the socket did not take it all: then no more is taken
 * before it went out. So at most one record (16 KiB) is kept here beyond the socket's buffer. Several records at a time: each
 * round through libsoup costs more than a record. */
static gssize
core_write (Core *core, const char *data, gsize length, GError **error)
{
  gsize record = gnutls_record_get_max_size (core->session);
  gsize written = 0;

  length = MIN (length, WRITE_AT_A_TIME);
  if (core_flush (core))
    while (written < length && !core->stuck)
      {
        gsize n = MIN (length - written, record);

        if (!core_send (core, data + written, n))
          break;
        written += n;
      }
  if (written > 0 && !core->broken)
    return (gssize)written;
  if (core->broken)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "The connection is gone.");
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "The socket is full.");
  return -1;
}

/* With the lock held. A head that breaks the rules: our own answer, and the end. */
static gssize
core_refuse (Core *core, guint status, GError **error)
{
  const char *reason = status == 414 ? "URI Too Long" : status == 431 ? "Request Header Fields Too Large" : "Bad Request";
  g_autofree char *text
      = g_strdup_printf ("HTTP/1.1 %u %s\r\nServer: Porch\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", status, reason);

  if (core_write (core, text, strlen (text), NULL) > 0 && !core->stuck)
    gnutls_bye (core->session, GNUTLS_SHUT_WR);
  core->broken = TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "The request breaks HTTP.");
  return -1;
}

/* With the lock held. The end, whatever brought it: what counts in a body has an end of its own.
 * libsoup 3.2 never lets go of a connection that ends between two requests (mended in 3.4: "do not leak idle connections closed
 * by the client"), so there the end comes after one byte that makes it believe that a request began. */
static gssize
core_read_end (Core *core, char *data)
{
  gboolean between = core->guard.bytes == 0 && !core->told_end;

  core->told_end = TRUE;
  if (!between)
    return 0;
  core->broken = TRUE;
  *data = 'X';
  return 1;
}

/* With the lock held. */
static gssize
core_read (Core *core, void *data, gsize length, GError **error)
{
  gssize n;
  guint refusal;

  if (core->broken)
    return core_read_end (core, data);
  core->resting = core->read_on >= READ_AT_A_TIME;
  if (core->resting)
    {
      core->read_on = 0;
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Others have their turn.");
      return -1;
    }
  do
    n = gnutls_record_recv (core->session, data, length);
  while (n == GNUTLS_E_INTERRUPTED || (n < 0 && n != GNUTLS_E_AGAIN && !gnutls_error_is_fatal ((int)n)));
  if (n == GNUTLS_E_AGAIN)
    {
      core->read_on = 0;
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Nothing to read.");
      return -1;
    }
  if (n <= 0)
    return core_read_end (core, data);
  core->last_io = g_get_monotonic_time ();
  core->read_on += (gsize)n;
  refusal = porch_http_guard_feed (&core->guard, data, (gsize)n);
  return refusal != 0 ? core_refuse (core, refusal, error) : n;
}

/* Main thread. */
static void
core_end_watch (Core *core)
{
  GSource *watch;

  g_mutex_lock (&core->lock);
  watch = g_steal_pointer (&core->watch);
  g_mutex_unlock (&core->lock);
  if (watch != NULL)
    g_source_destroy (watch);
}

/* Main thread, without the lock. */
static void
core_finish_close (Core *core)
{
  PorchTlsStreamFunc closed = core->closed;

  if (core->is_closed)
    return;
  core->is_closed = TRUE;
  core->hung_up = core->closed = NULL;
  core_end_watch (core);
  g_socket_close (core->socket, NULL);
  if (closed != NULL)
    closed (core->data);
}

/* Main thread. Says goodbye and closes, now or when the last record went out. */
static void
core_close (Core *core)
{
  gboolean linger;

  g_mutex_lock (&core->lock);
  core->is_closing = TRUE;
  if (core_flush (core))
    gnutls_bye (core->session, GNUTLS_SHUT_WR);
  linger = core->stuck && !core->broken;
  g_mutex_unlock (&core->lock);
  if (!linger)
    core_finish_close (core);
}

static gboolean
on_linger_over (gpointer data)
{
  core_finish_close (data);
  return G_SOURCE_REMOVE;
}

static void
on_core_event (Core *core, GIOCondition condition)
{
  gboolean gone = (condition & (G_IO_HUP | G_IO_ERR | G_IO_NVAL)) != 0;
  PorchTlsStreamFunc hung_up = NULL;
  gboolean finish;

  g_mutex_lock (&core->lock);
  core->broken = core->broken || gone;
  core_flush (core);
  finish = core->is_closing && (core->broken || !core->stuck);
  if ((condition & POLLRDHUP) && core->watch != NULL)
    g_source_modify_unix_fd (core->watch, core->watch_tag, core->stuck ? POLLOUT : 0);
  g_mutex_unlock (&core->lock);

  /* poll() reports a hang-up for ever: it is told once, and then asked for no more. */
  if (gone)
    core_end_watch (core);
  if (gone || (condition & POLLRDHUP))
    hung_up = g_steal_pointer (&core->hung_up);
  if (hung_up != NULL)
    hung_up (core->data);
  if (finish)
    core_finish_close (core);
}

typedef struct
{
  GSource source;
  Core *core;
} CoreSource;

static gboolean
core_source_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  Core *core = core_ref (((CoreSource *)source)->core);

  on_core_event (core, g_source_query_unix_fd (source, core->watch_tag));
  core_unref (core);
  return G_SOURCE_CONTINUE;
}

static void
core_source_finalize (GSource *source)
{
  core_unref (((CoreSource *)source)->core);
}

static GSourceFuncs core_source_funcs = { .dispatch = core_source_dispatch, .finalize = core_source_finalize };

static void
core_start_watch (Core *core)
{
  core->watch = g_source_new (&core_source_funcs, sizeof (CoreSource));
  ((CoreSource *)core->watch)->core = core_ref (core);
  g_source_set_static_name (core->watch, "porch-tls-watch");
  core->watch_tag = g_source_add_unix_fd (core->watch, g_socket_get_fd (core->socket), POLLRDHUP);
  g_source_attach (core->watch, NULL);
  g_source_unref (core->watch);
}

static Core *
core_new (GSocket *socket, PorchTlsCredentials *credentials)
{
  Core *core = g_new0 (Core, 1);

  g_atomic_ref_count_init (&core->refs);
  g_mutex_init (&core->lock);
  core->socket = g_object_ref (socket);
  core->credentials = porch_tls_credentials_ref (credentials);
  core->last_io = g_get_monotonic_time ();
  gnutls_init (&core->session, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);
  gnutls_priority_set_direct (core->session, PORCH_TLS_PRIORITY, NULL);
  gnutls_credentials_set (core->session, GNUTLS_CRD_CERTIFICATE, credentials->native);
  gnutls_certificate_server_set_request (core->session, GNUTLS_CERT_REQUIRE);
  gnutls_handshake_set_max_packet_length (core->session, MAX_HANDSHAKE_MESSAGE);
  gnutls_handshake_set_timeout (core->session, GNUTLS_INDEFINITE_TIMEOUT); /* the gate's clock counts */
  gnutls_transport_set_int (core->session, g_socket_get_fd (socket));
  return core;
}

/* ---- the reading half ---- */

#define PORCH_TYPE_TLS_INPUT (porch_tls_input_get_type ())
G_DECLARE_FINAL_TYPE (PorchTlsInput, porch_tls_input, PORCH, TLS_INPUT, GInputStream)

struct _PorchTlsInput
{
  GInputStream parent_instance;
  Core *core;
};

static void porch_tls_input_pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchTlsInput, porch_tls_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, porch_tls_input_pollable_init))

static gssize
porch_tls_input_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize count, GError **error)
{
  Core *core = PORCH_TLS_INPUT (stream)->core;
  gssize n;

  g_mutex_lock (&core->lock);
  n = core_read (core, buffer, count, error);
  g_mutex_unlock (&core->lock);
  return n;
}

static gboolean
porch_tls_input_has_buffered (Core *core)
{
  gboolean has;

  g_mutex_lock (&core->lock);
  has = core->broken || core->resting || gnutls_record_check_pending (core->session) > 0;
  g_mutex_unlock (&core->lock);
  return has;
}

static gboolean
porch_tls_input_is_readable (GPollableInputStream *stream)
{
  Core *core = PORCH_TLS_INPUT (stream)->core;

  return porch_tls_input_has_buffered (core) || (g_socket_condition_check (core->socket, G_IO_IN) & G_IO_IN) != 0;
}

static GSource *
make_source (gpointer stream, Core *core, gboolean now, GIOCondition condition, GCancellable *cancellable)
{
  g_autoptr (GSource) child = now ? g_timeout_source_new (0) : g_socket_create_source (core->socket, condition, NULL);

  return g_pollable_source_new_full (stream, child, cancellable);
}

static GSource *
porch_tls_input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  Core *core = PORCH_TLS_INPUT (stream)->core;

  return make_source (stream, core, porch_tls_input_has_buffered (core), G_IO_IN, cancellable);
}

static void
porch_tls_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = porch_tls_input_is_readable;
  iface->create_source = porch_tls_input_create_source;
  iface->read_nonblocking = porch_tls_input_read_nonblocking;
}

static void
porch_tls_input_finalize (GObject *object)
{
  core_unref (PORCH_TLS_INPUT (object)->core);
  G_OBJECT_CLASS (porch_tls_input_parent_class)->finalize (object);
}

static void
porch_tls_input_class_init (PorchTlsInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_tls_input_finalize;
}

static void
porch_tls_input_init (PorchTlsInput *self)
{
}

/* ---- the writing half ---- */

#define PORCH_TYPE_TLS_OUTPUT (porch_tls_output_get_type ())
G_DECLARE_FINAL_TYPE (PorchTlsOutput, porch_tls_output, PORCH, TLS_OUTPUT, GOutputStream)

struct _PorchTlsOutput
{
  GOutputStream parent_instance;
  Core *core;
};

static void porch_tls_output_pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchTlsOutput, porch_tls_output, G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM, porch_tls_output_pollable_init))

static gssize
porch_tls_output_write_nonblocking (GPollableOutputStream *stream, const void *buffer, gsize count, GError **error)
{
  Core *core = PORCH_TLS_OUTPUT (stream)->core;
  gssize n;

  g_mutex_lock (&core->lock);
  n = core_write (core, buffer, count, error);
  g_mutex_unlock (&core->lock);
  return n;
}

/* The blocking form is called by libsoup for the last bytes of a chunked answer, on a thread of GIO's shared pool. If the other
 * side does not read, that thread would wait; so these few bytes are kept and follow when there is room. */
static gssize
porch_tls_output_write (GOutputStream *stream, const void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  Core *core = PORCH_TLS_OUTPUT (stream)->core;
  g_autoptr (GError) local = NULL;
  gssize n;

  g_mutex_lock (&core->lock);
  n = core_write (core, buffer, count, &local);
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) && count <= TAIL_SIZE - core->tail_length)
    {
      memcpy (core->tail + core->tail_length, buffer, count);
      core->tail_length += count;
      n = (gssize)count;
    }
  g_mutex_unlock (&core->lock);
  if (n < 0)
    g_propagate_error (error, g_steal_pointer (&local));
  return n;
}

static gboolean
porch_tls_output_is_writable (GPollableOutputStream *stream)
{
  Core *core = PORCH_TLS_OUTPUT (stream)->core;
  gboolean broken;

  g_mutex_lock (&core->lock);
  broken = core->broken;
  g_mutex_unlock (&core->lock);
  return broken || (g_socket_condition_check (core->socket, G_IO_OUT) & G_IO_OUT) != 0;
}

static GSource *
porch_tls_output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  Core *core = PORCH_TLS_OUTPUT (stream)->core;
  gboolean broken;

  g_mutex_lock (&core->lock);
  broken = core->broken;
  g_mutex_unlock (&core->lock);
  return make_source (stream, core, broken, G_IO_OUT, cancellable);
}

static void
porch_tls_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = porch_tls_output_is_writable;
  iface->create_source = porch_tls_output_create_source;
  iface->write_nonblocking = porch_tls_output_write_nonblocking;
}

static void
porch_tls_output_finalize (GObject *object)
{
  core_unref (PORCH_TLS_OUTPUT (object)->core);
  G_OBJECT_CLASS (porch_tls_output_parent_class)->finalize (object);
}

static void
porch_tls_output_class_init (PorchTlsOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_tls_output_finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = porch_tls_output_write;
}

static void
porch_tls_output_init (PorchTlsOutput *self)
{
}

/* ---- the stream ---- */

struct _PorchTlsStream
{
  GIOStream parent_instance;
  PorchTlsInput *input;   /* owned */
  PorchTlsOutput *output; /* owned */
  Core *core;
};

G_DEFINE_FINAL_TYPE (PorchTlsStream, porch_tls_stream, G_TYPE_IO_STREAM)

static GInputStream *
porch_tls_stream_get_input (GIOStream *stream)
{
  return G_INPUT_STREAM (PORCH_TLS_STREAM (stream)->input);
}

static GOutputStream *
porch_tls_stream_get_output (GIOStream *stream)
{
  return G_OUTPUT_STREAM (PORCH_TLS_STREAM (stream)->output);
}

static gboolean
porch_tls_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  Core *core = PORCH_TLS_STREAM (stream)->core;

  core_close (core);
  if (!core->is_closed)
    g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, LINGER_SECONDS, on_linger_over, core_ref (core), core_unref);
  return TRUE;
}

static void
porch_tls_stream_finalize (GObject *object)
{
  PorchTlsStream *self = PORCH_TLS_STREAM (object);

  g_clear_object (&self->input);
  g_clear_object (&self->output);
  core_unref (self->core);
  G_OBJECT_CLASS (porch_tls_stream_parent_class)->finalize (object);
}

static void
porch_tls_stream_class_init (PorchTlsStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_tls_stream_finalize;
  G_IO_STREAM_CLASS (klass)->get_input_stream = porch_tls_stream_get_input;
  G_IO_STREAM_CLASS (klass)->get_output_stream = porch_tls_stream_get_output;
  G_IO_STREAM_CLASS (klass)->close_fn = porch_tls_stream_close;
}

static void
porch_tls_stream_init (PorchTlsStream *self)
{
}

/**
 * porch_tls_stream_new:
 * @socket: accepted, non-blocking
 */
PorchTlsStream *
porch_tls_stream_new (GSocket *socket, PorchTlsCredentials *credentials)
{
  PorchTlsStream *self = g_object_new (PORCH_TYPE_TLS_STREAM, NULL);

  self->core = core_new (socket, credentials);
  self->input = g_object_new (PORCH_TYPE_TLS_INPUT, NULL);
  self->input->core = core_ref (self->core);
  self->output = g_object_new (PORCH_TYPE_TLS_OUTPUT, NULL);
  self->output->core = core_ref (self->core);
  core_start_watch (self->core);
  return self;
}

/**
 * porch_tls_stream_handshake:
 *
 * As far as it goes without waiting. Call again when the socket is ready for what it wants.
 */
PorchTlsStep
porch_tls_stream_handshake (PorchTlsStream *self)
{
  Core *core = self->core;
  int status;

  g_mutex_lock (&core->lock);
  do
    status = core->broken ? GNUTLS_E_PUSH_ERROR : gnutls_handshake (core->session);
  while (status < 0 && status != GNUTLS_E_AGAIN && !gnutls_error_is_fatal (status));
  g_mutex_unlock (&core->lock);
  if (status == 0)
    return gnutls_protocol_get_version (core->session) == GNUTLS_TLS1_3 ? PORCH_TLS_DONE : PORCH_TLS_FAILED;
  if (status != GNUTLS_E_AGAIN)
    return PORCH_TLS_FAILED;
  return gnutls_record_get_direction (core->session) == 1 ? PORCH_TLS_WANTS_WRITE : PORCH_TLS_WANTS_READ;
}

gboolean
porch_tls_stream_get_id (PorchTlsStream *self, PorchDeviceId *id)
{
  unsigned int count = 0;
  const gnutls_datum_t *chain = gnutls_certificate_get_peers (self->core->session, &count);

  return gnutls_certificate_type_get2 (self->core->session, GNUTLS_CTYPE_CLIENT) == GNUTLS_CRT_X509 && chain != NULL
         && count > 0 && gnutls_hash_fast (GNUTLS_DIG_SHA256, chain[0].data, chain[0].size, id->bytes) == 0;
}

void
porch_tls_stream_expect_head (PorchTlsStream *self)
{
  g_mutex_lock (&self->core->lock);
  porch_http_guard_reset (&self->core->guard);
  g_mutex_unlock (&self->core->lock);
}

gint64
porch_tls_stream_get_last_io (PorchTlsStream *self)
{
  gint64 last_io;

  g_mutex_lock (&self->core->lock);
  last_io = self->core->last_io;
  g_mutex_unlock (&self->core->lock);
  return last_io;
}

void
porch_tls_stream_cut (PorchTlsStream *self)
{
  g_mutex_lock (&self->core->lock);
  self->core->broken = TRUE;
  g_mutex_unlock (&self->core->lock);
  if (!self->core->is_closed)
    shutdown (g_socket_get_fd (self->core->socket), SHUT_RDWR);
}

void
porch_tls_stream_watch (PorchTlsStream *self, PorchTlsStreamFunc hung_up, PorchTlsStreamFunc closed, gpointer data)
{
  self->core->hung_up = hung_up;
  self->core->closed = closed;
  self->core->data = data;
}
