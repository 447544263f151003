/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The listening sockets, one for each address, all on one port. Accepts, and stops polling while there is no room or no descriptor left.
 * Main thread. Owned by the gate. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _PorchListeners PorchListeners;

typedef struct {
  /* FALSE: there is no room now; porch_listeners_resume() when there is. */
  gboolean (*has_room) (gpointer data);
  void (*accepted) (GSocket *socket, gpointer data);
  /* The process has no descriptors left: closes something if it can. */
  void (*exhausted) (gpointer data);
} PorchListenersFuncs;

PorchListeners *porch_listeners_new (const PorchListenersFuncs *funcs, gpointer data);
void            porch_listeners_free (PorchListeners *self);
/* Listens on exactly @addresses (of GInetSocketAddress; their ports don't count; scope ids for link-local ones) and keeps the sockets that
 * stay. @port 0: any. If it is taken on one of the addresses, the next free ones are tried, then any; a port that is in use by us
 * stays. Addresses that can't be bound (yet) are tried again every few seconds. FALSE: none could be bound, though there is one. */
gboolean        porch_listeners_set (PorchListeners *self, GPtrArray *addresses, guint16 port, GError **error);
guint16         porch_listeners_get_port (PorchListeners *self);
void            porch_listeners_resume (PorchListeners *self);

G_END_DECLS
