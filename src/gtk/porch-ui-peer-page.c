/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-peer-page.h"
#include "porch-bus-error.h"
#include "porch-display.h"
#include "porch-ui-drop.h"
#include "porch-ui-face.h"
#include "porch-ui-tooltip.h"
#include "porch-ui-transfer-row.h"
#include "porch-ui-words.h"
#include "porch-ui-wrap.h"

#include <glib/gi18n.h>

struct _PorchUiPeerPage
{
  AdwBin parent_instance;
  /* owned */
  PorchUiBackend *backend;
  PorchBusPeer *peer;
  GCancellable *listing; /* (nullable) what the peer shares is being asked for */
  GError *problem;       /* (nullable) why it could not be told */
  guint again;           /* source id: it is asked again */
  guint n_shares;
  char *trust; /* as at the last listing */
  GtkFilter *is_live_with_peer;
  gboolean was_online;
  /* borrowed */
  GtkDropTarget *drop;
  /* borrowed from the template */
  AdwAvatar *avatar;
  GtkLabel *name;
  GtkLabel *status;
  GtkWidget *send_files;
  GtkWidget *send_folder;
  GtkWidget *send_text;
  GtkMenuButton *more;
  GtkWidget *moving;
  GtkListBox *moving_list;
  GtkWidget *shared;
  GtkListBox *list;
  GtkLabel *note;
  GtkWidget *trust_button;
  GtkWidget *retry;
};

G_DEFINE_FINAL_TYPE (PorchUiPeerPage, porch_ui_peer_page, ADW_TYPE_BIN)

static gboolean
is_connected (PorchUiPeerPage *self)
{
  return porch_ui_backend_get_connected (self->backend);
}

static void
update_note (PorchUiPeerPage *self)
{
  gboolean trusted = g_strcmp0 (porch_bus_peer_get_trust (self->peer), "trusted") == 0;
  gboolean blocked = g_strcmp0 (porch_bus_peer_get_trust (self->peer), "blocked") == 0;
  gboolean clash = !trusted && porch_bus_peer_get_name_clash (self->peer);
  gboolean asking = self->listing != NULL;
  g_autofree char *person = porch_ui_words_person (porch_bus_peer_get_name (self->peer));
  g_autofree char *text = NULL;

  if (blocked)
    text = g_strdup (_ ("You blocked this device: it can’t send you anything or open your folders."));
  else if (!is_connected (self) && self->n_shares == 0)
    text = g_strdup (_ ("You are not connected to a network."));
  else if (asking)
    text = g_strdup_printf (_ ("Asking what %s shares with you…"), person);
  else if (self->problem != NULL)
    text = porch_display_name (self->problem->message, 300);
  else if (self->n_shares == 0 && trusted)
    text = g_strdup_printf (_ ("%s shares no folder with you now."), person);
  else if (self->n_shares == 0 && clash)
    text = g_strdup (_ ("This device uses the name of somebody you trust, but it is not theirs. If in doubt, ask them."));
  else if (self->n_shares == 0)
    /* Always the same words for a device that is not trusted, so that nothing leaks. */
    text
        = g_strdup (_ ("Nothing here for you yet. If you know this person, trust each other to see what they share with people "
                       "they trust."));
  else
    /* Translators: %s is a person or device */
    text = g_strdup_printf (_ ("Drop files anywhere here to send them to %s"), person);
  gtk_label_set_text (self->note, text);
  gtk_widget_set_visible (self->shared, self->n_shares > 0 && !blocked);
  gtk_widget_set_visible (self->retry, !blocked && !asking && self->problem != NULL && is_connected (self));
  gtk_widget_set_visible (self->trust_button, !trusted && (blocked || !clash));
  gtk_button_set_label (GTK_BUTTON (self->trust_button), blocked ? _ ("_Unblock") : _ ("T_rust This Device…"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->trust_button), blocked ? "win.unblock" : "win.trust");
}

