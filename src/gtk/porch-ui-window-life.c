/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the window begins and ends: the first start, who can see us on a new network, closing while something goes on, quitting.
 */
#include "config.h"

#include "porch-bus-error.h"
#include "porch-display.h"
#include "porch-ui-compat.h"
#include "porch-ui-window-private.h"
#include "porch-ui-words.h"

#include <gio/gdesktopappinfo.h>
#include <glib/gi18n.h>

/* --- the first start --- */

typedef struct
{
  PorchUiWindow *window; /* reference */
  char *mode;
} Begin;

static void
begin_free (Begin *begin)
{
  g_object_unref (begin->window);
  g_free (begin->mode);
  g_free (begin);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Begin, begin_free)

static void
say_problem (PorchUiWindow *self, GError *error)
{
  g_autofree char *shown = NULL;

  porch_bus_error_strip (error);
  shown = porch_display_name (error->message, 300);
  porch_ui_welcome_page_set_problem (porch_ui_window_get_welcome (self), shown);
}

static void
on_begun (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Begin) begin = data;
  g_autoptr (GError) error = NULL;

  /* That it began is seen from its property, as with every other frontend that begins it. */
  if (!porch_bus_daemon_call_set_visibility_finish (PORCH_BUS_DAEMON (source), result, &error))
    say_problem (begin->window, error);
}

static void
on_named (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Begin) begin = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);

  if (reply == NULL)
    {
      say_problem (begin->window, error);
      return;
    }
  porch_bus_daemon_call_set_visibility (PORCH_BUS_DAEMON (source), "", begin->mode, NULL, on_begun, begin);
  g_steal_pointer (&begin);
}

static void
on_begin (GtkWidget *widget, const char *action, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  PorchBusDaemon *daemon = porch_ui_window_require_daemon (self);
  const char *name, *mode;
  Begin *begin;

  if (daemon == NULL)
    return;
  g_variant_get (parameter, "(&s&s)", &name, &mode);
  begin = g_new0 (Begin, 1);
  begin->window = g_object_ref (self);
  begin->mode = g_strdup (mode);
  if (g_strcmp0 (name, porch_bus_daemon_get_name (daemon)) == 0)
    porch_bus_daemon_call_set_visibility (daemon, "", mode, NULL, on_begun, begin);
  else
    /* Not the setter of the proxy: it drops the error. */
    g_dbus_proxy_call (
        G_DBUS_PROXY (daemon), "org.freedesktop.DBus.Properties.Set",
        g_variant_new ("(ssv)", g_dbus_proxy_get_interface_name (G_DBUS_PROXY (daemon)), "Name", g_variant_new_string (name)),
        G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_named, begin);
}

/* --- a new network --- */

typedef struct
{
  PorchUiWindow *window; /* reference */
  char *network;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_object_unref (asking->window);
  g_free (asking->network);
  g_free (asking);
}

static void
on_visibility_answer (const char *response, gpointer data)
{
  Asking *asking = data;
  PorchBusDaemon *daemon;

  if (g_str_equal (response, "cancel"))
    return;
  daemon = porch_ui_window_require_daemon (asking->window);
  if (daemon != NULL)
    porch_ui_window_call (asking->window, daemon, "SetVisibility", g_variant_new ("(ss)", asking->network, response), NULL);
}

/* @id: of one of the new networks. (nullable) */
static char *
dup_new_name (PorchBusDaemon *daemon, const char *id)
{
  GVariant *networks = porch_bus_daemon_get_new_networks (daemon);
  GVariantIter iter;
  const char *key, *name;

  g_variant_iter_init (&iter, networks);
  while (g_variant_iter_next (&iter, "(&s&s)", &key, &name))
    if (g_str_equal (key, id) && *name != '\0')
      return porch_ui_words_name (name);
  return NULL;
}

