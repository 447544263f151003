/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-txt.h"

#include <string.h>

#include "porch-limits.h"

#define MAX_ENTRIES 32
#define ID_DIGITS 32
#define MAX_VERSION 1000

void
porch_txt_free (PorchTxt *txt)
{
  g_free (txt->id16);
  g_free (txt->name);
  g_free (txt->chassis);
  g_free (txt);
}

/* Keys are compared without case (RFC 6763, 6.4). */
static const char *
lookup (const char *const *entries, const char *key)
{
  gsize length = strlen (key);

  for (; *entries; entries++)
    {
      if (g_ascii_strncasecmp (*entries, key, length) == 0 && (*entries)[length] == '=')
        return *entries + length + 1;
    }
  return NULL;
}

static gboolean
within_limits (const char *const *entries)
{
  gsize total = 0, count = 0;

  for (; *entries; entries++, count++)
    total += strlen (*entries) + 1;
  return count <= MAX_ENTRIES && total <= PORCH_MAX_TXT;
}

PorchTxt *
porch_txt_parse (const char *const *entries)
{
  const char *version = lookup (entries, "v"), *id = lookup (entries, "id"), *name = lookup (entries, "n");
  g_autofree char *id16 = id ? g_ascii_strdown (id, -1) : NULL;
  guint64 number;
  PorchTxt *txt;

  if (!within_limits (entries) || !version || !g_ascii_string_to_unsigned (version, 10, 1, MAX_VERSION, &number, NULL))
    return NULL;
  if (!id16 || strlen (id16) != ID_DIGITS || strspn (id16, "0123456789abcdef") != ID_DIGITS)
    return NULL;
  txt = g_new0 (PorchTxt, 1);
  txt->version = number;
  txt->id16 = g_steal_pointer (&id16);
  txt->name = g_strdup (name && g_utf8_validate (name, -1, NULL) ? name : "");
  txt->chassis = g_strdup (lookup (entries, "c"));
  return txt;
}

char **
porch_txt_make (const char *id16, const char *name, const char *chassis)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();

  g_ptr_array_add (entries, g_strdup ("v=1"));
  g_ptr_array_add (entries, g_strdup_printf ("id=%s", id16));
  g_ptr_array_add (entries, g_strdup_printf ("n=%s", name));
  g_ptr_array_add (entries, g_strdup_printf ("c=%s", chassis));
  g_ptr_array_add (entries, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&entries), FALSE);
}

char **
porch_txt_from_variant (GVariant *entries)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  gsize count = MIN (g_variant_n_children (entries), MAX_ENTRIES + 1);

  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (entries, i);
      gsize length;
      const char *bytes = g_variant_get_fixed_array (entry, &length, 1);

      if (length > 0 && !memchr (bytes, '\0', length))
        g_ptr_array_add (list, g_strndup (bytes, length));
    }
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&list), FALSE);
}

GVariant *
porch_txt_to_variant (const char *const *entries)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aay"));
  for (; *entries; entries++)
    g_variant_builder_add_value (&builder, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, *entries, strlen (*entries), 1));
  return g_variant_builder_end (&builder);
}
