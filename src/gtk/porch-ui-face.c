/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-face.h"

#define KNOWN_DIGITS 32

static const char *
icon_for (const char *chassis)
{
  const char *const known[] = { "laptop", "server", "tablet", "phone" };
  const char *const icons[]
      = { "porch-laptop-symbolic", "porch-server-symbolic", "porch-tablet-symbolic", "porch-phone-symbolic" };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_strcmp0 (chassis, known[i]) == 0)
      return icons[i];
  return "porch-desktop-symbolic";
}

void
porch_ui_face_set (AdwAvatar *avatar, const char *id, const char *chassis)
{
  g_autofree char *key = g_strndup (id != NULL ? id : "", KNOWN_DIGITS);

  adw_avatar_set_show_initials (avatar, FALSE);
  adw_avatar_set_text (avatar, key);
  adw_avatar_set_icon_name (avatar, icon_for (chassis));
}
