/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "porch-window"
#include "config.h"

#include "porch-ui-window-private.h"
#include "porch-bus-error.h"
#include "porch-display.h"
#include "porch-ui-focus.h"
#include "porch-ui-folder-page.h"
#include "porch-ui-handout-page.h"
#include "porch-ui-nearby-page.h"
#include "porch-ui-notice.h"
#include "porch-ui-peer-page.h"
#include "porch-ui-requests.h"
#include "porch-ui-search-page.h"
#include "porch-ui-shy.h"
#include "porch-ui-sharing-page.h"
#include "porch-ui-title.h"
#include "porch-ui-tooltip.h"
#include "porch-ui-transfers-page.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

#define BUTTON_SECONDS 10 /* so long a toast stays that has a button: it is read, and reached with keys */

struct _PorchUiWindow
{
  AdwApplicationWindow parent_instance;
  /* owned */
  PorchUiBackend *backend;
  AdwToast *toast; /* (nullable) weak: the last one */
  PorchUiMemory *memory;
  GPtrArray *waiting; /* (nullable) files to send as soon as the service answers */
  /* borrowed from the template */
  AdwToastOverlay *toasts;
  GtkWidget *back;
  GtkWidget *send;
  PorchUiShy *send_content;
  PorchUiTitle *title;
  GtkWidget *menu;
  PorchUiRequests *requests;
  PorchUiNotice *notice;
  GtkStack *stack;
  GtkSearchBar *search_bar;
  GtkEditable *search_entry;
  GtkWidget *search_button;
  PorchUiSearchPage *search;
  AdwStatusPage *away;
  GtkWidget *away_start;
  PorchUiWelcomePage *welcome;
  AdwViewStack *views;
  AdwViewStackPage *transfers_page;
  PorchUiNearbyPage *nearby;
  PorchUiSharingPage *sharing;
  PorchUiTransfersPage *transfers;
  PorchUiPeerPage *peer;
  PorchUiFolderPage *folder;
  GtkBox *bars; /* of the pages, below them: no toast lies over what can be pressed there */
  PorchUiHandoutPage *handout;
  AdwViewSwitcherBar *switcher_bar;
};

enum
{
  PROP_0,
  PROP_VISIBILITY,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PorchUiWindow, porch_ui_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- which page --- */

static gboolean
is_page (PorchUiWindow *self, const char *name)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), name) == 0;
}

static gboolean
is_deeper (PorchUiWindow *self)
{
  return is_page (self, "peer") || is_page (self, "folder") || is_page (self, "handout");
}

/* Each page's bar is there with its page only, or its mnemonics would work from elsewhere. */
static void
update_bars (PorchUiWindow *self)
{
  gboolean nearby = is_page (self, "top") && g_strcmp0 (adw_view_stack_get_visible_child_name (self->views), "nearby") == 0;

  gtk_widget_set_visible (porch_ui_nearby_page_get_bar (self->nearby), nearby);
  gtk_widget_set_visible (porch_ui_folder_page_get_bar (self->folder), is_page (self, "folder"));
}

static void
update_header (PorchUiWindow *self)
{
  const char *const need_service[] = { "win.send",    "win.send-folder", "win.paste",  "win.add-folder", "win.add-address",
                                       "win.missing", "win.preferences", "win.search", "win.show-page",  "win.hand-out",
                                       "win.hand-out-folder", "win.join" };
  gboolean deeper = is_deeper (self);
  gboolean top = is_page (self, "top");
  gboolean narrow = porch_ui_title_get_narrow (self->title);
  PorchBusPeer *peer = porch_ui_peer_page_get_peer (self->peer);
  g_autofree char *name = NULL;

  if (is_page (self, "folder"))
    name = porch_ui_words_name (porch_ui_folder_page_get_title (self->folder));
  else if (is_page (self, "handout"))
    name = g_strdup (porch_ui_handout_page_get_title (self->handout));
  else if (deeper && peer != NULL)
    name = porch_ui_words_name (porch_bus_peer_get_name (peer));
  g_object_set (self->title, "top", top, "title", name != NULL ? name : "Porch", NULL);
  gtk_widget_set_visible (self->back, deeper);
  gtk_widget_set_visible (self->send, top);
  g_object_set (self->send_content, "icon-only", narrow, NULL);
  /* What a button says needs no tooltip. */
  gtk_widget_set_tooltip_text (self->send, narrow ? _ ("Send Files to Somebody Nearby") : NULL);
  adw_view_switcher_bar_set_reveal (self->switcher_bar, narrow && top);
  update_bars (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.back", deeper);
  for (guint i = 0; i < G_N_ELEMENTS (need_service); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), need_service[i], top || deeper || is_page (self, "search"));
  gtk_search_bar_set_key_capture_widget (self->search_bar, top ? GTK_WIDGET (self) : NULL);
  gtk_widget_set_visible (self->search_button, top || deeper || is_page (self, "search"));
}

