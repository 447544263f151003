/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-own-row.h"
#include "porch-ui-face.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

#define COUNTDOWN_S 5 /* it shows minutes */

struct _PorchUiOwnRow
{
  GtkWidget parent_instance;
  /* owned */
  PorchBusDaemon *daemon; /* (nullable) */
  guint countdown;        /* source, while the time runs */
  /* borrowed from the template */
  GtkWidget *box;
  AdwAvatar *avatar;
  GtkLabel *title;
  GtkLabel *detail;
  GtkMenuButton *menu;
};

G_DEFINE_FINAL_TYPE (PorchUiOwnRow, porch_ui_own_row, GTK_TYPE_WIDGET)

static gboolean on_countdown (gpointer data);

static void
update (PorchUiOwnRow *self)
{
  g_autofree char *name = porch_ui_words_name (porch_bus_daemon_get_name (self->daemon));
  /* Translators: %s is the name of this computer as others see it */
  g_autofree char *title = g_strdup_printf (_ ("You are “%s”"), name);
  g_autofree char *detail = porch_ui_words_visibility (self->daemon);
  g_autofree char *button = porch_ui_words_visibility_button (self->daemon, g_get_real_time () / G_USEC_PER_SEC);

  porch_ui_face_set (self->avatar, porch_bus_daemon_get_id (self->daemon), porch_bus_daemon_get_chassis (self->daemon));
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->detail, detail);
  gtk_menu_button_set_label (self->menu, button);
  gtk_widget_set_sensitive (GTK_WIDGET (self->menu), porch_ui_words_is_connected (self->daemon));
  if (g_strcmp0 (porch_bus_daemon_get_visibility (self->daemon), "10min") != 0)
    g_clear_handle_id (&self->countdown, g_source_remove);
  else if (self->countdown == 0)
    self->countdown = g_timeout_add_seconds (COUNTDOWN_S, on_countdown, self);
}

static gboolean
on_countdown (gpointer data)
{
  update (data);
  return G_SOURCE_CONTINUE;
}

void
porch_ui_own_row_set_daemon (PorchUiOwnRow *self, PorchBusDaemon *daemon)
{
  g_return_if_fail (PORCH_UI_IS_OWN_ROW (self));

  if (self->daemon != NULL)
    g_signal_handlers_disconnect_by_data (self->daemon, self);
  g_set_object (&self->daemon, daemon);
  g_clear_handle_id (&self->countdown, g_source_remove);
  gtk_widget_set_visible (GTK_WIDGET (self), daemon != NULL);
  if (daemon == NULL)
    return;
  g_signal_connect_object (daemon, "g-properties-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  update (self);
}

static void
porch_ui_own_row_dispose (GObject *object)
{
  PorchUiOwnRow *self = PORCH_UI_OWN_ROW (object);

  g_clear_handle_id (&self->countdown, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->daemon);
  G_OBJECT_CLASS (porch_ui_own_row_parent_class)->dispose (object);
}

static void
porch_ui_own_row_class_init (PorchUiOwnRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_own_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-own-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiOwnRow, box);
  gtk_widget_class_bind_template_child (widget_class, PorchUiOwnRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, PorchUiOwnRow, title);
  gtk_widget_class_bind_template_child (widget_class, PorchUiOwnRow, detail);
  gtk_widget_class_bind_template_child (widget_class, PorchUiOwnRow, menu);
}

static void
porch_ui_own_row_init (PorchUiOwnRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
