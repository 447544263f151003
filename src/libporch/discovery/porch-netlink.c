/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-netlink.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAC_LENGTH 6
#define DISCARD_PORT 9
#define DUMP_BUFFER (64 * 1024)

typedef void (*MessageFunc) (struct nlmsghdr *message, gpointer data);

static void
link_address_free (gpointer data)
{
  PorchLinkAddress *address = data;

  g_object_unref (address->address);
  g_free (address);
}

void
porch_link_free (PorchLink *link)
{
  g_free (link->name);
  g_ptr_array_unref (link->addresses);
  g_clear_object (&link->gateway);
  g_free (link->gateway_mac);
  g_free (link);
}

static gboolean
fail (GError **error, const char *what)
{
  int saved = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "%s: %s", what, g_strerror (saved));
  return FALSE;
}

static int
open_socket (guint32 groups, int flags, GError **error)
{
  struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = groups };
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, NETLINK_ROUTE);

  if (fd >= 0 && bind (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  fail (error, "netlink");
  if (fd >= 0)
    close (fd);
  return -1;
}

static gboolean
send_dump_request (int fd, guint16 type, GError **error)
{
  struct {
    struct nlmsghdr  header;
    struct rtgenmsg  body;
  } request = { .header = { .nlmsg_len = NLMSG_LENGTH (sizeof (struct rtgenmsg)),
                            .nlmsg_type = type,
                            .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                            .nlmsg_seq = type },
                .body = { .rtgen_family = AF_UNSPEC } };

  return send (fd, &request, request.header.nlmsg_len, 0) >= 0 || fail (error, "netlink");
}

static gboolean
dump (int fd, guint16 type, MessageFunc func, gpointer data, GError **error)
{
  g_autofree char *buffer = g_malloc (DUMP_BUFFER);

  if (!send_dump_request (fd, type, error))
    return FALSE;
  for (;;)
    {
      gssize received = recv (fd, buffer, DUMP_BUFFER, 0);
      guint length = received > 0 ? received : 0;

      if (received < 0 && errno == EINTR)
        continue;
      if (received <= 0)
        return fail (error, "netlink");
      for (struct nlmsghdr *message = (struct nlmsghdr *) buffer; NLMSG_OK (message, length); message = NLMSG_NEXT (message, length))
        {
          if (message->nlmsg_seq != type)
            continue;
          if (message->nlmsg_type == NLMSG_DONE)
            return TRUE;
          if (message->nlmsg_type == NLMSG_ERROR)
            {
              errno = -((struct nlmsgerr *) NLMSG_DATA (message))->error;
              return fail (error, "netlink");
            }
          func (message, data);
        }
    }
}

static PorchLink *
find_link (GPtrArray *links, int ifindex)
{
  for (guint i = 0; i < links->len; i++)
    {
      PorchLink *link = links->pdata[i];

      if (link->ifindex == ifindex)
        return link;
    }
  return NULL;
}

static void
on_link (struct nlmsghdr *message, gpointer data)
{
  GPtrArray *links = data;
  struct ifinfomsg *info = NLMSG_DATA (message);
  int length = IFLA_PAYLOAD (message);
  PorchLink *link;

  if (message->nlmsg_type != RTM_NEWLINK || info->ifi_flags & IFF_LOOPBACK || !(info->ifi_flags & IFF_UP)
      || !(info->ifi_flags & IFF_RUNNING) || links->len >= PORCH_MAX_LINKS)
    return;
  link = g_new0 (PorchLink, 1);
  link->ifindex = info->ifi_index;
  link->addresses = g_ptr_array_new_with_free_func (link_address_free);
  for (struct rtattr *attr = IFLA_RTA (info); RTA_OK (attr, length); attr = RTA_NEXT (attr, length))
    {
      if (attr->rta_type == IFLA_IFNAME && !link->name)
        link->name = g_strndup (RTA_DATA (attr), RTA_PAYLOAD (attr));
    }
  if (!link->name)
    link->name = g_strdup_printf ("%d", link->ifindex);
  g_ptr_array_add (links, link);
}

static GInetAddress *
read_address (guint8 family, struct rtattr *attr)
{
  if (family == AF_INET && RTA_PAYLOAD (attr) == sizeof (struct in_addr))
    return g_inet_address_new_from_bytes (RTA_DATA (attr), G_SOCKET_FAMILY_IPV4);
  if (family == AF_INET6 && RTA_PAYLOAD (attr) == sizeof (struct in6_addr))
    return g_inet_address_new_from_bytes (RTA_DATA (attr), G_SOCKET_FAMILY_IPV6);
  return NULL;
}

static void
on_address (struct nlmsghdr *message, gpointer data)
{
  struct ifaddrmsg *info = NLMSG_DATA (message);
  PorchLink *link = find_link (data, info->ifa_index);
  int length = IFA_PAYLOAD (message);
  guint32 flags = info->ifa_flags;
  g_autoptr (GInetAddress) address = NULL;
  PorchLinkAddress *entry;

  if (message->nlmsg_type != RTM_NEWADDR || !link || link->addresses->len >= PORCH_MAX_LINK_ADDRESSES)
    return;
  for (struct rtattr *attr = IFA_RTA (info); RTA_OK (attr, length); attr = RTA_NEXT (attr, length))
    {
      if (attr->rta_type == IFA_FLAGS && RTA_PAYLOAD (attr) == sizeof flags)
        memcpy (&flags, RTA_DATA (attr), sizeof flags);
      /* On a point-to-point link IFA_ADDRESS is the other end. */
      else if (attr->rta_type == IFA_LOCAL || (attr->rta_type == IFA_ADDRESS && !address))
        {
          g_clear_object (&address);
          address = read_address (info->ifa_family, attr);
        }
    }
  if (!address || flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED | IFA_F_DEPRECATED))
    return;
  entry = g_new0 (PorchLinkAddress, 1);
  entry->address = g_steal_pointer (&address);
  entry->prefix = info->ifa_prefixlen;
  g_ptr_array_add (link->addresses, entry);
}

