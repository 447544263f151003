/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-network-book.h"

#define SETTING_ALWAYS "visibility-always"
#define SETTING_STARTED "networks-started"

/* As stored. */
enum { NOT_ASKED = 0, VISIBLE = 1, HIDDEN = 2 };

typedef struct {
  char    *id;
  char    *name;
  int      visibility;
  gint64   seen;
  gint64   until;  /* of this run only: after a restart a limited visibility is over */
  gboolean chosen; /* in this run: wins over the start mode */
} Network;

struct _PorchNetworkBook {
  PorchStore     *store;
  PorchVisibility mode;
  GHashTable     *networks; /* id → Network */
  gboolean        always;
  gboolean        started;     /* the first start is over */
  gboolean        held;        /* nobody has said yet that it may begin */
  gint64          first_seen;  /* of the first network at the first start; 0: none yet */
};

static void
network_free (gpointer data)
{
  Network *network = data;

  g_free (network->id);
  g_free (network->name);
  g_free (network);
}

/* --- the store --- */

static gboolean
read_setting (sqlite3 *db, const char *key, gboolean *value, GError **error)
{
  sqlite3_stmt *stmt = porch_sql_query (db, error, "SELECT value FROM setting WHERE key = ?", "s", key);
  gboolean row = FALSE, ok;

  if (!stmt)
    return FALSE;
  ok = porch_sql_step (stmt, &row, error);
  *value = ok && row && sqlite3_column_int (stmt, 0) != 0;
  sqlite3_finalize (stmt);
  return ok;
}

static gboolean
load (sqlite3 *db, gpointer data, GError **error)
{
  PorchNetworkBook *self = data;
  sqlite3_stmt *stmt;
  gboolean row, ok;

  if (!read_setting (db, SETTING_ALWAYS, &self->always, error) || !read_setting (db, SETTING_STARTED, &self->started, error))
    return FALSE;
  stmt = porch_sql_query (db, error, "SELECT id, name, visibility, seen_s FROM network", "");
  if (!stmt)
    return FALSE;
  while ((ok = porch_sql_step (stmt, &row, error)) && row)
    {
      Network *network = g_new0 (Network, 1);

      network->id = porch_sql_dup_text (stmt, 0);
      network->name = porch_sql_dup_text (stmt, 1);
      network->visibility = sqlite3_column_int (stmt, 2);
      network->seen = sqlite3_column_int64 (stmt, 3);
      g_hash_table_replace (self->networks, network->id, network);
    }
  sqlite3_finalize (stmt);
  return ok;
}

static gboolean
save (sqlite3 *db, gpointer data, GError **error)
{
  Network *network = data;

  return porch_sql_exec (db, error, "INSERT OR REPLACE INTO network (id, name, visibility, seen_s) VALUES (?, ?, ?, ?)", "ssii",
                         network->id, network->name ? network->name : "", (gint64) network->visibility, network->seen)
         && porch_sql_exec (db, error,
                            "DELETE FROM network WHERE id IN (SELECT id FROM network ORDER BY seen_s DESC LIMIT -1 OFFSET ?)", "i",
                            (gint64) PORCH_MAX_NETWORKS);
}

static void
queue_save (PorchNetworkBook *self, Network *network)
{
  Network *copy = g_new0 (Network, 1);

  if (!self->store)
    {
      network_free (copy);
      return;
    }
  copy->id = g_strdup (network->id);
  copy->name = g_strdup (network->name);
  copy->visibility = network->visibility;
  copy->seen = network->seen;
  porch_store_queue (self->store, save, copy, network_free);
}

static gboolean
save_always (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", "si", SETTING_ALWAYS,
                         (gint64) GPOINTER_TO_INT (data));
}

static gboolean
save_started (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "INSERT OR REPLACE INTO setting (key, value) VALUES (?, 1)", "s", SETTING_STARTED);
}

/* --- the rules --- */

PorchNetworkBook *
porch_network_book_new (PorchStore *store, PorchVisibility mode, GError **error)
{
  g_autoptr (PorchNetworkBook) self = g_new0 (PorchNetworkBook, 1);

  self->networks = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, network_free);
  self->mode = mode;
  self->store = store ? g_object_ref (store) : NULL;
  if (store && !porch_store_run (store, load, self, error))
    return NULL;
  if (mode == PORCH_VISIBILITY_ALWAYS)
    self->always = TRUE;
  return g_steal_pointer (&self);
}

void
porch_network_book_free (PorchNetworkBook *self)
{
  g_hash_table_unref (self->networks);
  g_clear_object (&self->store);
  g_free (self);
}

/* The networks of the first start are visible. It is over @now some seconds after the first of them appeared: Wi-Fi and a cable don't
 * come up in the same instant. A start with another mode than AUTO does not count. */
static gboolean
is_first_start (PorchNetworkBook *self, gint64 now)
{
  return self->mode == PORCH_VISIBILITY_AUTO && !self->started && !self->held
         && (self->first_seen == 0 || now - self->first_seen < PORCH_FIRST_START_GRACE);
}

