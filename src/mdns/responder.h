/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mDNS responder in this process (libavahi-core): announces on the interfaces that it is told, browses on those that it is told,
 * and says what it finds through callbacks. Nothing is sent on any other interface. */
#pragma once

#include <avahi-common/address.h>
#include <avahi-common/watch.h>
#include <avahi-common/strlst.h>
#include <stdint.h>

#define RESPONDER_MAX_INTERFACES 32
#define RESPONDER_MAX_ADDRESSES 16
#define RESPONDER_MAX_ITEMS 700      /* announcements followed at once */
#define RESPONDER_MAX_PREFERRED 200  /* instances that are followed even then */

typedef struct {
  void (*established) (int ifindex, const char *instance);
  void (*found) (int ifindex, int protocol, const char *instance, const AvahiAddress *address, uint16_t port, AvahiStringList *txt);
  void (*lost) (int ifindex, int protocol, const char *instance);
  void (*failed) (const char *message); /* it can't go on */
} ResponderEvents;

int  responder_start (const AvahiPoll *poll, const ResponderEvents *events);
/* Takes @txt. The same interface again replaces what was there. 0, or -1 when it is refused. */
int  responder_publish (int ifindex, uint16_t port, const char *instance, const char *host, const AvahiAddress *addresses,
                        unsigned n_addresses, AvahiStringList *txt);
void responder_withdraw (int ifindex);
int  responder_browse (int ifindex);
void responder_unbrowse (int ifindex);
void responder_prefer (const char *instance);
void responder_stop (void); /* with goodbyes */
