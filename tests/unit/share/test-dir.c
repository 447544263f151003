/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-error.h"
#include "share/porch-dir-private.h"
#include "share/porch-path.h"
#include "test-names.h"
#include "test-tree.h"
#include "test-user.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define UMASK 027

static char *device_tree; /* made by root before it became a plain user; NULL when nobody may make devices here */

/* Every test runs on this kernel, and as on one without openat2(). */
static const PorchDirFeature kernels[] = { 0, PORCH_DIR_OPENAT2 };

static PorchDir *
open_root (const char *root)
{
  g_autoptr (GError) error = NULL;
  PorchDir *dir = porch_dir_open (root, &error);

  g_assert_no_error (error);
  return dir;
}

static char *
read_file (PorchDir *dir, const char *path, GError **error)
{
  struct stat st;
  char buffer[4096] = { 0 };
  int fd = porch_dir_open_file (dir, path, &st, error);
  gssize n;

  if (fd < 0)
    return NULL;
  n = read (fd, buffer, sizeof buffer - 1);
  g_assert_cmpint (n, >=, 0);
  close (fd);
  return g_strdup (buffer);
}

static void
assert_refused (PorchDir *dir, const char *path, int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = read_file (dir, path, &error);

  g_assert_null (text);
  g_assert_error (error, PORCH_ERROR, code);
}

static char *
publish (PorchDir *dir, const char *parent, const char *wanted, const char *text, gint64 mtime, GError **error)
{
  g_autofree char *staging = NULL;
  char *final = NULL;
  int fd = porch_dir_create_staging (dir, parent, &staging, error);

  if (fd < 0)
    return NULL;
  g_assert_cmpint (write (fd, text, strlen (text)), ==, strlen (text));
  if (!porch_dir_publish (dir, parent, staging, fd, wanted, mtime, &final, error))
    {
      g_assert_null (final);
      g_assert_true (porch_dir_remove_staging (dir, parent, staging, NULL));
    }
  close (fd);
  return final;
}

static void
test_open (void)
{
  static const char *const tree[] = { "a=one", "d/b=two", "d/e/c=three", NULL };
  char *root = test_tree_new ();
  g_autoptr (PorchDir) dir = open_root (root);

  test_tree_fill (root, tree);
  for (guint k = 0; k < G_N_ELEMENTS (kernels); k++)
    {
      g_autoptr (PorchDir) sub = NULL;
      g_autofree char *one = NULL;
      g_autofree char *three = NULL;
      g_autofree char *again = NULL;
      struct stat st;

      porch_dir_lack (kernels[k]);
      one = read_file (dir, "a", NULL);
      three = read_file (dir, "d/e/c", NULL);
      sub = porch_dir_open_dir (dir, "d", NULL);
      again = read_file (sub, "e/c", NULL);
      g_assert_cmpstr (one, ==, "one");
      g_assert_cmpstr (three, ==, "three");
      g_assert_cmpstr (again, ==, "three");
      assert_refused (dir, "x", PORCH_ERROR_NOT_FOUND);
      assert_refused (dir, "d", PORCH_ERROR_NOT_FOUND);
      assert_refused (dir, "a/x", PORCH_ERROR_NOT_FOUND);
      assert_refused (dir, "", PORCH_ERROR_PATH_REFUSED);
      assert_refused (sub, "../a", PORCH_ERROR_PATH_REFUSED);
      g_assert_true (porch_dir_stat (dir, "", &st, NULL) && S_ISDIR (st.st_mode));
      g_assert_true (porch_dir_stat (dir, "d/b", &st, NULL) && st.st_size == 3);
    }
  porch_dir_lack (0);
  test_tree_remove (root);
}

/* S3: "a" shared, "ab" beside it. */
static void
test_s3_prefix (void)
{
  static const char *const tree[] = { "a/x=mine", "ab/x=secret", NULL };
  char *root = test_tree_new ();
  g_autoptr (PorchDir) dir = open_root (root);
  g_autoptr (PorchDir) share = NULL;

  test_tree_fill (root, tree);
  share = porch_dir_open_dir (dir, "a", NULL);
  assert_refused (share, "../ab/x", PORCH_ERROR_PATH_REFUSED);
  assert_refused (share, "b/x", PORCH_ERROR_NOT_FOUND);
  test_tree_remove (root);
}

