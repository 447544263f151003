/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-avahi-responder.h"

#include "discovery/porch-txt.h"

#define SERVER1 PORCH_AVAHI_NAME ".Server"
#define SERVER2 PORCH_AVAHI_NAME ".Server2"
#define GROUP PORCH_AVAHI_NAME ".EntryGroup"
#define BROWSER PORCH_AVAHI_NAME ".ServiceBrowser"
#define RESOLVER PORCH_AVAHI_NAME ".ServiceResolver"

#define PROTO_UNSPEC (-1)
#define CALL_TIMEOUT 10000      /* ms */
#define RENAME_DELAY 1000       /* ms */
#define RENAME_PATIENCE 10      /* quick renames; then one a minute */
#define RENAME_SLOW_DELAY 60000 /* ms */
#define MAX_EARLY 256           /* signals of objects whose path we don't know yet (daemons before 0.8) */
#define RESULT_LOCAL 8          /* AVAHI_LOOKUP_RESULT_LOCAL */

enum { SERVER_RUNNING = 2 };
enum { GROUP_ESTABLISHED = 2, GROUP_COLLISION = 3, GROUP_FAILURE = 4 };

typedef enum { KIND_GROUP, KIND_BROWSER, KIND_RESOLVER } Kind;

/* An object of ours in the daemon. Lives from the request for it until it is dropped; @path is NULL until the daemon answered. */
typedef struct {
  int               references;
  PorchAvahiResponder *source;   /* borrowed; NULL once dropped */
  gboolean          requested; /* the daemon has not answered yet */
  Kind              kind;
  char             *path;
  int               ifindex;
  /* group */
  PorchAnnouncement *announced; /* what is in it */
  char              *instance;
  guint              renames;
  guint              rename;    /* source id */
  /* resolver */
  char *item;      /* its key in the table of items */
  char *host;
  char *sighting;  /* key of porch_responder_sight() */
} Object;

struct _PorchAvahiResponder {
  PorchResponder parent_instance;

  /* owned */
  GDBusConnection   *connection; /* NULL once lost or stopped */
  char              *owner;
  GCancellable      *cancellable;
  GHashTable        *groups;   /* ifindex → Object */
  GHashTable        *browsers; /* ifindex → Object */
  GHashTable        *items;    /* "ifindex protocol name domain" → Object, a resolver */
  GHashTable        *paths;    /* path → Object, borrowed from the three above */
  GPtrArray         *early;    /* of GVariant (path, member, parameters) */
  PorchAnnouncement *announcement;
  GArray            *publish_on;
  GArray            *browse_on;

  guint    subscriptions[4];
  guint    requests; /* for objects, that are under way */
  gboolean old_server;
  gboolean asked; /* the daemon said what state it is in */
  gboolean running;
};

G_DEFINE_FINAL_TYPE (PorchAvahiResponder, porch_avahi_responder, PORCH_TYPE_RESPONDER)

static void dispatch (PorchAvahiResponder *self, Object *object, const char *member, GVariant *parameters);
static void follow (PorchAvahiResponder *self, const char *item, GVariant *parameters);

/* --- calls and objects --- */

static void
tell (PorchAvahiResponder *self, const char *path, const char *interface, const char *method, GVariant *parameters)
{
  g_dbus_connection_call (self->connection, self->owner, path, interface, method, parameters, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          CALL_TIMEOUT, NULL, NULL, NULL);
}

static const char *
interface_of (Kind kind)
{
  return kind == KIND_GROUP ? GROUP : kind == KIND_BROWSER ? BROWSER : RESOLVER;
}

static void
object_unref (Object *object)
{
  if (--object->references > 0)
    return;
  g_free (object->path);
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
  Object *object = data;
  PorchAvahiResponder *self = object->source;

  object->source = NULL;
  g_clear_handle_id (&object->rename, g_source_remove);
  if (object->requested)
    self->requests--;
  if (object->path)
    {
      g_hash_table_remove (self->paths, object->path);
      if (self->connection)
        tell (self, object->path, interface_of (object->kind), "Free", NULL);
    }
  if (object->sighting && self->connection)
    porch_responder_unsight (PORCH_RESPONDER (self), object->sighting);
  object_unref (object);
}

static Object *
object_new (PorchAvahiResponder *self, Kind kind, int ifindex)
{
  Object *object = g_new0 (Object, 1);

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
      Object *object;

      g_variant_get (early->pdata[i], "(&s&sv)", &path, &member, &parameters);
      object = g_hash_table_lookup (self->paths, path);
      if (object)
        dispatch (self, object, member, parameters);
      else if (self->requests > 0)
        g_ptr_array_add (self->early, g_variant_ref (early->pdata[i]));
    }
}

static void object_ready (PorchAvahiResponder *self, Object *object);

static void
on_object_made (GObject *source, GAsyncResult *result, gpointer data)
{
  Object *object = data;
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
                              G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_TIMEOUT, NULL, NULL, NULL);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("avahi-daemon: %s", error->message);
  object_unref (object);
}

