/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recipe of a download without a network: what lands where, and what becomes of it when it is cut, killed, cheated or out of room. */
#include "config.h"

#include "porch-error.h"
#include "test-giver.h"
#include "test-tree.h"
#include "transfer/porch-boot-id.h"
#include "transfer/porch-file-table.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1024 * 1024)

typedef struct {
  char       *source, *target, *state;
  PorchStore *store;
  TestGiver   giver;
} Fixture;

static void
open_store (Fixture *f)
{
  g_autofree char *path = g_build_filename (f->state, "state.db", NULL);
  g_autoptr (GError) error = NULL;

  f->store = porch_store_new (path, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->source = test_tree_new ();
  f->target = test_tree_new ();
  f->state = test_tree_new ();
  open_store (f);
  test_giver_init (&f->giver, f->source);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  test_giver_clear (&f->giver);
  g_clear_object (&f->store);
  test_tree_remove (f->source);
  test_tree_remove (f->target);
  test_tree_remove (f->state);
}

static PorchTransfer *
download (Fixture *f, const char *path)
{
  return test_giver_download (f->store, (const char *const[]){ path, NULL }, f->target);
}

static void
run_to_end (Fixture *f, PorchTransfer *transfer)
{
  g_autoptr (GError) error = NULL;
  PorchOutcome outcome = test_giver_run (&f->giver, f->store, transfer, FALSE, 0, &error);

  g_assert_no_error (error);
  g_assert_cmpint (outcome, ==, PORCH_OUTCOME_DONE);
  g_assert_cmpint (porch_transfer_get_state (transfer), ==, PORCH_TRANSFER_DONE);
  g_assert_cmpint (porch_transfer_get_bytes_done (transfer), ==, porch_transfer_get_bytes_total (transfer));
}

static void
assert_same (const char *source, const char *target)
{
  g_auto (GStrv) want = test_tree_read (source);

  test_tree_assert (target, (const char *const *) want);
}

static void
assert_no_problem (PorchTransfer *transfer)
{
  g_autoptr (GPtrArray) problems = porch_transfer_dup_problems (transfer);

  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s: %s", ((PorchProblem *) problems->pdata[i])->path, ((PorchProblem *) problems->pdata[i])->message);
  g_assert_cmpuint (problems->len, ==, 0);
}

static void
assert_problem (PorchTransfer *transfer, const char *path)
{
  g_autoptr (GPtrArray) problems = porch_transfer_dup_problems (transfer);

  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_cmpstr (((PorchProblem *) problems->pdata[0])->path, ==, path);
}

static struct timespec
mtime_of (const char *root, const char *path)
{
  g_autofree char *full = g_build_filename (root, path, NULL);
  struct stat st;

  g_assert_cmpint (lstat (full, &st), ==, 0);
  return st.st_mtim;
}

static void
set_mtime (const char *root, const char *path, time_t seconds, long nanoseconds)
{
  g_autofree char *full = g_build_filename (root, path, NULL);
  struct timespec times[2] = { { seconds, nanoseconds }, { seconds, nanoseconds } };

  g_assert_cmpint (utimensat (AT_FDCWD, full, times, 0), ==, 0);
}

/* Sizes around the block's edge, odd names, empty folders, times of files and folders. */
static void
test_folder (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;
  g_autofree char *top = g_build_filename (f->target, "docs", NULL);
  g_autofree char *from = g_build_filename (f->source, "docs", NULL);
  g_auto (GStrv) results = NULL;

  test_tree_fill (f->source, (const char *const[]){ "docs/empty/", "docs/deep/er/est/file=x", "docs/none=", "docs/one*1048576",
                                                   "docs/more*1048577", "docs/less*1048575", "docs/big*9000001",
                                                   "docs/\xe2\x80\xae" "odd name\xc3\xa9.txt=1", "docs/-rf=2", "docs/~=3",
                                                   "docs/trailing =4", "other=5", NULL });
  set_mtime (f->source, "docs/big", 1000000000, 123456789);
  set_mtime (f->source, "docs/empty", 1100000000, 5);
  set_mtime (f->source, "docs/deep/er", 1200000000, 6);
  set_mtime (f->source, "docs", 1300000000, 7);
  transfer = download (f, "docs");
  run_to_end (f, transfer);
  assert_no_problem (transfer);
  assert_same (from, top);
  g_assert_cmpint (mtime_of (f->target, "docs/big").tv_sec, ==, 1000000000);
  g_assert_cmpint (mtime_of (f->target, "docs/big").tv_nsec, ==, 123456789);
  g_assert_cmpint (mtime_of (f->target, "docs/empty").tv_sec, ==, 1100000000);
  g_assert_cmpint (mtime_of (f->target, "docs/deep/er").tv_sec, ==, 1200000000);
  g_assert_cmpint (mtime_of (f->target, "docs").tv_sec, ==, 1300000000);
  g_assert_cmpint (porch_transfer_get_files_done (transfer), ==, 10);
  results = porch_transfer_dup_results (transfer);
  g_assert_cmpstr (results[0], ==, top);
  g_assert_null (results[1]);
}

static void
test_whole_share_and_clash (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;
  g_autoptr (PorchTransfer) single = NULL;
  g_auto (GStrv) results = NULL;

  test_tree_fill (f->source, (const char *const[]){ "a=1", "d/b=2", NULL });
  test_tree_fill (f->target, (const char *const[]){ "Films/a=mine", "a=also mine", NULL });
  transfer = download (f, "");
  run_to_end (f, transfer);
  single = download (f, "a");
  run_to_end (f, single);
  test_tree_assert (f->target, (const char *const[]){ "Films/a=mine", "a=also mine", "Films (1)/a=1", "Films (1)/d/b=2",
                                                     "a (1)=1", NULL });
  results = porch_transfer_dup_results (single);
  g_assert_true (g_str_has_suffix (results[0], "/a (1)"));
}

/* S6, one file: what can't be read is a problem and the rest comes. */
static void
test_unreadable (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;
  g_autofree char *secret = g_build_filename (f->source, "d/secret", NULL);

  test_tree_fill (f->source, (const char *const[]){ "d/a=1", "d/secret=2", "d/z=3", "d/link->a", NULL });
  if (geteuid () == 0)
    {
      g_test_skip ("root reads everything; run as a plain user");
      return;
    }
  g_assert_cmpint (g_chmod (secret, 0), ==, 0);
  transfer = download (f, "d");
  run_to_end (f, transfer);
  assert_problem (transfer, "d/secret");
  test_tree_assert (f->target, (const char *const[]){ "d/a=1", "d/z=3", NULL });
}

static void
test_gone (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) one = download (f, "nothing");
  g_autoptr (PorchTransfer) several = NULL;
  g_autoptr (GError) error = NULL;

  test_tree_fill (f->source, (const char *const[]){ "a=1", NULL });
  g_assert_cmpint (test_giver_run (&f->giver, f->store, one, FALSE, 0, &error), ==, PORCH_OUTCOME_FAILED);
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND);
  several = test_giver_download (f->store, (const char *const[]){ "nothing", "a", NULL }, f->target);
  run_to_end (f, several);
  assert_problem (several, "nothing");
  test_tree_assert (f->target, (const char *const[]){ "a=1", NULL });
}

