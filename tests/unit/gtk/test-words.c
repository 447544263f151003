/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sentences of the window, made from values as they come by the bus. */
#include "config.h"

#include "porch-ui-words.h"

#include <gio/gio.h>

#define assert_words(made, expected)                                                                                           \
  G_STMT_START                                                                                                                 \
  {                                                                                                                            \
    g_autofree char *words_made = (made);                                                                                      \
    g_assert_cmpstr (words_made, ==, (expected));                                                                              \
  }                                                                                                                            \
  G_STMT_END

static void
test_person (void)
{
  assert_words (porch_ui_words_person ("Ben's Laptop"), "Ben");
  assert_words (porch_ui_words_person ("Ben’s Laptop"), "Ben");
  assert_words (porch_ui_words_person ("Living Room PC"), "Living Room PC");
  assert_words (porch_ui_words_person ("'s "), "'s ");
  assert_words (porch_ui_words_person (NULL), "");
}

static void
test_names_are_escaped (void)
{
  assert_words (porch_ui_words_name ("photo\xe2\x80\xaegpj.exe"), "photo\\u202egpj.exe");
  assert_words (porch_ui_words_name ("a\nb\x1b[0m"), "a\\x0ab\\x1b[0m");
  assert_words (porch_ui_words_name ("bad\xff"), "bad\\xff");
  /* A right-to-left name is isolated, so that the words around it stay where they are. */
  assert_words (porch_ui_words_name ("מיה"), "\u200e\u2068מיה\u2069");
}

static void
test_long_names_are_cut (void)
{
  g_autofree char *name = g_strnfill (4000, 'x');
  g_autofree char *shown = porch_ui_words_name (name);

  g_assert_cmpint (g_utf8_strlen (shown, -1), ==, 81);
  g_assert_true (g_str_has_suffix (shown, "…"));
}

static void
test_amounts (void)
{
  assert_words (porch_ui_words_size (48000000), "48\u00a0MB");
  assert_words (porch_ui_words_size (1234567), "1.2\u00a0MB");
  assert_words (porch_ui_words_amount (G_GINT64_CONSTANT (1200000000), G_GINT64_CONSTANT (4400000000)), "1.2 of 4.4\u00a0GB");
  assert_words (porch_ui_words_amount (300000, G_GINT64_CONSTANT (4400000000)), "300\u00a0kB of 4.4\u00a0GB");
  assert_words (porch_ui_words_amount (300000, -1), "300\u00a0kB");
  assert_words (porch_ui_words_amount (-5, 4400), "0 bytes of 4.4\u00a0kB");
}

static void
test_time_left (void)
{
  g_assert_null (porch_ui_words_time_left (-1));
  assert_words (porch_ui_words_time_left (0), "1 second left");
  assert_words (porch_ui_words_time_left (59), "59 seconds left");
  assert_words (porch_ui_words_time_left (66), "1 minute left");
  assert_words (porch_ui_words_time_left (7300), "2 hours left");
  assert_words (porch_ui_words_time_left (G_MAXINT64), "More than a day left");
}

static void
test_things (void)
{
  const char *photos[] = { "a.jpg", "b.png", "c.jpeg", NULL };
  const char *mixed[] = { "a.jpg", "b.pdf", NULL };
  const char *one[] = { "Films", NULL };

  assert_words (porch_ui_words_things (photos, 3), "3 photos");
  assert_words (porch_ui_words_things (photos, 40), "40 files");
  assert_words (porch_ui_words_things (mixed, 2), "2 files");
  assert_words (porch_ui_words_things (one, 1), "“Films”");
  assert_words (porch_ui_words_things (one, 12), "“Films” with 12 files");
  assert_words (porch_ui_words_things (NULL, 1), "1 file");
}

