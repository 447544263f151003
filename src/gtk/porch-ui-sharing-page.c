/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-sharing-page.h"
#include "porch-ui-fold.h"
#include "porch-ui-share-row.h"
#include "porch-ui-wrap.h"

#include <glib/gi18n.h>

struct _PorchUiSharingPage
{
  AdwBin parent_instance;
  /* owned by the backend, which outlives the window's pages */
  GListModel *shares;
  /* borrowed from the template */
  GtkWidget *header;
  GtkListBox *list;
  GtkWidget *empty;
  GtkButton *pause_all;
};

G_DEFINE_FINAL_TYPE (PorchUiSharingPage, porch_ui_sharing_page, ADW_TYPE_BIN)

static int
compare_shares (gconstpointer a, gconstpointer b, gpointer data)
{
  return g_utf8_collate (porch_bus_share_get_name ((PorchBusShare *)a), porch_bus_share_get_name ((PorchBusShare *)b));
}

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  return porch_ui_share_row_new (item, data);
}

/* One press stops it all, and one opens again what is left. */
static void
update_pause_all (PorchUiSharingPage *self, GListModel *shares)
{
  gboolean open = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (shares); i++)
    {
      g_autoptr (PorchBusShare) share = g_list_model_get_item (shares, i);

      open |= porch_bus_share_get_active (share);
    }
  gtk_button_set_label (self->pause_all, open ? _ ("_Pause All") : _ ("_Resume All"));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->pause_all), "b", open);
}

static void
on_share_notify_active (PorchUiSharingPage *self)
{
  update_pause_all (self, self->shares);
}

static void
on_shares_items_changed (PorchUiSharingPage *self, guint position, guint removed, guint added, GListModel *shares)
{
  gboolean empty = g_list_model_get_n_items (shares) == 0;

  gtk_widget_set_visible (self->empty, empty);
  gtk_widget_set_visible (self->header, !empty);
  gtk_widget_set_visible (GTK_WIDGET (self->list), !empty);
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (PorchBusShare) share = g_list_model_get_item (shares, i);

      g_signal_connect_object (share, "notify::active", G_CALLBACK (on_share_notify_active), self, G_CONNECT_SWAPPED);
    }
  update_pause_all (self, shares);
}

void
porch_ui_sharing_page_set_backend (PorchUiSharingPage *self, PorchUiBackend *backend)
{
  GListModel *shares = porch_ui_backend_get_shares (backend);
  g_autoptr (GtkSortListModel) sorted
      = gtk_sort_list_model_new (g_object_ref (shares), GTK_SORTER (gtk_custom_sorter_new (compare_shares, NULL, NULL)));

  self->shares = shares;
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (sorted), make_row, g_object_ref (backend), g_object_unref);
  g_signal_connect_object (shares, "items-changed", G_CALLBACK (on_shares_items_changed), self, G_CONNECT_SWAPPED);
  on_shares_items_changed (self, 0, 0, g_list_model_get_n_items (shares), shares);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, gpointer data)
{
  GSList *files = gdk_file_list_get_files (g_value_get_boxed (value));
  gboolean taken = FALSE;

  for (GSList *l = files; l != NULL; l = l->next)
    {
      g_autofree char *path = g_file_get_path (l->data);

      if (path == NULL)
        continue;
      gtk_widget_activate_action (data, "win.add-folder-path", "^ay", path);
      taken = TRUE;
    }
  g_slist_free (files);
  return taken;
}

static void
porch_ui_sharing_page_class_init (PorchUiSharingPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (PORCH_UI_TYPE_FOLD);
  g_type_ensure (PORCH_UI_TYPE_WRAP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-sharing-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiSharingPage, header);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSharingPage, list);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSharingPage, empty);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSharingPage, pause_all);
}

static void
porch_ui_sharing_page_init (PorchUiSharingPage *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
