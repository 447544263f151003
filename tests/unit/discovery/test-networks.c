/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Visibility by network: the rules of the book with the clock passed in, and subnets. */
#include "config.h"

#include "discovery/porch-network-book.h"

#define NOW G_GINT64_CONSTANT (1800000000)

static PorchStore *
make_store (void)
{
  g_autoptr (GError) error = NULL;
  PorchStore *store = porch_store_new (":memory:", NULL, &error);

  g_assert_no_error (error);
  return store;
}

static PorchNetworkBook *
make_book (PorchStore *store, PorchVisibility mode)
{
  g_autoptr (GError) error = NULL;
  PorchNetworkBook *book = porch_network_book_new (store, mode, &error);

  g_assert_no_error (error);
  return book;
}

static gboolean
visible (PorchNetworkBook *book, const char *id, gint64 now)
{
  porch_network_book_seen (book, id, NULL, now);
  return porch_network_book_is_visible (book, id, now);
}

static void
test_first_start (void)
{
  g_autoptr (PorchStore) store = make_store ();
  g_autoptr (PorchNetworkBook) book = make_book (store, PORCH_VISIBILITY_AUTO);
  g_autoptr (PorchNetworkBook) again = NULL;

  g_assert_true (porch_network_book_is_open (book, NOW));
  g_assert_true (visible (book, "home", NOW));
  g_assert_true (visible (book, "wifi", NOW + PORCH_FIRST_START_GRACE - 1));
  g_assert_false (visible (book, "café", NOW + PORCH_FIRST_START_GRACE));
  g_assert_true (visible (book, "home", NOW + 1000));

  again = make_book (store, PORCH_VISIBILITY_AUTO);
  g_assert_false (porch_network_book_is_open (again, NOW));
  g_assert_true (visible (again, "home", NOW));
  g_assert_true (visible (again, "wifi", NOW));
  g_assert_false (visible (again, "café", NOW));
  g_assert_false (visible (again, "airport", NOW));
}

/* A start without any network does not use the first start up. */
static void
test_first_start_without_network (void)
{
  g_autoptr (PorchStore) store = make_store ();

  porch_network_book_free (make_book (store, PORCH_VISIBILITY_AUTO));
  {
    g_autoptr (PorchNetworkBook) book = make_book (store, PORCH_VISIBILITY_AUTO);

    g_assert_true (visible (book, "home", NOW));
  }
}

/* Held: nothing is visible and nothing remembered until somebody chose; then it is as chosen. */
static void
test_held (void)
{
  g_autoptr (PorchStore) store = make_store ();

  {
    g_autoptr (PorchNetworkBook) book = make_book (store, PORCH_VISIBILITY_AUTO);

    g_assert_true (porch_network_book_hold (book));
    g_assert_false (porch_network_book_is_open (book, NOW));
    g_assert_false (visible (book, "home", NOW));
    g_assert_false (visible (book, "home", NOW + 3600));
  }
  {
    /* Nobody answered: the next start is the first one as before, also one that is not held. */
    g_autoptr (PorchNetworkBook) book = make_book (store, PORCH_VISIBILITY_AUTO);

    g_assert_true (porch_network_book_hold (book));
    visible (book, "home", NOW);
    g_assert_true (porch_network_book_begin (book, PORCH_VISIBILITY_HIDDEN, 0, NULL));
    g_assert_false (visible (book, "home", NOW));
    g_assert_false (visible (book, "café", NOW + 1));
    g_assert_true (porch_network_book_set (book, "home", PORCH_VISIBILITY_VISIBLE, 0, NULL));
    g_assert_true (visible (book, "home", NOW + 2));
  }
  {
    g_autoptr (PorchNetworkBook) book = make_book (store, PORCH_VISIBILITY_AUTO);

    g_assert_false (porch_network_book_hold (book));
    g_assert_true (visible (book, "home", NOW + 10));
    g_assert_false (visible (book, "café", NOW + 10));
  }
}

/* Visible was chosen before any network was there: the first that comes is meant. For ten minutes means those of now. */
static void
test_held_without_network (void)
{
  g_autoptr (PorchStore) store = make_store ();
  g_autoptr (PorchStore) other = make_store ();
  g_autoptr (PorchNetworkBook) book = make_book (store, PORCH_VISIBILITY_AUTO);
  g_autoptr (PorchNetworkBook) limited = make_book (other, PORCH_VISIBILITY_AUTO);
  g_autoptr (PorchNetworkBook) fixed = make_book (store, PORCH_VISIBILITY_VISIBLE);

  g_assert_true (porch_network_book_hold (book));
  g_assert_true (porch_network_book_begin (book, PORCH_VISIBILITY_VISIBLE, 0, NULL));
  g_assert_true (visible (book, "home", NOW));
  g_assert_false (visible (book, "café", NOW + PORCH_FIRST_START_GRACE));
  g_assert_true (porch_network_book_hold (limited));
  g_assert_true (porch_network_book_begin (limited, PORCH_VISIBILITY_VISIBLE, NOW + 600, NULL));
  g_assert_false (visible (limited, "home", NOW));
  /* Who says how it shall be is not asked. */
  g_assert_false (porch_network_book_hold (fixed));
}

