/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-preferences.h"
#include "porch-bus-error.h"
#include "porch-display.h"
#include "porch-ui-autostart.h"
#include "porch-ui-compat.h"
#include "porch-ui-fit.h"

#include <glib/gi18n.h>
#include <math.h> /* fabs(), which needs no library */

#define LEAST_LIMIT 0.01           /* MB/s: what two digits can show */
#define BYTES_OF_LEAST_LIMIT 10000 /* MB are a million */

/* The row's choices, in its order. */
static const char *const ASK[] = { "anyone", "trusted" };

struct _PorchUiPreferences
{
  AdwWindow parent_instance;
  /* owned */
  PorchUiBackend *backend;
  PorchUiMemory *memory;
  gboolean filling; /* a row changes because the service said so */
  /* borrowed from the template */
  AdwToastOverlay *toasts;
  AdwPreferencesPage *page;
  AdwEntryRow *name;
  AdwActionRow *folder;
  GtkSwitch *accept;
  GtkSwitch *notify;
  AdwComboRow *ask;
  GtkSpinButton *running;
  GtkSpinButton *limit_down;
  GtkSpinButton *limit_up;
  GtkSwitch *metered;
  AdwComboRow *on_close;
  GtkSwitch *autostart;
};

G_DEFINE_FINAL_TYPE (PorchUiPreferences, porch_ui_preferences, ADW_TYPE_WINDOW)

/* As the row shows it; 0 is none. */
static double
limit_to_shown (gint64 limit)
{
  gint64 hundredths = (limit + BYTES_OF_LEAST_LIMIT / 2) / BYTES_OF_LEAST_LIMIT;

  return limit <= 0 ? 0 : (double)MAX (hundredths, 1) * LEAST_LIMIT;
}

/* Only what differs: a number that is being typed stays. */
static void
fill_limit (GtkSpinButton *spin, gint64 limit)
{
  double shown = limit_to_shown (limit);

  if (fabs (gtk_spin_button_get_value (spin) - shown) >= LEAST_LIMIT / 2)
    gtk_spin_button_set_value (spin, shown);
}

static void
fill_transfers (PorchUiPreferences *self, PorchBusDaemon *daemon)
{
  gtk_spin_button_set_value (self->running, porch_bus_daemon_get_max_running (daemon));
  fill_limit (self->limit_down, porch_bus_daemon_get_limit_down (daemon));
  fill_limit (self->limit_up, porch_bus_daemon_get_limit_up (daemon));
  gtk_switch_set_active (self->metered, porch_bus_daemon_get_use_metered (daemon));
}

static gboolean
is_sandboxed (PorchUiPreferences *self)
{
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);
  const char *sandbox = daemon != NULL ? porch_bus_daemon_get_sandbox (daemon) : NULL;

  return sandbox != NULL && *sandbox != '\0';
}

static void
fill_autostart (PorchUiPreferences *self)
{
  self->filling = TRUE;
  gtk_switch_set_active (self->autostart, porch_ui_autostart_get (self->memory, is_sandboxed (self)));
  self->filling = FALSE;
}

static void
fill (PorchUiPreferences *self)
{
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);
  g_autofree char *folder = NULL;

  gtk_widget_set_sensitive (GTK_WIDGET (self->page), daemon != NULL);
  if (daemon == NULL)
    return;
  self->filling = TRUE;
  folder = porch_display_path (porch_bus_daemon_get_download_folder (daemon));
  adw_action_row_set_subtitle (self->folder, folder);
  /* What is being typed stays. */
  if ((gtk_widget_get_state_flags (GTK_WIDGET (self->name)) & GTK_STATE_FLAG_FOCUS_WITHIN) == 0)
    gtk_editable_set_text (GTK_EDITABLE (self->name), porch_bus_daemon_get_name (daemon));
  gtk_switch_set_active (self->accept, porch_bus_daemon_get_auto_accept_trusted (daemon));
  gtk_switch_set_active (self->notify, porch_bus_daemon_get_notifications (daemon));
  adw_combo_row_set_selected (self->ask, g_strcmp0 (porch_bus_daemon_get_who_may_ask (daemon), ASK[1]) == 0 ? 1 : 0);
  fill_transfers (self, daemon);
  adw_combo_row_set_selected (self->on_close, porch_ui_memory_get_on_close (self->memory));
  self->filling = FALSE;
}

