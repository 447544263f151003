/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What strangers' announcements may do to the list, and what they may not: S9, S11, floods, names. */
#include "config.h"

#include "discovery-fixture.h"
#include "porch-error.h"
#include "porch-limits.h"

/* --- merging --- */

static void
test_merge (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);

  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  fixture_sight (fixture, &ada, "Ada", "[fe80::7%2]:47317");
  fixture_sight (fixture, &ada, "Ada", "[fd00::7]:47317");
  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  g_assert_cmpuint (fixture_count (fixture), ==, 1);
  fixture_assert_addresses (fixture, &ada, "10.0.0.7:47317 [fd00::7]:47317 [fe80::7%2]:47317");
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ada)));
  g_assert_null (porch_peer_get_id (fixture_peer (fixture, &ada)));
  g_assert_cmpstr (porch_peer_get_name (fixture_peer (fixture, &ada)), ==, "Ada");
  g_assert_cmpstr (porch_peer_get_chassis (fixture_peer (fixture, &ada)), ==, "laptop");

  fixture_vanish (fixture, &ada, "10.0.0.7:47317");
  fixture_assert_addresses (fixture, &ada, "[fd00::7]:47317 [fe80::7%2]:47317");
  fixture_vanish (fixture, &ada, NULL);
  g_assert_cmpuint (fixture_count (fixture), ==, 0);
}

static void
test_two_sources (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);
  g_autofree char *key = porch_device_id_short (&ada, PORCH_PEER_KEY_HEX);

  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  fixture_sight_full (fixture, key, "Ada", "10.0.0.7:47317", "embedded");
  fixture_vanish (fixture, &ada, NULL);
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ada)));
  porch_peer_list_vanished (fixture->peers, "embedded", key, NULL);
  g_assert_cmpuint (fixture_count (fixture), ==, 0);
}

static void
test_refused_sightings (Fixture *fixture, gconstpointer data)
{
  static const char *const bad_ids[] = { "", "ab", "zz000000000000000000000000000000", "AD010304000000000000000000000000",
                                         "ad0103040000000000000000000000001", NULL };
  static const char *const bad_addresses[]
      = { "127.0.0.1:47317", "[::1]:47317", "10.0.0.7:631", "10.0.0.7:1023", "0.0.0.0:47317", "224.0.0.251:5353",
          "[ff02::fb%2]:5353", "[::]:47317", NULL };
  const PorchDeviceId ada = fixture_id (0xad, 1);

  for (guint i = 0; bad_ids[i]; i++)
    fixture_sight_full (fixture, bad_ids[i], "Ada", "10.0.0.7:47317", "avahi");
  for (guint i = 0; bad_addresses[i]; i++)
    fixture_sight (fixture, &ada, "Ada", bad_addresses[i]);
  g_assert_cmpuint (fixture_count (fixture), ==, 0);
  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:1024");
  g_assert_cmpuint (fixture_count (fixture), ==, 1);
}

static void
test_own_id (Fixture *fixture, gconstpointer data)
{
  fixture_sight (fixture, porch_identity_get_id (fixture->identity), "Me", "10.0.0.7:47317");
  g_assert_cmpuint (fixture_count (fixture), ==, 0);
}

static void
test_newer_version (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GInetSocketAddress) address = fixture_address ("10.0.0.7:47317");
  PorchSighting sighting = { .source = "avahi", .id16 = "ad010000000000000000000000000000", .name = "Ada", .version = 2,
                             .ifindex = 2, .address = address };

  porch_peer_list_sighted (fixture->peers, &sighting);
  g_assert_true (porch_peer_get_newer (porch_peer_list_lookup_key (fixture->peers, sighting.id16)));
}

/* --- on-link --- */

