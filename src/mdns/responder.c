/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "responder.h"

#include <avahi-common/domain.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-core/core.h>
#include <avahi-core/lookup.h>
#include <avahi-core/publish.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVICE "_porch._tcp"
#define NAME_LENGTH 64
#define MAX_RENAMES 100
#define MAX_CACHE 4096 /* records for each interface */

/* A group for each address, as libavahi-core does for the host's own: one that comes or goes must not make the others blink. */
typedef struct {
  AvahiAddress      address;
  AvahiSEntryGroup *group;
} HostAddress;

typedef struct {
  int               ifindex; /* 0: free */
  AvahiSEntryGroup *group;   /* the service */
  char              instance[NAME_LENGTH]; /* as asked for */
  char              current[NAME_LENGTH];  /* after a collision */
  char              host[NAME_LENGTH];
  uint16_t          port;
  HostAddress       addresses[RESPONDER_MAX_ADDRESSES];
  unsigned          n_addresses;
  AvahiStringList  *txt;
  unsigned          renames;
} Announcement;

typedef struct {
  int                   ifindex;
  AvahiSServiceBrowser *browser;
} Browser;

typedef struct Item {
  struct Item           *next;
  int                    ifindex;
  int                    protocol;
  char                   name[AVAHI_LABEL_MAX];
  char                   host[AVAHI_DOMAIN_NAME_MAX];
  AvahiSServiceResolver *resolver;
} Item;

static AvahiServer     *server;
static ResponderEvents  events;
static Announcement     announcements[RESPONDER_MAX_INTERFACES];
static Browser          browsers[RESPONDER_MAX_INTERFACES];
static Item            *items;
static unsigned         n_items;
static char             preferred[RESPONDER_MAX_PREFERRED][NAME_LENGTH];
static unsigned         n_preferred;
static int              running;

static void fill (Announcement *announcement);

/* --- announcing --- */

static Announcement *
find_announcement (int ifindex)
{
  for (unsigned i = 0; i < RESPONDER_MAX_INTERFACES; i++)
    {
      if (announcements[i].ifindex == ifindex)
        return &announcements[i];
    }
  return NULL;
}

static void
free_group (AvahiSEntryGroup **group)
{
  if (*group)
    avahi_s_entry_group_free (*group);
  *group = NULL;
}

static void
free_groups (Announcement *announcement)
{
  free_group (&announcement->group);
  for (unsigned i = 0; i < announcement->n_addresses; i++)
    free_group (&announcement->addresses[i].group);
}

/* Somebody else has the name: a clone of this disk, this host through another interface on the same network, or a joker. */
static void
rename_announcement (Announcement *announcement)
{
  unsigned number = announcement->renames++ == 0 ? (unsigned) announcement->ifindex : (unsigned) rand () % 0x10000;

  if (announcement->renames > MAX_RENAMES)
    return;
  snprintf (announcement->current, sizeof announcement->current, "%.40s-%x", announcement->instance, number);
  free_groups (announcement);
  fill (announcement);
}

static void
on_group (AvahiServer *avahi, AvahiSEntryGroup *group, AvahiEntryGroupState state, void *data)
{
  Announcement *announcement = data;

  if (state == AVAHI_ENTRY_GROUP_ESTABLISHED && group == announcement->group)
    events.established (announcement->ifindex, announcement->current);
  else if (state == AVAHI_ENTRY_GROUP_COLLISION)
    rename_announcement (announcement);
}

/* Our own host name with our own addresses, and no reverse records: those belong to an avahi-daemon that may run beside us. */
static void
make_host (const Announcement *announcement, char *host, size_t size)
{
  snprintf (host, size, "%s%s.local", announcement->host, announcement->current + strlen (announcement->instance));
}

static int
fill_address (Announcement *announcement, HostAddress *address)
{
  char host[2 * NAME_LENGTH];
  int code;

  if (address->group)
    return 0;
  make_host (announcement, host, sizeof host);
  address->group = avahi_s_entry_group_new (server, on_group, announcement);
  if (!address->group)
    return avahi_server_errno (server);
  code = avahi_server_add_address (server, address->group, announcement->ifindex, AVAHI_PROTO_UNSPEC, AVAHI_PUBLISH_NO_REVERSE, host,
                                   &address->address);
  return code >= 0 ? avahi_s_entry_group_commit (address->group) : code;
}

static int
fill_service (Announcement *announcement)
{
  char host[2 * NAME_LENGTH];
  int code;

  if (announcement->group)
    return 0;
  make_host (announcement, host, sizeof host);
  announcement->group = avahi_s_entry_group_new (server, on_group, announcement);
  if (!announcement->group)
    return avahi_server_errno (server);
  code = avahi_server_add_service_strlst (server, announcement->group, announcement->ifindex, AVAHI_PROTO_UNSPEC, 0,
                                          announcement->current, SERVICE, NULL, host, announcement->port, announcement->txt);
  return code >= 0 ? avahi_s_entry_group_commit (announcement->group) : code;
}