/* The guard below the check of names: even a path that nobody checked stays below. */
static void
test_resolve_alone (void)
{
  static const char *const tree[] = { "in/a=one", "in/up->..", "in/d/x=two", "secret=no", NULL };
  static const char *const paths[] = { "..", "../secret", "d/../../secret", "/etc/passwd", "up/secret", "up", "d//../../secret", NULL };
  char *root = test_tree_new ();
  g_autofree char *in = g_build_filename (root, "in", NULL);
  g_autoptr (PorchDir) dir = NULL;

  test_tree_fill (root, tree);
  dir = open_root (in);
  for (guint k = 0; k < G_N_ELEMENTS (kernels); k++)
    {
      porch_dir_lack (kernels[k]);
      for (guint i = 0; paths[i]; i++)
        {
          int fd = porch_dir_resolve (porch_dir_get_fd (dir), paths[i], O_RDONLY);

          if (fd >= 0)
            g_error ("“%s” came through with kernel %u", paths[i], k);
          g_assert_true (errno == EXDEV || errno == ELOOP || errno == ENOENT);
        }
    }
  porch_dir_lack (0);
  test_tree_remove (root);
}

/* S1: a link to a folder is no way out, neither for reading nor for writing. */
static void
test_s1_symlinked_folder (void)
{
  static const char *const inside[] = { "l->../outside", "d/l->../../outside/secret", "e->/etc", NULL };
  static const char *const outside[] = { "secret=SECRET", NULL };
  char *root = test_tree_new ();
  g_autofree char *in = g_build_filename (root, "inside", NULL);
  g_autofree char *out = g_build_filename (root, "outside", NULL);
  g_autoptr (PorchDir) dir = NULL;

  g_mkdir (in, 0755);
  g_mkdir (out, 0755);
  test_tree_fill (in, inside);
  test_tree_fill (out, outside);
  dir = open_root (in);
  for (guint k = 0; k < G_N_ELEMENTS (kernels); k++)
    {
      static const int code = PORCH_ERROR_PATH_REFUSED;
      g_autoptr (GError) error = NULL;
      g_autofree char *final = NULL;
      g_autofree char *name = NULL;
      gboolean existed;

      porch_dir_lack (kernels[k]);
      assert_refused (dir, "l/secret", code);
      assert_refused (dir, "d/l", code);
      assert_refused (dir, "e/passwd", code);
      g_assert_null (publish (dir, "l", "new", "x", 0, &error));
      g_assert_error (error, PORCH_ERROR, code);
      g_clear_error (&error);
      g_assert_false (porch_dir_mkdir (dir, "l/new", NULL, &error));
      g_assert_error (error, PORCH_ERROR, code);
      g_clear_error (&error);
      g_assert_false (porch_dir_mkdir (dir, "l", &existed, &error));
      g_assert_error (error, PORCH_ERROR, PORCH_ERROR_EXISTS);
      g_clear_error (&error);
      g_assert_false (porch_dir_mkdir_fresh (dir, "l", "new", &final, &error));
      g_assert_error (error, PORCH_ERROR, code);
      g_clear_error (&error);
      g_assert_false (porch_dir_set_mtime (dir, "l/secret", 1, &error));
      g_assert_error (error, PORCH_ERROR, code);
      g_clear_error (&error);
      g_assert_cmpint (porch_dir_create_staging (dir, "l", &name, &error), ==, -1);
      g_assert_error (error, PORCH_ERROR, code);
      g_clear_error (&error);
      g_assert_null (porch_dir_open_dir (dir, "l", &error));
      g_assert_error (error, PORCH_ERROR, code);
      g_clear_error (&error);
      g_assert_null (porch_dir_iterate (dir, "l", &error));
      g_assert_error (error, PORCH_ERROR, code);
      test_tree_assert (out, outside);
    }
  porch_dir_lack (0);
  test_tree_remove (root);
}

