/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "porch-window"
#include "config.h"

#include "porch-ui-backend.h"
#include "porch-bus-error.h"
#include "porch-bus-names.h"
#include "porch-bus-reason.h"

#define START_TIMEOUT_MS 30000
#define ARRIVALS_AT_ONCE 4
#define LOOK_MS 250 /* who scrolls passes many rows */

typedef enum
{
  PEERS,
  SHARES,
  OFFERS,
  TRANSFERS,
  PAIRINGS,
  HANDOUTS,
  N_LISTS
} ListKind;

struct _PorchUiBackend
{
  GObject parent_instance;
  /* owned */
  GDBusConnection *connection; /* (nullable) */
  GListStore *lists[N_LISTS];
  PorchBusDaemon *daemon;      /* while READY */
  GDBusObjectManager *manager; /* while READY */
  GCancellable *connecting;    /* of the service that owns the name now */
  guint name_watch;
  GQueue arrivals; /* proxies of peers and transfers: not in their list yet */
  guint arrivals_source;
  GHashTable *looks; /* who looks (a pointer that is only compared) → GPtrArray of object paths */
  guint looks_source;
  gboolean connected;
  char *problem;
  gint64 asked; /* Unix time: when the service was asked for */
  PorchUiBackendState state;
  gboolean hold;
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_DAEMON,
  PROP_CONNECTED,
  N_PROPS
};
enum
{
  PEER_CHANGED,
  OFFER_CHANGED,
  TRANSFER_CHANGED,
  N_SIGNALS
};
static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PorchUiBackend, porch_ui_backend, G_TYPE_OBJECT)

static void
set_state (PorchUiBackend *self, PorchUiBackendState state, const char *problem)
{
  g_free (self->problem);
  self->problem = g_strdup (problem);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

/* --- this computer's own networks --- */

/* Nothing is said of networks that nobody told of yet. */
static void
update_connected (PorchUiBackend *self)
{
  GVariant *networks = self->daemon != NULL ? porch_bus_daemon_get_networks (self->daemon) : NULL;
  gboolean connected = networks == NULL || g_variant_n_children (networks) > 0;

  if (self->connected == connected)
    return;
  self->connected = connected;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONNECTED]);
}

/* --- whose rows are on the screen --- */

static void
tell_looks (PorchUiBackend *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer paths;

  g_hash_table_iter_init (&iter, self->looks);
  while (g_hash_table_iter_next (&iter, NULL, &paths))
    for (guint i = 0; i < ((GPtrArray *)paths)->len; i++)
      if (g_hash_table_add (seen, ((GPtrArray *)paths)->pdata[i]))
        g_ptr_array_add (all, ((GPtrArray *)paths)->pdata[i]);
  g_ptr_array_add (all, NULL);
  porch_bus_daemon_call_look_at (self->daemon, (const char *const *)all->pdata, NULL, NULL, NULL);
}

static gboolean
on_looks_timeout (gpointer data)
{
  PorchUiBackend *self = data;

  self->looks_source = 0;
  if (self->state == PORCH_UI_BACKEND_READY)
    tell_looks (self);
  return G_SOURCE_REMOVE;
}

static gboolean
is_same (GPtrArray *one, GPtrArray *two)
{
  if (one == NULL || two == NULL || one->len != two->len)
    return one == two;
  for (guint i = 0; i < one->len; i++)
    if (!g_str_equal (one->pdata[i], two->pdata[i]))
      return FALSE;
  return TRUE;
}

void
porch_ui_backend_look_at (PorchUiBackend *self, gpointer owner, GPtrArray *paths)
{
  g_return_if_fail (PORCH_UI_IS_BACKEND (self));

  if (is_same (g_hash_table_lookup (self->looks, owner), paths))
    return;
  if (paths != NULL)
    g_hash_table_insert (self->looks, owner, g_ptr_array_ref (paths));
  else
    g_hash_table_remove (self->looks, owner);
  if (self->looks_source == 0)
    self->looks_source = g_timeout_add (LOOK_MS, on_looks_timeout, self);
}

