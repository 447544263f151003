/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limit: how fast files go out and come in, in all or with one device. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "porch-cli-format.h"
#include "porch-cli-output.h"
#include "porch-cli-peer.h"
#include "verbs.h"

/* Whose limits: the daemon's own object, or a peer's. Both have the two properties. */
typedef struct {
  const char *path, *interface;
} Place;

static gboolean
read_limit (PorchCli *self, const Place *place, const char *property, gint64 *rate, GError **error)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      self->bus, PORCH_BUS_NAME, place->path, "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", place->interface, property), G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, error);
  g_autoptr (GVariant) value = NULL;

  if (answer == NULL)
    return FALSE;
  g_variant_get (answer, "(v)", &value);
  *rate = g_variant_is_of_type (value, G_VARIANT_TYPE_INT64) ? g_variant_get_int64 (value) : 0;
  return TRUE;
}

static gboolean
write_limit (PorchCli *self, const Place *place, const char *property, gint64 rate, GError **error)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      self->bus, PORCH_BUS_NAME, place->path, "org.freedesktop.DBus.Properties", "Set",
      g_variant_new ("(ssv)", place->interface, property, g_variant_new_int64 (rate)), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL,
      error);

  return answer != NULL;
}

static void
print_limits (PorchCli *self, gint64 up, gint64 down)
{
  g_autofree char *up_shown = porch_cli_format_limit (up), *down_shown = porch_cli_format_limit (down);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!self->json)
    {
      /* Translators: %s is a speed or “no limit” */
      printf (_ ("Up: %s\n"), up_shown);
      printf (_ ("Down: %s\n"), down_shown);
      return;
    }
  json_builder_begin_object (builder);
  porch_cli_json_int (builder, "up", up);
  porch_cli_json_int (builder, "down", down);
  json_builder_end_object (builder);
  porch_cli_print_json (builder, FALSE);
}

static gboolean
show (PorchCli *self, const Place *place, GError **error)
{
  gint64 up, down;

  if (!read_limit (self, place, "LimitUp", &up, error) || !read_limit (self, place, "LimitDown", &down, error))
    return FALSE;
  print_limits (self, up, down);
  return TRUE;
}

/* "up RATE" or "down RATE"; nothing at all only shows. */
static gboolean
parse_change (char **args, const char **property, gint64 *rate, GError **error)
{
  *property = NULL;
  if (args[0] == NULL)
    return TRUE;
  if (!g_str_equal (args[0], "up") && !g_str_equal (args[0], "down"))
    {
      porch_cli_set_usage_error (error, _ ("A limit is for “up” or “down”, not “%s”."), args[0]);
      return FALSE;
    }
  if (args[1] == NULL || !porch_cli_parse_rate (args[1], rate))
    {
      porch_cli_set_usage_error (error, _ ("How fast? A limit is a rate like 500k, 2.5MB or 80Mbit, or “none”, not “%s”."),
                                 args[1] ? args[1] : "");
      return FALSE;
    }
  *property = g_str_equal (args[0], "up") ? "LimitUp" : "LimitDown";
  return TRUE;
}

PorchCliExit
porch_cli_verb_limit (PorchCli *self, char **args, GError **error)
{
  g_autofree char *device = NULL;
  const GOptionEntry entries[] = {
    { "device", 0, 0, G_OPTION_ARG_STRING, &device, N_ ("Only with this device (default: in all)"), N_ ("PEER") },
    { NULL },
  };
  g_auto (GStrv) rest = g_strdupv (args);
  g_autoptr (PorchBusPeer) peer = NULL;
  Place place = { PORCH_BUS_DAEMON_PATH, "io.github.porchshare.Porch.Daemon" };
  const char *property;
  gint64 rate = 0;

  if (!porch_cli_parse (self, &rest, entries, 0, 2, error) || !parse_change (rest, &property, &rate, error)
      || !porch_cli_connect (self, error) || (device != NULL && (peer = porch_cli_find_peer (self, device, error)) == NULL))
    return PORCH_CLI_FAILED;
  if (peer != NULL)
    place = (Place) { g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)), "io.github.porchshare.Porch.Peer" };
  if ((property != NULL && !write_limit (self, &place, property, rate, error)) || !show (self, &place, error))
    return PORCH_CLI_FAILED;
  return PORCH_CLI_DONE;
}
