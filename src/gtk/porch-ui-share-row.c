/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-share-row.h"
#include "porch-ui-fold.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

struct _PorchUiShareRow
{
  GtkListBoxRow parent_instance;
  /* owned */
  PorchBusShare *share;
  GSimpleAction *audience_action;
  GSimpleAction *paused_action;
  /* borrowed from the template */
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *status;
  GtkMenuButton *audience;
  GtkWidget *more;
};

G_DEFINE_FINAL_TYPE (PorchUiShareRow, porch_ui_share_row, GTK_TYPE_LIST_BOX_ROW)

static void
update (PorchUiShareRow *self)
{
  g_autofree char *name = porch_ui_words_name (porch_bus_share_get_name (self->share));
  g_autofree char *status = porch_ui_words_share_status (self->share);
  g_autofree char *audience = porch_ui_words_audience (self->share);
  const char *who = porch_bus_share_get_audience (self->share);
  gboolean ok = g_strcmp0 (porch_bus_share_get_state (self->share), "ok") == 0;
  /* Translators: %s is a shared folder; the name of a button whose menu says who may open it */
  g_autofree char *label = g_strdup_printf (_ ("Who may open “%s”"), name);
  /* Translators: %s is a shared folder; the name of a button with a menu */
  g_autofree char *more = g_strdup_printf (_ ("More for “%s”"), name);

  gtk_image_set_from_icon_name (self->icon, ok ? "folder-symbolic" : "dialog-warning-symbolic");
  gtk_label_set_text (self->title, name);
  gtk_label_set_text (self->status, status);
  gtk_menu_button_set_label (self->audience, audience);
  g_simple_action_set_state (self->audience_action, g_variant_new_string (who != NULL ? who : ""));
  g_simple_action_set_state (self->paused_action, g_variant_new_boolean (!porch_bus_share_get_active (self->share)));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, status, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->audience), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->more), GTK_ACCESSIBLE_PROPERTY_LABEL, more, -1);
}

static const char *
path_of (PorchUiShareRow *self)
{
  return g_dbus_proxy_get_object_path (G_DBUS_PROXY (self->share));
}

static void
on_audience_change_state (GSimpleAction *action, GVariant *value, gpointer data)
{
  PorchUiShareRow *self = data;

  gtk_widget_activate_action (GTK_WIDGET (self), "win.share-audience", "(ss)", path_of (self),
                              g_variant_get_string (value, NULL));
}

static void
on_paused_change_state (GSimpleAction *action, GVariant *value, gpointer data)
{
  PorchUiShareRow *self = data;

  gtk_widget_activate_action (GTK_WIDGET (self), "win.share-paused", "(sb)", path_of (self), g_variant_get_boolean (value));
}

static void
on_open_activate (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_widget_activate_action (data, "win.share-open", "s", path_of (data));
}

static void
on_rename_activate (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_widget_activate_action (data, "win.share-rename", "s", path_of (data));
}

static void
on_remove_activate (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_widget_activate_action (data, "win.share-remove", "s", path_of (data));
}

static void
porch_ui_share_row_finalize (GObject *object)
{
  PorchUiShareRow *self = PORCH_UI_SHARE_ROW (object);

  g_clear_object (&self->share);
  g_clear_object (&self->audience_action);
  g_clear_object (&self->paused_action);
  G_OBJECT_CLASS (porch_ui_share_row_parent_class)->finalize (object);
}

static void
porch_ui_share_row_class_init (PorchUiShareRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = porch_ui_share_row_finalize;
  g_type_ensure (PORCH_UI_TYPE_FOLD);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-share-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiShareRow, icon);
  gtk_widget_class_bind_template_child (widget_class, PorchUiShareRow, title);
  gtk_widget_class_bind_template_child (widget_class, PorchUiShareRow, status);
  gtk_widget_class_bind_template_child (widget_class, PorchUiShareRow, audience);
  gtk_widget_class_bind_template_child (widget_class, PorchUiShareRow, more);
}

static void
porch_ui_share_row_init (PorchUiShareRow *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  const GActionEntry entries[]
      = { { "open", on_open_activate }, { "rename", on_rename_activate }, { "remove", on_remove_activate } };

  self->audience_action = g_simple_action_new_stateful ("audience", G_VARIANT_TYPE_STRING, g_variant_new_string (""));
  self->paused_action = g_simple_action_new_stateful ("paused", NULL, g_variant_new_boolean (FALSE));
  g_signal_connect (self->audience_action, "change-state", G_CALLBACK (on_audience_change_state), self);
  g_signal_connect (self->paused_action, "change-state", G_CALLBACK (on_paused_change_state), self);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (self->audience_action));
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (self->paused_action));
  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "share", G_ACTION_GROUP (group));
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
porch_ui_share_row_new (PorchBusShare *share)
{
  PorchUiShareRow *self = g_object_new (PORCH_UI_TYPE_SHARE_ROW, NULL);

  self->share = g_object_ref (share);
  g_signal_connect_object (share, "g-properties-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  update (self);
  return GTK_WIDGET (self);
}
