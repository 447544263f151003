/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "porch-cli-output.h"
#include "share/porch-path.h"

char *
porch_cli_shown (const char *text)
{
  return porch_path_to_display (text ? text : "");
}

int
porch_cli_terminal_width (int fd)
{
  struct winsize size;

  return ioctl (fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void
porch_cli_print_table (PorchCli *self, PorchCliTable *table, const char *empty)
{
  g_autofree char *text = NULL;

  if (porch_cli_table_get_n_rows (table) == 0)
    {
      porch_cli_say (self, "%s", empty);
      return;
    }
  text = porch_cli_table_to_string (table, 0);
  fputs (text, stdout);
}

void
porch_cli_print_json (JsonBuilder *builder, gboolean compact)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, !compact);

  puts (text);
  fflush (stdout);
}

void
porch_cli_say (PorchCli *self, const char *format, ...)
{
  va_list arguments;

  if (self->json)
    return;
  va_start (arguments, format);
  vfprintf (stderr, format, arguments);
  va_end (arguments);
  fputc ('\n', stderr);
}

gboolean
porch_cli_ask (const char *question)
{
  char line[64];

  /* Translators: the letters that are typed for yes and no */
  fprintf (stderr, "%s [%s] ", question, _ ("y/n"));
  fflush (stderr);
  if (fgets (line, sizeof line, stdin) == NULL)
    {
      fputc ('\n', stderr);
      return FALSE;
    }
  g_strstrip (line);
  /* Translators: the first letter of “yes”; y is always understood too */
  return *line && (g_ascii_tolower (*line) == 'y' || g_ascii_strncasecmp (line, _ ("y"), strlen (_ ("y"))) == 0);
}

void
porch_cli_json_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value ? value : "");
}

void
porch_cli_json_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL && *value)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
porch_cli_json_path (JsonBuilder *builder, const char *name, const char *bytes)
{
  g_autofree char *text = bytes == NULL || g_utf8_validate (bytes, -1, NULL) ? g_strdup (bytes) : porch_path_to_display (bytes);

  porch_cli_json_string (builder, name, text);
}

void
porch_cli_json_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
porch_cli_json_time (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  if (value > 0)
    json_builder_add_int_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
porch_cli_json_bool (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

void
porch_cli_json_strv (JsonBuilder *builder, const char *name, const char *const *values)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    json_builder_add_string_value (builder, values[i]);
  json_builder_end_array (builder);
}
