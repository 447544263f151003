/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is asked when, and what an answer or silence means. */
#include "config.h"

#include "discovery-fixture.h"

static PorchPresence *
presence (Fixture *fixture)
{
  return porch_peer_list_get_presence (fixture->peers);
}

static guint
count_due (Fixture *fixture)
{
  g_autoptr (GPtrArray) due = porch_presence_dup_due (presence (fixture), FALSE);

  return due->len;
}

/* An id that is smaller or larger than our own. */
static PorchDeviceId
id_beside (Fixture *fixture, gboolean larger)
{
  PorchDeviceId id = *porch_identity_get_id (fixture->identity);

  /* The own one may begin with 00 or ff; the bytes after it decide then. */
  memset (id.bytes, larger ? 0xff : 0x00, 4);
  return id;
}

static void
test_only_while_watched (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1), ben = fixture_id (0xbe, 1);

  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  fixture_sight (fixture, &ben, "Ben", "10.0.0.8:47317");
  g_assert_cmpuint (count_due (fixture), ==, 0);
  g_assert_cmpuint (fixture->asked->len, ==, 0);
  fixture->answer = TRUE;
  porch_peer_list_watch (fixture->peers);
  g_assert_cmpuint (fixture->asked->len, ==, 2); /* at once, when somebody begins to look */
  g_assert_cmpuint (count_due (fixture), ==, 2);
  porch_peer_list_unwatch (fixture->peers);
  g_assert_cmpuint (count_due (fixture), ==, 0);
  porch_peer_list_want (fixture->peers, fixture_peer (fixture, &ben));
  g_assert_cmpuint (count_due (fixture), ==, 1);
  porch_peer_list_unwant (fixture->peers, fixture_peer (fixture, &ben));
  g_assert_cmpuint (count_due (fixture), ==, 0);
}

static void
test_silent_goes_offline (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);

  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  fixture->answer = FALSE;
  porch_peer_list_watch (fixture->peers);
  /* Still announced: listed, offline, asked again, back as soon as it answers. */
  g_assert_false (porch_peer_get_online (fixture_peer (fixture, &ada)));
  g_assert_cmpuint (count_due (fixture), ==, 1);
  fixture->answer = TRUE;
  porch_presence_check (presence (fixture), fixture_peer (fixture, &ada));
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ada)));
}

/* A goodbye by mDNS is anybody's word: whoever answers stays. */
static void
test_forged_goodbye (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1), ben = fixture_id (0xbe, 1);

  fixture->answer = TRUE;
  fixture_trust (fixture, &ada);
  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  fixture_sight (fixture, &ben, "Ben", "10.0.0.8:47317");
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ada)));
  porch_peer_list_watch (fixture->peers);
  fixture_vanish (fixture, &ada, NULL);
  fixture_vanish (fixture, &ben, NULL);
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ada)));
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ben)));
  fixture_assert_addresses (fixture, &ben, "10.0.0.8:47317");
  /* Gone for real. */
  fixture->answer = FALSE;
  porch_presence_check (presence (fixture), fixture_peer (fixture, &ben));
  g_assert_null (porch_peer_list_lookup (fixture->peers, &ben));
}

/* A known device is online when it answered, not when somebody announces it. */
static void
test_known_must_answer (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);

  fixture_trust (fixture, &ada);
  fixture->answer = FALSE;
  fixture_sight (fixture, &ada, "Ada", "10.0.0.66:47317");
  g_assert_cmpuint (fixture->asked->len, ==, 1);
  g_assert_false (porch_peer_get_online (fixture_peer (fixture, &ada)));
  fixture->answer = TRUE;
  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ada)));
}

