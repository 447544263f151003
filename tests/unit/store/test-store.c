/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state database: transactions, order, migrations, one that is damaged or too new, and a kill in the middle of writing. */
#include "config.h"

#include "store/porch-store.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "identity/porch-identity.h"
#include "porch-error.h"
#include "store/porch-schema.h"
#include "test-tree.h"

static char *own_path; /* this program, run again as a writer */

typedef struct {
  const char *sql;
  gint64      number;
} Query;

static gboolean
run_sql (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, data, NULL);
}

static gboolean
read_number (sqlite3 *db, gpointer data, GError **error)
{
  Query   *query = data;
  gboolean row;
  g_autoptr (sqlite3_stmt) stmt = porch_sql_query (db, error, query->sql, NULL);

  if (stmt == NULL || !porch_sql_step (stmt, &row, error))
    return FALSE;
  g_assert_true (row);
  query->number = sqlite3_column_int64 (stmt, 0);
  return TRUE;
}

static gint64
number (PorchStore *store, const char *sql)
{
  g_autoptr (GError) error = NULL;
  Query query = { sql, -1 };

  porch_store_run (store, read_number, &query, &error);
  g_assert_no_error (error);
  return query.number;
}

static PorchStore *
open_store (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *aside = NULL;
  PorchStore *store = porch_store_new (path, &aside, &error);

  g_assert_no_error (error);
  g_assert_null (aside);
  return store;
}

static gboolean
write_then_fail (sqlite3 *db, gpointer data, GError **error)
{
  g_assert_true (porch_sql_exec (db, error, "INSERT INTO setting VALUES ('half', 'x')", NULL));
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_INVALID, "no");
  return FALSE;
}

static gboolean
fail_silently (sqlite3 *db, gpointer data, GError **error)
{
  return FALSE;
}

static void
test_transactions (void)
{
  g_autoptr (PorchStore) store = open_store (":memory:");
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;

  g_assert_false (porch_store_run (store, write_then_fail, NULL, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_cmpint (number (store, "SELECT count(*) FROM setting"), ==, 0);
  g_assert_false (porch_store_run (store, fail_silently, NULL, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_STORE);
  g_clear_error (&error);
  g_assert_false (porch_store_run (store, run_sql, (gpointer) "INSERT INTO nowhere VALUES (1)", &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, "nowhere"));
  g_clear_error (&error);
  g_assert_true (porch_store_set_setting (store, "name", "Ada", &error));
  value = porch_store_dup_setting (store, "name", &error);
  g_assert_cmpstr (value, ==, "Ada");
  g_assert_null (porch_store_dup_setting (store, "absent", &error));
  g_assert_no_error (error);
  g_assert_true (porch_store_set_setting (store, "name", NULL, &error));
  g_assert_null (porch_store_dup_setting (store, "name", &error));
  g_assert_no_error (error);
}

static void
test_foreign_keys (void)
{
  g_autoptr (PorchStore) store = open_store (":memory:");
  g_autoptr (GError) error = NULL;

  g_assert_false (porch_store_run (store, run_sql, (gpointer) "INSERT INTO share_selected VALUES ('no-share', 'd')", &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_STORE);
}

static void
on_freed (gpointer data)
{
  g_atomic_int_inc ((int *) data);
}

static gboolean
append_letter (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "INSERT INTO setting VALUES ('n', '0') ON CONFLICT (key) DO UPDATE SET value = value + 1", NULL);
}

/* What was queued is done in order, also what still waits when the store goes. */
static void
test_queue (void)
{
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "porch.db", NULL);
  PorchStore *store = open_store (path);
  static int  freed;
  struct stat st;

  freed = 0;
  for (int i = 0; i < 101; i++)
    porch_store_queue (store, append_letter, &freed, on_freed);
  g_assert_cmpint (number (store, "SELECT value FROM setting WHERE key = 'n'"), ==, 100);
  porch_store_queue (store, append_letter, &freed, on_freed);
  g_object_unref (store);
  g_assert_cmpint (freed, ==, 102);
  store = open_store (path);
  g_assert_cmpint (number (store, "SELECT value FROM setting WHERE key = 'n'"), ==, 101);
  g_assert_cmpint (g_stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  g_object_unref (store);
  test_tree_remove (root);
}

static int has_room;

/* SQLite's own limit stands for the disk's. */
static gboolean
add_page (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, g_atomic_int_get (&has_room) ? "PRAGMA max_page_count = 100000" : "PRAGMA max_page_count = 1", NULL)
         && porch_sql_exec (db, error, "INSERT INTO setting VALUES ('n', 7), ('page', zeroblob(9000))", NULL);
}

/* A disk that is full for a while: what was queued meanwhile waits, in its order, and who asks is told. */
static void
test_no_room (void)
{
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "porch.db", NULL);
  PorchStore *store = open_store (path);
  g_autoptr (GError) error = NULL;
  static int freed;

  freed = 0;
  g_atomic_int_set (&has_room, FALSE);
  porch_store_queue (store, add_page, &freed, on_freed);
  porch_store_queue (store, append_letter, &freed, on_freed); /* small enough to find room, and must not overtake */
  for (int i = 0; i < 2; i++)
    {
      g_assert_false (porch_store_run (store, run_sql, (gpointer) "SELECT 1", &error));
      g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NO_SPACE);
      g_clear_error (&error);
    }
  g_assert_cmpint (g_atomic_int_get (&freed), ==, 0);
  g_atomic_int_set (&has_room, TRUE);
  g_assert_cmpint (number (store, "SELECT value FROM setting WHERE key = 'n'"), ==, 8);
  g_assert_cmpint (g_atomic_int_get (&freed), ==, 2);
  g_object_unref (store);
  test_tree_remove (root);
}

