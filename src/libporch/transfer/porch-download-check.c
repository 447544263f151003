/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Check again: are files that were received still what came? No published file is ever written to (S31): what a person has worked on is
 * left alone, and of a damaged file a copy is made, in which the bad blocks are then fetched like those of any unfinished file. */
#include "config.h"

#include "transfer/porch-download-private.h"

#include "content/porch-hash-tree.h"
#include "porch-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COPY_SIZE (1 << 20)

typedef enum { FILE_GOOD, FILE_GONE, FILE_CHANGED, FILE_DAMAGED, FILE_UNREADABLE } Verdict;

typedef struct {
  PorchDownload      *download;
  const PorchFileRow *row;
  const char         *parent, *path; /* local */
  GArray             *blocks;        /* of PorchFileBlock, in order: as they came */
  GArray             *bad;           /* of guint64 */
  Verdict             verdict;
  char               *staging;       /* (nullable) owned: of the copy */
  guint64             inode;         /* of the copy */
  GError             *error;         /* (nullable) owned */
} Look;

static gboolean
is_stopped (Look *look)
{
  return g_cancellable_is_cancelled (look->download->work->run);
}

/* ---- on the crew's thread ---- */

static gboolean
is_as_received (const PorchFileRow *row, const struct stat *st)
{
  return (gint64) st->st_ino == row->inode && st->st_size == row->size && porch_nanoseconds (&st->st_ctim) == row->ctime;
}

static gboolean
block_is_good (Look *look, int fd, const PorchFileBlock *block, guint8 *buffer)
{
  gint64 offset = (gint64) block->block * PORCH_BLOCK_SIZE;
  gint64 length = MIN (look->row->size - offset, PORCH_BLOCK_SIZE);
  guint8 hash[32];

  if (length <= 0 || pread (fd, buffer, (gsize) length, offset) != length)
    return FALSE;
  porch_hash_block (buffer, (gsize) length, look->row->size <= PORCH_BLOCK_SIZE, hash);
  porch_transfer_add_done (look->download->work->transfer, length, 0);
  return memcmp (hash, block->hash, sizeof hash) == 0;
}

static void
find_bad_blocks (Look *look, int fd)
{
  g_autofree guint8 *buffer = g_malloc (PORCH_BLOCK_SIZE);

  for (guint i = 0; i < look->blocks->len && !is_stopped (look); i++)
    {
      PorchFileBlock *block = &g_array_index (look->blocks, PorchFileBlock, i);

      if (!block_is_good (look, fd, block, buffer))
        g_array_append_val (look->bad, block->block);
    }
}

static gboolean
copy_bytes (int from, int to, gint64 size)
{
  g_autofree guint8 *buffer = NULL;

  if (ioctl (to, FICLONE, from) == 0)
    return TRUE;
  buffer = g_malloc (COPY_SIZE);
  for (gint64 offset = 0; offset < size;)
    {
      gssize n = pread (from, buffer, COPY_SIZE, offset);

      if (n > 0)
        n = pwrite (to, buffer, (gsize) n, offset);
      if (n < 0 && errno == EINTR)
        continue;
      /* A piece of the disk that can't be read at all is fetched. */
      if (n < 0 && errno != EIO)
        return FALSE;
      offset += n > 0 ? n : COPY_SIZE;
    }
  return ftruncate (to, size) == 0;
}

/* What is good of it, under a name of an unfinished file. Of a small file nothing is good. */
static void
copy_good (Look *look, PorchDir *dir, int fd)
{
  struct stat st;
  int copy;

  if (look->row->size <= PORCH_BLOCK_SIZE)
    return;
  copy = porch_dir_create_staging (dir, look->parent, &look->staging, &look->error);
  if (copy < 0)
    return;
  /* Whoever is killed while it is made finds it again. */
  porch_file_table_note_copy (look->download->table, look->row->number, look->staging);
  if (copy_bytes (fd, copy, look->row->size) && fstat (copy, &st) == 0)
    look->inode = st.st_ino;
  else
    {
      g_set_error (&look->error, PORCH_ERROR, errno == ENOSPC ? PORCH_ERROR_NO_SPACE : PORCH_ERROR_READ_ONLY,
                   _ ("A repaired copy can't be made: %s"), g_strerror (errno));
      porch_dir_remove_staging (dir, look->parent, look->staging, NULL);
      g_clear_pointer (&look->staging, g_free);
    }
  close (copy);
}

