/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-share-row.h"
#include "porch-ui-fold.h"
#include "porch-ui-item-count.h"
#include "porch-ui-tooltip.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

struct _PorchUiShareRow
{
  GtkListBoxRow parent_instance;
  /* owned */
  PorchBusShare *share;
  PorchUiBackend *backend;
  GCancellable *counting; /* (nullable) */
  char *counted;          /* (nullable) the state when the things in it were counted */
  int items;              /* -1: not known */
  GSimpleAction *audience_action;
  GSimpleAction *until_action;
  GSimpleAction *paused_action;
  /* borrowed from the template */
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *status;
  GtkLabel *note;
  GtkMenuButton *audience;
  GtkWidget *more;
};

G_DEFINE_FINAL_TYPE (PorchUiShareRow, porch_ui_share_row, GTK_TYPE_LIST_BOX_ROW)

/* Who copies from it now, by the names that people know. */
static char **
dup_takers (PorchUiShareRow *self)
{
  const char *const *paths = porch_bus_share_get_takers (self->share);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    {
      PorchBusPeer *peer = porch_ui_backend_find_peer (self->backend, paths[i]);
      g_autofree char *name = peer != NULL ? porch_ui_words_person (porch_bus_peer_get_name (peer)) : g_strdup (_ ("Somebody"));

      g_strv_builder_add (names, name);
    }
  return g_strv_builder_end (names);
}

static void update (PorchUiShareRow *self);

static void
on_item_count_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  int items = porch_ui_item_count_finish (result, &error);
  PorchUiShareRow *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the row is gone, or another count runs */
  self->items = items; /* where we can't look, in a sandbox, it stays unknown */
  g_clear_object (&self->counting);
  update (self);
}

/* Counted anew when the folder comes back. */
static void
count_items (PorchUiShareRow *self)
{
  const char *state = porch_bus_share_get_state (self->share);

  if (g_strcmp0 (self->counted, state) == 0)
    return;
  g_free (self->counted);
  self->counted = g_strdup (state);
  if (self->counting != NULL)
    g_cancellable_cancel (self->counting);
  g_clear_object (&self->counting);
  self->items = -1;
  if (g_strcmp0 (state, "ok") != 0)
    return;
  self->counting = g_cancellable_new ();
  porch_ui_item_count_async (porch_bus_share_get_path (self->share), self->counting, on_item_count_ready, self);
}

static void
update (PorchUiShareRow *self)
{
  g_auto (GStrv) takers = dup_takers (self);
  g_autofree char *name = porch_ui_words_name (porch_bus_share_get_name (self->share));
  g_autofree char *status = porch_ui_words_share_status (self->share, (const char *const *)takers, self->items);
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
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), g_utf8_strlen (name, -1) > 30 ? name : NULL);
  gtk_label_set_text (self->note, porch_bus_share_get_note (self->share));
  gtk_widget_set_visible (GTK_WIDGET (self->note), *gtk_label_get_text (self->note) != '\0');
  gtk_menu_button_set_label (self->audience, audience);
  g_simple_action_set_state (self->audience_action, g_variant_new_string (who != NULL ? who : ""));
  g_simple_action_set_state (self->until_action, g_variant_new_string (porch_bus_share_get_until (self->share) == 0 ? "0" : ""));
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
on_until_change_state (GSimpleAction *action, GVariant *value, gpointer data)
{
  gtk_widget_activate_action (data, "win.share-until", "(ss)", path_of (data), g_variant_get_string (value, NULL));
}

static void
on_note_activate (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_widget_activate_action (data, "win.share-note", "s", path_of (data));
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
on_share_properties_changed (PorchUiShareRow *self)
{
  count_items (self);
  update (self);
}

static void
porch_ui_share_row_dispose (GObject *object)
{
  PorchUiShareRow *self = PORCH_UI_SHARE_ROW (object);

  if (self->counting != NULL)
    g_cancellable_cancel (self->counting);
  g_clear_object (&self->counting);
  G_OBJECT_CLASS (porch_ui_share_row_parent_class)->dispose (object);
}

static void
porch_ui_share_row_finalize (GObject *object)
{
  PorchUiShareRow *self = PORCH_UI_SHARE_ROW (object);

  g_clear_object (&self->share);
  g_clear_object (&self->backend);
  g_free (self->counted);
  g_clear_object (&self->audience_action);
  g_clear_object (&self->until_action);
  g_clear_object (&self->paused_action);
  G_OBJECT_CLASS (porch_ui_share_row_parent_class)->finalize (object);
}

static void
porch_ui_share_row_class_init (PorchUiShareRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_share_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = porch_ui_share_row_finalize;
  g_type_ensure (PORCH_UI_TYPE_FOLD);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-share-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiShareRow, icon);
  gtk_widget_class_bind_template_child (widget_class, PorchUiShareRow, title);
  gtk_widget_class_bind_template_child (widget_class, PorchUiShareRow, status);
  gtk_widget_class_bind_template_child (widget_class, PorchUiShareRow, note);
  gtk_widget_class_bind_template_child (widget_class, PorchUiShareRow, audience);
  gtk_widget_class_bind_template_child (widget_class, PorchUiShareRow, more);
}

static void
porch_ui_share_row_init (PorchUiShareRow *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  const GActionEntry entries[]
      = { { "open", on_open_activate }, { "rename", on_rename_activate }, { "note", on_note_activate }, { "remove", on_remove_activate } };

  self->audience_action = g_simple_action_new_stateful ("audience", G_VARIANT_TYPE_STRING, g_variant_new_string (""));
  self->paused_action = g_simple_action_new_stateful ("paused", NULL, g_variant_new_boolean (FALSE));
  g_signal_connect (self->audience_action, "change-state", G_CALLBACK (on_audience_change_state), self);
  self->until_action = g_simple_action_new_stateful ("until", G_VARIANT_TYPE_STRING, g_variant_new_string (""));
  g_signal_connect (self->until_action, "change-state", G_CALLBACK (on_until_change_state), self);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (self->until_action));
  g_signal_connect (self->paused_action, "change-state", G_CALLBACK (on_paused_change_state), self);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (self->audience_action));
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (self->paused_action));
  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "share", G_ACTION_GROUP (group));
  gtk_widget_init_template (GTK_WIDGET (self));
  porch_ui_tooltip_hide_while_open (GTK_WIDGET (self->more));
}

GtkWidget *
porch_ui_share_row_new (PorchBusShare *share, PorchUiBackend *backend)
{
  PorchUiShareRow *self = g_object_new (PORCH_UI_TYPE_SHARE_ROW, NULL);

  self->share = g_object_ref (share);
  self->backend = g_object_ref (backend);
  self->items = -1;
  g_signal_connect_object (share, "g-properties-changed", G_CALLBACK (on_share_properties_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  on_share_properties_changed (self);
  return GTK_WIDGET (self);
}
