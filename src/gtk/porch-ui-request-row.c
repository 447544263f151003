/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-request-row.h"
#include "porch-display.h"
#include "porch-ui-face.h"
#include "porch-ui-fold.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

#define TEXT_CHARS 4096

struct _PorchUiRequestRow
{
  GtkWidget parent_instance;
  /* owned */
  PorchBusOffer *offer; /* one of the two */
  PorchBusPairing *pairing;
  PorchBusPeer *peer; /* (nullable) */
  /* borrowed from the template */
  GtkWidget *clamp;
  AdwAvatar *avatar;
  GtkLabel *title;
  GtkLabel *detail;
  GtkWidget *fold;
  GtkLabel *content;
  GtkWidget *copy;
  GtkWidget *decline;
  GtkWidget *accept;
  GtkWidget *confirm;
};

G_DEFINE_FINAL_TYPE (PorchUiRequestRow, porch_ui_request_row, GTK_TYPE_WIDGET)

static void
set_target (GtkWidget *button, const char *action, gpointer proxy)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", g_dbus_proxy_get_object_path (proxy));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

static void
append_item (GMenu *menu, const char *label, const char *action, const char *path)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", path);
  g_menu_append_item (menu, item);
}

static GMenuModel *
accept_menu (PorchUiRequestRow *self, gboolean trusted)
{
  const char *path = g_dbus_proxy_get_object_path (G_DBUS_PROXY (self->offer));
  GMenu *menu = g_menu_new ();

  append_item (menu, _ ("Accept _To…"), "win.accept-to", path);
  if (!trusted)
    {
      append_item (menu, _ ("Accept and T_rust…"), "win.accept-and-trust", path);
      append_item (menu, _ ("_Block This Device"), "win.block", porch_bus_offer_get_peer (self->offer));
    }
  return G_MENU_MODEL (menu);
}

/* The names (or the text) of somebody who is not trusted are shown only when asked for. */
static void
fill_content (PorchUiRequestRow *self, gboolean is_text)
{
  const char *const *names = porch_bus_offer_get_names (self->offer);
  g_autofree char *text = NULL;

  if (is_text)
    {
      text = g_strndup (porch_bus_offer_get_text (self->offer), TEXT_CHARS);
    }
  else
    {
      g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

      for (guint i = 0; names != NULL && names[i] != NULL; i++)
        g_ptr_array_add (lines, porch_ui_words_name (names[i]));
      if (lines->len == 0)
        return;
      g_ptr_array_add (lines, NULL);
      text = g_strjoinv ("\n", (char **)lines->pdata);
    }
  gtk_label_set_text (self->content, text);
  gtk_widget_set_visible (self->fold, TRUE);
}

static void
show_who (PorchUiRequestRow *self)
{
  gboolean is_false = porch_ui_words_peer_is_false (self->peer);

  porch_ui_face_set (self->avatar, self->peer != NULL ? porch_bus_peer_get_id (self->peer) : NULL,
                     self->peer != NULL ? porch_bus_peer_get_chassis (self->peer) : NULL);
  if (is_false)
    adw_avatar_set_icon_name (self->avatar, "dialog-warning-symbolic");
  if (is_false)
    gtk_widget_add_css_class (GTK_WIDGET (self->title), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->title), "error");
}

static void
update_offer (PorchUiRequestRow *self)
{
  gboolean trusted = g_strcmp0 (porch_bus_offer_get_peer_trust (self->offer), "trusted") == 0;
  gboolean is_text = g_strcmp0 (porch_bus_offer_get_kind (self->offer), "text") == 0;
  gboolean is_false = porch_ui_words_peer_is_false (self->peer);
  g_autofree char *title = porch_ui_words_offer_title (self->offer, is_false);
  g_autofree char *detail = porch_ui_words_offer_detail (self->offer);
  g_autoptr (GMenuModel) menu = accept_menu (self, trusted);

  gtk_widget_set_visible (GTK_WIDGET (self), g_strcmp0 (porch_bus_offer_get_state (self->offer), "pending") == 0);
  show_who (self);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->detail, detail);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_split_button_set_menu_model (ADW_SPLIT_BUTTON (self->accept), menu);
  gtk_widget_set_visible (self->accept, !is_text);
  gtk_widget_set_visible (self->copy, is_text);
  if (is_text)
    {
      gtk_button_set_label (GTK_BUTTON (self->decline), _ ("Dismiss"));
      gtk_expander_set_expanded (GTK_EXPANDER (self->fold), trusted);
    }
  if (is_text || !trusted)
    fill_content (self, is_text);
  if (self->peer != NULL && is_false)
    gtk_widget_remove_css_class (self->accept, "suggested-action");
}

