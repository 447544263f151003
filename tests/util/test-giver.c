/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-giver.h"

#include "porch-error.h"
#include "transfer/porch-new-transfer.h"
#include "transfer/porch-offer-tree.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static const guint8 secret[32] = "a secret of the test, 32 bytes.";

void
test_giver_init (TestGiver *giver, const char *root)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchDir) dir = root ? porch_dir_open (root, &error) : NULL;

  g_assert_no_error (error);
  memset (giver, 0, sizeof *giver);
  giver->tree = dir ? porch_tree_new_share (dir, secret) : NULL;
  giver->cut_after = -1;
  giver->kill_after = -1;
}

void
test_giver_clear (TestGiver *giver)
{
  g_clear_pointer (&giver->tree, porch_tree_unref);
  g_clear_pointer (&giver->manifest, g_free);
}

typedef struct {
  TestGiver *giver;
  PorchFlow *from, *to;
  gboolean   frames;
} Pump;

static GBytes *
cut_piece (TestGiver *giver, GBytes *piece, gint64 limit)
{
  gsize size = g_bytes_get_size (piece);
  GBytes *part;

  if (limit < 0 || giver->sent + (gint64) size <= limit)
    return piece;
  part = g_bytes_new_from_bytes (piece, 0, (gsize) MAX (limit - giver->sent, 0));
  g_bytes_unref (piece);
  return part;
}

/* A pump of an answer that was given up may still run when the next one begins. */
static GMutex giving;

static gpointer
pump (gpointer data)
{
  Pump *self = data;
  TestGiver *giver = self->giver;
  GError *error = NULL;
  GBytes *piece;

  while ((piece = porch_flow_pop (self->from, &error)) != NULL)
    {
      gboolean enough;
      gsize whole;

      g_mutex_lock (&giving);
      if (giver->on_piece != NULL)
        piece = giver->on_piece (piece, giver->data);
      whole = g_bytes_get_size (piece);
      if (self->frames)
        {
          piece = cut_piece (giver, piece, giver->cut_after);
          piece = cut_piece (giver, piece, giver->kill_after);
          giver->sent += (gint64) g_bytes_get_size (piece);
        }
      enough = giver->kill_after >= 0 && giver->sent >= giver->kill_after;
      g_mutex_unlock (&giving);
      if (g_bytes_get_size (piece) < whole)
        {
          porch_flow_push (self->to, piece);
          if (enough)
            {
              /* Let some of what is on its way arrive, as it would on a real wire, then pull the plug in the midst of it. */
              g_usleep ((gulong) (giver->kill_after % 5) * 5000);
              kill (getpid (), SIGKILL);
            }
          error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "cut");
          break;
        }
      if (!porch_flow_push (self->to, piece))
        break;
    }
  porch_flow_close (self->from);
  porch_flow_finish (self->to, error);
  porch_flow_unref (self->from);
  porch_flow_unref (self->to);
  g_free (self);
  return NULL;
}

typedef struct {
  TestGiver *giver;
  PorchAsk  *ask; /* borrowed */
} Asked;

static PorchFlow *
answer (TestGiver *giver, const char *route, JsonObject *body)
{
  const char *path = json_object_get_string_member_with_default (body, "path", "");

  if (strcmp (route, "fetch") == 0)
    {
      g_autoptr (GError) error = NULL;
      GPtrArray *wants = porch_want_parse_all (body, &error);

      g_assert_no_error (error);
      giver->fetches++;
      return porch_tree_fetch (giver->tree, wants);
    }
  if (giver->manifest != NULL)
    {
      PorchFlow *flow = porch_flow_new (strlen (giver->manifest) + 1);

      porch_flow_push (flow, g_bytes_new (giver->manifest, strlen (giver->manifest)));
      porch_flow_finish (flow, NULL);
      return flow;
    }
  if (json_object_get_boolean_member_with_default (body, "self", FALSE))
    return porch_tree_list_self (giver->tree, path);
  return porch_tree_list (giver->tree, path, TRUE);
}

