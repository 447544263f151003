/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-cli-format.h"
#include "porch-cli-table.h"

#define GAP 2

struct _PorchCliTable {
  GPtrArray *cells; /* the headings first */
  guint      n_columns;
  gboolean  *right;
};

PorchCliTable *
porch_cli_table_new (const char *columns)
{
  g_auto (GStrv) names = g_strsplit (columns, "|", -1);
  PorchCliTable *table = g_new0 (PorchCliTable, 1);

  table->n_columns = g_strv_length (names);
  table->cells = g_ptr_array_new_with_free_func (g_free);
  table->right = g_new0 (gboolean, table->n_columns);
  for (guint i = 0; i < table->n_columns; i++)
    {
      table->right[i] = names[i][0] == '>';
      g_ptr_array_add (table->cells, g_utf8_strup (names[i] + table->right[i], -1));
    }
  return table;
}

void
porch_cli_table_free (PorchCliTable *table)
{
  g_ptr_array_unref (table->cells);
  g_free (table->right);
  g_free (table);
}

void
porch_cli_table_take (PorchCliTable *table, char *cell)
{
  g_ptr_array_add (table->cells, cell);
}

void
porch_cli_table_add (PorchCliTable *table, const char *cell)
{
  g_ptr_array_add (table->cells, g_strdup (cell));
}

guint
porch_cli_table_get_n_rows (PorchCliTable *table)
{
  return table->cells->len / table->n_columns - 1;
}

static void
append_cell (GString *text, const char *cell, int width, gboolean right, gboolean last)
{
  int blanks = MAX (width - porch_cli_text_width (cell), 0);

  if (right)
    g_string_append_printf (text, "%*s", blanks, "");
  g_string_append (text, cell);
  if (!last)
    g_string_append_printf (text, "%*s", (right ? 0 : blanks) + GAP, "");
}

char *
porch_cli_table_to_string (PorchCliTable *table, int width)
{
  g_autofree int *widths = g_new0 (int, table->n_columns);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < table->cells->len; i++)
    widths[i % table->n_columns] = MAX (widths[i % table->n_columns], porch_cli_text_width (table->cells->pdata[i]));
  for (guint row = 0; row <= porch_cli_table_get_n_rows (table); row++)
    {
      g_autoptr (GString) line = g_string_new (NULL);
      g_autofree char *cut = NULL;

      for (guint column = 0; column < table->n_columns; column++)
        append_cell (line, table->cells->pdata[row * table->n_columns + column], widths[column], table->right[column],
                     column == table->n_columns - 1);
      cut = width > 0 ? porch_cli_text_cut (line->str, width) : g_strdup (line->str);
      g_string_append_printf (text, "%s\n", g_strchomp (cut));
    }
  return g_string_free (text, FALSE);
}
