/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-listing.h"
#include "porch-ui-entries.h"

#include <gio/gunixinputstream.h>
#include <string.h>

#define PORTION (64 * 1024) /* what a pipe holds: some 600 rows */
#define MAX_LINE (8 * 1024) /* docs/PROTOCOL.md */
#define MAX_ENTRIES 5000000 /* docs/PROTOCOL.md */
/* How many entries the main thread takes in one go: those that come to stand among the rows that GTK keeps cost the most, and
 * the fewer are there the more of the new ones do. */
#define AT_LEAST 6
#define AT_MOST 2000
#define SHARE 64  /* of those that are there */
#define MANY 2000 /* these are sorted on a thread */

struct _PorchUiListing
{
  GObject parent_instance;
  /* owned, main thread */
  PorchUiEntries *entries;
  GCancellable *cancellable;
  guint taking;    /* source id */
  GQueue *batches; /* of GPtrArray */
  PorchUiEntryOrder order;
  GPtrArray *late; /* (nullable) what came while they are being sorted anew */
  gboolean told;   /* that it has ended */
  guint sorting;   /* counts the sorts: only the last one matters */
  /* worker thread only */
  GInputStream *stream;
  GByteArray *rest; /* the beginning of a row whose end has not come yet */
  guint n_rows;
  /* worker thread until it has ended, then main thread */
  gboolean ended; /* the last row was there */
  char *code;     /* (nullable) what the last row said */
  char *problem;  /* (nullable) */
  /* guarded by lock */
  GMutex lock;
  GQueue *fresh; /* of GPtrArray: read, not taken over yet */
  gboolean over; /* the worker has ended */
};

enum
{
  PROP_0,
  PROP_ENTRIES,
  N_PROPS
};
static GParamSpec *props[N_PROPS];
enum
{
  FINISHED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PorchUiListing, porch_ui_listing, G_TYPE_OBJECT)

/* --- main thread --- */

static void
insert (PorchUiListing *self, GPtrArray *batch)
{
  if (self->late != NULL)
    {
      /* The old order goes soon: nobody needs to see them in it. */
      g_ptr_array_extend_and_steal (self->late, batch);
      return;
    }
  batch = porch_ui_entries_take (self->entries, batch);
  if (batch != NULL)
    g_queue_push_head (self->batches, batch);
}

/* At most so many as a turn of the main loop can take; the rest stays. */
static GPtrArray *
next_batch (PorchUiListing *self)
{
  guint at_once = CLAMP (g_list_model_get_n_items (G_LIST_MODEL (self->entries)) / SHARE, AT_LEAST, AT_MOST);
  GPtrArray *batch = g_queue_pop_head (self->batches);
  GPtrArray *rest;

  while (batch != NULL && batch->len < at_once && (rest = g_queue_pop_head (self->batches)) != NULL)
    g_ptr_array_extend_and_steal (batch, rest);
  if (batch == NULL || batch->len <= at_once)
    return batch;
  rest = g_ptr_array_new_full (batch->len - at_once, g_object_unref);
  while (batch->len > at_once)
    g_ptr_array_add (rest, g_ptr_array_steal_index_fast (batch, batch->len - 1));
  g_queue_push_head (self->batches, rest);
  return batch;
}

/* Some entries at a time, below drawing and input. */
static gboolean
on_taking (gpointer data)
{
  PorchUiListing *self = data;
  GPtrArray *batch;
  gboolean over;

  g_mutex_lock (&self->lock);
  while ((batch = g_queue_pop_head (self->fresh)) != NULL)
    g_queue_push_tail (self->batches, batch);
  over = self->over;
  batch = g_cancellable_is_cancelled (self->cancellable) ? NULL : next_batch (self);
  if (batch == NULL)
    self->taking = 0;
  g_mutex_unlock (&self->lock);
  if (batch != NULL)
    {
      insert (self, batch);
      return G_SOURCE_CONTINUE;
    }
  if (g_cancellable_is_cancelled (self->cancellable))
    return G_SOURCE_REMOVE;
  if (over && !self->told)
    {
      self->told = TRUE;
      g_signal_emit (self, signals[FINISHED], 0, self->ended && self->code == NULL, self->code, self->problem);
    }
  return G_SOURCE_REMOVE;
}