/* Makes what is missing. */
static void
fill (Announcement *announcement)
{
  int code = 0;

  if (!running)
    return;
  for (unsigned i = 0; i < announcement->n_addresses && code >= 0; i++)
    code = fill_address (announcement, &announcement->addresses[i]);
  if (code >= 0)
    code = fill_service (announcement);
  if (code == AVAHI_ERR_COLLISION)
    rename_announcement (announcement);
  else if (code < 0)
    events.failed (avahi_strerror (code));
}

void
responder_withdraw (int ifindex)
{
  Announcement *announcement = ifindex > 0 ? find_announcement (ifindex) : NULL;

  if (!announcement)
    return;
  free_groups (announcement);
  avahi_string_list_free (announcement->txt);
  memset (announcement, 0, sizeof *announcement);
}

static void
take_addresses (Announcement *announcement, const AvahiAddress *addresses, unsigned n_addresses)
{
  HostAddress fresh[RESPONDER_MAX_ADDRESSES] = { 0 };

  for (unsigned i = 0; i < n_addresses; i++)
    {
      fresh[i].address = addresses[i];
      for (unsigned j = 0; j < announcement->n_addresses; j++)
        {
          if (avahi_address_cmp (&announcement->addresses[j].address, &addresses[i]) != 0)
            continue;
          fresh[i].group = announcement->addresses[j].group;
          announcement->addresses[j].group = NULL;
        }
    }
  for (unsigned j = 0; j < announcement->n_addresses; j++)
    free_group (&announcement->addresses[j].group);
  memcpy (announcement->addresses, fresh, sizeof fresh);
  announcement->n_addresses = n_addresses;
}

/* A new name alone changes the record in place, without a goodbye. */
static void
take_txt (Announcement *announcement, AvahiStringList *txt)
{
  if (announcement->group && !avahi_string_list_equal (announcement->txt, txt)
      && avahi_server_update_service_txt_strlst (server, announcement->group, announcement->ifindex, AVAHI_PROTO_UNSPEC, 0,
                                                 announcement->current, SERVICE, NULL, txt)
             < 0)
    free_group (&announcement->group);
  avahi_string_list_free (announcement->txt);
  announcement->txt = txt;
}

int
responder_publish (int ifindex, uint16_t port, const char *instance, const char *host, const AvahiAddress *addresses,
                   unsigned n_addresses, AvahiStringList *txt)
{
  Announcement *announcement = find_announcement (ifindex);

  if (announcement && (announcement->port != port || strcmp (announcement->instance, instance) != 0))
    {
      responder_withdraw (ifindex);
      announcement = NULL;
    }
  if (!announcement)
    announcement = find_announcement (0);
  if (!announcement || strlen (instance) >= 40 || strlen (host) >= 40 || n_addresses > RESPONDER_MAX_ADDRESSES)
    {
      avahi_string_list_free (txt);
      return -1;
    }
  if (!announcement->ifindex)
    {
      announcement->ifindex = ifindex;
      announcement->port = port;
      snprintf (announcement->instance, sizeof announcement->instance, "%s", instance);
      snprintf (announcement->current, sizeof announcement->current, "%s", instance);
      snprintf (announcement->host, sizeof announcement->host, "%s", host);
    }
  take_addresses (announcement, addresses, n_addresses);
  take_txt (announcement, txt);
  fill (announcement);
  return 0;
}

/* --- looking --- */

static Item *
find_item (int ifindex, int protocol, const char *name)
{
  for (Item *item = items; item; item = item->next)
    {
      if (item->ifindex == ifindex && item->protocol == protocol && strcmp (item->name, name) == 0)
        return item;
    }
  return NULL;
}

static void
drop_item (Item *item, int tell)
{
  Item **link = &items;

  while (*link && *link != item)
    link = &(*link)->next;
  if (*link)
    *link = item->next;
  n_items--;
  if (item->resolver)
    avahi_s_service_resolver_free (item->resolver);
  if (tell)
    events.lost (item->ifindex, item->protocol, item->name);
  free (item);
}

static void on_resolved (AvahiSServiceResolver *resolver, AvahiIfIndex ifindex, AvahiProtocol protocol, AvahiResolverEvent event,
                         const char *name, const char *type, const char *domain, const char *host, const AvahiAddress *address,
                         uint16_t port, AvahiStringList *txt, AvahiLookupResultFlags flags, void *data);

/* The address family of the protocol on which it was heard: a resolver gives but one address. It stays open: when the records run
 * out it says so, and when the host is back too. */
static void
resolve (Item *item)
{
  item->host[0] = '\0';
  item->resolver = avahi_s_service_resolver_new (server, item->ifindex, item->protocol, item->name, SERVICE, NULL, item->protocol,
                                                 0, on_resolved, item);
}