static void
on_backend_notify_daemon (PorchUiPreferences *self)
{
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);

  if (daemon != NULL)
    g_signal_connect_object (daemon, "g-properties-changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  fill (self);
}

/* Takes nothing; strips @error. */
static void
say_problem (PorchUiPreferences *self, GError *error)
{
  g_autofree char *shown = NULL;
  g_autofree char *escaped = NULL;

  porch_bus_error_strip (error);
  shown = porch_display_name (error->message, 300);
  escaped = g_markup_escape_text (shown, -1);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

static void
on_set_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiPreferences) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);

  if (reply != NULL)
    return;
  say_problem (self, error);
  fill (self); /* what holds */
}

/* Not the setters of the proxy: they drop the error. */
static void
set_property_of_service (PorchUiPreferences *self, const char *property, GVariant *floating)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (floating);
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);

  if (daemon == NULL || self->filling)
    return;
  g_dbus_proxy_call (G_DBUS_PROXY (daemon), "org.freedesktop.DBus.Properties.Set",
                     g_variant_new ("(ssv)", g_dbus_proxy_get_interface_name (G_DBUS_PROXY (daemon)), property, value),
                     G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_set_ready, g_object_ref (self));
}

static void
on_name_apply (AdwEntryRow *row, gpointer data)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));

  set_property_of_service (data, "Name", g_variant_new_string (name));
}

static void
on_accept_notify_active (GtkSwitch *accept, GParamSpec *pspec, gpointer data)
{
  set_property_of_service (data, "AutoAcceptTrusted", g_variant_new_boolean (gtk_switch_get_active (accept)));
}

static void
on_notify_notify_active (GtkSwitch *notify, GParamSpec *pspec, gpointer data)
{
  set_property_of_service (data, "Notifications", g_variant_new_boolean (gtk_switch_get_active (notify)));
}

static void
on_running_value_changed (GtkSpinButton *running, gpointer data)
{
  set_property_of_service (data, "MaxRunning", g_variant_new_uint32 ((guint32)gtk_spin_button_get_value_as_int (running)));
}

static void
on_ask_notify_selected (AdwComboRow *row, GParamSpec *pspec, gpointer data)
{
  guint selected = adw_combo_row_get_selected (row);

  if (selected < G_N_ELEMENTS (ASK))
    set_property_of_service (data, "WhoMayAsk", g_variant_new_string (ASK[selected]));
}

static void
on_metered_notify_active (GtkSwitch *metered, GParamSpec *pspec, gpointer data)
{
  set_property_of_service (data, "UseMetered", g_variant_new_boolean (gtk_switch_get_active (metered)));
}

/* What holds and only looks rounded here is not written back rounded. */
static void
set_limit (PorchUiPreferences *self, const char *property, gint64 holds, GtkSpinButton *spin)
{
  double shown = gtk_spin_button_get_value (spin);

  if (fabs (shown - limit_to_shown (holds)) >= LEAST_LIMIT / 2)
    set_property_of_service (self, property, g_variant_new_int64 ((gint64)(shown / LEAST_LIMIT + 0.5) * BYTES_OF_LEAST_LIMIT));
}

static void
on_limit_down_value_changed (GtkSpinButton *spin, gpointer data)
{
  PorchUiPreferences *self = data;
  PorchBusDaemon *daemon = self->backend != NULL ? porch_ui_backend_get_daemon (self->backend) : NULL;

  if (daemon != NULL)
    set_limit (self, "LimitDown", porch_bus_daemon_get_limit_down (daemon), spin);
}

static void
on_limit_up_value_changed (GtkSpinButton *spin, gpointer data)
{
  PorchUiPreferences *self = data;
  PorchBusDaemon *daemon = self->backend != NULL ? porch_ui_backend_get_daemon (self->backend) : NULL;

  if (daemon != NULL)
    set_limit (self, "LimitUp", porch_bus_daemon_get_limit_up (daemon), spin);
}

static const char *
no_limit (void)
{
  /* Translators: in the place of a number, where there is no limit */
  return C_ ("limit", "Off");
}

/* Numbers are read as ever. */
static int
on_limit_input (GtkSpinButton *spin, double *value, gpointer data)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (spin))));

  if (*text != '\0' && g_strcmp0 (text, no_limit ()) != 0)
    return FALSE;
  *value = 0;
  return TRUE;
}

