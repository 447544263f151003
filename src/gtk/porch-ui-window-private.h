/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the window share: each porch-ui-window-X.c installs the actions of one concern. */
#pragma once

#include "porch-ui-memory.h"
#include "porch-ui-parcel.h"
#include "porch-ui-welcome-page.h"
#include "porch-ui-window.h"

G_BEGIN_DECLS

void porch_ui_window_install_send_actions (GtkWidgetClass *klass);
void porch_ui_window_install_share_actions (GtkWidgetClass *klass);
void porch_ui_window_install_peer_actions (GtkWidgetClass *klass);
void porch_ui_window_install_trust_actions (GtkWidgetClass *klass);
void porch_ui_window_install_transfer_actions (GtkWidgetClass *klass);
void porch_ui_window_install_device_actions (GtkWidgetClass *klass);
void porch_ui_window_install_handout_actions (GtkWidgetClass *klass);
void porch_ui_window_install_life_actions (GtkWidgetClass *klass);

PorchUiBackend *porch_ui_window_get_backend (PorchUiWindow *self);
PorchUiMemory *porch_ui_window_get_memory (PorchUiWindow *self);
PorchUiWelcomePage *porch_ui_window_get_welcome (PorchUiWindow *self);
void porch_ui_window_remember_size (PorchUiWindow *self);
/* The person closes the window: TRUE when it stays, because of a question or until the service has ended. */
gboolean porch_ui_window_close_request (PorchUiWindow *self);
/* (nullable): not there now; a toast says so then. */
PorchBusDaemon *porch_ui_window_require_daemon (PorchUiWindow *self);
PorchBusPeer *porch_ui_window_find_peer (PorchUiWindow *self, GVariant *path); /* (nullable) */
/* (nullable) (transfer none): the one whose page or folder is shown. */
PorchBusPeer *porch_ui_window_get_shown_peer (PorchUiWindow *self);
/* Files that came before the service answers are sent when it does. FALSE: it answers, or never will. */
gboolean porch_ui_window_keep_files (PorchUiWindow *self, GPtrArray *files);
void porch_ui_window_show_handout (PorchUiWindow *self, PorchBusHandOut *handout);
void porch_ui_window_open_peer (PorchUiWindow *self, PorchBusPeer *peer);

void porch_ui_window_toast (PorchUiWindow *self, const char *text);
/* With a button that activates @action with the string @target. */
void porch_ui_window_toast_button (PorchUiWindow *self, const char *text, const char *button, const char *action,
                                   const char *target);
/* The words of an error from the service, without its D-Bus prefix. */
void porch_ui_window_toast_error (PorchUiWindow *self, const GError *error);
/* Calls @method; an error becomes a toast. @done: (nullable) a toast for success. */
void porch_ui_window_call (PorchUiWindow *self, gpointer proxy, const char *method, GVariant *parameters, const char *done);
/* @folder: (nullable) the download folder. @trust: the code was compared and matches. */
void porch_ui_window_accept_offer (PorchUiWindow *self, const char *path, const char *folder, gboolean trust);
/* Asks for one line of text; @accepted gets it when it is not empty. */
typedef void (*PorchUiLine) (PorchUiWindow *self, const char *text, gpointer data);
void porch_ui_window_ask_line (PorchUiWindow *self, const char *heading, const char *body, const char *label, const char *text,
                               const char *accept, PorchUiLine accepted, gpointer data, GDestroyNotify destroy);

/* The same, where an empty line is an answer too. */
void porch_ui_window_ask_any_line (PorchUiWindow *self, const char *heading, const char *body, const char *label,
                                   const char *text, const char *accept, PorchUiLine accepted, gpointer data,
                                   GDestroyNotify destroy);

G_END_DECLS
