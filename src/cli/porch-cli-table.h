/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aligned columns for people. Rows are gathered and printed at once; cells of foreign text are escaped by the caller. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PorchCliTable PorchCliTable;

/* @columns: headings, separated by "|"; one that begins with ">" is aligned to the right. Translatable as one text. */
PorchCliTable *porch_cli_table_new (const char *columns);
void           porch_cli_table_free (PorchCliTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchCliTable, porch_cli_table_free)

/* One cell of the row that is being filled; rows end by themselves. */
void           porch_cli_table_take (PorchCliTable *table, char *cell);
void           porch_cli_table_add (PorchCliTable *table, const char *cell);
guint          porch_cli_table_get_n_rows (PorchCliTable *table);
/* The whole table; no line is wider than @width columns unless it is 0. (transfer full) */
char          *porch_cli_table_to_string (PorchCliTable *table, int width);

G_END_DECLS
