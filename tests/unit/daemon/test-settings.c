/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-settings.h"
#include "porch-error.h"

static void
test_defaults (void)
{
  g_autoptr (PorchDaemonSettings) settings = porch_daemon_settings_new ();
  g_autofree char *name = porch_daemon_settings_dup_name (settings);
  g_autofree char *folder = porch_daemon_settings_dup_download_folder (settings);

  g_assert_null (porch_daemon_settings_get_warning (settings));
  g_assert_null (name);
  g_assert_true (g_path_is_absolute (folder));
  g_assert_cmpuint (porch_daemon_settings_get_max_running (settings), ==, 3);
  g_assert_cmpuint (porch_daemon_settings_get_max_uploads (settings), ==, 8);
  g_assert_cmpint (porch_daemon_settings_get_limit (settings, PORCH_UP), ==, 0);
  g_assert_cmpint (porch_daemon_settings_get_limit (settings, PORCH_DOWN), ==, 0);
  g_assert_false (porch_daemon_settings_get_use_metered (settings));
  g_assert_false (porch_daemon_settings_get_auto_accept_trusted (settings));
  g_assert_true (porch_daemon_settings_get_notifications (settings));
  g_assert_cmpstr (porch_daemon_settings_get_who_may_ask (settings), ==, "anyone");
}

static void
check_writing (PorchDaemonSettings *settings)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *folder = NULL;

  g_assert_true (porch_daemon_settings_set_name (settings, "Mia's Laptop", &error));
  g_assert_true (porch_daemon_settings_set_download_folder (settings, "/srv/in \xff", &error));
  g_assert_true (porch_daemon_settings_set_max_running (settings, 16, &error));
  g_assert_true (porch_daemon_settings_set_auto_accept_trusted (settings, TRUE, &error));
  g_assert_true (porch_daemon_settings_set_notifications (settings, FALSE, &error));
  g_assert_true (porch_daemon_settings_set_who_may_ask (settings, "trusted", &error));
  g_assert_no_error (error);
  name = porch_daemon_settings_dup_name (settings);
  folder = porch_daemon_settings_dup_download_folder (settings);
  g_assert_cmpstr (name, ==, "Mia's Laptop");
  g_assert_cmpstr (folder, ==, "/srv/in \xff"); /* a path is bytes */
  g_assert_cmpuint (porch_daemon_settings_get_max_running (settings), ==, 16);
  g_assert_true (porch_daemon_settings_get_auto_accept_trusted (settings));
  g_assert_false (porch_daemon_settings_get_notifications (settings));

  g_assert_cmpstr (porch_daemon_settings_get_who_may_ask (settings), ==, "trusted");
  g_assert_false (porch_daemon_settings_set_who_may_ask (settings, "nobody", &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_cmpstr (porch_daemon_settings_get_who_may_ask (settings), ==, "trusted");
  g_assert_false (porch_daemon_settings_set_max_running (settings, 0, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (porch_daemon_settings_set_max_running (settings, 17, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
  g_assert_cmpuint (porch_daemon_settings_get_max_running (settings), ==, 16);
}

static void
check_limits (PorchDaemonSettings *settings)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (porch_daemon_settings_set_limit (settings, PORCH_UP, 1000000, &error));
  g_assert_true (porch_daemon_settings_set_limit (settings, PORCH_DOWN, PORCH_MAX_LIMIT, &error));
  g_assert_true (porch_daemon_settings_set_max_uploads (settings, 64, &error));
  g_assert_true (porch_daemon_settings_set_use_metered (settings, TRUE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (porch_daemon_settings_get_limit (settings, PORCH_UP), ==, 1000000);
  g_assert_cmpint (porch_daemon_settings_get_limit (settings, PORCH_DOWN), ==, PORCH_MAX_LIMIT);
  g_assert_cmpuint (porch_daemon_settings_get_max_uploads (settings), ==, 64);
  g_assert_true (porch_daemon_settings_get_use_metered (settings));
  g_assert_false (porch_daemon_settings_set_limit (settings, PORCH_UP, -1, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (porch_daemon_settings_set_limit (settings, PORCH_DOWN, PORCH_MAX_LIMIT + 1, &error));
  g_clear_error (&error);
  g_assert_false (porch_daemon_settings_set_max_uploads (settings, 65, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
  g_assert_cmpint (porch_daemon_settings_get_limit (settings, PORCH_UP), ==, 1000000);
}

static void
test_write (void)
{
  g_autoptr (PorchDaemonSettings) settings = porch_daemon_settings_new ();

  check_writing (settings);
  check_limits (settings);
}

/* The schema is not installed: said, not an abort; everything else works until the end. */
static void
test_no_schema (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (PorchDaemonSettings) settings = porch_daemon_settings_new ();

      g_assert_nonnull (strstr (porch_daemon_settings_get_warning (settings), "io.github.porchshare.Porch"));
      check_writing (settings);
      check_limits (settings);
      return;
    }
  g_setenv ("GSETTINGS_SCHEMA_DIR", "/nonexistent", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemon/settings/defaults", test_defaults);
  g_test_add_func ("/daemon/settings/write", test_write);
  g_test_add_func ("/daemon/settings/no-schema", test_no_schema);
  return g_test_run ();
}
