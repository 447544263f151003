/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Discovery through the system's Avahi, spoken to over GDBus: one entry group and one browser for each interface, one resolver
 * kept open for each announcement. Lives as long as one owner of org.freedesktop.Avahi. */
#pragma once

#include "discovery/porch-source.h"

G_BEGIN_DECLS

#define PORCH_AVAHI_NAME "org.freedesktop.Avahi"

#define PORCH_TYPE_AVAHI_SOURCE (porch_avahi_source_get_type ())
G_DECLARE_FINAL_TYPE (PorchAvahiSource, porch_avahi_source, PORCH, AVAHI_SOURCE, PorchSource)

/* @owner: the unique name of the daemon. */
PorchSource *porch_avahi_source_new (PorchPeerList *peers, GDBusConnection *connection, const char *owner);
/* The daemon is gone, and with it all that we had there. */
void         porch_avahi_source_lost (PorchAvahiSource *self);

G_END_DECLS
