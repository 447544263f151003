/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-handout-list.h"
#include "porch-ui-words-handout.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

struct _PorchUiHandoutList
{
  AdwBin parent_instance;
  /* borrowed */
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (PorchUiHandoutList, porch_ui_handout_list, ADW_TYPE_BIN)

/* --- a row --- */

static GtkWidget *
make_label (const char *style, gboolean is_name)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (is_name)
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  else
    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, style);
  return label;
}

/* "482 913 · 12 of 25 have it"; one that has ended has no number any more. */
static void
update_row (GtkWidget *status, PorchBusHandOut *handout)
{
  const char *state = porch_bus_hand_out_get_state (handout);
  g_autofree char *number = porch_ui_words_handout_number (porch_bus_hand_out_get_number (handout));
  g_autofree char *total = porch_ui_words_handout_total (handout);
  g_autofree char *text = NULL;

  if (g_strcmp0 (state, "open") == 0 || g_strcmp0 (state, "preparing") == 0)
    text = g_strdup_printf ("%s · %s", number, total);
  else if (g_strcmp0 (state, "failed") == 0)
    text = g_strdup (_ ("Nothing of it could be read"));
  else
    /* Translators: what was handed out and is no longer; %s is "12 of 25 have it" */
    text = g_strdup_printf (_ ("Ended · %s"), total);
  gtk_label_set_text (GTK_LABEL (status), text);
}

static void
on_handout_changed (GDBusProxy *proxy, GVariant *changed, GStrv invalidated, gpointer data)
{
  update_row (data, PORCH_BUS_HAND_OUT (proxy));
}

static GtkWidget *
make_texts (PorchBusHandOut *handout)
{
  g_autofree char *title = porch_ui_words_name (porch_bus_hand_out_get_title (handout));
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = make_label ("heading", TRUE);
  GtkWidget *status = make_label ("caption", FALSE);

  gtk_label_set_text (GTK_LABEL (name), title);
  gtk_widget_set_tooltip_text (name, title);
  gtk_widget_add_css_class (status, "numeric");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), name);
  gtk_box_append (GTK_BOX (texts), status);
  g_signal_connect_object (handout, "g-properties-changed", G_CALLBACK (on_handout_changed), status, G_CONNECT_AFTER);
  update_row (status, handout);
  return texts;
}

static GtkWidget *
make_image (const char *icon)
{
  return g_object_new (GTK_TYPE_IMAGE, "icon-name", icon, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
}

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_widget_add_css_class (box, "porch-row");
  gtk_box_append (GTK_BOX (box), make_image ("porch-upload-symbolic"));
  gtk_box_append (GTK_BOX (box), make_texts (item));
  gtk_box_append (GTK_BOX (box), make_image ("go-next-symbolic"));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", g_dbus_proxy_get_object_path (item));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.open-handout");
  return row;
}

/* --- the list --- */

static void
on_items_changed (GtkWidget *self, guint position, guint removed, guint added, GListModel *model)
{
  gtk_widget_set_visible (self, g_list_model_get_n_items (model) > 0);
}

void
porch_ui_handout_list_set_backend (PorchUiHandoutList *self, PorchUiBackend *backend)
{
  GListModel *handouts = porch_ui_backend_get_handouts (backend);

  gtk_list_box_bind_model (self->list, handouts, make_row, NULL, NULL);
  g_signal_connect_object (handouts, "items-changed", G_CALLBACK (on_items_changed), self, G_CONNECT_SWAPPED);
  on_items_changed (GTK_WIDGET (self), 0, 0, 0, handouts);
}

static void
porch_ui_handout_list_class_init (PorchUiHandoutListClass *klass)
{
}

static void
porch_ui_handout_list_init (PorchUiHandoutList *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *heading = make_label ("heading", FALSE);

  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  /* Translators: heading over what is given to whoever types a number */
  gtk_label_set_text (GTK_LABEL (heading), _ ("Handed Out"));
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_RELATION_LABELLED_BY, heading, NULL, -1);
  gtk_box_append (GTK_BOX (box), heading);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->list));
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
