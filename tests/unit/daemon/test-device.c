/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-device.h"
#include "share/porch-path.h"
#include "test-tree.h"

static void
assert_chassis (const char *machine_info, const char *dmi, const char *expected)
{
  char *root = test_tree_new ();
  g_autofree char *info = g_strdup_printf ("etc/machine-info=%s", machine_info ? machine_info : "");
  g_autofree char *type = g_strdup_printf ("sys/class/dmi/id/chassis_type=%s", dmi ? dmi : "");
  const char *entries[] = { info, type, NULL };

  test_tree_fill (root, entries);
  g_assert_cmpstr (porch_daemon_device_chassis (root), ==, expected);
  test_tree_remove (root);
}

static void
test_chassis (void)
{
  assert_chassis (NULL, "9\n", "laptop");
  assert_chassis (NULL, "10\n", "laptop");
  assert_chassis (NULL, "3\n", "desktop");
  assert_chassis (NULL, "23\n", "server");
  assert_chassis (NULL, "30\n", "tablet");
  assert_chassis (NULL, "1\n", "other");
  assert_chassis (NULL, "rubbish", "other");
  assert_chassis (NULL, NULL, "other");
  /* The administrator's word counts more. */
  assert_chassis ("PRETTY_HOSTNAME=x\nCHASSIS=\"tablet\"\n", "9\n", "tablet");
  assert_chassis ("CHASSIS=handset\n", "9\n", "phone");
  assert_chassis ("CHASSIS=spaceship\n", "9\n", "laptop");
  assert_chassis ("CHASSIS=\"unclosed\n", "3\n", "desktop");
}

static void
assert_name (const char *real, const char *host, const char *chassis, const char *expected)
{
  g_autofree char *name = porch_daemon_device_make_name (real, host, chassis);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (name, ==, expected);
  porch_label_check (name, &error);
  g_assert_no_error (error);
}

static void
test_name (void)
{
  assert_name ("Mia Berg", "pc17", "laptop", "Mia's Laptop");
  assert_name ("Mia", "pc17", "desktop", "Mia's Computer");
  assert_name ("Çağla Öz", "pc17", "tablet", "Çağla's Tablet");
  assert_name ("Mia,,,", "pc17", "other", "Mia's Computer");
  /* No person behind the account. */
  assert_name ("Unknown", "pc17", "laptop", "pc17");
  assert_name (NULL, "pc17", "laptop", "pc17");
  assert_name ("", "pc17", "laptop", "pc17");
  assert_name ("root", "pc17", "laptop", "pc17");
  assert_name ("bad \xff bytes", "pc17", "laptop", "pc17");
  assert_name (NULL, "", "laptop", "Computer");
  assert_name (NULL, NULL, "laptop", "Computer");
}

/* Whatever stands in the account's real name, others get a name that they accept. */
static void
test_name_is_label (void)
{
  const char *const odd[] = { "A/B", "Mia:", "\xE2\x80\xAEgnp", "Eve\x1b[31m", "A\nB", NULL };

  for (guint i = 0; odd[i]; i++)
    {
      g_autofree char *name = porch_daemon_device_make_name (odd[i], "host", "laptop");
      g_autoptr (GError) error = NULL;

      porch_label_check (name, &error);
      g_assert_no_error (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemon/device/chassis", test_chassis);
  g_test_add_func ("/daemon/device/name", test_name);
  g_test_add_func ("/daemon/device/name-is-label", test_name_is_label);
  return g_test_run ();
}
