/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-ready.h"
#include "test-tree.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void
assert_told (const char *name)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  char got[64] = "";
  ssize_t n;

  memcpy (address.sun_path, name, strlen (name));
  if (*name == '@')
    address.sun_path[0] = '\0';
  g_assert_cmpint (bind (fd, (struct sockaddr *)&address, (socklen_t)(offsetof (struct sockaddr_un, sun_path) + strlen (name))),
                   ==, 0);
  g_setenv ("NOTIFY_SOCKET", name, TRUE);
  porch_daemon_ready_tell ("READY=1");
  n = recv (fd, got, sizeof got - 1, 0);
  g_assert_cmpint (n, ==, strlen ("READY=1"));
  g_assert_cmpstr (got, ==, "READY=1");
  close (fd);
}

static void
test_path (void)
{
  char *root = test_tree_new ();
  g_autofree char *path = g_build_filename (root, "notify", NULL);

  assert_told (path);
  test_tree_remove (root);
}

static void
test_abstract (void)
{
  g_autofree char *name = g_strdup_printf ("@porch-test-%d", getpid ());

  assert_told (name);
}

/* Nobody to tell, or nonsense: nothing happens. */
static void
test_nobody (void)
{
  g_autofree char *endless = g_strnfill (400, 'x');

  g_unsetenv ("NOTIFY_SOCKET");
  porch_daemon_ready_tell ("READY=1");
  g_setenv ("NOTIFY_SOCKET", "", TRUE);
  porch_daemon_ready_tell ("READY=1");
  g_setenv ("NOTIFY_SOCKET", "relative", TRUE);
  porch_daemon_ready_tell ("READY=1");
  *endless = '/';
  g_setenv ("NOTIFY_SOCKET", endless, TRUE);
  porch_daemon_ready_tell ("READY=1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemon/ready/path", test_path);
  g_test_add_func ("/daemon/ready/abstract", test_abstract);
  g_test_add_func ("/daemon/ready/nobody", test_nobody);
  return g_test_run ();
}
