/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-bubbles.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <libnotify/notify.h>
#include <string.h>

#define SERVER_NAME "org.freedesktop.Notifications"
/* How long leaving waits for a notification daemon. */
#define END_PATIENCE_US (500 * 1000)

struct _PorchDaemonBubbles
{
  GObject parent;

  /* main thread */
  PorchDaemonBubbleFunc func; /* NULL after the end */
  gpointer data;
  GThread *thread; /* (nullable) until the first notification */
  GMainContext *context;

  /* bubble thread only */
  GHashTable *shown; /* tag → NotifyNotification, kept alive as long as it is on the screen, or its actions would be lost */
  GMainLoop *loop;
  gboolean over; /* nothing is shown any more */

  /* guarded by lock */
  GMutex lock;
  GCond cond;
  gboolean ended;
};

G_DEFINE_FINAL_TYPE (PorchDaemonBubbles, porch_daemon_bubbles, G_TYPE_OBJECT)

void
porch_daemon_bubble_free (PorchDaemonBubble *bubble)
{
  g_free (bubble->tag);
  g_free (bubble->summary);
  g_free (bubble->body);
  g_free (bubble->category);
  g_strfreev (bubble->actions);
  g_free (bubble);
}

/* ---- Between the threads ---- */

typedef struct
{
  PorchDaemonBubbles *self; /* owned */
  PorchDaemonBubble *bubble;
  gboolean again; /* tried once already */
  char *tag;
  char *action;
  char *token;
} Message;

static void
message_free (gpointer data)
{
  Message *message = data;

  g_clear_pointer (&message->bubble, porch_daemon_bubble_free);
  g_free (message->tag);
  g_free (message->action);
  g_free (message->token);
  g_object_unref (message->self);
  g_free (message);
}

static Message *
message_new (PorchDaemonBubbles *self, const char *tag)
{
  Message *message = g_new0 (Message, 1);

  message->self = g_object_ref (self);
  message->tag = g_strdup (tag);
  return message;
}

static void
post (GMainContext *context, GSourceFunc func, Message *message)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, message, message_free);
  g_source_attach (source, context);
}

/* ---- The bubble thread ---- */

typedef struct
{
  PorchDaemonBubbles *self;
  char *tag;
} ActionData;

static void
action_data_free (gpointer data)
{
  ActionData *action = data;

  g_object_unref (action->self);
  g_free (action->tag);
  g_free (action);
}

static gboolean
run_action (gpointer data)
{
  Message *message = data;

  if (message->self->func)
    message->self->func (message->tag, message->action, message->token, message->self->data);
  return G_SOURCE_REMOVE;
}

static void
on_notification_action (NotifyNotification *notification, char *action, gpointer data)
{
  ActionData *known = data;
  Message *message = message_new (known->self, known->tag);

  message->action = g_strdup (action);
  message->token = g_strdup (notify_notification_get_activation_token (notification));
  post (NULL, run_action, message);
}

static void
on_notification_closed (NotifyNotification *notification, PorchDaemonBubbles *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->shown);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (value == notification)
      {
        g_hash_table_iter_remove (&iter);
        return;
      }
}

static void
drop (gpointer notification)
{
  g_signal_handlers_disconnect_matched (notification, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, on_notification_closed, NULL);
  g_object_unref (notification);
}

static void
close_shown (PorchDaemonBubbles *self, const char *tag)
{
  NotifyNotification *notification = g_hash_table_lookup (self->shown, tag);

  if (notification == NULL)
    return;
  notify_notification_close (notification, NULL); /* one that is gone already is an error that nobody needs */
  g_hash_table_remove (self->shown, tag);
}

static gboolean
has_word (GList *words, const char *word)
{
  return g_list_find_custom (words, word, (GCompareFunc)strcmp) != NULL;
}

static void
add_action (PorchDaemonBubbles *self, NotifyNotification *notification, const char *tag, const char *action, const char *label)
{
  ActionData *data = g_new0 (ActionData, 1);

  data->self = g_object_ref (self);
  data->tag = g_strdup (tag);
  notify_notification_add_action (notification, action, label, on_notification_action, data, action_data_free);
}

/* "default" is a click on the notification itself, and no button. */
static void
add_actions (PorchDaemonBubbles *self, NotifyNotification *notification, const PorchDaemonBubble *bubble)
{
  add_action (self, notification, bubble->tag, "default", _ ("Show"));
  for (char **action = bubble->actions; action && action[0]; action += 2)
    add_action (self, notification, bubble->tag, action[0], action[1]);
}

static NotifyNotification *
make_notification (PorchDaemonBubbles *self, const PorchDaemonBubble *bubble)
{
  GList *caps = notify_get_server_caps ();
  /* Where bodies are marked up, "<b>" in a file's name must not be. */
  g_autofree char *body = has_word (caps, "body-markup") ? g_markup_escape_text (bubble->body, -1) : g_strdup (bubble->body);
  NotifyNotification *notification = notify_notification_new (bubble->summary, body, PORCH_APP_ID);

  notify_notification_set_hint (notification, "desktop-entry", g_variant_new_string (PORCH_APP_ID));
  if (bubble->quiet)
    notify_notification_set_hint (notification, "suppress-sound", g_variant_new_boolean (TRUE));
  if (bubble->category)
    notify_notification_set_category (notification, bubble->category);
  notify_notification_set_timeout (notification, bubble->stays ? NOTIFY_EXPIRES_NEVER : NOTIFY_EXPIRES_DEFAULT);
  add_actions (self, notification, bubble); /* who can't show buttons leaves them out */
  g_signal_connect (notification, "closed", G_CALLBACK (on_notification_closed), self);
  g_list_free_full (caps, g_free);
  return notification;
}

