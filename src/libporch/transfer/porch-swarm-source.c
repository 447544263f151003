/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One source of a swarm: a thread with two connections to one device. It asks what the device has, asks for what the schedule says, and
 * reads; the next request is made while the answer of the one before still comes, so that the wire is never idle. */
#include "config.h"

#include "transfer/porch-swarm-private.h"

#include "content/porch-hash-tree.h"
#include "content/porch-piece-map.h"
#include "identity/porch-grant.h"
#include "porch-error.h"
#include "share/porch-want.h"
#include "wire/porch-client.h"
#include "wire/porch-frame.h"
#include "wire/porch-json.h"
#include "wire/porch-paced-stream.h"

#include <string.h>

/* Seconds without a byte after which a connection is taken for lost. */
#define SILENCE 8
/* What a device has is asked for again after this. */
#define ASK_AGAIN (G_USEC_PER_SEC / 2)
#define IDLE_MS 100
/* A device that fails so often in a row is left alone for a while; the giver is always tried again. */
#define MAX_FAILURES 3
#define MAX_PAUSE (4 * G_USEC_PER_SEC)
/* A grant is renewed long before it ends. */
#define RENEW (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
/* Bytes that are counted together. */
#define PORTION (128 * 1024)

/* An answer that is being read. */
typedef struct {
  GInputStream     *stream; /* owned */
  PorchFrameReader *reader; /* owned */
  PorchRun          runs[PORCH_SCHEDULER_MAX_REQUEST];
  guint             n_runs;
  guint             item, next; /* the run that comes, and how many of its blocks have come */
  gboolean          open;
} Answer;

typedef struct {
  PorchSwarm       *swarm;  /* borrowed */
  PorchSwarmSource *source; /* borrowed */
  PorchClient      *client; /* owned */
  Answer           *current, *following; /* owned (nullable) */
  gsize             uncounted; /* bytes */
  gint64            asked; /* when it was asked what it has; 0: it has to be asked before anything else */
  gboolean          whole; /* it has everything */
  guint             failures; /* in a row */
  gint64            not_before;
} Reader;

static void
answer_free (Answer *answer)
{
  if (answer == NULL)
    return;
  porch_frame_reader_free (answer->reader);
  g_input_stream_close (answer->stream, NULL, NULL);
  g_object_unref (answer->stream);
  g_free (answer);
}

static gboolean
is_over (Reader *self)
{
  return g_cancellable_is_cancelled (self->swarm->over);
}

static gboolean
set_broken (GError **error, const char *what)
{
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, "It sent something that was not asked for (%s)", what);
  return FALSE;
}

/* ---- what it has, and what the giver knows ---- */

/* With the lock held. What a holder says of others counts only while the giver can't be asked. */
static void
take_named (Reader *self, JsonObject *answer)
{
  JsonArray *array = porch_json_get_array (answer, "holders", PORCH_MAX_HOLDERS, NULL);
  PorchSwarm *swarm = self->swarm;
  PorchDeviceId id;

  if (array == NULL || !(self->source->giver || swarm->giver_away))
    return;
  if (self->source->giver)
    g_array_set_size (swarm->named, 0);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *text = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : "";

      if (swarm->named->len < 4 * PORCH_MAX_HOLDERS && porch_device_id_parse (text, &id)
          && !porch_device_id_equal (&id, porch_identity_get_id (swarm->file.identity)))
        g_array_append_val (swarm->named, id);
    }
  porch_holding_set_others (swarm->file.holding, swarm->named);
}

/* With the lock held. */
static void
take_advice (Reader *self, JsonObject *answer)
{
  JsonArray *array = porch_json_get_array (answer, "advice", PORCH_SCHEDULER_MAX_ADVICE, NULL);
  guint pieces[PORCH_SCHEDULER_MAX_ADVICE];
  guint n = 0;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      gint64 piece = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : -1;

      if (piece >= 0 && piece < self->swarm->blocks)
        pieces[n++] = (guint) piece;
    }
  porch_scheduler_set_advice (self->swarm->schedule, self->source->number, pieces, n);
}

