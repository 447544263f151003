/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the notice strip says, and what it says first. */
#include "config.h"

#include "porch-ui-memory.h"
#include "porch-ui-news.h"

static PorchBusDaemon *
make_daemon (const char *networks, const char *new_networks)
{
  PorchBusDaemon *daemon = porch_bus_daemon_skeleton_new ();

  porch_bus_daemon_set_networks (daemon, g_variant_new_parsed (networks));
  porch_bus_daemon_set_new_networks (daemon, g_variant_new_parsed (new_networks));
  return daemon;
}

static PorchBusShare *
make_share (const char *name, const char *state, gboolean active)
{
  PorchBusShare *share = porch_bus_share_skeleton_new ();

  porch_bus_share_set_name (share, name);
  porch_bus_share_set_state (share, state);
  porch_bus_share_set_active (share, active);
  return share;
}

#define assert_news(news, words, what, where)                                                                                  \
  G_STMT_START                                                                                                                 \
  {                                                                                                                            \
    g_autoptr (PorchUiNews) found = (news);                                                                                    \
    g_assert_nonnull (found);                                                                                                  \
    g_assert_cmpstr (found->text, ==, (words));                                                                                \
    g_assert_cmpstr (found->action, ==, (what));                                                                               \
    g_assert_cmpstr (found->target, ==, (where));                                                                              \
  }                                                                                                                            \
  G_STMT_END

#define HOME "[('eth0', '192.168.1.5', 'Home', true)]"

static void
test_order (void)
{
  const char *warnings[] = { "Port 1 is in use.", "A second one.", NULL };
  g_autoptr (GListStore) shares = g_list_store_new (PORCH_BUS_TYPE_SHARE);
  g_autoptr (GListStore) peers = g_list_store_new (PORCH_BUS_TYPE_PEER);
  g_autoptr (GHashTable) dismissed = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (PorchBusDaemon) away = make_daemon ("@a(sssb) []", "@a(ss) []");
  g_autoptr (PorchBusDaemon) cafe = make_daemon (HOME, "[('nm:1', 'Café Wi-Fi'), ('nm:2', 'Other')]");
  g_autoptr (PorchBusDaemon) unnamed = make_daemon (HOME, "[('gw:1', '')]");
  g_autoptr (PorchBusDaemon) home = make_daemon (HOME, "@a(ss) []");
  g_autoptr (PorchBusShare) films = make_share ("Films", "missing", TRUE);
  g_autoptr (PorchBusShare) paused = make_share ("Music", "missing", FALSE);
  g_autoptr (PorchBusShare) secret = make_share ("Papers", "unreadable", TRUE);

  g_assert_null (porch_ui_news_find (home, G_LIST_MODEL (shares), G_LIST_MODEL (peers), NULL));
  porch_bus_daemon_set_warnings (away, warnings);
  porch_bus_daemon_set_warnings (cafe, warnings);
  porch_bus_daemon_set_warnings (home, warnings);
  assert_news (porch_ui_news_find (away, G_LIST_MODEL (shares), G_LIST_MODEL (peers), NULL),
               "You are not connected to a network", "win.network-settings", NULL);
  assert_news (porch_ui_news_find (cafe, G_LIST_MODEL (shares), G_LIST_MODEL (peers), NULL), "You are hidden on “Café Wi-Fi”",
               "win.become-visible", "nm:1");
  assert_news (porch_ui_news_find (unnamed, G_LIST_MODEL (shares), G_LIST_MODEL (peers), NULL),
               "You are hidden on this new network", "win.become-visible", "gw:1");
  /* Who paused a folder knows that nobody can open it. */
  g_list_store_append (shares, paused);
  assert_news (porch_ui_news_find (home, G_LIST_MODEL (shares), G_LIST_MODEL (peers), NULL), "Port 1 is in use.", "", NULL);
  g_list_store_append (shares, films);
  assert_news (porch_ui_news_find (home, G_LIST_MODEL (shares), G_LIST_MODEL (peers), NULL),
               "“Films” is not there now, so nobody can open it", "win.show-page", "sharing");
  g_list_store_append (shares, secret);
  assert_news (porch_ui_news_find (home, G_LIST_MODEL (shares), G_LIST_MODEL (peers), NULL),
               "2 folders that you share can’t be opened now", "win.show-page", "sharing");
  g_list_store_remove (shares, 1);
  assert_news (porch_ui_news_find (home, G_LIST_MODEL (shares), G_LIST_MODEL (peers), NULL),
               "Porch can’t read “Papers” any more, so nobody can open it", "win.show-page", "sharing");
  g_list_store_remove_all (shares);
  g_hash_table_add (dismissed, (gpointer)warnings[0]);
  assert_news (porch_ui_news_find (home, G_LIST_MODEL (shares), G_LIST_MODEL (peers), dismissed), "A second one.", "", NULL);
  g_hash_table_add (dismissed, (gpointer)warnings[1]);
  g_assert_null (porch_ui_news_find (home, G_LIST_MODEL (shares), G_LIST_MODEL (peers), dismissed));
}

/* The page of the first start says it all. */
static void
test_held (void)
{
  g_autoptr (GListStore) shares = g_list_store_new (PORCH_BUS_TYPE_SHARE);
  g_autoptr (GListStore) peers = g_list_store_new (PORCH_BUS_TYPE_PEER);
  g_autoptr (PorchBusDaemon) daemon = make_daemon ("@a(sssb) []", "@a(ss) []");

  porch_bus_daemon_set_held (daemon, TRUE);
  g_assert_null (porch_ui_news_find (daemon, G_LIST_MODEL (shares), G_LIST_MODEL (peers), NULL));
}

