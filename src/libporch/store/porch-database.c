/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/porch-database.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "porch-error.h"
#include "store/porch-schema.h"
#include "store/porch-sql.h"

#define CHEAP_CHECK (8 * 1024 * 1024) /* bytes; about 20 ms */
#define BUSY_MS 5000
#define DAMAGE_SUFFIX ".damaged"

typedef enum { OPEN_OK, OPEN_DAMAGED, OPEN_FAILED } OpenResult;

static gboolean
is_memory (const char *path)
{
  return strcmp (path, ":memory:") == 0;
}

/* Only what a file's *content* does; a disk error or a full disk says nothing about it. */
static OpenResult
classify (sqlite3 *db)
{
  int code = sqlite3_errcode (db) & 0xff;

  return code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? OPEN_DAMAGED : OPEN_FAILED;
}

static OpenResult
read_number (sqlite3 *db, const char *sql, gint64 *number, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = porch_sql_query (db, error, sql, NULL);
  gboolean row = FALSE;

  if (stmt == NULL || !porch_sql_step (stmt, &row, error))
    return classify (db);
  *number = row ? sqlite3_column_int64 (stmt, 0) : 0;
  return OPEN_OK;
}

static OpenResult
set_damaged (GError **error, const char *what)
{
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_STORE, _ ("The state database is damaged: %s."), what);
  return OPEN_DAMAGED;
}

static OpenResult
check_whole (sqlite3 *db, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = porch_sql_query (db, error, "PRAGMA quick_check(1)", NULL);
  gboolean    row = FALSE;
  const char *text;

  if (stmt == NULL || !porch_sql_step (stmt, &row, error))
    return classify (db);
  text = row ? (const char *) sqlite3_column_text (stmt, 0) : NULL;
  return g_strcmp0 (text, "ok") == 0 ? OPEN_OK : set_damaged (error, text != NULL ? text : "?");
}

/* All in one transaction each: a kill between two leaves a database of an older version, which the next start migrates. */
static OpenResult
migrate (sqlite3 *db, guint from, GError **error)
{
  for (guint i = from; i < porch_schema_count (); i++)
    {
      g_autofree char *version = g_strdup_printf ("PRAGMA user_version = %u", i + 1);

      if (!porch_sql_exec (db, error, "BEGIN IMMEDIATE", NULL))
        return classify (db);
      if (sqlite3_exec (db, porch_schema_get (i), NULL, NULL, NULL) != SQLITE_OK ||
          sqlite3_exec (db, version, NULL, NULL, NULL) != SQLITE_OK || sqlite3_exec (db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        {
          OpenResult result = classify (db);

          /* "table … already exists": a database that is not what its version number says. */
          if (sqlite3_errcode (db) == SQLITE_ERROR)
            result = OPEN_DAMAGED;
          porch_sql_set_error (db, error);
          sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
          return result;
        }
    }
  return OPEN_OK;
}

static OpenResult
set_too_new (GError **error, const char *path, gint64 version)
{
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_STORE,
               _ ("The state database “%s” was written by a newer Porch (version %lld"
                  ", this one knows %u). Nothing was changed; start the newer Porch."),
               path, (long long) version, porch_schema_count ());
  return OPEN_FAILED;
}

static OpenResult
check_version (sqlite3 *db, const char *path, guint *version, GError **error)
{
  gint64     number = 0;
  OpenResult result = read_number (db, "PRAGMA user_version", &number, error);

  if (result != OPEN_OK)
    return result;
  if (number < 0)
    return set_damaged (error, _ ("its version is negative"));
  if (number > porch_schema_count ())
    return set_too_new (error, path, number);
  *version = (guint) number;
  return OPEN_OK;
}

/* The version in the file's header (user_version, 4 bytes at 60), so that a newer one is refused before SQLite makes its -wal and
 * -shm beside it. What the log may say is read by check_version(). */
static gint64
peek_version (int fd)
{
  guint8  header[64];
  guint32 version;

  if (pread (fd, header, sizeof header, 0) != sizeof header || memcmp (header, "SQLite format 3", 16) != 0)
    return 0;
  memcpy (&version, header + 60, sizeof version);
  return (gint32) GUINT32_FROM_BE (version);
}

static OpenResult
set_pragmas (sqlite3 *db, GError **error)
{
  static const char *const pragmas[] = {
    "PRAGMA journal_mode = WAL",       "PRAGMA synchronous = NORMAL",  "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",      "PRAGMA cache_size = -1024",    "PRAGMA journal_size_limit = 16777216",
    "PRAGMA trusted_schema = OFF",     "PRAGMA cell_size_check = ON",
  };

  for (guint i = 0; i < G_N_ELEMENTS (pragmas); i++)
    if (!porch_sql_exec (db, error, pragmas[i], NULL))
      return classify (db);
  return OPEN_OK;
}

static gboolean
wants_check (const char *path)
{
  g_autofree char *mark = g_strconcat (path, DAMAGE_SUFFIX, NULL);
  struct stat      st;

  if (is_memory (path) || stat (path, &st) != 0)
    return FALSE;
  return st.st_size <= CHEAP_CHECK || g_file_test (mark, G_FILE_TEST_EXISTS);
}

static OpenResult
prepare (sqlite3 *db, const char *path, GError **error)
{
  guint      version = 0;
  OpenResult result;

  /* Until the version is known nothing may be written: not even a checkpoint when it is closed again. */
  sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_busy_timeout (db, BUSY_MS);
  result = check_version (db, path, &version, error);
  if (result == OPEN_OK && wants_check (path))
    result = check_whole (db, error);
  if (result == OPEN_OK)
    result = set_pragmas (db, error);
  if (result == OPEN_OK)
    result = migrate (db, version, error);
  if (result == OPEN_OK)
    sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  return result;
}

/* SQLite would make the file by the umask; its -wal and -shm take over the mode. */
static OpenResult
make_private (const char *path, GError **error)
{
  int    fd;
  gint64 version;

  if (is_memory (path))
    return OPEN_OK;
  fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_STORE, _ ("The state database “%s” can't be opened: %s."), path,
                   g_strerror (errno));
      return OPEN_FAILED;
    }
  version = peek_version (fd);
  close (fd);
  return version > porch_schema_count () ? set_too_new (error, path, version) : OPEN_OK;
}