static PorchNetworkAddress *
own_address (const char *text, guint prefix, int ifindex)
{
  PorchNetworkAddress *address = g_new0 (PorchNetworkAddress, 1);

  address->interface = g_strdup ("eth0");
  address->ifindex = ifindex;
  address->address = g_inet_address_new_from_string (text);
  address->prefix = prefix;
  if (g_inet_address_get_is_link_local (address->address))
    address->scope_id = ifindex;
  address->network = g_strdup ("test");
  address->visible = TRUE;
  return address;
}

static void
test_on_link (Fixture *fixture, gconstpointer data)
{
  static const char *const strange[] = { "10.0.1.7:47317", "8.8.8.8:47317", "10.0.0.255:47317", "10.0.0.0:47317", "10.0.0.1:47317",
                                         "192.168.5.9:47317", "[2001:db8::1]:47317", "[fe80::1%2]:47317", NULL };
  GPtrArray *addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) porch_network_address_free);
  const PorchDeviceId ada = fixture_id (0xad, 1), ben = fixture_id (0xbe, 1);
  g_autoptr (PorchNetworks) networks = NULL;

  g_ptr_array_add (addresses, own_address ("10.0.0.1", 24, 2));
  g_ptr_array_add (addresses, own_address ("fd00::1", 64, 2));
  g_ptr_array_add (addresses, own_address ("fe80::1", 64, 2));
  g_ptr_array_add (addresses, own_address ("192.168.5.1", 24, 3));
  networks = porch_networks_new_static (addresses);
  porch_peer_list_set_networks (fixture->peers, networks);
  for (guint i = 0; strange[i]; i++)
    fixture_sight (fixture, &ada, "Ada", strange[i]);
  g_assert_cmpuint (fixture_count (fixture), ==, 0);
  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  fixture_sight (fixture, &ada, "Ada", "[fd00::9]:47317");
  fixture_sight (fixture, &ada, "Ada", "[fe80::9%2]:47317");
  fixture_assert_addresses (fixture, &ada, "10.0.0.7:47317 [fd00::9]:47317 [fe80::9%2]:47317");

  /* Another Porch on this computer, by the word of the responder that runs here. */
  {
    g_autoptr (GInetSocketAddress) own = fixture_address ("10.0.0.1:47400");
    g_autofree char *key = porch_device_id_short (&ben, PORCH_PEER_KEY_HEX);
    const PorchSighting sighting
        = { .source = "avahi", .id16 = key, .name = "Ben", .version = 1, .ifindex = 2, .address = own, .local = TRUE };

    porch_peer_list_sighted (fixture->peers, &sighting);
    fixture_assert_addresses (fixture, &ben, "10.0.0.1:47400");
  }
}

/* --- S9, S11 --- */

static void
test_s11_known_label_stays (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);
  g_autoptr (PorchDeviceRecord) before = NULL;
  g_autoptr (PorchDeviceRecord) after = NULL;

  fixture_trust (fixture, &ada);
  fixture_prove (fixture, &ada, "Ada", "10.0.0.7:50000", 47317);
  before = porch_trust_table_lookup (fixture->trust, &ada);
  fixture_sight (fixture, &ada, "Mallory", "10.0.0.66:47317");
  fixture_vanish (fixture, &ada, NULL);
  after = porch_trust_table_lookup (fixture->trust, &ada);
  g_assert_cmpstr (porch_peer_get_name (fixture_peer (fixture, &ada)), ==, "Ada");
  g_assert_cmpint (porch_peer_get_trust (fixture_peer (fixture, &ada)), ==, PORCH_TRUST_TRUSTED);
  g_assert_cmpstr (after->name, ==, before->name);
  g_assert_cmpstr (after->address, ==, before->address);
  g_assert_cmpstr (after->address, ==, "10.0.0.7:47317");
  g_assert_cmpint (after->last_seen, ==, before->last_seen);

  /* The key proves a new name. */
  fixture_prove (fixture, &ada, "Ada's desk", "10.0.0.7:50001", 47317);
  g_assert_cmpstr (porch_peer_get_name (fixture_peer (fixture, &ada)), ==, "Ada's desk");
  g_assert_true (porch_trust_table_set_label (fixture->trust, &ada, "Sister", NULL));
  g_assert_cmpstr (porch_peer_get_name (fixture_peer (fixture, &ada)), ==, "Sister");
  fixture_prove (fixture, &ada, "Ada again", "10.0.0.7:50001", 47317);
  g_assert_cmpstr (porch_peer_get_name (fixture_peer (fixture, &ada)), ==, "Sister");
}

