/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Check again (S31): what is whole is left as it is, what was edited is never opened for writing, what is damaged gets a repaired copy
 * beside it, and a check that breaks off leaves nothing behind. */
#include "config.h"

#include "porch-error.h"
#include "test-giver.h"
#include "test-tree.h"
#include "transfer/porch-file-table.h"
#include "transfer/porch-new-transfer.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MIB (1024 * 1024)

typedef struct {
  char          *source, *target, *state;
  PorchStore    *store;
  TestGiver      giver;
  PorchTransfer *done;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  f->source = test_tree_new ();
  f->target = test_tree_new ();
  f->state = test_tree_new ();
  path = g_build_filename (f->state, "state.db", NULL);
  f->store = porch_store_new (path, NULL, &error);
  g_assert_no_error (error);
  test_giver_init (&f->giver, f->source);
  test_tree_fill (f->source, (const char *const[]){ "d/small*3000", "d/one*1048576", "d/big*9000001", "d/none=", NULL });
  f->done = test_giver_download (f->store, (const char *const[]){ "d", NULL }, f->target);
  g_assert_cmpint (test_giver_run (&f->giver, f->store, f->done, FALSE, 0, &error), ==, PORCH_OUTCOME_DONE);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->done);
  test_giver_clear (&f->giver);
  g_clear_object (&f->store);
  test_tree_remove (f->source);
  test_tree_remove (f->target);
  test_tree_remove (f->state);
}

static PorchTransfer *
begin_check (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  PorchTransferRecord *record = porch_new_check (f->done, &error);
  PorchTransfer *check;

  g_assert_no_error (error);
  g_assert_true (porch_transfer_store_insert (f->store, record, &error));
  check = porch_transfer_new (f->store, record, NULL);
  porch_file_table_copy (f->store, porch_transfer_get_id (f->done), porch_transfer_get_id (check));
  return check;
}

static void
run_check (Fixture *f, PorchTransfer *check)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (test_giver_run (&f->giver, f->store, check, FALSE, 0, &error), ==, PORCH_OUTCOME_DONE);
  g_assert_no_error (error);
  g_assert_cmpint (porch_transfer_get_state (check), ==, PORCH_TRANSFER_DONE);
}

/* The same size and times: as a disk that forgets does it. A change of its content changes the ctime, which nobody can set; so what is
 * recorded of it is set instead. */
static gboolean
record_as_it_is (sqlite3 *db, gpointer data, GError **error)
{
  const struct stat *st = data;

  return porch_sql_exec (db, error, "UPDATE transfer_file SET ctime = ? WHERE inode = ?", "ii", porch_nanoseconds (&st->st_ctim),
                         (gint64) st->st_ino);
}

static void
damage (Fixture *f, const char *name, off_t offset, gboolean by_the_disk)
{
  g_autofree char *path = g_build_filename (f->target, name, NULL);
  int fd = g_open (path, O_WRONLY | O_CLOEXEC, 0);
  struct stat st;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, "\1\2\3\4", 4, offset), ==, 4);
  g_assert_cmpint (fstat (fd, &st), ==, 0);
  close (fd);
  if (by_the_disk)
    g_assert_true (porch_store_run (f->store, record_as_it_is, &st, NULL));
}

static void
assert_problem (PorchTransfer *check, const char *path, const char *words)
{
  g_autoptr (GPtrArray) problems = porch_transfer_dup_problems (check);

  for (guint i = 0; i < problems->len; i++)
    if (strcmp (((PorchProblem *) problems->pdata[i])->path, path) == 0)
      {
        g_assert_nonnull (strstr (((PorchProblem *) problems->pdata[i])->message, words));
        return;
      }
  g_error ("no problem of %s", path);
}

static guint
count_problems (PorchTransfer *check)
{
  g_autoptr (GPtrArray) problems = porch_transfer_dup_problems (check);

  return problems->len;
}

static void
assert_same_file (Fixture *f, const char *source, const char *target)
{
  g_autofree char *from = g_build_filename (f->source, source, NULL);
  g_autofree char *to = g_build_filename (f->target, target, NULL);
  g_autofree char *want = NULL;
  g_autofree char *have = NULL;
  gsize length, got;

  g_assert_true (g_file_get_contents (from, &want, &length, NULL));
  g_assert_true (g_file_get_contents (to, &have, &got, NULL));
  g_assert_cmpmem (have, got, want, length);
}

static guint
count_files (Fixture *f)
{
  g_auto (GStrv) all = test_tree_read (f->target);

  return g_strv_length (all);
}

