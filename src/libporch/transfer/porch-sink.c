/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-sink.h"

#include "content/porch-hash-tree.h"
#include "porch-block-pool.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-path.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define CREW_THREADS 2
#define MAX_WAITING (4 * PORCH_BLOCK_SIZE)
/* What has arrived and is not in the staging file yet: lost when the process is killed. */
#define MAX_UNWRITTEN PORCH_BLOCK_SIZE
/* The kernel is asked to begin writing this much at a time, so that the sync before the rename is short. */
#define WRITE_BEHIND (8 * PORCH_BLOCK_SIZE)

struct _PorchSink
{
  PorchCrew             *crew;
  const PorchSinkEvents *events;
  gpointer               data;
  gboolean               careful;

  /* guarded by lock */
  GMutex lock;
  GCond  wrote;
  gsize  unwritten;
};

struct _PorchSinkFile
{
  /* borrowed */
  PorchSink *sink;
  /* owned, immutable */
  char  *parent, *wanted;
  gint64 number, size, mtime;

  gatomicrefcount refs; /* the worker's one, and one for each job */

  /* guarded by lock */
  GMutex   lock;
  char    *staging; /* (nullable) until it is made */
  int      fd;
  int      direct;  /* the same file past the page cache; -1 where the disk has no such thing */
  guint    pending; /* blocks on their way */
  gboolean kept;    /* has blocks that were written down */
  gboolean committed;
  gboolean dropped;
  gboolean keep;    /* when dropped */
  gboolean cached;  /* what is written is read again soon */
  gboolean failed;
  gboolean ruined;  /* failed by itself, not by the target: what other threads still write down is of no use */
  guint8   hash[32]; /* of the only block */
};

typedef struct {
  PorchSinkFile *file;
  guint64        block;
  guint8         hash[32];
  gboolean       checked;
  GBytes        *data;
} Write;

PorchSink *
porch_sink_new (PorchDir *target, gboolean careful, const PorchSinkEvents *events, gpointer data)
{
  PorchSink *self = g_new0 (PorchSink, 1);

  self->crew = porch_crew_new (target, PORCH_FILE_THREAD_WRITE, CREW_THREADS, MAX_WAITING);
  if (self->crew == NULL)
    {
      g_free (self);
      return NULL;
    }
  self->events = events;
  self->data = data;
  self->careful = careful;
  g_mutex_init (&self->lock);
  g_cond_init (&self->wrote);
  return self;
}

void
porch_sink_free (PorchSink *self)
{
  if (self == NULL)
    return;
  porch_crew_free (self->crew);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wrote);
  g_free (self);
}

void
porch_sink_drain (PorchSink *self)
{
  porch_crew_drain (self->crew);
}

PorchCrew *
porch_sink_get_crew (PorchSink *self)
{
  return self->crew;
}

static void
close_staging (PorchSinkFile *file)
{
  if (file->fd >= 0)
    close (file->fd);
  if (file->direct >= 0)
    close (file->direct);
  file->fd = file->direct = -1;
}

static void
file_unref (PorchSinkFile *file)
{
  if (!g_atomic_ref_count_dec (&file->refs))
    return;
  close_staging (file);
  g_mutex_clear (&file->lock);
  g_free (file->parent);
  g_free (file->wanted);
  g_free (file->staging);
  g_free (file);
}

static PorchSinkFile *
file_ref (PorchSinkFile *file)
{
  g_atomic_ref_count_inc (&file->refs);
  return file;
}

PorchSinkFile *
porch_sink_begin (PorchSink *self, gint64 number, const char *parent, const char *wanted, gint64 size, gint64 mtime,
                  const char *staging)
{
  PorchSinkFile *file = g_new0 (PorchSinkFile, 1);

  g_atomic_ref_count_init (&file->refs);
  g_mutex_init (&file->lock);
  file->sink = self;
  file->number = number;
  file->parent = g_strdup (parent);
  file->wanted = g_strdup (wanted);
  file->size = size;
  file->mtime = mtime;
  file->staging = g_strdup (staging);
  file->kept = staging != NULL;
  file->fd = file->direct = -1;
  return file;
}

