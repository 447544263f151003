/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-autostart.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#define PROGRAM PORCH_LIBEXECDIR "/porchd"
#define FILE_NAME PORCH_APP_ID ".Daemon.desktop"
#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define PORTAL_PATIENCE_MS (10 * 60 * 1000) /* the desktop may ask the person */

/* --- a file --- */

static char *
dup_file (void)
{
  return g_build_filename (g_get_user_config_dir (), "autostart", FILE_NAME, NULL);
}

/* Other programs switch such files off without deleting them. */
static gboolean
is_in_force (GKeyFile *file)
{
  const char *const group = G_KEY_FILE_DESKTOP_GROUP;

  return !g_key_file_get_boolean (file, group, "Hidden", NULL)
         && (!g_key_file_has_key (file, group, "X-GNOME-Autostart-enabled", NULL)
             || g_key_file_get_boolean (file, group, "X-GNOME-Autostart-enabled", NULL));
}

gboolean
porch_ui_autostart_get (PorchUiMemory *memory, gboolean sandboxed)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = dup_file ();

  g_return_val_if_fail (PORCH_UI_IS_MEMORY (memory), FALSE);
  if (sandboxed)
    return porch_ui_memory_get_autostart (memory);
  return g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL) && is_in_force (file);
}

static GBytes *
make_entry (void)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  const char *const group = G_KEY_FILE_DESKTOP_GROUP;
  gsize length;
  char *text;

  g_key_file_set_string (file, group, G_KEY_FILE_DESKTOP_KEY_TYPE, G_KEY_FILE_DESKTOP_TYPE_APPLICATION);
  g_key_file_set_string (file, group, G_KEY_FILE_DESKTOP_KEY_NAME, "Porch");
  g_key_file_set_string (file, group, G_KEY_FILE_DESKTOP_KEY_COMMENT, _ ("Share folders and send files to people nearby"));
  g_key_file_set_string (file, group, G_KEY_FILE_DESKTOP_KEY_EXEC, "\"" PROGRAM "\"");
  g_key_file_set_string (file, group, G_KEY_FILE_DESKTOP_KEY_TRY_EXEC, PROGRAM); /* gone with the program */
  g_key_file_set_string (file, group, G_KEY_FILE_DESKTOP_KEY_ICON, PORCH_APP_ID);
  text = g_key_file_to_data (file, &length, NULL);
  return g_bytes_new_take (text, length);
}

static void
on_replace_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_delete_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_file_delete_finish (G_FILE (source), result, &error) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
  g_clear_error (&error);
}

/* Takes @task. */
static void
set_file (GTask *task, gboolean start)
{
  g_autofree char *path = dup_file ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GBytes) entry = NULL;

  if (!start)
    {
      g_file_delete_async (file, G_PRIORITY_DEFAULT, NULL, on_delete_ready, task);
      return;
    }
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (errno), _ ("The folder “%s” can’t be made: %s"), folder,
                               g_strerror (errno));
      g_object_unref (task);
      return;
    }
  entry = make_entry ();
  g_file_replace_contents_bytes_async (file, entry, NULL, FALSE, G_FILE_CREATE_NONE, NULL, on_replace_ready, task);
}

/* --- the portal --- */

typedef struct
{
  GDBusConnection *bus;
  guint response; /* subscription */
  guint patience; /* source */
  gboolean start;
} Asking;

static void
asking_stop (Asking *asking)
{
  if (asking->response != 0)
    g_dbus_connection_signal_unsubscribe (asking->bus, asking->response);
  asking->response = 0;
  g_clear_handle_id (&asking->patience, g_source_remove);
}

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  asking_stop (asking);
  g_object_unref (asking->bus);
  g_free (asking);
}

static void
set_refused (GTask *task)
{
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           _ ("The desktop does not let Porch start at login. Its settings of apps have a switch for it."));
}

