/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-error.h"
#include "share/porch-file-thread.h"
#include "test-tree.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define OUTSIDE "/etc/passwd"

typedef struct {
  int    outside;  /* errno of opening a file elsewhere */
  int    inside;   /* … of opening one below */
  int    writing;  /* … of making one below */
  int    removing; /* … of removing it */
  int    network;
  int    helper; /* … of opening elsewhere, in a thread that this one made */
  int    held;   /* … of reading a descriptor that was opened before */
  int    given;
  gint64 ran;
} Report;

static int
try_open (int dir_fd, const char *path, int flags)
{
  int fd = openat (dir_fd, path, flags | O_CLOEXEC, 0600);

  if (fd < 0)
    return errno;
  close (fd);
  return 0;
}

static gpointer
open_outside (gpointer data)
{
  return GINT_TO_POINTER (try_open (AT_FDCWD, OUTSIDE, O_RDONLY));
}

static int
try_connect (void)
{
  struct sockaddr_in address = { AF_INET, htons (9), { htonl (INADDR_LOOPBACK) } };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int code = connect (fd, (struct sockaddr *) &address, sizeof address) == 0 ? 0 : errno;

  close (fd);
  return code;
}

static void
examine (PorchDir *dir, gpointer data)
{
  Report *report = data;
  char byte;

  report->outside = try_open (AT_FDCWD, OUTSIDE, O_RDONLY);
  report->helper = GPOINTER_TO_INT (g_thread_join (g_thread_new ("helper", open_outside, NULL)));
  report->network = try_connect ();
  if (dir)
    {
      int fd = porch_dir_get_fd (dir);

      report->inside = try_open (fd, "d/file", O_RDONLY);
      report->writing = try_open (fd, "new", O_WRONLY | O_CREAT | O_EXCL);
      report->removing = unlinkat (fd, report->writing == 0 ? "new" : "other", 0) == 0 ? 0 : errno;
    }
  if (report->given > 0)
    report->held = pread (report->given, &byte, 1, 0) == 1 ? 0 : errno;
  report->ran = 1;
}

static Report
run_confined (PorchDir *dir, PorchFileAccess access, int given)
{
  Report report = { .given = given };
  GThread *thread = porch_file_thread_new ("porch-test", dir, access, examine, &report);

  g_assert_nonnull (thread);
  g_thread_join (thread);
  g_assert_cmpint (report.ran, ==, 1);
  return report;
}

static gboolean
no_landlock (void)
{
  if (porch_confinement_abi () > 0)
    return FALSE;
  g_test_skip ("this kernel has no Landlock");
  return TRUE;
}

static char *
make_tree (PorchDir **dir)
{
  static const char *const tree[] = { "d/file=x", "other=y", NULL };
  char *root = test_tree_new ();

  test_tree_fill (root, tree);
  *dir = porch_dir_open (root, NULL);
  g_assert_nonnull (*dir);
  return root;
}

static void
test_reading (void)
{
  g_autoptr (PorchDir) dir = NULL;
  char *root = make_tree (&dir);
  Report report = run_confined (dir, PORCH_FILE_THREAD_READ, 0);

  g_assert_cmpint (report.inside, ==, 0);
  if (!no_landlock ())
    {
      g_assert_cmpint (report.outside, ==, EACCES);
      g_assert_cmpint (report.helper, ==, EACCES);
      g_assert_cmpint (report.writing, ==, EACCES);
      g_assert_cmpint (report.removing, ==, EACCES);
      if (porch_confinement_abi () >= 4)
        g_assert_cmpint (report.network, ==, EACCES);
    }
  test_tree_remove (root);
}

static void
test_writing (void)
{
  g_autoptr (PorchDir) dir = NULL;
  char *root = make_tree (&dir);
  Report report = run_confined (dir, PORCH_FILE_THREAD_WRITE, 0);

  g_assert_cmpint (report.inside, ==, 0);
  g_assert_cmpint (report.writing, ==, 0);
  g_assert_cmpint (report.removing, ==, 0);
  if (!no_landlock ())
    {
      g_assert_cmpint (report.outside, ==, EACCES);
      g_assert_cmpint (report.helper, ==, EACCES);
    }
  test_tree_remove (root);
}

/* Descriptors cross the wall, paths don't. */
static void
test_without_folder (void)
{
  int fd = open (OUTSIDE, O_RDONLY | O_CLOEXEC);
  Report report = run_confined (NULL, PORCH_FILE_THREAD_READ, fd);

  g_assert_cmpint (report.held, ==, 0);
  if (!no_landlock ())
    g_assert_cmpint (report.outside, ==, EACCES);
  close (fd);
}

