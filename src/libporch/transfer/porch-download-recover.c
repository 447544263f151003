/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an earlier life of this transfer has left on the disk. After a kill the page cache still holds what was written, so what is noted
 * is there. After another boot nothing counts that was not behind a completed sync: it is read and hashed again. */
#include "config.h"

#include "transfer/porch-download-private.h"

#include "content/porch-hash-tree.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-path.h"
#include "transfer/porch-boot-id.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

static gboolean
is_other_boot (const PorchFileRow *row)
{
  return g_strcmp0 (row->boot, porch_boot_id_get ()) != 0;
}

static gboolean
block_is_good (int fd, gint64 size, const PorchFileBlock *block, guint8 *buffer)
{
  gint64 offset = (gint64) block->block * PORCH_BLOCK_SIZE;
  gint64 length = MIN (size - offset, PORCH_BLOCK_SIZE);
  guint8 hash[32];

  if (length <= 0 || pread (fd, buffer, (gsize) length, offset) != length)
    return FALSE;
  porch_hash_block (buffer, (gsize) length, size <= PORCH_BLOCK_SIZE, hash);
  return memcmp (hash, block->hash, sizeof hash) == 0;
}

typedef struct {
  const PorchFileRow *row;
  const char *parent, *path; /* local */
  GArray     *blocks;        /* of PorchFileBlock; bad ones are taken out */
  GArray     *lost;          /* of PorchFileBlock */
  GArray     *found;         /* (nullable) of PorchFileBlock: on the disk, but never noted */
  gboolean    other_boot;
  gboolean    there;
  gboolean    published;
  gint64      ctime; /* of what is published */
  GError     *error; /* it could not be looked at, which does not mean that it is not there */
} Look;

static void
keep_good_blocks (Look *look, int fd, gint64 on_disk)
{
  g_autofree guint8 *buffer = look->other_boot ? g_malloc (PORCH_BLOCK_SIZE) : NULL;
  guint kept = 0;

  for (guint i = 0; i < look->blocks->len; i++)
    {
      PorchFileBlock *block = &g_array_index (look->blocks, PorchFileBlock, i);
      gint64 end = MIN ((gint64) (block->block + 1) * PORCH_BLOCK_SIZE, look->row->size);

      if (end <= on_disk && (buffer == NULL || block_is_good (fd, look->row->size, block, buffer)))
        g_array_index (look->blocks, PorchFileBlock, kept++) = *block;
      else
        g_array_append_val (look->lost, *block);
    }
  g_array_set_size (look->blocks, kept);
}

/* Of a hole there is nothing to find. */
static gboolean
is_data (int fd, gint64 offset)
{
  off_t data = lseek (fd, offset, SEEK_DATA);

  return data >= 0 ? data < offset + PORCH_BLOCK_SIZE : errno != ENXIO;
}

static gboolean
hash_on_disk (int fd, gint64 size, PorchFileBlock *block, guint8 *buffer)
{
  gint64 offset = (gint64) block->block * PORCH_BLOCK_SIZE;
  gint64 length = MIN (size - offset, PORCH_BLOCK_SIZE);

  if (!is_data (fd, offset) || pread (fd, buffer, (gsize) length, offset) != length)
    return FALSE;
  porch_hash_block (buffer, (gsize) length, size <= PORCH_BLOCK_SIZE, block->hash);
  return TRUE;
}

/* Blocks are noted a little after they were written, so right behind the noted ones there may be some more. */
static void
find_blocks (Look *look, int fd)
{
  guint64 total = porch_block_count ((guint64) look->row->size);
  g_autofree guint8 *buffer = g_malloc (PORCH_BLOCK_SIZE);
  guint noted = 0;

  for (guint64 i = 0; i < total && look->found->len < PORCH_MAX_HAVE; i++)
    {
      PorchFileBlock block = { i };

      if (noted < look->blocks->len && g_array_index (look->blocks, PorchFileBlock, noted).block == i)
        noted++;
      else if (hash_on_disk (fd, look->row->size, &block, buffer))
        g_array_append_val (look->found, block);
      else if (noted == look->blocks->len)
        break;
    }
}