/* --- the lists --- */

static GListStore *
list_for (PorchUiBackend *self, gpointer proxy)
{
  if (PORCH_BUS_IS_PEER (proxy))
    return self->lists[PEERS];
  if (PORCH_BUS_IS_SHARE (proxy))
    return self->lists[SHARES];
  if (PORCH_BUS_IS_OFFER (proxy))
    return self->lists[OFFERS];
  if (PORCH_BUS_IS_TRANSFER (proxy))
    return self->lists[TRANSFERS];
  if (PORCH_BUS_IS_HAND_OUT (proxy))
    return self->lists[HANDOUTS];
  return PORCH_BUS_IS_PAIRING (proxy) ? self->lists[PAIRINGS] : NULL;
}

static void
on_properties_changed (PorchUiBackend *self, GVariant *changed, GStrv invalidated, GDBusProxy *proxy)
{
  if (PORCH_BUS_IS_PEER (proxy))
    {
      g_signal_emit (self, signals[PEER_CHANGED], 0, proxy);
    }
  else if (PORCH_BUS_IS_OFFER (proxy))
    {
      g_signal_emit (self, signals[OFFER_CHANGED], 0, proxy);
    }
  else
    {
      g_autoptr (GVariant) state = g_variant_lookup_value (changed, "State", NULL);

      g_signal_emit (self, signals[TRANSFER_CHANGED], 0, proxy, state != NULL);
    }
}

static gboolean
on_arrivals_idle (gpointer data)
{
  PorchUiBackend *self = data;
  gpointer proxy = NULL;

  for (guint i = 0; i < ARRIVALS_AT_ONCE && (proxy = g_queue_pop_head (&self->arrivals)) != NULL; i++)
    {
      g_list_store_append (list_for (self, proxy), proxy);
      g_object_unref (proxy);
    }
  if (!g_queue_is_empty (&self->arrivals))
    return G_SOURCE_CONTINUE;
  self->arrivals_source = 0;
  return G_SOURCE_REMOVE;
}

/* A school that opens its laptops at once, or a year of transfers, comes in portions, after input and drawing: each becomes a
 * card or row. */
static void
add_arrival (PorchUiBackend *self, GDBusInterface *proxy)
{
  g_queue_push_tail (&self->arrivals, g_object_ref (proxy));
  if (self->arrivals_source == 0)
    self->arrivals_source = g_idle_add (on_arrivals_idle, self);
}

