/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-device.h"

#include "porch-limits.h"
#include "share/porch-path.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

/* hostnamed may have to be started first; a name is not worth a longer wait. */
#define HOSTNAMED_TIMEOUT_MS 1000

typedef struct
{
  const char *word;
  const char *chassis;
} ChassisWord;

/* What hostname1 and /etc/machine-info say. */
static const ChassisWord words[] = {
  { "laptop", "laptop" }, { "convertible", "laptop" }, { "desktop", "desktop" }, { "server", "server" },
  { "tablet", "tablet" }, { "handset", "phone" },      { "watch", "other" },     { "embedded", "other" },
  { "vm", "server" },     { "container", "server" },
};

static const char *
from_word (const char *word)
{
  for (guint i = 0; word && i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].word, word) == 0)
      return words[i].chassis;
  return NULL;
}

/* SMBIOS 3.6, 7.4.1: the types that tell something. */
static const char *
from_dmi_type (guint64 type)
{
  switch (type)
    {
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 13:
    case 24:
    case 35:
    case 36:
      return "desktop";
    case 8:
    case 9:
    case 10:
    case 14:
    case 31:
    case 32:
      return "laptop";
    case 11:
      return "phone";
    case 17:
    case 23:
    case 25:
    case 28:
    case 29:
      return "server";
    case 30:
      return "tablet";
    default:
      return NULL;
    }
}

static char *
read_file (const char *root, const char *path)
{
  g_autofree char *whole = g_strconcat (root, path, NULL);
  char *text = NULL;

  return g_file_get_contents (whole, &text, NULL, NULL) ? g_strstrip (text) : NULL;
}

/* The administrator's word: CHASSIS=laptop, perhaps in quotes. */
static const char *
from_machine_info (const char *root)
{
  g_autofree char *text = read_file (root, "/etc/machine-info");
  g_auto (GStrv) lines = g_strsplit (text ? text : "", "\n", -1);

  for (guint i = 0; lines[i]; i++)
    if (g_str_has_prefix (lines[i], "CHASSIS="))
      {
        g_autofree char *word = g_shell_unquote (lines[i] + strlen ("CHASSIS="), NULL);
        return from_word (word);
      }
  return NULL;
}

static const char *
from_dmi (const char *root)
{
  g_autofree char *text = read_file (root, "/sys/class/dmi/id/chassis_type");

  return text ? from_dmi_type (g_ascii_strtoull (text, NULL, 10)) : NULL;
}

/* Knows ACPI and device tree too, for machines without DMI. */
static const char *
from_hostnamed (void)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) value = NULL;

  if (bus == NULL)
    return NULL;
  answer = g_dbus_connection_call_sync (bus, "org.freedesktop.hostname1", "/org/freedesktop/hostname1",
                                        "org.freedesktop.DBus.Properties", "Get",
                                        g_variant_new ("(ss)", "org.freedesktop.hostname1", "Chassis"), G_VARIANT_TYPE ("(v)"),
                                        G_DBUS_CALL_FLAGS_NONE, HOSTNAMED_TIMEOUT_MS, NULL, NULL);
  if (answer == NULL)
    return NULL;
  g_variant_get (answer, "(v)", &value);
  return g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ? from_word (g_variant_get_string (value, NULL)) : NULL;
}

const char *
porch_daemon_device_chassis (const char *root)
{
  const char *chassis = from_machine_info (root);

  if (chassis == NULL)
    chassis = from_dmi (root);
  if (chassis == NULL && *root == '\0')
    chassis = from_hostnamed ();
  return chassis ? chassis : "other";
}

/* Translators: in all of these %s is the first name of this computer's user. */
static char *
possessive (const char *who, const char *chassis)
{
  if (strcmp (chassis, "laptop") == 0)
    return g_strdup_printf (_ ("%s's Laptop"), who);
  if (strcmp (chassis, "tablet") == 0)
    return g_strdup_printf (_ ("%s's Tablet"), who);
  if (strcmp (chassis, "phone") == 0)
    return g_strdup_printf (_ ("%s's Phone"), who);
  if (strcmp (chassis, "server") == 0)
    return g_strdup_printf (_ ("%s's Server"), who);
  return g_strdup_printf (_ ("%s's Computer"), who);
}

/* NULL for accounts without a person: "Unknown" is GLib's word for none, lower-case ones are service accounts and root. */
static char *
first_word (const char *real_name)
{
  g_auto (GStrv) split = NULL;

  if (real_name == NULL || strcmp (real_name, "Unknown") == 0 || !g_utf8_validate (real_name, -1, NULL))
    return NULL;
  split = g_strsplit_set (real_name, " \t,", 2);
  if (split[0] == NULL || *split[0] == '\0' || g_unichar_islower (g_utf8_get_char (split[0])))
    return NULL;
  return g_strdup (split[0]);
}

char *
porch_daemon_device_make_name (const char *real_name, const char *host, const char *chassis)
{
  g_autofree char *word = first_word (real_name);
  g_autofree char *name = word ? possessive (word, chassis) : NULL;
  char *clean;

  clean = porch_label_clean (name ? name : host ? host : "");
  return clean ? clean : g_strdup (_ ("Computer"));
}

char *
porch_daemon_device_default_name (const char *chassis)
{
  return porch_daemon_device_make_name (g_get_real_name (), g_get_host_name (), chassis);
}
