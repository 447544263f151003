/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watches that the window's main loop never keeps a person waiting. Debug builds only (the meson option "watch"); main thread.
 */
#pragma once

#include "config.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What one turn of the main loop may take, working or waiting, in microseconds: beyond it a person feels it. What a busy machine
 * is to blame for isn't counted. */
#define PORCH_UI_WATCH_LIMIT_US 50000

#ifdef PORCH_WATCH
/* From the first frame of @window on, each turn of the default main context that needs more is told on stderr with the place
 * where it was when the time was up: "porch-window: STALL of 73 ms …". The tests of the window fail on it. */
void porch_ui_watch_begin (GtkWidget *window);
/* How many there were. */
guint porch_ui_watch_count (void);
#else
static inline void
porch_ui_watch_begin (GtkWidget *window)
{
}
#endif

G_END_DECLS