/* Cut at byte N, for many N: what was written stays, what is fetched again is at most what was on its way. */
static void
test_cut (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;
  gint64 total;

  test_tree_fill (f->source, (const char *const[]){ "d/big*7340033", "d/e/", "d/s1=1", "d/s2*70000", "d/s3*200000", NULL });
  transfer = download (f, "d");
  for (guint cut = 0; cut < 12; cut++)
    {
      g_autoptr (GError) error = NULL;

      f->giver.cut_after = f->giver.sent + 700001;
      if (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, &error) == PORCH_OUTCOME_DONE)
        break;
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
      g_assert_cmpint (porch_transfer_get_bytes_done (transfer), <, porch_transfer_get_bytes_total (transfer));
    }
  /* A block of 1 MiB never fits between two cuts that are 700 kB apart: only small ones came. */
  g_assert_cmpint (porch_transfer_get_state (transfer), !=, PORCH_TRANSFER_DONE);
  total = 0;
  for (guint cut = 0; cut < 12 && porch_transfer_get_state (transfer) != PORCH_TRANSFER_DONE; cut++)
    {
      f->giver.cut_after = f->giver.sent + 2500000;
      total = f->giver.sent;
      test_giver_run (&f->giver, f->store, transfer, FALSE, 0, NULL);
    }
  g_assert_cmpint (total, >, 0);
  g_assert_cmpint (porch_transfer_get_state (transfer), ==, PORCH_TRANSFER_DONE);
  assert_same (f->source, f->target);
  assert_no_problem (transfer);
}

