/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A flood of announcements: how many calls to the Avahi daemon are under way at once, and that all are resolved in the end. The
 * daemon is made up and answers when the test wants it to; the real one is in tests/lan. */
#include "config.h"

#include "discovery-fixture.h"
#include "discovery/porch-avahi-private.h"
#include "porch-limits.h"

#define IFINDEX 2
#define FLOOD 300
#define KNOWN 299 /* of them: announced last */

static const char xml[]
    = "<node>"
      "<interface name='org.freedesktop.Avahi.Server2'>"
      "<method name='GetState'><arg type='i' direction='out'/></method>"
      "<method name='ServiceBrowserPrepare'><arg type='i' direction='in'/><arg type='i' direction='in'/>"
      "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='u' direction='in'/>"
      "<arg type='o' direction='out'/></method>"
      "<method name='ServiceResolverPrepare'><arg type='i' direction='in'/><arg type='i' direction='in'/>"
      "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
      "<arg type='i' direction='in'/><arg type='u' direction='in'/><arg type='o' direction='out'/></method>"
      "</interface>"
      "<interface name='org.freedesktop.Avahi.ServiceBrowser'><method name='Start'/><method name='Free'/></interface>"
      "</node>";

typedef struct
{
  Fixture fixture;
  GTestDBus *bus;
  GDBusConnection *server;
  GDBusConnection *client;
  GDBusNodeInfo *node;
  GPtrArray *due;   /* of GDBusMethodInvocation: resolvers that were asked for */
  GPtrArray *names; /* of all that were asked for, in that order */
  guint most;       /* due at once */
} Flood;

static char *
instance_of (guint number)
{
  const PorchDeviceId id = fixture_id (0x30 + number / 256, number % 256);

  return porch_device_id_short (&id, PORCH_INSTANCE_HEX);
}

static void
announce_all (Flood *flood)
{
  for (guint i = 0; i < FLOOD; i++)
    {
      g_autofree char *instance = instance_of (i);

      g_dbus_connection_emit_signal (flood->server, NULL, "/browser", "org.freedesktop.Avahi.ServiceBrowser", "ItemNew",
                                     g_variant_new ("(iisssu)", IFINDEX, 0, instance, PORCH_SERVICE_TYPE, "local", 0u), NULL);
    }
}

static void
on_call (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method,
         GVariant *parameters, GDBusMethodInvocation *invocation, gpointer data)
{
  Flood *flood = data;
  const char *name;

  if (g_str_equal (method, "GetState"))
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(i)", 2));
  else if (g_str_equal (method, "ServiceBrowserPrepare"))
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", "/browser"));
  else if (g_str_equal (method, "ServiceResolverPrepare"))
    {
      g_variant_get_child (parameters, 2, "&s", &name);
      g_ptr_array_add (flood->names, g_strdup (name));
      g_ptr_array_add (flood->due, invocation);
      flood->most = MAX (flood->most, flood->due->len);
    }
  else
    {
      if (g_str_equal (method, "Start"))
        announce_all (flood);
      g_dbus_method_invocation_return_value (invocation, NULL);
    }
}

static GDBusConnection *
connect_to (GTestDBus *bus)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (bus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
set_up (Flood *flood, gconstpointer data)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call };
  g_autoptr (GError) error = NULL;

  fixture_set_up (&flood->fixture, NULL);
  flood->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (flood->bus);
  flood->server = connect_to (flood->bus);
  flood->client = connect_to (flood->bus);
  flood->node = g_dbus_node_info_new_for_xml (xml, &error);
  g_assert_no_error (error);
  flood->due = g_ptr_array_new ();
  flood->names = g_ptr_array_new_with_free_func (g_free);
  g_dbus_connection_register_object (flood->server, "/", flood->node->interfaces[0], &vtable, flood, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (flood->server, "/browser", flood->node->interfaces[1], &vtable, flood, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Flood *flood, gconstpointer data)
{
  g_ptr_array_unref (flood->due);
  g_ptr_array_unref (flood->names);
  g_dbus_node_info_unref (flood->node);
  g_object_unref (flood->client);
  g_object_unref (flood->server);
  g_test_dbus_stop (flood->bus);
  g_object_unref (flood->bus);
  fixture_tear_down (&flood->fixture, NULL);
}

static PorchResponder *
look_around (Flood *flood)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  PorchNetworkAddress address = { .ifindex = IFINDEX, .visible = TRUE };
  const PorchWish wish = { .addresses = addresses };
  PorchResponder *responder
      = porch_avahi_responder_new (flood->fixture.peers, flood->client, g_dbus_connection_get_unique_name (flood->server));

  g_ptr_array_add (addresses, &address);
  porch_responder_update (responder, &wish);
  return responder;
}

/* Until nothing has come for a while: what is due is due. */
static void
settle (void)
{
  for (guint quiet = 0; quiet < 20; quiet++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        quiet = 0;
      g_usleep (5000);
    }
}

static void
answer_one (Flood *flood, guint number)
{
  GDBusMethodInvocation *invocation = g_ptr_array_steal_index (flood->due, 0);
  g_autofree char *path = g_strdup_printf ("/resolver/%u", number);

  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", path));
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
test_flood (Flood *flood, gconstpointer data)
{
  const PorchDeviceId known = fixture_id (0x30 + KNOWN / 256, KNOWN % 256);
  g_autofree char *instance = instance_of (KNOWN);
  g_autoptr (PorchResponder) responder = NULL;
  guint place;

  fixture_trust (&flood->fixture, &known);
  responder = look_around (flood);
  settle ();
  g_assert_cmpuint (flood->due->len, ==, PORCH_MAX_RESOLVER_CALLS);
  for (guint number = 0; flood->names->len < FLOOD || flood->due->len > 0; number++)
    {
      if (flood->due->len == 0)
        settle ();
      g_assert_cmpuint (flood->due->len, >, 0);
      answer_one (flood, number);
    }
  g_assert_cmpuint (flood->most, ==, PORCH_MAX_RESOLVER_CALLS);
  /* Each once; a device that we know waits for nobody but those that were under way. */
  g_assert_cmpuint (flood->names->len, ==, FLOOD);
  g_assert_true (g_ptr_array_find_with_equal_func (flood->names, instance, g_str_equal, &place));
  g_assert_cmpuint (place, ==, PORCH_MAX_RESOLVER_CALLS);
  porch_responder_stop (responder, TRUE);
}

/* Away in the midst of it: nobody is asked any more, and answers that come late do no harm. */
static void
test_stop (Flood *flood, gconstpointer data)
{
  g_autoptr (PorchResponder) responder = look_around (flood);

  settle ();
  porch_responder_stop (responder, TRUE);
  for (guint number = 0; flood->due->len > 0; number++)
    answer_one (flood, number);
  settle ();
  g_assert_cmpuint (flood->names->len, ==, PORCH_MAX_RESOLVER_CALLS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/avahi-responder/flood", Flood, NULL, set_up, test_flood, tear_down);
  g_test_add ("/avahi-responder/stop", Flood, NULL, set_up, test_stop, tear_down);
  return g_test_run ();
}
