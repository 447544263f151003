/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guard before libsoup: what it lets through keeps its rules, however the bytes are cut into pieces. */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "porch-limits.h"
#include "serve/porch-http-guard.h"

/* A head that was let through: lines that end with CR LF, of printable ASCII and tabs. */
static void
check_head (const uint8_t *data, size_t size)
{
  for (size_t i = 0; i < size; i++)
    {
      g_assert_true (data[i] == '\t' || data[i] == '\r' || data[i] == '\n' || (data[i] >= 0x20 && data[i] < 0x7f));
      if (data[i] == '\n')
        g_assert_true (i > 0 && data[i - 1] == '\r');
      if (i >= 3 && memcmp (data + i - 3, "\r\n\r\n", 4) == 0)
        return;
    }
  g_assert_not_reached ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  PorchHttpGuard whole, pieces;
  guint status, status_pieces = 0;
  size_t step = size > 0 ? data[0] % 7 + 1 : 1;

  porch_http_guard_reset (&whole);
  porch_http_guard_reset (&pieces);
  status = porch_http_guard_feed (&whole, data, size);
  for (size_t at = 0; at < size && status_pieces == 0; at += step)
    status_pieces = porch_http_guard_feed (&pieces, data + at, MIN (step, size - at));
  g_assert_cmpuint (status, ==, status_pieces);
  g_assert_true (status == 0 || status == 400 || status == 414 || status == 431);
  if (status == 0 && whole.body)
    check_head (data, size);
  return 0;
}
