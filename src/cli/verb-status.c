/* SPDX-License-Identifier: GPL-3.0-or-later */
/* status, visibility, requests: this device itself. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "porch-cli-format.h"
#include "porch-cli-output.h"
#include "verbs.h"

static void
networks_to_json (PorchBusDaemon *daemon, JsonBuilder *builder)
{
  GVariant *networks = porch_bus_daemon_get_networks (daemon);
  const char *interface, *address, *name;
  GVariantIter iter;
  gboolean visible;

  json_builder_set_member_name (builder, "networks");
  json_builder_begin_array (builder);
  if (networks != NULL)
    {
      g_variant_iter_init (&iter, networks);
      while (g_variant_iter_next (&iter, "(&s&s&sb)", &interface, &address, &name, &visible))
        {
          json_builder_begin_object (builder);
          porch_cli_json_text (builder, "interface", interface);
          porch_cli_json_text (builder, "address", address);
          porch_cli_json_text (builder, "name", name);
          porch_cli_json_bool (builder, "visible", visible);
          json_builder_end_object (builder);
        }
    }
  json_builder_end_array (builder);
}

static void
print_status_json (PorchBusDaemon *daemon)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  porch_cli_json_string (builder, "id", porch_bus_daemon_get_id (daemon));
  porch_cli_json_text (builder, "name", porch_bus_daemon_get_name (daemon));
  porch_cli_json_string (builder, "chassis", porch_bus_daemon_get_chassis (daemon));
  porch_cli_json_int (builder, "port", porch_bus_daemon_get_port (daemon));
  porch_cli_json_string (builder, "version", porch_bus_daemon_get_version (daemon));
  porch_cli_json_string (builder, "sandbox", porch_bus_daemon_get_sandbox (daemon));
  porch_cli_json_string (builder, "discovery", porch_bus_daemon_get_discovery (daemon));
  porch_cli_json_string (builder, "confinement", porch_bus_daemon_get_confinement (daemon));
  porch_cli_json_string (builder, "requests", porch_bus_daemon_get_who_may_ask (daemon));
  porch_cli_json_string (builder, "visibility", porch_bus_daemon_get_visibility (daemon));
  porch_cli_json_time (builder, "visible_until", porch_bus_daemon_get_visible_until (daemon));
  networks_to_json (daemon, builder);
  porch_cli_json_path (builder, "download_folder", porch_bus_daemon_get_download_folder (daemon));
  porch_cli_json_path (builder, "shown_download_folder", porch_bus_daemon_get_shown_download_folder (daemon));
  porch_cli_json_path (builder, "state_folder", porch_bus_daemon_get_state_folder (daemon));
  porch_cli_json_strv (builder, "warnings", porch_bus_daemon_get_warnings (daemon));
  json_builder_end_object (builder);
  porch_cli_print_json (builder, FALSE);
}

static void
print_line (const char *label, const char *value)
{
  g_autofree char *shown = porch_cli_shown (value);
  int blanks = MAX (16 - porch_cli_text_width (label), 1);

  printf ("%s%*s%s\n", label, blanks, "", shown);
}

static void
print_networks (PorchBusDaemon *daemon)
{
  GVariant *networks = porch_bus_daemon_get_networks (daemon);
  const char *interface, *address, *name;
  GVariantIter iter;
  gboolean visible;

  if (networks == NULL)
    return;
  g_variant_iter_init (&iter, networks);
  while (g_variant_iter_next (&iter, "(&s&s&sb)", &interface, &address, &name, &visible))
    {
      /* Translators: a network's name, interface and own address, and whether one is visible there */
      g_autofree char *line = g_strdup_printf (_ ("%s (%s, %s): %s"), name, interface, address, visible ? _ ("visible") : _ ("hidden"));
      print_line (_ ("Network"), line);
    }
}

static char *
visibility_shown (PorchBusDaemon *daemon)
{
  gint64 until = porch_bus_daemon_get_visible_until (daemon);
  g_autofree char *time = porch_cli_format_time (until);
  const char *mode = porch_bus_daemon_get_visibility (daemon);

  /* Translators: "10min" until 14:02 */
  return until > 0 ? g_strdup_printf (_ ("%s until %s"), mode, time) : g_strdup (mode ? mode : "");
}

/* Which build it is: several may be installed, and the first on the bus serves all. */
static char *
version_shown (PorchBusDaemon *daemon)
{
  const char *version = porch_bus_daemon_get_version (daemon);

  if (g_strcmp0 (porch_bus_daemon_get_sandbox (daemon), "flatpak") == 0)
    return g_strdup_printf ("%s (Flatpak)", version);
  return g_strdup (version);
}

/* An older daemon does not say. */
static const char *
who_may_ask (PorchBusDaemon *daemon)
{
  return g_strcmp0 (porch_bus_daemon_get_who_may_ask (daemon), "trusted") == 0 ? "trusted" : "anyone";
}

