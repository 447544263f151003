/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-avahi-private.h"
#include "discovery/porch-txt.h"
#include "porch-limits.h"

#define SERVER1 PORCH_AVAHI_NAME ".Server"
#define SERVER2 PORCH_AVAHI_NAME ".Server2"
#define BROWSER PORCH_AVAHI_NAME ".ServiceBrowser"
#define RESOLVER PORCH_AVAHI_NAME ".ServiceResolver"

#define MAX_EARLY 256  /* signals of objects whose path we don't know yet (daemons before 0.8) */
#define RESULT_LOCAL 8 /* AVAHI_LOOKUP_RESULT_LOCAL */

enum { SERVER_RUNNING = 2 };

G_DEFINE_FINAL_TYPE (PorchAvahiResponder, porch_avahi_responder, PORCH_TYPE_RESPONDER)

/* A request for an object. */
typedef struct {
  PorchAvahiResponder *responder; /* owned */
  PorchAvahiObject    *object;    /* owned */
} Request;

static void dispatch (PorchAvahiResponder *self, PorchAvahiObject *object, const char *member, GVariant *parameters);
static void follow (PorchAvahiResponder *self, const char *item, GVariant *parameters);

/* --- calls and objects --- */

void
porch_avahi_tell (PorchAvahiResponder *self, const char *path, const char *interface, const char *method, GVariant *parameters)
{
  g_dbus_connection_call (self->connection, self->owner, path, interface, method, parameters, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          PORCH_AVAHI_CALL_TIMEOUT, NULL, NULL, NULL);
}

static const char *
interface_of (PorchAvahiKind kind)
{
  return kind == PORCH_AVAHI_KIND_GROUP ? PORCH_AVAHI_GROUP : kind == PORCH_AVAHI_KIND_BROWSER ? BROWSER : RESOLVER;
}

void
porch_avahi_object_unref (PorchAvahiObject *object)
{
  if (--object->references > 0)
    return;
  g_free (object->path);
  g_clear_pointer (&object->wanted, g_variant_unref);
  g_clear_pointer (&object->announced, porch_announcement_free);
  g_free (object->instance);
  g_free (object->item);
  g_free (object->host);
  g_free (object->sighting);
  g_free (object);
}

/* Frees it in the daemon too, which says goodbye for a group. */
static void
object_drop (gpointer data)
{
  PorchAvahiObject *object = data;
  PorchAvahiResponder *self = object->source;

  object->source = NULL;
  g_clear_handle_id (&object->rename, g_source_remove);
  if (object->requested)
    self->requests--;
  if (object->wanted)
    g_queue_remove (&self->waiting, object);
  if (object->path)
    {
      g_hash_table_remove (self->paths, object->path);
      if (self->connection)
        porch_avahi_tell (self, object->path, interface_of (object->kind), "Free", NULL);
    }
  if (object->sighting && self->connection)
    porch_responder_unsight (PORCH_RESPONDER (self), object->sighting);
  porch_avahi_object_unref (object);
}

PorchAvahiObject *
porch_avahi_object_new (PorchAvahiResponder *self, PorchAvahiKind kind, int ifindex)
{
  PorchAvahiObject *object = g_new0 (PorchAvahiObject, 1);

  object->references = 1;
  object->source = self;
  object->kind = kind;
  object->ifindex = ifindex;
  return object;
}

/* A daemon before 0.8 has no Prepare and Start: its objects may speak before we know them. */
static void
replay_early (PorchAvahiResponder *self)
{
  g_autoptr (GPtrArray) early = g_steal_pointer (&self->early);

  self->early = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  for (guint i = 0; i < early->len; i++)
    {
      const char *path, *member;
      g_autoptr (GVariant) parameters = NULL;
      PorchAvahiObject *object;

      g_variant_get (early->pdata[i], "(&s&sv)", &path, &member, &parameters);
      object = g_hash_table_lookup (self->paths, path);
      if (object)
        dispatch (self, object, member, parameters);
      else if (self->requests > 0)
        g_ptr_array_add (self->early, g_variant_ref (early->pdata[i]));
    }
}

static void object_ready (PorchAvahiResponder *self, PorchAvahiObject *object);
static void resolve_next (PorchAvahiResponder *self);

static void
request_free (Request *request)
{
  if (request->object->kind == PORCH_AVAHI_KIND_RESOLVER)
    {
      request->responder->resolving--;
      resolve_next (request->responder);
    }
  porch_avahi_object_unref (request->object);
  g_object_unref (request->responder);
  g_free (request);
}

