/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PorchClient against servers that keep the rules and servers that don't. S9, S16, S27. */
#include "config.h"

#include <glib/gstdio.h>
#include <gnutls/x509.h>
#include <libsoup/soup.h>
#include <string.h>

#include "identity/porch-pin-database.h"
#include "porch-error.h"
#include "test-hostile.h"
#include "wire/porch-client.h"
#include "wire/porch-connectable.h"
#include "wire/porch-json.h"

#define BIG (3 * 1024 * 1024)

/* ---- a small HTTP server on a TestTls ---- */

/* The request's head; its body, if its length is stated, is read and dropped. NULL at the end. */
static char *
read_request (TestTls *tls)
{
  g_autoptr (GString) raw = g_string_new (NULL);
  const char *end, *stated;
  gsize length;

  while ((end = strstr (raw->str, "\r\n\r\n")) == NULL)
    {
      char buffer[4096];
      gssize n = test_tls_read (tls, buffer, sizeof buffer, 20000);

      if (n <= 0)
        return NULL;
      g_string_append_len (raw, buffer, n);
    }
  stated = strstr (raw->str, "Content-Length: ");
  length = end + 4 - raw->str + (stated != NULL ? g_ascii_strtoull (stated + 16, NULL, 10) : 0);
  while (raw->len < length)
    {
      char buffer[4096];
      gssize n = test_tls_read (tls, buffer, sizeof buffer, 5000);

      if (n <= 0)
        return NULL;
      g_string_append_len (raw, buffer, n);
    }
  return g_strdup (raw->str);
}

static void
answer (TestTls *tls, const char *status, const char *headers, const char *body)
{
  g_autofree char *text
      = g_strdup_printf ("HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n%s", status, strlen (body), headers, body);

  test_tls_write (tls, text, -1);
}

static void
answer_big (TestTls *tls)
{
  g_autofree char *data = g_malloc0 (BIG);
  g_autofree char *head = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", BIG);

  if (test_tls_write (tls, head, -1))
    test_tls_write (tls, data, BIG);
}

static void
serve (TestTls *tls, gpointer data)
{
  char *request;

  while ((request = read_request (tls)) != NULL)
    {
      g_autofree char *owned = request;

      if (strstr (request, " /echo ") != NULL)
        answer (tls, "200 OK", "", strstr (request, "\r\n\r\n") + 4);
      else if (strstr (request, " /empty ") != NULL)
        test_tls_write (tls, "HTTP/1.1 204 No Content\r\n\r\n", -1);
      else if (strstr (request, " /missing ") != NULL)
        answer (tls, "404 Not Found", "", "{\"error\":\"not-found\"}");
      else if (strstr (request, " /busy ") != NULL)
        answer (tls, "429 Too Many Requests", "", "{\"error\":\"busy\",\"message\":\"\\u001b[31mred\"}");
      else if (strstr (request, " /teapot ") != NULL)
        answer (tls, "418 Teapot", "", "[[[[");
      else if (strstr (request, " /away ") != NULL)
        answer (tls, "302 Found", "Location: https://127.0.0.1:1/echo\r\n", "{}");
      else if (strstr (request, " /login ") != NULL)
        answer (tls, "401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n", "{}");
      else if (strstr (request, " /packed ") != NULL)
        answer (tls, "200 OK", "Content-Encoding: gzip\r\n", "{\"plain\":true}");
      else if (strstr (request, " /rubbish ") != NULL)
        test_tls_write (tls, "220 ftp ready\r\n\r\n", -1);
      else if (strstr (request, " /array ") != NULL)
        answer (tls, "200 OK", "", "[1]");
      else if (strstr (request, " /big ") != NULL)
        answer_big (tls);
      else if (strstr (request, " /cut ") != NULL)
        {
          test_tls_write (tls, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello", -1);
          return;
        }
      else if (strstr (request, " /silence ") != NULL)
        {
          char byte;

          test_tls_read (tls, &byte, 1, 20000);
          return;
        }
    }
}

/* ---- helpers ---- */

static PorchIdentity *bob, *ada, *eve;

static PorchClient *
client_for (PorchIdentity *peer, GPtrArray *addresses)
{
  return porch_client_new (bob, porch_identity_get_id (peer), addresses, 2, 2);
}

static PorchClient *
client_to (TestServer *server)
{
  g_autoptr (GPtrArray) addresses = test_addresses (test_server_get_port (server), 0);

  return client_for (ada, addresses);
}

static void
assert_call (PorchClient *client, const char *method, const char *path, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) result = porch_client_call (client, method, path, NULL, NULL, &error);

  if (code < 0)
    g_assert_no_error (error);
  else
    {
      g_assert_null (result);
      g_assert_error (error, PORCH_ERROR, code);
    }
}