/* S2: nothing is removed but a regular file of the staging form. */
static void
test_s2_only_staging_is_removed (void)
{
  static const char *const tree[] = { "keep=1", ".porch-keep=1", "d/keep=1", ".porch-0123456789abcde1/keep=1",
                                      ".porch-0123456789abcde2->keep", NULL };
  static const char *const names[] = { "keep", ".porch-keep", "d", "d/keep", "../x", ".", "", ".porch-0123456789abcde1",
                                       ".porch-0123456789abcde2", ".porch-0123456789abcdeg", NULL };
  char *root = test_tree_new ();
  g_autoptr (PorchDir) dir = open_root (root);
  g_autofree char *name = NULL;
  int fd;

  test_tree_fill (root, tree);
  for (guint i = 0; names[i]; i++)
    {
      g_autoptr (GError) error = NULL;
      struct stat st;

      g_assert_false (porch_dir_remove_staging (dir, "", names[i], &error));
      g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PATH_REFUSED);
      g_assert_cmpint (porch_dir_open_staging (dir, "", names[i], &st, NULL), ==, -1);
    }
  test_tree_assert (root, tree);
  fd = porch_dir_create_staging (dir, "d", &name, NULL);
  g_assert_cmpint (fd, >=, 0);
  close (fd);
  g_assert_true (porch_dir_remove_staging (dir, "d", name, NULL));
  g_assert_true (porch_dir_remove_staging (dir, "d", name, NULL)); /* gone is gone */
  test_tree_assert (root, tree);
  test_tree_remove (root);
}

/* S4: the corpus as names to open, to make and to publish: no name that is refused ever reaches the disk. */
static void
test_s4_corpus (void)
{
  char *root = test_tree_new ();
  g_autofree char *in = g_build_filename (root, "in", NULL);
  g_autoptr (PorchDir) dir = NULL;
  guint n;
  const TestName *names = test_names_get (&n);
  g_auto (GStrv) beside = NULL;

  g_mkdir (in, 0755);
  dir = open_root (in);
  for (guint i = 0; i < n; i++)
    {
      gboolean fine = (names[i].flags & TEST_NAME_SEGMENT_OK) != 0 && strlen (names[i].name) == names[i].length;
      g_autoptr (GError) error = NULL;
      g_autofree char *final = NULL;
      g_autofree char *text = NULL;

      if (strlen (names[i].name) != names[i].length)
        continue; /* a C string can't say it; the wire's parser refuses it before */
      final = publish (dir, "", names[i].name, names[i].label, 0, &error);
      if (fine)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (final, ==, names[i].name);
          text = read_file (dir, final, &error);
          g_assert_cmpstr (text, ==, names[i].label);
        }
      else
        {
          g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PATH_REFUSED);
          if (!(names[i].flags & TEST_NAME_PATH_OK))
            assert_refused (dir, names[i].name, PORCH_ERROR_PATH_REFUSED);
        }
    }
  beside = test_tree_read (root);
  for (guint i = 0; beside[i]; i++)
    g_assert_true (g_str_has_prefix (beside[i], "in/"));
  test_tree_remove (root);
}

static void
test_s4_iterate_corpus (void)
{
  char *root = test_tree_new ();
  g_autoptr (PorchDir) dir = open_root (root);
  g_autoptr (PorchDirIter) iter = NULL;
  g_autoptr (GError) error = NULL;
  PorchDirEntry entry;
  guint n;
  guint good = 0;
  guint bad = 0;
  guint made = 0;
  const TestName *names = test_names_get (&n);

  for (guint i = 0; i < n; i++)
    if ((names[i].flags & TEST_NAME_ON_DISK) && strcmp (names[i].label, "staging") != 0)
      {
        g_autofree char *path = g_build_filename (root, names[i].name, NULL);
        g_assert_cmpint (close (open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644)), ==, 0);
        made++;
      }
  iter = porch_dir_iterate (dir, "", &error);
  while (porch_dir_iter_next (iter, &entry, &error))
    {
      g_assert_cmpint (entry.refused, ==, !porch_path_check_name (entry.name, -1, NULL));
      g_assert_cmpstr (entry.reason, ==, entry.refused ? "name" : NULL);
      *(entry.refused ? &bad : &good) += 1;
    }
  g_assert_no_error (error);
  g_assert_cmpuint (good + bad, ==, made);
  g_assert_cmpuint (bad, >, 10);
  g_clear_pointer (&iter, porch_dir_iter_free);
  test_tree_remove (root);
}

