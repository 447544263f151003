/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-dict.h"

#include "porch-error.h"

#include <glib/gi18n.h>
#include <string.h>

static const PorchDaemonDictMember *
find_member (const PorchDaemonDictMember *members, const char *name)
{
  for (; members->name; members++)
    if (strcmp (members->name, name) == 0)
      return members;
  return NULL;
}

gboolean
porch_daemon_dict_check (GVariant *dict, const PorchDaemonDictMember *members, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iter, dict);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    {
      const PorchDaemonDictMember *member = find_member (members, name);

      if (member != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE (member->type)))
        continue;
      if (member == NULL)
        g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("There is no option “%s”."), name);
      else
        g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("The option “%s” is of type “%s”, not “%s”."), name,
                     member->type, g_variant_get_type_string (value));
      g_variant_unref (value);
      return FALSE;
    }
  return TRUE;
}

char *
porch_daemon_dict_dup_path (GVariant *dict, const char *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (dict, name, G_VARIANT_TYPE_BYTESTRING);

  return value ? g_variant_dup_bytestring (value, NULL) : NULL;
}

gboolean
porch_daemon_audience_parse (const char *word, PorchAudience *audience, GError **error)
{
  if (strcmp (word, "selected") == 0)
    *audience = PORCH_AUDIENCE_SELECTED;
  else if (strcmp (word, "trusted") == 0)
    *audience = PORCH_AUDIENCE_TRUSTED;
  else if (strcmp (word, "everyone") == 0)
    *audience = PORCH_AUDIENCE_EVERYONE;
  else
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID,
                   _ ("A folder can be open to “selected”, “trusted” or “everyone”, not to “%s”."), word);
      return FALSE;
    }
  return TRUE;
}

const char *
porch_daemon_audience_to_string (PorchAudience audience)
{
  switch (audience)
    {
    case PORCH_AUDIENCE_EVERYONE:
      return "everyone";
    case PORCH_AUDIENCE_TRUSTED:
      return "trusted";
    case PORCH_AUDIENCE_SELECTED:
    case PORCH_AUDIENCE_NOBODY:
    default:
      return "selected"; /* nobody is a selection of none */
    }
}

gboolean
porch_daemon_selected_check (const char *const *selected, GError **error)
{
  PorchDeviceId id;

  for (guint i = 0; selected && selected[i]; i++)
    if (!porch_device_id_parse (selected[i], &id))
      {
        g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID,
                     _ ("“%s” is not the whole id of a device (64 hexadecimal digits)."), selected[i]);
        return FALSE;
      }
  return TRUE;
}

const char *
porch_daemon_trust_to_string (PorchTrust trust)
{
  return trust == PORCH_TRUST_TRUSTED ? "trusted" : trust == PORCH_TRUST_BLOCKED ? "blocked" : "unknown";
}
