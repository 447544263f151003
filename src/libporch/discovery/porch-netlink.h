/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kernel says of links, addresses, gateways and their hardware addresses (rtnetlink: it tells tentative addresses from
 * usable ones, which getifaddrs() does not). Pure calls, a few hundred µs each; any thread. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_MAX_LINKS 64
#define PORCH_MAX_LINK_ADDRESSES 16

typedef struct {
  GInetAddress *address;
  guint         prefix;
} PorchLinkAddress;

typedef struct {
  int           ifindex;
  char         *name;
  GPtrArray    *addresses;  /* of PorchLinkAddress */
  GInetAddress *gateway;    /* (nullable) of the default route, IPv4 before IPv6 */
  char         *gateway_mac; /* (nullable) until the neighbour is known */
} PorchLink;

void porch_link_free (PorchLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchLink, porch_link_free)

/* (transfer full) of PorchLink: those that are up and have a carrier, without loopback. */
GPtrArray *porch_netlink_dup_links (GError **error);
/* A non-blocking descriptor that becomes readable when links, addresses or routes change; -1 and an error. */
int        porch_netlink_open_watch (GError **error);
/* Reads away what is there. */
void       porch_netlink_drain (int fd);
/* Makes the kernel ask for the gateway's hardware address: an empty datagram to its discard port. */
void       porch_netlink_nudge (PorchLink *link);

G_END_DECLS