static void
make_socket (const char *root, const char *name)
{
  struct sockaddr_un address = { AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM, 0);

  g_snprintf (address.sun_path, sizeof address.sun_path, "%s/%s", root, name);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  close (fd);
}

/* S6: what is no regular file or folder is not listed, not opened, and nothing waits for it. */
static void
test_s6_special_files (void)
{
  static const char *const tree[] = { "file=x", "etc->/etc", "passwd->/etc/passwd", "self->/proc/self", "root->/proc/self/root",
                                      "fd->/proc/self/fd/0", "dangling->nowhere", "loop->loop", "shut/file=x", "secret=x", NULL };
  static const char *const paths[] = { "etc/hostname", "passwd", "self/status", "root/etc/passwd", "fd", "dangling", "loop", "fifo",
                                       "socket", "shut/file", "secret", NULL };
  char *root = test_tree_new ();
  g_autoptr (PorchDir) dir = open_root (root);
  g_autofree char *fifo = g_build_filename (root, "fifo", NULL);
  g_autofree char *shut = g_build_filename (root, "shut", NULL);
  g_autofree char *secret = g_build_filename (root, "secret", NULL);

  test_tree_fill (root, tree);
  g_assert_cmpint (mkfifo (fifo, 0644), ==, 0);
  make_socket (root, "socket");
  g_chmod (shut, 0);
  g_chmod (secret, 0);
  for (guint k = 0; k < G_N_ELEMENTS (kernels); k++)
    {
      g_autoptr (PorchDirIter) iter = NULL;
      PorchDirEntry entry;
      guint seen = 0;

      porch_dir_lack (kernels[k]);
      alarm (20); /* a FIFO that is waited for must not hang the run */
      for (guint i = 0; paths[i]; i++)
        {
          g_autoptr (GError) error = NULL;
          g_assert_null (read_file (dir, paths[i], &error));
          g_assert_nonnull (error);
        }
      iter = porch_dir_iterate (dir, "", NULL);
      while (porch_dir_iter_next (iter, &entry, NULL))
        {
          seen++;
          if (strcmp (entry.name, "shut") == 0 || strcmp (entry.name, "secret") == 0)
            g_assert_cmpstr (entry.reason, ==, "io");
          else
            {
              g_assert_cmpstr (entry.name, ==, "file");
              g_assert_false (entry.refused);
            }
        }
      g_assert_cmpuint (seen, ==, 3);
      alarm (0);
    }
  porch_dir_lack (0);
  g_chmod (shut, 0755);
  test_tree_remove (root);
}

static void
test_s6_devices (void)
{
  g_autoptr (PorchDir) dir = NULL;
  g_autoptr (PorchDirIter) iter = NULL;
  PorchDirEntry entry;

  if (!device_tree)
    {
      g_test_skip ("only root may make device nodes");
      return;
    }
  dir = open_root (device_tree);
  assert_refused (dir, "zero", PORCH_ERROR_NOT_FOUND);
  iter = porch_dir_iterate (dir, "", NULL);
  g_assert_false (porch_dir_iter_next (iter, &entry, NULL));
}

