/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/porch-store.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "porch-error.h"
#include "store/porch-database.h"

typedef struct {
  PorchStoreFunc func; /* NULL ends the thread */
  gpointer       data;
  GDestroyNotify free_data;
  gboolean       synced;
  gboolean       waited; /* a caller waits: the job lies on its stack */
  gboolean       done;   /* guarded by lock */
  gboolean       ok;
  GError        *error;
} StoreJob;

struct _PorchStore {
  GObject      parent_instance;
  char        *path;    /* owned */
  GThread     *thread;  /* owned */
  GAsyncQueue *jobs;    /* owned; of StoreJob */
  GMutex       lock;
  GCond        finished;
  sqlite3     *db;      /* the store's thread only */
  GQueue       waiting; /* the store's thread only: of StoreJob, queued ones for which the disk has no room */
};

/* About a minute of a fetch at the speed of the wire, some MiB. What comes after that is lost, as everything was before. */
#define MAX_WAITING 10000

G_DEFINE_FINAL_TYPE (PorchStore, porch_store, G_TYPE_OBJECT)

/* Asked before ROLLBACK wipes the code. */
static void
note_damage (PorchStore *self)
{
  int code = sqlite3_errcode (self->db) & 0xff;

  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    porch_database_note_damage (self->path);
}

static gboolean
in_transaction (PorchStore *self, StoreJob *job, GError **error)
{
  g_autoptr (GError) ignored = NULL;

  if (!porch_sql_exec (self->db, error, "BEGIN IMMEDIATE", NULL))
    {
      note_damage (self);
      return FALSE;
    }
  if (job->func (self->db, job->data, error) && porch_sql_exec (self->db, error, "COMMIT", NULL))
    return TRUE;
  note_damage (self);
  if (!sqlite3_get_autocommit (self->db)) /* some errors have rolled back by themselves */
    porch_sql_exec (self->db, &ignored, "ROLLBACK", NULL);
  return FALSE;
}

/* A commit without a change writes no frame and so syncs nothing; but earlier ones may wait in the log. */
static gboolean
sync_log (PorchStore *self, GError **error)
{
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  int              fd = open (log, O_RDWR | O_CLOEXEC);
  gboolean         ok = fd < 0 || fdatasync (fd) == 0;

  if (fd >= 0)
    close (fd);
  if (!ok)
    g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_STORE, _ ("Porch's state database could not be written to disk."));
  return ok;
}

static gboolean
in_synced_transaction (PorchStore *self, StoreJob *job, GError **error)
{
  gint64   before = sqlite3_total_changes64 (self->db);
  gboolean ok;

  if (!porch_sql_exec (self->db, error, "PRAGMA synchronous = FULL", NULL))
    return FALSE;
  ok = in_transaction (self, job, error) &&
       (sqlite3_total_changes64 (self->db) != before || sync_log (self, error));
  return porch_sql_exec (self->db, ok ? error : NULL, "PRAGMA synchronous = NORMAL", NULL) && ok;
}

static void
run_job (PorchStore *self, StoreJob *job)
{
  job->ok = job->synced ? in_synced_transaction (self, job, &job->error) : in_transaction (self, job, &job->error);
  if (!job->ok && job->error == NULL)
    g_set_error_literal (&job->error, PORCH_ERROR, PORCH_ERROR_STORE, _ ("A change of Porch's state was not made."));
}

/* Whoever is told of it can try again. Who has queued something believes that it is written: it is, once there is room, and nothing that
 * came later is written or read before. */
static gboolean
wait_for_room (PorchStore *self, StoreJob *job)
{
  if (job->waited || !g_error_matches (job->error, PORCH_ERROR, PORCH_ERROR_NO_SPACE)
      || self->waiting.length >= MAX_WAITING)
    return FALSE;
  if (self->waiting.length == 0)
    g_message ("%s Changes wait until then.", job->error->message);
  g_clear_error (&job->error);
  g_queue_push_tail (&self->waiting, job);
  return TRUE;
}

static void
finish_job (PorchStore *self, StoreJob *job)
{
  if (job->waited)
    {
      g_mutex_lock (&self->lock);
      job->done = TRUE;
      g_cond_broadcast (&self->finished);
      g_mutex_unlock (&self->lock);
      return;
    }
  if (!job->ok)
    g_warning ("A change was not stored: %s", job->error->message);
  if (job->free_data != NULL)
    job->free_data (job->data);
  g_clear_error (&job->error);
  g_free (job);
}

/* FALSE: there is still no room. */
static gboolean
run_waiting (PorchStore *self, GError **error)
{
  StoreJob *job;

  while ((job = g_queue_peek_head (&self->waiting)) != NULL)
    {
      run_job (self, job);
      if (g_error_matches (job->error, PORCH_ERROR, PORCH_ERROR_NO_SPACE))
        {
          g_propagate_error (error, g_steal_pointer (&job->error));
          return FALSE;
        }
      g_queue_pop_head (&self->waiting);
      finish_job (self, job);
    }
  return TRUE;
}

