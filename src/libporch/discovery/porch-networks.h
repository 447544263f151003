/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The interfaces of this computer and whether we are visible on each: visible, hidden, visible until. Signal "changed" when the
 * set of (interface, address, visible) really changed, debounced 2 s (0.2 s for the first address). Main thread. */
#pragma once

#include <gio/gio.h>
#include "store/porch-store.h"

G_BEGIN_DECLS

typedef enum { PORCH_VISIBILITY_AUTO, PORCH_VISIBILITY_VISIBLE, PORCH_VISIBILITY_HIDDEN, PORCH_VISIBILITY_ALWAYS } PorchVisibility;

typedef struct {
  char         *interface;
  int           ifindex;
  GInetAddress *address;
  guint         prefix;     /* bits of the subnet */
  guint32       scope_id;   /* for IPv6 link-local */
  gboolean      visible;
  char         *network;    /* id of the network it is on */
  char         *network_name; /* (nullable) for people */
} PorchNetworkAddress;

#define PORCH_TYPE_NETWORKS (porch_networks_get_type ())
G_DECLARE_FINAL_TYPE (PorchNetworks, porch_networks, PORCH, NETWORKS, GObject)

PorchNetworks *porch_networks_new (PorchStore *store, PorchVisibility mode, GError **error);
GPtrArray     *porch_networks_dup_addresses (PorchNetworks *self); /* of PorchNetworkAddress */
/* @network NULL: those that are here now. @until: unix s, 0 for good. */
gboolean       porch_networks_set_visibility (PorchNetworks *self, const char *network, PorchVisibility visibility, gint64 until,
                                              GError **error);
PorchVisibility porch_networks_get_mode (PorchNetworks *self);
gint64         porch_networks_get_until (PorchNetworks *self);
/* Is @address in a subnet of interface @ifindex (link-local: always)? The dialling rule. */
gboolean       porch_networks_is_on_link (PorchNetworks *self, int ifindex, GInetAddress *address);
gboolean       porch_networks_is_own (PorchNetworks *self, GInetAddress *address);

G_END_DECLS