static void
test_told (void)
{
  g_autoptr (PorchStore) store = make_store ();
  g_autoptr (PorchNetworkBook) book = make_book (store, PORCH_VISIBILITY_AUTO);
  g_autoptr (PorchNetworkBook) again = NULL;

  visible (book, "home", NOW);
  visible (book, "café", NOW + 60);
  /* The first start was the answer for home; of the other one nobody has said anything. */
  g_assert_false (porch_network_book_is_unasked (book, "home"));
  g_assert_true (porch_network_book_is_unasked (book, "café"));
  g_assert_false (porch_network_book_is_unasked (book, "nowhere"));
  g_assert_true (porch_network_book_set (book, "home", PORCH_VISIBILITY_HIDDEN, 0, NULL));
  g_assert_false (porch_network_book_is_unasked (book, "home"));
  g_assert_true (porch_network_book_set (book, "café", PORCH_VISIBILITY_VISIBLE, 0, NULL));
  again = make_book (store, PORCH_VISIBILITY_AUTO);
  g_assert_false (visible (again, "home", NOW));
  g_assert_true (visible (again, "café", NOW));
}

static void
test_until (void)
{
  g_autoptr (PorchStore) store = make_store ();
  g_autoptr (PorchNetworkBook) book = make_book (store, PORCH_VISIBILITY_AUTO);
  g_autoptr (PorchNetworkBook) again = NULL;

  visible (book, "home", NOW);
  g_assert_true (porch_network_book_set (book, "home", PORCH_VISIBILITY_VISIBLE, NOW + 600, NULL));
  g_assert_true (visible (book, "home", NOW + 599));
  g_assert_cmpint (porch_network_book_get_until (book, "home", NOW), ==, NOW + 600);
  g_assert_false (visible (book, "home", NOW + 600));
  g_assert_cmpint (porch_network_book_get_until (book, "home", NOW + 600), ==, 0);
  /* A restart in those ten minutes ends them: nothing brings more visibility than was asked for. */
  again = make_book (store, PORCH_VISIBILITY_AUTO);
  g_assert_false (visible (again, "home", NOW + 1));
}

static void
test_modes (void)
{
  g_autoptr (PorchStore) store = make_store ();

  {
    g_autoptr (PorchNetworkBook) book = make_book (store, PORCH_VISIBILITY_HIDDEN);

    g_assert_false (visible (book, "home", NOW));
    g_assert_true (porch_network_book_set (book, "home", PORCH_VISIBILITY_VISIBLE, 0, NULL));
    g_assert_true (visible (book, "home", NOW));
    g_assert_false (visible (book, "café", NOW));
  }
  {
    g_autoptr (PorchNetworkBook) book = make_book (store, PORCH_VISIBILITY_VISIBLE);

    g_assert_true (porch_network_book_is_open (book, NOW));
    g_assert_true (visible (book, "café", NOW));
    g_assert_true (porch_network_book_set (book, "café", PORCH_VISIBILITY_HIDDEN, 0, NULL));
    g_assert_false (visible (book, "café", NOW));
  }
}

static void
test_always (void)
{
  g_autoptr (PorchStore) store = make_store ();
  g_autoptr (PorchNetworkBook) book = make_book (store, PORCH_VISIBILITY_AUTO);
  g_autoptr (PorchNetworkBook) again = NULL;

  visible (book, "home", NOW);
  g_assert_true (porch_network_book_set_always (book, TRUE, NULL));
  g_assert_true (visible (book, "airport", NOW + 1000));
  again = make_book (store, PORCH_VISIBILITY_AUTO);
  g_assert_true (porch_network_book_get_always (again));
  g_assert_true (visible (again, "train", NOW));
  g_assert_true (porch_network_book_set_always (again, FALSE, NULL));
  g_assert_false (visible (again, "train", NOW));
}

/* --- the kernel's networks, whatever they are here --- */

static void
test_live (void)
{
  g_autoptr (PorchStore) store = make_store ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchNetworks) networks = porch_networks_new (store, PORCH_VISIBILITY_VISIBLE, &error);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  gint64 end = g_get_monotonic_time () + 300 * G_TIME_SPAN_MILLISECOND;

  g_assert_no_error (error);
  while (g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (2000);
    }
  {
    g_autoptr (GPtrArray) addresses = porch_networks_dup_addresses (networks);

    for (guint i = 0; i < addresses->len; i++)
      {
        const PorchNetworkAddress *address = addresses->pdata[i];

        g_assert_true (address->visible);
        g_assert_false (g_inet_address_get_is_loopback (address->address));
        g_assert_cmpint (address->ifindex, >, 0);
        g_assert_true (porch_networks_is_own (networks, address->address));
      }
    g_assert_cmpint (porch_networks_get_mode (networks), ==, addresses->len ? PORCH_VISIBILITY_VISIBLE : PORCH_VISIBILITY_HIDDEN);
  }
  g_assert_false (porch_networks_is_on_link (networks, 0, loopback));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/networks/first-start", test_first_start);
  g_test_add_func ("/networks/first-start-without-network", test_first_start_without_network);
  g_test_add_func ("/networks/held", test_held);
  g_test_add_func ("/networks/held-without-network", test_held_without_network);
  g_test_add_func ("/networks/told", test_told);
  g_test_add_func ("/networks/until", test_until);
  g_test_add_func ("/networks/modes", test_modes);
  g_test_add_func ("/networks/always", test_always);
  g_test_add_func ("/networks/live", test_live);
  return g_test_run ();
}
