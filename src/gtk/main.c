/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-application.h"

#include <glib/gi18n.h>
#include <locale.h>

static int
on_handle_local_options (GApplication *application, GVariantDict *options, gpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *page = NULL;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("porch-window %s\n", PORCH_VERSION);
      return 0;
    }
  g_variant_dict_lookup (options, "page", "&s", &page);
  if (page == NULL && !g_variant_dict_contains (options, "send"))
    return -1; /* go on */
  if (!g_application_register (application, NULL, &error))
    {
      g_printerr ("porch-window: %s\n", error->message);
      return 1;
    }
  if (page != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (application), "show-page", g_variant_new_string (page));
  else
    g_action_group_activate_action (G_ACTION_GROUP (application), "send", NULL);
  return g_application_get_is_remote (application) ? 0 : -1;
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
