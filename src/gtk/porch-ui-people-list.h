/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of people to tick, for the question whom to send to and the question who may open a folder. */
#pragma once

#include "porch-ui-backend.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_PEOPLE_LIST (porch_ui_people_list_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiPeopleList, porch_ui_people_list, PORCH_UI, PEOPLE_LIST, AdwBin)

typedef enum
{
  PORCH_UI_PEOPLE_TO_SEND_TO,
  PORCH_UI_PEOPLE_TO_LET_IN
} PorchUiPeoplePurpose;

/* Signal: changed. @ticked: (nullable) device ids that are ticked at first. */
/* Follows what is known of people while it is shown: who appears is added at the end, nobody moves. */
GtkWidget *porch_ui_people_list_new (PorchUiBackend *backend, PorchUiPeoplePurpose purpose, const char *const *ticked);
void porch_ui_people_list_focus (PorchUiPeopleList *self); /* the keys go to the first one */
void porch_ui_people_list_tick_paths (PorchUiPeopleList *self, const char *const *paths); /* object paths */
guint porch_ui_people_list_get_count (PorchUiPeopleList *self);  /* of those ticked */
char **porch_ui_people_list_dup_paths (PorchUiPeopleList *self); /* object paths of those ticked */
char **porch_ui_people_list_dup_ids (PorchUiPeopleList *self);   /* device ids of those ticked */
gboolean porch_ui_people_list_is_empty (PorchUiPeopleList *self);

G_END_DECLS
