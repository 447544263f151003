/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "serve/porch-server.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>

#include "identity/porch-grant.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "serve/porch-exchange-private.h"
#include "serve/porch-server-private.h"
#include "wire/porch-json.h"

#define HEAD_SECONDS 10 /* for a whole head, from its first byte */
#define BODY_SECONDS 20 /* for a whole JSON body */
#define UPLOAD_STALL_SECONDS 30
#define IDLE_SECONDS 60   /* longer than a client keeps a connection */
#define HANDLE_SECONDS 90 /* no route holds an answer so long */
#define MAX_HEADER_COUNT 64
/* What is read and thrown away of a body that was refused, so that the refusal can be read; then the connection is cut. */
#define MAX_DISCARD (256 * 1024)
#define EXCHANGE_KEY "porch-exchange"
/* Long answers at a time, those that wait in line included: for one device, for all that are not trusted together, for all. Files wait
 * in a line, where they hold no thread (porch-upload-queue.h); listings begin at once. */
#define MAX_STREAMS_PER_DEVICE 8
#define MAX_LISTINGS_UNKNOWN 8
#define MAX_FETCHES_UNKNOWN 48
#define MAX_STREAMS 96

struct _PorchServer
{
  GObject parent_instance;
  PorchServerParts parts; /* owned */
  PorchGate *gate;        /* owned */
  SoupServer *soup;       /* owned */
  PorchUploadQueue *uploads; /* owned */
  PorchRooms *rooms;         /* owned */
  GHashTable *grants;        /* owned */
  char *name, *chassis;
  GQueue streams; /* of PorchStream, borrowed */
};

struct _PorchStream
{
  PorchServer *server; /* borrowed; NULL when it has gone */
  PorchShare *share;   /* owned (nullable) */
  PorchExchange *exchange; /* owned */
  PorchDeviceId id;
  gboolean unknown, lines_up;
};

G_DEFINE_FINAL_TYPE (PorchServer, porch_server, G_TYPE_OBJECT)

static const PorchRoute *const all_routes[] = {
  porch_routes_hello, porch_routes_shares, porch_routes_content, porch_routes_holders, porch_routes_offers, porch_routes_pair,
  porch_routes_handouts,
};

const PorchServerParts *
porch_server_get_parts (PorchServer *self)
{
  return &self->parts;
}

const char *
porch_server_get_name (PorchServer *self)
{
  return self->name;
}

const char *
porch_server_get_chassis (PorchServer *self)
{
  return self->chassis;
}

PorchGate *
porch_server_get_gate (PorchServer *self)
{
  return self->gate;
}

PorchUploadQueue *
porch_server_get_uploads (PorchServer *self)
{
  return self->uploads;
}

PorchRooms *
porch_server_get_rooms (PorchServer *self)
{
  return self->rooms;
}

GHashTable *
porch_server_get_grants (PorchServer *self)
{
  return self->grants;
}

void
porch_server_set_uploads (PorchServer *self, guint uploads)
{
  porch_upload_queue_set_places (self->uploads, uploads);
}

static PorchExchange *
exchange_of (SoupServerMessage *message)
{
  return g_object_get_data (G_OBJECT (message), EXCHANGE_KEY);
}

/* ---- long answers ---- */

static gboolean
may_stream (PorchServer *self, PorchExchange *exchange, gboolean lines_up)
{
  guint own = 0, unknown = 0;

  for (GList *l = self->streams.head; l != NULL; l = l->next)
    {
      PorchStream *stream = l->data;

      own += porch_device_id_equal (&stream->id, &exchange->id);
      unknown += stream->unknown && stream->lines_up == lines_up;
    }
  return own < MAX_STREAMS_PER_DEVICE && self->streams.length < MAX_STREAMS
         && (exchange->trust == PORCH_TRUST_TRUSTED || unknown < (lines_up ? MAX_FETCHES_UNKNOWN : MAX_LISTINGS_UNKNOWN));
}

