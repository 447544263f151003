/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the search finds: people, those who are trusted first. Activating one opens its page. */
#pragma once

#include "porch-ui-backend.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_SEARCH_PAGE (porch_ui_search_page_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiSearchPage, porch_ui_search_page, PORCH_UI, SEARCH_PAGE, AdwBin)

void porch_ui_search_page_set_backend (PorchUiSearchPage *self, PorchUiBackend *backend);
void porch_ui_search_page_set_text (PorchUiSearchPage *self, const char *text);
/* Opens the first one, as Return in the search entry does; FALSE: nobody was found. */
gboolean porch_ui_search_page_open_first (PorchUiSearchPage *self);

G_END_DECLS
