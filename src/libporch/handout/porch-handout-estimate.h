/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When everybody in the room has it: a pure function of how far each is and how fast it goes. docs/HANDOUT.md. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 left; /* bytes */
  gint64 rate; /* bytes per second, 0: nothing comes just now */
} PorchHandoutPace;

/* Seconds until the last of @paces is through; 0 when all are, -1 when it can't be said. @rate: of all together. */
gint64 porch_handout_time_left (const PorchHandoutPace *paces, guint n, gint64 rate);

G_END_DECLS
