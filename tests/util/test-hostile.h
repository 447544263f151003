/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Peers that don't keep the rules: TLS clients and servers made of GnuTLS and bare sockets on 127.0.0.0/8, which send exactly
 * the bytes that a test wants, from any source address, and stop wherever it wants. Blocking. */
#pragma once

#include "identity/porch-identity.h"

G_BEGIN_DECLS

#define TEST_TLS13 "NORMAL:-VERS-ALL:+VERS-TLS1.3"
#define TEST_TLS12 "NORMAL:-VERS-ALL:+VERS-TLS1.2"

/* A fresh device in a folder that is removed again. */
PorchIdentity *test_identity_new (void);

typedef struct _TestTls TestTls;

/* A TCP connection to 127.0.0.1; @source (nullable) "127.0.7.1". -1 when refused. */
int test_tcp_connect (guint16 port, const char *source);
/* The record of a real ClientHello. */
GBytes *test_client_hello (void);
/* @identity (nullable): without a certificate. NULL when the handshake failed. */
TestTls *test_tls_connect (guint16 port, const char *source, PorchIdentity *identity, const char *priority);
void test_tls_free (TestTls *tls);
int test_tls_get_fd (TestTls *tls);
gboolean test_tls_write (TestTls *tls, const void *data, gssize length);
/* What came within @milliseconds; 0 at the end, -1 on an error or when nothing came. */
gssize test_tls_read (TestTls *tls, void *buffer, gsize length, guint milliseconds);

typedef struct
{
  guint status;   /* 0: cut off without an answer */
  char *head;     /* (nullable) status line and headers, for people and for comparing */
  GString *body;  /* decoded */
  gboolean whole; /* the body ended as it should */
} TestAnswer;

/* Reads one answer, at most @milliseconds. */
TestAnswer *test_tls_read_answer (TestTls *tls, guint milliseconds);
/* Sends and reads. */
TestAnswer *test_tls_ask (TestTls *tls, const char *request);
void test_answer_free (TestAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestTls, test_tls_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestAnswer, test_answer_free)

/* A server: @func runs on a thread for each connection, after the handshake; @priority as for GnuTLS. */
typedef struct _TestServer TestServer;
typedef void (*TestServerFunc) (TestTls *tls, gpointer data);
/* @certificate and @key: PEM. */
TestServer *test_server_new_full (const char *certificate, const char *key, const char *priority, TestServerFunc func,
                                  gpointer data);
TestServer *test_server_new (PorchIdentity *identity, const char *priority, TestServerFunc func, gpointer data);
/* Accepts TCP and says nothing. */
TestServer *test_server_new_silent (void);
guint16 test_server_get_port (TestServer *server);
guint test_server_get_connections (TestServer *server); /* accepted so far */
/* Whether any client has shown a certificate. */
gboolean test_server_saw_certificate (TestServer *server);
void test_server_free (TestServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestServer, test_server_free)

GInetSocketAddress *test_address (const char *ip, guint16 port);
GPtrArray *test_addresses (guint first, ...); /* ports on 127.0.0.1, ended by 0 */

G_END_DECLS
