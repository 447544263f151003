/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-plan.h"

#include "porch-error.h"
#include "wire/porch-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
porch_root_free (PorchRoot *root)
{
  g_free (root->wire);
  g_free (root->name);
  g_free (root->final);
  g_free (root);
}

PorchPlan *
porch_plan_new (void)
{
  PorchPlan *plan = g_new0 (PorchPlan, 1);

  plan->roots = g_ptr_array_new_with_free_func ((GDestroyNotify) porch_root_free);
  return plan;
}

void
porch_plan_free (PorchPlan *plan)
{
  if (plan == NULL)
    return;
  g_free (plan->share);
  g_free (plan->share_name);
  g_free (plan->offer);
  g_free (plan->digest);
  g_free (plan->wrap);
  g_free (plan->handout);
  g_strfreev (plan->locals);
  g_strfreev (plan->names);
  g_free (plan->text);
  g_free (plan->batch);
  g_ptr_array_unref (plan->roots);
  g_free (plan);
}

PorchRoot *
porch_plan_add_root (PorchPlan *plan, const char *wire, const char *name, gboolean folder)
{
  PorchRoot *root = g_new0 (PorchRoot, 1);

  root->wire = g_strdup (wire);
  root->name = g_strdup (name);
  root->folder = folder;
  g_ptr_array_add (plan->roots, root);
  return root;
}

/* Local paths may be any bytes; JSON is UTF-8. */
static JsonArray *
escape_paths (char **paths)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; paths && paths[i]; i++)
    {
      g_autofree char *escaped = g_uri_escape_bytes ((const guint8 *) paths[i], strlen (paths[i]), "/");

      json_array_add_string_element (array, escaped);
    }
  return array;
}

static char **
strings (JsonObject *object, const char *member, gboolean escaped)
{
  JsonArray *array = json_object_has_member (object, member) ? json_object_get_array_member (object, member) : NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; array && i < json_array_get_length (array); i++)
    {
      const char *text = json_array_get_string_element (array, i);
      g_autoptr (GBytes) bytes = escaped && text ? g_uri_unescape_bytes (text, -1, NULL, NULL) : NULL;
      g_autofree char *raw = bytes ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : g_strdup (text);

      if (raw != NULL)
        g_strv_builder_add (builder, raw);
    }
  return g_strv_builder_end (builder);
}

static void
set_text (JsonObject *object, const char *member, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, member, text);
}

static char *
get_text (JsonObject *object, const char *member)
{
  return g_strdup (json_object_get_string_member_with_default (object, member, NULL));
}

char *
porch_plan_source_to_json (const PorchPlan *plan)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *names = json_array_new ();

  set_text (object, "share", plan->share);
  set_text (object, "name", plan->share_name);
  set_text (object, "offer", plan->offer);
  set_text (object, "digest", plan->digest);
  set_text (object, "wrap", plan->wrap);
  set_text (object, "handout", plan->handout);
  set_text (object, "text", plan->text);
  set_text (object, "batch", plan->batch);
  json_object_set_boolean_member (object, "check", plan->check);
  json_object_set_int_member (object, "files", plan->files);
  json_object_set_int_member (object, "bytes", plan->bytes);
  json_object_set_array_member (object, "locals", escape_paths (plan->locals));
  for (guint i = 0; plan->names && plan->names[i]; i++)
    json_array_add_string_element (names, plan->names[i]);
  json_object_set_array_member (object, "names", names);
  return porch_json_to_string (object);
}

char *
porch_plan_spec_to_json (const PorchPlan *plan)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *roots = json_array_new ();

  json_object_set_boolean_member (object, "listed", plan->listed);
  json_object_set_boolean_member (object, "checked", plan->checked);
  for (guint i = 0; i < plan->roots->len; i++)
    {
      PorchRoot *root = g_ptr_array_index (plan->roots, i);
      JsonObject *element = json_object_new ();

      set_text (element, "wire", root->wire);
      set_text (element, "name", root->name);
      set_text (element, "final", root->final);
      json_object_set_boolean_member (element, "folder", root->folder);
      json_array_add_object_element (roots, element);
    }
  json_object_set_array_member (object, "roots", roots);
  return porch_json_to_string (object);
}

static void
parse_source (PorchPlan *plan, JsonObject *object)
{
  plan->share = get_text (object, "share");
  plan->share_name = get_text (object, "name");
  plan->offer = get_text (object, "offer");
  plan->digest = get_text (object, "digest");
  plan->wrap = get_text (object, "wrap");
  plan->handout = get_text (object, "handout");
  plan->text = get_text (object, "text");
  plan->batch = get_text (object, "batch");
  plan->check = json_object_get_boolean_member_with_default (object, "check", FALSE);
  plan->files = json_object_get_int_member_with_default (object, "files", 0);
  plan->bytes = json_object_get_int_member_with_default (object, "bytes", 0);
  plan->locals = strings (object, "locals", TRUE);
  plan->names = strings (object, "names", FALSE);
}

static gboolean
parse_spec (PorchPlan *plan, JsonObject *object)
{
  JsonArray *roots = json_object_has_member (object, "roots") ? json_object_get_array_member (object, "roots") : NULL;

  plan->checked = json_object_get_boolean_member_with_default (object, "checked", FALSE);
  plan->listed = json_object_get_boolean_member_with_default (object, "listed", FALSE);
  for (guint i = 0; roots && i < json_array_get_length (roots); i++)
    {
      JsonObject *element = json_array_get_object_element (roots, i);
      const char *wire = json_object_get_string_member_with_default (element, "wire", NULL);
      const char *name = json_object_get_string_member_with_default (element, "name", NULL);

      if (wire == NULL || name == NULL)
        return FALSE;
      porch_plan_add_root (plan, wire, name, json_object_get_boolean_member_with_default (element, "folder", FALSE))->final
          = get_text (element, "final");
    }
  return TRUE;
}

/* Our own words from our own database: no limits, but it may be damaged. */
static JsonNode *
parse_own (const char *text)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);

  return node && JSON_NODE_HOLDS_OBJECT (node) ? g_steal_pointer (&node) : NULL;
}

PorchPlan *
porch_plan_parse (const char *source, const char *spec, GError **error)
{
  g_autoptr (PorchPlan) plan = porch_plan_new ();
  g_autoptr (JsonNode) first = parse_own (source);
  g_autoptr (JsonNode) second = parse_own (spec);

  if (first != NULL && second != NULL)
    {
      parse_source (plan, json_node_get_object (first));
      if (parse_spec (plan, json_node_get_object (second)))
        return g_steal_pointer (&plan);
    }
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_STORE, _ ("What is stored about this transfer can't be read. Start it again."));
  return NULL;
}

char **
porch_plan_dup_results (const PorchPlan *plan, const char *target)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; target && i < plan->roots->len; i++)
    {
      PorchRoot *root = g_ptr_array_index (plan->roots, i);
      g_autofree char *path = root->final ? g_build_filename (target, root->final, NULL) : NULL;

      if (path != NULL)
        g_strv_builder_add (builder, path);
    }
  return g_strv_builder_end (builder);
}