gboolean
porch_network_book_is_open (PorchNetworkBook *self, gint64 now)
{
  return self->always || self->mode == PORCH_VISIBILITY_VISIBLE || is_first_start (self, now);
}

static void
note_start (PorchNetworkBook *self, gint64 now)
{
  if (self->mode != PORCH_VISIBILITY_AUTO || self->started || self->held)
    return;
  if (self->first_seen == 0)
    {
      self->first_seen = now;
      if (self->store)
        porch_store_queue (self->store, save_started, NULL, NULL);
    }
  else if (!is_first_start (self, now))
    self->started = TRUE;
}

void
porch_network_book_seen (PorchNetworkBook *self, const char *id, const char *name, gint64 now)
{
  Network *network = g_hash_table_lookup (self->networks, id);
  gboolean changed = FALSE;

  note_start (self, now);
  if (!network)
    {
      network = g_new0 (Network, 1);
      network->id = g_strdup (id);
      network->visibility = is_first_start (self, now) ? VISIBLE : NOT_ASKED;
      g_hash_table_replace (self->networks, network->id, network);
      changed = TRUE;
    }
  if (name && g_strcmp0 (name, network->name) != 0)
    {
      g_free (network->name);
      network->name = g_strdup (name);
      changed = TRUE;
    }
  /* What was seen while held is forgotten with the process: the next start may be the first again. */
  if (!self->held && (changed || now - network->seen > 24 * 60 * 60))
    {
      network->seen = now;
      queue_save (self, network);
    }
}

gboolean
porch_network_book_hold (PorchNetworkBook *self)
{
  self->held = self->mode == PORCH_VISIBILITY_AUTO && !self->started && !self->always && self->first_seen == 0;
  return self->held;
}

gboolean
porch_network_book_begin (PorchNetworkBook *self, PorchVisibility visibility, gint64 until, GError **error)
{
  gboolean open = visibility == PORCH_VISIBILITY_VISIBLE && until == 0;

  /* Who chose Visible before any network was there means the first one that comes. */
  if (!open && self->store && !porch_store_run (self->store, save_started, NULL, error))
    return FALSE;
  self->held = FALSE;
  self->started = !open;
  return TRUE;
}

gboolean
porch_network_book_is_visible (PorchNetworkBook *self, const char *id, gint64 now)
{
  Network *network = g_hash_table_lookup (self->networks, id);

  if (self->held)
    return FALSE;
  if (self->always)
    return TRUE;
  if (network && network->until)
    return now < network->until;
  if (network && network->chosen)
    return network->visibility == VISIBLE;
  if (self->mode == PORCH_VISIBILITY_VISIBLE || self->mode == PORCH_VISIBILITY_HIDDEN)
    return self->mode == PORCH_VISIBILITY_VISIBLE;
  return network && network->visibility == VISIBLE;
}

gboolean
porch_network_book_is_unasked (PorchNetworkBook *self, const char *id)
{
  Network *network = g_hash_table_lookup (self->networks, id);

  return self->mode == PORCH_VISIBILITY_AUTO && !self->held && !self->always && network && !network->chosen
         && network->visibility == NOT_ASKED;
}

gboolean
porch_network_book_set (PorchNetworkBook *self, const char *id, PorchVisibility visibility, gint64 until, GError **error)
{
  Network *network = g_hash_table_lookup (self->networks, id);
  Network changed;

  if (!network)
    {
      network = g_new0 (Network, 1);
      network->id = g_strdup (id);
      g_hash_table_replace (self->networks, network->id, network);
    }
  changed = *network;
  changed.chosen = visibility != PORCH_VISIBILITY_AUTO;
  changed.until = visibility == PORCH_VISIBILITY_VISIBLE ? until : 0;
  /* What is visible for a while is stored as hidden: a crash or restart must not make it last. */
  if (visibility == PORCH_VISIBILITY_AUTO)
    changed.visibility = NOT_ASKED;
  else
    changed.visibility = visibility == PORCH_VISIBILITY_VISIBLE && !until ? VISIBLE : HIDDEN;
  if (self->store && !porch_store_run (self->store, save, &changed, error))
    return FALSE;
  *network = changed;
  return TRUE;
}

gboolean
porch_network_book_set_always (PorchNetworkBook *self, gboolean always, GError **error)
{
  if (self->store && !porch_store_run (self->store, save_always, GINT_TO_POINTER (always), error))
    return FALSE;
  self->always = always;
  return TRUE;
}

gboolean
porch_network_book_get_always (PorchNetworkBook *self)
{
  return self->always;
}

gint64
porch_network_book_get_until (PorchNetworkBook *self, const char *id, gint64 now)
{
  Network *network = g_hash_table_lookup (self->networks, id);

  return network && network->until > now ? network->until : 0;
}