/* Stopped at some moment again and again, by the person: nothing is fetched twice but what was on its way. */
static void
test_pause (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;
  guint lives = 0;

  test_tree_fill (f->source, (const char *const[]){ "big*60000000", NULL });
  transfer = download (f, "big");
  while (porch_transfer_get_state (transfer) != PORCH_TRANSFER_DONE && lives < 200)
    {
      PorchOutcome outcome = test_giver_run (&f->giver, f->store, transfer, FALSE, 5 + lives, NULL);

      g_assert_true (outcome == PORCH_OUTCOME_DONE || outcome == PORCH_OUTCOME_STOPPED);
      lives++;
    }
  g_test_message ("%u lives, %" G_GINT64_FORMAT " bytes sent for 60000000", lives, f->giver.sent);
  assert_same (f->source, f->target);
  g_assert_cmpint (f->giver.sent, <, 60000000 + (gint64) lives * 12 * MIB);
}

static gboolean changed_once;

static void
change_source (const char *route, JsonObject *body, gpointer data)
{
  Fixture *f = data;
  g_autofree char *path = g_build_filename (f->source, "d/big", NULL);
  g_autofree char *text = NULL;

  if (changed_once || strcmp (route, "fetch") != 0 || f->giver.fetches == 0)
    return;
  changed_once = TRUE;
  text = g_strnfill (3 * MIB + 5, 'n');
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* The source changes between two lives: it begins anew, says so, and never mixes. */
static void
test_changed (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;

  changed_once = FALSE;
  test_tree_fill (f->source, (const char *const[]){ "d/big*6291456", "d/a=1", NULL });
  transfer = download (f, "d");
  f->giver.cut_after = 4 * MIB;
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, NULL), ==, PORCH_OUTCOME_RETRY);
  g_assert_cmpint (porch_transfer_get_bytes_done (transfer), >, MIB);
  f->giver.cut_after = -1;
  f->giver.on_request = change_source;
  f->giver.data = f;
  run_to_end (f, transfer);
  g_assert_true (changed_once);
  assert_problem (transfer, "d/big");
  assert_same (f->source, f->target);
}

/* Listed, then gone or other before it was asked for: no fuss about what had not begun. */
static void
change_after_list (const char *route, JsonObject *body, gpointer data)
{
  Fixture *f = data;
  g_autofree char *a = g_build_filename (f->source, "d/a", NULL);
  g_autofree char *b = g_build_filename (f->source, "d/b", NULL);

  if (strcmp (route, "fetch") != 0 || f->giver.fetches > 0)
    return;
  g_assert_cmpint (g_unlink (a), ==, 0);
  g_assert_true (g_file_set_contents (b, "longer than before", -1, NULL));
}

static void
test_changed_after_list (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;
  g_autoptr (GError) error = NULL;

  test_tree_fill (f->source, (const char *const[]){ "d/a=1", "d/b=2", "d/c=3", NULL });
  transfer = download (f, "d");
  f->giver.on_request = change_after_list;
  f->giver.data = f;
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, &error), ==, PORCH_OUTCOME_DONE);
  assert_problem (transfer, "d/a");
  test_tree_assert (f->target, (const char *const[]){ "d/b=longer than before", "d/c=3", NULL });
}

