/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/porch-client.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "identity/porch-pin-database.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "wire/porch-body-stream.h"
#include "wire/porch-connectable.h"
#include "wire/porch-dial.h"
#include "wire/porch-json.h"

#define DEFAULT_TIMEOUT 15 /* seconds */
#define IDLE_TIMEOUT 30    /* seconds: shorter than the gate's, so that a stale connection is rarely tried */

struct _PorchClient
{
  GObject parent_instance;
  PorchIdentity *identity; /* owned */
  PorchDeviceId peer;
  GPtrArray *addresses; /* owned; of GInetSocketAddress; those not struck */
  GPtrArray *impostors; /* owned; of GInetSocketAddress */
  guint connections;
  guint timeout;

  GMainContext *context;      /* owned; libsoup's timers must not land in the main thread's context */
  SoupSession *session;       /* owned; NULL until dialled, or when a connection is half read */
  GInetSocketAddress *proved; /* owned */
  GPtrArray *bodies;          /* weak: streams handed out; each holds one connection until it is closed */
};

G_DEFINE_FINAL_TYPE (PorchClient, porch_client, G_TYPE_OBJECT)

/* One request on its way. */
typedef struct
{
  GTlsCertificate *certificate; /* borrowed: ours */
  GCancellable *cancellable;    /* borrowed: also cancelled for a wrong TLS version */
  gboolean started;             /* a connection was there: part of the request may have been sent */
  gboolean old_tls;
} Sending;

static void
on_body_gone (gpointer data, GObject *body)
{
  g_ptr_array_remove_fast (PORCH_CLIENT (data)->bodies, body);
}

static void
drop_session (PorchClient *self)
{
  if (self->session == NULL)
    return;
  g_main_context_push_thread_default (self->context);
  g_clear_object (&self->session);
  g_main_context_pop_thread_default (self->context);
}

static void
porch_client_finalize (GObject *object)
{
  PorchClient *self = PORCH_CLIENT (object);

  for (guint i = 0; i < self->bodies->len; i++)
    g_object_weak_unref (self->bodies->pdata[i], on_body_gone, self);
  drop_session (self);
  g_clear_object (&self->identity);
  g_clear_object (&self->proved);
  g_ptr_array_unref (self->addresses);
  g_ptr_array_unref (self->impostors);
  g_ptr_array_unref (self->bodies);
  g_main_context_unref (self->context);
  G_OBJECT_CLASS (porch_client_parent_class)->finalize (object);
}

static void
porch_client_class_init (PorchClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_client_finalize;
}

static void
porch_client_init (PorchClient *self)
{
  self->context = g_main_context_new ();
  self->addresses = g_ptr_array_new_with_free_func (g_object_unref);
  self->impostors = g_ptr_array_new_with_free_func (g_object_unref);
  self->bodies = g_ptr_array_new ();
}

/**
 * porch_client_new:
 * @addresses: (element-type GInetSocketAddress): best first; the first PORCH_MAX_PEER_ADDRESSES are used
 * @connections: at most so many answers may be open at a time
 * @timeout: seconds for each silent wait, 0 for 15; connecting takes at most a few seconds in any case
 *
 * Our certificate is shown only to @peer, once its key is proved. So make a client only for a trusted device or because the
 * user acted on this one (DECISIONS: presence of strangers is a mere TCP connect, which is not a client's work).
 */
PorchClient *
porch_client_new (PorchIdentity *identity, const PorchDeviceId *peer, GPtrArray *addresses, guint connections, guint timeout)
{
  PorchClient *self = g_object_new (PORCH_TYPE_CLIENT, NULL);

  self->identity = g_object_ref (identity);
  self->peer = *peer;
  self->connections = CLAMP (connections, 1, 16);
  self->timeout = timeout != 0 ? timeout : DEFAULT_TIMEOUT;
  for (guint i = 0; i < addresses->len && i < PORCH_MAX_PEER_ADDRESSES; i++)
    g_ptr_array_add (self->addresses, g_object_ref (addresses->pdata[i]));
  return self;
}

/* ---- connecting ---- */

static gboolean
same_address (gconstpointer a, gconstpointer b)
{
  g_autofree char *first = g_socket_connectable_to_string ((gpointer)a);
  g_autofree char *second = g_socket_connectable_to_string ((gpointer)b);

  return strcmp (first, second) == 0;
}