/* With the lock held. */
static void
take_grant (Reader *self, JsonObject *answer)
{
  const char *text = porch_json_get_optional_string (answer, "grant", PORCH_GRANT_MAX_TEXT, NULL);

  if (text == NULL)
    return;
  g_free (self->swarm->grant);
  self->swarm->grant = g_strdup (text);
  self->swarm->granted = g_get_monotonic_time ();
}

static JsonObject *
new_report (Reader *self)
{
  PorchSwarm *swarm = self->swarm;
  JsonObject *body = json_object_new ();
  g_autofree guint8 *map = porch_holding_dup_map (swarm->file.holding);
  gint64 now = g_get_monotonic_time ();
  const char *place = json_object_has_member (swarm->file.place, "share") ? "share" : "offer";

  json_object_set_string_member (body, place, json_object_get_string_member (swarm->file.place, place));
  json_object_set_string_member (body, "v", swarm->file.version);
  json_object_set_string_member (body, "id", swarm->id_text);
  json_object_set_int_member (body, "port", swarm->file.port);
  json_object_set_array_member (body, "have", porch_piece_map_to_json (map, swarm->blocks));
  g_mutex_lock (&swarm->lock);
  json_object_set_int_member (body, "advice", porch_scheduler_get_useful_advice (swarm->schedule, self->source->number, now));
  json_object_set_boolean_member (body, "grant", swarm->grant == NULL || now - swarm->granted > RENEW);
  g_mutex_unlock (&swarm->lock);
  return body;
}

static gboolean
ask_giver (Reader *self, GError **error)
{
  g_autoptr (JsonObject) body = new_report (self);
  g_autoptr (JsonObject) answer = porch_client_call (self->client, "POST", "/porch/v1/holders", body, self->swarm->over, error);

  g_mutex_lock (&self->swarm->lock);
  self->swarm->giver_away = answer == NULL;
  if (answer != NULL)
    {
      take_named (self, answer);
      take_advice (self, answer);
      take_grant (self, answer);
    }
  g_mutex_unlock (&self->swarm->lock);
  return answer != NULL;
}

/* FALSE: there is no grant yet. */
static gboolean
add_grant (Reader *self, JsonObject *body)
{
  gboolean granted;

  json_object_set_string_member (body, "id", self->swarm->id_text);
  g_mutex_lock (&self->swarm->lock);
  granted = self->swarm->grant != NULL;
  if (granted)
    json_object_set_string_member (body, "grant", self->swarm->grant);
  g_mutex_unlock (&self->swarm->lock);
  return granted;
}

static gboolean
take_map (Reader *self, JsonObject *answer, GError **error)
{
  PorchSwarm *swarm = self->swarm;
  g_autofree guint8 *map = porch_piece_map_parse (answer, "have", swarm->blocks, error);

  if (map == NULL)
    return FALSE;
  if (porch_json_get_int_or (answer, "size", 1, PORCH_HOLDING_MAX_SIZE, 0) != swarm->size)
    return set_broken (error, "size");
  self->whole = porch_piece_map_count (map, swarm->blocks) == swarm->blocks;
  g_mutex_lock (&swarm->lock);
  porch_scheduler_set_holds (swarm->schedule, self->source->number, map, PORCH_PIECE_MAP_SIZE (swarm->blocks));
  take_named (self, answer);
  g_mutex_unlock (&swarm->lock);
  return TRUE;
}

static gboolean
ask_holder (Reader *self, GError **error)
{
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (JsonObject) answer = NULL;

  if (!add_grant (self, body))
    return TRUE;
  answer = porch_client_call (self->client, "POST", "/porch/v1/holding", body, self->swarm->over, error);
  return answer != NULL && take_map (self, answer, error);
}

/* Only while a connection is free for it. */
static gboolean
ask_if_due (Reader *self, GError **error)
{
  gint64 now = g_get_monotonic_time ();

  if ((self->asked != 0 && now - self->asked < ASK_AGAIN) || self->following != NULL || (self->whole && self->asked != 0))
    return TRUE;
  if (!(self->source->giver ? ask_giver (self, error) : ask_holder (self, error)))
    return FALSE;
  self->asked = now;
  return TRUE;
}

