/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-nearby-page.h"
#include "porch-ui-drop.h"
#include "porch-ui-fold.h"
#include "porch-ui-own-row.h"
#include "porch-ui-peer-card.h"
#include "porch-ui-words.h"
#include "porch-ui-wrap.h"

#include <glib/gi18n.h>

#define ORDER_MS 200
#define LOOK_MS 100      /* what came or moved is laid out by then */
#define CARDS_AT_ONCE 48 /* so many are laid out anew in one turn of the main loop, by software on an old computer */
#define MOVES_AT_ONCE 4  /* each makes its card anew */

struct _PorchUiNearbyPage
{
  AdwBin parent_instance;
  /* owned */
  PorchUiBackend *backend;
  GListStore *order; /* of PorchBusPeer, as the cards stand */
  guint n_shown;     /* of them */
  guint order_source;
  guint clear_source;
  guint look_source;
  GHashTable *selected; /* set of object paths of those who are ticked */
  /* borrowed from the template */
  PorchUiOwnRow *own_row;
  GtkWidget *scroller;
  GtkFlowBox *cards;
  GtkEventControllerMotion *motion;
  GtkWidget *empty;
  GtkWidget *more;
  GtkWidget *missing;
  GtkRevealer *bar;
  GtkLabel *count;
};

G_DEFINE_FINAL_TYPE (PorchUiNearbyPage, porch_ui_nearby_page, ADW_TYPE_BIN)

static int
compare_peers (gconstpointer a, gconstpointer b, gpointer data)
{
  PorchBusPeer *one = (PorchBusPeer *)a;
  PorchBusPeer *two = (PorchBusPeer *)b;
  const char *one_name = porch_bus_peer_get_name (one);
  const char *two_name = porch_bus_peer_get_name (two);
  int order = porch_ui_words_peer_rank (one) - porch_ui_words_peer_rank (two);

  if (order == 0)
    order = g_utf8_collate (one_name != NULL ? one_name : "", two_name != NULL ? two_name : "");
  return order != 0 ? order : g_strcmp0 (porch_bus_peer_get_id (one), porch_bus_peer_get_id (two));
}

static gboolean
is_in_order (GListModel *model)
{
  for (guint i = 1; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (PorchBusPeer) before = g_list_model_get_item (model, i - 1);
      g_autoptr (PorchBusPeer) peer = g_list_model_get_item (model, i);

      if (compare_peers (before, peer, NULL) > 0)
        return FALSE;
    }
  return TRUE;
}

/* Where in the part before @end, which is in order, @peer belongs. */
static guint
place_of (PorchUiNearbyPage *self, gpointer peer, guint end)
{
  guint place = 0;

  for (; place < end; place++)
    {
      g_autoptr (PorchBusPeer) other = g_list_model_get_item (G_LIST_MODEL (self->order), place);

      if (compare_peers (other, peer, NULL) > 0)
        break;
    }
  return place;
}

/* The rest is behind a button: each that is shown is laid out anew whenever the width changes. */
static void
show_first (PorchUiNearbyPage *self)
{
  GtkFlowBoxChild *card;

  for (guint i = 0; (card = gtk_flow_box_get_child_at_index (self->cards, (int)i)) != NULL; i++)
    gtk_widget_set_visible (GTK_WIDGET (card), i < self->n_shown);
}

/* Moves some that don't stand where they belong; FALSE when all do. Not a sort of the store: that would make every card anew.
 */
static gboolean
move_some (PorchUiNearbyPage *self)
{
  guint moves = 0;

  for (guint i = 1; i < g_list_model_get_n_items (G_LIST_MODEL (self->order)) && moves < MOVES_AT_ONCE; i++)
    {
      g_autoptr (PorchBusPeer) before = g_list_model_get_item (G_LIST_MODEL (self->order), i - 1);
      g_autoptr (PorchBusPeer) peer = g_list_model_get_item (G_LIST_MODEL (self->order), i);

      if (compare_peers (before, peer, NULL) <= 0)
        continue;
      g_list_store_remove (self->order, i);
      g_list_store_insert (self->order, place_of (self, peer, i), peer);
      moves++;
    }
  show_first (self);
  return moves > 0;
}

