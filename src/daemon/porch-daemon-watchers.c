/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-watchers.h"

/* How often shared folders are looked at while somebody looks. */
#define CHECK_SHARES_S 30

struct _PorchDaemonWatchers
{
  GObject parent;

  GDBusConnection *bus; /* owned */
  PorchEngine *engine;  /* owned */
  GHashTable *names;    /* owned: bus name → Watcher */
  guint check_id;
};

G_DEFINE_FINAL_TYPE (PorchDaemonWatchers, porch_daemon_watchers, G_TYPE_OBJECT)

typedef struct
{
  PorchPeerList *list; /* owned */
  guint id;            /* of the watch of its name */
  GPtrArray *peers;    /* owned, of PorchPeer: whose rows it shows */
} Watcher;

static void
look (Watcher *watcher, gboolean begin)
{
  for (guint i = 0; i < watcher->peers->len; i++)
    porch_peer_list_look_at (watcher->list, watcher->peers->pdata[i], begin);
}

static void
watcher_free (gpointer data)
{
  Watcher *watcher = data;

  look (watcher, FALSE);
  g_bus_unwatch_name (watcher->id);
  g_ptr_array_unref (watcher->peers);
  g_object_unref (watcher->list);
  g_free (watcher);
}

static gboolean
on_check_timeout (gpointer data)
{
  PorchDaemonWatchers *self = data;

  porch_share_list_check (porch_engine_get_shares (self->engine));
  return G_SOURCE_CONTINUE;
}

static void
begin (PorchDaemonWatchers *self)
{
  porch_peer_list_watch (porch_engine_get_peers (self->engine));
  porch_share_list_check (porch_engine_get_shares (self->engine));
  self->check_id = g_timeout_add_seconds (CHECK_SHARES_S, on_check_timeout, self);
}

static void
end (PorchDaemonWatchers *self)
{
  porch_peer_list_unwatch (porch_engine_get_peers (self->engine));
  g_clear_handle_id (&self->check_id, g_source_remove);
}

static void
on_name_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  porch_daemon_watchers_remove (data, name);
}

static void
porch_daemon_watchers_dispose (GObject *object)
{
  PorchDaemonWatchers *self = PORCH_DAEMON_WATCHERS (object);

  if (self->names != NULL && g_hash_table_size (self->names) > 0)
    end (self);
  g_clear_pointer (&self->names, g_hash_table_unref);
  g_clear_object (&self->engine);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (porch_daemon_watchers_parent_class)->dispose (object);
}

static void
porch_daemon_watchers_class_init (PorchDaemonWatchersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_daemon_watchers_dispose;
}

static void
porch_daemon_watchers_init (PorchDaemonWatchers *self)
{
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, watcher_free);
}

PorchDaemonWatchers *
porch_daemon_watchers_new (GDBusConnection *bus, PorchEngine *engine)
{
  PorchDaemonWatchers *self = g_object_new (PORCH_TYPE_DAEMON_WATCHERS, NULL);

  self->bus = g_object_ref (bus);
  self->engine = g_object_ref (engine);
  return self;
}

void
porch_daemon_watchers_add (PorchDaemonWatchers *self, const char *name)
{
  Watcher *watcher;

  if (g_hash_table_contains (self->names, name))
    return;
  watcher = g_new0 (Watcher, 1);
  watcher->list = g_object_ref (porch_engine_get_peers (self->engine));
  watcher->peers = g_ptr_array_new_with_free_func (g_object_unref);
  /* A name that has left already is told of by the same callback. */
  watcher->id = g_bus_watch_name_on_connection (self->bus, name, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, on_name_vanished, self, NULL);
  g_hash_table_insert (self->names, g_strdup (name), watcher);
  if (g_hash_table_size (self->names) == 1)
    begin (self);
}

void
porch_daemon_watchers_remove (PorchDaemonWatchers *self, const char *name)
{
  if (g_hash_table_remove (self->names, name) && g_hash_table_size (self->names) == 0)
    end (self);
}

gboolean
porch_daemon_watchers_look_at (PorchDaemonWatchers *self, const char *name, GPtrArray *peers)
{
  Watcher *watcher = g_hash_table_lookup (self->names, name);

  if (watcher == NULL)
    return FALSE;
  look (watcher, FALSE);
  g_ptr_array_set_size (watcher->peers, 0);
  for (guint i = 0; i < peers->len; i++)
    g_ptr_array_add (watcher->peers, g_object_ref (peers->pdata[i]));
  look (watcher, TRUE);
  return TRUE;
}