static void
test_s9_copied_id (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);
  g_autoptr (GInetSocketAddress) eves = fixture_address ("10.0.0.66:47317");

  fixture_trust (fixture, &ada);
  fixture_sight (fixture, &ada, "Ada", "10.0.0.66:47317");
  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  g_assert_cmpuint (fixture_count (fixture), ==, 1);
  porch_peer_list_dial_failed (fixture->peers, fixture_peer (fixture, &ada), eves, TRUE);
  fixture_assert_addresses (fixture, &ada, "10.0.0.7:47317");
  /* Announcing it again does not bring it back within ten minutes. */
  fixture_sight (fixture, &ada, "Ada", "10.0.0.66:47317");
  fixture_assert_addresses (fixture, &ada, "10.0.0.7:47317");
  fixture_time += PORCH_ADDRESS_STRUCK_TIME + 1;
  fixture_sight (fixture, &ada, "Ada", "10.0.0.66:47317");
  fixture_assert_addresses (fixture, &ada, "10.0.0.66:47317 10.0.0.7:47317");
  /* What the key has proved comes first. */
  fixture_prove (fixture, &ada, "Ada", "10.0.0.7:47317", 0);
  fixture_assert_addresses (fixture, &ada, "10.0.0.7:47317 10.0.0.66:47317");
}

/* Withdrawing a copied announcement takes only the copy along. */
static void
test_s9_copied_goodbye (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);

  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  fixture_sight (fixture, &ada, "Ada", "10.0.0.66:47317");
  fixture_vanish (fixture, &ada, "10.0.0.66:47317");
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ada)));
  fixture_assert_addresses (fixture, &ada, "10.0.0.7:47317");
}

static void
test_s9_addresses_crowded_out (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);
  g_autofree char *all = NULL;
  g_auto (GStrv) each = NULL;

  fixture_trust (fixture, &ada);
  fixture_prove (fixture, &ada, "Ada", "10.0.0.7:50000", 47317);
  for (guint i = 1; i < 50; i++)
    {
      g_autofree char *text = g_strdup_printf ("10.0.1.%u:47317", i);

      fixture_sight (fixture, &ada, "Ada", text);
    }
  all = fixture_addresses (fixture, &ada);
  g_assert_true (g_str_has_prefix (all, "10.0.0.7:47317 "));
  each = g_strsplit (all, " ", -1);
  g_assert_cmpuint (g_strv_length (each), ==, PORCH_MAX_PEER_ADDRESSES);
}

static void
test_name_clash (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1), eve = fixture_id (0xee, 1), sly = fixture_id (0xee, 2), ann = fixture_id (0xaa, 1);

  fixture_sight (fixture, &eve, "Ada", "10.0.0.66:47317");
  fixture_sight (fixture, &ann, "Ann", "10.0.0.9:47317");
  g_assert_cmpstr (porch_peer_get_name (fixture_peer (fixture, &eve)), ==, "Ada");
  fixture_trust (fixture, &ada);
  fixture_prove (fixture, &ada, "Ada", "10.0.0.7:50000", 47317);
  fixture_sight (fixture, &sly, " AD\u0410 \u200b", "10.0.0.67:47317");
  porch_peer_list_proved (fixture->peers, &sly, "aDa", NULL, NULL, 0);
  g_assert_cmpstr (porch_peer_get_name (fixture_peer (fixture, &ada)), ==, "Ada");
  g_assert_cmpstr (porch_peer_get_name (fixture_peer (fixture, &eve)), ==, "Ada (unverified)");
  g_assert_true (porch_peer_get_name_clash (fixture_peer (fixture, &eve)));
  g_assert_cmpstr (porch_peer_get_name (fixture_peer (fixture, &sly)), ==, "aDa (unverified)");
  g_assert_cmpstr (porch_peer_get_name (fixture_peer (fixture, &ann)), ==, "Ann");
  /* Trusting her is what ends it. */
  fixture_trust (fixture, &eve);
  g_assert_cmpstr (porch_peer_get_name (fixture_peer (fixture, &eve)), ==, "Ada");
}