/* Kill -9: this program is run again as a child that kills itself in the middle. */
/* Blocks that came, as the recipe tells it; a line each, written before it goes on. */
static int came_fd = -1;

static void
write_came (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  if (g_str_has_prefix (message, "Block "))
    dprintf (came_fd, "%s\n", message);
}

static void
listen_to_blocks (const char *state)
{
  g_autofree char *path = g_build_filename (state, "came", NULL);

  came_fd = g_open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  g_assert_cmpint (came_fd, >=, 0);
  g_log_set_handler ("porch", G_LOG_LEVEL_DEBUG, write_came, NULL);
}

/* How many blocks came, and how many of them not for the first time. */
static guint
count_came (Fixture *f, guint *again)
{
  g_autofree char *path = g_build_filename (f->state, "came", NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  *again = 0;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (guint i = 0; lines[i]; i++)
    *again += !g_hash_table_add (seen, lines[i]);
  return g_hash_table_size (seen);
}

static void
run_child (const char *source, const char *target, const char *state, const char *after)
{
  Fixture f = { g_strdup (source), g_strdup (target), g_strdup (state) };
  g_autoptr (PorchTransfer) transfer = NULL;
  g_autofree char *mark = g_build_filename (state, "id", NULL);
  g_autofree char *id = NULL;

  listen_to_blocks (state);
  open_store (&f);
  test_giver_init (&f.giver, source);
  f.giver.kill_after = g_ascii_strtoll (after, NULL, 10);
  if (g_file_get_contents (mark, &id, NULL, NULL))
    transfer = test_giver_reload (f.store, id);
  else
    {
      transfer = download (&f, "d");
      g_file_set_contents (mark, porch_transfer_get_id (transfer), -1, NULL);
    }
  test_giver_run (&f.giver, f.store, transfer, id != NULL, 0, NULL);
}

static int
spawn_child (Fixture *f, gint64 after)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, after);
  char *argv[] = { (char *) "/proc/self/exe", (char *) "--child", f->source, f->target, f->state, number, NULL };
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  return status;
}

static PorchTransfer *
reload (Fixture *f)
{
  g_autofree char *mark = g_build_filename (f->state, "id", NULL);
  g_autofree char *id = NULL;

  g_assert_true (g_file_get_contents (mark, &id, NULL, NULL));
  return test_giver_reload (f->store, id);
}

static gint64
frames_of (gint64 bytes)
{
  return bytes + (bytes / MIB + 1) * 64;
}

static void
test_killed (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  gint64 fetched = 0;
  guint kills = 0, again;

  g_clear_object (&f->store);
  test_tree_fill (f->source, (const char *const[]){ "d/big*31457285", "d/empty/", NULL });
  for (guint i = 0; i < 300; i++)
    g_ptr_array_add (names, g_strdup_printf ("d/small/%03u*3000", i));
  g_ptr_array_add (names, NULL);
  test_tree_fill (f->source, (const char *const *) names->pdata);
  for (guint i = 0; i < 6; i++)
    {
      gint64 after = 5500000 + i * 77777;
      int status = spawn_child (f, after);

      if (!WIFSIGNALED (status))
        break;
      g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
      fetched += after;
      kills++;
    }
  g_assert_cmpuint (kills, >=, 4);
  open_store (f);
  transfer = reload (f);
  listen_to_blocks (f->state);
  /* A life that breaks off leaves it to the next one to look carefully. */
  f->giver.cut_after = 0;
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, TRUE, 0, &error), ==, PORCH_OUTCOME_RETRY);
  g_clear_error (&error);
  g_assert_true (f->giver.careful);
  f->giver.cut_after = -1;
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, TRUE, 0, &error), ==, PORCH_OUTCOME_DONE);
  g_assert_no_error (error);
  g_assert_false (f->giver.careful);
  fetched += f->giver.sent;
  g_test_message ("%u kills, %" G_GINT64_FORMAT " bytes fetched of %d", kills, fetched, 31457285 + 300 * 3000);
  assert_same (f->source, f->target);
  assert_no_problem (transfer);
  /* Twice came at most the piece that was on its way: what was written and never noted is found and confirmed. The giver has sent what was
   * in the queue between the two, too. */
  g_assert_cmpuint (count_came (f, &again), ==, 31);
  g_test_message ("%u blocks came twice", again);
  g_assert_cmpuint (again, <=, kills);
  g_assert_cmpint (fetched, <, frames_of (31457285) + 300 * 3200 + (gint64) kills * (7 * MIB));
}

