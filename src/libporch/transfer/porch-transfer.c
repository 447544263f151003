/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-transfer-private.h"

#include "share/porch-path.h"
#include "transfer/porch-progress.h"

#include <string.h>

/* What the main thread shows; taken from what the worker says at most ten times a second. */
typedef struct {
  PorchTransferState state;
  gint64             bytes_done, bytes_total, files_done, files_total;
  gint64             rate, time_left;
  guint              turn;
} Shown;

struct _PorchTransfer
{
  GObject parent_instance;

  /* owned */
  PorchStore *store;

  /* owned, main thread only */
  Shown     shown;
  GError   *shown_error;
  PorchRate rate;
  guint     position;
  char     *waiting_for;
  char     *offer;
  char     *batch;
  char     *handout;
  gboolean  check;
  char *text;
  char     *code;

  /* guarded by lock */
  GMutex               lock;
  PorchTransferRecord *record;
  guint                turn;
  GPtrArray           *problems;
  GArray              *sources; /* of PorchTransferSource */
  GPtrArray           *addresses;
  char               **results;
  GCancellable        *run; /* (nullable) of the worker that may speak */
};

enum {
  PROP_0,
  PROP_STATE,
  PROP_BYTES_DONE,
  PROP_BYTES_TOTAL,
  PROP_FILES_DONE,
  PROP_FILES_TOTAL,
  PROP_RATE,
  PROP_TIME_LEFT,
  PROP_QUEUE_POSITION,
  PROP_TURN,
  PROP_ERROR_MESSAGE,
  PROP_WAITING_FOR,
  PROP_CODE,
  N_PROPS,
};
enum { SIGNAL_ASKED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint       signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PorchTransfer, porch_transfer, G_TYPE_OBJECT)

