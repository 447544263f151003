/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-peer-card.h"
#include "porch-ui-drop.h"
#include "porch-ui-face.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

struct _PorchUiPeerCard
{
  GtkFlowBoxChild parent_instance;
  /* owned */
  PorchBusPeer *peer;
  PorchUiBackend *backend;
  char *activity; /* (nullable) */
  /* borrowed from the template */
  AdwAvatar *avatar;
  GtkLabel *name;
  GtkLabel *status;
  GtkCheckButton *check;
  GtkWidget *cancel;
  GtkWidget *menu;  /* (nullable) popover, a child */
  gboolean ticking; /* the box follows the page */
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
  g_autofree char *status = porch_ui_words_peer_status (self->peer, porch_ui_backend_get_connected (self->backend));
  /* Translators: tick box on a card; %s is a device */
  g_autofree char *select = g_strdup_printf (_ ("Select %s"), name);
  gboolean is_false = porch_ui_words_peer_is_false (self->peer);
  gboolean shows_activity = self->activity != NULL && !is_false;

  porch_ui_face_set (self->avatar, porch_bus_peer_get_id (self->peer), porch_bus_peer_get_chassis (self->peer));
  gtk_label_set_text (self->name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), g_utf8_strlen (name, -1) > 30 ? name : NULL);
  gtk_label_set_text (self->status, shows_activity ? self->activity : status);
  set_class (self->status, "error", is_false);
  set_class (self->status, "dim-label", !is_false && !shows_activity);
  set_class (self->avatar, "porch-away", !porch_bus_peer_get_online (self->peer));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->check), GTK_ACCESSIBLE_PROPERTY_LABEL, select, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, gtk_label_get_text (self->status), -1);
}

/* --- selecting --- */

static const char *
peer_path (PorchUiPeerCard *self)
{
  return g_dbus_proxy_get_object_path (G_DBUS_PROXY (self->peer));
}

static void
toggle (PorchUiPeerCard *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "nearby.toggle", "s", peer_path (self));
}

static void
on_toggle (GtkWidget *widget, const char *name, GVariant *parameter)
{
  toggle (PORCH_UI_PEER_CARD (widget));
}

static void
on_check_toggled (GtkCheckButton *check, gpointer data)
{
  PorchUiPeerCard *self = data;

  if (!self->ticking)
    toggle (self);
}

static void
on_click_pressed (GtkGestureClick *gesture, int n, double x, double y, gpointer data)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  if ((state & GDK_CONTROL_MASK) == 0)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  toggle (data);
}

static void
on_long_pressed (GtkGestureLongPress *gesture, double x, double y, gpointer data)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  toggle (data);
}

/* --- what can be done with somebody --- */

static void
add_item (GMenu *menu, const char *label, const char *action, const char *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", target);
  g_menu_append_item (menu, item);
}

static void
add_section (GMenu *menu, GMenu *section)
{
  if (g_menu_model_get_n_items (G_MENU_MODEL (section)) > 0)
    g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}

static GMenuModel *
make_menu (PorchUiPeerCard *self)
{
  const char *trust = porch_bus_peer_get_trust (self->peer);
  const char *path = peer_path (self);
  gboolean blocked = g_strcmp0 (trust, "blocked") == 0;
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) doing = g_menu_new ();
  g_autoptr (GMenu) trusting = g_menu_new ();

  add_item (doing, _ ("_Open"), "win.open-peer", path);
  if (!blocked)
    {
      add_item (doing, _ ("Send _Files…"), "win.send-files-to", path);
      add_item (doing, _ ("Send _Text…"), "win.send-text-to", path);
      if (!gtk_check_button_get_active (self->check))
        add_item (doing, _ ("_Select"), "nearby.toggle", path);
    }
  if (g_strcmp0 (trust, "trusted") == 0)
    add_item (trusting, _ ("Stop _Trusting"), "win.untrust", path);
  else if (!blocked)
    add_item (trusting, _ ("T_rust This Device…"), "win.trust", path);
  if (blocked)
    add_item (trusting, _ ("_Unblock"), "win.unblock", path);
  else
    add_item (trusting, _ ("_Block"), "win.block", path);
  if (porch_bus_peer_get_remembered (self->peer) && !blocked)
    add_item (trusting, _ ("F_orget…"), "win.forget-peer", path);
  add_section (menu, doing);
  add_section (menu, trusting);
  return G_MENU_MODEL (g_steal_pointer (&menu));
}

