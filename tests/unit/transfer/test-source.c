/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-tree.h"
#include "transfer/porch-source.h"

/* The next answer is asked for while one is read, unless we let it in so slowly that it would wait until its connection is taken for
 * dead. */
static void
test_overlaps (void)
{
  char *folder = test_tree_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchIdentity) identity = porch_identity_load (folder, &error);
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  g_autoptr (PorchLimiter) limiter = porch_limiter_new ();
  const PorchDeviceId *id = porch_identity_get_id (identity);
  g_autoptr (PorchSource) source = porch_source_new_dial (porch_client_new (identity, id, addresses, 2, 1));

  g_assert_no_error (error);
  g_assert_true (porch_source_overlaps (source));
  porch_source_set_limiter (source, limiter, id);
  g_assert_true (porch_source_overlaps (source));
  porch_limiter_set (limiter, NULL, PORCH_DOWN, 10000);
  g_assert_false (porch_source_overlaps (source));
  porch_limiter_set (limiter, NULL, PORCH_DOWN, 1000000);
  porch_limiter_set (limiter, NULL, PORCH_UP, 10000);
  g_assert_true (porch_source_overlaps (source));
  porch_limiter_set (limiter, id, PORCH_DOWN, 10000);
  g_assert_false (porch_source_overlaps (source));
  test_tree_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source/overlaps", test_overlaps);
  return g_test_run ();
}
