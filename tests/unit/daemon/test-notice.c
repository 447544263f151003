/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-notice.h"

#include <string.h>

/* S26: however long or odd a name is, the question and its buttons stay in sight. */
static void
test_s26_names_are_cut (void)
{
  g_autofree char *long_name = g_strnfill (4000, 'x');
  g_autofree char *cut = porch_daemon_notice_cut (long_name);
  g_autofree char *same = porch_daemon_notice_cut ("Mia's Laptop");
  g_autofree char *turned = porch_daemon_notice_cut ("a\xE2\x80\xAE"
                                                     "gpj.exe");
  g_autofree char *lines = porch_daemon_notice_cut ("one\ntwo\x1b[31m");
  g_autoptr (GString) emoji = g_string_new (NULL);
  g_autofree char *cut_emoji = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append (emoji, "😀");
  cut_emoji = porch_daemon_notice_cut (emoji->str);
  g_assert_cmpint (g_utf8_strlen (cut, -1), ==, 60);
  g_assert_true (g_str_has_suffix (cut, "…"));
  g_assert_cmpstr (same, ==, "Mia's Laptop");
  g_assert_cmpint (g_utf8_strlen (cut_emoji, -1), ==, 60);
  g_assert_true (g_utf8_validate (cut_emoji, -1, NULL));
  g_assert_null (strstr (turned, "\xE2\x80\xAE"));
  g_assert_null (strchr (lines, '\n'));
  g_assert_null (strchr (lines, '\x1b'));
}

/* Nothing can be accepted from a notification about trust: the codes must be compared first. */
static void
test_pairing_has_no_accept (void)
{
  g_autoptr (PorchDaemonBubble) bubble = porch_daemon_notice_pairing ("pairing", "Ben", FALSE);
  g_autoptr (PorchDaemonBubble) clash = porch_daemon_notice_pairing ("pairing", "Ben’s Laptop", TRUE);

  g_assert_cmpstr (bubble->summary, ==, "Ben wants you to trust each other");
  g_assert_cmpstr (bubble->actions[0], ==, PORCH_DAEMON_ACTION_SHOW);
  g_assert_null (bubble->actions[2]);
  g_assert_cmpstr (clash->summary, ==, "Not the Ben you trust");
  g_assert_nonnull (strstr (clash->body, "wants you to trust each other"));
}

static void
test_strangers (void)
{
  g_autoptr (PorchDaemonBubble) bubble = porch_daemon_notice_strangers ("strangers", 4);

  g_assert_cmpstr (bubble->summary, ==, "4 devices you don't know want to send you something");
  g_assert_true (bubble->quiet);
  g_assert_cmpstr (bubble->actions[0], ==, PORCH_DAEMON_ACTION_SHOW);
  g_assert_null (bubble->actions[2]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemon/notice/s26-names-are-cut", test_s26_names_are_cut);
  g_test_add_func ("/daemon/notice/pairing-has-no-accept", test_pairing_has_no_accept);
  g_test_add_func ("/daemon/notice/strangers", test_strangers);
  return g_test_run ();
}
