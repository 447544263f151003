/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-entries.h"

#include <string.h>

struct _PorchUiEntries
{
  GObject parent_instance;
  /* owned */
  GPtrArray *entries; /* in order */
  PorchUiEntryOrder order;
  guint near_begin, near_end;
  guint part; /* that was merged last */
  gint64 bytes;
  gboolean folders;
};

#define NEAR_AT_FIRST 240
#define PARTS 4 /* below, among and above the rows that GTK keeps; before the first one of all */
static void porch_ui_entries_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchUiEntries, porch_ui_entries, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, porch_ui_entries_model_init))

static GType
porch_ui_entries_get_item_type (GListModel *model)
{
  return PORCH_UI_TYPE_ENTRY;
}

static guint
porch_ui_entries_get_n_items (GListModel *model)
{
  return PORCH_UI_ENTRIES (model)->entries->len;
}

static gpointer
porch_ui_entries_get_item (GListModel *model, guint position)
{
  GPtrArray *entries = PORCH_UI_ENTRIES (model)->entries;

  return position < entries->len ? g_object_ref (entries->pdata[position]) : NULL;
}

static void
porch_ui_entries_model_init (GListModelInterface *iface)
{
  iface->get_item_type = porch_ui_entries_get_item_type;
  iface->get_n_items = porch_ui_entries_get_n_items;
  iface->get_item = porch_ui_entries_get_item;
}

static int
compare_pointers (gconstpointer a, gconstpointer b, gpointer order)
{
  return porch_ui_entry_compare (*(gconstpointer *)a, *(gconstpointer *)b, order);
}

/* The first place below @end whose entry comes after @entry. */
static guint
place_of (PorchUiEntries *self, gpointer entry, guint end)
{
  guint begin = 0;

  while (begin < end)
    {
      guint middle = begin + (end - begin) / 2;

      if (porch_ui_entry_compare (self->entries->pdata[middle], entry, &self->order) > 0)
        end = middle;
      else
        begin = middle + 1;
    }
  return begin;
}

static void
count (PorchUiEntries *self, GPtrArray *batch)
{
  for (guint i = 0; i < batch->len; i++)
    {
      self->bytes += MAX (porch_ui_entry_get_size (batch->pdata[i]), 0);
      self->folders |= porch_ui_entry_get_kind (batch->pdata[i]) == PORCH_UI_ENTRY_FOLDER;
    }
}

/* Puts those of @batch that belong between @begin and @end into their places, from the end, takes them off it, and tells of it.
 * FALSE: none. */
static gboolean
merge (PorchUiEntries *self, GPtrArray *batch, guint begin, guint end)
{
  guint old = self->entries->len;
  g_autoptr (GPtrArray) mine = g_ptr_array_new ();
  guint to, last = end;

  for (guint i = 0; i < batch->len;)
    {
      guint place = place_of (self, batch->pdata[i], old);

      /* What belongs at the seam belongs to what comes after it; at the very end to the last part. What comes before the first
       * one is a part of its own: so that one always stays, and its height, without which GTK can't scroll (4.8). */
      if (end == 0 ? place == 0 : place >= MAX (begin, 1) && (place < end || end == old))
        g_ptr_array_add (mine, g_ptr_array_steal_index (batch, i));
      else
        i++;
    }
  if (mine->len == 0)
    return FALSE;
  to = end + mine->len;
  g_ptr_array_set_size (self->entries, (int)(old + mine->len));
  memmove (self->entries->pdata + to, self->entries->pdata + end, (old - end) * sizeof (gpointer));
  for (guint i = mine->len; i > 0; i--)
    {
      guint place = place_of (self, mine->pdata[i - 1], last);

      to -= last - place;
      memmove (self->entries->pdata + to, self->entries->pdata + place, (last - place) * sizeof (gpointer));
      self->entries->pdata[--to] = mine->pdata[i - 1];
      last = place;
    }
  count (self, mine);
  g_list_model_items_changed (G_LIST_MODEL (self), last, end - last, end - last + mine->len);
  return TRUE;
}

GPtrArray *
porch_ui_entries_take (PorchUiEntries *self, GPtrArray *batch)
{
  guint near_end = MIN (self->near_end, self->entries->len);
  guint near_begin = MIN (self->near_begin, near_end);
  const guint begins[PARTS] = { near_end, near_begin, 1, 0 };
  const guint ends[PARTS] = { self->entries->len, near_end, near_begin, 0 };

  g_return_val_if_fail (PORCH_UI_IS_ENTRIES (self), batch);

  g_ptr_array_set_free_func (batch, NULL);
  g_ptr_array_sort_with_data (batch, compare_pointers, &self->order);
  /* One part at a time, each in its turn. */
  for (guint i = 0; i < PARTS; i++)
    {
      self->part = (self->part + 1) % PARTS;
      if (merge (self, batch, begins[self->part], ends[self->part]))
        break;
    }
  g_ptr_array_set_free_func (batch, g_object_unref);
  if (batch->len > 0)
    return batch;
  g_ptr_array_unref (batch);
  return NULL;
}

void
porch_ui_entries_set_near (PorchUiEntries *self, guint begin, guint end)
{
  g_return_if_fail (PORCH_UI_IS_ENTRIES (self));
  self->near_begin = begin;
  self->near_end = end;
}

guint
porch_ui_entries_find (PorchUiEntries *self, PorchUiEntry *entry)
{
  guint place;

  g_return_val_if_fail (PORCH_UI_IS_ENTRIES (self), G_MAXUINT);
  place = place_of (self, entry, self->entries->len);
  return place > 0 && self->entries->pdata[place - 1] == entry ? place - 1 : G_MAXUINT;
}

gint64
porch_ui_entries_get_bytes (PorchUiEntries *self, gboolean *folders)
{
  g_return_val_if_fail (PORCH_UI_IS_ENTRIES (self), 0);
  *folders = self->folders;
  return self->bytes;
}

GPtrArray *
porch_ui_entries_dup (PorchUiEntries *self)
{
  GPtrArray *copy = g_ptr_array_new_full (self->entries->len, g_object_unref);

  g_return_val_if_fail (PORCH_UI_IS_ENTRIES (self), copy);
  for (guint i = 0; i < self->entries->len; i++)
    g_ptr_array_add (copy, g_object_ref (self->entries->pdata[i]));
  return copy;
}

static void
porch_ui_entries_finalize (GObject *object)
{
  PorchUiEntries *self = PORCH_UI_ENTRIES (object);

  g_ptr_array_set_free_func (self->entries, g_object_unref);
  g_ptr_array_unref (self->entries);
  G_OBJECT_CLASS (porch_ui_entries_parent_class)->finalize (object);
}

static void
porch_ui_entries_class_init (PorchUiEntriesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_ui_entries_finalize;
}

static void
porch_ui_entries_init (PorchUiEntries *self)
{
}

PorchUiEntries *
porch_ui_entries_new (PorchUiEntryOrder order, GPtrArray *entries)
{
  PorchUiEntries *self = g_object_new (PORCH_UI_TYPE_ENTRIES, NULL);

  self->order = order;
  self->near_end = NEAR_AT_FIRST;
  count (self, entries);
  g_ptr_array_set_free_func (entries, NULL);
  g_ptr_array_sort_with_data (entries, compare_pointers, &self->order);
  self->entries = entries;
  return self;
}
