/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The errors of the D-Bus interface: io.github.porchshare.Porch.Error.NAME. The domain is the very quark of PORCH_ERROR
 * (libporch/porch-error.h) and the codes are the same numbers, so that an error looks alike on both sides of the bus though a
 * frontend doesn't link libporch. Any thread. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_BUS_ERROR (porch_bus_error_quark ())
#define PORCH_BUS_ERROR_PREFIX "io.github.porchshare.Porch.Error."

typedef enum
{
  PORCH_BUS_ERROR_DECLINED,
  PORCH_BUS_ERROR_NOT_TRUSTED,
  PORCH_BUS_ERROR_NOT_ALLOWED,
  PORCH_BUS_ERROR_PATH_REFUSED,
  PORCH_BUS_ERROR_NO_SPACE,
  PORCH_BUS_ERROR_READ_ONLY,
  PORCH_BUS_ERROR_HASH_MISMATCH,
  PORCH_BUS_ERROR_CHANGED,
  PORCH_BUS_ERROR_GONE,
  PORCH_BUS_ERROR_PROTOCOL,
  PORCH_BUS_ERROR_UNREACHABLE,
  PORCH_BUS_ERROR_LIMIT,
  PORCH_BUS_ERROR_NOT_FOUND,
  PORCH_BUS_ERROR_AMBIGUOUS,
  PORCH_BUS_ERROR_UNVERIFIED,
  PORCH_BUS_ERROR_EXISTS,
  PORCH_BUS_ERROR_BUSY,
  PORCH_BUS_ERROR_INVALID,
  PORCH_BUS_ERROR_STORE,
  PORCH_BUS_ERROR_CANCELLED,
  PORCH_BUS_ERROR_FAILED, /* everything else; the message tells */
} PorchBusError;

/* Also registers the names: call it once before the first call on the bus (making a PORCH_BUS_ERROR does). */
GQuark porch_bus_error_quark (void);
/* What @error is on the bus: PORCH_ERROR codes as they are, GIO's by their nearest meaning. */
PorchBusError porch_bus_error_code (const GError *error);
/* "io.github.porchshare.Porch.Error.NotFound"; (transfer none). */
const char *porch_bus_error_name (const GError *error);
/* A copy of @error in the PORCH_BUS_ERROR domain, with its words. (transfer full) */
GError *porch_bus_error_translate (const GError *error);
/* For frontends: leaves only the words of an error that came by the bus ("GDBus.Error:…: " goes). */
void porch_bus_error_strip (GError *error);
/* For frontends that read Transfer.ErrorName: the code, PORCH_BUS_ERROR_FAILED for a name that is not ours. */
PorchBusError porch_bus_error_parse_name (const char *name);

G_END_DECLS
