/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's actions on what moves: downloads, pauses, and where things landed. */
#include "config.h"

#include "porch-bus-error.h"
#include "porch-ui-compat.h"
#include "porch-ui-show.h"
#include "porch-ui-window-private.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

static PorchBusTransfer *
find_transfer (GtkWidget *widget, GVariant *path)
{
  PorchUiBackend *backend = porch_ui_window_get_backend (PORCH_UI_WINDOW (widget));

  return porch_ui_backend_find (porch_ui_backend_get_transfers (backend), g_variant_get_string (path, NULL));
}

static void
call_transfer (GtkWidget *widget, GVariant *path, const char *method)
{
  PorchBusTransfer *transfer = find_transfer (widget, path);

  if (transfer != NULL)
    porch_ui_window_call (PORCH_UI_WINDOW (widget), transfer, method, NULL, NULL);
}

static void
on_pause (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call_transfer (widget, parameter, "Pause");
}

static void
on_resume (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call_transfer (widget, parameter, "Resume");
}

static void
on_cancel_transfer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call_transfer (widget, parameter, "Cancel");
}

/* What one act of sending began, as object paths with blanks between them. */
static void
on_cancel_transfers (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  g_auto (GStrv) paths = g_strsplit (g_variant_get_string (parameter, NULL), " ", -1);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      gpointer transfer = porch_ui_backend_find (porch_ui_backend_get_transfers (porch_ui_window_get_backend (self)), paths[i]);

      if (transfer != NULL)
        porch_ui_window_call (self, transfer, "Cancel", NULL, NULL);
    }
}

static void
on_retry_transfer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call_transfer (widget, parameter, "Retry");
}

static void
on_check_transfer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call_transfer (widget, parameter, "Check");
}

static void
on_clear_transfer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call_transfer (widget, parameter, "Clear");
}

static void
on_clear_text (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiBackend *backend = porch_ui_window_get_backend (PORCH_UI_WINDOW (widget));
  gpointer offer = porch_ui_backend_find (porch_ui_backend_get_offers (backend), g_variant_get_string (parameter, NULL));

  if (offer != NULL)
    porch_ui_window_call (PORCH_UI_WINDOW (widget), offer, "Clear", NULL, NULL);
}

static void
clear_texts (PorchUiWindow *self)
{
  GListModel *offers = porch_ui_backend_get_offers (porch_ui_window_get_backend (self));

  for (guint i = 0; i < g_list_model_get_n_items (offers); i++)
    {
      g_autoptr (PorchBusOffer) offer = g_list_model_get_item (offers, i);

      if (porch_ui_words_offer_is_read_text (offer))
        porch_ui_window_call (self, offer, "Clear", NULL, NULL);
    }
}

static void
on_clear_finished (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  GListModel *transfers = porch_ui_backend_get_transfers (porch_ui_window_get_backend (self));

  for (guint i = 0; i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (PorchBusTransfer) transfer = g_list_model_get_item (transfers, i);

      if (porch_ui_words_state_is_over (porch_bus_transfer_get_state (transfer)))
        porch_ui_window_call (self, transfer, "Clear", NULL, NULL);
    }
  clear_texts (self);
}

static void
on_show_transfer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchBusTransfer *transfer = find_transfer (widget, parameter);
  const char *const *results = transfer != NULL ? porch_bus_transfer_get_results (transfer) : NULL;
  g_autoptr (GStrvBuilder) there = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  for (guint i = 0; results != NULL && results[i] != NULL; i++)
    if (g_file_test (results[i], G_FILE_TEST_EXISTS))
      g_strv_builder_add (there, results[i]);
  paths = g_strv_builder_end (there);
  if (paths[0] != NULL)
    porch_ui_show_files (GTK_WINDOW (widget), (const char *const *)paths);
  else
    porch_ui_window_toast (PORCH_UI_WINDOW (widget), _ ("It is no longer where it was put: it was moved or deleted"));
}