/* From here to the public functions: the crew's threads, with the file's lock held where a function says so. */

gboolean
porch_sink_error_is_of_target (const GError *error)
{
  return g_error_matches (error, PORCH_ERROR, PORCH_ERROR_NO_SPACE) || g_error_matches (error, PORCH_ERROR, PORCH_ERROR_READ_ONLY)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

static gboolean
is_large (PorchSinkFile *file)
{
  return file->size > PORCH_BLOCK_SIZE;
}

static char *
local_path (PorchSinkFile *file)
{
  return *file->parent ? g_strconcat (file->parent, "/", file->wanted, NULL) : g_strdup (file->wanted);
}

static void
set_write_error (PorchSinkFile *file, int code, GError **error)
{
  g_autofree char *shown = porch_path_to_display (file->wanted);

  if (code == ENOSPC || code == EDQUOT)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_NO_SPACE, _ ("The disk is full: “%s” could not be written. Make room there."), shown);
  else if (code == EROFS)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_READ_ONLY, _ ("The disk can't be written to: “%s”"), shown);
  else if (code == EFBIG)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("“%s” is too large for the file system that it should go to"), shown);
  else
    g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), _ ("“%s” could not be written: %s"), shown,
                 g_strerror (code));
}

/* Lock held. */
static void
remove_staging (PorchSinkFile *file, PorchDir *dir)
{
  close_staging (file);
  if (file->staging != NULL)
    porch_dir_remove_staging (dir, file->parent, file->staging, NULL);
  g_clear_pointer (&file->staging, g_free);
}

/* Lock held. Takes @error. The staging file goes in end_if_due(), when no other thread can be writing to it. */
static void
fail (PorchSinkFile *file, GError *error)
{
  if (!file->failed && !file->dropped)
    {
      g_autofree char *path = local_path (file);

      file->sink->events->failed (file->sink->data, file->number, path, error);
    }
  file->failed = TRUE;
  if (!porch_sink_error_is_of_target (error))
    file->ruined = TRUE;
  g_error_free (error);
}

/* Lock held. Room for a large file at once: it lies in one piece, and its blocks can be written past the page cache, which costs neither a
 * copy nor the memory of everybody else. Where the disk can't do one of this (FAT, many FUSE mounts; room that others took meanwhile)
 * it is written as any file is. */
static gboolean
prepare_large (PorchSinkFile *file, PorchDir *dir, GError **error)
{
  struct stat st;
  int flags;

  if (file->size < PORCH_SYNC_SIZE || fallocate (file->fd, 0, 0, file->size) != 0 || file->cached)
    return TRUE;
  file->direct = porch_dir_open_staging (dir, file->parent, file->staging, &st, error);
  if (file->direct < 0)
    return FALSE;
  flags = fcntl (file->direct, F_GETFL);
  if (flags < 0 || fcntl (file->direct, F_SETFL, flags | O_DIRECT) != 0)
    {
      close (file->direct);
      file->direct = -1;
    }
  return TRUE;
}

/* Lock held: the staging file is open, or FALSE. */
static gboolean
open_staging (PorchSinkFile *file, PorchDir *dir, GError **error)
{
  struct stat st;

  if (file->fd >= 0)
    return TRUE;
  if (file->staging != NULL)
    {
      file->fd = porch_dir_open_staging (dir, file->parent, file->staging, &st, error);
      return file->fd >= 0 && prepare_large (file, dir, error);
    }
  file->fd = porch_dir_create_staging (dir, file->parent, &file->staging, error);
  if (file->fd < 0)
    return FALSE;
  if (!is_large (file))
    return TRUE;
  if (fstat (file->fd, &st) != 0)
    {
      set_write_error (file, errno, error);
      return FALSE;
    }
  file->sink->events->staged (file->sink->data, file->number, file->staging, st.st_ino);
  return prepare_large (file, dir, error);
}