static gboolean
on_order_timeout (gpointer data)
{
  PorchUiNearbyPage *self = data;

  if (!gtk_event_controller_motion_contains_pointer (self->motion) && move_some (self))
    return G_SOURCE_CONTINUE;
  self->order_source = 0;
  return G_SOURCE_REMOVE;
}

/* Not at once for each that changed: in a crowd there is always one. */
static void
update_order (PorchUiNearbyPage *self)
{
  if (self->order_source == 0 && !is_in_order (G_LIST_MODEL (self->order)))
    self->order_source = g_timeout_add (ORDER_MS, on_order_timeout, self);
}

/* --- whose cards are on the screen --- */

static gboolean
is_on_screen (PorchUiNearbyPage *self, GtkWidget *card)
{
  graphene_rect_t bounds;

  return gtk_widget_get_mapped (card) && gtk_widget_compute_bounds (card, self->scroller, &bounds)
         && bounds.origin.y + bounds.size.height > 0 && bounds.origin.y < (float)gtk_widget_get_height (self->scroller);
}

static void
look (PorchUiNearbyPage *self)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  GtkFlowBoxChild *child;

  for (int i = 0; (child = gtk_flow_box_get_child_at_index (self->cards, i)) != NULL; i++)
    if (is_on_screen (self, GTK_WIDGET (child)))
      g_ptr_array_add (paths, g_strdup (g_dbus_proxy_get_object_path (
                                  G_DBUS_PROXY (porch_ui_peer_card_get_peer (PORCH_UI_PEER_CARD (child))))));
  porch_ui_backend_look_at (self->backend, self, paths);
}

static gboolean
on_look_timeout (gpointer data)
{
  PorchUiNearbyPage *self = data;

  self->look_source = 0;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    look (self);
  return G_SOURCE_REMOVE;
}

static void
look_soon (PorchUiNearbyPage *self)
{
  if (self->look_source == 0)
    self->look_source = g_timeout_add (LOOK_MS, on_look_timeout, self);
}

static void
on_map (GtkWidget *widget, gpointer data)
{
  look_soon (PORCH_UI_NEARBY_PAGE (widget));
}

static void
on_unmap (GtkWidget *widget, gpointer data)
{
  PorchUiNearbyPage *self = PORCH_UI_NEARBY_PAGE (widget);

  if (self->backend != NULL)
    porch_ui_backend_look_at (self->backend, self, NULL);
}

static void
on_scrolled (GtkAdjustment *adjustment, gpointer data)
{
  look_soon (data);
}

static void
update_empty (PorchUiNearbyPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->order));
  gboolean empty = n == 0;

  gtk_widget_set_visible (self->empty, empty);
  gtk_widget_set_visible (GTK_WIDGET (self->cards), !empty);
  gtk_widget_set_visible (self->more, n > self->n_shown);
  gtk_widget_set_visible (self->missing, !empty);
  show_first (self);
  look_soon (self);
}

static void
on_more_clicked (GtkButton *button, gpointer data)
{
  PorchUiNearbyPage *self = data;

  self->n_shown += CARDS_AT_ONCE;
  update_empty (self);
}

static char *
activity_words (PorchBusTransfer *transfer)
{
  const char *kind = porch_bus_transfer_get_kind (transfer);
  g_autofree char *title = porch_ui_words_transfer_title (transfer);

  if (g_strcmp0 (kind, "send") == 0)
    /* Translators: on the card of somebody to whom something is being sent; %s is "3 files" or a name */
    return g_strdup_printf (_ ("Sending %s"), title);
  if (g_strcmp0 (kind, "receive") == 0)
    /* Translators: on the card of somebody who is sending something; %s is "3 files" or a name */
    return g_strdup_printf (_ ("Sending you %s"), title);
  /* Translators: on the card of somebody from whom something is downloaded; %s is a name */
  return g_strdup_printf (_ ("Downloading %s"), title);
}

