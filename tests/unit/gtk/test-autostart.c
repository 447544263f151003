/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Start at Login": the file that desktops read, and what is asked of the portal in a sandbox. */
#include "config.h"

#include "porch-ui-autostart.h"

#include <glib/gstdio.h>

typedef struct
{
  gboolean over, ok;
  GError *error;
} Answer;

static void
on_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->ok = porch_ui_autostart_set_finish (PORCH_UI_MEMORY (source), result, &answer->error);
  answer->over = TRUE;
}

static void
set (PorchUiMemory *memory, GDBusConnection *bus, gboolean start, Answer *answer)
{
  *answer = (Answer){ 0 };
  porch_ui_autostart_set_async (memory, bus, bus != NULL, start, on_ready, answer);
  while (!answer->over)
    g_main_context_iteration (NULL, TRUE);
}

static char *
dup_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "autostart", PORCH_APP_ID ".Daemon.desktop", NULL);
}

static void
test_file (void)
{
  g_autoptr (PorchUiMemory) memory = porch_ui_memory_new ();
  g_autofree char *path = dup_path ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *command = NULL;
  Answer answer;

  g_assert_false (porch_ui_autostart_get (memory, FALSE));
  set (memory, NULL, TRUE, &answer);
  g_assert_no_error (answer.error);
  g_assert_true (answer.ok);
  g_assert_true (porch_ui_autostart_get (memory, FALSE));
  g_assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));
  command = g_key_file_get_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, NULL);
  g_assert_cmpstr (command, ==, "\"" PORCH_LIBEXECDIR "/porchd\"");
  set (memory, NULL, FALSE, &answer);
  g_assert_true (answer.ok);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_false (porch_ui_autostart_get (memory, FALSE));
  set (memory, NULL, FALSE, &answer);
  g_assert_true (answer.ok);
}

/* Another program switched it off, in one of the two ways that are known. */
static void
test_switched_off_elsewhere (void)
{
  static const char *const texts[]
      = { "[Desktop Entry]\nType=Application\nExec=x\nHidden=true\n",
          "[Desktop Entry]\nType=Application\nExec=x\nX-GNOME-Autostart-enabled=false\n", "nonsense" };
  g_autoptr (PorchUiMemory) memory = porch_ui_memory_new ();
  g_autofree char *path = dup_path ();
  Answer answer;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      set (memory, NULL, TRUE, &answer);
      g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
      g_assert_false (porch_ui_autostart_get (memory, FALSE));
      set (memory, NULL, TRUE, &answer);
      g_assert_true (porch_ui_autostart_get (memory, FALSE));
    }
}

static void
test_unwritable (void)
{
  g_autoptr (PorchUiMemory) memory = porch_ui_memory_new ();
  g_autofree char *path = dup_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  Answer answer;

  g_assert_cmpint (g_mkdir_with_parents (g_get_user_config_dir (), 0700), ==, 0);
  g_assert_true (g_file_set_contents (folder, "in the way", -1, NULL));
  set (memory, NULL, TRUE, &answer);
  g_assert_false (answer.ok);
  g_assert_nonnull (strstr (answer.error->message, "can’t be made"));
  g_clear_error (&answer.error);
  g_assert_false (porch_ui_autostart_get (memory, FALSE));
  g_unlink (folder);
}

/* --- a desktop's portal --- */

static const char PORTAL[] = "<node><interface name='org.freedesktop.portal.Background'><method name='RequestBackground'>"
                             "<arg type='s' direction='in'/><arg type='a{sv}' direction='in'/><arg type='o' direction='out'/>"
                             "</method></interface></node>";

typedef struct
{
  guint code;     /* 0 yes, 1 no */
  gboolean allow; /* what it says of starting */
  gboolean fails; /* it refuses the call itself */
  char *command;
} Desktop;

