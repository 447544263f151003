/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests to one peer over HTTP with libsoup, TLS 1.3 with both certificates, the server pinned by device id.
 * Blocking; belongs to the thread that made it (a SoupSession does). Dials the given addresses, never names; an address that
 * answers with another key is struck and the next is tried. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include "identity/porch-identity.h"

G_BEGIN_DECLS

#define PORCH_TYPE_CLIENT (porch_client_get_type ())
G_DECLARE_FINAL_TYPE (PorchClient, porch_client, PORCH, CLIENT, GObject)

/* @addresses: of GInetSocketAddress, scope ids kept. @connections: how many at most (1 for pairing, else 2).
 * @timeout: seconds for connecting and for each silent wait (0: the default, 15). */
PorchClient  *porch_client_new (PorchIdentity *identity, const PorchDeviceId *peer, GPtrArray *addresses, guint connections,
                                guint timeout);
/* JSON in, JSON out. @body may be NULL. An HTTP error becomes a PORCH_ERROR by its wire code; what can't be reached is
 * PORCH_ERROR_UNREACHABLE. (transfer full); an empty answer is an empty object. */
JsonObject   *porch_client_call (PorchClient *self, const char *method, const char *path, JsonObject *body,
                                 GCancellable *cancellable, GError **error);
/* As above, and the answer's body as a stream: rows or frames. */
GInputStream *porch_client_open (PorchClient *self, const char *method, const char *path, JsonObject *body,
                                 GCancellable *cancellable, GError **error);
/* Sends @body as it comes (chunked). */
gboolean      porch_client_upload (PorchClient *self, const char *path, GInputStream *body, GCancellable *cancellable, GError **error);
/* (transfer full) (nullable) the address of the last connection that was proved. */
GInetSocketAddress *porch_client_dup_proved_address (PorchClient *self);
/* (transfer full) addresses that answered with another key; of GInetSocketAddress. */
GPtrArray    *porch_client_dup_impostors (PorchClient *self);

/* Finds out who answers at @address (for a manual address): presents no certificate pin, sends nothing but the handshake. */
gboolean      porch_client_probe (PorchIdentity *identity, GInetSocketAddress *address, guint timeout, PorchDeviceId *id,
                                  GCancellable *cancellable, GError **error);

G_END_DECLS