/* S7: private while it comes, plain when it is there. */
static void
test_s7_modes (void)
{
  char *root = test_tree_new ();
  g_autoptr (PorchDir) dir = open_root (root);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *final = NULL;
  struct stat st;
  struct stat folder;
  int fd = porch_dir_create_staging (dir, "", &name, &error);

  g_assert_no_error (error);
  g_assert_true (porch_path_is_staging (name));
  g_assert_true (porch_dir_stat (dir, "", &folder, NULL));
  g_assert_cmpint (fstat (fd, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0600);
  g_assert_true (st.st_dev == folder.st_dev);
  g_assert_cmpint (fchmod (fd, 07777), ==, 0);
  porch_dir_publish (dir, "", name, fd, "run.sh", G_GINT64_CONSTANT (1234567890123456789), &final, &error);
  g_assert_no_error (error);
  g_assert_cmpint (fstat (fd, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0666 & ~UMASK);
  g_assert_cmpint (st.st_mtim.tv_sec, ==, 1234567890);
  g_assert_cmpint (st.st_mtim.tv_nsec, ==, 123456789);
  close (fd);
  g_assert_true (porch_dir_mkdir (dir, "d", NULL, NULL));
  g_assert_true (porch_dir_set_mtime (dir, "d", -1, NULL)); /* before 1970 */
  g_assert_true (porch_dir_stat (dir, "d", &st, NULL));
  g_assert_cmpint (st.st_mode & 07777, ==, 0777 & ~UMASK);
  g_assert_cmpint (st.st_mtim.tv_sec, ==, -1);
  g_assert_cmpint (st.st_mtim.tv_nsec, ==, 999999999);
  test_tree_remove (root);
}

/* As on every kind of disk: RENAME_NOREPLACE, links, neither of them. */
static const PorchDirFeature disks[] = { 0, PORCH_DIR_NOREPLACE, PORCH_DIR_NOREPLACE | PORCH_DIR_LINK };

/* S8: whatever is there stays, byte for byte. */
static void
test_s8_existing_stays (void)
{
  for (guint k = 0; k < G_N_ELEMENTS (disks); k++)
    {
      static const char *const before[] = { "a.txt=old", "docs/x=old", "l.txt->nowhere", NULL };
      static const char *const after[] = { "a.txt=old", "a (1).txt=new", "docs/x=old", "docs (1)=new", "l.txt->nowhere", "l (1).txt=new",
                                           "a (2).txt=newer", "docs (2)/", "docs (3)/", "b=fresh", NULL };
      char *root = test_tree_new ();
      g_autoptr (PorchDir) dir = open_root (root);
      g_autofree char *one = NULL, *two = NULL, *three = NULL, *four = NULL, *five = NULL, *d2 = NULL, *d3 = NULL;
      g_autoptr (GError) error = NULL;
      gboolean existed;

      porch_dir_lack (disks[k]);
      test_tree_fill (root, before);
      one = publish (dir, "", "a.txt", "new", 0, NULL);
      two = publish (dir, "", "docs", "new", 0, NULL);
      three = publish (dir, "", "l.txt", "new", 0, NULL);
      four = publish (dir, "", "a.txt", "newer", 0, NULL);
      five = publish (dir, "", "b", "fresh", 0, NULL);
      g_assert_cmpstr (one, ==, "a (1).txt");
      g_assert_cmpstr (two, ==, "docs (1)");
      g_assert_cmpstr (three, ==, "l (1).txt");
      g_assert_cmpstr (four, ==, "a (2).txt");
      g_assert_cmpstr (five, ==, "b");
      g_assert_true (porch_dir_mkdir_fresh (dir, "", "docs", &d2, NULL));
      g_assert_true (porch_dir_mkdir_fresh (dir, "", "docs", &d3, NULL));
      g_assert_cmpstr (d2, ==, "docs (2)");
      g_assert_cmpstr (d3, ==, "docs (3)");
      g_assert_true (porch_dir_mkdir (dir, "docs", &existed, NULL));
      g_assert_true (existed);
      g_assert_false (porch_dir_mkdir (dir, "a.txt", &existed, &error));
      g_assert_error (error, PORCH_ERROR, PORCH_ERROR_EXISTS);
      test_tree_assert (root, after);
      test_tree_remove (root);
    }
  porch_dir_lack (0);
}

static gpointer
publish_many (gpointer data)
{
  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *final = publish (data, "", "same.txt", "mine", 0, &error);

      g_assert_no_error (error);
      g_assert_nonnull (final);
    }
  return NULL;
}

/* Eight receivers want the same name at the same time: all get one. */
static void
test_s8_at_the_same_time (void)
{
  for (guint k = 0; k < G_N_ELEMENTS (disks); k++)
    {
      char *root = test_tree_new ();
      g_autoptr (PorchDir) dir = open_root (root);
      GThread *threads[8];
      g_auto (GStrv) there = NULL;

      porch_dir_lack (disks[k]);
      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new ("publish", publish_many, dir);
      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        g_thread_join (threads[i]);
      there = test_tree_read (root);
      g_assert_cmpuint (g_strv_length (there), ==, 320);
      for (guint i = 0; there[i]; i++)
        g_assert_true (g_str_has_suffix (there[i], "=mine"));
      test_tree_remove (root);
    }
  porch_dir_lack (0);
}

static void
test_resume_staging (void)
{
  char *root = test_tree_new ();
  g_autoptr (PorchDir) dir = open_root (root);
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autofree char *twin = g_build_filename (root, "twin", NULL);
  g_autofree char *final = NULL;
  g_autoptr (GError) error = NULL;
  struct stat st;
  int fd = porch_dir_create_staging (dir, "", &name, NULL);
  int other;

  g_assert_cmpint (pwrite (fd, "x", 1, 99), ==, 1);
  close (fd);
  fd = porch_dir_open_staging (dir, "", name, &st, &error);
  g_assert_no_error (error);
  g_assert_cmpint (st.st_size, ==, 100);
  /* Somebody gave our unfinished file a second name: writing to it would change that one too. */
  path = g_build_filename (root, name, NULL);
  g_assert_cmpint (link (path, twin), ==, 0);
  g_assert_cmpint (porch_dir_open_staging (dir, "", name, &st, &error), ==, -1);
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_PATH_REFUSED);
  g_clear_error (&error);
  unlink (twin);
  /* Or replaced it: what was checked is not what would be published. */
  unlink (path);
  other = open (path, O_CREAT | O_WRONLY, 0600);
  g_assert_cmpint (other, >=, 0);
  g_assert_false (porch_dir_publish (dir, "", name, fd, "x", 0, &final, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_GONE);
  close (fd);
  close (other);
  test_tree_remove (root);
}

/* Only the very file that was meant, only once, and what bears its name by then stays. */
static void
test_take_back (void)
{
  char *root = test_tree_new ();
  const char *const entries[] = { "d/torn.txt=", "d/user.txt=mine", NULL };
  g_autofree char *path = g_build_filename (root, "d/torn.txt", NULL);
  g_autofree char *staging = NULL;
  g_autofree char *again = NULL;
  g_autofree char *left = NULL;
  g_autoptr (PorchDir) dir = NULL;
  g_autoptr (GError) error = NULL;
  struct stat st;

  test_tree_fill (root, entries);
  g_assert_cmpint (stat (path, &st), ==, 0);
  dir = porch_dir_open (root, &error);
  g_assert_no_error (error);
  g_assert_false (porch_dir_take_back (dir, "d", "user.txt", st.st_ino, &again, NULL));
  g_assert_null (again);
  g_assert_true (porch_dir_take_back (dir, "d", "torn.txt", st.st_ino, &staging, &error));
  g_assert_no_error (error);
  g_assert_true (porch_path_is_staging (staging));
  g_assert_false (porch_dir_take_back (dir, "d", "torn.txt", st.st_ino, &again, NULL));
  left = g_strdup_printf ("d/%s=", staging);
  test_tree_assert (root, (const char *const[]){ left, "d/user.txt=mine", NULL });
  g_assert_true (porch_dir_remove_staging (dir, "d", staging, &error));
  test_tree_assert (root, (const char *const[]){ "d/user.txt=mine", NULL });
  test_tree_remove (root);
}

static void
test_read_only_target (void)
{
  char *root = test_tree_new ();
  g_autoptr (PorchDir) dir = open_root (root);
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  g_chmod (root, 0555);
  if (geteuid () == 0)
    g_test_skip ("to root no permission is closed");
  else
    {
      g_assert_cmpint (porch_dir_create_staging (dir, "", &name, &error), ==, -1);
      g_assert_error (error, PORCH_ERROR, PORCH_ERROR_READ_ONLY);
      g_clear_error (&error);
      g_assert_false (porch_dir_mkdir (dir, "d", NULL, &error));
      g_assert_error (error, PORCH_ERROR, PORCH_ERROR_READ_ONLY);
    }
  g_chmod (root, 0755);
  test_tree_remove (root);
}

static void
test_space (void)
{
  char *root = test_tree_new ();
  g_autoptr (PorchDir) dir = open_root (root);
  guint64 available = 0;
  guint64 size = 0;

  g_assert_true (porch_dir_free_space (dir, &available, &size, NULL));
  g_assert_cmpuint (size, >, 0);
  g_assert_cmpuint (available, <=, size);
  g_assert_true (porch_dir_sync (dir, NULL));
  test_tree_remove (root);
}

/* An iterator that gave its descriptor up goes on where it was, and never in another folder. */
static void
test_suspended_iterator (void)
{
  char *root = test_tree_new ();
  g_autoptr (PorchDir) dir = open_root (root);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (PorchDirIter) iter = NULL;
  g_autoptr (GError) error = NULL;
  PorchDirEntry entry;

  g_assert_true (porch_dir_mkdir (dir, "d", NULL, NULL));
  g_assert_true (porch_dir_mkdir (dir, "other", NULL, NULL));
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/d/file %u", root, i);
      g_assert_true (g_file_set_contents (path, "", 0, NULL));
    }
  iter = porch_dir_iterate (dir, "d", &error);
  while (porch_dir_iter_next (iter, &entry, &error))
    {
      g_assert_true (g_hash_table_add (seen, g_strdup (entry.name)));
      porch_dir_iter_suspend (iter);
      g_assert_cmpint (porch_dir_iter_get_fd (iter), ==, -1);
      porch_dir_iter_resume (iter, porch_dir_resolve (porch_dir_get_fd (dir), "d", O_RDONLY | O_DIRECTORY), &error);
      g_assert_no_error (error);
    }
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (seen), ==, 1000);
  porch_dir_iter_suspend (iter);
  g_assert_false (porch_dir_iter_resume (iter, porch_dir_resolve (porch_dir_get_fd (dir), "other", O_RDONLY | O_DIRECTORY), &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND);
  g_clear_pointer (&iter, porch_dir_iter_free);
  test_tree_remove (root);
}

