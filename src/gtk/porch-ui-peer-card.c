/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-peer-card.h"
#include "porch-ui-face.h"
#include "porch-ui-words.h"

struct _PorchUiPeerCard
{
  GtkFlowBoxChild parent_instance;
  /* owned */
  PorchBusPeer *peer;
  char *activity; /* (nullable) */
  /* borrowed from the template */
  AdwAvatar *avatar;
  GtkLabel *name;
  GtkLabel *status;
};

G_DEFINE_FINAL_TYPE (PorchUiPeerCard, porch_ui_peer_card, GTK_TYPE_FLOW_BOX_CHILD)

static void
set_class (gpointer widget, const char *css_class, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

static void
update (PorchUiPeerCard *self)
{
  g_autofree char *name = porch_ui_words_name (porch_bus_peer_get_name (self->peer));
  g_autofree char *status = porch_ui_words_peer_status (self->peer);
  gboolean is_false = porch_ui_words_peer_is_false (self->peer);
  gboolean shows_activity = self->activity != NULL && !is_false;

  porch_ui_face_set (self->avatar, porch_bus_peer_get_id (self->peer), porch_bus_peer_get_chassis (self->peer));
  gtk_label_set_text (self->name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), g_utf8_strlen (name, -1) > 30 ? name : NULL);
  gtk_label_set_text (self->status, shows_activity ? self->activity : status);
  set_class (self->status, "error", is_false);
  set_class (self->status, "dim-label", !is_false && !shows_activity);
  set_class (self->avatar, "porch-away", !porch_bus_peer_get_online (self->peer));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, gtk_label_get_text (self->status), -1);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, gpointer data)
{
  PorchUiPeerCard *self = data;
  GSList *files = gdk_file_list_get_files (g_value_get_boxed (value));
  GVariantBuilder uris;

  g_variant_builder_init (&uris, G_VARIANT_TYPE ("as"));
  for (GSList *l = files; l != NULL; l = l->next)
    {
      g_autofree char *uri = g_file_get_uri (l->data);

      g_variant_builder_add (&uris, "s", uri);
    }
  g_slist_free (files);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.send-uris", "(sas)",
                              g_dbus_proxy_get_object_path (G_DBUS_PROXY (self->peer)), &uris);
  return TRUE;
}

static void
porch_ui_peer_card_finalize (GObject *object)
{
  PorchUiPeerCard *self = PORCH_UI_PEER_CARD (object);

  g_clear_object (&self->peer);
  g_free (self->activity);
  G_OBJECT_CLASS (porch_ui_peer_card_parent_class)->finalize (object);
}

static void
porch_ui_peer_card_class_init (PorchUiPeerCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = porch_ui_peer_card_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-peer-card.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerCard, avatar);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerCard, name);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerCard, status);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_BUTTON);
}

static void
porch_ui_peer_card_init (PorchUiPeerCard *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

GtkWidget *
porch_ui_peer_card_new (PorchBusPeer *peer)
{
  PorchUiPeerCard *self = g_object_new (PORCH_UI_TYPE_PEER_CARD, NULL);

  self->peer = g_object_ref (peer);
  g_signal_connect_object (peer, "g-properties-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  update (self);
  return GTK_WIDGET (self);
}

PorchBusPeer *
porch_ui_peer_card_get_peer (PorchUiPeerCard *self)
{
  g_return_val_if_fail (PORCH_UI_IS_PEER_CARD (self), NULL);
  return self->peer;
}

void
porch_ui_peer_card_set_activity (PorchUiPeerCard *self, const char *activity)
{
  g_return_if_fail (PORCH_UI_IS_PEER_CARD (self));

  if (g_strcmp0 (self->activity, activity) == 0)
    return;
  g_free (self->activity);
  self->activity = g_strdup (activity);
  update (self);
}
