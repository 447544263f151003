/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "serve/porch-http-guard.h"

#include "porch-limits.h"

void
porch_http_guard_reset (PorchHttpGuard *self)
{
  *self = (PorchHttpGuard){ 0 };
}

static guint
end_line (PorchHttpGuard *self)
{
  /* An empty line ends the head; before the request line it means nothing and is not accepted either. */
  if (self->line == 0)
    {
      if (self->lines == 0)
        return 400;
      self->body = TRUE;
    }
  self->lines++;
  self->line = 0;
  self->cr = FALSE;
  return 0;
}

static guint
feed_byte (PorchHttpGuard *self, guint8 c)
{
  if (++self->bytes > PORCH_MAX_HEADERS + PORCH_MAX_REQUEST_LINE)
    return 431;
  if (c == '\n')
    return self->cr ? end_line (self) : 400;
  if (self->cr)
    return 400;
  if (c == '\r')
    {
      self->cr = TRUE;
      return 0;
    }
  if ((c < 0x20 && c != '\t') || c >= 0x7f)
    return 400;
  if (self->line == 0 && (c == ' ' || c == '\t'))
    return 400; /* folded */
  self->line++;
  if (self->lines == 0)
    return self->line > PORCH_MAX_REQUEST_LINE ? 414 : 0;
  return self->line > PORCH_MAX_HEADER ? 431 : 0;
}

guint
porch_http_guard_feed (PorchHttpGuard *self, const guint8 *data, gsize length)
{
  for (gsize i = 0; i < length && !self->body; i++)
    {
      guint status = feed_byte (self, data[i]);

      if (status != 0)
        return status;
    }
  return 0;
}
