/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the guard lets through of a request's head, fed whole and byte by byte. */
#include "config.h"

#include <string.h>

#include "porch-limits.h"
#include "serve/porch-http-guard.h"

static guint
feed (const char *text, gsize length, gsize step)
{
  PorchHttpGuard guard;
  guint status = 0;

  porch_http_guard_reset (&guard);
  for (gsize at = 0; at < length && status == 0; at += step)
    status = porch_http_guard_feed (&guard, (const guint8 *)text + at, MIN (step, length - at));
  return status;
}

static void
assert_status (const char *text, gssize length, guint expected)
{
  gsize n = length < 0 ? strlen (text) : (gsize)length;

  g_assert_cmpuint (feed (text, n, n), ==, expected);
  g_assert_cmpuint (feed (text, n, 1), ==, expected);
  g_assert_cmpuint (feed (text, n, 3), ==, expected);
}

static void
test_good (void)
{
  assert_status ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", -1, 0);
  assert_status ("GET / HTTP/1.1\r\nHost: a\tb\r\n\r\n\n\n\1\2anything in the body\xff", -1, 0);
  assert_status ("GET / HT", -1, 0);
}

static void
test_bad (void)
{
  assert_status ("GET / HTTP/1.1\nHost: a\r\n\r\n", -1, 400);
  assert_status ("GET / HTTP/1.1\r\nHost: a\n\r\n", -1, 400);
  assert_status ("GET / HTTP/1.1\r\nHost: a\r\n\n", -1, 400);
  assert_status ("GET / HTTP/1.1\rX: y\r\n\r\n", -1, 400);
  assert_status ("GET / HTTP/1.1\r\r\n\r\n", -1, 400);
  assert_status ("\r\nGET / HTTP/1.1\r\n\r\n", -1, 400);
  assert_status (" GET / HTTP/1.1\r\n\r\n", -1, 400);
  assert_status ("GET / HTTP/1.1\r\nX: a\r\n folded\r\n\r\n", -1, 400);
  assert_status ("GET /\0 HTTP/1.1\r\n\r\n", 19, 400);
  assert_status ("GET /\x7f HTTP/1.1\r\n\r\n", -1, 400);
  assert_status ("GET /\xc3\xa4 HTTP/1.1\r\n\r\n", -1, 400);
  assert_status ("GET /\x1b[31m HTTP/1.1\r\n\r\n", -1, 400);
}

static void
test_framing (void)
{
  g_autofree char *blanks = g_strnfill (100, ' ');
  g_autofree char *far = g_strconcat ("P / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked", blanks, "gzip\r\n\r\n", NULL);
  g_autofree char *length = g_strconcat ("P / HTTP/1.1\r\nHost: a\r\nContent-Length: 5", blanks, "6\r\n\r\n", NULL);

  assert_status ("P / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n", -1, 0);
  assert_status ("P / HTTP/1.1\r\nhost:a\r\ntransfer-encoding:\tChunked \r\n\r\n", -1, 0);
  assert_status ("P / HTTP/1.1\r\nHost: a\r\nContent-Lengthy: x\r\n\r\n", -1, 0);
  assert_status ("P / HTTP/1.1\r\n\r\n", -1, 400);
  assert_status ("P / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", -1, 400);
  assert_status ("P / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n", -1, 400);
  assert_status ("P / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", -1, 400);
  assert_status ("P / HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\n", -1, 400);
  assert_status ("P / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", -1, 400);
  assert_status ("P / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\n", -1, 400);
  assert_status ("P / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", -1, 400);
  assert_status ("P / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", -1, 400);
  assert_status ("P / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n", -1, 400);
  assert_status (far, -1, 400);
  assert_status (length, -1, 400);
}

static char *
long_line (gsize length)
{
  char *text = g_malloc (length + 1);

  memset (text, 'a', length);
  text[length] = '\0';
  return text;
}

static void
test_long (void)
{
  g_autofree char *allowed = long_line (PORCH_MAX_REQUEST_LINE);
  g_autofree char *line = long_line (PORCH_MAX_REQUEST_LINE + 1);
  g_autofree char *header = long_line (PORCH_MAX_HEADER + 1);
  g_autofree char *long_header = g_strconcat ("GET / HTTP/1.1\r\n", header, NULL);
  g_autoptr (GString) many = g_string_new ("GET / HTTP/1.1\r\n");

  assert_status (allowed, -1, 0);
  assert_status (line, -1, 414);
  assert_status (long_header, -1, 431);
  while (many->len <= PORCH_MAX_HEADERS + PORCH_MAX_REQUEST_LINE)
    g_string_append (many, "X: y\r\n");
  assert_status (many->str, many->len, 431);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-guard/good", test_good);
  g_test_add_func ("/http-guard/bad", test_bad);
  g_test_add_func ("/http-guard/framing", test_framing);
  g_test_add_func ("/http-guard/long", test_long);
  return g_test_run ();
}
