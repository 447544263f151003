/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recipe of a send, in two lives: first the manifest is written (then the queue makes an offer of it), then the offer is told to the
 * receiver and watched until it is decided and everything was taken. The files are pulled from our server; where the receiver can't
 * connect, the answer to our waiting request carries what it wants and we deliver (docs/OFFERS.md). */
#include "config.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "transfer/porch-flow-stream.h"
#include "transfer/porch-offer-private.h"
#include "transfer/porch-offer-tree.h"
#include "transfer/porch-work.h"
#include "wire/porch-json.h"
#include "wire/porch-paced-stream.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define WAIT 25             /* seconds that the receiver may hold our question */
#define WAIT_SILENCE (WAIT + 10)
#define UPLOAD_SILENCE 15

/* First life */

static void
note_left_out (const char *name, gpointer data)
{
  PorchWork *work = data;

  porch_transfer_add_problem (work->transfer, name, _ ("It can't be read, or its name can't be sent. It is left out."));
}

static gboolean
check_prepared (PorchWork *work, PorchPrepared *prepared, GError **error)
{
  g_autoptr (GPtrArray) problems = NULL;

  if (prepared->names->len > 0)
    return TRUE;
  problems = porch_transfer_dup_problems (work->transfer);
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_GONE,
                       problems->len > 0 ? ((PorchProblem *) g_ptr_array_index (problems, 0))->message
                                         : _ ("There is nothing to send"));
  return FALSE;
}

static PorchPrepared *
prepare_files (PorchWork *work, PorchPlan *plan, GError **error)
{
  g_autoptr (PorchPrepared) prepared
      = porch_manifest_write (work->manifest, porch_identity_get_secret (work->identity), (const char *const *) plan->names,
                              (const char *const *) plan->locals, note_left_out, work, work->run, error);

  return prepared != NULL && check_prepared (work, prepared, error) ? g_steal_pointer (&prepared) : NULL;
}

/* A text travels in the offer itself. */
static PorchPrepared *
prepare_text (void)
{
  PorchPrepared *prepared = g_new0 (PorchPrepared, 1);

  prepared->names = g_ptr_array_new_with_free_func (g_free);
  return prepared;
}

static void
prepare_send (PorchWork *work, PorchPlan *plan)
{
  PorchPrepared *prepared;
  GError *error = NULL;

  porch_transfer_worker_move (work->transfer, work->run, PORCH_TRANSFER_PREPARING, NULL);
  prepared = plan->text != NULL ? prepare_text () : prepare_files (work, plan, &error);
  if (prepared == NULL)
    {
      g_unlink (work->manifest);
      porch_work_fail (work, error);
      return;
    }
  porch_transfer_set_totals (work->transfer, prepared->bytes, prepared->files);
  work->prepared = prepared;
  work->outcome = PORCH_OUTCOME_PREPARED;
}

/* Second life */

typedef struct {
  PorchWork   *work;
  PorchPlan   *plan;
  PorchClient *client;   /* owned: short requests and uploads */
  PorchClient *waiting;  /* owned: the held one */
  gint64       files, bytes;
  gint64       serial;
  gint64       done;     /* as the receiver says */
  gint64       uploaded; /* since then */
  gboolean     ended;
} Deliver;

/* The code that both screens show while one does not trust the other. */
static gboolean
exchange_code (Deliver *self, JsonObject *body, GError **error)
{
  PorchWork *work = self->work;
  g_autoptr (PorchClient) single = NULL;
  g_autoptr (GPtrArray) addresses = NULL;
  g_autofree char *tag = NULL;
  g_autofree char *code = NULL;

  if (work->pairings == NULL)
    return TRUE;
  /* Both of its requests must come over one connection. */
  addresses = porch_transfer_dup_addresses (work->transfer);
  single = porch_client_new (work->identity, porch_transfer_get_peer (work->transfer), addresses, 1, 0);
  if (!porch_pairing_desk_run_passive (work->pairings, single, porch_transfer_get_peer (work->transfer), &tag, &code, work->run, error))
    return FALSE;
  if (tag != NULL)
    json_object_set_string_member (body, "pair", tag);
  work->coded (work->transfer, tag, code, work->data);
  return TRUE;
}

