/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Room on the disk, the folders, and in the end their times and one sync. */
#include "config.h"

#include "transfer/porch-download-private.h"

#include "porch-error.h"
#include "share/porch-path.h"
#include "transfer/porch-space.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  guint64  available, size;
  gboolean ok;
  GError  *error;
} Space;

static void
ask_space (PorchDir *dir, gpointer data)
{
  Space *space = data;

  space->ok = porch_dir_free_space (dir, &space->available, &space->size, &space->error);
}

gboolean
porch_download_check_space (PorchDownload *self, gint64 bytes, GError **error)
{
  Space space = { 0 };
  g_autofree char *needed = NULL;
  gint64 missing;

  porch_crew_call (porch_sink_get_crew (self->sink), ask_space, &space);
  if (!space.ok)
    {
      g_propagate_error (error, space.error);
      return FALSE;
    }
  missing = porch_space_missing (bytes, space.available, space.size);
  if (missing == 0)
    return TRUE;
  needed = g_format_size ((guint64) missing);
  /* Translators: %s is a size such as "1.2 GB" */
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_NO_SPACE, _ ("The disk is too full: %s more must be free. It goes on when there is room."),
               needed);
  return FALSE;
}

typedef struct {
  const char *wanted;
  char       *final;
  GError     *error;
} Fresh;

static void
make_fresh (PorchDir *dir, gpointer data)
{
  Fresh *fresh = data;

  porch_dir_mkdir_fresh (dir, "", fresh->wanted, &fresh->final, &fresh->error);
}

static gboolean
place_roots (PorchDownload *self, GError **error)
{
  for (guint i = 0; i < self->plan->roots->len; i++)
    {
      PorchRoot *root = g_ptr_array_index (self->plan->roots, i);
      Fresh fresh = { .wanted = root->name };

      if (!root->folder || root->final != NULL)
        continue;
      porch_crew_call (porch_sink_get_crew (self->sink), make_fresh, &fresh);
      if (fresh.final == NULL)
        {
          g_propagate_error (error, fresh.error);
          return FALSE;
        }
      root->final = fresh.final;
      porch_download_save_plan (self);
    }
  return TRUE;
}

/* A page of folder rows, handled by the crew in one go. */
typedef struct {
  PorchDownload *download;
  GPtrArray     *rows;  /* of PorchFileRow */
  GPtrArray     *paths; /* of char *, (nullable) each */
  GError       **errors; /* one for each */
} Page;

static void
page_clear (Page *page)
{
  for (guint i = 0; page->errors && i < page->rows->len; i++)
    g_clear_error (&page->errors[i]);
  g_clear_pointer (&page->errors, g_free);
  g_clear_pointer (&page->rows, g_ptr_array_unref);
  g_clear_pointer (&page->paths, g_ptr_array_unref);
}

static gboolean
page_load (Page *page, PorchDownload *self, gint64 after, guint states, GError **error)
{
  page->download = self;
  page->rows = porch_file_table_select (self->table, after, TRUE, states, PORCH_ROWS_AT_ONCE, error);
  if (page->rows == NULL)
    return FALSE;
  page->paths = g_ptr_array_new_with_free_func (g_free);
  page->errors = g_new0 (GError *, page->rows->len + 1);
  for (guint i = 0; i < page->rows->len; i++)
    g_ptr_array_add (page->paths, porch_download_local_path (self, g_ptr_array_index (page->rows, i)));
  return TRUE;
}

static void
make_folders (PorchDir *dir, gpointer data)
{
  Page *page = data;

  for (guint i = 0; i < page->rows->len; i++)
    {
      const char *path = g_ptr_array_index (page->paths, i);
      gboolean existed;

      if (path == NULL)
        g_set_error_literal (&page->errors[i], PORCH_ERROR, PORCH_ERROR_PATH_REFUSED, _ ("It is not inside what was asked for."));
      else
        porch_dir_mkdir (dir, path, &existed, &page->errors[i]);
    }
}

static gboolean
place_page (Page *page, GError **error)
{
  PorchDownload *self = page->download;

  porch_crew_call (porch_sink_get_crew (self->sink), make_folders, page);
  for (guint i = 0; i < page->rows->len; i++)
    {
      PorchFileRow *row = g_ptr_array_index (page->rows, i);

      if (page->errors[i] == NULL)
        porch_file_table_note_published (self->table, row->number, PORCH_FILE_SYNCED, NULL, 0, 0, FALSE);
      else if (porch_sink_error_is_of_target (page->errors[i]))
        {
          g_propagate_error (error, g_steal_pointer (&page->errors[i]));
          return FALSE;
        }
      else
        porch_download_give_up (self, row, page->errors[i]->message);
    }
  return TRUE;
}

/* Calls @func for each page of folder rows in one of @states. */
static gboolean
each_page (PorchDownload *self, guint states, gboolean (*func) (Page *page, GError **error), GError **error)
{
  gint64 after = -1;
  gboolean ok = TRUE, more = TRUE;

  while (ok && more)
    {
      Page page = { 0 };

      ok = !porch_download_is_stopped (self, error) && page_load (&page, self, after, states, error);
      more = ok && page.rows->len == PORCH_ROWS_AT_ONCE;
      if (ok && page.rows->len > 0)
        {
          after = ((PorchFileRow *) g_ptr_array_index (page.rows, page.rows->len - 1))->number;
          ok = func (&page, error);
        }
      page_clear (&page);
    }
  return ok;
}

gboolean
porch_download_place (PorchDownload *self, GError **error)
{
  return place_roots (self, error) && each_page (self, 1 << PORCH_FILE_WANTED, place_page, error)
         && porch_file_table_flush (self->table, error);
}

static void
set_times (PorchDir *dir, gpointer data)
{
  Page *page = data;

  /* A time that can't be kept is no reason to fail. */
  for (guint i = 0; i < page->rows->len; i++)
    if (g_ptr_array_index (page->paths, i) != NULL)
      porch_dir_set_mtime (dir, g_ptr_array_index (page->paths, i),
                           ((PorchFileRow *) g_ptr_array_index (page->rows, i))->mtime, NULL);
}

static gboolean
settle_page (Page *page, GError **error)
{
  porch_crew_call (porch_sink_get_crew (page->download->sink), set_times, page);
  return TRUE;
}

static void
sync_target (PorchDir *dir, gpointer data)
{
  porch_dir_sync (dir, data);
}

gboolean
porch_download_note_results (PorchDownload *self, GError **error)
{
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < self->plan->roots->len; i++)
    {
      PorchRoot *root = g_ptr_array_index (self->plan->roots, i);

      if (!root->folder)
        ok = porch_file_table_lookup_final (self->table, root->wire, &root->final, error);
    }
  porch_download_save_plan (self);
  porch_transfer_take_results (self->work->transfer,
                               porch_plan_dup_results (self->plan, porch_transfer_get_target (self->work->transfer)));
  return ok;
}

gboolean
porch_download_settle (PorchDownload *self, GError **error)
{
  GError *local = NULL;

  /* The times of folders that were made long ago are their user's. */
  if (!self->plan->check && !each_page (self, 1 << PORCH_FILE_SYNCED, settle_page, error))
    return FALSE;
  porch_crew_call (porch_sink_get_crew (self->sink), sync_target, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}