static void
note_failure (PorchAvahiResponder *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_log (G_LOG_DOMAIN, self->warned ? G_LOG_LEVEL_DEBUG : G_LOG_LEVEL_WARNING, "avahi-daemon: %s", error->message);
  self->warned = TRUE;
}

static void
on_object_made (GObject *source, GAsyncResult *result, gpointer data)
{
  Request *made = data;
  PorchAvahiObject *object = made->object;
  PorchAvahiResponder *self = object->source;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (self)
    self->requests--;
  object->requested = FALSE;
  if (answer && self && self->connection)
    {
      g_variant_get (answer, "(o)", &object->path);
      g_hash_table_insert (self->paths, object->path, object);
      object_ready (self, object);
      if (self->early->len > 0)
        replay_early (self);
    }
  else if (answer)
    {
      const char *path;

      g_variant_get (answer, "(&o)", &path);
      g_dbus_connection_call (G_DBUS_CONNECTION (source), PORCH_AVAHI_NAME, path, interface_of (object->kind), "Free", NULL, NULL,
                              G_DBUS_CALL_FLAGS_NO_AUTO_START, PORCH_AVAHI_CALL_TIMEOUT, NULL, NULL, NULL);
    }
  else
    note_failure (made->responder, error);
  request_free (made);
}

void
porch_avahi_request (PorchAvahiResponder *self, PorchAvahiObject *object, const char *method, GVariant *parameters)
{
  Request *request = g_new0 (Request, 1);

  request->responder = g_object_ref (self);
  request->object = object;
  object->references++;
  object->requested = TRUE;
  self->requests++;
  if (object->kind == PORCH_AVAHI_KIND_RESOLVER)
    self->resolving++;
  g_dbus_connection_call (self->connection, self->owner, "/", self->old_server ? SERVER1 : SERVER2, method, parameters,
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, PORCH_AVAHI_CALL_TIMEOUT, self->cancellable,
                          on_object_made, request);
}

/* --- looking --- */

static void
resolve (PorchAvahiResponder *self, PorchAvahiObject *resolver, GVariant *item)
{
  const char *name, *type, *domain;
  int ifindex, protocol;

  g_variant_get (item, "(ii&s&s&su)", &ifindex, &protocol, &name, &type, &domain, NULL);
  /* The address family of the protocol on which it was heard: a resolver gives but one address. */
  porch_avahi_request (self, resolver, self->old_server ? "ServiceResolverNew" : "ServiceResolverPrepare",
           g_variant_new ("(iisssiu)", ifindex, protocol, name, type, domain, protocol, 0u));
}

static void
resolve_next (PorchAvahiResponder *self)
{
  PorchAvahiObject *resolver;

  while (self->connection && self->resolving < PORCH_MAX_RESOLVER_CALLS && (resolver = g_queue_pop_head (&self->waiting)))
    {
      g_autoptr (GVariant) item = g_steal_pointer (&resolver->wanted);

      resolve (self, resolver, item);
    }
}

/* Anybody can announce hundreds of services at once. More calls without an answer than the bus allows would fail, and the calls of
 * everything else in this process with them: so they wait for their turn, those of known devices before all others. */
static void
look_up (PorchAvahiResponder *self, PorchAvahiObject *resolver, GVariant *item)
{
  const char *name;

  g_variant_get_child (item, 2, "&s", &name);
  resolver->wanted = g_variant_ref (item);
  if (porch_responder_is_known_instance (PORCH_RESPONDER (self), name))
    g_queue_push_head (&self->waiting, resolver);
  else
    g_queue_push_tail (&self->waiting, resolver);
  resolve_next (self);
}

static char *
item_key (GVariant *parameters)
{
  const char *name, *type, *domain;
  int ifindex, protocol;

  g_variant_get (parameters, "(ii&s&s&su)", &ifindex, &protocol, &name, &type, &domain, NULL);
  return g_strdup_printf ("%d %d %s %s", ifindex, protocol, domain, name);
}

static gboolean
has_room (PorchAvahiResponder *self, GVariant *parameters)
{
  const char *name;

  g_variant_get_child (parameters, 2, "&s", &name);
  return g_hash_table_size (self->items) < PORCH_MAX_ITEMS
         || (g_hash_table_size (self->items) < PORCH_MAX_ITEMS + 200 && porch_responder_is_known_instance (PORCH_RESPONDER (self), name));
}