static void
on_stack_notify_visible_child (PorchUiWindow *self)
{
  update_header (self);
}

static void stop_search (PorchUiWindow *self);

void
porch_ui_window_open_peer (PorchUiWindow *self, PorchBusPeer *peer)
{
  stop_search (self);
  porch_ui_peer_page_show (self->peer, self->backend, peer);
  gtk_stack_set_visible_child_name (self->stack, "peer");
  update_header (self);
}

void
porch_ui_window_show_handout (PorchUiWindow *self, PorchBusHandOut *handout)
{
  stop_search (self);
  porch_ui_handout_page_show (self->handout, handout);
  gtk_stack_set_visible_child_name (self->stack, "handout");
  /* GTK would give the keys to End, which Space presses. */
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  update_header (self);
}

PorchBusPeer *
porch_ui_window_get_shown_peer (PorchUiWindow *self)
{
  return is_page (self, "peer") || is_page (self, "folder") ? porch_ui_peer_page_get_peer (self->peer) : NULL;
}

gboolean
porch_ui_window_keep_files (PorchUiWindow *self, GPtrArray *files)
{
  if (porch_ui_backend_get_state (self->backend) != PORCH_UI_BACKEND_STARTING)
    return FALSE;
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  self->waiting = g_ptr_array_ref (files);
  return TRUE;
}

void
porch_ui_window_show_page (PorchUiWindow *self, const char *page)
{
  stop_search (self);
  if (adw_view_stack_get_child_by_name (self->views, page) != NULL)
    adw_view_stack_set_visible_child_name (self->views, page);
  if (porch_ui_backend_get_daemon (self->backend) != NULL)
    gtk_stack_set_visible_child_name (self->stack, "top");
}

static void
go_back (PorchUiWindow *self)
{
  if (is_page (self, "folder") && porch_ui_folder_page_go_up (self->folder))
    return;
  gtk_stack_set_visible_child_name (self->stack, is_page (self, "folder") ? "peer" : "top");
}

static void
on_back (GtkWidget *widget, const char *name, GVariant *parameter)
{
  go_back (PORCH_UI_WINDOW (widget));
}

static void
on_back_pressed (GtkGestureClick *gesture, int n, double x, double y, gpointer data)
{
  PorchUiWindow *self = data;

  if (is_deeper (self))
    go_back (self);
}

static void
on_show_page (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);

  if (porch_ui_backend_get_daemon (self->backend) != NULL && !is_page (self, "welcome"))
    porch_ui_window_show_page (self, g_variant_get_string (parameter, NULL));
}

static void
on_open_share (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  PorchBusPeer *peer = porch_ui_peer_page_get_peer (self->peer);
  const char *share, *shown;

  if (peer == NULL)
    return;
  g_variant_get (parameter, "(&s&s)", &share, &shown);
  porch_ui_folder_page_show (self->folder, self->backend, peer, share, shown);
  gtk_stack_set_visible_child_name (self->stack, "folder");
}

/* --- searching --- */

static void
stop_search (PorchUiWindow *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
}

static void
on_search_changed (GtkSearchEntry *entry, gpointer data)
{
  PorchUiWindow *self = data;
  const char *text = gtk_editable_get_text (self->search_entry);

  if (*text != '\0')
    {
      porch_ui_search_page_set_text (self->search, text);
      gtk_stack_set_visible_child_name (self->stack, "search");
    }
  else if (is_page (self, "search"))
    {
      gtk_stack_set_visible_child_name (self->stack, "top");
    }
}