static void
on_become_visible (GtkWidget *widget, const char *action, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  PorchBusDaemon *daemon = porch_ui_window_require_daemon (self);
  const char *responses[]
      = { "hidden", _ ("Stay _Hidden"), "10min", _ ("Visible for 10 _Minutes"), "visible", _ ("_Visible"), NULL };
  g_autofree char *name = NULL;
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  Asking *asking;

  if (daemon == NULL)
    return;
  name = dup_new_name (daemon, g_variant_get_string (parameter, NULL));
  /* Translators: %s is the name of a network */
  heading = name != NULL ? g_strdup_printf (_ ("Who Can See You on “%s”?"), name) : g_strdup (_ ("Who Can See You Here?"));
  body = g_strdup (_ ("While you are visible, anyone on this network can see your name and send you things. You decide about "
                      "each. Only folders "
                      "that you share with everyone open to people whom you don’t trust."));
  asking = g_new0 (Asking, 1);
  asking->window = g_object_ref (self);
  asking->network = g_variant_dup_string (parameter, NULL);
  porch_ui_compat_ask_or_leave (GTK_WINDOW (self), heading, body, NULL, responses, NULL, NULL, on_visibility_answer, asking,
                                asking_free);
}

/* What desktops call the place where one joins a network. */
static GAppInfo *
find_network_settings (void)
{
  const char *const known[] = { "gnome-wifi-panel.desktop", "gnome-network-panel.desktop", "cinnamon-network.desktop",
                                "kcm_networkmanagement.desktop", "nm-connection-editor.desktop" };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      GDesktopAppInfo *info = g_desktop_app_info_new (known[i]);

      if (info != NULL)
        return G_APP_INFO (info);
    }
  return NULL;
}

static void
on_network_settings (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GAppInfo) settings = find_network_settings ();
  g_autoptr (GdkAppLaunchContext) context = gdk_display_get_app_launch_context (gtk_widget_get_display (widget));

  /* Where there are none that we know, the facts may help. */
  if (settings == NULL || !g_app_info_launch (settings, NULL, G_APP_LAUNCH_CONTEXT (context), NULL))
    gtk_widget_activate_action (widget, "win.missing", NULL);
}

/* --- closing and quitting --- */

static void
on_quit_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiWindow) self = data;

  porch_bus_daemon_call_quit_finish (PORCH_BUS_DAEMON (source), result, NULL);
  gtk_window_destroy (GTK_WINDOW (self));
}

/* The window goes with the service, at once for who looks at it. */
static void
stop_and_close (PorchUiWindow *self)
{
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (porch_ui_window_get_backend (self));

  porch_ui_window_remember_size (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (daemon != NULL)
    porch_bus_daemon_call_quit (daemon, NULL, on_quit_ready, g_object_ref (self));
  else
    gtk_window_destroy (GTK_WINDOW (self));
}

static guint
count_shared (PorchUiBackend *backend)
{
  GListModel *shares = porch_ui_backend_get_shares (backend);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (shares); i++)
    {
      g_autoptr (PorchBusShare) share = g_list_model_get_item (shares, i);

      n += porch_bus_share_get_active (share) ? 1 : 0;
    }
  return n;
}

static guint
count_running (PorchUiBackend *backend)
{
  GListModel *transfers = porch_ui_backend_get_transfers (backend);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (PorchBusTransfer) transfer = g_list_model_get_item (transfers, i);

      n += porch_ui_words_state_is_over (porch_bus_transfer_get_state (transfer)) ? 0 : 1;
    }
  return n;
}

typedef struct
{
  PorchUiWindow *window; /* reference */
  GtkWidget *check;      /* reference */
} Closing;

static void
closing_free (gpointer data)
{
  Closing *closing = data;

  g_object_unref (closing->window);
  g_object_unref (closing->check);
  g_free (closing);
}

