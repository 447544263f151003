/* SPDX-License-Identifier: GPL-3.0-or-later */
/* porchd: the peer itself. See docs/ARCHITECTURE.md. */
#include "config.h"

#include "identity/porch-pin-database.h"
#include "porch-bus-names.h"
#include "porch-bus-reason.h"
#include "porch-daemon-options.h"
#include "porch-daemon-ready.h"
#include "porch-daemon-service.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <sys/resource.h>

#define EXIT_USAGE 2

/* What must hold before any thread exists. */
static void
prepare_process (void)
{
  const struct rlimit none = { 0, 0 };
  const char *localedir = g_getenv ("PORCH_LOCALEDIR");

  porch_tls_setup ();
  setrlimit (RLIMIT_CORE, &none); /* a core dump would hold the key */
  signal (SIGPIPE, SIG_IGN);      /* a frontend may close its end of a listing */
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, localedir ? localedir : PORCH_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("porchd");
  g_set_application_name ("Porch");
}

static gboolean
is_running (GDBusConnection *bus)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
      g_variant_new ("(s)", PORCH_BUS_NAME), G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  gboolean has_owner = FALSE;

  if (answer != NULL)
    g_variant_get (answer, "(b)", &has_owner);
  return has_owner;
}

static GDBusConnection *
connect_bus (void)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);

  if (bus == NULL)
    {
      g_printerr (_ ("porchd: there is no session bus, and Porch's window and commands reach porchd over it (%s). "
                     "Start it in a desktop session, as a systemd user service, or with “dbus-run-session porchd”.\n"),
                  error->message);
      return NULL;
    }
  /* It ends in order instead: see the service's "ended". */
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  if (is_running (bus))
    {
      g_printerr (_ ("porchd: Porch runs already in this session.\n"));
      g_clear_object (&bus);
    }
  return bus;
}

static gboolean
on_signal (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static int
run (GDBusConnection *bus, const PorchDaemonOptions *options)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchDaemonService) service = NULL;

  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_unix_signal_add (SIGINT, on_signal, loop);
  service = porch_daemon_service_new (bus, options, &error);
  if (service == NULL)
    {
      g_printerr ("porchd: %s\n", error->message);
      porch_bus_reason_write (error->message);
      return EXIT_FAILURE;
    }
  porch_bus_reason_clear ();
  g_signal_connect_swapped (service, "ended", G_CALLBACK (g_main_loop_quit), loop);
  porch_daemon_ready_tell ("READY=1");
  g_main_loop_run (loop);
  porch_daemon_ready_tell ("STOPPING=1");
  porch_daemon_service_stop (service);
  return EXIT_SUCCESS;
}

int
main (int argc, char **argv)
{
  g_auto (PorchDaemonOptions) options = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = NULL;

  prepare_process ();
  if (!porch_daemon_options_parse (&options, &argc, &argv, &error))
    {
      g_printerr (_ ("porchd: %s\nTry “porchd --help”.\n"), error->message);
      return EXIT_USAGE;
    }
  if (options.version)
    {
      g_print ("porchd %s\n", PORCH_VERSION);
      return EXIT_SUCCESS;
    }
  bus = connect_bus ();
  return bus ? run (bus, &options) : EXIT_FAILURE;
}
