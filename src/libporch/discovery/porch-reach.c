/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-reach.h"

#include "discovery/porch-tcp-race.h"
#include "porch-pool.h"
#include "wire/porch-client.h"

#define MS_PER_S 1000

typedef struct {
  PorchIdentity *identity;
  PorchDeviceId  pin;
  char          *hello;
  gboolean       pinned;
  guint          timeout;
  GPtrArray     *answered;
  PorchReached  *reached;
} Reach;

static PorchReached *
reached_new (void)
{
  PorchReached *reached = g_new0 (PorchReached, 1);

  reached->impostors = g_ptr_array_new_with_free_func (g_object_unref);
  reached->failed = g_ptr_array_new_with_free_func (g_object_unref);
  return reached;
}

void
porch_reached_free (PorchReached *reached)
{
  g_clear_object (&reached->address);
  g_ptr_array_unref (reached->impostors);
  g_ptr_array_unref (reached->failed);
  g_free (reached->name);
  g_free (reached->chassis);
  g_free (reached);
}

static void
reach_free (gpointer data)
{
  Reach *reach = data;

  g_clear_object (&reach->identity);
  g_free (reach->hello);
  g_clear_pointer (&reach->answered, g_ptr_array_unref);
  g_clear_pointer (&reach->reached, porch_reached_free);
  g_free (reach);
}

static const char *
get_string (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node)
                                                                                                   : NULL;
}

PorchReached *
porch_reach_hello (PorchIdentity *identity, const PorchDeviceId *pin, const char *hello, GPtrArray *addresses, guint timeout,
                   GCancellable *cancellable)
{
  guint seconds = MAX (1, (timeout + MS_PER_S - 1) / MS_PER_S);
  g_autoptr (PorchClient) client = porch_client_new (identity, pin, addresses, 1, seconds);
  g_autoptr (JsonObject) answer = porch_client_call (client, "GET", hello, NULL, cancellable, NULL);
  PorchReached *reached = reached_new ();
  g_autoptr (GPtrArray) impostors = porch_client_dup_impostors (client);

  g_ptr_array_extend (reached->impostors, impostors, (GCopyFunc) g_object_ref, NULL);
  reached->address = porch_client_dup_proved_address (client);
  reached->proved = reached->address != NULL;
  if (answer)
    {
      reached->name = g_strdup (get_string (answer, "name"));
      reached->chassis = g_strdup (get_string (answer, "chassis"));
    }
  return reached;
}

static void
say_hello (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Reach *reach = data;
  PorchReached *reached = porch_reach_hello (reach->identity, &reach->pin, reach->hello, reach->answered, reach->timeout, cancellable);

  g_ptr_array_extend (reached->failed, reach->reached->failed, (GCopyFunc) g_object_ref, NULL);
  porch_reached_free (reach->reached);
  reach->reached = reached;
  g_task_return_boolean (task, TRUE);
}

static void
on_race_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Reach *reach = g_task_get_task_data (task);

  g_ptr_array_unref (reach->reached->failed);
  reach->answered = porch_tcp_race_finish (result, &reach->reached->failed);
  if (reach->answered->len > 0 && reach->pinned && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      porch_pool_run_task (task, say_hello);
      return;
    }
  if (reach->answered->len > 0)
    reach->reached->address = g_object_ref (reach->answered->pdata[0]);
  g_task_return_boolean (task, TRUE);
}

void
porch_reach_async (PorchIdentity *identity, const PorchDeviceId *pin, const char *hello, GPtrArray *addresses, guint timeout,
                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Reach *reach = g_new0 (Reach, 1);

  g_task_set_source_tag (task, porch_reach_async);
  g_task_set_check_cancellable (task, FALSE);
  reach->identity = g_object_ref (identity);
  reach->hello = g_strdup (hello);
  reach->pinned = pin != NULL;
  if (pin)
    reach->pin = *pin;
  reach->timeout = timeout;
  reach->reached = reached_new ();
  g_task_set_task_data (task, reach, reach_free);
  porch_tcp_race_async (addresses, timeout, cancellable, on_race_ready, task);
}

PorchReached *
porch_reach_finish (GAsyncResult *result)
{
  Reach *reach = g_task_get_task_data (G_TASK (result));

  g_return_val_if_fail (g_async_result_is_tagged (result, porch_reach_async), NULL);
  return g_steal_pointer (&reach->reached);
}