static void
test_hostile_words (void)
{
  g_autofree char *long_warning = g_strnfill (5000, 'x');
  const char *warnings[] = { long_warning, NULL };
  g_autoptr (GListStore) shares = g_list_store_new (PORCH_BUS_TYPE_SHARE);
  g_autoptr (GListStore) peers = g_list_store_new (PORCH_BUS_TYPE_PEER);
  g_autoptr (PorchBusDaemon) daemon = make_daemon (HOME, "[('nm:1', 'Caf\\n\\u202eé')]");
  g_autoptr (PorchBusDaemon) warned = make_daemon (HOME, "@a(ss) []");
  g_autoptr (PorchUiNews) news = NULL;

  assert_news (porch_ui_news_find (daemon, G_LIST_MODEL (shares), G_LIST_MODEL (peers), NULL),
               "You are hidden on “Caf\\x0a\\u202eé”", "win.become-visible", "nm:1");
  porch_bus_daemon_set_warnings (warned, warnings);
  news = porch_ui_news_find (warned, G_LIST_MODEL (shares), G_LIST_MODEL (peers), NULL);
  g_assert_cmpint (g_utf8_strlen (news->text, -1), <=, 401);
  g_assert_cmpstr (news->key, ==, long_warning);
}

static PorchBusPeer *
make_peer (const char *id, const char *name, const char *trust, gboolean online)
{
  PorchBusPeer *peer = porch_bus_peer_skeleton_new ();

  porch_bus_peer_set_id (peer, id);
  porch_bus_peer_set_name (peer, name);
  porch_bus_peer_set_trust (peer, trust);
  porch_bus_peer_set_online (peer, online);
  return peer;
}

/* Somebody else nearby bears our name, however it is written. */
static void
test_namesake (void)
{
  g_autoptr (GListStore) shares = g_list_store_new (PORCH_BUS_TYPE_SHARE);
  g_autoptr (GListStore) peers = g_list_store_new (PORCH_BUS_TYPE_PEER);
  g_autoptr (GHashTable) dismissed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (PorchBusDaemon) daemon = make_daemon (HOME, "@a(ss) []");
  g_autoptr (PorchBusPeer) other = make_peer ("01", "Ben’s Laptop", "unknown", TRUE);
  g_autoptr (PorchBusPeer) away = make_peer ("02", "Zoé’s Laptop", "unknown", FALSE);
  g_autoptr (PorchBusPeer) blocked = make_peer ("03", "Zoé’s Laptop", "blocked", TRUE);
  g_autoptr (PorchBusPeer) same = make_peer ("04", " ZOE\u0301’S laptop", "unknown", TRUE);
  g_autoptr (PorchUiNews) news = NULL;

  porch_bus_daemon_set_name (daemon, "Zoé’s Laptop");
  g_list_store_append (peers, other);
  g_list_store_append (peers, away);
  g_list_store_append (peers, blocked);
  g_assert_null (porch_ui_news_find (daemon, G_LIST_MODEL (shares), G_LIST_MODEL (peers), dismissed));
  g_list_store_append (peers, same);
  news = porch_ui_news_find (daemon, G_LIST_MODEL (shares), G_LIST_MODEL (peers), dismissed);
  g_assert_cmpstr (news->text, ==, "Another device nearby is called “Zoé’s Laptop” too");
  g_assert_cmpstr (news->action, ==, "win.rename");
  /* Who changed the name, or does not want to, is not told of this device again; of another one yes. */
  g_hash_table_add (dismissed, g_strdup (news->key));
  g_assert_null (porch_ui_news_find (daemon, G_LIST_MODEL (shares), G_LIST_MODEL (peers), dismissed));
  porch_bus_peer_set_online (away, TRUE);
  assert_news (porch_ui_news_find (daemon, G_LIST_MODEL (shares), G_LIST_MODEL (peers), dismissed),
               "Another device nearby is called “Zoé’s Laptop” too", "win.rename", NULL);
}

/* What the window remembers, with the real schema in memory. */
static void
test_memory (void)
{
  g_autoptr (PorchUiMemory) memory = porch_ui_memory_new ();
  g_autoptr (PorchUiMemory) again = NULL;
  gboolean maximized;
  int width, height;

  porch_ui_memory_get_size (memory, &width, &height, &maximized);
  g_assert_cmpint (width, ==, 860);
  g_assert_cmpint (height, ==, 620);
  g_assert_false (maximized);
  g_assert_false (porch_ui_memory_get_begun (memory));
  g_assert_cmpint (porch_ui_memory_get_on_close (memory), ==, PORCH_UI_ON_CLOSE_ASK);
  porch_ui_memory_set_size (memory, 700, 500, TRUE);
  porch_ui_memory_set_size (memory, 0, -1, FALSE); /* a window that never had one */
  porch_ui_memory_set_begun (memory);
  porch_ui_memory_set_on_close (memory, PORCH_UI_ON_CLOSE_STOP);
  again = porch_ui_memory_new ();
  porch_ui_memory_get_size (again, &width, &height, &maximized);
  g_assert_cmpint (width, ==, 700);
  g_assert_cmpint (height, ==, 500);
  g_assert_true (maximized);
  g_assert_true (porch_ui_memory_get_begun (again));
  g_assert_cmpint (porch_ui_memory_get_on_close (again), ==, PORCH_UI_ON_CLOSE_STOP);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gtk/news/namesake", test_namesake);
  g_test_add_func ("/news/order", test_order);
  g_test_add_func ("/news/held", test_held);
  g_test_add_func ("/news/hostile-words", test_hostile_words);
  g_test_add_func ("/memory/memory", test_memory);
  return g_test_run ();
}