static PorchBusPeer *
make_peer (const char *name, const char *trust, gboolean online, gboolean clash)
{
  PorchBusPeer *peer = porch_bus_peer_skeleton_new ();

  porch_bus_peer_set_name (peer, name);
  porch_bus_peer_set_trust (peer, trust);
  porch_bus_peer_set_online (peer, online);
  porch_bus_peer_set_name_clash (peer, clash);
  return peer;
}

static void
test_peer_status (void)
{
  g_autoptr (PorchBusPeer) trusted = make_peer ("Ben’s Laptop", "trusted", TRUE, FALSE);
  g_autoptr (PorchBusPeer) unknown = make_peer ("Ada’s Laptop", "unknown", TRUE, FALSE);
  g_autoptr (PorchBusPeer) false_ben = make_peer ("Ben’s Laptop", "unknown", TRUE, TRUE);
  g_autoptr (PorchBusPeer) away = make_peer ("Emre’s Laptop", "trusted", FALSE, FALSE);
  g_autoptr (PorchBusPeer) blocked = make_peer ("Eve", "blocked", TRUE, FALSE);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *left = g_date_time_format (now, "Left at %H:%M");

  porch_bus_peer_set_folders (trusted, -1);
  assert_words (porch_ui_words_peer_status (trusted, TRUE), "Trusted");
  porch_bus_peer_set_folders (trusted, 0);
  assert_words (porch_ui_words_peer_status (trusted, TRUE), "Trusted");
  porch_bus_peer_set_folders (trusted, 1);
  assert_words (porch_ui_words_peer_status (trusted, TRUE), "Trusted · 1 folder");
  porch_bus_peer_set_folders (trusted, 3);
  assert_words (porch_ui_words_peer_status (trusted, TRUE), "Trusted · 3 folders");
  porch_bus_peer_set_folders (unknown, 3);
  assert_words (porch_ui_words_peer_status (unknown, TRUE), "Not trusted yet");
  assert_words (porch_ui_words_peer_status (false_ben, TRUE), "Not the Ben you trust");
  assert_words (porch_ui_words_peer_status (blocked, TRUE), "Blocked");
  porch_bus_peer_set_last_seen (away, g_date_time_to_unix (now));
  assert_words (porch_ui_words_peer_status (away, TRUE), left);
  /* Without a network of our own it is not they who left. */
  assert_words (porch_ui_words_peer_status (away, FALSE), "Trusted");
  porch_bus_peer_set_online (unknown, FALSE);
  assert_words (porch_ui_words_peer_status (unknown, FALSE), "Not trusted yet");
  assert_words (porch_ui_words_peer_status (blocked, FALSE), "Blocked");
  porch_bus_peer_set_online (trusted, FALSE);
  assert_words (porch_ui_words_peer_status (trusted, FALSE), "Trusted");
  g_assert_true (porch_ui_words_peer_is_false (false_ben));
  g_assert_false (porch_ui_words_peer_is_false (trusted));
  g_assert_false (porch_ui_words_peer_is_false (NULL));
}

static PorchBusOffer *
make_offer (const char *trust, const char *code, const char *const *names, gint64 files)
{
  PorchBusOffer *offer = porch_bus_offer_skeleton_new ();

  porch_bus_offer_set_peer_name (offer, "Emre’s Laptop");
  porch_bus_offer_set_peer_trust (offer, trust);
  porch_bus_offer_set_kind (offer, "files");
  porch_bus_offer_set_names (offer, names);
  porch_bus_offer_set_files (offer, files);
  porch_bus_offer_set_bytes (offer, 8400000);
  porch_bus_offer_set_code (offer, code);
  return offer;
}

