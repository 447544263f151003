/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The initiator's side of a pairing: a recipe on one thread, because all three requests must travel on one TLS connection. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pairing/porch-pairing-private.h"
#include "pairing/porch-pairing-reply.h"
#include "porch-error.h"
#include "porch-pool.h"
#include "wire/porch-json.h"

#define CONFIRM_TIMEOUT 75 /* seconds: an answer is held for up to 60 */

typedef enum { DECISION_NONE, DECISION_MATCH, DECISION_DIFFERS, DECISION_DROPPED } Decision;

struct _PorchPairingRun {
  gint                  references; /* atomic */
  PorchIdentity        *identity;   /* owned */
  PorchDeviceId         peer;
  GPtrArray            *addresses; /* owned */
  PorchPairingTransport transport;
  PorchPairingTimes     times;
  GAsyncQueue          *decisions; /* owned; main → worker, of Decision */
  GCancellable         *cancellable;
  GMainContext         *context; /* owned; where events go */

  /* the desk's context only */
  PorchPairingRunFunc func; /* NULL once dropped */
  gpointer            data;
};

typedef struct {
  PorchPairingRun     *run; /* owned */
  PorchPairingRunEvent event;
  char                *code;
  gboolean             match;
  GError              *error;
} Message;

static PorchPairingRun *
run_ref (PorchPairingRun *self)
{
  g_atomic_int_inc (&self->references);
  return self;
}

static void
run_unref (gpointer data)
{
  PorchPairingRun *self = data;

  if (!g_atomic_int_dec_and_test (&self->references))
    return;
  g_object_unref (self->identity);
  g_ptr_array_unref (self->addresses);
  g_async_queue_unref (self->decisions);
  g_object_unref (self->cancellable);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
message_free (gpointer data)
{
  Message *message = data;

  run_unref (message->run);
  g_free (message->code);
  g_clear_error (&message->error);
  g_free (message);
}

static gboolean
deliver (gpointer data)
{
  Message *message = data;

  if (message->run->func != NULL)
    message->run->func (message->event, message->code, message->match, message->error, message->run->data);
  return G_SOURCE_REMOVE;
}

/* Takes @error. */
static void
post (PorchPairingRun *self, PorchPairingRunEvent event, const char *code, gboolean match, GError *error)
{
  Message *message = g_new0 (Message, 1);
  g_autoptr (GSource) source = g_idle_source_new (); /* never at once: the caller may hold the desk */

  message->run = run_ref (self);
  message->event = event;
  message->code = g_strdup (code);
  message->match = match;
  message->error = error;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, message, message_free);
  g_source_attach (source, self->context);
}

static void
set_hex (JsonObject *object, const char *member, const guint8 bytes[32])
{
  g_autofree char *hex = porch_hex_encode (bytes, 32);

  json_object_set_string_member (object, member, hex);
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL,
                       _ ("The other device broke the rules of comparing codes. Nothing was trusted."));
  return FALSE;
}

/* Our nonce leaves only here, and only after the peer has bound itself to its own. */
static gboolean
reveal (const PorchPairingTransport *transport, gpointer link, const PorchDeviceId *own, const PorchDeviceId *peer,
        const guint8 peer_commit[32], const guint8 nonce_a[PORCH_PAIRING_NONCE], guint8 nonce_b[PORCH_PAIRING_NONCE],
        GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (JsonObject) answer = NULL;

  set_hex (body, "nonce", nonce_a);
  answer = transport->call (link, "POST", PORCH_PAIRING_REVEAL_PATH, body, cancellable, error);
  if (answer == NULL || !porch_pairing_get_hex (answer, "nonce", nonce_b, error))
    return FALSE;
  return porch_pairing_opens (PORCH_PAIRING_RESPONDER, peer, own, peer_commit, nonce_b, nonce_a) || refuse (error);
}

gboolean
porch_pairing_handshake (const PorchPairingTransport *transport, gpointer link, const PorchDeviceId *own, const PorchDeviceId *peer,
                         JsonObject *extra, guint8 nonce_a[PORCH_PAIRING_NONCE], guint8 nonce_b[PORCH_PAIRING_NONCE],
                         JsonObject **other, GCancellable *cancellable, GError **error)
{
  guint8 commit[32], peer_commit[32];
  g_autoptr (JsonObject) body = extra != NULL ? json_object_ref (extra) : json_object_new ();
  g_autoptr (JsonObject) answer = NULL;

  porch_pairing_make_nonce (nonce_a);
  porch_pairing_commitment (PORCH_PAIRING_INITIATOR, own, peer, nonce_a, commit);
  set_hex (body, "commit", commit);
  answer = transport->call (link, "POST", PORCH_PAIRING_PATH, body, cancellable, error);
  if (answer == NULL)
    return FALSE;
  if (other != NULL && !json_object_has_member (answer, "commit"))
    {
      *other = g_steal_pointer (&answer);
      return TRUE;
    }
  if (!porch_pairing_get_hex (answer, "commit", peer_commit, error))
    return FALSE;
  if (memcmp (commit, peer_commit, sizeof commit) == 0)
    return refuse (error);
  return reveal (transport, link, own, peer, peer_commit, nonce_a, nonce_b, cancellable, error);
}