/* Killed between the rename and writing it down: the same inode bears the name already. That it was renamed proves that all of its blocks
 * had come; the last of them may not have been written down either. */
static gboolean
bears_its_name (PorchDir *dir, Look *look)
{
  struct stat st;

  if (!porch_dir_stat (dir, look->path, &st, NULL) || (gint64) st.st_ino != look->row->inode || st.st_size != look->row->size
      || ABS (porch_nanoseconds (&st.st_mtim) - look->row->mtime) >= PORCH_MTIME_GRAIN)
    return FALSE;
  look->ctime = porch_nanoseconds (&st.st_ctim);
  return TRUE;
}

static void
look_at_staging (PorchDir *dir, gpointer data)
{
  Look *look = data;
  struct stat st;
  int fd = porch_dir_open_staging (dir, look->parent, look->row->staging, &st, &look->error);

  if (fd >= 0)
    {
      look->there = TRUE;
      keep_good_blocks (look, fd, st.st_size);
      if (look->found != NULL)
        find_blocks (look, fd);
      close (fd);
      return;
    }
  if (!g_error_matches (look->error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND)
      && !g_error_matches (look->error, PORCH_ERROR, PORCH_ERROR_GONE))
    return;
  g_clear_error (&look->error);
  look->published = bears_its_name (dir, look);
}

gboolean
porch_download_adopt (PorchDownload *self, PorchFileRow *row, GArray *blocks, GArray *found, gboolean *published, GError **error)
{
  g_autofree char *parent = NULL;
  g_autofree char *name = NULL;
  g_autofree char *path = porch_download_local_path (self, row);
  g_autoptr (GArray) lost = g_array_new (FALSE, FALSE, sizeof (PorchFileBlock));
  Look look = { .row = row, .path = path, .blocks = blocks, .lost = lost, .found = found,
                .other_boot = is_other_boot (row) };

  *published = FALSE;
  if (!porch_download_locate (self, row, &parent, &name))
    return TRUE;
  look.parent = parent;
  porch_crew_call (porch_sink_get_crew (self->sink), look_at_staging, &look);
  if (look.error != NULL)
    {
      g_propagate_error (error, look.error);
      return FALSE;
    }
  for (guint i = 0; i < lost->len; i++)
    porch_file_table_note_lost (self->table, row->number, g_array_index (lost, PorchFileBlock, i).block);
  /* What was just read back is as good as written in this boot. */
  if (look.there && look.other_boot)
    porch_file_table_note_staging (self->table, row->number, row->staging, (guint64) row->inode);
  if (look.published && !look.other_boot)
    {
      *published = TRUE;
      porch_file_table_note_published (self->table, row->number,
                                       row->size >= PORCH_SYNC_SIZE ? PORCH_FILE_SYNCED : PORCH_FILE_PUBLISHED, name,
                                       (guint64) row->inode, look.ctime, TRUE);
    }
  if (!look.there && !*published)
    {
      porch_file_table_note_restart (self->table, row->number, row->version);
      g_clear_pointer (&row->staging, g_free);
      g_array_set_size (blocks, 0);
      g_array_set_size (found, 0);
    }
  return TRUE;
}

typedef struct {
  const PorchFileRow *row;
  const char         *path; /* local */
  PorchFileBlock      block;
  gboolean            found;
} LookForSmall;

static void
look_for_small (PorchDir *dir, gpointer data)
{
  LookForSmall *look = data;
  g_autofree guint8 *buffer = NULL;
  struct stat st;
  int fd = porch_dir_open_file (dir, look->path, &st, NULL);

  if (fd < 0)
    return;
  buffer = g_malloc (PORCH_BLOCK_SIZE);
  look->found = st.st_size == look->row->size && hash_on_disk (fd, look->row->size, &look->block, buffer);
  close (fd);
}