static void
on_route (struct nlmsghdr *message, gpointer data)
{
  struct rtmsg *info = NLMSG_DATA (message);
  int length = RTM_PAYLOAD (message), ifindex = 0;
  g_autoptr (GInetAddress) gateway = NULL;
  PorchLink *link;

  if (message->nlmsg_type != RTM_NEWROUTE || info->rtm_dst_len != 0 || info->rtm_type != RTN_UNICAST
      || info->rtm_flags & RTM_F_CLONED)
    return;
  for (struct rtattr *attr = RTM_RTA (info); RTA_OK (attr, length); attr = RTA_NEXT (attr, length))
    {
      if (attr->rta_type == RTA_OIF && RTA_PAYLOAD (attr) == sizeof ifindex)
        memcpy (&ifindex, RTA_DATA (attr), sizeof ifindex);
      else if (attr->rta_type == RTA_GATEWAY && !gateway)
        gateway = read_address (info->rtm_family, attr);
    }
  link = find_link (data, ifindex);
  if (!link || !gateway || (link->gateway && (info->rtm_family != AF_INET
                                              || g_inet_address_get_family (link->gateway) == G_SOCKET_FAMILY_IPV4)))
    return;
  g_set_object (&link->gateway, gateway);
}

static void
on_neighbour (struct nlmsghdr *message, gpointer data)
{
  struct ndmsg *info = NLMSG_DATA (message);
  PorchLink *link = find_link (data, info->ndm_ifindex);
  struct rtattr *attr = (struct rtattr *) ((char *) info + NLMSG_ALIGN (sizeof *info));
  int length = NLMSG_PAYLOAD (message, sizeof *info);
  g_autoptr (GInetAddress) address = NULL;
  const guint8 *mac = NULL;

  if (message->nlmsg_type != RTM_NEWNEIGH || !link || !link->gateway || info->ndm_state & (NUD_INCOMPLETE | NUD_FAILED | NUD_NOARP))
    return;
  for (; RTA_OK (attr, length); attr = RTA_NEXT (attr, length))
    {
      if (attr->rta_type == NDA_DST && !address)
        address = read_address (info->ndm_family, attr);
      else if (attr->rta_type == NDA_LLADDR && RTA_PAYLOAD (attr) == MAC_LENGTH)
        mac = RTA_DATA (attr);
    }
  if (!address || !mac || link->gateway_mac || !g_inet_address_equal (address, link->gateway))
    return;
  link->gateway_mac = g_strdup_printf ("%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

GPtrArray *
porch_netlink_dup_links (GError **error)
{
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify) porch_link_free);
  struct timeval timeout = { .tv_sec = 1 };
  int fd = open_socket (0, 0, error);
  gboolean ok;

  if (fd < 0)
    return NULL;
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  ok = dump (fd, RTM_GETLINK, on_link, links, error) && dump (fd, RTM_GETADDR, on_address, links, error)
       && dump (fd, RTM_GETROUTE, on_route, links, error) && dump (fd, RTM_GETNEIGH, on_neighbour, links, error);
  close (fd);
  return ok ? g_steal_pointer (&links) : NULL;
}

int
porch_netlink_open_watch (GError **error)
{
  return open_socket (RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE, SOCK_NONBLOCK,
                      error);
}

void
porch_netlink_drain (int fd)
{
  char buffer[8192];

  /* ENOBUFS says that something was lost: the caller looks at everything anyway. */
  while (recv (fd, buffer, sizeof buffer, MSG_DONTWAIT) > 0 || errno == ENOBUFS)
    ;
}

void
porch_netlink_nudge (PorchLink *link)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket = NULL;
  GSocketFamily family;

  if (!link->gateway)
    return;
  family = g_inet_address_get_family (link->gateway);
  address = g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", link->gateway, "port", DISCARD_PORT, "scope-id",
                          g_inet_address_get_is_link_local (link->gateway) ? (guint) link->ifindex : 0, NULL);
  socket = g_socket_new (family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  if (!socket)
    return;
  g_socket_set_blocking (socket, FALSE);
  g_socket_send_to (socket, address, "", 0, NULL, NULL);
}
