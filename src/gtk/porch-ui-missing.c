/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-missing.h"
#include "porch-ui-fit.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

struct _PorchUiMissing
{
  AdwWindow parent_instance;
  /* owned */
  PorchUiBackend *backend;
  GPtrArray *rows; /* borrowed: of the addresses */
  char *told;      /* the addresses that the rows show */
  /* borrowed from the template */
  AdwToastOverlay *toasts;
  AdwPreferencesPage *page;
  AdwActionRow *who;
  AdwActionRow *where;
  AdwActionRow *looking;
  GtkImage *who_icon;
  GtkImage *where_icon;
  GtkImage *looking_icon;
  AdwPreferencesGroup *reach;
  AdwActionRow *port;
  AdwActionRow *discovery;
};

G_DEFINE_FINAL_TYPE (PorchUiMissing, porch_ui_missing, ADW_TYPE_WINDOW)

static void
on_copy_clicked (GtkButton *button, gpointer data)
{
  PorchUiMissing *self = data;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)), g_object_get_data (G_OBJECT (button), "address"));
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_ ("Address copied")));
}

static void
add_address (PorchUiMissing *self, const char *address, const char *where)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  /* Translators: %s is an address like 192.168.1.5 */
  g_autofree char *label = g_strdup_printf (_ ("Copy %s"), address);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), address);
  adw_preferences_row_set_title_selectable (ADW_PREFERENCES_ROW (row), TRUE);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), where);
  gtk_widget_set_valign (copy, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (copy, "flat");
  gtk_widget_set_tooltip_text (copy, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (copy), "address", g_strdup (address), g_free);
  g_signal_connect_object (copy, "clicked", G_CALLBACK (on_copy_clicked), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), copy);
  adw_preferences_group_add (self->reach, row);
  g_ptr_array_add (self->rows, row);
}

/* Nobody types an address that is good on one cable only, unless there is no other. */
static gboolean
is_link_local (const char *address)
{
  return g_ascii_strncasecmp (address, "fe80:", 5) == 0;
}

static void
fill_addresses (PorchUiMissing *self, GVariant *networks)
{
  g_autofree char *told = networks != NULL ? g_variant_print (networks, FALSE) : g_strdup ("");
  gboolean some = FALSE;

  if (g_strcmp0 (told, self->told) == 0)
    return;
  g_free (self->told);
  self->told = g_steal_pointer (&told);
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->reach, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (int pass = 0; networks != NULL && pass < 2 && !some; pass++)
    {
      const char *interface, *address, *name;
      GVariantIter iter;

      g_variant_iter_init (&iter, networks);
      while (g_variant_iter_next (&iter, "(&s&s&sb)", &interface, &address, &name, NULL))
        {
          g_autofree char *shown = porch_ui_words_name (*name != '\0' ? name : interface);

          if (pass == 0 && is_link_local (address))
            continue;
          some = TRUE;
          add_address (self, address, shown);
        }
    }
  gtk_widget_set_visible (GTK_WIDGET (self->reach), some);
}

static const char *
looking_title (gboolean connected, gboolean off, gboolean starting)
{
  if (off)
    return _ ("Looking for people is switched off");
  if (!connected)
    return _ ("Looking for people needs a network");
  return starting ? _ ("Looking for people is about to start") : _ ("Looking for people works");
}

static const char *
looking_subtitle (gboolean connected, gboolean off)
{
  if (!connected)
    return _ ("It begins by itself when you are connected.");
  return off ? _ ("You can still add them by address.") : _ ("They must have Porch open and be visible too.");
}

static void
fill_looking (PorchUiMissing *self, const char *discovery, gboolean connected)
{
  gboolean off = g_strcmp0 (discovery, "off") == 0;
  gboolean starting = g_strcmp0 (discovery, "starting") == 0;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->looking), looking_title (connected, off, starting));
  adw_action_row_set_subtitle (self->looking, looking_subtitle (connected, off));
  gtk_image_set_from_icon_name (self->looking_icon, off || !connected ? "dialog-warning-symbolic" : "system-search-symbolic");
  adw_action_row_set_subtitle (self->discovery, g_strcmp0 (discovery, "avahi") == 0 ? _ ("a service of this computer")
                                                : g_strcmp0 (discovery, "embedded") == 0 ? _ ("Porch itself")
                                                : off                                    ? _ ("switched off")
                                                                                         : _ ("about to start"));
}

static void
fill_port (PorchUiMissing *self, guint port, gboolean connected)
{
  g_autofree char *number = g_strdup_printf (_ ("A firewall must let port %u in (TCP)"), port);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->port),
                                 !connected  ? _ ("Nobody can reach you while you are not connected")
                                 : port != 0 ? number
                                             : _ ("Nobody can reach you while you are hidden"));
}

