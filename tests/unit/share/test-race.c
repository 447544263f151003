/* SPDX-License-Identifier: GPL-3.0-or-later */
/* S5: somebody exchanges a folder and a link without pause, while files below are read and written. Without Landlock: the path layer
 * must hold alone. PORCH_TEST_RACE_SECONDS sets how long in all (10; the specification asks for 30). */
#include "config.h"

#include "porch-error.h"
#include "share/porch-dir-private.h"
#include "share/porch-tree.h"
#include "test-tree.h"
#include "test-user.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PARTS 5
#define CONTROL_SECONDS 30

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE (1 << 1)
#endif

static const char *const outside_before[] = { "f=SECRET", NULL };

typedef struct {
  char     *root;
  char     *box;
  char     *outside;
  PorchDir *dir;
  GThread  *thread;
  int       stop;
} Race;

static gpointer
flip (gpointer data)
{
  Race *race = data;
  int fd = porch_dir_get_fd (race->dir);

  while (!g_atomic_int_get (&race->stop))
    g_assert_cmpint (syscall (SYS_renameat2, fd, "d", fd, "l", RENAME_EXCHANGE), ==, 0);
  return NULL;
}

static void
race_start (Race *race)
{
  static const char *const box[] = { "d/f=inside", "l->../outside", NULL };

  race->root = test_tree_new ();
  race->box = g_build_filename (race->root, "box", NULL);
  race->outside = g_build_filename (race->root, "outside", NULL);
  race->stop = 0;
  g_assert_cmpint (mkdir (race->box, 0755), ==, 0);
  g_assert_cmpint (mkdir (race->outside, 0755), ==, 0);
  test_tree_fill (race->box, box);
  test_tree_fill (race->outside, outside_before);
  race->dir = porch_dir_open (race->box, NULL);
  race->thread = g_thread_new ("flip", flip, race);
}

static void
race_stop (Race *race)
{
  g_atomic_int_set (&race->stop, 1);
  g_thread_join (race->thread);
  porch_dir_unref (race->dir);
  g_free (race->box);
  g_free (race->outside);
  test_tree_remove (race->root);
}

static gint64
deadline (double share)
{
  const char *wish = g_getenv ("PORCH_TEST_RACE_SECONDS");
  double seconds = wish ? g_ascii_strtod (wish, NULL) : 10;

  return g_get_monotonic_time () + (gint64) (seconds * share * G_USEC_PER_SEC);
}

/* "Check the path, then use it": what most programs do. */
static char *
read_naively (Race *race)
{
  g_autofree char *dir = g_build_filename (race->box, "d", NULL);
  g_autofree char *path = g_build_filename (dir, "f", NULL);
  char buffer[16] = { 0 };
  struct stat st;
  int fd;

  if (lstat (dir, &st) < 0 || !S_ISDIR (st.st_mode) || lstat (path, &st) < 0 || !S_ISREG (st.st_mode))
    return NULL;
  fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return NULL;
  g_assert_cmpint (read (fd, buffer, sizeof buffer - 1), >, 0);
  close (fd);
  return g_strdup (buffer);
}

/* The control: the same harness escapes from a naive implementation. */
static void
test_s5_control (void)
{
  Race race;
  gint64 end = g_get_monotonic_time () + CONTROL_SECONDS * G_USEC_PER_SEC;
  gboolean escaped = FALSE;
  guint tries = 0;

  race_start (&race);
  while (!escaped && g_get_monotonic_time () < end)
    {
      g_autofree char *text = read_naively (&race);

      tries++;
      escaped = g_strcmp0 (text, "SECRET") == 0;
    }
  race_stop (&race);
  g_test_message ("escaped after %u tries", tries);
  g_assert_true (escaped);
}

static void
read_for_a_while (PorchDirFeature lacking)
{
  Race race;
  gint64 end = deadline (1.0 / PARTS);
  guint good = 0;
  guint refused = 0;

  race_start (&race);
  porch_dir_lack (lacking);
  while (g_get_monotonic_time () < end)
    {
      g_autoptr (GError) error = NULL;
      struct stat st;
      char buffer[16] = { 0 };
      int fd = porch_dir_open_file (race.dir, "d/f", &st, &error);

      if (fd < 0)
        {
          refused++;
          g_assert_true (g_error_matches (error, PORCH_ERROR, PORCH_ERROR_PATH_REFUSED)
                         || g_error_matches (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND));
          continue;
        }
      g_assert_cmpint (read (fd, buffer, sizeof buffer - 1), >, 0);
      close (fd);
      g_assert_cmpstr (buffer, ==, "inside");
      good++;
    }
  porch_dir_lack (0);
  race_stop (&race);
  g_test_message ("%u read, %u refused", good, refused);
  g_assert_cmpuint (good, >, 0);
  g_assert_cmpuint (refused, >, 0);
}

