/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the daemon: once by its name on the bus, once by D-Bus activation, once by starting the program itself; after that nothing
 * starts it again, so that "Quit" stays quit (DECISIONS 10). */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "porch-cli.h"

/* A first start makes a key and opens a database; a small board takes seconds for it. */
#define START_TIMEOUT_S 20
/* One that ends at once may have found another that is just starting: that one gets this long to appear. */
#define OTHER_TIMEOUT_S 3
/* The longest answers are those that ask another device; its own time limits end before this. */
#define CALL_TIMEOUT_MS 120000

static gboolean
has_owner (GDBusConnection *bus)
{
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                                     g_variant_new ("(s)", PORCH_BUS_NAME), G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  gboolean owned = FALSE;

  if (answer != NULL)
    g_variant_get (answer, "(b)", &owned);
  return owned;
}

static gboolean
activate (GDBusConnection *bus)
{
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "StartServiceByName",
                                     g_variant_new ("(su)", PORCH_BUS_NAME, 0), NULL, G_DBUS_CALL_FLAGS_NONE, START_TIMEOUT_S * 1000, NULL, NULL);

  return answer != NULL;
}

/* A build tree names the folder of its programs; else porchd is installed beside this program, or in libexec. (nullable) */
static char *
find_program (void)
{
  const char *folder = g_getenv ("PORCH_LIBEXECDIR");
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *bindir = self ? g_path_get_dirname (self) : NULL;
  const char *folders[] = { folder && *folder ? folder : PORCH_LIBEXECDIR, bindir, PORCH_LIBEXECDIR };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *program = folders[i] ? g_build_filename (folders[i], "porchd", NULL) : NULL;

      if (program != NULL && g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&program);
    }
  return NULL;
}

/* What porchd says while nobody else listens; also where the reason is when it ends at once. */
static char *
log_path (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "porch", NULL);

  g_mkdir_with_parents (folder, 0700);
  return g_build_filename (folder, "porchd.log", NULL);
}

/* In the child: off this terminal, so that Ctrl+C here doesn't end it. */
static void
on_child_setup (gpointer data)
{
  setsid ();
}

static gboolean
spawn (const char *program, const char *log, GPid *pid, GError **error)
{
  char *argv[] = { (char *) program, NULL };
  int fd = open (log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  gboolean ok = g_spawn_async_with_fds (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, on_child_setup, NULL, pid, null,
                                        fd >= 0 ? fd : null, fd >= 0 ? fd : null, error);

  if (fd >= 0)
    close (fd);
  if (null >= 0)
    close (null);
  return ok;
}

typedef struct {
  GMainLoop *loop;
  gboolean   up;
  gboolean   ended;
  guint      timeout;
} Start;

static void
on_name_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  Start *start = data;

  start->up = TRUE;
  g_main_loop_quit (start->loop);
}

static gboolean
on_timeout (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static void
on_child_ended (GPid pid, int status, gpointer data)
{
  Start *start = data;

  start->ended = TRUE;
  g_spawn_close_pid (pid);
  g_source_remove (start->timeout);
  start->timeout = g_timeout_add_seconds (OTHER_TIMEOUT_S, on_timeout, start->loop);
}

/* The last line of the log; the reason why it ended. */
static char *
last_words (const char *log)
{
  g_autofree char *text = NULL;
  char *line;

  if (!g_file_get_contents (log, &text, NULL, NULL))
    return g_strdup ("");
  g_strchomp (text);
  line = strrchr (text, '\n');
  return g_utf8_make_valid (line ? line + 1 : text, -1);
}

static gboolean
start_program (GDBusConnection *bus, GError **error)
{
  g_autofree char *program = find_program ();
  g_autofree char *log = log_path ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Start start = { .loop = loop };
  guint name, child;
  GPid pid;

  if (program == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _ ("Porch's background service “porchd” is not installed. Install Porch again."));
      return FALSE;
    }
  if (!spawn (program, log, &pid, error))
    return FALSE;
  name = g_bus_watch_name_on_connection (bus, PORCH_BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, on_name_appeared, NULL, &start, NULL);
  child = g_child_watch_add (pid, on_child_ended, &start);
  start.timeout = g_timeout_add_seconds (START_TIMEOUT_S, on_timeout, loop);
  g_main_loop_run (loop);
  g_bus_unwatch_name (name);
  if (!start.ended)
    g_source_remove (child);
  g_source_remove (start.timeout);
  if (start.up)
    return TRUE;
  if (start.ended)
    {
      g_autofree char *words = last_words (log);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Porch's background service ended at once: %s"), words);
    }
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _ ("Porch's background service did not start in %d seconds; see %s."),
                 START_TIMEOUT_S, log);
  return FALSE;
}

/* GIO would try to start a bus with X11's help and then speak of that; what people need to know is that there is none. */
static GDBusConnection *
open_bus (GError **error)
{
  g_autofree char *socket = g_build_filename (g_get_user_runtime_dir (), "bus", NULL);
  g_autoptr (GError) reason = NULL;
  GDBusConnection *bus;

  if (g_getenv ("DBUS_SESSION_BUS_ADDRESS") == NULL && g_getenv ("DISPLAY") == NULL && !g_file_test (socket, G_FILE_TEST_EXISTS))
    reason = g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("neither DBUS_SESSION_BUS_ADDRESS nor %s is there"), socket);
  else if ((bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &reason)) != NULL)
    return bus;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _ ("There is no D-Bus session bus to reach Porch's background service by (%s). Log in to a session, or run: "
                  "dbus-run-session -- porch …"),
               reason->message);
  return NULL;
}

gboolean
porch_cli_connect (PorchCli *self, GError **error)
{
  const char *tree = g_getenv ("PORCH_LIBEXECDIR");

  porch_bus_error_quark ();
  self->bus = open_bus (error);
  if (self->bus == NULL)
    return FALSE;
  g_dbus_connection_set_exit_on_close (self->bus, FALSE);
  if (!has_owner (self->bus))
    {
      /* In a build tree activation might start another, installed Porch. */
      if ((tree != NULL && *tree) || !activate (self->bus))
        if (!start_program (self->bus, error))
          return FALSE;
      self->started_daemon = g_get_monotonic_time ();
    }
  self->daemon = porch_bus_daemon_proxy_new_sync (self->bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, PORCH_BUS_NAME, PORCH_BUS_DAEMON_PATH,
                                                  NULL, error);
  if (self->daemon == NULL)
    return FALSE;
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (self->daemon), CALL_TIMEOUT_MS);
  return TRUE;
}
