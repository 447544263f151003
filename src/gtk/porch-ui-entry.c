/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-entry.h"
#include "porch-display.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define NS_PER_S G_GINT64_CONSTANT (1000000000)

struct _PorchUiEntry
{
  GObject parent_instance;
  char *name;
  char *shown;
  char *folded; /* what is typed to find it is compared with this */
  char *sort_key;
  const char *icon;
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
  g_free (self->folded);
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

/* What a row can say. Numbers are 0 and texts NULL where it doesn't. */
typedef struct
{
  char *name, *type, *error, *message;
  gint64 size, modified;
  gboolean ended;
} Row;

static void
row_clear (Row *row)
{
  g_free (row->name);
  g_free (row->type);
  g_free (row->error);
  g_free (row->message);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Row, row_clear)

static char **
text_of (Row *row, const char *key, gsize length)
{
  if (length == 1)
    return *key == 'n' ? &row->name : *key == 't' ? &row->type : NULL;
  if (length == 5 && memcmp (key, "error", 5) == 0)
    return &row->error;
  return length == 7 && memcmp (key, "message", 7) == 0 ? &row->message : NULL;
}

/* --- the quick way: a flat object without escapes and without blanks, as porchd writes nearly all of them --- */

static const char *
find_quote (const char *at, const char *end)
{
  while (at < end && *at != '"' && *at != '\\' && (guchar)*at >= 0x20)
    at++;
  return at < end && *at == '"' ? at : NULL;
}

static const char *
scan_number (const char *at, const char *end, gint64 *number)
{
  gboolean negative = at < end && *at == '-';
  const char *digits = at += negative;
  gint64 sum = 0;

  for (; at < end && g_ascii_isdigit (*at) && at - digits < 18; at++)
    sum = sum * 10 + (*at - '0');
  *number = negative ? -sum : sum;
  /* Neither 1.5 nor 007 nor one that is too long. */
  if (at == digits || (*digits == '0' && at - digits > 1) || at == end || (*at != ',' && *at != '}'))
    return NULL;
  return at;
}

/* Where the value that begins at @at ends; NULL when it is not of those that are quickly read. */
static const char *
scan_value (Row *row, const char *key, gsize length, const char *at, const char *end)
{
  if (at < end && *at == '"')
    {
      const char *quote = find_quote (at + 1, end);
      char **text = text_of (row, key, length);

      if (quote != NULL && text != NULL && *text == NULL)
        *text = g_strndup (at + 1, quote - at - 1);
      return quote != NULL ? quote + 1 : NULL;
    }
  if (end - at > 4 && memcmp (at, "true", 4) == 0)
    {
      row->ended |= length == 3 && memcmp (key, "end", 3) == 0;
      return at + 4;
    }
  {
    gint64 number;

    at = scan_number (at, end, &number);
    if (at != NULL && length == 1 && *key == 's')
      row->size = number;
    else if (at != NULL && length == 1 && *key == 'm')
      row->modified = number;
    return at;
  }
}

static gboolean
scan_row (Row *row, const char *at, gsize size)
{
  const char *end = at + size;

  if (size < 2 || *at != '{' || !g_utf8_validate_len (at, size, NULL))
    return FALSE;
  do
    {
      const char *key = at + 2;
      const char *quote = at + 1 < end && at[1] == '"' ? find_quote (key, end) : NULL;

      if (quote == NULL || quote + 1 == end || quote[1] != ':')
        return FALSE;
      at = scan_value (row, key, quote - key, quote + 2, end);
    }
  while (at != NULL && at < end && *at == ',');
  return at != NULL && at + 1 == end && *at == '}';
}

/* --- the thorough way --- */

/* The string member, or NULL: json-glib's own getters abort on another type. */
static char *
dup_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_dup_string (node) : NULL;
}

static gint64
number_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : 0;
}

static gboolean
parse_row (Row *row, const char *text, gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;
  JsonObject *object;

  if (!json_parser_load_from_data (parser, text, (gssize)length, NULL))
    return FALSE;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;
  object = json_node_get_object (root);
  row->name = dup_string (object, "n");
  row->type = dup_string (object, "t");
  row->error = dup_string (object, "error");
  row->message = dup_string (object, "message");
  row->size = number_member (object, "s");
  row->modified = number_member (object, "m");
  row->ended = json_object_has_member (object, "end") || json_object_has_member (object, "error");
  return TRUE;
}

/* --- --- */

static const char *
icon_for (PorchUiEntry *self)
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

static void
make_keys (PorchUiEntry *self)
{
  self->shown = porch_display_name (self->name, 0);
  self->folded = g_utf8_casefold (self->shown, -1);
  self->sort_key = g_utf8_collate_key_for_filename (self->folded, -1);
  self->icon = icon_for (self);
}

PorchUiEntry *
porch_ui_entry_new_from_row (const char *text, gsize length, gboolean *ended, char **code, char **problem)
{
  g_auto (Row) row = { 0 };
  PorchUiEntry *self;

  *ended = FALSE;
  if (!scan_row (&row, text, length))
    {
      row_clear (&row);
      memset (&row, 0, sizeof row);
      if (!parse_row (&row, text, length))
        return NULL;
    }
  if (row.ended || row.error != NULL)
    {
      *ended = TRUE;
      *code = g_steal_pointer (&row.error);
      *problem = *code != NULL ? g_steal_pointer (&row.message) : NULL;
      return NULL;
    }
  if (row.name == NULL || row.type == NULL)
    return NULL;
  self = g_object_new (PORCH_UI_TYPE_ENTRY, NULL);
  self->name = g_steal_pointer (&row.name);
  self->kind = *row.type == 'd' ? PORCH_UI_ENTRY_FOLDER : *row.type == 'f' ? PORCH_UI_ENTRY_FILE : PORCH_UI_ENTRY_REFUSED;
  self->size = self->kind == PORCH_UI_ENTRY_FILE ? row.size : -1;
  self->modified = row.modified / NS_PER_S;
  make_keys (self);
  return self;
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
porch_ui_entry_get_folded (PorchUiEntry *self)
{
  return self->folded;
}

const char *
porch_ui_entry_get_sort_key (PorchUiEntry *self)
{
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
  return self->icon;
}

static int
compare_numbers (gint64 one, gint64 two)
{
  return one < two ? -1 : one > two;
}

int
porch_ui_entry_compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const PorchUiEntry *one = a, *two = b;
  const PorchUiEntryOrder *order = data;
  int result = (one->kind != PORCH_UI_ENTRY_FOLDER) - (two->kind != PORCH_UI_ENTRY_FOLDER);
  int by_name = 0;

  if (result != 0)
    return result;
  if (order->key == PORCH_UI_ENTRY_BY_SIZE)
    result = compare_numbers (one->size, two->size);
  else if (order->key == PORCH_UI_ENTRY_BY_MODIFIED)
    result = compare_numbers (one->modified, two->modified);
  if (result == 0)
    by_name = strcmp (one->sort_key, two->sort_key);
  if (result == 0 && order->key == PORCH_UI_ENTRY_BY_NAME)
    result = by_name;
  if (result != 0)
    return order->descending ? -result : result;
  return by_name != 0 ? by_name : strcmp (one->name, two->name);
}
