/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "pairing/porch-passive-ask.h"

#include "porch-error.h"
#include "porch-pool.h"
#include "wire/porch-json.h"

#define MAX_PAUSE_FACTOR 30 /* × times.again: the longest pause after failures */
#define MAX_FAILURES 200    /* about an hour and a half without reaching the peer */

struct _PorchPassiveAsk {
  PorchIdentity        *identity; /* owned */
  PorchDeviceId         peer;
  char                  tag[PORCH_PAIRING_TAG + 1];
  gboolean              match;
  GPtrArray            *addresses; /* owned */
  PorchPairingTransport transport;
  PorchPairingTimes     times;
  PorchPassiveAskFunc   func;
  gpointer              data;
  GCancellable         *cancellable; /* owned */
  guint                 source;
  guint                 failures;
};

/* What one request needs, for the worker. */
typedef struct {
  PorchIdentity        *identity;
  PorchDeviceId         peer;
  char                  tag[PORCH_PAIRING_TAG + 1];
  gboolean              match;
  GPtrArray            *addresses;
  PorchPairingTransport transport;
} Request;

static void ask_once (PorchPassiveAsk *self);

static void
request_free (gpointer data)
{
  Request *request = data;

  g_object_unref (request->identity);
  g_ptr_array_unref (request->addresses);
  g_free (request);
}

static void
work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Request *request = data;
  gpointer link = request->transport.open (request->identity, &request->peer, request->addresses, request->transport.data);
  g_autoptr (JsonObject) body = json_object_new ();
  JsonObject *answer;
  GError     *error = NULL;

  json_object_set_boolean_member (body, "match", request->match);
  json_object_set_string_member (body, "pair", request->tag);
  answer = request->transport.call (link, "POST", PORCH_PAIRING_CONFIRM_PATH, body, cancellable, &error);
  request->transport.close (link);
  if (answer != NULL)
    g_task_return_pointer (task, answer, (GDestroyNotify) json_object_unref);
  else
    g_task_return_error (task, error);
}

static gboolean
on_again (gpointer data)
{
  PorchPassiveAsk *self = data;

  self->source = 0;
  ask_once (self);
  return G_SOURCE_REMOVE;
}

static void
ask_later (PorchPassiveAsk *self, guint factor)
{
  self->source = g_timeout_add (self->times.again * MIN (factor, MAX_PAUSE_FACTOR), on_again, self);
}

static void
take_error (PorchPassiveAsk *self, const GError *error)
{
  gboolean refused = error->domain == PORCH_ERROR && (error->code == PORCH_ERROR_NOT_FOUND || error->code == PORCH_ERROR_PROTOCOL);

  self->failures++;
  if (refused || self->failures >= MAX_FAILURES)
    self->func (self, PORCH_PASSIVE_ANSWER_GONE, self->data);
  else
    ask_later (self, self->failures);
}

static void
on_asked_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = g_task_propagate_pointer (G_TASK (result), &error);
  PorchPassiveAsk *self = data;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return; /* dropped: @data is gone */
  if (answer == NULL)
    {
      take_error (self, error);
      return;
    }
  self->failures = 0;
  if (porch_json_get_bool_or (answer, "pending", FALSE))
    ask_later (self, 1);
  else
    self->func (self, porch_json_get_bool_or (answer, "match", FALSE) ? PORCH_PASSIVE_ANSWER_MATCH : PORCH_PASSIVE_ANSWER_DIFFERS,
                self->data);
}

static void
ask_once (PorchPassiveAsk *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, on_asked_ready, self);
  Request *request = g_new0 (Request, 1);

  request->identity = g_object_ref (self->identity);
  request->peer = self->peer;
  g_strlcpy (request->tag, self->tag, sizeof request->tag);
  request->match = self->match;
  request->addresses = g_ptr_array_ref (self->addresses);
  request->transport = self->transport;
  g_task_set_task_data (task, request, request_free);
  g_task_set_check_cancellable (task, FALSE);
  porch_pool_run_task (task, work);
}

PorchPassiveAsk *
porch_passive_ask_new (PorchIdentity *identity, const PorchPassive *session, gboolean match, GPtrArray *addresses,
                       const PorchPairingTransport *transport, const PorchPairingTimes *times, PorchPassiveAskFunc func, gpointer data)
{
  PorchPassiveAsk *self = g_new0 (PorchPassiveAsk, 1);

  self->identity = g_object_ref (identity);
  self->peer = session->peer;
  g_strlcpy (self->tag, session->tag, sizeof self->tag);
  self->match = match;
  self->addresses = g_ptr_array_ref (addresses);
  self->transport = *transport;
  self->times = *times;
  self->func = func;
  self->data = data;
  self->cancellable = g_cancellable_new ();
  ask_once (self);
  return self;
}

void
porch_passive_ask_drop (gpointer ask)
{
  PorchPassiveAsk *self = ask;

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->source, g_source_remove);
  g_object_unref (self->cancellable);
  g_object_unref (self->identity);
  g_ptr_array_unref (self->addresses);
  g_free (self);
}

const PorchDeviceId *
porch_passive_ask_get_peer (PorchPassiveAsk *self)
{
  return &self->peer;
}

const char *
porch_passive_ask_get_tag (PorchPassiveAsk *self)
{
  return self->tag;
}
