/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hand-out is after a restart what it was before: itself, what is in it, and who joined. */
#include "config.h"

#include "handout/porch-handout-store.h"
#include "transfer/porch-offer-private.h"

static const PorchDeviceId own = { { 7 } }, ben = { { 8 } };

static PorchStore *
new_store (void)
{
  g_autoptr (GError) error = NULL;
  PorchStore *store = porch_store_new (":memory:", NULL, &error);

  g_assert_no_error (error);
  return store;
}

static PorchHandout *
new_handout (PorchStore *store)
{
  PorchHandout *handout
      = porch_handout_new ("00112233445566778899aabbccddeeff", "482913", "Lesson 5", PORCH_HANDOUT_PREPARING, 1000);
  g_autoptr (GError) error = NULL;

  porch_handout_set_items (handout, (const char *const[]){ "a", "b", NULL }, (const char *const[]){ "/x/a", "/x/\xff", NULL });
  g_assert_true (porch_handout_store_insert (store, handout, &error));
  g_assert_no_error (error);
  return handout;
}

static PorchHandout *
reload (PorchStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = porch_handout_store_load (store, &own, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 1);
  return g_object_ref (g_ptr_array_index (all, 0));
}

static void
test_items (void)
{
  g_autoptr (PorchStore) store = new_store ();
  g_autoptr (PorchHandout) handout = new_handout (store);
  g_autoptr (PorchHandout) again = reload (store);

  g_assert_cmpstr (porch_handout_get_title (again), ==, "Lesson 5");
  g_assert_cmpstr (porch_handout_get_number (again), ==, "482913");
  g_assert_cmpint (porch_handout_get_state (again), ==, PORCH_HANDOUT_PREPARING);
  g_assert_true (g_strv_equal (porch_handout_get_names (again), porch_handout_get_names (handout)));
  g_assert_true (g_strv_equal (porch_handout_get_locals (again), porch_handout_get_locals (handout)));
  g_assert_null (porch_handout_get_offer (again));
}

static void
test_joiners (void)
{
  static const char digest[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  g_autoptr (PorchStore) store = new_store ();
  g_autoptr (PorchHandout) handout = new_handout (store);
  PorchJoiner *joiner = porch_joiner_new (&ben, "Ben", "10.0.0.2", 0), *loaded;
  g_autoptr (PorchHandout) again = NULL;
  g_autoptr (GError) error = NULL;

  porch_handout_take_offer (handout, porch_offer_new_outgoing (&own, porch_handout_get_id (handout), PORCH_OFFER_FILES, 2, 300,
                                                               porch_handout_get_names (handout), digest, NULL));
  porch_handout_set_state (handout, PORCH_HANDOUT_OPEN);
  g_assert_true (porch_handout_store_save (store, handout, &error));
  joiner->state = PORCH_JOINER_NO_SPACE;
  joiner->done = 100;
  joiner->missing = 12;
  porch_handout_add_joiner (handout, joiner);
  porch_handout_store_save_joiner (store, handout, joiner);
  again = reload (store);
  g_assert_cmpint (porch_handout_get_state (again), ==, PORCH_HANDOUT_OPEN);
  g_assert_cmpint (porch_offer_get_bytes (porch_handout_get_offer (again)), ==, 300);
  g_assert_cmpstr (porch_offer_get_digest (porch_handout_get_offer (again)), ==, digest);
  loaded = porch_handout_find_joiner (again, &ben);
  g_assert_nonnull (loaded);
  g_assert_cmpstr (loaded->name, ==, "Ben");
  g_assert_cmpint (loaded->state, ==, PORCH_JOINER_NO_SPACE);
  g_assert_cmpint (loaded->done, ==, 100);
  g_assert_cmpint (loaded->missing, ==, 12);
}

/* Ended and cleared while a word of a joiner was on its way to the store. */
static void
test_deleted (void)
{
  g_autoptr (PorchStore) store = new_store ();
  g_autoptr (PorchHandout) handout = new_handout (store);
  PorchJoiner *joiner = porch_joiner_new (&ben, "Ben", NULL, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;

  porch_handout_add_joiner (handout, joiner);
  g_assert_true (porch_handout_store_delete (store, handout, &error));
  porch_handout_store_save_joiner (store, handout, joiner);
  all = porch_handout_store_load (store, &own, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/handout/store/items", test_items);
  g_test_add_func ("/handout/store/joiners", test_joiners);
  g_test_add_func ("/handout/store/deleted", test_deleted);
  return g_test_run ();
}