static void
overwrite (const char *path, gsize offset)
{
  int fd = g_open (path, O_WRONLY | O_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, "\0\0\0\0", 4, (off_t) offset), ==, 4);
  close (fd);
}

static char *
find_staging (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, ".porch-"))
      return g_build_filename (folder, name, NULL);
  return NULL;
}

/* After another boot what was written is read again: a block that never reached the disk is fetched once more, the others are not. */
static void
test_other_boot (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;
  g_autofree char *staging = NULL;
  gint64 before;

  test_tree_fill (f->source, (const char *const[]){ "big*8388608", NULL });
  transfer = download (f, "big");
  f->giver.cut_after = 6 * MIB + 1000;
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, NULL), ==, PORCH_OUTCOME_RETRY);
  g_assert_cmpint (porch_transfer_get_bytes_done (transfer), >=, 5 * MIB);
  staging = find_staging (f->target);
  g_assert_nonnull (staging);
  overwrite (staging, 2 * MIB + 17);
  porch_boot_id_override ("11111111-2222-3333-4444-555555555555");
  f->giver.cut_after = -1;
  before = f->giver.sent;
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, TRUE, 0, NULL), ==, PORCH_OUTCOME_DONE);
  g_assert_cmpint (f->giver.sent - before, >=, 3 * MIB);
  g_assert_cmpint (f->giver.sent - before, <, 5 * MIB);
  assert_same (f->source, f->target);
  assert_no_problem (transfer);
}

/* A small file was renamed but its data were lost with the power: it is not reported as done. */
static void
test_other_boot_published (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;
  g_autofree char *victim = g_build_filename (f->target, "d", "a", NULL);

  test_tree_fill (f->source, (const char *const[]){ "d/a*5000", "d/b*6000", "d/big*4194304", NULL });
  transfer = download (f, "d");
  f->giver.cut_after = 2 * MIB;
  while (!g_file_test (victim, G_FILE_TEST_EXISTS))
    {
      g_assert_cmpint (f->giver.cut_after, <, 64 * MIB);
      g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, NULL), ==, PORCH_OUTCOME_RETRY);
      f->giver.cut_after = f->giver.sent + 1600000;
    }
  overwrite (victim, 100);
  porch_boot_id_override ("99999999-2222-3333-4444-555555555555");
  f->giver.cut_after = -1;
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, TRUE, 0, NULL), ==, PORCH_OUTCOME_DONE);
  assert_problem (transfer, "d/a");
  {
    g_autofree char *again = g_build_filename (f->target, "d", "a (1)", NULL);
    g_autofree char *original = g_build_filename (f->source, "d", "a", NULL);
    g_autofree char *one = NULL;
    g_autofree char *two = NULL;

    g_assert_true (g_file_get_contents (again, &one, NULL, NULL));
    g_assert_true (g_file_get_contents (original, &two, NULL, NULL));
    g_assert_cmpint (memcmp (one, two, 5000), ==, 0);
  }
}

static gboolean
forget_the_end (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "DELETE FROM transfer_block WHERE block >= 2", NULL)
         && porch_sql_exec (db, error, "UPDATE transfer_file SET state = 0, final = NULL, staging = '.porch-0123456789abcdef'", NULL)
         && porch_sql_exec (db, error, "UPDATE transfer SET state = 0", NULL);
}