static void
on_close_answer (const char *response, gpointer data)
{
  Closing *closing = data;
  gboolean stop = g_str_equal (response, "stop");

  if (g_str_equal (response, "cancel"))
    return;
  if (gtk_check_button_get_active (GTK_CHECK_BUTTON (closing->check)))
    porch_ui_memory_set_on_close (porch_ui_window_get_memory (closing->window),
                                  stop ? PORCH_UI_ON_CLOSE_STOP : PORCH_UI_ON_CLOSE_KEEP);
  if (stop)
    {
      stop_and_close (closing->window);
      return;
    }
  porch_ui_window_remember_size (closing->window);
  gtk_window_destroy (GTK_WINDOW (closing->window));
}

static void
ask_on_close (PorchUiWindow *self, guint shared, guint running)
{
  const char *responses[] = { "stop", _ ("_Stop Sharing"), "keep", _ ("_Keep Sharing"), NULL };
  GtkWidget *check = gtk_check_button_new_with_mnemonic (_ ("_Don’t ask again"));
  g_autofree char *folders = g_strdup_printf (ngettext ("You share %u folder.", "You share %u folders.", shared), shared);
  g_autofree char *things
      = g_strdup_printf (ngettext ("%u transfer is not finished.", "%u transfers are not finished.", running), running);
  g_autofree char *body = NULL;
  Closing *closing = g_new0 (Closing, 1);

  /* Translators: %s are one or two sentences: "You share 2 folders. 1 transfer is not finished." */
  body = g_strdup_printf (_ ("%s If you keep sharing, Porch goes on in the background, and requests come as notifications."),
                          shared == 0 ? things : folders);
  if (shared > 0 && running > 0)
    {
      g_autofree char *both = g_strconcat (folders, " ", things, NULL);

      g_free (body);
      body = g_strdup_printf (
          _ ("%s If you keep sharing, Porch goes on in the background, and requests come as notifications."), both);
    }
  gtk_widget_set_halign (check, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Don’t ask again"), -1);
  closing->window = g_object_ref (self);
  closing->check = g_object_ref_sink (check);
  porch_ui_compat_ask_or_leave (GTK_WINDOW (self), _ ("Keep sharing while the window is closed?"), body, check, responses,
                                "keep", NULL, on_close_answer, closing, closing_free);
}

gboolean
porch_ui_window_close_request (PorchUiWindow *self)
{
  PorchUiBackend *backend = porch_ui_window_get_backend (self);
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (backend);
  PorchUiOnClose on_close = porch_ui_memory_get_on_close (porch_ui_window_get_memory (self));
  guint shared = count_shared (backend);
  guint running = count_running (backend);

  porch_ui_window_remember_size (self);
  if (daemon == NULL)
    return FALSE;
  if (porch_bus_daemon_get_held (daemon))
    {
      /* Nobody pressed Start: it never ran. */
      stop_and_close (self);
      return TRUE;
    }
  if (shared == 0 && running == 0)
    return FALSE;
  if (on_close == PORCH_UI_ON_CLOSE_ASK)
    ask_on_close (self, shared, running);
  else if (on_close == PORCH_UI_ON_CLOSE_STOP)
    stop_and_close (self);
  return on_close != PORCH_UI_ON_CLOSE_KEEP;
}

static void
on_quit (GtkWidget *widget, const char *action, GVariant *parameter)
{
  stop_and_close (PORCH_UI_WINDOW (widget));
}

static void
on_start_service (GtkWidget *widget, const char *action, GVariant *parameter)
{
  porch_ui_backend_start (porch_ui_window_get_backend (PORCH_UI_WINDOW (widget)));
}

void
porch_ui_window_install_life_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.begin", "(ss)", on_begin);
  gtk_widget_class_install_action (klass, "win.become-visible", "s", on_become_visible);
  gtk_widget_class_install_action (klass, "win.network-settings", NULL, on_network_settings);
  gtk_widget_class_install_action (klass, "win.start-service", NULL, on_start_service);
  gtk_widget_class_install_action (klass, "win.quit", NULL, on_quit);
}
