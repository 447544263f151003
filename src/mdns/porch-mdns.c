/* SPDX-License-Identifier: GPL-3.0-or-later */
/* porch-mdns: the embedded mDNS responder, a process of its own because it parses packets from anybody on the network. It is started
 * by porchd with a socket as descriptor 3 and speaks lines over it (docs/DISCOVERY.md); it ends, with goodbyes, when that closes. */
#include "config.h"

#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-common/simple-watch.h>
#include <avahi-core/log.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "responder.h"
#include "sandbox.h"

#define CONTROL_FD 3
#define MAX_LINE 4096
#define MAX_FIELDS 48
#define MAX_TXT 400

static AvahiSimplePoll *poll_loop;
static char             input[MAX_LINE];
static size_t           input_length;

/* --- lines out --- */

typedef struct {
  char   text[MAX_LINE];
  size_t length;
} Line;

static void
put (Line *line, const char *text)
{
  while (*text && line->length < sizeof line->text - 2)
    line->text[line->length++] = *text++;
}

/* A field: a blank, then bytes with everything but the plainest escaped. */
static void
put_field (Line *line, const void *bytes, size_t length)
{
  const unsigned char *p = bytes;

  put (line, " ");
  for (; length > 0; length--, p++)
    {
      char escaped[4];

      if ((*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || strchr ("-._~:=", *p ? *p : ' '))
        snprintf (escaped, sizeof escaped, "%c", *p);
      else
        snprintf (escaped, sizeof escaped, "%%%02X", *p);
      put (line, escaped);
    }
}

static void
put_number (Line *line, int number)
{
  char text[16];

  snprintf (text, sizeof text, " %d", number);
  put (line, text);
}

/* The socket is blocking: porchd reads, or is gone. */
static void
send_line (Line *line)
{
  size_t sent = 0;

  line->text[line->length++] = '\n';
  while (sent < line->length)
    {
      ssize_t n = write (CONTROL_FD, line->text + sent, line->length - sent);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          avahi_simple_poll_quit (poll_loop);
          return;
        }
      sent += n;
    }
}

static void
on_established (int ifindex, const char *instance)
{
  Line line = { .length = 0 };

  put (&line, "established");
  put_number (&line, ifindex);
  put_field (&line, instance, strlen (instance));
  send_line (&line);
}

static void
on_found (int ifindex, int protocol, const char *instance, const AvahiAddress *address, uint16_t port, AvahiStringList *txt)
{
  Line line = { .length = 0 };
  char text[AVAHI_ADDRESS_STR_MAX];

  avahi_address_snprint (text, sizeof text, address);
  put (&line, "found");
  put_number (&line, ifindex);
  put_number (&line, protocol);
  put_field (&line, instance, strlen (instance));
  put_field (&line, text, strlen (text));
  put_number (&line, port);
  if (avahi_string_list_serialize (txt, NULL, 0) <= MAX_TXT)
    {
      for (; txt; txt = avahi_string_list_get_next (txt))
        put_field (&line, avahi_string_list_get_text (txt), avahi_string_list_get_size (txt));
    }
  send_line (&line);
}

static void
on_lost (int ifindex, int protocol, const char *instance)
{
  Line line = { .length = 0 };

  put (&line, "lost");
  put_number (&line, ifindex);
  put_number (&line, protocol);
  put_field (&line, instance, strlen (instance));
  send_line (&line);
}

static void
on_failed (const char *message)
{
  Line line = { .length = 0 };

  put (&line, "failed");
  put_field (&line, message, strlen (message));
  send_line (&line);
  avahi_simple_poll_quit (poll_loop);
}

/* --- lines in --- */