/* ---- asking for pieces ---- */

/* In the order in which the schedule wants them. */
static void
make_runs (Answer *answer, const guint *pieces, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      PorchRun *last = answer->n_runs > 0 ? &answer->runs[answer->n_runs - 1] : NULL;

      if (last != NULL && last->from + last->count == pieces[i])
        last->count++;
      else
        answer->runs[answer->n_runs++] = (PorchRun) { pieces[i], 1 };
    }
}

static JsonObject *
new_fetch (Reader *self, const Answer *answer)
{
  PorchSwarmFile *file = &self->swarm->file;
  JsonObject *body = json_object_new ();
  JsonArray *want = json_array_new ();
  const char *place = json_object_has_member (file->place, "share") ? "share" : "offer";

  json_object_set_string_member (body, place, json_object_get_string_member (file->place, place));
  for (guint i = 0; i < answer->n_runs; i++)
    {
      g_autoptr (PorchWant) run = porch_want_new (file->path, file->version, answer->runs[i].from, answer->runs[i].count);

      json_array_add_object_element (want, porch_want_to_json (run));
    }
  json_object_set_array_member (body, "want", want);
  return body;
}

static JsonObject *
new_pieces (Reader *self, const Answer *answer)
{
  JsonObject *body = json_object_new ();
  JsonArray *want = json_array_new ();

  add_grant (self, body);
  for (guint i = 0; i < answer->n_runs; i++)
    {
      JsonArray *run = json_array_new ();

      json_array_add_int_element (run, answer->runs[i].from);
      json_array_add_int_element (run, answer->runs[i].count);
      json_array_add_array_element (want, run);
    }
  json_object_set_array_member (body, "want", want);
  return body;
}

static void
count_now (Reader *self)
{
  if (self->uncounted == 0)
    return;
  g_mutex_lock (&self->swarm->lock);
  porch_scheduler_progress (self->swarm->schedule, self->source->number, self->uncounted, g_get_monotonic_time ());
  g_mutex_unlock (&self->swarm->lock);
  self->uncounted = 0;
}

static void
on_bytes (gsize bytes, gpointer data)
{
  Reader *self = data;

  self->uncounted += bytes;
  if (self->uncounted >= PORTION)
    count_now (self);
}

static gboolean
open_answer (Reader *self, Answer *answer, GError **error)
{
  gboolean giver = self->source->giver;
  g_autoptr (JsonObject) body = giver ? new_fetch (self, answer) : new_pieces (self, answer);
  PorchLimiter *limiter = self->swarm->file.limiter;

  answer->stream = porch_client_open (self->client, "POST", giver ? "/porch/v1/fetch" : "/porch/v1/pieces", body, self->swarm->over, error);
  if (answer->stream == NULL)
    return FALSE;
  if (limiter != NULL)
    {
      g_autoptr (GInputStream) bare = g_steal_pointer (&answer->stream);

      answer->stream = porch_paced_stream_new (bare, limiter, &self->source->id, PORCH_DOWN);
    }
  answer->reader = porch_frame_reader_new (answer->stream);
  porch_frame_reader_set_counter (answer->reader, on_bytes, self);
  return TRUE;
}

/* (nullable): nothing now, or with @error. */
static Answer *
ask_for_pieces (Reader *self, GError **error)
{
  guint pieces[PORCH_SCHEDULER_MAX_REQUEST];
  Answer *answer;
  guint n;

  g_mutex_lock (&self->swarm->lock);
  n = porch_scheduler_ask (self->swarm->schedule, self->source->number, g_get_monotonic_time (), pieces);
  g_mutex_unlock (&self->swarm->lock);
  if (n == 0)
    return NULL;
  answer = g_new0 (Answer, 1);
  make_runs (answer, pieces, n);
  if (open_answer (self, answer, error))
    return answer;
  g_free (answer);
  return NULL;
}

/* ---- reading ---- */