/* Returns: 0 or errno */
static int
write_all (int fd, const guint8 *data, gsize length, gint64 offset)
{
  while (length > 0)
    {
      gssize n = pwrite (fd, data, length, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n < 0 ? errno : ENOSPC;
      data += n;
      length -= (gsize) n;
      offset += n;
    }
  return 0;
}

/* The last block of a file rarely has the length that the disk wants; and some disks refuse only when they are written to. */
static gboolean
write_past_cache (PorchSinkFile *file, const guint8 *data, gsize length, gint64 offset)
{
  return file->direct >= 0 && length % PORCH_BLOCK_ALIGN == 0 && GPOINTER_TO_SIZE (data) % PORCH_BLOCK_ALIGN == 0
         && write_all (file->direct, data, length, offset) == 0;
}

static gboolean
write_block (Write *write, GError **error)
{
  PorchSinkFile *file = write->file;
  gint64 offset = (gint64) write->block * PORCH_BLOCK_SIZE;
  gsize length;
  const guint8 *data = g_bytes_get_data (write->data, &length);
  int code;

  if (write_past_cache (file, data, length, offset))
    return TRUE;
  code = write_all (file->fd, data, length, offset);
  if (code != 0)
    {
      set_write_error (file, code, error);
      return FALSE;
    }
  if (file->size >= PORCH_SYNC_SIZE && (offset + PORCH_BLOCK_SIZE) % WRITE_BEHIND == 0)
    sync_file_range (file->fd, offset + PORCH_BLOCK_SIZE - WRITE_BEHIND, WRITE_BEHIND, SYNC_FILE_RANGE_WRITE);
  return TRUE;
}

/* After it was written, from the same buffer: nothing counts before, and a process that is killed loses less. */
static gboolean
check_block (Write *write, GError **error)
{
  PorchSinkFile *file = write->file;
  g_autofree char *shown = NULL;
  guint8 hash[32];
  gsize length;
  const guint8 *data = g_bytes_get_data (write->data, &length);

  if (write->checked)
    return TRUE;
  porch_hash_block (data, length, file->size <= PORCH_BLOCK_SIZE, hash);
  if (memcmp (hash, write->hash, sizeof hash) == 0)
    return TRUE;
  shown = porch_path_to_display (file->wanted);
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_HASH_MISMATCH, _ ("“%s” arrived damaged. Download it again."), shown);
  return FALSE;
}

/* Lock held: is what should be published already there, from before this process was killed? */
static gboolean
is_there_already (PorchSinkFile *file, PorchDir *dir, struct stat *st)
{
  g_autofree char *path = local_path (file);
  g_autofree guint8 *data = NULL;
  guint8 hash[32];
  gint64 mtime;
  gssize n;
  int fd;

  if (!file->sink->careful || is_large (file))
    return FALSE;
  fd = porch_dir_open_file (dir, path, st, NULL);
  if (fd < 0)
    return FALSE;
  mtime = porch_nanoseconds (&st->st_mtim);
  data = g_malloc (PORCH_BLOCK_SIZE + 1);
  n = st->st_size == file->size && ABS (mtime - file->mtime) < PORCH_MTIME_GRAIN ? pread (fd, data, PORCH_BLOCK_SIZE + 1, 0) : -1;
  close (fd);
  if (n != file->size)
    return FALSE;
  if (n == 0)
    return TRUE;
  porch_hash_block (data, (gsize) n, TRUE, hash);
  return memcmp (hash, file->hash, sizeof hash) == 0;
}

/* Lock held. Before the rename: is it whole, and, if it is large, on disk? */
static gboolean
settle (PorchSinkFile *file, struct stat *st, GError **error)
{
  if (fstat (file->fd, st) != 0 || (file->size >= PORCH_SYNC_SIZE && fdatasync (file->fd) != 0))
    {
      set_write_error (file, errno, error);
      return FALSE;
    }
  if (st->st_size == file->size)
    return TRUE;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_CHANGED, _ ("Something else wrote to the unfinished file of “%s”"), file->wanted);
  return FALSE;
}

