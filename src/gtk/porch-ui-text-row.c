/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-text-row.h"
#include "porch-ui-fold.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

struct _PorchUiTextRow
{
  GtkListBoxRow parent_instance;
  /* owned */
  PorchBusOffer *offer;
  /* borrowed from the template */
  GtkLabel *title;
  GtkLabel *status;
  GtkLabel *whole;
  GtkWidget *clear;
};

G_DEFINE_FINAL_TYPE (PorchUiTextRow, porch_ui_text_row, GTK_TYPE_LIST_BOX_ROW)

/* What a stranger wrote is unfolded only by who wants to see it. */
static void
update (PorchUiTextRow *self)
{
  gboolean trusted = g_strcmp0 (porch_bus_offer_get_peer_trust (self->offer), "trusted") == 0;
  const char *text = porch_bus_offer_get_text (self->offer);
  g_autofree char *title = porch_ui_words_text_title (trusted ? text : "");
  g_autofree char *status = porch_ui_words_text_status (self->offer);

  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->status, status);
  gtk_label_set_text (self->whole, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, status, -1);
}

static void
copy (PorchUiTextRow *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), porch_bus_offer_get_text (self->offer));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _ ("Text copied"));
}

static void
on_copy_clicked (GtkButton *button, gpointer data)
{
  copy (data);
}

/* The same keys as on the rows beside it. */
static gboolean
on_key_pressed (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, gpointer data)
{
  PorchUiTextRow *self = data;

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Delete || key == GDK_KEY_KP_Delete)
    g_signal_emit_by_name (self->clear, "clicked");
  else if ((key == GDK_KEY_Return || key == GDK_KEY_KP_Enter) && gtk_widget_is_focus (GTK_WIDGET (self)))
    copy (self);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
porch_ui_text_row_finalize (GObject *object)
{
  g_clear_object (&PORCH_UI_TEXT_ROW (object)->offer);
  G_OBJECT_CLASS (porch_ui_text_row_parent_class)->finalize (object);
}

static void
porch_ui_text_row_class_init (PorchUiTextRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = porch_ui_text_row_finalize;
  g_type_ensure (PORCH_UI_TYPE_FOLD);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-text-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiTextRow, title);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTextRow, status);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTextRow, whole);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTextRow, clear);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_key_pressed);
}

static void
porch_ui_text_row_init (PorchUiTextRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
porch_ui_text_row_new (PorchBusOffer *offer)
{
  PorchUiTextRow *self = g_object_new (PORCH_UI_TYPE_TEXT_ROW, NULL);

  self->offer = g_object_ref (offer);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->clear), "s", g_dbus_proxy_get_object_path (G_DBUS_PROXY (offer)));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->clear), "win.clear-text");
  g_signal_connect_object (offer, "g-properties-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  update (self);
  return GTK_WIDGET (self);
}