/* Killed after a large file got its name and before that, and its last blocks, were written down. */
static void
test_killed_after_rename (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;
  g_autoptr (PorchTransfer) later = NULL;
  gint64 sent;

  test_tree_fill (f->source, (const char *const[]){ "big*5000000", NULL });
  transfer = download (f, "big");
  run_to_end (f, transfer);
  g_assert_true (porch_store_run (f->store, forget_the_end, NULL, NULL));
  sent = f->giver.sent;
  later = test_giver_reload (f->store, porch_transfer_get_id (transfer));
  g_assert_cmpint (test_giver_run (&f->giver, f->store, later, TRUE, 0, NULL), ==, PORCH_OUTCOME_DONE);
  assert_same (f->source, f->target); /* and no "big (1)" */
  g_assert_cmpint (f->giver.sent, ==, sent);
}

/* What a killed process did not come to write down is swept from the folders that the transfer made, and from nowhere else. */
static void
test_sweep (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;

  test_tree_fill (f->source, (const char *const[]){ "d/big*8388608", "d/e/f=1", NULL });
  transfer = download (f, "d");
  f->giver.cut_after = 5 * MIB;
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, NULL), ==, PORCH_OUTCOME_RETRY);
  test_tree_fill (f->target, (const char *const[]){ ".porch-0123456789abcdef=other's", "d/.porch-0123456789abcdef=ours",
                                                   "d/e/.porch-0123456789abcdef=ours", "d/.porch-mine=not", NULL });
  g_usleep (20000);
  f->giver.cut_after = -1;
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, TRUE, 0, NULL), ==, PORCH_OUTCOME_DONE);
  test_tree_fill (f->source, (const char *const[]){ ".porch-0123456789abcdef=other's", "d/.porch-mine=not", NULL });
  assert_same (f->source, f->target);
  g_assert_cmpint (f->giver.sent, <, 11 * MIB);
}

static void
test_cancel_cleans (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;

  test_tree_fill (f->source, (const char *const[]){ "big*8388608", NULL });
  test_tree_fill (f->target, (const char *const[]){ ".porch-mine=not ours", "mine=1", NULL });
  transfer = download (f, "big");
  f->giver.cut_after = 3 * MIB;
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, NULL), ==, PORCH_OUTCOME_RETRY);
  test_giver_clean (f->store, transfer);
  test_tree_assert (f->target, (const char *const[]){ ".porch-mine=not ours", "mine=1", NULL });
}

static void
test_disk_full (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;
  g_autoptr (GError) error = NULL;
  struct rlimit limit, small;

  test_tree_fill (f->source, (const char *const[]){ "d/a=1", "d/big*8388608", NULL });
  transfer = download (f, "d");
  /* EFBIG, as on a file system with a limit: this one file is a problem. */
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &limit);
  small = limit;
  small.rlim_cur = 5 * MIB;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, &error), ==, PORCH_OUTCOME_DONE);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  assert_problem (transfer, "d/big");
  test_tree_assert (f->target, (const char *const[]){ "d/a=1", NULL });
}

/* In a mount namespace of its own, on a file system of 24 MiB. */

