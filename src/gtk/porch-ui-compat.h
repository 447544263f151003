/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only file that knows which version of GTK and libadwaita it runs on: about, questions, file choosers, shortcuts. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void porch_ui_compat_show_about (GtkWindow *parent);
void porch_ui_compat_show_shortcuts (GtkWindow *parent);

/* The answer is the id of the response; "cancel" by Escape. responses: id, label, id, label, …, NULL; the first one is Cancel.
 * @destructive: (nullable) id of the response that loses something or opens something. @extra: (nullable) a widget below the
 * text. */
typedef void (*PorchUiAnswer) (const char *response, gpointer data);
void porch_ui_compat_ask (GtkWindow *parent, const char *heading, const char *body, GtkWidget *extra,
                          const char *const *responses, const char *suggested, const char *destructive, PorchUiAnswer answer,
                          gpointer data, GDestroyNotify destroy);
/* The same without a Cancel among the responses: who leaves with Escape answers "cancel". */
void porch_ui_compat_ask_or_leave (GtkWindow *parent, const char *heading, const char *body, GtkWidget *extra,
                                   const char *const *responses, const char *suggested, const char *destructive,
                                   PorchUiAnswer answer, gpointer data, GDestroyNotify destroy);
/* Opens and closes a response while the question is up: @question as given to the extra widget's root. */
void porch_ui_compat_enable_response (GtkWidget *extra, const char *response, gboolean enabled);

typedef enum
{
  PORCH_UI_CHOOSE_FILES,
  PORCH_UI_CHOOSE_FOLDER,
  PORCH_UI_CHOOSE_FOLDERS
} PorchUiChoice;
/* files: (element-type GFile) those that exist; never called when the person cancels. */
typedef void (*PorchUiChosen) (GPtrArray *files, gpointer data);
void porch_ui_compat_choose (GtkWindow *parent, PorchUiChoice choice, const char *title, const char *accept,
                             PorchUiChosen chosen, gpointer data, GDestroyNotify destroy);
/* One folder, beginning at @start, so that Accept alone takes it. */
void porch_ui_compat_choose_folder_at (GtkWindow *parent, GFile *start, const char *title, const char *accept,
                                       PorchUiChosen chosen, gpointer data, GDestroyNotify destroy);

G_END_DECLS
