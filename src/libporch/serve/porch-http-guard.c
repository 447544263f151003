/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "serve/porch-http-guard.h"

#include <string.h>

#include "porch-limits.h"

void
porch_http_guard_reset (PorchHttpGuard *self)
{
  *self = (PorchHttpGuard){ 0 };
}

/* (nullable) the value if this line is header @name, without the blanks around it. */
static const char *
match_header (PorchHttpGuard *self, const char *name)
{
  gsize length = strlen (name);
  char *value = self->start + length + 1;

  if (g_ascii_strncasecmp (self->start, name, length) != 0 || self->start[length] != ':')
    return NULL;
  return g_strchomp (g_strchug (value));
}

static gboolean
is_length (const char *value)
{
  return *value != '\0' && strlen (value) <= 18 && strspn (value, "0123456789") == strlen (value);
}

/* The headers that say where a request ends and whom it is for. */
static gboolean
check_header (PorchHttpGuard *self)
{
  const char *value;

  self->start[MIN (self->line, sizeof self->start - 1)] = '\0';
  if (match_header (self, "Host") != NULL)
    return ++self->hosts == 1;
  if ((value = match_header (self, "Content-Length")) != NULL)
    return ++self->framings == 1 && self->line < sizeof self->start && is_length (value);
  if ((value = match_header (self, "Transfer-Encoding")) != NULL)
    return ++self->framings == 1 && self->line < sizeof self->start && g_ascii_strcasecmp (value, "chunked") == 0;
  return TRUE;
}

static guint
end_line (PorchHttpGuard *self)
{
  /* An empty line ends the head; before the request line it means nothing and is not accepted either. */
  if (self->line == 0)
    {
      if (self->hosts != 1)
        return 400;
      self->body = TRUE;
    }
  else if (self->lines > 0 && !check_header (self))
    return 400;
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
  if (self->line < sizeof self->start)
    self->start[self->line] = (char)c;
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
