/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-strangers.h"

struct _PorchDaemonStrangers
{
  GHashTable *shown; /* names on the screen, or once there and not answered yet */
  gint64 last;       /* monotonic time of the last notification; 0 never */
  gboolean visible;  /* one is on the screen */
};

PorchDaemonStrangers *
porch_daemon_strangers_new (void)
{
  PorchDaemonStrangers *self = g_new0 (PorchDaemonStrangers, 1);

  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
porch_daemon_strangers_free (PorchDaemonStrangers *self)
{
  g_hash_table_unref (self->shown);
  g_free (self);
}

static gboolean
is_answered (gpointer name, gpointer value, gpointer waiting)
{
  return !g_hash_table_contains (waiting, name);
}

static gboolean
has_new (PorchDaemonStrangers *self, GHashTable *waiting)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, waiting);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (self->shown, name))
      return TRUE;
  return FALSE;
}

static void
note_shown (PorchDaemonStrangers *self, GHashTable *waiting)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, waiting);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_hash_table_add (self->shown, g_strdup (name));
}

PorchDaemonStrangersStep
porch_daemon_strangers_update (PorchDaemonStrangers *self, GHashTable *waiting, gint64 now, gint64 *wait)
{
  gint64 rest = self->last ? self->last + PORCH_DAEMON_STRANGERS_INTERVAL_US - now : 0;

  *wait = 0;
  g_hash_table_foreach_remove (self->shown, is_answered, waiting);
  if (has_new (self, waiting) && rest <= 0)
    {
      note_shown (self, waiting);
      self->last = now;
      self->visible = TRUE;
      return PORCH_DAEMON_STRANGERS_SHOW;
    }
  if (has_new (self, waiting))
    *wait = rest;
  if (self->visible && g_hash_table_size (self->shown) == 0)
    {
      self->visible = FALSE;
      return PORCH_DAEMON_STRANGERS_CLOSE;
    }
  return PORCH_DAEMON_STRANGERS_NOTHING;
}

void
porch_daemon_strangers_forget (PorchDaemonStrangers *self)
{
  g_hash_table_remove_all (self->shown);
  self->visible = FALSE;
}
