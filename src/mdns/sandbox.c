/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox.h"

#include <errno.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef HAVE_SECCOMP
#include <seccomp.h>
#endif

#define MEMORY_LIMIT (128UL << 20)
#define DESCRIPTOR_LIMIT 32

/* Every right of the first Landlock version: all that has to do with files. */
#define ALL_FILES ((UINT64_C (1) << 13) - 1)

static int
limit (int what, rlim_t value)
{
  const struct rlimit both = { value, value };

  return setrlimit (what, &both);
}

int
sandbox_begin (void)
{
  if (prctl (PR_SET_PDEATHSIG, SIGTERM) < 0 || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    return -1;
  if (limit (RLIMIT_CORE, 0) < 0 || limit (RLIMIT_NOFILE, DESCRIPTOR_LIMIT) < 0)
    return -1;
#ifdef __SANITIZE_ADDRESS__
  return 0; /* needs terabytes of addresses */
#else
  return limit (RLIMIT_AS, MEMORY_LIMIT);
#endif
}

/* Kernels without it say ENOSYS or EOPNOTSUPP: then seccomp stands alone. */
static int
deny_files (void)
{
  const struct landlock_ruleset_attr attributes = { .handled_access_fs = ALL_FILES };
  long fd = syscall (SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
  long code;

  if (fd < 0)
    return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -1;
  code = syscall (SYS_landlock_restrict_self, fd, 0);
  close (fd);
  return code < 0 ? -1 : 0;
}

#ifdef HAVE_SECCOMP
/* What libavahi-core and libc need once everything is open: the mDNS sockets join groups and learn of interfaces by netlink. */
static const int allowed[] = {
  SCMP_SYS (read), SCMP_SYS (write), SCMP_SYS (writev), SCMP_SYS (recv), SCMP_SYS (recvfrom), SCMP_SYS (recvmsg), SCMP_SYS (send),
  SCMP_SYS (sendto), SCMP_SYS (sendmsg), SCMP_SYS (poll), SCMP_SYS (ppoll), SCMP_SYS (close), SCMP_SYS (fcntl), SCMP_SYS (fcntl64),
  SCMP_SYS (ioctl), SCMP_SYS (setsockopt), SCMP_SYS (getsockopt), SCMP_SYS (getsockname), SCMP_SYS (brk), SCMP_SYS (munmap),
  SCMP_SYS (mremap), SCMP_SYS (madvise), SCMP_SYS (clock_gettime), SCMP_SYS (clock_gettime64), SCMP_SYS (gettimeofday),
  SCMP_SYS (time), SCMP_SYS (getpid), SCMP_SYS (gettid), SCMP_SYS (getrandom), SCMP_SYS (futex), SCMP_SYS (futex_time64),
  SCMP_SYS (rt_sigreturn), SCMP_SYS (sigreturn), SCMP_SYS (rt_sigprocmask), SCMP_SYS (rt_sigaction), SCMP_SYS (restart_syscall),
  SCMP_SYS (tgkill), SCMP_SYS (uname), SCMP_SYS (exit), SCMP_SYS (exit_group), SCMP_SYS (ppoll_time64),
  SCMP_SYS (clock_nanosleep), SCMP_SYS (nanosleep),
};

static int
allow_all (scmp_filter_ctx filter)
{
  for (unsigned i = 0; i < sizeof allowed / sizeof *allowed; i++)
    {
      int code = seccomp_rule_add (filter, SCMP_ACT_ALLOW, allowed[i], 0);

      /* -EDOM: no such call on this architecture. */
      if (code < 0 && code != -EDOM)
        return code;
    }
  /* Memory, never code. */
  return seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mmap), 1, SCMP_A2 (SCMP_CMP_MASKED_EQ, 4 /* PROT_EXEC */, 0));
}

static int
deny_calls (void)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ERRNO (EPERM));
  int code;

  if (!filter)
    return -1;
  code = allow_all (filter);
  if (code >= 0)
    code = seccomp_load (filter);
  seccomp_release (filter);
  return code < 0 ? -1 : 0;
}
#else
static int
deny_calls (void)
{
  return 0;
}
#endif

int
sandbox_close (void)
{
#ifdef __SANITIZE_ADDRESS__
  return 0; /* reads /proc and more to report what it found */
#endif
  return deny_files () < 0 || deny_calls () < 0 ? -1 : 0;
}
