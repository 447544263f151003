/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The services that tell of disks are there before the file chooser is made, and the main loop goes on meanwhile. The service is this
 * program itself, started by a bus of its own. */
#include "config.h"

#include "porch-ui-volumes.h"

#include <glib/gstdio.h>

#define NAME "org.gtk.vfs.PorchTestVolumeMonitor"
#define SLOW_MS 300

static const char xml[] = "<node><interface name='org.gtk.Private.RemoteVolumeMonitor'>"
                          "<method name='List'><arg type='b' direction='out'/></method></interface></node>";

/* --- the service --- */

static gboolean
answer (gpointer invocation)
{
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(b)", TRUE));
  g_file_set_contents (g_getenv ("PORCH_TEST_MARK"), "asked", -1, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_call (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method,
         GVariant *parameters, GDBusMethodInvocation *invocation, gpointer data)
{
  g_timeout_add (SLOW_MS, answer, invocation);
}

static int
serve (void)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_dbus_connection_register_object (bus, "/org/gtk/Private/RemoteVolumeMonitor", node->interfaces[0], &vtable, NULL, NULL, NULL);
  g_bus_own_name_on_connection (bus, NAME, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
  g_main_loop_run (loop);
  return 0;
}

/* --- the test --- */

static const char *program;

static gboolean
on_tick (gpointer ticks)
{
  ++*(guint *)ticks;
  return G_SOURCE_CONTINUE;
}

static void
on_ready (gpointer ready)
{
  *(gboolean *)ready = TRUE;
}

static void
wait_until (gboolean *ready)
{
  for (gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC; !*ready && g_get_monotonic_time () < end;)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (*ready);
}

static void
test_start (void)
{
  g_autoptr (GTestDBus) test_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autofree char *folder = g_dir_make_tmp ("volumes-XXXXXX", NULL);
  g_autofree char *mark = g_build_filename (folder, "mark", NULL);
  g_autofree char *file = g_build_filename (folder, NAME ".service", NULL);
  g_autofree char *service = g_strdup_printf ("[D-BUS Service]\nName=%s\nExec=%s --serve\n", NAME, program);
  g_autoptr (GDBusConnection) bus = NULL;
  gboolean ready = FALSE, again = FALSE;
  guint ticks = 0, source;

  g_assert_true (g_file_set_contents (file, service, -1, NULL));
  g_setenv ("PORCH_TEST_MARK", mark, TRUE);
  g_test_dbus_add_service_dir (test_bus, folder);
  g_test_dbus_up (test_bus);
  bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  source = g_timeout_add (10, on_tick, &ticks);
  porch_ui_volumes_start (bus, on_ready, &ready);
  g_assert_false (ready);
  wait_until (&ready);
  g_assert_true (g_file_test (mark, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (ticks, >, 5);
  g_source_remove (source);
  /* The second chooser waits for nothing. */
  porch_ui_volumes_start (bus, on_ready, &again);
  g_assert_true (again);
  g_clear_object (&bus);
  g_test_dbus_stop (test_bus);
  g_remove (mark);
  g_remove (file);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  if (argc == 2 && g_str_equal (argv[1], "--serve"))
    return serve ();
  /* GIO's own asks nobody. */
  g_setenv ("GIO_USE_VOLUME_MONITOR", "unix", TRUE);
  g_test_init (&argc, &argv, NULL);
  program = argv[0];
  g_test_add_func ("/gtk/volumes/start", test_start);
  return g_test_run ();
}