static void
test_messages (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (porch_dir_open ("/nonexistent/\x1b[31m", &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "\\x1b"));
  g_assert_null (strchr (error->message, '\x1b'));
}

static void
make_device_tree (void)
{
  g_autofree char *path = NULL;

  if (geteuid () != 0)
    return;
  device_tree = test_tree_new ();
  g_chmod (device_tree, 0755);
  path = g_build_filename (device_tree, "zero", NULL);
  if (mknod (path, S_IFCHR | 0666, (1 << 8) | 5) < 0 || chmod (path, 0666) < 0)
    {
      test_tree_remove (g_steal_pointer (&device_tree));
      return;
    }
}

int
main (int argc, char **argv)
{
  int result;
  uid_t user = geteuid ();

  umask (UMASK);
  make_device_tree ();
  /* The effective user only, so that the device can be removed at the end; permissions go by it. */
  if (user == 0)
    g_assert_cmpint (setegid (65534) | seteuid (65534), ==, 0);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dir/open", test_open);
  g_test_add_func ("/dir/s3-prefix", test_s3_prefix);
  g_test_add_func ("/dir/resolve-alone", test_resolve_alone);
  g_test_add_func ("/dir/s1-symlinked-folder", test_s1_symlinked_folder);
  g_test_add_func ("/dir/s2-only-staging-is-removed", test_s2_only_staging_is_removed);
  g_test_add_func ("/dir/s4-corpus", test_s4_corpus);
  g_test_add_func ("/dir/s4-iterate-corpus", test_s4_iterate_corpus);
  g_test_add_func ("/dir/s6-special-files", test_s6_special_files);
  g_test_add_func ("/dir/s6-devices", test_s6_devices);
  g_test_add_func ("/dir/s7-modes", test_s7_modes);
  g_test_add_func ("/dir/s8-existing-stays", test_s8_existing_stays);
  g_test_add_func ("/dir/s8-at-the-same-time", test_s8_at_the_same_time);
  g_test_add_func ("/dir/resume-staging", test_resume_staging);
  g_test_add_func ("/dir/take-back", test_take_back);
  g_test_add_func ("/dir/read-only-target", test_read_only_target);
  g_test_add_func ("/dir/space", test_space);
  g_test_add_func ("/dir/suspended-iterator", test_suspended_iterator);
  g_test_add_func ("/dir/messages", test_messages);
  result = g_test_run ();
  if (user == 0)
    g_assert_cmpint (seteuid (0) | setegid (0), ==, 0);
  if (device_tree)
    test_tree_remove (device_tree);
  return result;
}
