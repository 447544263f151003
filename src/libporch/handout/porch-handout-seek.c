/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "handout/porch-handout-seek.h"

#include "handout/porch-handout.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "porch-pool.h"
#include "share/porch-path.h"
#include "transfer/porch-offer-private.h"
#include "wire/porch-client.h"
#include "wire/porch-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define ANSWER_SECONDS 4
/* All have answered or are not here by then; once somebody has said yes, the others have this long to say it too. */
#define PATIENCE_MS 10000
#define OTHERS_MS 1500

void
porch_found_handout_free (PorchFoundHandout *found)
{
  g_object_unref (found->peer);
  g_object_unref (found->offer);
  g_free (found->title);
  g_free (found);
}

char *
porch_handout_number_parse (const char *text, GError **error)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_ascii_isdigit (*p))
        g_string_append_c (digits, *p);
      else if (g_unichar_isdigit (c))
        g_string_append_c (digits, (char)('0' + g_unichar_digit_value (c)));
      else if (!g_unichar_isspace (c) && c != '-')
        g_string_append_c (digits, '?');
    }
  if (digits->len == PORCH_HANDOUT_DIGITS && strchr (digits->str, '?') == NULL)
    return g_strdup (digits->str);
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("The number of a hand-out has %d digits, such as 482 913."),
               PORCH_HANDOUT_DIGITS);
  return NULL;
}

/* ---- asking everybody ---- */

typedef struct
{
  PorchIdentity *identity;
  char *name; /* (nullable) */
  char *number;
  GPtrArray *found; /* of PorchFoundHandout */
  guint asked;
  guint pending;
  guint limited; /* said that we try too often */
  guint over_id;
  gboolean over;
} Seek;

/* One of them. */
typedef struct
{
  GTask *task;     /* owned: the whole */
  PorchPeer *peer; /* owned */
} Ask;

static void
seek_free (gpointer data)
{
  Seek *seek = data;

  g_clear_handle_id (&seek->over_id, g_source_remove);
  g_object_unref (seek->identity);
  g_free (seek->name);
  g_free (seek->number);
  g_clear_pointer (&seek->found, g_ptr_array_unref);
  g_free (seek);
}

static void
ask_free (Ask *ask)
{
  porch_peer_list_release (PORCH_PEER_LIST (g_task_get_source_object (ask->task)), ask->peer);
  g_object_unref (ask->peer);
  g_object_unref (ask->task);
  g_free (ask);
}

static void
finish (GTask *task)
{
  Seek *seek = g_task_get_task_data (task);

  if (seek->over)
    return;
  seek->over = TRUE;
  g_clear_handle_id (&seek->over_id, g_source_remove);
  if (seek->found->len > 0)
    g_task_return_pointer (task, g_steal_pointer (&seek->found), (GDestroyNotify)g_ptr_array_unref);
  else if (seek->limited > 0)
    g_task_return_new_error (task, PORCH_ERROR, PORCH_ERROR_LIMIT,
                             _ ("Too many numbers were tried that are not right. Wait a minute, then try again."));
  else if (seek->asked == 0)
    g_task_return_new_error (task, PORCH_ERROR, PORCH_ERROR_UNREACHABLE,
                             _ ("Nobody is here who could hand something out. Are you on the same network?"));
  else
    g_task_return_new_error (
        task, PORCH_ERROR, PORCH_ERROR_NOT_FOUND,
        _ ("Nobody here hands something out under this number. Check the number, and that you are on the same network."));
}

static gboolean
on_over (gpointer data)
{
  Seek *seek = g_task_get_task_data (data);

  seek->over_id = 0;
  finish (data);
  return G_SOURCE_REMOVE;
}

static void
set_over (GTask *task, guint milliseconds)
{
  Seek *seek = g_task_get_task_data (task);

  g_clear_handle_id (&seek->over_id, g_source_remove);
  seek->over_id = g_timeout_add_full (G_PRIORITY_DEFAULT, milliseconds, on_over, g_object_ref (task), g_object_unref);
}

/* What the other side says is checked like an offer of its. */
static void
take_answer (GTask *task, PorchPeer *peer, JsonObject *answer)
{
  Seek *seek = g_task_get_task_data (task);
  g_autoptr (PorchOffer) offer = porch_offer_new_incoming (porch_peer_get_id (peer), answer, NULL, NULL);
  const char *title = porch_json_get_optional_string (answer, "title", PORCH_MAX_LABEL, NULL);
  PorchFoundHandout *found;

  if (offer == NULL || porch_offer_get_kind (offer) != PORCH_OFFER_FILES || title == NULL || !porch_label_check (title, NULL)
      || seek->over)
    return;
  found = g_new0 (PorchFoundHandout, 1);
  found->peer = g_object_ref (peer);
  found->offer = g_steal_pointer (&offer);
  found->title = g_strdup (title);
  g_ptr_array_add (seek->found, found);
  if (seek->found->len == 1)
    set_over (task, OTHERS_MS);
}

