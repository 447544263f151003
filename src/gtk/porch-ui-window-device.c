/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's actions on our own device: its name, who is missing and why, about. */
#include "config.h"

#include "porch-display.h"
#include "porch-ui-compat.h"
#include "porch-ui-missing.h"
#include "porch-ui-preferences.h"
#include "porch-ui-window-private.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

/* --- one line of text --- */

typedef struct
{
  PorchUiWindow *window; /* reference */
  GtkWidget *entry;      /* reference */
  PorchUiLine accepted;
  gboolean any; /* an empty line is an answer too */
  gpointer data;
  GDestroyNotify destroy;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_object_unref (asking->window);
  g_object_unref (asking->entry);
  if (asking->destroy != NULL)
    asking->destroy (asking->data);
  g_free (asking);
}

static void
on_line_answer (const char *response, gpointer data)
{
  Asking *asking = data;
  g_autofree char *text = NULL;

  if (g_str_equal (response, "cancel"))
    return;
  text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (asking->entry))));
  if (*text != '\0' || asking->any)
    asking->accepted (asking->window, text, asking->data);
}

static void
on_line_changed (GtkEditable *editable, gpointer data)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (editable)));

  porch_ui_compat_enable_response (GTK_WIDGET (editable), "accept", *text != '\0');
}

static void
ask_line (PorchUiWindow *self, const char *heading, const char *body, const char *label, const char *text, const char *accept,
          gboolean any, PorchUiLine accepted, gpointer data, GDestroyNotify destroy)
{
  const char *responses[] = { "cancel", _ ("_Cancel"), "accept", accept, NULL };
  Asking *asking = g_new0 (Asking, 1);
  GtkWidget *entry = gtk_entry_new ();

  asking->window = g_object_ref (self);
  asking->entry = g_object_ref_sink (entry);
  asking->accepted = accepted;
  asking->any = any;
  asking->data = data;
  asking->destroy = destroy;
  gtk_editable_set_text (GTK_EDITABLE (entry), text != NULL ? text : "");
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  porch_ui_compat_ask (GTK_WINDOW (self), heading, body, entry, responses, "accept", NULL, on_line_answer, asking, asking_free);
  if (!any)
    {
      g_signal_connect (entry, "changed", G_CALLBACK (on_line_changed), NULL);
      on_line_changed (GTK_EDITABLE (entry), NULL);
    }
  gtk_widget_grab_focus (entry);
}

void
porch_ui_window_ask_line (PorchUiWindow *self, const char *heading, const char *body, const char *label, const char *text,
                          const char *accept, PorchUiLine accepted, gpointer data, GDestroyNotify destroy)
{
  ask_line (self, heading, body, label, text, accept, FALSE, accepted, data, destroy);
}

void
porch_ui_window_ask_any_line (PorchUiWindow *self, const char *heading, const char *body, const char *label, const char *text,
                              const char *accept, PorchUiLine accepted, gpointer data, GDestroyNotify destroy)
{
  ask_line (self, heading, body, label, text, accept, TRUE, accepted, data, destroy);
}

/* --- our name --- */

static void
on_set_name_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);

  if (reply == NULL)
    porch_ui_window_toast_error (self, error);
}

static void
on_name_line (PorchUiWindow *self, const char *text, gpointer data)
{
  PorchBusDaemon *daemon = porch_ui_window_require_daemon (self);

  /* Not the setter of the proxy: it drops the error. */
  if (daemon != NULL)
    g_dbus_proxy_call (
        G_DBUS_PROXY (daemon), "org.freedesktop.DBus.Properties.Set",
        g_variant_new ("(ssv)", g_dbus_proxy_get_interface_name (G_DBUS_PROXY (daemon)), "Name", g_variant_new_string (text)),
        G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_set_name_ready, g_object_ref (self));
}

static void
on_rename (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchBusDaemon *daemon = porch_ui_window_require_daemon (PORCH_UI_WINDOW (widget));

  if (daemon != NULL)
    porch_ui_window_ask_line (PORCH_UI_WINDOW (widget), _ ("Change Your Name"),
                              _ ("The name that people nearby see for this computer."), _ ("Name"),
                              porch_bus_daemon_get_name (daemon), _ ("C_hange"), on_name_line, NULL, NULL);
}

/* --- somebody is missing --- */

static void
on_connect_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  PorchBusPeer *peer;

  if (!porch_bus_daemon_call_connect_finish (PORCH_BUS_DAEMON (source), &path, result, &error))
    {
      porch_ui_window_toast_error (self, error);
      return;
    }
  peer = porch_ui_backend_find_peer (porch_ui_window_get_backend (self), path);
  if (peer != NULL)
    porch_ui_window_open_peer (self, peer);
}

static void
on_address_line (PorchUiWindow *self, const char *text, gpointer data)
{
  PorchBusDaemon *daemon = porch_ui_window_require_daemon (self);

  if (daemon == NULL)
    return;
  porch_ui_window_toast (self, _ ("Looking there…"));
  porch_bus_daemon_call_connect (daemon, text, NULL, on_connect_ready, g_object_ref (self));
}

static void
on_add_address (GtkWidget *widget, const char *name, GVariant *parameter)
{
  porch_ui_window_ask_line (PORCH_UI_WINDOW (widget), _ ("Add by Address"),
                            _ ("The other computer shows its address under “Someone Missing?”, such as 192.168.1.5."),
                            _ ("Address"), NULL, _ ("_Add"), on_address_line, NULL, NULL);
}

static void
on_missing (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);

  if (porch_ui_window_require_daemon (self) != NULL)
    gtk_window_present (GTK_WINDOW (porch_ui_missing_new (GTK_WINDOW (self), porch_ui_window_get_backend (self))));
}

static void
on_preferences (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);

  if (porch_ui_window_require_daemon (self) != NULL)
    gtk_window_present (GTK_WINDOW (
        porch_ui_preferences_new (GTK_WINDOW (self), porch_ui_window_get_backend (self), porch_ui_window_get_memory (self))));
}

/* --- about, shortcuts --- */

static void
on_about (GtkWidget *widget, const char *name, GVariant *parameter)
{
  porch_ui_compat_show_about (GTK_WINDOW (widget));
}

static void
on_shortcuts (GtkWidget *widget, const char *name, GVariant *parameter)
{
  porch_ui_compat_show_shortcuts (GTK_WINDOW (widget));
}

void
porch_ui_window_install_device_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.rename", NULL, on_rename);
  gtk_widget_class_install_action (klass, "win.missing", NULL, on_missing);
  gtk_widget_class_install_action (klass, "win.preferences", NULL, on_preferences);
  gtk_widget_class_install_action (klass, "win.add-address", NULL, on_add_address);
  gtk_widget_class_install_action (klass, "win.about", NULL, on_about);
  gtk_widget_class_install_action (klass, "win.show-help-overlay", NULL, on_shortcuts);
}
