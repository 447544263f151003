/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One device: who it is, what can be sent to it, what it shares with us. Files dropped anywhere on it are sent. */
#pragma once

#include "porch-ui-backend.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_PEER_PAGE (porch_ui_peer_page_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiPeerPage, porch_ui_peer_page, PORCH_UI, PEER_PAGE, AdwBin)

/* Shows @peer and asks it what it shares. */
void porch_ui_peer_page_show (PorchUiPeerPage *self, PorchUiBackend *backend, PorchBusPeer *peer);
PorchBusPeer *porch_ui_peer_page_get_peer (PorchUiPeerPage *self); /* (nullable) */

G_END_DECLS