static void
porch_transfer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PorchTransfer *self = PORCH_TRANSFER (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_int (value, (int) self->shown.state);
      break;
    case PROP_BYTES_DONE:
      g_value_set_int64 (value, self->shown.bytes_done);
      break;
    case PROP_BYTES_TOTAL:
      g_value_set_int64 (value, self->shown.bytes_total);
      break;
    case PROP_FILES_DONE:
      g_value_set_int64 (value, self->shown.files_done);
      break;
    case PROP_FILES_TOTAL:
      g_value_set_int64 (value, self->shown.files_total);
      break;
    case PROP_RATE:
      g_value_set_int64 (value, self->shown.rate);
      break;
    case PROP_TIME_LEFT:
      g_value_set_int64 (value, self->shown.time_left);
      break;
    case PROP_QUEUE_POSITION:
      g_value_set_uint (value, self->position);
      break;
    case PROP_TURN:
      g_value_set_uint (value, self->shown.turn);
      break;
    case PROP_ERROR_MESSAGE:
      g_value_set_string (value, self->shown_error ? self->shown_error->message : NULL);
      break;
    case PROP_WAITING_FOR:
      g_value_set_string (value, self->waiting_for);
      break;
    case PROP_CODE:
      g_value_set_string (value, self->code);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
porch_transfer_finalize (GObject *object)
{
  PorchTransfer *self = PORCH_TRANSFER (object);

  g_clear_object (&self->store);
  g_clear_error (&self->shown_error);
  g_free (self->waiting_for);
  g_free (self->offer);
  g_free (self->batch);
  g_free (self->handout);
  g_free (self->text);
  g_free (self->code);
  porch_transfer_record_free (self->record);
  g_clear_pointer (&self->problems, g_ptr_array_unref);
  g_array_unref (self->sources);
  g_clear_pointer (&self->addresses, g_ptr_array_unref);
  g_strfreev (self->results);
  g_clear_object (&self->run);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (porch_transfer_parent_class)->finalize (object);
}

static GParamSpec *
number (const char *name)
{
  return g_param_spec_int64 (name, NULL, NULL, -1, G_MAXINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
text (const char *name)
{
  return g_param_spec_string (name, NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
porch_transfer_class_init (PorchTransferClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = porch_transfer_get_property;
  object_class->finalize = porch_transfer_finalize;
  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, PORCH_TRANSFER_FAILED, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_BYTES_DONE] = number ("bytes-done");
  props[PROP_BYTES_TOTAL] = number ("bytes-total");
  props[PROP_FILES_DONE] = number ("files-done");
  props[PROP_FILES_TOTAL] = number ("files-total");
  props[PROP_RATE] = number ("rate");
  props[PROP_TIME_LEFT] = number ("time-left");
  props[PROP_QUEUE_POSITION]
      = g_param_spec_uint ("queue-position", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_TURN] = g_param_spec_uint ("turn", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_ERROR_MESSAGE] = text ("error-message");
  props[PROP_WAITING_FOR] = text ("waiting-for");
  props[PROP_CODE] = text ("code");
  g_object_class_install_properties (object_class, N_PROPS, props);
  /* For the queue: the person asked for this state (QUEUED, PAUSED or CANCELLED). */
  signals[SIGNAL_ASKED]
      = g_signal_new ("asked", PORCH_TYPE_TRANSFER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
porch_transfer_init (PorchTransfer *self)
{
  g_mutex_init (&self->lock);
  self->sources = g_array_new (FALSE, FALSE, sizeof (PorchTransferSource));
  self->addresses = g_ptr_array_new ();
}

PorchTransfer *
porch_transfer_new (PorchStore *store, PorchTransferRecord *record, GPtrArray *problems)
{
  PorchTransfer *self = g_object_new (PORCH_TYPE_TRANSFER, NULL);

  self->store = g_object_ref (store);
  self->record = record;
  self->problems = problems ? g_ptr_array_ref (problems) : g_ptr_array_new_with_free_func ((GDestroyNotify) porch_problem_free);
  self->shown = (Shown) { record->state, record->bytes_done, record->bytes_total, record->files_done, record->files_total, 0, -1, 0 };
  self->shown_error = record->error ? g_error_copy (record->error) : NULL;
  return self;
}

/* The one function that moves the state. Called with the lock held. */
static gboolean
move_locked (PorchTransfer *self, PorchTransferState state, const GError *error)
{
  PorchTransferRecord *record = self->record;

  if (record->state != state && !porch_transfer_state_can_move (record->state, state))
    return FALSE;
  if (record->state == state && (error == NULL) == (record->error == NULL)
      && (error == NULL || strcmp (error->message, record->error->message) == 0))
    return TRUE;
  record->state = state;
  g_clear_error (&record->error);
  record->error = error ? g_error_copy (error) : NULL;
  record->finished = porch_transfer_state_is_live (state) ? 0 : g_get_real_time () / G_USEC_PER_SEC;
  porch_transfer_store_update (self->store, record);
  return TRUE;
}

gboolean
porch_transfer_move (PorchTransfer *self, PorchTransferState state, const GError *error)
{
  gboolean moved;

  g_mutex_lock (&self->lock);
  moved = move_locked (self, state, error);
  g_mutex_unlock (&self->lock);
  porch_transfer_sample (self, g_get_monotonic_time ());
  return moved;
}

static gboolean
on_worker_moved (gpointer data)
{
  porch_transfer_sample (data, g_get_monotonic_time ());
  return G_SOURCE_REMOVE;
}

gboolean
porch_transfer_worker_move (PorchTransfer *self, GCancellable *run, PorchTransferState state, const GError *error)
{
  gboolean moved;

  g_mutex_lock (&self->lock);
  moved = self->run == run && !g_cancellable_is_cancelled (run) && move_locked (self, state, error);
  g_mutex_unlock (&self->lock);
  if (moved)
    g_idle_add_full (G_PRIORITY_DEFAULT, on_worker_moved, g_object_ref (self), g_object_unref);
  return moved;
}

GCancellable *
porch_transfer_begin_run (PorchTransfer *self)
{
  GCancellable *run = g_cancellable_new ();

  g_mutex_lock (&self->lock);
  g_set_object (&self->run, run);
  g_mutex_unlock (&self->lock);
  return run;
}

void
porch_transfer_stop_run (PorchTransfer *self)
{
  g_autoptr (GCancellable) run = NULL;

  g_mutex_lock (&self->lock);
  run = g_steal_pointer (&self->run);
  g_mutex_unlock (&self->lock);
  if (run != NULL)
    g_cancellable_cancel (run);
}

gboolean
porch_transfer_is_current_run (PorchTransfer *self, GCancellable *run)
{
  gboolean current;

  g_mutex_lock (&self->lock);
  current = self->run == run;
  g_mutex_unlock (&self->lock);
  return current;
}

/* The rate and the time left of now; kept still while nothing runs. */
static void
sample_rate (PorchTransfer *self, Shown *now_shown, gint64 now)
{
  now_shown->rate = 0;
  now_shown->time_left = -1;
  if (now_shown->state != PORCH_TRANSFER_RUNNING)
    {
      porch_rate_reset (&self->rate);
      return;
    }
  now_shown->rate = porch_rate_get (&self->rate, now_shown->bytes_done, now);
  now_shown->time_left = porch_time_left (now_shown->bytes_done, now_shown->bytes_total, now_shown->rate);
  porch_rate_add (&self->rate, now_shown->bytes_done, now);
}

static void
notify_if (PorchTransfer *self, gboolean changed, guint prop)
{
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

void
porch_transfer_sample (PorchTransfer *self, gint64 now)
{
  Shown old = self->shown, new;
  g_autoptr (GError) old_error = g_steal_pointer (&self->shown_error);
  gboolean other_error;

  g_mutex_lock (&self->lock);
  new = (Shown) { self->record->state, self->record->bytes_done, self->record->bytes_total, self->record->files_done,
                  self->record->files_total, 0, -1, 0 };
  if (new.state == PORCH_TRANSFER_RUNNING)
    new.turn = self->turn;
  self->shown_error = self->record->error ? g_error_copy (self->record->error) : NULL;
  g_mutex_unlock (&self->lock);
  sample_rate (self, &new, now);
  self->shown = new;
  other_error = g_strcmp0 (old_error ? old_error->message : NULL, self->shown_error ? self->shown_error->message : NULL) != 0;

  g_object_freeze_notify (G_OBJECT (self));
  notify_if (self, old.bytes_total != new.bytes_total, PROP_BYTES_TOTAL);
  notify_if (self, old.files_total != new.files_total, PROP_FILES_TOTAL);
  notify_if (self, old.bytes_done != new.bytes_done, PROP_BYTES_DONE);
  notify_if (self, old.files_done != new.files_done, PROP_FILES_DONE);
  notify_if (self, old.rate != new.rate, PROP_RATE);
  notify_if (self, old.time_left != new.time_left, PROP_TIME_LEFT);
  notify_if (self, old.turn != new.turn, PROP_TURN);
  notify_if (self, other_error, PROP_ERROR_MESSAGE);
  notify_if (self, old.state != new.state, PROP_STATE);
  g_object_thaw_notify (G_OBJECT (self));
}

void
porch_transfer_set_position (PorchTransfer *self, guint position)
{
  if (self->position == position)
    return;
  self->position = position;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_QUEUE_POSITION]);
}

static void
set_text (PorchTransfer *self, char **field, const char *value, int prop)
{
  if (g_strcmp0 (*field, value) == 0)
    return;
  g_free (*field);
  *field = g_strdup (value);
  if (prop != PROP_0)
    g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

void
porch_transfer_set_waiting_for (PorchTransfer *self, const char *name)
{
  set_text (self, &self->waiting_for, name, PROP_WAITING_FOR);
}

void
porch_transfer_set_batch (PorchTransfer *self, const char *batch)
{
  set_text (self, &self->batch, batch, PROP_0);
}

void
porch_transfer_set_check (PorchTransfer *self, gboolean check)
{
  self->check = check;
}

gboolean
porch_transfer_get_check (PorchTransfer *self)
{
  return self->check;
}

void
porch_transfer_set_handout (PorchTransfer *self, const char *title)
{
  set_text (self, &self->handout, title, PROP_0);
}

void
porch_transfer_set_text (PorchTransfer *self, const char *value)
{
  set_text (self, &self->text, value, PROP_0);
}

void
porch_transfer_set_code (PorchTransfer *self, const char *code)
{
  set_text (self, &self->code, code, PROP_CODE);
}

void
porch_transfer_set_offer (PorchTransfer *self, const char *offer)
{
  set_text (self, &self->offer, offer, PROP_0);
}

/* Any thread */

void
porch_transfer_set_turn (PorchTransfer *self, guint position)
{
  g_mutex_lock (&self->lock);
  self->turn = position;
  g_mutex_unlock (&self->lock);
}

PorchTransferState
porch_transfer_get_live_state (PorchTransfer *self)
{
  PorchTransferState state;

  g_mutex_lock (&self->lock);
  state = self->record->state;
  g_mutex_unlock (&self->lock);
  return state;
}

GPtrArray *
porch_transfer_dup_addresses (PorchTransfer *self)
{
  GPtrArray *addresses;

  g_mutex_lock (&self->lock);
  addresses = g_ptr_array_ref (self->addresses);
  g_mutex_unlock (&self->lock);
  return addresses;
}

void
porch_transfer_set_addresses (PorchTransfer *self, GPtrArray *addresses)
{
  GPtrArray *old;

  g_mutex_lock (&self->lock);
  old = self->addresses;
  self->addresses = addresses;
  g_mutex_unlock (&self->lock);
  g_ptr_array_unref (old);
}

const char *
porch_transfer_get_source (PorchTransfer *self)
{
  return self->record->source;
}

char *
porch_transfer_dup_spec (PorchTransfer *self)
{
  char *spec;

  g_mutex_lock (&self->lock);
  spec = g_strdup (self->record->spec);
  g_mutex_unlock (&self->lock);
  return spec;
}

void
porch_transfer_set_spec (PorchTransfer *self, const char *spec)
{
  g_mutex_lock (&self->lock);
  g_free (self->record->spec);
  self->record->spec = g_strdup (spec);
  porch_transfer_store_update (self->store, self->record);
  g_mutex_unlock (&self->lock);
}

void
porch_transfer_set_totals (PorchTransfer *self, gint64 bytes, gint64 files)
{
  g_mutex_lock (&self->lock);
  self->record->bytes_total = bytes;
  self->record->files_total = files;
  porch_transfer_store_update (self->store, self->record);
  g_mutex_unlock (&self->lock);
}

void
porch_transfer_set_done (PorchTransfer *self, gint64 bytes, gint64 files)
{
  g_mutex_lock (&self->lock);
  self->record->bytes_done = bytes;
  self->record->files_done = files;
  g_mutex_unlock (&self->lock);
}

void
porch_transfer_save (PorchTransfer *self)
{
  g_mutex_lock (&self->lock);
  porch_transfer_store_update (self->store, self->record);
  g_mutex_unlock (&self->lock);
}

void
porch_transfer_add_done (PorchTransfer *self, gint64 bytes, gint64 files)
{
  g_mutex_lock (&self->lock);
  self->record->bytes_done += bytes;
  self->record->files_done += files;
  g_mutex_unlock (&self->lock);
}

static PorchTransferSource *
ensure_source_locked (PorchTransfer *self, const PorchDeviceId *id)
{
  PorchTransferSource fresh = { *id, 0 };

  for (guint i = 0; i < self->sources->len; i++)
    {
      PorchTransferSource *source = &g_array_index (self->sources, PorchTransferSource, i);

      if (porch_device_id_equal (&source->id, id))
        return source;
    }
  g_array_append_val (self->sources, fresh);
  return &g_array_index (self->sources, PorchTransferSource, self->sources->len - 1);
}

void
porch_transfer_add_source (PorchTransfer *self, const PorchDeviceId *id, gint64 bytes)
{
  g_mutex_lock (&self->lock);
  ensure_source_locked (self, id)->bytes += bytes;
  g_mutex_unlock (&self->lock);
}

GArray *
porch_transfer_dup_sources (PorchTransfer *self)
{
  GArray *copy;

  g_mutex_lock (&self->lock);
  copy = g_array_copy (self->sources);
  g_mutex_unlock (&self->lock);
  return copy;
}

void
porch_transfer_add_problem (PorchTransfer *self, const char *path, const char *message)
{
  g_autofree char *shown = porch_path_to_display (path);
  gboolean room;

  g_mutex_lock (&self->lock);
  room = self->problems->len < PORCH_MAX_PROBLEMS;
  if (room)
    g_ptr_array_add (self->problems, porch_problem_new (shown, message));
  g_mutex_unlock (&self->lock);
  if (room)
    porch_transfer_store_add_problem (self->store, self->record->id, shown, message);
}

void
porch_transfer_forget_problems (PorchTransfer *self)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_set_size (self->problems, 0);
  g_mutex_unlock (&self->lock);
  porch_transfer_store_drop_problems (self->store, self->record->id);
}

void
porch_transfer_take_results (PorchTransfer *self, char **results)
{
  g_mutex_lock (&self->lock);
  g_strfreev (self->results);
  self->results = results;
  g_mutex_unlock (&self->lock);
}

/* Public, main thread */

const char *
porch_transfer_get_id (PorchTransfer *self)
{
  return self->record->id;
}

PorchTransferKind
porch_transfer_get_kind (PorchTransfer *self)
{
  return self->record->kind;
}

PorchTransferState
porch_transfer_get_state (PorchTransfer *self)
{
  return self->shown.state;
}

const PorchDeviceId *
porch_transfer_get_peer (PorchTransfer *self)
{
  return &self->record->peer;
}

const char *
porch_transfer_get_title (PorchTransfer *self)
{
  return self->record->title;
}

gint64
porch_transfer_get_bytes_done (PorchTransfer *self)
{
  return self->shown.bytes_done;
}

gint64
porch_transfer_get_bytes_total (PorchTransfer *self)
{
  return self->shown.bytes_total;
}

gint64
porch_transfer_get_files_done (PorchTransfer *self)
{
  return self->shown.files_done;
}

gint64
porch_transfer_get_files_total (PorchTransfer *self)
{
  return self->shown.files_total;
}

gint64
porch_transfer_get_rate (PorchTransfer *self)
{
  return self->shown.rate;
}

gint64
porch_transfer_get_time_left (PorchTransfer *self)
{
  return self->shown.time_left;
}

guint
porch_transfer_get_queue_position (PorchTransfer *self)
{
  return self->position;
}

guint
porch_transfer_get_turn (PorchTransfer *self)
{
  return self->shown.turn;
}

gint64
porch_transfer_get_created (PorchTransfer *self)
{
  return self->record->created;
}

gint64
porch_transfer_get_finished (PorchTransfer *self)
{
  gint64 finished;

  g_mutex_lock (&self->lock);
  finished = self->record->finished;
  g_mutex_unlock (&self->lock);
  return finished;
}

const GError *
porch_transfer_get_error (PorchTransfer *self)
{
  return self->shown_error;
}

GPtrArray *
porch_transfer_dup_problems (PorchTransfer *self)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) porch_problem_free);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->problems->len; i++)
    {
      PorchProblem *problem = g_ptr_array_index (self->problems, i);

      g_ptr_array_add (copy, porch_problem_new (problem->path, problem->message));
    }
  g_mutex_unlock (&self->lock);
  return copy;
}

const char *
porch_transfer_get_target (PorchTransfer *self)
{
  return self->record->target;
}

char **
porch_transfer_dup_results (PorchTransfer *self)
{
  char **results;

  g_mutex_lock (&self->lock);
  results = self->results ? g_strdupv (self->results) : g_new0 (char *, 1);
  g_mutex_unlock (&self->lock);
  return results;
}

const char *
porch_transfer_get_offer (PorchTransfer *self)
{
  return self->offer;
}

const char *
porch_transfer_get_text (PorchTransfer *self)
{
  return self->text;
}

const char *
porch_transfer_get_batch (PorchTransfer *self)
{
  return self->batch;
}

const char *
porch_transfer_get_handout (PorchTransfer *self)
{
  return self->handout;
}

const char *
porch_transfer_get_code (PorchTransfer *self)
{
  return self->code;
}

gboolean
porch_transfer_is_live (PorchTransfer *self)
{
  return porch_transfer_state_is_live (self->shown.state);
}

/**
 * porch_transfer_pause:
 *
 * Stops it until porch_transfer_resume(); what was fetched stays. Does nothing when it has ended.
 */
void
porch_transfer_pause (PorchTransfer *self)
{
  g_signal_emit (self, signals[SIGNAL_ASKED], 0, PORCH_TRANSFER_PAUSED);
}

/**
 * porch_transfer_resume:
 *
 * A paused or failed one goes back into the queue; a stalled one tries again now.
 */
void
porch_transfer_resume (PorchTransfer *self)
{
  g_signal_emit (self, signals[SIGNAL_ASKED], 0, PORCH_TRANSFER_QUEUED);
}

/**
 * porch_transfer_cancel:
 *
 * Ends it for good. Unfinished files are removed, finished ones stay; a send is withdrawn.
 */
void
porch_transfer_cancel (PorchTransfer *self)
{
  g_signal_emit (self, signals[SIGNAL_ASKED], 0, PORCH_TRANSFER_CANCELLED);
}
