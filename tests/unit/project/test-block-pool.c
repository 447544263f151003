/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buffers come back while somebody holds the pool, and are given to the system when nobody does. */
#include "config.h"

#include "porch-block-pool.h"

#include <stdio.h>
#include <string.h>

static void
test_again (void)
{
  guint8 *first, *second;

  porch_block_pool_hold ();
  first = porch_block_alloc ();
  g_assert_cmpuint (GPOINTER_TO_SIZE (first) % PORCH_BLOCK_ALIGN, ==, 0);
  memset (first - PORCH_BLOCK_HEADROOM, 1, PORCH_BLOCK_HEADROOM + PORCH_BLOCK_SIZE);
  second = porch_block_alloc ();
  g_assert_true (first != second);
  porch_block_free (first);
  g_assert_true (porch_block_alloc () == first);
  porch_block_free (first);
  porch_block_free (second);
  porch_block_free (NULL);
  porch_block_pool_release ();
}

static gsize
resident (void)
{
  g_autofree char *text = NULL;
  gsize pages = 0;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%*s %zu", &pages), ==, 1);
  return pages * 4096;
}

/* Also of those that were on their way when the last holder went. */
static void
test_given_back (void)
{
  guint8 *blocks[32];
  gsize before = resident ();

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  g_test_skip ("sanitizers keep what was freed");
  return;
#endif
  porch_block_pool_hold ();
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      blocks[i] = porch_block_alloc ();
      memset (blocks[i], 1, PORCH_BLOCK_SIZE);
    }
  g_assert_cmpuint (resident (), >, before + 31 * PORCH_BLOCK_SIZE);
  for (guint i = 0; i < 20; i++)
    porch_block_free (blocks[i]);
  porch_block_pool_release ();
  for (guint i = 20; i < G_N_ELEMENTS (blocks); i++)
    porch_block_free (blocks[i]);
  g_assert_cmpuint (resident (), <, before + 4 * PORCH_BLOCK_SIZE);
}

static gpointer
take_and_give (gpointer data)
{
  for (guint i = 0; i < 2000; i++)
    {
      guint8 *one = porch_block_alloc ();
      guint8 *two = porch_block_alloc ();

      one[0] = two[0] = 1;
      g_assert_true (one != two);
      porch_block_free (one);
      porch_block_free (two);
    }
  return NULL;
}

static void
test_threads (void)
{
  GThread *threads[4];

  porch_block_pool_hold ();
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("pool", take_and_give, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  porch_block_pool_release ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/block-pool/again", test_again);
  g_test_add_func ("/block-pool/given-back", test_given_back);
  g_test_add_func ("/block-pool/threads", test_threads);
  return g_test_run ();
}
