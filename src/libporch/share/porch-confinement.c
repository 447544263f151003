/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "share/porch-confinement.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

/* Numbers of the kernel's interface, written out because <linux/landlock.h> of the build machine may be older than the kernel that
 * Porch runs on. */
#define CREATE_RULESET_VERSION 1
#define RULE_PATH_BENEATH 1
#define FS_EXECUTE (1ULL << 0)
#define FS_WRITE_FILE (1ULL << 1)
#define FS_READ_FILE (1ULL << 2)
#define FS_READ_DIR (1ULL << 3)
#define FS_REMOVE_FILE (1ULL << 5)
#define FS_MAKE_DIR (1ULL << 7)
#define FS_MAKE_REG (1ULL << 8)
#define FS_TRUNCATE (1ULL << 14)
#define FS_ALL_ABI1 ((1ULL << 13) - 1)
#define FS_REFER (1ULL << 13)     /* ABI 2 */
#define FS_ABI3 FS_TRUNCATE       /* ABI 3 */
#define FS_IOCTL_DEV (1ULL << 15) /* ABI 5 */
#define NET_BIND_TCP (1ULL << 0)  /* ABI 4 */
#define NET_CONNECT_TCP (1ULL << 1)
#define SCOPE_ABSTRACT_UNIX (1ULL << 0) /* ABI 6 */
#define SCOPE_SIGNAL (1ULL << 1)
/* Rights that make sense for a file; the kernel refuses others in a rule for one. */
#define FS_OF_FILES (FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE)

struct ruleset_attr {
  guint64 handled_access_fs;
  guint64 handled_access_net;
  guint64 scoped;
};

struct path_beneath_attr {
  guint64 allowed_access;
  gint32  parent_fd;
} G_GNUC_PACKED;

struct _PorchConfinement {
  int     fd; /* owned; -1 without Landlock */
  int     failed;
  guint64 allowed;
};

/**
 * porch_confinement_abi:
 *
 * Returns: the version of Landlock's interface, 0 where the kernel has none or it is switched off
 */
int
porch_confinement_abi (void)
{
  long abi = syscall (SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

  return abi > 0 ? (int) abi : 0;
}

/* Everything that this kernel can forbid is forbidden, except what a rule allows. */
static gsize
fill_attr (struct ruleset_attr *attr, int abi)
{
  attr->handled_access_fs = FS_ALL_ABI1;
  if (abi >= 2)
    attr->handled_access_fs |= FS_REFER;
  if (abi >= 3)
    attr->handled_access_fs |= FS_ABI3;
  if (abi >= 5)
    attr->handled_access_fs |= FS_IOCTL_DEV;
  if (abi >= 4)
    attr->handled_access_net = NET_BIND_TCP | NET_CONNECT_TCP;
  if (abi >= 6)
    attr->scoped = SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL;
  return abi >= 6 ? sizeof *attr : abi >= 4 ? 2 * sizeof (guint64) : sizeof (guint64);
}

PorchConfinement *
porch_confinement_new (PorchFileAccess access)
{
  PorchConfinement *self = g_new0 (PorchConfinement, 1);
  struct ruleset_attr attr = { 0 };
  int abi = porch_confinement_abi ();
  gsize size = fill_attr (&attr, abi);

  self->fd = -1;
  if (abi == 0)
    return self;
  self->allowed = FS_READ_FILE | FS_READ_DIR;
  if (access == PORCH_FILE_THREAD_WRITE)
    self->allowed |= FS_WRITE_FILE | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_TRUNCATE;
  self->allowed &= attr.handled_access_fs;
  self->fd = (int) syscall (SYS_landlock_create_ruleset, &attr, size, 0);
  self->failed = self->fd < 0;
  return self;
}

void
porch_confinement_allow (PorchConfinement *self, int fd)
{
  struct path_beneath_attr rule = { self->allowed, fd };
  struct stat st;

  if (self->fd < 0 || fstat (fd, &st) < 0)
    return;
  if (!S_ISDIR (st.st_mode))
    rule.allowed_access &= FS_OF_FILES;
  /* A rule that can't be added allows less, never more. */
  (void) syscall (SYS_landlock_add_rule, self->fd, RULE_PATH_BENEATH, &rule, 0);
}

gboolean
porch_confinement_enter (PorchConfinement *self)
{
  if (self->fd < 0)
    return !self->failed;
  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall (SYS_landlock_restrict_self, self->fd, 0) == 0;
}

void
porch_confinement_free (PorchConfinement *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}
