/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The accept gate and the HTTP server behind it: one listening socket for each visible address (Hidden means no socket). Routes are in
 * files of their own, serve/porch-route-*.c. Main thread; handshakes on a pool of its own. Owned by the engine. */
#pragma once

#include "porch-engine.h"

G_BEGIN_DECLS

#define PORCH_TYPE_SERVER (porch_server_get_type ())
G_DECLARE_FINAL_TYPE (PorchServer, porch_server, PORCH, SERVER, GObject)

/* Borrows @engine, which owns it. */
PorchServer *porch_server_new (PorchEngine *engine);
/* Listens on exactly these (of PorchNetworkAddress that are visible; NULL: 127.0.0.1 only, for tests); keeps the sockets that stay.
 * @port 0 in tests: any. When the wanted port is taken another one is used. */
gboolean     porch_server_listen (PorchServer *self, GPtrArray *addresses, guint16 port, GError **error);
guint16      porch_server_get_port (PorchServer *self);
/* Cuts every connection of a device, at once (blocked). */
void         porch_server_cut (PorchServer *self, const PorchDeviceId *id);
void         porch_server_stop (PorchServer *self);

G_END_DECLS