static gpointer
store_thread (gpointer data)
{
  PorchStore *self = data;
  StoreJob   *job;

  while ((job = g_async_queue_pop (self->jobs))->func != NULL)
    {
      if (run_waiting (self, &job->error))
        run_job (self, job);
      if (!wait_for_room (self, job))
        finish_job (self, job);
    }
  g_free (job);
  run_waiting (self, NULL);
  while ((job = g_queue_pop_head (&self->waiting)) != NULL)
    {
      g_set_error_literal (&job->error, PORCH_ERROR, PORCH_ERROR_NO_SPACE, _ ("There was no room for it until the end."));
      finish_job (self, job);
    }
  sqlite3_close (self->db);
  return NULL;
}

/* Everything that was queued is still done. */
static void
porch_store_finalize (GObject *object)
{
  PorchStore *self = PORCH_STORE (object);

  if (self->thread != NULL)
    {
      g_async_queue_push (self->jobs, g_new0 (StoreJob, 1));
      g_thread_join (self->thread);
    }
  g_async_queue_unref (self->jobs);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->finished);
  g_free (self->path);
  G_OBJECT_CLASS (porch_store_parent_class)->finalize (object);
}

static void
porch_store_class_init (PorchStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_store_finalize;
}

static void
porch_store_init (PorchStore *self)
{
  self->jobs = g_async_queue_new ();
  g_queue_init (&self->waiting);
  g_mutex_init (&self->lock);
  g_cond_init (&self->finished);
}

/**
 * porch_store_new:
 * @path: the database's file, or ":memory:"
 * @set_aside: (out) (optional) (nullable): where a damaged database was moved
 * @error: PORCH_ERROR_STORE: can't be opened, or was written by a newer Porch (then nothing was touched)
 */
PorchStore *
porch_store_new (const char *path, char **set_aside, GError **error)
{
  g_autoptr (PorchStore) self = g_object_new (PORCH_TYPE_STORE, NULL);

  self->path = g_strdup (path);
  self->db = porch_database_open (path, set_aside, error);
  if (self->db == NULL)
    return NULL;
  self->thread = g_thread_new ("porch-store", store_thread, self);
  return g_steal_pointer (&self);
}

static gboolean
run_and_wait (PorchStore *self, StoreJob *job, GError **error)
{
  g_return_val_if_fail (g_thread_self () != self->thread, FALSE);

  job->waited = TRUE;
  g_async_queue_push (self->jobs, job);
  g_mutex_lock (&self->lock);
  while (!job->done)
    g_cond_wait (&self->finished, &self->lock);
  g_mutex_unlock (&self->lock);
  if (!job->ok)
    g_propagate_error (error, job->error);
  return job->ok;
}

gboolean
porch_store_run (PorchStore *self, PorchStoreFunc func, gpointer data, GError **error)
{
  StoreJob job = { .func = func, .data = data };

  return run_and_wait (self, &job, error);
}

gboolean
porch_store_run_synced (PorchStore *self, PorchStoreFunc func, gpointer data, GError **error)
{
  StoreJob job = { .func = func, .data = data, .synced = TRUE };

  return run_and_wait (self, &job, error);
}

static void
queue (PorchStore *self, PorchStoreFunc func, gpointer data, GDestroyNotify free_data, gboolean synced)
{
  StoreJob *job = g_new0 (StoreJob, 1);

  job->func = func;
  job->data = data;
  job->free_data = free_data;
  job->synced = synced;
  g_async_queue_push (self->jobs, job);
}

void
porch_store_queue (PorchStore *self, PorchStoreFunc func, gpointer data, GDestroyNotify free_data)
{
  queue (self, func, data, free_data, FALSE);
}

void
porch_store_queue_synced (PorchStore *self, PorchStoreFunc func, gpointer data, GDestroyNotify free_data)
{
  queue (self, func, data, free_data, TRUE);
}

typedef struct {
  const char *key;
  const char *value;
  char       *found;
} Setting;

static gboolean
read_setting (sqlite3 *db, gpointer data, GError **error)
{
  Setting *setting = data;
  gboolean row;
  g_autoptr (sqlite3_stmt) stmt = porch_sql_query (db, error, "SELECT value FROM setting WHERE key = ?", "s", setting->key);

  if (stmt == NULL || !porch_sql_step (stmt, &row, error))
    return FALSE;
  if (row)
    setting->found = porch_sql_dup_text (stmt, 0);
  return TRUE;
}

static gboolean
write_setting (sqlite3 *db, gpointer data, GError **error)
{
  Setting *setting = data;

  if (setting->value == NULL)
    return porch_sql_exec (db, error, "DELETE FROM setting WHERE key = ?", "s", setting->key);
  return porch_sql_exec (db, error, "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", "ss", setting->key,
                         setting->value);
}

char *
porch_store_dup_setting (PorchStore *self, const char *key, GError **error)
{
  Setting setting = { .key = key };

  if (!porch_store_run (self, read_setting, &setting, error))
    g_clear_pointer (&setting.found, g_free);
  return setting.found;
}

gboolean
porch_store_set_setting (PorchStore *self, const char *key, const char *value, GError **error)
{
  Setting setting = { .key = key, .value = value };

  return porch_store_run (self, write_setting, &setting, error);
}
