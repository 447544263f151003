/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recipe of a download and of an accepted offer. Everything it has done is in the state database, so that it can be left at any
 * point and begun again: it looks what is there and goes on. */
#include "config.h"

#include "transfer/porch-download-private.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-path.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Events of the sink, on the crew's threads. */

static void
on_sink_staged (gpointer data, gint64 number, const char *staging, guint64 inode)
{
  PorchDownload *self = data;

  porch_file_table_note_staging (self->table, number, staging, inode);
  porch_download_held_staged (self, number, staging);
}

static void
on_sink_written (gpointer data, gint64 number, guint64 block, const guint8 hash[32], gsize length, gboolean large)
{
  PorchDownload *self = data;

  porch_file_table_note_block (self->table, number, block, hash, large);
  if (large)
    porch_download_held_block (self, number, block, hash);
  porch_transfer_add_done (self->work->transfer, (gint64) length, 0);
}

static void
on_sink_published (gpointer data, gint64 number, const char *final, const struct stat *st, gboolean synced)
{
  PorchDownload *self = data;

  porch_file_table_note_published (self->table, number, synced ? PORCH_FILE_SYNCED : PORCH_FILE_PUBLISHED, final, st->st_ino,
                                   porch_nanoseconds (&st->st_ctim), synced);
  porch_transfer_add_done (self->work->transfer, 0, 1);
  porch_download_held_published (self, number, final);
}

static void
on_sink_failed (gpointer data, gint64 number, const char *path, const GError *error)
{
  PorchDownload *self = data;

  if (porch_sink_error_is_of_target (error))
    {
      g_mutex_lock (&self->lock);
      if (self->fatal == NULL)
        self->fatal = g_error_copy (error);
      g_mutex_unlock (&self->lock);
      return;
    }
  porch_download_unhold (self, number);
  porch_file_table_note_given_up (self->table, number, error->message);
  porch_transfer_add_problem (self->work->transfer, path, error->message);
}

static const PorchSinkEvents events = { on_sink_staged, on_sink_written, on_sink_published, on_sink_failed };

gboolean
porch_download_is_stopped (PorchDownload *self, GError **error)
{
  gboolean stopped;

  if (g_cancellable_set_error_if_cancelled (self->work->run, error))
    return TRUE;
  g_mutex_lock (&self->lock);
  stopped = self->fatal != NULL;
  if (stopped && error != NULL)
    *error = g_error_copy (self->fatal);
  g_mutex_unlock (&self->lock);
  return stopped;
}

void
porch_download_save_plan (PorchDownload *self)
{
  g_autofree char *spec = porch_plan_spec_to_json (self->plan);

  porch_transfer_set_spec (self->work->transfer, spec);
}

gboolean
porch_download_update_sums (PorchDownload *self, GError **error)
{
  if (!porch_file_table_flush (self->table, error) || !porch_file_table_sums (self->table, &self->sums, error))
    return FALSE;
  porch_transfer_set_totals (self->work->transfer, self->sums.bytes, self->sums.files);
  porch_transfer_set_done (self->work->transfer, self->sums.bytes_done, self->sums.files_done);
  return TRUE;
}

JsonObject *
porch_download_new_body (PorchDownload *self)
{
  JsonObject *body = json_object_new ();

  if (self->plan->share != NULL)
    json_object_set_string_member (body, "share", self->plan->share);
  else
    json_object_set_string_member (body, "offer", self->plan->offer);
  return body;
}

void
porch_download_give_up (PorchDownload *self, const PorchFileRow *row, const char *why)
{
  porch_file_table_note_given_up (self->table, row->number, why);
  porch_transfer_add_problem (self->work->transfer, row->path, why);
}

void
porch_download_index_roots (PorchDownload *self)
{
  if (self->plan->offer == NULL || self->plan->roots->len == 0
      || *((PorchRoot *) g_ptr_array_index (self->plan->roots, 0))->wire == 0)
    return;
  g_clear_pointer (&self->roots, g_hash_table_unref);
  self->roots = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < self->plan->roots->len; i++)
    {
      PorchRoot *root = g_ptr_array_index (self->plan->roots, i);

      g_hash_table_insert (self->roots, root->wire, root);
    }
}