static void
end_ask (Ask *ask)
{
  Seek *seek = g_task_get_task_data (ask->task);

  if (--seek->pending == 0)
    finish (ask->task);
  ask_free (ask);
}

/* In the pool. */
static void
run_call (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  JsonObject *answer = porch_client_call (source, "POST", "/porch/v1/handouts", data, cancellable, &error);

  if (answer == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, answer, (GDestroyNotify)json_object_unref);
}

static void
on_call_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Ask *ask = data;
  Seek *seek = g_task_get_task_data (ask->task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = g_task_propagate_pointer (G_TASK (result), &error);

  if (answer != NULL)
    take_answer (ask->task, ask->peer, answer);
  else if (g_error_matches (error, PORCH_ERROR, PORCH_ERROR_BUSY))
    seek->limited++;
  end_ask (ask);
}

/* One for each: the counter of a JsonObject's references is not for two threads. */
static JsonObject *
new_body (Seek *seek)
{
  JsonObject *body = json_object_new ();

  json_object_set_string_member (body, "number", seek->number);
  if (seek->name != NULL)
    json_object_set_string_member (body, "name", seek->name);
  return body;
}

static void
call (Ask *ask)
{
  Seek *seek = g_task_get_task_data (ask->task);
  g_autoptr (GPtrArray) addresses = porch_peer_dup_addresses (ask->peer);
  g_autoptr (PorchClient) client
      = porch_client_new (seek->identity, porch_peer_get_id (ask->peer), addresses, 1, ANSWER_SECONDS);
  g_autoptr (GTask) task = g_task_new (client, g_task_get_cancellable (ask->task), on_call_ready, ask);

  g_task_set_source_tag (task, call);
  g_task_set_task_data (task, new_body (seek), (GDestroyNotify)json_object_unref);
  porch_pool_run_task (task, run_call);
}

static void
on_proved (GObject *source, GAsyncResult *result, gpointer data)
{
  Ask *ask = data;
  Seek *seek = g_task_get_task_data (ask->task);

  if (porch_peer_list_prove_finish (PORCH_PEER_LIST (source), result, NULL) && porch_peer_get_id (ask->peer) != NULL
      && !seek->over)
    call (ask);
  else
    end_ask (ask);
}

static void
begin_ask (GTask *task, PorchPeerList *peers, PorchPeer *peer)
{
  Ask *ask = g_new0 (Ask, 1);
  Seek *seek = g_task_get_task_data (task);

  ask->task = g_object_ref (task);
  ask->peer = g_object_ref (peer);
  porch_peer_list_hold (peers, peer);
  seek->asked++;
  seek->pending++;
  /* Returns at once where the id is known. */
  porch_peer_list_prove_async (peers, peer, g_task_get_cancellable (task), on_proved, ask);
}

static gboolean
may_be_asked (PorchPeer *peer)
{
  g_autoptr (GPtrArray) addresses = porch_peer_dup_addresses (peer);

  return addresses->len > 0 && porch_peer_get_trust (peer) != PORCH_TRUST_BLOCKED && !porch_peer_get_newer (peer);
}

void
porch_handout_seek_async (PorchPeerList *peers, PorchIdentity *identity, const char *name, const char *number,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (peers, cancellable, callback, data);
  g_autoptr (GPtrArray) asked = g_ptr_array_new_with_free_func (g_object_unref);
  Seek *seek = g_new0 (Seek, 1);

  g_task_set_source_tag (task, porch_handout_seek_async);
  seek->identity = g_object_ref (identity);
  seek->name = g_strdup (name);
  seek->number = g_strdup (number);
  seek->found = g_ptr_array_new_with_free_func ((GDestroyNotify)porch_found_handout_free);
  g_task_set_task_data (task, seek, seek_free);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (peers)); i++)
    {
      g_autoptr (PorchPeer) peer = g_list_model_get_item (G_LIST_MODEL (peers), i);

      if (may_be_asked (peer))
        g_ptr_array_add (asked, g_object_ref (peer));
    }
  for (guint i = 0; i < asked->len; i++)
    begin_ask (task, peers, g_ptr_array_index (asked, i));
  if (asked->len == 0)
    finish (task);
  else
    set_over (task, PATIENCE_MS);
}

GPtrArray *
porch_handout_seek_finish (PorchPeerList *peers, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, peers), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

PorchTransfer *
porch_handout_take (PorchTransferQueue *queue, const PorchFoundHandout *found, const char *target, GError **error)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (queue)); i++)
    {
      g_autoptr (PorchTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (queue), i);

      if (porch_transfer_get_handout (transfer) != NULL && porch_transfer_is_live (transfer)
          && g_strcmp0 (porch_transfer_get_offer (transfer), porch_offer_get_id (found->offer)) == 0
          && porch_device_id_equal (porch_transfer_get_peer (transfer), porch_peer_get_id (found->peer)))
        {
          porch_transfer_resume (transfer);
          return transfer;
        }
    }
  return porch_transfer_queue_join (queue, found->offer, found->title, target, error);
}