/* ---- tests ---- */

static void
test_call (void)
{
  g_autoptr (TestServer) server = test_server_new (ada, NULL, serve, NULL);
  g_autoptr (PorchClient) client = client_to (server);
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (JsonObject) result = NULL;
  g_autoptr (JsonObject) nothing = NULL;
  g_autoptr (GInetSocketAddress) proved = NULL;
  g_autoptr (GError) error = NULL;

  json_object_set_string_member (body, "hello", "wörld");
  for (int i = 0; i < 3; i++)
    {
      g_clear_pointer (&result, json_object_unref);
      result = porch_client_call (client, "POST", "/echo", body, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (json_object_get_string_member (result, "hello"), ==, "wörld");
    }
  nothing = porch_client_call (client, "POST", "/empty", body, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_object_get_size (nothing), ==, 0);
  /* One connection to find out who answers, one for all requests, POSTs too: pairing depends on it. */
  g_assert_cmpuint (test_server_get_connections (server), ==, 2);
  g_assert_true (test_server_saw_certificate (server));
  proved = porch_client_dup_proved_address (client);
  g_assert_cmpuint (g_inet_socket_address_get_port (proved), ==, test_server_get_port (server));
}

static void
test_errors (void)
{
  g_autoptr (TestServer) server = test_server_new (ada, NULL, serve, NULL);
  g_autoptr (PorchClient) client = client_to (server);
  g_autoptr (GError) error = NULL;

  assert_call (client, "GET", "/missing", PORCH_ERROR_NOT_FOUND);
  assert_call (client, "GET", "/busy", PORCH_ERROR_BUSY);
  assert_call (client, "GET", "/teapot", PORCH_ERROR_PROTOCOL);
  assert_call (client, "GET", "/array", PORCH_ERROR_PROTOCOL);
  assert_call (client, "GET", "/big", PORCH_ERROR_LIMIT);
  assert_call (client, "GET", "/rubbish", PORCH_ERROR_PROTOCOL);
  assert_call (client, "GET", "/silence", PORCH_ERROR_UNREACHABLE);
  /* Words of the other side are never shown. */
  g_assert_null (porch_client_call (client, "GET", "/busy", NULL, NULL, &error));
  g_assert_null (strchr (error->message, '\033'));
}

static void
test_nothing_but_http (void)
{
  g_autoptr (TestServer) server = test_server_new (ada, NULL, serve, NULL);
  g_autoptr (PorchClient) client = client_to (server);

  /* S16: a redirection is an error, not another address; a password is never asked for; nothing is unpacked. */
  assert_call (client, "GET", "/away", PORCH_ERROR_PROTOCOL);
  assert_call (client, "GET", "/login", PORCH_ERROR_PROTOCOL);
  assert_call (client, "GET", "/packed", -1);
}

static void
test_cut_body (void)
{
  g_autoptr (TestServer) server = test_server_new (ada, NULL, serve, NULL);
  g_autoptr (PorchClient) client = client_to (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body = porch_client_open (client, "GET", "/cut", NULL, NULL, &error);
  char buffer[100];

  g_assert_no_error (error);
  g_assert_cmpint (g_input_stream_read (body, buffer, sizeof buffer, NULL, &error), ==, 5);
  g_assert_cmpint (g_input_stream_read (body, buffer, sizeof buffer, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
}

static void
test_two_bodies (void)
{
  g_autoptr (TestServer) server = test_server_new (ada, NULL, serve, NULL);
  g_autoptr (PorchClient) client = client_to (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) first = porch_client_open (client, "GET", "/big", NULL, NULL, &error);
  g_autoptr (GInputStream) second = porch_client_open (client, "GET", "/big", NULL, NULL, &error);
  g_autofree char *buffer = g_malloc (BIG);
  gsize n;

  g_assert_no_error (error);
  assert_call (client, "GET", "/missing", PORCH_ERROR_BUSY);
  g_assert_true (g_input_stream_read_all (second, buffer, BIG, &n, NULL, NULL));
  g_assert_cmpuint (n, ==, BIG);
  g_assert_cmpint (g_input_stream_read (second, buffer, 1, NULL, NULL), ==, 0);
  g_input_stream_close (second, NULL, NULL);
  g_assert_cmpint (g_input_stream_read (first, buffer, 10, NULL, NULL), ==, 10);
  /* Closed half read: what follows it on that connection must never be taken for the next answer. */
  g_input_stream_close (first, NULL, NULL);
  for (int i = 0; i < 4; i++)
    assert_call (client, "GET", "/missing", PORCH_ERROR_NOT_FOUND);
}

static void
test_wrong_key (void)
{
  g_autoptr (TestServer) server = test_server_new (eve, NULL, serve, NULL);
  g_autoptr (PorchClient) client = client_to (server);
  g_autoptr (GPtrArray) impostors = NULL;

  assert_call (client, "GET", "/empty", PORCH_ERROR_UNREACHABLE);
  impostors = porch_client_dup_impostors (client);
  g_assert_cmpuint (impostors->len, ==, 1);
  g_assert_cmpuint (g_inet_socket_address_get_port (impostors->pdata[0]), ==, test_server_get_port (server));
  g_assert_false (test_server_saw_certificate (server));
}

/* S9: three addresses that lead nowhere or to somebody else stand before the right one. */
static void
test_real_one_behind_others (void)
{
  g_autoptr (TestServer) wrong = test_server_new (eve, NULL, serve, NULL);
  g_autoptr (TestServer) silent = test_server_new_silent ();
  g_autoptr (TestServer) real = test_server_new (ada, NULL, serve, NULL);
  g_autoptr (GPtrArray) addresses = test_addresses (test_server_get_port (silent), test_server_get_port (wrong), 1,
                                                    test_server_get_port (silent), test_server_get_port (real), 0);
  g_autoptr (PorchClient) client = client_for (ada, addresses);
  g_autoptr (GInetSocketAddress) proved = NULL;
  g_autoptr (GPtrArray) impostors = NULL;
  gint64 start = g_get_monotonic_time ();
  double seconds;

  assert_call (client, "POST", "/empty", -1);
  seconds = (g_get_monotonic_time () - start) / 1e6;
  g_test_message ("the right address behind four others: %.2f s", seconds);
  g_assert_cmpfloat (seconds, <, 3.0);
  proved = porch_client_dup_proved_address (client);
  g_assert_cmpuint (g_inet_socket_address_get_port (proved), ==, test_server_get_port (real));
  impostors = porch_client_dup_impostors (client);
  g_assert_cmpuint (impostors->len, ==, 1);
  g_assert_false (test_server_saw_certificate (wrong));
}

static void
test_silent_costs_three_seconds (void)
{
  g_autoptr (TestServer) silent = test_server_new_silent ();
  g_autoptr (PorchClient) client = client_to (silent);
  gint64 start = g_get_monotonic_time ();

  assert_call (client, "GET", "/empty", PORCH_ERROR_UNREACHABLE);
  g_assert_cmpfloat ((g_get_monotonic_time () - start) / 1e6, <, 3.5);
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (150 * 1000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
assert_cancels (TestServer *server)
{
  g_autoptr (PorchClient) client = client_to (server);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);
  gint64 start = g_get_monotonic_time ();

  g_assert_null (porch_client_call (client, "GET", "/silence", NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpfloat ((g_get_monotonic_time () - start) / 1e6, <, 1.0);
  g_thread_join (thread);
}

static void
test_cancel (void)
{
  g_autoptr (TestServer) silent = test_server_new_silent ();
  g_autoptr (TestServer) mute = test_server_new (ada, NULL, serve, NULL);

  assert_cancels (silent);
  assert_cancels (mute);
}

static gpointer
call_in_thread (gpointer server)
{
  g_autoptr (PorchClient) client = client_to (server);

  assert_call (client, "POST", "/empty", -1);
  assert_call (client, "POST", "/empty", -1);
  return NULL;
}

static gpointer
call_under_own_context (gpointer server)
{
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  call_in_thread (server);
  g_main_context_pop_thread_default (context);
  return NULL;
}

/* While nobody runs the main context: a call must not need it. */
static void
test_threads (void)
{
  g_autoptr (TestServer) server = test_server_new (ada, NULL, serve, NULL);

  g_main_context_acquire (NULL);
  g_thread_join (g_thread_new ("bare", call_in_thread, server));
  g_thread_join (g_thread_new ("context", call_under_own_context, server));
  g_main_context_release (NULL);
  call_in_thread (server);
}

static void
test_upload (void)
{
  g_autoptr (TestServer) server = test_server_new (ada, NULL, serve, NULL);
  g_autoptr (PorchClient) client = client_to (server);
  g_autoptr (GInputStream) body = g_memory_input_stream_new_from_data (g_strdup ("0123456789"), 10, g_free);
  g_autoptr (GInputStream) again = g_memory_input_stream_new_from_data (g_strdup ("0123456789"), 10, g_free);
  g_autoptr (GError) error = NULL;

  g_assert_true (porch_client_upload (client, "/empty", body, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (porch_client_upload (client, "/missing", again, NULL, &error));
}

static void
test_probe (void)
{
  g_autoptr (TestServer) server = test_server_new (ada, NULL, serve, NULL);
  g_autoptr (GInetSocketAddress) address = test_address ("127.0.0.1", test_server_get_port (server));
  g_autoptr (GInetSocketAddress) nobody = test_address ("127.0.0.1", 1);
  g_autoptr (GError) error = NULL;
  PorchDeviceId id;

  g_assert_true (porch_client_probe (bob, address, 0, &id, NULL, &error));
  g_assert_true (porch_device_id_equal (&id, porch_identity_get_id (ada)));
  g_assert_false (test_server_saw_certificate (server));
  g_assert_false (porch_client_probe (bob, nobody, 0, &id, NULL, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_UNREACHABLE);
}

/* A peer that restarted on another port: the connection that was proved is gone, another address is right. */
static void
test_moved (void)
{
  TestServer *old = test_server_new (ada, NULL, serve, NULL);
  g_autoptr (TestServer) moved = test_server_new (ada, NULL, serve, NULL);
  g_autoptr (GPtrArray) addresses = test_addresses (test_server_get_port (old), test_server_get_port (moved), 0);
  g_autoptr (PorchClient) client = client_for (ada, addresses);

  assert_call (client, "GET", "/empty", -1);
  test_server_free (old);
  assert_call (client, "GET", "/empty", -1);
}

static void
test_old_tls (void)
{
  g_autoptr (TestServer) server = test_server_new (ada, TEST_TLS12, serve, NULL);
  g_autoptr (PorchClient) client = client_to (server);

  assert_call (client, "GET", "/empty", PORCH_ERROR_UNREACHABLE);
  g_assert_false (test_server_saw_certificate (server));
}

/* ---- S27 ---- */

static gnutls_x509_privkey_t
make_key (char **pem)
{
  gnutls_x509_privkey_t key;
  gnutls_datum_t text;

  gnutls_x509_privkey_init (&key);
  g_assert_cmpint (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0),
                   ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_export2 (key, GNUTLS_X509_FMT_PEM, &text), ==, 0);
  *pem = g_strndup ((char *)text.data, text.size);
  gnutls_free (text.data);
  return key;
}

static gnutls_x509_crt_t
make_certificate (const char *name, gnutls_x509_privkey_t key, gboolean authority, char serial)
{
  gnutls_x509_crt_t certificate;

  gnutls_x509_crt_init (&certificate);
  gnutls_x509_crt_set_version (certificate, 3);
  gnutls_x509_crt_set_key (certificate, key);
  gnutls_x509_crt_set_serial (certificate, &serial, 1);
  gnutls_x509_crt_set_activation_time (certificate, time (NULL) - 3600);
  gnutls_x509_crt_set_expiration_time (certificate, time (NULL) + 3600);
  gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name, strlen (name));
  gnutls_x509_crt_set_basic_constraints (certificate, authority, -1);
  if (authority)
    gnutls_x509_crt_set_key_usage (certificate, GNUTLS_KEY_KEY_CERT_SIGN);
  else
    gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, name, strlen (name), GNUTLS_FSAN_SET);
  return certificate;
}

static char *
certificate_pem (gnutls_x509_crt_t certificate)
{
  gnutls_datum_t text;
  char *pem;

  g_assert_cmpint (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &text), ==, 0);
  pem = g_strndup ((char *)text.data, text.size);
  gnutls_free (text.data);
  return pem;
}

/* A server for Ada's very name whose certificate an authority signed that this computer trusts. */
static TestServer *
server_with_signed_certificate (char **authority_pem)
{
  g_autofree char *name = porch_connectable_name (porch_identity_get_id (ada));
  g_autofree char *authority_key_pem = NULL, *key_pem = NULL, *pem = NULL;
  gnutls_x509_privkey_t authority_key = make_key (&authority_key_pem), key = make_key (&key_pem);
  gnutls_x509_crt_t authority = make_certificate ("Trusted Authority", authority_key, TRUE, 1);
  gnutls_x509_crt_t certificate = make_certificate (name, key, FALSE, 2);
  TestServer *server;

  g_assert_cmpint (gnutls_x509_crt_sign2 (authority, authority, authority_key, GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_sign2 (certificate, authority, authority_key, GNUTLS_DIG_SHA256, 0), ==, 0);
  *authority_pem = certificate_pem (authority);
  pem = certificate_pem (certificate);
  server = test_server_new_full (pem, key_pem, NULL, serve, NULL);
  gnutls_x509_crt_deinit (authority);
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_privkey_deinit (authority_key);
  gnutls_x509_privkey_deinit (key);
  return server;
}

/* libsoup as it comes, with the system's store: it must accept that server, or the test proves nothing. */
static void
assert_plain_session_accepts (TestServer *server)
{
  g_autoptr (GInetSocketAddress) address = test_address ("127.0.0.1", test_server_get_port (server));
  g_autoptr (GSocketConnectable) connectable = porch_connectable_new (porch_identity_get_id (ada), address);
  g_autofree char *name = porch_connectable_name (porch_identity_get_id (ada));
  g_autofree char *uri = g_strconcat ("https://", name, "/empty", NULL);
  g_autoptr (SoupSession) session = soup_session_new_with_options ("remote-connectable", connectable, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = soup_session_send_and_read (session, message, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 204);
}

static void
test_signed_by_an_authority (void)
{
  g_autofree char *authority = NULL;
  g_autoptr (TestServer) server = server_with_signed_certificate (&authority);
  g_autoptr (PorchClient) client = client_to (server);
  g_autoptr (GTlsDatabase) store = NULL;
  g_autoptr (GTlsDatabase) before = g_tls_backend_get_default_database (g_tls_backend_get_default ());
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("porch-ca-XXXXXX.pem", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, authority, -1, NULL));
  store = g_tls_file_database_new (path, &error);
  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), store);
  assert_plain_session_accepts (server);
  assert_call (client, "GET", "/empty", PORCH_ERROR_UNREACHABLE);
  g_assert_false (test_server_saw_certificate (server));
  g_tls_backend_set_default_database (g_tls_backend_get_default (), before);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  int status;

  porch_tls_setup ();
  g_test_init (&argc, &argv, NULL);
  ada = test_identity_new ();
  bob = test_identity_new ();
  eve = test_identity_new ();
  g_test_add_func ("/client/call", test_call);
  g_test_add_func ("/client/errors", test_errors);
  g_test_add_func ("/client/nothing-but-http", test_nothing_but_http);
  g_test_add_func ("/client/cut-body", test_cut_body);
  g_test_add_func ("/client/two-bodies", test_two_bodies);
  g_test_add_func ("/client/s09-wrong-key", test_wrong_key);
  g_test_add_func ("/client/s09-real-one-behind-others", test_real_one_behind_others);
  g_test_add_func ("/client/silent-costs-three-seconds", test_silent_costs_three_seconds);
  g_test_add_func ("/client/cancel", test_cancel);
  g_test_add_func ("/client/threads", test_threads);
  g_test_add_func ("/client/upload", test_upload);
  g_test_add_func ("/client/probe", test_probe);
  g_test_add_func ("/client/moved", test_moved);
  g_test_add_func ("/client/s27-old-tls", test_old_tls);
  g_test_add_func ("/client/s27-signed-by-an-authority", test_signed_by_an_authority);
  status = g_test_run ();
  g_object_unref (ada);
  g_object_unref (bob);
  g_object_unref (eve);
  return status;
}