static void
strike (PorchClient *self, GInetSocketAddress *address)
{
  guint at;

  if (!g_ptr_array_find_with_equal_func (self->impostors, address, same_address, NULL))
    g_ptr_array_add (self->impostors, g_object_ref (address));
  if (g_ptr_array_find_with_equal_func (self->addresses, address, same_address, &at))
    g_ptr_array_remove_index (self->addresses, at);
}

static gboolean
dial (PorchClient *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) wrong = g_ptr_array_new_with_free_func (g_object_unref);

  g_clear_object (&self->proved);
  self->proved = porch_dial (self->addresses, &self->peer, 0, NULL, wrong, cancellable, error);
  for (guint i = 0; i < wrong->len; i++)
    strike (self, wrong->pdata[i]);
  return self->proved != NULL;
}

static SoupSession *
make_session (PorchClient *self)
{
  g_autoptr (GTlsDatabase) pin = porch_pin_database_new (&self->peer);
  g_autoptr (GSocketConnectable) connectable = porch_connectable_new (&self->peer, self->proved);
  SoupSession *session;

  /* No proxy whatever the desktop says; nothing that unpacks, authenticates or remembers. */
  session = soup_session_new_with_options ("remote-connectable", connectable, "tls-database", pin, "proxy-resolver", NULL,
                                           "timeout", self->timeout, "idle-timeout", IDLE_TIMEOUT, "max-conns",
                                           self->connections, "max-conns-per-host", self->connections, NULL);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  return session;
}

/* ---- one request ---- */

static void
on_message_starting (SoupMessage *message, Sending *sending)
{
  sending->started = TRUE;
}

/* Our certificate is put on the connection here and not by libsoup's "request-certificate": that signal is delivered to the
 * main context under which the connection was made, which nobody runs while its thread waits for the handshake. The environment
 * that porch_tls_setup() made forbids less than TLS 1.3 already; the check is the second bolt. */
static void
on_message_network_event (SoupMessage *message, GSocketClientEvent event, GIOStream *connection, Sending *sending)
{
  if (!G_IS_TLS_CONNECTION (connection))
    return;
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_tls_connection_set_certificate (G_TLS_CONNECTION (connection), sending->certificate);
  else if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED
           && g_tls_connection_get_protocol_version (G_TLS_CONNECTION (connection)) != G_TLS_PROTOCOL_VERSION_TLS_1_3)
    {
      sending->old_tls = TRUE;
      g_cancellable_cancel (sending->cancellable);
    }
}

static void
on_caller_cancelled (GCancellable *cancellable, GCancellable *ours)
{
  g_cancellable_cancel (ours);
}

static SoupMessage *
make_message (PorchClient *self, const char *method, const char *path, GBytes *body)
{
  g_autofree char *name = porch_connectable_name (&self->peer);
  g_autofree char *uri = g_strconcat ("https://", name, path, NULL);
  SoupMessage *message = soup_message_new (method, uri);

  /* IDEMPOTENT: else libsoup opens a new connection for each POST. It does not make it send one twice. */
  soup_message_set_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", body);
  return message;
}

/* With a session and its context in place. */
static GInputStream *
send_once (PorchClient *self, SoupMessage *message, Sending *sending, GCancellable *cancellable, GError **error)
{
  g_autoptr (GCancellable) ours = g_cancellable_new ();
  GInputStream *stream;
  gulong chain;

  sending->cancellable = ours;
  g_signal_connect (message, "starting", G_CALLBACK (on_message_starting), sending);
  g_signal_connect (message, "network-event", G_CALLBACK (on_message_network_event), sending);
  chain = cancellable != NULL ? g_cancellable_connect (cancellable, G_CALLBACK (on_caller_cancelled), ours, NULL) : 0;
  stream = soup_session_send (self->session, message, ours, error);
  if (chain != 0)
    g_cancellable_disconnect (cancellable, chain);
  g_signal_handlers_disconnect_by_data (message, sending);
  sending->cancellable = NULL;
  if (sending->old_tls)
    {
      g_clear_object (&stream);
      g_clear_error (error);
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("The other device does not speak securely enough. It may need a newer Porch."));
    }
  return stream;
}

static guint
count_open_bodies (PorchClient *self)
{
  guint open = 0;

  for (guint i = 0; i < self->bodies->len; i++)
    open += !g_input_stream_is_closed (self->bodies->pdata[i]);
  return open;
}

static void
on_half_read (SoupSession *session, gpointer data)
{
  PorchClient *self = data;

  if (self->session == session)
    drop_session (self);
}