static void
test_hostile_names (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "../x", "a:b", "\033[31mred", "a\nb", "\u202egnp.exe", "", "   ", "-rf",
                                       "a very long name that goes on and on and on until it is far beyond sixty-three bytes", NULL };

  for (guint i = 0; names[i]; i++)
    {
      const PorchDeviceId id = fixture_id (0x10, i);
      g_autofree char *address = g_strdup_printf ("10.0.0.%u:47317", i + 1);
      const char *shown;

      fixture_sight (fixture, &id, names[i], address);
      shown = porch_peer_get_name (fixture_peer (fixture, &id));
      g_assert_cmpuint (strlen (shown), >, 0);
      g_assert_cmpuint (strlen (shown), <=, PORCH_MAX_LABEL);
      g_assert_null (strpbrk (shown, "/:\033\n"));
      g_assert_null (strstr (shown, "\u202e"));
    }
}

/* --- floods --- */

static void
test_flood_one_address (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *key = g_strdup_printf ("%032x", i + 1);

      fixture_sight_full (fixture, key, "Eve", "10.0.0.66:47317", "avahi");
    }
  g_assert_cmpuint (fixture_count (fixture), ==, PORCH_MAX_IDS_PER_ADDRESS);
  /* A trusted device at the very same address is let in all the same. */
  fixture_trust (fixture, &ada);
  fixture_sight (fixture, &ada, "Ada", "10.0.0.66:47317");
  fixture_assert_addresses (fixture, &ada, "10.0.0.66:47317");
}

static void
test_flood_many_addresses (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1), ben = fixture_id (0xbe, 1);
  gint64 before = g_get_monotonic_time ();

  fixture_trust (fixture, &ada);
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *key = g_strdup_printf ("%032x", i + 1);
      g_autofree char *address = g_strdup_printf ("10.%u.%u.%u:47317", 1 + i / 60000, (i / 250) % 250, 1 + i % 250);

      fixture_sight_full (fixture, key, "Eve", address, "avahi");
    }
  g_assert_cmpuint (fixture_count (fixture), ==, PORCH_MAX_PEERS);
  g_test_message ("10,000 sightings took %.0f ms", (g_get_monotonic_time () - before) / 1e3);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 20 * G_TIME_SPAN_SECOND);
  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  fixture_assert_addresses (fixture, &ada, "10.0.0.7:47317");
  /* And who proves a key pushes out one who did not. */
  fixture_prove (fixture, &ben, "Ben", "10.0.0.8:50000", 47317);
  g_assert_cmpuint (fixture_count (fixture), ==, PORCH_MAX_PEERS);
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ben)));
}

/* --- finding --- */

static PorchPeer *
find (Fixture *fixture, const char *text, int code)
{
  g_autoptr (GError) error = NULL;
  PorchPeer *peer = porch_peer_list_find (fixture->peers, text, &error);

  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, PORCH_ERROR, code);
  return peer;
}