static void
on_search_activate (GtkSearchEntry *entry, gpointer data)
{
  PorchUiWindow *self = data;

  /* What was typed last may not have been looked for yet. */
  porch_ui_search_page_set_text (self->search, gtk_editable_get_text (self->search_entry));
  porch_ui_search_page_open_first (self->search);
}

static void
on_search (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);

  gtk_search_bar_set_search_mode (self->search_bar, !gtk_search_bar_get_search_mode (self->search_bar));
  if (gtk_search_bar_get_search_mode (self->search_bar))
    gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/* --- what is said --- */

/* All of it: a toast's own title is cut at the end of its one line, where errors say what to do. */
static GtkWidget *
make_toast_text (const char *text)
{
  return g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                       "max-width-chars", 50, "css-classes", (const char *[]){ "heading", NULL }, NULL);
}

void
porch_ui_window_toast_button (PorchUiWindow *self, const char *text, const char *button, const char *action, const char *target)
{
  AdwToast *toast = adw_toast_new ("");

  adw_toast_set_custom_title (toast, make_toast_text (text));
  /* The newest is shown at once: news that wait behind others are none. */
  if (self->toast != NULL)
    adw_toast_dismiss (self->toast);
  g_set_weak_pointer (&self->toast, toast);
  if (button != NULL)
    {
      adw_toast_set_timeout (toast, BUTTON_SECONDS);
      adw_toast_set_button_label (toast, button);
      adw_toast_set_action_target (toast, "s", target);
      adw_toast_set_action_name (toast, action);
    }
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
porch_ui_window_toast (PorchUiWindow *self, const char *text)
{
  porch_ui_window_toast_button (self, text, NULL, NULL, NULL);
}

void
porch_ui_window_toast_error (PorchUiWindow *self, const GError *error)
{
  g_autoptr (GError) copy = NULL;
  g_autofree char *shown = NULL;

  if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  copy = g_error_copy (error);
  porch_bus_error_strip (copy);
  shown = porch_display_name (copy->message, 300);
  porch_ui_window_toast (self, shown);
}

static void
on_toast (GtkWidget *widget, const char *name, GVariant *parameter)
{
  porch_ui_window_toast (PORCH_UI_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

typedef struct
{
  PorchUiWindow *window; /* reference */
  char *done;            /* (nullable) */
} Call;

static void
on_call_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);

  if (reply == NULL)
    porch_ui_window_toast_error (call->window, error);
  else if (call->done != NULL)
    porch_ui_window_toast (call->window, call->done);
  g_object_unref (call->window);
  g_free (call->done);
  g_free (call);
}

void
porch_ui_window_call (PorchUiWindow *self, gpointer proxy, const char *method, GVariant *parameters, const char *done)
{
  Call *call = g_new0 (Call, 1);

  call->window = g_object_ref (self);
  call->done = g_strdup (done);
  g_dbus_proxy_call (G_DBUS_PROXY (proxy), method, parameters, G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_call_ready, call);
}

PorchUiMemory *
porch_ui_window_get_memory (PorchUiWindow *self)
{
  return self->memory;
}

PorchUiWelcomePage *
porch_ui_window_get_welcome (PorchUiWindow *self)
{
  return self->welcome;
}

void
porch_ui_window_remember_size (PorchUiWindow *self)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  porch_ui_memory_set_size (self->memory, width, height, gtk_window_is_maximized (GTK_WINDOW (self)));
}

static gboolean
porch_ui_window_close (GtkWindow *window)
{
  return porch_ui_window_close_request (PORCH_UI_WINDOW (window))
         || GTK_WINDOW_CLASS (porch_ui_window_parent_class)->close_request (window);
}

PorchUiBackend *
porch_ui_window_get_backend (PorchUiWindow *self)
{
  return self->backend;
}

PorchBusDaemon *
porch_ui_window_require_daemon (PorchUiWindow *self)
{
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);

  if (daemon == NULL)
    porch_ui_window_toast_button (self, _ ("Porch’s background service is not running"), _ ("_Start"), "win.start-service", "");
  return daemon;
}

PorchBusPeer *
porch_ui_window_find_peer (PorchUiWindow *self, GVariant *path)
{
  return porch_ui_backend_find_peer (self->backend, g_variant_get_string (path, NULL));
}

/* --- what the service says --- */