static GInputStream *
wrap_body (PorchClient *self, GInputStream *base)
{
  GInputStream *body = porch_body_stream_new (base, self->session, self->context, G_OBJECT (self), on_half_read);

  g_ptr_array_add (self->bodies, body);
  g_object_weak_ref (G_OBJECT (body), on_body_gone, self);
  return body;
}

static gboolean
ensure_session (PorchClient *self, GCancellable *cancellable, GError **error)
{
  if (self->session != NULL)
    return TRUE;
  if (self->proved == NULL && !dial (self, cancellable, error))
    return FALSE;
  self->session = make_session (self);
  return TRUE;
}

/* Dials if need be, sends, and returns the body whatever the status. An address that was proved earlier and does not take a
 * connection any more is dialled again with all others, once, as long as nothing was sent. */
static GInputStream *
exchange (PorchClient *self, SoupMessage *message, GCancellable *cancellable, GError **error)
{
  g_autoptr (GInputStream) base = NULL;
  GInputStream *body = NULL;
  gboolean fresh = self->proved == NULL;
  Sending sending = { .certificate = porch_identity_get_certificate (self->identity) };
  GError *local = NULL;

  if (count_open_bodies (self) >= self->connections)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_BUSY,
                           "All connections of this client hold an answer that is not read.");
      return NULL;
    }
  g_main_context_push_thread_default (self->context);
  if (ensure_session (self, cancellable, &local))
    base = send_once (self, message, &sending, cancellable, &local);
  if (base == NULL && self->session != NULL && !sending.started && !sending.old_tls && !fresh
      && !g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_error (&local);
      g_clear_object (&self->session);
      g_clear_object (&self->proved);
      if (ensure_session (self, cancellable, &local))
        base = send_once (self, message, &sending, cancellable, &local);
    }
  if (base != NULL)
    body = wrap_body (self, base);
  else if (g_error_matches (local, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE) && self->proved != NULL)
    {
      strike (self, self->proved);
      g_clear_object (&self->session);
      g_clear_object (&self->proved);
    }
  g_main_context_pop_thread_default (self->context);
  if (local != NULL)
    g_propagate_error (error, porch_body_stream_explain (local));
  return body;
}

/* ---- answers ---- */

static GBytes *
read_all (GInputStream *stream, gsize max, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[16 * 1024];
  gssize n;

  while ((n = g_input_stream_read (stream, buffer, sizeof buffer, cancellable, error)) > 0)
    {
      if (bytes->len + (gsize)n > max)
        {
          g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_LIMIT, _ ("The answer of the other device is too long."));
          return NULL;
        }
      g_byte_array_append (bytes, buffer, n);
    }
  return n < 0 ? NULL : g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static PorchError
error_of_status (guint status)
{
  switch (status)
    {
    case 403:
      return PORCH_ERROR_NOT_ALLOWED;
    case 404:
      return PORCH_ERROR_NOT_FOUND;
    case 409:
      return PORCH_ERROR_EXISTS;
    case 410:
      return PORCH_ERROR_GONE;
    case 413:
      return PORCH_ERROR_LIMIT;
    case 429:
    case 503:
      return PORCH_ERROR_BUSY;
    case 507:
      return PORCH_ERROR_NO_SPACE;
    default:
      return PORCH_ERROR_PROTOCOL;
    }
}

/* Our own words: text from the other side is never shown as ours. */
static const char *
words_of_error (PorchError code)
{
  switch ((int)code)
    {
    case PORCH_ERROR_NOT_ALLOWED:
      return _ ("The other device does not allow this.");
    case PORCH_ERROR_NOT_FOUND:
      return _ ("This is not there, or not shared with you.");
    case PORCH_ERROR_EXISTS:
      return _ ("The other device has something else under this number already.");
    case PORCH_ERROR_GONE:
      return _ ("This is no longer there.");
    case PORCH_ERROR_LIMIT:
      return _ ("This is more than the other device accepts.");
    case PORCH_ERROR_BUSY:
      return _ ("The other device is busy. Try again in a moment.");
    case PORCH_ERROR_NO_SPACE:
      return _ ("The other device has no space left.");
    case PORCH_ERROR_CHANGED:
      return _ ("The file changed on the other device.");
    case PORCH_ERROR_DECLINED:
      return _ ("The other person said no.");
    default:
      return _ ("The other device could not answer this request.");
    }
}

