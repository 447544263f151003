/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "share/porch-share-check.h"

#include "porch-pool.h"
#include "share/porch-share-private.h"

#define HANGS_SECONDS 3
#define DATA_KEY "porch-share-check"

/* One look. Lives as the task's data; the share holds it by name until it is back. */
typedef struct {
  char    *path;
  gboolean mount_point;
  guint    hang_source;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_free (look->path);
  g_free (look);
}

static void
look (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Look *self = task_data;

  g_task_return_int (task, porch_share_look (self->path, self->mount_point));
}

static gboolean
on_hangs (gpointer data)
{
  PorchShare *share = data;
  Look       *self = g_object_get_data (G_OBJECT (share), DATA_KEY);

  self->hang_source = 0;
  porch_share_set_hanging (share, TRUE);
  porch_share_set_state (share, PORCH_SHARE_UNREADABLE);
  return G_SOURCE_REMOVE;
}

static void
on_look_ready (GObject *object, GAsyncResult *result, gpointer data)
{
  PorchShare *share = PORCH_SHARE (object);
  Look       *self = g_task_get_task_data (G_TASK (result));

  g_clear_handle_id (&self->hang_source, g_source_remove);
  g_object_set_data (object, DATA_KEY, NULL);
  porch_share_set_hanging (share, FALSE);
  porch_share_set_state (share, (PorchShareState) g_task_propagate_int (G_TASK (result), NULL));
}

void
porch_share_check_begin (PorchShare *share)
{
  const PorchShareTerms *terms = porch_share_get_terms (share);
  g_autoptr (GTask) task = NULL;
  Look *self;

  if (g_object_get_data (G_OBJECT (share), DATA_KEY) != NULL)
    return;
  self = g_new0 (Look, 1);
  self->path = g_strdup (terms->path);
  self->mount_point = terms->mount_point;
  self->hang_source = g_timeout_add_seconds (HANGS_SECONDS, on_hangs, share); /* the task keeps the share alive until it is removed */
  g_object_set_data (G_OBJECT (share), DATA_KEY, self);
  task = g_task_new (share, NULL, on_look_ready, NULL);
  g_task_set_source_tag (task, porch_share_check_begin);
  g_task_set_task_data (task, self, look_free);
  porch_pool_run_task (task, look);
}
