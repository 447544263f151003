/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-show.h"

#include "porch-display.h"
#include "porch-ui-window-private.h"

#include <glib/gi18n.h>

#define MAX_SELECTED 200

typedef struct
{
  GtkWindow *parent; /* reference */
  char *folder;
} Showing;

static void
showing_free (Showing *showing)
{
  g_object_unref (showing->parent);
  g_free (showing->folder);
  g_free (showing);
}

/* Whoever has no program for it still learns where it lies. */
static void
on_shown (GObject *source, GAsyncResult *result, gpointer data)
{
  Showing *showing = data;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (source), result, NULL) && PORCH_UI_IS_WINDOW (source))
    {
      g_autofree char *shown = porch_display_path (showing->folder);
      /* Translators: %s is the path of a file or folder; nothing on this computer can open it */
      g_autofree char *text = g_strdup_printf (_ ("No program here can show it. It is %s"), shown);

      porch_ui_window_toast (PORCH_UI_WINDOW (source), text);
    }
  showing_free (showing);
}

void
porch_ui_show_folder (GtkWindow *parent, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);
  Showing *showing = g_new0 (Showing, 1);

  showing->parent = g_object_ref (parent);
  showing->folder = g_strdup (path);
  gtk_show_uri_full (parent, uri, GDK_CURRENT_TIME, NULL, on_shown, showing);
}

static void
on_show_items_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Showing *showing = data;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (reply == NULL)
    porch_ui_show_folder (showing->parent, showing->folder);
  showing_free (showing);
}

void
porch_ui_show_files (GtkWindow *parent, const char *const *paths)
{
  GDBusConnection *bus = g_application_get_dbus_connection (G_APPLICATION (gtk_window_get_application (parent)));
  Showing *showing;
  GVariantBuilder uris;

  if (paths == NULL || paths[0] == NULL)
    return;
  showing = g_new0 (Showing, 1);
  showing->parent = g_object_ref (parent);
  showing->folder = g_path_get_dirname (paths[0]);
  g_variant_builder_init (&uris, G_VARIANT_TYPE ("as"));
  for (guint i = 0; paths[i] != NULL && i < MAX_SELECTED; i++)
    {
      g_autofree char *uri = g_filename_to_uri (paths[i], NULL, NULL);

      if (uri != NULL)
        g_variant_builder_add (&uris, "s", uri);
    }
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1",
                          "ShowItems", g_variant_new ("(ass)", &uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          on_show_items_ready, showing);
}
