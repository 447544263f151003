/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-bus-reason.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A sandbox has a runtime folder for each of its starts, and this one for all of them. */
static char *
reason_path (void)
{
  g_autofree char *shared = g_build_filename (g_get_user_runtime_dir (), "app", PORCH_APP_ID, NULL);

  return g_build_filename (g_file_test (shared, G_FILE_TEST_IS_DIR) ? shared : g_get_user_runtime_dir (), "porch-reason", NULL);
}

void
porch_bus_reason_write (const char *words)
{
  g_autofree char *path = reason_path ();
  gsize length = MIN (strlen (words), (gsize)PORCH_BUS_MAX_REASON);
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    return; /* then there is only the exit status */
  if (write (fd, words, length) < 0)
    g_unlink (path);
  close (fd);
}

void
porch_bus_reason_clear (void)
{
  g_autofree char *path = reason_path ();

  g_unlink (path);
}

char *
porch_bus_reason_read (gint64 since)
{
  g_autofree char *path = reason_path ();
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  char words[PORCH_BUS_MAX_REASON];
  struct stat st;
  gssize length = -1;

  if (fd < 0)
    return NULL;
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && st.st_mtime >= since)
    length = read (fd, words, sizeof words);
  close (fd);
  return length > 0 ? g_utf8_make_valid (words, length) : NULL;
}
