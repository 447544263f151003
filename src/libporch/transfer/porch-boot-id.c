/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-boot-id.h"

#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"

static const char *overridden;

static char *
read_boot_id (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (BOOT_ID_FILE, &text, NULL, NULL) || !g_uuid_string_is_valid (g_strstrip (text)))
    return g_uuid_string_random ();
  return g_steal_pointer (&text);
}

const char *
porch_boot_id_get (void)
{
  static gsize once = 0;
  static char *boot_id;

  if (g_once_init_enter (&once))
    {
      boot_id = read_boot_id ();
      g_once_init_leave (&once, 1);
    }
  return g_atomic_pointer_get (&overridden) ? (const char *) g_atomic_pointer_get (&overridden) : boot_id;
}

void
porch_boot_id_override (const char *id)
{
  g_atomic_pointer_set (&overridden, g_intern_string (id));
}
