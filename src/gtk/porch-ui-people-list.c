/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-people-list.h"
#include "porch-ui-face.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

#define MAX_HEIGHT 320
#define MIN_WIDTH 270 /* with the dialog around it: 330 */

struct _PorchUiPeopleList
{
  AdwBin parent_instance;
  /* owned */
  PorchUiBackend *backend;
  GPtrArray *peers; /* of PorchBusPeer, one for each row */
  PorchUiPeoplePurpose purpose;
  /* borrowed: children */
  GPtrArray *checks; /* of GtkCheckButton */
  GtkListBox *list;
};

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PorchUiPeopleList, porch_ui_people_list, ADW_TYPE_BIN)

static gboolean
fits (PorchBusPeer *peer, PorchUiPeoplePurpose purpose)
{
  const char *trust = porch_bus_peer_get_trust (peer);

  if (g_strcmp0 (trust, "blocked") == 0)
    return FALSE;
  if (purpose == PORCH_UI_PEOPLE_TO_LET_IN)
    return g_strcmp0 (trust, "trusted") == 0;
  return porch_bus_peer_get_online (peer) || g_strcmp0 (trust, "trusted") == 0;
}

/* Who is here comes first, then who is trusted, then by name. */
static int
compare_peers (gconstpointer a, gconstpointer b)
{
  PorchBusPeer *one = *(PorchBusPeer **)a, *two = *(PorchBusPeer **)b;
  int order = porch_bus_peer_get_online (two) - porch_bus_peer_get_online (one);

  if (order == 0)
    order = porch_ui_words_peer_is_false (one) - porch_ui_words_peer_is_false (two);
  if (order == 0)
    order = (g_strcmp0 (porch_bus_peer_get_trust (one), "trusted") != 0)
            - (g_strcmp0 (porch_bus_peer_get_trust (two), "trusted") != 0);
  return order != 0 ? order : g_utf8_collate (porch_bus_peer_get_name (one), porch_bus_peer_get_name (two));
}

static void
on_check_toggled (GtkCheckButton *check, gpointer data)
{
  g_signal_emit (data, signals[CHANGED], 0);
}

static void
show_peer (PorchUiPeopleList *self, GtkWidget *row, PorchBusPeer *peer)
{
  g_autofree char *name = porch_ui_words_name (porch_bus_peer_get_name (peer));
  g_autofree char *status = porch_ui_words_peer_status (peer, porch_ui_backend_get_connected (self->backend));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), status);
  if (porch_ui_words_peer_is_false (peer))
    gtk_widget_add_css_class (row, "error");
  else
    gtk_widget_remove_css_class (row, "error");
}

/* The rows stand as they came: one for each of @peers. */
static void
update (PorchUiPeopleList *self)
{
  for (guint i = 0; i < self->peers->len; i++)
    show_peer (self, GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, (int)i)), self->peers->pdata[i]);
}

static void
add_row (PorchUiPeopleList *self, PorchBusPeer *peer, gboolean ticked)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *avatar = adw_avatar_new (32, NULL, FALSE);
  GtkWidget *check = gtk_check_button_new ();

  porch_ui_face_set (ADW_AVATAR (avatar), porch_bus_peer_get_id (peer), porch_bus_peer_get_chassis (peer));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  show_peer (self, row, peer);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), avatar);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), ticked);
  g_signal_connect_object (check, "toggled", G_CALLBACK (on_check_toggled), self, 0);
  g_ptr_array_add (self->checks, check);
  gtk_list_box_append (self->list, row);
}

static void
porch_ui_people_list_finalize (GObject *object)
{
  PorchUiPeopleList *self = PORCH_UI_PEOPLE_LIST (object);

  g_clear_object (&self->backend);
  g_ptr_array_unref (self->peers);
  g_ptr_array_unref (self->checks);
  G_OBJECT_CLASS (porch_ui_people_list_parent_class)->finalize (object);
}

static void
porch_ui_people_list_class_init (PorchUiPeopleListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_ui_people_list_finalize;
  signals[CHANGED]
      = g_signal_new ("changed", PORCH_UI_TYPE_PEOPLE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
porch_ui_people_list_init (PorchUiPeopleList *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->peers = g_ptr_array_new_with_free_func (g_object_unref);
  self->checks = g_ptr_array_new ();
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "porch-people");
  gtk_widget_set_valign (GTK_WIDGET (self->list), GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("People"), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), MAX_HEIGHT);
  gtk_scrolled_window_set_min_content_width (GTK_SCROLLED_WINDOW (scroller), MIN_WIDTH);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list));
  adw_bin_set_child (ADW_BIN (self), scroller);
}

