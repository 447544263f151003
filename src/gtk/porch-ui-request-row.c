/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-request-row.h"
#include "porch-display.h"
#include "porch-ui-face.h"
#include "porch-ui-fold.h"
#include "porch-ui-tooltip.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define TEXT_CHARS 4096
#define SETTLE_MS 400 /* a click that was on its way when the row came was not meant for it */

struct _PorchUiRequestRow
{
  GtkWidget parent_instance;
  /* owned */
  PorchBusOffer *offer;
  PorchBusPeer *peer; /* (nullable) */
  guint settle_id;
  /* borrowed from the template */
  GtkWidget *clamp;
  AdwAvatar *avatar;
  gboolean leading;
  GtkLabel *title;
  GtkLabel *claim;
  GtkLabel *detail;
  GtkLabel *names;
  GtkToggleButton *fold;
  GtkWidget *unfolded;
  GtkLabel *content;
  GtkLabel *host;
  GtkWidget *buttons;
  GtkWidget *block;
  GtkWidget *link;
  GtkWidget *copy;
  GtkWidget *decline;
  GtkWidget *accept;
};

G_DEFINE_FINAL_TYPE (PorchUiRequestRow, porch_ui_request_row, GTK_TYPE_WIDGET)

static void
set_target (GtkWidget *button, const char *action, const char *target)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
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
  const char *code = porch_bus_offer_get_code (self->offer);
  GMenu *menu = g_menu_new ();

  append_item (menu, _ ("Accept _To…"), "win.accept-to", path);
  if (!trusted && code != NULL && *code != '\0')
    append_item (menu, _ ("Accept and T_rust…"), "win.accept-and-trust", path);
  append_item (menu, _ ("_Block This Device"), "win.block", porch_bus_offer_get_peer (self->offer));
  return G_MENU_MODEL (menu);
}

static void
show_who (PorchUiRequestRow *self, gboolean is_false)
{
  porch_ui_face_set (self->avatar, self->peer != NULL ? porch_bus_peer_get_id (self->peer) : NULL,
                     self->peer != NULL ? porch_bus_peer_get_chassis (self->peer) : NULL);
  if (is_false)
    adw_avatar_set_icon_name (self->avatar, "dialog-warning-symbolic");
  gtk_widget_set_css_classes (GTK_WIDGET (self->title), (const char *[]){ "heading", is_false ? "error" : NULL, NULL });
}

/* What is folded is shown while the toggle is on; @always: from who is trusted. */
static void
show_fold (PorchUiRequestRow *self, gboolean folded, gboolean always)
{
  gboolean shown = gtk_toggle_button_get_active (self->fold);

  gtk_widget_set_visible (GTK_WIDGET (self->fold), folded);
  gtk_button_set_label (GTK_BUTTON (self->fold), shown ? _ ("_Hide") : _ ("_Show"));
  gtk_widget_set_visible (self->unfolded, always || (folded && shown));
}

/* Names: open from who is trusted, else folded. */
static void
show_names (PorchUiRequestRow *self, gboolean trusted)
{
  g_autofree char *line = porch_ui_words_offer_names (self->offer, _ (", "));
  g_autofree char *list = porch_ui_words_offer_names (self->offer, "\n");
  const char *const *names = porch_bus_offer_get_names (self->offer);
  gboolean said = names != NULL && names[0] != NULL && names[1] == NULL; /* in the title */

  gtk_widget_set_visible (GTK_WIDGET (self->names), trusted && line != NULL && !said);
  gtk_label_set_text (self->names, line != NULL ? line : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->names), list);
  show_fold (self, !trusted && list != NULL, FALSE);
  gtk_label_set_text (self->content, list != NULL ? list : "");
}

/* The text, and whose a web address in it is; a stranger's only once it is unfolded. */
static void
show_text (PorchUiRequestRow *self, gboolean trusted)
{
  const char *whole = porch_bus_offer_get_text (self->offer);
  g_autofree char *text = whole != NULL ? g_utf8_substring (whole, 0, MIN (TEXT_CHARS, g_utf8_strlen (whole, -1))) : NULL;
  g_autofree char *host = NULL;
  g_autofree char *link = porch_ui_words_link (text, &host);
  gboolean open = trusted || gtk_toggle_button_get_active (self->fold);
  g_autofree char *words = NULL;

  gtk_label_set_text (self->content, text != NULL ? text : "");
  show_fold (self, !trusted, trusted);
  gtk_widget_set_visible (self->copy, open);
  gtk_widget_set_visible (self->link, open && link != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->host), open && link != NULL);
  if (link == NULL)
    return;
  /* Translators: %s is a host name such as "example.org", spelled out so that nobody is deceived */
  words = g_strdup_printf (_ ("The link leads to %s"), host);
  gtk_label_set_text (self->host, words);
  set_target (self->link, "win.open-link", link);
}

