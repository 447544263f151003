/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-listing.h"
#include "porch-ui-entry.h"

#include <gio/gunixinputstream.h>
#include <string.h>

#define PORTION (32 * 1024) /* some 300 rows: 4 ms of work at a time */
#define MAX_LINE (8 * 1024) /* docs/PROTOCOL.md */
#define MAX_ENTRIES 5000000 /* docs/PROTOCOL.md */

struct _PorchUiListing
{
  GObject parent_instance;
  /* owned */
  GListStore *entries;
  GInputStream *stream;
  GCancellable *cancellable;
  GByteArray *rest; /* the beginning of a row whose end has not come yet */
  gboolean ended;   /* the last row was there */
  char *problem;    /* (nullable) what the last row said */
};

enum
{
  FINISHED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PorchUiListing, porch_ui_listing, G_TYPE_OBJECT)

static void read_portion (PorchUiListing *self);

static void
finish (PorchUiListing *self)
{
  g_signal_emit (self, signals[FINISHED], 0, self->ended && self->problem == NULL, self->problem);
}

/* Takes the whole rows off self->rest. FALSE: what comes is no listing. */
static gboolean
take_rows (PorchUiListing *self)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
  const char *at = (const char *)self->rest->data;
  const char *end = at + self->rest->len;
  const char *newline;

  while (!self->ended && at < end && (newline = memchr (at, '\n', end - at)) != NULL)
    {
      PorchUiEntry *entry = porch_ui_entry_new_from_row (at, newline - at, &self->ended, &self->problem);

      if (entry != NULL)
        g_ptr_array_add (entries, entry);
      at = newline + 1;
    }
  g_list_store_splice (self->entries, g_list_model_get_n_items (G_LIST_MODEL (self->entries)), 0, entries->pdata, entries->len);
  g_byte_array_remove_range (self->rest, 0, (guint)(at - (const char *)self->rest->data));
  return self->rest->len <= MAX_LINE && g_list_model_get_n_items (G_LIST_MODEL (self->entries)) <= MAX_ENTRIES;
}

static void
on_read_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiListing) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    {
      finish (self);
      return;
    }
  g_byte_array_append (self->rest, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
  if (!take_rows (self) || self->ended)
    finish (self);
  else
    read_portion (self);
}

static void
read_portion (PorchUiListing *self)
{
  /* Below drawing and input: the window stays alive while rows pour in. */
  g_input_stream_read_bytes_async (self->stream, PORTION, G_PRIORITY_DEFAULT_IDLE, self->cancellable, on_read_ready,
                                   g_object_ref (self));
}

static void
porch_ui_listing_finalize (GObject *object)
{
  PorchUiListing *self = PORCH_UI_LISTING (object);

  g_object_unref (self->entries);
  g_clear_object (&self->stream);
  g_object_unref (self->cancellable);
  g_byte_array_unref (self->rest);
  g_free (self->problem);
  G_OBJECT_CLASS (porch_ui_listing_parent_class)->finalize (object);
}

static void
porch_ui_listing_class_init (PorchUiListingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_ui_listing_finalize;
  signals[FINISHED] = g_signal_new ("finished", PORCH_UI_TYPE_LISTING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                    G_TYPE_BOOLEAN, G_TYPE_STRING);
}

static void
porch_ui_listing_init (PorchUiListing *self)
{
  self->entries = g_list_store_new (PORCH_UI_TYPE_ENTRY);
  self->cancellable = g_cancellable_new ();
  self->rest = g_byte_array_new ();
}

PorchUiListing *
porch_ui_listing_new (int fd)
{
  PorchUiListing *self = g_object_new (PORCH_UI_TYPE_LISTING, NULL);

  self->stream = g_unix_input_stream_new (fd, TRUE);
  read_portion (self);
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
