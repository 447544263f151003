/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes to standard output: a table for people, one JSON document for scripts. */
#pragma once

#include <json-glib/json-glib.h>

#include "porch-cli-table.h"
#include "porch-cli.h"

G_BEGIN_DECLS

/* Foreign text (names, messages, paths) with control and bidi characters as escapes. (transfer full) */
char *porch_cli_shown (const char *text);
/* Prints the table, or @empty (translated) to standard error when it has no row. */
void  porch_cli_print_table (PorchCli *self, PorchCliTable *table, const char *empty);
/* The document that @builder holds, and a newline; on one line when @compact. */
void  porch_cli_print_json (JsonBuilder *builder, gboolean compact);
/* Translated lines for people on standard error; nothing when --json. */
void  porch_cli_say (PorchCli *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
int   porch_cli_terminal_width (int fd); /* 80 where it can't be told */
/* Asks on standard error and reads a line from standard input: TRUE for yes. End of input is no. */
gboolean porch_cli_ask (const char *question);

void  porch_cli_json_string (JsonBuilder *builder, const char *name, const char *value); /* "" and NULL are null */
void  porch_cli_json_text (JsonBuilder *builder, const char *name, const char *value);   /* "" stays "" */
void  porch_cli_json_path (JsonBuilder *builder, const char *name, const char *bytes);   /* a local path; bad bytes escaped */
void  porch_cli_json_int (JsonBuilder *builder, const char *name, gint64 value);
void  porch_cli_json_time (JsonBuilder *builder, const char *name, gint64 value); /* 0 is null */
void  porch_cli_json_bool (JsonBuilder *builder, const char *name, gboolean value);
void  porch_cli_json_strv (JsonBuilder *builder, const char *name, const char *const *values);

G_END_DECLS
