/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The interfaces of this computer and whether we are visible on each: visible, hidden, visible until. Signal "changed" when the
 * set of (interface, address, visible) really changed, debounced 2 s (0.2 s for the first address). Main thread. */
#pragma once

#include <gio/gio.h>
#include "discovery/porch-system-bus.h"
#include "store/porch-store.h"

G_BEGIN_DECLS

#define PORCH_FIRST_START_GRACE 10 /* s after the first network in which others still count as present at the first start */

/* As start mode: AUTO follows what is stored (the networks of the first start are visible, later ones hidden until told);
 * VISIBLE and HIDDEN hold for every network during this run until set_visibility() says otherwise; ALWAYS is stored. */
typedef enum { PORCH_VISIBILITY_AUTO, PORCH_VISIBILITY_VISIBLE, PORCH_VISIBILITY_HIDDEN, PORCH_VISIBILITY_ALWAYS } PorchVisibility;

typedef struct {
  char         *interface;
  int           ifindex;
  GInetAddress *address;
  guint         prefix;     /* bits of the subnet */
  guint32       scope_id;   /* for IPv6 link-local */
  gboolean      visible;
  gboolean      unasked;    /* hidden because nobody said anything of its network yet */
  char         *network;    /* id of the network it is on */
  char         *network_name; /* (nullable) for people */
} PorchNetworkAddress;

void porch_network_address_free (PorchNetworkAddress *address);

#define PORCH_TYPE_NETWORKS (porch_networks_get_type ())
G_DECLARE_FINAL_TYPE (PorchNetworks, porch_networks, PORCH, NETWORKS, GObject)

PorchNetworks *porch_networks_new (PorchStore *store, PorchVisibility mode, GError **error);
/* For tests and loopback engines: exactly these addresses (takes the array of PorchNetworkAddress; NULL: none), whatever the
 * kernel has. */
PorchNetworks *porch_networks_new_static (GPtrArray *addresses);
void           porch_networks_set_static (PorchNetworks *self, GPtrArray *addresses); /* and emits "changed" */

GPtrArray     *porch_networks_dup_addresses (PorchNetworks *self); /* of PorchNetworkAddress */
/* @network NULL: those that are here now. @until: unix s, 0 for good; after @until it is hidden. AUTO forgets what was said.
 * ALWAYS goes for every network, now and later, until another visibility is set with @network NULL. */
gboolean       porch_networks_set_visibility (PorchNetworks *self, const char *network, PorchVisibility visibility, gint64 until,
                                              GError **error);
/* Right after it was made: holds the first start ever (TRUE), until porch_networks_begin(): nothing is visible or remembered. */
gboolean       porch_networks_hold (PorchNetworks *self);
gboolean       porch_networks_begin (PorchNetworks *self, PorchVisibility visibility, gint64 until, GError **error);
/* Of the networks that are here: ALWAYS, VISIBLE (on one at least) or HIDDEN. */
PorchVisibility porch_networks_get_mode (PorchNetworks *self);
gint64         porch_networks_get_until (PorchNetworks *self); /* unix s; 0: not limited */
/* Is @address in a subnet of interface @ifindex (link-local: always)? The dialling rule. @ifindex 0: of any. */
gboolean       porch_networks_is_on_link (PorchNetworks *self, int ifindex, GInetAddress *address);
gboolean       porch_networks_is_own (PorchNetworks *self, GInetAddress *address);
PorchSystemBus *porch_networks_get_system_bus (PorchNetworks *self); /* lent */

G_END_DECLS
