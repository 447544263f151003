/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's actions on other devices: their pages, what they want from us. */
#include "config.h"

#include "porch-ui-compat.h"
#include "porch-ui-window-private.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

static void
on_open_peer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchBusPeer *peer = porch_ui_window_find_peer (PORCH_UI_WINDOW (widget), parameter);

  if (peer != NULL)
    porch_ui_window_open_peer (PORCH_UI_WINDOW (widget), peer);
}

/* --- what somebody wants to send --- */

typedef struct
{
  PorchUiWindow *window; /* reference */
  char *offer;           /* object path */
} Answering;

static Answering *
answering_new (gpointer window, const char *offer)
{
  Answering *answering = g_new0 (Answering, 1);

  answering->window = g_object_ref (window);
  answering->offer = g_strdup (offer);
  return answering;
}

static void
answering_free (gpointer data)
{
  Answering *answering = data;

  g_object_unref (answering->window);
  g_free (answering->offer);
  g_free (answering);
}

static PorchBusOffer *
find_offer (PorchUiWindow *self, const char *path)
{
  return porch_ui_backend_find (porch_ui_backend_get_offers (porch_ui_window_get_backend (self)), path);
}

static void
on_accept_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiWindow) self = data;
  g_autoptr (GError) error = NULL;

  if (!porch_bus_offer_call_accept_finish (PORCH_BUS_OFFER (source), NULL, result, &error))
    porch_ui_window_toast_error (self, error);
  else
    porch_ui_window_toast_button (self, _ ("Accepted"), _ ("_Transfers"), "win.show-page", "transfers");
}

void
porch_ui_window_accept_offer (PorchUiWindow *self, const char *path, const char *folder, gboolean trust)
{
  PorchBusOffer *offer = find_offer (self, path);
  GVariantBuilder options;

  if (offer == NULL)
    {
      porch_ui_window_toast (self, _ ("That is no longer there: it was taken back or answered already"));
      return;
    }
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  if (folder != NULL)
    g_variant_builder_add (&options, "{sv}", "to", g_variant_new_bytestring (folder));
  if (trust)
    g_variant_builder_add (&options, "{sv}", "trust", g_variant_new_boolean (TRUE));
  porch_bus_offer_call_accept (offer, g_variant_builder_end (&options), NULL, on_accept_ready, g_object_ref (self));
}

static void
on_accept (GtkWidget *widget, const char *name, GVariant *parameter)
{
  porch_ui_window_accept_offer (PORCH_UI_WINDOW (widget), g_variant_get_string (parameter, NULL), NULL, FALSE);
}

static void
on_target_chosen (GPtrArray *files, gpointer data)
{
  Answering *answering = data;
  g_autofree char *path = g_file_get_path (files->pdata[0]);

  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_DIR))
    porch_ui_window_toast (answering->window, _ ("That folder is not on this computer"));
  else
    porch_ui_window_accept_offer (answering->window, answering->offer, path, FALSE);
}

static void
on_accept_to (GtkWidget *widget, const char *name, GVariant *parameter)
{
  porch_ui_compat_choose (GTK_WINDOW (widget), PORCH_UI_CHOOSE_FOLDER, _ ("Choose Where to Put It"), _ ("_Accept"),
                          on_target_chosen, answering_new (widget, g_variant_get_string (parameter, NULL)), answering_free);
}

static void
on_decline (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchBusOffer *offer = find_offer (PORCH_UI_WINDOW (widget), g_variant_get_string (parameter, NULL));

  if (offer != NULL)
    porch_ui_window_call (PORCH_UI_WINDOW (widget), offer, "Decline", NULL, NULL);
}

/* --- a text --- */

static void
on_open_link (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_show_uri (GTK_WINDOW (widget), g_variant_get_string (parameter, NULL), GDK_CURRENT_TIME);
}

void
porch_ui_window_install_peer_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.open-peer", "s", on_open_peer);
  gtk_widget_class_install_action (klass, "win.accept", "s", on_accept);
  gtk_widget_class_install_action (klass, "win.accept-to", "s", on_accept_to);
  gtk_widget_class_install_action (klass, "win.decline", "s", on_decline);
  gtk_widget_class_install_action (klass, "win.open-link", "s", on_open_link);
}
