/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The background service as the window sees it: whether it answers, and what it knows as list models of proxies. Owned by the
 * application; main thread. Never blocks: everything comes by notify and items-changed. */
#pragma once

#include <gio/gio.h>
#include "porch-bus.h"

G_BEGIN_DECLS

typedef enum
{
  PORCH_UI_BACKEND_STARTING, /* asked for; not there yet */
  PORCH_UI_BACKEND_READY,
  PORCH_UI_BACKEND_AWAY, /* could not be started, or went away */
} PorchUiBackendState;

#define PORCH_UI_TYPE_BACKEND (porch_ui_backend_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiBackend, porch_ui_backend, PORCH_UI, BACKEND, GObject)

/* Properties: state (uint of PorchUiBackendState, notify), daemon (PorchBusDaemon, notify), connected (boolean, notify).
 * Who listens to "g-properties-changed" of a proxy does so with G_CONNECT_AFTER: the code made from the XML keeps lists
 * (Results, Names…) and throws the old ones away in the signal's class handler, which runs last. Signals: peer-changed
 * (PorchBusPeer), offer-changed (PorchBusOffer), transfer-changed (PorchBusTransfer, gboolean state): something shown of it is
 * not what it was. */
PorchUiBackend *porch_ui_backend_new (GDBusConnection *connection); /* (nullable): no session bus */
/* From now on the service is started so that its very first start waits until somebody chose who may see this device. */
void porch_ui_backend_set_hold (PorchUiBackend *self, gboolean hold);
/* Starts the service by D-Bus activation, if it does not run. */
void porch_ui_backend_start (PorchUiBackend *self);
PorchUiBackendState porch_ui_backend_get_state (PorchUiBackend *self);
const char *porch_ui_backend_get_problem (PorchUiBackend *self);    /* (nullable) why it is AWAY */
PorchBusDaemon *porch_ui_backend_get_daemon (PorchUiBackend *self); /* (nullable) unless READY */
gboolean porch_ui_backend_get_connected (PorchUiBackend *self);     /* this computer is on a network, as far as is known */
GListModel *porch_ui_backend_get_peers (PorchUiBackend *self);      /* of PorchBusPeer */
GListModel *porch_ui_backend_get_shares (PorchUiBackend *self);     /* of PorchBusShare */
GListModel *porch_ui_backend_get_offers (PorchUiBackend *self);     /* of PorchBusOffer */
GListModel *porch_ui_backend_get_transfers (PorchUiBackend *self);  /* of PorchBusTransfer */
GListModel *porch_ui_backend_get_handouts (PorchUiBackend *self);   /* of PorchBusHandOut */
GListModel *porch_ui_backend_get_pairings (PorchUiBackend *self);   /* of PorchBusPairing */
/* The proxy of @model at @path. */
gpointer porch_ui_backend_find (GListModel *model, const char *path);              /* (transfer none) (nullable) */
PorchBusPeer *porch_ui_backend_find_peer (PorchUiBackend *self, const char *path); /* (transfer none) (nullable) */
/* The devices that @owner, a part of the window, shows just now: of a crowd only these are kept fresh. @paths: (nullable)
 * (element-type utf8) object paths, none when it is out of sight. */
void porch_ui_backend_look_at (PorchUiBackend *self, gpointer owner, GPtrArray *paths);

G_END_DECLS
