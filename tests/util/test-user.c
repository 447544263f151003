/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-user.h"

#include <grp.h>
#include <unistd.h>

#define NOBODY 65534

void
test_user_drop_root (void)
{
  if (geteuid () != 0)
    return;
  if (setgroups (0, NULL) < 0 || setresgid (NOBODY, NOBODY, NOBODY) < 0 || setresuid (NOBODY, NOBODY, NOBODY) < 0)
    g_error ("this test can't become a plain user");
  /* Root's folders are closed to us now; the one that was inherited may be one of them. */
  g_setenv ("HOME", "/nonexistent", TRUE);
  if (access (g_get_tmp_dir (), W_OK) < 0)
    g_setenv ("TMPDIR", "/tmp", TRUE);
}