static void
write_text (const char *path, const char *text)
{
  int fd = g_open (path, O_WRONLY | O_CLOEXEC, 0);

  if (fd >= 0 && write (fd, text, strlen (text)) < 0)
    g_message ("%s: %s", path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
}

static gboolean
mount_small (const char *target)
{
  g_autofree char *uid_map = g_strdup_printf ("0 %u 1", geteuid ());
  g_autofree char *gid_map = g_strdup_printf ("0 %u 1", getegid ());

  if (unshare (geteuid () == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0)
    return FALSE;
  if (geteuid () != 0)
    {
      write_text ("/proc/self/setgroups", "deny");
      write_text ("/proc/self/uid_map", uid_map);
      write_text ("/proc/self/gid_map", gid_map);
    }
  if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    return FALSE;
  return mount ("porch-test", target, "tmpfs", MS_NOSUID | MS_NODEV, "size=24m") == 0;
}

static void
fill_disk (const char *route, JsonObject *body, gpointer data)
{
  Fixture *f = data;
  g_autofree char *path = g_build_filename (f->target, "filler", NULL);
  g_autofree char *block = g_malloc0 (MIB);
  int fd;

  if (strcmp (route, "fetch") != 0)
    return;
  fd = g_open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  for (guint i = 0; i < 16; i++)
    g_assert_cmpint (write (fd, block, MIB), ==, MIB);
  close (fd);
}

static void
run_small (Fixture *f)
{
  g_autofree char *filler = g_build_filename (f->target, "filler", NULL);
  g_autoptr (PorchTransfer) large = NULL;
  g_autoptr (PorchTransfer) transfer = NULL;
  g_autoptr (GError) error = NULL;
  gint64 before;

  test_tree_fill (f->source, (const char *const[]){ "large*30000000", "d/big*18000000", "d/a=1", NULL });
  /* Not a byte is asked for when it can't fit. */
  large = download (f, "large");
  g_assert_cmpint (test_giver_run (&f->giver, f->store, large, FALSE, 0, &error), ==, PORCH_OUTCOME_RETRY);
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NO_SPACE);
  g_clear_error (&error);
  g_assert_cmpint (f->giver.sent, ==, 0);
  test_tree_assert (f->target, (const char *const[]){ NULL });
  /* Somebody else fills the disk meanwhile. */
  transfer = download (f, "d");
  f->giver.on_request = fill_disk;
  f->giver.data = f;
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, &error), ==, PORCH_OUTCOME_RETRY);
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NO_SPACE);
  g_clear_error (&error);
  f->giver.on_request = NULL;
  g_assert_cmpint (porch_transfer_get_bytes_done (transfer), >=, 4 * MIB);
  g_assert_cmpint (g_unlink (filler), ==, 0);
  before = f->giver.sent;
  /* Read-only for a while. */
  g_assert_cmpint (mount (NULL, f->target, NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, "size=24m"), ==, 0);
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, &error), ==, PORCH_OUTCOME_RETRY);
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_READ_ONLY);
  g_assert_cmpint (mount (NULL, f->target, NULL, MS_REMOUNT | MS_NOSUID | MS_NODEV, "size=24m"), ==, 0);
  before = f->giver.sent;
  run_to_end (f, transfer);
  g_assert_cmpint (f->giver.sent - before, <, 18000000 - 3 * MIB);
  assert_no_problem (transfer);
  {
    g_autofree char *from = g_build_filename (f->source, "large", NULL);

    g_assert_cmpint (g_unlink (from), ==, 0);
    assert_same (f->source, f->target);
  }
}

#define SKIPPED 77

static int
run_small_child (void)
{
  Fixture f = { test_tree_new (), test_tree_new (), test_tree_new () };
  gboolean mounted = mount_small (f.target);

  if (mounted)
    {
      open_store (&f);
      test_giver_init (&f.giver, f.source);
      run_small (&f);
      test_giver_clear (&f.giver);
      g_clear_object (&f.store);
      umount2 (f.target, MNT_DETACH);
    }
  test_tree_remove (f.source);
  test_tree_remove (f.target);
  test_tree_remove (f.state);
  return mounted ? 0 : SKIPPED;
}

static void
test_small_disk (Fixture *f, gconstpointer data)
{
  char *argv[] = { (char *) "/proc/self/exe", (char *) "--small", NULL };
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  if (WIFEXITED (status) && WEXITSTATUS (status) == SKIPPED)
    g_test_skip ("no mount namespace of one's own is allowed here");
  else
    g_assert_cmpint (status, ==, 0);
}

/* The target went away (an unplugged disk) and comes back: it waits, then goes on. */
static void
test_target_gone (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;
  g_autofree char *aside = g_strconcat (f->target, ".away", NULL);
  g_autoptr (GError) error = NULL;

  test_tree_fill (f->source, (const char *const[]){ "big*4000000", NULL });
  transfer = download (f, "big");
  f->giver.cut_after = 2500000;
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, NULL), ==, PORCH_OUTCOME_RETRY);
  g_assert_cmpint (g_rename (f->target, aside), ==, 0);
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, &error), ==, PORCH_OUTCOME_RETRY);
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_READ_ONLY);
  g_assert_cmpint (g_rename (aside, f->target), ==, 0);
  f->giver.cut_after = -1;
  run_to_end (f, transfer);
  g_assert_cmpint (f->giver.sent, <, 4000000 + 1600000);
  assert_same (f->source, f->target);
}

