/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "handout/porch-handout-news.h"

#include "handout/porch-joiner.h"
#include "porch-error.h"
#include "porch-pool.h"
#include "transfer/porch-space.h"
#include "transfer/porch-transfer-private.h"
#include "wire/porch-client.h"

/* Well within the giver's patience; another state is told at once. */
#define TELL_MS 5000
#define TIMEOUT 4
/* What became of it is told until the giver has heard it, or this often. */
#define MAX_TRIES 60
/* After a restart what ended within this long is told once more: nobody knows whether it was heard. */
#define RECENT_S (24 * 3600)

/* One transfer out of a hand-out. */
typedef struct
{
  PorchHandoutNews *owner; /* NULL when that has gone, and a call still runs */
  int references;
  PorchTransfer *transfer; /* owned */
  gulong handler;
  PorchTransferState told; /* the state of the last report that was heard */
  gboolean was_told;
  gboolean running;
  gboolean again; /* it moved while a report was under way */
  gboolean over;  /* nothing more is to be told */
  guint tries;
} Story;

struct _PorchHandoutNews
{
  /* owned */
  PorchTransferQueue *queue;
  PorchIdentity *identity;
  PorchPeerList *peers;
  GPtrArray *stories; /* of Story */
  GCancellable *cancellable;
  guint timer;
};

static void
story_unref (Story *story)
{
  if (--story->references > 0)
    return;
  g_object_unref (story->transfer);
  g_free (story);
}

static void
drop_story (gpointer data)
{
  Story *story = data;

  g_signal_handler_disconnect (story->transfer, story->handler);
  story->owner = NULL;
  story_unref (story);
}

static PorchJoinerState
state_of (PorchTransfer *transfer)
{
  switch (porch_transfer_get_state (transfer))
    {
    case PORCH_TRANSFER_DONE:
    case PORCH_TRANSFER_SETTLING:
      return porch_transfer_get_state (transfer) == PORCH_TRANSFER_DONE ? PORCH_JOINER_DONE : PORCH_JOINER_RUNNING;
    case PORCH_TRANSFER_CANCELLED:
    case PORCH_TRANSFER_FAILED:
    case PORCH_TRANSFER_PAUSED:
      return PORCH_JOINER_LEFT;
    case PORCH_TRANSFER_RUNNING:
      return porch_transfer_get_turn (transfer) > 0 && porch_transfer_get_bytes_done (transfer) == 0 ? PORCH_JOINER_WAITING
                                                                                                     : PORCH_JOINER_RUNNING;
    case PORCH_TRANSFER_STALLED:
      return g_error_matches (porch_transfer_get_error (transfer), PORCH_ERROR, PORCH_ERROR_NO_SPACE) ? PORCH_JOINER_NO_SPACE
             : porch_transfer_get_bytes_done (transfer) > 0                                           ? PORCH_JOINER_RUNNING
                                                                                                      : PORCH_JOINER_WAITING;
    default:
      return porch_transfer_get_bytes_done (transfer) > 0 ? PORCH_JOINER_RUNNING : PORCH_JOINER_WAITING;
    }
}

static JsonObject *
new_report (PorchTransfer *transfer)
{
  JsonObject *report = json_object_new ();
  PorchJoinerState state = state_of (transfer);
  gint64 done = porch_transfer_get_bytes_done (transfer);

  json_object_set_string_member (report, "state", porch_joiner_state_to_string (state));
  json_object_set_int_member (report, "done", done);
  if (state == PORCH_JOINER_NO_SPACE)
    json_object_set_int_member (
        report, "missing",
        porch_space_missing_in (porch_transfer_get_target (transfer), porch_transfer_get_bytes_total (transfer) - done));
  return report;
}

/* In the pool. */
static void
run_call (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *path = g_object_get_data (G_OBJECT (task), "path");
  GError *error = NULL;
  g_autoptr (JsonObject) answer = porch_client_call (source, "POST", path, data, cancellable, &error);

  if (answer == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void tell (Story *story);

static void
on_call_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Story *story = data;
  g_autoptr (GError) error = NULL;
  gboolean heard = g_task_propagate_boolean (G_TASK (result), &error);
  gboolean live = porch_transfer_is_live (story->transfer);

  story->running = FALSE;
  if (heard)
    {
      story->was_told = TRUE;
      story->told = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (result), "state"));
      story->tries = 0;
    }
  else
    story->tries++;
  /* It has ended, or is nothing of theirs: nobody there wants to know. */
  if (!live && !story->again
      && (heard || story->tries >= MAX_TRIES || g_error_matches (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND)))
    story->over = TRUE;
  if (story->owner != NULL && story->again)
    tell (story);
  story_unref (story);
}

