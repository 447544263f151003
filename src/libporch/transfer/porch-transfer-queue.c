/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-transfer-queue-private.h"

#include "porch-error.h"
#include "transfer/porch-file-table.h"
#include "transfer/porch-new-transfer.h"
#include "transfer/porch-offer-book-private.h"
#include "transfer/porch-saved-transfers.h"
#include "transfer/porch-turns.h"

#include <glib/gi18n-lib.h>
#include <sys/statvfs.h>

#define KEPT_FINISHED 50
#define DEFAULT_RUNNING 3
#define MAX_RUNNING 32
/* Of a transfer of more files it is not kept what each one was: it could be checked again, and would fill the state database. */
#define MAX_CHECKED 100000
#define TICK 100 /* ms between two looks at what the workers did */

struct _PorchTransferQueue
{
  GObject parent_instance;

  /* owned */
  PorchStore    *store;
  PorchPeerList *peers;
  PorchWorkers  *workers;
  char          *download_folder;
  char          *name; /* (nullable) */
  GPtrArray     *jobs; /* of PorchJob, oldest first */

  /* borrowed */
  PorchOfferBook *book;

  guint16  port;
  guint    tick; /* source ids */
  guint    retry;
  guint    scheduled;
  gboolean started;
  gboolean metered;
  gboolean shut_down;
};

enum { PROP_0, PROP_MAX_RUNNING, PROP_METERED, PROP_DOWNLOAD_FOLDER, PROP_NAME, PROP_PORT, N_PROPS };

static GParamSpec *props[N_PROPS];

