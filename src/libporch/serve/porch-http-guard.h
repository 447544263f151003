/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at the bytes of a request's head before libsoup does: lines end with CR LF, hold printable ASCII, are not folded, and are not
 * longer than the limits; exactly one Host, at most one of Content-Length (digits) and Transfer-Encoding ("chunked"). libsoup 3.2
 * mends what breaks these rules instead of refusing it, and leaks the path of a request whose encoding it does not know.
 * A plain value; any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  gboolean body;   /* the head is over: what comes is not looked at */
  gboolean cr;     /* the last byte was CR */
  guint    line;   /* bytes of this line so far */
  guint    lines;  /* lines that are over */
  guint    bytes;  /* of the head so far */
  guint    hosts, framings;
  char     start[64]; /* of this line */
} PorchHttpGuard;

/* A new request is about to begin. */
void  porch_http_guard_reset (PorchHttpGuard *self);
/* The status to refuse with: 400, 414 (line), 431 (headers); 0: go on. */
guint porch_http_guard_feed (PorchHttpGuard *self, const guint8 *data, gsize length);

G_END_DECLS
