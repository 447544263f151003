/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-notice.h"
#include "porch-ui-fold.h"
#include "porch-ui-news.h"

#define PEERS_MS 300 /* in a crowd there is always one that changes */

struct _PorchUiNotice
{
  AdwBin parent_instance;
  /* owned */
  PorchUiBackend *backend;
  GHashTable *dismissed; /* set of warnings that were taken away */
  PorchUiNews *news;     /* (nullable) what is shown */
  guint peers_source;
  /* borrowed from the template */
  GtkWidget *strip;
  GtkImage *icon;
  GtkLabel *text;
  GtkButton *button;
};

G_DEFINE_FINAL_TYPE (PorchUiNotice, porch_ui_notice, ADW_TYPE_BIN)

static void
update (PorchUiNotice *self)
{
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);
  GListModel *shares = porch_ui_backend_get_shares (self->backend);

  g_clear_pointer (&self->news, porch_ui_news_free);
  if (daemon != NULL)
    self->news = porch_ui_news_find (daemon, shares, porch_ui_backend_get_peers (self->backend), self->dismissed);
  gtk_widget_set_visible (self->strip, self->news != NULL);
  if (self->news == NULL)
    return;
  gtk_image_set_from_icon_name (self->icon, self->news->icon);
  gtk_label_set_text (self->text, self->news->text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->text), self->news->text); /* a small screen with large text shows four lines */
  gtk_button_set_label (self->button, self->news->button);
}

static void
on_share_properties_changed (PorchUiNotice *self)
{
  update (self);
}

/* A folder comes and goes with its disk. */
static void
on_shares_items_changed (PorchUiNotice *self, guint position, guint removed, guint added, GListModel *shares)
{
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (PorchBusShare) share = g_list_model_get_item (shares, position + i);

      g_signal_connect_object (share, "g-properties-changed", G_CALLBACK (on_share_properties_changed), self,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);
    }
  update (self);
}

static gboolean
on_peers_timeout (gpointer data)
{
  PorchUiNotice *self = data;

  self->peers_source = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
on_backend_peer_changed (PorchUiNotice *self)
{
  if (self->peers_source == 0)
    self->peers_source = g_timeout_add (PEERS_MS, on_peers_timeout, self);
}

static void
on_backend_notify_daemon (PorchUiNotice *self)
{
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);

  if (daemon != NULL)
    g_signal_connect_object (daemon, "g-properties-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  update (self);
}

static void
on_button_clicked (GtkButton *button, gpointer data)
{
  PorchUiNotice *self = data;

  if (self->news == NULL)
    return;
  if (self->news->key != NULL)
    g_hash_table_add (self->dismissed, g_strdup (self->news->key));
  if (self->news->target != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), self->news->action, "s", self->news->target);
  else if (*self->news->action != '\0')
    gtk_widget_activate_action (GTK_WIDGET (self), self->news->action, NULL);
  update (self);
}

void
porch_ui_notice_set_backend (PorchUiNotice *self, PorchUiBackend *backend)
{
  GListModel *shares = porch_ui_backend_get_shares (backend);

  g_return_if_fail (PORCH_UI_IS_NOTICE (self) && self->backend == NULL);
  self->backend = g_object_ref (backend);
  g_signal_connect_object (backend, "notify::daemon", G_CALLBACK (on_backend_notify_daemon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (shares, "items-changed", G_CALLBACK (on_shares_items_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (porch_ui_backend_get_peers (backend), "items-changed", G_CALLBACK (on_backend_peer_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "peer-changed", G_CALLBACK (on_backend_peer_changed), self, G_CONNECT_SWAPPED);
  on_shares_items_changed (self, 0, 0, g_list_model_get_n_items (shares), shares);
  on_backend_notify_daemon (self);
}

static void
porch_ui_notice_finalize (GObject *object)
{
  PorchUiNotice *self = PORCH_UI_NOTICE (object);

  g_clear_handle_id (&self->peers_source, g_source_remove);
  g_clear_object (&self->backend);
  g_clear_pointer (&self->news, porch_ui_news_free);
  g_hash_table_unref (self->dismissed);
  G_OBJECT_CLASS (porch_ui_notice_parent_class)->finalize (object);
}

static void
porch_ui_notice_class_init (PorchUiNoticeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = porch_ui_notice_finalize;
  g_type_ensure (PORCH_UI_TYPE_FOLD);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-notice.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiNotice, strip);
  gtk_widget_class_bind_template_child (widget_class, PorchUiNotice, icon);
  gtk_widget_class_bind_template_child (widget_class, PorchUiNotice, text);
  gtk_widget_class_bind_template_child (widget_class, PorchUiNotice, button);
  gtk_widget_class_bind_template_callback (widget_class, on_button_clicked);
}

static void
porch_ui_notice_init (PorchUiNotice *self)
{
  self->dismissed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}
