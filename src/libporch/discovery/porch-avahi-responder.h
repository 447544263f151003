/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Discovery through the system's Avahi, spoken to over GDBus: one entry group and one browser for each interface, one resolver
 * kept open for each announcement. Lives as long as one owner of org.freedesktop.Avahi. */
#pragma once

#include "discovery/porch-responder.h"

G_BEGIN_DECLS

#define PORCH_AVAHI_NAME "org.freedesktop.Avahi"

#define PORCH_TYPE_AVAHI_RESPONDER (porch_avahi_responder_get_type ())
G_DECLARE_FINAL_TYPE (PorchAvahiResponder, porch_avahi_responder, PORCH, AVAHI_RESPONDER, PorchResponder)

/* @owner: the unique name of the daemon. */
PorchResponder *porch_avahi_responder_new (PorchPeerList *peers, GDBusConnection *connection, const char *owner);
/* The daemon is gone, and with it all that we had there. */
void         porch_avahi_responder_lost (PorchAvahiResponder *self);

G_END_DECLS
