/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-tcp-race.h"

typedef struct {
  GTask              *task; /* borrowed; NULL once it returned */
  GInetSocketAddress *address;
  GSocket            *socket;
  GSource            *source;
} Runner;

typedef struct {
  GPtrArray *runners;
  GPtrArray *answered;
  GPtrArray *failed;
  guint      pending;
  GSource   *deadline;
  GSource   *grace;
  GSource   *cancelled;
} Race;

static void
drop_source (GSource **source)
{
  if (*source)
    {
      g_source_destroy (*source);
      g_clear_pointer (source, g_source_unref);
    }
}

static void
runner_free (gpointer data)
{
  Runner *runner = data;

  drop_source (&runner->source);
  g_clear_object (&runner->socket);
  g_object_unref (runner->address);
  g_free (runner);
}

static void
race_free (gpointer data)
{
  Race *race = data;

  drop_source (&race->deadline);
  drop_source (&race->grace);
  drop_source (&race->cancelled);
  g_ptr_array_unref (race->runners);
  g_ptr_array_unref (race->answered);
  g_ptr_array_unref (race->failed);
  g_free (race);
}

static void
finish (GTask *task)
{
  Race *race = g_task_get_task_data (task);

  for (guint i = 0; i < race->runners->len; i++)
    {
      Runner *runner = race->runners->pdata[i];

      drop_source (&runner->source);
      g_clear_object (&runner->socket);
    }
  drop_source (&race->deadline);
  drop_source (&race->grace);
  drop_source (&race->cancelled);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static gboolean
on_grace (gpointer data)
{
  finish (data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_deadline (gpointer data)
{
  Race *race = g_task_get_task_data (data);

  for (guint i = 0; i < race->runners->len; i++)
    {
      Runner *runner = race->runners->pdata[i];

      if (runner->socket)
        g_ptr_array_add (race->failed, g_object_ref (runner->address));
    }
  finish (data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  finish (data);
  return G_SOURCE_REMOVE;
}

static GSource *
add_timer (GTask *task, guint milliseconds, GSourceFunc func)
{
  GSource *source = g_timeout_source_new (milliseconds);

  g_source_set_callback (source, func, task, NULL);
  g_source_attach (source, g_task_get_context (task));
  return source;
}

static void
arrive (Runner *runner, gboolean answered)
{
  GTask *task = runner->task;
  Race *race = g_task_get_task_data (task);

  drop_source (&runner->source);
  g_clear_object (&runner->socket);
  g_ptr_array_add (answered ? race->answered : race->failed, g_object_ref (runner->address));
  race->pending--;
  if (race->pending == 0)
    finish (task);
  else if (answered && !race->grace)
    race->grace = add_timer (task, PORCH_TCP_RACE_GRACE, on_grace);
}

static gboolean
on_writable (GSocket *socket, GIOCondition condition, gpointer data)
{
  arrive (data, g_socket_check_connect_result (socket, NULL));
  return G_SOURCE_REMOVE;
}

/* TRUE: the answer is still to come. */
static gboolean
start (Runner *runner, GMainContext *context)
{
  g_autoptr (GError) error = NULL;

  runner->socket = g_socket_new (g_socket_address_get_family (G_SOCKET_ADDRESS (runner->address)), G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, &error);
  if (!runner->socket)
    return FALSE;
  g_socket_set_blocking (runner->socket, FALSE);
  if (!g_socket_connect (runner->socket, G_SOCKET_ADDRESS (runner->address), NULL, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING))
    {
      g_clear_object (&runner->socket);
      return FALSE;
    }
  runner->source = g_socket_create_source (runner->socket, G_IO_OUT, NULL);
  g_source_set_callback (runner->source, G_SOURCE_FUNC (on_writable), runner, NULL);
  g_source_attach (runner->source, context);
  return TRUE;
}

void
porch_tcp_race_async (GPtrArray *addresses, guint timeout, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Race *race = g_new0 (Race, 1);

  g_task_set_source_tag (task, porch_tcp_race_async);
  g_task_set_check_cancellable (task, FALSE);
  race->runners = g_ptr_array_new_with_free_func (runner_free);
  race->answered = g_ptr_array_new_with_free_func (g_object_unref);
  race->failed = g_ptr_array_new_with_free_func (g_object_unref);
  g_task_set_task_data (task, race, race_free);
  for (guint i = 0; i < addresses->len; i++)
    {
      Runner *runner = g_new0 (Runner, 1);

      runner->task = task;
      runner->address = g_object_ref (addresses->pdata[i]);
      g_ptr_array_add (race->runners, runner);
      if (start (runner, g_task_get_context (task)))
        race->pending++;
      else
        g_ptr_array_add (race->failed, g_object_ref (runner->address));
    }
  if (race->pending == 0)
    {
      finish (task);
      return;
    }
  race->deadline = add_timer (task, timeout, on_deadline);
  if (cancellable)
    {
      race->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (race->cancelled, G_SOURCE_FUNC (on_cancelled), task, NULL);
      g_source_attach (race->cancelled, g_task_get_context (task));
    }
}

GPtrArray *
porch_tcp_race_finish (GAsyncResult *result, GPtrArray **failed)
{
  Race *race = g_task_get_task_data (G_TASK (result));

  g_return_val_if_fail (g_async_result_is_tagged (result, porch_tcp_race_async), NULL);
  if (failed)
    *failed = g_ptr_array_ref (race->failed);
  return g_ptr_array_ref (race->answered);
}