static void
follow (PorchAvahiResponder *self, const char *item, GVariant *parameters)
{
  PorchAvahiObject *resolver;
  int ifindex;

  g_variant_get_child (parameters, 0, "i", &ifindex);
  resolver = porch_avahi_object_new (self, PORCH_AVAHI_KIND_RESOLVER, ifindex);
  resolver->item = g_strdup (item);
  g_hash_table_replace (self->items, g_strdup (item), resolver);
  look_up (self, resolver, parameters);
}

static void
on_item (PorchAvahiResponder *self, const char *member, GVariant *parameters)
{
  g_autofree char *key = NULL;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(iisssu)")))
    return;
  key = item_key (parameters);
  if (g_str_equal (member, "ItemRemove"))
    g_hash_table_remove (self->items, key);
  else if (!g_hash_table_contains (self->items, key) && has_room (self, parameters))
    follow (self, key, parameters);
}

/* Its resolver was given the address of the host that had this name before: only a new one is right. */
static void
start_over (PorchAvahiResponder *self, PorchAvahiObject *resolver, GVariant *found)
{
  const char *name, *type, *domain;
  int ifindex, protocol;
  g_autofree char *item = g_strdup (resolver->item);
  g_autoptr (GVariant) parameters = NULL;

  g_variant_get_child (found, 0, "i", &ifindex);
  g_variant_get_child (found, 1, "i", &protocol);
  g_variant_get_child (found, 2, "&s", &name);
  g_variant_get_child (found, 3, "&s", &type);
  g_variant_get_child (found, 4, "&s", &domain);
  parameters = g_variant_ref_sink (g_variant_new ("(iisssu)", ifindex, protocol, name, type, domain, 0u));
  g_hash_table_remove (self->items, item);
  follow (self, item, parameters);
}

static void
on_found (PorchAvahiResponder *self, PorchAvahiObject *resolver, GVariant *parameters)
{
  const char *host, *address;
  g_autoptr (GVariant) entries = NULL;
  g_auto (GStrv) txt = NULL;
  g_autofree char *before = NULL;
  guint32 flags;
  guint16 port;
  int ifindex;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(iissssisqaayu)")))
    return;
  g_variant_get_child (parameters, 0, "i", &ifindex);
  g_variant_get_child (parameters, 5, "&s", &host);
  g_variant_get_child (parameters, 7, "&s", &address);
  g_variant_get_child (parameters, 8, "q", &port);
  entries = g_variant_get_child_value (parameters, 9);
  g_variant_get_child (parameters, 10, "u", &flags);
  if (resolver->host && !g_str_equal (resolver->host, host))
    {
      start_over (self, resolver, parameters);
      return;
    }
  if (!resolver->host)
    resolver->host = g_strdup (host);
  txt = porch_txt_from_variant (entries);
  before = g_steal_pointer (&resolver->sighting);
  resolver->sighting = porch_responder_sight (PORCH_RESPONDER (self), (const char *const *) txt, ifindex, address, port,
                                           (flags & RESULT_LOCAL) != 0);
  /* Only now: an address that stays must not vanish in between. */
  if (before)
    porch_responder_unsight (PORCH_RESPONDER (self), before);
}

/* Its records ran out. The resolver stays open: it finds the host again when it is back. */
static void
on_resolver_failure (PorchAvahiResponder *self, PorchAvahiObject *resolver)
{
  g_autofree char *before = g_steal_pointer (&resolver->sighting);

  if (before)
    porch_responder_unsight (PORCH_RESPONDER (self), before);
}