static void
test_whole (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) check = begin_check (f);
  gint64 sent = f->giver.sent;
  guint files = count_files (f);

  run_check (f, check);
  g_assert_cmpuint (count_problems (check), ==, 0);
  g_assert_cmpint (f->giver.sent, ==, sent);
  g_assert_cmpuint (count_files (f), ==, files);
  g_assert_cmpint (porch_transfer_get_bytes_done (check), ==, porch_transfer_get_bytes_total (check));
}

/* Only the bad block is fetched; the damaged file stays. */
static void
test_damaged (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) check = NULL;
  gint64 sent = f->giver.sent;
  guint files = count_files (f);

  damage (f, "d/big", 3 * MIB + 5, TRUE);
  damage (f, "d/small", 100, TRUE);
  check = begin_check (f);
  run_check (f, check);
  g_assert_cmpuint (count_problems (check), ==, 2);
  assert_problem (check, "d/big", "repaired");
  assert_problem (check, "d/small", "repaired");
  assert_same_file (f, "d/big", "d/big (repaired)");
  assert_same_file (f, "d/small", "d/small (repaired)");
  g_assert_cmpuint (count_files (f), ==, files + 2);
  g_assert_cmpint (f->giver.sent - sent, >, MIB);
  g_assert_cmpint (f->giver.sent - sent, <, MIB + 10000);
}

/* By its user. Nobody opens it for writing: it is set so that it can't be. */
static void
test_edited (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) check = NULL;
  g_autofree char *path = g_build_filename (f->target, "d", "big", NULL);
  gint64 sent = f->giver.sent;
  guint files = count_files (f);

  damage (f, "d/big", 2 * MIB, FALSE);
  g_assert_cmpint (g_chmod (path, 0400), ==, 0);
  check = begin_check (f);
  run_check (f, check);
  assert_problem (check, "d/big", "left alone");
  g_assert_cmpuint (count_problems (check), ==, 1);
  g_assert_cmpuint (count_files (f), ==, files);
  g_assert_cmpint (f->giver.sent, ==, sent);
}

static void
test_gone (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) check = NULL;
  g_autofree char *path = g_build_filename (f->target, "d", "one", NULL);
  guint files = count_files (f);

  g_assert_cmpint (g_unlink (path), ==, 0);
  check = begin_check (f);
  run_check (f, check);
  assert_problem (check, "d/one", "no longer where");
  g_assert_cmpuint (count_files (f), ==, files - 1);
}

/* The giver is away after the check has begun the copy: it goes on later, and a check that is canceled takes its copy with it. */
static void
test_broken_off (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) first = NULL;
  g_autoptr (PorchTransfer) second = NULL;
  guint files = count_files (f);

  damage (f, "d/big", 3 * MIB + 5, TRUE);
  first = begin_check (f);
  f->giver.cut_after = f->giver.sent + 1000;
  g_assert_cmpint (test_giver_run (&f->giver, f->store, first, FALSE, 0, NULL), ==, PORCH_OUTCOME_RETRY);
  g_assert_cmpuint (count_files (f), ==, files + 1);
  test_giver_clean (f->store, first);
  g_assert_cmpuint (count_files (f), ==, files);
  f->giver.cut_after = f->giver.sent + 1000;
  second = begin_check (f);
  g_assert_cmpint (test_giver_run (&f->giver, f->store, second, FALSE, 0, NULL), ==, PORCH_OUTCOME_RETRY);
  f->giver.cut_after = -1;
  run_check (f, second);
  g_assert_cmpuint (count_problems (second), ==, 1);
  assert_same_file (f, "d/big", "d/big (repaired)");
  g_assert_cmpuint (count_files (f), ==, files + 1);
}

static gboolean
forget_files (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "DELETE FROM transfer_block", NULL) && porch_sql_exec (db, error, "DELETE FROM transfer_file", NULL);
}

static void
test_unknown (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) check = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (porch_store_run (f->store, forget_files, NULL, NULL));
  check = begin_check (f);
  g_assert_cmpint (test_giver_run (&f->giver, f->store, check, FALSE, 0, &error), ==, PORCH_OUTCOME_FAILED);
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_GONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/check/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("whole", test_whole);
  ADD ("s31-damaged", test_damaged);
  ADD ("s31-edited", test_edited);
  ADD ("gone", test_gone);
  ADD ("broken-off", test_broken_off);
  ADD ("unknown", test_unknown);
  return g_test_run ();
}
