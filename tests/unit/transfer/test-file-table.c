/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is noted of a transfer's files while the disk is full is written once there is room. */
#include "config.h"

#include "porch-error.h"
#include "test-tree.h"
#include "transfer/porch-file-table.h"

#include <string.h>

#define SETUP \
  "INSERT INTO transfer (id, direction, state, device, source, spec, position, created_s) VALUES ('t', 0, 3, 'd', x'', x'', 1, 1);" \
  "INSERT INTO setting VALUES ('ballast', zeroblob(100000));"

static gboolean
run_sql (sqlite3 *db, gpointer data, GError **error)
{
  return sqlite3_exec (db, data, NULL, NULL, NULL) == SQLITE_OK || porch_sql_set_error (db, error);
}

/* From outside: the store itself does nothing before what waits. */
static void
make_room (const char *path)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "DELETE FROM setting WHERE key = 'ballast'", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
note_published (PorchFileTable *table)
{
  g_autofree char *name = g_strnfill (20000, 'n');

  porch_file_table_note_published (table, 1, PORCH_FILE_PUBLISHED, name, 7, 0, FALSE);
}

/* The worker looks (flush), is told that the disk is full, and ends; another one begins later. */
static void
test_full (void)
{
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "porch.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchStore) store = porch_store_new (path, NULL, &error);
  g_autoptr (PorchFileTable) table = porch_file_table_new (store, "t");
  g_autoptr (PorchFileTable) later = porch_file_table_new (store, "t");
  g_autoptr (GPtrArray) rows = NULL;

  g_assert_no_error (error);
  g_assert_true (porch_store_run (store, run_sql, (gpointer) SETUP, &error));
  porch_file_table_add (table, 1, "a", FALSE, 5, 5, NULL);
  g_assert_true (porch_file_table_flush (table, &error));
  g_assert_true (porch_store_run (store, run_sql, (gpointer) "PRAGMA max_page_count = 1", &error));
  note_published (table);
  g_assert_false (porch_file_table_flush (table, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NO_SPACE);
  g_clear_error (&error);
  g_assert_null (porch_file_table_select (later, 0, FALSE, 1 << PORCH_FILE_WANTED, 10, NULL)); /* not what is no longer true */
  make_room (path);
  rows = porch_file_table_select (later, 0, FALSE, 1 << PORCH_FILE_PUBLISHED, 10, &error);
  g_assert_no_error (error);
  g_assert_cmpint (rows->len, ==, 1);
  g_assert_cmpint (strlen (((PorchFileRow *) g_ptr_array_index (rows, 0))->final), ==, 20000);
  g_clear_object (&store);
  test_tree_remove (root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-table/full", test_full);
  return g_test_run ();
}