static void
test_find (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1), eve = fixture_id (0xee, 1), ben = fixture_id (0xbe, 1), bob = fixture_id (0xbe, 2);
  g_autofree char *ada_id = porch_device_id_to_string (&ada);

  fixture_trust (fixture, &ada);
  fixture_prove (fixture, &ada, "Ada", "10.0.0.7:50000", 47317);
  porch_peer_list_goodbye (fixture->peers, &ada);
  fixture_sight (fixture, &eve, "Ada", "10.0.0.66:47317");
  fixture_sight (fixture, &ben, "Ben", "10.0.0.8:47317");
  fixture_sight (fixture, &bob, "Ben", "10.0.0.9:47317");

  /* The trusted one, although she is away and another is here by that name. */
  g_assert_false (porch_peer_get_online (fixture_peer (fixture, &ada)));
  g_assert_true (find (fixture, "Ada", -1) == fixture_peer (fixture, &ada));
  g_assert_true (find (fixture, "ada", -1) == fixture_peer (fixture, &ada));
  g_assert_true (find (fixture, "ad01", -1) == fixture_peer (fixture, &ada));
  g_assert_true (find (fixture, ada_id, -1) == fixture_peer (fixture, &ada));
  find (fixture, "Ada (unverified)", PORCH_ERROR_UNVERIFIED);
  find (fixture, "Ben", PORCH_ERROR_AMBIGUOUS);
  find (fixture, "Nobody", PORCH_ERROR_NOT_FOUND);
  find (fixture, "", PORCH_ERROR_NOT_FOUND);
  find (fixture, "ee01", PORCH_ERROR_NOT_FOUND); /* too short for a stranger */
  g_assert_true (find (fixture, "ee010304", -1) == fixture_peer (fixture, &eve));
  g_assert_true (find (fixture, "EE0103040000", -1) == fixture_peer (fixture, &eve));
}

static void
test_find_label (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1), ben = fixture_id (0xbe, 1), eve = fixture_id (0xee, 1);

  fixture_trust (fixture, &ada);
  fixture_trust (fixture, &ben);
  fixture_prove (fixture, &ada, "laptop", "10.0.0.7:50000", 47317);
  fixture_prove (fixture, &ben, "laptop", "10.0.0.8:50000", 47317);
  find (fixture, "laptop", PORCH_ERROR_AMBIGUOUS);
  porch_trust_table_set_label (fixture->trust, &ada, "Kitchen", NULL);
  g_assert_true (find (fixture, "kitchen", -1) == fixture_peer (fixture, &ada));
  g_assert_true (find (fixture, "laptop", -1) == fixture_peer (fixture, &ben));
  fixture_sight (fixture, &eve, "Kitchen", "10.0.0.66:47317");
  g_assert_cmpstr (porch_peer_get_name (fixture_peer (fixture, &eve)), ==, "Kitchen (unverified)");
  g_assert_true (find (fixture, "Kitchen", -1) == fixture_peer (fixture, &ada));
}

static void
test_free_name (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1), ben = fixture_id (0xbe, 1);
  g_autofree char *free_name = NULL;
  g_autofree char *second = NULL;

  free_name = porch_peer_list_dup_free_name (fixture->peers, "ubuntu");
  g_assert_cmpstr (free_name, ==, "ubuntu");
  fixture_sight (fixture, &ada, "Ubuntu", "10.0.0.7:47317");
  fixture_sight (fixture, &ben, "ubuntu 2", "10.0.0.8:47317");
  second = porch_peer_list_dup_free_name (fixture->peers, "ubuntu");
  g_assert_cmpstr (second, ==, "ubuntu 3");
}

/* --- staying and leaving --- */

static void
test_stays_while_it_matters (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1), ben = fixture_id (0xbe, 1);

  fixture_trust (fixture, &ada);
  fixture_prove (fixture, &ada, "Ada", "10.0.0.7:50000", 47317);
  fixture_sight (fixture, &ben, "Ben", "10.0.0.8:47317");
  porch_peer_list_hold (fixture->peers, fixture_peer (fixture, &ben));
  porch_peer_list_goodbye (fixture->peers, &ada);
  fixture_vanish (fixture, &ben, NULL);
  g_assert_cmpuint (fixture_count (fixture), ==, 2);
  g_assert_false (porch_peer_get_online (fixture_peer (fixture, &ada)));
  g_assert_false (porch_peer_get_online (fixture_peer (fixture, &ben)));
  porch_peer_list_release (fixture->peers, fixture_peer (fixture, &ben));
  g_assert_cmpuint (fixture_count (fixture), ==, 1);
  g_assert_true (porch_trust_table_set (fixture->trust, &ada, PORCH_TRUST_UNKNOWN, NULL));
  g_assert_cmpuint (fixture_count (fixture), ==, 0);
}

