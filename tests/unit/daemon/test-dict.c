/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-dict.h"
#include "porch-daemon-share.h"
#include "porch-error.h"

static const PorchDaemonDictMember members[] = { { "audience", "s" }, { "until", "x" }, { "to", "ay" }, { NULL } };

static void
assert_dict (const char *text, const char *expected)
{
  g_autoptr (GVariant) dict = g_variant_ref_sink (g_variant_new_parsed (text));
  g_autoptr (GError) error = NULL;
  gboolean ok = porch_daemon_dict_check (dict, members, &error);

  g_assert_true (ok == (expected == NULL));
  if (expected == NULL)
    g_assert_no_error (error);
  else
    {
      g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, expected));
    }
}

static void
test_check (void)
{
  assert_dict ("@a{sv} {}", NULL);
  assert_dict ("{'audience': <'trusted'>, 'until': <int64 7>}", NULL);
  /* A typing error must not fall back to a default. */
  assert_dict ("{'audiense': <'selected'>}", "audiense");
  assert_dict ("{'audience': <7>}", "audience");
  assert_dict ("{'until': <uint64 7>}", "until");
  assert_dict ("{'until': <int64 7>, 'x': <1>, 'audience': <'trusted'>}", "x");
}

static void
test_path (void)
{
  g_autoptr (GVariant) dict = g_variant_ref_sink (g_variant_new_parsed ("{'to': <b'/tmp/\\377'>}"));
  g_autofree char *path = porch_daemon_dict_dup_path (dict, "to");
  g_autofree char *none = porch_daemon_dict_dup_path (dict, "from");

  g_assert_cmpstr (path, ==, "/tmp/\xff");
  g_assert_null (none);
}

static void
test_audience (void)
{
  const char *const words[] = { "selected", "trusted", "everyone", NULL };
  g_autoptr (GError) error = NULL;
  PorchAudience audience;

  for (guint i = 0; words[i]; i++)
    {
      g_assert_true (porch_daemon_audience_parse (words[i], &audience, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (porch_daemon_audience_to_string (audience), ==, words[i]);
    }
  g_assert_false (porch_daemon_audience_parse ("Everyone", &audience, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
  /* Nobody is never shown as somebody. */
  g_assert_cmpstr (porch_daemon_audience_to_string (PORCH_AUDIENCE_NOBODY), ==, "selected");
}

static void
assert_share (const char *text, int code)
{
  g_autoptr (GVariant) dict = g_variant_ref_sink (g_variant_new_parsed (text));
  g_autoptr (GError) error = NULL;
  gboolean ok = porch_daemon_share_check_values (dict, &error);

  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, PORCH_ERROR, code);
  g_assert_true (ok == (code < 0));
}

static void
test_share_values (void)
{
  assert_share ("{'name': <'Films'>, 'audience': <'everyone'>, 'until': <int64 0>}", -1);
  assert_share ("{'until': <int64 4102444800>}", -1);
  assert_share ("{'until': <int64 1>}", PORCH_ERROR_INVALID);
  assert_share ("{'until': <int64 -1>}", PORCH_ERROR_INVALID);
  assert_share ("{'audience': <'all'>}", PORCH_ERROR_INVALID);
  assert_share ("{'selected': <['0123456789abcdef']>}", PORCH_ERROR_INVALID);
  assert_share ("{'selected': <['0000000000000000000000000000000000000000000000000000000000000000']>}", -1);
  assert_share ("{'name': <'a/b'>}", PORCH_ERROR_PATH_REFUSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemon/dict/check", test_check);
  g_test_add_func ("/daemon/dict/path", test_path);
  g_test_add_func ("/daemon/dict/audience", test_audience);
  g_test_add_func ("/daemon/dict/share-values", test_share_values);
  return g_test_run ();
}