static gboolean
is_held (PorchUiWindow *self)
{
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);

  return daemon != NULL && porch_bus_daemon_get_held (daemon);
}

static void update_state (PorchUiWindow *self);

static void
on_daemon_properties_changed (PorchUiWindow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VISIBILITY]);
  if (is_held (self) != is_page (self, "welcome"))
    update_state (self);
}

static void
on_backend_notify_daemon (PorchUiWindow *self)
{
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);

  if (daemon != NULL)
    g_signal_connect_object (daemon, "g-properties-changed", G_CALLBACK (on_daemon_properties_changed), self,
                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  porch_ui_welcome_page_set_daemon (self->welcome, daemon);
  on_daemon_properties_changed (self);
  if (daemon != NULL && !is_held (self) && self->waiting != NULL)
    {
      g_autoptr (GPtrArray) files = g_steal_pointer (&self->waiting);

      porch_ui_window_send_files (self, files);
    }
}

static void
update_state (PorchUiWindow *self)
{
  PorchUiBackendState state = porch_ui_backend_get_state (self->backend);
  const char *problem = porch_ui_backend_get_problem (self->backend);
  g_autofree char *shown = porch_display_name (problem, 300);
  g_autofree char *escaped = g_markup_escape_text (shown, -1);
  g_autofree char *text = NULL;

  /* The page of the first start is there at once, and goes if it turns out that there was one. */
  if (is_held (self) || (state == PORCH_UI_BACKEND_STARTING && !porch_ui_memory_get_begun (self->memory)))
    {
      gtk_widget_set_visible (GTK_WIDGET (self->welcome), TRUE);
      gtk_stack_set_visible_child_name (self->stack, "welcome");
      porch_ui_welcome_page_focus (self->welcome);
      return;
    }
  /* Before what has the keys goes: GTK would give them to the next button, and none has them until the person chooses one. */
  if (state == PORCH_UI_BACKEND_READY)
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->welcome), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->away), state == PORCH_UI_BACKEND_AWAY);
  if (state == PORCH_UI_BACKEND_READY)
    {
      porch_ui_memory_set_begun (self->memory);
      porch_ui_backend_set_hold (self->backend, FALSE);
      stop_search (self);
      if (!is_deeper (self))
        gtk_stack_set_visible_child_name (self->stack, "top");
      return;
    }
  if (state == PORCH_UI_BACKEND_AWAY)
    {
      text = problem != NULL
                 /* Translators: %s is the reason, a sentence */
                 ? g_strdup_printf (_ ("Its background service could not be started: %s"), escaped)
                 : g_strdup (_ ("Its background service has stopped. Nobody sees you, and nothing is sent or received."));
      adw_status_page_set_description (self->away, text);
    }
  gtk_stack_set_visible_child_name (self->stack, state == PORCH_UI_BACKEND_AWAY ? "away" : "starting");
  if (state == PORCH_UI_BACKEND_AWAY)
    gtk_widget_grab_focus (self->away_start);
}

static void
update_badge (PorchUiWindow *self)
{
  GListModel *transfers = porch_ui_backend_get_transfers (self->backend);
  guint live = 0;

  for (guint i = 0; i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (PorchBusTransfer) transfer = g_list_model_get_item (transfers, i);

      live += porch_ui_words_state_is_over (porch_bus_transfer_get_state (transfer)) ? 0 : 1;
    }
  adw_view_stack_page_set_badge_number (self->transfers_page, live);
}

