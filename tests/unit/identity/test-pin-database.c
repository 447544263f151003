/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real TLS over a socket pair: only the pinned key passes, whatever authority vouches for another (S27), and nothing before TLS 1.3. */
#include "config.h"

#include "identity/porch-pin-database.h"

#include <gio/gio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "identity/porch-identity.h"
#include "test-tree.h"

typedef struct {
  char          *roots[2];
  PorchIdentity *ada, *ben;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->roots[0] = test_tree_new ();
  f->roots[1] = test_tree_new ();
  f->ada = porch_identity_load (f->roots[0], NULL);
  f->ben = porch_identity_load (f->roots[1], NULL);
  g_assert_true (f->ada != NULL && f->ben != NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->ada);
  g_clear_object (&f->ben);
  test_tree_remove (f->roots[0]);
  test_tree_remove (f->roots[1]);
}

static GIOStream *
wrap (int fd)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, &error);

  g_assert_no_error (error);
  g_socket_set_timeout (socket, 20);
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

typedef struct {
  GIOStream       *base;
  GTlsCertificate *certificate; /* borrowed */
  GTlsConnection  *tls;
  gboolean         ok;
} Server;

/* GIO asks on the server's side in any case: a client has no name that it could compare. */
static gboolean
on_accept_certificate (GTlsConnection *tls, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer data)
{
  return TRUE;
}

static gpointer
serve (gpointer data)
{
  Server *server = data;
  g_autoptr (GTlsDatabase) database = porch_pin_database_new (NULL);
  char buffer[1];

  server->tls = g_initable_new (g_tls_backend_get_server_connection_type (g_tls_backend_get_default ()), NULL, NULL,
                                "base-io-stream", server->base, "certificate", server->certificate, "database", database,
                                "authentication-mode", G_TLS_AUTHENTICATION_REQUIRED, NULL);
  g_signal_connect (server->tls, "accept-certificate", G_CALLBACK (on_accept_certificate), NULL);
  server->ok = g_tls_connection_handshake (server->tls, NULL, NULL) &&
               /* In TLS 1.3 the client's refusal comes after our side of the handshake. */
               g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (server->tls)), buffer, 1, NULL, NULL) == 1;
  g_io_stream_close (server->base, NULL, NULL);
  return NULL;
}

typedef struct {
  gboolean      client_ok, server_ok;
  PorchDeviceId seen_by_server; /* zero when it saw no certificate */
  GTlsProtocolVersion version;
} Outcome;

static gboolean
say_hello (GTlsConnection *client, GTlsProtocolVersion *version)
{
  if (!g_tls_connection_handshake (client, NULL, NULL))
    return FALSE;
  *version = g_tls_connection_get_protocol_version (client);
  return g_output_stream_write (g_io_stream_get_output_stream (G_IO_STREAM (client)), "x", 1, NULL, NULL) == 1;
}

static Outcome
connect_with (GTlsCertificate *server_certificate, GTlsCertificate *client_certificate, GTlsDatabase *database)
{
  int fds[2];
  /* Without any name GIO always says "bad identity"; the pin does not look at it. */
  g_autoptr (GSocketConnectable) name = g_network_address_new ("ben.porch.invalid", 47317);
  g_autoptr (GIOStream) base = NULL;
  g_autoptr (GIOStream) client = NULL;
  g_autoptr (GError) error = NULL;
  GTlsCertificate *seen;
  Server  server = { .certificate = server_certificate };
  Outcome outcome = { .client_ok = FALSE };
  GThread *thread;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  server.base = wrap (fds[0]);
  thread = g_thread_new ("server", serve, &server);
  base = wrap (fds[1]);
  client = g_tls_client_connection_new (base, name, &error);
  g_assert_no_error (error);
  g_tls_connection_set_database (G_TLS_CONNECTION (client), database);
  g_tls_connection_set_certificate (G_TLS_CONNECTION (client), client_certificate);
  outcome.client_ok = say_hello (G_TLS_CONNECTION (client), &outcome.version);
  if (!outcome.client_ok)
    g_io_stream_close (base, NULL, NULL);
  g_thread_join (thread); /* before the end of ours: what was not read yet would be lost with it */
  outcome.server_ok = server.ok;
  seen = server.tls != NULL ? g_tls_connection_get_peer_certificate (server.tls) : NULL;
  if (seen != NULL)
    g_assert_true (porch_device_id_from_certificate (seen, &outcome.seen_by_server));
  g_clear_object (&server.tls);
  g_clear_object (&server.base);
  return outcome;
}