static void
test_requests (void)
{
  const char *photos[] = { "a.jpg", "b.jpg", "c.jpg", NULL };
  const char *one[] = { "Pay now.pdf", NULL };
  g_autoptr (PorchBusOffer) stranger = make_offer ("unknown", "471 902", photos, 3);
  g_autoptr (PorchBusOffer) friend = make_offer ("trusted", "", one, 1);
  g_autoptr (PorchBusOffer) named = make_offer ("unknown", "471 902", one, 1);

  assert_words (porch_ui_words_offer_title (stranger, FALSE), "Emre’s Laptop wants to send you 3 photos");
  assert_words (porch_ui_words_offer_detail (stranger), "8.4\u00a0MB · not trusted yet · code 471\u00a0902");
  assert_words (porch_ui_words_offer_title (friend, FALSE), "Emre’s Laptop wants to send you “Pay now.pdf”");
  assert_words (porch_ui_words_offer_detail (friend), "8.4\u00a0MB · Trusted");
  /* A name that a stranger chose is not in the sentence. */
  assert_words (porch_ui_words_offer_title (named, FALSE), "Emre’s Laptop wants to send you 1 file");
}

/* The same words everywhere for who bears the name of a trusted device without its key, and never that name as if it were that one. */
static void
test_not_the_one_you_trust (void)
{
  const char *photos[] = { "a.jpg", "b.jpg", "c.jpg", NULL };
  g_autoptr (PorchBusOffer) offer = make_offer ("unknown", "471 902", photos, 3);
  g_autoptr (PorchBusPeer) peer = porch_bus_peer_skeleton_new ();
  g_autoptr (PorchBusTransfer) transfer = porch_bus_transfer_skeleton_new ();

  porch_bus_offer_set_peer_name (offer, "Ben’s Laptop (unverified)");
  assert_words (porch_ui_words_offer_title (offer, TRUE), "Not the Ben you trust");
  assert_words (porch_ui_words_offer_claim (offer), "Somebody else who uses this name wants to send you 3 photos");
  porch_bus_offer_set_kind (offer, "text");
  assert_words (porch_ui_words_offer_claim (offer), "Somebody else who uses this name sent you a text");
  porch_bus_peer_set_name (peer, "Ben (unverified)");
  porch_bus_peer_set_trust (peer, "unknown");
  porch_bus_peer_set_name_clash (peer, TRUE);
  assert_words (porch_ui_words_peer_status (peer, TRUE), "Not the Ben you trust");
  porch_bus_transfer_set_kind (transfer, "receive");
  porch_bus_transfer_set_peer_name (transfer, "Ben’s Laptop (unverified)");
  porch_bus_transfer_set_state (transfer, "connecting");
  assert_words (porch_ui_words_transfer_status (transfer), "Not the Ben you trust · connecting");
  assert_words (porch_ui_words_name ("Ben (unverified)"), "Ben");
  g_assert_true (porch_ui_words_name_is_false ("Ben (unverified)"));
  g_assert_false (porch_ui_words_name_is_false ("Ben"));
}

static void
test_checking (void)
{
  g_autoptr (PorchBusTransfer) transfer = porch_bus_transfer_skeleton_new ();

  porch_bus_transfer_set_kind (transfer, "download");
  porch_bus_transfer_set_peer_name (transfer, "Ada’s Desktop");
  porch_bus_transfer_set_checking (transfer, TRUE);
  porch_bus_transfer_set_state (transfer, "done");
  porch_bus_transfer_set_bytes_total (transfer, -1);
  assert_words (porch_ui_words_transfer_status (transfer), "Check of what came from Ada’s Desktop · everything is as it came");
  porch_bus_transfer_set_problem_count (transfer, 2);
  assert_words (porch_ui_words_transfer_status (transfer), "Check of what came from Ada’s Desktop · 2 problems found");
}

static void
assert_link (const char *text, const char *expected, const char *expected_host)
{
  g_autofree char *host = NULL;
  g_autofree char *link = porch_ui_words_link (text, &host);

  g_assert_cmpstr (link, ==, expected);
  if (expected != NULL)
    g_assert_cmpstr (host, ==, expected_host);
}

