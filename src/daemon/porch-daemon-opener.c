/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-opener.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gdesktopappinfo.h>
#include <gio/gunixfdlist.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is tried when nobody on the bus answers: a URI to open, or a page of the window. */
typedef struct
{
  char *uri;
  char *page;
} Fallback;

static void
fallback_free (Fallback *fallback)
{
  g_free (fallback->uri);
  g_free (fallback->page);
  g_free (fallback);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fallback, fallback_free)

static Fallback *
fallback_new (const char *path)
{
  Fallback *fallback = g_new0 (Fallback, 1);

  fallback->uri = g_filename_to_uri (path, NULL, NULL);
  return fallback;
}

static void
launch (const char *uri)
{
  g_autoptr (GError) error = NULL;

  if (uri != NULL && !g_app_info_launch_default_for_uri (uri, NULL, &error))
    g_message ("“%s” can't be opened: %s", uri, error->message);
}

static void
on_show_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Fallback) fallback = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL)
    launch (fallback->uri);
}

void
porch_daemon_opener_show (GDBusConnection *bus, const char *const *paths, const char *token)
{
  g_autofree char *parent = paths[0] ? g_path_get_dirname (paths[0]) : NULL;
  GVariantBuilder uris;

  if (parent == NULL)
    return;
  g_variant_builder_init (&uris, G_VARIANT_TYPE ("as"));
  for (; *paths; paths++)
    {
      g_autofree char *uri = g_filename_to_uri (*paths, NULL, NULL);

      if (uri != NULL)
        g_variant_builder_add (&uris, "s", uri);
    }
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1",
                          "ShowItems", g_variant_new ("(ass)", &uris, token ? token : ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, on_show_ready, fallback_new (parent));
}

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Fallback) fallback = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), NULL, result, &error);

  if (answer == NULL)
    launch (fallback->uri);
}

static void
open_file (GDBusConnection *bus, const char *path, int fd, const char *token)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  int handle = g_unix_fd_list_append (fds, fd, NULL);
  GVariantBuilder options;

  if (handle < 0)
    return;
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  if (token)
    g_variant_builder_add (&options, "{sv}", "activation_token", g_variant_new_string (token));
  g_dbus_connection_call_with_unix_fd_list (bus, "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop",
                                            "org.freedesktop.portal.OpenURI", "OpenFile",
                                            g_variant_new ("(sha{sv})", "", handle, &options), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                                            fds, NULL, on_open_ready, fallback_new (path));
}

void
porch_daemon_opener_open (GDBusConnection *bus, const char *path, const char *token)
{
  const char *const paths[] = { path, NULL };
  struct stat st;
  int fd;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      porch_daemon_opener_show (bus, paths, token);
      return;
    }
  /* Only named, which is all that the portal asks for: the file systems of sandboxes open no file with O_NOFOLLOW. */
  fd = open (path, O_PATH | O_CLOEXEC | O_NOFOLLOW);
  if (fd >= 0 && (fstat (fd, &st) < 0 || !S_ISREG (st.st_mode)))
    {
      close (fd);
      fd = -1;
      errno = ELOOP;
    }
  if (fd < 0)
    {
      g_message ("“%s” can't be opened: %s", path, g_strerror (errno));
      return;
    }
  open_file (bus, path, fd, token);
  close (fd);
}

/* The program of the desktop file, at @page. */
static gboolean
launch_window (const char *page)
{
  g_autoptr (GDesktopAppInfo) known = g_desktop_app_info_new (PORCH_APP_ID ".desktop");
  g_autoptr (GAppInfo) app = NULL;
  g_autofree char *program = NULL, *command = NULL;

  if (known == NULL)
    return FALSE;
  if (*page == '\0')
    return g_app_info_launch (G_APP_INFO (known), NULL, NULL, NULL);
  program = g_shell_quote (g_app_info_get_executable (G_APP_INFO (known)));
  command = g_strdup_printf ("%s --page=%s", program, page);
  app = g_app_info_create_from_commandline (command, "Porch", G_APP_INFO_CREATE_NONE, NULL);
  return app != NULL && g_app_info_launch (app, NULL, NULL, NULL);
}

static void
on_activate_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Fallback) fallback = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL && !launch_window (fallback->page))
    g_message ("Porch's window can't be opened: %s", error->message);
}

void
porch_daemon_opener_window (GDBusConnection *bus, const char *page, const char *token)
{
  Fallback *fallback = g_new0 (Fallback, 1);
  GVariantBuilder data;
  GVariantBuilder parameter;
  GVariant *arguments;

  fallback->page = g_strdup (page);

  g_variant_builder_init (&data, G_VARIANT_TYPE_VARDICT);
  if (token)
    {
      g_variant_builder_add (&data, "{sv}", "activation-token", g_variant_new_string (token));
      g_variant_builder_add (&data, "{sv}", "desktop-startup-id", g_variant_new_string (token));
    }
  g_variant_builder_init (&parameter, G_VARIANT_TYPE ("av"));
  if (*page)
    g_variant_builder_add (&parameter, "v", g_variant_new_string (page));
  arguments = *page ? g_variant_new ("(sava{sv})", "show-page", &parameter, &data) : g_variant_new ("(a{sv})", &data);
  if (!*page)
    g_variant_builder_clear (&parameter);
  g_dbus_connection_call (bus, PORCH_APP_ID, "/io/github/porchshare/Porch", "org.freedesktop.Application",
                          *page ? "ActivateAction" : "Activate", arguments, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          on_activate_ready, fallback);
}