/* What became of something is said where the person is. */
static void
say_end (PorchUiWindow *self, PorchBusTransfer *transfer)
{
  const char *state = porch_bus_transfer_get_state (transfer);
  gboolean sent = g_strcmp0 (porch_bus_transfer_get_kind (transfer), "send") == 0;
  g_autofree char *title = porch_ui_words_transfer_is_text (transfer) ? g_strdup (C_ ("what was sent", "Text"))
                                                                      : porch_ui_words_transfer_title (transfer);
  g_autofree char *name = porch_ui_words_name (porch_bus_transfer_get_peer_name (transfer));
  g_autofree char *text = NULL;

  if (g_strcmp0 (state, "done") == 0 && sent)
    /* Translators: %1$s is "3 files" or a name, %2$s a device */
    text = g_strdup_printf (_ ("%1$s sent to %2$s"), title, name);
  else if (g_strcmp0 (state, "done") == 0)
    /* Translators: %s is "3 files" or a name */
    text = g_strdup_printf (_ ("%s arrived"), title);
  else if (g_strcmp0 (state, "declined") == 0)
    /* Translators: %1$s is a device, %2$s is "3 files" or a name */
    text = g_strdup_printf (_ ("%1$s declined %2$s"), name, title);
  else if (g_strcmp0 (state, "failed") == 0)
    /* Translators: %s is "3 files" or a name */
    text = g_strdup_printf (_ ("%s failed: see Transfers"), title);
  if (text == NULL)
    return;
  if (g_strcmp0 (state, "done") == 0 && !sent)
    porch_ui_window_toast_button (self, text, _ ("_Show"), "win.show-transfer",
                                  g_dbus_proxy_get_object_path (G_DBUS_PROXY (transfer)));
  else
    porch_ui_window_toast (self, text);
}

static void
on_backend_transfer_changed (PorchUiWindow *self, PorchBusTransfer *transfer, gboolean state)
{
  if (!state)
    return;
  update_badge (self);
  say_end (self, transfer);
}

/* While the window is looked at, what comes is shown in it and not by notifications besides. */
static void
update_attention (PorchUiWindow *self)
{
  PorchBusDaemon *daemon = self->backend != NULL ? porch_ui_backend_get_daemon (self->backend) : NULL;

  if (daemon != NULL)
    porch_bus_daemon_call_attend (daemon, gtk_window_is_active (GTK_WINDOW (self)), NULL, NULL, NULL);
}

/* --- the object --- */

static void
porch_ui_window_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (object);
  PorchBusDaemon *daemon;

  if (id != PROP_VISIBILITY)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  daemon = porch_ui_window_require_daemon (self);
  if (daemon != NULL)
    porch_ui_window_call (self, daemon, "SetVisibility", g_variant_new ("(ss)", "", g_value_get_string (value)), NULL);
}

static void
porch_ui_window_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (object);
  PorchBusDaemon *daemon = self->backend != NULL ? porch_ui_backend_get_daemon (self->backend) : NULL;

  if (id == PROP_VISIBILITY)
    g_value_set_string (value, daemon != NULL ? porch_bus_daemon_get_visibility (daemon) : "");
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
porch_ui_window_dispose (GObject *object)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (object);

  g_clear_weak_pointer (&self->toast);
  g_clear_object (&self->backend);
  g_clear_object (&self->memory);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  G_OBJECT_CLASS (porch_ui_window_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, back);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, send);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, send_content);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, title);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, menu);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, requests);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, notice);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, welcome);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, away);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, search);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, away_start);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, views);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, transfers_page);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, nearby);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, sharing);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, transfers);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, peer);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, folder);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, bars);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, handout);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWindow, switcher_bar);
  gtk_widget_class_bind_template_callback (widget_class, on_back_pressed);
}

static void
porch_ui_window_class_init (PorchUiWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = porch_ui_window_set_property;
  object_class->get_property = porch_ui_window_get_property;
  object_class->dispose = porch_ui_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = porch_ui_window_close;
  props[PROP_VISIBILITY] = g_param_spec_string ("visibility", NULL, NULL, "",
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (PORCH_UI_TYPE_TITLE);
  g_type_ensure (PORCH_UI_TYPE_REQUESTS);
  g_type_ensure (PORCH_UI_TYPE_SHY);
  g_type_ensure (PORCH_UI_TYPE_NOTICE);
  g_type_ensure (PORCH_UI_TYPE_SEARCH_PAGE);
  g_type_ensure (PORCH_UI_TYPE_WELCOME_PAGE);
  g_type_ensure (PORCH_UI_TYPE_NEARBY_PAGE);
  g_type_ensure (PORCH_UI_TYPE_SHARING_PAGE);
  g_type_ensure (PORCH_UI_TYPE_TRANSFERS_PAGE);
  g_type_ensure (PORCH_UI_TYPE_PEER_PAGE);
  g_type_ensure (PORCH_UI_TYPE_FOLDER_PAGE);
  g_type_ensure (PORCH_UI_TYPE_HANDOUT_PAGE);
  bind_template (widget_class);
  gtk_widget_class_install_property_action (widget_class, "win.visibility", "visibility");
  gtk_widget_class_install_action (widget_class, "win.back", NULL, on_back);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, on_search);
  gtk_widget_class_install_action (widget_class, "win.show-page", "s", on_show_page);
  gtk_widget_class_install_action (widget_class, "win.open-share", "(ss)", on_open_share);
  gtk_widget_class_install_action (widget_class, "win.toast", "s", on_toast);
  porch_ui_window_install_send_actions (widget_class);
  porch_ui_window_install_share_actions (widget_class);
  porch_ui_window_install_peer_actions (widget_class);
  porch_ui_window_install_trust_actions (widget_class);
  porch_ui_window_install_transfer_actions (widget_class);
  porch_ui_window_install_device_actions (widget_class);
  porch_ui_window_install_handout_actions (widget_class);
  porch_ui_window_install_life_actions (widget_class);
}

