/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "porch-cli.h"

#define BUS_PREFIX "io.github.porchshare.Porch."

void
porch_cli_clear (PorchCli *self)
{
  g_clear_object (&self->objects);
  g_clear_object (&self->daemon);
  g_clear_object (&self->bus);
}

void
porch_cli_set_usage_error (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_propagate_error (error, g_error_new_valist (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, arguments));
  va_end (arguments);
}

static gboolean
count_arguments (PorchCli *self, char **args, int min, int max, GError **error)
{
  int count = (int) g_strv_length (args);

  if (count < min)
    porch_cli_set_usage_error (error, _ ("“porch %s” needs more: porch %s %s"), self->verb->name, self->verb->name,
                               _ (self->verb->arguments));
  else if (max >= 0 && count > max && max == 0)
    porch_cli_set_usage_error (error, _ ("“porch %s” takes no argument “%s”."), self->verb->name, args[0]);
  else if (max >= 0 && count > max)
    porch_cli_set_usage_error (error, _ ("“%s” is one argument too many: porch %s %s"), args[max], self->verb->name,
                               _ (self->verb->arguments));
  else
    return TRUE;
  return FALSE;
}

gboolean
porch_cli_parse (PorchCli *self, char ***args, const GOptionEntry *entries, int min, int max, GError **error)
{
  const GOptionEntry common[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json, N_ ("Print JSON"), NULL },
    { NULL },
  };
  g_autofree char *parameters = g_strconcat (self->verb->name, " ", _ (self->verb->arguments), NULL);
  g_autoptr (GOptionContext) context = g_option_context_new (parameters);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;

  g_strv_builder_add (builder, "porch");
  g_strv_builder_addv (builder, (const char **) *args);
  words = g_strv_builder_end (builder);
  g_option_context_set_summary (context, _ (self->verb->summary));
  g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse_strv (context, &words, error))
    return FALSE;
  g_strfreev (*args);
  *args = g_strdupv (words + 1);
  if (g_strcmp0 ((*args)[0], "--") == 0)
    {
      g_auto (GStrv) rest = g_strdupv (*args + 1);
      g_strfreev (*args);
      *args = g_steal_pointer (&rest);
    }
  return count_arguments (self, *args, min, max, error);
}

GDBusObjectManager *
porch_cli_get_objects (PorchCli *self, GError **error)
{
  if (self->objects == NULL)
    self->objects = porch_bus_object_manager_client_new_sync (self->bus, G_DBUS_OBJECT_MANAGER_CLIENT_FLAGS_DO_NOT_AUTO_START,
                                                              PORCH_BUS_NAME, PORCH_BUS_ROOT_PATH, NULL, error);
  return self->objects;
}

GPtrArray *
porch_cli_list (PorchCli *self, const char *interface, GError **error)
{
  g_autofree char *name = g_strconcat (BUS_PREFIX, interface, NULL);
  g_autoptr (GPtrArray) proxies = g_ptr_array_new_with_free_func (g_object_unref);
  g_autolist (GDBusObject) objects = NULL;

  if (porch_cli_get_objects (self, error) == NULL)
    return NULL;
  objects = g_dbus_object_manager_get_objects (self->objects);
  for (GList *l = objects; l != NULL; l = l->next)
    {
      GDBusInterface *proxy = g_dbus_object_get_interface (l->data, name);

      if (proxy != NULL)
        g_ptr_array_add (proxies, proxy);
    }
  return g_steal_pointer (&proxies);
}

PorchCliExit
porch_cli_exit_for_error (const GError *error)
{
  if (error->domain == G_OPTION_ERROR)
    return PORCH_CLI_USAGE;
  switch (porch_bus_error_code (error))
    {
    case PORCH_BUS_ERROR_DECLINED:
      return PORCH_CLI_DECLINED;
    case PORCH_BUS_ERROR_UNREACHABLE:
    case PORCH_BUS_ERROR_AMBIGUOUS:
    case PORCH_BUS_ERROR_UNVERIFIED:
      return PORCH_CLI_UNREACHABLE;
    case PORCH_BUS_ERROR_NOT_ALLOWED:
    case PORCH_BUS_ERROR_NOT_TRUSTED:
    case PORCH_BUS_ERROR_PATH_REFUSED:
      return PORCH_CLI_NOT_ALLOWED;
    default:
      return PORCH_CLI_FAILED;
    }
}