static void
on_open_transfer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchBusTransfer *transfer = find_transfer (widget, parameter);
  const char *const *results = transfer != NULL ? porch_bus_transfer_get_results (transfer) : NULL;

  if (results == NULL || results[0] == NULL)
    return;
  if (g_file_test (results[0], G_FILE_TEST_EXISTS))
    porch_ui_show_folder (GTK_WINDOW (widget), results[0]);
  else
    porch_ui_window_toast (PORCH_UI_WINDOW (widget), _ ("It is no longer where it was put: it was moved or deleted"));
}

/* --- downloads --- */

typedef struct
{
  PorchUiWindow *window; /* reference */
  GVariant *what;        /* (ssaay): peer, share, paths */
} Fetching;

static Fetching *
fetching_new (gpointer window, GVariant *what)
{
  Fetching *fetching = g_new0 (Fetching, 1);

  fetching->window = g_object_ref (window);
  fetching->what = g_variant_ref (what);
  return fetching;
}

static void
fetching_free (gpointer data)
{
  Fetching *fetching = data;

  g_object_unref (fetching->window);
  g_variant_unref (fetching->what);
  g_free (fetching);
}

static void
on_get_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiWindow) self = data;
  g_autoptr (GError) error = NULL;

  if (porch_bus_daemon_call_get_finish (PORCH_BUS_DAEMON (source), NULL, result, &error))
    porch_ui_window_toast_button (self, _ ("Downloading"), _ ("_Transfers"), "win.show-page", "transfers");
  else if (g_error_matches (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_FOUND))
    porch_ui_window_toast (self, _ ("It is no longer there: it was moved or removed, or is shared with others now"));
  else
    porch_ui_window_toast_error (self, error);
}

static void
fetch (PorchUiWindow *self, GVariant *what, const char *folder)
{
  PorchBusDaemon *daemon = porch_ui_window_require_daemon (self);
  g_autofree const char **paths = NULL;
  const char *peer, *share;
  GVariantBuilder options;

  if (daemon == NULL)
    return;
  g_variant_get (what, "(&s&s^a&ay)", &peer, &share, &paths);
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  if (folder != NULL)
    g_variant_builder_add (&options, "{sv}", "to", g_variant_new_bytestring (folder));
  porch_bus_daemon_call_get (daemon, peer, share, paths, g_variant_builder_end (&options), NULL, on_get_ready,
                             g_object_ref (self));
}

static void
on_download (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fetch (PORCH_UI_WINDOW (widget), parameter, NULL);
}

static void
on_target_chosen (GPtrArray *files, gpointer data)
{
  Fetching *fetching = data;
  g_autofree char *path = g_file_get_path (files->pdata[0]);

  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_DIR))
    porch_ui_window_toast (fetching->window, _ ("That folder is not on this computer"));
  else
    fetch (fetching->window, fetching->what, path);
}

static void
on_download_to (GtkWidget *widget, const char *name, GVariant *parameter)
{
  porch_ui_compat_choose (GTK_WINDOW (widget), PORCH_UI_CHOOSE_FOLDER, _ ("Choose Where to Put It"), _ ("_Download"),
                          on_target_chosen, fetching_new (widget, parameter), fetching_free);
}

void
porch_ui_window_install_transfer_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.pause", "s", on_pause);
  gtk_widget_class_install_action (klass, "win.resume", "s", on_resume);
  gtk_widget_class_install_action (klass, "win.cancel-transfer", "s", on_cancel_transfer);
  gtk_widget_class_install_action (klass, "win.cancel-transfers", "s", on_cancel_transfers);
  gtk_widget_class_install_action (klass, "win.retry-transfer", "s", on_retry_transfer);
  gtk_widget_class_install_action (klass, "win.check-transfer", "s", on_check_transfer);
  gtk_widget_class_install_action (klass, "win.clear-transfer", "s", on_clear_transfer);
  gtk_widget_class_install_action (klass, "win.clear-text", "s", on_clear_text);
  gtk_widget_class_install_action (klass, "win.clear-finished", NULL, on_clear_finished);
  gtk_widget_class_install_action (klass, "win.show-transfer", "s", on_show_transfer);
  gtk_widget_class_install_action (klass, "win.open-transfer", "s", on_open_transfer);
  gtk_widget_class_install_action (klass, "win.download", "(ssaay)", on_download);
  gtk_widget_class_install_action (klass, "win.download-to", "(ssaay)", on_download_to);
}
