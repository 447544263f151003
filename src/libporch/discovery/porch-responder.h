/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A way to announce this device and to hear of others: the system's Avahi or the embedded responder. Told what is wanted, it
 * makes it so; tells the peer list what it sees. Main thread. Owned by PorchDiscovery. Signal "stopped": everything is withdrawn,
 * once, after stop() or by itself when it can't go on. */
#pragma once

#include "discovery/porch-networks.h"
#include "discovery/porch-peer-list.h"

G_BEGIN_DECLS

#define PORCH_SERVICE_TYPE "_porch._tcp"
#define PORCH_INSTANCE_HEX 16 /* digits of the id that name the service: no accidental collision */
#define PORCH_MAX_ITEMS 700   /* announcements followed at once; those of known devices come on top */

typedef struct {
  char   *instance;
  char  **txt;
  guint16 port;
} PorchAnnouncement;

PorchAnnouncement *porch_announcement_new (const PorchDeviceId *id, const char *name, const char *chassis, guint16 port);
PorchAnnouncement *porch_announcement_copy (const PorchAnnouncement *announcement);
void               porch_announcement_free (PorchAnnouncement *announcement);
gboolean           porch_announcement_equal (const PorchAnnouncement *a, const PorchAnnouncement *b);

/* What is wanted. Borrowed by update(). */
typedef struct {
  const PorchAnnouncement *announcement; /* (nullable): nothing to announce yet */
  GPtrArray               *addresses;    /* of PorchNetworkAddress: announce where they are visible */
  gboolean                 browse_hidden; /* look around on hidden interfaces too: somebody watches */
} PorchWish;

#define PORCH_TYPE_RESPONDER (porch_responder_get_type ())
G_DECLARE_DERIVABLE_TYPE (PorchResponder, porch_responder, PORCH, RESPONDER, GObject)

struct _PorchResponderClass {
  GObjectClass parent_class;

  void (*update) (PorchResponder *self, const PorchWish *wish);
  /* Goodbyes, then "stopped". @at_once: the process ends, nothing may be waited for. */
  void (*stop) (PorchResponder *self, gboolean at_once);
};

void           porch_responder_setup (PorchResponder *self, const char *name, PorchPeerList *peers); /* for subclasses, once */
const char    *porch_responder_get_name (PorchResponder *self);
void           porch_responder_update (PorchResponder *self, const PorchWish *wish);
void           porch_responder_stop (PorchResponder *self, gboolean at_once);
void           porch_responder_stopped (PorchResponder *self); /* emits "stopped" */
/* The sightings of a source that is gone, without those that @successor has made its own. */
void           porch_responder_forget_sightings (PorchResponder *self, PorchResponder *successor);

/* The networks changed: what was refused as foreign may be near now. */
void           porch_responder_resight (PorchResponder *self);

/* For subclasses: a resolved record. Returns its key for unsight(), NULL when it is none of Porch. */
char          *porch_responder_sight (PorchResponder *self, const char *const *txt, int ifindex, const char *address, guint16 port,
                                   gboolean local);
void           porch_responder_unsight (PorchResponder *self, const char *key);
gboolean       porch_responder_is_known_instance (PorchResponder *self, const char *instance);
/* Interfaces on which to announce, and to browse, each once; of int. */
GArray        *porch_wish_get_interfaces (const PorchWish *wish, gboolean visible_only);

G_END_DECLS