static void
add_interface (PorchUiBackend *self, GDBusInterface *proxy)
{
  GListStore *list = list_for (self, proxy);

  if (list == NULL || g_list_store_find (list, proxy, NULL) || g_queue_find (&self->arrivals, proxy) != NULL)
    return;
  if (PORCH_BUS_IS_PEER (proxy) || PORCH_BUS_IS_OFFER (proxy) || PORCH_BUS_IS_TRANSFER (proxy))
    g_signal_connect_object (proxy, "g-properties-changed", G_CALLBACK (on_properties_changed), self,
                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  if (PORCH_BUS_IS_PEER (proxy) || PORCH_BUS_IS_TRANSFER (proxy))
    add_arrival (self, proxy);
  else
    g_list_store_append (list, proxy);
}

static void
remove_interface (PorchUiBackend *self, GDBusInterface *proxy)
{
  GListStore *list = list_for (self, proxy);
  guint position;

  if (g_queue_remove (&self->arrivals, proxy))
    {
      g_signal_handlers_disconnect_by_func (proxy, on_properties_changed, self);
      g_object_unref (proxy);
      return;
    }
  if (list == NULL || !g_list_store_find (list, proxy, &position))
    return;
  g_signal_handlers_disconnect_by_func (proxy, on_properties_changed, self);
  g_list_store_remove (list, position);
}

static void
on_manager_object_added (PorchUiBackend *self, GDBusObject *object)
{
  GList *interfaces = g_dbus_object_get_interfaces (object);

  for (GList *l = interfaces; l != NULL; l = l->next)
    add_interface (self, l->data);
  g_list_free_full (interfaces, g_object_unref);
}

static void
on_manager_object_removed (PorchUiBackend *self, GDBusObject *object)
{
  GList *interfaces = g_dbus_object_get_interfaces (object);

  for (GList *l = interfaces; l != NULL; l = l->next)
    remove_interface (self, l->data);
  g_list_free_full (interfaces, g_object_unref);
}

static void
on_manager_interface_added (PorchUiBackend *self, GDBusObject *object, GDBusInterface *proxy)
{
  add_interface (self, proxy);
}

static void
on_manager_interface_removed (PorchUiBackend *self, GDBusObject *object, GDBusInterface *proxy)
{
  remove_interface (self, proxy);
}

static void
on_manager_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusObjectManager) manager = porch_bus_object_manager_client_new_finish (result, &error);
  PorchUiBackend *self = data;
  GList *objects;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* self may be gone */
  if (manager == NULL)
    {
      set_state (self, PORCH_UI_BACKEND_AWAY, error->message);
      return;
    }
  self->manager = g_steal_pointer (&manager);
  g_signal_connect_object (self->manager, "object-added", G_CALLBACK (on_manager_object_added), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->manager, "object-removed", G_CALLBACK (on_manager_object_removed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->manager, "interface-added", G_CALLBACK (on_manager_interface_added), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->manager, "interface-removed", G_CALLBACK (on_manager_interface_removed), self,
                           G_CONNECT_SWAPPED);
  objects = g_dbus_object_manager_get_objects (self->manager);
  /* Peers first: what is of a peer shows whose it is. */
  for (GList *l = objects; l != NULL; l = l->next)
    if (porch_bus_object_peek_peer (PORCH_BUS_OBJECT (l->data)) != NULL)
      on_manager_object_added (self, l->data);
  for (GList *l = objects; l != NULL; l = l->next)
    on_manager_object_added (self, l->data);
  g_list_free_full (objects, g_object_unref);
  /* Somebody looks: the presence of those shown is kept fresh until this connection closes. */
  porch_bus_daemon_call_watch (self->daemon, NULL, NULL, NULL);
  tell_looks (self);
  update_connected (self);
  set_state (self, PORCH_UI_BACKEND_READY, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DAEMON]);
}

static void
on_daemon_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchBusDaemon) daemon = porch_bus_daemon_proxy_new_finish (result, &error);
  PorchUiBackend *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* self may be gone */
  if (daemon == NULL)
    {
      set_state (self, PORCH_UI_BACKEND_AWAY, error->message);
      return;
    }
  self->daemon = g_steal_pointer (&daemon);
  g_signal_connect_object (self->daemon, "g-properties-changed", G_CALLBACK (update_connected), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  porch_bus_object_manager_client_new (self->connection, G_DBUS_OBJECT_MANAGER_CLIENT_FLAGS_DO_NOT_AUTO_START, PORCH_BUS_NAME,
                                       PORCH_BUS_ROOT_PATH, self->connecting, on_manager_ready, self);
}

static void
on_name_appeared (GDBusConnection *connection, const char *name, const char *owner, gpointer data)
{
  PorchUiBackend *self = data;

  g_clear_object (&self->connecting);
  self->connecting = g_cancellable_new ();
  /* DO_NOT_AUTO_START: after Quit the service stays away until somebody asks for it. */
  porch_bus_daemon_proxy_new (connection, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, PORCH_BUS_NAME, PORCH_BUS_DAEMON_PATH,
                              self->connecting, on_daemon_ready, self);
}

static void
forget_service (PorchUiBackend *self)
{
  if (self->connecting != NULL)
    g_cancellable_cancel (self->connecting);
  g_clear_object (&self->connecting);
  if (self->manager != NULL)
    g_signal_handlers_disconnect_by_data (self->manager, self);
  g_clear_object (&self->manager);
  g_clear_handle_id (&self->arrivals_source, g_source_remove);
  g_queue_clear_full (&self->arrivals, g_object_unref);
  for (int i = 0; i < N_LISTS; i++)
    g_list_store_remove_all (self->lists[i]);
  if (self->daemon != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->daemon, self);
      g_clear_object (&self->daemon);
      update_connected (self);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DAEMON]);
    }
}