static gboolean
on_limit_output (GtkSpinButton *spin, gpointer data)
{
  if (gtk_spin_button_get_value (spin) >= LEAST_LIMIT / 2)
    return FALSE;
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (spin)), no_limit ()) != 0)
    gtk_editable_set_text (GTK_EDITABLE (spin), no_limit ());
  return TRUE;
}

static void
on_on_close_notify_selected (AdwComboRow *row, GParamSpec *pspec, gpointer data)
{
  PorchUiPreferences *self = data;

  if (!self->filling && self->memory != NULL)
    porch_ui_memory_set_on_close (self->memory, (PorchUiOnClose)adw_combo_row_get_selected (row));
}

static void
on_autostart_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiPreferences) self = data;
  g_autoptr (GError) error = NULL;

  if (!porch_ui_autostart_set_finish (PORCH_UI_MEMORY (source), result, &error))
    say_problem (self, error);
  fill_autostart (self); /* what holds */
}

static void
on_autostart_notify_active (GtkSwitch *autostart, GParamSpec *pspec, gpointer data)
{
  PorchUiPreferences *self = data;
  PorchBusDaemon *daemon = self->backend != NULL ? porch_ui_backend_get_daemon (self->backend) : NULL;

  if (!self->filling && daemon != NULL)
    porch_ui_autostart_set_async (self->memory, g_dbus_proxy_get_connection (G_DBUS_PROXY (daemon)), is_sandboxed (self),
                                  gtk_switch_get_active (autostart), on_autostart_ready, g_object_ref (self));
}

static void
on_folder_chosen (GPtrArray *files, gpointer data)
{
  g_autofree char *path = g_file_get_path (files->pdata[0]);
  PorchUiPreferences *self = data;

  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_DIR))
    adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_ ("That folder is not on this computer")));
  else
    set_property_of_service (self, "DownloadFolder", g_variant_new_bytestring (path));
}

static void
on_folder_activated (AdwActionRow *row, gpointer data)
{
  porch_ui_compat_choose (GTK_WINDOW (data), PORCH_UI_CHOOSE_FOLDER, _ ("Choose Where Received Files Land"), _ ("Ch_oose"),
                          on_folder_chosen, g_object_ref (data), g_object_unref);
}

static void
porch_ui_preferences_dispose (GObject *object)
{
  PorchUiPreferences *self = PORCH_UI_PREFERENCES (object);

  g_clear_object (&self->backend);
  g_clear_object (&self->memory);
  G_OBJECT_CLASS (porch_ui_preferences_parent_class)->dispose (object);
}

static void
porch_ui_preferences_class_init (PorchUiPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_preferences_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiPreferences, toasts);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPreferences, page);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPreferences, name);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPreferences, folder);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPreferences, accept);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPreferences, notify);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPreferences, running);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPreferences, metered);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPreferences, limit_up);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPreferences, limit_down);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPreferences, ask);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPreferences, on_close);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPreferences, autostart);
  gtk_widget_class_bind_template_callback (widget_class, on_autostart_notify_active);
  gtk_widget_class_bind_template_callback (widget_class, on_name_apply);
  gtk_widget_class_bind_template_callback (widget_class, on_folder_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_accept_notify_active);
  gtk_widget_class_bind_template_callback (widget_class, on_notify_notify_active);
  gtk_widget_class_bind_template_callback (widget_class, on_running_value_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_limit_output);
  gtk_widget_class_bind_template_callback (widget_class, on_limit_input);
  gtk_widget_class_bind_template_callback (widget_class, on_limit_up_value_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_limit_down_value_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_metered_notify_active);
  gtk_widget_class_bind_template_callback (widget_class, on_ask_notify_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_on_close_notify_selected);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
porch_ui_preferences_init (PorchUiPreferences *self)
{
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->filling = FALSE;
}

GtkWidget *
porch_ui_preferences_new (GtkWindow *parent, PorchUiBackend *backend, PorchUiMemory *memory)
{
  PorchUiPreferences *self = g_object_new (PORCH_UI_TYPE_PREFERENCES, "transient-for", parent, NULL);

  porch_ui_fit_width (GTK_WINDOW (self), parent);
  self->backend = g_object_ref (backend);
  self->memory = g_object_ref (memory);
  g_signal_connect_object (backend, "notify::daemon", G_CALLBACK (on_backend_notify_daemon), self, G_CONNECT_SWAPPED);
  on_backend_notify_daemon (self);
  fill_autostart (self);
  return GTK_WIDGET (self);
}