static void
on_portal_call (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *method,
                GVariant *parameters, GDBusMethodInvocation *invocation, gpointer data)
{
  Desktop *desktop = data;
  g_autoptr (GVariant) options = g_variant_get_child_value (parameters, 1);
  g_autofree char *who = g_strdelimit (g_strdup (sender + 1), ".", '_');
  g_autofree const char **command = NULL;
  g_autofree char *handle = NULL;
  const char *token, *reason;
  gboolean start;
  GVariantBuilder results;

  if (desktop->fails)
    {
      g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR, G_DBUS_ERROR_NOT_SUPPORTED, "Not here");
      return;
    }
  g_assert_true (g_variant_lookup (options, "handle_token", "&s", &token));
  g_assert_true (g_variant_lookup (options, "reason", "&s", &reason));
  g_assert_true (g_variant_lookup (options, "autostart", "b", &start));
  g_assert_true (g_variant_lookup (options, "commandline", "^a&s", &command));
  g_free (desktop->command);
  desktop->command = g_strjoinv (" ", (char **)command);
  handle = g_strdup_printf ("/org/freedesktop/portal/desktop/request/%s/%s", who, token);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", handle));
  g_variant_builder_init (&results, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&results, "{sv}", "background", g_variant_new_boolean (TRUE));
  g_variant_builder_add (&results, "{sv}", "autostart", g_variant_new_boolean (start && desktop->allow));
  g_dbus_connection_emit_signal (bus, sender, handle, "org.freedesktop.portal.Request", "Response",
                                 g_variant_new ("(ua{sv})", desktop->code, &results), NULL);
}

static GDBusConnection *
connect_to (const char *address)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL,
      &error);

  g_assert_no_error (error);
  return bus;
}

static void
on_name (GDBusConnection *bus, const char *name, gpointer data)
{
  *(gboolean *)data = TRUE;
}

static void
test_portal (void)
{
  static const GDBusInterfaceVTable vtable = { on_portal_call, NULL, NULL, { 0 } };
  g_autoptr (GTestDBus) daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (PORTAL, NULL);
  g_autoptr (PorchUiMemory) memory = porch_ui_memory_new ();
  Desktop desktop = { .allow = TRUE };
  g_autoptr (GDBusConnection) theirs = NULL, ours = NULL;
  gboolean owned = FALSE;
  Answer answer;
  guint name;

  g_test_dbus_up (daemon);
  theirs = connect_to (g_test_dbus_get_bus_address (daemon));
  ours = connect_to (g_test_dbus_get_bus_address (daemon));
  g_dbus_connection_register_object (theirs, "/org/freedesktop/portal/desktop", node->interfaces[0], &vtable, &desktop, NULL,
                                     NULL);
  name = g_bus_own_name_on_connection (theirs, "org.freedesktop.portal.Desktop", 0, on_name, NULL, &owned, NULL);
  while (!owned)
    g_main_context_iteration (NULL, TRUE);
  set (memory, ours, TRUE, &answer);
  g_assert_no_error (answer.error);
  g_assert_true (porch_ui_autostart_get (memory, TRUE));
  g_assert_cmpstr (desktop.command, ==, PORCH_LIBEXECDIR "/porchd");
  set (memory, ours, FALSE, &answer);
  g_assert_true (answer.ok);
  g_assert_false (porch_ui_autostart_get (memory, TRUE));
  /* The person, or the settings of the desktop, say no. */
  desktop.allow = FALSE;
  set (memory, ours, TRUE, &answer);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&answer.error);
  desktop.code = 1;
  set (memory, ours, TRUE, &answer);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&answer.error);
  desktop.fails = TRUE;
  set (memory, ours, TRUE, &answer);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&answer.error);
  g_assert_false (porch_ui_autostart_get (memory, TRUE));
  g_assert_false (porch_ui_autostart_get (memory, FALSE)); /* no file came of it */
  g_bus_unown_name (name);
  g_free (desktop.command);
  g_clear_object (&theirs);
  g_clear_object (&ours);
  g_test_dbus_down (daemon);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/gtk/autostart/file", test_file);
  g_test_add_func ("/gtk/autostart/switched-off-elsewhere", test_switched_off_elsewhere);
  g_test_add_func ("/gtk/autostart/unwritable", test_unwritable);
  g_test_add_func ("/gtk/autostart/portal", test_portal);
  return g_test_run ();
}