/* Others may have been given what this answer would still bring. */
static gboolean
is_of_use (Reader *self, const Answer *answer)
{
  gboolean use = FALSE, left = FALSE;

  g_mutex_lock (&self->swarm->lock);
  for (guint i = answer->item; i < answer->n_runs && !use; i++)
    for (guint k = i == answer->item ? answer->next : 0; k < answer->runs[i].count && !use; k++, left = TRUE)
      use = porch_scheduler_is_expected (self->swarm->schedule, self->source->number, answer->runs[i].from + k);
  g_mutex_unlock (&self->swarm->lock);
  /* An answer of which only the end is left is read to it, so that the connection can be used again. */
  return use || !left;
}

static gboolean
begin_item (Reader *self, const PorchFrame *frame, GError **error)
{
  Answer *answer = self->current;

  if (frame->item != answer->item || answer->open || frame->size != self->swarm->size
      || (self->source->giver && strcmp (frame->version, self->swarm->file.version) != 0))
    return set_broken (error, "file");
  answer->open = TRUE;
  answer->next = 0;
  return TRUE;
}

/* TRUE: it is to be handed over. */
static gboolean
note_block (Reader *self, guint block, gsize length, gboolean good)
{
  PorchSwarm *swarm = self->swarm;
  gint64 now = g_get_monotonic_time ();
  gboolean fresh;

  g_mutex_lock (&swarm->lock);
  fresh = !porch_scheduler_has (swarm->schedule, block);
  porch_scheduler_arrived (swarm->schedule, self->source->number, block, good, now);
  if (good && fresh)
    {
      self->source->bytes += (gint64) length;
      swarm->last_arrival = now;
    }
  self->source->benched = !good;
  g_mutex_unlock (&swarm->lock);
  return good && fresh;
}

static void
hand_over (PorchSwarm *swarm, guint block, const guint8 *hash, GBytes *data)
{
  swarm->events->take (swarm->user_data, block, hash, data);
  g_mutex_lock (&swarm->lock);
  if (--swarm->missing == 0)
    g_cond_broadcast (&swarm->wake);
  g_mutex_unlock (&swarm->lock);
}

static gboolean
take_block (Reader *self, PorchFrame *frame, GError **error)
{
  PorchSwarm *swarm = self->swarm;
  Answer *answer = self->current;
  PorchRun *run = answer->item < answer->n_runs ? &answer->runs[answer->item] : NULL;
  const guint8 *wanted;
  guint8 hash[PORCH_HASH_SIZE];

  if (run == NULL || !answer->open || answer->next >= run->count || frame->block != run->from + answer->next)
    return set_broken (error, "block");
  answer->next++;
  count_now (self);
  wanted = swarm->file.layer + frame->block * PORCH_HASH_SIZE;
  porch_hash_block (frame->data, frame->length, FALSE, hash);
  if (memcmp (hash, wanted, sizeof hash) != 0)
    {
      note_block (self, (guint) frame->block, 0, FALSE);
      swarm->events->benched (swarm->user_data, self->source->name);
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_HASH_MISMATCH, "It sent a block that is not what it should be");
      return FALSE;
    }
  g_debug ("Block %" G_GUINT64_FORMAT " of “%s” came from %s", frame->block, swarm->file.path, self->source->name);
  if (note_block (self, (guint) frame->block, frame->length, TRUE))
    hand_over (swarm, (guint) frame->block, wanted, porch_frame_reader_steal_block (answer->reader));
  return TRUE;
}

static gboolean
end_item (Reader *self, const PorchFrame *frame, GError **error)
{
  Answer *answer = self->current;

  if (!answer->open || answer->next != answer->runs[answer->item].count)
    return set_broken (error, "end");
  answer->open = FALSE;
  answer->item++;
  answer->next = 0;
  return TRUE;
}

static gboolean
take_error (Reader *self, const PorchFrame *frame, GError **error)
{
  if (self->source->giver && strcmp (frame->code, "changed") == 0)
    {
      g_mutex_lock (&self->swarm->lock);
      self->swarm->changed = TRUE;
      g_cond_broadcast (&self->swarm->wake);
      g_mutex_unlock (&self->swarm->lock);
    }
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_GONE, "It can't give this (%s)", frame->code);
  return FALSE;
}