PorchStream *
porch_server_begin_stream (PorchServer *self, PorchExchange *exchange, PorchShare *share, gboolean lines_up)
{
  PorchStream *stream;

  if (!may_stream (self, exchange, lines_up))
    {
      porch_exchange_answer_code (exchange, 429, "busy");
      return NULL;
    }
  stream = g_new0 (PorchStream, 1);
  stream->server = self;
  stream->exchange = porch_exchange_ref (exchange);
  stream->id = exchange->id;
  stream->lines_up = lines_up;
  stream->unknown = exchange->trust != PORCH_TRUST_TRUSTED;
  if (share != NULL)
    {
      stream->share = g_object_ref (share);
      porch_share_begin_upload (share, &stream->id);
    }
  g_queue_push_tail (&self->streams, stream);
  return stream;
}

void
porch_server_end_stream (PorchStream *stream)
{
  if (stream->server != NULL)
    g_queue_remove (&stream->server->streams, stream);
  if (stream->share != NULL)
    porch_share_end_upload (stream->share, &stream->id);
  g_clear_object (&stream->share);
  porch_exchange_unref (stream->exchange);
  g_free (stream);
}

/* ---- which route ---- */

static gboolean
is_item (const char *text, gsize length)
{
  if (length != 32)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (text[i]) && !(text[i] >= 'a' && text[i] <= 'f'))
      return FALSE;
  return TRUE;
}

/* @pattern has at most one "*", which stands for a whole segment. */
static gboolean
match_path (const char *pattern, const char *path, char **item)
{
  const char *star = strchr (pattern, '*');
  gsize before = star != NULL ? (gsize)(star - pattern) : 0;
  const char *rest;

  if (star == NULL)
    return strcmp (pattern, path) == 0;
  if (strncmp (pattern, path, before) != 0)
    return FALSE;
  rest = strchrnul (path + before, '/');
  if (strcmp (rest, star + 1) != 0 || !is_item (path + before, rest - (path + before)))
    return FALSE;
  *item = g_strndup (path + before, rest - (path + before));
  return TRUE;
}

static const PorchRoute *
find_route (const char *method, const char *path, char **item)
{
  if (!g_str_has_prefix (path, PORCH_ROUTE_PREFIX))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (all_routes); i++)
    for (const PorchRoute *route = all_routes[i]; route->method != NULL; route++)
      if (strcmp (route->method, method) == 0 && match_path (route->path, path + strlen (PORCH_ROUTE_PREFIX), item))
        return route;
  return NULL;
}

/* ---- the head of a request ---- */

typedef struct
{
  guint all, host, length, encoding;
} HeaderCounts;

static HeaderCounts
count_headers (SoupMessageHeaders *headers)
{
  SoupMessageHeadersIter iter;
  HeaderCounts counts = { 0 };
  const char *name, *value;

  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    {
      counts.all++;
      counts.host += g_ascii_strcasecmp (name, "Host") == 0;
      counts.length += g_ascii_strcasecmp (name, "Content-Length") == 0;
      counts.encoding += g_ascii_strcasecmp (name, "Transfer-Encoding") == 0;
    }
  return counts;
}

static gboolean
is_number (const char *text)
{
  return *text != '\0' && strlen (text) <= 18 && strspn (text, "0123456789") == strlen (text);
}

/* S17: whatever two programs could read differently is refused. */
static gboolean
head_is_clear (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  HeaderCounts counts = count_headers (headers);
  const char *length = soup_message_headers_get_list (headers, "Content-Length");
  const char *encoding = soup_message_headers_get_list (headers, "Transfer-Encoding");

  return counts.all <= MAX_HEADER_COUNT && counts.host == 1 && *soup_message_headers_get_list (headers, "Host") != '\0'
         && counts.length + counts.encoding <= 1 && (length == NULL || is_number (length))
         && (encoding == NULL || g_ascii_strcasecmp (encoding, "chunked") == 0)
         && soup_server_message_get_http_version (message) == SOUP_HTTP_1_1;
}

static void
refuse_body (SoupServerMessage *message)
{
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
}

static void
refuse_head (PorchExchange *exchange, guint status, const char *code, gboolean close)
{
  refuse_body (exchange->message);
  if (close)
    soup_message_headers_replace (soup_server_message_get_response_headers (exchange->message), "Connection", "close");
  if (code != NULL)
    porch_exchange_answer_code (exchange, status, code);
  else
    porch_exchange_refuse (exchange);
}

