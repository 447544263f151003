/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the portal that opens files is handed, on a private bus. Also run on the file system of the document portal
 * (tests/flatpak). */
#include "config.h"

#include "porch-daemon-opener.h"

#include "test-tree.h"

#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "org.freedesktop.portal.Desktop"
#define PATH "/org/freedesktop/portal/desktop"
#define PATIENCE_MS 5000
#define QUIET_MS 300

typedef struct
{
  GTestDBus *test_bus;
  GDBusConnection *ours, *portal;
  char *root;
  struct stat handed;
  guint calls;
  guint object, name;
} Fixture;

static void
on_method_call (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method,
                GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
  Fixture *f = data;
  GUnixFDList *fds = g_dbus_message_get_unix_fd_list (g_dbus_method_invocation_get_message (invocation));
  gint32 handle;
  int fd;

  g_variant_get (arguments, "(&sh@a{sv})", NULL, &handle, NULL);
  fd = g_unix_fd_list_get (fds, handle, NULL);
  g_assert_cmpint (fstat (fd, &f->handed), ==, 0);
  close (fd);
  f->calls++;
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", "/request"));
}

static GDBusConnection *
connect_to (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (f->test_bus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);

  g_assert_no_error (error);
  return bus;
}

static void
on_acquired (GDBusConnection *bus, const char *name, gpointer data)
{
  *(gboolean *)data = TRUE;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const GDBusInterfaceVTable vtable = { on_method_call };
  g_autoptr (GDBusNodeInfo) node
      = g_dbus_node_info_new_for_xml ("<node><interface name='org.freedesktop.portal.OpenURI'><method name='OpenFile'>"
                                      "<arg type='s' direction='in'/><arg type='h' direction='in'/>"
                                      "<arg type='a{sv}' direction='in'/><arg type='o' direction='out'/>"
                                      "</method></interface></node>",
                                      NULL);
  gboolean acquired = FALSE;

  f->test_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (f->test_bus);
  f->ours = connect_to (f);
  f->portal = connect_to (f);
  f->object = g_dbus_connection_register_object (f->portal, PATH, node->interfaces[0], &vtable, f, NULL, NULL);
  f->name = g_bus_own_name_on_connection (f->portal, NAME, 0, on_acquired, NULL, &acquired, NULL);
  while (!acquired)
    g_main_context_iteration (NULL, TRUE);
  f->root = test_tree_new ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  test_tree_remove (f->root);
  g_bus_unown_name (f->name);
  g_dbus_connection_unregister_object (f->portal, f->object);
  g_object_unref (f->ours);
  g_object_unref (f->portal);
  g_test_dbus_down (f->test_bus);
  g_object_unref (f->test_bus);
}

static gboolean
on_timeout (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Until the portal was called, or so long. */
static void
wait_for_call (Fixture *f, guint ms)
{
  gboolean over = FALSE;
  guint timeout = g_timeout_add (ms, on_timeout, &over);

  while (f->calls == 0 && !over)
    g_main_context_iteration (NULL, TRUE);
  if (!over)
    g_source_remove (timeout);
}

static void
test_file (Fixture *f, gconstpointer data)
{
  static const char *const tree[] = { "letter.txt=hello", NULL };
  g_autofree char *path = g_build_filename (f->root, "letter.txt", NULL);
  struct stat st;

  test_tree_fill (f->root, tree);
  g_assert_cmpint (stat (path, &st), ==, 0);
  porch_daemon_opener_open (f->ours, path, NULL);
  wait_for_call (f, PATIENCE_MS);
  g_assert_cmpuint (f->calls, ==, 1);
  g_assert_cmpuint (f->handed.st_ino, ==, st.st_ino);
}

/* What took the place of the file that a person saw is not opened in its stead. */
static void
test_link (Fixture *f, gconstpointer data)
{
  static const char *const tree[] = { "other.txt=secret", NULL };
  g_autofree char *path = g_build_filename (f->root, "letter.txt", NULL);

  test_tree_fill (f->root, tree);
  if (symlink ("other.txt", path) < 0)
    {
      g_test_skip ("no links can be made here");
      return;
    }
  porch_daemon_opener_open (f->ours, path, NULL);
  wait_for_call (f, QUIET_MS);
  g_assert_cmpuint (f->calls, ==, 0);
}

static gboolean
has_said (const char *path, const char *words)
{
  g_autofree char *said = NULL;

  return g_file_get_contents (path, &said, NULL, NULL) && g_str_equal (said, words);
}

/* Nobody on the bus starts the window: the program of the desktop file does, and it is told the page. */
static void
test_window (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *page, *words;
  } cases[] = { { "transfers", "--page=transfers\n" }, { "", "\n" } };
  const char *share = g_get_user_data_dir ();
  g_autofree char *program = g_build_filename (f->root, "window", NULL);
  g_autofree char *said = g_build_filename (f->root, "said", NULL);
  g_autofree char *apps = g_build_filename (share, "applications", NULL);
  g_autofree char *desktop = g_build_filename (apps, PORCH_APP_ID ".desktop", NULL);
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\necho \"$@\" >'%s.new'\nmv '%s.new' '%s'\n", said, said, said);
  g_autofree char *entry = g_strdup_printf ("[Desktop Entry]\nType=Application\nName=Porch\nExec=%s\n", program);

  g_assert_cmpint (g_mkdir_with_parents (apps, 0755), ==, 0);
  g_assert_true (g_file_set_contents (program, script, -1, NULL));
  g_assert_cmpint (chmod (program, 0755), ==, 0);
  g_assert_true (g_file_set_contents (desktop, entry, -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 end = g_get_monotonic_time () + PATIENCE_MS * 1000;

      unlink (said);
      porch_daemon_opener_window (f->ours, cases[i].page, NULL);
      while (!has_said (said, cases[i].words) && g_get_monotonic_time () < end)
        {
          g_main_context_iteration (NULL, FALSE);
          g_usleep (5000);
        }
      g_assert_true (has_said (said, cases[i].words));
    }
}

int
main (int argc, char **argv)
{
  char *home = test_tree_new_home ();
  int failed;

  g_test_init (&argc, &argv, NULL);
  g_test_add ("/opener/window", Fixture, NULL, set_up, test_window, tear_down);
  g_test_add ("/opener/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/opener/link", Fixture, NULL, set_up, test_link, tear_down);
  failed = g_test_run ();
  test_tree_remove (home);
  return failed;
}