static void
test_smaller_id_asks (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId smaller = id_beside (fixture, FALSE), larger = id_beside (fixture, TRUE);

  fixture->answer = FALSE;
  porch_peer_list_watch (fixture->peers);
  fixture_prove (fixture, &smaller, "Small", "10.0.0.7:50000", 47317);
  fixture_prove (fixture, &larger, "Large", "10.0.0.8:50000", 47317);
  /* Both spoke a moment ago: we ask the larger one; it is the smaller one's turn to ask us. */
  fixture_time += 5 * G_TIME_SPAN_SECOND;
  {
    g_autoptr (GPtrArray) due = porch_presence_dup_due (presence (fixture), FALSE);

    g_assert_cmpuint (due->len, ==, 1);
    g_assert_true (due->pdata[0] == fixture_peer (fixture, &larger));
  }
  /* It asks in time: nothing to do. */
  fixture_time += 6 * G_TIME_SPAN_SECOND;
  fixture_prove (fixture, &smaller, "Small", "10.0.0.7:50001", 47317);
  porch_presence_ask_late (presence (fixture));
  g_assert_cmpuint (fixture->asked->len, ==, 0);
  /* It does not: asked, and gone, 12.3 s after its last word, however our ticks fall. */
  g_ptr_array_unref (porch_presence_dup_due (presence (fixture), FALSE));
  fixture_time += 12 * G_TIME_SPAN_SECOND;
  porch_presence_ask_late (presence (fixture));
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &smaller)));
  fixture_time += PORCH_PRESENCE_LATE * G_TIME_SPAN_MILLISECOND;
  porch_presence_ask_late (presence (fixture));
  g_assert_cmpuint (fixture->asked->len, ==, 1);
  g_assert_cmpstr (porch_peer_get_plain_name (fixture->asked->pdata[0]), ==, "Small");
}

/* Who leaves without knowing us waves: a look at once, if somebody watches, and not again for each wave. */
static void
test_wave (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1), ben = fixture_id (0xbe, 1);
  g_autoptr (GInetAddress) adas = g_inet_address_new_from_string ("10.0.0.7");

  fixture->answer = TRUE;
  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  fixture_sight (fixture, &ben, "Ben", "10.0.0.8:47317");
  porch_peer_list_farewell (fixture->peers, adas);
  g_assert_cmpuint (fixture->asked->len, ==, 0); /* nobody looks */
  porch_peer_list_watch (fixture->peers);
  g_ptr_array_set_size (fixture->asked, 0);
  porch_peer_list_farewell (fixture->peers, adas);
  g_assert_cmpuint (fixture->asked->len, ==, 1);
  g_assert_true (fixture->asked->pdata[0] == fixture_peer (fixture, &ada));
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ada))); /* anybody's word: she answers */
  porch_peer_list_farewell (fixture->peers, adas);
  g_assert_cmpuint (fixture->asked->len, ==, 1);
  fixture_time += 3 * G_TIME_SPAN_SECOND;
  fixture->answer = FALSE;
  porch_peer_list_farewell (fixture->peers, adas);
  g_assert_cmpuint (fixture->asked->len, ==, 2);
  g_assert_false (porch_peer_get_online (fixture_peer (fixture, &ada)));
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ben)));
  /* Only started anew: its announcement never ran out, so discovery has no news of it. */
  fixture->answer = TRUE;
  porch_presence_look_again (presence (fixture));
  g_assert_cmpuint (fixture->asked->len, ==, 2);
  fixture_time += 2 * G_TIME_SPAN_SECOND;
  porch_presence_look_again (presence (fixture));
  g_assert_cmpuint (fixture->asked->len, ==, 3);
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ada)));
}

