/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of a holding as frames, read on a file thread that is confined to the folder where the file lies. What is given was checked
 * when it came; the taker checks it again. A file that was published is given only as long as its inode says that nobody touched it. */
#include "config.h"

#include "content/porch-block-reader.h"
#include "porch-error.h"
#include "share/porch-file-thread.h"
#include "transfer/porch-holdings-private.h"
#include "wire/porch-frame.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

typedef struct {
  PorchHolding *holding; /* owned */
  PorchFlow    *flow;    /* owned */
  GArray       *runs;    /* owned */
  int           fd;
  PorchHoldingPlace place;
} Give;

static void
give_free (Give *self)
{
  if (self->fd >= 0)
    close (self->fd);
  porch_holding_place_clear (&self->place);
  porch_holding_unref (self->holding);
  porch_flow_unref (self->flow);
  g_array_unref (self->runs);
  g_free (self);
}

/* What was published is still what it was then. */
static gboolean
is_untouched (Give *self)
{
  struct stat now;

  if (!self->place.published)
    return TRUE;
  if (fstat (self->fd, &now) == 0 && now.st_dev == self->place.st.st_dev && porch_stat_same (&now, &self->place.st))
    return TRUE;
  porch_holding_note_gone (self->holding);
  return FALSE;
}

static gboolean
open_place (Give *self, PorchDir *dir)
{
  struct stat st;

  if (self->place.published)
    self->fd = porch_dir_open_file (dir, self->place.name, &st, NULL);
  else
    self->fd = porch_dir_read_staging (dir, self->place.parent, self->place.name, &st, NULL);
  return self->fd >= 0;
}

/* It may have got its name between the look at where it is and the opening. */
static gboolean
open_holding (Give *self, PorchDir *dir)
{
  if (open_place (self, dir))
    return is_untouched (self);
  porch_holding_place_clear (&self->place);
  return porch_holding_get_place (self->holding, &self->place) && open_place (self, dir) && is_untouched (self);
}

static gboolean
read_block (Give *self, PorchBlock *block)
{
  gsize have = 0;

  while (have < block->length)
    {
      gssize n = pread (self->fd, block->data + have, block->length - have, (off_t) (block->index * PORCH_BLOCK_SIZE + have));

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      have += (gsize) n;
    }
  return TRUE;
}

/* FALSE: it is not there, or not any more. */
static gboolean
push_block (Give *self, guint32 item, guint index)
{
  gint64 left = porch_holding_get_size (self->holding) - (gint64) index * PORCH_BLOCK_SIZE;
  PorchBlock block = { .index = index, .length = (gsize) MIN (left, PORCH_BLOCK_SIZE) };
  g_autoptr (GBytes) header = NULL;

  if (!porch_holding_get_block (self->holding, index, block.hash))
    return FALSE;
  block.data = porch_block_alloc ();
  if (!read_block (self, &block) || !is_untouched (self))
    {
      porch_block_clear (&block);
      return FALSE;
    }
  header = porch_frame_block_header (item, index, block.hash, block.length);
  return porch_flow_push (self->flow, porch_block_to_bytes (&block, header));
}

static gboolean
push_run (Give *self, guint32 item)
{
  PorchRun *run = &g_array_index (self->runs, PorchRun, item);
  char label[33];

  porch_holding_get_label (self->holding, label);
  if (!porch_flow_push (self->flow, porch_frame_file (item, porch_holding_get_size (self->holding), 0, label)))
    return FALSE;
  for (guint i = 0; i < run->count; i++)
    if (!push_block (self, item, run->from + i))
      return porch_flow_push (self->flow, porch_frame_error (item, "gone", "This is not here, or not any more"));
  return porch_flow_push (self->flow, porch_frame_end (item));
}

static void
give (PorchDir *dir, gpointer data)
{
  Give *self = data;
  gboolean ok = open_holding (self, dir);

  porch_block_pool_hold ();
  for (guint32 item = 0; item < self->runs->len; item++)
    {
      if (!ok && !porch_flow_push (self->flow, porch_frame_error (item, "gone", "This is not here any more")))
        break;
      if (ok && !push_run (self, item))
        break;
    }
  porch_flow_push (self->flow, porch_frame_done ());
  porch_flow_finish (self->flow, NULL);
  porch_block_pool_release ();
  give_free (self);
}

/* (nullable): nothing can be read there. */
static PorchDir *
open_target (Give *self)
{
  if (!porch_holding_get_place (self->holding, &self->place))
    return NULL;
  return porch_dir_open (self->place.target, NULL);
}

/**
 * porch_holding_give_into:
 * @runs: (transfer full): of #PorchRun
 * @flow: may hold frames already; it is finished here
 */
void
porch_holding_give_into (PorchHolding *self, GArray *runs, PorchFlow *flow)
{
  Give *job = g_new0 (Give, 1);
  g_autoptr (PorchDir) dir = NULL;
  GThread *thread = NULL;

  job->holding = porch_holding_ref (self);
  job->flow = porch_flow_ref (flow);
  job->runs = runs;
  job->fd = -1;
  dir = open_target (job);
  if (dir != NULL)
    thread = porch_file_thread_new ("porch-give", dir, PORCH_FILE_THREAD_READ, give, job);
  if (thread != NULL)
    {
      g_thread_unref (thread);
      return;
    }
  give_free (job);
  if (dir == NULL)
    porch_flow_finish (flow, g_error_new_literal (PORCH_ERROR, PORCH_ERROR_NOT_FOUND, "not held any more"));
  else
    porch_flow_finish (flow, g_error_new_literal (PORCH_ERROR, PORCH_ERROR_BUSY, _ ("This computer has no thread left; try again later")));
}