static void
request (PorchAvahiResponder *self, Object *object, const char *method, GVariant *parameters)
{
  object->references++;
  object->requested = TRUE;
  self->requests++;
  g_dbus_connection_call (self->connection, self->owner, "/", self->old_server ? SERVER1 : SERVER2, method, parameters,
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_TIMEOUT, self->cancellable, on_object_made,
                          object);
}

/* --- announcing --- */

static gboolean on_rename (gpointer data);

static void
rename_later (Object *group)
{
  if (group->rename)
    return;
  group->rename = g_timeout_add (group->renames < RENAME_PATIENCE ? RENAME_DELAY : RENAME_SLOW_DELAY, on_rename, group);
  group->renames++;
}

static void
on_add_service_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Object *group = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (!answer && group->source)
    {
      g_autofree char *name = g_dbus_error_get_remote_error (error);

      g_debug ("avahi-daemon: %s", error->message);
      if (g_strcmp0 (name, PORCH_AVAHI_NAME ".CollisionError") == 0)
        rename_later (group);
    }
  object_unref (group);
}

static void
fill_group (PorchAvahiResponder *self, Object *group)
{
  const PorchAnnouncement *announcement = self->announcement;

  if (!group->path || !self->running || !announcement)
    return;
  if (group->announced)
    tell (self, group->path, GROUP, "Reset", NULL);
  g_clear_pointer (&group->announced, porch_announcement_free);
  group->announced = porch_announcement_copy (announcement);
  if (!group->instance)
    group->instance = g_strdup (announcement->instance);
  group->references++;
  /* No host: the daemon's own name, whose addresses it keeps up to date itself. */
  g_dbus_connection_call (self->connection, self->owner, group->path, GROUP, "AddService",
                          g_variant_new ("(iiussssq@aay)", group->ifindex, PROTO_UNSPEC, 0u, group->instance, PORCH_SERVICE_TYPE,
                                         "", "", announcement->port, porch_txt_to_variant ((const char *const *) announcement->txt)),
                          NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_TIMEOUT, NULL, on_add_service_ready, group);
  tell (self, group->path, GROUP, "Commit", NULL);
}

/* Somebody announces our name: a clone of this disk, or a joker. What counts is the id in TXT. */
static gboolean
on_rename (gpointer data)
{
  Object *group = data;

  group->rename = 0;
  if (group->source->announcement)
    {
      g_free (group->instance);
      group->instance = g_strdup_printf ("%s-%04x", group->source->announcement->instance, g_random_int_range (0, 0x10000));
      fill_group (group->source, group);
    }
  return G_SOURCE_REMOVE;
}

static gboolean
same_but_txt (const PorchAnnouncement *a, const PorchAnnouncement *b)
{
  return a->port == b->port && g_str_equal (a->instance, b->instance);
}

/* A reset would send goodbyes and make the card blink on every screen: a new name alone changes the record in place. */
static void
refresh_group (PorchAvahiResponder *self, Object *group)
{
  if (porch_announcement_equal (group->announced, self->announcement))
    return;
  if (!group->announced || !same_but_txt (group->announced, self->announcement))
    {
      fill_group (self, group);
      return;
    }
  g_clear_pointer (&group->announced, porch_announcement_free);
  group->announced = porch_announcement_copy (self->announcement);
  tell (self, group->path, GROUP, "UpdateServiceTxt",
        g_variant_new ("(iiusss@aay)", group->ifindex, PROTO_UNSPEC, 0u, group->instance, PORCH_SERVICE_TYPE, "",
                       porch_txt_to_variant ((const char *const *) self->announcement->txt)));
}

static void
on_group_state (Object *group, int state)
{
  if (state == GROUP_COLLISION)
    rename_later (group);
  else if (state == GROUP_ESTABLISHED)
    g_debug ("announced as %s on interface %d", group->instance, group->ifindex);
  else if (state == GROUP_FAILURE)
    g_warning ("avahi-daemon could not announce this device on interface %d", group->ifindex);
}

/* --- looking --- */

