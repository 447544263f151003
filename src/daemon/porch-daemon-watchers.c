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
  GHashTable *attending; /* owned: bus name → watch id */
  guint check_id;
};

enum
{
  PROP_0,
  PROP_ATTENDED,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

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

static void
unwatch (gpointer id)
{
  g_bus_unwatch_name (GPOINTER_TO_UINT (id));
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
on_attending_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  porch_daemon_watchers_attend (data, name, FALSE);
}

static void
porch_daemon_watchers_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ATTENDED)
    g_value_set_boolean (value, porch_daemon_watchers_is_attended (PORCH_DAEMON_WATCHERS (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
porch_daemon_watchers_dispose (GObject *object)
{
  PorchDaemonWatchers *self = PORCH_DAEMON_WATCHERS (object);

  if (self->names != NULL && g_hash_table_size (self->names) > 0)
    end (self);
  g_clear_pointer (&self->names, g_hash_table_unref);
  g_clear_pointer (&self->attending, g_hash_table_unref);
  g_clear_object (&self->engine);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (porch_daemon_watchers_parent_class)->dispose (object);
}

static void
porch_daemon_watchers_class_init (PorchDaemonWatchersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_daemon_watchers_dispose;
  G_OBJECT_CLASS (klass)->get_property = porch_daemon_watchers_get_property;
  props[PROP_ATTENDED] = g_param_spec_boolean ("attended", NULL, NULL, FALSE,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
}

static void
porch_daemon_watchers_init (PorchDaemonWatchers *self)
{
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, watcher_free);
  self->attending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unwatch);
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

void
porch_daemon_watchers_attend (PorchDaemonWatchers *self, const char *name, gboolean looks)
{
  gboolean before = porch_daemon_watchers_is_attended (self);

  if (!looks)
    {
      g_hash_table_remove (self->attending, name);
    }
  else if (!g_hash_table_contains (self->attending, name))
    {
      guint id = g_bus_watch_name_on_connection (self->bus, name, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, on_attending_vanished,
                                                 self, NULL);

      g_hash_table_insert (self->attending, g_strdup (name), GUINT_TO_POINTER (id));
    }
  if (porch_daemon_watchers_is_attended (self) != before)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ATTENDED]);
}

gboolean
porch_daemon_watchers_is_attended (PorchDaemonWatchers *self)
{
  return g_hash_table_size (self->attending) > 0;
}

gboolean
porch_daemon_watchers_is_watched (PorchDaemonWatchers *self)
{
  return g_hash_table_size (self->names) > 0;
}
