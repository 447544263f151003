/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The listing of a download: rows stream into the state database, so that memory is constant whatever their number. Of an offer it is
 * checked against what the person accepted before anything is written. */
#include "config.h"

#include "transfer/porch-download-private.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "transfer/porch-row-reader.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* How many rows may wait for the store. */
#define ROWS_IN_FLIGHT 4096
#define MAX_LOOSE_FILES 3

typedef struct {
  PorchDownload *download;
  guint  index; /* of the root */
  guint  rows;  /* of all roots */
  gint64 files, bytes;
} Listing;

static const char *
words_for (const char *code)
{
  if (strcmp (code, "name") == 0)
    return _ ("Its name can't be used here. Ask for it under another name.");
  return _ ("It can't be read on the other device.");
}

static gboolean
add_row (Listing *listing, PorchRoot *root, const PorchRow *row, GError **error)
{
  PorchDownload *self = listing->download;
  g_autofree char *path = NULL;

  if (*root->wire != 0 && *row->name != 0)
    path = g_strconcat (root->wire, "/", row->name, NULL);
  else
    path = g_strdup (*row->name ? row->name : root->wire);
  if (row->type == PORCH_ROW_REFUSED || strlen (path) > PORCH_MAX_PATH)
    {
      porch_transfer_add_problem (self->work->transfer, path, words_for (row->type == PORCH_ROW_REFUSED ? row->code : "name"));
      return TRUE;
    }
  if (*row->name == 0)
    root->folder = row->type == PORCH_ROW_FOLDER;
  if (++listing->rows > PORCH_MAX_ROWS)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT, _ ("There are more than %d files"), PORCH_MAX_ROWS);
      return FALSE;
    }
  porch_file_table_add (self->table, ((gint64) listing->index << PORCH_ROOT_SHIFT) + listing->rows, path,
                        row->type == PORCH_ROW_FOLDER, row->size, row->mtime, row->type == PORCH_ROW_FILE ? row->version : NULL);
  if (row->type == PORCH_ROW_FILE)
    {
      listing->files++;
      listing->bytes += row->size;
    }
  if (listing->rows % ROWS_IN_FLIGHT != 0)
    return TRUE;
  porch_transfer_set_totals (self->work->transfer, listing->bytes, listing->files);
  return porch_file_table_flush (self->table, error);
}

static gboolean
read_rows (Listing *listing, PorchRoot *root, PorchRowReader *reader, GError **error)
{
  PorchDownload *self = listing->download;
  g_autoptr (GError) local = NULL;
  PorchRow row;

  while (porch_row_reader_next (reader, &row, self->work->run, &local))
    if (!add_row (listing, root, &row, error))
      return FALSE;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static PorchRowReader *
open_listing (PorchDownload *self, const char *path, GError **error)
{
  g_autoptr (JsonObject) body = porch_download_new_body (self);
  g_autoptr (GInputStream) stream = NULL;

  json_object_set_string_member (body, "path", path);
  json_object_set_boolean_member (body, "deep", TRUE);
  if (self->plan->share != NULL)
    json_object_set_boolean_member (body, "self", TRUE);
  stream = porch_source_request (self->source, "list", body, self->work->run, error);
  return stream ? porch_row_reader_new (stream) : NULL;
}

/* One thing of several that is gone is a problem; the rest can still be had. */
static gboolean
list_root (Listing *listing, guint index, GError **error)
{
  PorchDownload *self = listing->download;
  PorchRoot *root = g_ptr_array_index (self->plan->roots, index);
  g_autoptr (GError) local = NULL;
  g_autoptr (PorchRowReader) reader = open_listing (self, root->wire, &local);

  listing->index = index;
  root->folder = TRUE;
  if (reader != NULL && read_rows (listing, root, reader, &local))
    return TRUE;
  if (!g_error_matches (local, PORCH_ERROR, PORCH_ERROR_NOT_FOUND) || self->plan->roots->len == 1)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  root->folder = FALSE;
  porch_transfer_add_problem (self->work->transfer, root->wire, _ ("It is no longer there, or not shared with you any more."));
  return TRUE;
}

static gboolean
list_share (Listing *listing, GError **error)
{
  for (guint i = 0; i < listing->download->plan->roots->len; i++)
    if (!list_root (listing, i, error))
      return FALSE;
  return TRUE;
}

/* Where the tops of an offer go: as they are, or all into one new folder. */
static gboolean
make_roots (PorchDownload *self, GError **error)
{
  g_autoptr (GPtrArray) tops = porch_file_table_select_tops (self->table, PORCH_MAX_ROOTS + 1, error);
  guint loose = 0;

  if (tops == NULL)
    return FALSE;
  for (guint i = 0; i < tops->len; i++)
    loose += !((PorchFileRow *) g_ptr_array_index (tops, i))->folder;
  g_ptr_array_set_size (self->plan->roots, 0);
  if (tops->len > PORCH_MAX_ROOTS || (self->plan->wrap != NULL && loose > MAX_LOOSE_FILES))
    {
      porch_plan_add_root (self->plan, "", self->plan->wrap ? self->plan->wrap : _ ("Received Files"), TRUE);
      return TRUE;
    }
  for (guint i = 0; i < tops->len; i++)
    {
      PorchFileRow *row = g_ptr_array_index (tops, i);

      porch_plan_add_root (self->plan, row->path, row->path, row->folder);
    }
  return TRUE;
}

static gboolean
list_offer (Listing *listing, GError **error)
{
  PorchDownload *self = listing->download;
  PorchRoot all = { .wire = (char *) "", .folder = TRUE };
  g_autoptr (PorchRowReader) reader = open_listing (self, "", error);
  g_autofree char *digest = NULL;

  if (reader == NULL || !read_rows (listing, &all, reader, error))
    return FALSE;
  digest = porch_row_reader_dup_digest (reader);
  if (g_strcmp0 (digest, self->plan->digest) != 0 || listing->files != self->plan->files || listing->bytes != self->plan->bytes)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL,
                           _ ("What the other device sends is not what it offered. Nothing was saved; ask for it again."));
      return FALSE;
    }
  return porch_file_table_flush (self->table, error) && make_roots (self, error);
}

gboolean
porch_download_list (PorchDownload *self, GError **error)
{
  Listing listing = { .download = self };

  if (!porch_file_table_clear (self->table, error))
    return FALSE;
  if (self->plan->share != NULL ? !list_share (&listing, error) : !list_offer (&listing, error))
    return FALSE;
  if (!porch_download_update_sums (self, error))
    return FALSE;
  if (self->sums.files != listing.files || self->sums.bytes != listing.bytes)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_STORE, _ ("The list of files could not be written down. Is the disk full?"));
      return FALSE;
    }
  self->plan->listed = TRUE;
  porch_download_save_plan (self);
  porch_download_index_roots (self);
  return TRUE;
}