static void
dispatch (PorchAvahiResponder *self, PorchAvahiObject *object, const char *member, GVariant *parameters)
{
  int state;

  if (object->kind == PORCH_AVAHI_KIND_GROUP && g_str_equal (member, "StateChanged")
      && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(is)")))
    {
      g_variant_get_child (parameters, 0, "i", &state);
      porch_avahi_group_state (object, state);
    }
  else if (object->kind == PORCH_AVAHI_KIND_BROWSER && g_str_has_prefix (member, "Item"))
    on_item (self, member, parameters);
  else if (object->kind == PORCH_AVAHI_KIND_RESOLVER && g_str_equal (member, "Found"))
    on_found (self, object, parameters);
  else if (object->kind == PORCH_AVAHI_KIND_RESOLVER && g_str_equal (member, "Failure"))
    on_resolver_failure (self, object);
}

static void
object_ready (PorchAvahiResponder *self, PorchAvahiObject *object)
{
  if (object->kind == PORCH_AVAHI_KIND_GROUP)
    porch_avahi_group_fill (self, object);
  else if (!self->old_server)
    porch_avahi_tell (self, object->path, interface_of (object->kind), "Start", NULL);
}

static void
on_object_signal (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *member,
                  GVariant *parameters, gpointer data)
{
  PorchAvahiResponder *self = data;
  PorchAvahiObject *object = g_hash_table_lookup (self->paths, path);

  if (object)
    dispatch (self, object, member, parameters);
  else if (self->old_server && self->requests > 0 && self->early->len < MAX_EARLY)
    g_ptr_array_add (self->early, g_variant_ref_sink (g_variant_new ("(ssv)", path, member, parameters)));
}

/* --- what is wanted --- */

gboolean
porch_avahi_has_interface (GArray *interfaces, int ifindex)
{
  for (guint i = 0; i < interfaces->len; i++)
    {
      if (g_array_index (interfaces, int, i) == ifindex)
        return TRUE;
    }
  return FALSE;
}

void
porch_avahi_drop_others (GHashTable *objects, GArray *wanted)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, objects);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      if (!porch_avahi_has_interface (wanted, GPOINTER_TO_INT (key)))
        g_hash_table_iter_remove (&iter);
    }
}

/* What was heard on an interface where we listen no longer says nothing any more. */
static void
drop_items (PorchAvahiResponder *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (!porch_avahi_has_interface (self->browse_on, ((PorchAvahiObject *) value)->ifindex))
        g_hash_table_iter_remove (&iter);
    }
}

static void
reconcile_browsers (PorchAvahiResponder *self)
{
  porch_avahi_drop_others (self->browsers, self->browse_on);
  drop_items (self);
  for (guint i = 0; i < self->browse_on->len; i++)
    {
      int ifindex = g_array_index (self->browse_on, int, i);
      PorchAvahiObject *browser;

      if (g_hash_table_contains (self->browsers, GINT_TO_POINTER (ifindex)))
        continue;
      browser = porch_avahi_object_new (self, PORCH_AVAHI_KIND_BROWSER, ifindex);
      g_hash_table_insert (self->browsers, GINT_TO_POINTER (ifindex), browser);
      porch_avahi_request (self, browser, self->old_server ? "ServiceBrowserNew" : "ServiceBrowserPrepare",
               g_variant_new ("(iissu)", ifindex, PORCH_AVAHI_PROTO_UNSPEC, PORCH_SERVICE_TYPE, "", 0u));
    }
}

static void
reconcile (PorchAvahiResponder *self)
{
  if (!self->connection || !self->publish_on || !self->asked)
    return;
  reconcile_browsers (self);
  porch_avahi_groups_reconcile (self);
}

static void
porch_avahi_responder_update (PorchResponder *source, const PorchWish *wish)
{
  PorchAvahiResponder *self = PORCH_AVAHI_RESPONDER (source);

  g_clear_pointer (&self->announcement, porch_announcement_free);
  self->announcement = wish->announcement ? porch_announcement_copy (wish->announcement) : NULL;
  g_clear_pointer (&self->publish_on, g_array_unref);
  g_clear_pointer (&self->browse_on, g_array_unref);
  self->publish_on = porch_wish_get_interfaces (wish, TRUE);
  self->browse_on = porch_wish_get_interfaces (wish, FALSE);
  reconcile (self);
}

/* --- the daemon --- */

static void
set_running (PorchAvahiResponder *self, gboolean running)
{
  if (self->running == running)
    return;
  self->running = running;
  porch_avahi_groups_set_running (self);
}

static void
on_server_signal (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *member,
                  GVariant *parameters, gpointer data)
{
  int state;

  if (!g_str_equal (member, "StateChanged") || !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(is)")))
    return;
  g_variant_get_child (parameters, 0, "i", &state);
  set_running (data, state == SERVER_RUNNING);
}

static guint
subscribe (PorchAvahiResponder *self, const char *interface, const char *path, GDBusSignalCallback callback)
{
  return g_dbus_connection_signal_subscribe (self->connection, self->owner, interface, NULL, path, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                             callback, self, NULL);
}

static void ask_state (PorchAvahiResponder *self);

static void
on_get_state_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchAvahiResponder) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  int state;

  if (!self->connection)
    return;
  if (!answer && !self->old_server && g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD))
    {
      self->old_server = TRUE;
      ask_state (self);
      return;
    }
  if (!answer)
    {
      g_warning ("avahi-daemon: %s", error->message);
      return;
    }
  g_variant_get (answer, "(i)", &state);
  self->asked = TRUE;
  self->running = state == SERVER_RUNNING;
  reconcile (self);
}