static void
set_upload_deadline (PorchExchange *exchange, guint seconds)
{
  if (exchange->connection != NULL)
    porch_gate_connection_set_deadline (exchange->connection, seconds, TRUE, FALSE);
}

static gboolean
on_upload_room (gpointer data)
{
  set_upload_deadline (data, UPLOAD_STALL_SECONDS);
  porch_exchange_unpause (data);
  return G_SOURCE_REMOVE;
}

static void
unref_exchange (gpointer data)
{
  porch_exchange_unref (data);
}

static void
begin_upload (PorchServer *self, PorchExchange *exchange)
{
  refuse_body (exchange->message); /* it goes into the flow, never into memory */
  exchange->upload = exchange->route->begin_upload (self, exchange);
  if (exchange->upload == NULL)
    return;
  porch_flow_set_room (exchange->upload, NULL, on_upload_room, porch_exchange_ref (exchange), unref_exchange);
  set_upload_deadline (exchange, UPLOAD_STALL_SECONDS);
}

static void
judge_head (PorchServer *self, PorchExchange *exchange, const char *path)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (exchange->message);
  goffset length = soup_message_headers_get_content_length (headers);

  /* libsoup would answer ranges by itself, and wrongly. */
  soup_message_headers_remove (headers, "Range");
  if (!head_is_clear (exchange->message))
    {
      refuse_head (exchange, 400, "bad-request", TRUE);
      return;
    }
  exchange->route = find_route (soup_server_message_get_method (exchange->message), path, &exchange->item);
  if (exchange->route == NULL)
    refuse_head (exchange, 404, NULL, FALSE);
  else if (exchange->route->asks && self->parts.offers != NULL && !porch_offer_book_may_ask (self->parts.offers, &exchange->id))
    refuse_head (exchange, 403, "not-allowed", FALSE);
  else if (exchange->route->begin_upload != NULL)
    begin_upload (self, exchange);
  else if (length > (goffset)exchange->route->max_body)
    refuse_head (exchange, 413, "too-large", FALSE);
}

/* The message goes. When SoupServer drops its connections it says nothing before. */
static void
end_exchange (gpointer data)
{
  porch_exchange_finished (data);
  porch_exchange_unref (data);
}

/* After the head, before a byte of the body is stored. */
static void
on_early (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  PorchServer *self = data;
  PorchGateConnection *connection = porch_gate_connection_of (soup_server_message_get_remote_address (message));
  PorchExchange *exchange;

  soup_message_headers_remove (soup_server_message_get_response_headers (message), "Date");
  if (connection == NULL)
    {
      refuse_body (message);
      soup_server_message_set_status (message, 400, NULL);
      return;
    }
  exchange = porch_exchange_new (message, connection);
  g_object_set_data_full (G_OBJECT (message), EXCHANGE_KEY, exchange, end_exchange);
  porch_gate_connection_set_data (connection, exchange);
  porch_gate_connection_set_deadline (connection, BODY_SECONDS, FALSE, FALSE);
  exchange->trust = porch_trust_table_get (self->parts.trust, &exchange->id);
  exchange->query = query != NULL ? g_hash_table_ref (query) : NULL;
  if (exchange->trust == PORCH_TRUST_BLOCKED)
    {
      porch_gate_connection_cut (connection);
      refuse_head (exchange, 404, NULL, TRUE);
      return;
    }
  judge_head (self, exchange, path);
}

/* Any request that a key has proved is a sign of life. */
static void
note_presence (PorchServer *self, PorchExchange *exchange, JsonObject *body)
{
  const char *name = exchange->query ? g_hash_table_lookup (exchange->query, "name") : NULL;
  const char *chassis = exchange->query ? g_hash_table_lookup (exchange->query, "chassis") : NULL;
  const char *listens = exchange->query ? g_hash_table_lookup (exchange->query, "port") : NULL;
  gint64 port = 0;

  if (self->parts.peers == NULL || exchange->trust == PORCH_TRUST_BLOCKED
      || strcmp (exchange->route->path, PORCH_GOODBYE_PATH) == 0)
    return;
  if (body != NULL)
    port = porch_json_get_int_or (body, "port", 1, G_MAXUINT16, 0);
  if (port == 0 && (listens == NULL || !g_ascii_string_to_signed (listens, 10, 1, G_MAXUINT16, &port, NULL)))
    port = 0;
  porch_peer_list_proved (self->parts.peers, &exchange->id, name, chassis, exchange->remote, (guint16)port);
}

