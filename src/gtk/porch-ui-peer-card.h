/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A card on Nearby: avatar, name, one line of state. The avatar's color belongs to the key, not to the name. */
#pragma once

#include "porch-ui-backend.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_PEER_CARD (porch_ui_peer_card_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiPeerCard, porch_ui_peer_card, PORCH_UI, PEER_CARD, GtkFlowBoxChild)

GtkWidget *porch_ui_peer_card_new (PorchBusPeer *peer, PorchUiBackend *backend);
PorchBusPeer *porch_ui_peer_card_get_peer (PorchUiPeerCard *self);
/* Its box is ticked. While somebody selects (@selecting) the box shows on every card, else on the one under the pointer. The
 * person's own ticking, Ctrl and a long press are the action nearby.toggle (the object path). */
void porch_ui_peer_card_set_selected (PorchUiPeerCard *self, gboolean selected, gboolean selecting);
/* What moves between us now ("Sending you 3 files"), in place of the state; (nullable). @waiting: (nullable) the object paths,
 * with blanks between them, of what waits for that person to accept it, and can be canceled here. */
void porch_ui_peer_card_set_activity (PorchUiPeerCard *self, const char *activity, const char *waiting);

G_END_DECLS
