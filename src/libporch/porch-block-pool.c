/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-block-pool.h"

#include <stdlib.h>

#define SPARE_BUFFERS 8

static GMutex lock;
static guint8 *spare[SPARE_BUFFERS]; /* their data */
static guint n_spare;
static guint n_holders;

G_STATIC_ASSERT (PORCH_BLOCK_HEADROOM <= PORCH_BLOCK_ALIGN);

static void
really_free (guint8 *data)
{
  if (data != NULL)
    free (data - PORCH_BLOCK_ALIGN);
}

guint8 *
porch_block_alloc (void)
{
  guint8 *data = NULL;
  void *fresh = NULL;

  g_mutex_lock (&lock);
  if (n_spare > 0)
    data = spare[--n_spare];
  g_mutex_unlock (&lock);
  if (data != NULL)
    return data;
  if (posix_memalign (&fresh, PORCH_BLOCK_ALIGN, PORCH_BLOCK_ALIGN + PORCH_BLOCK_SIZE) != 0)
    g_error ("No memory for a block of 1 MiB"); /* as g_malloc() does */
  return (guint8 *) fresh + PORCH_BLOCK_ALIGN;
}

void
porch_block_free (gpointer data)
{
  if (data == NULL)
    return;
  g_mutex_lock (&lock);
  if (n_spare < SPARE_BUFFERS && n_holders > 0)
    spare[n_spare++] = g_steal_pointer (&data);
  g_mutex_unlock (&lock);
  really_free (data);
}

void
porch_block_pool_hold (void)
{
  g_mutex_lock (&lock);
  n_holders++;
  g_mutex_unlock (&lock);
}

void
porch_block_pool_release (void)
{
  g_mutex_lock (&lock);
  n_holders--;
  while (n_holders == 0 && n_spare > 0)
    really_free (spare[--n_spare]);
  g_mutex_unlock (&lock);
}