static void
ensure_taking (PorchUiListing *self)
{
  g_mutex_lock (&self->lock);
  if (self->taking == 0)
    self->taking = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_taking, g_object_ref (self), g_object_unref);
  g_mutex_unlock (&self->lock);
}

/* --- another order --- */

typedef struct
{
  GPtrArray *entries;
  PorchUiEntryOrder order;
  guint number;
} Sort;

static void
sort_free (gpointer data)
{
  Sort *sort = data;

  g_clear_pointer (&sort->entries, g_ptr_array_unref);
  g_free (sort);
}

static void
sort_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Sort *sort = data;

  g_task_return_pointer (task, porch_ui_entries_new (sort->order, g_steal_pointer (&sort->entries)), g_object_unref);
}

static void
replace_entries (PorchUiListing *self, PorchUiEntries *entries)
{
  g_autoptr (GPtrArray) late = g_steal_pointer (&self->late);
  PorchUiEntries *old = self->entries;

  self->entries = entries;
  if (late != NULL && late->len > 0)
    g_queue_push_head (self->batches, g_steal_pointer (&late));
  ensure_taking (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ENTRIES]);
  porch_ui_listing_discard (G_LIST_MODEL (old));
}

static void
on_sorted (GObject *source, GAsyncResult *result, gpointer data)
{
  PorchUiListing *self = PORCH_UI_LISTING (source);
  Sort *sort = g_task_get_task_data (G_TASK (result));
  PorchUiEntries *entries = g_task_propagate_pointer (G_TASK (result), NULL);

  if (sort->number == self->sorting && !g_cancellable_is_cancelled (self->cancellable))
    replace_entries (self, entries);
  else
    porch_ui_listing_discard (G_LIST_MODEL (entries));
}

void
porch_ui_listing_set_order (PorchUiListing *self, PorchUiEntryOrder order)
{
  guint n;
  Sort *sort;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PORCH_UI_IS_LISTING (self));
  if (order.key == self->order.key && order.descending == self->order.descending)
    return;
  self->order = order;
  self->sorting++;
  g_clear_pointer (&self->late, g_ptr_array_unref);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->entries));
  sort = g_new0 (Sort, 1);
  sort->entries = porch_ui_entries_dup (self->entries);
  sort->order = order;
  sort->number = self->sorting;
  task = g_task_new (self, NULL, on_sorted, NULL);
  g_task_set_source_tag (task, porch_ui_listing_set_order);
  g_task_set_task_data (task, sort, sort_free);
  if (n < MANY)
    sort_thread (task, self, sort, NULL);
  else
    {
      self->late = g_ptr_array_new_with_free_func (g_object_unref);
      g_task_run_in_thread (task, sort_thread);
    }
}

static gpointer
discard_model (gpointer model)
{
  g_object_unref (model);
  return NULL;
}

static gpointer
discard_queue (gpointer queue)
{
  g_queue_free_full (queue, (GDestroyNotify)g_ptr_array_unref);
  return NULL;
}

void
porch_ui_listing_discard (GListModel *model)
{
  if (model != NULL)
    g_thread_unref (g_thread_new ("porch-discard", discard_model, model));
}

/* --- worker thread --- */

/* With @batch NULL: the worker has ended. */
static void
hand_over (PorchUiListing *self, GPtrArray *batch)
{
  g_mutex_lock (&self->lock);
  if (batch != NULL)
    g_queue_push_tail (self->fresh, batch);
  else
    self->over = TRUE;
  g_mutex_unlock (&self->lock);
  ensure_taking (self);
}

