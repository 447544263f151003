/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which NetworkManager connection each interface is on: its UUID tells one café's 192.168.1.0/24 from another's. Without
 * NetworkManager it knows nothing, which is normal. Main thread. Owned by PorchNetworks. Signal "changed". */
#pragma once

#include "discovery/porch-system-bus.h"

G_BEGIN_DECLS

#define PORCH_TYPE_NETWORK_MANAGER (porch_network_manager_get_type ())
G_DECLARE_FINAL_TYPE (PorchNetworkManager, porch_network_manager, PORCH, NETWORK_MANAGER, GObject)

PorchNetworkManager *porch_network_manager_new (PorchSystemBus *bus);
gboolean             porch_network_manager_is_settled (PorchNetworkManager *self); /* answered, or not there */
/* FALSE: it does not manage @interface. @name for people. */
gboolean             porch_network_manager_lookup (PorchNetworkManager *self, const char *interface, const char **uuid,
                                                   const char **name);

G_END_DECLS
