/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening the state database: pragmas, check, migrations, and what happens to one that is damaged or too new. Any thread. */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* NULL on error. @set_aside (nullable) gets the name that a damaged database was moved to. */
sqlite3 *porch_database_open (const char *path, char **set_aside, GError **error);
/* Something said "corrupt" at run time: the next start looks at the whole file. */
void     porch_database_note_damage (const char *path);

G_END_DECLS