static PorchRoot *
find_root (PorchDownload *self, const PorchFileRow *row)
{
  g_autofree char *top = NULL;
  gint64 index = row->number >> PORCH_ROOT_SHIFT;
  const char *slash;

  if (self->roots == NULL)
    return index >= 0 && index < self->plan->roots->len ? g_ptr_array_index (self->plan->roots, (guint) index) : NULL;
  slash = strchr (row->path, '/');
  top = slash ? g_strndup (row->path, (gsize) (slash - row->path)) : g_strdup (row->path);
  return g_hash_table_lookup (self->roots, top);
}

/* The part of the wire path below the root, "" for the root itself. */
static const char *
below_root (const PorchRoot *root, const char *path)
{
  gsize length = strlen (root->wire);

  if (length == 0)
    return path;
  if (strncmp (path, root->wire, length) != 0)
    return NULL;
  return path[length] == '/' ? path + length + 1 : path[length] == 0 ? "" : NULL;
}

gboolean
porch_download_locate (PorchDownload *self, const PorchFileRow *row, char **parent, char **name)
{
  PorchRoot *root = find_root (self, row);
  const char *rest = root ? below_root (root, row->path) : NULL;
  const char *slash = rest ? strrchr (rest, '/') : NULL;

  if (rest == NULL || (*rest != 0 && (root->final == NULL || !root->folder)))
    return FALSE;
  if (*rest == 0)
    {
      *parent = g_strdup ("");
      *name = g_strdup (root->folder ? root->final : root->name);
    }
  else
    {
      *parent = slash == NULL ? g_strdup (root->final) : g_strdup_printf ("%s/%.*s", root->final, (int) (slash - rest), rest);
      *name = g_strdup (slash ? slash + 1 : rest);
    }
  if (row->repair && *name != NULL)
    {
      g_autofree char *damaged = g_steal_pointer (name);

      /* Translators: part of a file name, the copy that stands beside a damaged file: "Film (repaired).mkv" */
      *name = porch_path_labeled (damaged, _ ("repaired"));
    }
  return *name != NULL;
}

char *
porch_download_local_path (PorchDownload *self, const PorchFileRow *row)
{
  g_autofree char *parent = NULL;
  g_autofree char *name = NULL;

  if (!porch_download_locate (self, row, &parent, &name))
    return NULL;
  if (row->final != NULL)
    {
      g_free (name);
      name = g_strdup (row->final);
    }
  return *parent ? g_strconcat (parent, "/", name, NULL) : g_steal_pointer (&name);
}

gboolean
porch_download_connect (PorchDownload *self, GError **error)
{
  PorchWork *work = self->work;
  g_autoptr (GError) local = NULL;
  PorchClient *client;

  if (self->source != NULL)
    return TRUE;
  client = porch_work_dial (work, 2, &local);
  if (client != NULL)
    self->source = porch_source_new_dial (client);
  else if (work->ask != NULL && !g_cancellable_is_cancelled (work->run) && porch_work_error_is_passing (local))
    self->source = porch_source_new_reverse (porch_ask_ref (work->ask));
  else
    g_propagate_error (error, g_steal_pointer (&local));
  if (self->source != NULL && work->limiter != NULL)
    porch_source_set_limiter (self->source, work->limiter, porch_transfer_get_peer (work->transfer));
  return self->source != NULL;
}

/* A place among those that run, and the state that goes with it. */
static gboolean
claim_slot (PorchDownload *self, GError **error)
{
  PorchWork *work = self->work;

  if (!work->has_slot && !porch_slots_claim (work->slots))
    {
      work->outcome = PORCH_OUTCOME_QUEUE;
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_BUSY, "no slot");
      return FALSE;
    }
  work->has_slot = TRUE;
  if (porch_transfer_worker_move (work->transfer, work->run, PORCH_TRANSFER_RUNNING, NULL))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped");
  return FALSE;
}

/* Who gives has ended it: not an error of the network, and nothing that another try would mend. */
static void
say_ended (PorchDownload *self, GError **error)
{
  if (self->plan->handout == NULL || error == NULL || !g_error_matches (*error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND))
    return;
  g_clear_error (error);
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_GONE, _ ("“%s” is no longer handed out. Ask who handed it out for what is missing."),
               self->plan->handout);
}

static gboolean
list (PorchDownload *self, GError **error)
{
  if (self->plan->listed)
    return TRUE;
  return porch_download_connect (self, error) && porch_download_list (self, error);
}

static gboolean
fetch (PorchDownload *self, GError **error)
{
  if (self->sums.files_left > 0
      && !(porch_download_connect (self, error) && claim_slot (self, error) && porch_download_fetch (self, error)))
    return FALSE;
  self->work->careful = FALSE;
  return TRUE;
}