static void
on_name_vanished (GDBusConnection *connection, const char *name, gpointer data)
{
  PorchUiBackend *self = data;

  if (self->connecting == NULL)
    return; /* the first answer: it does not run yet */
  forget_service (self);
  set_state (self, PORCH_UI_BACKEND_AWAY, NULL);
}

static void
on_start_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiBackend) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree char *reason = NULL;

  if (reply != NULL || self->state != PORCH_UI_BACKEND_STARTING)
    return; /* started: the name watch goes on from here */
  porch_bus_error_strip (error);
  reason = porch_bus_reason_read (self->asked);
  set_state (self, PORCH_UI_BACKEND_AWAY, reason != NULL ? reason : error->message);
}

void
porch_ui_backend_set_hold (PorchUiBackend *self, gboolean hold)
{
  g_return_if_fail (PORCH_UI_IS_BACKEND (self));
  self->hold = hold;
}

void
porch_ui_backend_start (PorchUiBackend *self)
{
  g_return_if_fail (PORCH_UI_IS_BACKEND (self));

  if (self->connection == NULL)
    {
      set_state (self, PORCH_UI_BACKEND_AWAY, NULL);
      return;
    }
  set_state (self, PORCH_UI_BACKEND_STARTING, NULL);
  self->asked = g_get_real_time () / G_USEC_PER_SEC;
  g_dbus_connection_call (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                          "StartServiceByName", g_variant_new ("(su)", self->hold ? PORCH_BUS_WELCOME_NAME : PORCH_BUS_NAME, 0),
                          G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, START_TIMEOUT_MS, NULL, on_start_ready,
                          g_object_ref (self));
}

static void
porch_ui_backend_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PorchUiBackend *self = PORCH_UI_BACKEND (object);

  if (id == PROP_STATE)
    g_value_set_uint (value, self->state);
  else if (id == PROP_DAEMON)
    g_value_set_object (value, self->daemon);
  else if (id == PROP_CONNECTED)
    g_value_set_boolean (value, self->connected);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
porch_ui_backend_dispose (GObject *object)
{
  PorchUiBackend *self = PORCH_UI_BACKEND (object);

  g_clear_handle_id (&self->name_watch, g_bus_unwatch_name);
  g_clear_handle_id (&self->looks_source, g_source_remove);
  forget_service (self);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (porch_ui_backend_parent_class)->dispose (object);
}

static void
porch_ui_backend_finalize (GObject *object)
{
  PorchUiBackend *self = PORCH_UI_BACKEND (object);

  for (int i = 0; i < N_LISTS; i++)
    g_object_unref (self->lists[i]);
  g_hash_table_unref (self->looks);
  g_free (self->problem);
  G_OBJECT_CLASS (porch_ui_backend_parent_class)->finalize (object);
}