static void
look_at_file (PorchDir *dir, gpointer data)
{
  Look *look = data;
  struct stat st;
  int fd;

  if (look->row->staging != NULL) /* of a check that was broken off */
    porch_dir_remove_staging (dir, look->parent, look->row->staging, NULL);
  fd = porch_dir_open_file (dir, look->path, &st, &look->error);
  if (fd < 0)
    {
      gboolean gone = g_error_matches (look->error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND);

      look->verdict = gone ? FILE_GONE : FILE_UNREADABLE;
      return;
    }
  if (!is_as_received (look->row, &st))
    look->verdict = FILE_CHANGED;
  else
    find_bad_blocks (look, fd);
  if (look->bad->len > 0 && !is_stopped (look))
    look->verdict = FILE_DAMAGED;
  if (look->verdict == FILE_DAMAGED && look->download->plan->share != NULL)
    copy_good (look, dir, fd);
  close (fd);
}

/* ---- on the worker's ---- */

static void
want_repair (PorchDownload *self, Look *look)
{
  porch_file_table_note_repair (self->table, look->row->number, look->staging, look->inode);
  for (guint i = 0; i < look->bad->len; i++)
    porch_file_table_note_lost (self->table, look->row->number, g_array_index (look->bad, guint64, i));
}

static const char *
words_for (PorchDownload *self, const Look *look)
{
  switch (look->verdict)
    {
    case FILE_GONE:
      return _ ("It is no longer where it was put.");
    case FILE_CHANGED:
      return _ ("It was changed since it was received, and is left alone. Download it again to have the original beside it.");
    case FILE_DAMAGED:
      return self->plan->share != NULL ? _ ("It is damaged on this disk. A repaired copy is put beside it.")
                                       : _ ("It is damaged on this disk. Ask for it once more.");
    case FILE_UNREADABLE:
      return look->error->message;
    case FILE_GOOD:
    default:
      return NULL;
    }
}

/* FALSE: there is no use in going on. */
static gboolean
judge (PorchDownload *self, Look *look, GError **error)
{
  const char *words;

  if (porch_download_is_stopped (self, error))
    return FALSE;
  if (look->verdict == FILE_DAMAGED && look->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&look->error));
      return FALSE;
    }
  words = words_for (self, look);
  if (words != NULL)
    porch_transfer_add_problem (self->work->transfer, look->path, words);
  if (look->verdict == FILE_DAMAGED && self->plan->share != NULL)
    want_repair (self, look);
  porch_transfer_add_done (self->work->transfer, 0, 1);
  return TRUE;
}

static gboolean
check_file (PorchDownload *self, const PorchFileRow *row, GError **error)
{
  g_autofree char *parent = NULL;
  g_autofree char *name = NULL;
  g_autofree char *path = porch_download_local_path (self, row);
  g_autoptr (GArray) blocks = porch_file_table_blocks (self->table, row->number, error);
  g_autoptr (GArray) bad = g_array_new (FALSE, FALSE, sizeof (guint64));
  Look look = { .download = self, .row = row, .path = path, .blocks = blocks, .bad = bad };
  gboolean ok;

  if (blocks == NULL)
    return FALSE;
  if (path == NULL || !porch_download_locate (self, row, &parent, &name))
    return TRUE;
  look.parent = parent;
  porch_crew_call (porch_sink_get_crew (self->sink), look_at_file, &look);
  ok = judge (self, &look, error);
  g_free (look.staging);
  g_clear_error (&look.error);
  return ok;
}

static gboolean
check_all (PorchDownload *self, GError **error)
{
  gint64 after = -1;

  for (;;)
    {
      g_autoptr (GPtrArray) rows = porch_file_table_select (self->table, after, FALSE,
                                                            1 << PORCH_FILE_PUBLISHED | 1 << PORCH_FILE_SYNCED,
                                                            PORCH_ROWS_AT_ONCE, error);

      if (rows == NULL)
        return FALSE;
      for (guint i = 0; i < rows->len; i++)
        if (!check_file (self, g_ptr_array_index (rows, i), error))
          return FALSE;
      if (rows->len < PORCH_ROWS_AT_ONCE)
        return TRUE;
      after = ((PorchFileRow *) g_ptr_array_index (rows, rows->len - 1))->number;
    }
}

gboolean
porch_download_check (PorchDownload *self, GError **error)
{
  PorchWork *work = self->work;

  if (self->plan->checked)
    return TRUE;
  if (self->sums.files == 0)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_GONE, _ ("What came is no longer known in detail. Download it again to be sure."));
      return FALSE;
    }
  if (!porch_transfer_worker_move (work->transfer, work->run, PORCH_TRANSFER_RUNNING, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped");
      return FALSE;
    }
  porch_transfer_forget_problems (work->transfer);
  porch_transfer_set_done (work->transfer, 0, 0);
  if (!check_all (self, error) || !porch_file_table_flush (self->table, error))
    return FALSE;
  self->plan->checked = TRUE;
  porch_download_save_plan (self);
  return porch_download_update_sums (self, error);
}
