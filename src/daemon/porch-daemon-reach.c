/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-reach.h"

#include "porch-error.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  GPtrArray *peers;
  guint next;
} Reach;

static void
reach_free (Reach *reach)
{
  g_ptr_array_unref (reach->peers);
  g_free (reach);
}

void
porch_daemon_name_error (GError **error, PorchPeer *peer)
{
  const char *name = porch_peer_get_name (peer);

  if (*error != NULL && strstr ((*error)->message, name) == NULL)
    g_prefix_error (error, "%s: ", name);
}

static void reach_next (GTask *task);

static void
on_prove_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Reach *reach = g_task_get_task_data (task);
  PorchPeer *peer = g_ptr_array_index (reach->peers, reach->next);
  GError *error = NULL;

  if (!porch_peer_list_prove_finish (PORCH_PEER_LIST (source), result, &error))
    {
      porch_daemon_name_error (&error, peer);
      g_task_return_error (task, error);
      return;
    }
  if (porch_peer_get_id (peer) == NULL)
    {
      g_task_return_new_error (task, PORCH_ERROR, PORCH_ERROR_UNREACHABLE,
                               _ ("“%s” can't be reached. Check that it is on and on this network."),
                               porch_peer_get_name (peer));
      return;
    }
  reach_next (task);
}

static void
reach_next (GTask *task)
{
  PorchEngine *engine = g_task_get_source_object (task);
  Reach *reach = g_task_get_task_data (task);

  for (; reach->next < reach->peers->len; reach->next++)
    {
      PorchPeer *peer = g_ptr_array_index (reach->peers, reach->next);

      if (porch_peer_get_trust (peer) == PORCH_TRUST_BLOCKED)
        {
          g_task_return_new_error (task, PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED, _ ("You blocked “%s”. Unblock it first."),
                                   porch_peer_get_name (peer));
          return;
        }
      if (porch_peer_get_id (peer) == NULL)
        {
          porch_peer_list_prove_async (porch_engine_get_peers (engine), peer, g_task_get_cancellable (task), on_prove_ready,
                                       g_object_ref (task));
          return;
        }
    }
  g_task_return_boolean (task, TRUE);
}

void
porch_daemon_reach_async (PorchEngine *engine, GPtrArray *peers, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer data)
{
  g_autoptr (GTask) task = g_task_new (engine, cancellable, callback, data);
  Reach *reach = g_new0 (Reach, 1);

  reach->peers = g_ptr_array_ref (peers);
  g_task_set_source_tag (task, porch_daemon_reach_async);
  g_task_set_task_data (task, reach, (GDestroyNotify)reach_free);
  reach_next (task);
}

gboolean
porch_daemon_reach_finish (PorchEngine *engine, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, engine), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* An id before a name: nobody can take an id by naming a folder so. */
static PorchRemoteShare *
steal_match (GPtrArray *shares, const char *text)
{
  gint found = -1;

  for (guint i = 0; i < shares->len; i++)
    {
      const PorchRemoteShare *share = g_ptr_array_index (shares, i);

      if (strcmp (share->id, text) == 0)
        {
          found = (gint)i;
          break;
        }
      if (found < 0 && strcmp (share->name, text) == 0)
        found = (gint)i;
    }
  return found < 0 ? NULL : g_ptr_array_steal_index (shares, (guint)found);
}

typedef struct
{
  PorchPeer *peer;
  char *text;
} Resolve;

static void
resolve_free (Resolve *resolve)
{
  g_object_unref (resolve->peer);
  g_free (resolve->text);
  g_free (resolve);
}

static void
on_list_shares_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Resolve *resolve = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) shares = porch_engine_list_shares_finish (PORCH_ENGINE (source), result, &error);
  PorchRemoteShare *share = shares ? steal_match (shares, resolve->text) : NULL;

  if (share != NULL)
    g_task_return_pointer (task, share, (GDestroyNotify)porch_remote_share_free);
  else if (error != NULL)
    {
      porch_daemon_name_error (&error, resolve->peer);
      g_task_return_error (task, error);
    }
  else
    g_task_return_new_error (task, PORCH_ERROR, PORCH_ERROR_NOT_FOUND, _ ("“%s” shares no folder “%s” with you."),
                             porch_peer_get_name (resolve->peer), resolve->text);
}

void
porch_daemon_resolve_share_async (PorchEngine *engine, PorchPeer *peer, const char *share, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (engine, cancellable, callback, data);
  Resolve *resolve = g_new0 (Resolve, 1);

  resolve->peer = g_object_ref (peer);
  resolve->text = g_strdup (share);
  g_task_set_source_tag (task, porch_daemon_resolve_share_async);
  g_task_set_task_data (task, resolve, (GDestroyNotify)resolve_free);
  porch_engine_list_shares_async (engine, peer, cancellable, on_list_shares_ready, task);
}

PorchRemoteShare *
porch_daemon_resolve_share_finish (PorchEngine *engine, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, engine), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