/* Waits for the person, with a sign of life now and then that keeps the connection. */
static Decision
await_decision (PorchPairingRun *self, gpointer link, GError **error)
{
  gint64 end = g_get_monotonic_time () + (gint64) self->times.decide * 1000;

  while (g_get_monotonic_time () < end)
    {
      guint64  wait = MIN ((guint64) self->times.alive * 1000, (guint64) (end - g_get_monotonic_time ()) + 1);
      gpointer decision = g_async_queue_timeout_pop (self->decisions, wait);
      g_autoptr (JsonObject) answer = NULL;

      if (decision != NULL)
        return (Decision) GPOINTER_TO_INT (decision);
      answer = self->transport.call (link, "GET", "/porch/v1/hello", NULL, self->cancellable, error);
      if (answer == NULL)
        return DECISION_NONE;
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _ ("Nobody said in time whether the codes match. Nothing was trusted."));
  return DECISION_NONE;
}

static gboolean
tell_decision (PorchPairingRun *self, gpointer link, gboolean match, gboolean *peer_match, GError **error)
{
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (JsonObject) answer = NULL;

  json_object_set_boolean_member (body, "match", match);
  answer = self->transport.call (link, "POST", PORCH_PAIRING_CONFIRM_PATH, body, self->cancellable, error);
  if (answer == NULL)
    return FALSE;
  *peer_match = porch_json_get_bool_or (answer, "match", FALSE);
  return TRUE;
}

static gboolean
compare (PorchPairingRun *self, gpointer link, gboolean *match, GError **error)
{
  const PorchDeviceId *own = porch_identity_get_id (self->identity);
  guint8               nonce_a[PORCH_PAIRING_NONCE], nonce_b[PORCH_PAIRING_NONCE];
  g_autofree char     *code = NULL;
  Decision             decision;

  if (!porch_pairing_handshake (&self->transport, link, own, &self->peer, NULL, nonce_a, nonce_b, NULL, self->cancellable, error))
    return FALSE;
  code = porch_pairing_make_code (own, &self->peer, nonce_a, nonce_b);
  post (self, PORCH_PAIRING_RUN_CODE, code, FALSE, NULL);
  decision = await_decision (self, link, error);
  if (decision != DECISION_MATCH && decision != DECISION_DIFFERS)
    return FALSE;
  return tell_decision (self, link, decision == DECISION_MATCH, match, error);
}

static void
work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PorchPairingRun *self = data;
  gpointer         link = self->transport.open (self->identity, &self->peer, self->addresses, self->transport.data);
  GError          *error = NULL;
  gboolean         match = FALSE;

  if (compare (self, link, &match, &error))
    post (self, PORCH_PAIRING_RUN_ANSWER, NULL, match, NULL);
  else
    post (self, PORCH_PAIRING_RUN_ERROR, NULL, FALSE,
          error != NULL ? error : g_error_new_literal (PORCH_ERROR, PORCH_ERROR_CANCELLED, _ ("Comparing the codes was canceled.")));
  self->transport.close (link);
  g_task_return_boolean (task, TRUE);
}

PorchPairingRun *
porch_pairing_run_new (PorchIdentity *identity, const PorchDeviceId *peer, GPtrArray *addresses,
                       const PorchPairingTransport *transport, const PorchPairingTimes *times, PorchPairingRunFunc func,
                       gpointer data)
{
  PorchPairingRun *self = g_new0 (PorchPairingRun, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  self->references = 1;
  self->identity = g_object_ref (identity);
  self->peer = *peer;
  self->addresses = g_ptr_array_ref (addresses);
  self->transport = *transport;
  self->times = *times;
  self->decisions = g_async_queue_new ();
  self->cancellable = g_cancellable_new ();
  self->context = g_main_context_ref_thread_default ();
  self->func = func;
  self->data = data;
  g_task_set_task_data (task, run_ref (self), run_unref);
  porch_pool_run_task (task, work);
  return self;
}

void
porch_pairing_run_decide (PorchPairingRun *self, gboolean match)
{
  g_async_queue_push (self->decisions, GINT_TO_POINTER (match ? DECISION_MATCH : DECISION_DIFFERS));
}

void
porch_pairing_run_drop (PorchPairingRun *self)
{
  self->func = NULL;
  g_cancellable_cancel (self->cancellable);
  g_async_queue_push (self->decisions, GINT_TO_POINTER (DECISION_DROPPED));
  run_unref (self);
}

/* ---- the product's transport ---- */

static gpointer
open_client (PorchIdentity *identity, const PorchDeviceId *peer, GPtrArray *addresses, gpointer data)
{
  return porch_client_new (identity, peer, addresses, 1, CONFIRM_TIMEOUT);
}

static JsonObject *
call_client (gpointer link, const char *method, const char *path, JsonObject *body, GCancellable *cancellable, GError **error)
{
  return porch_client_call (link, method, path, body, cancellable, error);
}

const PorchPairingTransport porch_pairing_client_transport = { open_client, call_client, g_object_unref, NULL };