static void
test_s5_reading (void)
{
  read_for_a_while (0);
}

static void
test_s5_reading_without_openat2 (void)
{
  read_for_a_while (PORCH_DIR_OPENAT2);
}

static gboolean
receive_one (PorchDir *dir, guint n)
{
  g_autofree char *staging = NULL;
  g_autofree char *final = NULL;
  g_autofree char *folder = g_strdup_printf ("d/folder %u", n);
  g_autofree char *name = g_strdup_printf ("file %u", n);
  int fd = porch_dir_create_staging (dir, "d", &staging, NULL);
  gboolean done;

  porch_dir_mkdir (dir, folder, NULL, NULL);
  porch_dir_set_mtime (dir, "d/f", 1, NULL);
  if (fd < 0)
    return FALSE;
  g_assert_cmpint (write (fd, "new", 3), ==, 3);
  done = porch_dir_publish (dir, "d", staging, fd, name, 1, &final, NULL);
  porch_dir_remove_staging (dir, "d", staging, NULL);
  close (fd);
  return done;
}

static void
write_for_a_while (PorchDirFeature lacking)
{
  Race race;
  gint64 end = deadline (1.0 / PARTS);
  guint good = 0;
  guint refused = 0;
  g_autofree char *secret_path = NULL;
  struct stat before;
  struct stat after;

  race_start (&race);
  secret_path = g_build_filename (race.outside, "f", NULL);
  g_assert_cmpint (stat (secret_path, &before), ==, 0);
  porch_dir_lack (lacking);
  for (guint n = 0; n < 200000 && g_get_monotonic_time () < end; n++)
    *(receive_one (race.dir, n) ? &good : &refused) += 1;
  porch_dir_lack (0);
  test_tree_assert (race.outside, outside_before);
  g_assert_cmpint (stat (secret_path, &after), ==, 0);
  g_assert_true (before.st_mtim.tv_sec == after.st_mtim.tv_sec && before.st_ctim.tv_nsec == after.st_ctim.tv_nsec);
  race_stop (&race);
  g_test_message ("%u received, %u refused", good, refused);
  g_assert_cmpuint (good, >, 0);
  g_assert_cmpuint (refused, >, 0);
}

static void
test_s5_writing (void)
{
  write_for_a_while (0);
}

static void
test_s5_writing_without_openat2 (void)
{
  write_for_a_while (PORCH_DIR_OPENAT2);
}

static void
assert_no_secret (PorchFlow *flow, guint *inside)
{
  GBytes *bytes;

  while ((bytes = porch_flow_pop (flow, NULL)))
    {
      gsize size;
      const char *data = g_bytes_get_data (bytes, &size);

      g_assert_null (memmem (data, size, "SECRET", 6));
      *inside += memmem (data, size, "inside", 6) != NULL;
      g_bytes_unref (bytes);
    }
  porch_flow_unref (flow);
}

/* What is really served. */
static void
test_s5_serving (void)
{
  static const guint8 secret[32] = { 1 };
  Race race;
  gint64 end = deadline (1.0 / PARTS);
  g_autoptr (PorchTree) tree = NULL;
  guint inside = 0;
  guint listed = 0;

  race_start (&race);
  tree = porch_tree_new_share (race.dir, secret);
  while (g_get_monotonic_time () < end)
    {
      GPtrArray *wants = g_ptr_array_new ();

      for (guint i = 0; i < 100; i++)
        g_ptr_array_add (wants, porch_want_new ("d/f", NULL, 0, G_MAXUINT64));
      assert_no_secret (porch_tree_fetch (tree, wants), &inside);
      assert_no_secret (porch_tree_list (tree, "", TRUE), &listed);
    }
  race_stop (&race);
  g_assert_cmpuint (inside, >, 0);
}

int
main (int argc, char **argv)
{
  test_user_drop_root ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/race/s5-control", test_s5_control);
  g_test_add_func ("/race/s5-reading", test_s5_reading);
  g_test_add_func ("/race/s5-reading-without-openat2", test_s5_reading_without_openat2);
  g_test_add_func ("/race/s5-writing", test_s5_writing);
  g_test_add_func ("/race/s5-writing-without-openat2", test_s5_writing_without_openat2);
  g_test_add_func ("/race/s5-serving", test_s5_serving);
  return g_test_run ();
}