static void
test_many_peers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  PorchPeer *looked = NULL;

  fixture->answer = TRUE;
  porch_peer_list_watch (fixture->peers);
  for (guint i = 0; i < 100; i++)
    {
      const PorchDeviceId id = fixture_id (0x30, i);
      g_autofree char *address = g_strdup_printf ("10.0.0.%u:47317", i + 1);

      fixture_sight (fixture, &id, "X", address);
      looked = fixture_peer (fixture, &id);
    }
  /* Nobody said what is on screen: everybody has a turn within four ticks, never more than 32 at once. */
  for (guint tick = 0; tick < 4; tick++)
    {
      g_autoptr (GPtrArray) due = porch_presence_dup_due (presence (fixture), FALSE);

      g_assert_cmpuint (due->len, ==, PORCH_PRESENCE_MAX_CHECKED);
      for (guint i = 0; i < due->len; i++)
        g_hash_table_add (seen, due->pdata[i]);
    }
  g_assert_cmpuint (g_hash_table_size (seen), ==, 100);
  porch_peer_list_look_at (fixture->peers, looked, TRUE);
  g_assert_cmpuint (count_due (fixture), ==, 1);
  porch_peer_list_look_at (fixture->peers, looked, FALSE);
  g_assert_cmpuint (count_due (fixture), ==, PORCH_PRESENCE_MAX_CHECKED);
}

static void
test_blocked_is_never_asked (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId eve = fixture_id (0xee, 1);

  g_assert_true (porch_trust_table_set (fixture->trust, &eve, PORCH_TRUST_BLOCKED, NULL));
  porch_peer_list_watch (fixture->peers);
  fixture_sight (fixture, &eve, "Eve", "10.0.0.66:47317");
  g_assert_cmpuint (fixture->asked->len, ==, 0);
  g_assert_cmpuint (count_due (fixture), ==, 0);
}

/* A trusted device without any announcement is tried where it was last, often at first, then seldom. */
static void
test_absent_trusted (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);

  fixture_trust (fixture, &ada);
  fixture_prove (fixture, &ada, "Ada", "10.0.0.7:50000", 47317);
  porch_peer_list_goodbye (fixture->peers, &ada);
  fixture->answer = FALSE;
  fixture_time += 60 * G_TIME_SPAN_SECOND;
  porch_peer_list_watch (fixture->peers);
  g_assert_cmpuint (fixture->asked->len, ==, 1);
  for (guint i = 0; i < 9; i++)
    porch_presence_tick (presence (fixture));
  g_assert_cmpuint (fixture->asked->len, ==, 10);
  for (guint i = 0; i < 20; i++)
    porch_presence_tick (presence (fixture));
  g_assert_cmpuint (fixture->asked->len, ==, 14);
  /* The network changed: as at first. */
  porch_peer_list_check_now (fixture->peers);
  porch_presence_tick (presence (fixture));
  g_assert_cmpuint (fixture->asked->len, ==, 16);
}

/* Somebody whose firewall lets us not in, but who speaks to us, is here. */
static void
firewalled_ask (PorchPresence *asker, PorchPeer *peer, gpointer data)
{
  fixture_time += G_TIME_SPAN_SECOND;
  porch_peer_list_proved (data, porch_peer_get_id (peer), NULL, NULL, NULL, 0);
  porch_presence_done (asker, peer, FALSE);
}

static void
test_firewalled (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);

  fixture_prove (fixture, &ada, "Ada", "10.0.0.7:50000", 47317);
  porch_presence_set_ask (presence (fixture), firewalled_ask, fixture->peers);
  fixture_time += 60 * G_TIME_SPAN_SECOND;
  porch_presence_check (presence (fixture), fixture_peer (fixture, &ada));
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ada)));
}

/* Asks, and the answer takes as long as the test wants. */
static void
slow_ask (PorchPresence *asker, PorchPeer *peer, gpointer data)
{
  g_ptr_array_add (((Fixture *) data)->asked, g_object_ref (peer));
}

