/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "pairing/porch-passive-table.h"

#include <string.h>

#define MAX_COMMITS 32

typedef struct {
  PorchDeviceId peer;
  gpointer      connection; /* compared only */
  guint8        commit[32];
  guint8        own_nonce[PORCH_PAIRING_NONCE];
  gint64        when;
} Commit;

struct _PorchPassiveTable {
  GMutex  lock;
  GArray *commits;  /* guarded by lock; of Commit, oldest first */
  GArray *sessions; /* guarded by lock; of PorchPassive, oldest first */
};

PorchPassiveTable *
porch_passive_table_new (void)
{
  PorchPassiveTable *self = g_new0 (PorchPassiveTable, 1);

  g_mutex_init (&self->lock);
  self->commits = g_array_new (FALSE, TRUE, sizeof (Commit));
  self->sessions = g_array_new (FALSE, TRUE, sizeof (PorchPassive));
  return self;
}

void
porch_passive_table_free (PorchPassiveTable *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->commits);
  g_array_unref (self->sessions);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static int
find_commit (PorchPassiveTable *self, const PorchDeviceId *peer, gpointer connection)
{
  for (guint i = 0; i < self->commits->len; i++)
    {
      const Commit *commit = &g_array_index (self->commits, Commit, i);

      if (commit->connection == connection && (peer == NULL || porch_device_id_equal (&commit->peer, peer)))
        return (int) i;
    }
  return -1;
}

void
porch_passive_table_commit (PorchPassiveTable *self, const PorchDeviceId *peer, gpointer connection, const guint8 commit[32],
                            const guint8 own_nonce[PORCH_PAIRING_NONCE], gint64 now)
{
  Commit entry = { .peer = *peer, .connection = connection, .when = now };
  int    old;

  memcpy (entry.commit, commit, sizeof entry.commit);
  memcpy (entry.own_nonce, own_nonce, sizeof entry.own_nonce);
  g_mutex_lock (&self->lock);
  old = find_commit (self, NULL, connection);
  if (old >= 0)
    g_array_remove_index (self->commits, (guint) old);
  else if (self->commits->len >= MAX_COMMITS)
    g_array_remove_index (self->commits, 0);
  g_array_append_val (self->commits, entry);
  g_mutex_unlock (&self->lock);
}

gboolean
porch_passive_table_has_commit (PorchPassiveTable *self, const PorchDeviceId *peer, gpointer connection)
{
  gboolean has;

  g_mutex_lock (&self->lock);
  has = find_commit (self, peer, connection) >= 0;
  g_mutex_unlock (&self->lock);
  return has;
}

gboolean
porch_passive_table_take (PorchPassiveTable *self, const PorchDeviceId *peer, gpointer connection, guint8 commit[32],
                          guint8 own_nonce[PORCH_PAIRING_NONCE], gint64 now)
{
  gboolean ok = FALSE;
  int      index;

  g_mutex_lock (&self->lock);
  index = find_commit (self, peer, connection);
  if (index >= 0)
    {
      const Commit *entry = &g_array_index (self->commits, Commit, index);

      ok = now - entry->when <= PORCH_PASSIVE_REVEAL_SECONDS;
      memcpy (commit, entry->commit, sizeof entry->commit);
      memcpy (own_nonce, entry->own_nonce, sizeof entry->own_nonce);
      g_array_remove_index (self->commits, (guint) index);
    }
  g_mutex_unlock (&self->lock);
  return ok;
}

void
porch_passive_table_closed (PorchPassiveTable *self, gpointer connection)
{
  int index;

  g_mutex_lock (&self->lock);
  while ((index = find_commit (self, NULL, connection)) >= 0)
    g_array_remove_index (self->commits, (guint) index);
  g_mutex_unlock (&self->lock);
}

gboolean
porch_passive_is_open (const PorchPassive *session)
{
  return session->own != PORCH_PASSIVE_DIFFERS && session->other != PORCH_PASSIVE_DIFFERS &&
         (session->own == PORCH_PASSIVE_UNDECIDED || session->other == PORCH_PASSIVE_UNDECIDED);
}