static void
set_wire_error (GInputStream *body, guint status, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = read_all (body, PORCH_MAX_JSON_STRING, cancellable, NULL);
  g_autoptr (JsonObject) object = NULL;
  PorchError code = error_of_status (status);

  if (bytes != NULL)
    object = porch_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), PORCH_MAX_JSON_STRING, NULL);
  if (object != NULL)
    {
      const char *stated = porch_json_get_optional_string (object, "error", 64, NULL);

      if (stated != NULL && porch_error_from_code (stated) != PORCH_ERROR_PROTOCOL)
        code = porch_error_from_code (stated);
    }
  g_set_error_literal (error, PORCH_ERROR, (int)code, words_of_error (code));
}

/* The body of a good answer; a bad one becomes an error. */
static GInputStream *
open_message (PorchClient *self, SoupMessage *message, GCancellable *cancellable, GError **error)
{
  g_autoptr (GInputStream) body = exchange (self, message, cancellable, error);
  guint status;

  if (body == NULL)
    return NULL;
  status = soup_message_get_status (message);
  if (status >= 200 && status < 300)
    return g_steal_pointer (&body);
  set_wire_error (body, status, cancellable, error);
  g_input_stream_close (body, NULL, NULL);
  return NULL;
}

static GBytes *
body_bytes (JsonObject *body)
{
  char *text;

  if (body == NULL)
    return NULL;
  text = porch_json_to_string (body);
  return g_bytes_new_take (text, strlen (text));
}

/**
 * porch_client_open:
 * @path: with its prefix, "/porch/v1/list"
 * @body: (nullable): sent as JSON
 *
 * Close or drop the stream to free its connection; one that is dropped before its end costs a new connection. An answer that
 * was cut ends with G_IO_ERROR_PARTIAL_INPUT, but not reliably: libsoup 3.2 takes a connection that closes between two chunks
 * for the end. So rows and frames have ends of their own (docs/PROTOCOL.md), and only those count.
 *
 * Returns: (transfer full): the answer's body
 */
GInputStream *
porch_client_open (PorchClient *self, const char *method, const char *path, JsonObject *body, GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (GBytes) bytes = body_bytes (body);
  g_autoptr (SoupMessage) message = make_message (self, method, path, bytes);

  g_return_val_if_fail (message != NULL, NULL);
  return open_message (self, message, cancellable, error);
}

/**
 * porch_client_call:
 *
 * Returns: (transfer full): the answer; an empty object when it has no body
 */
JsonObject *
porch_client_call (PorchClient *self, const char *method, const char *path, JsonObject *body, GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (GInputStream) stream = porch_client_open (self, method, path, body, cancellable, error);
  g_autoptr (GBytes) bytes = NULL;

  if (stream == NULL)
    return NULL;
  bytes = read_all (stream, PORCH_MAX_JSON_BODY, cancellable, error);
  g_input_stream_close (stream, NULL, NULL);
  if (bytes == NULL)
    return NULL;
  if (g_bytes_get_size (bytes) == 0)
    return json_object_new ();
  return porch_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), PORCH_MAX_JSON_BODY, error);
}

/**
 * porch_client_upload:
 * @body: read to its end
 *
 * Blocks until the other side has taken everything and said so.
 */
gboolean
porch_client_upload (PorchClient *self, const char *path, GInputStream *body, GCancellable *cancellable, GError **error)
{
  g_autoptr (SoupMessage) message = make_message (self, "POST", path, NULL);
  g_autoptr (GInputStream) answer = NULL;

  g_return_val_if_fail (message != NULL, FALSE);
  soup_message_set_request_body (message, "application/octet-stream", body, -1);
  answer = open_message (self, message, cancellable, error);
  if (answer == NULL)
    return FALSE;
  g_input_stream_close (answer, NULL, NULL);
  return TRUE;
}

GInetSocketAddress *
porch_client_dup_proved_address (PorchClient *self)
{
  return self->proved != NULL ? g_object_ref (self->proved) : NULL;
}

GPtrArray *
porch_client_dup_impostors (PorchClient *self)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->impostors->len; i++)
    g_ptr_array_add (copy, g_object_ref (self->impostors->pdata[i]));
  return copy;
}

/**
 * porch_client_probe:
 * @identity: unused: nothing of ours is shown
 * @timeout: seconds, 0 for 3
 * @id: (out caller-allocates): who holds the key there
 */
gboolean
porch_client_probe (PorchIdentity *identity, GInetSocketAddress *address, guint timeout, PorchDeviceId *id,
                    GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  g_autoptr (GInetSocketAddress) answered = NULL;

  g_ptr_array_add (addresses, address);
  answered = porch_dial (addresses, NULL, timeout * 1000, id, NULL, cancellable, error);
  return answered != NULL;
}