/* What moves between us and the device of @card, else what waits for that person. */
static void
update_activity (PorchUiNearbyPage *self, PorchUiPeerCard *card)
{
  GListModel *transfers = porch_ui_backend_get_transfers (self->backend);
  const char *path = g_dbus_proxy_get_object_path (G_DBUS_PROXY (porch_ui_peer_card_get_peer (card)));
  g_autoptr (GString) waiting = g_string_new (NULL);
  g_autofree char *activity = NULL, *patience = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (PorchBusTransfer) transfer = g_list_model_get_item (transfers, i);
      const char *state = porch_bus_transfer_get_state (transfer);

      if (g_strcmp0 (porch_bus_transfer_get_peer (transfer), path) != 0)
        continue;
      if (activity == NULL && g_strcmp0 (state, "running") == 0)
        activity = activity_words (transfer);
      if (g_strcmp0 (state, "waiting") != 0)
        continue;
      g_string_append_printf (waiting, "%s%s", waiting->len > 0 ? " " : "",
                              g_dbus_proxy_get_object_path (G_DBUS_PROXY (transfer)));
      if (patience == NULL)
        patience = porch_ui_words_waiting_for (transfer);
    }
  porch_ui_peer_card_set_activity (card, activity != NULL ? activity : patience,
                                   activity == NULL && waiting->len > 0 ? waiting->str : NULL);
}

static void
update_activities (PorchUiNearbyPage *self)
{
  GtkFlowBoxChild *child;

  for (int i = 0; (child = gtk_flow_box_get_child_at_index (self->cards, i)) != NULL; i++)
    update_activity (self, PORCH_UI_PEER_CARD (child));
}

/* --- several are selected --- */

static void
show_selection (PorchUiNearbyPage *self)
{
  guint n = g_hash_table_size (self->selected);
  g_autofree char *count = g_strdup_printf (ngettext ("%u selected", "%u selected", n), n);
  GtkFlowBoxChild *child;

  for (int i = 0; (child = gtk_flow_box_get_child_at_index (self->cards, i)) != NULL; i++)
    {
      PorchUiPeerCard *card = PORCH_UI_PEER_CARD (child);
      GDBusProxy *peer = G_DBUS_PROXY (porch_ui_peer_card_get_peer (card));

      porch_ui_peer_card_set_selected (card, g_hash_table_contains (self->selected, g_dbus_proxy_get_object_path (peer)),
                                       n > 0);
    }
  if (n > 0)
    gtk_label_set_text (self->count, count);
  gtk_revealer_set_reveal_child (self->bar, n > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "nearby.clear", n > 0);
}

static void
on_toggle (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiNearbyPage *self = PORCH_UI_NEARBY_PAGE (widget);
  const char *path = g_variant_get_string (parameter, NULL);

  if (!g_hash_table_remove (self->selected, path))
    g_hash_table_add (self->selected, g_strdup (path));
  show_selection (self);
}

static void
on_clear (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiNearbyPage *self = PORCH_UI_NEARBY_PAGE (widget);

  g_hash_table_remove_all (self->selected);
  show_selection (self);
}

static void
on_clear_clicked (GtkButton *button, gpointer data)
{
  gtk_widget_activate_action (GTK_WIDGET (data), "nearby.clear", NULL);
}

