/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window says about sending. Pure but for the locale; no widget. All strings (transfer full). */
#pragma once

#include "porch-ui-survey.h"

#include "porch-bus.h"

G_BEGIN_DECLS

char *porch_ui_send_words_names (const char *const *names); /* "IMG_1.jpg, IMG_2.jpg and 1 more" */
char *porch_ui_send_words_title (const PorchUiSurvey *survey);  /* "3 photos" */
char *porch_ui_send_words_detail (const PorchUiSurvey *survey); /* "8.4 MB · IMG_1.jpg, IMG_2.jpg and 1 more" */
/* What is said when it is on its way. @peers: of PorchBusPeer, those whom it goes to. @connected: this computer is on a
 * network. */
char *porch_ui_send_words_waiting (GPtrArray *peers, gboolean text, gboolean connected);

G_END_DECLS