static void
update_pairing (PorchUiRequestRow *self)
{
  g_autofree char *name = porch_ui_words_name (porch_bus_pairing_get_peer_name (self->pairing));
  g_autofree char *person = porch_ui_words_person (porch_bus_pairing_get_peer_name (self->pairing));
  const char *state = porch_bus_pairing_get_state (self->pairing);
  g_autofree char *code = porch_ui_words_code (porch_bus_pairing_get_code (self->pairing));
  gboolean comparing = g_strcmp0 (state, "comparing") == 0;
  gboolean over = g_strcmp0 (state, "done") == 0 || g_strcmp0 (state, "mismatch") == 0 || g_strcmp0 (state, "failed") == 0;
  g_autofree char *title = NULL;
  g_autofree char *detail = NULL;

  if (comparing)
    {
      /* Translators: %s is six digits */
      title = g_strdup_printf (_ ("Is the code on the other screen %s?"), code);
      detail
          = porch_bus_pairing_get_initiator (self->pairing)
                /* Translators: %1$s is a device, %2$s a person */
                ? g_strdup_printf (_ ("To trust %1$s, ask %2$s which code is shown there"), name, person)
                : g_strdup_printf (_ ("%1$s wants you to trust each other: ask %2$s which code is shown there"), name, person);
    }
  else if (g_strcmp0 (state, "waiting") == 0)
    {
      title = g_strdup_printf (_ ("Waiting for %s to say that the code matches"), person);
      /* Translators: %s is six digits */
      detail = g_strdup_printf (_ ("The code is %s"), code);
    }
  else
    {
      title = g_strdup_printf (_ ("Asking %s to trust you"), name);
      detail = g_strdup (_ ("A code will be shown on both screens"));
    }
  gtk_widget_set_visible (GTK_WIDGET (self), !over);
  show_who (self);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->detail, detail);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_set_visible (self->confirm, comparing);
  gtk_button_set_label (GTK_BUTTON (self->decline), comparing ? _ ("_Doesn’t Match") : _ ("_Cancel"));
  gtk_button_set_use_underline (GTK_BUTTON (self->decline), TRUE);
  set_target (self->decline, comparing ? "win.pairing-mismatch" : "win.cancel-pairing", self->pairing);
}

static void
on_copy_clicked (GtkButton *button, gpointer data)
{
  PorchUiRequestRow *self = data;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), porch_bus_offer_get_text (self->offer));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _ ("Text copied"));
}

static void
porch_ui_request_row_dispose (GObject *object)
{
  PorchUiRequestRow *self = PORCH_UI_REQUEST_ROW (object);

  g_clear_pointer (&self->clamp, gtk_widget_unparent);
  g_clear_object (&self->offer);
  g_clear_object (&self->pairing);
  g_clear_object (&self->peer);
  G_OBJECT_CLASS (porch_ui_request_row_parent_class)->dispose (object);
}

static void
porch_ui_request_row_class_init (PorchUiRequestRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_request_row_dispose;
  g_type_ensure (PORCH_UI_TYPE_FOLD);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-request-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, clamp);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, title);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, detail);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, fold);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, content);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, copy);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, decline);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, accept);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, confirm);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
porch_ui_request_row_init (PorchUiRequestRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
porch_ui_request_row_new_for_offer (PorchBusOffer *offer, PorchBusPeer *peer)
{
  PorchUiRequestRow *self = g_object_new (PORCH_UI_TYPE_REQUEST_ROW, NULL);

  self->offer = g_object_ref (offer);
  self->peer = peer != NULL ? g_object_ref (peer) : NULL;
  set_target (self->decline, "win.decline", offer);
  set_target (self->accept, "win.accept", offer);
  g_signal_connect (self->copy, "clicked", G_CALLBACK (on_copy_clicked), self);
  g_signal_connect_object (offer, "g-properties-changed", G_CALLBACK (update_offer), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  update_offer (self);
  return GTK_WIDGET (self);
}

GtkWidget *
porch_ui_request_row_new_for_pairing (PorchBusPairing *pairing, PorchBusPeer *peer)
{
  PorchUiRequestRow *self = g_object_new (PORCH_UI_TYPE_REQUEST_ROW, NULL);

  self->pairing = g_object_ref (pairing);
  self->peer = peer != NULL ? g_object_ref (peer) : NULL;
  gtk_widget_set_visible (self->accept, FALSE);
  set_target (self->confirm, "win.pairing-match", pairing);
  g_signal_connect_object (pairing, "g-properties-changed", G_CALLBACK (update_pairing), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  update_pairing (self);
  return GTK_WIDGET (self);
}