static gboolean
enter_settling (PorchDownload *self, GError **error)
{
  PorchWork *work = self->work;

  if (self->sums.files > 0 && self->sums.files_done == 0 && self->sums.folders == 0)
    {
      g_autoptr (GPtrArray) problems = porch_transfer_dup_problems (work->transfer);
      PorchProblem *first = problems->len > 0 ? g_ptr_array_index (problems, 0) : NULL;

      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_GONE, first ? first->message : _ ("Nothing could be downloaded"));
      return FALSE;
    }
  if (!porch_download_note_results (self, error))
    return FALSE;
  if (porch_transfer_worker_move (work->transfer, work->run, PORCH_TRANSFER_SETTLING, NULL))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped");
  return FALSE;
}

static gboolean
run_recipe (PorchDownload *self, GError **error)
{
  return porch_download_update_sums (self, error)
         && (self->plan->check ? porch_download_check (self, error) : porch_download_recover (self, error))
         && list (self, error)
         && porch_download_check_space (self, self->sums.bytes_left, error)
         && porch_download_place (self, error)
         && fetch (self, error)
         && enter_settling (self, error)
         && porch_download_settle (self, error);
}

static gboolean
open_download (PorchDownload *self, GError **error)
{
  PorchWork *work = self->work;
  g_autofree char *spec = porch_transfer_dup_spec (work->transfer);
  g_autoptr (GError) local = NULL;

  self->plan = porch_plan_parse (porch_transfer_get_source (work->transfer), spec, error);
  if (self->plan == NULL)
    return FALSE;
  self->target = porch_dir_open (porch_transfer_get_target (work->transfer), &local);
  if (self->target == NULL)
    {
      /* An unplugged disk comes back; the words say which folder is missing. */
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_READ_ONLY, _ ("The folder to save into can't be opened: %s"), local->message);
      return FALSE;
    }
  self->table = porch_file_table_new (work->store, porch_transfer_get_id (work->transfer));
  self->sink = porch_sink_new (self->target, work->careful, &events, self);
  if (self->sink == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The system gives Porch no more threads"));
  porch_download_index_roots (self);
  return self->sink != NULL;
}

static PorchDownload *
download_new (PorchWork *work)
{
  PorchDownload *self = g_new0 (PorchDownload, 1);

  g_mutex_init (&self->lock);
  self->work = work;
  self->loner = -1;
  self->held = porch_download_held_new ();
  self->restarts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return self;
}

static void
download_free (PorchDownload *self)
{
  g_clear_pointer (&self->source, porch_source_free);
  /* Waits until what was received is written; its events still need the table. */
  g_clear_pointer (&self->sink, porch_sink_free);
  if (self->table != NULL)
    porch_file_table_flush (self->table, NULL);
  g_clear_pointer (&self->table, porch_file_table_free);
  g_clear_pointer (&self->target, porch_dir_unref);
  g_clear_pointer (&self->plan, porch_plan_free);
  g_clear_pointer (&self->roots, g_hash_table_unref);
  g_hash_table_unref (self->held);
  g_hash_table_unref (self->restarts);
  g_clear_error (&self->fatal);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
porch_download_run (PorchWork *work)
{
  PorchDownload *self = download_new (work);
  GError *error = NULL;

  if (porch_transfer_get_live_state (work->transfer) == PORCH_TRANSFER_QUEUED)
    porch_transfer_worker_move (work->transfer, work->run, PORCH_TRANSFER_CONNECTING, NULL);
  work->outcome = PORCH_OUTCOME_DONE;
  if (open_download (self, &error) && run_recipe (self, &error))
    porch_transfer_worker_move (work->transfer, work->run, PORCH_TRANSFER_DONE, NULL);
  else if (work->outcome == PORCH_OUTCOME_QUEUE)
    g_clear_error (&error);
  else
    {
      say_ended (self, &error);
      porch_work_fail (work, error);
    }
  download_free (self);
  porch_transfer_save (work->transfer);
}

void
porch_download_clean (PorchWork *work)
{
  PorchDownload *self = download_new (work);
  g_autoptr (GError) error = NULL;

  if (work->holdings != NULL)
    porch_holdings_forget (work->holdings, porch_transfer_get_id (work->transfer));
  if (!open_download (self, &error) || !porch_download_remove_remnants (self, &error))
    g_message ("Unfinished files of a cancelled transfer stay behind: %s", error->message);
  download_free (self);
}
