/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One who joined a hand-out: who, and how far. Owned by the page's flow box; main thread. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_HANDOUT_TILE (porch_ui_handout_tile_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiHandoutTile, porch_ui_handout_tile, PORCH_UI, HANDOUT_TILE, GtkFlowBoxChild)

GtkWidget *porch_ui_handout_tile_new (const char *id);
const char *porch_ui_handout_tile_get_id (PorchUiHandoutTile *self);
/* As the service says it; @total: bytes that each receiver gets. */
void porch_ui_handout_tile_update (PorchUiHandoutTile *self, const char *name, const char *state, gint64 done, gint64 missing,
                                   gint64 total);

G_END_DECLS