static void
pop_up (PorchUiPeerCard *self, const GdkRectangle *at)
{
  g_autoptr (GMenuModel) model = make_menu (self);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = gtk_popover_menu_new_from_model (model);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), at);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
on_secondary_pressed (GtkGestureClick *gesture, int n, double x, double y, gpointer data)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up (data, &(GdkRectangle){ (int)x, (int)y, 1, 1 });
}

static void
on_menu (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pop_up (PORCH_UI_PEER_CARD (widget),
          &(GdkRectangle){ gtk_widget_get_width (widget) / 2, gtk_widget_get_height (widget) / 2, 1, 1 });
}

static void
porch_ui_peer_card_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PorchUiPeerCard *self = PORCH_UI_PEER_CARD (widget);

  GTK_WIDGET_CLASS (porch_ui_peer_card_parent_class)->size_allocate (widget, width, height, baseline);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
porch_ui_peer_card_dispose (GObject *object)
{
  g_clear_pointer (&PORCH_UI_PEER_CARD (object)->menu, gtk_widget_unparent);
  G_OBJECT_CLASS (porch_ui_peer_card_parent_class)->dispose (object);
}

static void
porch_ui_peer_card_finalize (GObject *object)
{
  PorchUiPeerCard *self = PORCH_UI_PEER_CARD (object);

  g_clear_object (&self->peer);
  g_clear_object (&self->backend);
  g_free (self->activity);
  G_OBJECT_CLASS (porch_ui_peer_card_parent_class)->finalize (object);
}

static void
porch_ui_peer_card_class_init (PorchUiPeerCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_peer_card_dispose;
  G_OBJECT_CLASS (klass)->finalize = porch_ui_peer_card_finalize;
  widget_class->size_allocate = porch_ui_peer_card_size_allocate;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-peer-card.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerCard, avatar);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerCard, name);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerCard, status);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerCard, check);
  gtk_widget_class_bind_template_child (widget_class, PorchUiPeerCard, cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_check_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_click_pressed);
  gtk_widget_class_bind_template_callback (widget_class, on_long_pressed);
  gtk_widget_class_bind_template_callback (widget_class, on_secondary_pressed);
  gtk_widget_class_install_action (widget_class, "card.toggle", NULL, on_toggle);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_space, GDK_CONTROL_MASK, "card.toggle", NULL);
  gtk_widget_class_install_action (widget_class, "card.menu", NULL, on_menu);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "card.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "card.menu", NULL);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_BUTTON);
}

static void
porch_ui_peer_card_init (PorchUiPeerCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
porch_ui_peer_card_new (PorchBusPeer *peer, PorchUiBackend *backend)
{
  PorchUiPeerCard *self = g_object_new (PORCH_UI_TYPE_PEER_CARD, NULL);

  self->peer = g_object_ref (peer);
  self->backend = g_object_ref (backend);
  porch_ui_drop_set_peer (porch_ui_drop_add (GTK_WIDGET (self)), g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)));
  g_signal_connect_object (peer, "g-properties-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (backend, "notify::connected", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
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
porch_ui_peer_card_set_selected (PorchUiPeerCard *self, gboolean selected, gboolean selecting)
{
  g_return_if_fail (PORCH_UI_IS_PEER_CARD (self));

  self->ticking = TRUE;
  gtk_check_button_set_active (self->check, selected);
  self->ticking = FALSE;
  set_class (self, "selecting", selecting);
}

void
porch_ui_peer_card_set_activity (PorchUiPeerCard *self, const char *activity, const char *waiting)
{
  g_return_if_fail (PORCH_UI_IS_PEER_CARD (self));

  gtk_widget_set_visible (self->cancel, waiting != NULL);
  if (waiting != NULL)
    {
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->cancel), "s", waiting);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->cancel), "win.cancel-transfers");
    }
  if (g_strcmp0 (self->activity, activity) == 0)
    return;
  g_free (self->activity);
  self->activity = g_strdup (activity);
  update (self);
}
