/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-memory.h"

#define SCHEMA PORCH_APP_ID ".Window"
#define DEFAULT_WIDTH 860
#define DEFAULT_HEIGHT 620

struct _PorchUiMemory
{
  GObject parent_instance;
  /* owned */
  GSettings *settings; /* (nullable): its schema is not installed */
  /* what holds without it */
  int width;
  int height;
  gboolean maximized;
  gboolean begun;
  gboolean autostart;
  PorchUiOnClose on_close;
};

static const char *const on_close_words[] = { "ask", "keep", "stop" };

G_DEFINE_FINAL_TYPE (PorchUiMemory, porch_ui_memory, G_TYPE_OBJECT)

static void
porch_ui_memory_finalize (GObject *object)
{
  g_clear_object (&PORCH_UI_MEMORY (object)->settings);
  G_OBJECT_CLASS (porch_ui_memory_parent_class)->finalize (object);
}

static void
porch_ui_memory_class_init (PorchUiMemoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_ui_memory_finalize;
}

static void
porch_ui_memory_init (PorchUiMemory *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  /* Looked up first: g_settings_new() aborts the program when the schema is not there. */
  g_autoptr (GSettingsSchema) schema = source != NULL ? g_settings_schema_source_lookup (source, SCHEMA, TRUE) : NULL;

  self->width = DEFAULT_WIDTH;
  self->height = DEFAULT_HEIGHT;
  if (schema != NULL)
    self->settings = g_settings_new_full (schema, NULL, NULL);
}

PorchUiMemory *
porch_ui_memory_new (void)
{
  return g_object_new (PORCH_UI_TYPE_MEMORY, NULL);
}

void
porch_ui_memory_get_size (PorchUiMemory *self, int *width, int *height, gboolean *maximized)
{
  g_return_if_fail (PORCH_UI_IS_MEMORY (self));

  *width = self->settings != NULL ? g_settings_get_int (self->settings, "width") : self->width;
  *height = self->settings != NULL ? g_settings_get_int (self->settings, "height") : self->height;
  *maximized = self->settings != NULL ? g_settings_get_boolean (self->settings, "maximized") : self->maximized;
}

void
porch_ui_memory_set_size (PorchUiMemory *self, int width, int height, gboolean maximized)
{
  g_return_if_fail (PORCH_UI_IS_MEMORY (self));

  if (width <= 0 || height <= 0)
    return;
  self->width = width;
  self->height = height;
  self->maximized = maximized;
  if (self->settings == NULL)
    return;
  g_settings_set_int (self->settings, "width", MIN (width, G_MAXINT16));
  g_settings_set_int (self->settings, "height", MIN (height, G_MAXINT16));
  g_settings_set_boolean (self->settings, "maximized", maximized);
}

gboolean
porch_ui_memory_get_begun (PorchUiMemory *self)
{
  g_return_val_if_fail (PORCH_UI_IS_MEMORY (self), FALSE);
  return self->settings != NULL ? g_settings_get_boolean (self->settings, "begun") : self->begun;
}

void
porch_ui_memory_set_begun (PorchUiMemory *self)
{
  g_return_if_fail (PORCH_UI_IS_MEMORY (self));

  self->begun = TRUE;
  if (self->settings != NULL && !g_settings_get_boolean (self->settings, "begun"))
    g_settings_set_boolean (self->settings, "begun", TRUE);
}

gboolean
porch_ui_memory_get_autostart (PorchUiMemory *self)
{
  g_return_val_if_fail (PORCH_UI_IS_MEMORY (self), FALSE);
  return self->settings != NULL ? g_settings_get_boolean (self->settings, "autostart") : self->autostart;
}

void
porch_ui_memory_set_autostart (PorchUiMemory *self, gboolean autostart)
{
  g_return_if_fail (PORCH_UI_IS_MEMORY (self));

  self->autostart = autostart;
  if (self->settings != NULL)
    g_settings_set_boolean (self->settings, "autostart", autostart);
}

PorchUiOnClose
porch_ui_memory_get_on_close (PorchUiMemory *self)
{
  g_autofree char *word = NULL;

  g_return_val_if_fail (PORCH_UI_IS_MEMORY (self), PORCH_UI_ON_CLOSE_ASK);
  if (self->settings == NULL)
    return self->on_close;
  word = g_settings_get_string (self->settings, "on-close");
  for (guint i = 0; i < G_N_ELEMENTS (on_close_words); i++)
    if (g_str_equal (on_close_words[i], word))
      return (PorchUiOnClose)i;
  return PORCH_UI_ON_CLOSE_ASK;
}

void
porch_ui_memory_set_on_close (PorchUiMemory *self, PorchUiOnClose on_close)
{
  g_return_if_fail (PORCH_UI_IS_MEMORY (self) && (guint)on_close < G_N_ELEMENTS (on_close_words));

  self->on_close = on_close;
  if (self->settings != NULL)
    g_settings_set_string (self->settings, "on-close", on_close_words[on_close]);
}
