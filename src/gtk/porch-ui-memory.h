/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window remembers of itself from one run to the next: the schema io.github.porchshare.Porch.Window. Without the
 * schema (a broken installation) it is forgotten at the end. Main thread. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_UI_TYPE_MEMORY (porch_ui_memory_get_type ())
G_DECLARE_FINAL_TYPE (PorchUiMemory, porch_ui_memory, PORCH_UI, MEMORY, GObject)

PorchUiMemory *porch_ui_memory_new (void);
void porch_ui_memory_get_size (PorchUiMemory *self, int *width, int *height, gboolean *maximized);
void porch_ui_memory_set_size (PorchUiMemory *self, int width, int height, gboolean maximized);
/* Was the first-start page left with Start? */
gboolean porch_ui_memory_get_begun (PorchUiMemory *self);
void porch_ui_memory_set_begun (PorchUiMemory *self);

typedef enum
{
  PORCH_UI_ON_CLOSE_ASK,
  PORCH_UI_ON_CLOSE_KEEP,
  PORCH_UI_ON_CLOSE_STOP
} PorchUiOnClose;
/* In a sandbox: the desktop was asked to start it at login. */
gboolean porch_ui_memory_get_autostart (PorchUiMemory *self);
void porch_ui_memory_set_autostart (PorchUiMemory *self, gboolean autostart);
PorchUiOnClose porch_ui_memory_get_on_close (PorchUiMemory *self);
void porch_ui_memory_set_on_close (PorchUiMemory *self, PorchUiOnClose on_close);

G_END_DECLS