/* The bar is no part of the page, whose Escape this is else. */
static gboolean
on_bar_key_pressed (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, gpointer data)
{
  if (key != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_activate_action (GTK_WIDGET (data), "nearby.clear", NULL);
  return GDK_EVENT_STOP;
}

static gboolean
on_clear_idle (gpointer data)
{
  PorchUiNearbyPage *self = data;

  self->clear_source = 0;
  show_selection (self);
  return G_SOURCE_REMOVE;
}

/* Hands all who are ticked, in the order of their cards, to the action of the window. */
static void
send_to_selected (PorchUiNearbyPage *self, const char *action)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_autofree char *joined = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->order)); i++)
    {
      g_autoptr (GDBusProxy) peer = g_list_model_get_item (G_LIST_MODEL (self->order), i);

      if (g_hash_table_contains (self->selected, g_dbus_proxy_get_object_path (peer)))
        g_ptr_array_add (paths, (gpointer)g_dbus_proxy_get_object_path (peer));
    }
  g_ptr_array_add (paths, NULL);
  joined = g_strjoinv (" ", (char **)paths->pdata);
  gtk_widget_activate_action (GTK_WIDGET (self), action, "s", joined);
  g_hash_table_remove_all (self->selected);
  /* In a turn of its own: the file chooser has taken long enough. */
  if (self->clear_source == 0)
    self->clear_source = g_idle_add (on_clear_idle, self);
}

static void
on_send_files_clicked (GtkButton *button, gpointer data)
{
  send_to_selected (data, "win.send-files-to");
}

static void
on_send_folder_clicked (GtkButton *button, gpointer data)
{
  send_to_selected (data, "win.send-folder-to");
}

static void
forget_selected (PorchUiNearbyPage *self, PorchBusPeer *peer)
{
  if (g_hash_table_remove (self->selected, g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer))))
    show_selection (self);
}

static void
on_peers_items_changed (PorchUiNearbyPage *self, guint position, guint removed, guint added, GListModel *peers)
{
  /* What left: the model does not say which, so those that it no longer holds. */
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->order)); removed > 0 && i-- > 0;)
    {
      g_autoptr (PorchBusPeer) peer = g_list_model_get_item (G_LIST_MODEL (self->order), i);

      if (g_list_store_find (G_LIST_STORE (peers), peer, NULL))
        continue;
      g_list_store_remove (self->order, i);
      forget_selected (self, peer);
    }
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (PorchBusPeer) peer = g_list_model_get_item (peers, position + i);

      if (gtk_event_controller_motion_contains_pointer (self->motion))
        g_list_store_append (self->order, peer);
      else
        g_list_store_insert_sorted (self->order, peer, compare_peers, NULL);
    }
  update_empty (self);
}

static void
on_backend_peer_changed (PorchUiNearbyPage *self, PorchBusPeer *peer)
{
  update_order (self);
}

static void
on_backend_transfer_changed (PorchUiNearbyPage *self, PorchBusTransfer *transfer, gboolean state)
{
  if (state)
    update_activities (self);
}

static void
on_backend_notify_daemon (PorchUiNearbyPage *self)
{
  porch_ui_own_row_set_daemon (self->own_row, porch_ui_backend_get_daemon (self->backend));
}

static void
on_motion_leave (GtkEventControllerMotion *motion, gpointer data)
{
  update_order (data);
}

static void
on_cards_child_activated (GtkFlowBox *cards, GtkFlowBoxChild *child, gpointer data)
{
  PorchUiNearbyPage *self = data;
  PorchBusPeer *peer = porch_ui_peer_card_get_peer (PORCH_UI_PEER_CARD (child));
  gboolean selecting = g_hash_table_size (self->selected) > 0;

  gtk_widget_activate_action (GTK_WIDGET (child), selecting ? "nearby.toggle" : "win.open-peer", "s",
                              g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)));
}

static GtkWidget *
make_card (gpointer item, gpointer data)
{
  PorchUiNearbyPage *self = data;
  GtkWidget *card = porch_ui_peer_card_new (item, self->backend);

  update_activity (self, PORCH_UI_PEER_CARD (card));
  porch_ui_peer_card_set_selected (PORCH_UI_PEER_CARD (card),
                                   g_hash_table_contains (self->selected, g_dbus_proxy_get_object_path (item)),
                                   g_hash_table_size (self->selected) > 0);
  return card;
}