/* The host is said in letters that can't deceive; what is no web address is no link. */
static void
test_links (void)
{
  assert_link ("look: https://example.org/a?b=c good, isn't it", "https://example.org/a?b=c", "example.org");
  assert_link ("https://bank.com@evil.example/x", "https://bank.com@evil.example/x", "evil.example");
  assert_link ("https://p\xd0\xb0ypal.com/", "https://xn--pypal-4ve.com/", "xn--pypal-4ve.com");
  assert_link ("javascript:alert(1) file:///etc/passwd https:///x smb://a/b", NULL, NULL);
  assert_link ("", NULL, NULL);
  assert_link (NULL, NULL, NULL);
}

static void
test_transfers (void)
{
  g_autoptr (PorchBusTransfer) transfer = porch_bus_transfer_skeleton_new ();

  porch_bus_transfer_set_kind (transfer, "download");
  porch_bus_transfer_set_peer_name (transfer, "Ada");
  porch_bus_transfer_set_state (transfer, "running");
  porch_bus_transfer_set_bytes_done (transfer, G_GINT64_CONSTANT (1200000000));
  porch_bus_transfer_set_bytes_total (transfer, G_GINT64_CONSTANT (4400000000));
  porch_bus_transfer_set_rate (transfer, 48000000);
  porch_bus_transfer_set_time_left (transfer, 66);
  assert_words (porch_ui_words_transfer_status (transfer), "From Ada · 1.2 of 4.4\u00a0GB · 48\u00a0MB/s · 1 minute left");
  porch_bus_transfer_set_rate (transfer, 0);
  porch_bus_transfer_set_time_left (transfer, -1);
  porch_bus_transfer_set_turn (transfer, 3);
  assert_words (porch_ui_words_transfer_status (transfer), "From Ada · 1.2 of 4.4\u00a0GB · number 3 in the queue there");
  porch_bus_transfer_set_state (transfer, "queued");
  porch_bus_transfer_set_queue_position (transfer, 2);
  assert_words (porch_ui_words_transfer_status (transfer), "From Ada · number 2 in the queue");
  porch_bus_transfer_set_state (transfer, "failed");
  porch_bus_transfer_set_error_message (transfer, "The disk\nis full.");
  assert_words (porch_ui_words_transfer_status (transfer), "From Ada · The disk\\x0ais full.");
  porch_bus_transfer_set_kind (transfer, "send");
  porch_bus_transfer_set_state (transfer, "waiting");
  assert_words (porch_ui_words_transfer_status (transfer), "To Ada · waiting for Ada to accept");
  porch_bus_transfer_set_state (transfer, "declined");
  assert_words (porch_ui_words_transfer_status (transfer), "To Ada · declined");
}

/* A text has no bytes and asks nobody; it is as long as its words. */
static void
test_texts (void)
{
  g_autoptr (PorchBusTransfer) transfer = porch_bus_transfer_skeleton_new ();
  g_autoptr (PorchBusOffer) offer = porch_bus_offer_skeleton_new ();
  g_autofree char *expected = NULL, *time = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  assert_words (porch_ui_words_text_length ("Dinner’s at eight, don’t be late."), "6 words");
  assert_words (porch_ui_words_text_length ("Ja"), "1 word");
  assert_words (porch_ui_words_text_length ("!"), "1 character");
  assert_words (porch_ui_words_text_length ("🙂🙂"), "2 characters");
  assert_words (porch_ui_words_text_title ("\n  Dinner\u202e\nat eight"), "Dinner\\u202e");
  assert_words (porch_ui_words_text_title (" \n"), "Text");
  porch_bus_transfer_set_kind (transfer, "send");
  porch_bus_transfer_set_peer_name (transfer, "Ada");
  porch_bus_transfer_set_bytes_total (transfer, 0);
  porch_bus_transfer_set_text (transfer, "See you at eight");
  porch_bus_transfer_set_state (transfer, "waiting");
  assert_words (porch_ui_words_transfer_status (transfer), "To Ada · on its way");
  assert_words (porch_ui_words_waiting_for (transfer), "Sending a text…");
  porch_bus_transfer_set_state (transfer, "done");
  assert_words (porch_ui_words_transfer_status (transfer), "To Ada · 4 words");
  porch_bus_transfer_set_text (transfer, "");
  assert_words (porch_ui_words_waiting_for (transfer), "Waiting for Ada to accept…");
  porch_bus_offer_set_peer_name (offer, "Ada’s Laptop");
  porch_bus_offer_set_kind (offer, "text");
  porch_bus_offer_set_text (offer, "See you at eight");
  porch_bus_offer_set_received (offer, now);
  time = porch_ui_words_time (now);
  expected = g_strdup_printf ("From Ada’s Laptop · 4 words · %s", time);
  assert_words (porch_ui_words_text_status (offer), expected);
  porch_bus_offer_set_state (offer, "pending");
  g_assert_false (porch_ui_words_offer_is_read_text (offer));
  porch_bus_offer_set_state (offer, "done");
  g_assert_true (porch_ui_words_offer_is_read_text (offer));
}