static GtkWidget *
make_share_row (GVariant *share)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name ("folder-symbolic");
  GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");
  const char *id = "", *name = "", *note = "";
  g_autofree char *shown = NULL;
  g_autofree char *subtitle = NULL;

  g_variant_lookup (share, "id", "&s", &id);
  g_variant_lookup (share, "name", "&s", &name);
  g_variant_lookup (share, "note", "&s", &note);
  shown = porch_ui_words_name (name);
  subtitle = porch_display_name (note, 200);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), shown);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), arrow);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "(ss)", id, name);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.open-share");
  return row;
}

static void
fill_list (PorchUiPeerPage *self, GVariant *shares)
{
  GtkListBoxRow *row;
  GVariantIter iter;
  GVariant *share;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  self->n_shares = 0;
  if (shares == NULL)
    return;
  g_variant_iter_init (&iter, shares);
  while (g_variant_iter_loop (&iter, "@a{sv}", &share))
    {
      gtk_list_box_append (self->list, make_share_row (share));
      self->n_shares++;
    }
}

#define ASK_AGAIN 5 /* seconds */

static gboolean on_again (gpointer data);

static void
on_list_shares_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) shares = NULL;
  g_autoptr (GError) error = NULL;
  PorchUiPeerPage *self = data;

  porch_bus_daemon_call_list_shares_finish (PORCH_BUS_DAEMON (source), &shares, result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* another one is shown, or nobody looks any more */
  g_clear_object (&self->listing);
  if (error != NULL)
    porch_bus_error_strip (error);
  g_clear_error (&self->problem);
  self->problem = g_steal_pointer (&error);
  if (self->problem != NULL && self->again == 0)
    self->again = g_timeout_add_seconds (ASK_AGAIN, on_again, self);
  fill_list (self, shares);
  update_note (self);
}

static void
call_list_shares (PorchUiPeerPage *self)
{
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);

  if (daemon == NULL || g_strcmp0 (self->trust, "blocked") == 0)
    return;
  self->listing = g_cancellable_new ();
  porch_bus_daemon_call_list_shares (daemon, g_dbus_proxy_get_object_path (G_DBUS_PROXY (self->peer)), self->listing, on_list_shares_ready,
                                     self);
}

/* What could not be told a moment ago is said until it can be; whoever looks at it need not press a button. */
static gboolean
on_again (gpointer data)
{
  PorchUiPeerPage *self = data;

  self->again = 0;
  if (self->problem == NULL || self->listing != NULL || self->peer == NULL)
    return G_SOURCE_REMOVE;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    call_list_shares (self);
  else
    self->again = g_timeout_add_seconds (ASK_AGAIN, on_again, self);
  return G_SOURCE_REMOVE;
}

static void
ask_shares (PorchUiPeerPage *self)
{
  g_clear_handle_id (&self->again, g_source_remove);
  if (self->listing != NULL)
    g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
  g_clear_error (&self->problem);
  g_free (self->trust);
  self->trust = porch_bus_peer_dup_trust (self->peer);
  self->was_online = porch_bus_peer_get_online (self->peer);
  fill_list (self, NULL);
  call_list_shares (self);
  update_note (self);
}

static void
append_item (GMenu *menu, const char *label, const char *action, const char *path)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", path);
  g_menu_append_item (menu, item);
}

static void
update_menu (PorchUiPeerPage *self, gboolean blocked)
{
  const char *path = g_dbus_proxy_get_object_path (G_DBUS_PROXY (self->peer));
  g_autoptr (GMenu) menu = g_menu_new ();

  append_item (menu, _ ("_Rename…"), "win.rename-peer", path);
  if (g_strcmp0 (porch_bus_peer_get_trust (self->peer), "trusted") == 0)
    {
      if (porch_bus_peer_get_auto_accept (self->peer))
        append_item (menu, _ ("_Ask Before Accepting"), "win.accept-ask", path);
      else
        append_item (menu, _ ("_Always Accept"), "win.accept-always", path);
      append_item (menu, _ ("_Stop Trusting"), "win.untrust", path);
    }
  if (blocked)
    append_item (menu, _ ("_Unblock"), "win.unblock", path);
  else
    append_item (menu, _ ("_Block This Device"), "win.block", path);
  if (porch_bus_peer_get_remembered (self->peer) && !blocked)
    append_item (menu, _ ("_Forget This Device…"), "win.forget-peer", path);
  gtk_menu_button_set_menu_model (self->more, G_MENU_MODEL (menu));
}

