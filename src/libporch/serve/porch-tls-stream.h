/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's side of one TLS 1.3 connection as a GIOStream for SoupServer, made of GnuTLS and a non-blocking socket (docs/GATE.md
 * says why not GTlsConnection). Nothing in it blocks: not the handshake, not a write, not closing. Main thread, but for the last
 * bytes of a chunked answer, which libsoup writes from a thread of GIO. */
#pragma once

#include "identity/porch-identity.h"

G_BEGIN_DECLS

/* Certificate and key in GnuTLS's form. Immutable, atomic reference count. */
typedef struct _PorchTlsCredentials PorchTlsCredentials;
PorchTlsCredentials *porch_tls_credentials_new (PorchIdentity *identity, GError **error);
PorchTlsCredentials *porch_tls_credentials_ref (PorchTlsCredentials *self);
void                 porch_tls_credentials_unref (PorchTlsCredentials *self);

#define PORCH_TYPE_TLS_STREAM (porch_tls_stream_get_type ())
G_DECLARE_FINAL_TYPE (PorchTlsStream, porch_tls_stream, PORCH, TLS_STREAM, GIOStream)

typedef enum {
  PORCH_TLS_DONE,
  PORCH_TLS_WANTS_READ,
  PORCH_TLS_WANTS_WRITE,
  PORCH_TLS_FAILED,
} PorchTlsStep;

/* Takes over the non-blocking @socket; closes it. */
PorchTlsStream *porch_tls_stream_new (GSocket *socket, PorchTlsCredentials *credentials);
PorchTlsStep    porch_tls_stream_handshake (PorchTlsStream *self);
/* Who holds the key, after DONE. FALSE: no certificate that we can use. */
gboolean        porch_tls_stream_get_id (PorchTlsStream *self, PorchDeviceId *id);
/* The next bytes that come are a request's head. */
void            porch_tls_stream_expect_head (PorchTlsStream *self);
/* When bytes last went through, in either direction; monotonic µs. */
gint64          porch_tls_stream_get_last_io (PorchTlsStream *self);
/* Ends the connection now, from anywhere: reads and writes fail from here on. Nothing is freed. */
void            porch_tls_stream_cut (PorchTlsStream *self);

typedef void (*PorchTlsStreamFunc) (gpointer data);
/* @hung_up: the other side is gone (at once, also while nothing is read). @closed: the socket is closed; last call. Main context. */
void            porch_tls_stream_watch (PorchTlsStream *self, PorchTlsStreamFunc hung_up, PorchTlsStreamFunc closed, gpointer data);

G_END_DECLS