static void
update (PorchUiRequestRow *self)
{
  gboolean trusted = g_strcmp0 (porch_bus_offer_get_peer_trust (self->offer), "trusted") == 0;
  gboolean is_text = g_strcmp0 (porch_bus_offer_get_kind (self->offer), "text") == 0;
  gboolean pending = g_strcmp0 (porch_bus_offer_get_state (self->offer), "pending") == 0;
  gboolean is_false = porch_ui_words_peer_is_false (self->peer);
  g_autofree char *title = porch_ui_words_offer_title (self->offer, is_false);
  g_autofree char *claim = porch_ui_words_offer_claim (self->offer);
  g_autofree char *detail = porch_ui_words_offer_detail (self->offer);
  g_autoptr (GMenuModel) menu = accept_menu (self, trusted);

  gtk_widget_set_visible (GTK_WIDGET (self), pending && !porch_bus_offer_get_quiet (self->offer));
  show_who (self, is_false);
  gtk_label_set_text (self->title, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), title);
  gtk_label_set_text (self->claim, claim);
  gtk_widget_set_visible (GTK_WIDGET (self->claim), is_false);
  gtk_label_set_text (self->detail, detail);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_split_button_set_menu_model (ADW_SPLIT_BUTTON (self->accept), menu);
  gtk_widget_set_css_classes (self->accept, (const char *[]){ self->leading && !is_false ? "suggested-action" : NULL, NULL });
  gtk_widget_set_visible (self->accept, !is_text);
  gtk_widget_set_visible (self->block, !trusted);
  if (is_text)
    show_text (self, trusted);
  else
    show_names (self, trusted);
}

static void
on_copy_clicked (GtkButton *button, gpointer data)
{
  PorchUiRequestRow *self = data;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), porch_bus_offer_get_text (self->offer));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _ ("Text copied"));
}

static gboolean
on_settle_timeout (gpointer data)
{
  PorchUiRequestRow *self = data;

  self->settle_id = 0;
  gtk_widget_set_can_target (self->buttons, TRUE);
  return G_SOURCE_REMOVE;
}

static void
porch_ui_request_row_map (GtkWidget *widget)
{
  PorchUiRequestRow *self = PORCH_UI_REQUEST_ROW (widget);

  GTK_WIDGET_CLASS (porch_ui_request_row_parent_class)->map (widget);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  gtk_widget_set_can_target (self->buttons, FALSE);
  self->settle_id = g_timeout_add (SETTLE_MS, on_settle_timeout, self);
}

static void
porch_ui_request_row_dispose (GObject *object)
{
  PorchUiRequestRow *self = PORCH_UI_REQUEST_ROW (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_pointer (&self->clamp, gtk_widget_unparent);
  g_clear_object (&self->offer);
  g_clear_object (&self->peer);
  G_OBJECT_CLASS (porch_ui_request_row_parent_class)->dispose (object);
}

static void
porch_ui_request_row_class_init (PorchUiRequestRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_request_row_dispose;
  widget_class->map = porch_ui_request_row_map;
  g_type_ensure (PORCH_UI_TYPE_FOLD);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-request-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, clamp);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, title);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, claim);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, detail);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, names);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, fold);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, unfolded);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, content);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, host);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, buttons);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, block);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, link);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, copy);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, decline);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequestRow, accept);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
porch_ui_request_row_init (PorchUiRequestRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* The arrow of a split button has a tooltip, but no name; and over the open menu the tooltip is in the way. */
static void
name_arrow (PorchUiRequestRow *self)
{
  for (GtkWidget *w = gtk_widget_get_first_child (self->accept); w != NULL; w = gtk_widget_get_next_sibling (w))
    if (GTK_IS_MENU_BUTTON (w))
      {
        gtk_accessible_update_property (GTK_ACCESSIBLE (w), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("More Ways to Answer"), -1);
        porch_ui_tooltip_hide_while_open (w);
      }
}

GtkWidget *
porch_ui_request_row_new (PorchBusOffer *offer, PorchBusPeer *peer)
{
  PorchUiRequestRow *self = g_object_new (PORCH_UI_TYPE_REQUEST_ROW, NULL);
  const char *path = g_dbus_proxy_get_object_path (G_DBUS_PROXY (offer));

  self->offer = g_object_ref (offer);
  self->peer = peer != NULL ? g_object_ref (peer) : NULL;
  name_arrow (self);
  set_target (self->decline, "win.decline", path);
  set_target (self->accept, "win.accept", path);
  set_target (self->block, "win.block", porch_bus_offer_get_peer (offer));
  g_signal_connect_object (self->fold, "notify::active", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect (self->copy, "clicked", G_CALLBACK (on_copy_clicked), self);
  g_signal_connect_object (offer, "g-properties-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  if (peer != NULL)
    g_signal_connect_object (peer, "g-properties-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  if (g_strcmp0 (porch_bus_offer_get_kind (offer), "text") == 0)
    gtk_button_set_label (GTK_BUTTON (self->decline), _ ("Dismiss"));
  update (self);
  return GTK_WIDGET (self);
}

void
porch_ui_request_row_set_leading (PorchUiRequestRow *self, gboolean leading)
{
  g_return_if_fail (PORCH_UI_IS_REQUEST_ROW (self));
  if (self->leading == leading)
    return;
  self->leading = leading;
  update (self);
}
