/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-bus-error.h"

#define NAME(word) PORCH_BUS_ERROR_PREFIX word

/* The contract: names are never changed or removed, only added. */
static const GDBusErrorEntry entries[] = {
  { PORCH_BUS_ERROR_DECLINED, NAME ("Declined") },
  { PORCH_BUS_ERROR_NOT_TRUSTED, NAME ("NotTrusted") },
  { PORCH_BUS_ERROR_NOT_ALLOWED, NAME ("NotAllowed") },
  { PORCH_BUS_ERROR_PATH_REFUSED, NAME ("PathRefused") },
  { PORCH_BUS_ERROR_NO_SPACE, NAME ("NoSpace") },
  { PORCH_BUS_ERROR_READ_ONLY, NAME ("ReadOnly") },
  { PORCH_BUS_ERROR_HASH_MISMATCH, NAME ("HashMismatch") },
  { PORCH_BUS_ERROR_CHANGED, NAME ("Changed") },
  { PORCH_BUS_ERROR_GONE, NAME ("Gone") },
  { PORCH_BUS_ERROR_PROTOCOL, NAME ("Protocol") },
  { PORCH_BUS_ERROR_UNREACHABLE, NAME ("Unreachable") },
  { PORCH_BUS_ERROR_LIMIT, NAME ("Limit") },
  { PORCH_BUS_ERROR_NOT_FOUND, NAME ("NotFound") },
  { PORCH_BUS_ERROR_AMBIGUOUS, NAME ("Ambiguous") },
  { PORCH_BUS_ERROR_UNVERIFIED, NAME ("Unverified") },
  { PORCH_BUS_ERROR_EXISTS, NAME ("Exists") },
  { PORCH_BUS_ERROR_BUSY, NAME ("Busy") },
  { PORCH_BUS_ERROR_INVALID, NAME ("Invalid") },
  { PORCH_BUS_ERROR_STORE, NAME ("Store") },
  { PORCH_BUS_ERROR_CANCELLED, NAME ("Cancelled") },
  { PORCH_BUS_ERROR_FAILED, NAME ("Failed") },
};
G_STATIC_ASSERT (G_N_ELEMENTS (entries) == PORCH_BUS_ERROR_FAILED + 1);

GQuark
porch_bus_error_quark (void)
{
  static gsize quark;

  g_dbus_error_register_error_domain ("porch-error-quark", &quark, entries, G_N_ELEMENTS (entries));
  return (GQuark)quark;
}

static PorchBusError
io_error_code (int code)
{
  switch (code)
    {
    case G_IO_ERROR_NOT_FOUND:
    case G_IO_ERROR_NOT_DIRECTORY:
    case G_IO_ERROR_IS_DIRECTORY:
      return PORCH_BUS_ERROR_NOT_FOUND;
    case G_IO_ERROR_EXISTS:
      return PORCH_BUS_ERROR_EXISTS;
    case G_IO_ERROR_NO_SPACE:
      return PORCH_BUS_ERROR_NO_SPACE;
    case G_IO_ERROR_READ_ONLY:
      return PORCH_BUS_ERROR_READ_ONLY;
    case G_IO_ERROR_PERMISSION_DENIED:
      return PORCH_BUS_ERROR_NOT_ALLOWED;
    case G_IO_ERROR_INVALID_ARGUMENT:
    case G_IO_ERROR_INVALID_FILENAME:
    case G_IO_ERROR_FILENAME_TOO_LONG:
      return PORCH_BUS_ERROR_INVALID;
    case G_IO_ERROR_CANCELLED:
      return PORCH_BUS_ERROR_CANCELLED;
    case G_IO_ERROR_BUSY:
      return PORCH_BUS_ERROR_BUSY;
    case G_IO_ERROR_TIMED_OUT:
    case G_IO_ERROR_HOST_NOT_FOUND:
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
    case G_IO_ERROR_CONNECTION_REFUSED:
    case G_IO_ERROR_CONNECTION_CLOSED:
    case G_IO_ERROR_NOT_CONNECTED:
      return PORCH_BUS_ERROR_UNREACHABLE;
    default:
      return PORCH_BUS_ERROR_FAILED;
    }
}

PorchBusError
porch_bus_error_code (const GError *error)
{
  if (error->domain == PORCH_BUS_ERROR && error->code >= 0 && error->code <= PORCH_BUS_ERROR_FAILED)
    return (PorchBusError)error->code;
  if (error->domain == G_IO_ERROR)
    return io_error_code (error->code);
  return PORCH_BUS_ERROR_FAILED;
}

const char *
porch_bus_error_name (const GError *error)
{
  return entries[porch_bus_error_code (error)].dbus_error_name;
}

GError *
porch_bus_error_translate (const GError *error)
{
  return g_error_new_literal (PORCH_BUS_ERROR, porch_bus_error_code (error), error->message);
}

void
porch_bus_error_strip (GError *error)
{
  g_dbus_error_strip_remote_error (error);
}

PorchBusError
porch_bus_error_parse_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (g_strcmp0 (entries[i].dbus_error_name, name) == 0)
      return (PorchBusError)i;
  return PORCH_BUS_ERROR_FAILED;
}