/* It was started again while we asked where it had been: it is there, and not only at the next tick. */
static void
test_back_at_once (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);
  g_autoptr (PorchPeer) peer = NULL;

  fixture->answer = FALSE;
  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  porch_peer_list_watch (fixture->peers);
  peer = g_object_ref (fixture_peer (fixture, &ada));
  porch_presence_set_ask (presence (fixture), slow_ask, fixture);
  g_ptr_array_set_size (fixture->asked, 0);
  porch_presence_check (presence (fixture), peer);
  g_assert_cmpuint (fixture->asked->len, ==, 1);
  fixture_sight (fixture, &ada, "Ada", "10.0.0.8:47317");
  porch_presence_done (presence (fixture), peer, FALSE);
  g_assert_cmpuint (fixture->asked->len, ==, 2);
  porch_presence_done (presence (fixture), peer, TRUE);
  g_assert_true (fixture_peer (fixture, &ada) == peer);
  g_assert_true (porch_peer_get_online (peer));
  /* The same news again is none. */
  porch_presence_check (presence (fixture), peer);
  fixture_sight (fixture, &ada, "Ada", "10.0.0.8:47317");
  porch_presence_done (presence (fixture), peer, FALSE);
  g_assert_cmpuint (fixture->asked->len, ==, 3);
}

/* The announcement goes while it answers at the address that goes with it: nobody is online without one. */
static void
test_online_has_address (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);
  g_autoptr (PorchPeer) peer = NULL;

  fixture->answer = FALSE;
  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  porch_peer_list_watch (fixture->peers);
  peer = g_object_ref (fixture_peer (fixture, &ada));
  g_assert_false (porch_peer_get_online (peer));
  porch_presence_set_ask (presence (fixture), slow_ask, fixture);
  porch_presence_check (presence (fixture), peer);
  fixture_vanish (fixture, &ada, "10.0.0.7:47317");
  porch_presence_done (presence (fixture), peer, TRUE);
  g_assert_false (porch_peer_get_online (peer));
  g_assert_null (porch_peer_list_lookup (fixture->peers, &ada));
  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  g_assert_true (porch_peer_get_online (fixture_peer (fixture, &ada)));
  fixture_assert_addresses (fixture, &ada, "10.0.0.7:47317");
}

/* A known one whose key was proved there stays, at that address. */
static void
test_proved_keeps_address (Fixture *fixture, gconstpointer data)
{
  const PorchDeviceId ada = fixture_id (0xad, 1);
  g_autoptr (PorchPeer) peer = NULL;

  fixture->answer = FALSE;
  fixture_trust (fixture, &ada);
  fixture_sight (fixture, &ada, "Ada", "10.0.0.7:47317");
  peer = g_object_ref (fixture_peer (fixture, &ada));
  porch_presence_set_ask (presence (fixture), slow_ask, fixture);
  porch_presence_check (presence (fixture), peer);
  fixture_vanish (fixture, &ada, "10.0.0.7:47317");
  fixture_assert_addresses (fixture, &ada, "");
  fixture_prove (fixture, &ada, "Ada", "10.0.0.7:47317", 47317);
  porch_presence_done (presence (fixture), peer, TRUE);
  g_assert_true (porch_peer_get_online (peer));
  fixture_assert_addresses (fixture, &ada, "10.0.0.7:47317");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_add ("/presence/only-while-watched", test_only_while_watched);
  fixture_add ("/presence/silent-goes-offline", test_silent_goes_offline);
  fixture_add ("/presence/wave", test_wave);
  fixture_add ("/presence/forged-goodbye", test_forged_goodbye);
  fixture_add ("/presence/known-must-answer", test_known_must_answer);
  fixture_add ("/presence/smaller-id-asks", test_smaller_id_asks);
  fixture_add ("/presence/many-peers", test_many_peers);
  fixture_add ("/presence/blocked-is-never-asked", test_blocked_is_never_asked);
  fixture_add ("/presence/absent-trusted", test_absent_trusted);
  fixture_add ("/presence/firewalled", test_firewalled);
  fixture_add ("/presence/back-at-once", test_back_at_once);
  fixture_add ("/presence/online-has-address", test_online_has_address);
  fixture_add ("/presence/proved-keeps-address", test_proved_keeps_address);
  return g_test_run ();
}