static void
ask_state (PorchAvahiResponder *self)
{
  g_dbus_connection_call (self->connection, self->owner, "/", self->old_server ? SERVER1 : SERVER2, "GetState", NULL,
                          G_VARIANT_TYPE ("(i)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, PORCH_AVAHI_CALL_TIMEOUT, self->cancellable,
                          on_get_state_ready, g_object_ref (self));
}

static void
leave (PorchAvahiResponder *self)
{
  if (!self->connection)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (self->subscriptions); i++)
    {
      if (self->subscriptions[i])
        g_dbus_connection_signal_unsubscribe (self->connection, self->subscriptions[i]);
      self->subscriptions[i] = 0;
    }
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->connection);
}

void
porch_avahi_responder_lost (PorchAvahiResponder *self)
{
  leave (self);
  g_hash_table_remove_all (self->groups);
  g_hash_table_remove_all (self->browsers);
  g_hash_table_remove_all (self->items);
}

static void
porch_avahi_responder_stop (PorchResponder *source, gboolean at_once)
{
  PorchAvahiResponder *self = PORCH_AVAHI_RESPONDER (source);
  g_autoptr (GDBusConnection) connection = self->connection ? g_object_ref (self->connection) : NULL;

  if (connection)
    {
      g_hash_table_remove_all (self->groups);
      g_hash_table_remove_all (self->browsers);
      porch_avahi_responder_lost (self);
      if (at_once)
        g_dbus_connection_flush_sync (connection, NULL, NULL);
    }
  porch_responder_stopped (source);
}

static void
porch_avahi_responder_dispose (GObject *object)
{
  porch_avahi_responder_lost (PORCH_AVAHI_RESPONDER (object));
  G_OBJECT_CLASS (porch_avahi_responder_parent_class)->dispose (object);
}

static void
porch_avahi_responder_finalize (GObject *object)
{
  PorchAvahiResponder *self = PORCH_AVAHI_RESPONDER (object);

  g_hash_table_unref (self->groups);
  g_hash_table_unref (self->browsers);
  g_hash_table_unref (self->items);
  g_hash_table_unref (self->paths);
  g_ptr_array_unref (self->early);
  g_clear_pointer (&self->announcement, porch_announcement_free);
  g_clear_pointer (&self->publish_on, g_array_unref);
  g_clear_pointer (&self->browse_on, g_array_unref);
  g_object_unref (self->cancellable);
  g_free (self->owner);
  G_OBJECT_CLASS (porch_avahi_responder_parent_class)->finalize (object);
}

static void
porch_avahi_responder_class_init (PorchAvahiResponderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_avahi_responder_dispose;
  G_OBJECT_CLASS (klass)->finalize = porch_avahi_responder_finalize;
  PORCH_RESPONDER_CLASS (klass)->update = porch_avahi_responder_update;
  PORCH_RESPONDER_CLASS (klass)->stop = porch_avahi_responder_stop;
}

static void
porch_avahi_responder_init (PorchAvahiResponder *self)
{
  self->groups = g_hash_table_new_full (NULL, NULL, NULL, object_drop);
  self->browsers = g_hash_table_new_full (NULL, NULL, NULL, object_drop);
  self->items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, object_drop);
  self->paths = g_hash_table_new (g_str_hash, g_str_equal);
  self->early = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  self->cancellable = g_cancellable_new ();
}

PorchResponder *
porch_avahi_responder_new (PorchPeerList *peers, GDBusConnection *connection, const char *owner)
{
  PorchAvahiResponder *self = g_object_new (PORCH_TYPE_AVAHI_RESPONDER, NULL);

  porch_responder_setup (PORCH_RESPONDER (self), "avahi", peers);
  self->connection = g_object_ref (connection);
  self->owner = g_strdup (owner);
  /* Before any call: an answer and the first signals come close together. */
  self->subscriptions[0] = subscribe (self, NULL, "/", on_server_signal);
  self->subscriptions[1] = subscribe (self, PORCH_AVAHI_GROUP, NULL, on_object_signal);
  self->subscriptions[2] = subscribe (self, BROWSER, NULL, on_object_signal);
  self->subscriptions[3] = subscribe (self, RESOLVER, NULL, on_object_signal);
  ask_state (self);
  return PORCH_RESPONDER (self);
}
