/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-volumes.h"

#define BUS "org.freedesktop.DBus"
#define PREFIX "org.gtk.vfs."
#define MAX_MONITORS 16
#define TIMEOUT 2000 /* ms; who takes longer is waited for by GTK */

typedef struct
{
  void (*ready) (gpointer data);
  gpointer data;
  guint due; /* answers */
} Start;

static GVolumeMonitor *monitor; /* kept: the next one would be made from the start */

static gboolean
on_made (gpointer data)
{
  Start *start = data;

  start->ready (start->data);
  g_free (start);
  return G_SOURCE_REMOVE;
}

/* Each of the two steps takes some 30 ms: a turn of the main loop for each. */
static gboolean
on_all_there (gpointer data)
{
  if (monitor == NULL)
    monitor = g_volume_monitor_get ();
  g_idle_add (on_made, data);
  return G_SOURCE_REMOVE;
}

static void
done_one (Start *start)
{
  if (--start->due == 0)
    g_idle_add (on_all_there, start);
}

/* What GTK will ask of the service @name, so that it has done its part by then. FALSE: nothing. */
static gboolean
find_question (const char *name, const char **path, const char **interface, const char **method)
{
  if (g_str_equal (name, PREFIX "Daemon"))
    {
      *path = "/org/gtk/vfs/Daemon";
      *interface = "org.gtk.vfs.Daemon";
      *method = "ListMonitorImplementations";
      return TRUE;
    }
  *path = "/org/gtk/Private/RemoteVolumeMonitor";
  *interface = "org.gtk.Private.RemoteVolumeMonitor";
  *method = "List";
  return g_str_has_prefix (name, PREFIX) && g_str_has_suffix (name, "VolumeMonitor");
}

static void
on_list_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  /* What it said is for GTK to ask again: it only had to be there. */
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  done_one (data);
}

static void
on_names_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Start *start = data;
  GDBusConnection *bus = G_DBUS_CONNECTION (source);
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (bus, result, NULL);
  g_autofree const char **names = NULL;
  guint n = 0;

  if (answer != NULL)
    g_variant_get (answer, "(^a&s)", &names);
  for (guint i = 0; names != NULL && names[i] != NULL && n < MAX_MONITORS; i++)
    {
      const char *path, *interface, *method;

      if (!find_question (names[i], &path, &interface, &method))
        continue;
      start->due++;
      n++;
      g_dbus_connection_call (bus, names[i], path, interface, method, NULL, NULL, G_DBUS_CALL_FLAGS_NONE, TIMEOUT, NULL,
                              on_list_ready, start);
    }
  done_one (start);
}

void
porch_ui_volumes_start (GDBusConnection *bus, void (*ready) (gpointer data), gpointer data)
{
  Start *start;

  if (monitor != NULL || bus == NULL)
    {
      ready (data);
      return;
    }
  start = g_new0 (Start, 1);
  start->ready = ready;
  start->data = data;
  start->due = 1;
  g_dbus_connection_call (bus, BUS, "/org/freedesktop/DBus", BUS, "ListActivatableNames", NULL, G_VARIANT_TYPE ("(as)"),
                          G_DBUS_CALL_FLAGS_NONE, TIMEOUT, NULL, on_names_ready, start);
}
