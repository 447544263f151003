/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-application.h"

#include <glib/gi18n.h>
#include <locale.h>

static int
on_handle_local_options (GApplication *application, GVariantDict *options, gpointer data)
{
  if (!g_variant_dict_contains (options, "version"))
    return -1; /* go on */
  g_print ("porch-window %s\n", PORCH_VERSION);
  return 0;
}

int
main (int argc, char **argv)
{
  g_autoptr (PorchUiApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, PORCH_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  application = porch_ui_application_new ();
  g_signal_connect (application, "handle-local-options", G_CALLBACK (on_handle_local_options), NULL);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