/* ---- the body ---- */

static void
push_upload (PorchExchange *exchange, GBytes *chunk)
{
  gboolean full = FALSE;

  if (!porch_flow_push_now (exchange->upload, g_bytes_ref (chunk), &full))
    {
      porch_flow_set_room (exchange->upload, NULL, NULL, NULL, NULL);
      g_clear_pointer (&exchange->upload, porch_flow_unref);
      porch_exchange_answer_code (exchange, 410, "gone");
    }
  else if (full)
    {
      set_upload_deadline (exchange, 0); /* it is we who keep it waiting */
      porch_exchange_pause (exchange);
    }
}

static void
on_message_got_chunk (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  PorchExchange *exchange = exchange_of (message);

  if (exchange == NULL || exchange->message == NULL)
    return;
  if (exchange->upload != NULL)
    {
      push_upload (exchange, chunk);
      return;
    }
  exchange->received += g_bytes_get_size (chunk);
  if (!exchange->answered && exchange->received > exchange->route->max_body)
    {
      soup_message_body_truncate (soup_server_message_get_request_body (message));
      refuse_head (exchange, 413, "too-large", FALSE);
    }
  else if (exchange->answered && exchange->received > MAX_DISCARD && exchange->connection != NULL)
    porch_gate_connection_cut (exchange->connection);
}

static JsonObject *
parse_body (PorchExchange *exchange, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (exchange->route->max_body == 0 || exchange->received == 0)
    return json_object_new ();
  bytes = soup_message_body_flatten (soup_server_message_get_request_body (exchange->message));
  return porch_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), exchange->route->max_body, error);
}

static void
finish_upload (PorchExchange *exchange)
{
  g_autoptr (PorchFlow) upload = g_steal_pointer (&exchange->upload);

  if (upload == NULL)
    return;
  porch_flow_set_room (upload, NULL, NULL, NULL, NULL);
  porch_flow_finish (upload, NULL);
  porch_exchange_answer (exchange, 204, NULL);
}

/* The whole request is there. Not called when it was answered before. */
static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  PorchServer *self = data;
  PorchExchange *exchange = exchange_of (message);
  g_autoptr (PorchExchange) alive = exchange != NULL ? porch_exchange_ref (exchange) : NULL;
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (GError) error = NULL;

  if (exchange == NULL || exchange->connection == NULL)
    {
      soup_server_message_set_status (message, 400, NULL);
      return;
    }
  porch_gate_connection_set_deadline (exchange->connection, HANDLE_SECONDS, FALSE, FALSE);
  if (exchange->route->begin_upload != NULL)
    {
      note_presence (self, exchange, NULL);
      finish_upload (exchange);
      return;
    }
  body = parse_body (exchange, &error);
  note_presence (self, exchange, body);
  if (body == NULL)
    porch_exchange_answer_code (exchange, 400, "bad-request");
  else
    exchange->route->handle (self, exchange, body);
}

/* ---- libsoup's signals ---- */

static void
on_message_wrote_body_data (SoupServerMessage *message, guint bytes, gpointer data)
{
  PorchExchange *exchange = exchange_of (message);

  if (exchange != NULL && exchange->out.flow != NULL)
    porch_outflow_wrote (exchange, bytes);
}

static void
on_soup_request_started (SoupServer *soup, SoupServerMessage *message, PorchServer *self)
{
  PorchGateConnection *connection = porch_gate_connection_of (soup_server_message_get_remote_address (message));

  g_signal_connect (message, "got-chunk", G_CALLBACK (on_message_got_chunk), NULL);
  g_signal_connect (message, "wrote-body-data", G_CALLBACK (on_message_wrote_body_data), NULL);
  if (connection != NULL)
    porch_gate_connection_set_deadline (connection, HEAD_SECONDS, FALSE, FALSE);
}