static void
test_pragmas (void)
{
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "porch.db", NULL);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  PorchStore *store = open_store (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (number (store, "PRAGMA foreign_keys"), ==, 1);
  g_assert_cmpint (number (store, "PRAGMA synchronous"), ==, 1);
  g_assert_cmpint (number (store, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), ==, 1);
  g_assert_true (porch_store_run_synced (store, run_sql, (gpointer) "INSERT INTO setting VALUES ('a', 'b')", &error));
  g_assert_true (porch_store_run_synced (store, run_sql, (gpointer) "SELECT 1", &error));
  g_assert_no_error (error);
  g_assert_cmpint (number (store, "PRAGMA synchronous"), ==, 1);
  g_assert_true (g_file_test (log, G_FILE_TEST_EXISTS));
  g_object_unref (store);
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
  test_tree_remove (root);
}

static void
exec_directly (const char *path, const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

/* Every step from every older version leads to the same tables, with what was in them. */
static void
test_migrations (void)
{
  for (guint from = 0; from <= porch_schema_count (); from++)
    {
      char *root = test_tree_new ();
      g_autofree char *path = g_build_filename (root, "porch.db", NULL);
      g_autoptr (PorchStore) store = NULL;
      sqlite3 *db;

      g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
      for (guint i = 0; i < from; i++)
        {
          g_autofree char *version = g_strdup_printf ("PRAGMA user_version = %u", i + 1);

          g_assert_cmpint (sqlite3_exec (db, porch_schema_get (i), NULL, NULL, NULL), ==, SQLITE_OK);
          g_assert_cmpint (sqlite3_exec (db, version, NULL, NULL, NULL), ==, SQLITE_OK);
        }
      if (from > 0)
        g_assert_cmpint (sqlite3_exec (db, "INSERT INTO setting VALUES ('kept', '1')", NULL, NULL, NULL), ==, SQLITE_OK);
      sqlite3_close (db);
      store = open_store (path);
      g_assert_cmpint (number (store, "PRAGMA user_version"), ==, porch_schema_count ());
      g_assert_cmpint (number (store, "SELECT count(*) FROM setting"), ==, from > 0 ? 1 : 0);
      g_assert_cmpint (number (store, "SELECT count(*) FROM share"), ==, 0);
      test_tree_remove (root);
    }
}

static char *
read_bytes (const char *path, gsize *length)
{
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, length, NULL));
  return text;
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static void
test_too_new (void)
{
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "porch.db", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (GError) error = NULL;
  gsize length, length_after;

  g_object_unref (open_store (path));
  exec_directly (path, "PRAGMA user_version = 1000; INSERT INTO setting VALUES ('a', 'b')");
  before = read_bytes (path, &length);
  g_assert_null (porch_store_new (path, &aside, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, "newer Porch"));
  g_assert_nonnull (strstr (error->message, path));
  g_assert_null (aside);
  after = read_bytes (path, &length_after);
  g_assert_cmpmem (before, length, after, length_after);
  g_assert_cmpuint (count_files (root), ==, 1);
  test_tree_remove (root);
}

