/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Announces this device and looks for others: the system's Avahi over GDBus, or the embedded responder (the child process
 * porch-mdns) when the system's name has been absent for 10 s (at start: at once when there is no bus or no such service).
 * Feeds a PorchPeerList. Main thread. Owned by the engine. Property "in-use": "avahi", "embedded", "off", "starting". */
#pragma once

#include "discovery/porch-networks.h"
#include "discovery/porch-peer-list.h"

G_BEGIN_DECLS

typedef enum { PORCH_DISCOVERY_AUTO, PORCH_DISCOVERY_AVAHI, PORCH_DISCOVERY_EMBEDDED, PORCH_DISCOVERY_OFF } PorchDiscoveryMode;

#define PORCH_DISCOVERY_TAKE_OVER 10 /* s */

#define PORCH_TYPE_DISCOVERY (porch_discovery_get_type ())
G_DECLARE_FINAL_TYPE (PorchDiscovery, porch_discovery, PORCH, DISCOVERY, GObject)

/* Gives @networks to @peers too (porch_peer_list_set_networks()). */
PorchDiscovery *porch_discovery_new (PorchDiscoveryMode mode, PorchNetworks *networks, PorchPeerList *peers);
/* The same, but it neither asks nor announces anything before porch_discovery_begin(). */
PorchDiscovery *porch_discovery_new_held (PorchDiscoveryMode mode, PorchNetworks *networks, PorchPeerList *peers);
void            porch_discovery_begin (PorchDiscovery *self);
/* Announces on every visible interface from now on; called again when anything changes. Listen first. */
void            porch_discovery_publish (PorchDiscovery *self, const PorchDeviceId *id, const char *name, const char *chassis, guint16 port);
const char     *porch_discovery_get_in_use (PorchDiscovery *self);
void            porch_discovery_stop (PorchDiscovery *self); /* withdraws, with goodbye; for good */

G_END_DECLS