/* For a message that was finished as well as for one that was not. */
static void
on_soup_request_over (SoupServer *soup, SoupServerMessage *message, PorchServer *self)
{
  PorchGateConnection *connection = porch_gate_connection_of (soup_server_message_get_remote_address (message));
  PorchExchange *exchange = exchange_of (message);

  if (connection != NULL)
    {
      porch_tls_stream_expect_head (porch_gate_connection_get_stream (connection));
      porch_gate_connection_set_data (connection, NULL);
      porch_gate_connection_set_deadline (connection, IDLE_SECONDS, FALSE, TRUE);
    }
  if (exchange != NULL)
    porch_exchange_finished (exchange);
}

/* ---- the gate's ---- */

static void
on_gate_opened (PorchGateConnection *connection, GIOStream *stream, GSocketAddress *local, GSocketAddress *remote,
                gpointer data)
{
  PorchServer *self = data;

  porch_gate_connection_set_deadline (connection, HEAD_SECONDS, FALSE, FALSE);
  soup_server_accept_iostream (self->soup, stream, local, remote, NULL);
}

static void
on_gate_hung_up (PorchGateConnection *connection, gpointer data)
{
  PorchExchange *exchange = porch_gate_connection_get_data (connection);

  if (exchange != NULL)
    porch_exchange_hung_up (exchange);
  else
    porch_gate_connection_cut (connection);
}

static void
on_gate_closed (PorchGateConnection *connection, gpointer data)
{
  PorchServer *self = data;
  PorchExchange *exchange = porch_gate_connection_get_data (connection);

  if (exchange != NULL)
    exchange->connection = NULL;
  if (self->parts.pairings != NULL)
    porch_pairing_desk_on_closed (self->parts.pairings, porch_gate_connection_get_remote (connection));
}

static void
on_gate_farewell (GInetAddress *host, gpointer data)
{
  PorchServer *self = data;

  if (self->parts.peers != NULL)
    porch_peer_list_farewell (self->parts.peers, host);
}

static const PorchGateFuncs gate_funcs = { on_gate_opened, on_gate_hung_up, on_gate_closed, on_gate_farewell };

/* ---- the object ---- */

static void
porch_server_dispose (GObject *object)
{
  PorchServer *self = PORCH_SERVER (object);

  if (self->soup != NULL)
    porch_server_stop (self);
  for (GList *l = self->streams.head; l != NULL; l = l->next)
    ((PorchStream *)l->data)->server = NULL;
  g_queue_clear (&self->streams);
  g_clear_object (&self->soup);
  g_clear_object (&self->gate);
  g_clear_object (&self->parts.identity);
  g_clear_object (&self->parts.trust);
  g_clear_object (&self->parts.peers);
  g_clear_object (&self->parts.shares);
  g_clear_object (&self->parts.offers);
  g_clear_object (&self->parts.pairings);
  g_clear_object (&self->parts.handouts);
  g_clear_pointer (&self->parts.hashes, porch_hash_book_unref);
  g_clear_pointer (&self->parts.holdings, porch_holdings_unref);
  if (self->parts.limiter != NULL)
    porch_limiter_set_changed (self->parts.limiter, NULL, NULL);
  g_clear_pointer (&self->parts.limiter, porch_limiter_unref);
  G_OBJECT_CLASS (porch_server_parent_class)->dispose (object);
}

static void
porch_server_finalize (GObject *object)
{
  PorchServer *self = PORCH_SERVER (object);

  porch_upload_queue_free (self->uploads);
  porch_rooms_unref (self->rooms);
  g_hash_table_unref (self->grants);
  g_free (self->name);
  g_free (self->chassis);
  G_OBJECT_CLASS (porch_server_parent_class)->finalize (object);
}

static void
porch_server_class_init (PorchServerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_server_dispose;
  G_OBJECT_CLASS (klass)->finalize = porch_server_finalize;
}

static void
porch_server_init (PorchServer *self)
{
  self->uploads = porch_upload_queue_new ();
  self->rooms = porch_rooms_new ();
  self->grants = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)porch_grant_unref);
  self->name = g_strdup ("");
  self->chassis = g_strdup ("other");
}

/* SoupServer keeps connections alive only while it has a listener of its own. This one is a socket whose name is gone before
 * anybody could use it. */
