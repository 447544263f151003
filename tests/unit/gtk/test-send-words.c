/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sheet says of what is sent, and what is said when it is on its way. */
#include "config.h"

#include "porch-ui-send-words.h"

#define assert_words(made, expected)                                                                                           \
  G_STMT_START                                                                                                                 \
  {                                                                                                                            \
    g_autofree char *words_made = (made);                                                                                      \
    g_assert_cmpstr (words_made, ==, (expected));                                                                              \
  }                                                                                                                            \
  G_STMT_END

static void
test_names (void)
{
  assert_words (porch_ui_send_words_names ((const char *[]){ "a", NULL }), "a");
  assert_words (porch_ui_send_words_names ((const char *[]){ "a", "b", NULL }), "a, b");
  assert_words (porch_ui_send_words_names ((const char *[]){ "a", "b", "c", NULL }),
                "a, b, c"); /* "and 1 more" is no shorter */
  assert_words (porch_ui_send_words_names ((const char *[]){ "a", "b", "c", "d", NULL }), "a, b and 2 more");
  assert_words (porch_ui_send_words_names ((const char *[]){ NULL }), "");
  assert_words (porch_ui_send_words_names ((const char *[]){ "a\nb", NULL }), "a\\x0ab");
}

static PorchUiSurvey
survey_of (char **names, gint64 files, gint64 bytes)
{
  return (PorchUiSurvey){ .names = names, .files = files, .bytes = bytes };
}

static void
test_survey (void)
{
  char *photos[] = { "1.jpg", "2.jpg", "3.jpg", NULL }, *folder[] = { "Album", NULL }, *none[] = { NULL };
  PorchUiSurvey three = survey_of (photos, 3, 8400000), one = survey_of (folder, 12, 1000), nothing = survey_of (none, 0, 0);

  assert_words (porch_ui_send_words_title (&three), "3 photos");
  assert_words (porch_ui_send_words_detail (&three), "8.4\u00a0MB · 1.jpg, 2.jpg, 3.jpg");
  assert_words (porch_ui_send_words_title (&one), "“Album” with 12 files");
  assert_words (porch_ui_send_words_detail (&one), "1\u00a0kB"); /* its name is in the title */
  assert_words (porch_ui_send_words_title (&nothing), "Nothing to send");
  assert_words (porch_ui_send_words_detail (&nothing), "");
}

static PorchBusPeer *
peer_named (const char *name, gboolean online)
{
  PorchBusPeer *peer = porch_bus_peer_skeleton_new ();

  porch_bus_peer_set_name (peer, name);
  porch_bus_peer_set_online (peer, online);
  return peer;
}

static void
test_waiting (void)
{
  g_autoptr (GPtrArray) peers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) away = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (peers, peer_named ("Ben’s Desktop", TRUE));
  assert_words (porch_ui_send_words_waiting (peers, FALSE, TRUE), "Waiting for Ben to accept");
  assert_words (porch_ui_send_words_waiting (peers, TRUE, TRUE), "Text on its way to Ben");
  g_ptr_array_add (peers, peer_named ("Ada’s Laptop", FALSE));
  assert_words (porch_ui_send_words_waiting (peers, FALSE, TRUE), "Waiting for 2 people to accept");
  assert_words (porch_ui_send_words_waiting (peers, TRUE, TRUE), "Text on its way to 2 people");
  g_ptr_array_add (away, peer_named ("Living Room PC", FALSE));
  assert_words (porch_ui_send_words_waiting (peers, FALSE, FALSE),
                "You are not connected to a network: it is sent as soon as you are");
  assert_words (porch_ui_send_words_waiting (away, FALSE, TRUE),
                "Living Room PC is not here now: it is sent as soon as they are back");
  assert_words (porch_ui_send_words_waiting (away, TRUE, TRUE),
                "Living Room PC is not here now: it is sent as soon as they are back");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gtk/send-words/names", test_names);
  g_test_add_func ("/gtk/send-words/survey", test_survey);
  g_test_add_func ("/gtk/send-words/waiting", test_waiting);
  return g_test_run ();
}