/* Every byte of @old is what it should be, or zero: nobody wrote anything else into it. */
static gboolean
is_fragment (int old, gssize length, int whole)
{
  g_autofree guint8 *have = g_malloc (MAX (length, 1));
  g_autofree guint8 *want = g_malloc (MAX (length, 1));

  if (pread (old, have, (gsize) length, 0) != length || pread (whole, want, (gsize) length, 0) != length)
    return FALSE;
  for (gssize i = 0; i < length; i++)
    if (have[i] != 0 && have[i] != want[i])
      return FALSE;
  return TRUE;
}

/* Lock held, the staging file is whole. A small file is renamed unsynced (docs/TRANSFER.md), so a power cut can leave its name and time
 * with a part of its bytes, or none. Such a fragment in a folder that this transfer made is taken back, so that the whole file gets
 * its name. Returns: (transfer full) (nullable): the fragment's staging name. */
static char *
take_back_fragment (PorchSinkFile *file, PorchDir *dir)
{
  g_autofree char *path = local_path (file);
  char *staging = NULL;
  struct stat st;
  gboolean torn;
  int fd;

  if (!file->sink->careful || is_large (file) || *file->parent == '\0')
    return NULL;
  fd = porch_dir_open_file (dir, path, &st, NULL);
  if (fd < 0)
    return NULL;
  torn = st.st_size <= file->size && porch_nanoseconds (&st.st_mtim) == file->mtime
         && is_fragment (fd, st.st_size, file->fd);
  close (fd);
  if (torn)
    porch_dir_take_back (dir, file->parent, file->wanted, st.st_ino, &staging, NULL);
  return staging;
}

/* Lock held. Its new name has changed its times, and on some disks it is another file. */
static void
look_again (PorchSinkFile *file, PorchDir *dir, const char *final, struct stat *st)
{
  g_autofree char *path = NULL;
  struct stat now;

  if (fstat (file->fd, &now) == 0 && now.st_nlink > 0)
    {
      *st = now;
      return;
    }
  path = *file->parent ? g_strconcat (file->parent, "/", final, NULL) : g_strdup (final);
  if (porch_dir_stat (dir, path, &now, NULL))
    *st = now;
}

/* Lock held. All blocks are written. */
static void
publish (PorchSinkFile *file, PorchDir *dir)
{
  g_autofree char *final = NULL;
  g_autofree char *fragment = NULL;
  GError *error = NULL;
  struct stat st;

  if (is_there_already (file, dir, &st))
    {
      remove_staging (file, dir);
      file->sink->events->published (file->sink->data, file->number, file->wanted, &st, FALSE);
      return;
    }
  if (!open_staging (file, dir, &error) || !settle (file, &st, &error))
    {
      fail (file, error);
      return;
    }
  fragment = take_back_fragment (file, dir);
  if (!porch_dir_publish (dir, file->parent, file->staging, file->fd, file->wanted, file->mtime, &final, &error))
    {
      fail (file, error);
      return;
    }
  if (fragment != NULL)
    porch_dir_remove_staging (dir, file->parent, fragment, NULL);
  look_again (file, dir, final, &st);
  close_staging (file);
  g_clear_pointer (&file->staging, g_free);
  file->sink->events->published (file->sink->data, file->number, final, &st, file->size >= PORCH_SYNC_SIZE);
}

/* Lock held. */
static void
end_if_due (PorchSinkFile *file, PorchDir *dir)
{
  if (file->pending > 0)
    return;
  if (file->committed && !file->failed && !file->dropped)
    publish (file, dir);
  if (file->ruined || (file->failed && !file->kept) || (file->dropped && !(file->kept && file->keep)))
    remove_staging (file, dir);
}

static void
count_unwritten (PorchSink *self, gssize change)
{
  g_mutex_lock (&self->lock);
  while (change > 0 && self->unwritten > 0 && self->unwritten + (gsize) change > MAX_UNWRITTEN)
    g_cond_wait (&self->wrote, &self->lock);
  self->unwritten += (gsize) change;
  if (change < 0)
    g_cond_broadcast (&self->wrote);
  g_mutex_unlock (&self->lock);
}