static JsonObject *
post_offer (Deliver *self, GError **error)
{
  PorchWork *work = self->work;
  g_autoptr (JsonObject) body = porch_json_parse (work->offer_body, strlen (work->offer_body), PORCH_MAX_OFFER_BODY, error);

  if (body == NULL)
    return NULL;
  self->files = porch_json_get_int_or (body, "files", 0, G_MAXINT64, 0);
  self->bytes = porch_json_get_int_or (body, "bytes", 0, G_MAXINT64, 0);
  if (!exchange_code (self, body, error))
    return NULL;
  return porch_client_call (self->client, "POST", "/porch/v1/offers", body, work->run, error);
}

static void
count_upload (gsize bytes, gpointer data)
{
  Deliver *self = data;

  self->uploaded += (gint64) bytes;
  porch_transfer_set_done (self->work->transfer, MIN (self->done + self->uploaded, self->bytes), 0);
}

static PorchFlow *
answer_flow (Deliver *self, const char *route, JsonObject *body, GError **error)
{
  g_autoptr (PorchTree) tree = NULL;
  g_autoptr (GPtrArray) wants = NULL;

  if (strcmp (route, "list") == 0)
    return porch_offer_tree_stream_manifest (self->work->manifest, error);
  wants = porch_want_parse_all (body, error);
  if (wants == NULL)
    return NULL;
  tree = porch_offer_tree_open (porch_identity_get_secret (self->work->identity), (const char *const *) self->plan->names,
                                (const char *const *) self->plan->locals, error);
  return tree ? porch_tree_fetch (tree, g_steal_pointer (&wants)) : NULL;
}