/* Takes the whole rows off self->rest. FALSE: what comes is no listing. */
static gboolean
take_rows (PorchUiListing *self)
{
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func (g_object_unref);
  const char *at = (const char *)self->rest->data;
  const char *end = at + self->rest->len;
  const char *newline;

  while (!self->ended && at < end && (newline = memchr (at, '\n', end - at)) != NULL)
    {
      PorchUiEntry *entry = porch_ui_entry_new_from_row (at, newline - at, &self->ended, &self->code, &self->problem);

      if (entry != NULL)
        g_ptr_array_add (batch, entry);
      at = newline + 1;
    }
  g_byte_array_remove_range (self->rest, 0, (guint)(at - (const char *)self->rest->data));
  self->n_rows += batch->len;
  if (batch->len > 0)
    hand_over (self, g_steal_pointer (&batch));
  return self->rest->len <= MAX_LINE && self->n_rows <= MAX_ENTRIES;
}

static gpointer
worker (gpointer data)
{
  g_autoptr (PorchUiListing) self = data;
  g_autofree char *portion = g_malloc (PORTION);
  gssize n;

  do
    {
      n = g_input_stream_read (self->stream, portion, PORTION, self->cancellable, NULL);
      if (n > 0)
        g_byte_array_append (self->rest, (const guint8 *)portion, (guint)n);
    }
  while (n > 0 && take_rows (self) && !self->ended);
  g_clear_object (&self->stream); /* who writes learns at once that nobody reads */
  hand_over (self, NULL);
  return NULL;
}

/* --- the object --- */

static void
porch_ui_listing_finalize (GObject *object)
{
  PorchUiListing *self = PORCH_UI_LISTING (object);

  porch_ui_listing_discard (G_LIST_MODEL (self->entries));
  g_clear_pointer (&self->late, g_ptr_array_unref);
  g_object_unref (self->cancellable);
  g_thread_unref (g_thread_new ("porch-discard", discard_queue, self->batches));
  g_thread_unref (g_thread_new ("porch-discard", discard_queue, self->fresh));
  g_clear_object (&self->stream);
  g_byte_array_unref (self->rest);
  g_free (self->code);
  g_free (self->problem);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (porch_ui_listing_parent_class)->finalize (object);
}

static void
porch_ui_listing_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ENTRIES)
    g_value_set_object (value, PORCH_UI_LISTING (object)->entries);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
porch_ui_listing_class_init (PorchUiListingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = porch_ui_listing_get_property;
  object_class->finalize = porch_ui_listing_finalize;
  props[PROP_ENTRIES]
      = g_param_spec_object ("entries", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[FINISHED] = g_signal_new ("finished", PORCH_UI_TYPE_LISTING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                                    G_TYPE_BOOLEAN, G_TYPE_STRING, G_TYPE_STRING);
}

static void
porch_ui_listing_init (PorchUiListing *self)
{
  self->cancellable = g_cancellable_new ();
  self->batches = g_queue_new ();
  self->fresh = g_queue_new ();
  self->rest = g_byte_array_new ();
  g_mutex_init (&self->lock);
}

PorchUiListing *
porch_ui_listing_new (int fd, PorchUiEntryOrder order)
{
  PorchUiListing *self = g_object_new (PORCH_UI_TYPE_LISTING, NULL);

  self->order = order;
  self->entries = porch_ui_entries_new (order, g_ptr_array_new ());
  self->stream = g_unix_input_stream_new (fd, TRUE);
  g_thread_unref (g_thread_new ("porch-listing", worker, g_object_ref (self)));
  return self;
}

GListModel *
porch_ui_listing_get_entries (PorchUiListing *self)
{
  g_return_val_if_fail (PORCH_UI_IS_LISTING (self), NULL);
  return G_LIST_MODEL (self->entries);
}

void
porch_ui_listing_stop (PorchUiListing *self)
{
  g_return_if_fail (PORCH_UI_IS_LISTING (self));
  g_cancellable_cancel (self->cancellable);
}

gboolean
porch_ui_listing_is_over (PorchUiListing *self)
{
  g_return_val_if_fail (PORCH_UI_IS_LISTING (self), FALSE);
  return self->told;
}