static OpenResult
open_once (const char *path, sqlite3 **db, GError **error)
{
  OpenResult result = make_private (path, error);

  *db = NULL;
  if (result != OPEN_OK)
    return result;
  if (sqlite3_open_v2 (path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, NULL) == SQLITE_OK)
    result = prepare (*db, path, error);
  else if (*db != NULL)
    {
      result = classify (*db);
      porch_sql_set_error (*db, error);
    }
  else
    {
      result = OPEN_FAILED;
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_STORE, _ ("There is no memory for the state database."));
    }
  if (result != OPEN_OK)
    g_clear_pointer (db, sqlite3_close);
  return result;
}

static gboolean
move_one (const char *path, const char *aside, const char *suffix, GError **error)
{
  g_autofree char *from = g_strconcat (path, suffix, NULL);
  g_autofree char *to = g_strconcat (aside, suffix, NULL);

  if (rename (from, to) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_STORE, _ ("The damaged database “%s” can't be moved aside: %s."), from,
               g_strerror (errno));
  return FALSE;
}

/* The log goes first: left beside a fresh database, SQLite would play it into that one. */
static gboolean
move_aside (const char *path, char **set_aside, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = g_date_time_format (now, "%Y%m%d-%H%M%S");
  g_autofree char *aside = g_strdup_printf ("%s.broken-%s", path, date);
  g_autofree char *mark = g_strconcat (path, DAMAGE_SUFFIX, NULL);

  for (guint n = 2; g_file_test (aside, G_FILE_TEST_EXISTS); n++)
    {
      g_free (aside);
      aside = g_strdup_printf ("%s.broken-%s-%u", path, date, n);
    }
  if (!move_one (path, aside, "-wal", error) || !move_one (path, aside, "-shm", error) || !move_one (path, aside, "", error))
    return FALSE;
  unlink (mark);
  if (set_aside != NULL)
    *set_aside = g_steal_pointer (&aside);
  return TRUE;
}

sqlite3 *
porch_database_open (const char *path, char **set_aside, GError **error)
{
  g_autoptr (GError) local = NULL;
  sqlite3   *db;
  OpenResult result = open_once (path, &db, &local);

  if (result == OPEN_DAMAGED && !is_memory (path))
    {
      g_autofree char *aside = NULL;

      if (!move_aside (path, &aside, error))
        return NULL;
      g_message ("%s It was moved to “%s”.", local->message, aside);
      g_clear_error (&local);
      result = open_once (path, &db, &local);
      if (set_aside != NULL)
        *set_aside = g_steal_pointer (&aside);
    }
  if (result != OPEN_OK)
    g_propagate_error (error, g_steal_pointer (&local));
  return db;
}

void
porch_database_note_damage (const char *path)
{
  g_autofree char *mark = g_strconcat (path, DAMAGE_SUFFIX, NULL);
  int              fd = is_memory (path) ? -1 : open (mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  if (fd >= 0)
    close (fd);
}
