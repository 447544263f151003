/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-application.h"
#include "porch-ui-backend.h"
#include "porch-ui-memory.h"
#include "porch-ui-watch.h"
#include "porch-ui-window.h"

#include <glib/gi18n.h>

struct _PorchUiApplication
{
  AdwApplication parent_instance;
  /* owned */
  PorchUiBackend *backend;
};

G_DEFINE_FINAL_TYPE (PorchUiApplication, porch_ui_application, ADW_TYPE_APPLICATION)

static PorchUiWindow *
present_window (PorchUiApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (!PORCH_UI_IS_WINDOW (window))
    {
      window = GTK_WINDOW (porch_ui_window_new (ADW_APPLICATION (self), self->backend));
      porch_ui_watch_begin (GTK_WIDGET (window));
    }
  gtk_window_present (window);
  return PORCH_UI_WINDOW (window);
}

static void
porch_ui_application_activate (GApplication *application)
{
  present_window (PORCH_UI_APPLICATION (application));
}

static void
porch_ui_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);

  for (int i = 0; i < n_files; i++)
    g_ptr_array_add (list, g_object_ref (files[i]));
  porch_ui_window_send_files (present_window (PORCH_UI_APPLICATION (application)), list);
}

/* From a notification: the window, at the page where it goes on. */
static void
on_show_page_activate (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  porch_ui_window_show_page (present_window (PORCH_UI_APPLICATION (data)), g_variant_get_string (parameter, NULL));
}

static void
on_backend_notify_daemon (PorchUiBackend *backend, GParamSpec *pspec, gpointer data)
{
  if (porch_ui_backend_get_daemon (backend) == NULL)
    return;
  g_signal_handlers_disconnect_by_func (backend, on_backend_notify_daemon, data);
  gtk_widget_activate_action (GTK_WIDGET (present_window (data)), "win.send", NULL);
}

/* The desktop file's action: as soon as there is somebody to send for us. */
static void
on_send (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PorchUiApplication *self = data;

  present_window (self);
  if (porch_ui_backend_get_daemon (self->backend) == NULL)
    g_signal_connect_object (self->backend, "notify::daemon", G_CALLBACK (on_backend_notify_daemon), self, 0);
  else
    on_backend_notify_daemon (self->backend, NULL, self);
}

static void
porch_ui_application_startup (GApplication *application)
{
  PorchUiApplication *self = PORCH_UI_APPLICATION (application);
  g_autoptr (PorchUiMemory) memory = NULL;
  const struct
  {
    const char *action;
    const char *keys[4];
  } accels[] = {
    { "win.send", { "<Control>n" } },
    { "win.paste", { "<Control>v" } },
    { "win.add-folder", { "<Control><Shift>n" } },
    { "win.back", { "<Alt>Left", "Back" } },
    { "win.show-page::nearby", { "<Alt>1" } },
    { "win.show-page::sharing", { "<Alt>2" } },
    { "win.show-page::transfers", { "<Alt>3" } },
    { "win.search", { "<Control>f" } },
    { "win.preferences", { "<Control>comma" } },
    { "win.show-help-overlay", { "<Control>question" } },
    { "win.quit", { "<Control>q" } },
    { "window.close", { "<Control>w" } },
  };

  const GActionEntry actions[] = { { "show-page", on_show_page_activate, "s" }, { .name = "send", .activate = on_send } };

  G_APPLICATION_CLASS (porch_ui_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_window_set_default_icon_name (PORCH_APP_ID);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action, accels[i].keys);
  self->backend = porch_ui_backend_new (g_application_get_dbus_connection (application));
  memory = porch_ui_memory_new ();
  porch_ui_backend_set_hold (self->backend, !porch_ui_memory_get_begun (memory));
  porch_ui_backend_start (self->backend);
}

static void
porch_ui_application_shutdown (GApplication *application)
{
  g_clear_object (&PORCH_UI_APPLICATION (application)->backend);
  G_APPLICATION_CLASS (porch_ui_application_parent_class)->shutdown (application);
}

static void
porch_ui_application_class_init (PorchUiApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = porch_ui_application_startup;
  application_class->activate = porch_ui_application_activate;
  application_class->open = porch_ui_application_open;
  application_class->shutdown = porch_ui_application_shutdown;
}

static void
porch_ui_application_init (PorchUiApplication *self)
{
  const GOptionEntry options[]
      = { { "version", 'v', 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and exit"), NULL },
          { "send", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Choose files to send"), NULL },
          { "page", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Show this page: nearby, sharing or transfers"), N_ ("PAGE") },
          { NULL } };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("[FILES…]"));
}

PorchUiApplication *
porch_ui_application_new (void)
{
  return g_object_new (PORCH_UI_TYPE_APPLICATION, "application-id", PORCH_APP_ID, "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", "/io/github/porchshare/Porch", NULL);
}