static gboolean
keep_alive (SoupServer *soup, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, error);
  g_autofree char *folder = g_dir_make_tmp ("porch-XXXXXX", error);
  g_autofree char *path = folder != NULL ? g_build_filename (folder, "none", NULL) : NULL;
  g_autoptr (GSocketAddress) address = path != NULL ? g_unix_socket_address_new (path) : NULL;
  gboolean ok;

  ok = socket != NULL && address != NULL && g_socket_bind (socket, address, FALSE, error) && g_socket_listen (socket, error);
  if (path != NULL)
    g_unlink (path);
  if (folder != NULL)
    g_rmdir (folder);
  return ok && soup_server_listen_socket (soup, socket, 0, error);
}

/* A new limit holds at once for what is under way. */
static void
on_limits_changed (gpointer data)
{
  PorchServer *self = data;

  for (GList *l = self->streams.head, *next; l != NULL; l = next)
    {
      next = l->next;
      porch_outflow_hurry (((PorchStream *)l->data)->exchange);
    }
}

static void
take_parts (PorchServer *self, const PorchServerParts *parts)
{
  g_set_object (&self->parts.identity, parts->identity);
  g_set_object (&self->parts.trust, parts->trust);
  g_set_object (&self->parts.peers, parts->peers);
  g_set_object (&self->parts.shares, parts->shares);
  g_set_object (&self->parts.offers, parts->offers);
  g_set_object (&self->parts.pairings, parts->pairings);
  self->parts.holdings = parts->holdings != NULL ? porch_holdings_ref (parts->holdings) : porch_holdings_new ();
  g_set_object (&self->parts.handouts, parts->handouts);
  self->parts.hashes = parts->hashes != NULL ? porch_hash_book_ref (parts->hashes) : NULL;
  if (parts->limiter == NULL)
    return;
  self->parts.limiter = porch_limiter_ref (parts->limiter);
  porch_limiter_set_changed (self->parts.limiter, on_limits_changed, self);
}

PorchServer *
porch_server_new (const PorchServerParts *parts, GError **error)
{
  g_autoptr (PorchServer) self = g_object_new (PORCH_TYPE_SERVER, NULL);

  take_parts (self, parts);
  self->gate = porch_gate_new (parts->identity, parts->trust, &gate_funcs, self, error);
  if (self->gate == NULL)
    return NULL;
  self->soup = soup_server_new ("raw-paths", TRUE, "server-header", "Porch", NULL);
  soup_server_add_early_handler (self->soup, NULL, on_early, self, NULL);
  soup_server_add_handler (self->soup, NULL, on_request, self, NULL);
  g_signal_connect (self->soup, "request-started", G_CALLBACK (on_soup_request_started), self);
  g_signal_connect (self->soup, "request-finished", G_CALLBACK (on_soup_request_over), self);
  g_signal_connect (self->soup, "request-aborted", G_CALLBACK (on_soup_request_over), self);
  return keep_alive (self->soup, error) ? g_steal_pointer (&self) : NULL;
}

void
porch_server_set_label (PorchServer *self, const char *name, const char *chassis)
{
  g_free (self->name);
  g_free (self->chassis);
  self->name = g_strdup (name);
  self->chassis = g_strdup (chassis);
}

static void
add_address (GPtrArray *list, GInetAddress *host, guint32 scope)
{
  g_ptr_array_add (list, g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", host, "scope-id", scope, NULL));
}

/**
 * porch_server_listen:
 * @addresses: (nullable) (element-type PorchNetworkAddress)
 *
 * An empty list closes every socket: hidden means that nothing answers. Connections that are open stay.
 */
gboolean
porch_server_listen (PorchServer *self, GPtrArray *addresses, guint16 port, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);

  if (addresses == NULL)
    {
      g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

      add_address (list, loopback, 0);
    }
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    {
      PorchNetworkAddress *address = addresses->pdata[i];

      if (address->visible)
        add_address (list, address->address, address->scope_id);
    }
  return porch_gate_listen (self->gate, list, port, error);
}

guint16
porch_server_get_port (PorchServer *self)
{
  return porch_gate_get_port (self->gate);
}

void
porch_server_cut (PorchServer *self, const PorchDeviceId *id)
{
  porch_gate_cut (self->gate, id);
}

void
porch_server_stop (PorchServer *self)
{
  porch_gate_stop (self->gate);
  soup_server_disconnect (self->soup);
}
