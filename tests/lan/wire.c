/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wire - a userspace network cable between two network namespaces, for kernels without
 * sch_netem (CONFIG_NET_SCH_NETEM unset) or when the link has to change while a test runs.
 * Makes TAP IF_A in NETNS_A and TAP IF_B in NETNS_B and copies frames between them with
 * delay, jitter (order kept), random loss, rate limit (200 ms tail-drop queue) and carrier.
 *   wire run NETNS_A IF_A NETNS_B IF_B CTL_SOCK [key=value...]   (foreground)
 *   wire ctl CTL_SOCK key=value... | up | down | stat
 * keys: delay (ms, one way)  jitter (ms)  loss (percent)  rate (Mbit/s, 0 = unlimited)
 *       queue (ms of backlog before tail drop, default 200)   seed (integer)
 * cc -O2 -Wall -o wire wire.c */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#ifndef TUNSETCARRIER
#define TUNSETCARRIER _IOW ('T', 226, int)
#endif
typedef struct Pkt
{
  struct Pkt *next;
  int64_t due;
  int len;
  unsigned char d[];
} Pkt;
typedef struct
{
  int in, out;
  Pkt *head, **tail;
  int64_t txfree, lastdue;
  uint64_t n, bytes, lost, dropped;
} Dir;
static double delay_ms, jitter_ms, loss, rate, queue_ms = 200;
static int up = 1;
static unsigned short rs[3] = { 1, 2, 3 };
static volatile sig_atomic_t stop;
static void
on_sig (int s)
{
  (void)s;
  stop = 1;
}
static void
die (const char *w)
{
  perror (w);
  exit (1);
}
static int64_t
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}
static int
tap (const char *ns, const char *name)
{
  char p[256];
  snprintf (p, sizeof p, strchr (ns, '/') ? "%s" : "/run/netns/%s", ns);
  int n = open (p, O_RDONLY | O_CLOEXEC);
  if (n < 0)
    die (p);
  if (setns (n, CLONE_NEWNET))
    die ("setns");
  close (n);
  int fd = open ("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    die ("/dev/net/tun");
  struct ifreq r = { 0 };
  r.ifr_flags = IFF_TAP | IFF_NO_PI;
  snprintf (r.ifr_name, IFNAMSIZ, "%s", name);
  if (ioctl (fd, TUNSETIFF, &r))
    die ("TUNSETIFF");
  return fd;
}
static void
set (int *fds, const char *w)
{
  double v;
  if (!strcmp (w, "up") || !strcmp (w, "down"))
    {
      up = w[0] == 'u';
      for (int i = 0; i < 2; i++)
        if (ioctl (fds[i], TUNSETCARRIER, &up))
          perror ("TUNSETCARRIER");
    }
  else if (sscanf (w, "delay=%lf", &v) == 1)
    delay_ms = v;
  else if (sscanf (w, "jitter=%lf", &v) == 1)
    jitter_ms = v;
  else if (sscanf (w, "loss=%lf", &v) == 1)
    loss = v / 100;
  else if (sscanf (w, "rate=%lf", &v) == 1)
    rate = v * 1e6;
  else if (sscanf (w, "queue=%lf", &v) == 1)
    queue_ms = v;
  else if (sscanf (w, "seed=%lf", &v) == 1)
    rs[0] = rs[1] = rs[2] = (unsigned short)v;
}
static void
take (Dir *d)
{
  unsigned char b[65536];
  ssize_t n;
  for (int i = 0; i < 64 && (n = read (d->in, b, sizeof b)) > 0; i++)
    {
      int64_t t = now (), fin = t;
      if (!up)
        {
          d->dropped++;
          continue;
        }
      if (loss > 0 && erand48 (rs) < loss)
        {
          d->lost++;
          continue;
        }
      if (rate > 0)
        {
          int64_t s = d->txfree > t ? d->txfree : t;
          fin = s + (int64_t)((n + 24) * 8e9 / rate); /* +24: preamble, FCS, gap */
          if (s - t > queue_ms * 1e6)
            {
              d->dropped++;
              continue;
            }
          d->txfree = fin;
        }
      Pkt *p = malloc (sizeof *p + n);
      memcpy (p->d, b, n);
      p->len = n;
      p->next = NULL;
      p->due = fin + (int64_t)(delay_ms * 1e6) + (jitter_ms > 0 ? (int64_t)((erand48 (rs) * 2 - 1) * jitter_ms * 1e6) : 0);
      if (p->due < d->lastdue)
        p->due = d->lastdue;
      d->lastdue = p->due;
      *d->tail = p;
      d->tail = &p->next;
    }
}
static void
give (Dir *d)
{
  int64_t t = now ();
  Pkt *p;
  while ((p = d->head) && p->due <= t)
    {
      if (!up)
        d->dropped++;
      else if (write (d->out, p->d, p->len) < 0)
        {
          if (errno == EAGAIN)
            return;
          d->dropped++;
        }
      else
        {
          d->n++;
          d->bytes += p->len;
        }
      if (!(d->head = p->next))
        d->tail = &d->head;
      free (p);
    }
}
int
main (int c, char **v)
{
  struct sockaddr_un a = { .sun_family = AF_UNIX }, from;
  socklen_t fl;
  char buf[512];
  if (c > 3 && !strcmp (v[1], "ctl"))
    {
      int s = socket (AF_UNIX, SOCK_DGRAM, 0);
      struct sockaddr_un me = { .sun_family = AF_UNIX };
      bind (s, (void *)&me, sizeof (sa_family_t)); /* autobind, so that stat can answer */
      strncpy (a.sun_path, v[2], sizeof a.sun_path - 1);
      buf[0] = 0;
      for (int i = 3; i < c; i++)
        {
          strncat (buf, v[i], sizeof buf - strlen (buf) - 2);
          strcat (buf, " ");
        }
      if (sendto (s, buf, strlen (buf), 0, (void *)&a, sizeof a) < 0)
        die (v[2]);
      ssize_t n = recv (s, buf, sizeof buf - 1, 0);
      if (n > 0)
        {
          buf[n] = 0;
          puts (buf);
        }
      return 0;
    }
  if (c < 7 || strcmp (v[1], "run"))
    {
      fprintf (stderr, "see the top of wire.c\n");
      return 2;
    }
  int s = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  unlink (v[6]);
  strncpy (a.sun_path, v[6], sizeof a.sun_path - 1);
  if (bind (s, (void *)&a, sizeof a))
    die (v[6]);
  int fds[2] = { tap (v[2], v[3]), tap (v[4], v[5]) };
  Dir d[2] = { { .in = fds[0], .out = fds[1] }, { .in = fds[1], .out = fds[0] } };
  for (int i = 0; i < 2; i++)
    d[i].tail = &d[i].head;
  for (int i = 7; i < c; i++)
    set (fds, v[i]);
  signal (SIGTERM, on_sig);
  signal (SIGINT, on_sig);
  while (!stop)
    {
      int64_t next = -1, t = now ();
      for (int i = 0; i < 2; i++)
        if (d[i].head && (next < 0 || d[i].head->due < next))
          next = d[i].head->due;
      struct timespec ts, *tp = NULL;
      if (next >= 0)
        {
          int64_t w = next > t ? next - t : 0;
          ts.tv_sec = w / 1000000000;
          ts.tv_nsec = w % 1000000000;
          tp = &ts;
        }
      struct pollfd p[3] = { { fds[0], POLLIN, 0 }, { fds[1], POLLIN, 0 }, { s, POLLIN, 0 } };
      if (ppoll (p, 3, tp, NULL) < 0 && errno != EINTR)
        die ("ppoll");
      for (int i = 0; i < 2; i++)
        {
          if (p[i].revents & POLLIN)
            take (&d[i]);
        }
      for (int i = 0; i < 2; i++)
        give (&d[i]);
      if (p[2].revents & POLLIN)
        {
          fl = sizeof from;
          ssize_t n = recvfrom (s, buf, sizeof buf - 1, 0, (void *)&from, &fl);
          if (n < 0)
            continue;
          buf[n] = 0;
          for (char *w = strtok (buf, " \n"); w; w = strtok (NULL, " \n"))
            set (fds, w);
          snprintf (buf, sizeof buf,
                    "%s delay=%g jitter=%g loss=%g rate=%g | A>B %lu pkts %lu bytes lost %lu dropped %lu | B>A %lu pkts %lu "
                    "bytes lost %lu dropped %lu",
                    up ? "up" : "down", delay_ms, jitter_ms, loss * 100, rate / 1e6, d[0].n, d[0].bytes, d[0].lost,
                    d[0].dropped, d[1].n, d[1].bytes, d[1].lost, d[1].dropped);
          sendto (s, buf, strlen (buf), 0, (void *)&from, fl);
        }
    }
  unlink (v[6]);
  return 0;
}