static void
test_known_from_the_start (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);
  g_autoptr (PorchPeerList) again = NULL;
  g_autoptr (PorchPeer) peer = NULL;
  g_auto (GStrv) addresses = NULL;

  fixture_trust (fixture, &ada);
  fixture_prove (fixture, &ada, "Ada", "10.0.0.7:50000", 47317);
  again = porch_peer_list_new (fixture->identity, fixture->trust);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, 1);
  peer = g_list_model_get_item (G_LIST_MODEL (again), 0);
  addresses = porch_peer_dup_address_strings (peer);
  g_assert_cmpstr (porch_peer_get_name (peer), ==, "Ada");
  g_assert_false (porch_peer_get_online (peer));
  g_assert_cmpstr (addresses[0], ==, "10.0.0.7:47317");
}

/* The source of an inbound connection is no place to dial, unless the peer states where it listens. */
static void
test_inbound_port (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);

  fixture_prove (fixture, &ada, "Ada", "10.0.0.7:50000", 0);
  fixture_assert_addresses (fixture, &ada, "");
  fixture_prove (fixture, &ada, "Ada", "10.0.0.7:50001", 47318);
  fixture_assert_addresses (fixture, &ada, "10.0.0.7:47318");
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ada)));
}

static void
count_changes (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  int *count = data;

  *count += (int) added - (int) removed;
}

static void
test_model (Fixture *fixture, gconstpointer data)
{
  int count = 0;

  g_signal_connect (fixture->peers, "items-changed", G_CALLBACK (count_changes), &count);
  for (guint i = 0; i < 20; i++)
    {
      const PorchDeviceId id = fixture_id (0x20, i);
      g_autofree char *address = g_strdup_printf ("10.0.0.%u:47317", i + 1);

      fixture_sight (fixture, &id, "X", address);
      if (i % 2)
        fixture_vanish (fixture, &id, NULL);
    }
  g_assert_cmpint (count, ==, 10);
  g_assert_cmpuint (fixture_count (fixture), ==, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_add ("/peer-list/merge", test_merge);
  fixture_add ("/peer-list/two-sources", test_two_sources);
  fixture_add ("/peer-list/refused-sightings", test_refused_sightings);
  fixture_add ("/peer-list/own-id", test_own_id);
  fixture_add ("/peer-list/newer-version", test_newer_version);
  fixture_add ("/peer-list/on-link", test_on_link);
  fixture_add ("/peer-list/s11-known-label-stays", test_s11_known_label_stays);
  fixture_add ("/peer-list/s9-copied-id", test_s9_copied_id);
  fixture_add ("/peer-list/s9-copied-goodbye", test_s9_copied_goodbye);
  fixture_add ("/peer-list/s9-addresses-crowded-out", test_s9_addresses_crowded_out);
  fixture_add ("/peer-list/name-clash", test_name_clash);
  fixture_add ("/peer-list/hostile-names", test_hostile_names);
  fixture_add ("/peer-list/flood-one-address", test_flood_one_address);
  fixture_add ("/peer-list/flood-many-addresses", test_flood_many_addresses);
  fixture_add ("/peer-list/find", test_find);
  fixture_add ("/peer-list/find-label", test_find_label);
  fixture_add ("/peer-list/free-name", test_free_name);
  fixture_add ("/peer-list/stays-while-it-matters", test_stays_while_it_matters);
  fixture_add ("/peer-list/known-from-the-start", test_known_from_the_start);
  fixture_add ("/peer-list/inbound-port", test_inbound_port);
  fixture_add ("/peer-list/model", test_model);
  return g_test_run ();
}
