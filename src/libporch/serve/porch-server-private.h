/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the routes see of the server. */
#pragma once

#include "serve/porch-exchange.h"
#include "serve/porch-gate.h"
#include "serve/porch-rooms.h"
#include "serve/porch-server.h"
#include "serve/porch-upload-queue.h"

G_BEGIN_DECLS

#define PORCH_ROUTE_PREFIX "/porch/v1/"
#define PORCH_GOODBYE_PATH "goodbye"

/* One kind of request. @path is below the prefix; "*" in it stands for an offer's id. */
struct _PorchRoute {
  const char *method;
  const char *path;
  gsize       max_body; /* JSON; 0: none */
  gboolean    asks;     /* a person is to be asked something: not everybody may do that */
  /* Called when the whole request is there; @body is never NULL. Exactly one answer follows, now or later. */
  void (*handle) (PorchServer *server, PorchExchange *exchange, JsonObject *body);
  /* (nullable) Instead of JSON: called before the body; gives the flow into which it goes, or answers and gives NULL. */
  PorchFlow *(*begin_upload) (PorchServer *server, PorchExchange *exchange);
};

extern const PorchRoute porch_routes_hello[];
extern const PorchRoute porch_routes_shares[];
extern const PorchRoute porch_routes_content[];
extern const PorchRoute porch_routes_holders[];
extern const PorchRoute porch_routes_offers[];
extern const PorchRoute porch_routes_pair[];
extern const PorchRoute porch_routes_handouts[];

const PorchServerParts *porch_server_get_parts (PorchServer *self);
const char             *porch_server_get_name (PorchServer *self);
const char             *porch_server_get_chassis (PorchServer *self);
PorchGate              *porch_server_get_gate (PorchServer *self);
PorchUploadQueue       *porch_server_get_uploads (PorchServer *self);
PorchRooms             *porch_server_get_rooms (PorchServer *self);
GHashTable             *porch_server_get_grants (PorchServer *self); /* text → PorchGrant: read and found well-formed */

/* Exactly one of "share" and "offer" of @body, well formed. What they point to is not looked at. */
gboolean    porch_route_read_place (JsonObject *body, const char **share, const char **offer);
/* (nullable) the share if this device may open it now. */
PorchShare *porch_route_find_share (PorchServer *server, PorchExchange *exchange, const char *id);
/* Is this the id of a hand-out that the asker may take from now? */
gboolean    porch_route_is_handed_out (PorchServer *server, PorchExchange *exchange, const char *id);
/* Answers with @runs (takes it) of a holding, when it is their turn. */
void        porch_route_give (PorchServer *server, PorchExchange *exchange, PorchHolding *holding, GArray *runs);

/* A long answer begins: a file thread of ours will run for it. NULL: there are too many, and it is answered. @share (nullable): whose
 * uploads are counted. @lines_up: it does not begin before its turn. */
typedef struct _PorchStream PorchStream;
PorchStream *porch_server_begin_stream (PorchServer *self, PorchExchange *exchange, PorchShare *share, gboolean lines_up);
void         porch_server_end_stream (PorchStream *stream);

G_END_DECLS