static void
test_every_state_has_words (void)
{
  const char *states[] = { "queued", "preparing", "waiting", "connecting", "running",   "stalled",
                           "paused", "settling",  "done",    "declined",   "cancelled", "failed" };
  g_autoptr (PorchBusTransfer) transfer = porch_bus_transfer_skeleton_new ();

  porch_bus_transfer_set_kind (transfer, "download");
  porch_bus_transfer_set_peer_name (transfer, "Ada");
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autofree char *words = NULL;

      porch_bus_transfer_set_state (transfer, states[i]);
      words = porch_ui_words_transfer_status (transfer);
      if (g_strcmp0 (words, "From Ada") == 0)
        g_error ("the state %s says nothing", states[i]);
    }
}

static void
test_shares (void)
{
  g_autoptr (PorchBusShare) share = porch_bus_share_skeleton_new ();
  const char *three[] = { "a", "b", "c", NULL };
  const char *ben[] = { "Ben", NULL }, *two[] = { "Ben", "Ada", NULL };

  porch_bus_share_set_path (share, "/run/user/1000/doc/3f2a/Films");
  porch_bus_share_set_shown_path (share, "/srv/Films");
  porch_bus_share_set_active (share, TRUE);
  porch_bus_share_set_state (share, "ok");
  porch_bus_share_set_audience (share, "selected");
  porch_bus_share_set_selected (share, three);
  assert_words (porch_ui_words_audience (share), "3 people");
  assert_words (porch_ui_words_share_status (share, NULL, -1), "/srv/Films");
  assert_words (porch_ui_words_share_status (share, NULL, 1), "/srv/Films · 1 item");
  assert_words (porch_ui_words_share_status (share, NULL, 38), "/srv/Films · 38 items");
  assert_words (porch_ui_words_share_status (share, NULL, 10001), "/srv/Films · more than 10,000 items");
  porch_bus_share_set_uploads (share, 2);
  assert_words (porch_ui_words_share_status (share, ben, 38), "/srv/Films · 38 items · Ben is copying");
  assert_words (porch_ui_words_share_status (share, two, -1), "/srv/Films · Ben and Ada are copying");
  assert_words (porch_ui_words_share_status (share, three, -1), "/srv/Films · 3 people are copying");
  assert_words (porch_ui_words_share_status (share, NULL, -1), "/srv/Films · 2 people are copying");
  porch_bus_share_set_uploads (share, 0);
  porch_bus_share_set_until (share, 1000000000);
  assert_words (porch_ui_words_share_status (share, NULL, -1), "/srv/Films · ended 9 September 2001");
  porch_bus_share_set_until (share, 0);
  porch_bus_share_set_state (share, "missing");
  assert_words (porch_ui_words_share_status (share, NULL, 38), "/srv/Films · not there now");
  porch_bus_share_set_state (share, "lost");
  assert_words (porch_ui_words_share_status (share, NULL, 38), "/srv/Films · Porch may no longer see it: choose it again");
  porch_bus_share_set_active (share, FALSE);
  assert_words (porch_ui_words_audience (share), "Paused");
}