static gboolean
is_listed (PorchUiPeopleList *self, PorchBusPeer *peer)
{
  return g_ptr_array_find (self->peers, peer, NULL);
}

static void
take_peer (PorchUiPeopleList *self, PorchBusPeer *peer)
{
  if (!fits (peer, self->purpose) || is_listed (self, peer))
    return;
  g_ptr_array_add (self->peers, g_object_ref (peer));
  add_row (self, peer, FALSE);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_peers_items_changed (PorchUiPeopleList *self, guint position, guint removed, guint added, GListModel *peers)
{
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (PorchBusPeer) peer = g_list_model_get_item (peers, position + i);

      take_peer (self, peer);
    }
}

static void
on_backend_peer_changed (PorchUiPeopleList *self, PorchBusPeer *peer)
{
  guint at;

  if (g_ptr_array_find (self->peers, peer, &at))
    show_peer (self, GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, (int)at)), peer);
  else
    take_peer (self, peer);
}

void
porch_ui_people_list_focus (PorchUiPeopleList *self)
{
  g_return_if_fail (PORCH_UI_IS_PEOPLE_LIST (self));

  if (self->checks->len > 0)
    gtk_widget_grab_focus (self->checks->pdata[0]);
}

void
porch_ui_people_list_tick_paths (PorchUiPeopleList *self, const char *const *paths)
{
  g_return_if_fail (PORCH_UI_IS_PEOPLE_LIST (self));

  for (guint i = 0; i < self->peers->len; i++)
    if (paths != NULL && g_strv_contains (paths, g_dbus_proxy_get_object_path (self->peers->pdata[i])))
      gtk_check_button_set_active (self->checks->pdata[i], TRUE);
}

GtkWidget *
porch_ui_people_list_new (PorchUiBackend *backend, PorchUiPeoplePurpose purpose, const char *const *ticked)
{
  PorchUiPeopleList *self = g_object_new (PORCH_UI_TYPE_PEOPLE_LIST, NULL);
  GListModel *peers = porch_ui_backend_get_peers (backend);

  self->backend = g_object_ref (backend);
  self->purpose = purpose;
  for (guint i = 0; i < g_list_model_get_n_items (peers); i++)
    {
      g_autoptr (PorchBusPeer) peer = g_list_model_get_item (peers, i);

      if (fits (peer, purpose))
        g_ptr_array_add (self->peers, g_steal_pointer (&peer));
    }
  g_ptr_array_sort (self->peers, compare_peers);
  for (guint i = 0; i < self->peers->len; i++)
    add_row (self, self->peers->pdata[i],
             ticked != NULL && g_strv_contains (ticked, porch_bus_peer_get_id (self->peers->pdata[i])));
  g_signal_connect_object (peers, "items-changed", G_CALLBACK (on_peers_items_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "peer-changed", G_CALLBACK (on_backend_peer_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "notify::connected", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

static char **
dup_ticked (PorchUiPeopleList *self, gboolean ids)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->peers->len; i++)
    if (gtk_check_button_get_active (self->checks->pdata[i]))
      g_strv_builder_add (builder, ids ? porch_bus_peer_get_id (self->peers->pdata[i])
                                       : g_dbus_proxy_get_object_path (self->peers->pdata[i]));
  return g_strv_builder_end (builder);
}

guint
porch_ui_people_list_get_count (PorchUiPeopleList *self)
{
  guint n = 0;

  g_return_val_if_fail (PORCH_UI_IS_PEOPLE_LIST (self), 0);
  for (guint i = 0; i < self->checks->len; i++)
    n += gtk_check_button_get_active (self->checks->pdata[i]) ? 1 : 0;
  return n;
}

char **
porch_ui_people_list_dup_paths (PorchUiPeopleList *self)
{
  g_return_val_if_fail (PORCH_UI_IS_PEOPLE_LIST (self), NULL);
  return dup_ticked (self, FALSE);
}

char **
porch_ui_people_list_dup_ids (PorchUiPeopleList *self)
{
  g_return_val_if_fail (PORCH_UI_IS_PEOPLE_LIST (self), NULL);
  return dup_ticked (self, TRUE);
}

gboolean
porch_ui_people_list_is_empty (PorchUiPeopleList *self)
{
  g_return_val_if_fail (PORCH_UI_IS_PEOPLE_LIST (self), TRUE);
  return self->peers->len == 0;
}
