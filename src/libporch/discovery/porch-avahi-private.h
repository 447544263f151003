/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the two files that speak with Avahi: porch-avahi-responder.c looks around, porch-avahi-groups.c announces. */
#pragma once

#include "discovery/porch-avahi-responder.h"

G_BEGIN_DECLS

#define PORCH_AVAHI_GROUP PORCH_AVAHI_NAME ".EntryGroup"
#define PORCH_AVAHI_PROTO_UNSPEC (-1)
#define PORCH_AVAHI_CALL_TIMEOUT 10000 /* ms */

typedef enum { PORCH_AVAHI_KIND_GROUP, PORCH_AVAHI_KIND_BROWSER, PORCH_AVAHI_KIND_RESOLVER } PorchAvahiKind;

/* An object of ours in the daemon. Lives from the request for it until it is dropped; @path is NULL until the daemon answered. */
typedef struct {
  int                  references;
  PorchAvahiResponder *source;    /* borrowed; NULL once dropped */
  gboolean             requested; /* the daemon has not answered yet */
  PorchAvahiKind       kind;
  char                *path;
  int                  ifindex;
  /* group */
  PorchAnnouncement *announced; /* what is in it */
  char              *instance;
  guint              renames;
  guint              rename;    /* source id */
  /* resolver */
  GVariant *wanted;   /* what is to be resolved, while it waits for its turn */
  char     *item;     /* its key in the table of items */
  char     *host;
  char     *sighting; /* key of porch_responder_sight() */
} PorchAvahiObject;

struct _PorchAvahiResponder {
  PorchResponder parent_instance;

  /* owned */
  GDBusConnection   *connection; /* NULL once lost or stopped */
  char              *owner;
  GCancellable      *cancellable;
  GHashTable        *groups;   /* ifindex → PorchAvahiObject */
  GHashTable        *browsers; /* ifindex → PorchAvahiObject */
  GHashTable        *items;    /* "ifindex protocol name domain" → PorchAvahiObject, a resolver */
  GHashTable        *paths;    /* path → PorchAvahiObject, borrowed from the three above */
  GPtrArray         *early;    /* of GVariant (path, member, parameters) */
  GQueue             waiting;  /* of PorchAvahiObject, resolvers without a turn; borrowed from the items */
  PorchAnnouncement *announcement;
  GArray            *publish_on;
  GArray            *browse_on;

  guint    subscriptions[4];
  guint    requests;  /* for objects, that are under way */
  guint    resolving; /* those for resolvers, also of what was dropped meanwhile */
  gboolean warned;    /* of a request that failed: in a flood one word is enough */
  gboolean old_server;
  gboolean asked; /* the daemon said what state it is in */
  gboolean running;
};

/* Nothing is answered. */
void              porch_avahi_tell (PorchAvahiResponder *self, const char *path, const char *interface, const char *method,
                                    GVariant *parameters);
PorchAvahiObject *porch_avahi_object_new (PorchAvahiResponder *self, PorchAvahiKind kind, int ifindex);
void              porch_avahi_object_unref (PorchAvahiObject *object);
/* Asks for it in the daemon; porch-avahi-responder.c goes on when it is there. */
void              porch_avahi_request (PorchAvahiResponder *self, PorchAvahiObject *object, const char *method,
                                       GVariant *parameters);
/* Of objects by interface: drops those on none of @wanted. */
void              porch_avahi_drop_others (GHashTable *objects, GArray *wanted);
gboolean          porch_avahi_has_interface (GArray *interfaces, int ifindex);

void              porch_avahi_groups_reconcile (PorchAvahiResponder *self);
void              porch_avahi_groups_set_running (PorchAvahiResponder *self); /* it is, or it no longer is */
void              porch_avahi_group_fill (PorchAvahiResponder *self, PorchAvahiObject *group);
void              porch_avahi_group_state (PorchAvahiObject *group, int state);

G_END_DECLS