static int
hex_digit (char c)
{
  return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
unescape (char *field)
{
  char *out = field;

  for (char *p = field; *p; p++)
    {
      if (*p == '%' && hex_digit (p[1]) >= 0 && hex_digit (p[2]) >= 0)
        {
          *out++ = hex_digit (p[1]) * 16 + hex_digit (p[2]);
          p += 2;
        }
      else
        *out++ = *p;
    }
  *out = '\0';
}

static int
parse_number (const char *text, int max)
{
  char *end;
  long number = strtol (text, &end, 10);

  return *text && !*end && number > 0 && number <= max ? (int) number : -1;
}

static unsigned
parse_addresses (char *text, AvahiAddress *addresses)
{
  unsigned count = 0;
  char *rest = NULL;

  for (char *one = strtok_r (text, ",", &rest); one && count < RESPONDER_MAX_ADDRESSES; one = strtok_r (NULL, ",", &rest))
    {
      if (avahi_address_parse (one, AVAHI_PROTO_UNSPEC, &addresses[count]))
        count++;
    }
  return count;
}

/* publish IFINDEX PORT INSTANCE HOST ADDRESS[,ADDRESS…] TXT… */
static int
do_publish (char **fields, unsigned count)
{
  AvahiAddress addresses[RESPONDER_MAX_ADDRESSES];
  AvahiStringList *txt = NULL;
  int ifindex, port;
  unsigned n;

  if (count < 6)
    return -1;
  ifindex = parse_number (fields[1], 0x7fffffff);
  port = parse_number (fields[2], 65535);
  n = parse_addresses (fields[5], addresses);
  if (ifindex < 0 || port < 0 || n == 0)
    return -1;
  for (unsigned i = 6; i < count; i++)
    txt = avahi_string_list_add (txt, fields[i]);
  return responder_publish (ifindex, port, fields[3], fields[4], addresses, n, txt);
}

static int
do_command (char **fields, unsigned count)
{
  int ifindex = count > 1 ? parse_number (fields[1], 0x7fffffff) : -1;

  if (strcmp (fields[0], "publish") == 0)
    return do_publish (fields, count);
  if (strcmp (fields[0], "withdraw") == 0 && ifindex > 0)
    responder_withdraw (ifindex);
  else if (strcmp (fields[0], "browse") == 0 && ifindex > 0)
    return responder_browse (ifindex);
  else if (strcmp (fields[0], "unbrowse") == 0 && ifindex > 0)
    responder_unbrowse (ifindex);
  else if (strcmp (fields[0], "prefer") == 0 && count > 1)
    responder_prefer (fields[1]);
  else if (strcmp (fields[0], "quit") == 0)
    avahi_simple_poll_quit (poll_loop);
  else
    return -1;
  return 0;
}

static void
do_line (char *text)
{
  char *fields[MAX_FIELDS], *rest = NULL;
  unsigned count = 0;

  for (char *field = strtok_r (text, " ", &rest); field && count < MAX_FIELDS; field = strtok_r (NULL, " ", &rest))
    {
      unescape (field);
      fields[count++] = field;
    }
  if (count > 0 && do_command (fields, count) < 0)
    {
      Line line = { .length = 0 };

      put (&line, "refused");
      put_field (&line, fields[0], strlen (fields[0]));
      send_line (&line);
    }
}

static void
take_lines (void)
{
  char *newline;

  while ((newline = memchr (input, '\n', input_length)))
    {
      size_t used = newline + 1 - input;

      *newline = '\0';
      do_line (input);
      memmove (input, input + used, input_length - used);
      input_length -= used;
    }
}

static void
on_control (AvahiWatch *watch, int fd, AvahiWatchEvent event, void *data)
{
  ssize_t n = read (fd, input + input_length, sizeof input - input_length);

  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return;
  if (n <= 0)
    {
      avahi_simple_poll_quit (poll_loop);
      return;
    }
  input_length += n;
  take_lines ();
  if (input_length == sizeof input)
    avahi_simple_poll_quit (poll_loop);
}

static void
on_signal (int number)
{
  /* The descriptor's end of file would do as well; this wakes the loop when porchd was killed. */
  avahi_simple_poll_quit (poll_loop);
}

static void
on_log (AvahiLogLevel level, const char *text)
{
  /* Its warnings are about an avahi-daemon beside us, which is intended. */
  if (level <= AVAHI_LOG_ERROR)
    fprintf (stderr, "porch-mdns: %s\n", text);
}

/* Seeds what libavahi-core and we use rand() for: jitter and names after a collision. */
static void
seed (void)
{
  unsigned value;

  if (getrandom (&value, sizeof value, 0) == sizeof value)
    srand (value);
}

static int
run (void)
{
  const ResponderEvents events = { on_established, on_found, on_lost, on_failed };
  const AvahiPoll *poll = avahi_simple_poll_get (poll_loop);
  Line ready = { .length = 0 };

  avahi_set_log_function (on_log);
  if (responder_start (poll, &events) < 0)
    return 1;
  if (sandbox_close () < 0)
    {
      on_failed ("the sandbox could not be closed");
      return 1;
    }
  poll->watch_new (poll, CONTROL_FD, AVAHI_WATCH_IN, on_control, NULL);
  put (&ready, "ready");
  send_line (&ready);
  avahi_simple_poll_loop (poll_loop);
  responder_stop ();
  return 0;
}

int
main (int argc, char **argv)
{
  const struct sigaction quit = { .sa_handler = on_signal };

  if (fcntl (CONTROL_FD, F_GETFD) < 0)
    {
      fputs ("porch-mdns is started by porchd, not by hand.\n", stderr);
      return 2;
    }
  signal (SIGPIPE, SIG_IGN);
  seed ();
  poll_loop = avahi_simple_poll_new ();
  if (!poll_loop || sandbox_begin () < 0)
    {
      fprintf (stderr, "porch-mdns: %s\n", strerror (errno));
      return 1;
    }
  sigaction (SIGTERM, &quit, NULL);
  sigaction (SIGINT, &quit, NULL);
  return run ();
}