static void
print_status (PorchBusDaemon *daemon)
{
  const char *const *warnings = porch_bus_daemon_get_warnings (daemon);
  g_autofree char *port = g_strdup_printf ("%u", porch_bus_daemon_get_port (daemon));
  g_autofree char *visibility = visibility_shown (daemon);
  g_autofree char *version = version_shown (daemon);

  print_line (_ ("Name"), porch_bus_daemon_get_name (daemon));
  print_line (_ ("Id"), porch_bus_daemon_get_id (daemon));
  print_line (_ ("Visibility"), visibility);
  print_networks (daemon);
  /* Translators: who may ask to send something; followed by "anyone" or "trusted" */
  print_line (_ ("Requests"), who_may_ask (daemon));
  print_line (_ ("Port"), port);
  print_line (_ ("Discovery"), porch_bus_daemon_get_discovery (daemon));
  print_line (_ ("Confinement"), porch_bus_daemon_get_confinement (daemon));
  print_line (_ ("Downloads"), porch_bus_daemon_get_shown_download_folder (daemon));
  print_line (_ ("State"), porch_bus_daemon_get_state_folder (daemon));
  print_line (_ ("Version"), version);
  for (guint i = 0; warnings != NULL && warnings[i] != NULL; i++)
    print_line (_ ("Warning"), warnings[i]);
}

PorchCliExit
porch_cli_verb_status (PorchCli *self, char **args, GError **error)
{
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, NULL, 0, 0, error) || !porch_cli_connect (self, error))
    return PORCH_CLI_FAILED;
  if (self->json)
    print_status_json (self->daemon);
  else
    print_status (self->daemon);
  return PORCH_CLI_DONE;
}

static PorchCliExit
print_visibility (PorchCli *self)
{
  g_autofree char *shown = visibility_shown (self->daemon);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!self->json)
    {
      print_line (_ ("Visibility"), shown);
      print_networks (self->daemon);
      return PORCH_CLI_DONE;
    }
  json_builder_begin_object (builder);
  porch_cli_json_string (builder, "visibility", porch_bus_daemon_get_visibility (self->daemon));
  porch_cli_json_time (builder, "visible_until", porch_bus_daemon_get_visible_until (self->daemon));
  networks_to_json (self->daemon, builder);
  json_builder_end_object (builder);
  porch_cli_print_json (builder, FALSE);
  return PORCH_CLI_DONE;
}

/* The proxy's copy of the properties is as old as the last turn of the main context. */
static gboolean
refresh (PorchCli *self, GError **error)
{
  g_clear_object (&self->daemon);
  self->daemon = porch_bus_daemon_proxy_new_sync (self->bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, PORCH_BUS_NAME, PORCH_BUS_DAEMON_PATH,
                                                  NULL, error);
  return self->daemon != NULL;
}

PorchCliExit
porch_cli_verb_visibility (PorchCli *self, char **args, GError **error)
{
  static const char *const modes[] = { "visible", "10min", "hidden", "always", NULL };
  g_autofree char *network = NULL;
  const GOptionEntry entries[] = {
    { "network", 0, 0, G_OPTION_ARG_STRING, &network, N_ ("Only on this network (default: on those that are here now)"), N_ ("NAME") },
    { NULL },
  };
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, entries, 0, 1, error))
    return PORCH_CLI_FAILED;
  if (rest[0] != NULL && !g_strv_contains (modes, rest[0]))
    {
      porch_cli_set_usage_error (error, _ ("Visibility can be visible, 10min, hidden or always, not “%s”."), rest[0]);
      return PORCH_CLI_FAILED;
    }
  if (!porch_cli_connect (self, error))
    return PORCH_CLI_FAILED;
  if (rest[0] != NULL
      && (!porch_bus_daemon_call_set_visibility_sync (self->daemon, network ? network : "", rest[0], NULL, error) || !refresh (self, error)))
    return PORCH_CLI_FAILED;
  return print_visibility (self);
}

static gboolean
set_who_may_ask (PorchCli *self, const char *who, GError **error)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      self->bus, PORCH_BUS_NAME, PORCH_BUS_DAEMON_PATH, "org.freedesktop.DBus.Properties", "Set",
      g_variant_new ("(ssv)", "io.github.porchshare.Porch.Daemon", "WhoMayAsk", g_variant_new_string (who)), NULL,
      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, error);

  return answer != NULL && refresh (self, error);
}

PorchCliExit
porch_cli_verb_requests (PorchCli *self, char **args, GError **error)
{
  static const char *const words[] = { "anyone", "trusted", NULL };
  g_auto (GStrv) rest = g_strdupv (args);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!porch_cli_parse (self, &rest, NULL, 0, 1, error))
    return PORCH_CLI_FAILED;
  if (rest[0] != NULL && !g_strv_contains (words, rest[0]))
    {
      porch_cli_set_usage_error (error, _ ("Who may ask can be anyone or trusted, not “%s”."), rest[0]);
      return PORCH_CLI_FAILED;
    }
  if (!porch_cli_connect (self, error) || (rest[0] != NULL && !set_who_may_ask (self, rest[0], error)))
    return PORCH_CLI_FAILED;
  if (!self->json)
    {
      print_line (_ ("Requests"), who_may_ask (self->daemon));
      return PORCH_CLI_DONE;
    }
  json_builder_begin_object (builder);
  porch_cli_json_string (builder, "requests", who_may_ask (self->daemon));
  json_builder_end_object (builder);
  porch_cli_print_json (builder, FALSE);
  return PORCH_CLI_DONE;
}