static void
test_visibility (void)
{
  g_autoptr (PorchBusDaemon) daemon = porch_bus_daemon_skeleton_new ();

  porch_bus_daemon_set_visibility (daemon, "visible");
  assert_words (porch_ui_words_visibility (daemon), "You are not connected to a network");
  porch_bus_daemon_set_visibility (daemon, "hidden");
  porch_bus_daemon_set_networks (daemon, g_variant_new_parsed ("@a(sssb) []"));
  assert_words (porch_ui_words_visibility_button (daemon, 0), "Not Connected");
  g_assert_false (porch_ui_words_is_connected (daemon));
  porch_bus_daemon_set_visibility (daemon, "visible");
  porch_bus_daemon_set_networks (daemon, g_variant_new_parsed ("[('wlan0', '192.168.1.5', 'School Wi-Fi', true),"
                                                               " ('wlan0', 'fe80::1', 'School Wi-Fi', true)]"));
  assert_words (porch_ui_words_visibility (daemon), "Anyone on “School Wi-Fi” can see you and send you things");
  porch_bus_daemon_set_networks (daemon, g_variant_new_parsed ("[('eth0', '10.0.0.1', '', true)]"));
  assert_words (porch_ui_words_visibility (daemon), "Anyone on this network can see you and send you things");
  porch_bus_daemon_set_visibility (daemon, "hidden");
  assert_words (porch_ui_words_visibility_button (daemon, 0), "Hidden");
  porch_bus_daemon_set_visibility (daemon, "10min");
  porch_bus_daemon_set_visible_until (daemon, 1600);
  assert_words (porch_ui_words_visibility_button (daemon, 1000), "10 Minutes");
  assert_words (porch_ui_words_visibility_button (daemon, 1001), "10 Minutes");
  assert_words (porch_ui_words_visibility_button (daemon, 1541), "1 Minute");
  assert_words (porch_ui_words_visibility_button (daemon, 1700), "1 Minute");
  /* Only where one is seen: a second network on which one is hidden is not named. */
  porch_bus_daemon_set_visibility (daemon, "visible");
  porch_bus_daemon_set_networks (daemon, g_variant_new_parsed ("[('wlan0', '192.168.1.5', 'Home', true),"
                                                               " ('eth0', '10.0.0.5', 'Office', false)]"));
  assert_words (porch_ui_words_visibility (daemon), "Anyone on “Home” can see you and send you things");
  assert_words (porch_ui_words_networks (daemon, FALSE), "“Home” and “Office”");
  porch_bus_daemon_set_networks (daemon, g_variant_new_parsed ("[('eth0', '10.0.0.5', 'Office', false)]"));
  assert_words (porch_ui_words_visibility (daemon), "Only people you trust can notice you here, and nobody can send you things");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gtk/words/not-the-one-you-trust", test_not_the_one_you_trust);
  g_test_add_func ("/gtk/words/checking", test_checking);
  g_test_add_func ("/gtk/words/links", test_links);
  g_test_add_func ("/gtk/words/person", test_person);
  g_test_add_func ("/gtk/words/names-are-escaped", test_names_are_escaped);
  g_test_add_func ("/gtk/words/long-names-are-cut", test_long_names_are_cut);
  g_test_add_func ("/gtk/words/amounts", test_amounts);
  g_test_add_func ("/gtk/words/time-left", test_time_left);
  g_test_add_func ("/gtk/words/things", test_things);
  g_test_add_func ("/gtk/words/peer-status", test_peer_status);
  g_test_add_func ("/gtk/words/requests", test_requests);
  g_test_add_func ("/gtk/words/transfers", test_transfers);
  g_test_add_func ("/gtk/words/every-state-has-words", test_every_state_has_words);
  g_test_add_func ("/gtk/words/texts", test_texts);
  g_test_add_func ("/gtk/words/shares", test_shares);
  g_test_add_func ("/gtk/words/visibility", test_visibility);
  return g_test_run ();
}