gboolean
porch_download_find_small (PorchDownload *self, const PorchFileRow *row, guint8 hash[32])
{
  g_autofree char *path = NULL;
  LookForSmall look = { row };

  if (!self->work->careful || row->version == NULL || row->size == 0 || row->size > PORCH_BLOCK_SIZE)
    return FALSE;
  path = porch_download_local_path (self, row);
  look.path = path;
  if (path != NULL)
    porch_crew_call (porch_sink_get_crew (self->sink), look_for_small, &look);
  memcpy (hash, look.block.hash, sizeof look.block.hash);
  return look.found;
}

/* After another boot: is a published file what it was? Synced ones only have to be there. */
static void
look_at_published (PorchDir *dir, gpointer data)
{
  Look *look = data;
  struct stat st;
  int fd = porch_dir_open_file (dir, look->path, &st, &look->error);

  if (g_error_matches (look->error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND)
      || g_error_matches (look->error, PORCH_ERROR, PORCH_ERROR_PATH_REFUSED))
    g_clear_error (&look->error);
  if (fd < 0)
    return;
  if (st.st_size == look->row->size)
    {
      look->there = TRUE;
      if (look->row->state == PORCH_FILE_PUBLISHED)
        keep_good_blocks (look, fd, st.st_size);
    }
  close (fd);
}

static gboolean
check_published (PorchDownload *self, PorchFileRow *row, GError **error)
{
  g_autofree char *path = porch_download_local_path (self, row);
  g_autoptr (GArray) blocks = porch_file_table_blocks (self->table, row->number, error);
  g_autoptr (GArray) lost = g_array_new (FALSE, FALSE, sizeof (PorchFileBlock));
  Look look = { .row = row, .path = path, .blocks = blocks, .lost = lost, .other_boot = TRUE };
  guint64 wanted = row->state == PORCH_FILE_PUBLISHED ? porch_block_count ((guint64) row->size) : 0;

  if (blocks == NULL)
    return FALSE;
  if (path != NULL)
    porch_crew_call (porch_sink_get_crew (self->sink), look_at_published, &look);
  if (look.error != NULL)
    {
      g_propagate_error (error, look.error);
      return FALSE;
    }
  if (look.there && lost->len == 0 && blocks->len >= wanted)
    porch_file_table_note_published (self->table, row->number, PORCH_FILE_SYNCED, row->final, (guint64) row->inode, row->ctime, FALSE);
  else
    {
      porch_file_table_note_restart (self->table, row->number, row->version);
      porch_transfer_add_problem (self->work->transfer, row->path,
                                  look.there ? _ ("The computer went off before it was safely on the disk, so it was downloaded again.")
                                             : _ ("It is no longer where it was put, so it was downloaded again."));
    }
  return TRUE;
}

