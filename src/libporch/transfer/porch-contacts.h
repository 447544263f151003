/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where devices are, for workers: the list of peers lives on the main thread, and nobody waits for it. What was asked for is known a
 * moment later. Addresses come from discovery, from a person, or from a connection whose key was proved, never from a message (S16).
 * Atomic reference count; any thread but where it says so. */
#pragma once

#include "discovery/porch-peer-list.h"

G_BEGIN_DECLS

typedef struct _PorchContacts PorchContacts;

PorchContacts *porch_contacts_new (PorchPeerList *peers); /* main thread; keeps a reference */
PorchContacts *porch_contacts_ref (PorchContacts *self);
void           porch_contacts_unref (PorchContacts *self); /* the last one on the main thread */
/* Has the list looked at for these (of PorchDeviceId). */
void           porch_contacts_ask (PorchContacts *self, GArray *devices);
/* FALSE: not known, not yet, or not reachable. @addresses: (transfer full) of GInetSocketAddress; @name (transfer full). */
gboolean       porch_contacts_get (PorchContacts *self, const PorchDeviceId *device, GPtrArray **addresses, char **name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchContacts, porch_contacts_unref)

G_END_DECLS
