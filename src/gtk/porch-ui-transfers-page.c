/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-transfers-page.h"
#include "porch-ui-drop.h"
#include "porch-ui-handout-list.h"
#include "porch-ui-text-row.h"
#include "porch-ui-transfer-row.h"
#include "porch-ui-words.h"

typedef enum
{
  NOW,
  WAITING,
  DONE,
  N_SECTIONS
} Section;

struct _PorchUiTransfersPage
{
  AdwBin parent_instance;
  /* owned */
  PorchUiBackend *backend;
  GtkFilter *filters[N_SECTIONS];
  GtkFilter *read_texts;
  GtkSorter *newest_first;
  /* borrowed from the template */
  GtkWidget *sections[N_SECTIONS];
  GtkListBox *lists[N_SECTIONS];
  PorchUiHandoutList *handouts;
  GtkWidget *empty;
};

G_DEFINE_FINAL_TYPE (PorchUiTransfersPage, porch_ui_transfers_page, ADW_TYPE_BIN)

static Section
section_of (PorchBusTransfer *transfer)
{
  const char *state = porch_bus_transfer_get_state (transfer);

  if (porch_ui_words_state_is_over (state))
    return DONE;
  return porch_ui_words_state_is_queued (state) ? WAITING : NOW;
}

static gboolean
is_now (gpointer item, gpointer data)
{
  return section_of (item) == NOW;
}

static gboolean
is_waiting (gpointer item, gpointer data)
{
  return section_of (item) == WAITING;
}

static gboolean
is_done (gpointer item, gpointer data)
{
  return section_of (item) == DONE;
}

/* Among what is over are texts that came and were read, which are no transfers. */
static gboolean
is_read_text (gpointer item, gpointer data)
{
  return porch_ui_words_offer_is_read_text (item);
}

static const char *
batch_of (gpointer item)
{
  return PORCH_BUS_IS_TRANSFER (item) ? porch_bus_transfer_get_batch (item) : NULL;
}

static const char *
id_of (gpointer item)
{
  return PORCH_BUS_IS_TRANSFER (item) ? porch_bus_transfer_get_id (item) : porch_bus_offer_get_id (item);
}

static gboolean
is_over (gpointer item)
{
  return !PORCH_BUS_IS_TRANSFER (item) || section_of (item) == DONE;
}

/* When the last of those that one act of sending began was over: they stay together. */
static gint64
batch_finished (PorchUiTransfersPage *self, gpointer item)
{
  const char *batch = batch_of (item);
  GListModel *transfers = porch_ui_backend_get_transfers (self->backend);
  gint64 last = PORCH_BUS_IS_TRANSFER (item) ? porch_bus_transfer_get_finished (item) : porch_bus_offer_get_received (item);

  for (guint i = 0; batch != NULL && *batch != '\0' && i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (PorchBusTransfer) other = g_list_model_get_item (transfers, i);

      if (g_strcmp0 (porch_bus_transfer_get_batch (other), batch) == 0)
        last = MAX (last, porch_bus_transfer_get_finished (other));
    }
  return last;
}

/* The newest first where they are over; in their order where they run or wait. */
static int
compare_transfers (gconstpointer a, gconstpointer b, gpointer data)
{
  PorchUiTransfersPage *self = data;
  gpointer one = (gpointer)a;
  gpointer two = (gpointer)b;
  gint64 order = is_over (one) && is_over (two) ? batch_finished (self, two) - batch_finished (self, one)
                                                : porch_bus_transfer_get_created (one) - porch_bus_transfer_get_created (two);

  if (order == 0)
    order = g_strcmp0 (batch_of (one), batch_of (two));
  if (order == 0)
    order = g_strcmp0 (id_of (one), id_of (two));
  return order < 0 ? GTK_ORDERING_SMALLER : order > 0 ? GTK_ORDERING_LARGER : GTK_ORDERING_EQUAL;
}

/* Several rows of one act of sending: only the first one bears the title. */
static void
on_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  PorchUiTransferRow *one = PORCH_UI_IS_TRANSFER_ROW (before) ? PORCH_UI_TRANSFER_ROW (before) : NULL;
  PorchUiTransferRow *two;
  const char *batch;

  if (!PORCH_UI_IS_TRANSFER_ROW (row))
    return;
  two = PORCH_UI_TRANSFER_ROW (row);
  batch = porch_bus_transfer_get_batch (porch_ui_transfer_row_get_transfer (two));
  porch_ui_transfer_row_set_continued (
      two, one != NULL && batch != NULL && *batch != '\0'
               && g_strcmp0 (porch_bus_transfer_get_batch (porch_ui_transfer_row_get_transfer (one)), batch) == 0);
}

static void
on_backend_transfer_changed (PorchUiTransfersPage *self, PorchBusTransfer *transfer, gboolean state)
{
  for (int i = 0; state && i < N_SECTIONS; i++)
    gtk_filter_changed (self->filters[i], GTK_FILTER_CHANGE_DIFFERENT);
  if (state)
    gtk_sorter_changed (self->newest_first, GTK_SORTER_CHANGE_DIFFERENT);
}

static void
on_backend_offer_changed (PorchUiTransfersPage *self)
{
  gtk_filter_changed (self->read_texts, GTK_FILTER_CHANGE_DIFFERENT);
}

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  return PORCH_BUS_IS_TRANSFER (item) ? porch_ui_transfer_row_new (item) : porch_ui_text_row_new (item);
}