static void
test_right_key (Fixture *f, gconstpointer data)
{
  g_autoptr (GTlsDatabase) pin = porch_pin_database_new (porch_identity_get_id (f->ben));
  Outcome outcome = connect_with (porch_identity_get_certificate (f->ben), porch_identity_get_certificate (f->ada), pin);

  g_assert_true (outcome.client_ok);
  g_assert_true (outcome.server_ok);
  g_assert_cmpint (outcome.version, ==, G_TLS_PROTOCOL_VERSION_TLS_1_3);
  g_assert_true (porch_device_id_equal (&outcome.seen_by_server, porch_identity_get_id (f->ada)));
}

/* And the impostor does not even learn who asked. */
static void
test_wrong_key (Fixture *f, gconstpointer data)
{
  g_autoptr (GTlsDatabase) pin = porch_pin_database_new (porch_identity_get_id (f->ada));
  Outcome outcome = connect_with (porch_identity_get_certificate (f->ben), porch_identity_get_certificate (f->ada), pin);
  PorchDeviceId nobody = { { 0 } };

  g_assert_false (outcome.client_ok);
  g_assert_false (outcome.server_ok);
  g_assert_true (porch_device_id_equal (&outcome.seen_by_server, &nobody));
}

/* ---- an authority, and a certificate for the right name from it ---- */

static gnutls_x509_crt_t
new_certificate (gnutls_x509_privkey_t key, const char *name, gboolean authority)
{
  gnutls_x509_crt_t crt;
  guint8 serial = authority ? 1 : 2;

  g_assert_cmpint (gnutls_x509_crt_init (&crt), ==, 0);
  gnutls_x509_crt_set_version (crt, 3);
  gnutls_x509_crt_set_serial (crt, &serial, 1);
  gnutls_x509_crt_set_activation_time (crt, time (NULL) - 1000);
  gnutls_x509_crt_set_expiration_time (crt, time (NULL) + 100000);
  gnutls_x509_crt_set_key (crt, key);
  gnutls_x509_crt_set_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned int) strlen (name));
  gnutls_x509_crt_set_basic_constraints (crt, authority, -1);
  if (!authority)
    gnutls_x509_crt_set_subject_alternative_name (crt, GNUTLS_SAN_DNSNAME, name);
  return crt;
}

static char *
to_pem (gnutls_x509_crt_t crt)
{
  gnutls_datum_t pem;
  char *text;

  g_assert_cmpint (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &pem), ==, 0);
  text = g_strndup ((const char *) pem.data, pem.size);
  gnutls_free (pem.data);
  return text;
}

static char *
key_to_pem (gnutls_x509_privkey_t key)
{
  gnutls_datum_t pem;
  char *text;

  g_assert_cmpint (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem), ==, 0);
  text = g_strndup ((const char *) pem.data, pem.size);
  gnutls_free (pem.data);
  return text;
}

static gnutls_x509_privkey_t
new_key (void)
{
  gnutls_x509_privkey_t key;

  g_assert_cmpint (gnutls_x509_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), ==, 0);
  return key;
}

