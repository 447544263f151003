/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-options.h"

/* @line: what follows "porchd", blank-separated. NULL: it was refused with @error. */
static PorchDaemonOptions *
parse (const char *line, GError **error)
{
  g_autofree char *whole = g_strconcat ("porchd ", line, NULL);
  g_auto (GStrv) argv = g_strsplit (g_strchomp (whole), " ", -1);
  g_autofree char **moving = g_memdup2 (argv, (g_strv_length (argv) + 1) * sizeof (char *));
  char **args = moving;
  int argc = (int)g_strv_length (argv);
  PorchDaemonOptions *options = g_new0 (PorchDaemonOptions, 1);

  if (porch_daemon_options_parse (options, &argc, &args, error))
    return options;
  porch_daemon_options_clear (options);
  g_free (options);
  return NULL;
}

static void
options_free (PorchDaemonOptions *options)
{
  porch_daemon_options_clear (options);
  g_free (options);
}

static void
test_good (void)
{
  g_autoptr (GError) error = NULL;
  PorchDaemonOptions *options = parse ("--name Ada --port 5000 --discovery embedded --visibility hidden --hold", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (options->name, ==, "Ada");
  g_assert_cmpuint (options->port, ==, 5000);
  g_assert_cmpint (options->discovery, ==, PORCH_DISCOVERY_EMBEDDED);
  g_assert_cmpint (options->visibility, ==, PORCH_VISIBILITY_HIDDEN);
  g_assert_true (options->hold);
  options_free (options);

  options = parse ("", &error);
  g_assert_no_error (error);
  g_assert_null (options->name);
  g_assert_cmpuint (options->port, ==, 0);
  g_assert_cmpint (options->discovery, ==, PORCH_DISCOVERY_AUTO);
  g_assert_cmpint (options->visibility, ==, PORCH_VISIBILITY_AUTO);
  options_free (options);

  options = parse ("--port 0 --visibility always", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (options->port, ==, G_MAXUINT16);
  g_assert_cmpint (options->visibility, ==, PORCH_VISIBILITY_ALWAYS);
  options_free (options);
}

static void
test_refused (void)
{
  const char *const lines[]
      = { "--port 80",         "--port 65536", "--port -5", "--port x", "--discovery maybe", "--visibility",
          "--visibility none", "--name a/b",   "--name=",   "folder",   "--nonsense",        NULL };

  for (guint i = 0; lines[i]; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (lines[i], &error));
      g_assert_nonnull (error);
      g_assert_cmpuint (error->domain, ==, G_OPTION_ERROR);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemon/options/good", test_good);
  g_test_add_func ("/daemon/options/refused", test_refused);
  return g_test_run ();
}