static gboolean
check_page (PorchDownload *self, GPtrArray *rows, GError **error)
{
  for (guint i = 0; i < rows->len; i++)
    {
      PorchFileRow *row = g_ptr_array_index (rows, i);

      if (porch_download_is_stopped (self, error))
        return FALSE;
      if (is_other_boot (row) && !check_published (self, row, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_all_published (PorchDownload *self, GError **error)
{
  gint64 after = -1;

  for (;;)
    {
      g_autoptr (GPtrArray) rows = porch_file_table_select (self->table, after, FALSE,
                                                            1 << PORCH_FILE_PUBLISHED | 1 << PORCH_FILE_SYNCED,
                                                            PORCH_ROWS_AT_ONCE, error);

      if (rows == NULL || !check_page (self, rows, error))
        return FALSE;
      if (rows->len < PORCH_ROWS_AT_ONCE)
        return TRUE;
      after = ((PorchFileRow *) g_ptr_array_index (rows, rows->len - 1))->number;
    }
}

/* In the folders that this transfer made, a killed process may have left files that were never written down. */
typedef struct {
  GPtrArray  *paths;
  GHashTable *keep;
  gint64      before;
} Sweep;

static void
sweep_paths (PorchDir *dir, gpointer data)
{
  Sweep *sweep = data;

  for (guint i = 0; i < sweep->paths->len; i++)
    if (g_ptr_array_index (sweep->paths, i) != NULL)
      porch_dir_sweep_staging (dir, g_ptr_array_index (sweep->paths, i), sweep->keep, sweep->before, NULL);
}

static void
sweep_roots (PorchDownload *self, Sweep *sweep)
{
  for (guint i = 0; i < self->plan->roots->len; i++)
    {
      PorchRoot *root = g_ptr_array_index (self->plan->roots, i);

      if (root->folder && root->final != NULL)
        g_ptr_array_add (sweep->paths, g_strdup (root->final));
    }
  porch_crew_call (porch_sink_get_crew (self->sink), sweep_paths, sweep);
}

static gboolean
sweep_folders (PorchDownload *self, Sweep *sweep, GError **error)
{
  gint64 after = -1;

  for (;;)
    {
      g_autoptr (GPtrArray) rows
          = porch_file_table_select (self->table, after, TRUE, 1 << PORCH_FILE_SYNCED, PORCH_ROWS_AT_ONCE, error);

      if (rows == NULL || porch_download_is_stopped (self, error))
        return FALSE;
      g_ptr_array_set_size (sweep->paths, 0);
      for (guint i = 0; i < rows->len; i++)
        g_ptr_array_add (sweep->paths, porch_download_local_path (self, g_ptr_array_index (rows, i)));
      porch_crew_call (porch_sink_get_crew (self->sink), sweep_paths, sweep);
      if (rows->len < PORCH_ROWS_AT_ONCE)
        return TRUE;
      after = ((PorchFileRow *) g_ptr_array_index (rows, rows->len - 1))->number;
    }
}

static gboolean
sweep_own (PorchDownload *self, GError **error)
{
  g_autoptr (GPtrArray) staged = porch_file_table_select_staged (self->table, error);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) keep = g_hash_table_new (g_str_hash, g_str_equal);
  Sweep sweep = { paths, keep, self->work->since };

  for (guint i = 0; staged && i < staged->len; i++)
    g_hash_table_add (keep, ((PorchFileRow *) g_ptr_array_index (staged, i))->staging);
  if (staged == NULL)
    return FALSE;
  sweep_roots (self, &sweep);
  return sweep_folders (self, &sweep, error);
}

gboolean
porch_download_recover (PorchDownload *self, GError **error)
{
  if (!self->work->careful || !self->plan->listed)
    return TRUE;
  return sweep_own (self, error) && check_all_published (self, error) && porch_download_update_sums (self, error);
}

/* Removes the unfinished files of a transfer that was cancelled; the only thing that is ever removed. */

typedef struct {
  GPtrArray *parents, *names;
} Remnants;

static void
remove_remnants (PorchDir *dir, gpointer data)
{
  Remnants *remnants = data;

  for (guint i = 0; i < remnants->names->len; i++)
    porch_dir_remove_staging (dir, g_ptr_array_index (remnants->parents, i), g_ptr_array_index (remnants->names, i), NULL);
}

static void
collect_remnant (PorchDownload *self, PorchFileRow *row, Remnants *remnants)
{
  g_autofree char *parent = NULL;
  g_autofree char *name = NULL;

  if (row->staging == NULL || !porch_download_locate (self, row, &parent, &name))
    return;
  g_ptr_array_add (remnants->parents, g_steal_pointer (&parent));
  g_ptr_array_add (remnants->names, g_strdup (row->staging));
}

gboolean
porch_download_remove_remnants (PorchDownload *self, GError **error)
{
  g_autoptr (GPtrArray) parents = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  Remnants remnants = { parents, names };
  g_autoptr (GPtrArray) rows = porch_file_table_select_staged (self->table, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    collect_remnant (self, g_ptr_array_index (rows, i), &remnants);
  if (names->len > 0)
    porch_crew_call (porch_sink_get_crew (self->sink), remove_remnants, &remnants);
  return !self->work->careful || sweep_own (self, error);
}