static void list_model_init (GListModelInterface *iface);
static void schedule (PorchTransferQueue *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchTransferQueue, porch_transfer_queue, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* The model */

static GType
get_item_type (GListModel *model)
{
  return PORCH_TYPE_TRANSFER;
}

static guint
get_n_items (GListModel *model)
{
  return PORCH_TRANSFER_QUEUE (model)->jobs->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  PorchTransferQueue *self = PORCH_TRANSFER_QUEUE (model);

  if (position >= self->jobs->len)
    return NULL;
  return g_object_ref (((PorchJob *) g_ptr_array_index (self->jobs, position))->transfer);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static gboolean
is_send (PorchJob *job)
{
  return porch_transfer_get_kind (job->transfer) == PORCH_TRANSFER_SEND;
}

static PorchJob *
job_of (PorchTransferQueue *self, PorchTransfer *transfer)
{
  for (guint i = 0; i < self->jobs->len; i++)
    {
      PorchJob *job = g_ptr_array_index (self->jobs, i);

      if (job->transfer == transfer)
        return job;
    }
  return NULL;
}

static gboolean
on_tick (gpointer data)
{
  PorchTransferQueue *self = data;
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < self->jobs->len; i++)
    {
      PorchJob *job = g_ptr_array_index (self->jobs, i);

      if (job->thread == NULL)
        continue;
      porch_transfer_sample (job->transfer, now);
      if (porch_transfer_get_state (job->transfer) == PORCH_TRANSFER_RUNNING)
        porch_transfer_set_waiting_for (job->transfer, NULL);
      if (self->book != NULL && porch_transfer_get_kind (job->transfer) == PORCH_TRANSFER_RECEIVE)
        porch_offer_book_progressed (self->book, job->transfer);
    }
  if (porch_workers_count (self->workers) > 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

static void
remove_job (PorchTransferQueue *self, guint position)
{
  g_ptr_array_remove_index (self->jobs, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

static void
trim_finished (PorchTransferQueue *self)
{
  guint finished = 0;

  for (guint i = self->jobs->len; i-- > 0;)
    {
      PorchJob *job = g_ptr_array_index (self->jobs, i);

      if (porch_transfer_is_live (job->transfer) || job->thread != NULL || ++finished <= KEPT_FINISHED)
        continue;
      porch_transfer_store_drop_files (self->store, porch_transfer_get_id (job->transfer));
      remove_job (self, i);
    }
}

/* It has come to an end, whichever way. */
static void
note_end (PorchTransferQueue *self, PorchJob *job)
{
  PorchTransferState state = porch_transfer_get_state (job->transfer);

  if (porch_transfer_state_is_live (state) || job->told)
    return;
  job->told = TRUE;
  porch_job_want_peer (job, FALSE);
  porch_transfer_set_waiting_for (job->transfer, NULL);
  if (self->book != NULL)
    porch_offer_book_progressed (self->book, job->transfer);
  if (state == PORCH_TRANSFER_DONE && porch_transfer_get_files_total (job->transfer) > MAX_CHECKED)
    porch_transfer_store_drop_files (self->store, porch_transfer_get_id (job->transfer));
  trim_finished (self);
}

static void
stall (PorchTransferQueue *self, PorchJob *job, PorchWork *work)
{
  PorchTransferState state = porch_transfer_get_live_state (job->transfer);
  gboolean away = !g_error_matches (work->error, PORCH_ERROR, PORCH_ERROR_NO_SPACE)
                  && !g_error_matches (work->error, PORCH_ERROR, PORCH_ERROR_READ_ONLY);

  if (porch_transfer_get_bytes_done (job->transfer) > job->bytes_at_start)
    porch_job_forget_failures (job);
  porch_job_back_off (job, g_get_monotonic_time ());
  /* A send that nobody has accepted yet goes on waiting for the person. */
  if (porch_transfer_get_kind (job->transfer) == PORCH_TRANSFER_SEND && work->offer_body != NULL && state != PORCH_TRANSFER_RUNNING
      && state != PORCH_TRANSFER_STALLED)
    porch_transfer_move (job->transfer, PORCH_TRANSFER_WAITING, NULL);
  else
    porch_transfer_move (job->transfer, PORCH_TRANSFER_STALLED, work->error);
  porch_transfer_set_waiting_for (job->transfer, away && job->peer ? porch_peer_get_name (job->peer) : NULL);
}

static void
make_offer (PorchTransferQueue *self, PorchJob *job, PorchWork *work)
{
  g_autofree char *spec = porch_transfer_dup_spec (job->transfer);
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchPlan) plan = porch_plan_parse (porch_transfer_get_source (job->transfer), spec, &error);

  if (plan == NULL || self->book == NULL || !porch_offer_book_prepared (self->book, job->transfer, plan, work->prepared, &error))
    porch_transfer_move (job->transfer, PORCH_TRANSFER_FAILED, error);
  else
    porch_transfer_move (job->transfer, PORCH_TRANSFER_WAITING, NULL);
  porch_transfer_set_waiting_for (job->transfer, job->peer ? porch_peer_get_name (job->peer) : NULL);
  porch_job_forget_failures (job);
}

static void
take_outcome (PorchTransferQueue *self, PorchJob *job, PorchWork *work)
{
  switch (work->outcome)
    {
    case PORCH_OUTCOME_RETRY:
      stall (self, job, work);
      break;
    case PORCH_OUTCOME_QUEUE:
      porch_transfer_move (job->transfer, PORCH_TRANSFER_QUEUED, NULL);
      porch_job_forget_failures (job);
      break;
    case PORCH_OUTCOME_PREPARED:
      make_offer (self, job, work);
      break;
    case PORCH_OUTCOME_FAILED:
      porch_transfer_move (job->transfer, PORCH_TRANSFER_FAILED, work->error);
      break;
    case PORCH_OUTCOME_DONE:
    case PORCH_OUTCOME_STOPPED:
    default:
      break;
    }
}

static void
on_worker_ended (PorchWork *work, gpointer data)
{
  PorchTransferQueue *self = data;
  PorchJob *job = job_of (self, work->transfer);
  gboolean forget = job != NULL && job->forget;

  if (job != NULL && job->run == work->run)
    {
      g_thread_join (g_steal_pointer (&job->thread));
      g_clear_object (&job->run);
      job->careful = work->careful;
      porch_transfer_sample (job->transfer, g_get_monotonic_time ());
      if (work->cleaning)
        porch_transfer_store_drop_files (self->store, porch_transfer_get_id (job->transfer));
      /* The person may have asked for something else meanwhile; then that holds. */
      else if (porch_transfer_is_current_run (job->transfer, work->run) && !self->shut_down)
        take_outcome (self, job, work);
      else if (porch_transfer_get_state (job->transfer) == PORCH_TRANSFER_RUNNING && !self->shut_down)
        porch_transfer_move (job->transfer, PORCH_TRANSFER_STALLED, NULL); /* it was only stopped to begin anew */
      note_end (self, job);
    }
  if (forget)
    porch_transfer_queue_clear (self, work->transfer);
  schedule (self);
}

/* Who runs next */

static gboolean
on_retry (gpointer data)
{
  PorchTransferQueue *self = data;

  self->retry = 0;
  schedule (self);
  return G_SOURCE_REMOVE;
}

/* One timer, for the next of those that are to be tried again. */
static void
set_retry_timer (PorchTransferQueue *self, gint64 now)
{
  gint64 next = porch_turns_next_try (self->jobs, now);

  g_clear_handle_id (&self->retry, g_source_remove);
  if (next != G_MAXINT64)
    self->retry = g_timeout_add ((guint) ((next - now) / 1000 + 1), on_retry, self);
}

/* What could fetch something waits, and says why. */
static void
hold_downloads (PorchTransferQueue *self)
{
  g_autoptr (GError) why = g_error_new_literal (
      PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED,
      _ ("This network counts what is transferred. It goes on when you are on another one, or when you allow it in the preferences."));

  for (guint i = 0; i < self->jobs->len; i++)
    {
      PorchJob *job = g_ptr_array_index (self->jobs, i);
      PorchTransferState state = porch_transfer_get_live_state (job->transfer);

      if (is_send (job) || job->clean
          || (state != PORCH_TRANSFER_QUEUED && state != PORCH_TRANSFER_CONNECTING && state != PORCH_TRANSFER_RUNNING
              && state != PORCH_TRANSFER_STALLED))
        continue;
      porch_transfer_stop_run (job->transfer);
      porch_transfer_move (job->transfer, PORCH_TRANSFER_STALLED, why);
      porch_transfer_set_waiting_for (job->transfer, NULL);
      porch_job_forget_failures (job);
    }
}

static gboolean
on_scheduled (gpointer data)
{
  PorchTransferQueue *self = data;
  gint64 now = g_get_monotonic_time ();

  self->scheduled = 0;
  if (!self->started || self->shut_down)
    return G_SOURCE_REMOVE;
  if (self->metered)
    hold_downloads (self);
  porch_turns_start (self->jobs, self->workers, self->metered, now);
  porch_turns_number (self->jobs);
  set_retry_timer (self, now);
  if (porch_workers_count (self->workers) > 0 && self->tick == 0)
    self->tick = g_timeout_add (TICK, on_tick, self);
  return G_SOURCE_REMOVE;
}

static void
schedule (PorchTransferQueue *self)
{
  if (self->scheduled == 0)
    self->scheduled = g_idle_add_full (G_PRIORITY_DEFAULT, on_scheduled, self, NULL);
}

/* What people ask */

static void
ask_to_run (PorchTransferQueue *self, PorchJob *job)
{
  PorchTransferState state = porch_transfer_get_live_state (job->transfer);

  if (state == PORCH_TRANSFER_PAUSED || state == PORCH_TRANSFER_FAILED)
    porch_transfer_move (job->transfer, PORCH_TRANSFER_QUEUED, NULL);
  job->told = FALSE;
  porch_job_forget_failures (job);
}

static void
on_transfer_asked (PorchTransfer *transfer, PorchTransferState wish, PorchTransferQueue *self)
{
  PorchJob *job = job_of (self, transfer);
  PorchTransferState state = porch_transfer_get_live_state (transfer);

  if (job == NULL)
    return;
  if (wish == PORCH_TRANSFER_QUEUED)
    ask_to_run (self, job);
  else if (porch_transfer_state_can_move (state, wish))
    {
      porch_transfer_stop_run (transfer);
      porch_transfer_move (transfer, wish, NULL);
      job->clean = wish == PORCH_TRANSFER_CANCELLED;
      note_end (self, job);
    }
  schedule (self);
}

void
porch_transfer_queue_fail (PorchTransferQueue *self, PorchTransfer *transfer, const GError *error)
{
  PorchJob *job = job_of (self, transfer);

  if (job == NULL || !porch_transfer_state_can_move (porch_transfer_get_live_state (transfer), PORCH_TRANSFER_FAILED))
    return;
  porch_transfer_stop_run (transfer);
  porch_transfer_move (transfer, PORCH_TRANSFER_FAILED, error);
  job->clean = TRUE;
  note_end (self, job);
  schedule (self);
}

void
porch_transfer_queue_cancel_device (PorchTransferQueue *self, const PorchDeviceId *peer)
{
  for (guint i = 0; i < self->jobs->len; i++)
    {
      PorchTransfer *transfer = ((PorchJob *) g_ptr_array_index (self->jobs, i))->transfer;

      if (porch_device_id_equal (porch_transfer_get_peer (transfer), peer) && porch_transfer_is_live (transfer))
        porch_transfer_cancel (transfer);
    }
}

void
porch_transfer_queue_clear (PorchTransferQueue *self, PorchTransfer *transfer)
{
  PorchJob *job = job_of (self, transfer);
  g_autoptr (GError) error = NULL;
  guint position;

  if (job == NULL || porch_transfer_is_live (transfer))
    return;
  /* A worker still winds it up: it goes when that is done. */
  job->forget = job->thread != NULL || job->clean;
  if (job->forget)
    return;
  porch_transfer_store_drop_files (self->store, porch_transfer_get_id (transfer));
  if (!porch_transfer_store_delete (self->store, porch_transfer_get_id (transfer), &error))
    g_warning ("A finished transfer could not be forgotten: %s", error->message);
  if (g_ptr_array_find (self->jobs, job, &position))
    remove_job (self, position);
}

PorchTransfer *
porch_transfer_queue_lookup (PorchTransferQueue *self, const char *id)
{
  for (guint i = 0; i < self->jobs->len; i++)
    {
      PorchTransfer *transfer = ((PorchJob *) g_ptr_array_index (self->jobs, i))->transfer;

      if (g_str_equal (porch_transfer_get_id (transfer), id))
        return transfer;
    }
  return NULL;
}

/* Peers come and go */

static void
on_peer_notify (PorchPeer *peer, GParamSpec *pspec, PorchTransferQueue *self)
{
  gboolean online = porch_peer_get_online (peer);

  for (guint i = 0; i < self->jobs->len; i++)
    {
      PorchJob *job = g_ptr_array_index (self->jobs, i);

      if (job->peer != peer)
        continue;
      porch_job_update_addresses (job);
      if (!online || !g_str_equal (pspec->name, "online"))
        continue;
      porch_job_forget_failures (job);
      /* A send that waits for an answer would not notice for half a minute that the other side has been away. */
      if (job->thread != NULL && is_send (job) && !job->clean)
        porch_transfer_stop_run (job->transfer);
    }
  if (online)
    schedule (self);
}

static void
on_peers_items_changed (GListModel *model, guint position, guint removed, guint added, PorchTransferQueue *self)
{
  gboolean found = FALSE;

  for (guint i = 0; added > 0 && i < self->jobs->len; i++)
    {
      PorchJob *job = g_ptr_array_index (self->jobs, i);

      if (job->peer != NULL || !porch_transfer_is_live (job->transfer))
        continue;
      porch_job_find_peer (job, G_CALLBACK (on_peer_notify), self);
      if (job->peer != NULL)
        porch_job_forget_failures (job);
      found = found || job->peer != NULL;
    }
  if (found)
    schedule (self);
}

/* New ones */

static PorchJob *
append_job (PorchTransferQueue *self, PorchTransfer *transfer)
{
  PorchJob *job = porch_job_new (transfer, self->peers);

  g_signal_connect_object (transfer, "asked", G_CALLBACK (on_transfer_asked), self, 0);
  g_ptr_array_add (self->jobs, job);
  if (porch_transfer_is_live (transfer))
    porch_job_find_peer (job, G_CALLBACK (on_peer_notify), self);
  return job;
}

/* Takes @record. The rest (nullable) is known before anybody sees the transfer. */
static PorchTransfer *
add_record (PorchTransferQueue *self, PorchTransferRecord *record, const char *offer, const char *batch, const char *handout,
            const char *text, gboolean check, GError **error)
{
  g_autoptr (PorchTransfer) transfer = NULL;

  if (record == NULL)
    return NULL;
  if (!porch_transfer_store_insert (self->store, record, error))
    {
      porch_transfer_record_free (record);
      return NULL;
    }
  transfer = porch_transfer_new (self->store, record, NULL);
  porch_transfer_set_offer (transfer, offer);
  porch_transfer_set_batch (transfer, batch);
  porch_transfer_set_handout (transfer, handout);
  porch_transfer_set_text (transfer, text);
  porch_transfer_set_check (transfer, check);
  append_job (self, transfer);
  g_list_model_items_changed (G_LIST_MODEL (self), self->jobs->len - 1, 0, 1);
  schedule (self);
  return transfer;
}

PorchTransfer *
porch_transfer_queue_download (PorchTransferQueue *self, const PorchDeviceId *peer, const char *share, const char *share_name,
                               const char *const *paths, const char *target, GError **error)
{
  return add_record (self, porch_new_download (peer, share, share_name, paths, target ? target : self->download_folder, error), NULL,
                     NULL, NULL, NULL, FALSE, error);
}

PorchTransfer *
porch_transfer_queue_check (PorchTransferQueue *self, PorchTransfer *transfer, GError **error)
{
  PorchTransfer *check = add_record (self, porch_new_check (transfer, error), NULL, NULL, NULL, NULL, TRUE, error);

  if (check == NULL)
    return NULL;
  porch_file_table_copy (self->store, porch_transfer_get_id (transfer), porch_transfer_get_id (check));
  return check;
}

PorchTransfer *
porch_transfer_queue_receive (PorchTransferQueue *self, PorchOffer *offer, const char *target, GError **error)
{
  PorchPeer *peer = porch_peer_list_lookup (self->peers, porch_offer_get_peer (offer));
  const char *name = peer ? porch_peer_get_plain_name (peer) : NULL;

  return add_record (self, porch_new_receive (offer, name, target, self->download_folder, error), porch_offer_get_id (offer), NULL,
                     NULL, NULL, FALSE, error);
}

PorchTransfer *
porch_transfer_queue_join (PorchTransferQueue *self, PorchOffer *offer, const char *title, const char *target, GError **error)
{
  return add_record (self, porch_new_joined (offer, title, target, self->download_folder, error), porch_offer_get_id (offer), NULL,
                     title, NULL, FALSE, error);
}

PorchTransfer *
porch_transfer_queue_send_one_of (PorchTransferQueue *self, const PorchDeviceId *peer, const char *const *paths,
                                  const char *text, const char *batch, GError **error)
{
  g_autofree char *offer = NULL;
  PorchTransferRecord *record = porch_new_send (peer, paths, text, batch, &offer, error);

  return add_record (self, record, offer, batch, NULL, paths == NULL || paths[0] == NULL ? text : NULL, FALSE, error);
}

PorchTransfer *
porch_transfer_queue_send (PorchTransferQueue *self, const PorchDeviceId *peer, const char *const *paths, const char *text,
                           GError **error)
{
  return porch_transfer_queue_send_one_of (self, peer, paths, text, NULL, error);
}

/* The beginning and the end */

static gboolean
load (PorchTransferQueue *self, GError **error)
{
  g_autoptr (GPtrArray) transfers = porch_saved_transfers_load (self->store, KEPT_FINISHED, error);

  for (guint i = 0; transfers != NULL && i < transfers->len; i++)
    {
      PorchJob *job = append_job (self, g_ptr_array_index (transfers, i));

      job->careful = TRUE;
      job->told = !porch_transfer_is_live (job->transfer);
    }
  return transfers != NULL;
}

void
porch_transfer_queue_set_limiter (PorchTransferQueue *self, PorchLimiter *limiter)
{
  porch_workers_set_limiter (self->workers, limiter);
}

void
porch_transfer_queue_set_holdings (PorchTransferQueue *self, PorchHoldings *holdings)
{
  porch_workers_set_holdings (self->workers, holdings);
}

void
porch_transfer_queue_start (PorchTransferQueue *self)
{
  self->started = TRUE;
  schedule (self);
}

void
porch_transfer_queue_shut_down (PorchTransferQueue *self, guint milliseconds)
{
  gint64 deadline = g_get_monotonic_time () + milliseconds * G_GINT64_CONSTANT (1000);

  self->shut_down = TRUE;
  for (guint i = 0; i < self->jobs->len; i++)
    porch_transfer_stop_run (((PorchJob *) g_ptr_array_index (self->jobs, i))->transfer);
  porch_workers_wait (self->workers, deadline);
  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_handle_id (&self->scheduled, g_source_remove);
}

void
porch_transfer_queue_set_book (PorchTransferQueue *self, PorchOfferBook *book)
{
  self->book = book;
  porch_workers_set_book (self->workers, book);
}

guint16
porch_transfer_queue_get_port (PorchTransferQueue *self)
{
  return self->port;
}

const char *
porch_transfer_queue_get_name (PorchTransferQueue *self)
{
  return self->name;
}

guint64
porch_transfer_queue_free_space (PorchTransferQueue *self)
{
  struct statvfs fs;

  if (self->download_folder == NULL || statvfs (self->download_folder, &fs) != 0)
    return 0;
  return (guint64) fs.f_bavail * fs.f_frsize;
}

static void
porch_transfer_queue_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PorchTransferQueue *self = PORCH_TRANSFER_QUEUE (object);

  switch (id)
    {
    case PROP_MAX_RUNNING:
      porch_workers_set_places (self->workers, g_value_get_uint (value));
      schedule (self);
      break;
    case PROP_METERED:
      self->metered = g_value_get_boolean (value);
      schedule (self);
      break;
    case PROP_DOWNLOAD_FOLDER:
      g_free (self->download_folder);
      self->download_folder = g_value_dup_string (value);
      break;
    case PROP_NAME:
      g_free (self->name);
      self->name = g_value_dup_string (value);
      break;
    case PROP_PORT:
      self->port = (guint16) g_value_get_uint (value);
      porch_workers_set_port (self->workers, self->port);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
porch_transfer_queue_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PorchTransferQueue *self = PORCH_TRANSFER_QUEUE (object);

  switch (id)
    {
    case PROP_MAX_RUNNING:
      g_value_set_uint (value, porch_workers_get_places (self->workers));
      break;
    case PROP_METERED:
      g_value_set_boolean (value, self->metered);
      break;
    case PROP_DOWNLOAD_FOLDER:
      g_value_set_string (value, self->download_folder);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_PORT:
      g_value_set_uint (value, self->port);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
porch_transfer_queue_finalize (GObject *object)
{
  PorchTransferQueue *self = PORCH_TRANSFER_QUEUE (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_handle_id (&self->scheduled, g_source_remove);
  g_ptr_array_unref (self->jobs);
  g_clear_pointer (&self->workers, porch_workers_free);
  g_clear_object (&self->store);
  g_clear_object (&self->peers);
  g_free (self->download_folder);
  g_free (self->name);
  G_OBJECT_CLASS (porch_transfer_queue_parent_class)->finalize (object);
}

static void
porch_transfer_queue_class_init (PorchTransferQueueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = porch_transfer_queue_set_property;
  object_class->get_property = porch_transfer_queue_get_property;
  object_class->finalize = porch_transfer_queue_finalize;
  props[PROP_MAX_RUNNING] = g_param_spec_uint ("max-running", NULL, NULL, 1, MAX_RUNNING, DEFAULT_RUNNING,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_METERED] = g_param_spec_boolean ("metered", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_DOWNLOAD_FOLDER]
      = g_param_spec_string ("download-folder", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT16, 0, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
porch_transfer_queue_init (PorchTransferQueue *self)
{
  self->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) porch_job_free);
}

PorchTransferQueue *
porch_transfer_queue_new (PorchStore *store, PorchIdentity *identity, PorchTrustTable *trust, PorchPeerList *peers,
                          GError **error)
{
  g_autoptr (PorchTransferQueue) self = g_object_new (PORCH_TYPE_TRANSFER_QUEUE, NULL);

  self->store = g_object_ref (store);
  self->peers = g_object_ref (peers);
  self->workers = porch_workers_new (store, identity, trust, peers, on_worker_ended, self);
  if (!load (self, error))
    return NULL;
  g_signal_connect_object (peers, "items-changed", G_CALLBACK (on_peers_items_changed), self, 0);
  return g_steal_pointer (&self);
}