/* Ends @task once: the reference that the subscription had goes with it. */
static void
answered (GTask *task, GVariant *results, guint code)
{
  g_autoptr (GTask) last = task;
  Asking *asking = g_task_get_task_data (task);
  gboolean autostart = FALSE;

  asking_stop (asking);
  if (results != NULL)
    g_variant_lookup (results, "autostart", "b", &autostart);
  if (code != 0 || autostart != asking->start)
    {
      set_refused (task);
      return;
    }
  porch_ui_memory_set_autostart (PORCH_UI_MEMORY (g_task_get_source_object (task)), autostart);
  g_task_return_boolean (task, TRUE);
}

static void
on_response (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal,
             GVariant *parameters, gpointer data)
{
  g_autoptr (GVariant) results = NULL;
  guint code = 2;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    g_variant_get (parameters, "(u@a{sv})", &code, &results);
  answered (data, results, code);
}

static gboolean
on_patience_over (gpointer data)
{
  ((Asking *)g_task_get_task_data (data))->patience = 0;
  answered (data, NULL, 2);
  return G_SOURCE_REMOVE;
}

static void
on_request_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) handle = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  Asking *asking = g_task_get_task_data (task);

  /* The answer may have come before the method returned. */
  if (handle != NULL || asking->response == 0)
    return;
  g_dbus_error_strip_remote_error (error);
  asking_stop (asking);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _ ("The desktop can’t be asked to start Porch at login: %s"), error->message);
  g_object_unref (task); /* what the subscription had */
}

static char *
request_path (GDBusConnection *bus, const char *token)
{
  g_autofree char *sender = g_strdelimit (g_strdup (g_dbus_connection_get_unique_name (bus) + 1), ".", '_');

  return g_strdup_printf (PORTAL_PATH "/request/%s/%s", sender, token);
}

/* Takes @task. */
static void
ask_portal (GTask *task, GDBusConnection *bus, gboolean start)
{
  const char *const command[] = { PROGRAM, NULL };
  g_autofree char *token = g_strdup_printf ("porch%u", g_random_int ());
  g_autofree char *path = request_path (bus, token);
  Asking *asking = g_new0 (Asking, 1);
  GVariantBuilder options;

  asking->bus = g_object_ref (bus);
  asking->start = start;
  g_task_set_task_data (task, asking, asking_free);
  asking->response = g_dbus_connection_signal_subscribe (bus, PORTAL_NAME, "org.freedesktop.portal.Request", "Response", path,
                                                         NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_response, task, NULL);
  asking->patience = g_timeout_add (PORTAL_PATIENCE_MS, on_patience_over, task);
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  g_variant_builder_add (&options, "{sv}", "reason",
                         g_variant_new_string (_ ("People nearby can open the folders that you share.")));
  g_variant_builder_add (&options, "{sv}", "autostart", g_variant_new_boolean (start));
  g_variant_builder_add (&options, "{sv}", "commandline", g_variant_new_strv (command, -1));
  g_dbus_connection_call (bus, PORTAL_NAME, PORTAL_PATH, "org.freedesktop.portal.Background", "RequestBackground",
                          g_variant_new ("(sa{sv})", "", &options), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_request_ready,
                          g_object_ref (task));
}

void
porch_ui_autostart_set_async (PorchUiMemory *memory, GDBusConnection *bus, gboolean sandboxed, gboolean start,
                              GAsyncReadyCallback callback, gpointer data)
{
  GTask *task;

  g_return_if_fail (PORCH_UI_IS_MEMORY (memory) && (!sandboxed || G_IS_DBUS_CONNECTION (bus)));

  task = g_task_new (memory, NULL, callback, data);
  g_task_set_source_tag (task, porch_ui_autostart_set_async);
  if (sandboxed)
    ask_portal (task, bus, start);
  else
    set_file (task, start);
}

gboolean
porch_ui_autostart_set_finish (PorchUiMemory *memory, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, memory), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