static void
on_section_items_changed (GtkWidget *section, guint position, guint removed, guint added, GListModel *model)
{
  gtk_widget_set_visible (section, g_list_model_get_n_items (model) > 0);
}

static void
update_empty (PorchUiTransfersPage *self)
{
  gboolean empty = !gtk_widget_get_visible (GTK_WIDGET (self->handouts));

  for (int i = 0; i < N_SECTIONS; i++)
    empty = empty && !gtk_widget_get_visible (self->sections[i]);
  gtk_widget_set_visible (self->empty, empty);
}

/* What a section lists: some of the transfers, and where they are over the texts that were read. (transfer full) */
static GListModel *
make_model (PorchUiTransfersPage *self, Section section)
{
  GListModel *transfers = g_object_ref (porch_ui_backend_get_transfers (self->backend));
  GListModel *some = G_LIST_MODEL (gtk_filter_list_model_new (transfers, g_object_ref (self->filters[section])));
  GListStore *both;

  if (section != DONE)
    return some;
  both = g_list_store_new (G_TYPE_LIST_MODEL);
  g_list_store_append (both, some);
  g_object_unref (some);
  some = G_LIST_MODEL (
      gtk_filter_list_model_new (g_object_ref (porch_ui_backend_get_offers (self->backend)), g_object_ref (self->read_texts)));
  g_list_store_append (both, some);
  g_object_unref (some);
  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (both)));
}

void
porch_ui_transfers_page_set_backend (PorchUiTransfersPage *self, PorchUiBackend *backend)
{
  g_return_if_fail (self->backend == NULL);
  self->backend = g_object_ref (backend);
  for (int i = 0; i < N_SECTIONS; i++)
    {
      g_autoptr (GtkSortListModel) sorted = gtk_sort_list_model_new (make_model (self, i), g_object_ref (self->newest_first));

      gtk_list_box_set_header_func (self->lists[i], on_header, NULL, NULL);
      gtk_list_box_bind_model (self->lists[i], G_LIST_MODEL (sorted), make_row, NULL, NULL);
      g_signal_connect_object (sorted, "items-changed", G_CALLBACK (on_section_items_changed), self->sections[i],
                               G_CONNECT_SWAPPED);
      on_section_items_changed (self->sections[i], 0, 0, 0, G_LIST_MODEL (sorted));
      g_signal_connect_object (self->sections[i], "notify::visible", G_CALLBACK (update_empty), self, G_CONNECT_SWAPPED);
    }
  g_signal_connect_object (backend, "offer-changed", G_CALLBACK (on_backend_offer_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->handouts, "notify::visible", G_CALLBACK (update_empty), self, G_CONNECT_SWAPPED);
  porch_ui_handout_list_set_backend (self->handouts, backend);
  g_signal_connect_object (backend, "transfer-changed", G_CALLBACK (on_backend_transfer_changed), self, G_CONNECT_SWAPPED);
  update_empty (self);
}

static void
porch_ui_transfers_page_dispose (GObject *object)
{
  PorchUiTransfersPage *self = PORCH_UI_TRANSFERS_PAGE (object);

  g_clear_object (&self->backend);
  for (int i = 0; i < N_SECTIONS; i++)
    g_clear_object (&self->filters[i]);
  g_clear_object (&self->read_texts);
  g_clear_object (&self->newest_first);
  G_OBJECT_CLASS (porch_ui_transfers_page_parent_class)->dispose (object);
}

static void
porch_ui_transfers_page_class_init (PorchUiTransfersPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_transfers_page_dispose;
  g_type_ensure (PORCH_UI_TYPE_HANDOUT_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-transfers-page.ui");
  gtk_widget_class_bind_template_child_full (widget_class, "now_section", FALSE,
                                             G_STRUCT_OFFSET (PorchUiTransfersPage, sections[NOW]));
  gtk_widget_class_bind_template_child_full (widget_class, "waiting_section", FALSE,
                                             G_STRUCT_OFFSET (PorchUiTransfersPage, sections[WAITING]));
  gtk_widget_class_bind_template_child_full (widget_class, "done_section", FALSE,
                                             G_STRUCT_OFFSET (PorchUiTransfersPage, sections[DONE]));
  gtk_widget_class_bind_template_child_full (widget_class, "now_list", FALSE,
                                             G_STRUCT_OFFSET (PorchUiTransfersPage, lists[NOW]));
  gtk_widget_class_bind_template_child_full (widget_class, "waiting_list", FALSE,
                                             G_STRUCT_OFFSET (PorchUiTransfersPage, lists[WAITING]));
  gtk_widget_class_bind_template_child_full (widget_class, "done_list", FALSE,
                                             G_STRUCT_OFFSET (PorchUiTransfersPage, lists[DONE]));
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransfersPage, handouts);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransfersPage, empty);
}

static void
porch_ui_transfers_page_init (PorchUiTransfersPage *self)
{
  const GtkCustomFilterFunc tests[N_SECTIONS] = { is_now, is_waiting, is_done };

  for (int i = 0; i < N_SECTIONS; i++)
    self->filters[i] = GTK_FILTER (gtk_custom_filter_new (tests[i], NULL, NULL));
  self->read_texts = GTK_FILTER (gtk_custom_filter_new (is_read_text, NULL, NULL));
  self->newest_first = GTK_SORTER (gtk_custom_sorter_new (compare_transfers, self, NULL));
  gtk_widget_init_template (GTK_WIDGET (self));
  porch_ui_drop_add (GTK_WIDGET (self));
}
