/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The round picture of a device: its color belongs to the key, its icon to the chassis. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* id: hex digits of the device id; only the first 32 count, which are known before the rest is proved. */
void porch_ui_face_set (AdwAvatar *avatar, const char *id, const char *chassis);

G_END_DECLS