/* One frame. @done: the answer is whole. */
static gboolean
read_frame (Reader *self, gboolean *done, GError **error)
{
  PorchFrame frame;

  if (!porch_frame_reader_next (self->current->reader, &frame, self->swarm->over, error))
    return FALSE;
  switch (frame.type)
    {
    case PORCH_FRAME_WAIT:
      return TRUE;
    case PORCH_FRAME_FILE:
      return begin_item (self, &frame, error);
    case PORCH_FRAME_BLOCK:
      return take_block (self, &frame, error);
    case PORCH_FRAME_END:
      return end_item (self, &frame, error);
    case PORCH_FRAME_ERROR:
      return take_error (self, &frame, error);
    case PORCH_FRAME_DONE:
      *done = TRUE;
      return self->current->item == self->current->n_runs || set_broken (error, "done");
    case PORCH_FRAME_SAME:
    case PORCH_FRAME_LAYER:
    default:
      return set_broken (error, "frame");
    }
}

static void
turn_over (Reader *self)
{
  answer_free (self->current);
  self->current = g_steal_pointer (&self->following);
}

/* Reads until something has come, and asks for more as soon as the schedule has more for it. */
static gboolean
read_some (Reader *self, GError **error)
{
  gboolean done = FALSE;
  g_autoptr (GError) local = NULL;

  if (!is_of_use (self, self->current))
    {
      turn_over (self);
      return TRUE;
    }
  if (!read_frame (self, &done, error))
    return FALSE;
  if (done)
    turn_over (self);
  if (self->following != NULL)
    return TRUE;
  if (!ask_if_due (self, error))
    return FALSE;
  self->following = ask_for_pieces (self, &local);
  if (self->current == NULL)
    self->current = g_steal_pointer (&self->following);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* ---- its life ---- */

static void
wait_a_while (Reader *self)
{
  gint64 until = g_get_monotonic_time () + IDLE_MS * G_GINT64_CONSTANT (1000);

  g_mutex_lock (&self->swarm->lock);
  if (!is_over (self))
    g_cond_wait_until (&self->swarm->wake, &self->swarm->lock, until);
  g_mutex_unlock (&self->swarm->lock);
}

static gboolean
step (Reader *self, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (self->current != NULL)
    return read_some (self, error);
  if (g_get_monotonic_time () < self->not_before)
    {
      wait_a_while (self);
      return TRUE;
    }
  if (!ask_if_due (self, error))
    return FALSE;
  self->current = ask_for_pieces (self, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (self->current == NULL)
    wait_a_while (self);
  return TRUE;
}

/* What it owed goes to others. It is asked what it has before it is asked for anything again. */
static void
note_failure (Reader *self, const GError *error)
{
  gint64 now = g_get_monotonic_time ();

  g_debug ("%s: %s", self->source->name, error->message);
  turn_over (self);
  turn_over (self);
  self->failures++;
  self->asked = 0;
  self->not_before = now + MIN (G_USEC_PER_SEC * (gint64) self->failures, MAX_PAUSE);
  g_mutex_lock (&self->swarm->lock);
  porch_scheduler_failed (self->swarm->schedule, self->source->number, now);
  g_mutex_unlock (&self->swarm->lock);
}

static gboolean
is_useless (Reader *self)
{
  return self->source->benched || (!self->source->giver && self->failures >= MAX_FAILURES);
}

static void
live (Reader *self)
{
  while (!is_over (self) && !is_useless (self))
    {
      g_autoptr (GError) error = NULL;
      gint64 before = self->source->bytes;

      if (!step (self, &error))
        note_failure (self, error);
      else if (self->source->bytes > before)
        self->failures = 0;
    }
  turn_over (self);
  turn_over (self);
}

gpointer
porch_swarm_source_run (gpointer data)
{
  PorchSwarmSource *source = data;
  PorchSwarm *swarm = source->swarm;
  Reader self = { .swarm = swarm, .source = source };
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  self.client = porch_client_new (swarm->file.identity, &source->id, source->addresses, 2, SILENCE);
  live (&self);
  g_object_unref (self.client);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  g_mutex_lock (&swarm->lock);
  source->ended = TRUE;
  g_mutex_unlock (&swarm->lock);
  return NULL;
}