static void
on_resolved (AvahiSServiceResolver *resolver, AvahiIfIndex ifindex, AvahiProtocol protocol, AvahiResolverEvent event, const char *name,
             const char *type, const char *domain, const char *host, const AvahiAddress *address, uint16_t port, AvahiStringList *txt,
             AvahiLookupResultFlags flags, void *data)
{
  Item *item = data;

  if (event != AVAHI_RESOLVER_FOUND)
    {
      events.lost (item->ifindex, item->protocol, item->name);
      return;
    }
  /* A resolver that saw its host renamed goes on giving the address of whoever has the old name. */
  if (item->host[0] && strcmp (item->host, host) != 0)
    {
      avahi_s_service_resolver_free (item->resolver);
      resolve (item);
      return;
    }
  snprintf (item->host, sizeof item->host, "%s", host);
  if (address)
    events.found (item->ifindex, item->protocol, item->name, address, port, txt);
}

static int
is_preferred (const char *name)
{
  for (unsigned i = 0; i < n_preferred; i++)
    {
      if (strncmp (preferred[i], name, strlen (preferred[i])) == 0)
        return 1;
    }
  return 0;
}

void
responder_prefer (const char *instance)
{
  if (n_preferred < RESPONDER_MAX_PREFERRED && *instance && !is_preferred (instance))
    snprintf (preferred[n_preferred++], NAME_LENGTH, "%s", instance);
}

static void
follow (int ifindex, int protocol, const char *name)
{
  Item *item;

  if (find_item (ifindex, protocol, name))
    return;
  if (n_items >= RESPONDER_MAX_ITEMS + RESPONDER_MAX_PREFERRED || (n_items >= RESPONDER_MAX_ITEMS && !is_preferred (name)))
    return;
  item = calloc (1, sizeof *item);
  if (!item)
    return;
  item->ifindex = ifindex;
  item->protocol = protocol;
  snprintf (item->name, sizeof item->name, "%s", name);
  item->next = items;
  items = item;
  n_items++;
  resolve (item);
}

static void
on_browsed (AvahiSServiceBrowser *browser, AvahiIfIndex ifindex, AvahiProtocol protocol, AvahiBrowserEvent event, const char *name,
            const char *type, const char *domain, AvahiLookupResultFlags flags, void *data)
{
  Item *item;

  if (event == AVAHI_BROWSER_NEW)
    follow (ifindex, protocol, name);
  else if (event == AVAHI_BROWSER_REMOVE && (item = find_item (ifindex, protocol, name)))
    drop_item (item, 1);
}

int
responder_browse (int ifindex)
{
  Browser *free_slot = NULL;

  for (unsigned i = 0; i < RESPONDER_MAX_INTERFACES; i++)
    {
      if (browsers[i].ifindex == ifindex)
        return 0;
      if (!browsers[i].ifindex && !free_slot)
        free_slot = &browsers[i];
    }
  if (!free_slot)
    return -1;
  free_slot->browser = avahi_s_service_browser_new (server, ifindex, AVAHI_PROTO_UNSPEC, SERVICE, NULL, 0, on_browsed, NULL);
  if (!free_slot->browser)
    return -1;
  free_slot->ifindex = ifindex;
  return 0;
}

void
responder_unbrowse (int ifindex)
{
  Item *next;

  for (unsigned i = 0; i < RESPONDER_MAX_INTERFACES; i++)
    {
      if (browsers[i].ifindex != ifindex)
        continue;
      avahi_s_service_browser_free (browsers[i].browser);
      memset (&browsers[i], 0, sizeof browsers[i]);
    }
  for (Item *item = items; item; item = next)
    {
      next = item->next;
      if (item->ifindex == ifindex)
        drop_item (item, 1);
    }
}

/* --- the whole --- */

static void
on_server (AvahiServer *avahi, AvahiServerState state, void *data)
{
  server = avahi; /* also called from inside avahi_server_new() */
  running = state == AVAHI_SERVER_RUNNING;
  for (unsigned i = 0; running && i < RESPONDER_MAX_INTERFACES; i++)
    {
      if (announcements[i].ifindex)
        fill (&announcements[i]);
    }
  if (state == AVAHI_SERVER_FAILURE)
    events.failed (avahi_strerror (avahi_server_errno (avahi)));
}

int
responder_start (const AvahiPoll *poll, const ResponderEvents *callbacks)
{
  AvahiServerConfig config;
  int code;

  events = *callbacks;
  avahi_server_config_init (&config);
  /* Nothing but what is asked for: no host name, no addresses, no description of the machine. */
  config.publish_addresses = config.publish_hinfo = config.publish_workstation = config.publish_domain = 0;
  config.enable_wide_area = 0;
  config.use_iff_running = 1;
  config.n_cache_entries_max = MAX_CACHE;
  config.ratelimit_interval = 1000000;
  config.ratelimit_burst = 1000;
  server = avahi_server_new (poll, &config, on_server, NULL, &code);
  avahi_server_config_free (&config);
  if (!server)
    events.failed (avahi_strerror (code));
  return server ? 0 : -1;
}

void
responder_stop (void)
{
  if (!server)
    return;
  while (items)
    drop_item (items, 0);
  for (unsigned i = 0; i < RESPONDER_MAX_INTERFACES; i++)
    {
      if (browsers[i].ifindex)
        avahi_s_service_browser_free (browsers[i].browser);
      responder_withdraw (announcements[i].ifindex);
    }
  avahi_server_free (server);
  server = NULL;
}