/* The newer version stands in the log only, as a newer Porch that was killed leaves it. */
static void
test_too_new_in_log (void)
{
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "porch.db", NULL);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *kept = g_build_filename (root, "kept", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  gsize length, length_after;
  sqlite3 *db;

  g_object_unref (open_store (path));
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA user_version = 1000", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  before = read_bytes (log, &length);
  g_assert_cmpuint (length, >, 0);
  g_assert_null (porch_store_new (path, NULL, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, "newer Porch"));
  after = read_bytes (log, &length_after);
  g_assert_cmpmem (before, length, after, length_after);
  test_tree_remove (root);
}

static void
damage (const char *path, goffset offset, gsize length)
{
  g_autofree char *junk = g_strnfill (length, 'J');
  int fd = g_open (path, O_WRONLY, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, junk, length, offset), ==, (gssize) length);
  close (fd);
}

/* Moved aside with its log, a fresh one in its place, and the identity beside it is untouched. */
static void
assert_set_aside (goffset offset, gsize length)
{
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "porch.db", NULL);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *aside = NULL;
  g_autofree char *aside_log = NULL;
  g_autofree char *broken = NULL;
  g_autofree char *moved = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchIdentity) identity = porch_identity_load (root, NULL);
  g_autoptr (PorchIdentity) again = NULL;
  g_autoptr (PorchStore) store = open_store (path);
  gsize broken_length, moved_length;

  for (int i = 0; i < 500; i++)
    porch_store_queue (store, run_sql, (gpointer) "INSERT INTO setting VALUES (hex (randomblob (100)), randomblob (300))", NULL);
  g_clear_object (&store);
  damage (path, offset, length);
  g_assert_true (g_file_set_contents (log, "stale", -1, NULL));
  broken = read_bytes (path, &broken_length);

  g_test_expect_message ("porch", G_LOG_LEVEL_MESSAGE, "*moved to*");
  store = porch_store_new (path, &aside, &error);
  g_test_assert_expected_messages ();
  g_assert_no_error (error);
  g_assert_nonnull (aside);
  g_assert_true (g_str_has_prefix (aside, path));
  moved = read_bytes (aside, &moved_length);
  g_assert_cmpmem (broken, broken_length, moved, moved_length);
  aside_log = g_strconcat (aside, "-wal", NULL);
  g_assert_true (g_file_test (aside_log, G_FILE_TEST_EXISTS));
  g_assert_cmpint (number (store, "SELECT count(*) FROM setting"), ==, 0);
  again = porch_identity_load (root, &error);
  g_assert_no_error (error);
  g_assert_true (porch_device_id_equal (porch_identity_get_id (identity), porch_identity_get_id (again)));
  test_tree_remove (root);
}

static void
test_damaged_header (void)
{
  assert_set_aside (0, 100);
}

static void
test_damaged_inside (void)
{
  assert_set_aside (5 * 4096, 20 * 4096);
}