static void
porch_ui_backend_class_init (PorchUiBackendClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = porch_ui_backend_get_property;
  object_class->dispose = porch_ui_backend_dispose;
  object_class->finalize = porch_ui_backend_finalize;
  props[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, PORCH_UI_BACKEND_AWAY, 0,
                                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_DAEMON] = g_param_spec_object ("daemon", NULL, NULL, PORCH_BUS_TYPE_DAEMON,
                                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_CONNECTED] = g_param_spec_boolean ("connected", NULL, NULL, TRUE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[PEER_CHANGED] = g_signal_new ("peer-changed", PORCH_UI_TYPE_BACKEND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, PORCH_BUS_TYPE_PEER);
  signals[OFFER_CHANGED] = g_signal_new ("offer-changed", PORCH_UI_TYPE_BACKEND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, PORCH_BUS_TYPE_OFFER);
  signals[TRANSFER_CHANGED] = g_signal_new ("transfer-changed", PORCH_UI_TYPE_BACKEND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 2, PORCH_BUS_TYPE_TRANSFER, G_TYPE_BOOLEAN);
}

static void
porch_ui_backend_init (PorchUiBackend *self)
{
  const GType types[N_LISTS]
      = { PORCH_BUS_TYPE_PEER, PORCH_BUS_TYPE_SHARE, PORCH_BUS_TYPE_OFFER, PORCH_BUS_TYPE_TRANSFER, PORCH_BUS_TYPE_PAIRING,
          PORCH_BUS_TYPE_HAND_OUT };

  for (int i = 0; i < N_LISTS; i++)
    self->lists[i] = g_list_store_new (types[i]);
  self->looks = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
  self->connected = TRUE;
}

PorchUiBackend *
porch_ui_backend_new (GDBusConnection *connection)
{
  PorchUiBackend *self = g_object_new (PORCH_UI_TYPE_BACKEND, NULL);

  (void)porch_bus_error_quark (); /* from here on errors that come by the bus bear our codes */
  if (connection == NULL)
    return self;
  self->connection = g_object_ref (connection);
  self->name_watch = g_bus_watch_name_on_connection (connection, PORCH_BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                     on_name_appeared, on_name_vanished, self, NULL);
  return self;
}

PorchUiBackendState
porch_ui_backend_get_state (PorchUiBackend *self)
{
  g_return_val_if_fail (PORCH_UI_IS_BACKEND (self), PORCH_UI_BACKEND_AWAY);
  return self->state;
}

const char *
porch_ui_backend_get_problem (PorchUiBackend *self)
{
  g_return_val_if_fail (PORCH_UI_IS_BACKEND (self), NULL);
  return self->problem;
}

PorchBusDaemon *
porch_ui_backend_get_daemon (PorchUiBackend *self)
{
  g_return_val_if_fail (PORCH_UI_IS_BACKEND (self), NULL);
  return self->state == PORCH_UI_BACKEND_READY ? self->daemon : NULL;
}

gboolean
porch_ui_backend_get_connected (PorchUiBackend *self)
{
  g_return_val_if_fail (PORCH_UI_IS_BACKEND (self), TRUE);
  return self->connected;
}

GListModel *
porch_ui_backend_get_peers (PorchUiBackend *self)
{
  return G_LIST_MODEL (self->lists[PEERS]);
}

GListModel *
porch_ui_backend_get_shares (PorchUiBackend *self)
{
  return G_LIST_MODEL (self->lists[SHARES]);
}

GListModel *
porch_ui_backend_get_offers (PorchUiBackend *self)
{
  return G_LIST_MODEL (self->lists[OFFERS]);
}

GListModel *
porch_ui_backend_get_transfers (PorchUiBackend *self)
{
  return G_LIST_MODEL (self->lists[TRANSFERS]);
}

GListModel *
porch_ui_backend_get_pairings (PorchUiBackend *self)
{
  return G_LIST_MODEL (self->lists[PAIRINGS]);
}

GListModel *
porch_ui_backend_get_handouts (PorchUiBackend *self)
{
  return G_LIST_MODEL (self->lists[HANDOUTS]);
}

gpointer
porch_ui_backend_find (GListModel *model, const char *path)
{
  for (guint i = 0; path != NULL && i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GDBusProxy) proxy = g_list_model_get_item (model, i);

      if (g_str_equal (g_dbus_proxy_get_object_path (proxy), path))
        return proxy; /* the model keeps it */
    }
  return NULL;
}

PorchBusPeer *
porch_ui_backend_find_peer (PorchUiBackend *self, const char *path)
{
  PorchBusPeer *peer;

  g_return_val_if_fail (PORCH_UI_IS_BACKEND (self), NULL);
  peer = porch_ui_backend_find (G_LIST_MODEL (self->lists[PEERS]), path);
  for (GList *l = self->arrivals.head; l != NULL && peer == NULL; l = l->next)
    if (g_strcmp0 (g_dbus_proxy_get_object_path (l->data), path) == 0)
      peer = l->data; /* paths tell peers from transfers */
  return peer;
}