static void
update (PorchUiPeerPage *self)
{
  g_autofree char *name = porch_ui_words_name (porch_bus_peer_get_name (self->peer));
  g_autofree char *status = porch_ui_words_peer_status (self->peer, is_connected (self));
  gboolean is_false = porch_ui_words_peer_is_false (self->peer);
  gboolean online = porch_bus_peer_get_online (self->peer);
  gboolean blocked = g_strcmp0 (porch_bus_peer_get_trust (self->peer), "blocked") == 0;
  g_autofree char *line = NULL;

  if (online && !is_false && !blocked)
    /* Translators: %s is "Trusted" or "Not trusted yet" */
    line = g_strdup_printf (_ ("%s · on this network"), status);
  else if (!is_connected (self) && !is_false && !blocked)
    /* Translators: %s is "Trusted" or "Not trusted yet" */
    line = g_strdup_printf (_ ("%s · you are not connected"), status);
  porch_ui_face_set (self->avatar, porch_bus_peer_get_id (self->peer), porch_bus_peer_get_chassis (self->peer));
  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->status, line != NULL ? line : status);
  gtk_widget_set_css_classes (GTK_WIDGET (self->status), (const char *[]){ is_false ? "error" : "dim-label", NULL });
  gtk_widget_set_visible (self->send_files, !blocked);
  gtk_widget_set_visible (self->send_folder, !blocked);
  gtk_widget_set_visible (self->send_text, !blocked);
  update_menu (self, blocked);
  if (g_strcmp0 (self->trust, porch_bus_peer_get_trust (self->peer)) != 0 || (online && !self->was_online))
    ask_shares (self);
  else
    update_note (self);
}

static void
on_retry_clicked (GtkButton *button, gpointer data)
{
  ask_shares (data);
}

/* --- what moves between us, or waits for that person --- */

static gboolean
is_live_with_peer (gpointer item, gpointer data)
{
  PorchUiPeerPage *self = data;

  return self->peer != NULL && !porch_ui_words_state_is_over (porch_bus_transfer_get_state (item))
         && g_strcmp0 (porch_bus_transfer_get_peer (item), g_dbus_proxy_get_object_path (G_DBUS_PROXY (self->peer))) == 0;
}

static GtkWidget *
make_moving_row (gpointer item, gpointer data)
{
  return porch_ui_transfer_row_new (item);
}

static void
on_moving_items_changed (PorchUiPeerPage *self, guint position, guint removed, guint added, GListModel *model)
{
  gtk_widget_set_visible (self->moving, g_list_model_get_n_items (model) > 0);
}

static void
on_backend_transfer_changed (PorchUiPeerPage *self, PorchBusTransfer *transfer, gboolean state)
{
  if (state)
    gtk_filter_changed (self->is_live_with_peer, GTK_FILTER_CHANGE_DIFFERENT);
}

/* Back on a network: what could not be asked is asked. */
static void
on_backend_notify_connected (PorchUiPeerPage *self)
{
  if (self->peer == NULL)
    return;
  if (is_connected (self) && self->problem != NULL)
    ask_shares (self);
  update (self);
}