/* The store that trusts the authority is at @ca_path. */
static GTlsCertificate *
issue (const char *name, const char *ca_path)
{
  gnutls_x509_privkey_t ca_key = new_key (), key = new_key ();
  gnutls_x509_crt_t     ca = new_certificate (ca_key, "Big Company", TRUE), crt = new_certificate (key, name, FALSE);
  g_autofree char *ca_pem = NULL;
  g_autofree char *pem = NULL;
  g_autofree char *key_pem = key_to_pem (key);
  g_autofree char *both = NULL;
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate;

  gnutls_x509_crt_set_key_usage (ca, GNUTLS_KEY_KEY_CERT_SIGN);
  g_assert_cmpint (gnutls_x509_crt_sign2 (ca, ca, ca_key, GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_sign2 (crt, ca, ca_key, GNUTLS_DIG_SHA256, 0), ==, 0);
  ca_pem = to_pem (ca);
  pem = to_pem (crt);
  both = g_strconcat (key_pem, pem, NULL);
  g_assert_true (g_file_set_contents (ca_path, ca_pem, -1, NULL));
  certificate = g_tls_certificate_new_from_pem (both, -1, &error);
  g_assert_no_error (error);
  gnutls_x509_crt_deinit (ca);
  gnutls_x509_crt_deinit (crt);
  gnutls_x509_privkey_deinit (ca_key);
  gnutls_x509_privkey_deinit (key);
  return certificate;
}

static void
test_authority (Fixture *f, gconstpointer data)
{
  g_autofree char *ca_path = g_build_filename (f->roots[0], "ca.pem", NULL);
  g_autoptr (GTlsCertificate) impostor = issue ("ben.porch.invalid", ca_path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) store = g_tls_file_database_new (ca_path, &error);
  g_autoptr (GTlsDatabase) pin = porch_pin_database_new (porch_identity_get_id (f->ben));
  Outcome control, outcome;

  g_assert_no_error (error);
  control = connect_with (impostor, porch_identity_get_certificate (f->ada), store);
  g_assert_true (control.client_ok); /* positive control: the store that trusts the authority lets it in */
  outcome = connect_with (impostor, porch_identity_get_certificate (f->ada), pin);
  g_assert_false (outcome.client_ok);
}

static void
test_verify (Fixture *f, gconstpointer data)
{
  g_autoptr (GTlsDatabase) pin = porch_pin_database_new (porch_identity_get_id (f->ben));
  g_autoptr (GTlsDatabase) any = porch_pin_database_new (NULL);
  GTlsCertificate *ada = porch_identity_get_certificate (f->ada), *ben = porch_identity_get_certificate (f->ben);

  g_assert_cmpint (g_tls_database_verify_chain (pin, ben, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER, NULL, NULL, 0, NULL, NULL), ==, 0);
  g_assert_cmpint (g_tls_database_verify_chain (pin, ada, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER, NULL, NULL, 0, NULL, NULL), ==,
                   G_TLS_CERTIFICATE_UNKNOWN_CA);
  g_assert_cmpint (g_tls_database_verify_chain (any, ada, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_CLIENT, NULL, NULL, 0, NULL, NULL), ==, 0);
  g_assert_null (g_tls_database_lookup_certificate_issuer (pin, ben, NULL, 0, NULL, NULL));
}

/* ---- TLS 1.2 ---- */

/* A client that is like ours but for its version of TLS. */
static int
handshake_raw (int fd, const char *priority, const char *pem)
{
  gnutls_session_t session;
  gnutls_certificate_credentials_t credentials;
  int code;

  gnutls_certificate_allocate_credentials (&credentials);
  g_assert_cmpint (gnutls_certificate_set_x509_key_file (credentials, pem, pem, GNUTLS_X509_FMT_PEM), >=, 0);
  gnutls_init (&session, GNUTLS_CLIENT);
  gnutls_priority_set_direct (session, priority, NULL);
  gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, credentials);
  gnutls_transport_set_int (session, fd);
  gnutls_handshake_set_timeout (session, 10000);
  do
    code = gnutls_handshake (session);
  while (code < 0 && !gnutls_error_is_fatal (code));
  if (code == 0)
    gnutls_record_send (session, "x", 1);
  gnutls_deinit (session);
  gnutls_certificate_free_credentials (credentials);
  return code;
}

static gboolean
connect_raw (Fixture *f, const char *priority)
{
  int fds[2];
  g_autofree char *pem = g_build_filename (f->roots[0], "key.pem", NULL);
  Server   server = { .certificate = porch_identity_get_certificate (f->ben) };
  GThread *thread;
  int      code;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  server.base = wrap (fds[0]);
  thread = g_thread_new ("server", serve, &server);
  code = handshake_raw (fds[1], priority, pem);
  if (code < 0)
    shutdown (fds[1], SHUT_RDWR);
  g_thread_join (thread);
  close (fds[1]);
  g_clear_object (&server.tls);
  g_clear_object (&server.base);
  g_assert_cmpint (server.ok, ==, code == 0);
  return code == 0;
}

static void
test_old_tls (Fixture *f, gconstpointer data)
{
  g_assert_false (connect_raw (f, "NORMAL:-VERS-ALL:+VERS-TLS1.2"));
  g_assert_true (connect_raw (f, "NORMAL:-VERS-ALL:+VERS-TLS1.3")); /* positive control */
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  porch_tls_setup ();
  g_test_init (&argc, &argv, NULL);
  ADD ("/pin/right-key", test_right_key);
  ADD ("/pin/wrong-key", test_wrong_key);
  ADD ("/pin/s27-authority", test_authority);
  ADD ("/pin/verify", test_verify);
  ADD ("/pin/s27-old-tls", test_old_tls);
  return g_test_run ();
}
