/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-exports.h"

struct _PorchDaemonExports
{
  GObject parent;

  GDBusObjectManagerServer *manager; /* owned */
  GListModel *model;                 /* owned */
  GHashTable *paths;                 /* owned: item (owned) → object path (owned) */
  PorchDaemonExportFunc func;
  gpointer data; /* borrowed */
};

G_DEFINE_FINAL_TYPE (PorchDaemonExports, porch_daemon_exports, G_TYPE_OBJECT)

static void
show (PorchDaemonExports *self, gpointer item)
{
  char *path = NULL;
  g_autoptr (GDBusInterfaceSkeleton) interface = self->func (item, self->data, &path);
  g_autoptr (GDBusObjectSkeleton) object = NULL;

  if (interface == NULL)
    {
      g_free (path);
      return;
    }
  object = g_dbus_object_skeleton_new (path);
  g_dbus_object_skeleton_add_interface (object, interface);
  g_dbus_object_manager_server_export (self->manager, object);
  g_hash_table_insert (self->paths, g_object_ref (item), path);
}

static void
hide (PorchDaemonExports *self, gpointer item)
{
  const char *path = g_hash_table_lookup (self->paths, item);

  if (path == NULL)
    return;
  g_dbus_object_manager_server_unexport (self->manager, path);
  g_hash_table_remove (self->paths, item);
}

/* The model says how many went and came at a place, not which; a sorted model moves items that way. What is not in it any more
 * goes. */
static void
hide_missing (PorchDaemonExports *self)
{
  g_autoptr (GHashTable) present = g_hash_table_new (NULL, NULL);
  guint n = g_list_model_get_n_items (self->model);
  g_autoptr (GList) shown = g_hash_table_get_keys (self->paths);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i);
      g_hash_table_add (present, item);
    }
  for (GList *l = shown; l; l = l->next)
    if (!g_hash_table_contains (present, l->data))
      hide (self, l->data);
}

static void
on_model_items_changed (GListModel *model, guint position, guint removed, guint added, PorchDaemonExports *self)
{
  if (removed > 0)
    hide_missing (self);
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      if (item && !g_hash_table_contains (self->paths, item))
        show (self, item);
    }
}

static void
porch_daemon_exports_dispose (GObject *object)
{
  PorchDaemonExports *self = PORCH_DAEMON_EXPORTS (object);

  if (self->paths)
    {
      g_autoptr (GList) shown = g_hash_table_get_keys (self->paths);

      for (GList *l = shown; l; l = l->next)
        hide (self, l->data);
    }
  g_clear_pointer (&self->paths, g_hash_table_unref);
  g_clear_object (&self->model);
  g_clear_object (&self->manager);
  G_OBJECT_CLASS (porch_daemon_exports_parent_class)->dispose (object);
}

static void
porch_daemon_exports_class_init (PorchDaemonExportsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_daemon_exports_dispose;
}

static void
porch_daemon_exports_init (PorchDaemonExports *self)
{
  self->paths = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
}

PorchDaemonExports *
porch_daemon_exports_new (GDBusObjectManagerServer *manager, GListModel *model, PorchDaemonExportFunc func, gpointer data)
{
  PorchDaemonExports *self = g_object_new (PORCH_TYPE_DAEMON_EXPORTS, NULL);

  self->manager = g_object_ref (manager);
  self->model = g_object_ref (model);
  self->func = func;
  self->data = data;
  g_signal_connect_object (model, "items-changed", G_CALLBACK (on_model_items_changed), self, 0);
  on_model_items_changed (model, 0, 0, g_list_model_get_n_items (model), self);
  return self;
}

const char *
porch_daemon_exports_get_path (PorchDaemonExports *self, gpointer item)
{
  return g_hash_table_lookup (self->paths, item);
}
