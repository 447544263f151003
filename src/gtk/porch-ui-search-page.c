/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-search-page.h"
#include "porch-ui-face.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

#define MAX_SHOWN 30 /* who has more to look through types another letter */

struct _PorchUiSearchPage
{
  AdwBin parent_instance;
  /* owned */
  char **words;      /* as a person types them, folded; NULL: nothing asked */
  GListStore *found; /* of PorchBusPeer */
  PorchUiBackend *backend;
  guint refresh; /* source */
  /* borrowed from the template */
  GtkStack *stack;
  GtkListBox *people;
};

G_DEFINE_FINAL_TYPE (PorchUiSearchPage, porch_ui_search_page, ADW_TYPE_BIN)

/* Letters as they are compared: without case and marks. */
static char **
fold (const char *text)
{
  return g_str_tokenize_and_fold (text, NULL, NULL);
}

/* Each word begins one of the name. */
static gboolean
matches (const char *name, char **words)
{
  g_auto (GStrv) tokens = fold (name);

  for (guint i = 0; words[i] != NULL; i++)
    {
      gboolean found = FALSE;

      for (guint j = 0; tokens[j] != NULL && !found; j++)
        found = g_str_has_prefix (tokens[j], words[i]);
      if (!found)
        return FALSE;
    }
  return TRUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  PorchBusPeer *one = *(PorchBusPeer **)a, *two = *(PorchBusPeer **)b;
  int order = porch_ui_words_peer_rank (one) - porch_ui_words_peer_rank (two);

  return order != 0 ? order : g_utf8_collate (porch_bus_peer_get_name (one), porch_bus_peer_get_name (two));
}

/* Of a crowd, those who are found are kept fresh. */
static void
look (PorchUiSearchPage *self)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->found)); i++)
    {
      g_autoptr (GDBusProxy) peer = g_list_model_get_item (G_LIST_MODEL (self->found), i);

      g_ptr_array_add (paths, g_strdup (g_dbus_proxy_get_object_path (peer)));
    }
  porch_ui_backend_look_at (self->backend, self, gtk_widget_get_mapped (GTK_WIDGET (self)) ? paths : NULL);
}

static void
find (PorchUiSearchPage *self)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *peers = porch_ui_backend_get_peers (self->backend);

  for (guint i = 0; self->words != NULL && i < g_list_model_get_n_items (peers); i++)
    {
      g_autoptr (PorchBusPeer) peer = g_list_model_get_item (peers, i);

      if (porch_bus_peer_get_name (peer) != NULL && matches (porch_bus_peer_get_name (peer), self->words))
        g_ptr_array_add (found, g_steal_pointer (&peer));
    }
  g_ptr_array_sort (found, compare);
  g_list_store_splice (self->found, 0, g_list_model_get_n_items (G_LIST_MODEL (self->found)), found->pdata,
                       MIN (found->len, MAX_SHOWN));
  gtk_stack_set_visible_child_name (self->stack, found->len > 0 ? "people" : "nobody");
  look (self);
}

static void
porch_ui_search_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (porch_ui_search_page_parent_class)->map (widget);
  look (PORCH_UI_SEARCH_PAGE (widget));
}

static void
porch_ui_search_page_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (porch_ui_search_page_parent_class)->unmap (widget);
  if (PORCH_UI_SEARCH_PAGE (widget)->backend != NULL)
    look (PORCH_UI_SEARCH_PAGE (widget));
}

static gboolean
on_refresh (gpointer data)
{
  PorchUiSearchPage *self = data;

  self->refresh = 0;
  find (self);
  return G_SOURCE_REMOVE;
}

/* Many come and change at once. */
static void
find_soon (PorchUiSearchPage *self)
{
  if (self->words != NULL && self->refresh == 0)
    self->refresh = g_timeout_add (200, on_refresh, self);
}

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  PorchUiSearchPage *self = data;
  PorchBusPeer *peer = item;
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *avatar = adw_avatar_new (32, NULL, FALSE);
  g_autofree char *name = porch_ui_words_name (porch_bus_peer_get_name (peer));
  g_autofree char *status = porch_ui_words_peer_status (peer, porch_ui_backend_get_connected (self->backend));

  porch_ui_face_set (ADW_AVATAR (avatar), porch_bus_peer_get_id (peer), porch_bus_peer_get_chassis (peer));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), status);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), avatar);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  if (porch_ui_words_peer_is_false (peer))
    gtk_widget_add_css_class (row, "error");
  return row;
}

static void
open_at (PorchUiSearchPage *self, guint position)
{
  g_autoptr (GDBusProxy) peer = g_list_model_get_item (G_LIST_MODEL (self->found), position);

  if (peer != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-peer", "s", g_dbus_proxy_get_object_path (peer));
}

static void
on_row_activated (GtkListBox *people, GtkListBoxRow *row, gpointer data)
{
  open_at (data, (guint)gtk_list_box_row_get_index (row));
}

gboolean
porch_ui_search_page_open_first (PorchUiSearchPage *self)
{
  g_return_val_if_fail (PORCH_UI_IS_SEARCH_PAGE (self), FALSE);

  open_at (self, 0);
  return g_list_model_get_n_items (G_LIST_MODEL (self->found)) > 0;
}

void
porch_ui_search_page_set_text (PorchUiSearchPage *self, const char *text)
{
  g_return_if_fail (PORCH_UI_IS_SEARCH_PAGE (self));

  g_clear_pointer (&self->words, g_strfreev);
  if (text != NULL && *text != '\0')
    self->words = fold (text);
  find (self);
}

void
porch_ui_search_page_set_backend (PorchUiSearchPage *self, PorchUiBackend *backend)
{
  g_return_if_fail (PORCH_UI_IS_SEARCH_PAGE (self) && self->backend == NULL);

  self->backend = g_object_ref (backend);
  g_signal_connect_object (porch_ui_backend_get_peers (backend), "items-changed", G_CALLBACK (find_soon), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "peer-changed", G_CALLBACK (find_soon), self, G_CONNECT_SWAPPED);
}

static void
porch_ui_search_page_dispose (GObject *object)
{
  PorchUiSearchPage *self = PORCH_UI_SEARCH_PAGE (object);

  g_clear_handle_id (&self->refresh, g_source_remove);
  if (self->backend != NULL)
    porch_ui_backend_look_at (self->backend, self, NULL);
  g_clear_object (&self->backend);
  g_clear_object (&self->found);
  g_clear_pointer (&self->words, g_strfreev);
  G_OBJECT_CLASS (porch_ui_search_page_parent_class)->dispose (object);
}

static void
porch_ui_search_page_class_init (PorchUiSearchPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_search_page_dispose;
  widget_class->map = porch_ui_search_page_map;
  widget_class->unmap = porch_ui_search_page_unmap;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-search-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiSearchPage, stack);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSearchPage, people);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
}

static void
porch_ui_search_page_init (PorchUiSearchPage *self)
{
  self->found = g_list_store_new (PORCH_BUS_TYPE_PEER);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_bind_model (self->people, G_LIST_MODEL (self->found), make_row, self, NULL);
}