static void
tell (Story *story)
{
  PorchHandoutNews *owner = story->owner;
  PorchPeer *peer = porch_peer_list_lookup (owner->peers, porch_transfer_get_peer (story->transfer));
  g_autoptr (GPtrArray) addresses = peer ? porch_peer_dup_addresses (peer) : NULL;
  g_autoptr (PorchClient) client = NULL;
  g_autoptr (GTask) task = NULL;

  story->again = story->running;
  if (story->running || story->over || addresses == NULL || addresses->len == 0)
    return;
  story->running = TRUE;
  story->references++;
  client = porch_client_new (owner->identity, porch_transfer_get_peer (story->transfer), addresses, 1, TIMEOUT);
  task = g_task_new (client, owner->cancellable, on_call_ready, story);
  g_task_set_source_tag (task, tell);
  g_object_set_data_full (G_OBJECT (task), "path",
                          g_strconcat ("/porch/v1/handouts/", porch_transfer_get_offer (story->transfer), NULL), g_free);
  g_object_set_data (G_OBJECT (task), "state", GINT_TO_POINTER (porch_transfer_get_state (story->transfer)));
  g_task_set_task_data (task, new_report (story->transfer), (GDestroyNotify)json_object_unref);
  porch_pool_run_task (task, run_call);
}

static gboolean
on_timer (gpointer data)
{
  PorchHandoutNews *self = data;

  for (guint i = self->stories->len; i-- > 0;)
    {
      Story *story = g_ptr_array_index (self->stories, i);

      if (!story->over || porch_transfer_is_live (story->transfer))
        tell (story);
    }
  for (guint i = 0; i < self->stories->len; i++)
    if (!((Story *)g_ptr_array_index (self->stories, i))->over)
      return G_SOURCE_CONTINUE;
  self->timer = 0;
  return G_SOURCE_REMOVE;
}

static void
tell_from_now_on (PorchHandoutNews *self)
{
  if (self->timer == 0)
    self->timer = g_timeout_add (TELL_MS, on_timer, self);
}

static void
on_transfer_notify_state (PorchTransfer *transfer, GParamSpec *pspec, Story *story)
{
  story->over = FALSE;
  story->tries = 0;
  if (story->was_told && story->told == porch_transfer_get_state (transfer))
    return;
  tell (story);
  tell_from_now_on (story->owner);
}

static void
follow (PorchHandoutNews *self, PorchTransfer *transfer)
{
  Story *story;

  for (guint i = 0; i < self->stories->len; i++)
    if (((Story *)g_ptr_array_index (self->stories, i))->transfer == transfer)
      return;
  story = g_new0 (Story, 1);
  story->owner = self;
  story->references = 1;
  story->transfer = g_object_ref (transfer);
  story->over = !porch_transfer_is_live (transfer)
                && porch_transfer_get_finished (transfer) + RECENT_S < g_get_real_time () / G_USEC_PER_SEC;
  story->handler = g_signal_connect (transfer, "notify::state", G_CALLBACK (on_transfer_notify_state), story);
  g_ptr_array_add (self->stories, story);
  if (!story->over)
    {
      tell (story);
      tell_from_now_on (self);
    }
}

/* Of what is gone from the list there is nothing more to tell, once it was told. */
static void
forget_cleared (PorchHandoutNews *self)
{
  for (guint i = self->stories->len; i-- > 0;)
    {
      Story *story = g_ptr_array_index (self->stories, i);

      if (story->over && porch_transfer_queue_lookup (self->queue, porch_transfer_get_id (story->transfer)) == NULL)
        g_ptr_array_remove_index (self->stories, i);
    }
}

static void
on_queue_items_changed (GListModel *model, guint position, guint removed, guint added, PorchHandoutNews *self)
{
  if (removed > 0)
    forget_cleared (self);
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (PorchTransfer) transfer = g_list_model_get_item (model, i);

      if (transfer != NULL && porch_transfer_get_handout (transfer) != NULL)
        follow (self, transfer);
    }
}

PorchHandoutNews *
porch_handout_news_new (PorchTransferQueue *queue, PorchIdentity *identity, PorchPeerList *peers)
{
  PorchHandoutNews *self = g_new0 (PorchHandoutNews, 1);

  self->queue = g_object_ref (queue);
  self->identity = g_object_ref (identity);
  self->peers = g_object_ref (peers);
  self->stories = g_ptr_array_new_with_free_func (drop_story);
  self->cancellable = g_cancellable_new ();
  g_signal_connect (queue, "items-changed", G_CALLBACK (on_queue_items_changed), self);
  on_queue_items_changed (G_LIST_MODEL (queue), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (queue)), self);
  return self;
}

void
porch_handout_news_free (PorchHandoutNews *self)
{
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->queue, self);
  g_ptr_array_unref (self->stories);
  g_object_unref (self->cancellable);
  g_object_unref (self->queue);
  g_object_unref (self->identity);
  g_object_unref (self->peers);
  g_free (self);
}
