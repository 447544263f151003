/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sixteen leaves at once give what GnuTLS gives for each of them. */
#include "config.h"

#include "content/porch-hash-tree.h"
#include "content/porch-leaf-lanes.h"

#include <string.h>

#define SIZE (PORCH_LEAF_LANES * PORCH_LEAF_SIZE)

static gboolean
is_usable (void)
{
  if (porch_leaf_lanes_usable ())
    return TRUE;
  g_test_skip ("this processor has no AVX-512");
  return FALSE;
}

/* @data may start anywhere. */
static void
assert_equal (const guint8 *data)
{
  guint8 hashes[PORCH_LEAF_LANES * PORCH_HASH_SIZE], one[PORCH_HASH_SIZE];

  porch_leaf_lanes_hash (data, hashes);
  for (guint lane = 0; lane < PORCH_LEAF_LANES; lane++)
    {
      porch_sha256 (data + lane * PORCH_LEAF_SIZE, PORCH_LEAF_SIZE, one);
      g_assert_cmpmem (one, sizeof one, hashes + lane * PORCH_HASH_SIZE, PORCH_HASH_SIZE);
    }
}

static void
test_random (void)
{
  g_autofree guint8 *data = g_malloc (SIZE + 63);

  if (!is_usable ())
    return;
  for (guint offset = 0; offset < 64; offset += 9)
    {
      for (gsize i = 0; i < SIZE; i++)
        data[offset + i] = (guint8)g_test_rand_int ();
      assert_equal (data + offset);
    }
}

/* Every bit of every sort of word set or not. */
static void
test_extremes (void)
{
  g_autofree guint8 *data = g_malloc (SIZE);

  if (!is_usable ())
    return;
  memset (data, 0, SIZE);
  assert_equal (data);
  memset (data, 0xff, SIZE);
  assert_equal (data);
}

/* A lane says nothing about another. */
static void
test_lanes_are_apart (void)
{
  g_autofree guint8 *data = g_malloc0 (SIZE);
  guint8 before[PORCH_LEAF_LANES * PORCH_HASH_SIZE], after[PORCH_LEAF_LANES * PORCH_HASH_SIZE];

  if (!is_usable ())
    return;
  porch_leaf_lanes_hash (data, before);
  for (guint lane = 0; lane < PORCH_LEAF_LANES; lane++)
    {
      data[(lane + 1) * PORCH_LEAF_SIZE - 1] ^= 1;
      porch_leaf_lanes_hash (data, after);
      for (guint other = 0; other < PORCH_LEAF_LANES; other++)
        g_assert_cmpint (memcmp (before + other * PORCH_HASH_SIZE, after + other * PORCH_HASH_SIZE, PORCH_HASH_SIZE) != 0, ==,
                         other == lane);
      data[(lane + 1) * PORCH_LEAF_SIZE - 1] ^= 1;
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/leaf-lanes/random", test_random);
  g_test_add_func ("/leaf-lanes/extremes", test_extremes);
  g_test_add_func ("/leaf-lanes/apart", test_lanes_are_apart);
  return g_test_run ();
}
