/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `porch` without a verb: becomes the window. */
#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "verbs.h"

PorchCliExit
porch_cli_open_window (char **files, GError **error)
{
  const char *tree = g_getenv ("PORCH_LIBEXECDIR");
  g_autofree char *program = g_build_filename (tree && *tree ? tree : PORCH_LIBEXECDIR, "porch-window", NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;

  if (g_getenv ("WAYLAND_DISPLAY") == NULL && g_getenv ("DISPLAY") == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _ ("There is no display for a window here. “porch --help” lists what can be done without one."));
      return PORCH_CLI_FAILED;
    }
  g_strv_builder_add (builder, program);
  g_strv_builder_addv (builder, (const char **) files);
  argv = g_strv_builder_end (builder);
  execv (program, argv);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("The window is not installed (%s: %s). “porch --help” lists what can be done without it."),
               program, g_strerror (errno));
  return PORCH_CLI_FAILED;
}