static void
do_write (PorchDir *dir, gpointer data)
{
  Write *write = data;
  PorchSinkFile *file = write->file;
  gsize length = g_bytes_get_size (write->data);
  GError *error = NULL;
  gboolean ok;

  g_mutex_lock (&file->lock);
  ok = !file->failed && !(file->dropped && !file->keep) && open_staging (file, dir, &error);
  g_mutex_unlock (&file->lock);
  ok = ok && write_block (write, &error);
  if (error != NULL)
    {
      g_mutex_lock (&file->lock);
      fail (file, g_steal_pointer (&error));
      g_mutex_unlock (&file->lock);
    }
  /* After a failure was told: whoever waits for this must see it. */
  count_unwritten (file->sink, -(gssize) length);
  ok = ok && check_block (write, &error);
  if (ok)
    file->sink->events->written (file->sink->data, file->number, write->block, write->hash, length, is_large (file));

  g_mutex_lock (&file->lock);
  file->pending--;
  if (ok)
    {
      file->kept = is_large (file);
      memcpy (file->hash, write->hash, sizeof file->hash);
    }
  else if (error != NULL)
    fail (file, error);
  end_if_due (file, dir);
  g_mutex_unlock (&file->lock);
  g_bytes_unref (write->data);
  g_free (write);
  file_unref (file);
}

static void
do_end (PorchDir *dir, gpointer data)
{
  PorchSinkFile *file = data;

  g_mutex_lock (&file->lock);
  file->pending--;
  end_if_due (file, dir);
  g_mutex_unlock (&file->lock);
  file_unref (file);
}

/* The worker's side */

void
porch_sink_wait_written (PorchSink *self)
{
  g_mutex_lock (&self->lock);
  while (self->unwritten > 0)
    g_cond_wait (&self->wrote, &self->lock);
  g_mutex_unlock (&self->lock);
}

static void
push_write (PorchSinkFile *file, guint64 block, const guint8 hash[32], GBytes *data, gboolean checked)
{
  Write *write = g_new0 (Write, 1);

  write->file = file_ref (file);
  write->block = block;
  memcpy (write->hash, hash, sizeof write->hash);
  write->data = data;
  write->checked = checked;
  count_unwritten (file->sink, (gssize) g_bytes_get_size (data));
  g_mutex_lock (&file->lock);
  file->pending++;
  g_mutex_unlock (&file->lock);
  porch_crew_push (file->sink->crew, do_write, write, g_bytes_get_size (data));
}

void
porch_sink_write (PorchSinkFile *file, guint64 block, const guint8 hash[32], GBytes *data)
{
  push_write (file, block, hash, data, FALSE);
}

void
porch_sink_write_checked (PorchSinkFile *file, guint64 block, const guint8 hash[32], GBytes *data)
{
  push_write (file, block, hash, data, TRUE);
}

void
porch_sink_keep_cached (PorchSinkFile *file)
{
  g_mutex_lock (&file->lock);
  file->cached = TRUE;
  g_mutex_unlock (&file->lock);
}

void
porch_sink_confirm (PorchSinkFile *file, guint64 block, const guint8 hash[32], gsize length)
{
  g_mutex_lock (&file->lock);
  memcpy (file->hash, hash, sizeof file->hash);
  g_mutex_unlock (&file->lock);
  file->sink->events->written (file->sink->data, file->number, block, hash, length, is_large (file));
}

/* The last block's job ends the file when it sees the flag; a file that has none on its way needs a job of its own. */
static void
end_file (PorchSinkFile *file)
{
  gboolean idle;

  idle = file->pending == 0;
  if (idle)
    file->pending++;
  g_mutex_unlock (&file->lock);
  if (idle)
    porch_crew_push (file->sink->crew, do_end, file_ref (file), 0);
  file_unref (file);
}

void
porch_sink_commit (PorchSinkFile *file)
{
  g_mutex_lock (&file->lock);
  file->committed = TRUE;
  end_file (file);
}

void
porch_sink_drop (PorchSinkFile *file, gboolean keep)
{
  g_mutex_lock (&file->lock);
  file->dropped = TRUE;
  file->keep = keep;
  end_file (file);
}