/* A giver that sends bytes other than those whose hash it says: not saved, said, and the rest comes. */
static GBytes *
damage (GBytes *piece, gpointer data)
{
  gsize size;
  guint8 *copy = g_memdup2 (g_bytes_get_data (piece, &size), g_bytes_get_size (piece));

  size = g_bytes_get_size (piece);
  /* Well inside the data of d/big's blocks. */
  if (size > MIB)
    copy[500000] ^= 1;
  g_bytes_unref (piece);
  return g_bytes_new_take (copy, size);
}

static void
test_damaged (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;

  test_tree_fill (f->source, (const char *const[]){ "d/big*3145728", "d/a=1", NULL });
  transfer = download (f, "d");
  f->giver.on_piece = damage;
  g_assert_cmpint (test_giver_run (&f->giver, f->store, transfer, FALSE, 0, NULL), ==, PORCH_OUTCOME_DONE);
  assert_problem (transfer, "d/big");
  test_tree_assert (f->target, (const char *const[]){ "d/a=1", NULL });
}

static void
test_many_small (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchTransfer) transfer = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  gint64 start;

  for (guint i = 0; i < 10000; i++)
    g_ptr_array_add (names, g_strdup_printf ("d/%02u/%04u*4096", i / 100, i));
  g_ptr_array_add (names, NULL);
  test_tree_fill (f->source, (const char *const *) names->pdata);
  transfer = download (f, "d");
  start = g_get_monotonic_time ();
  run_to_end (f, transfer);
  g_test_message ("10000 files in %.2f s, %u requests", (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC, f->giver.fetches);
  assert_no_problem (transfer);
  g_assert_cmpuint (f->giver.fetches, <, 15);
  assert_same (f->source, f->target);
}

/* S30: the giver sees every byte go, whatever lies here already: what is not asked for would tell it what somebody owns. */
static void
test_s30_already_here (Fixture *f, gconstpointer data)
{
  const gint64 size = 20000000;
  gint64 first;

  test_tree_fill (f->source, (const char *const[]){ "film*20000000", "small*100000", NULL });
  run_to_end (f, download (f, ""));
  first = f->giver.sent;
  g_assert_cmpint (first, >, size + 100000);
  run_to_end (f, download (f, "film"));
  run_to_end (f, download (f, "small"));
  g_assert_cmpint (f->giver.sent - first, >, size + 100000);
}

#define ADD(name, func) g_test_add ("/download/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  if (argc == 6 && strcmp (argv[1], "--child") == 0)
    {
      run_child (argv[2], argv[3], argv[4], argv[5]);
      return 0;
    }
  g_test_init (&argc, &argv, NULL);
  if (argc == 2 && strcmp (argv[1], "--small") == 0)
    return run_small_child ();
  ADD ("folder", test_folder);
  ADD ("clash", test_whole_share_and_clash);
  ADD ("unreadable", test_unreadable);
  ADD ("gone", test_gone);
  ADD ("cut", test_cut);
  ADD ("pause", test_pause);
  ADD ("changed", test_changed);
  ADD ("changed-after-list", test_changed_after_list);
  ADD ("killed", test_killed);
  ADD ("killed-after-rename", test_killed_after_rename);
  ADD ("sweep", test_sweep);
  ADD ("cancel-cleans", test_cancel_cleans);
  ADD ("too-large", test_disk_full);
  ADD ("small-disk", test_small_disk);
  ADD ("target-gone", test_target_gone);
  ADD ("damaged", test_damaged);
  ADD ("many-small", test_many_small);
  ADD ("s30-already-here", test_s30_already_here);
  /* These pretend another boot, which stays so. */
  ADD ("other-boot", test_other_boot);
  ADD ("other-boot-published", test_other_boot_published);
  return g_test_run ();
}