static void
look_up (PorchAvahiResponder *self, Object *resolver, GVariant *item)
{
  const char *name, *type, *domain;
  int ifindex, protocol;

  g_variant_get (item, "(ii&s&s&su)", &ifindex, &protocol, &name, &type, &domain, NULL);
  /* The address family of the protocol on which it was heard: a resolver gives but one address. */
  request (self, resolver, self->old_server ? "ServiceResolverNew" : "ServiceResolverPrepare",
           g_variant_new ("(iisssiu)", ifindex, protocol, name, type, domain, protocol, 0u));
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
  Object *resolver;
  int ifindex;

  g_variant_get_child (parameters, 0, "i", &ifindex);
  resolver = object_new (self, KIND_RESOLVER, ifindex);
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
start_over (PorchAvahiResponder *self, Object *resolver, GVariant *found)
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
on_found (PorchAvahiResponder *self, Object *resolver, GVariant *parameters)
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
on_resolver_failure (PorchAvahiResponder *self, Object *resolver)
{
  g_autofree char *before = g_steal_pointer (&resolver->sighting);

  if (before)
    porch_responder_unsight (PORCH_RESPONDER (self), before);
}

static void
dispatch (PorchAvahiResponder *self, Object *object, const char *member, GVariant *parameters)
{
  int state;

  if (object->kind == KIND_GROUP && g_str_equal (member, "StateChanged")
      && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(is)")))
    {
      g_variant_get_child (parameters, 0, "i", &state);
      on_group_state (object, state);
    }
  else if (object->kind == KIND_BROWSER && g_str_has_prefix (member, "Item"))
    on_item (self, member, parameters);
  else if (object->kind == KIND_RESOLVER && g_str_equal (member, "Found"))
    on_found (self, object, parameters);
  else if (object->kind == KIND_RESOLVER && g_str_equal (member, "Failure"))
    on_resolver_failure (self, object);
}

static void
object_ready (PorchAvahiResponder *self, Object *object)
{
  if (object->kind == KIND_GROUP)
    fill_group (self, object);
  else if (!self->old_server)
    tell (self, object->path, interface_of (object->kind), "Start", NULL);
}

static void
on_object_signal (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *member,
                  GVariant *parameters, gpointer data)
{
  PorchAvahiResponder *self = data;
  Object *object = g_hash_table_lookup (self->paths, path);

  if (object)
    dispatch (self, object, member, parameters);
  else if (self->old_server && self->requests > 0 && self->early->len < MAX_EARLY)
    g_ptr_array_add (self->early, g_variant_ref_sink (g_variant_new ("(ssv)", path, member, parameters)));
}

/* --- what is wanted --- */

static gboolean
has_interface (GArray *interfaces, int ifindex)
{
  for (guint i = 0; i < interfaces->len; i++)
    {
      if (g_array_index (interfaces, int, i) == ifindex)
        return TRUE;
    }
  return FALSE;
}

static void
drop_others (GHashTable *objects, GArray *wanted)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, objects);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      if (!has_interface (wanted, GPOINTER_TO_INT (key)))
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
      if (!has_interface (self->browse_on, ((Object *) value)->ifindex))
        g_hash_table_iter_remove (&iter);
    }
}

static void
reconcile_groups (PorchAvahiResponder *self)
{
  drop_others (self->groups, self->publish_on);
  for (guint i = 0; self->announcement && i < self->publish_on->len; i++)
    {
      int ifindex = g_array_index (self->publish_on, int, i);
      Object *group = g_hash_table_lookup (self->groups, GINT_TO_POINTER (ifindex));

      if (group && group->path && self->running)
        refresh_group (self, group);
      if (group)
        continue;
      group = object_new (self, KIND_GROUP, ifindex);
      g_hash_table_insert (self->groups, GINT_TO_POINTER (ifindex), group);
      request (self, group, "EntryGroupNew", NULL);
    }
}

static void
reconcile_browsers (PorchAvahiResponder *self)
{
  drop_others (self->browsers, self->browse_on);
  drop_items (self);
  for (guint i = 0; i < self->browse_on->len; i++)
    {
      int ifindex = g_array_index (self->browse_on, int, i);
      Object *browser;

      if (g_hash_table_contains (self->browsers, GINT_TO_POINTER (ifindex)))
        continue;
      browser = object_new (self, KIND_BROWSER, ifindex);
      g_hash_table_insert (self->browsers, GINT_TO_POINTER (ifindex), browser);
      request (self, browser, self->old_server ? "ServiceBrowserNew" : "ServiceBrowserPrepare",
               g_variant_new ("(iissu)", ifindex, PROTO_UNSPEC, PORCH_SERVICE_TYPE, "", 0u));
    }
}

static void
reconcile (PorchAvahiResponder *self)
{
  if (!self->connection || !self->publish_on || !self->asked)
    return;
  reconcile_browsers (self);
  reconcile_groups (self);
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
  GHashTableIter iter;
  gpointer value;

  if (self->running == running)
    return;
  self->running = running;
  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Object *group = value;

      /* It changes its host name: our records point to the old one. */
      if (!running && group->path)
        tell (self, group->path, GROUP, "Reset", NULL);
      if (!running)
        g_clear_pointer (&group->announced, porch_announcement_free);
      else
        fill_group (self, group);
    }
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
                          G_VARIANT_TYPE ("(i)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_TIMEOUT, self->cancellable,
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
  self->subscriptions[1] = subscribe (self, GROUP, NULL, on_object_signal);
  self->subscriptions[2] = subscribe (self, BROWSER, NULL, on_object_signal);
  self->subscriptions[3] = subscribe (self, RESOLVER, NULL, on_object_signal);
  ask_state (self);
  return PORCH_RESPONDER (self);
}