/* Walls around single files: what lies beside them is closed. */
static void
test_single_file (void)
{
  g_autoptr (PorchDir) dir = NULL;
  char *root = make_tree (&dir);
  PorchConfinement *walls = porch_confinement_new (PORCH_FILE_THREAD_READ);
  int fd = openat (porch_dir_get_fd (dir), "d/file", O_PATH | O_CLOEXEC);
  Report report = { 0 };
  GThread *thread;

  porch_confinement_allow (walls, fd);
  close (fd);
  thread = porch_file_thread_new_within ("porch-test", walls, (GFunc) (gpointer) examine, dir, &report);
  g_thread_join (thread);
  g_assert_cmpint (report.inside, ==, 0);
  if (!no_landlock ())
    {
      g_assert_cmpint (report.outside, ==, EACCES);
      g_assert_cmpint (report.writing, ==, EACCES);
    }
  test_tree_remove (root);
}

/* The whole path layer behind its walls: make, write, publish, number, time, list, sync. */
static void
work (PorchDir *dir, gpointer data)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *name = NULL;
      g_autofree char *final = NULL;
      int fd = porch_dir_create_staging (dir, "d", &name, &error);

      g_assert_no_error (error);
      g_assert_cmpint (write (fd, "abcdef", 6), ==, 6);
      g_assert_cmpint (ftruncate (fd, 3), ==, 0);
      g_assert_cmpint (fdatasync (fd), ==, 0);
      porch_dir_publish (dir, "d", name, fd, "f", 1000, &final, &error);
      g_assert_no_error (error);
      close (fd);
    }
  porch_dir_mkdir (dir, "d/e", NULL, &error);
  g_assert_no_error (error);
  porch_dir_set_mtime (dir, "d/e", 1000, &error);
  g_assert_no_error (error);
  porch_dir_sync (dir, &error);
  g_assert_no_error (error);
  *(int *) data = 1;
}

static void
test_path_layer (void)
{
  static const char *const after[] = { "d/file=x", "d/f=abc", "d/f (1)=abc", "d/e/", "other=y", NULL };
  g_autoptr (PorchDir) dir = NULL;
  char *root = make_tree (&dir);
  int done = 0;

  g_thread_join (porch_file_thread_new ("porch-test", dir, PORCH_FILE_THREAD_WRITE, work, &done));
  g_assert_cmpint (done, ==, 1);
  test_tree_assert (root, after);
  test_tree_remove (root);
}

typedef struct {
  int left;
  int refused;
} Tasks;

static void
open_in_task (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_int (task, try_open (AT_FDCWD, OUTSIDE, O_RDONLY));
}

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Tasks *tasks = data;

  tasks->left--;
  if (g_task_propagate_int (G_TASK (result), NULL) != 0)
    tasks->refused++;
}

static int
count_refused_tasks (int n)
{
  Tasks tasks = { n, 0 };

  for (int i = 0; i < n; i++)
    {
      g_autoptr (GTask) task = g_task_new (NULL, NULL, on_open_ready, &tasks);
      g_task_run_in_thread (task, open_in_task);
    }
  while (tasks.left > 0)
    g_main_context_iteration (NULL, TRUE);
  return tasks.refused;
}

/* DECISIONS 4: confined threads leave nothing behind in GLib's pools. */
static void
test_pools_stay_clean (void)
{
  g_autoptr (PorchDir) dir = NULL;
  char *root = make_tree (&dir);

  for (guint i = 0; i < 100; i++)
    run_confined (dir, i % 2 ? PORCH_FILE_THREAD_READ : PORCH_FILE_THREAD_WRITE, 0);
  g_assert_cmpint (count_refused_tasks (1000), ==, 0);
  test_tree_remove (root);
}

static void
ignore_ready (GObject *source, GAsyncResult *result, gpointer data)
{
}

static void
run_task_from_inside (PorchDir *dir, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, ignore_ready, NULL);

  g_task_run_in_thread (task, open_in_task);
}

/* The control: a file thread that breaks the rule does poison them, and the same count shows it. */
static void
test_poison_is_seen (void)
{
  if (no_landlock ())
    return;
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      return;
    }
  g_thread_join (porch_file_thread_new ("porch-test", NULL, PORCH_FILE_THREAD_READ, run_task_from_inside, NULL));
  g_assert_cmpint (count_refused_tasks (1000), >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_message ("Landlock ABI %d", porch_confinement_abi ());
  g_test_add_func ("/file-thread/reading", test_reading);
  g_test_add_func ("/file-thread/writing", test_writing);
  g_test_add_func ("/file-thread/without-folder", test_without_folder);
  g_test_add_func ("/file-thread/single-file", test_single_file);
  g_test_add_func ("/file-thread/path-layer", test_path_layer);
  g_test_add_func ("/file-thread/pools-stay-clean", test_pools_stay_clean);
  g_test_add_func ("/file-thread/poison-is-seen", test_poison_is_seen);
  return g_test_run ();
}
