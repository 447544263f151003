/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libnotify against a notification daemon of our own on a private bus. */
#include "config.h"

#include "porch-daemon-bubbles.h"

#include "test-tree.h"

#include <gio/gio.h>
#include <signal.h>
#include <sys/prctl.h>

#define NAME "org.freedesktop.Notifications"
#define PATH "/org/freedesktop/Notifications"

static GSubprocess *bus_daemon;
static char *bus_address;
static gboolean hung;
static gpointer volatile left;

/* The notification daemon has a thread of its own, as a process would. */
typedef struct
{
  GDBusConnection *server;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  GAsyncQueue *ready; /* it is on the bus */
  guint object_id;
  gboolean hangs;
  gboolean plain; /* knows no markup */
  GPtrArray *hanging;
  GMutex lock;         /* guards the next two */
  GPtrArray *notified; /* of GVariant: the arguments of each Notify */
  GArray *closed;      /* of guint32 */
  PorchDaemonBubbles *bubbles;
  GString *actions; /* "tag action; " */
} Fixture;

static const char introspection[] = "<node><interface name='org.freedesktop.Notifications'>"
                                    "<method name='Notify'><arg type='s'/><arg type='u'/><arg type='s'/><arg type='s'/><arg "
                                    "type='s'/><arg type='as'/><arg type='a{sv}'/>"
                                    "<arg type='i'/><arg type='u' direction='out'/></method>"
                                    "<method name='CloseNotification'><arg type='u'/></method>"
                                    "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
                                    "<method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' "
                                    "direction='out'/><arg type='s' direction='out'/>"
                                    "<arg type='s' direction='out'/></method>"
                                    "<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>"
                                    "<signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>"
                                    "</interface></node>";

static void
emit (Fixture *f, const char *signal, GVariant *arguments)
{
  g_assert_true (g_dbus_connection_emit_signal (f->server, NULL, PATH, NAME, signal, arguments, NULL));
}

static void
on_method_call (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method,
                GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
  Fixture *f = data;
  const char *const rich[] = { "body", "body-markup", "actions", NULL };
  const char *const poor[] = { "body", NULL };

  if (f->hangs)
    g_ptr_array_add (f->hanging, invocation);
  else if (g_str_equal (method, "Notify"))
    {
      guint32 id;

      g_mutex_lock (&f->lock);
      g_ptr_array_add (f->notified, g_variant_ref (arguments));
      id = f->notified->len;
      g_mutex_unlock (&f->lock);
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", id));
    }
  else if (g_str_equal (method, "CloseNotification"))
    {
      guint32 id;

      g_variant_get (arguments, "(u)", &id);
      g_mutex_lock (&f->lock);
      g_array_append_val (f->closed, id);
      g_mutex_unlock (&f->lock);
      g_dbus_method_invocation_return_value (invocation, NULL);
      emit (f, "NotificationClosed", g_variant_new ("(uu)", id, 3));
    }
  else if (g_str_equal (method, "GetCapabilities"))
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(^as)", f->plain ? poor : rich));
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(ssss)", "mock", "porch", "1", "1.2"));
}

static void
on_action (const char *tag, const char *action, const char *token, gpointer data)
{
  Fixture *f = data;

  g_string_append_printf (f->actions, "%s %s; ", tag, action ? action : "not shown");
}

/* Not the installed services: this bus starts nobody. */
static const char bus_config[]
    = "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context='default'><allow send_destination='*'/>"
      "<allow receive_sender='*'/><allow own='*'/></policy></busconfig>";

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* One bus for all: libnotify keeps the process's shared connection. */
static void
start_bus (void)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) out = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *option = NULL;
  char *folder = test_tree_new ();
  g_autofree char *config = g_build_filename (folder, "bus.conf", NULL);

  g_assert_true (g_file_set_contents (config, bus_config, -1, NULL));
  option = g_strconcat ("--config-file=", config, NULL);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  bus_daemon = g_subprocess_launcher_spawn (launcher, &error, "dbus-daemon", option, "--nofork", "--print-address=1", NULL);
  g_assert_no_error (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (bus_daemon));
  bus_address = g_data_input_stream_read_line (out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", bus_address, TRUE);
  test_tree_remove (folder);
}

/* Not after the last test: its thread waits for an answer, and would warn of the bus's end. The bus dies with this process. */
static void
stop_bus (void)
{
  g_autoptr (GDBusConnection) shared = NULL;

  if (hung)
    return;
  shared = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_dbus_connection_set_exit_on_close (shared, FALSE);
  g_subprocess_force_exit (bus_daemon);
  g_subprocess_wait (bus_daemon, NULL, NULL);
  g_clear_object (&bus_daemon);
  g_clear_pointer (&bus_address, g_free);
}