static void
restore_size (PorchUiWindow *self)
{
  int width, height;
  gboolean maximized;

  porch_ui_memory_get_size (self->memory, &width, &height, &maximized);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (maximized)
    gtk_window_maximize (GTK_WINDOW (self));
}

static GtkWidget *
find_switcher (GtkWidget *widget)
{
  GtkWidget *found = ADW_IS_VIEW_SWITCHER (widget) ? widget : NULL;

  for (GtkWidget *w = gtk_widget_get_first_child (widget); w != NULL && found == NULL; w = gtk_widget_get_next_sibling (w))
    found = find_switcher (w);
  return found;
}

/* libadwaita leaves an empty strip on each side of the switcher in its bar. */
static void
fill_switcher_bar (PorchUiWindow *self)
{
  GtkWidget *switcher = find_switcher (GTK_WIDGET (self->switcher_bar));

  if (switcher != NULL)
    g_object_set (switcher, "hexpand", TRUE, "margin-start", 0, "margin-end", 0, NULL);
}

static void
porch_ui_window_init (PorchUiWindow *self)
{
  self->memory = porch_ui_memory_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_box_append (self->bars, porch_ui_nearby_page_get_bar (self->nearby));
  gtk_box_append (self->bars, porch_ui_folder_page_get_bar (self->folder));
  fill_switcher_bar (self);
  porch_ui_tooltip_hide_while_open (self->menu);
  restore_size (self);
  porch_ui_focus_guard (GTK_WINDOW (self));
  g_signal_connect_object (self->stack, "notify::visible-child", G_CALLBACK (on_stack_notify_visible_child), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->views, "notify::visible-child", G_CALLBACK (update_bars), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->title, "notify::narrow", G_CALLBACK (update_header), self, G_CONNECT_SWAPPED);
  g_object_bind_property (self->title, "narrow", porch_ui_folder_page_get_view (self->folder), "narrow", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->title, "narrow", self->handout, "narrow", G_BINDING_SYNC_CREATE);
  update_header (self);
}

GtkWidget *
porch_ui_window_new (AdwApplication *application, PorchUiBackend *backend)
{
  PorchUiWindow *self = g_object_new (PORCH_UI_TYPE_WINDOW, "application", application, NULL);

  self->backend = g_object_ref (backend);
  porch_ui_requests_set_backend (self->requests, backend);
  porch_ui_notice_set_backend (self->notice, backend);
  porch_ui_search_page_set_backend (self->search, backend);
  porch_ui_nearby_page_set_backend (self->nearby, backend);
  porch_ui_sharing_page_set_backend (self->sharing, backend);
  porch_ui_transfers_page_set_backend (self->transfers, backend);
  g_signal_connect_object (backend, "notify::state", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "notify::daemon", G_CALLBACK (on_backend_notify_daemon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "notify::daemon", G_CALLBACK (update_attention), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "notify::state", G_CALLBACK (update_attention), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::is-active", G_CALLBACK (update_attention), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "transfer-changed", G_CALLBACK (on_backend_transfer_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (porch_ui_backend_get_transfers (backend), "items-changed", G_CALLBACK (update_badge), self,
                           G_CONNECT_SWAPPED);
  update_state (self);
  on_backend_notify_daemon (self);
  update_badge (self);
  return GTK_WIDGET (self);
}
