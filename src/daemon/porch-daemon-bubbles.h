/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notifications on the screen, by libnotify. Its calls block until the notification daemon answers, which may be never: so it
 * runs on a thread of its own, made for the first notification, and the daemon goes on whatever happens there. A notification
 * is named by its tag; a new one of the same tag takes the old one's place. All functions: main thread. Owned by the notifier.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct
{
  char *tag;
  char *summary;  /* plain text */
  char *body;     /* plain text */
  char *category; /* of the notification specification; (nullable) */
  char **actions; /* id, label, id, label, …; (nullable) */
  gboolean stays; /* until it is answered */
  gboolean quiet; /* without a sound */
} PorchDaemonBubble;

void porch_daemon_bubble_free (PorchDaemonBubble *bubble);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchDaemonBubble, porch_daemon_bubble_free)

/* @action: the id of a button, or "default": the notification itself was clicked. @token (nullable): for focus, from the
 * compositor. */
typedef void (*PorchDaemonBubbleFunc) (const char *tag, const char *action, const char *token, gpointer data);

#define PORCH_TYPE_DAEMON_BUBBLES (porch_daemon_bubbles_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonBubbles, porch_daemon_bubbles, PORCH, DAEMON_BUBBLES, GObject)

/* @func is called on the main thread, never after porch_daemon_bubbles_end(). */
PorchDaemonBubbles *porch_daemon_bubbles_new (PorchDaemonBubbleFunc func, gpointer data);
void porch_daemon_bubbles_show (PorchDaemonBubbles *self, PorchDaemonBubble *bubble); /* takes it */
void porch_daemon_bubbles_close (PorchDaemonBubbles *self, const char *tag);
/* The notification daemon went away and everything on the screen with it. */
void porch_daemon_bubbles_forget (PorchDaemonBubbles *self);
/* Takes everything from the screen, as nobody would answer any more; waits a moment for it, not for ever. */
void porch_daemon_bubbles_end (PorchDaemonBubbles *self);

G_END_DECLS
