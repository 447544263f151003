/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What concerns trust, in the strip above every page: a comparison of codes, with the code large and what to say about it; the warning
 * that codes differed, which stays until it is dismissed; the question whether to accept always from somebody. */
#pragma once

#include <adwaita.h>
#include "porch-bus.h"

G_BEGIN_DECLS

#define PORCH_UI_TYPE_TRUST_ROW (porch_ui_trust_row_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiTrustRow, porch_ui_trust_row, PORCH_UI, TRUST_ROW, GtkWidget)

GtkWidget *porch_ui_trust_row_new (PorchBusPairing *pairing, PorchBusPeer *peer); /* peer (nullable) */
/* Only the warning, for a code that had come with something sent. */
GtkWidget *porch_ui_trust_row_new_warning (PorchBusPeer *peer);
/* After the second yes: whether what the device sends shall always be accepted. */
GtkWidget *porch_ui_trust_row_new_question (PorchBusPeer *peer);
/* The first one in the strip: only its yes is suggested by color. */
void porch_ui_trust_row_set_leading (PorchUiTrustRow *self, gboolean leading);

G_END_DECLS