void
porch_ui_nearby_page_set_backend (PorchUiNearbyPage *self, PorchUiBackend *backend)
{
  GListModel *peers = porch_ui_backend_get_peers (backend);

  g_return_if_fail (self->backend == NULL);
  self->backend = g_object_ref (backend);
  gtk_flow_box_bind_model (self->cards, G_LIST_MODEL (self->order), make_card, self, NULL);
  g_signal_connect_object (peers, "items-changed", G_CALLBACK (on_peers_items_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (porch_ui_backend_get_transfers (backend), "items-changed", G_CALLBACK (update_activities), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "peer-changed", G_CALLBACK (on_backend_peer_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "transfer-changed", G_CALLBACK (on_backend_transfer_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "notify::daemon", G_CALLBACK (on_backend_notify_daemon), self, G_CONNECT_SWAPPED);
  on_peers_items_changed (self, 0, 0, g_list_model_get_n_items (peers), peers);
  on_backend_notify_daemon (self);
}

GtkWidget *
porch_ui_nearby_page_get_bar (PorchUiNearbyPage *self)
{
  g_return_val_if_fail (PORCH_UI_IS_NEARBY_PAGE (self), NULL);
  return GTK_WIDGET (self->bar);
}

static void
porch_ui_nearby_page_dispose (GObject *object)
{
  PorchUiNearbyPage *self = PORCH_UI_NEARBY_PAGE (object);

  g_clear_handle_id (&self->order_source, g_source_remove);
  g_clear_handle_id (&self->look_source, g_source_remove);
  if (self->backend != NULL)
    porch_ui_backend_look_at (self->backend, self, NULL);
  if (self->cards != NULL)
    gtk_flow_box_bind_model (self->cards, NULL, NULL, NULL, NULL);
  self->cards = NULL;
  g_clear_object (&self->backend);
  g_clear_object (&self->order);
  g_clear_handle_id (&self->clear_source, g_source_remove);
  g_clear_pointer (&self->selected, g_hash_table_unref);
  G_OBJECT_CLASS (porch_ui_nearby_page_parent_class)->dispose (object);
}

static void
porch_ui_nearby_page_class_init (PorchUiNearbyPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_nearby_page_dispose;
  g_type_ensure (PORCH_UI_TYPE_FOLD);
  g_type_ensure (PORCH_UI_TYPE_WRAP);
  g_type_ensure (PORCH_UI_TYPE_OWN_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-nearby-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiNearbyPage, own_row);
  gtk_widget_class_bind_template_child (widget_class, PorchUiNearbyPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, PorchUiNearbyPage, cards);
  gtk_widget_class_bind_template_child (widget_class, PorchUiNearbyPage, motion);
  gtk_widget_class_bind_template_child (widget_class, PorchUiNearbyPage, empty);
  gtk_widget_class_bind_template_child (widget_class, PorchUiNearbyPage, missing);
  gtk_widget_class_bind_template_child (widget_class, PorchUiNearbyPage, more);
  gtk_widget_class_bind_template_callback (widget_class, on_more_clicked);
  gtk_widget_class_bind_template_child (widget_class, PorchUiNearbyPage, bar);
  gtk_widget_class_bind_template_child (widget_class, PorchUiNearbyPage, count);
  gtk_widget_class_install_action (widget_class, "nearby.toggle", "s", on_toggle);
  gtk_widget_class_install_action (widget_class, "nearby.clear", NULL, on_clear);
  gtk_widget_class_bind_template_callback (widget_class, on_clear_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_bar_key_pressed);
  gtk_widget_class_bind_template_callback (widget_class, on_send_files_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_send_folder_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_map);
  gtk_widget_class_bind_template_callback (widget_class, on_unmap);
  gtk_widget_class_bind_template_callback (widget_class, on_scrolled);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "nearby.clear", NULL);
  gtk_widget_class_bind_template_callback (widget_class, on_cards_child_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_motion_leave);
}

static void
porch_ui_nearby_page_init (PorchUiNearbyPage *self)
{
  self->order = g_list_store_new (PORCH_BUS_TYPE_PEER);
  self->n_shown = CARDS_AT_ONCE;
  self->selected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "nearby.clear", FALSE);
  porch_ui_drop_add (GTK_WIDGET (self)); /* beside the cards: asks whom it is for */
}