static void
test_not_a_database (void)
{
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "porch.db", NULL);
  g_autofree char *aside = NULL;
  g_autoptr (PorchStore) store = NULL;

  exec_directly (path, "CREATE TABLE setting (something TEXT)"); /* version 0, yet not empty */
  g_test_expect_message ("porch", G_LOG_LEVEL_MESSAGE, "*moved to*");
  store = porch_store_new (path, &aside, NULL);
  g_test_assert_expected_messages ();
  g_assert_nonnull (store);
  g_assert_nonnull (aside);
  test_tree_remove (root);
}

/* A folder in the way, or no folder: an error, and nothing is moved. */
static void
test_not_openable (void)
{
  char *root = test_tree_new ();
  g_autofree char *below = g_build_filename (root, "absent", "porch.db", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (porch_store_new (root, NULL, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, root));
  g_clear_error (&error);
  g_assert_null (porch_store_new (below, NULL, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_STORE);
  g_assert_cmpuint (count_files (root), ==, 0);
  test_tree_remove (root);
}

static gboolean
write_pair (sqlite3 *db, gpointer data, GError **error)
{
  gint64 n = *(gint64 *) data;

  return porch_sql_exec (db, error, "INSERT INTO setting VALUES ('a' || ?, 'x')", "i", n) &&
         porch_sql_exec (db, error, "INSERT INTO setting VALUES ('b' || ?, 'x')", "i", n);
}

/* The other process: writes pairs and says after each that it is there. */
static int
run_writer (const char *path)
{
  g_autoptr (PorchStore) store = open_store (path);

  for (gint64 n = number (store, "SELECT count(*) FROM setting"); TRUE; n++)
    if (!porch_store_run (store, write_pair, &n, NULL) || write (STDOUT_FILENO, ".", 1) != 1)
      return 1;
}

static void
kill_writer_after (const char *path, guint answers, gint64 *acknowledged)
{
  const char *argv[] = { own_path, "--writer", path, NULL };
  g_autoptr (GError) error = NULL;
  char    buffer[1];
  GPid    pid;
  int     out;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < answers && read (out, buffer, 1) == 1; i++)
    (*acknowledged)++;
  kill (pid, SIGKILL);
  while (read (out, buffer, 1) == 1)
    (*acknowledged)++;
  close (out);
  waitpid (pid, NULL, 0);
  g_spawn_close_pid (pid);
}

static void
test_killed_while_writing (void)
{
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "porch.db", NULL);
  gint64 acknowledged = 0;

  for (guint round = 0; round < 12; round++)
    {
      g_autoptr (PorchStore) store = NULL;

      kill_writer_after (path, round * 7, &acknowledged);
      store = open_store (path);
      g_assert_cmpint (number (store, "SELECT count(*) FROM setting WHERE substr (key, 1, 1) = 'a' AND"
                                      " 'b' || substr (key, 2) NOT IN (SELECT key FROM setting)"), ==, 0);
      g_assert_cmpint (number (store, "SELECT count(*) FROM setting"), >=, 2 * acknowledged);
      g_assert_cmpint (number (store, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), ==, 1);
    }
  g_assert_cmpint (acknowledged, >, 100);
  test_tree_remove (root);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--writer") == 0)
    return run_writer (argv[2]);
  own_path = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/transactions", test_transactions);
  g_test_add_func ("/store/foreign-keys", test_foreign_keys);
  g_test_add_func ("/store/queue", test_queue);
  g_test_add_func ("/store/no-room", test_no_room);
  g_test_add_func ("/store/pragmas", test_pragmas);
  g_test_add_func ("/store/migrations", test_migrations);
  g_test_add_func ("/store/too-new", test_too_new);
  g_test_add_func ("/store/too-new-in-log", test_too_new_in_log);
  g_test_add_func ("/store/damaged-header", test_damaged_header);
  g_test_add_func ("/store/damaged-inside", test_damaged_inside);
  g_test_add_func ("/store/not-a-database", test_not_a_database);
  g_test_add_func ("/store/not-openable", test_not_openable);
  g_test_add_func ("/store/killed-while-writing", test_killed_while_writing);
  return g_test_run ();
}