static gboolean
on_asked (gpointer data)
{
  Asked *asked = data;
  g_autoptr (JsonObject) question = porch_ask_dup_question (asked->ask);
  Pump *job;
  const char *route;

  if (question == NULL || asked->giver->tree == NULL)
    return G_SOURCE_REMOVE;
  route = json_object_get_string_member (question, "route");
  if (asked->giver->on_request != NULL)
    asked->giver->on_request (route, json_object_get_object_member (question, "body"), asked->giver->data);
  job = g_new0 (Pump, 1);
  job->giver = asked->giver;
  job->frames = strcmp (route, "fetch") == 0;
  job->from = answer (asked->giver, route, json_object_get_object_member (question, "body"));
  job->to = porch_ask_take (asked->ask, (guint64) json_object_get_int_member (question, "seq"), NULL);
  g_thread_unref (g_thread_new ("pump", pump, job));
  return G_SOURCE_REMOVE;
}

static void
on_contacted (PorchContact *contact, gpointer data)
{
  porch_contact_free (contact);
}

typedef struct {
  PorchWork *work;
  gint       ended;
} Life;

static gpointer
run_worker (gpointer data)
{
  Life *life = data;

  if (life->work->cleaning)
    porch_download_clean (life->work);
  else
    porch_download_run (life->work);
  g_atomic_int_set (&life->ended, 1);
  g_main_context_wakeup (NULL);
  return NULL;
}

static gboolean
on_stop (gpointer data)
{
  porch_transfer_stop_run (data);
  return G_SOURCE_REMOVE;
}

static PorchWork *
new_work (PorchStore *store, PorchTransfer *transfer, PorchSlots *slots)
{
  PorchWork *work = g_new0 (PorchWork, 1);

  work->transfer = g_object_ref (transfer);
  work->run = porch_transfer_begin_run (transfer);
  work->store = g_object_ref (store);
  work->slots = slots;
  work->contacted = on_contacted;
  return work;
}

static void
live (PorchWork *work, guint stop_after)
{
  Life life = { work, 0 };
  GThread *thread = g_thread_new ("worker", run_worker, &life);
  guint stop = stop_after > 0 ? g_timeout_add (stop_after, on_stop, work->transfer) : 0;

  while (!g_atomic_int_get (&life.ended))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  if (stop != 0 && g_main_context_find_source_by_id (NULL, stop) != NULL)
    g_source_remove (stop);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

PorchOutcome
test_giver_run (TestGiver *giver, PorchStore *store, PorchTransfer *transfer, gboolean careful, guint stop_after, GError **error)
{
  PorchSlots slots = { .max = 3 };
  PorchWork *work = new_work (store, transfer, &slots);
  Asked asked = { giver, NULL };
  g_autoptr (PorchAsk) ask = porch_ask_new (on_asked, &asked, NULL);
  PorchOutcome outcome;

  asked.ask = ask;
  work->ask = porch_ask_ref (ask);
  work->careful = careful;
  work->since = g_get_real_time ();
  live (work, stop_after);
  outcome = work->outcome;
  giver->careful = work->careful;
  if (work->error != NULL)
    g_propagate_error (error, g_steal_pointer (&work->error));
  porch_work_free (work);
  porch_transfer_sample (transfer, g_get_monotonic_time ());
  return outcome;
}

void
test_giver_clean (PorchStore *store, PorchTransfer *transfer)
{
  PorchSlots slots = { .max = 3 };
  PorchWork *work = new_work (store, transfer, &slots);

  work->cleaning = TRUE;
  live (work, 0);
  porch_work_free (work);
}

PorchTransfer *
test_giver_download (PorchStore *store, const char *const *paths, const char *target)
{
  PorchDeviceId peer = { { 1 } };
  g_autoptr (GError) error = NULL;
  PorchTransferRecord *record = porch_new_download (&peer, "0123456789abcdef", "Films", paths, target, &error);

  g_assert_no_error (error);
  porch_transfer_store_insert (store, record, &error);
  g_assert_no_error (error);
  return porch_transfer_new (store, record, NULL);
}

PorchTransfer *
test_giver_reload (PorchStore *store, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = porch_transfer_store_load (store, 50, &error);

  g_assert_no_error (error);
  g_ptr_array_set_free_func (records, NULL);
  for (guint i = 0; i < records->len; i++)
    {
      PorchTransferRecord *record = g_ptr_array_index (records, i);

      if (id != NULL && strcmp (record->id, id) != 0)
        continue;
      if (porch_transfer_state_is_live (record->state))
        record->state = PORCH_TRANSFER_QUEUED;
      return porch_transfer_new (store, record, porch_transfer_store_load_problems (store, record->id, NULL));
    }
  g_assert_not_reached ();
}