static gpointer
server_thread (gpointer data)
{
  static const GDBusInterfaceVTable vtable = { on_method_call };
  Fixture *f = data;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (introspection, NULL);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (f->context);
  f->server = g_dbus_connection_new_for_address_sync (
      bus_address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL,
      &error);
  g_assert_no_error (error);
  f->object_id = g_dbus_connection_register_object (f->server, PATH, node->interfaces[0], &vtable, f, NULL, &error);
  g_assert_no_error (error);
  answer = g_dbus_connection_call_sync (f->server, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
                                        g_variant_new ("(su)", NAME, 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  g_async_queue_push (f->ready, f);
  g_main_loop_run (f->loop);
  /* Answered, so that the next test finds no trace of it; a connection's end is noticed some time later. */
  g_variant_unref (g_dbus_connection_call_sync (f->server, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReleaseName",
                                                g_variant_new ("(s)", NAME), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL));
  g_dbus_connection_unregister_object (f->server, f->object_id);
  g_dbus_connection_close_sync (f->server, NULL, NULL);
  g_main_context_pop_thread_default (f->context);
  return NULL;
}

static void
start_server (Fixture *f)
{
  f->context = g_main_context_new ();
  f->loop = g_main_loop_new (f->context, FALSE);
  f->ready = g_async_queue_new ();
  f->thread = g_thread_new ("server", server_thread, f);
  g_async_queue_pop (f->ready);
}

static void
stop_server (Fixture *f)
{
  if (f->thread == NULL)
    return;
  g_main_loop_quit (f->loop);
  g_thread_join (g_steal_pointer (&f->thread));
  g_clear_object (&f->server);
  g_main_loop_unref (f->loop);
  g_main_context_unref (f->context);
  g_async_queue_unref (f->ready);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->hanging = g_ptr_array_new ();
  f->notified = g_ptr_array_new_with_free_func ((GDestroyNotify)g_variant_unref);
  f->closed = g_array_new (FALSE, FALSE, sizeof (guint32));
  f->actions = g_string_new (NULL);
  f->bubbles = porch_daemon_bubbles_new (on_action, f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  porch_daemon_bubbles_end (f->bubbles);
  g_clear_object (&f->bubbles);
  hung = f->hangs;
  if (hung)
    {
      left = g_memdup2 (f, sizeof *f); /* what the hanging threads still use is no leak: both end with the process */
      return;
    }
  stop_server (f);
  g_ptr_array_unref (f->hanging);
  g_ptr_array_unref (f->notified);
  g_array_unref (f->closed);
  g_string_free (f->actions, TRUE);
}

static void
show (Fixture *f, const char *tag, const char *body)
{
  const char *const actions[] = { "accept", "Accept", "decline", "Decline", NULL };
  PorchDaemonBubble *bubble = g_new0 (PorchDaemonBubble, 1);

  bubble->tag = g_strdup (tag);
  bubble->summary = g_strdup_printf ("summary of %s", tag);
  bubble->body = g_strdup (body);
  bubble->category = g_strdup ("transfer");
  bubble->actions = g_strdupv ((char **)actions);
  bubble->stays = TRUE;
  porch_daemon_bubbles_show (f->bubbles, bubble);
}

static gboolean
on_patience_end (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static guint
read_count (Fixture *f, guint *count)
{
  guint now;

  g_mutex_lock (&f->lock);
  now = *count;
  g_mutex_unlock (&f->lock);
  return now;
}

static void
wait_for (Fixture *f, guint *count, guint wanted)
{
  gint64 until = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

  while (read_count (f, count) < wanted && g_get_monotonic_time () < until)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (2000);
    }
  g_assert_cmpuint (read_count (f, count), ==, wanted);
}

/* Long enough for whatever might still come. */
static void
settle (void)
{
  gboolean over = FALSE;

  g_timeout_add (200, on_patience_end, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_looks (Fixture *f, gconstpointer data)
{
  const char *app, *icon, *summary, *body, *entry;
  g_autofree const char **actions = NULL;
  g_autoptr (GVariant) hints = NULL;
  gint32 timeout;

  start_server (f);
  show (f, "one", "<b>bold</b> & more");
  wait_for (f, &f->notified->len, 1);
  g_variant_get (f->notified->pdata[0], "(&su&s&s&s^a&s@a{sv}i)", &app, NULL, &icon, &summary, &body, &actions, &hints,
                 &timeout);
  g_assert_cmpstr (app, ==, "Porch");
  g_assert_cmpstr (icon, ==, "io.github.porchshare.Porch");
  g_assert_cmpstr (summary, ==, "summary of one");
  g_assert_cmpstr (body, ==, "&lt;b&gt;bold&lt;/b&gt; &amp; more");
  g_assert_cmpstr (actions[0], ==, "default"); /* a click on the notification itself */
  g_assert_cmpstr (actions[2], ==, "accept");
  g_assert_cmpstr (actions[5], ==, "Decline");
  g_assert_cmpint (timeout, ==, 0); /* until it is answered */
  g_assert_true (g_variant_lookup (hints, "desktop-entry", "&s", &entry));
  g_assert_cmpstr (entry, ==, "io.github.porchshare.Porch");
}

static void
test_plain_server (Fixture *f, gconstpointer data)
{
  const char *body;

  f->plain = TRUE;
  start_server (f);
  show (f, "one", "<b> & more");
  wait_for (f, &f->notified->len, 1);
  g_variant_get (f->notified->pdata[0], "(&su&s&s&s^a&s@a{sv}i)", NULL, NULL, NULL, NULL, &body, NULL, NULL, NULL);
  g_assert_cmpstr (body, ==, "<b> & more");
}

/* S13: two questions, a click on one of them answers that one. */
static void
test_s13_exactly_one (Fixture *f, gconstpointer data)
{
  start_server (f);
  show (f, "one", "");
  show (f, "two", "");
  wait_for (f, &f->notified->len, 2);
  emit (f, "ActionInvoked", g_variant_new ("(us)", 2, "accept"));
  while (f->actions->len == 0)
    g_main_context_iteration (NULL, TRUE);
  settle ();
  g_assert_cmpstr (f->actions->str, ==, "two accept; ");
}

/* A click that comes after its notification was closed or replaced does nothing. */
static void
test_s13_late_click (Fixture *f, gconstpointer data)
{
  start_server (f);
  show (f, "one", "");
  show (f, "two", "");
  wait_for (f, &f->notified->len, 2);
  porch_daemon_bubbles_close (f->bubbles, "one");
  wait_for (f, &f->closed->len, 1);
  g_assert_cmpuint (g_array_index (f->closed, guint32, 0), ==, 1);
  show (f, "two", "again");
  wait_for (f, &f->notified->len, 3);
  g_assert_cmpuint (g_array_index (f->closed, guint32, 1), ==, 2);
  emit (f, "ActionInvoked", g_variant_new ("(us)", 1, "accept"));
  emit (f, "ActionInvoked", g_variant_new ("(us)", 2, "accept"));
  settle ();
  g_assert_cmpstr (f->actions->str, ==, "");
  emit (f, "ActionInvoked", g_variant_new ("(us)", 3, "decline"));
  settle ();
  g_assert_cmpstr (f->actions->str, ==, "two decline; ");
}

/* Kept alive for as long as it is on the screen, so that its buttons work much later. */
static void
test_stays_alive (Fixture *f, gconstpointer data)
{
  start_server (f);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *tag = g_strdup_printf ("t%u", i);
      show (f, tag, "");
    }
  wait_for (f, &f->notified->len, 20);
  emit (f, "ActionInvoked", g_variant_new ("(us)", 1, "accept"));
  emit (f, "ActionInvoked", g_variant_new ("(us)", 20, "decline"));
  settle ();
  g_assert_cmpstr (f->actions->str, ==, "t0 accept; t19 decline; ");
}

/* No notification daemon: normal, and no word about it. */
static void
test_absent (Fixture *f, gconstpointer data)
{
  GLogLevelFlags before = g_log_set_always_fatal (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);

  show (f, "one", "");
  settle ();
  g_assert_cmpstr (f->actions->str, ==, "one not shown; ");
  start_server (f);
  show (f, "two", "");
  wait_for (f, &f->notified->len, 1);
  g_log_set_always_fatal (before);
}

/* One that never answers holds up nobody, neither now nor at the end. */
static void
test_hanging (Fixture *f, gconstpointer data)
{
  gint64 start = g_get_monotonic_time ();

  f->hangs = TRUE;
  start_server (f);
  show (f, "one", "");
  show (f, "two", "");
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  settle ();
  g_assert_cmpuint (f->hanging->len, >, 0);
  start = g_get_monotonic_time ();
  porch_daemon_bubbles_end (f->bubbles);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
}

/* On the way out everything of ours leaves the screen: nobody would answer. */
static void
test_end (Fixture *f, gconstpointer data)
{
  start_server (f);
  show (f, "one", "");
  wait_for (f, &f->notified->len, 1);
  emit (f, "ActionInvoked", g_variant_new ("(us)", 1, "accept"));
  g_assert_true (g_dbus_connection_flush_sync (f->server, NULL, NULL));
  porch_daemon_bubbles_end (f->bubbles);
  settle ();
  g_assert_cmpuint (read_count (f, &f->closed->len), ==, 1);
  g_assert_cmpstr (f->actions->str, ==, "");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  start_bus ();
  g_test_add ("/daemon/bubbles/looks", Fixture, NULL, set_up, test_looks, tear_down);
  g_test_add ("/daemon/bubbles/plain-server", Fixture, NULL, set_up, test_plain_server, tear_down);
  g_test_add ("/daemon/bubbles/s13-exactly-one", Fixture, NULL, set_up, test_s13_exactly_one, tear_down);
  g_test_add ("/daemon/bubbles/s13-late-click", Fixture, NULL, set_up, test_s13_late_click, tear_down);
  g_test_add ("/daemon/bubbles/stays-alive", Fixture, NULL, set_up, test_stays_alive, tear_down);
  g_test_add ("/daemon/bubbles/absent", Fixture, NULL, set_up, test_absent, tear_down);
  g_test_add ("/daemon/bubbles/end", Fixture, NULL, set_up, test_end, tear_down);
  /* Last: libnotify is one for the process, and its thread is held up from then on. */
  g_test_add ("/daemon/bubbles/hanging", Fixture, NULL, set_up, test_hanging, tear_down);
  result = g_test_run ();
  stop_bus ();
  return result;
}