static GVariant *
ask_bus (GDBusConnection *bus, const char *method, GVariant *arguments, GError **error)
{
  return g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
                                      arguments, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
}

/* Starts the notification daemon if the bus knows how. libnotify would do so too, and warn when there is none; that is a normal
 * case. */
static gboolean
start_server (GError **error)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);
  g_autoptr (GVariant) owned = bus ? ask_bus (bus, "NameHasOwner", g_variant_new ("(s)", SERVER_NAME), error) : NULL;
  g_autoptr (GVariant) started = NULL;
  gboolean has_owner = FALSE;

  if (owned == NULL)
    return FALSE;
  g_variant_get (owned, "(b)", &has_owner);
  if (!has_owner)
    started = ask_bus (bus, "StartServiceByName", g_variant_new ("(su)", SERVER_NAME, 0), error);
  return has_owner || started != NULL;
}

static gboolean run_show (gpointer data);

/* libnotify may not have heard yet that another notification daemon took over, and asks the one that left. */
static void
try_again (Message *message)
{
  Message *again = message_new (message->self, NULL);

  again->bubble = g_steal_pointer (&message->bubble);
  again->again = TRUE;
  post (message->self->context, run_show, again);
}

static gboolean
run_show (gpointer data)
{
  Message *message = data;
  PorchDaemonBubbles *self = message->self;
  NotifyNotification *notification;
  g_autoptr (GError) error = NULL;

  if (self->over)
    return G_SOURCE_REMOVE;
  if (!start_server (&error))
    {
      g_debug ("No notification could be shown: %s", error->message);
      post (NULL, run_action, message_new (self, message->bubble->tag));
      return G_SOURCE_REMOVE;
    }
  close_shown (self, message->bubble->tag);
  notification = make_notification (self, message->bubble);
  if (notify_notification_show (notification, &error))
    {
      g_hash_table_replace (self->shown, g_strdup (message->bubble->tag), notification);
      return G_SOURCE_REMOVE;
    }
  drop (notification);
  if (!message->again && g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN))
    try_again (message);
  else
    g_debug ("No notification could be shown: %s", error->message);
  return G_SOURCE_REMOVE;
}

static gboolean
run_close (gpointer data)
{
  Message *message = data;

  close_shown (message->self, message->tag);
  return G_SOURCE_REMOVE;
}

static gboolean
run_forget (gpointer data)
{
  Message *message = data;

  g_hash_table_remove_all (message->self->shown);
  return G_SOURCE_REMOVE;
}

static gboolean
run_end (gpointer data)
{
  Message *message = data;
  PorchDaemonBubbles *self = message->self;
  g_autoptr (GList) notifications = g_hash_table_get_values (self->shown);

  for (GList *l = notifications; l; l = l->next)
    notify_notification_close (l->data, NULL);
  g_hash_table_remove_all (self->shown);
  self->over = TRUE;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

/* libnotify is one for the process; a thread that a notification daemon holds up must not end it under its successor. */
static int users;

static gpointer
bubble_thread (gpointer data)
{
  g_autoptr (PorchDaemonBubbles) self = data;

  /* libnotify's proxy delivers to the context that is the default where it is made: here. */
  g_main_context_push_thread_default (self->context);
  g_atomic_int_inc (&users);
  notify_init ("Porch");
  g_main_loop_run (self->loop);
  if (g_atomic_int_dec_and_test (&users))
    notify_uninit ();
  /* GDBus frees what its signals held in idles of this context, which nobody would run any more. */
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* ---- The main thread ---- */

static void
porch_daemon_bubbles_finalize (GObject *object)
{
  PorchDaemonBubbles *self = PORCH_DAEMON_BUBBLES (object);

  g_clear_pointer (&self->shown, g_hash_table_unref);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->thread, g_thread_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  G_OBJECT_CLASS (porch_daemon_bubbles_parent_class)->finalize (object);
}

static void
porch_daemon_bubbles_class_init (PorchDaemonBubblesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_daemon_bubbles_finalize;
}

static void
porch_daemon_bubbles_init (PorchDaemonBubbles *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, drop);
}

PorchDaemonBubbles *
porch_daemon_bubbles_new (PorchDaemonBubbleFunc func, gpointer data)
{
  PorchDaemonBubbles *self = g_object_new (PORCH_TYPE_DAEMON_BUBBLES, NULL);

  self->func = func;
  self->data = data;
  return self;
}

void
porch_daemon_bubbles_show (PorchDaemonBubbles *self, PorchDaemonBubble *bubble)
{
  Message *message = message_new (self, NULL);

  message->bubble = bubble;
  if (self->thread == NULL)
    self->thread = g_thread_new ("porch-bubbles", bubble_thread, g_object_ref (self));
  post (self->context, run_show, message);
}

void
porch_daemon_bubbles_close (PorchDaemonBubbles *self, const char *tag)
{
  if (self->thread)
    post (self->context, run_close, message_new (self, tag));
}

void
porch_daemon_bubbles_forget (PorchDaemonBubbles *self)
{
  if (self->thread)
    post (self->context, run_forget, message_new (self, NULL));
}

void
porch_daemon_bubbles_end (PorchDaemonBubbles *self)
{
  gint64 until = g_get_monotonic_time () + END_PATIENCE_US;
  gboolean ended;

  self->func = NULL;
  if (self->thread == NULL)
    return;
  post (self->context, run_end, message_new (self, NULL));
  g_mutex_lock (&self->lock);
  while (!self->ended && g_cond_wait_until (&self->cond, &self->lock, until))
    ;
  ended = self->ended;
  g_mutex_unlock (&self->lock);
  if (ended)
    g_thread_join (g_steal_pointer (&self->thread));
}