/* The oldest one that nobody here has said anything about; else simply the oldest. Guarded by lock. */
static guint
find_victim (PorchPassiveTable *self)
{
  for (guint i = 0; i < self->sessions->len; i++)
    if (g_array_index (self->sessions, PorchPassive, i).own == PORCH_PASSIVE_UNDECIDED)
      return i;
  return 0;
}

void
porch_passive_table_add (PorchPassiveTable *self, const PorchPassive *session, GArray *dropped)
{
  g_mutex_lock (&self->lock);
  while (self->sessions->len >= PORCH_PASSIVE_MAX)
    {
      guint victim = find_victim (self);

      if (dropped != NULL)
        g_array_append_val (dropped, g_array_index (self->sessions, PorchPassive, victim));
      g_array_remove_index (self->sessions, victim);
    }
  g_array_append_val (self->sessions, *session);
  g_mutex_unlock (&self->lock);
}

/* (nullable), guarded by lock. */
static PorchPassive *
find (PorchPassiveTable *self, const PorchDeviceId *peer, const char *tag, gint64 now)
{
  for (guint i = 0; i < self->sessions->len; i++)
    {
      PorchPassive *session = &g_array_index (self->sessions, PorchPassive, i);

      if (porch_device_id_equal (&session->peer, peer) && g_strcmp0 (session->tag, tag) == 0 &&
          now - session->created < PORCH_PASSIVE_LIFETIME)
        return session;
    }
  return NULL;
}

gboolean
porch_passive_table_lookup (PorchPassiveTable *self, const PorchDeviceId *peer, const char *tag, gint64 now, PorchPassive *session)
{
  const PorchPassive *found;
  gboolean            ok;

  g_mutex_lock (&self->lock);
  found = find (self, peer, tag, now);
  ok = found != NULL;
  if (ok)
    *session = *found;
  g_mutex_unlock (&self->lock);
  return ok;
}

gboolean
porch_passive_table_find (PorchPassiveTable *self, const PorchDeviceId *peer, gint64 now, PorchPassive *session)
{
  gboolean ok = FALSE;

  g_mutex_lock (&self->lock);
  for (guint i = self->sessions->len; i > 0 && !ok; i--)
    {
      const PorchPassive *at = &g_array_index (self->sessions, PorchPassive, i - 1);

      ok = porch_device_id_equal (&at->peer, peer) && porch_passive_is_open (at) && now - at->created < PORCH_PASSIVE_LIFETIME;
      if (ok)
        *session = *at;
    }
  g_mutex_unlock (&self->lock);
  return ok;
}

gboolean
porch_passive_table_say (PorchPassiveTable *self, const PorchDeviceId *peer, const char *tag, gboolean own, PorchPassiveWord word,
                         gint64 now, PorchPassive *session)
{
  PorchPassive *found;
  gboolean      ok = FALSE;

  g_mutex_lock (&self->lock);
  found = find (self, peer, tag, now);
  if (found != NULL)
    {
      PorchPassiveWord *side = own ? &found->own : &found->other;

      if (*side == PORCH_PASSIVE_UNDECIDED)
        *side = word;
      ok = *side == word;
      *session = *found;
    }
  g_mutex_unlock (&self->lock);
  return ok;
}

void
porch_passive_table_remove (PorchPassiveTable *self, const PorchDeviceId *peer, const char *tag)
{
  g_mutex_lock (&self->lock);
  for (guint i = self->sessions->len; i > 0; i--)
    {
      const PorchPassive *session = &g_array_index (self->sessions, PorchPassive, i - 1);

      if (porch_device_id_equal (&session->peer, peer) && g_strcmp0 (session->tag, tag) == 0)
        g_array_remove_index (self->sessions, i - 1);
    }
  g_mutex_unlock (&self->lock);
}
