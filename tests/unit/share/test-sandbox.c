/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be told without a sandbox; inside one, tests/flatpak does the rest. */
#include "config.h"

#include "share/porch-sandbox.h"
#include "share/porch-share-list.h"
#include "test-tree.h"
#include "test-user.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/xattr.h>

#define ATTRIBUTE "user.document-portal.host-path"

static char *runtime; /* stands for XDG_RUNTIME_DIR */

/* A folder as the portal shows it, with the attribute that newer portals give it. */
static char *
portal_folder (const char *name, const char *host)
{
  char *path = g_build_filename (runtime, "doc", "3f2a", name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (path, 0755), ==, 0);
  if (host != NULL && setxattr (path, ATTRIBUTE, host, strlen (host), 0) < 0)
    g_clear_pointer (&path, g_free);
  return path;
}

static void
test_outside (void)
{
  g_assert_cmpstr (porch_sandbox_kind (), ==, "");
  g_assert_false (porch_sandbox_loses ("/nowhere/at/all"));
  g_assert_false (porch_sandbox_loses ("/"));
}

static void
test_shown (void)
{
  g_autofree char *place = portal_folder ("Films", NULL);
  g_autofree char *within = g_build_filename (place, "a/b", NULL);
  g_autofree char *by_app = g_build_filename (runtime, "doc/by-app/io.example/77/Films", NULL);
  g_autofree char *real = porch_sandbox_shown_path ("/home/mia/Films");
  g_autofree char *shown = porch_sandbox_shown_path (place);
  g_autofree char *shown_within = porch_sandbox_shown_path (within);
  g_autofree char *shown_by_app = porch_sandbox_shown_path (by_app);
  g_autofree char *resolved = porch_sandbox_shown_path ("/run/flatpak/doc/77/Films");

  g_assert_cmpstr (real, ==, "/home/mia/Films");
  g_assert_cmpstr (shown, ==, "Films");
  g_assert_cmpstr (shown_within, ==, "Films/a/b");
  g_assert_cmpstr (shown_by_app, ==, "Films");
  g_assert_cmpstr (resolved, ==, "Films");
  g_assert_false (porch_sandbox_is_portal_path (runtime));
}

static void
test_told (void)
{
  g_autofree char *place = portal_folder ("Music", "/home/mia/Music");
  g_autofree char *shown = place ? porch_sandbox_shown_path (place) : NULL;
  g_autofree char *odd = portal_folder ("Odd", "not/absolute");
  g_autofree char *elsewhere = g_build_filename (runtime, "else", NULL);

  if (place == NULL)
    {
      g_test_skip ("this file system takes no attributes");
      return;
    }
  g_assert_cmpstr (shown, ==, "/home/mia/Music");
  g_assert_null (porch_sandbox_host_path (odd));
  /* Not below the portal: anybody's word. */
  g_assert_cmpint (g_mkdir (elsewhere, 0755), ==, 0);
  g_assert_cmpint (setxattr (elsewhere, ATTRIBUTE, "/etc", 4, 0), ==, 0);
  g_assert_null (porch_sandbox_host_path (elsewhere));
}

/* Folders that a person picks in the portal's chooser are judged by where they really lie. */
static void
test_refusal (void)
{
  const struct
  {
    const char *name, *host;
    gboolean refused;
  } cases[] = {
    { "c1", "/home/mia/.ssh", TRUE },       { "c2", "/home/mia/.ssh/keys", TRUE }, { "c3", "/home/mia", TRUE },
    { "c4", "/home", TRUE },                { "c5", "/", TRUE },                   { "c6", "/home/mia/.config/x", TRUE },
    { "c7", "/home/mia/.local/share", TRUE }, { "c8", "/etc/ssl", TRUE },          { "c9", "/home/mia/Films", FALSE },
    { "c10", "/home/mia/.sshfs", FALSE },   { "c11", "/media/disk/Films", FALSE }, { "c12", "/home/miaou", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *place = portal_folder (cases[i].name, cases[i].host);
      g_autofree char *reason = place ? porch_share_refusal (place, "/home/mia") : NULL;

      if (place == NULL)
        {
          g_test_skip ("this file system takes no attributes");
          return;
        }
      g_test_message ("%s: %s", cases[i].host, reason ? reason : "may be shared");
      g_assert_cmpint (reason != NULL, ==, cases[i].refused);
      /* In the person's words, never the portal's. */
      g_assert_true (reason == NULL || strstr (reason, "/doc/") == NULL);
    }
}

int
main (int argc, char **argv)
{
  int status;

  test_user_drop_root ();
  runtime = test_tree_new ();
  g_setenv ("XDG_RUNTIME_DIR", runtime, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/outside", test_outside);
  g_test_add_func ("/sandbox/shown", test_shown);
  g_test_add_func ("/sandbox/told", test_told);
  g_test_add_func ("/sandbox/refusal", test_refusal);
  status = g_test_run ();
  test_tree_remove (runtime);
  return status;
}