static void
set_backend (PorchUiPeerPage *self, PorchUiBackend *backend)
{
  g_autoptr (GtkFilterListModel) moving = gtk_filter_list_model_new (g_object_ref (porch_ui_backend_get_transfers (backend)),
                                                                     g_object_ref (self->is_live_with_peer));

  self->backend = g_object_ref (backend);
  gtk_list_box_bind_model (self->moving_list, G_LIST_MODEL (moving), make_moving_row, NULL, NULL);
  g_signal_connect_object (moving, "items-changed", G_CALLBACK (on_moving_items_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "transfer-changed", G_CALLBACK (on_backend_transfer_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "notify::connected", G_CALLBACK (on_backend_notify_connected), self, G_CONNECT_SWAPPED);
}

/* Of a crowd, the one whose page is shown is kept fresh. */
static void
look (PorchUiPeerPage *self)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (self->peer == NULL)
    return;
  g_ptr_array_add (paths, g_strdup (g_dbus_proxy_get_object_path (G_DBUS_PROXY (self->peer))));
  porch_ui_backend_look_at (self->backend, self, gtk_widget_get_mapped (GTK_WIDGET (self)) ? paths : NULL);
}

static void
porch_ui_peer_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (porch_ui_peer_page_parent_class)->map (widget);
  look (PORCH_UI_PEER_PAGE (widget));
}

static void
porch_ui_peer_page_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (porch_ui_peer_page_parent_class)->unmap (widget);
  look (PORCH_UI_PEER_PAGE (widget));
}

void
porch_ui_peer_page_show (PorchUiPeerPage *self, PorchUiBackend *backend, PorchBusPeer *peer)
{
  GtkWidget *buttons[] = { self->send_files, self->send_folder, self->send_text, self->trust_button };
  const char *actions[] = { "win.send-files-to", "win.send-folder-to", "win.send-text-to", "win.trust" };

  g_return_if_fail (PORCH_UI_IS_PEER_PAGE (self));

  if (self->peer != NULL)
    g_signal_handlers_disconnect_by_data (self->peer, self);
  if (self->backend == NULL)
    set_backend (self, backend);
  g_set_object (&self->peer, peer);
  gtk_filter_changed (self->is_live_with_peer, GTK_FILTER_CHANGE_DIFFERENT);
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      gtk_actionable_set_action_target (GTK_ACTIONABLE (buttons[i]), "s", g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (buttons[i]), actions[i]);
    }
  g_signal_connect_object (peer, "g-properties-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  porch_ui_drop_set_peer (self->drop, g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)));
  ask_shares (self);
  update (self);
  look (self);
}

PorchBusPeer *
porch_ui_peer_page_get_peer (PorchUiPeerPage *self)
{
  g_return_val_if_fail (PORCH_UI_IS_PEER_PAGE (self), NULL);
  return self->peer;
}

static void
porch_ui_peer_page_dispose (GObject *object)
{
  PorchUiPeerPage *self = PORCH_UI_PEER_PAGE (object);

  g_clear_handle_id (&self->again, g_source_remove);
  if (self->listing != NULL)
    g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
  if (self->backend != NULL)
    porch_ui_backend_look_at (self->backend, self, NULL);
  g_clear_object (&self->peer);
  g_clear_object (&self->backend);
  g_clear_object (&self->is_live_with_peer);
  g_clear_error (&self->problem);
  g_clear_pointer (&self->trust, g_free);
  G_OBJECT_CLASS (porch_ui_peer_page_parent_class)->dispose (object);
}

static void
porch_ui_peer_page_class_init (PorchUiPeerPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_peer_page_dispose;
  widget_class->map = porch_ui_peer_page_map;
  widget_class->unmap = porch_ui_peer_page_unmap;
  g_type_ensure (PORCH_UI_TYPE_WRAP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-peer-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerPage, avatar);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerPage, name);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerPage, status);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerPage, send_files);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerPage, send_folder);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerPage, send_text);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerPage, more);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerPage, moving);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerPage, moving_list);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerPage, shared);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerPage, list);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerPage, note);
  gtk_widget_class_bind_template_child_full (widget_class, "trust", FALSE, G_STRUCT_OFFSET (PorchUiPeerPage, trust_button));
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerPage, retry);
  gtk_widget_class_bind_template_callback (widget_class, on_retry_clicked);
}

static void
porch_ui_peer_page_init (PorchUiPeerPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->is_live_with_peer = GTK_FILTER (gtk_custom_filter_new (is_live_with_peer, self, NULL));
  porch_ui_tooltip_hide_while_open (GTK_WIDGET (self->more));
  self->drop = porch_ui_drop_add (GTK_WIDGET (self));
}