/* A question that is no longer open is none of our trouble: there will be another. */
static gboolean
answer_question (Deliver *self, JsonObject *ask, GError **error)
{
  const char *route = porch_json_get_string (ask, "route", 8, error);
  JsonObject *body = NULL;
  g_autoptr (PorchFlow) flow = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) local = NULL;
  gint64 number;

  if (route == NULL || !porch_json_get_int (ask, "seq", 1, G_MAXINT64, &number, error))
    return FALSE;
  if (json_object_has_member (ask, "body") && JSON_NODE_HOLDS_OBJECT (json_object_get_member (ask, "body")))
    body = json_object_get_object_member (ask, "body");
  if (body == NULL || g_strcmp0 (porch_json_get_optional_string (body, "offer", 32, NULL), self->plan->offer) != 0)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("The other device asked for something that was not offered"));
      return FALSE;
    }
  flow = answer_flow (self, route, body, error);
  if (flow == NULL)
    return FALSE;
  self->uploaded = 0;
  stream = porch_flow_stream_new (flow, 0, 0);
  porch_flow_stream_set_counter (stream, count_upload, self);
  if (self->work->limiter != NULL)
    {
      g_autoptr (GInputStream) base = g_steal_pointer (&stream);

      stream = porch_paced_stream_new (base, self->work->limiter, porch_transfer_get_peer (self->work->transfer), PORCH_UP);
    }
  path = g_strdup_printf ("/porch/v1/offers/%s/content?seq=%" G_GINT64_FORMAT, self->plan->offer, number);
  if (porch_client_upload (self->client, path, stream, self->work->run, &local)
      || g_error_matches (local, PORCH_ERROR, PORCH_ERROR_GONE) || g_error_matches (local, PORCH_ERROR, PORCH_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
end_send (Deliver *self, PorchTransferState state, PorchError code, const char *message)
{
  g_autoptr (GError) error = message ? g_error_new_literal (PORCH_ERROR, (int) code, message) : NULL;

  porch_transfer_worker_move (self->work->transfer, self->work->run, state, error);
  self->ended = TRUE;
  return TRUE;
}

static void
show_running (Deliver *self)
{
  porch_transfer_worker_move (self->work->transfer, self->work->run, PORCH_TRANSFER_RUNNING, NULL);
  porch_transfer_set_done (self->work->transfer, MIN (self->done, self->bytes), 0);
}

static gboolean
take_status (Deliver *self, JsonObject *status, GError **error)
{
  const char *state = porch_json_get_string (status, "state", 16, error);

  if (state == NULL)
    return FALSE;
  self->serial = porch_json_get_int_or (status, "serial", 0, G_MAXINT64, self->serial);
  self->done = porch_json_get_int_or (status, "done", 0, G_MAXINT64, self->done);
  if (strcmp (state, "pending") == 0)
    {
      porch_transfer_worker_move (self->work->transfer, self->work->run, PORCH_TRANSFER_WAITING, NULL);
      return TRUE;
    }
  if (strcmp (state, "accepted") == 0)
    {
      show_running (self);
      if (!json_object_has_member (status, "ask") || !JSON_NODE_HOLDS_OBJECT (json_object_get_member (status, "ask")))
        return TRUE;
      return answer_question (self, json_object_get_object_member (status, "ask"), error);
    }
  if (strcmp (state, "done") == 0)
    {
      porch_transfer_set_done (self->work->transfer, self->bytes, self->files);
      return end_send (self, PORCH_TRANSFER_DONE, 0, NULL);
    }
  if (strcmp (state, "declined") == 0)
    return end_send (self, PORCH_TRANSFER_DECLINED, PORCH_ERROR_DECLINED, _ ("The other person said no."));
  return end_send (self, PORCH_TRANSFER_FAILED, PORCH_ERROR_GONE, _ ("It was not taken: the other side stopped it. Send it again."));
}

static JsonObject *
wait_for_news (Deliver *self, GError **error)
{
  g_autofree char *path
      = g_strdup_printf ("/porch/v1/offers/%s?wait=%d&since=%" G_GINT64_FORMAT, self->plan->offer, WAIT, self->serial);

  return porch_client_call (self->waiting, "GET", path, NULL, self->work->run, error);
}

static gboolean
watch (Deliver *self, GError **error)
{
  JsonObject *status = post_offer (self, error);

  while (status != NULL)
    {
      gboolean ok = take_status (self, status, error);

      json_object_unref (status);
      if (!ok || self->ended)
        return ok;
      status = wait_for_news (self, error);
    }
  return FALSE;
}

static gboolean
connect (Deliver *self, GError **error)
{
  PorchWork *work = self->work;
  g_autoptr (PorchClient) reached = porch_work_dial (work, 1, error);
  g_autoptr (GPtrArray) addresses = NULL;
  g_autoptr (GInetSocketAddress) proved = NULL;

  if (reached == NULL)
    return FALSE;
  addresses = porch_transfer_dup_addresses (work->transfer);
  self->client = porch_client_new (work->identity, porch_transfer_get_peer (work->transfer), addresses, 1, UPLOAD_SILENCE);
  self->waiting = porch_client_new (work->identity, porch_transfer_get_peer (work->transfer), addresses, 1, WAIT_SILENCE);
  return TRUE;
}

/* Too many requests there, or not reachable: it is still to be sent. */
static void
fail_deliver (PorchWork *work, GError *error)
{
  if (g_error_matches (error, PORCH_ERROR, PORCH_ERROR_LIMIT))
    error->code = PORCH_ERROR_BUSY;
  else if (g_error_matches (error, PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED))
    {
      g_error_free (error);
      error = g_error_new_literal (PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED,
                                   _ ("The other person takes things only from people whom they trust. Ask them to allow it."));
    }
  porch_work_fail (work, error);
}

static void
deliver (PorchWork *work, PorchPlan *plan)
{
  Deliver self = { .work = work, .plan = plan, .serial = -1 };
  GError *error = NULL;

  work->outcome = PORCH_OUTCOME_DONE;
  if (porch_transfer_get_live_state (work->transfer) == PORCH_TRANSFER_QUEUED)
    porch_transfer_worker_move (work->transfer, work->run, PORCH_TRANSFER_WAITING, NULL);
  if (!connect (&self, &error) || !watch (&self, &error))
    fail_deliver (work, error);
  g_clear_object (&self.client);
  g_clear_object (&self.waiting);
}

void
porch_send_run (PorchWork *work)
{
  g_autofree char *spec = porch_transfer_dup_spec (work->transfer);
  GError *error = NULL;
  g_autoptr (PorchPlan) plan = porch_plan_parse (porch_transfer_get_source (work->transfer), spec, &error);

  if (plan == NULL)
    porch_work_fail (work, error);
  else if (work->offer_body == NULL)
    prepare_send (work, plan);
  else
    deliver (work, plan);
}

void
porch_send_clean (PorchWork *work)
{
  if (work->manifest != NULL)
    g_unlink (work->manifest);
}
