/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Announcing through Avahi: what is in the entry group of each interface. */
#include "config.h"

#include "discovery/porch-avahi-private.h"
#include "discovery/porch-txt.h"

#define RENAME_DELAY 1000       /* ms */
#define RENAME_PATIENCE 10      /* quick renames; then one a minute */
#define RENAME_SLOW_DELAY 60000 /* ms */

enum
{
  GROUP_ESTABLISHED = 2,
  GROUP_COLLISION = 3,
  GROUP_FAILURE = 4
};

static gboolean on_rename (gpointer data);

static void
rename_later (PorchAvahiObject *group)
{
  if (group->rename)
    return;
  group->rename = g_timeout_add (group->renames < RENAME_PATIENCE ? RENAME_DELAY : RENAME_SLOW_DELAY, on_rename, group);
  group->renames++;
}

static void
on_add_service_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  PorchAvahiObject *group = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (!answer && group->source)
    {
      g_autofree char *name = g_dbus_error_get_remote_error (error);

      g_debug ("avahi-daemon: %s", error->message);
      if (g_strcmp0 (name, PORCH_AVAHI_NAME ".CollisionError") == 0)
        rename_later (group);
    }
  porch_avahi_object_unref (group);
}

void
porch_avahi_group_fill (PorchAvahiResponder *self, PorchAvahiObject *group)
{
  const PorchAnnouncement *announcement = self->announcement;

  if (!group->path || !self->running || !announcement)
    return;
  if (group->announced)
    porch_avahi_tell (self, group->path, PORCH_AVAHI_GROUP, "Reset", NULL);
  g_clear_pointer (&group->announced, porch_announcement_free);
  group->announced = porch_announcement_copy (announcement);
  if (!group->instance)
    group->instance = g_strdup (announcement->instance);
  group->references++;
  /* No host: the daemon's own name, whose addresses it keeps up to date itself. */
  g_dbus_connection_call (self->connection, self->owner, group->path, PORCH_AVAHI_GROUP, "AddService",
                          g_variant_new ("(iiussssq@aay)", group->ifindex, PORCH_AVAHI_PROTO_UNSPEC, 0u, group->instance,
                                         PORCH_SERVICE_TYPE, "", "", announcement->port,
                                         porch_txt_to_variant ((const char *const *)announcement->txt)),
                          NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, PORCH_AVAHI_CALL_TIMEOUT, NULL, on_add_service_ready, group);
  porch_avahi_tell (self, group->path, PORCH_AVAHI_GROUP, "Commit", NULL);
}

/* Somebody announces our name: a clone of this disk, or a joker. What counts is the id in TXT. */
static gboolean
on_rename (gpointer data)
{
  PorchAvahiObject *group = data;

  group->rename = 0;
  if (group->source->announcement)
    {
      g_free (group->instance);
      group->instance = g_strdup_printf ("%s-%04x", group->source->announcement->instance, g_random_int_range (0, 0x10000));
      porch_avahi_group_fill (group->source, group);
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
refresh_group (PorchAvahiResponder *self, PorchAvahiObject *group)
{
  if (porch_announcement_equal (group->announced, self->announcement))
    return;
  if (!group->announced || !same_but_txt (group->announced, self->announcement))
    {
      porch_avahi_group_fill (self, group);
      return;
    }
  g_clear_pointer (&group->announced, porch_announcement_free);
  group->announced = porch_announcement_copy (self->announcement);
  porch_avahi_tell (self, group->path, PORCH_AVAHI_GROUP, "UpdateServiceTxt",
                    g_variant_new ("(iiusss@aay)", group->ifindex, PORCH_AVAHI_PROTO_UNSPEC, 0u, group->instance,
                                   PORCH_SERVICE_TYPE, "",
                                   porch_txt_to_variant ((const char *const *)self->announcement->txt)));
}

void
porch_avahi_group_state (PorchAvahiObject *group, int state)
{
  if (state == GROUP_COLLISION)
    rename_later (group);
  else if (state == GROUP_ESTABLISHED)
    g_debug ("announced as %s on interface %d", group->instance, group->ifindex);
  else if (state == GROUP_FAILURE)
    g_warning ("avahi-daemon could not announce this device on interface %d", group->ifindex);
}

void
porch_avahi_groups_reconcile (PorchAvahiResponder *self)
{
  porch_avahi_drop_others (self->groups, self->publish_on);
  for (guint i = 0; self->announcement && i < self->publish_on->len; i++)
    {
      int ifindex = g_array_index (self->publish_on, int, i);
      PorchAvahiObject *group = g_hash_table_lookup (self->groups, GINT_TO_POINTER (ifindex));

      if (group && group->path && self->running)
        refresh_group (self, group);
      if (group)
        continue;
      group = porch_avahi_object_new (self, PORCH_AVAHI_KIND_GROUP, ifindex);
      g_hash_table_insert (self->groups, GINT_TO_POINTER (ifindex), group);
      porch_avahi_request (self, group, "EntryGroupNew", NULL);
    }
}

void
porch_avahi_groups_set_running (PorchAvahiResponder *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      PorchAvahiObject *group = value;

      /* It changes its host name: our records point to the old one. */
      if (!self->running && group->path)
        porch_avahi_tell (self, group->path, PORCH_AVAHI_GROUP, "Reset", NULL);
      if (!self->running)
        g_clear_pointer (&group->announced, porch_announcement_free);
      else
        porch_avahi_group_fill (self, group);
    }
}