static const char *
who_icon (PorchBusDaemon *daemon, gboolean connected)
{
  if (!connected)
    return "network-offline-symbolic";
  return g_strcmp0 (porch_bus_daemon_get_visibility (daemon), "hidden") == 0 ? "porch-hidden-symbolic"
                                                                             : "porch-nearby-symbolic";
}

static void
fill (PorchUiMissing *self)
{
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);
  g_autofree char *networks = NULL;
  g_autofree char *name = NULL;
  g_autofree char *who = NULL;
  g_autofree char *seen = NULL;
  g_autofree char *where = NULL;
  gboolean connected;

  gtk_widget_set_sensitive (GTK_WIDGET (self->page), daemon != NULL);
  if (daemon == NULL)
    return;
  connected = porch_ui_words_is_connected (daemon);
  networks = porch_ui_words_networks (daemon, FALSE);
  name = porch_ui_words_name (porch_bus_daemon_get_name (daemon));
  who = g_strdup_printf (_ ("You are “%s”"), name);
  seen = porch_ui_words_visibility (daemon);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->who), who);
  adw_action_row_set_subtitle (self->who, connected ? seen : _ ("Nobody can see you now."));
  gtk_image_set_from_icon_name (self->who_icon, who_icon (daemon, connected));
  /* Translators: %s are names of networks in quotes, or "this network" */
  where = networks != NULL ? g_strdup_printf (_ ("You look on %s"), networks)
                           : g_strdup (_ ("You are not connected to a network"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->where), where);
  adw_action_row_set_subtitle (self->where, connected ? _ ("The other device must be on the same network.")
                                                      : _ ("Connect to the network that the other device is on."));
  gtk_image_set_from_icon_name (self->where_icon, networks != NULL ? "network-wireless-symbolic" : "network-offline-symbolic");
  fill_looking (self, porch_bus_daemon_get_discovery (daemon), connected);
  fill_addresses (self, porch_bus_daemon_get_networks (daemon));
  fill_port (self, porch_bus_daemon_get_port (daemon), connected);
}

static void
on_backend_notify_daemon (PorchUiMissing *self)
{
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);

  if (daemon != NULL)
    g_signal_connect_object (daemon, "g-properties-changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  fill (self);
}

static void
on_add_clicked (GtkButton *button, gpointer data)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (data));

  g_object_ref (parent);
  gtk_window_close (GTK_WINDOW (data));
  gtk_widget_activate_action (GTK_WIDGET (parent), "win.add-address", NULL);
  g_object_unref (parent);
}

static void
porch_ui_missing_finalize (GObject *object)
{
  PorchUiMissing *self = PORCH_UI_MISSING (object);

  g_clear_object (&self->backend);
  g_ptr_array_unref (self->rows);
  g_free (self->told);
  G_OBJECT_CLASS (porch_ui_missing_parent_class)->finalize (object);
}

static void
porch_ui_missing_class_init (PorchUiMissingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = porch_ui_missing_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-missing.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiMissing, toasts);
  gtk_widget_class_bind_template_child (widget_class, PorchUiMissing, page);
  gtk_widget_class_bind_template_child (widget_class, PorchUiMissing, who);
  gtk_widget_class_bind_template_child (widget_class, PorchUiMissing, where);
  gtk_widget_class_bind_template_child (widget_class, PorchUiMissing, looking);
  gtk_widget_class_bind_template_child (widget_class, PorchUiMissing, who_icon);
  gtk_widget_class_bind_template_child (widget_class, PorchUiMissing, where_icon);
  gtk_widget_class_bind_template_child (widget_class, PorchUiMissing, looking_icon);
  gtk_widget_class_bind_template_child (widget_class, PorchUiMissing, reach);
  gtk_widget_class_bind_template_child (widget_class, PorchUiMissing, port);
  gtk_widget_class_bind_template_child (widget_class, PorchUiMissing, discovery);
  gtk_widget_class_bind_template_callback (widget_class, on_add_clicked);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
porch_ui_missing_init (PorchUiMissing *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
porch_ui_missing_new (GtkWindow *parent, PorchUiBackend *backend)
{
  PorchUiMissing *self = g_object_new (PORCH_UI_TYPE_MISSING, "transient-for", parent, NULL);

  porch_ui_fit_width (GTK_WINDOW (self), parent);
  self->backend = g_object_ref (backend);
  g_signal_connect_object (backend, "notify::daemon", G_CALLBACK (on_backend_notify_daemon), self, G_CONNECT_SWAPPED);
  on_backend_notify_daemon (self);
  return GTK_WIDGET (self);
}
