/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-entry.h"
#include "porch-display.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#define NS_PER_S G_GINT64_CONSTANT (1000000000)

struct _PorchUiEntry
{
  GObject parent_instance;
  char *name;
  char *shown;
  char *sort_key; /* made when first asked for */
  gint64 size;
  gint64 modified;
  PorchUiEntryKind kind;
};

G_DEFINE_FINAL_TYPE (PorchUiEntry, porch_ui_entry, G_TYPE_OBJECT)

static void
porch_ui_entry_finalize (GObject *object)
{
  PorchUiEntry *self = PORCH_UI_ENTRY (object);

  g_free (self->name);
  g_free (self->shown);
  g_free (self->sort_key);
  G_OBJECT_CLASS (porch_ui_entry_parent_class)->finalize (object);
}

static void
porch_ui_entry_class_init (PorchUiEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_ui_entry_finalize;
}

static void
porch_ui_entry_init (PorchUiEntry *self)
{
}

/* The string member, or NULL: json-glib's own getters abort on another type. */
static const char *
string_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static gint64
number_member (JsonObject *object, const char *name, gint64 otherwise)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : otherwise;
}

static PorchUiEntry *
entry_from_object (JsonObject *object)
{
  const char *name = string_member (object, "n");
  const char *type = string_member (object, "t");
  PorchUiEntry *self;

  if (name == NULL || type == NULL)
    return NULL;
  self = g_object_new (PORCH_UI_TYPE_ENTRY, NULL);
  self->name = g_strdup (name);
  self->shown = porch_display_name (name, 0);
  self->kind = *type == 'd' ? PORCH_UI_ENTRY_FOLDER : *type == 'f' ? PORCH_UI_ENTRY_FILE : PORCH_UI_ENTRY_REFUSED;
  self->size = self->kind == PORCH_UI_ENTRY_FILE ? number_member (object, "s", 0) : -1;
  self->modified = number_member (object, "m", 0) / NS_PER_S;
  return self;
}

PorchUiEntry *
porch_ui_entry_new_from_row (const char *row, gsize length, gboolean *ended, char **problem)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;
  JsonObject *object;

  *ended = FALSE;
  if (!json_parser_load_from_data (parser, row, (gssize)length, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  object = json_node_get_object (root);
  if (json_object_has_member (object, "end") || json_object_has_member (object, "error"))
    {
      *ended = TRUE;
      if (json_object_has_member (object, "error"))
        *problem = g_strdup (string_member (object, "message"));
      return NULL;
    }
  return entry_from_object (object);
}

PorchUiEntryKind
porch_ui_entry_get_kind (PorchUiEntry *self)
{
  return self->kind;
}

const char *
porch_ui_entry_get_name (PorchUiEntry *self)
{
  return self->name;
}

const char *
porch_ui_entry_get_shown (PorchUiEntry *self)
{
  return self->shown;
}

const char *
porch_ui_entry_get_sort_key (PorchUiEntry *self)
{
  if (self->sort_key == NULL)
    {
      g_autofree char *folded = g_utf8_casefold (self->shown, -1);

      self->sort_key = g_utf8_collate_key_for_filename (folded, -1);
    }
  return self->sort_key;
}

gint64
porch_ui_entry_get_size (PorchUiEntry *self)
{
  return self->size;
}

gint64
porch_ui_entry_get_modified (PorchUiEntry *self)
{
  return self->modified;
}

const char *
porch_ui_entry_get_icon_name (PorchUiEntry *self)
{
  const struct
  {
    const char *kind, *icon;
  } icons[] = { { "image/", "image-x-generic-symbolic" },
                { "video/", "video-x-generic-symbolic" },
                { "audio/", "audio-x-generic-symbolic" } };
  g_autofree char *type = NULL;

  if (self->kind == PORCH_UI_ENTRY_FOLDER)
    return "folder-symbolic";
  if (self->kind == PORCH_UI_ENTRY_REFUSED)
    return "action-unavailable-symbolic";
  type = g_content_type_guess (self->name, NULL, 0, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (icons); i++)
    if (g_str_has_prefix (type, icons[i].kind))
      return icons[i].icon;
  return "text-x-generic-symbolic";
}
