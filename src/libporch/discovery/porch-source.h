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

#define PORCH_TYPE_SOURCE (porch_source_get_type ())
G_DECLARE_DERIVABLE_TYPE (PorchSource, porch_source, PORCH, SOURCE, GObject)

struct _PorchSourceClass {
  GObjectClass parent_class;

  void (*update) (PorchSource *self, const PorchWish *wish);
  /* Goodbyes, then "stopped". @at_once: the process ends, nothing may be waited for. */
  void (*stop) (PorchSource *self, gboolean at_once);
};

void           porch_source_setup (PorchSource *self, const char *name, PorchPeerList *peers); /* for subclasses, once */
const char    *porch_source_get_name (PorchSource *self);
void           porch_source_update (PorchSource *self, const PorchWish *wish);
void           porch_source_stop (PorchSource *self, gboolean at_once);
void           porch_source_stopped (PorchSource *self); /* emits "stopped" */
/* The sightings of a source that is gone, without those that @successor has made its own. */
void           porch_source_forget_sightings (PorchSource *self, PorchSource *successor);

/* The networks changed: what was refused as foreign may be near now. */
void           porch_source_resight (PorchSource *self);

/* For subclasses: a resolved record. Returns its key for unsight(), NULL when it is none of Porch. */
char          *porch_source_sight (PorchSource *self, const char *const *txt, int ifindex, const char *address, guint16 port,
                                   gboolean local);
void           porch_source_unsight (PorchSource *self, const char *key);
gboolean       porch_source_is_known_instance (PorchSource *self, const char *instance);
/* Interfaces on which to announce, and to browse, each once; of int. */
GArray        *porch_wish_get_interfaces (const PorchWish *wish, gboolean visible_only);

G_END_DECLS
