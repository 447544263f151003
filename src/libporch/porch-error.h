/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PORCH_ERROR: what callers must tell apart. Everything else keeps its GIO code. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PORCH_ERROR (porch_error_quark ())

/* The D-Bus names are io.github.porchshare.Porch.Error.<Nick in CamelCase>; the wire codes are in docs/PROTOCOL.md. */
typedef enum {
  PORCH_ERROR_DECLINED,      /* the other person said no */
  PORCH_ERROR_NOT_TRUSTED,   /* needs a trusted device */
  PORCH_ERROR_NOT_ALLOWED,   /* a rule forbids it */
  PORCH_ERROR_PATH_REFUSED,  /* a name or path that Porch does not touch */
  PORCH_ERROR_NO_SPACE,
  PORCH_ERROR_READ_ONLY,     /* the target folder can't be written */
  PORCH_ERROR_HASH_MISMATCH,
  PORCH_ERROR_CHANGED,       /* the source file is not what it was */
  PORCH_ERROR_GONE,          /* no longer there */
  PORCH_ERROR_PROTOCOL,      /* the other side broke the protocol */
  PORCH_ERROR_UNREACHABLE,
  PORCH_ERROR_LIMIT,         /* one of the limits of porch-limits.h */
  PORCH_ERROR_NOT_FOUND,
  PORCH_ERROR_AMBIGUOUS,
  PORCH_ERROR_UNVERIFIED,    /* only an unverified device bears that name */
  PORCH_ERROR_EXISTS,
  PORCH_ERROR_BUSY,
  PORCH_ERROR_INVALID,       /* bad input from the user's side */
  PORCH_ERROR_STORE,         /* the state database */
  PORCH_ERROR_CANCELLED,
} PorchError;

GQuark      porch_error_quark (void);
/* "not-found", "no-space", …: the nick, as in JSON answers of the command line and on the wire. */
const char *porch_error_to_code (int code);
/* The error that a wire code stands for; PORCH_ERROR_PROTOCOL for one that is not known. */
PorchError  porch_error_from_code (const char *code);

G_END_DECLS
